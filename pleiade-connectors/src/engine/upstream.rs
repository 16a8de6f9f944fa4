//! One application: the queue of its calls, and its breaker.

use super::{
    EngineOptions,
    breaker::{Breaker, Permit, State, Verdict},
    queue::Queue,
};
use chrono::{DateTime, Utc};
use pleiade_core::{ConnectorError, ConnectorId, ErrorKind};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, atomic::AtomicU64},
    time::Duration,
};

/// The state of an application's circuit breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BreakerState {
    /// Calls are made.
    Closed,
    /// No call is made, because the application failed or asked for a pause.
    Open,
    /// One probe is, or may be, under way.
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

/// The last failure that concerns the application itself, or the portal's own key or account there.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LastError {
    /// The error.
    pub error: ConnectorError,
    /// The reference of its log line.
    pub reference: String,
    /// The time of the failure.
    pub at: DateTime<Utc>,
}

/// The state of an application.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UpstreamState {
    /// The connector instance.
    pub connector: ConnectorId,
    /// The state of its breaker.
    pub breaker: BreakerState,
    /// The earliest next call while the breaker is open.
    pub retry_at: Option<DateTime<Utc>>,
    /// Calls under way.
    pub in_flight: usize,
    /// Refreshes that wait for a free call.
    pub waiting: usize,
    /// The last failure, even if the application has answered since.
    pub last_error: Option<LastError>,
    /// The time of its last answer.
    pub last_success: Option<DateTime<Utc>>,
}

/// The least time between two resets by an administrator: each one sends refused secrets once more.
const RETRY_EVERY: Duration = Duration::from_secs(60);

/// An open breaker, with the failure that opened it.
pub(super) struct OpenBreaker {
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
    /// The last refusal of the portal's own key or account; no outage.
    last_refusal: Option<Failure>,
    last_success: Option<Duration>,
    /// The last reset by an administrator.
    retried_at: Option<Duration>,
}

pub(super) struct Upstream {
    connector: ConnectorId,
    pub(super) queue: Arc<Queue>,
    /// Readings begun before this sequence are old.
    pub(super) invalidated_before: AtomicU64,
    health: Mutex<Health>,
}

impl Upstream {
    fn new(connector: ConnectorId, options: &EngineOptions) -> Self {
        let queue = Queue::new(options.calls_at_once(&connector));
        let health = Health {
            breaker: Breaker::new(options.breaker),
            last_outage: None,
            last_refusal: None,
            last_success: None,
            retried_at: None,
        };
        Self { connector, queue, invalidated_before: AtomicU64::new(0), health: Mutex::new(health) }
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn connector(&self) -> &ConnectorId {
        &self.connector
    }

    pub(super) fn open_until(&self, now: Duration) -> Option<OpenBreaker> {
        let health = self.health();
        let until = health.breaker.refuses(now)?;
        let (kind, reference) =
            health.last_outage.as_ref().map_or((ErrorKind::Unreachable, String::new()), |outage| {
                (outage.error.kind(), outage.reference.clone())
            });
        Some(OpenBreaker { until, kind, reference })
    }

    /// Closes the breaker, unless that was done within the last minute.
    pub(super) fn retry(&self, now: Duration) -> bool {
        let mut health = self.health();
        if health.retried_at.is_some_and(|at| now.saturating_sub(at) < RETRY_EVERY) {
            return false;
        }
        health.retried_at = Some(now);
        health.breaker.reset();
        true
    }

    /// Asks the breaker for a call. The admission must be [settled](Admission::settle); dropped, it says nothing about the application.
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

/// The right to make one call.
pub(super) struct Admission<'a> {
    upstream: &'a Upstream,
    pass: Permit,
    now: Duration,
}

/// The result of a call, as far as it concerns the application.
pub(super) struct Report<'a> {
    pub(super) failure: Option<(&'a ConnectorError, &'a str)>,
    /// True if the call was made with the portal's own key or account, which only the operator can correct.
    pub(super) is_own_key: bool,
    /// The pause that the application asked for.
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

/// Gives back the place of a probe that was given up. After [`Admission::settle`] the breaker has moved on and ignores it.
impl Drop for Admission<'_> {
    fn drop(&mut self) {
        self.upstream.health().breaker.settle(&self.pass, Verdict::Unknown, self.now, 0.0);
    }
}

/// The state of every application called so far. As many as there are connectors, so none is ever removed.
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
