//! The kit's promises: whose is what, what is sent how often, and who sees what a technical account reads.
#![expect(clippy::unwrap_used, reason = "helpers of tests panic like tests")]

mod attack;
mod sessions;
mod shared;
