//! What people see of an application of a real server's speed, under paused time.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test says what is wrong by failing, and tells what it measured"
)]

mod town;

use futures_util::future::join_all;
use pleiade_connectors::engine::EngineOptions;
use pleiade_testkit::Workers;
use std::time::Duration;
use town::{Seen, Town};

fn latest(seen: &[Seen], what: impl Fn(&Seen) -> Duration) -> Duration {
    seen.iter().map(what).max().unwrap_or_default()
}

/// Twenty desks of all Nextcloud's cards, at once, on a server of four workers.
async fn twenty(limit: usize) -> Vec<Seen> {
    let mut options = EngineOptions::default();
    options.seed = Some(1);
    options.calls_per_upstream = limit;
    let town = Town::new(20, Workers::of_a_small_server(1), options);
    assert_eq!(town.desk(0).len(), 6);
    let seen = join_all((0..20).map(|number| town.look(number))).await;
    println!(
        "limit {limit}: {} requests, longest line {}; {} errors, seen by {} of 20; first card after {:.1?} (the last person's), all whole after {:.1?}",
        town.workers.requests(),
        town.workers.longest_line(),
        seen.iter().map(|one| one.errors).sum::<usize>(),
        seen.iter().filter(|one| one.errors > 0).count(),
        latest(&seen, |one| one.first),
        latest(&seen, |one| one.whole),
    );
    seen
}

#[tokio::test(start_paused = true)]
async fn twenty_people_at_once_see_no_error_that_the_application_did_not_give() {
    for limit in [4, 16] {
        let seen = twenty(limit).await;
        assert!(seen.iter().all(|one| one.errors == 0), "limit {limit}: {seen:?}");
        // In virtual time: a round of first cards, then the rest. Where waiting was an error, the last desk took 54 to 106 s.
        assert!(latest(&seen, |one| one.first) < Duration::from_secs(10), "limit {limit}: {seen:?}");
        assert!(latest(&seen, |one| one.whole) < Duration::from_secs(30), "limit {limit}: {seen:?}");
    }
}
