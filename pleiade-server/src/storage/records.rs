//! What is stored, as plain types.

use chrono::{DateTime, Utc};
use pleiade_core::{Affiliation, IdentityId, LinkId, MailAddress, SourceId, Subject, TenantId};
use std::fmt;

/// What a source tells of somebody, and may tell otherwise at the next sign-in. It belongs to the link by which it was told.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The name to show.
    pub display_name: String,
    /// First name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Contact address; never a key.
    pub mail: Option<MailAddress>,
    /// The login at the source; never a key.
    pub login: Option<String>,
}

/// Personal data stays out of debug output.
impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Names(…)")
    }
}

/// A person seen for the first time, with the link by which they are found again.
#[derive(Debug, Clone)]
pub struct NewIdentity {
    /// The source that vouches.
    pub source: SourceId,
    /// The stable key at that source.
    pub subject: Subject,
    /// The tenant that owns the source, or none for the operator's own sources.
    pub owner: Option<TenantId>,
    /// What the source says of them.
    pub names: Names,
    /// When they were first seen.
    pub created_at: DateTime<Utc>,
}

/// The tie between a source's subject and a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its number.
    pub id: LinkId,
    /// The person.
    pub identity: IdentityId,
    /// The tenant that owned the source when the link was made. A source that has since moved to another owner must be
    /// refused.
    pub owner: Option<TenantId>,
    /// A disabled link lets nobody in, and its subject cannot be given to somebody else.
    pub disabled: bool,
    /// The directory by which it was made.
    pub relies_on: Option<SourceId>,
    /// The link of the directory's own subject, as the last sign-in found it.
    pub directory: Option<LinkId>,
    /// Whether its person has no other open link.
    pub alone: bool,
}

/// Everything that a source has told by one link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkFacts {
    /// Which link.
    pub link: LinkId,
    /// Its source.
    pub source: SourceId,
    /// Who it is there.
    pub subject: Subject,
    /// Whom it selects.
    pub identity: IdentityId,
    /// A closed link lets nobody in.
    pub disabled: bool,
    /// The link of the directory that it relies on.
    pub directory: Option<LinkId>,
    /// Names; none while the source has told none.
    pub names: Option<Names>,
    /// Ties, by tenant.
    pub ties: Vec<Affiliation>,
}

/// An affiliation and the link by which it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcedAffiliation {
    /// By which link.
    pub link: LinkId,
    /// The source of that link.
    pub source: SourceId,
    /// Whether that link still lets the person in.
    pub open: bool,
    /// What it is.
    pub affiliation: Affiliation,
}

/// The SHA-256 of a session's cookie value: the value itself is stored nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionHash(pub [u8; 32]);

/// One signed-in browser.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Its key.
    pub hash: SessionHash,
    /// The tenant whose host it was opened on, or none for the operator's common host.
    pub site: Option<TenantId>,
    /// The person.
    pub identity: IdentityId,
    /// The link by which they came in.
    pub link: LinkId,
    /// The source that let them in.
    pub source: SourceId,
    /// Who they are there.
    pub subject: Subject,
    /// The tenant they act for.
    pub acting: TenantId,
    /// How surely the source recognised them, in its own words.
    pub acr: Option<String>,
    /// The provider's own session, by which it may end this one.
    pub provider_session: Option<String>,
    /// The person's tokens, sealed.
    pub tokens: Option<Vec<u8>>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute or so.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends whatever happens.
    pub expires_at: DateTime<Utc>,
    /// What the source was when it opened the session.
    pub source_print: Option<String>,
}

/// Neither the key nor the tokens are shown.
impl fmt::Debug for SessionRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionRecord")
            .field("identity", &self.identity)
            .field("source", &self.source)
            .field("acting", &self.acting)
            .finish_non_exhaustive()
    }
}

/// An account kept by the portal itself.
#[derive(Clone, PartialEq, Eq)]
pub struct LocalAccount {
    /// The local source it belongs to; a login is unique within it.
    pub source: SourceId,
    /// As typed, lower case.
    pub login: String,
    /// The random stable key that takes the place of the login in the person's subject: a login may be given again, this never is.
    pub subject: String,
    /// The link of the account: what opens it, its factors for one, belongs to it.
    pub link: LinkId,
    /// The person.
    pub identity: IdentityId,
    /// In PHC string format.
    pub password_hash: String,
    /// A disabled account lets nobody in.
    pub disabled: bool,
}

impl fmt::Debug for LocalAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalAccount").field("identity", &self.identity).finish_non_exhaustive()
    }
}

/// An account to create together with its person, link and affiliations.
#[derive(Clone)]
pub struct NewLocalAccount {
    /// Person, source, subject and owner. The subject's id is stored as [`LocalAccount::subject`].
    pub person: NewIdentity,
    /// As it will be typed, lower case.
    pub login: String,
    /// In PHC string format.
    pub password_hash: String,
    /// For whom the person may act.
    pub affiliations: Vec<Affiliation>,
}

impl fmt::Debug for NewLocalAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewLocalAccount").field("source", &self.person.source).finish_non_exhaustive()
    }
}

/// The last menu that a portal granted to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMenu {
    /// Its entries, in order, as JSON.
    pub applications: String,
    /// When the portal gave it.
    pub fetched_at: DateTime<Utc>,
}
