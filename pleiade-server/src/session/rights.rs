//! What a session may act for, and with which rights: judged each time a session is read, from the ties that storage keeps and the rules
//! of the file. Nothing is frozen at sign-in, so that a group, a rule or a source that has gone takes its rights with it.
//!
//! A session counts what its own source says, and what the directory that this source relies on says of the same person. What other
//! sources say does not count: whoever controls one source reaches no further than that source.

use crate::storage::SourcedAffiliation;
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
}

impl SourceRights {
    /// The rules of a source with this mapping, which relies on a directory or on none.
    #[must_use]
    pub fn new(mapping: &Mapping, directory: Option<SourceId>) -> Self {
        Self { tenants: mapping.tenants.clone(), rules: mapping.role_rules(), directory }
    }
}

impl FromIterator<(SourceId, SourceRights)> for Rights {
    fn from_iter<I: IntoIterator<Item = (SourceId, SourceRights)>>(rights: I) -> Self {
        Self(rights.into_iter().collect())
    }
}

impl Rights {
    /// The ties of a session of this source on this site (none: the operator's common host), with their roles, by tenant.
    pub(super) fn judge(
        &self,
        all: Vec<SourcedAffiliation>,
        source: &SourceId,
        site: Option<&TenantId>,
        acr: Option<&str>,
    ) -> Vec<Affiliation> {
        let mut ties: BTreeMap<TenantId, Affiliation> = BTreeMap::new();
        for (from, rights) in self.counting(source) {
            let theirs = all.iter().filter(|given| given.source == *from);
            let theirs = theirs.map(|given| &given.affiliation).filter(|tie| rights.may_give(tie, site));
            for tie in theirs {
                let judged = self.rules_of(source, rights).judged(tie.clone(), acr);
                match ties.get_mut(&judged.tenant) {
                    // The directory comes second, and knows better who the person is there.
                    Some(tie) => complete(tie, judged),
                    None => {
                        ties.insert(judged.tenant.clone(), judged);
                    }
                }
            }
        }
        ties.into_values().collect()
    }

    /// Why a session of this source may do what it may: every tie, role and group with where it comes from, by tenant.
    pub(super) fn explain(
        &self,
        all: &[SourcedAffiliation],
        source: &SourceId,
        site: Option<&TenantId>,
        acr: Option<&str>,
    ) -> BTreeMap<TenantId, Vec<Explanation>> {
        let mut why: BTreeMap<TenantId, Vec<Explanation>> = BTreeMap::new();
        for (from, rights) in self.counting(source) {
            let theirs = all.iter().filter(|given| given.source == *from).map(|given| &given.affiliation);
            for tie in theirs.filter(|tie| rights.may_give(tie, site)) {
                let rules = self.rules_of(source, rights);
                let because = explain(from, &rights.tenants, &rules, tie, acr);
                why.entry(tie.tenant.clone()).or_default().extend(because);
            }
        }
        why
    }

    /// The source of a session, then the directory that it relies on.
    fn counting<'a>(
        &'a self,
        source: &'a SourceId,
    ) -> impl Iterator<Item = (&'a SourceId, &'a SourceRights)> {
        let own = self.0.get(source);
        let directory = own.and_then(|own| own.directory.as_ref());
        let directory = directory.and_then(|id| Some((id, self.0.get(id)?)));
        own.map(|own| (source, own)).into_iter().chain(directory)
    }

    /// How somebody was recognised is told in the words of the source of the session, whoever's rule asks for it.
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
    /// A tie written when the source belonged to somebody else gives nothing.
    fn may_give(&self, tie: &Affiliation, site: Option<&TenantId>) -> bool {
        let owned = self.rules.owner.as_ref().is_none_or(|owner| *owner == tie.tenant);
        owned && site.is_none_or(|site| *site == tie.tenant)
    }
}

fn complete(tie: &mut Affiliation, by: Affiliation) {
    tie.kind = by.kind;
    tie.function = by.function.or(tie.function.take());
    tie.department = by.department.or(tie.department.take());
    tie.telephone = by.telephone.or(tie.telephone.take());
    tie.groups.extend(by.groups);
    tie.roles.extend(by.roles);
}
