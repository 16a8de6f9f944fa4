//! What can be chosen.

use super::{BreakerOptions, NoObserver, Observer};
use pleiade_core::ConnectorId;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// The settings of an engine, the same for every application unless it has one of its own.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EngineOptions {
    /// The largest size of all readings together in bytes, as estimated; beyond it the least recently used ones go. 256 MiB.
    pub max_memory_bytes: u64,
    /// Concurrent calls to one application, at least one. 16.
    pub calls_per_upstream: usize,
    /// Concurrent calls to these applications, in place of [`Self::calls_per_upstream`]. None.
    pub calls_per_connector: BTreeMap<ConnectorId, usize>,
    /// The longest wait of a caller for a free call, and of a background refresh in the queue; at least one second. Its end is no error:
    /// the reading stays as it was, and the next refresh asks again. 5 min.
    pub queue_timeout: Duration,
    /// The circuit breaker of each application.
    pub breaker: BreakerOptions,
    /// The time after a failed reading before it is asked again, if its time to live is not shorter. 30 s.
    pub cooldown_after_failure: Duration,
    /// The least time between two forced refreshes of one reading. 10 s.
    pub min_refresh_interval: Duration,
    /// The longest wait that an application can impose with `Retry-After`. 15 min.
    pub max_retry_after: Duration,
    /// The seed of delays and references, for tests that repeat; none for the system's randomness.
    pub seed: Option<u64>,
    /// The receiver of the engine's events.
    pub observer: Arc<dyn Observer>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            max_memory_bytes: 256 << 20,
            calls_per_upstream: 16,
            calls_per_connector: BTreeMap::new(),
            queue_timeout: Duration::from_secs(300),
            breaker: BreakerOptions::default(),
            cooldown_after_failure: Duration::from_secs(30),
            min_refresh_interval: Duration::from_secs(10),
            max_retry_after: Duration::from_secs(15 * 60),
            seed: None,
            observer: Arc::new(NoObserver),
        }
    }
}

impl EngineOptions {
    /// Concurrent calls to this application.
    pub(super) fn calls_at_once(&self, connector: &ConnectorId) -> usize {
        self.calls_per_connector.get(connector).copied().unwrap_or(self.calls_per_upstream)
    }
}
