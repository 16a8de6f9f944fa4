//! One application: the queue of its calls, and its breaker.

use super::{
    EngineOptions,
    breaker::{Breaker, Pass, State, Verdict},
    queue::Queue,
};
use chrono::{DateTime, Utc};
use pleiade_core::{ConnectorError, ConnectorId, ErrorKind};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, atomic::AtomicU64},
    time::Duration,
};

/// Whether an application is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BreakerState {
    /// It is.
    Closed,
    /// It is left alone, because it failed or because it asked for it.
    Open,
    /// One call is, or may be, made to see whether it is well again.
    HalfOpen,
}

impl BreakerState {
    /// The name in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

/// The last failure that says something about the application itself, or of the portal's own key or account there.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LastError {
    /// How.
    pub error: ConnectorError,
    /// The reference of its log line.
    pub reference: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// How an application is doing.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UpstreamState {
    /// Which.
    pub connector: ConnectorId,
    /// Whether it is called.
    pub breaker: BreakerState,
    /// When it is called again at the earliest, while it is left alone.
    pub retry_at: Option<DateTime<Utc>>,
    /// Calls under way.
    pub in_flight: usize,
    /// Refreshes that wait for a free call.
    pub waiting: usize,
    /// The last failure, even if it was answered since.
    pub last_error: Option<LastError>,
    /// When it last answered.
    pub last_success: Option<DateTime<Utc>>,
}

/// How often an administrator may have an application called again: each time, secrets that it refused are sent once more.
const RETRY_EVERY: Duration = Duration::from_secs(60);

/// Why an application is not called now.
pub(super) struct LeftAlone {
    pub(super) until: Duration,
    pub(super) kind: ErrorKind,
    pub(super) reference: String,
}

struct Failure {
    error: ConnectorError,
    reference: String,
    at: Duration,
}

struct Health {
    breaker: Breaker,
    last_outage: Option<Failure>,
    /// The portal's own key or account was refused; no outage.
    last_refusal: Option<Failure>,
    last_success: Option<Duration>,
    /// When an administrator had it called again.
    retried_at: Option<Duration>,
}

pub(super) struct Upstream {
    connector: ConnectorId,
    pub(super) queue: Arc<Queue>,
    /// Readings begun before this sequence are old.
    pub(super) mark: AtomicU64,
    health: Mutex<Health>,
}

impl Upstream {
    fn new(connector: ConnectorId, options: &EngineOptions) -> Self {
        let queue = Queue::new(options.calls_to(&connector));
        let health = Health {
            breaker: Breaker::new(options.breaker),
            last_outage: None,
            last_refusal: None,
            last_success: None,
            retried_at: None,
        };
        Self { connector, queue, mark: AtomicU64::new(0), health: Mutex::new(health) }
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn connector(&self) -> &ConnectorId {
        &self.connector
    }

    pub(super) fn left_alone(&self, now: Duration) -> Option<LeftAlone> {
        let health = self.health();
        let until = health.breaker.refuses(now)?;
        let (kind, reference) =
            health.last_outage.as_ref().map_or((ErrorKind::Unreachable, String::new()), |outage| {
                (outage.error.kind(), outage.reference.clone())
            });
        Some(LeftAlone { until, kind, reference })
    }

    /// Has the application called again at once, unless that was done within the minute.
    pub(super) fn retry(&self, now: Duration) -> bool {
        let mut health = self.health();
        if health.retried_at.is_some_and(|at| now.saturating_sub(at) < RETRY_EVERY) {
            return false;
        }
        health.retried_at = Some(now);
        health.breaker.reset();
        true
    }

    /// Asks the breaker. What it gives must be [settled](Admission::settle); dropped, it says nothing about the application.
    pub(super) fn admit(&self, now: Duration) -> Option<Admission<'_>> {
        self.health().breaker.admit(now).map(|pass| Admission { upstream: self, pass, now })
    }

    pub(super) fn state(&self, date: impl Fn(Duration) -> DateTime<Utc>, now: Duration) -> UpstreamState {
        let health = self.health();
        let refused = health.breaker.refuses(now);
        let breaker = match health.breaker.state() {
            State::HalfOpen { .. } => BreakerState::HalfOpen,
            State::Open { .. } if refused.is_none() => BreakerState::HalfOpen,
            State::Open { .. } => BreakerState::Open,
            State::Closed { .. } if refused.is_some() => BreakerState::Open,
            State::Closed { .. } => BreakerState::Closed,
        };
        UpstreamState {
            connector: self.connector.clone(),
            breaker,
            retry_at: refused.map(&date),
            in_flight: self.queue.busy(),
            waiting: self.queue.waiting(),
            last_error: [&health.last_outage, &health.last_refusal]
                .into_iter()
                .flatten()
                .max_by_key(|failure| failure.at)
                .map(|failure| LastError {
                    error: failure.error.clone(),
                    reference: failure.reference.clone(),
                    at: date(failure.at),
                }),
            last_success: health.last_success.map(&date),
        }
    }
}

/// The right to call once.
pub(super) struct Admission<'a> {
    upstream: &'a Upstream,
    pass: Pass,
    now: Duration,
}

/// What came of a call, as far as it concerns the application.
pub(super) struct Report<'a> {
    pub(super) failure: Option<(&'a ConnectorError, &'a str)>,
    /// Whether the call was made with the portal's own key or account, which is nobody's but the operator's to mend.
    pub(super) is_own_key: bool,
    /// The application asked to be left alone for so long.
    pub(super) hold: Option<Duration>,
    pub(super) now: Duration,
    pub(super) jitter: f64,
}

impl Admission<'_> {
    pub(super) fn is_probe(&self) -> bool {
        self.pass.probe
    }

    pub(super) fn settle(mut self, report: &Report<'_>) {
        self.now = report.now;
        let verdict = Verdict::from_failure(report.failure.map(|(error, _)| error.kind()));
        let mut health = self.upstream.health();
        if let (Verdict::Ill, Some((error, reference))) = (verdict, report.failure) {
            let (error, reference) = (error.clone(), reference.to_owned());
            health.last_outage = Some(Failure { error, reference, at: report.now });
        }
        if let (true, Some((error, reference))) = (report.is_own_key, report.failure)
            && matches!(error.kind(), ErrorKind::Unauthenticated | ErrorKind::BadConfiguration)
        {
            let (error, reference) = (error.clone(), reference.to_owned());
            health.last_refusal = Some(Failure { error, reference, at: report.now });
        }
        if verdict == Verdict::Healthy {
            health.last_success = Some(report.now);
        }
        if let Some(wait) = report.hold {
            health.breaker.hold(report.now.saturating_add(wait));
        }
        health.breaker.settle(&self.pass, verdict, report.now, report.jitter);
    }
}

/// A call that was given up frees the place of the probe. After [`Admission::settle`] the breaker has moved on and ignores it.
impl Drop for Admission<'_> {
    fn drop(&mut self) {
        self.upstream.health().breaker.settle(&self.pass, Verdict::Unknown, self.now, 0.0);
    }
}

/// Every application that was asked for. As many as there are connectors, so none is ever removed.
#[derive(Default)]
pub(super) struct Upstreams(RwLock<BTreeMap<ConnectorId, Arc<Upstream>>>);

impl Upstreams {
    pub(super) fn get(&self, connector: &ConnectorId, options: &EngineOptions) -> Arc<Upstream> {
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(connector) {
            return Arc::clone(known);
        }
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Upstream::new(connector.clone(), options));
        Arc::clone(all.entry(connector.clone()).or_insert_with(new))
    }

    pub(super) fn all(&self) -> Vec<Arc<Upstream>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}
