//! Nextcloud's client and widgets on recorded answers.
#![cfg(feature = "nextcloud")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests panic like tests"
)]

mod access;
mod errors;
mod parsers;
mod requests;
mod support;
mod widgets;
