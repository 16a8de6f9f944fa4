//! Values that are shown as last known while newer ones are read beside: the menu of a portal, the delegations that somebody received.
//!
//! A page that [peeks](BackgroundCache::peek) waits for no reading and fails with none; one that must show what is true now
//! [gets](BackgroundCache::get) the value, waits for the reading, and shows what was last known when that fails. Readings of applications
//! have a cache of their own, the engine's.

use moka::sync::Cache;
use pleiade_core::Clock;
use std::{
    collections::HashMap,
    fmt,
    hash::Hash,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio_util::task::TaskTracker;

/// Keys remembered at most.
const MAX_ENTRIES: u64 = 100_000;

/// Time after which an entry that nobody asks for is dropped.
const IDLE_TTL: Duration = Duration::from_secs(600);

/// The ages that bound the use of a value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CacheAges {
    /// Younger values are not read again.
    pub(crate) fresh: Duration,
    /// Older values are not shown; none for values that are shown however old.
    pub(crate) max: Option<Duration>,
    /// Time without another attempt after a failure.
    pub(crate) pause: Duration,
}

/// A value as it was last known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LastKnown<V> {
    /// None before it was read, when nobody has asked for it for ten minutes, and when it is too old to be shown.
    pub(crate) value: Option<V>,
    /// The value that is too old to be shown: it says that there was something to show.
    pub(crate) outdated: Option<V>,
    /// True if the last attempt to read it failed.
    pub(crate) has_failed: bool,
}

#[derive(Clone)]
struct Entry<V> {
    value: Option<V>,
    /// By the injected monotonic clock; none when that was before this process.
    read_at: Option<Duration>,
    failed_at: Option<Duration>,
}

struct Inner<K, V> {
    entries: Cache<K, Entry<V>>,
    /// The readings under way, by number.
    reading: Mutex<HashMap<u64, ReadUnderWay<K>>>,
    reads: AtomicU64,
    ages: CacheAges,
    clock: Arc<dyn Clock>,
    tasks: TaskTracker,
}

struct ReadUnderWay<K> {
    key: K,
    /// Whether its key was forgotten since it began: its value is not remembered.
    is_outdated: bool,
}

/// The values by key. Cloning is cheap.
pub(crate) struct BackgroundCache<K, V>(Arc<Inner<K, V>>);

impl<K, V> Clone for BackgroundCache<K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K, V> fmt::Debug for BackgroundCache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackgroundCache").field("ages", &self.0.ages).finish_non_exhaustive()
    }
}

/// A reading under way, until this is dropped.
struct ReadPermit<K, V> {
    cache: BackgroundCache<K, V>,
    number: u64,
}

impl<K, V> ReadPermit<K, V> {
    fn is_outdated(&self) -> bool {
        self.cache.reading().get(&self.number).is_none_or(|read| read.is_outdated)
    }
}

impl<K, V> Drop for ReadPermit<K, V> {
    fn drop(&mut self) {
        self.cache.reading().remove(&self.number);
    }
}

impl<K, V> BackgroundCache<K, V> {
    fn reading(&self) -> MutexGuard<'_, HashMap<u64, ReadUnderWay<K>>> {
        self.0.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V> BackgroundCache<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Nothing is known yet. `tasks` runs what nobody waits for.
    pub(crate) fn new(ages: CacheAges, clock: Arc<dyn Clock>, tasks: TaskTracker) -> Self {
        Self(Arc::new(Inner {
            entries: Cache::builder().max_capacity(MAX_ENTRIES).time_to_idle(IDLE_TTL).build(),
            reading: Mutex::default(),
            reads: AtomicU64::new(0),
            ages,
            clock,
            tasks,
        }))
    }

    /// The value as last known, without waiting. `read` is run beside when it is old, unless a reading is under way or failed a moment ago.
    pub(crate) fn peek<F>(&self, key: &K, read: impl FnOnce() -> F) -> LastKnown<V>
    where
        F: Future<Output = Option<V>> + Send + 'static,
    {
        let known = self.0.entries.get(key);
        let now = self.0.clock.elapsed();
        let is_younger = |at: Option<Duration>, age| at.is_some_and(|at| now.saturating_sub(at) < age);
        let rests = known.as_ref().is_some_and(|entry| {
            is_younger(entry.read_at, self.0.ages.fresh) || is_younger(entry.failed_at, self.0.ages.pause)
        });
        if !rests && let Some(permit) = self.try_start_read(key) {
            let (cache, key, reading) = (self.clone(), key.clone(), read());
            self.0.tasks.spawn(async move { cache.read_and_store(permit, key, reading).await });
        }
        self.to_last_known(known.as_ref(), now)
    }

    /// The value, read by `read` first unless it is fresh.
    pub(crate) async fn get(&self, key: &K, read: impl Future<Output = Option<V>>) -> LastKnown<V> {
        let now = self.0.clock.elapsed();
        let known = self.0.entries.get(key);
        let read_at = known.as_ref().and_then(|entry| entry.read_at);
        if read_at.is_some_and(|at| now.saturating_sub(at) < self.0.ages.fresh) {
            return self.to_last_known(known.as_ref(), now);
        }
        let permit = self.start_read(&mut self.reading(), key);
        let read = self.read_and_store(permit, key.clone(), read).await;
        self.to_last_known(Some(&read), now)
    }

    /// True if anything is known of a key.
    pub(crate) fn is_known(&self, key: &K) -> bool {
        self.0.entries.contains_key(key)
    }

    /// Remembers a value of before this process: it is shown, and read again as soon as somebody asks.
    pub(crate) fn seed(&self, key: K, value: V) {
        self.0.entries.insert(key, Entry { value: Some(value), read_at: None, failed_at: None });
    }

    /// Has the values of the chosen keys read again by whoever asks next. What is being read of them now is not remembered.
    pub(crate) fn forget(&self, chosen: impl Fn(&K) -> bool) {
        for read in self.reading().values_mut() {
            read.is_outdated |= chosen(&read.key);
        }
        for (key, _) in &self.0.entries {
            if chosen(&key) {
                self.0.entries.invalidate(&*key);
            }
        }
    }

    /// None while the key is being read.
    fn try_start_read(&self, key: &K) -> Option<ReadPermit<K, V>> {
        let mut reading = self.reading();
        let is_free = reading.values().all(|read| read.is_outdated || read.key != *key);
        is_free.then(|| self.start_read(&mut reading, key))
    }

    fn start_read(&self, reading: &mut HashMap<u64, ReadUnderWay<K>>, key: &K) -> ReadPermit<K, V> {
        let number = self.0.reads.fetch_add(1, Ordering::Relaxed);
        reading.insert(number, ReadUnderWay { key: key.clone(), is_outdated: false });
        ReadPermit { cache: self.clone(), number }
    }

    /// Waits for a value and remembers it, or that it could not be read.
    async fn read_and_store(
        &self,
        permit: ReadPermit<K, V>,
        key: K,
        read: impl Future<Output = Option<V>>,
    ) -> Entry<V> {
        let value = read.await;
        let now = self.0.clock.elapsed();
        let entry = match value {
            Some(value) => Entry { value: Some(value), read_at: Some(now), failed_at: None },
            None => {
                let before = self.0.entries.get(&key);
                let (value, read_at) = before.map_or((None, None), |entry| (entry.value, entry.read_at));
                Entry { value, read_at, failed_at: Some(now) }
            }
        };
        if !permit.is_outdated() {
            self.0.entries.insert(key, entry.clone());
        }
        entry
    }

    fn to_last_known(&self, entry: Option<&Entry<V>>, now: Duration) -> LastKnown<V> {
        let Some(entry) = entry else { return LastKnown { value: None, outdated: None, has_failed: false } };
        let is_shown = match (self.0.ages.max, entry.read_at) {
            (None, _) => true,
            (Some(max), Some(at)) => now.saturating_sub(at) < max,
            (Some(_), None) => false,
        };
        let (value, outdated) =
            if is_shown { (entry.value.clone(), None) } else { (None, entry.value.clone()) };
        LastKnown { value, outdated, has_failed: entry.failed_at.is_some() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};
    use std::sync::atomic::AtomicU32;

    #[derive(Debug, Default)]
    struct ManualClock(AtomicU64);

    impl Clock for ManualClock {
        fn now(&self) -> DateTime<Utc> {
            DateTime::UNIX_EPOCH
        }
        fn elapsed(&self) -> Duration {
            Duration::from_secs(self.0.load(Ordering::SeqCst))
        }
    }

    fn cache() -> (BackgroundCache<u8, u32>, Arc<ManualClock>, TaskTracker) {
        let ages = CacheAges {
            fresh: Duration::from_secs(30),
            max: Some(Duration::from_secs(120)),
            pause: Duration::from_secs(10),
        };
        let (clock, tasks) = (Arc::new(ManualClock::default()), TaskTracker::new());
        (BackgroundCache::new(ages, clock.clone(), tasks.clone()), clock, tasks)
    }

    async fn quiet(tasks: &TaskTracker) {
        tasks.close();
        tasks.wait().await;
        tasks.reopen();
    }

    fn known(value: Option<u32>, has_failed: bool) -> LastKnown<u32> {
        LastKnown { value, outdated: None, has_failed }
    }

    #[tokio::test]
    async fn old_values_are_shown_while_newer_ones_are_read_until_they_are_too_old() {
        let (cache, clock, tasks) = cache();
        let reads = Arc::new(AtomicU32::new(0));
        let read = || {
            let reads = reads.clone();
            move || async move { Some(reads.fetch_add(1, Ordering::SeqCst)) }
        };
        let fails = || async { None };
        assert_eq!(cache.peek(&1, read()), known(None, false));
        quiet(&tasks).await;
        assert_eq!(cache.peek(&1, read()), known(Some(0), false));
        clock.0.store(29, Ordering::SeqCst);
        assert_eq!(cache.peek(&1, read()), known(Some(0), false));
        quiet(&tasks).await;
        assert_eq!(reads.load(Ordering::SeqCst), 1, "it was fresh");
        clock.0.store(31, Ordering::SeqCst);
        assert_eq!(cache.peek(&1, fails), known(Some(0), false));
        quiet(&tasks).await;
        assert_eq!(cache.peek(&1, read()), known(Some(0), true), "what is old is shown, and that it is");
        quiet(&tasks).await;
        assert_eq!(reads.load(Ordering::SeqCst), 1, "a failure is followed by a pause");
        clock.0.store(121, Ordering::SeqCst);
        let too_old = LastKnown { value: None, outdated: Some(0), has_failed: true };
        assert_eq!(cache.peek(&1, read()), too_old, "too old to be shown, and there was something");
        quiet(&tasks).await;
        assert_eq!(cache.get(&1, fails()).await, known(Some(1), false));
        assert_eq!(cache.get(&2, async { Some(7) }).await, known(Some(7), false));
    }

    #[tokio::test]
    async fn what_was_read_before_it_was_forgotten_is_not_remembered() {
        let (cache, _, tasks) = cache();
        let forgetting = cache.clone();
        cache.peek(&1, || async move {
            forgetting.forget(|key| *key == 1);
            Some(1)
        });
        quiet(&tasks).await;
        assert_eq!(cache.peek(&1, || async { Some(2) }), known(None, false));
        quiet(&tasks).await;
        assert_eq!(cache.peek(&1, || async { Some(3) }), known(Some(2), false));
    }

    #[tokio::test]
    async fn forgetting_one_key_costs_the_others_nothing() {
        let (cache, _, tasks) = cache();
        let forgetting = cache.clone();
        cache.peek(&1, || async move {
            forgetting.forget(|key| *key == 2);
            Some(1)
        });
        quiet(&tasks).await;
        assert_eq!(cache.peek(&1, || async { Some(2) }), known(Some(1), false));
        assert!(cache.reading().is_empty());
    }
}
