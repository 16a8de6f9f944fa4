//! Storage as a whole: the traits of every subject joined in one, and transactions over them.

use super::{
    AccountStorage, AuditStorage, Database, DeadlineFeedStorage, DelegationStorage, DirectoryStorage,
    FactorStorage, GuessStorage, IdentityStorage, LauncherChoiceStorage, LegalStorage, LinkingStorage,
    MenuStorage, NewAuditLine, NoticeStorage, OneTimeStorage, PeopleStorage, ProbeStorage, ProxyGrantStorage,
    ScimStorage, SessionStorage, SnoozedTaskStorage, StorageError, SyncStateStorage, UpgradeStorage,
    VaultStorage, one_time, sessions,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::{fmt, ops::Deref};

/// Everything that the server remembers, one supertrait a subject. Absent is `Ok(None)`; every method may fail with a [`StorageError`].
#[async_trait]
pub trait Storage:
    AccountStorage
    + AuditStorage
    + DeadlineFeedStorage
    + DelegationStorage
    + DirectoryStorage
    + FactorStorage
    + GuessStorage
    + IdentityStorage
    + LauncherChoiceStorage
    + LegalStorage
    + LinkingStorage
    + MenuStorage
    + NoticeStorage
    + OneTimeStorage
    + PeopleStorage
    + ProbeStorage
    + ProxyGrantStorage
    + ScimStorage
    + SessionStorage
    + SnoozedTaskStorage
    + SyncStateStorage
    + UpgradeStorage
    + VaultStorage
    + fmt::Debug
    + Send
    + Sync
    + 'static
{
    /// Succeeds if the database answers.
    async fn ping(&self) -> Result<(), StorageError>;

    /// Closes every connection: later calls fail. Does nothing in a transaction.
    async fn close(&self);

    /// Begins a transaction that will write: see [`Transaction`] for its contract. Begun within another one, it is a part of that one that
    /// can be left out; the other one waits until it has ended.
    async fn begin(&self) -> Result<Transaction, StorageError>;

    /// Drops sessions past their end or unused since `idle_since`, and one-time keys past theirs. Gives the number of sessions dropped.
    async fn purge_expired(&self, now: DateTime<Utc>, idle_since: DateTime<Utc>)
    -> Result<u64, StorageError>;
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

    async fn purge_expired(
        &self,
        now: DateTime<Utc>,
        idle_since: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        one_time::purge(self, now).await?;
        sessions::purge(self, now, idle_since).await
    }
}

/// Storage in one transaction: what is written by it stays once it is [committed](Self::commit), all of it or nothing. Dropped before, it
/// leaves nothing.
///
/// An error of a statement fails the whole transaction, as PostgreSQL has it: every later call and [`commit`](Self::commit) give the same
/// error. [`StorageError::Conflict`] of a method that says so does not, and the transaction goes on as if that method had not been called.
///
/// Whoever holds one must call nothing but it, and wait for nothing but the database: on SQLite a write beside it waits for its end, and
/// gives [`StorageError::Locked`] after a while. What must stay whatever comes of the change, as a counted failure or a key that is used
/// once, is written before.
#[derive(Debug)]
#[must_use = "what is written in a transaction stays only when it is committed"]
pub struct Transaction {
    database: Database,
}

impl Transaction {
    fn new(database: Database) -> Self {
        Self { database }
    }

    /// Keeps everything.
    ///
    /// # Errors
    /// The first error of a statement in it, even one that its caller passed over; else those of the database. Nothing stays then.
    pub async fn commit(self) -> Result<(), StorageError> {
        self.database.commit().await
    }

    /// Adds these lines to the audit log and keeps everything: a change is told, or it does not happen.
    ///
    /// # Errors
    /// Those of [`commit`](Self::commit).
    pub async fn commit_with(
        self,
        lines: impl IntoIterator<Item = NewAuditLine, IntoIter: Send> + Send,
    ) -> Result<(), StorageError> {
        for line in lines {
            self.database.append_audit(&line).await?;
        }
        self.commit().await
    }
}

impl Deref for Transaction {
    type Target = dyn Storage;

    fn deref(&self) -> &Self::Target {
        &self.database
    }
}
