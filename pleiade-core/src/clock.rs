//! Injected time.

use chrono::{DateTime, Utc};
use std::{
    fmt,
    time::{Duration, Instant},
};

/// The only source of time of every part of Pléiade.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The date and time shown to people and written to storage.
    fn now(&self) -> DateTime<Utc>;

    /// Time since an arbitrary start that never goes backwards; ages and delays are computed from it.
    fn elapsed(&self) -> Duration;
}

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}
