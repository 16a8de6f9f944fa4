//! Addresses as keys.

use super::counter::{Key, Throttle};
use pleiade_core::Clock;
use std::{net::IpAddr, sync::Arc, time::Duration};

/// The allowance of the network around a subscriber, as a multiple of the subscriber's.
const NETWORK_FACTOR: u32 = 10;

/// An address as one subscriber: IPv4 as it is, IPv6 by its /64, which one subscriber holds whole.
#[must_use]
pub fn subscriber(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits() >> 64 << 64,
    }
}

/// The /48 around an IPv6 address, which one customer of a host may hold whole.
fn network(address: IpAddr) -> Option<u128> {
    match address.to_canonical() {
        IpAddr::V4(_) => None,
        IpAddr::V6(v6) => Some(v6.to_bits() >> 80 << 80),
    }
}

/// The region of an address, by which addresses share a counter when there are too many: the /16 of an IPv4 address, the /32 of an IPv6
/// one.
pub(super) fn region(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits() >> 16 << 16,
        IpAddr::V6(v6) => v6.to_bits() >> 96 << 96,
    }
}

/// Counts the failures of addresses, each as one [`subscriber`], and for IPv6 those of the /48 around it too, whose allowance is ten times
/// as large.
#[derive(Debug)]
pub struct AddressThrottle {
    subscribers: Throttle,
    networks: Throttle,
}

impl AddressThrottle {
    /// A throttle that lets `free` failures of a subscriber pass and forgives one each time `one_every` has passed.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, free: u32, one_every: Duration) -> Self {
        Self {
            subscribers: Throttle::new(clock.clone(), free).with_decay(one_every),
            networks: Throttle::new(clock, free.saturating_mul(NETWORK_FACTOR))
                .with_decay(one_every / NETWORK_FACTOR),
        }
    }

    /// The same throttle, whose delays are never longer than `longest`: for what costs little, where one browser must not keep others of its
    /// address waiting.
    #[must_use]
    pub fn with_max_delay(mut self, longest: Duration) -> Self {
        self.subscribers = self.subscribers.with_max_delay(longest);
        self.networks = self.networks.with_max_delay(longest);
        self
    }

    fn keys(&self, address: IpAddr) -> (Key, Option<Key>) {
        let region = region(address);
        let network = network(address).map(|network| self.networks.key_of(network, region));
        (self.subscribers.key_of(subscriber(address), region), network)
    }

    /// Begins an attempt, counted as a failure at once; see [`Throttle::begin`]. To be followed by [`undecided`](Self::undecided) unless it
    /// failed: what one person of an address proves forgives nobody else there.
    ///
    /// # Errors
    /// The time for which this address must still wait. Then nothing is counted.
    pub fn begin(&self, address: IpAddr) -> Result<(), Duration> {
        let (subscriber, network) = self.keys(address);
        self.subscribers.begin_for(subscriber)?;
        if let Some(Err(left)) = network.map(|key| self.networks.begin_for(key)) {
            self.subscribers.undecided_for(subscriber);
            return Err(left);
        }
        Ok(())
    }

    /// Takes an attempt back that did not fail.
    pub fn undecided(&self, address: IpAddr) {
        let (subscriber, network) = self.keys(address);
        self.subscribers.undecided_for(subscriber);
        if let Some(key) = network {
            self.networks.undecided_for(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_testkit::ManualClock;
    use std::net::{Ipv4Addr, Ipv6Addr};

    fn v6(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn one_subscriber_is_one_address() {
        let v6 = |text: &str| subscriber(v6(text));
        assert_eq!(v6("2001:db8:1:2::1"), v6("2001:db8:1:2:ffff::9"));
        assert_ne!(v6("2001:db8:1:2::1"), v6("2001:db8:1:3::1"));
        let home = IpAddr::from([192, 0, 2, 7]);
        assert_eq!(v6("::ffff:192.0.2.7"), subscriber(home));
        assert_ne!(subscriber(home), subscriber(IpAddr::from([192, 0, 2, 8])));
    }

    /// Failures of one address after the other, until one must wait.
    fn until_delayed(throttle: &AddressThrottle, addresses: impl Iterator<Item = IpAddr>) -> usize {
        addresses.take_while(|address| throttle.begin(*address).is_ok()).count()
    }

    #[test]
    fn a_network_has_a_larger_allowance_than_a_subscriber_and_has_one() {
        let throttle = AddressThrottle::new(Arc::new(ManualClock::default()), 50, Duration::from_secs(20));
        let same = std::iter::repeat(v6("2001:db8:1:2::1"));
        assert_eq!(until_delayed(&throttle, same), 50);
        // Another /64 of that /48 has its own allowance, until the /48 has used up its own.
        let subscribers = (0..4000_u16).map(|n| Ipv6Addr::new(0x2001, 0xdb8, 1, n + 10, 0, 0, 0, 1).into());
        assert_eq!(until_delayed(&throttle, subscribers), 500 - 50);
        assert_eq!(throttle.begin(v6("2001:db8:2:2::1")), Ok(()), "the next /48");
        let fours = (0..4000_u32).map(|n| Ipv4Addr::from_bits(0x0a00_0000 + n).into());
        assert_eq!(until_delayed(&throttle, fours), 4000, "IPv4 addresses are counted one by one");
    }

    #[test]
    fn what_did_not_fail_costs_nothing() {
        let throttle = AddressThrottle::new(Arc::new(ManualClock::default()), 2, Duration::from_secs(20));
        for address in [v6("2001:db8:1:2::1"), IpAddr::from([192, 0, 2, 7])] {
            for _ in 0..100 {
                assert_eq!(throttle.begin(address), Ok(()));
                throttle.undecided(address);
            }
            assert_eq!(until_delayed(&throttle, std::iter::repeat(address)), 2);
        }
    }
}
