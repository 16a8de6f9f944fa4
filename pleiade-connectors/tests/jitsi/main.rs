//! The connector of Jitsi Meet, over its simulator.
#![cfg(feature = "jitsi")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests panic like tests"
)]

mod cards;
mod links;
mod settings;
mod support;
mod tokens;
