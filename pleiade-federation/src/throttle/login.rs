//! Guesses of passwords that are checked here.

use super::{
    address::{region, subscriber},
    counter::{Key, Throttle},
};
use pleiade_core::Clock;
use std::{
    collections::{HashMap, VecDeque},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The most addresses kept for a login that has signed in there.
pub(super) const MAX_PLACES: usize = 16;

/// A login that is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Login<'a> {
    /// An account that exists, by its stable key.
    Existing(&'a str),
    /// No account, by what was typed. It is delayed like one that exists, so that a delay does not tell them apart; but its count guards
    /// nothing, so the oldest of these make room for new ones.
    Unknown(&'a str),
}

/// Slows down guesses of a login's password.
///
/// Failures count for the login at one address (see [`subscriber`]). A second count, over all addresses, bounds guessing from many of
/// them; addresses from which the login has signed in before are left out of it, so that a stranger keeps nobody out of their own
/// place. Both only delay. There is always room for the second count of an account that exists. Counts are of this process: with several
/// instances, each lets as many pass.
#[derive(Debug)]
pub struct LoginThrottle {
    /// At addresses that have proved themselves.
    home: Throttle,
    /// At other addresses.
    here: Throttle,
    everywhere: Throttle,
    nobody_here: Throttle,
    nobody_everywhere: Throttle,
    /// The places at which accounts have signed in, last place last.
    proved: Mutex<HashMap<String, VecDeque<u128>>>,
}

impl LoginThrottle {
    /// `free` failures at one address before delays of 10 seconds to 15 minutes, and ten times as many over all unknown addresses before
    /// delays of 10 to 60 seconds.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, free: u32) -> Self {
        const MAX_DELAY_EVERYWHERE: Duration = Duration::from_secs(60);
        let here = || Throttle::new(clock.clone(), free);
        let everywhere =
            || Throttle::new(clock.clone(), free.saturating_mul(10)).with_max_delay(MAX_DELAY_EVERYWHERE);
        Self {
            home: here().of_people(),
            here: here(),
            everywhere: everywhere().of_people(),
            nobody_here: here().forgetful(),
            nobody_everywhere: everywhere().forgetful(),
            proved: Mutex::default(),
        }
    }

    /// True if this account has proved itself at this address since the start of the process.
    fn is_home(&self, login: Login<'_>, address: Option<IpAddr>) -> bool {
        let (Login::Existing(account), Some(address)) = (login, address) else { return false };
        let proved = self.proved.lock().unwrap_or_else(PoisonError::into_inner);
        proved.get(account).is_some_and(|places| places.contains(&subscriber(address)))
    }

    /// The count at one address, and unless the account is at home there, the one over all.
    fn counts(
        &self,
        login: Login<'_>,
        address: Option<IpAddr>,
    ) -> ((&Throttle, Key), Option<(&Throttle, Key)>) {
        let home = self.is_home(login, address);
        let (here, everywhere) = match login {
            Login::Existing(_) if home => (&self.home, &self.everywhere),
            Login::Existing(_) => (&self.here, &self.everywhere),
            Login::Unknown(_) => (&self.nobody_here, &self.nobody_everywhere),
        };
        let place = here.key_of((login, address.map(subscriber)), address.map(region));
        ((here, place), (!home).then(|| (everywhere, everywhere.key(login))))
    }

    /// Begins an attempt, counted as a failure at once; see [`Throttle::begin`]. Without an address, the caller is at one unknown place.
    ///
    /// # Errors
    /// The time for which the login must still wait at this address. Then nothing is counted.
    pub fn begin(&self, login: Login<'_>, address: Option<IpAddr>) -> Result<(), Duration> {
        let ((here, place), everywhere) = self.counts(login, address);
        here.begin_for(place)?;
        if let Some((everywhere, key)) = everywhere
            && let Err(left) = everywhere.begin_for(key)
        {
            here.undecided_for(place);
            return Err(left);
        }
        Ok(())
    }

    /// Takes an attempt back that proved nothing.
    pub fn undecided(&self, login: Login<'_>, address: Option<IpAddr>) {
        let ((here, place), everywhere) = self.counts(login, address);
        here.undecided_for(place);
        if let Some((everywhere, key)) = everywhere {
            everywhere.undecided_for(key);
        }
    }

    /// Forgets the failures of a login at an address where it has proved itself, and knows that address from now on.
    pub fn succeeded(&self, login: Login<'_>, address: Option<IpAddr>) {
        let ((here, place), _) = self.counts(login, address);
        here.succeeded_for(place);
        let Login::Existing(account) = login else { return };
        self.everywhere.succeeded(login);
        let Some(address) = address else { return };
        let mut proved = self.proved.lock().unwrap_or_else(PoisonError::into_inner);
        keep_place(proved.entry(account.to_owned()).or_default(), subscriber(address));
    }
}

/// Keeps a place as the last of so many.
pub(super) fn keep_place(places: &mut VecDeque<u128>, place: u128) {
    places.retain(|known| *known != place);
    places.push_back(place);
    if places.len() > MAX_PLACES {
        places.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::{super::counter::MAX_KEYS, *};
    use pleiade_testkit::ManualClock;
    use std::net::Ipv6Addr;

    const HOME: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7)));
    const JEANNE: Login<'static> = Login::Existing("jdupont");

    fn stranger(n: u8) -> Option<IpAddr> {
        Some(IpAddr::from([198, 51, 100, n]))
    }

    #[test]
    fn a_stranger_slows_down_the_stranger_alone() {
        for login in [JEANNE, Login::Unknown("jdupont")] {
            let throttle = LoginThrottle::new(Arc::new(ManualClock::default()), 3);
            assert_eq!((0..100).filter(|_| throttle.begin(login, stranger(1)).is_ok()).count(), 3);
            assert_eq!(throttle.begin(login, HOME), Ok(()));
            assert_eq!(throttle.begin(Login::Existing("hmartin"), stranger(1)), Ok(()));
        }
    }

    #[test]
    fn many_addresses_wait_together_and_a_known_one_does_not() {
        let clock = Arc::new(ManualClock::default());
        let throttle = LoginThrottle::new(clock.clone(), 3);
        throttle.begin(JEANNE, HOME).unwrap();
        throttle.succeeded(JEANNE, HOME);
        let passed = (0..=255).filter(|n| throttle.begin(JEANNE, stranger(*n)).is_ok()).count();
        assert_eq!(passed, 30);
        assert_eq!(throttle.begin(JEANNE, HOME), Ok(()), "the owner's place");
        clock.set_elapsed(Duration::from_secs(61));
        assert_eq!(throttle.begin(JEANNE, stranger(200)), Ok(()), "strangers are delayed, not locked out");
    }

    #[test]
    fn what_proves_nothing_costs_nothing_at_any_address() {
        let throttle = LoginThrottle::new(Arc::new(ManualClock::default()), 1);
        for login in [JEANNE, Login::Unknown("jdupont")] {
            for place in [HOME, stranger(1), None] {
                for _ in 0..5 {
                    assert_eq!(throttle.begin(login, place), Ok(()));
                    throttle.undecided(login, place);
                }
            }
        }
    }

    /// Guesses from ever new addresses fill the table of addresses: the count of the person goes on, and so does that at home.
    #[test]
    fn invented_logins_and_addresses_give_no_more_guesses_of_somebody_who_exists() {
        let throttle = LoginThrottle::new(Arc::new(ManualClock::default()), 3);
        throttle.begin(JEANNE, HOME).unwrap();
        throttle.succeeded(JEANNE, HOME);
        let tries = |address| (0..100).filter(|_| throttle.begin(JEANNE, address).is_ok()).count();
        let everywhere: usize = (0..=255).map(|n| tries(stranger(n))).sum();
        assert_eq!((everywhere, tries(HOME)), (30, 3));
        for n in 0..u32::try_from(MAX_KEYS).unwrap() + 500 {
            let [_, _, high, low] = n.to_be_bytes();
            let address = Ipv6Addr::new(0x2001, 0xdb8, u16::from_be_bytes([high, low]), 0, 0, 0, 0, 1);
            let _ = throttle.begin(Login::Unknown(&format!("nobody{n}")), stranger(1));
            let _ = throttle.begin(Login::Existing(&format!("somebody{n}")), Some(address.into()));
        }
        let everywhere: usize = (0..=255).map(|n| tries(stranger(n))).sum();
        assert_eq!((everywhere, tries(HOME)), (0, 0));
    }

    #[test]
    fn a_login_that_does_not_exist_is_delayed_in_the_midst_of_a_flood_like_one_that_does() {
        let throttle = LoginThrottle::new(Arc::new(ManualClock::default()), 3);
        for n in 0..MAX_KEYS + 500 {
            let _ = throttle.begin(Login::Unknown(&format!("nobody{n}")), stranger(1));
        }
        for login in [JEANNE, Login::Unknown("personne")] {
            assert_eq!((0..9).filter(|_| throttle.begin(login, stranger(2)).is_ok()).count(), 3, "{login:?}");
        }
    }
}
