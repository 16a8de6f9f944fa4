//! Slows guessing down without letting a stranger lock somebody out: failures are counted per login and per address for a while,
//! and a right password from another address still enters while only an address is blocked.

use moka::sync::Cache;
use pleiade_core::Clock;
use sha2::{Digest, Sha256};
use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How long failures count.
const WINDOW: Duration = Duration::from_secs(300);

/// Failures of one login from one address in a window. Below the usual thresholds of directories, which lock accounts for good.
const PER_LOGIN_AND_ADDRESS: u32 = 5;

/// Failures of one login from everywhere.
const PER_LOGIN: u32 = 50;

/// Failures from one address: a town hall shares one, so this is generous.
const PER_ADDRESS: u32 = 100;

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    failures: u32,
    since: Duration,
}

type Key = [u8; 32];

/// Counts failures in bounded memory.
#[derive(Debug)]
pub struct Throttle {
    counts: Cache<Key, Arc<Mutex<Count>>>,
    clock: Arc<dyn Clock>,
}

impl Throttle {
    /// An empty memory.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { counts: Cache::new(100_000), clock }
    }

    /// Whether one more attempt may be made. Ask before the source sees the password.
    #[must_use]
    pub fn allows(&self, source: &str, login: &str, address: IpAddr) -> bool {
        keys(source, login, address).into_iter().all(|(key, most)| self.failures(&key) < most)
    }

    /// Remembers a failure.
    pub fn failed(&self, source: &str, login: &str, address: IpAddr) {
        let now = self.clock.elapsed();
        for (key, _) in keys(source, login, address) {
            let slot = self.counts.get_with(key, Arc::default);
            let mut count = slot.lock().unwrap_or_else(PoisonError::into_inner);
            if now.saturating_sub(count.since) >= WINDOW {
                *count = Count { failures: 0, since: now };
            }
            count.failures = count.failures.saturating_add(1);
        }
    }

    /// Forgets the failures of a login from an address once it succeeded there.
    pub fn succeeded(&self, source: &str, login: &str, address: IpAddr) {
        if let [(key, _), ..] = keys(source, login, address) {
            self.counts.invalidate(&key);
        }
    }

    fn failures(&self, key: &Key) -> u32 {
        let Some(slot) = self.counts.get(key) else { return 0 };
        let count = *slot.lock().unwrap_or_else(PoisonError::into_inner);
        if self.clock.elapsed().saturating_sub(count.since) >= WINDOW { 0 } else { count.failures }
    }
}

fn keys(source: &str, login: &str, address: IpAddr) -> [(Key, u32); 3] {
    let login = login.trim().to_lowercase();
    let place = match address {
        // One subscriber holds a whole /64.
        IpAddr::V6(v6) => v6.octets().get(..8).map(<[u8]>::to_vec).unwrap_or_default(),
        IpAddr::V4(v4) => v4.octets().to_vec(),
    };
    let key = |parts: &[&[u8]]| {
        let mut digest = Sha256::new();
        for part in parts {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Key::from(digest.finalize())
    };
    [
        (key(&[b"both", source.as_bytes(), login.as_bytes(), &place]), PER_LOGIN_AND_ADDRESS),
        (key(&[b"login", source.as_bytes(), login.as_bytes()]), PER_LOGIN),
        (key(&[b"address", &place]), PER_ADDRESS),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_testkit::TestClock;

    #[tokio::test(start_paused = true)]
    async fn a_stranger_is_slowed_and_the_person_still_enters() {
        let throttle = Throttle::new(Arc::new(TestClock::default()));
        let (stranger, person) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..PER_LOGIN_AND_ADDRESS {
            assert!(throttle.allows("ldap", "marie", stranger));
            throttle.failed("ldap", "Marie ", stranger);
        }
        assert!(!throttle.allows("ldap", "marie", stranger));
        assert!(throttle.allows("ldap", "marie", person), "another address is not blocked");
        assert!(throttle.allows("ldap", "jean", stranger), "a neighbour behind the same address is not blocked");
        tokio::time::advance(WINDOW).await;
        assert!(throttle.allows("ldap", "marie", stranger), "it passes by itself");
    }

    #[test]
    fn an_ipv6_subscriber_is_one_address() {
        let (a, b) = ("2001:db8::1".parse().unwrap(), "2001:db8::2".parse().unwrap());
        assert_eq!(keys("s", "l", a), keys("s", "l", b));
    }
}
