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
/// Requests at once.
const MAX_BURST_REQUESTS: u32 = 2000;
/// The pace after that: 50 a second.
const REQUEST_INTERVAL: Duration = Duration::from_millis(20);

/// Counts requests by source. Sources are those of the file, so there are few.
#[derive(Debug)]
pub(super) struct Pace {
    clock: Arc<dyn Clock>,
    /// Until when the requests made so far take at the steady pace.
    until: Mutex<BTreeMap<SourceId, Duration>>,
    answered: Mutex<BTreeMap<SourceId, Arc<Semaphore>>>,
}

impl Pace {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, until: Mutex::default(), answered: Mutex::default() }
    }

    /// Waits for the turn of one more request of a source, which is held until it is answered.
    pub(super) async fn turn(&self, source: &SourceId) -> Option<OwnedSemaphorePermit> {
        let turns = {
            let mut all = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
            let turns = all.entry(source.clone());
            turns.or_insert_with(|| Arc::new(Semaphore::new(MAX_ANSWERED_AT_ONCE))).clone()
        };
        turns.acquire_owned().await.ok()
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
