//! Keeps readings fresh without ever making a page wait.
//!
//! A page asks [`Engine::peek`], which answers from memory in microseconds and calls nobody. Whoever can wait, an event stream or a
//! task, asks [`Engine::refresh`]. Between the two stand these layers, always in this order, which is the only one that exists: the
//! layers are private and [`Engine::new`] is the one way to assemble them.
//!
//! 1. **cache** (`cache`): the last reading of each person and widget with its age; shown old rather than not at all;
//! 2. **single flight** (`flight`): one refresh of a reading at a time, in a task of its own, which goes on when the caller leaves;
//! 3. **concurrency limit** (`queue`): so many calls at once to one application; what somebody looks at goes first, and people take turns;
//! 4. **deadline**: [`WidgetDescriptor::deadline`] over everything below, from when a call is free: waiting for one is nobody's error;
//! 5. **breaker** (`breaker`): an ill application is left alone, then asked by one call only;
//! 6. **retry** (`retry`): a fault that may pass is tried again, at most twice, within the deadline;
//! 7. the widget, and below it the hardened HTTP client.
//!
//! Each application (connector instance) has a limit and a breaker of its own, and nothing is shared between two of them but the
//! memory: one that hangs delays no other.
//!
//! ```
//! use pleiade_connectors::engine::{Engine, EngineOptions, WidgetCall};
//! use pleiade_core::{Reading, SystemClock};
//! use std::sync::Arc;
//!
//! # async fn page(call: WidgetCall) {
//! let engine = Engine::new(EngineOptions::default(), Arc::new(SystemClock::default()));
//! let now = engine.peek(&call); // for the HTML
//! if let Reading::Stale { .. } | Reading::Missing { .. } = now {
//!     let later = engine.refresh(&call).await; // for the event stream
//! }
//! engine.shutdown().await;
//! # }
//! ```

mod breaker;
mod cache;
mod call;
mod flight;
mod observer;
mod options;
mod queue;
mod random;
mod refresh;
mod retry;
mod upstream;
mod weight;

pub use breaker::BreakerOptions;
pub use call::WidgetCall;
pub use observer::{FailedReading, NoObserver, Observer};
pub use options::EngineOptions;
pub use random::reference;
pub use upstream::{BreakerState, LastError, UpstreamState};

use cache::{Cache, Caller, Entry};
use chrono::{DateTime, Utc};
use flight::Flights;
use pleiade_core::{Clock, ConnectorId, Freshness, LinkId, Reading, Reason, WidgetContent, WidgetDescriptor};
use random::Random;
use std::{fmt, sync::Arc, time::Duration};
use tokio::time::timeout;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use upstream::{Upstream, Upstreams};

/// Keeps readings fresh. Cloning is cheap and gives the same engine.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    options: EngineOptions,
    clock: Arc<dyn Clock>,
    random: Random,
    cache: Cache,
    flights: Flights,
    upstreams: Upstreams,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// The presence of a viewer: somebody looks at the reading that the caller waits for, or nobody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visibility {
    Visible,
    Background,
}

/// The strength of a demand for a new value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RefreshMode {
    /// A fresh value is kept, and the cooldown after a failure respected.
    Ordinary,
    /// A fresh value is replaced too: the person pressed "refresh".
    Forced,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("options", &self.0.options).finish_non_exhaustive()
    }
}

impl Engine {
    /// An empty engine.
    #[must_use]
    pub fn new(options: EngineOptions, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            random: Random::new(options.seed),
            cache: Cache::new(options.max_memory_bytes),
            flights: Flights::default(),
            upstreams: Upstreams::default(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            options,
            clock,
        }))
    }

    /// Returns the last reading from memory: calls no application and never waits.
    #[must_use]
    pub fn peek(&self, call: &WidgetCall) -> Reading<Arc<WidgetContent>> {
        let inner = &self.0;
        let upstream = inner.upstreams.get(call.connector_id(), &inner.options);
        let entry = inner.cache.get(&call.key());
        inner.reading(call, &upstream, entry.as_deref())
    }

    /// The reading, refreshed if it is not fresh, for somebody who looks: it goes before what nobody looks at, as long as the caller waits.
    /// Joins the refresh that is under way, or starts one that goes on even if the caller leaves, in the background. Where several cards
    /// wait, people take turns, and each one's cards are read in the order in which this was called.
    ///
    /// Returns at once when the reading is fresh, when it failed a moment ago, or when the application is to be left alone; otherwise
    /// within the widget's deadline once a call is free, for which it waits no longer than [`EngineOptions::queue_timeout`].
    pub async fn refresh(&self, call: &WidgetCall) -> Reading<Arc<WidgetContent>> {
        self.refresh_as(call, RefreshMode::Ordinary, Visibility::Visible).await
    }

    /// As [`Self::refresh`], for what nobody looks at now: it waits until those who look are served, but not for ever.
    pub async fn refresh_in_background(&self, call: &WidgetCall) -> Reading<Arc<WidgetContent>> {
        self.refresh_as(call, RefreshMode::Ordinary, Visibility::Background).await
    }

    /// As [`Self::refresh`], also when the reading is fresh: for a person who presses "refresh". The same reading is asked at most once
    /// per [`EngineOptions::min_refresh_interval`], and an application that is to be left alone still is.
    pub async fn refresh_now(&self, call: &WidgetCall) -> Reading<Arc<WidgetContent>> {
        self.refresh_as(call, RefreshMode::Forced, Visibility::Visible).await
    }

    async fn refresh_as(
        &self,
        call: &WidgetCall,
        mode: RefreshMode,
        visibility: Visibility,
    ) -> Reading<Arc<WidgetContent>> {
        let inner = &self.0;
        let key = call.key();
        let upstream = inner.upstreams.get(call.connector_id(), &inner.options);
        // Twice: a refresh that began before an invalidation brings what was true before it.
        for _ in 0..2 {
            let entry = inner.cache.get(&key);
            if inner.stop.is_cancelled() || inner.in_cooldown(call, &upstream, entry.as_deref(), mode) {
                return inner.reading(call, &upstream, entry.as_deref());
            }
            let still_needed = || {
                let entry = inner.cache.get(&key);
                !inner.in_cooldown(call, &upstream, entry.as_deref(), mode)
            };
            let is_visible = visibility == Visibility::Visible;
            let Some(follower) = inner.flights.join(&key, is_visible, still_needed, |leader| {
                let sequence = inner.cache.next_sequence();
                leader.set_sequence(sequence);
                let (inner, call, upstream) = (Arc::clone(inner), call.clone(), Arc::clone(&upstream));
                self.0.tasks.spawn(async move {
                    let entry = inner.run_refresh(&call, &upstream, mode, sequence, &leader).await;
                    leader.complete(entry);
                });
            }) else {
                continue;
            };
            let most = inner.options.queue_timeout.saturating_add(call.descriptor().deadline);
            let Ok((entry, sequence)) = timeout(most, follower.outcome()).await else { break };
            if inner.cache.invalidated_before(&call.caller(), &upstream) <= sequence {
                return inner.reading(call, &upstream, entry.as_deref());
            }
        }
        self.peek(call)
    }

    /// Makes the readings of a connector old, of one link or of everybody, so that the next refresh asks the application whatever
    /// their age: after an action. They are still shown until then.
    pub fn invalidate(&self, connector: &ConnectorId, link: Option<LinkId>) {
        let upstream = self.0.upstreams.get(connector, &self.0.options);
        self.0.cache.invalidate(connector, link, &upstream);
    }

    /// Closes the application's breaker and makes all its readings old: an administrator corrected something. At most once a minute:
    /// returns false, and does nothing, if the last time was less than a minute ago.
    pub fn retry(&self, connector: &ConnectorId) -> bool {
        let upstream = self.0.upstreams.get(connector, &self.0.options);
        let is_due = upstream.retry(self.0.clock.elapsed());
        if is_due {
            self.invalidate(connector, None);
        }
        is_due
    }

    /// Drops everything that was read by a link, from one connector or from all: after an account is unlinked or a link closed. A
    /// refresh under way leaves nothing behind. Goes through the whole memory: not for every request.
    pub fn forget(&self, link: LinkId, connector: Option<&ConnectorId>) {
        let known: Vec<ConnectorId> = match connector {
            Some(connector) => vec![connector.clone()],
            None => self.0.upstreams.all().into_iter().map(|upstream| upstream.connector().clone()).collect(),
        };
        self.0.cache.forget(link, &known);
    }

    /// The state of every application that was ever called, in the order of their ids.
    #[must_use]
    pub fn snapshot(&self) -> Vec<UpstreamState> {
        let inner = &self.0;
        let now = inner.clock.elapsed();
        inner.upstreams.all().iter().map(|upstream| upstream.state(|at| inner.date_of(at), now)).collect()
    }

    /// The estimated size of all readings in bytes, at most [`EngineOptions::max_memory_bytes`].
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        self.0.cache.weight()
    }

    /// Cancels every refresh under way and waits until they have ended. Afterwards readings are answered from memory only.
    pub async fn shutdown(&self) {
        self.0.stop.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }
}

impl Inner {
    /// The date of a moment of the steady clock.
    fn date_of(&self, at: Duration) -> DateTime<Utc> {
        let (now, elapsed) = (self.clock.now(), self.clock.elapsed());
        let shifted = |by: Duration| chrono::TimeDelta::from_std(by).unwrap_or(chrono::TimeDelta::MAX);
        match at.checked_sub(elapsed) {
            Some(ahead) => now.checked_add_signed(shifted(ahead)).unwrap_or(DateTime::<Utc>::MAX_UTC),
            None => now
                .checked_sub_signed(shifted(elapsed.saturating_sub(at)))
                .unwrap_or(DateTime::<Utc>::MIN_UTC),
        }
    }

    /// True if the application must not be asked for this reading now.
    fn in_cooldown(
        &self,
        call: &WidgetCall,
        upstream: &Upstream,
        entry: Option<&Entry>,
        mode: RefreshMode,
    ) -> bool {
        let now = self.clock.elapsed();
        let caller = call.caller();
        let invalidated_before = self.cache.invalidated_before(&caller, upstream);
        let rest = match mode {
            RefreshMode::Ordinary => None,
            RefreshMode::Forced => Some(self.options.min_refresh_interval),
        };
        entry
            .is_some_and(|entry| entry.in_cooldown(&caller, invalidated_before, now, call.descriptor(), rest))
            || upstream.open_until(now).is_some()
    }

    /// The reading of a card, from the entry and the state of the application.
    fn reading(
        &self,
        call: &WidgetCall,
        upstream: &Upstream,
        entry: Option<&Entry>,
    ) -> Reading<Arc<WidgetContent>> {
        let now = self.clock.elapsed();
        let caller = call.caller();
        let invalidated_before = self.cache.invalidated_before(&caller, upstream);
        let reading = self.reading_at(&caller, call.descriptor(), upstream, entry, invalidated_before, now);
        if let Freshness::Stale(reason) = reading.freshness() {
            self.options.observer.served_stale(call.connector_id(), &call.descriptor().id, reason);
        }
        reading
    }

    fn reading_at(
        &self,
        caller: &Caller<'_>,
        descriptor: &WidgetDescriptor,
        upstream: &Upstream,
        entry: Option<&Entry>,
        invalidated_before: u64,
        now: Duration,
    ) -> Reading<Arc<WidgetContent>> {
        let value = entry.and_then(|entry| entry.shown_value(caller, now, descriptor));
        if let Some(value) = value
            && value.is_fresh(invalidated_before, now, descriptor)
        {
            return Reading::Fresh { value: Arc::clone(&value.content), measured_at: value.measured_at };
        }
        let open_until = upstream.open_until(now);
        let reason = match (entry.and_then(|entry| entry.failure_of(caller)), &open_until) {
            (Some(failure), _) => {
                let earliest = open_until
                    .as_ref()
                    .map_or(failure.cooldown_until, |left| left.until.max(failure.cooldown_until));
                Reason::Failed {
                    kind: failure.kind,
                    reference: failure.reference.clone(),
                    retry_at: Some(self.date_of(earliest.max(now))),
                }
            }
            (None, Some(left)) => Reason::Failed {
                kind: left.kind,
                reference: left.reference.clone(),
                retry_at: Some(self.date_of(left.until)),
            },
            (None, None) => Reason::Waiting,
        };
        match value {
            Some(value) => {
                Reading::Stale { value: Arc::clone(&value.content), measured_at: value.measured_at, reason }
            }
            None => Reading::Missing { reason },
        }
    }
}
