//! The client and the card of i-Parapheur, on answers copied from published test data and on the simulator.
#![cfg(feature = "iparapheur")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests panic like tests"
)]

mod access;
mod actions;
mod budget;
mod cards;
mod errors;
mod parsers;
mod support;
