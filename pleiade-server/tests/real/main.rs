//! Tests on real servers: `cargo xtask test` starts them. Without them these tests fail.

mod storage;
#[path = "../storage_suite/mod.rs"]
mod storage_suite;
