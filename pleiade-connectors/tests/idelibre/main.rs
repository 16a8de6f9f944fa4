//! The i-delibRE connector: what it reads of each version, what each person sees, and what it makes of refusals.
#![cfg(feature = "idelibre")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests panic like tests"
)]

mod cards;
mod cost;
mod errors;
mod parsers;
mod people;
mod settings;
mod support;
