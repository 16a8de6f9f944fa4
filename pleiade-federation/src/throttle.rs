//! Slows down whoever guesses passwords.
//!
//! Threats: guessing one person's password, filling our memory with invented logins. Nobody is ever locked out for good.

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
    hasher: RandomState,
    failures: Mutex<HashMap<u64, Failures>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Duration,
}

impl Throttle {
    /// A throttle that lets `free` failures (at least one) pass in a row.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, free: u32) -> Self {
        Self { clock, free: free.max(1), hasher: RandomState::new(), failures: Mutex::default() }
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
        let failed = failures.get(&self.hasher.hash_one(key))?;
        let until = failed.last + self.delay(failed.count);
        until.checked_sub(self.clock.elapsed()).filter(|left| !left.is_zero())
    }

    /// Records a failure.
    pub fn failed(&self, key: impl Hash) {
        const REST: Duration = Duration::from_secs(3600);
        let now = self.clock.elapsed();
        let key = self.hasher.hash_one(key);
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= MOST_KEYS && !failures.contains_key(&key) {
            failures.retain(|_, failed| now.saturating_sub(failed.last) < REST);
            if failures.len() >= MOST_KEYS {
                let oldest = failures.iter().min_by_key(|(_, failed)| failed.last).map(|(key, _)| *key);
                oldest.and_then(|key| failures.remove(&key));
            }
        }
        let failed = failures.entry(key).or_insert(Failures { count: 0, last: now });
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
    fn invented_logins_do_not_fill_the_memory() {
        let throttle = Throttle::new(Arc::new(Hand::default()), 3);
        for n in 0..MOST_KEYS + 50 {
            throttle.failed(n);
        }
        assert!(throttle.failures.lock().unwrap().len() <= MOST_KEYS);
    }
}
