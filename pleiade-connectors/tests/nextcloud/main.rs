//! Nextcloud's client and widgets on recorded answers.
#![cfg(feature = "nextcloud")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests panic like tests"
)]

mod access;
mod behaviour;
mod errors;
mod parsers;
mod reported;
mod requests;
mod search;
mod support;
mod widgets;
