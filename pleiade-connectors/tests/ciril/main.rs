//! The connector of Ciril, over its simulator and over answers copied from descriptions of the real one.
#![cfg(feature = "ciril")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests panic like tests"
)]

mod actions;
mod cards;
mod errors;
mod exchange;
mod parsers;
mod settings;
mod support;
