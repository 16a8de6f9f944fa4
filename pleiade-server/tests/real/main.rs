//! Tests on real servers: `cargo xtask test` starts them. Without them these tests fail.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
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

use pleiade_core::SystemClock;
use pleiade_server::{app::App, assemble, config, run};
use std::{future::Future, net::Ipv4Addr, path::Path, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    sync::{Mutex, MutexGuard, oneshot},
};

/// Time that nothing takes, on however busy a machine, unless it hangs.
pub(crate) const HANG: Duration = Duration::from_secs(300);

/// What `cargo xtask test` says of the servers that it started.
pub(crate) fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: `cargo xtask test` starts the real servers and sets it")
    })
}

/// The server of this file at the port of the desk, and what stops it.
pub(crate) async fn serve(file: &Path, port: &str) -> (App, impl Future<Output = ()> + use<>) {
    let loaded = config::load(file).unwrap_or_else(|error| panic!("{error}"));
    let app = assemble::assemble(&loaded, Arc::new(SystemClock::default()), None).await.unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.parse().unwrap())).await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(run::run(app.clone(), listener, async move {
        stopped.await.ok();
    }));
    let stop = async move {
        stop.send(()).unwrap();
        serving.await.unwrap().unwrap();
    };
    (app, stop)
}

/// The one port that providers know belongs to one test at a time.
pub(crate) async fn desk_port() -> MutexGuard<'static, ()> {
    static PORT: Mutex<()> = Mutex::const_new(());
    PORT.lock().await
}
