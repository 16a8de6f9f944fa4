//! The connector of Jitsi Meet, over its simulator.
#![cfg(feature = "jitsi")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests panic like tests")]

mod cards;
mod links;
mod settings;
mod support;
mod tokens;
