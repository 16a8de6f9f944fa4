//! The meta-directory: what directories tell of people and groups, read into storage and kept current.

mod words;

pub use words::fold;
