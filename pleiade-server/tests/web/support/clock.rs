//! A clock under the test's hand.

use chrono::{DateTime, Utc};
use pleiade_core::Clock;
use std::{sync::Mutex, time::Duration};

/// A clock that moves when it is told to.
#[derive(Debug, Default)]
pub(crate) struct ManualClock(Mutex<Duration>);

impl ManualClock {
    pub(crate) fn advance(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        pleiade_testkit::TestClock::sample_now() + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}
