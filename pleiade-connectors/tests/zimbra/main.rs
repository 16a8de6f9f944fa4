//! The Zimbra connector on a simulated server that changes under it.
#![cfg(feature = "zimbra")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests panic like tests"
)]

mod cards;
mod search;
mod server;
mod sessions;
mod support;
mod wire;
