//! From what a source says to the collectivités a person may act for and the rights they have there.
//!
//! Rules of safety: a source owned by a collectivité speaks for that collectivité alone, whatever it claims; it never gives the operator's
//! role; a group that no rule names gives nothing; without a collectivité nobody enters.

use pleiade_core::{Affiliation, Claims, PersonKind, Role, Siren, Siret, Tenant, TenantId};
use serde::Deserialize;
use std::collections::BTreeSet;

/// How the collectivités of a person are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tenants {
    /// The owner's: the only choice for a collectivité's own source.
    Owner(TenantId),
    /// By an attribute of an operator's source that holds SIREN, SIRET or slugs, one or several.
    Attribute(String),
    /// Those kept with the account: local accounts.
    Kept,
}

/// A group that gives a role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleRule {
    /// The group's exact name at the source.
    pub group: String,
    /// The role.
    pub role: Role,
}

/// The rules of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// For whom its people act.
    pub tenants: Tenants,
    /// The attribute that says agent, élu or partner; agents otherwise.
    pub kind: Option<String>,
    /// The attribute of the function.
    pub function: Option<String>,
    /// Which groups give which roles.
    pub roles: Vec<RoleRule>,
}

impl Mapping {
    /// The rules of a collectivité's own source, with no role for anybody.
    #[must_use]
    pub fn owned_by(tenant: TenantId) -> Self {
        Self { tenants: Tenants::Owner(tenant), kind: None, function: None, roles: Vec::new() }
    }

    /// The ties that these claims give. None when the ties are kept with the account.
    #[must_use]
    pub fn affiliations<'a>(
        &self,
        claims: &Claims,
        known: impl Iterator<Item = &'a Tenant>,
    ) -> Option<Vec<Affiliation>> {
        let theirs: Vec<TenantId> = match &self.tenants {
            Tenants::Kept => return None,
            Tenants::Owner(tenant) => vec![tenant.clone()],
            Tenants::Attribute(name) => {
                let values = claims.attributes.get(name).map_or(&[][..], Vec::as_slice);
                known
                    .filter(|tenant| values.iter().any(|value| names(tenant, value)))
                    .map(|t| t.id.clone())
                    .collect()
            }
        };
        let owned = matches!(self.tenants, Tenants::Owner(_));
        let kind =
            self.kind.as_deref().and_then(|name| claims.attribute(name)).and_then(|kind| kind.parse().ok());
        let roles: BTreeSet<Role> = self
            .roles
            .iter()
            .filter(|rule| claims.groups.contains(&rule.group) && !(owned && rule.role == Role::Operator))
            .map(|rule| rule.role)
            .collect();
        let tie = |tenant| {
            let mut tie = Affiliation::new(tenant, kind.unwrap_or(PersonKind::Agent));
            tie.function =
                self.function.as_deref().and_then(|name| claims.attribute(name)).map(str::to_owned);
            tie.groups = claims.groups.iter().cloned().collect();
            tie.roles.clone_from(&roles);
            tie
        };
        Some(theirs.into_iter().map(tie).collect())
    }
}

/// Whether a value names a tenant: its slug, its SIREN, or one of its SIRET.
fn names(tenant: &Tenant, value: &str) -> bool {
    let value = value.trim();
    let siret = value.parse::<Siret>().ok();
    value == tenant.id.as_str()
        || value.parse::<Siren>().is_ok_and(|siren| tenant.siren == Some(siren))
        || siret.is_some_and(|siret| tenant.sirets.contains(&siret) || tenant.siren == Some(siret.siren()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pleiade_core::Subject;

    fn claims(attributes: &[(&str, &[&str])], groups: &[&str]) -> Claims {
        let mut claims = Claims::new(Subject::new("https://sso.example", "1").unwrap());
        for (name, values) in attributes {
            claims.attributes.insert((*name).to_owned(), values.iter().map(|v| (*v).to_owned()).collect());
        }
        claims.groups = groups.iter().map(|group| (*group).to_owned()).collect();
        claims
    }

    fn tenants() -> Vec<Tenant> {
        [("alpha", "219900016"), ("beta", "209900026")]
            .into_iter()
            .map(|(id, siren)| {
                let mut tenant = Tenant::new(TenantId::new(id).unwrap(), id);
                tenant.siren = siren.parse().ok();
                tenant
            })
            .collect()
    }

    fn ids(ties: &[Affiliation]) -> Vec<&str> {
        ties.iter().map(|tie| tie.tenant.as_str()).collect()
    }

    #[test]
    fn an_operator_s_source_names_the_collectivites() {
        let mapping = Mapping {
            tenants: Tenants::Attribute("siret".into()),
            kind: Some("type".into()),
            function: Some("fonction".into()),
            roles: vec![RoleRule { group: "administrateurs".into(), role: Role::TenantAdministrator }],
        };
        let who = claims(
            &[("siret", &["21990001600011", "209900026"]), ("type", &["élu"]), ("fonction", &["Maire"])],
            &["administrateurs", "elus"],
        );
        let ties = mapping.affiliations(&who, tenants().iter()).unwrap();
        assert_eq!(ids(&ties), ["alpha", "beta"]);
        let alpha = ties.first().unwrap();
        assert_eq!((alpha.kind, alpha.function.as_deref()), (PersonKind::Elu, Some("Maire")));
        assert!(alpha.roles.contains(&Role::TenantAdministrator));
    }

    #[test]
    fn nobody_enters_without_a_collectivite() {
        let mapping = Mapping {
            tenants: Tenants::Attribute("siret".into()),
            ..Mapping::owned_by(TenantId::new("x").unwrap())
        };
        for values in [&[][..], &["alpha beta"], &["219900017"], &["ALPHA"], &[""]] {
            let ties = mapping.affiliations(&claims(&[("siret", values)], &[]), tenants().iter()).unwrap();
            assert!(ties.is_empty(), "{values:?}");
        }
    }

    #[test]
    fn a_collectivite_s_source_speaks_for_itself_alone_and_makes_no_operator() {
        let mut mapping = Mapping::owned_by(TenantId::new("alpha").unwrap());
        mapping.roles = vec![RoleRule { group: "opsn-admins".into(), role: Role::Operator }];
        let who = claims(&[("siret", &["209900026"])], &["opsn-admins"]);
        let ties = mapping.affiliations(&who, tenants().iter()).unwrap();
        assert_eq!(ids(&ties), ["alpha"]);
        assert!(ties.iter().all(|tie| tie.roles.is_empty()));
    }
}
