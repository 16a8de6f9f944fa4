//! The simulated Nextcloud against the recorded one, and its connector against both of its moods.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests panic like tests")]

mod behaviour;
mod shape;
