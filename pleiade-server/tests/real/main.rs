//! Tests on real servers: `cargo xtask test` starts them. Without them these tests fail.

#[path = "../../../pleiade-federation/tests/real/browser.rs"]
mod browser;
mod sign_in;
mod storage;
#[path = "../storage_suite/mod.rs"]
mod storage_suite;
