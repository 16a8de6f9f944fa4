//! Ends of delegations, those too that nobody asks for: a departure, and time.

use super::cache::DelegationCache;
use crate::{
    audit::{AuditEvent, Journal, Note},
    session::Session,
    storage::{Storage, StorageError},
};
use pleiade_core::{Clock, LinkId, TenantId};
use pleiade_federation::delegation::{Delegation, DelegationEnd, EndCause};
use std::{collections::BTreeSet, sync::Arc};

/// Ends delegations. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct DelegationEndings {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) journal: Journal,
    pub(crate) cache: DelegationCache,
}

impl DelegationEndings {
    /// Ends one, in one step with the line that tells it. False when it had ended.
    pub(crate) async fn end(
        &self,
        delegation: &Delegation,
        by: Option<&Session>,
        cause: EndCause,
    ) -> Result<bool, StorageError> {
        let terms = &delegation.terms;
        let (giver, receiver) = (terms.giver.person, terms.receiver.person);
        let mut note = Note::new(AuditEvent::DelegationEnded)
            .tenant(&terms.tenant)
            .with("delegation", delegation.id)
            .with("cause", cause_name(cause));
        // Both people find it in their journals.
        note = match by {
            Some(session) if session.actor.identity.id == giver => {
                note.actor(session).person(&terms.receiver)
            }
            Some(session) if session.actor.identity.id == receiver => {
                note.actor(session).person(&terms.giver)
            }
            Some(session) => note.actor(session).person(&terms.giver).with("receiver", receiver),
            None => note.person(&terms.giver).with("receiver", receiver),
        };
        let change = self.journal.begin([note]).await?;
        let end = DelegationEnd::new(self.clock.now(), by.map(|session| session.actor.identity.id), cause);
        let ended = change.end_delegation(delegation.id, &end).await?;
        if ended {
            change.commit().await?;
        }
        self.cache.forget(&terms.tenant, receiver);
        Ok(ended)
    }

    /// Ends what was given and received by a link, everywhere or in some collectivités, and says how many: it is closed, or gives them no
    /// more. To be called by whatever closes the sessions and linked accounts of a link.
    ///
    /// # Errors
    /// Those of storage.
    pub async fn end_for_link(
        &self,
        link: LinkId,
        tenants: Option<&BTreeSet<TenantId>>,
    ) -> Result<usize, StorageError> {
        let mut count = 0;
        for delegation in self.storage.living_delegations(link, self.clock.now()).await? {
            if tenants.is_none_or(|tenants| tenants.contains(&delegation.terms.tenant))
                && self.end(&delegation, None, EndCause::Departure).await?
            {
                count += 1;
            }
        }
        Ok(count)
    }

    /// Marks what is past its end, and says how many. Nothing depends on it but the journal: a delegation past its end is refused by its
    /// dates.
    ///
    /// # Errors
    /// Those of storage.
    pub async fn end_lapsed(&self) -> Result<usize, StorageError> {
        let lapsed = self.storage.lapsed_delegations(self.clock.now()).await?;
        for delegation in &lapsed {
            self.end(delegation, None, EndCause::Lapsed).await?;
        }
        Ok(lapsed.len())
    }
}

fn cause_name(cause: EndCause) -> &'static str {
    match cause {
        EndCause::Refused => "refused",
        EndCause::Giver => "giver",
        EndCause::Receiver => "receiver",
        EndCause::Administrator => "administrator",
        EndCause::Departure => "departure",
        EndCause::Lapsed => "lapsed",
        EndCause::Upgrade => "upgrade",
        _ => "other",
    }
}
