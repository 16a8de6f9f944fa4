//! Federated people and their affiliations to collectivités.

use crate::{MailAddress, TenantId};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, str::FromStr, sync::Arc};

/// The stable key of a person at one issuer. Never a mail address, a login or a distinguished name.
///
/// Both halves are compared byte for byte: an issuer with a final `/` is another issuer.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "(String, String)", into = "(String, String)")]
pub struct Subject {
    issuer: Arc<str>,
    id: Arc<str>,
}

/// A subject that cannot identify anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a subject is 1 to 255 printable ASCII characters and its issuer is not empty: check which attribute the identity provider sends as its subject"
)]
pub struct SubjectError;

impl Subject {
    /// Checks and builds a subject.
    ///
    /// # Errors
    /// [`SubjectError`] when either part is empty or longer than 255 bytes, or when the id holds anything but printable
    /// ASCII: null and binary subjects were seen from real identity providers.
    pub fn new(issuer: &str, id: &str) -> Result<Self, SubjectError> {
        let printable = |text: &str| text.bytes().all(|b| (0x20..0x7f).contains(&b));
        if issuer.is_empty() || id.trim().is_empty() || issuer.len() > 255 || id.len() > 255 {
            return Err(SubjectError);
        }
        if !printable(issuer) || !printable(id) {
            return Err(SubjectError);
        }
        Ok(Self { issuer: issuer.into(), id: id.into() })
    }

    /// A subject without any issuer that vouches for it, for a program that reads for one person.
    pub(crate) fn for_program(number: i64) -> Self {
        Self { issuer: "urn:pleiade:program".into(), id: number.to_string().into() }
    }

    /// The issuer, which vouches for this person.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The issuer's own identifier of the person.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subject(… at {})", self.issuer)
    }
}

impl TryFrom<(String, String)> for Subject {
    type Error = SubjectError;
    fn try_from((issuer, id): (String, String)) -> Result<Self, SubjectError> {
        Self::new(&issuer, &id)
    }
}

impl From<Subject> for (String, String) {
    fn from(subject: Subject) -> Self {
        (subject.issuer.to_string(), subject.id.to_string())
    }
}

/// The portal's own number of a person, given at the first sign-in and never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct IdentityId(pub i64);

impl fmt::Display for IdentityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The portal's own number of an identity link: one subject of one sign-in source, tied to a person. Never reused.
///
/// Whatever a source tells of a person (names, login, address, affiliations, groups, menu) and whatever is kept in their name (readings,
/// sessions in applications, linked accounts) belongs to the link and not to the person: a person known by two sources is never spoken for
/// by one where the other lets them in. A portal whose people come from one source only may use one number for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LinkId(pub i64);

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One person, as one identity link describes them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Identity {
    /// The portal's number of the person.
    pub id: IdentityId,
    /// The link by which they signed in.
    pub link: LinkId,
    /// The stable key by which the issuer of that link names the person.
    pub subject: Subject,
    /// The name to show.
    pub display_name: String,
    /// First name, for greetings.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Contact address, and the login of some upstreams.
    pub mail: Option<MailAddress>,
    /// The login the person types, shown and sent to upstreams that know people by it.
    pub login: Option<String>,
}

impl Identity {
    /// A person known only by a name.
    #[must_use]
    pub fn new(id: IdentityId, link: LinkId, subject: Subject, display_name: impl Into<String>) -> Self {
        Self {
            id,
            link,
            subject,
            display_name: display_name.into(),
            given_name: None,
            family_name: None,
            mail: None,
            login: None,
        }
    }
}

/// Personal data stays out of debug output.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The quality in which a person belongs to a collectivité.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PersonKind {
    /// An agent.
    #[default]
    Agent,
    /// An elected official (élu).
    Elu,
    /// Somebody from outside: provider, association…
    Partner,
}

impl FromStr for PersonKind {
    type Err = KindError;
    fn from_str(text: &str) -> Result<Self, KindError> {
        match text.to_lowercase().as_str() {
            "agent" => Ok(Self::Agent),
            "elu" | "élu" | "elue" | "élue" => Ok(Self::Elu),
            "partner" | "partenaire" | "externe" => Ok(Self::Partner),
            _ => Err(KindError),
        }
    }
}

/// Not a kind of person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the kinds of person are agent, elu and partner")]
pub struct KindError;

/// A right in the portal itself. Without a role there is no right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// Administers one collectivité.
    TenantAdministrator,
    /// Belongs to the operator (OPSN) and administers the instance. Never given by a tenant's source.
    Operator,
}

impl FromStr for Role {
    type Err = RoleError;
    fn from_str(text: &str) -> Result<Self, RoleError> {
        match text {
            "tenant_administrator" => Ok(Self::TenantAdministrator),
            "operator" => Ok(Self::Operator),
            _ => Err(RoleError),
        }
    }
}

/// Not a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the roles are tenant_administrator and operator")]
pub struct RoleError;

/// The affiliation between a person and a collectivité. A town clerk may have several; rights are read from one only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Affiliation {
    /// The collectivité that they belong to.
    pub tenant: TenantId,
    /// Agent, élu or partner: the quality in which they belong to it.
    pub kind: PersonKind,
    /// Function, as the directory writes it.
    pub function: Option<String>,
    /// Service within the collectivité, as the directory writes it.
    pub department: Option<String>,
    /// Telephone number there, as the directory writes it.
    pub telephone: Option<String>,
    /// The number by which this collectivité's personnel office knows them, zeros kept, where the source says whose it is. Connectors get it
    /// as the key of a credential, from a source that may vouch for it.
    pub employee_number: Option<String>,
    /// Groups of this collectivité's source.
    pub groups: BTreeSet<String>,
    /// Rights in the portal.
    pub roles: BTreeSet<Role>,
}

impl Affiliation {
    /// An affiliation that gives no right.
    #[must_use]
    pub fn new(tenant: TenantId, kind: PersonKind) -> Self {
        Self {
            tenant,
            kind,
            function: None,
            department: None,
            telephone: None,
            employee_number: None,
            groups: BTreeSet::new(),
            roles: BTreeSet::new(),
        }
    }
}

/// The key of everything that is kept about a person between two calls; a part of it alone never is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActorKey {
    /// The collectivité for which they act.
    pub tenant: TenantId,
    /// The link by which they signed in.
    pub link: LinkId,
    /// The person whom the link selects now: a link may come to another person.
    pub identity: IdentityId,
}

/// A person who acts for one collectivité: the subject of every call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Actor {
    /// The person who acts.
    pub identity: Identity,
    /// The affiliation to the collectivité for which they act now.
    pub acting: Affiliation,
}

impl Actor {
    /// A person acting under this affiliation.
    #[must_use]
    pub fn new(identity: Identity, acting: Affiliation) -> Self {
        Self { identity, acting }
    }

    /// The key of what is kept about them.
    #[must_use]
    pub fn key(&self) -> ActorKey {
        ActorKey { tenant: self.acting.tenant.clone(), link: self.identity.link, identity: self.identity.id }
    }

    /// True if the person holds a role where they act.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.acting.roles.contains(&role)
    }

    /// Whether the person administers the collectivité they act for.
    #[must_use]
    pub fn administers(&self) -> bool {
        self.has(Role::TenantAdministrator) || self.has(Role::Operator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_that_identify_nobody_are_refused() {
        for bad in ["", " ", "a\nb", "a\0", "é", &"x".repeat(256)] {
            assert_eq!(Subject::new("https://sso.example", bad), Err(SubjectError), "{bad:?}");
        }
        assert_eq!(Subject::new("", "x"), Err(SubjectError));
    }

    #[test]
    fn a_final_slash_is_another_issuer() {
        let a = Subject::new("https://sso.example", "1").unwrap();
        let b = Subject::new("https://sso.example/", "1").unwrap();
        assert_ne!(a, b);
    }

    #[test]
    fn debug_tells_nobody_s_name() {
        let subject = Subject::new("https://sso.example", "marie").unwrap();
        let mut identity = Identity::new(IdentityId(7), LinkId(7), subject, "Marie Curie");
        identity.mail = "marie@ville.example".parse().ok();
        let shown = format!("{identity:?}");
        assert!(shown.contains('7') && !shown.to_lowercase().contains("marie"), "{shown}");
    }
}
