//! Proxy-granting tickets on their way, shared by every replica for a moment.

use super::{Database, StorageError, columns::millis};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::SourceId;

/// A proxy-granting ticket that waits for the answer that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyGrant {
    /// The source it comes from.
    pub source: SourceId,
    /// The SHA-256 of its public name.
    pub name: [u8; 32],
    /// The proxy-granting ticket, sealed.
    pub sealed: Vec<u8>,
    /// Until when it waits.
    pub expires_at: DateTime<Utc>,
}

/// Proxy-granting tickets on their way.
#[async_trait]
pub trait ProxyGrantStorage: Send + Sync {
    /// Keeps a ticket unless its name is taken, and says whether it was kept. No more than `max_waiting` of a source are: the oldest
    /// gives way.
    async fn keep_proxy_grant(&self, grant: &ProxyGrant, max_waiting: u32) -> Result<bool, StorageError>;

    /// Takes a waiting ticket out, once.
    async fn take_proxy_grant(
        &self,
        source: &SourceId,
        name: [u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<u8>>, StorageError>;

    /// Drops the tickets that nobody took in time.
    async fn purge_proxy_grants(&self, now: DateTime<Utc>) -> Result<u64, StorageError>;
}

#[async_trait]
impl ProxyGrantStorage for Database {
    async fn keep_proxy_grant(&self, grant: &ProxyGrant, max_waiting: u32) -> Result<bool, StorageError> {
        self.query(sql!(proxy_grants, "make_room_for_proxy_grant"))
            .bind(grant.source.as_str())
            .bind(i64::from(max_waiting.saturating_sub(1)))
            .execute()
            .await?;
        self.query(sql!(proxy_grants, "keep_proxy_grant"))
            .bind(grant.source.as_str())
            .bind(grant.name.as_slice())
            .bind(grant.sealed.as_slice())
            .bind(millis(grant.expires_at))
            .changed()
            .await
    }

    async fn take_proxy_grant(
        &self,
        source: &SourceId,
        name: [u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(self
            .query(sql!(proxy_grants, "take_proxy_grant"))
            .bind(source.as_str())
            .bind(name.as_slice())
            .bind(millis(now))
            .fetch_optional::<(Vec<u8>,)>()
            .await?
            .map(|(sealed,)| sealed))
    }

    async fn purge_proxy_grants(&self, now: DateTime<Utc>) -> Result<u64, StorageError> {
        self.query(sql!(proxy_grants, "purge_proxy_grants")).bind(millis(now)).execute().await
    }
}
