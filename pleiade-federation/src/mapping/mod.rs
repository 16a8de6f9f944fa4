//! From what a source says to the collectivités a person may act for, and to the groups from which their rights are judged.
//!
//! Rules of safety: a source owned by a collectivité speaks for that collectivité alone, whatever it claims; it never gives the operator's
//! role; a group that no rule names gives nothing; without a collectivité nobody enters. Rules are data of a closed list ([`FieldRule`],
//! [`RoleRule`]): nothing an operator writes here is a program.

mod explain;
mod field;
mod role;
#[cfg(test)]
mod tests;

pub use explain::{Cause, Explanation, Right, explain};
pub use field::{FieldRule, MAX_VALUE_CHARS, MAX_VALUES, Pattern, RuleError, Step, Target};
pub use role::{GroupMatch, Judgement, RoleCause, RoleRule, RoleRules};

use chrono::TimeDelta;
use pleiade_core::{Affiliation, Claims, PersonKind, Siren, Siret, Tenant, TenantId, Withheld};
use std::collections::BTreeSet;

/// The way to find the collectivités of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tenants {
    /// The owner's: the only choice for a collectivité's own source.
    Owner(TenantId),
    /// By an attribute of an operator's source that holds SIREN, SIRET or slugs, one or several.
    Attribute(String),
    /// By an attribute that holds a SIRET and one that names the identity provider behind the source: both must be the
    /// collectivité's own. For ProConnect, which vouches for neither alone.
    Proven {
        /// The attribute of the SIRET.
        attribute: String,
        /// The attribute of the identity provider.
        provider: String,
    },
    /// Those kept with the account: local accounts.
    Kept,
}

/// The rules of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mapping {
    /// The way to find the collectivités for which its people act.
    pub tenants: Tenants,
    /// The attribute that says agent, élu or partner; agents otherwise.
    pub kind: Option<String>,
    /// The attribute of the function.
    pub function: Option<String>,
    /// Other fields, and those above where they need more than one attribute as it is. For one field the first rule that gives a value
    /// counts; groups and collectivités are those of every rule together.
    pub fields: Vec<FieldRule>,
    /// The groups that give roles.
    pub roles: Vec<RoleRule>,
    /// True if groups are compared without case, as directories compare them.
    pub ignore_case: bool,
    /// The levels of surety (`acr`) that the source tells, weakest first.
    pub acr_levels: Vec<String>,
    /// The time for which groups last told count while the source withholds them, from when they were told. Default: 30 days.
    pub keep_groups: TimeDelta,
}

impl Mapping {
    /// The rules of a source whose people's collectivités are found so, with no role for anybody.
    #[must_use]
    pub fn new(tenants: Tenants) -> Self {
        Self {
            tenants,
            kind: None,
            function: None,
            fields: Vec::new(),
            roles: Vec::new(),
            ignore_case: false,
            acr_levels: Vec::new(),
            keep_groups: TimeDelta::days(30),
        }
    }

    /// The rules of a collectivité's own source, with no role for anybody.
    #[must_use]
    pub fn owned_by(tenant: TenantId) -> Self {
        Self::new(Tenants::Owner(tenant))
    }

    /// The rules by which roles are judged from the groups of an affiliation.
    #[must_use]
    pub fn role_rules(&self) -> RoleRules {
        RoleRules {
            owner: match &self.tenants {
                Tenants::Owner(owner) => Some(owner.clone()),
                _ => None,
            },
            rules: self.roles.clone(),
            ignore_case: self.ignore_case,
            acr_levels: self.acr_levels.clone(),
        }
    }

    /// The affiliations that these claims give, with their groups and without roles: those are judged when they are read. None when the
    /// affiliations are kept with the account.
    #[must_use]
    pub fn affiliations<'a>(
        &self,
        claims: &Claims,
        known: impl Iterator<Item = &'a Tenant>,
    ) -> Option<Vec<Affiliation>> {
        let told = match &self.tenants {
            Tenants::Kept => return None,
            Tenants::Owner(_) => Vec::new(),
            Tenants::Attribute(name) | Tenants::Proven { attribute: name, .. } => {
                self.all(claims, Target::Tenants, name)
            }
        };
        let names = |tenant: &Tenant, value: &String| match &self.tenants {
            Tenants::Proven { .. } => is_siret_of(tenant, value),
            _ => identifies(tenant, value),
        };
        let mut named: Vec<&Tenant> =
            known.filter(|tenant| told.iter().any(|value| names(tenant, value))).collect();
        if let Tenants::Proven { provider, .. } = &self.tenants {
            // One provider and one alone: several values would be a choice left to whoever sent them.
            let providers = claims.attributes.get(provider).map_or(&[][..], Vec::as_slice);
            named.retain(|tenant| matches!(providers, [one] if tenant.idp_ids.contains(one)));
        }
        // Of a person of several collectivités, whether or not they are all here, one number does not say whose it is.
        let is_of_one = match named.as_slice() {
            [] => true,
            [one] => told.iter().all(|value| names(one, value)),
            _ => false,
        };
        let theirs: Vec<TenantId> = match &self.tenants {
            Tenants::Owner(tenant) => vec![tenant.clone()],
            _ => named.into_iter().map(|tenant| tenant.id.clone()).collect(),
        };
        let kind = self.one(claims, Target::Kind, self.kind.as_deref()).and_then(|kind| kind.parse().ok());
        let groups = self.all(claims, Target::Groups, "groups").into_iter().filter(|group| bounded(group));
        let groups: BTreeSet<String> = groups.take(MAX_VALUES).collect();
        // What directories tell of everybody, under the names that `Claims::from` a directory's person gives.
        let function = self.function.as_deref().or(Some("function"));
        let function = self.one(claims, Target::Function, function);
        let department = self.one(claims, Target::Department, Some("department"));
        let telephone = self.one(claims, Target::Telephone, Some("telephone"));
        let number = self.employee_number(claims).filter(|_| is_of_one);
        let affiliation = |tenant| {
            let mut affiliation = Affiliation::new(tenant, kind.unwrap_or(PersonKind::Agent));
            affiliation.function.clone_from(&function);
            affiliation.department.clone_from(&department);
            affiliation.telephone.clone_from(&telephone);
            affiliation.employee_number.clone_from(&number);
            affiliation.groups.clone_from(&groups);
            affiliation
        };
        Some(theirs.into_iter().map(affiliation).collect())
    }

    /// The reason for which the source does not tell the groups of this person, if it has them and does not: then the groups that
    /// [`affiliations`](Self::affiliations) gives are not theirs.
    #[must_use]
    pub fn withheld_groups(&self, claims: &Claims) -> Option<Withheld> {
        if self.rules(Target::Groups).count() == 0 {
            return field::withheld(claims, "groups");
        }
        let named = self.rules(Target::Groups).filter_map(FieldRule::attribute);
        named.filter_map(|name| field::withheld(claims, name)).next()
    }

    /// The same claims with the names, address and login that the rules give; a field without a rule stays as the source gave it.
    #[must_use]
    pub fn named(&self, claims: &Claims) -> Claims {
        let mut named = claims.clone();
        let rule = |target| self.one(claims, target, None);
        for (target, field) in [
            (Target::DisplayName, &mut named.display_name),
            (Target::GivenName, &mut named.given_name),
            (Target::FamilyName, &mut named.family_name),
            (Target::Login, &mut named.login),
        ] {
            *field = rule(target).or(field.take()).filter(|value| bounded(value));
        }
        if let Some(mail) = rule(Target::Mail) {
            named.mail = mail.parse().ok();
        }
        named
    }

    /// The time for which groups last told count while the source withholds them: none where several attributes tell groups, since nobody
    /// knows then which of those last told the withheld one would tell.
    #[must_use]
    pub fn groups_kept_for(&self) -> TimeDelta {
        let attributes: BTreeSet<_> = self.rules(Target::Groups).filter_map(FieldRule::attribute).collect();
        if attributes.len() > 1 { TimeDelta::zero() } else { self.keep_groups }
    }

    /// The employee number of the first rule that gives any value; none where that gives several, of which nobody knows which one is theirs,
    /// or one that is not printable ASCII, which an application may compare more loosely than we do.
    fn employee_number(&self, claims: &Claims) -> Option<String> {
        let mut told = self.rules(Target::EmployeeNumber).map(|rule| rule.values(claims));
        let values = told.find(|values| !values.is_empty())?;
        let [number] = values.as_slice() else { return None };
        let number = number.trim();
        let is_plain = number.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        is_plain.then(|| number.to_owned())
    }

    fn rules(&self, target: Target) -> impl Iterator<Item = &FieldRule> {
        self.fields.iter().filter(move |rule| rule.target == target)
    }

    /// The value of a field that has one: of its first rule that gives any, else of the simple attribute.
    fn one(&self, claims: &Claims, target: Target, simple: Option<&str>) -> Option<String> {
        let ruled = self.rules(target).find_map(|rule| rule.values(claims).into_iter().next());
        let simple = || claims.attribute(simple?).filter(|value| bounded(value)).map(str::to_owned);
        ruled.or_else(simple)
    }

    /// The values of a field that has several: of every rule, else of the simple attribute.
    fn all(&self, claims: &Claims, target: Target, simple: &str) -> Vec<String> {
        let mut rules = self.rules(target).peekable();
        if rules.peek().is_none() {
            return field::attribute(claims, simple);
        }
        rules.flat_map(|rule| rule.values(claims)).take(MAX_VALUES).collect()
    }
}

fn bounded(value: &str) -> bool {
    !value.trim().is_empty()
        && value.chars().count() <= MAX_VALUE_CHARS
        && !value.chars().any(char::is_control)
}

/// True if a value names a tenant: its slug, its SIREN, or one of its SIRET.
fn identifies(tenant: &Tenant, value: &str) -> bool {
    let value = value.trim();
    let siret = value.parse::<Siret>().ok();
    value == tenant.id.as_str()
        || value.parse::<Siren>().is_ok_and(|siren| tenant.siren == Some(siren))
        || siret.is_some_and(|siret| tenant.sirets.contains(&siret) || tenant.siren == Some(siret.siren()))
}

/// True if a value is a SIRET that the operator wrote for this tenant.
fn is_siret_of(tenant: &Tenant, value: &str) -> bool {
    value.trim().parse::<Siret>().is_ok_and(|siret| tenant.sirets.contains(&siret))
}
