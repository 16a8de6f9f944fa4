//! From groups to roles. Judged when a right is read, from the groups kept with the affiliation, so that a rule or a group that has gone
//! takes its role with it at once; nothing is frozen in a session.

use super::field::{MAX_VALUE_CHARS, RuleError};
use crate::dn::DistinguishedName;
use pleiade_core::{Affiliation, Role, TenantId};
use serde::Deserialize;

/// The groups that a rule names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum GroupMatch {
    /// The group of exactly this name.
    Name(String),
    /// The group of this distinguished name, however it is spelled (RFC 4514).
    Dn(DistinguishedName),
    /// Every group whose name begins so.
    Prefix(String),
}

/// Groups that give a role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawRoleRule")]
#[non_exhaustive]
pub struct RoleRule {
    /// The collectivité in which it gives the role; none for every one that the source speaks for.
    pub tenant: Option<TenantId>,
    /// The groups that give it.
    pub group: GroupMatch,
    /// The role that is given.
    pub role: Role,
    /// The least authentication level at sign-in, one of the source's levels.
    pub minimum_acr: Option<String>,
}

impl RoleRule {
    /// A role for these groups, wherever the source speaks, at any authentication level.
    #[must_use]
    pub fn new(group: GroupMatch, role: Role) -> Self {
        Self { tenant: None, group, role, minimum_acr: None }
    }
}

/// A rule as an operator writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRoleRule {
    #[serde(default)]
    tenant: Option<TenantId>,
    #[serde(default)]
    group: Option<String>,
    #[serde(default)]
    dn: Option<String>,
    #[serde(default)]
    prefix: Option<String>,
    role: Role,
    #[serde(default)]
    minimum_acr: Option<String>,
}

impl TryFrom<RawRoleRule> for RoleRule {
    type Error = RuleError;
    fn try_from(written: RawRoleRule) -> Result<Self, RuleError> {
        let group = match (written.group, written.dn, written.prefix) {
            (Some(name), None, None) => GroupMatch::Name(name),
            (None, Some(dn), None) => GroupMatch::Dn(DistinguishedName::parse(&dn)?),
            (None, None, Some(prefix)) => GroupMatch::Prefix(prefix),
            _ => return Err(RuleError::Group),
        };
        let text = match &group {
            GroupMatch::Name(text) | GroupMatch::Prefix(text) => text,
            GroupMatch::Dn(dn) => dn.as_str(),
        };
        if text.trim().is_empty() || text.len() > 4 * MAX_VALUE_CHARS {
            return Err(RuleError::Everybody);
        }
        Ok(Self { tenant: written.tenant, group, role: written.role, minimum_acr: written.minimum_acr })
    }
}

impl RoleRule {
    /// The group of this name gives this role, wherever the source speaks.
    #[must_use]
    pub fn group(name: impl Into<String>, role: Role) -> Self {
        Self { tenant: None, group: GroupMatch::Name(name.into()), role, minimum_acr: None }
    }

    /// In this collectivité alone.
    #[must_use]
    pub fn only_at(mut self, tenant: TenantId) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// Sets the least authentication level.
    #[must_use]
    pub fn at_least(mut self, acr: impl Into<String>) -> Self {
        self.minimum_acr = Some(acr.into());
        self
    }
}

impl GroupMatch {
    /// The group of this list that is named, if one is.
    fn among<'a>(
        &self,
        groups: impl IntoIterator<Item = &'a String>,
        ignore_case: bool,
    ) -> Option<&'a String> {
        let form = |text: &str| if ignore_case { text.to_lowercase() } else { text.to_owned() };
        let mut groups = groups.into_iter();
        match self {
            Self::Name(name) => {
                let name = form(name);
                groups.find(|group| form(group) == name)
            }
            Self::Prefix(prefix) => {
                let prefix = form(prefix);
                groups.find(|group| form(group).starts_with(&prefix))
            }
            Self::Dn(dn) => groups.find(|group| DistinguishedName::from(group.as_str()) == *dn),
        }
    }
}

/// The rules by which the roles of one source's people are judged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RoleRules {
    /// The collectivité that owns the source: it speaks for it alone and makes no operator.
    pub owner: Option<TenantId>,
    /// The rules, in their order.
    pub rules: Vec<RoleRule>,
    /// True if groups are compared without case, as directories compare them.
    pub ignore_case: bool,
    /// The levels of surety that the source tells, weakest first.
    pub acr_levels: Vec<String>,
}

/// A role with its cause.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Judgement {
    /// The role that is given.
    pub role: Role,
    /// Why it is given.
    pub because: RoleCause,
    /// True if the role counts. False for one that a surer sign-in would give.
    pub given: bool,
}

/// The cause of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoleCause {
    /// A rule of the source names one of the person's groups.
    Rule {
        /// Its place among the rules, from 1.
        place: usize,
        /// The group, as the source writes it.
        group: String,
        /// The surety that it asks for.
        minimum_acr: Option<String>,
    },
    /// It was written with the account.
    Granted,
}

impl RoleRules {
    /// Every role of an affiliation with its cause, the rules' first. An affiliation to another collectivité than the owner has none.
    #[must_use]
    pub fn judge(&self, affiliation: &Affiliation, acr: Option<&str>) -> Vec<Judgement> {
        if self.owner.as_ref().is_some_and(|owner| *owner != affiliation.tenant) {
            return Vec::new();
        }
        let allowed = |role: Role| self.owner.is_none() || role != Role::Operator;
        let by_rule = self.rules.iter().enumerate().filter_map(|(n, rule)| {
            let here = rule.tenant.as_ref().is_none_or(|tenant| *tenant == affiliation.tenant);
            let group = rule.group.among(&affiliation.groups, self.ignore_case).filter(|_| here)?;
            Some(Judgement {
                role: rule.role,
                given: rule.minimum_acr.as_ref().is_none_or(|wanted| self.reaches(acr, wanted)),
                because: RoleCause::Rule {
                    place: n + 1,
                    group: group.clone(),
                    minimum_acr: rule.minimum_acr.clone(),
                },
            })
        });
        let granted = affiliation.roles.iter().map(|role| Judgement {
            role: *role,
            because: RoleCause::Granted,
            given: true,
        });
        by_rule.chain(granted).filter(|judgement| allowed(judgement.role)).collect()
    }

    /// The affiliation with the roles that count.
    #[must_use]
    pub fn judged(&self, mut affiliation: Affiliation, acr: Option<&str>) -> Affiliation {
        let judgements = self.judge(&affiliation, acr);
        affiliation.roles = judgements.into_iter().filter(|one| one.given).map(|one| one.role).collect();
        affiliation
    }

    /// True if a level is at least the wanted one. A level that is not told, or not known, reaches nothing but itself.
    fn reaches(&self, acr: Option<&str>, wanted: &str) -> bool {
        let Some(acr) = acr else { return false };
        let place = |level: &str| self.acr_levels.iter().position(|known| known == level);
        acr == wanted
            || matches!((place(acr), place(wanted)), (Some(theirs), Some(needed)) if theirs >= needed)
    }
}
