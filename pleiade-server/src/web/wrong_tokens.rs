//! Wrong tokens of programs (`Authorization: Bearer`).
//!
//! A token is looked at before the address that sends it: it is long and random, so who sends a right one has not guessed it, and guesses
//! of others behind the same address refuse nobody. What is counted are wrong ones alone, each when it is found to be wrong, so none of
//! many at the same moment passes uncounted.

use pleiade_core::Clock;
use pleiade_federation::throttle::AddressThrottle;
use std::{net::IpAddr, sync::Arc, time::Duration};

/// Wrong tokens that one address may send before it is slowed down.
const MAX_FREE_FAILURES: u32 = 20;
/// Interval at which an address is forgiven one of them.
const FORGIVENESS_INTERVAL: Duration = Duration::from_secs(60);

/// Counts wrong tokens by address.
#[derive(Debug)]
pub(crate) struct WrongTokens(AddressThrottle);

impl WrongTokens {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self(AddressThrottle::new(clock, MAX_FREE_FAILURES, FORGIVENESS_INTERVAL))
    }

    /// Counts one more of this address, if it is known.
    ///
    /// # Errors
    /// The time for which the address must wait, if it has sent too many. Then nothing is counted.
    pub(crate) fn count(&self, address: Option<IpAddr>) -> Result<(), Duration> {
        address.map_or(Ok(()), |address| self.0.begin(address))
    }
}
