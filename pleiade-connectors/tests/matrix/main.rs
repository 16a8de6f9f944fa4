//! Matrix on answers recorded from Synapse 1.163.
#![cfg(feature = "matrix")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod attack;
mod behaviour;
mod cards;
mod errors;
mod parsers;
mod sequence;
mod support;
