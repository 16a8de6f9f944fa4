//! Delegations that wait for the answer of their receiver.

use super::{
    cache::{ProposedDelegation, ProposedKey},
    own::is_me,
    received::ReceivedDelegationReader,
};
use crate::{background_cache::LastKnown, session::Session, storage::StorageError};
use pleiade_federation::delegation::DelegationState;
use std::{collections::BTreeSet, sync::Arc};

impl ReceivedDelegationReader {
    /// The proposals to a session's person in every collectivité that its link gives, as last known; old ones are read again beside.
    #[must_use]
    pub fn peek_proposed(&self, session: &Arc<Session>) -> Vec<ProposedDelegation> {
        let known = self.cache.proposed.peek(&key(session), || {
            let (reader, session) = (self.clone(), session.clone());
            async move { reader.read_proposed(&session).await }
        });
        given_here(session, known)
    }

    /// Those that storage has, unless they were read a moment ago, or the last known ones when it does not answer.
    pub async fn load_proposed(&self, session: &Session) -> Vec<ProposedDelegation> {
        given_here(session, self.cache.proposed.get(&key(session), self.read_proposed(session)).await)
    }

    /// The proposals of every collectivité. None when storage does not answer.
    async fn read_proposed(&self, session: &Session) -> Option<Arc<Vec<ProposedDelegation>>> {
        let all = async {
            let now = self.clock.now();
            let mut proposed = Vec::new();
            for link in session.links.into_iter().collect::<BTreeSet<_>>() {
                for delegation in self.storage.living_delegations(link, now).await? {
                    let waits = delegation.terms.receiver.link == Some(link)
                        && is_me(session, &delegation.terms.receiver)
                        && delegation.state(now) == DelegationState::Proposed;
                    // Nobody is asked to stand in for somebody who left.
                    if waits && let Some((giver, _)) = self.giver_actor(&delegation).await? {
                        let giver = giver.identity.display_name.clone();
                        proposed.push(ProposedDelegation { giver, delegation });
                    }
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

fn key(session: &Session) -> ProposedKey {
    (session.actor.identity.id, session.links)
}

/// Those of the collectivités that the session gives on this site, and that may still be answered.
fn given_here(session: &Session, known: LastKnown<Arc<Vec<ProposedDelegation>>>) -> Vec<ProposedDelegation> {
    let here = |one: &&ProposedDelegation| {
        session.affiliations.iter().any(|affiliation| affiliation.tenant == one.delegation.terms.tenant)
    };
    known.value.iter().flat_map(|all| all.iter().filter(here)).cloned().collect()
}
