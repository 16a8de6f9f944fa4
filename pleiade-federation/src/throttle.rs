//! Slows down whoever guesses passwords.
//!
//! Threats: guessing one person's password, also by many attempts at the same moment or from many addresses; keeping somebody out by
//! guessing in their name; making a directory lock an account; filling our memory with invented logins. Nobody is ever locked out for
//! good, and an address that many people share is not punished for the typing errors of a whole day.
//!
//! [`Throttle`] counts the failures of any key. [`LoginThrottle`] uses two of them for passwords: a stranger's failures slow down the
//! stranger's address, and a person whose address has already proved itself does not wait because of others.

use pleiade_core::Clock;
use std::{
    collections::HashMap,
    hash::{BuildHasher as _, Hash, RandomState},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

const FIRST_DELAY: Duration = Duration::from_secs(10);
const LONGEST_DELAY: Duration = Duration::from_secs(900);
const MOST_KEYS: usize = 10_000;

/// Counts failures by key. The last free failure and each one after it costs a delay, from 10 seconds to 15 minutes unless said
/// otherwise; a key that rests for an hour is forgotten. Keys are kept as keyed hashes only.
#[derive(Debug)]
pub struct Throttle {
    clock: Arc<dyn Clock>,
    free: u32,
    pace: Pace,
    forgives: Option<Duration>,
    hasher: RandomState,
    failures: Mutex<HashMap<u64, Failures>>,
}

/// What a failure beyond the free ones costs.
#[derive(Debug, Clone, Copy)]
enum Pace {
    /// A delay that doubles, up to this one.
    Growing(Duration),
    /// The rest of this window, after which all is forgotten.
    Window(Duration),
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
            pace: Pace::Growing(LONGEST_DELAY),
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

    /// The same throttle, whose delays never pass this one.
    #[must_use]
    pub fn at_most(self, longest: Duration) -> Self {
        Self { pace: Pace::Growing(longest), ..self }
    }

    /// The same throttle, which lets no more than the free failures pass in any such window and forgets them all when it has passed
    /// without one: for what counts failures in the same way behind us.
    #[must_use]
    pub fn in_windows_of(self, window: Duration) -> Self {
        Self { pace: Pace::Window(window), ..self }
    }

    fn delay(&self, count: u32) -> Duration {
        match (count.checked_sub(self.free), self.pace) {
            (None, _) => Duration::ZERO,
            (Some(over), Pace::Growing(longest)) => {
                FIRST_DELAY.saturating_mul(1 << over.min(10)).min(longest)
            }
            (Some(_), Pace::Window(window)) => window,
        }
    }

    /// After how long without a failure a key is forgotten.
    fn rest(&self) -> Duration {
        const REST: Duration = Duration::from_secs(3600);
        match self.pace {
            Pace::Growing(_) => REST,
            Pace::Window(window) => window,
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
        let (now, rest) = (self.clock.elapsed(), self.rest());
        if failures.len() >= MOST_KEYS && !failures.contains_key(&key) {
            failures.retain(|_, failed| now.saturating_sub(failed.last) < rest);
            if failures.len() >= MOST_KEYS {
                let oldest = failures.iter().min_by_key(|(_, failed)| failed.last).map(|(key, _)| *key);
                oldest.and_then(|key| failures.remove(&key));
            }
        }
        let failed = failures.entry(key).or_insert(Failures { count: 0, last: now, forgiven: now });
        *failed = self.forgive(*failed, now);
        if now.saturating_sub(failed.last) >= rest {
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

/// An address as one subscriber: IPv4 as it is, IPv6 by its /64, which one subscriber holds whole.
#[must_use]
pub fn subscriber(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits() >> 64 << 64,
    }
}

/// Slows down guesses of a login's password.
///
/// Failures count for the login at one address (see [`subscriber`]). A second count, over all addresses, bounds guessing from many of
/// them; addresses from which the login has signed in before are left out of it, so that a stranger keeps nobody out of their own
/// place. Both only delay. Counts are of this process: with several instances, each lets as many pass.
#[derive(Debug)]
pub struct LoginThrottle {
    here: Throttle,
    everywhere: Throttle,
    /// When a login last proved itself at an address, as a keyed hash of both.
    proved: Mutex<HashMap<u64, Duration>>,
}

impl LoginThrottle {
    /// For passwords that are checked here: `free` failures at one address before delays of 10 seconds to 15 minutes, and ten times
    /// as many over all unknown addresses before delays of 10 to 60 seconds.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, free: u32) -> Self {
        const LONGEST_EVERYWHERE: Duration = Duration::from_secs(60);
        let everywhere = Throttle::new(clock.clone(), free.saturating_mul(10)).at_most(LONGEST_EVERYWHERE);
        Self { here: Throttle::new(clock, free), everywhere, proved: Mutex::default() }
    }

    /// For passwords that are checked elsewhere, by something that locks an account after some failures: in any such window, `free`
    /// failures from all unknown addresses together, and `free` from each address that has proved itself.
    #[must_use]
    pub fn under_lockout(clock: Arc<dyn Clock>, free: u32, window: Duration) -> Self {
        let throttle = || Throttle::new(clock.clone(), free).in_windows_of(window);
        Self { here: throttle(), everywhere: throttle(), proved: Mutex::default() }
    }

    fn at(&self, login: impl Hash, address: Option<IpAddr>) -> u64 {
        self.here.hasher.hash_one((login, address.map(subscriber)))
    }

    /// Whether this login has proved itself at this address since the start of the process.
    fn is_known(&self, place: u64) -> bool {
        self.proved.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&place)
    }

    /// Begins an attempt, counted as a failure at once; see [`Throttle::begin`]. Without an address, the caller is at one unknown place.
    ///
    /// # Errors
    /// How long the login must still wait at this address. Then nothing is counted.
    pub fn begin(&self, login: impl Hash, address: Option<IpAddr>) -> Result<(), Duration> {
        let place = self.at(&login, address);
        self.here.begin(place)?;
        if !self.is_known(place)
            && let Err(left) = self.everywhere.begin(&login)
        {
            self.here.undecided(place);
            return Err(left);
        }
        Ok(())
    }

    /// Takes an attempt back that proved nothing.
    pub fn undecided(&self, login: impl Hash, address: Option<IpAddr>) {
        let place = self.at(&login, address);
        self.here.undecided(place);
        if !self.is_known(place) {
            self.everywhere.undecided(&login);
        }
    }

    /// Forgets the failures of a login at an address where it has proved itself, and knows that address from now on.
    pub fn succeeded(&self, login: impl Hash, address: Option<IpAddr>) {
        let place = self.at(&login, address);
        self.here.succeeded(place);
        // Whatever counts behind us has forgotten the strangers' failures too.
        self.everywhere.succeeded(&login);
        if address.is_none() {
            return;
        }
        let mut proved = self.proved.lock().unwrap_or_else(PoisonError::into_inner);
        if proved.len() >= MOST_KEYS && !proved.contains_key(&place) {
            let oldest = proved.iter().min_by_key(|(_, last)| **last).map(|(key, _)| *key);
            oldest.and_then(|key| proved.remove(&key));
        }
        proved.insert(place, self.here.clock.elapsed());
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

    #[test]
    fn a_window_bounds_what_reaches_a_directory_that_locks() {
        let clock = Arc::new(Hand::default());
        let window = Duration::from_secs(1800);
        let throttle = Throttle::new(Arc::clone(&clock) as Arc<dyn Clock>, 2).in_windows_of(window);
        assert_eq!((0..10).filter(|_| throttle.begin("a").is_ok()).count(), 2);
        clock.0.store(1799, Ordering::Relaxed);
        assert_eq!(throttle.begin("a"), Err(Duration::from_secs(1)));
        clock.0.store(1800, Ordering::Relaxed);
        assert_eq!((0..10).filter(|_| throttle.begin("a").is_ok()).count(), 2);
    }

    const HOME: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7)));

    fn stranger(n: u8) -> Option<IpAddr> {
        Some(IpAddr::from([198, 51, 100, n]))
    }

    #[test]
    fn a_stranger_slows_down_the_stranger_alone() {
        let throttle = LoginThrottle::new(Arc::new(Hand::default()), 3);
        assert_eq!((0..100).filter(|_| throttle.begin("jdupont", stranger(1)).is_ok()).count(), 3);
        assert_eq!(throttle.begin("jdupont", HOME), Ok(()));
        assert_eq!(throttle.begin("hmartin", stranger(1)), Ok(()));
    }

    #[test]
    fn many_addresses_wait_together_and_a_known_one_does_not() {
        let clock = Arc::new(Hand::default());
        let throttle = LoginThrottle::new(Arc::clone(&clock) as Arc<dyn Clock>, 3);
        throttle.begin("jdupont", HOME).unwrap();
        throttle.succeeded("jdupont", HOME);
        let passed = (0..=255).filter(|n| throttle.begin("jdupont", stranger(*n)).is_ok()).count();
        assert_eq!(passed, 30);
        assert_eq!(throttle.begin("jdupont", HOME), Ok(()), "the owner's place");
        clock.0.store(61, Ordering::Relaxed);
        assert_eq!(throttle.begin("jdupont", stranger(200)), Ok(()), "strangers are delayed, not locked out");
    }

    #[test]
    fn whatever_the_addresses_a_directory_sees_few_failures() {
        let window = Duration::from_secs(1800);
        let throttle = LoginThrottle::under_lockout(Arc::new(Hand::default()), 2, window);
        throttle.begin("jdupont", HOME).unwrap();
        throttle.succeeded("jdupont", HOME);
        let passed = (0..=255).filter(|n| throttle.begin("jdupont", stranger(*n)).is_ok()).count();
        let own = (0..10).filter(|_| throttle.begin("jdupont", HOME).is_ok()).count();
        assert_eq!((passed, own), (2, 2));
    }

    #[test]
    fn what_proves_nothing_costs_nothing_at_any_address() {
        let throttle = LoginThrottle::under_lockout(Arc::new(Hand::default()), 1, Duration::from_secs(9));
        for place in [HOME, stranger(1), None] {
            for _ in 0..5 {
                assert_eq!(throttle.begin("jdupont", place), Ok(()));
                throttle.undecided("jdupont", place);
            }
        }
    }

    #[test]
    fn one_subscriber_is_one_address() {
        let v6 = |text: &str| subscriber(text.parse().unwrap());
        assert_eq!(v6("2001:db8:1:2::1"), v6("2001:db8:1:2:ffff::9"));
        assert_ne!(v6("2001:db8:1:2::1"), v6("2001:db8:1:3::1"));
        assert_eq!(v6("::ffff:192.0.2.7"), subscriber(HOME.unwrap()));
        assert_ne!(subscriber(HOME.unwrap()), subscriber(stranger(1).unwrap()));
    }
}
