//! The real program in a process of its own, where the process itself is the subject: its descriptors, its signals, its rights on files.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing"
)]

mod descriptors;
mod door;
mod findings;
mod full;
mod read_only;
mod stop;
mod support;
