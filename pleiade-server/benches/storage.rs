//! Measures the cost of having each acknowledged write on the disk: the same small writes to SQLite with `synchronous = "full"` and
//! `"normal"`, one after the other and by eight at once.
//!
//! `cargo bench -p pleiade-server --all-features --bench storage [-- FOLDER]` prints one line for each. The files are made in a temporary
//! folder, in FOLDER if one is given: the figures are those of its disk.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a program for developers")]

use chrono::DateTime;
use pleiade_server::storage::{
    Storage,
    sqlite::{self, SqliteOptions, Synchronous},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

const WRITES: u32 = 2_000;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` only asks whether it still runs.
    let writes = if arguments.iter().any(|argument| argument == "--bench") { WRITES } else { 20 };
    let folder = arguments.iter().find(|argument| !argument.starts_with("--"));
    println!(
        "{:<12} {:>8} {:>10} {:>8} {:>8} {:>8}",
        "synchronous", "writers", "writes/s", "p50 ms", "p99 ms", "max ms"
    );
    for synchronous in [Synchronous::Normal, Synchronous::Full] {
        for writers in [1, 8] {
            let place = match folder {
                Some(folder) => tempfile::tempdir_in(folder),
                None => tempfile::tempdir(),
            };
            let place = place.unwrap();
            let options = SqliteOptions {
                path: place.path().join("bench.db"),
                busy: Duration::from_secs(10),
                synchronous,
            };
            let storage: Arc<dyn Storage> = Arc::new(sqlite::open_with(&options).await.unwrap());
            let began = Instant::now();
            let work =
                (0..writers).map(|writer| tokio::spawn(write(storage.clone(), writer, writes / writers)));
            let mut times = Vec::new();
            for done in work.collect::<Vec<_>>() {
                times.extend(done.await.unwrap());
            }
            let took = began.elapsed();
            times.sort_unstable();
            let at = |share: f64| {
                times.get((times.len() as f64 * share) as usize).or(times.last()).unwrap().as_secs_f64() * 1e3
            };
            println!(
                "{:<12} {writers:>8} {:>10.0} {:>8.2} {:>8.2} {:>8.2}",
                format!("{synchronous:?}").to_lowercase(),
                times.len() as f64 / took.as_secs_f64(),
                at(0.50),
                at(0.99),
                at(1.0)
            );
            storage.close().await;
        }
    }
}

/// Keys used once: one row and one transaction each.
async fn write(storage: Arc<dyn Storage>, writer: u32, writes: u32) -> Vec<Duration> {
    let mut times = Vec::new();
    for n in 0..writes {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&writer.to_be_bytes());
        key[4..8].copy_from_slice(&n.to_be_bytes());
        let asked = Instant::now();
        assert!(storage.use_once(key, DateTime::UNIX_EPOCH).await.unwrap());
        times.push(asked.elapsed());
    }
    times
}
