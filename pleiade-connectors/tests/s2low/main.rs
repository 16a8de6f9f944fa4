//! The connector of S²LOW, over its simulator and over answers copied from descriptions of the real one.
#![cfg(feature = "s2low")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests panic like tests"
)]

mod access;
mod actions;
mod cards;
mod certificates;
mod errors;
mod parsers;
mod settings;
mod support;
