//! The holders of a role, signed in or not.

use super::Sessions;
use crate::storage::StorageError;
use pleiade_core::{LinkId, Role, TenantId};
use pleiade_federation::mapping::Right;
use std::collections::BTreeSet;

impl Sessions {
    /// The collectivités in which somebody may hold a role by signing in through a link. A role that asks for a surer sign-in counts:
    /// whoever may have it by signing in so holds it.
    ///
    /// # Errors
    /// When storage fails.
    pub(crate) async fn holds_at(
        &self,
        link: LinkId,
        role: Role,
    ) -> Result<BTreeSet<TenantId>, StorageError> {
        let Some(facts) = self.facts(link).await? else { return Ok(BTreeSet::new()) };
        let why = self.0.rights.explain(&facts, None, None);
        let held = why.into_iter().filter(|(_, why)| why.iter().any(|one| one.right == Right::Role(role)));
        Ok(held.map(|(tenant, _)| tenant).collect())
    }
}
