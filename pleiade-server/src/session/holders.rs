//! Who holds a role, whether they are signed in or not.

use super::Sessions;
use crate::storage::{SourcedAffiliation, StorageError};
use pleiade_core::{IdentityId, Role, SourceId, TenantId};
use pleiade_federation::mapping::{Explanation, Right};
use std::collections::{BTreeMap, BTreeSet};

/// A role that asks for a surer sign-in counts: whoever may have it by signing in so holds it.
fn gives(why: &Explanation, role: Role) -> bool {
    why.right == Right::Role(role)
}

impl Sessions {
    /// Who may hold a role in a collectivité, and through which sources: a source of sign-in, or the directory that one relies on.
    ///
    /// # Errors
    /// When storage fails.
    pub(crate) async fn holders(
        &self,
        tenant: &TenantId,
        role: Role,
    ) -> Result<BTreeMap<IdentityId, BTreeSet<SourceId>>, StorageError> {
        let mut ties: BTreeMap<IdentityId, Vec<SourcedAffiliation>> = BTreeMap::new();
        for (person, tie) in self.0.storage.ties_of(tenant).await? {
            ties.entry(person).or_default().push(tie);
        }
        let mut holders = BTreeMap::new();
        for (person, ties) in ties {
            let told = ties.iter().map(|tie| self.0.rights.explain(&ties, &tie.source, None, None));
            let why = told.flat_map(BTreeMap::into_values).flatten();
            let through: BTreeSet<SourceId> =
                why.filter(|one| gives(one, role)).map(|one| one.source).collect();
            if !through.is_empty() {
                holders.insert(person, through);
            }
        }
        Ok(holders)
    }

    /// The collectivités in which somebody may hold a role by signing in through a source.
    ///
    /// # Errors
    /// When storage fails.
    pub(crate) async fn holds_at(
        &self,
        person: IdentityId,
        source: &SourceId,
        role: Role,
    ) -> Result<BTreeSet<TenantId>, StorageError> {
        let all = self.0.storage.affiliations(person).await?;
        let why = self.0.rights.explain(&all, source, None, None);
        let held = why.into_iter().filter(|(_, why)| why.iter().any(|one| gives(one, role)));
        Ok(held.map(|(tenant, _)| tenant).collect())
    }
}
