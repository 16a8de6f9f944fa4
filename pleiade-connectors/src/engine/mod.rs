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
pub use upstream::{BreakerState, LastError, UpstreamState};

use cache::{Asker, Cache, Entry};
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

/// Whether somebody looks at what a caller waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attention {
    Visible,
    Background,
}

/// How much a caller insists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Insistence {
    /// Takes what is fresh, and respects the rest after a failure.
    Ordinary,
    /// Wants a newer value than the fresh one: a person pressed "refresh".
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
            cache: Cache::new(options.memory),
            flights: Flights::default(),
            upstreams: Upstreams::default(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
            options,
            clock,
        }))
    }

    /// The last reading, without calling anybody and without waiting.
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
        self.refresh_as(call, Insistence::Ordinary, Attention::Visible).await
    }

    /// As [`Self::refresh`], for what nobody looks at now: it waits until those who look are served, but not for ever.
    pub async fn refresh_in_background(&self, call: &WidgetCall) -> Reading<Arc<WidgetContent>> {
        self.refresh_as(call, Insistence::Ordinary, Attention::Background).await
    }

    /// As [`Self::refresh`], also when the reading is fresh: for a person who presses "refresh". The same reading is asked at most once
    /// per [`EngineOptions::rest_when_forced`], and an application that is to be left alone still is.
    pub async fn refresh_now(&self, call: &WidgetCall) -> Reading<Arc<WidgetContent>> {
        self.refresh_as(call, Insistence::Forced, Attention::Visible).await
    }

    async fn refresh_as(
        &self,
        call: &WidgetCall,
        insistence: Insistence,
        attention: Attention,
    ) -> Reading<Arc<WidgetContent>> {
        let inner = &self.0;
        let key = call.key();
        let upstream = inner.upstreams.get(call.connector_id(), &inner.options);
        // Twice: a refresh that began before an invalidation brings what was true before it.
        for _ in 0..2 {
            let entry = inner.cache.get(&key);
            if inner.stop.is_cancelled() || inner.rests(call, &upstream, entry.as_deref(), insistence) {
                return inner.reading(call, &upstream, entry.as_deref());
            }
            let still_needed = || {
                let entry = inner.cache.get(&key);
                !inner.rests(call, &upstream, entry.as_deref(), insistence)
            };
            let looks = attention == Attention::Visible;
            let Some(passenger) = inner.flights.join(&key, looks, still_needed, |landing| {
                let sequence = inner.cache.next_sequence();
                landing.number(sequence);
                let (inner, call, upstream) = (Arc::clone(inner), call.clone(), Arc::clone(&upstream));
                self.0.tasks.spawn(async move {
                    let entry = inner.fly(&call, &upstream, insistence, sequence, &landing).await;
                    landing.land(entry);
                });
            }) else {
                continue;
            };
            let most = inner.options.queue_timeout.saturating_add(call.descriptor().deadline);
            let Ok((entry, sequence)) = timeout(most, passenger.landed()).await else { break };
            if inner.cache.mark(&call.asker(), &upstream) <= sequence {
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

    /// Has an application called again at once, and everything of it read again: an administrator mended something. Once a minute at most:
    /// false, and nothing is done, when that was asked less than a minute ago.
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

    /// The state of every application that was ever asked, in the order of their ids.
    #[must_use]
    pub fn snapshot(&self) -> Vec<UpstreamState> {
        let inner = &self.0;
        let now = inner.clock.elapsed();
        inner.upstreams.all().iter().map(|upstream| upstream.state(|at| inner.date_of(at), now)).collect()
    }

    /// Bytes that the readings are estimated to take, at most [`EngineOptions::memory`].
    #[must_use]
    pub fn memory(&self) -> u64 {
        self.0.cache.weight()
    }

    /// Gives up every refresh under way and waits until they ended. Afterwards readings are answered from memory only.
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

    /// Whether the application must not be asked for this reading now.
    fn rests(
        &self,
        call: &WidgetCall,
        upstream: &Upstream,
        entry: Option<&Entry>,
        insistence: Insistence,
    ) -> bool {
        let now = self.clock.elapsed();
        let asker = call.asker();
        let mark = self.cache.mark(&asker, upstream);
        let rest = match insistence {
            Insistence::Ordinary => None,
            Insistence::Forced => Some(self.options.rest_when_forced),
        };
        entry.is_some_and(|entry| entry.rests(&asker, mark, now, call.descriptor(), rest))
            || upstream.left_alone(now).is_some()
    }

    /// What is known, in the words of a card.
    fn reading(
        &self,
        call: &WidgetCall,
        upstream: &Upstream,
        entry: Option<&Entry>,
    ) -> Reading<Arc<WidgetContent>> {
        let now = self.clock.elapsed();
        let asker = call.asker();
        let mark = self.cache.mark(&asker, upstream);
        let reading = self.reading_at(&asker, call.descriptor(), upstream, entry, mark, now);
        if let Freshness::Stale(reason) = reading.freshness() {
            self.options.observer.served_stale(call.connector_id(), &call.descriptor().id, reason);
        }
        reading
    }

    fn reading_at(
        &self,
        asker: &Asker<'_>,
        descriptor: &WidgetDescriptor,
        upstream: &Upstream,
        entry: Option<&Entry>,
        mark: u64,
        now: Duration,
    ) -> Reading<Arc<WidgetContent>> {
        let value = entry.and_then(|entry| entry.shown_value(asker, now, descriptor));
        if let Some(value) = value
            && value.is_fresh(mark, now, descriptor)
        {
            return Reading::Fresh { value: Arc::clone(&value.content), measured_at: value.measured_at };
        }
        let left_alone = upstream.left_alone(now);
        let reason = match (entry.and_then(|entry| entry.failure_of(asker)), &left_alone) {
            (Some(failure), _) => {
                let earliest =
                    left_alone.as_ref().map_or(failure.rest_until, |left| left.until.max(failure.rest_until));
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
