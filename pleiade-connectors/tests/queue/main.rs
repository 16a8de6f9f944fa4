//! The queue of what waits, on readings made by hand, and its laws on readings made at random.
#![expect(clippy::unwrap_used, reason = "tests")]

mod laws;
mod lines;
mod support;
