//! The rules of the instance, and who sees what they give.

use crate::session::Session;
use pleiade_connectors::legal::RuleBook;
use pleiade_core::{Affiliation, Role, TenantId};
use std::collections::{BTreeMap, BTreeSet};

/// The rules of the instance, and the groups that see the deadlines of each collectivité.
#[derive(Debug, Clone, Default)]
pub struct LegalRules {
    /// The rules, as the operator amends them.
    pub book: RuleBook,
    /// The groups by collectivité, compared exactly. One that is not here leaves it to its administrators; one with no group, to nobody.
    pub groups: BTreeMap<TenantId, BTreeSet<String>>,
}

impl LegalRules {
    /// True if somebody sees, enters and dismisses the deadlines of the collectivité of this affiliation. What they are elsewhere counts for
    /// nothing, and neither does the operator's role.
    #[must_use]
    pub fn admits(&self, affiliation: &Affiliation) -> bool {
        match self.groups.get(&affiliation.tenant) {
            Some(groups) => !groups.is_disjoint(&affiliation.groups),
            None => affiliation.roles.contains(&Role::TenantAdministrator),
        }
    }

    /// The collectivités of a session whose deadlines its person sees, in the order of the session; the one acted for first.
    #[must_use]
    pub fn tenants(&self, session: &Session) -> Vec<TenantId> {
        let acting = std::iter::once(&session.actor.acting);
        let others = session.affiliations.iter().filter(|one| one.tenant != session.actor.acting.tenant);
        acting.chain(others).filter(|one| self.admits(one)).map(|one| one.tenant.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_core::PersonKind;

    #[test]
    fn the_groups_of_a_collectivite_or_its_administrators_and_nobody_else() {
        let (alpha, beta) = (TenantId::from_static("alpha"), TenantId::from_static("beta"));
        let of = |tenant: &TenantId, group: Option<&str>, role: Option<Role>| {
            let mut affiliation = Affiliation::new(tenant.clone(), PersonKind::Agent);
            affiliation.groups = group.map(str::to_owned).into_iter().collect();
            affiliation.roles = role.into_iter().collect();
            affiliation
        };
        let mut rules = LegalRules::default();
        rules.groups.insert(alpha.clone(), ["secretariat".to_owned()].into());
        assert!(rules.admits(&of(&alpha, Some("secretariat"), None)));
        assert!(!rules.admits(&of(&alpha, Some("Secretariat"), None)), "compared exactly");
        assert!(!rules.admits(&of(&alpha, None, Some(Role::TenantAdministrator))), "groups are named");
        assert!(rules.admits(&of(&beta, None, Some(Role::TenantAdministrator))));
        assert!(!rules.admits(&of(&beta, Some("secretariat"), None)), "a group of another collectivité");
        assert!(!rules.admits(&of(&beta, None, Some(Role::Operator))));
        rules.groups.insert(beta.clone(), BTreeSet::new());
        assert!(!rules.admits(&of(&beta, None, Some(Role::TenantAdministrator))), "no group: nobody");
    }
}
