//! Pastell's client and widgets, on samples of its answers and on a simulated platform.
#![cfg(feature = "pastell")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests panic like tests"
)]

mod access;
mod cards;
mod deposit;
mod errors;
mod linking;
mod parsers;
mod scopes;
mod support;
