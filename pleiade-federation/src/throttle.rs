//! Slows down whoever guesses passwords.
//!
//! Threats: guessing one person's password, also by many attempts at the same moment, filling our memory with invented logins.
//! Nobody is ever locked out for good, and an address that many people share is not punished for the typing errors of a whole day.

use pleiade_core::Clock;
use std::{
    collections::HashMap,
    hash::{BuildHasher as _, Hash, RandomState},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

const FIRST_DELAY: Duration = Duration::from_secs(10);
const LONGEST_DELAY: Duration = Duration::from_secs(900);
const MOST_KEYS: usize = 10_000;

/// Counts failures by key. The last free failure and each one after it costs a delay, from 10 seconds to 15 minutes; a key that
/// rests for an hour is forgotten. Keys are kept as keyed hashes only.
#[derive(Debug)]
pub struct Throttle {
    clock: Arc<dyn Clock>,
    free: u32,
    forgives: Option<Duration>,
    hasher: RandomState,
    failures: Mutex<HashMap<u64, Failures>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Duration,
    /// Until when failures were forgiven with time.
    forgiven: Duration,
}

impl Throttle {
    /// A throttle that lets `free` failures (at least one) pass in a row.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, free: u32) -> Self {
        Self {
            clock,
            free: free.max(1),
            forgives: None,
            hasher: RandomState::new(),
            failures: Mutex::default(),
        }
    }

    /// The same throttle, which forgives one failure each time this long has passed: for a key that many people share.
    #[must_use]
    pub fn forgiving(self, one_every: Duration) -> Self {
        Self { forgives: Some(one_every), ..self }
    }

    fn delay(&self, count: u32) -> Duration {
        match count.checked_sub(self.free) {
            None => Duration::ZERO,
            Some(over) => FIRST_DELAY.saturating_mul(1 << over.min(10)).min(LONGEST_DELAY),
        }
    }

    /// How long this key must still wait; `None` when it may try now.
    #[must_use]
    pub fn wait(&self, key: impl Hash) -> Option<Duration> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        self.left(failures.get(&self.hasher.hash_one(key))?)
    }

    fn left(&self, failed: &Failures) -> Option<Duration> {
        let now = self.clock.elapsed();
        let until = failed.last + self.delay(self.forgive(*failed, now).count);
        until.checked_sub(now).filter(|left| !left.is_zero())
    }

    fn forgive(&self, mut failed: Failures, now: Duration) -> Failures {
        let pace = self.forgives.map_or(0, |pace| pace.as_millis());
        let passed = now.saturating_sub(failed.forgiven).as_millis().checked_div(pace).unwrap_or(0);
        let passed = u32::try_from(passed).unwrap_or(u32::MAX);
        if passed > 0 {
            failed.count = failed.count.saturating_sub(passed);
            failed.forgiven += self.forgives.unwrap_or_default().saturating_mul(passed);
        }
        failed
    }

    /// Begins an attempt: counts it as a failure at once, so that a thousand attempts at the same moment are not all the first one.
    /// To be followed by [`succeeded`](Self::succeeded), or by [`undecided`](Self::undecided) when nothing was proved.
    ///
    /// # Errors
    /// How long the key must still wait. Then nothing is counted.
    pub fn begin(&self, key: impl Hash) -> Result<(), Duration> {
        let key = self.hasher.hash_one(key);
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        match failures.get(&key).and_then(|failed| self.left(failed)) {
            Some(left) => Err(left),
            None => {
                self.count(&mut failures, key);
                Ok(())
            }
        }
    }

    /// Takes an attempt back that [`begin`](Self::begin) counted.
    pub fn undecided(&self, key: impl Hash) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(failed) = failures.get_mut(&self.hasher.hash_one(key)) {
            failed.count = failed.count.saturating_sub(1);
        }
    }

    /// Records a failure.
    pub fn failed(&self, key: impl Hash) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        self.count(&mut failures, self.hasher.hash_one(key));
    }

    fn count(&self, failures: &mut HashMap<u64, Failures>, key: u64) {
        const REST: Duration = Duration::from_secs(3600);
        let now = self.clock.elapsed();
        if failures.len() >= MOST_KEYS && !failures.contains_key(&key) {
            failures.retain(|_, failed| now.saturating_sub(failed.last) < REST);
            if failures.len() >= MOST_KEYS {
                let oldest = failures.iter().min_by_key(|(_, failed)| failed.last).map(|(key, _)| *key);
                oldest.and_then(|key| failures.remove(&key));
            }
        }
        let failed = failures.entry(key).or_insert(Failures { count: 0, last: now, forgiven: now });
        *failed = self.forgive(*failed, now);
        if now.saturating_sub(failed.last) >= REST {
            failed.count = 0;
        }
        failed.count = failed.count.saturating_add(1);
        failed.last = now;
    }

    /// Forgets the failures of a key that has proved itself.
    pub fn succeeded(&self, key: impl Hash) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.hasher.hash_one(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};
    use std::sync::atomic::{AtomicU64, Ordering};

    #[derive(Debug, Default)]
    struct Hand(AtomicU64);

    impl Clock for Hand {
        fn now(&self) -> DateTime<Utc> {
            DateTime::UNIX_EPOCH
        }
        fn elapsed(&self) -> Duration {
            Duration::from_secs(self.0.load(Ordering::Relaxed))
        }
    }

    #[test]
    fn delays_grow_and_end() {
        let clock = Arc::new(Hand::default());
        let throttle = Throttle::new(Arc::clone(&clock) as Arc<dyn Clock>, 3);
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
        assert_eq!(throttle.wait("a"), Some(LONGEST_DELAY));
        clock.0.store(900, Ordering::Relaxed);
        assert_eq!(throttle.wait("a"), None);
        throttle.succeeded("a");
        throttle.failed("a");
        assert_eq!(throttle.wait("a"), None);
    }

    #[test]
    fn attempts_at_the_same_moment_are_counted_before_they_end() {
        let throttle = Throttle::new(Arc::new(Hand::default()), 3);
        assert_eq!((0..100).filter(|_| throttle.begin("a").is_ok()).count(), 3);
        for _ in 0..100 {
            assert_eq!(throttle.begin("b"), Ok(()), "an answer that proves nothing costs nothing");
            throttle.undecided("b");
        }
        throttle.succeeded("a");
        assert_eq!(throttle.begin("a"), Ok(()));
    }

    #[test]
    fn a_shared_key_is_forgiven_slow_failures_and_not_fast_ones() {
        let clock = Arc::new(Hand::default());
        let throttle =
            Throttle::new(Arc::clone(&clock) as Arc<dyn Clock>, 3).forgiving(Duration::from_secs(30));
        for second in (0..36_000).step_by(31) {
            clock.0.store(second, Ordering::Relaxed);
            throttle.failed("town hall");
            assert_eq!(throttle.wait("town hall"), None, "at {second} s");
        }
        for _ in 0..3 {
            throttle.failed("town hall");
        }
        assert!(throttle.wait("town hall").is_some());
    }

    #[test]
    fn invented_logins_do_not_fill_the_memory() {
        let throttle = Throttle::new(Arc::new(Hand::default()), 3);
        for n in 0..MOST_KEYS + 50 {
            throttle.failed(n);
        }
        assert!(throttle.failures.lock().unwrap().len() <= MOST_KEYS);
    }
}
