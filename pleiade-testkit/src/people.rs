//! For tests and demonstrations only: sample collectivités and people. None exists; the SIREN numbers carry a right check digit and
//! the department code 99, which no commune has.

use crate::{FixedCredentials, TestClock};
use pleiade_core::{
    Actor, Affiliation, CallContext, Clock, CredentialSource, Identity, IdentityId, LinkId, PersonKind, Role,
    Subject, Tenant, TenantId,
};
use std::sync::Arc;

/// The issuer of the sample people.
pub const ISSUER: &str = "https://demonstration.pleiade.example";

/// A sample collectivité.
#[derive(Debug, Clone, Copy)]
pub struct SampleTenant {
    /// Its slug.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its SIREN.
    pub siren: &'static str,
    /// Its accent colour.
    pub accent: &'static str,
    /// The letters of its mark.
    pub monogram: &'static str,
}

/// The sample collectivités.
pub const TENANTS: [SampleTenant; 6] = [
    SampleTenant {
        id: "la-roche-aux-fees",
        name: "Ville de La Roche-aux-Fées",
        siren: "219900016",
        accent: "#1f3889",
        monogram: "RF",
    },
    SampleTenant {
        id: "saint-aubin-des-bois",
        name: "Commune de Saint-Aubin-des-Bois",
        siren: "219900024",
        accent: "#1b5e20",
        monogram: "SA",
    },
    SampleTenant {
        id: "val-d-ombre",
        name: "Commune du Val-d’Ombre",
        siren: "219900032",
        accent: "#8a1c4a",
        monogram: "VO",
    },
    SampleTenant {
        id: "pays-des-trois-rivieres",
        name: "Communauté de communes du Pays des Trois Rivières",
        siren: "209900018",
        accent: "#0b5f6b",
        monogram: "3R",
    },
    SampleTenant {
        id: "mesnil-sur-aure",
        name: "Commune du Mesnil-sur-Aure",
        siren: "219900040",
        accent: "#6a4a00",
        monogram: "MA",
    },
    // Not a collectivité: its board is the gallery of the states of a card.
    SampleTenant {
        id: "vitrine",
        name: "Galerie des cartes",
        siren: "209900026",
        accent: "#46505f",
        monogram: "G",
    },
];

impl SampleTenant {
    /// The tenant, with `<id>.example` as its host and mail domain.
    #[must_use]
    pub fn tenant(&self) -> Tenant {
        let mut tenant = Tenant::new(tenant_id(self.id), self.name);
        tenant.siren = self.siren.parse().ok();
        tenant.hosts = vec![format!("{}.example", self.id)];
        tenant.mail_domains = format!("{}.example", self.id).parse().into_iter().collect();
        tenant.branding.accent = self.accent.parse().ok();
        tenant.branding.monogram = Some(self.monogram.to_owned());
        tenant
    }
}

/// The group of the elected officials.
pub const ELUS: &str = "elus";

/// A sample person.
#[derive(Debug, Clone, Copy)]
pub struct SamplePerson {
    /// The portal's number.
    pub id: i64,
    /// The login, in the portal and in every simulated application.
    pub login: &'static str,
    /// First name.
    pub given_name: &'static str,
    /// Family name.
    pub family_name: &'static str,
    /// Agent, élu…
    pub kind: PersonKind,
    /// Their function.
    pub function: &'static str,
    /// The ids of their tenants; the first is the one they act for after sign-in.
    pub tenants: &'static [&'static str],
    /// Their groups in each.
    pub groups: &'static [&'static str],
    /// Their rights in the portal.
    pub roles: &'static [Role],
}

/// An agent of the town.
pub const CAMILLE: SamplePerson = SamplePerson {
    id: 1,
    login: "cdurand",
    given_name: "Camille",
    family_name: "Durand",
    kind: PersonKind::Agent,
    function: "Instructrice du droit des sols",
    tenants: &["la-roche-aux-fees"],
    groups: &["agents", "urbanisme"],
    roles: &[],
};

/// An elected official of the town.
pub const BERNARD: SamplePerson = SamplePerson {
    id: 2,
    login: "blefevre",
    given_name: "Bernard",
    family_name: "Lefèvre",
    kind: PersonKind::Elu,
    function: "Adjoint au maire, délégué aux finances",
    tenants: &["la-roche-aux-fees"],
    groups: &[ELUS],
    roles: &[],
};

/// The clerk of three communes.
pub const SINEAD: SamplePerson = SamplePerson {
    id: 3,
    login: "sobrien",
    given_name: "Sinéad",
    family_name: "O’Brien",
    kind: PersonKind::Agent,
    function: "Secrétaire de mairie",
    tenants: &["saint-aubin-des-bois", "val-d-ombre", "mesnil-sur-aure"],
    groups: &["agents", "secretariat"],
    roles: &[],
};

/// The operator's administrator.
pub const ADMINISTRATOR: SamplePerson = SamplePerson {
    id: 4,
    login: "administrateur",
    given_name: "Dominique",
    family_name: "Garnier",
    kind: PersonKind::Agent,
    function: "Administration de la plateforme",
    tenants: &["vitrine", "la-roche-aux-fees"],
    groups: &["agents", "informatique"],
    roles: &[Role::TenantAdministrator, Role::Operator],
};

/// The head of the services of the town, who administers its tenant.
pub const HELENE: SamplePerson = SamplePerson {
    id: 5,
    login: "hmarchand",
    given_name: "Hélène",
    family_name: "Marchand",
    kind: PersonKind::Agent,
    function: "Directrice générale des services",
    tenants: &["la-roche-aux-fees"],
    groups: &["agents", "direction"],
    roles: &[Role::TenantAdministrator],
};

/// The accountant of a group of communes.
pub const KARIM: SamplePerson = SamplePerson {
    id: 6,
    login: "kbenali",
    given_name: "Karim",
    family_name: "Benali",
    kind: PersonKind::Agent,
    function: "Comptable",
    tenants: &["pays-des-trois-rivieres"],
    groups: &["agents", "finances"],
    roles: &[],
};

/// Everybody.
pub const PEOPLE: [SamplePerson; 6] = [CAMILLE, BERNARD, SINEAD, ADMINISTRATOR, HELENE, KARIM];

impl SamplePerson {
    /// First name and family name.
    #[must_use]
    pub fn display_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }

    /// The mail address, in the domain of the first collectivité.
    #[must_use]
    pub fn mail(&self) -> String {
        format!("{}@{}.example", self.login, self.tenants.first().unwrap_or(&"inconnu"))
    }

    /// The person.
    #[must_use]
    pub fn identity(&self) -> Identity {
        let mut identity =
            Identity::new(IdentityId(self.id), LinkId(self.id), subject(self.login), self.display_name());
        identity.given_name = Some(self.given_name.to_owned());
        identity.family_name = Some(self.family_name.to_owned());
        identity.mail = self.mail().parse().ok();
        identity.login = Some(self.login.to_owned());
        identity
    }

    /// The person's affiliations, in order.
    #[must_use]
    pub fn affiliations(&self) -> Vec<Affiliation> {
        let affiliation = |id: &&str| {
            let mut affiliation = Affiliation::new(tenant_id(id), self.kind);
            affiliation.function = Some(self.function.to_owned());
            affiliation.groups = self.groups.iter().map(|group| (*group).to_owned()).collect();
            affiliation.roles = self.roles.iter().copied().collect();
            affiliation
        };
        self.tenants.iter().map(affiliation).collect()
    }

    /// The person acting for their first collectivité.
    #[must_use]
    pub fn actor(&self) -> Actor {
        let affiliation = self.affiliations().into_iter().next();
        Actor::new(
            self.identity(),
            affiliation.unwrap_or_else(|| Affiliation::new(tenant_id("inconnue"), self.kind)),
        )
    }

    /// A context of calls for this person, on the sample date, with their own login as credential.
    #[must_use]
    pub fn context(&self) -> CallContext {
        self.context_with(Arc::new(FixedCredentials::acting_login()), Arc::new(TestClock::default()))
    }

    /// A context of calls for this person.
    #[must_use]
    pub fn context_with(&self, credentials: Arc<dyn CredentialSource>, clock: Arc<dyn Clock>) -> CallContext {
        let actor = self.actor();
        let tenant = tenant_named(actor.acting.tenant.as_str());
        CallContext::new(Arc::new(tenant), Arc::new(actor), credentials, clock)
    }
}

/// A sample tenant by its id, or a bare one of that name.
#[must_use]
pub fn tenant_named(id: &str) -> Tenant {
    TENANTS
        .iter()
        .find(|tenant| tenant.id == id)
        .map_or_else(|| Tenant::new(tenant_id(id), id), SampleTenant::tenant)
}

#[expect(clippy::expect_used, reason = "sample ids are constants, and a test reads them all")]
fn tenant_id(id: &str) -> TenantId {
    TenantId::new(id).expect("a slug")
}

#[expect(clippy::expect_used, reason = "sample logins are constants, and a test reads them all")]
fn subject(login: &str) -> Subject {
    Subject::new(ISSUER, login).expect("printable ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_well_formed() {
        for sample in TENANTS {
            let tenant = sample.tenant();
            assert!(tenant.siren.is_some() && tenant.branding.accent.is_some(), "{}", sample.id);
            assert_eq!(tenant.mail_domains.len(), 1);
        }
        for person in PEOPLE {
            assert!(person.identity().mail.is_some(), "{}", person.login);
            assert_eq!(person.affiliations().len(), person.tenants.len());
            let known = |id: &&&str| TENANTS.iter().any(|tenant| tenant.id == **id);
            assert!(person.tenants.iter().all(|id| known(&id)), "{}", person.login);
        }
    }
}
