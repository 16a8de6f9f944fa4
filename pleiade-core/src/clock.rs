//! Injected time.

use chrono::{DateTime, Utc};
use std::{
    fmt,
    time::{Duration, Instant},
};

/// The only source of time of every part of Pléiade.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The current date and time, for people and for storage.
    fn now(&self) -> DateTime<Utc>;

    /// The time since an arbitrary start, never going backwards: for ages and delays.
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
