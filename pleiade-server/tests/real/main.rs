//! Tests on real servers: `cargo xtask test` starts them. Without them these tests fail.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests panic like tests"
)]

#[path = "../../../pleiade-federation/tests/real/browser.rs"]
mod browser;
mod cas;
mod city;
mod crowd;
mod handler;
mod isolation;
#[path = "../model/mod.rs"]
mod model;
mod production;
#[path = "../running/support.rs"]
#[expect(dead_code, reason = "a part of it is for other tests")]
mod program;
mod scim;
mod sign_in;
mod storage;
#[path = "../storage_suite/mod.rs"]
mod storage_suite;
mod sync;
mod upgrade;
#[path = "../upgrade_suite/mod.rs"]
mod upgrade_suite;

use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};

/// Time that nothing takes, on however busy a machine, unless it hangs.
pub(crate) const HANG: Duration = Duration::from_secs(300);

/// The one port that providers know belongs to one test at a time.
pub(crate) async fn desk_port() -> MutexGuard<'static, ()> {
    static PORT: Mutex<()> = Mutex::const_new(());
    PORT.lock().await
}
