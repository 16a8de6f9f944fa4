//! Delegations in force as they were last read.

use crate::{
    background_cache::{BackgroundCache, CacheAges},
    credentials::ActsFor,
};
use pleiade_core::{Actor, Clock, IdentityId, LinkId, TenantId};
use pleiade_federation::delegation::Delegation;
use std::{sync::Arc, time::Duration};
use tokio_util::task::TaskTracker;

/// A delegation read from storage is shown for two minutes at most; an action reads everything again.
const AGES: CacheAges = CacheAges {
    fresh: Duration::from_secs(30),
    max: Some(Duration::from_secs(120)),
    pause: Duration::from_secs(10),
};

/// A delegation in force and its giver, without any role.
#[derive(Debug, Clone)]
pub struct ReceivedDelegation {
    /// The delegation.
    pub delegation: Delegation,
    /// For whom, with the facts of the giver's link.
    pub giver: Arc<Actor>,
    /// The logins that open applications in the place of the giver.
    pub acts: ActsFor,
}

/// A delegation that its receiver has not answered.
#[derive(Debug, Clone)]
pub struct ProposedDelegation {
    /// The delegation.
    pub delegation: Delegation,
    /// Its giver's name, as their link tells it now.
    pub giver: String,
}

/// By collectivité, receiver and the links of their session: what one link received is no other's.
pub(super) type DelegationKey = (TenantId, IdentityId, [LinkId; 2]);

/// By receiver and the links of their session, of every collectivité.
pub(super) type ProposedKey = (IdentityId, [LinkId; 2]);

/// The delegations that people received, as lately read from storage.
#[derive(Debug, Clone)]
pub struct DelegationCache {
    /// Those in force.
    pub(super) held: BackgroundCache<DelegationKey, Arc<Vec<ReceivedDelegation>>>,
    /// Those that wait for an answer.
    pub(super) proposed: BackgroundCache<ProposedKey, Arc<Vec<ProposedDelegation>>>,
}

impl DelegationCache {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, tasks: TaskTracker) -> Self {
        Self {
            held: BackgroundCache::new(AGES, clock.clone(), tasks.clone()),
            proposed: BackgroundCache::new(AGES, clock, tasks),
        }
    }

    /// Has storage asked again for every link of a receiver.
    pub fn forget(&self, tenant: &TenantId, receiver: IdentityId) {
        self.held.forget(|(at, who, _)| at == tenant && *who == receiver);
        self.proposed.forget(|(who, _)| *who == receiver);
    }
}
