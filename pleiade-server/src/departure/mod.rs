//! The end of access when somebody leaves a directory, or when their local account or another identity link is closed.
//!
//! The database closes their link and those that rely on it, and takes what was told by them, in the same step as it learns of the
//! departure ([`DirectoryStorage::apply_directory`](crate::storage::DirectoryStorage::apply_directory)), so that nothing opens any more
//! even if what follows is cut short. Then, each a line of [`Departures::close`]:
//!
//! | what | which |
//! | --- | --- |
//! | sessions, with the tokens and proxy-granting tickets sealed in them | those opened by the link and by those that rely on it |
//! | linked accounts | those connected by these links |
//! | delegations given and received | those of these links |
//! | readings in memory | of these links |
//!
//! Access by another link of the same person stays: an agent who leaves one commune still serves the other.

mod error;

pub use error::DepartureError;

use crate::{
    audit::{AuditEvent, Journal, Note},
    delegation,
    session::{EndLine, Sessions},
    sign_in::SignIn,
    storage::Storage,
};
use pleiade_connectors::engine::Engine;
use pleiade_core::{Clock, IdentityId, LinkId, SourceId, Subject, TenantId};
use pleiade_federation::vault::LinkedAccountKey;
use std::{collections::BTreeSet, sync::Arc};

/// The counts of what was closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Closures {
    /// Sessions.
    pub sessions: usize,
    /// Linked accounts.
    pub linked_accounts: usize,
    /// Delegations.
    pub delegations: usize,
}

/// Closes what people had by links that are closed. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Departures {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sessions: Sessions,
    pub(crate) sign_in: Arc<SignIn>,
    pub(crate) engine: Engine,
    pub(crate) journal: Journal,
    pub(crate) delegations: delegation::DelegationEndings,
}

impl Departures {
    /// Closes what somebody had by a link that is closed. Doing so twice does no harm.
    ///
    /// # Errors
    /// [`DepartureError`].
    pub async fn close(&self, link: LinkId) -> Result<Closures, DepartureError> {
        self.revoke_access_of_link(link, None).await
    }

    /// Closes what somebody has by a link in the collectivités that it no longer gives.
    ///
    /// # Errors
    /// [`DepartureError`].
    pub async fn close_in(
        &self,
        link: LinkId,
        tenants: &BTreeSet<TenantId>,
    ) -> Result<Closures, DepartureError> {
        self.revoke_access_of_link(link, Some(tenants)).await
    }

    /// Goes through every departure of a source that is not closed yet, those of a run that was cut short too.
    ///
    /// # Errors
    /// The first failure; the others stay on the list.
    pub async fn close_unfinished(
        &self,
        source: &SourceId,
    ) -> Result<Vec<(Subject, LinkId)>, DepartureError> {
        let unclosed = self.storage.unclosed_departures(source).await?;
        for (subject, link) in &unclosed {
            self.close(*link).await?;
            self.storage.departure_closed(source, subject, self.clock.now()).await?;
        }
        Ok(unclosed)
    }

    /// Closes what is open by a link and those that rely on it: everywhere, or in these collectivités.
    async fn revoke_access_of_link(
        &self,
        link: LinkId,
        tenants: Option<&BTreeSet<TenantId>>,
    ) -> Result<Closures, DepartureError> {
        let mut closed = Closures::default();
        let Some(facts) = self.storage.link_facts(link).await? else { return Ok(closed) };
        let source = &facts.source;
        let owner = self.sign_in.any_source(source).and_then(|source| source.owner.as_ref());
        let concerned = |tenant: &TenantId| tenants.is_none_or(|tenants| tenants.contains(tenant));
        // A link that relies on this one may be another person's. Those come first: closing this one's sessions closes theirs too.
        let mut links = Vec::new();
        for relying in self.storage.relying_links(link).await? {
            if let Some(theirs) = self.storage.link_facts(relying).await? {
                links.push((theirs.identity, relying));
            }
        }
        links.push((facts.identity, link));
        for &(person, link) in &links {
            let note = Note::new(AuditEvent::SessionsEnded).person((person, link)).source(source);
            let note = owner.into_iter().fold(note, Note::tenant).with("cause", "departure");
            let line = |count: usize| self.journal.line(note.clone().with("count", count));
            let sessions = match tenants {
                None => self.sessions.close_link(link, &line).await?,
                Some(tenants) => self.close_acting(person, link, tenants, &line).await?,
            };
            closed.sessions += sessions;
        }
        for &(_, link) in &links {
            // An address that somebody keeps opens no more than a session does.
            if tenants.is_none() {
                self.storage.delete_deadline_feed(link).await?;
            }
        }
        for &(person, link) in &links {
            let linked_accounts = self.storage.linked_accounts_by_link(link, None).await?;
            let connected: BTreeSet<TenantId> =
                linked_accounts.into_iter().map(|linked_account| linked_account.key.tenant).collect();
            for tenant in connected.iter().filter(|tenant| concerned(tenant)) {
                let change = self.storage.begin().await?;
                let revoked = change.delete_linked_accounts_of_link(link, Some(tenant)).await?;
                let line = |linked_account: &LinkedAccountKey| {
                    let note = Note::new(AuditEvent::LinkedAccountRevoked)
                        .tenant(tenant)
                        .person((person, link))
                        .source(source);
                    self.journal
                        .line(note.with("cause", "departure").with("connector", &linked_account.connector))
                };
                let lines: Vec<_> = revoked.iter().map(line).collect();
                change.commit_with(lines).await?;
                closed.linked_accounts += revoked.len();
            }
            closed.delegations += self.delegations.end_for_link(link, tenants).await?;
            // Login flows that were begun, where no account was connected yet.
            if tenants.is_none() {
                self.storage.delete_linked_accounts_of_link(link, None).await?;
            }
            self.engine.forget(link, None);
        }
        Ok(closed)
    }

    /// Closes the sessions of a person's link in which they act for one of these collectivités.
    async fn close_acting(
        &self,
        person: IdentityId,
        link: LinkId,
        tenants: &BTreeSet<TenantId>,
        line: EndLine<'_>,
    ) -> Result<usize, DepartureError> {
        let mut listed = self.sessions.list(person).await?;
        listed.retain(|one| one.link == link && tenants.contains(&one.acting));
        Ok(self.sessions.close_listed(&listed, line).await?.0)
    }
}

#[cfg(test)]
mod tests;
