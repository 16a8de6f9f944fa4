//! The accounts that people connected, sealed, the login flows they have begun, and what a change of sealing key goes through.

use super::{
    Database, SessionHash, StorageError,
    columns::{connector, from_name, hash, instant, millis, name, tenant},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{ConnectorId, IdentityId, LinkId, TenantId};
use pleiade_federation::{
    seal::KeyId,
    vault::{LinkedAccountKey, LinkedAccountRecord},
};
use std::fmt;

/// A login flow that a person has begun.
#[derive(Clone, PartialEq, Eq)]
pub struct PendingLoginFlow {
    /// The account that it will link.
    pub key: LinkedAccountKey,
    /// The session it was begun in: it ends with it.
    pub session: SessionHash,
    /// The page to open and what to poll with, sealed.
    pub sealed: Vec<u8>,
    /// When the application gives it up.
    pub expires_at: DateTime<Utc>,
}

impl fmt::Debug for PendingLoginFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingLoginFlow").field("key", &self.key).finish_non_exhaustive()
    }
}

/// The sealed tokens of a session and what they are sealed for.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSession {
    /// The hash of the session's cookie value, by which storage knows it.
    pub hash: SessionHash,
    /// The collectivité for which the person acts.
    pub acting: TenantId,
    /// The link by which they came in.
    pub link: LinkId,
    /// The person's tokens, sealed for the collectivité and the link.
    pub tokens: Vec<u8>,
}

impl fmt::Debug for SealedSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedSession").field("link", &self.link).finish_non_exhaustive()
    }
}

/// The count of records that each key has sealed.
pub type KeyCounts = Vec<(KeyId, u64)>;

/// The accounts that people linked, sealed.
#[async_trait]
pub trait VaultStorage: Send + Sync {
    /// One linked account.
    async fn linked_account(
        &self,
        key: &LinkedAccountKey,
    ) -> Result<Option<LinkedAccountRecord>, StorageError>;

    /// The linked accounts of a link, in one collectivité or in all.
    async fn linked_accounts_by_link(
        &self,
        link: LinkId,
        tenant: Option<&TenantId>,
    ) -> Result<Vec<LinkedAccountRecord>, StorageError>;

    /// The linked accounts of a person in a collectivité by any of their links: for its administrators.
    async fn linked_accounts_of_person(
        &self,
        person: IdentityId,
        tenant: &TenantId,
    ) -> Result<Vec<LinkedAccountRecord>, StorageError>;

    /// Keeps a linked account in the place of the one with the same key.
    async fn put_linked_account(&self, record: &LinkedAccountRecord) -> Result<(), StorageError>;

    /// Drops a linked account. False when there is none.
    async fn delete_linked_account(&self, key: &LinkedAccountKey) -> Result<bool, StorageError>;

    /// Drops every linked account and login flow of a link, in one collectivité or in all. Gives what was connected.
    async fn delete_linked_accounts_of_link(
        &self,
        link: LinkId,
        tenant: Option<&TenantId>,
    ) -> Result<Vec<LinkedAccountKey>, StorageError>;

    /// Notes that a linked account was used; an older instant changes nothing.
    async fn note_linked_account_use(
        &self,
        key: &LinkedAccountKey,
        at: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Notes that the linked account made at `created_at` was refused, or no longer is.
    async fn mark_linked_account_refused(
        &self,
        key: &LinkedAccountKey,
        created_at: DateTime<Utc>,
        refused_at: Option<DateTime<Utc>>,
    ) -> Result<(), StorageError>;

    /// Notes of every linked account of an application that it is refused no longer.
    async fn lift_refusals(&self, connector: &ConnectorId) -> Result<(), StorageError>;

    /// Keeps a login flow in the place of the one begun before; drops those past their end at `now`.
    async fn put_pending(&self, pending: &PendingLoginFlow, now: DateTime<Utc>) -> Result<(), StorageError>;

    /// The login flow that was begun last, ended or not.
    async fn pending_login_flow(
        &self,
        key: &LinkedAccountKey,
    ) -> Result<Option<PendingLoginFlow>, StorageError>;

    /// Drops the login flow that was begun last. False when there is none.
    async fn delete_pending(&self, key: &LinkedAccountKey) -> Result<bool, StorageError>;

    /// Sessions whose tokens this key sealed, after one of them, by hash.
    async fn sealed_sessions(
        &self,
        by: KeyId,
        after: Option<SessionHash>,
        limit: u32,
    ) -> Result<Vec<SealedSession>, StorageError>;

    /// Sessions whose proxy-granting ticket of another source this key sealed, after one of them, by hash; that ticket is in the place of the
    /// tokens.
    async fn sealed_session_tickets(
        &self,
        by: KeyId,
        after: Option<SessionHash>,
        limit: u32,
    ) -> Result<Vec<SealedSession>, StorageError>;

    /// Linked accounts that this key sealed, after one of them, by key.
    async fn sealed_linked_accounts(
        &self,
        by: KeyId,
        after: Option<&LinkedAccountKey>,
        limit: u32,
    ) -> Result<Vec<LinkedAccountRecord>, StorageError>;

    /// Second factors that this key sealed, after one of them, by number: the number, whose, and what is sealed.
    async fn sealed_factors(
        &self,
        by: KeyId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<(i64, LinkId, Vec<u8>)>, StorageError>;

    /// Login flows that this key sealed, after one of them, by key.
    async fn sealed_pending(
        &self,
        by: KeyId,
        after: Option<&LinkedAccountKey>,
        limit: u32,
    ) -> Result<Vec<PendingLoginFlow>, StorageError>;

    /// Replaces the sealed tokens of a session unless they have changed. False when they have, or it is gone.
    async fn reseal_session(
        &self,
        hash: SessionHash,
        before: &[u8],
        after: &[u8],
    ) -> Result<bool, StorageError>;

    /// Replaces the seal of a session's proxy-granting ticket unless it has changed. False when it has, or the session is gone.
    async fn reseal_session_ticket(
        &self,
        hash: SessionHash,
        before: &[u8],
        after: &[u8],
    ) -> Result<bool, StorageError>;

    /// Replaces the seal of a linked account unless it has changed. False when it has, or it is gone.
    async fn reseal_linked_account(
        &self,
        key: &LinkedAccountKey,
        before: &[u8],
        after: &[u8],
    ) -> Result<bool, StorageError>;

    /// Replaces the seal of a login flow unless it has changed. False when it has, or it is gone.
    async fn reseal_pending(
        &self,
        key: &LinkedAccountKey,
        before: &[u8],
        after: &[u8],
    ) -> Result<bool, StorageError>;

    /// Replaces the seal of a second factor unless it has changed. False when it has, or it is gone.
    async fn reseal_factor(&self, id: i64, before: &[u8], after: &[u8]) -> Result<bool, StorageError>;

    /// The counts of sessions with tokens sealed by each key.
    async fn session_keys(&self) -> Result<KeyCounts, StorageError>;

    /// The counts of sessions by the key that sealed their proxy-granting ticket of another source.
    async fn session_ticket_keys(&self) -> Result<KeyCounts, StorageError>;

    /// The counts of linked accounts sealed by each key.
    async fn linked_account_keys(&self) -> Result<KeyCounts, StorageError>;

    /// The counts of login flows sealed by each key.
    async fn pending_keys(&self) -> Result<KeyCounts, StorageError>;

    /// The counts of second factors sealed by each key.
    async fn factor_keys(&self) -> Result<KeyCounts, StorageError>;
}

struct KeyRow {
    tenant: String,
    link: i64,
    connector: String,
}
from_row!(KeyRow { tenant, link, connector });

impl TryFrom<KeyRow> for LinkedAccountKey {
    type Error = StorageError;
    fn try_from(row: KeyRow) -> Result<Self, StorageError> {
        Ok(Self::new(tenant(row.tenant)?, LinkId(row.link), connector(row.connector)?))
    }
}

struct LinkedAccountRow {
    key: KeyRow,
    sealed: Vec<u8>,
    how: String,
    created_at: i64,
    last_used_at: Option<i64>,
    expires_at: Option<i64>,
    refused_at: Option<i64>,
}
from_row!(LinkedAccountRow { sealed, how, created_at, last_used_at, expires_at, refused_at }, key);

impl TryFrom<LinkedAccountRow> for LinkedAccountRecord {
    type Error = StorageError;
    fn try_from(row: LinkedAccountRow) -> Result<Self, StorageError> {
        let how = from_name(&row.how, "how an account was linked")?;
        let mut record = Self::new(row.key.try_into()?, row.sealed, how, instant(row.created_at)?);
        record.last_used_at = row.last_used_at.map(instant).transpose()?;
        record.expires_at = row.expires_at.map(instant).transpose()?;
        record.refused_at = row.refused_at.map(instant).transpose()?;
        Ok(record)
    }
}

struct PendingRow {
    session: Vec<u8>,
    sealed: Vec<u8>,
    expires_at: i64,
}
from_row!(PendingRow { session, sealed, expires_at });

impl PendingRow {
    fn for_key(self, key: &LinkedAccountKey) -> Result<PendingLoginFlow, StorageError> {
        Ok(PendingLoginFlow {
            key: key.clone(),
            session: SessionHash(hash(self.session)?),
            sealed: self.sealed,
            expires_at: instant(self.expires_at)?,
        })
    }
}

struct SealedPendingRow {
    key: KeyRow,
    pending: PendingRow,
}
from_row!(SealedPendingRow {}, key, pending);

impl TryFrom<SealedPendingRow> for PendingLoginFlow {
    type Error = StorageError;
    fn try_from(row: SealedPendingRow) -> Result<Self, StorageError> {
        row.pending.for_key(&row.key.try_into()?)
    }
}

struct SealedSessionRow {
    hash: Vec<u8>,
    acting: String,
    link: i64,
    tokens: Vec<u8>,
}
from_row!(SealedSessionRow { hash, acting, link, tokens });

impl TryFrom<SealedSessionRow> for SealedSession {
    type Error = StorageError;
    fn try_from(row: SealedSessionRow) -> Result<Self, StorageError> {
        Ok(Self {
            hash: SessionHash(hash(row.hash)?),
            acting: tenant(row.acting)?,
            link: LinkId(row.link),
            tokens: row.tokens,
        })
    }
}

/// Counts by key. A value that does not have the shape of a sealed one counts under the key of zeros.
fn counts(rows: Vec<(Vec<u8>, i64)>) -> KeyCounts {
    rows.into_iter()
        .map(|(id, count)| (KeyId(id.try_into().unwrap_or_default()), u64::try_from(count).unwrap_or(0)))
        .collect()
}

#[async_trait]
impl VaultStorage for Database {
    async fn linked_account(
        &self,
        key: &LinkedAccountKey,
    ) -> Result<Option<LinkedAccountRecord>, StorageError> {
        self.query(sql!(vault, "linked_account"))
            .bind(key.tenant.as_str())
            .bind(key.link.0)
            .bind(key.connector.as_str())
            .fetch_value::<LinkedAccountRow, _>()
            .await
    }

    async fn linked_accounts_by_link(
        &self,
        link: LinkId,
        tenant: Option<&TenantId>,
    ) -> Result<Vec<LinkedAccountRecord>, StorageError> {
        self.query(sql!(vault, "linked_accounts_of_link"))
            .bind(link.0)
            .bind(tenant.map(TenantId::as_str))
            .fetch_values::<LinkedAccountRow, _>()
            .await
    }

    async fn linked_accounts_of_person(
        &self,
        person: IdentityId,
        tenant: &TenantId,
    ) -> Result<Vec<LinkedAccountRecord>, StorageError> {
        self.query(sql!(vault, "linked_accounts_of_person"))
            .bind(person.0)
            .bind(tenant.as_str())
            .fetch_values::<LinkedAccountRow, _>()
            .await
    }

    async fn put_linked_account(&self, record: &LinkedAccountRecord) -> Result<(), StorageError> {
        self.query(sql!(vault, "put_linked_account"))
            .bind(record.key.tenant.as_str())
            .bind(record.key.link.0)
            .bind(record.key.connector.as_str())
            .bind(&record.sealed)
            .bind(name(&record.how)?)
            .bind(millis(record.created_at))
            .bind(record.last_used_at.map(millis))
            .bind(record.expires_at.map(millis))
            .bind(record.refused_at.map(millis))
            .execute()
            .await?;
        Ok(())
    }

    async fn delete_linked_account(&self, key: &LinkedAccountKey) -> Result<bool, StorageError> {
        self.query(sql!(vault, "delete_linked_account"))
            .bind(key.tenant.as_str())
            .bind(key.link.0)
            .bind(key.connector.as_str())
            .changed()
            .await
    }

    async fn delete_linked_accounts_of_link(
        &self,
        link: LinkId,
        tenant: Option<&TenantId>,
    ) -> Result<Vec<LinkedAccountKey>, StorageError> {
        let tenant = tenant.map(TenantId::as_str);
        let transaction = self.transaction().await?;
        transaction.query(sql!(vault, "delete_pending_of_link")).bind(link.0).bind(tenant).execute().await?;
        let keys = transaction
            .query(sql!(vault, "delete_linked_accounts_of_link"))
            .bind(link.0)
            .bind(tenant)
            .fetch_values::<KeyRow, _>()
            .await?;
        transaction.commit().await?;
        Ok(keys)
    }

    async fn note_linked_account_use(
        &self,
        key: &LinkedAccountKey,
        at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.query(sql!(vault, "use_linked_account"))
            .bind(key.tenant.as_str())
            .bind(key.link.0)
            .bind(key.connector.as_str())
            .bind(millis(at))
            .execute()
            .await?;
        Ok(())
    }

    async fn mark_linked_account_refused(
        &self,
        key: &LinkedAccountKey,
        created_at: DateTime<Utc>,
        refused_at: Option<DateTime<Utc>>,
    ) -> Result<(), StorageError> {
        self.query(sql!(vault, "refuse_linked_account"))
            .bind(key.tenant.as_str())
            .bind(key.link.0)
            .bind(key.connector.as_str())
            .bind(millis(created_at))
            .bind(refused_at.map(millis))
            .execute()
            .await?;
        Ok(())
    }

    async fn lift_refusals(&self, connector: &ConnectorId) -> Result<(), StorageError> {
        self.query(sql!(vault, "lift_refusals")).bind(connector.as_str()).execute().await?;
        Ok(())
    }

    async fn put_pending(&self, pending: &PendingLoginFlow, now: DateTime<Utc>) -> Result<(), StorageError> {
        let transaction = self.transaction().await?;
        transaction.query(sql!(vault, "purge_pending")).bind(millis(now)).execute().await?;
        transaction
            .query(sql!(vault, "put_pending"))
            .bind(pending.key.tenant.as_str())
            .bind(pending.key.link.0)
            .bind(pending.key.connector.as_str())
            .bind(&pending.session.0[..])
            .bind(&pending.sealed)
            .bind(millis(pending.expires_at))
            .execute()
            .await?;
        transaction.commit().await
    }

    async fn pending_login_flow(
        &self,
        key: &LinkedAccountKey,
    ) -> Result<Option<PendingLoginFlow>, StorageError> {
        self.query(sql!(vault, "pending"))
            .bind(key.tenant.as_str())
            .bind(key.link.0)
            .bind(key.connector.as_str())
            .fetch_optional::<PendingRow>()
            .await?
            .map(|row| row.for_key(key))
            .transpose()
    }

    async fn delete_pending(&self, key: &LinkedAccountKey) -> Result<bool, StorageError> {
        self.query(sql!(vault, "delete_pending"))
            .bind(key.tenant.as_str())
            .bind(key.link.0)
            .bind(key.connector.as_str())
            .changed()
            .await
    }

    async fn sealed_sessions(
        &self,
        by: KeyId,
        after: Option<SessionHash>,
        limit: u32,
    ) -> Result<Vec<SealedSession>, StorageError> {
        self.query(sql!(vault, "sealed_sessions"))
            .bind(&by.0[..])
            .bind(after.map_or_else(Vec::new, |hash| hash.0.to_vec()))
            .bind(i64::from(limit))
            .fetch_values::<SealedSessionRow, _>()
            .await
    }

    async fn sealed_session_tickets(
        &self,
        by: KeyId,
        after: Option<SessionHash>,
        limit: u32,
    ) -> Result<Vec<SealedSession>, StorageError> {
        self.query(sql!(vault, "sealed_session_tickets"))
            .bind(&by.0[..])
            .bind(after.map_or_else(Vec::new, |hash| hash.0.to_vec()))
            .bind(i64::from(limit))
            .fetch_values::<SealedSessionRow, _>()
            .await
    }

    async fn sealed_linked_accounts(
        &self,
        by: KeyId,
        after: Option<&LinkedAccountKey>,
        limit: u32,
    ) -> Result<Vec<LinkedAccountRecord>, StorageError> {
        self.query(sql!(vault, "sealed_linked_accounts"))
            .bind(&by.0[..])
            .bind(after.map_or("", |key| key.tenant.as_str()))
            .bind(after.map_or(0, |key| key.link.0))
            .bind(after.map_or("", |key| key.connector.as_str()))
            .bind(i64::from(limit))
            .fetch_values::<LinkedAccountRow, _>()
            .await
    }

    async fn sealed_pending(
        &self,
        by: KeyId,
        after: Option<&LinkedAccountKey>,
        limit: u32,
    ) -> Result<Vec<PendingLoginFlow>, StorageError> {
        self.query(sql!(vault, "sealed_pending"))
            .bind(&by.0[..])
            .bind(after.map_or("", |key| key.tenant.as_str()))
            .bind(after.map_or(0, |key| key.link.0))
            .bind(after.map_or("", |key| key.connector.as_str()))
            .bind(i64::from(limit))
            .fetch_values::<SealedPendingRow, _>()
            .await
    }

    async fn reseal_pending(
        &self,
        key: &LinkedAccountKey,
        before: &[u8],
        after: &[u8],
    ) -> Result<bool, StorageError> {
        self.query(sql!(vault, "reseal_pending"))
            .bind(key.tenant.as_str())
            .bind(key.link.0)
            .bind(key.connector.as_str())
            .bind(before)
            .bind(after)
            .changed()
            .await
    }

    async fn pending_keys(&self) -> Result<KeyCounts, StorageError> {
        let rows: Vec<(Vec<u8>, i64)> = self.query(sql!(vault, "count_pending")).fetch_all().await?;
        Ok(counts(rows))
    }

    async fn sealed_factors(
        &self,
        by: KeyId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<(i64, LinkId, Vec<u8>)>, StorageError> {
        let rows: Vec<(i64, i64, Vec<u8>)> = self
            .query(sql!(vault, "sealed_factors"))
            .bind(&by.0[..])
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all()
            .await?;
        Ok(rows.into_iter().map(|(id, link, sealed)| (id, LinkId(link), sealed)).collect())
    }

    async fn reseal_session(
        &self,
        hash: SessionHash,
        before: &[u8],
        after: &[u8],
    ) -> Result<bool, StorageError> {
        self.query(sql!(vault, "reseal_session")).bind(&hash.0[..]).bind(before).bind(after).changed().await
    }

    async fn reseal_session_ticket(
        &self,
        hash: SessionHash,
        before: &[u8],
        after: &[u8],
    ) -> Result<bool, StorageError> {
        let query = self.query(sql!(vault, "reseal_session_ticket"));
        query.bind(&hash.0[..]).bind(before).bind(after).changed().await
    }

    async fn reseal_linked_account(
        &self,
        key: &LinkedAccountKey,
        before: &[u8],
        after: &[u8],
    ) -> Result<bool, StorageError> {
        self.query(sql!(vault, "reseal_linked_account"))
            .bind(key.tenant.as_str())
            .bind(key.link.0)
            .bind(key.connector.as_str())
            .bind(before)
            .bind(after)
            .changed()
            .await
    }

    async fn reseal_factor(&self, id: i64, before: &[u8], after: &[u8]) -> Result<bool, StorageError> {
        self.query(sql!(vault, "reseal_factor")).bind(id).bind(before).bind(after).changed().await
    }

    async fn session_keys(&self) -> Result<KeyCounts, StorageError> {
        let rows: Vec<(Vec<u8>, i64)> = self.query(sql!(vault, "count_sessions")).fetch_all().await?;
        Ok(counts(rows))
    }

    async fn session_ticket_keys(&self) -> Result<KeyCounts, StorageError> {
        let rows: Vec<(Vec<u8>, i64)> = self.query(sql!(vault, "count_session_tickets")).fetch_all().await?;
        Ok(counts(rows))
    }

    async fn linked_account_keys(&self) -> Result<KeyCounts, StorageError> {
        let rows: Vec<(Vec<u8>, i64)> = self.query(sql!(vault, "count_linked_accounts")).fetch_all().await?;
        Ok(counts(rows))
    }

    async fn factor_keys(&self) -> Result<KeyCounts, StorageError> {
        let rows: Vec<(Vec<u8>, i64)> = self.query(sql!(vault, "count_factors")).fetch_all().await?;
        Ok(counts(rows))
    }
}
