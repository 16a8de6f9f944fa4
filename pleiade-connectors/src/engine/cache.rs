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

/// Whose reading of what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) tenant: TenantId,
    /// Nobody when everybody of the collectivité reads the same.
    pub(super) actor: Option<ActorKey>,
    /// Whoever stands in for a person may be shown less than the person is.
    pub(super) stands_in: bool,
    pub(super) connector: ConnectorId,
    pub(super) widget: WidgetId,
    pub(super) locale: Locale,
}

/// Who asks, of which connector.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker<'a> {
    pub(super) link: LinkId,
    pub(super) connector: &'a ConnectorId,
    pub(super) audience: Audience,
}

/// A value that an application gave.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) content: Arc<WidgetContent>,
    pub(super) measured_at: DateTime<Utc>,
    pub(super) measured: Duration,
    pub(super) sequence: u64,
}

/// A failure since.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: ErrorKind,
    pub(super) reference: String,
    pub(super) rest_until: Duration,
    /// A refusal to one person says nothing to the others who share the reading.
    pub(super) only_for: Option<LinkId>,
    pub(super) sequence: u64,
}

/// What is known of one reading.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) value: Option<Arc<Value>>,
    pub(super) failure: Option<Failure>,
    pub(super) attempted: Duration,
    pub(super) keep: Duration,
    weight: u32,
}

impl Value {
    pub(super) fn is_fresh(&self, mark: u64, now: Duration, descriptor: &WidgetDescriptor) -> bool {
        self.sequence > mark && now.saturating_sub(self.measured) < descriptor.time_to_live
    }
}

/// How long a value may be shown at all.
pub(super) fn keep(descriptor: &WidgetDescriptor) -> Duration {
    descriptor.keep_stale.max(descriptor.time_to_live)
}

/// Whether a failure says that this person has no access (any more), so that what they read before is not shown either.
fn ends_access(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Forbidden | ErrorKind::NotLinked)
}

impl Entry {
    pub(super) fn new(
        value: Option<Arc<Value>>,
        failure: Option<Failure>,
        attempted: Duration,
        keep: Duration,
    ) -> Self {
        let weight = weight::entry(value.as_ref().map(|value| value.content.as_ref()));
        Self { value, failure, attempted, keep, weight }
    }

    pub(super) fn failure_of(&self, asker: &Asker<'_>) -> Option<&Failure> {
        self.failure.as_ref().filter(|failure| failure.only_for.is_none_or(|link| link == asker.link))
    }

    /// The value, if it is not too old for this person to see it.
    pub(super) fn shown_value(
        &self,
        asker: &Asker<'_>,
        now: Duration,
        descriptor: &WidgetDescriptor,
    ) -> Option<&Arc<Value>> {
        let lost = self.failure_of(asker).is_some_and(|failure| ends_access(failure.kind));
        self.value.as_ref().filter(|value| !lost && now.saturating_sub(value.measured) <= keep(descriptor))
    }

    /// Whether it is too early to ask again. `forced` is the shortest time between two attempts on demand.
    pub(super) fn rests(
        &self,
        asker: &Asker<'_>,
        mark: u64,
        now: Duration,
        descriptor: &WidgetDescriptor,
        forced: Option<Duration>,
    ) -> bool {
        let failure = self.failure_of(asker).filter(|failure| failure.sequence > mark);
        let value = self.shown_value(asker, now, descriptor).filter(|value| value.sequence > mark);
        match forced {
            Some(rest) => (failure.is_some() || value.is_some()) && now.saturating_sub(self.attempted) < rest,
            None => {
                value.is_some_and(|value| value.is_fresh(mark, now, descriptor))
                    || failure.is_some_and(|failure| now < failure.rest_until)
            }
        }
    }
}

/// Lets what is too old to be shown leave the memory, by the machine's time; what is shown is decided by the injected one.
struct Kept;

impl Expiry<Key, Arc<Entry>> for Kept {
    fn expire_after_create(&self, _: &Key, entry: &Arc<Entry>, _: Instant) -> Option<Duration> {
        Some(entry.keep)
    }

    fn expire_after_update(
        &self,
        _: &Key,
        entry: &Arc<Entry>,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.keep)
    }
}

/// From which sequence on the readings of a person and a connector count.
#[derive(Debug, Clone, Copy, Default)]
struct Marks {
    old_before: u64,
    forgotten_before: u64,
}

pub(super) struct Cache {
    entries: moka::sync::Cache<Key, Arc<Entry>>,
    marks: moka::sync::Cache<(ConnectorId, LinkId), Marks>,
    sequence: AtomicU64,
}

impl Cache {
    pub(super) fn new(bytes: u64) -> Self {
        let entries = moka::sync::Cache::builder()
            .max_capacity(bytes)
            .weigher(|_, entry: &Arc<Entry>| entry.weight)
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(Kept)
            .build();
        // A mark matters until the readings before it are old by themselves.
        let marks = moka::sync::Cache::builder()
            .max_capacity(100_000)
            .time_to_live(Duration::from_secs(24 * 3600))
            .build();
        Self { entries, marks, sequence: AtomicU64::new(0) }
    }

    pub(super) fn get(&self, key: &Key) -> Option<Arc<Entry>> {
        self.entries.get(key)
    }

    /// Stores what a refresh brought, and settles the memory at once so that the cap is never passed for long.
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

    /// Whether what was asked for at this sequence is to leave nothing behind.
    pub(super) fn is_forgotten(&self, key: &Key, sequence: u64) -> bool {
        key.actor
            .as_ref()
            .and_then(|actor| self.marks.get(&(key.connector.clone(), actor.link)))
            .is_some_and(|marks| marks.forgotten_before > sequence)
    }

    pub(super) fn next_sequence(&self) -> u64 {
        self.sequence.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Readings begun up to this sequence are old for this asker.
    pub(super) fn mark(&self, asker: &Asker<'_>, upstream: &Upstream) -> u64 {
        let everybody = upstream.mark.load(Ordering::SeqCst);
        match asker.audience {
            Audience::Tenant => everybody,
            Audience::Person => self
                .marks
                .get(&(asker.connector.clone(), asker.link))
                .map_or(everybody, |marks| marks.old_before.max(everybody)),
        }
    }

    pub(super) fn invalidate(&self, connector: &ConnectorId, link: Option<LinkId>, upstream: &Upstream) {
        let sequence = self.next_sequence();
        match link {
            None => {
                upstream.mark.fetch_max(sequence, Ordering::SeqCst);
            }
            Some(link) => {
                self.raise(connector, link, Marks { old_before: sequence, forgotten_before: 0 });
            }
        }
    }

    pub(super) fn forget(&self, link: LinkId, connectors: &[ConnectorId]) {
        let sequence = self.next_sequence();
        for connector in connectors {
            self.raise(connector, link, Marks { old_before: sequence, forgotten_before: sequence });
        }
        for (key, _) in &self.entries {
            if key.actor.as_ref().is_some_and(|actor| actor.link == link)
                && connectors.contains(&key.connector)
            {
                self.entries.invalidate(key.as_ref());
            }
        }
    }

    fn raise(&self, connector: &ConnectorId, link: LinkId, marks: Marks) {
        self.marks.entry((connector.clone(), link)).and_upsert_with(|known| {
            let known = known.map(|entry| entry.into_value()).unwrap_or_default();
            Marks {
                old_before: known.old_before.max(marks.old_before),
                forgotten_before: known.forgotten_before.max(marks.forgotten_before),
            }
        });
    }

    pub(super) fn weight(&self) -> u64 {
        self.entries.run_pending_tasks();
        self.entries.weighted_size()
    }
}
