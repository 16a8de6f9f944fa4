//! What can be chosen.

use super::{BreakerOptions, NoObserver, Observer};
use pleiade_core::ConnectorId;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// What can be chosen, for every application unless it says otherwise.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EngineOptions {
    /// Bytes that all readings together may take, as estimated; beyond, the least recently used go. 256 MiB.
    pub memory: u64,
    /// Calls at once to one application, at least one. 16.
    pub calls_per_upstream: usize,
    /// Calls at once to these applications, in the place of [`Self::calls_per_upstream`]. None.
    pub calls_per_connector: BTreeMap<ConnectorId, usize>,
    /// How long a caller waits for a free call, and how long what nobody looks at stays in the queue; at least one second. Its end is no
    /// error: the reading stays as it was, and the next refresh asks again. 5 min.
    pub queue_timeout: Duration,
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
            calls_per_connector: BTreeMap::new(),
            queue_timeout: Duration::from_secs(300),
            breaker: BreakerOptions::default(),
            rest_after_failure: Duration::from_secs(30),
            rest_when_forced: Duration::from_secs(10),
            longest_wait: Duration::from_secs(15 * 60),
            seed: None,
            observer: Arc::new(NoObserver),
        }
    }
}

impl EngineOptions {
    /// Calls at once to this application.
    pub(super) fn calls_to(&self, connector: &ConnectorId) -> usize {
        self.calls_per_connector.get(connector).copied().unwrap_or(self.calls_per_upstream)
    }
}
