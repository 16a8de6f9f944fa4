//! The last reading of each person and widget, with its age.

use super::{upstream::Upstream, weight};
use chrono::{DateTime, Utc};
use moka::{Expiry, policy::EvictionPolicy};
use pleiade_core::{
    ActorKey, Audience, ConnectorId, ErrorKind, LinkId, Locale, TenantId, WidgetContent, WidgetDescriptor,
    WidgetId,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// The key of a reading.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) tenant: TenantId,
    /// None when everybody of the collectivité reads the same.
    pub(super) actor: Option<ActorKey>,
    /// True for somebody to whom the person delegated, who may be shown less.
    pub(super) stands_in: bool,
    pub(super) connector: ConnectorId,
    pub(super) widget: WidgetId,
    pub(super) locale: Locale,
}

/// The person and the connector of one call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caller<'a> {
    pub(super) link: LinkId,
    pub(super) connector: &'a ConnectorId,
    pub(super) audience: Audience,
}

/// A value that the application gave.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) content: Arc<WidgetContent>,
    pub(super) measured_at: DateTime<Utc>,
    pub(super) measured: Duration,
    pub(super) sequence: u64,
}

/// A failure after the value.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: ErrorKind,
    pub(super) reference: String,
    pub(super) cooldown_until: Duration,
    /// The only link to which the failure is shown; none for all who share the reading.
    pub(super) only_for: Option<LinkId>,
    pub(super) sequence: u64,
}

/// The last value of one reading, and the failure after it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) value: Option<Arc<Value>>,
    pub(super) failure: Option<Failure>,
    pub(super) attempted_at: Duration,
    pub(super) retention: Duration,
    weight: u32,
}

impl Value {
    pub(super) fn is_fresh(
        &self,
        invalidated_before: u64,
        now: Duration,
        descriptor: &WidgetDescriptor,
    ) -> bool {
        self.sequence > invalidated_before && now.saturating_sub(self.measured) < descriptor.time_to_live
    }
}

/// The time for which a value may be shown at all.
pub(super) fn retention(descriptor: &WidgetDescriptor) -> Duration {
    descriptor.keep_stale.max(descriptor.time_to_live)
}

/// True if the failure says that this person has no access (any more): their earlier value is not shown either.
fn ends_access(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Forbidden | ErrorKind::NotLinked)
}

impl Entry {
    pub(super) fn new(
        value: Option<Arc<Value>>,
        failure: Option<Failure>,
        attempted_at: Duration,
        retention: Duration,
    ) -> Self {
        let weight = weight::entry(value.as_ref().map(|value| value.content.as_ref()));
        Self { value, failure, attempted_at, retention, weight }
    }

    pub(super) fn failure_of(&self, caller: &Caller<'_>) -> Option<&Failure> {
        self.failure.as_ref().filter(|failure| failure.only_for.is_none_or(|link| link == caller.link))
    }

    /// The value, unless it is too old for this person to see.
    pub(super) fn shown_value(
        &self,
        caller: &Caller<'_>,
        now: Duration,
        descriptor: &WidgetDescriptor,
    ) -> Option<&Arc<Value>> {
        let lost = self.failure_of(caller).is_some_and(|failure| ends_access(failure.kind));
        self.value
            .as_ref()
            .filter(|value| !lost && now.saturating_sub(value.measured) <= retention(descriptor))
    }

    /// True if it is too early to ask again. `min_refresh_interval` is the shortest time between two attempts on demand.
    pub(super) fn in_cooldown(
        &self,
        caller: &Caller<'_>,
        invalidated_before: u64,
        now: Duration,
        descriptor: &WidgetDescriptor,
        min_refresh_interval: Option<Duration>,
    ) -> bool {
        let failure = self.failure_of(caller).filter(|failure| failure.sequence > invalidated_before);
        let value =
            self.shown_value(caller, now, descriptor).filter(|value| value.sequence > invalidated_before);
        match min_refresh_interval {
            Some(rest) => {
                (failure.is_some() || value.is_some()) && now.saturating_sub(self.attempted_at) < rest
            }
            None => {
                value.is_some_and(|value| value.is_fresh(invalidated_before, now, descriptor))
                    || failure.is_some_and(|failure| now < failure.cooldown_until)
            }
        }
    }
}

/// Removes what is too old to be shown, by the machine's time; the injected clock decides what is shown.
struct EntryExpiry;

impl Expiry<Key, Arc<Entry>> for EntryExpiry {
    fn expire_after_create(&self, _: &Key, entry: &Arc<Entry>, _: Instant) -> Option<Duration> {
        Some(entry.retention)
    }

    fn expire_after_update(
        &self,
        _: &Key,
        entry: &Arc<Entry>,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.retention)
    }
}

/// The sequences up to which the readings of a link and a connector are old, and forgotten.
#[derive(Debug, Clone, Copy, Default)]
struct Invalidations {
    invalidated_before: u64,
    forgotten_before: u64,
}

pub(super) struct Cache {
    entries: moka::sync::Cache<Key, Arc<Entry>>,
    invalidations: moka::sync::Cache<(ConnectorId, LinkId), Invalidations>,
    sequence: AtomicU64,
}

impl Cache {
    pub(super) fn new(bytes: u64) -> Self {
        let entries = moka::sync::Cache::builder()
            .max_capacity(bytes)
            .weigher(|_, entry: &Arc<Entry>| entry.weight)
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(EntryExpiry)
            .build();
        // A mark matters until the readings before it are old by themselves.
        let invalidations = moka::sync::Cache::builder()
            .max_capacity(100_000)
            .time_to_live(Duration::from_secs(24 * 3600))
            .build();
        Self { entries, invalidations, sequence: AtomicU64::new(0) }
    }

    pub(super) fn get(&self, key: &Key) -> Option<Arc<Entry>> {
        self.entries.get(key)
    }

    /// Stores the entry of a refresh begun at `sequence`; false if the link was forgotten since. Settles the memory at once, so that the
    /// cap is never passed for long.
    pub(super) fn put(&self, key: &Key, entry: &Arc<Entry>, sequence: u64) -> bool {
        if self.is_forgotten(key, sequence) {
            return false;
        }
        self.entries.insert(key.clone(), Arc::clone(entry));
        self.entries.run_pending_tasks();
        // Somebody may have asked to forget between the look and the write.
        if self.is_forgotten(key, sequence) {
            self.entries.invalidate(key);
            return false;
        }
        true
    }

    /// True if the link was forgotten after this sequence: a refresh begun before must leave nothing behind.
    pub(super) fn is_forgotten(&self, key: &Key, sequence: u64) -> bool {
        key.actor
            .as_ref()
            .and_then(|actor| self.invalidations.get(&(key.connector.clone(), actor.link)))
            .is_some_and(|invalidations| invalidations.forgotten_before > sequence)
    }

    pub(super) fn next_sequence(&self) -> u64 {
        self.sequence.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// The sequence up to which readings are old for this caller.
    pub(super) fn invalidated_before(&self, caller: &Caller<'_>, upstream: &Upstream) -> u64 {
        let everybody = upstream.invalidated_before.load(Ordering::SeqCst);
        match caller.audience {
            Audience::Tenant => everybody,
            Audience::Person => self
                .invalidations
                .get(&(caller.connector.clone(), caller.link))
                .map_or(everybody, |invalidations| invalidations.invalidated_before.max(everybody)),
        }
    }

    pub(super) fn invalidate(&self, connector: &ConnectorId, link: Option<LinkId>, upstream: &Upstream) {
        let sequence = self.next_sequence();
        match link {
            None => {
                upstream.invalidated_before.fetch_max(sequence, Ordering::SeqCst);
            }
            Some(link) => {
                self.raise(
                    connector,
                    link,
                    Invalidations { invalidated_before: sequence, forgotten_before: 0 },
                );
            }
        }
    }

    pub(super) fn forget(&self, link: LinkId, connectors: &[ConnectorId]) {
        let sequence = self.next_sequence();
        for connector in connectors {
            self.raise(
                connector,
                link,
                Invalidations { invalidated_before: sequence, forgotten_before: sequence },
            );
        }
        for (key, _) in &self.entries {
            if key.actor.as_ref().is_some_and(|actor| actor.link == link)
                && connectors.contains(&key.connector)
            {
                self.entries.invalidate(key.as_ref());
            }
        }
    }

    fn raise(&self, connector: &ConnectorId, link: LinkId, invalidations: Invalidations) {
        self.invalidations.entry((connector.clone(), link)).and_upsert_with(|known| {
            let known = known.map(|entry| entry.into_value()).unwrap_or_default();
            Invalidations {
                invalidated_before: known.invalidated_before.max(invalidations.invalidated_before),
                forgotten_before: known.forgotten_before.max(invalidations.forgotten_before),
            }
        });
    }

    pub(super) fn weight(&self) -> u64 {
        self.entries.run_pending_tasks();
        self.entries.weighted_size()
    }
}
