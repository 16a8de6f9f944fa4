//! Everything that outlives the process, on SQLite or PostgreSQL.
//!
//! [`Storage`] is the only door; [`sqlite::open`] and [`postgres::open`] give one. Both engines run the same code and the same statements
//! (`sql/`) and pass the same suite. Threat: a stolen database must not open a session or an account, so it holds the hash of each
//! session's value, password hashes, and tokens only sealed by [`pleiade_federation::seal`].

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::fmt;

// First: the others use them.
#[macro_use]
mod from_row;
#[macro_use]
mod sql;

mod accounts;
mod audit;
mod columns;
mod database;
mod delegations;
mod directory;
mod error;
mod factors;
mod guesses;
mod identities;
mod linking;
mod menus;
mod migrations;
mod notices;
mod one_time;
mod people;
pub mod postgres;
mod probe;
mod proxy_grants;
mod scim;
mod sessions;
pub mod sqlite;
mod sync_state;
pub mod upgrade;
mod vault;

pub use accounts::{AccountLine, AccountLink, AccountStorage, LinkPurpose, LocalAccount, NewLocalAccount};
pub use audit::{AuditEvent, AuditLine, AuditQuery, AuditStorage, NewAuditLine, Party, subject_digest};
pub use database::{Database, Transaction};
pub use delegations::DelegationStorage;
pub use directory::{
    DirectoryApplied, DirectoryEntry, DirectoryProgress, DirectoryStorage, DirectoryWrite, KnownRecord,
};
pub use error::StorageError;
pub use factors::{FactorKind, FactorStorage, NewFactor, SecondFactor};
pub use guesses::{GuessLimit, GuessStorage};
pub use identities::{IdentityStorage, Link, LinkFacts, Names, NewIdentity, SourcedAffiliation};
pub use linking::{LinkRecord, LinkingStorage, NewLink};
pub use menus::{MenuStorage, StoredMenu};
pub use notices::{NewNotice, Notice, NoticeKind, NoticeStorage};
pub use one_time::OneTimeStorage;
pub use people::{DirectoryRecord, FoundPerson, PeopleStorage, TenantPerson};
pub use probe::ProbeStorage;
pub use proxy_grants::{ProxyGrant, ProxyGrantStorage};
pub use scim::{ScimStorage, ScimToken, TokenHash};
pub use sessions::{SessionHash, SessionRecord, SessionStorage};
pub use sync_state::{DirectoryRun, DirectoryState, MAX_RUNS, NewDirectoryRun, RunOutcome, SyncStateStorage};
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
    /// What its newest migration says, if it has any. [`StorageError::NewerSchema`] when this program does not know that migration.
    fn from_newest(found: Option<i64>) -> Result<Self, StorageError> {
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
    + DelegationStorage
    + DirectoryStorage
    + FactorStorage
    + GuessStorage
    + IdentityStorage
    + LinkingStorage
    + MenuStorage
    + NoticeStorage
    + OneTimeStorage
    + PeopleStorage
    + ProbeStorage
    + ProxyGrantStorage
    + ScimStorage
    + SessionStorage
    + SyncStateStorage
    + UpgradeStorage
    + VaultStorage
    + fmt::Debug
    + Send
    + Sync
    + 'static
{
    /// Whether the database answers.
    async fn ping(&self) -> Result<(), StorageError>;

    /// Closes every connection: later calls fail. Does nothing in a transaction.
    async fn close(&self);

    /// Begins a transaction that will write: see [`Transaction`] for its contract. Begun within another one, it is a part of that one that
    /// can be left out; the other one waits until it has ended.
    async fn begin(&self) -> Result<Transaction, StorageError>;

    /// Drops sessions past their end or unused since `idle_since`, and one-time keys past theirs. Gives the number of sessions dropped.
    async fn purge(&self, now: DateTime<Utc>, idle_since: DateTime<Utc>) -> Result<u64, StorageError>;
}

#[async_trait]
impl Storage for Database {
    async fn ping(&self) -> Result<(), StorageError> {
        self.query(sql!(probe, "ping")).execute().await?;
        Ok(())
    }

    async fn close(&self) {
        self.close_pool().await;
    }

    async fn begin(&self) -> Result<Transaction, StorageError> {
        Ok(Transaction::new(self.transaction().await?))
    }

    async fn purge(&self, now: DateTime<Utc>, idle_since: DateTime<Utc>) -> Result<u64, StorageError> {
        one_time::purge(self, now).await?;
        sessions::purge(self, now, idle_since).await
    }
}
