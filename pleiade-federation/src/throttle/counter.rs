//! Failures by key, in bounded memory.

use pleiade_core::Clock;
use std::{
    collections::HashMap,
    hash::{BuildHasher as _, Hash, RandomState},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Keys at once: some 1.5 MB.
pub(super) const MAX_KEYS: usize = 20_000;
/// Counters that keys without room share.
const LANES: u64 = 256;
/// The allowance of a shared counter, as a multiple of one key's, and the interval of its decay.
const LANE_FACTOR: u32 = 16;
const LANE_DECAY: Duration = Duration::from_secs(1);
const MAX_LANE_DELAY: Duration = Duration::from_secs(60);
/// The interval at which a full table is searched for keys that no longer count.
const SWEEP_INTERVAL: Duration = Duration::from_secs(1);

/// Counts failures by key. The last free failure and each one after it costs a delay, from 10 seconds to 15 minutes unless said
/// otherwise; a key that rests for an hour is forgotten. Keys are kept as keyed hashes only.
///
/// Memory is bounded, and what still counts is never forgotten to make room: while there are too many keys, a key without a failure on
/// record shares one of a few hundred counters with others, each with a larger allowance and delays of a minute at most. So invented
/// keys wipe no count, no attempt passes uncounted, and a flood slows down those who share its counters, not everybody.
#[derive(Debug)]
pub struct Throttle {
    clock: Arc<dyn Clock>,
    pace: Pace,
    when_full: WhenFull,
    hasher: RandomState,
    table: Mutex<Table>,
}

/// The treatment of a new key when there are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WhenFull {
    /// It shares a counter.
    Share,
    /// There is room: keys are of existing people, whose number bounds them.
    Grow,
    /// The oldest goes.
    Forget,
}

/// The cost of failures.
#[derive(Debug, Clone, Copy)]
struct Pace {
    free: u32,
    first: Duration,
    longest: Duration,
    /// After how long without a failure a key is forgotten.
    rest: Duration,
    forgives: Option<Duration>,
}

#[derive(Debug, Default)]
struct Table {
    keys: HashMap<u64, Failures>,
    /// The shared counters, by the number of their lane.
    lanes: HashMap<u64, Failures>,
    swept: Option<Duration>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Duration,
    /// The last but one, which counts again when the last turns out to be none.
    before: Duration,
    /// The time up to which failures were forgiven.
    forgiven: Duration,
}

impl Failures {
    fn none(now: Duration) -> Self {
        Self { count: 0, last: now, before: now, forgiven: now }
    }
}

impl Pace {
    fn new(free: u32) -> Self {
        Self {
            free: free.max(1),
            first: Duration::from_secs(10),
            longest: Duration::from_secs(900),
            rest: Duration::from_secs(3600),
            forgives: None,
        }
    }

    /// That of a counter which many keys share.
    fn shared(self) -> Self {
        let free = self.free.saturating_mul(LANE_FACTOR);
        Self { longest: MAX_LANE_DELAY, forgives: Some(LANE_DECAY), ..Self::new(free) }
    }

    fn delay(&self, count: u32) -> Duration {
        match count.checked_sub(self.free) {
            None => Duration::ZERO,
            Some(over) => self.first.saturating_mul(1 << over.min(10)).min(self.longest),
        }
    }

    /// These failures after decay.
    fn decayed(&self, mut failed: Failures, now: Duration) -> Failures {
        if now.saturating_sub(failed.last) >= self.rest {
            failed.count = 0;
        }
        let pace = self.forgives.map_or(0, |pace| pace.as_millis());
        let passed = now.saturating_sub(failed.forgiven).as_millis().checked_div(pace).unwrap_or(0);
        let passed = u32::try_from(passed).unwrap_or(u32::MAX);
        if passed > 0 {
            failed.count = failed.count.saturating_sub(passed);
            failed.forgiven += self.forgives.unwrap_or_default().saturating_mul(passed);
        }
        failed
    }

    fn wait(&self, failed: &Failures, now: Duration) -> Option<Duration> {
        let until = failed.last + self.delay(self.decayed(*failed, now).count);
        until.checked_sub(now).filter(|left| !left.is_zero())
    }

    fn count(&self, failed: &mut Failures, now: Duration) {
        *failed = self.decayed(*failed, now);
        failed.count = failed.count.saturating_add(1);
        failed.before = failed.last;
        failed.last = now;
    }
}

/// A key, and what chooses the counter that it shares when there is no room.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    key: u64,
    lane: u64,
}

impl Throttle {
    /// A throttle that lets `free` failures (at least one) pass in a row.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, free: u32) -> Self {
        Self {
            clock,
            pace: Pace::new(free),
            when_full: WhenFull::Share,
            hasher: RandomState::new(),
            table: Mutex::default(),
        }
    }

    /// The same throttle, which forgives one failure each time `one_every` has passed: for a key that many people share.
    #[must_use]
    pub fn with_decay(mut self, one_every: Duration) -> Self {
        self.pace.forgives = Some(one_every);
        self
    }

    /// The same throttle, whose delays are never longer than `longest`.
    #[must_use]
    pub fn with_max_delay(mut self, longest: Duration) -> Self {
        self.pace.longest = longest;
        self
    }

    /// The same throttle with a fixed window: no more than the free failures pass in it, and all are forgotten when it has passed without
    /// one. For back ends that lock accounts by a fixed window (Active Directory).
    #[must_use]
    pub fn with_window(mut self, window: Duration) -> Self {
        (self.pace.first, self.pace.longest, self.pace.rest) = (window, window, window);
        self
    }

    /// The same throttle, which has room for every key: for keys of existing people, which nobody can invent.
    #[must_use]
    pub(super) fn of_people(self) -> Self {
        Self { when_full: WhenFull::Grow, ..self }
    }

    /// The same throttle, whose oldest key makes room for a new one: only for what guards nothing, such as the count of a login that does
    /// not exist.
    #[must_use]
    pub(crate) fn forgetful(self) -> Self {
        Self { when_full: WhenFull::Forget, ..self }
    }

    /// A key of its own origin.
    pub(super) fn key(&self, key: impl Hash) -> Key {
        let key = self.hasher.hash_one(key);
        Key { key, lane: key % LANES }
    }

    /// A key that shares, when it must, with others of the same origin.
    pub(super) fn key_of(&self, key: impl Hash, origin: impl Hash) -> Key {
        Key { key: self.hasher.hash_one(key), lane: self.hasher.hash_one(origin) % LANES }
    }

    /// Begins an attempt: counts it as a failure at once, so that a thousand attempts at the same moment are not all the first one. There
    /// is no other way to ask whether a key may try: a look before the attempt and a word after it would let all of them pass between.
    /// To be followed by [`succeeded`](Self::succeeded), or by [`undecided`](Self::undecided) when nothing was proved.
    ///
    /// # Errors
    /// The time for which the key must still wait. Then nothing is counted.
    pub fn begin(&self, key: impl Hash) -> Result<(), Duration> {
        self.begin_for(self.key(key))
    }

    pub(super) fn begin_for(&self, key: Key) -> Result<(), Duration> {
        let now = self.clock.elapsed();
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let (pace, failed) = self.counter(&mut table, key, now);
        match pace.wait(failed, now) {
            Some(left) => Err(left),
            None => {
                pace.count(failed, now);
                Ok(())
            }
        }
    }

    /// Takes an attempt back that [`begin`](Self::begin) counted.
    pub fn undecided(&self, key: impl Hash) {
        self.undecided_for(self.key(key));
    }

    pub(super) fn undecided_for(&self, key: Key) {
        self.change(key, |failed| {
            failed.count = failed.count.saturating_sub(1);
            failed.last = failed.before;
        });
    }

    /// Forgets the failures of a key that has proved itself.
    pub fn succeeded(&self, key: impl Hash) {
        self.succeeded_for(self.key(key));
    }

    pub(super) fn succeeded_for(&self, key: Key) {
        self.change(key, |failed| failed.count = 0);
    }

    /// Changes what is counted of a key. What it has counted in a shared counter is one failure.
    fn change(&self, key: Key, change: impl FnOnce(&mut Failures)) {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(failed) = table.keys.get_mut(&key.key) {
            change(failed);
            if failed.count == 0 {
                table.keys.remove(&key.key);
            }
        } else if let Some(lane) = table.lanes.get_mut(&key.lane) {
            lane.count = lane.count.saturating_sub(1);
            lane.last = lane.before;
        }
    }

    /// The counter of a key, its own or a shared one, with its pace.
    fn counter<'t>(&self, table: &'t mut Table, key: Key, now: Duration) -> (Pace, &'t mut Failures) {
        if !table.keys.contains_key(&key.key) && self.is_full(table, now) {
            match self.when_full {
                WhenFull::Share => {
                    let lane = table.lanes.entry(key.lane).or_insert_with(|| Failures::none(now));
                    return (self.pace.shared(), lane);
                }
                WhenFull::Grow => {}
                WhenFull::Forget => {
                    let oldest = table.keys.iter().min_by_key(|(_, failed)| failed.last).map(|(key, _)| *key);
                    oldest.and_then(|key| table.keys.remove(&key));
                }
            }
        }
        (self.pace, table.keys.entry(key.key).or_insert_with(|| Failures::none(now)))
    }

    /// True if there is no room, once what counts no more is gone.
    fn is_full(&self, table: &mut Table, now: Duration) -> bool {
        if table.keys.len() >= MAX_KEYS
            && table.swept.is_none_or(|swept| now.saturating_sub(swept) >= SWEEP_INTERVAL)
        {
            table.keys.retain(|_, failed| self.pace.decayed(*failed, now).count > 0);
            table.swept = Some(now);
        }
        table.keys.len() >= MAX_KEYS
    }

    #[cfg(test)]
    fn wait(&self, key: impl Hash) -> Option<Duration> {
        self.wait_for(self.key(key))
    }

    #[cfg(test)]
    fn wait_for(&self, key: Key) -> Option<Duration> {
        let now = self.clock.elapsed();
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let (pace, failed) = self.counter(&mut table, key, now);
        pace.wait(failed, now)
    }

    #[cfg(test)]
    fn failed(&self, key: impl Hash) {
        let now = self.clock.elapsed();
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let (pace, failed) = self.counter(&mut table, self.key(key), now);
        pace.count(failed, now);
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.table.lock().unwrap_or_else(PoisonError::into_inner).keys.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_testkit::ManualClock;

    fn manual_clock(free: u32) -> (Throttle, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::default());
        (Throttle::new(clock.clone(), free), clock)
    }

    #[test]
    fn delays_grow_and_end() {
        let (throttle, clock) = manual_clock(3);
        for _ in 0..2 {
            throttle.failed("a");
            assert_eq!(throttle.wait("a"), None);
        }
        throttle.failed("a");
        assert_eq!(throttle.wait("a"), Some(Duration::from_secs(10)));
        assert_eq!(throttle.wait("b"), None);
        throttle.failed("a");
        assert_eq!(throttle.wait("a"), Some(Duration::from_secs(20)));
        for _ in 0..100 {
            throttle.failed("a");
        }
        assert_eq!(throttle.wait("a"), Some(Duration::from_secs(900)));
        clock.set_elapsed(Duration::from_secs(900));
        assert_eq!(throttle.wait("a"), None);
        throttle.succeeded("a");
        throttle.failed("a");
        assert_eq!(throttle.wait("a"), None);
    }

    #[test]
    fn attempts_at_the_same_moment_are_counted_before_they_end() {
        let (throttle, _) = manual_clock(3);
        assert_eq!((0..100).filter(|_| throttle.begin("a").is_ok()).count(), 3);
        for _ in 0..100 {
            assert_eq!(throttle.begin("b"), Ok(()), "an answer that proves nothing costs nothing");
            throttle.undecided("b");
        }
        assert_eq!(throttle.len(), 1, "nor does it take room");
        throttle.succeeded("a");
        assert_eq!(throttle.begin("a"), Ok(()));
    }

    /// At an address that many share, a stranger waits; a neighbour who then proves themselves makes nobody wait longer.
    #[test]
    fn an_attempt_that_is_taken_back_prolongs_no_delay() {
        let (throttle, clock) = manual_clock(3);
        for _ in 0..3 {
            throttle.begin("town hall").unwrap();
        }
        assert_eq!(throttle.begin("town hall"), Err(Duration::from_secs(10)));
        clock.set_elapsed(Duration::from_secs(10));
        for _ in 0..5 {
            assert_eq!(throttle.begin("town hall"), Ok(()));
            assert!(throttle.begin("town hall").is_err(), "one at a time");
            throttle.undecided("town hall");
        }
        assert_eq!(throttle.begin("town hall"), Ok(()));
        assert_eq!(throttle.begin("town hall"), Err(Duration::from_secs(20)));
    }

    #[test]
    fn a_shared_key_is_forgiven_slow_failures_and_not_fast_ones() {
        let (throttle, clock) = manual_clock(3);
        let throttle = throttle.with_decay(Duration::from_secs(30));
        for second in (0..36_000).step_by(31) {
            clock.set_elapsed(Duration::from_secs(second));
            throttle.failed("town hall");
            assert_eq!(throttle.wait("town hall"), None, "at {second} s");
        }
        for _ in 0..3 {
            throttle.failed("town hall");
        }
        assert!(throttle.wait("town hall").is_some());
    }

    #[test]
    fn a_window_bounds_what_reaches_a_directory_that_locks() {
        let (throttle, clock) = manual_clock(2);
        let throttle = throttle.with_window(Duration::from_secs(1800));
        assert_eq!((0..10).filter(|_| throttle.begin("a").is_ok()).count(), 2);
        clock.set_elapsed(Duration::from_secs(1799));
        assert_eq!(throttle.begin("a"), Err(Duration::from_secs(1)));
        clock.set_elapsed(Duration::from_secs(1800));
        assert_eq!((0..10).filter(|_| throttle.begin("a").is_ok()).count(), 2);
    }

    /// As many invented keys as there is room for, and more of them.
    fn flood(throttle: &Throttle, more: usize) {
        for n in 0..MAX_KEYS + more {
            let _ = throttle.begin(n);
        }
    }

    #[test]
    fn invented_logins_do_not_fill_the_memory() {
        let (throttle, clock) = manual_clock(3);
        flood(&throttle, 500);
        assert_eq!(throttle.len(), MAX_KEYS);
        clock.set_elapsed(Duration::from_secs(3600));
        throttle.failed("a");
        assert_eq!(throttle.len(), 1, "what counts no more makes room");
    }

    #[test]
    fn invented_keys_wipe_nothing_that_counts() {
        let (throttle, _) = manual_clock(3);
        for key in ["delayed", "nearly", "nearly"] {
            throttle.failed(key);
        }
        for _ in 0..3 {
            throttle.failed("delayed");
        }
        flood(&throttle, 500);
        assert!(throttle.wait("delayed").is_some());
        assert_eq!((0..9).filter(|_| throttle.begin("nearly").is_ok()).count(), 1);
    }

    #[test]
    fn without_room_attempts_are_counted_and_only_the_flood_s_own_lane_waits() {
        let (throttle, clock) = manual_clock(3);
        flood(&throttle, 0);
        // Never more than one shared allowance, however many new keys an origin invents.
        let from = |n: u32, origin: &str| throttle.key_of(n, origin);
        let passed = (0..10_000).filter(|n| throttle.begin_for(from(*n, "flood")).is_ok()).count();
        assert_eq!(passed, 48);
        assert!(throttle.wait_for(from(0, "flood")).unwrap() <= MAX_LANE_DELAY);
        let others = (0..20).map(|n| format!("origin {n}"));
        let other = others.map(|origin| from(1, &origin)).find(|key| key.lane != from(1, "flood").lane);
        let elsewhere = other.unwrap();
        assert_eq!(throttle.begin_for(elsewhere), Ok(()), "nobody else is kept out");
        for _ in 0..100 {
            assert_eq!(throttle.begin_for(elsewhere), Ok(()));
            throttle.undecided_for(elsewhere);
        }
        clock.set_elapsed(Duration::from_secs(61));
        assert_eq!(throttle.begin_for(from(0, "flood")), Ok(()), "delayed, not locked out");
    }

    #[test]
    fn there_is_room_for_everybody_who_exists() {
        let (throttle, _) = manual_clock(3);
        let throttle = throttle.of_people();
        flood(&throttle, 500);
        assert_eq!((0..9).filter(|_| throttle.begin("jdupont").is_ok()).count(), 3);
        assert_eq!((0..9).filter(|_| throttle.begin(0_usize).is_ok()).count(), 2);
    }
}
