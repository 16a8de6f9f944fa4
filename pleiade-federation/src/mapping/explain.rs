//! Why somebody has what they have, as data: the words are the caller's.

use super::{
    Tenants,
    role::{RoleCause, RoleRules},
};
use pleiade_core::{Affiliation, Role, SourceId, TenantId};

/// A right that is explained.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Right {
    /// Acting for this collectivité.
    Tenant(TenantId),
    /// A group.
    Group(String),
    /// A role.
    Role(Role),
}

/// The cause of a right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The source belongs to the collectivité.
    OwnSource,
    /// An attribute that the source tells names the collectivité.
    Attribute(String),
    /// An attribute names the collectivité, and another the identity provider, which is its own.
    Proven {
        /// The attribute that names the collectivité.
        attribute: String,
        /// The attribute that names the identity provider.
        provider: String,
    },
    /// It was written with the account.
    Granted,
    /// The source says so.
    Told,
    /// A rule names a group.
    Rule {
        /// Its place among the source's rules, from 1.
        place: usize,
        /// The group.
        group: String,
    },
    /// A rule names a group, and asks for a surer sign-in than this one: the role does not count now.
    Withheld {
        /// Its place among the source's rules, from 1.
        place: usize,
        /// The group.
        group: String,
        /// The level it asks for.
        minimum_acr: String,
    },
}

/// One right and its cause.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The right that is explained.
    pub right: Right,
    /// The source that gives it.
    pub source: SourceId,
    /// Why the source gives it.
    pub cause: Cause,
}

/// Explains an affiliation that a source gives, as it is kept: the collectivité first, then each role, then each group.
#[must_use]
pub fn explain(
    source: &SourceId,
    tenants: &Tenants,
    rules: &RoleRules,
    affiliation: &Affiliation,
    acr: Option<&str>,
) -> Vec<Explanation> {
    let because = |right, cause| Explanation { right, source: source.clone(), cause };
    let cause = match tenants {
        Tenants::Owner(_) => Cause::OwnSource,
        Tenants::Attribute(name) => Cause::Attribute(name.clone()),
        Tenants::Proven { attribute, provider } => {
            Cause::Proven { attribute: attribute.clone(), provider: provider.clone() }
        }
        Tenants::Kept => Cause::Granted,
    };
    let roles = rules.judge(affiliation, acr).into_iter().map(|judgement| {
        let cause = match judgement.because {
            RoleCause::Rule { place, group, minimum_acr: Some(minimum_acr) } if !judgement.given => {
                Cause::Withheld { place, group, minimum_acr }
            }
            RoleCause::Rule { place, group, .. } => Cause::Rule { place, group },
            RoleCause::Granted => Cause::Granted,
        };
        because(Right::Role(judgement.role), cause)
    });
    let groups = affiliation.groups.iter().map(|group| because(Right::Group(group.clone()), Cause::Told));
    std::iter::once(because(Right::Tenant(affiliation.tenant.clone()), cause))
        .chain(roles)
        .chain(groups)
        .collect()
}
