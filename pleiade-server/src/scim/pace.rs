//! The pace of one identity manager: many requests at once, then a steady rate.

use pleiade_core::{Clock, SourceId};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Requests of one source that are being answered; the next one waits. Each may read every person of its source, and storage is everybody's.
const MAX_ANSWERED_AT_ONCE: usize = 2;
/// Requests of all sources that are being answered: people have connections of storage left.
const MAX_ANSWERED_OF_ALL: usize = 4;
/// Requests at once.
const MAX_BURST_REQUESTS: u32 = 2000;
/// The pace after that: 50 a second.
const REQUEST_INTERVAL: Duration = Duration::from_millis(20);
/// The longest time for which a source is refused, whatever its last request was.
const LONGEST_REFUSAL: Duration = Duration::from_secs(60);

/// Counts requests by source. Sources are those of the file, so there are few.
#[derive(Debug)]
pub(super) struct Pace {
    clock: Arc<dyn Clock>,
    /// Until when the requests made so far take at the steady pace.
    until: Mutex<BTreeMap<SourceId, Duration>>,
    answered: Mutex<BTreeMap<SourceId, Arc<Semaphore>>>,
    answered_of_all: Arc<Semaphore>,
}

/// A turn to be answered, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    of_source: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Turn {
    /// What of it lasts until an answer is read: whoever reads slowly keeps no other source waiting.
    pub(super) fn while_it_is_read(self) -> OwnedSemaphorePermit {
        self.of_source
    }
}

impl Pace {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            until: Mutex::default(),
            answered: Mutex::default(),
            answered_of_all: Arc::new(Semaphore::new(MAX_ANSWERED_OF_ALL)),
        }
    }

    /// Waits for the turn of one more request of a source, which is held until it is answered.
    pub(super) async fn turn(&self, source: &SourceId) -> Option<Turn> {
        let turns = {
            let mut all = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
            let turns = all.entry(source.clone());
            turns.or_insert_with(|| Arc::new(Semaphore::new(MAX_ANSWERED_AT_ONCE))).clone()
        };
        let of_source = turns.acquire_owned().await.ok()?;
        let of_all = self.answered_of_all.clone().acquire_owned().await.ok()?;
        Some(Turn { of_source, _of_all: of_all })
    }

    /// True if one more request may be made now.
    pub(super) fn admits(&self, source: &SourceId) -> bool {
        let now = self.clock.elapsed();
        let mut all = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let until = all.entry(source.clone()).or_insert(now);
        *until = (*until).max(now);
        let admitted = until.saturating_sub(now) < REQUEST_INTERVAL * MAX_BURST_REQUESTS;
        if admitted {
            *until += REQUEST_INTERVAL;
        }
        admitted
    }

    /// Counts so many operations of one request, or people whom it changes, as if each had come alone. They are made in any case: what comes
    /// next waits for them, a minute at most, since it may be a departure.
    pub(super) fn count(&self, source: &SourceId, operations: usize) {
        let now = self.clock.elapsed();
        let mut all = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let until = all.entry(source.clone()).or_insert(now);
        let operations = u32::try_from(operations).unwrap_or(u32::MAX);
        let counted = (*until).max(now).saturating_add(REQUEST_INTERVAL.saturating_mul(operations));
        *until = counted.min(now + REQUEST_INTERVAL * MAX_BURST_REQUESTS + LONGEST_REFUSAL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_testkit::TestClock;

    #[tokio::test]
    async fn a_source_waits_for_its_own_requests_and_no_other_does() {
        let pace = Pace::new(Arc::new(TestClock::default()));
        let (a, b): (SourceId, SourceId) = ("a".parse().unwrap(), "b".parse().unwrap());
        let mut held = vec![pace.turn(&a).await, pace.turn(&a).await];
        let mut next = Box::pin(pace.turn(&a));
        assert!(futures_util::poll!(next.as_mut()).is_pending());
        assert!(pace.turn(&b).await.is_some());
        held.pop();
        assert!(next.await.is_some());
    }

    #[tokio::test]
    async fn all_sources_together_leave_storage_to_people() {
        let pace = Pace::new(Arc::new(TestClock::default()));
        let sources: Vec<SourceId> = ["a", "b", "c"].map(|id| id.parse().unwrap()).into();
        let mut held = Vec::new();
        for source in sources.iter().take(2) {
            held.extend([pace.turn(source).await, pace.turn(source).await]);
        }
        let mut next = Box::pin(pace.turn(&sources[2]));
        assert!(futures_util::poll!(next.as_mut()).is_pending());
        held.pop();
        assert!(next.await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn many_changes_of_one_request_count_as_many_requests() {
        let pace = Pace::new(Arc::new(TestClock::default()));
        let a: SourceId = "a".parse().unwrap();
        (0..MAX_BURST_REQUESTS + 50).for_each(|_| pace.count(&a, 1));
        assert!(!pace.admits(&a));
        tokio::time::advance(REQUEST_INTERVAL * 50).await;
        assert!(!pace.admits(&a));
        tokio::time::advance(REQUEST_INTERVAL).await;
        assert!(pace.admits(&a));
        pace.count(&a, 1_000_000);
        tokio::time::advance(LONGEST_REFUSAL - REQUEST_INTERVAL).await;
        assert!(!pace.admits(&a));
        tokio::time::advance(REQUEST_INTERVAL * 2).await;
        assert!(pace.admits(&a), "a departure comes through");
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_then_a_steady_pace_and_each_source_its_own() {
        let pace = Pace::new(Arc::new(TestClock::default()));
        let (a, b): (SourceId, SourceId) = ("a".parse().unwrap(), "b".parse().unwrap());
        assert!((0..MAX_BURST_REQUESTS).all(|_| pace.admits(&a)));
        assert!(!pace.admits(&a) && pace.admits(&b));
        tokio::time::advance(REQUEST_INTERVAL * 3).await;
        assert_eq!((0..5).filter(|_| pace.admits(&a)).count(), 3);
    }
}
