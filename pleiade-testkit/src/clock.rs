//! For tests and demonstrations only: clocks that a test sets.

use chrono::{DateTime, TimeZone, Utc};
use pleiade_core::Clock;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// A clock whose date is chosen, and which advances with [`tokio::time`]: under `#[tokio::test(start_paused = true)]` it moves
/// only when the test's time does.
#[derive(Debug)]
pub struct TestClock {
    start: Instant,
    origin: Mutex<DateTime<Utc>>,
}

impl TestClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn starting_at(now: DateTime<Utc>) -> Self {
        Self { start: Instant::now(), origin: Mutex::new(now) }
    }

    /// The date on which [`TestClock::default`] starts: Thursday 12 March 2026, 08:30 UTC (09:30 in Paris).
    #[must_use]
    pub fn sample_now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 3, 12, 8, 30, 0).single().unwrap_or_default()
    }

    /// Moves the date, forwards or backwards; [`Clock::elapsed`] does not jump.
    pub fn set_now(&self, now: DateTime<Utc>) {
        *self.origin.lock().unwrap_or_else(PoisonError::into_inner) = now - self.start.elapsed();
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::starting_at(Self::sample_now())
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.origin.lock().unwrap_or_else(PoisonError::into_inner) + self.start.elapsed()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

/// A clock that moves only when it is told to.
#[derive(Debug)]
pub struct ManualClock {
    start: DateTime<Utc>,
    elapsed: Mutex<Duration>,
}

impl ManualClock {
    /// A clock that shows `start` until it is moved.
    #[must_use]
    pub fn starting_at(start: DateTime<Utc>) -> Self {
        Self { start, elapsed: Mutex::default() }
    }

    /// Moves the clock forwards.
    pub fn advance(&self, by: Duration) {
        *self.elapsed.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }

    /// Moves the clock to this time after its start.
    pub fn set_elapsed(&self, elapsed: Duration) {
        *self.elapsed.lock().unwrap_or_else(PoisonError::into_inner) = elapsed;
    }
}

/// A clock that starts at [`TestClock::sample_now`].
impl Default for ManualClock {
    fn default() -> Self {
        Self::starting_at(TestClock::sample_now())
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        self.start + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        *self.elapsed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn time_moves_only_when_the_test_says_so() {
        let clock = TestClock::default();
        assert_eq!(clock.now(), TestClock::sample_now());
        tokio::time::advance(Duration::from_secs(90)).await;
        assert_eq!(clock.elapsed(), Duration::from_secs(90));
        clock.set_now(TestClock::sample_now());
        assert_eq!(clock.now(), TestClock::sample_now());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(clock.now(), TestClock::sample_now() + Duration::from_secs(1));
    }
}
