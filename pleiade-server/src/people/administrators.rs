//! Whom an administrator does not shut out: themselves, and the last who administers a collectivité.
//!
//! Threat: one click that leaves nobody to undo it. The last operator is covered by the first rule: only an operator decides about another
//! one, and stays.

use crate::{
    session::{Session, Sessions},
    sign_in::SignIn,
    storage::{Storage, StorageError},
};
use pleiade_core::{IdentityId, LinkId, Role, TenantId};
use std::collections::BTreeSet;

const ROLE: Role = Role::TenantAdministrator;

/// The sentence for whoever decides about themselves.
pub(crate) const ONESELF: &str = "console-oneself";
/// The sentence for whoever would leave a collectivité without its own administrator.
pub(crate) const LAST: &str = "console-last-administrator";

/// True if an administrator is about to decide about themselves. What they may change of their own is in their profile.
pub(crate) fn is_oneself(by: &Session, person: IdentityId) -> bool {
    by.actor.identity.id == person
}

/// The administrators of collectivités.
#[derive(Debug)]
pub(crate) struct Administrators<'a> {
    pub(crate) storage: &'a dyn Storage,
    pub(crate) sessions: &'a Sessions,
    pub(crate) sign_in: &'a SignIn,
}

impl Administrators<'_> {
    /// True if a collectivité would have nobody of its own to administer it once a link, and those that rely on it, open nothing any more.
    pub(crate) async fn is_last(&self, link: LinkId) -> Result<bool, StorageError> {
        let mut closing = self.storage.relying_links(link).await?;
        closing.push(link);
        let mut losing = BTreeSet::new();
        for link in &closing {
            losing.extend(self.sessions.holds_at(*link, ROLE).await?);
        }
        for tenant in losing {
            if !self.has_another(&tenant, &closing).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// True if somebody administers a collectivité by signing in through another link.
    async fn has_another(&self, tenant: &TenantId, closing: &[LinkId]) -> Result<bool, StorageError> {
        for affiliation in self.storage.affiliations_of_tenant(tenant).await? {
            // A directory's affiliation counts for those who rely on it.
            let relying = self.storage.relying_links(affiliation.link).await?;
            for link in relying.into_iter().chain([affiliation.link]).filter(|link| !closing.contains(link)) {
                if self.enters(link).await? && self.sessions.holds_at(link, ROLE).await?.contains(tenant) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// True if somebody signs in by a link.
    async fn enters(&self, link: LinkId) -> Result<bool, StorageError> {
        let facts = self.storage.link_facts(link).await?;
        Ok(facts.is_some_and(|facts| {
            !facts.disabled
                && self.sign_in.any_source(&facts.source).is_some_and(|source| source.allows_sign_in)
        }))
    }
}
