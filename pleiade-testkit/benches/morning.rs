//! A morning: the people of a town open their desk one after the other, on one Nextcloud of a real server's speed. In virtual time: the
//! figures are the same on every machine.
//!
//! `cargo bench -p pleiade-testkit --all-features --bench morning [-- PEOPLE MINUTES LIMIT…]`, by default 500 people within 5 minutes,
//! with 4 calls at once and with 16.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark reports, and ends where it cannot go on"
)]

#[path = "../tests/speed/town.rs"]
mod town;

use futures_util::future::join_all;
use pleiade_connectors::engine::EngineOptions;
use pleiade_testkit::{Workers, random::SplitMix64};
use std::time::Duration;
use town::{Seen, Town};

const SEED: u64 = 1;

fn main() {
    let given: Vec<u32> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let (people, minutes, limits) = match given[..] {
        [people, minutes, ref limits @ ..] if !limits.is_empty() => (people, minutes, limits.to_vec()),
        [people, minutes] => (people, minutes, vec![4, 16]),
        _ => (500, 5, vec![4, 16]),
    };
    println!("{people} people within {minutes} minutes, on 4 workers of 40 to 400 ms a request\n");
    println!(
        "| calls at once | requests | errors | people who saw one | first card p50 s | p95 s | whole p50 s | p95 s | longest line |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for limit in limits {
        // One core and paused time: the same order each time.
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(morning(people, Duration::from_secs(60) * minutes, limit));
    }
}

async fn morning(people: u32, within: Duration, limit: u32) {
    let mut options = EngineOptions::default();
    options.seed = Some(SEED);
    options.calls_per_upstream = limit.try_into().unwrap();
    let number = people.try_into().unwrap();
    let town = Town::new(number, Workers::of_a_small_server(SEED), options);
    let (mut random, mut arrival) = (SplitMix64::new(SEED), Duration::ZERO);
    let arrivals: Vec<Duration> = (0..people)
        .map(|_| {
            arrival += random.until_next(within / people.max(1));
            arrival
        })
        .collect();
    let visits = arrivals.into_iter().enumerate().map(|(number, arrival)| {
        let town = &town;
        async move {
            tokio::time::sleep(arrival).await;
            town.look(number).await
        }
    });
    let seen = join_all(visits).await;
    let time = |what: fn(&Seen) -> Duration| {
        let mut sorted: Vec<Duration> = seen.iter().map(what).collect();
        sorted.sort();
        let at = |percent: usize| sorted[(sorted.len() - 1) * percent / 100].as_secs_f64();
        format!("{:.1} | {:.1}", at(50), at(95))
    };
    println!(
        "| {limit} | {} | {} | {} | {} | {} | {} |",
        town.workers.requests(),
        seen.iter().map(|one| one.errors).sum::<usize>(),
        seen.iter().filter(|one| one.errors > 0).count(),
        time(|one| one.first),
        time(|one| one.whole),
        town.workers.longest_line(),
    );
}
