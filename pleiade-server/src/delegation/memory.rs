//! Delegations in force that were read a moment ago.

use crate::credentials::ActsFor;
use moka::sync::Cache;
use pleiade_core::{Actor, IdentityId, LinkId, TenantId};
use pleiade_federation::delegation::Delegation;
use std::{sync::Arc, time::Duration};

/// How long what was read is shown without asking storage again, as sessions are.
pub(super) const MEMORY: Duration = Duration::from_secs(30);

/// A delegation in force and its giver, without any role.
#[derive(Debug, Clone)]
pub struct Held {
    /// The delegation.
    pub delegation: Delegation,
    /// For whom, with the facts of the giver's link.
    pub giver: Arc<Actor>,
    /// What opens an application in the place of the giver.
    pub acts: ActsFor,
}

/// What was read from storage a moment ago, by collectivité and the links of the session: what one link received is no other's.
#[derive(Debug, Clone)]
pub struct Memory(pub(super) Cache<(TenantId, IdentityId), Remembered>);

pub(super) type Remembered = (Duration, [LinkId; 2], Arc<Vec<Held>>);

impl Default for Memory {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(100_000).time_to_idle(Duration::from_secs(600)).build())
    }
}

impl Memory {
    /// Has storage asked again for a receiver.
    pub fn forget(&self, tenant: &TenantId, receiver: IdentityId) {
        self.0.invalidate(&(tenant.clone(), receiver));
    }
}
