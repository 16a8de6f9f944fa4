//! Following a real OpenLDAP of 10,000 people: time and memory of the first run, of one that finds ten changes, of one that finds
//! nothing, and of a whole pass in which nobody has changed.
//!
//! `cargo xtask servers --env FILE` in one terminal, then `. FILE && cargo bench -p pleiade-server --bench sync`. The database is SQLite in
//! a temporary folder. Peak memory is `VmHWM` of this process, which Linux counts from 0 again before each run.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a program for developers"
)]

#[path = "../tests/real/crowd.rs"]
mod crowd;

use crowd::Crowd;
use pleiade_server::{
    app::App,
    sync::{FollowedDirectory, RunRequest},
};
use std::{sync::Arc, time::Instant};

const PEOPLE: usize = 10_000;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let crowd = Crowd::new("mesure", PEOPLE);
    let (app, followed) = crowd.followed(folder.path()).await;
    println!("| run | entries read | people written | time | memory before | peak |");
    println!("| --- | --- | --- | --- | --- | --- |");
    measure("first", &app, &followed, RunRequest::default(), PEOPLE as u64).await;
    crowd.promote((0..10).map(|n| n * 997));
    measure("ten changes", &app, &followed, RunRequest::default(), 10).await;
    measure("nothing new", &app, &followed, RunRequest::default(), 0).await;
    let whole = RunRequest { full: true, ..RunRequest::default() };
    measure("whole pass, nothing new", &app, &followed, whole, PEOPLE as u64).await;
}

async fn measure(
    what: &str,
    app: &App,
    followed: &Arc<FollowedDirectory>,
    request: RunRequest,
    expected: u64,
) {
    // Writing 5 resets the peak: proc_pid_clear_refs(5).
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = memory("VmRSS:");
    let start = Instant::now();
    let ran = app.directory_sync().run(followed, request).await.unwrap();
    let time = start.elapsed();
    let report = ran.report;
    assert_eq!(report.received, expected, "{:?}", report.problem);
    let written = report.totals.new + report.totals.changed;
    println!(
        "| {what} | {} | {written} | {:.2} s | {before} MB | {} MB |",
        report.received,
        time.as_secs_f64(),
        memory("VmHWM:")
    );
}

fn memory(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}
