//! Delegations that wait for the answer of their receiver.

use super::{own::is_me, received::ReceivedDelegationReader};
use crate::{session::Session, storage::StorageError};
use pleiade_core::TenantId;
use pleiade_federation::delegation::{Delegation, DelegationState};
use std::sync::Arc;

/// A delegation that its receiver has not answered.
#[derive(Debug, Clone)]
pub struct ProposedDelegation {
    /// The delegation.
    pub delegation: Delegation,
    /// Its giver's name, as their link tells it now.
    pub giver: String,
}

impl ReceivedDelegationReader {
    /// The proposals to a session's person in every collectivité that its link gives, as last known; old ones are read again beside.
    #[must_use]
    pub fn peek_proposed(&self, session: &Arc<Session>) -> Vec<ProposedDelegation> {
        let mut all = Vec::new();
        for affiliation in &session.affiliations {
            let tenant = &affiliation.tenant;
            let known = self.cache.proposed.peek(&self.key(session, tenant), || {
                let (reader, session, tenant) = (self.clone(), session.clone(), tenant.clone());
                async move { reader.read_proposed(&session, &tenant).await }
            });
            all.extend(known.value.iter().flat_map(|known| known.iter().cloned()));
        }
        all
    }

    /// Those that storage has, or the last known ones when it does not answer.
    pub async fn load_proposed(&self, session: &Session) -> Vec<ProposedDelegation> {
        let mut all = Vec::new();
        for affiliation in &session.affiliations {
            let tenant = &affiliation.tenant;
            let read = self.read_proposed(session, tenant);
            let known = self.cache.proposed.get(&self.key(session, tenant), read).await;
            all.extend(known.value.iter().flat_map(|known| known.iter().cloned()));
        }
        all
    }

    /// None when storage does not answer.
    async fn read_proposed(
        &self,
        session: &Session,
        tenant: &TenantId,
    ) -> Option<Arc<Vec<ProposedDelegation>>> {
        let all = async {
            let mut proposed = Vec::new();
            let waits = |found: &Delegation| {
                is_me(session, &found.terms.receiver)
                    && found.state(self.clock.now()) == DelegationState::Proposed
            };
            let found = self.storage.delegations_of_links(tenant, session.links).await?;
            for delegation in found.into_iter().filter(waits) {
                // Nobody is asked to stand in for somebody who left.
                if let Some((giver, _)) = self.giver_actor(&delegation).await? {
                    proposed
                        .push(ProposedDelegation { giver: giver.identity.display_name.clone(), delegation });
                }
            }
            Ok::<_, StorageError>(proposed)
        };
        match all.await {
            Ok(proposed) => Some(Arc::new(proposed)),
            Err(error) => {
                tracing::warn!(%error, "the delegations that were proposed to somebody were not read");
                None
            }
        }
    }
}
