//! The connector of Kelio, over its simulator and over answers copied from descriptions of the real one.
#![cfg(feature = "kelio")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests panic like tests"
)]

mod cards;
mod errors;
mod parsers;
mod settings;
mod support;
