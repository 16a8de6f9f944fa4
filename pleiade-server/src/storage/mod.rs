//! Everything that outlives the process, on SQLite or PostgreSQL.
//!
//! [`Storage`] is the only door; [`sqlite::open`] and [`postgres::open`] give one. Both engines run the same statements (`sql/`)
//! and pass the same suite. Threat: a stolen database must not open a session or an account, so it holds the hash of each
//! session's value, password hashes, and tokens only sealed by [`crate::seal`].

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{Affiliation, IdentityId, LinkId, SourceId, Subject, TenantId};
use std::fmt;

// First: the others use it.
#[macro_use]
mod from_row;

mod accounts;
mod audit;
mod counters;
mod delegations;
mod directory;
mod error;
mod guesses;
mod linking;
mod migrations;
mod notices;
mod people;
pub mod postgres;
mod probe;
mod queries;
mod records;
mod rows;
mod scim;
pub mod sqlite;
pub mod upgrade;
mod vault;

pub use accounts::{
    AccountLine, AccountLink, AccountStorage, FactorKind, LinkPurpose, NewFactor, SecondFactor,
};
pub use audit::{AuditLine, AuditQuery, AuditStorage, NewAuditLine, Party};
pub use counters::{CounterStorage, ProxyGrant};
pub use delegations::DelegationStorage;
pub use directory::{
    DirectoryApplied, DirectoryEntry, DirectoryProgress, DirectoryRecord, DirectoryRun, DirectoryState,
    DirectoryStorage, DirectoryWrite, FoundPerson, KnownRecord, NewDirectoryRun, RUNS_KEPT, RunOutcome,
};
pub use error::StorageError;
pub use guesses::{GuessLimit, GuessStorage};
pub use linking::{LinkRecord, LinkingStorage, NewLink};
pub use notices::{NewNotice, Notice, NoticeKind, NoticeStorage};
pub use people::{PeopleStorage, TenantPerson};
pub use probe::ProbeStorage;
pub use records::{
    Link, LinkFacts, LocalAccount, Names, NewIdentity, NewLocalAccount, SessionHash, SessionRecord,
    SourcedAffiliation, StoredMenu,
};
pub use scim::{ScimStorage, ScimToken, TokenHash};
pub use upgrade::{UpgradeStep, UpgradeStorage};
pub use vault::{KeyCounts, PendingAccess, SealedSession, VaultStorage};

/// What a database would need at the next start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaState {
    /// It is empty, or its file is still to be made.
    Empty,
    /// It will be brought up to date.
    Older,
    /// It will be brought up to date by the command `upgrade` alone, because links would close.
    NeedsCommand {
        /// How many times a person has several open links of one source.
        conflicts: u64,
    },
    /// Nothing.
    Current,
}

impl SchemaState {
    /// After the newest migration found, if any.
    fn of(found: Option<i64>) -> Result<Self, StorageError> {
        let known = migrations::latest();
        match found {
            None => Ok(Self::Empty),
            Some(found) if found > known => Err(StorageError::NewerSchema { found, known }),
            Some(found) if found < known => Ok(Self::Older),
            Some(_) => Ok(Self::Current),
        }
    }
}

/// What the server remembers, one supertrait a subject. Absent is `Ok(None)`; every method may fail with a [`StorageError`].
#[async_trait]
pub trait Storage:
    AccountStorage
    + AuditStorage
    + CounterStorage
    + DelegationStorage
    + DirectoryStorage
    + GuessStorage
    + LinkingStorage
    + NoticeStorage
    + PeopleStorage
    + ProbeStorage
    + ScimStorage
    + UpgradeStorage
    + VaultStorage
    + fmt::Debug
    + Send
    + Sync
    + 'static
{
    /// Whether the database answers.
    async fn ping(&self) -> Result<(), StorageError>;

    /// Closes every connection. Later calls fail.
    async fn close(&self);

    /// The person behind a source's subject.
    async fn find_link(&self, source: &SourceId, subject: &Subject) -> Result<Option<Link>, StorageError>;

    /// Creates a person with their link. [`StorageError::Conflict`] when the link exists: find it again.
    async fn create_identity(&self, new: &NewIdentity) -> Result<(IdentityId, LinkId), StorageError>;

    /// Lets a link open nothing any more, or again. False when there is no such link; [`StorageError::Conflict`] when its person has
    /// another open link of the same source.
    async fn disable_link(&self, link: LinkId, disabled: bool) -> Result<bool, StorageError>;

    /// Everything that a source has told by a link.
    async fn link_facts(&self, link: LinkId) -> Result<Option<LinkFacts>, StorageError>;

    /// A person's names as a collectivité may read them: told by a link of one of its own sources, or by one that ties them to it; a
    /// directory's before others.
    async fn names_at(&self, identity: IdentityId, tenant: &TenantId) -> Result<Option<Names>, StorageError>;

    /// Replaces the names that a source tells by a link. False when there is no such link.
    async fn update_names(&self, link: LinkId, names: &Names) -> Result<bool, StorageError>;

    /// Replaces every affiliation that a source tells by this link, in one step.
    async fn replace_affiliations(
        &self,
        link: LinkId,
        affiliations: &[Affiliation],
    ) -> Result<(), StorageError>;

    /// Every affiliation of a person with the link by which it was told, by tenant, then by source: for whoever administers a
    /// collectivité, never for a session of the person, which reads those of its own link.
    async fn affiliations(&self, identity: IdentityId) -> Result<Vec<SourcedAffiliation>, StorageError>;

    /// Keeps a new session. [`StorageError::Conflict`] when the hash exists.
    async fn create_session(&self, session: &SessionRecord) -> Result<(), StorageError>;

    /// A session by its hash, expired or not.
    async fn session(&self, hash: SessionHash) -> Result<Option<SessionRecord>, StorageError>;

    /// The sessions of a person, last used first, expired or not.
    async fn sessions_of(&self, identity: IdentityId) -> Result<Vec<SessionRecord>, StorageError>;

    /// Notes that a session was used; an older instant changes nothing.
    async fn touch_session(&self, hash: SessionHash, at: DateTime<Utc>) -> Result<(), StorageError>;

    /// Replaces the sealed tokens of a session. False when there is no such session.
    async fn update_session_tokens(
        &self,
        hash: SessionHash,
        tokens: Option<&[u8]>,
    ) -> Result<bool, StorageError>;

    /// Keeps the provider's session and the sealed tokens that a session has from now on; none leaves what is there. False when there is no
    /// such session.
    async fn update_provider_session(
        &self,
        hash: SessionHash,
        provider_session: Option<&str>,
        tokens: Option<&[u8]>,
    ) -> Result<bool, StorageError>;

    /// Claims the renewal of a session's tokens until an instant; whoever claims it next waits until then, or until the tokens are
    /// replaced. False when somebody else renews them now, or there is no such session.
    async fn claim_renewal(
        &self,
        hash: SessionHash,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Gives the claim up without new tokens.
    async fn release_renewal(&self, hash: SessionHash) -> Result<(), StorageError>;

    /// Puts a session in the place of another in one step, unless that one is gone, has other tokens by now, or is being renewed:
    /// then false, and nothing has changed.
    async fn replace_session(
        &self,
        before: &SessionRecord,
        after: &SessionRecord,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Every source that has opened a session that is still here, with its print then.
    async fn session_sources(&self) -> Result<Vec<(SourceId, Option<String>)>, StorageError>;

    /// Ends the sessions that a source with this print has opened.
    async fn delete_sessions_of_source(
        &self,
        source: &SourceId,
        print: Option<&str>,
    ) -> Result<Vec<SessionHash>, StorageError>;

    /// Ends one session and gives what was ended, as do the three below.
    async fn delete_session(&self, hash: SessionHash) -> Result<Vec<SessionHash>, StorageError>;

    /// Ends every session opened by a link, and by the links that rely on it.
    async fn delete_sessions_by_link(&self, link: LinkId) -> Result<Vec<SessionHash>, StorageError>;

    /// Ends the sessions that a provider opened under this session of its own.
    async fn delete_sessions_by_provider(
        &self,
        source: &SourceId,
        provider_session: &str,
    ) -> Result<Vec<SessionHash>, StorageError>;

    /// Whether a key has been seen, on any replica, without using it.
    async fn is_used(&self, key: [u8; 32]) -> Result<bool, StorageError>;

    /// True the first time a key is seen, on any replica; false after that until it has expired and been purged.
    async fn use_once(&self, key: [u8; 32], expires_at: DateTime<Utc>) -> Result<bool, StorageError>;

    /// Creates a local account with its person, link and affiliations. [`StorageError::Conflict`] when the login is taken.
    async fn create_local_account(&self, new: &NewLocalAccount)
    -> Result<(IdentityId, LinkId), StorageError>;

    /// A local account by its login in lower case.
    async fn local_account(
        &self,
        source: &SourceId,
        login: &str,
    ) -> Result<Option<LocalAccount>, StorageError>;

    /// Replaces the password hash of an account and says whether it is disabled. False when there is no such account.
    async fn update_local_account(
        &self,
        source: &SourceId,
        login: &str,
        password_hash: &str,
        disabled: bool,
    ) -> Result<bool, StorageError>;

    /// The last menu that a portal granted to the subject of a link.
    async fn menu(&self, link: LinkId) -> Result<Option<StoredMenu>, StorageError>;

    /// Keeps it.
    async fn put_menu(&self, link: LinkId, menu: &StoredMenu) -> Result<(), StorageError>;

    /// Drops sessions past their end or unused since `idle_since`, and one-time keys past theirs. Gives the number
    /// of sessions dropped.
    async fn purge(&self, now: DateTime<Utc>, idle_since: DateTime<Utc>) -> Result<u64, StorageError>;
}
