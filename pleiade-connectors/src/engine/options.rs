//! What can be chosen.

use super::{BreakerOptions, NoObserver, Observer};
use std::{sync::Arc, time::Duration};

/// What can be chosen, once for every application.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EngineOptions {
    /// Bytes that all readings together may take, as estimated; beyond, the least recently used go. 256 MiB.
    pub memory: u64,
    /// Calls at once to one application. 16.
    pub calls_per_upstream: usize,
    /// When an application is left alone.
    pub breaker: BreakerOptions,
    /// How long one reading rests after it failed, if its time to live is not shorter. 30 s.
    pub rest_after_failure: Duration,
    /// How long one reading rests between two forced refreshes. 10 s.
    pub rest_when_forced: Duration,
    /// The longest wait that an application can impose with `Retry-After`. 15 min.
    pub longest_wait: Duration,
    /// Seeds delays and references, for tests that repeat; otherwise the system's randomness.
    pub seed: Option<u64>,
    /// Told of every refresh, for metrics.
    pub observer: Arc<dyn Observer>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            memory: 256 << 20,
            calls_per_upstream: 16,
            breaker: BreakerOptions::default(),
            rest_after_failure: Duration::from_secs(30),
            rest_when_forced: Duration::from_secs(10),
            longest_wait: Duration::from_secs(15 * 60),
            seed: None,
            observer: Arc::new(NoObserver),
        }
    }
}
