//! The rights of a session in each collectivité: judged each time a session is read, from the affiliations that storage keeps and the rules
//! of the file. Nothing is frozen at sign-in, so that a group, a rule or a source that has gone takes its rights with it.
//!
//! A session counts what its own source says, and what the directory that this source relies on says of the same person. What other
//! sources say does not count: whoever controls one source reaches no further than that source.

use super::Facts;
use pleiade_core::{Affiliation, SourceId, TenantId};
use pleiade_federation::mapping::{Explanation, Mapping, RoleRules, Tenants, explain};
use std::collections::BTreeMap;

/// The rules of every source. A source that is not here gives nothing.
#[derive(Debug, Default)]
pub struct Rights(BTreeMap<SourceId, SourceRights>);

/// The rules of one source.
#[derive(Debug, Clone)]
pub struct SourceRights {
    tenants: Tenants,
    rules: RoleRules,
    /// The directory that it relies on.
    directory: Option<SourceId>,
    fingerprint: String,
}

impl SourceRights {
    /// The rules of a source with this mapping, which relies on a directory or on none. `fingerprint` tells what makes it that source: its
    /// kind, its owner, who vouches. Sessions of a source that had another fingerprint are refused.
    #[must_use]
    pub fn new(mapping: &Mapping, directory: Option<SourceId>, fingerprint: impl Into<String>) -> Self {
        let fingerprint = fingerprint.into();
        Self { tenants: mapping.tenants.clone(), rules: mapping.role_rules(), directory, fingerprint }
    }
}

impl FromIterator<(SourceId, SourceRights)> for Rights {
    fn from_iter<I: IntoIterator<Item = (SourceId, SourceRights)>>(rights: I) -> Self {
        Self(rights.into_iter().collect())
    }
}

impl Rights {
    /// The fingerprint of a source; none when there is no such source.
    pub(super) fn fingerprint(&self, source: &SourceId) -> Option<&str> {
        self.0.get(source).map(|rights| rights.fingerprint.as_str())
    }

    /// The directory that a source relies on.
    pub(super) fn directory(&self, source: &SourceId) -> Option<&SourceId> {
        self.0.get(source)?.directory.as_ref()
    }

    /// The affiliations that these facts give on this site (none: the operator's common host), with their roles, by tenant.
    pub(super) fn judge(
        &self,
        facts: &Facts,
        site: Option<&TenantId>,
        acr: Option<&str>,
    ) -> Vec<Affiliation> {
        let source = &facts.own.source;
        let mut affiliations: BTreeMap<TenantId, Affiliation> = BTreeMap::new();
        for (teller, rights, told) in self.counting(facts) {
            for affiliation in told.iter().filter(|affiliation| rights.may_give(affiliation, site)) {
                let mut judged = self.rules_of(source, rights).judged(affiliation.clone(), acr);
                // Where a directory says who the person is, it alone says by which number: whoever vouches for it does not for the portal.
                judged.employee_number.take_if(|_| facts.directory.is_some() && teller == source);
                match affiliations.get_mut(&judged.tenant) {
                    // The directory comes second, and knows better who the person is there.
                    Some(affiliation) => complete(affiliation, judged),
                    None => {
                        affiliations.insert(judged.tenant.clone(), judged);
                    }
                }
            }
        }
        affiliations.into_values().collect()
    }

    /// The reasons for what these facts give: every affiliation, role and group with where it comes from, by tenant.
    pub(super) fn explain(
        &self,
        facts: &Facts,
        site: Option<&TenantId>,
        acr: Option<&str>,
    ) -> BTreeMap<TenantId, Vec<Explanation>> {
        let mut why: BTreeMap<TenantId, Vec<Explanation>> = BTreeMap::new();
        for (from, rights, told) in self.counting(facts) {
            for affiliation in told.iter().filter(|affiliation| rights.may_give(affiliation, site)) {
                let rules = self.rules_of(&facts.own.source, rights);
                let because = explain(from, &rights.tenants, &rules, affiliation, acr);
                why.entry(affiliation.tenant.clone()).or_default().extend(because);
            }
        }
        why
    }

    /// The facts that count, with the rules of their source: those of the link, then those of the directory that it relies on.
    fn counting<'a>(
        &'a self,
        facts: &'a Facts,
    ) -> impl Iterator<Item = (&'a SourceId, &'a SourceRights, &'a [Affiliation])> {
        [Some(&facts.own), facts.directory.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|told| Some((&told.source, self.0.get(&told.source)?, told.affiliations.as_slice())))
    }

    /// The rules of `rights`, with `acr` values on the scale of the session's source: a directory's rules compare on it too.
    fn rules_of(&self, source: &SourceId, rights: &SourceRights) -> RoleRules {
        let mut rules = rights.rules.clone();
        if rules.acr_levels.is_empty()
            && let Some(own) = self.0.get(source)
        {
            rules.acr_levels.clone_from(&own.rules.acr_levels);
        }
        rules
    }
}

impl SourceRights {
    /// An affiliation written when the source belonged to somebody else gives nothing.
    fn may_give(&self, affiliation: &Affiliation, site: Option<&TenantId>) -> bool {
        let owned = self.rules.owner.as_ref().is_none_or(|owner| *owner == affiliation.tenant);
        owned && site.is_none_or(|site| *site == affiliation.tenant)
    }
}

fn complete(affiliation: &mut Affiliation, by: Affiliation) {
    affiliation.kind = by.kind;
    affiliation.function = by.function.or(affiliation.function.take());
    affiliation.department = by.department.or(affiliation.department.take());
    affiliation.telephone = by.telephone.or(affiliation.telephone.take());
    affiliation.employee_number = by.employee_number;
    affiliation.groups.extend(by.groups);
    affiliation.roles.extend(by.roles);
}
