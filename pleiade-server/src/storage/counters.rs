//! What every replica shares for a moment: proxy-granting tickets on their way.

use super::StorageError;
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
    /// The ticket, sealed.
    pub sealed: Vec<u8>,
    /// Until when it waits.
    pub expires_at: DateTime<Utc>,
}

/// What every replica shares for a moment.
#[async_trait]
pub trait CounterStorage: Send + Sync {
    /// Keeps a ticket unless so many wait already or its name is taken, and says whether it was kept.
    async fn keep_proxy_grant(
        &self,
        grant: &ProxyGrant,
        now: DateTime<Utc>,
        most: u32,
    ) -> Result<bool, StorageError>;

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

/// Implements [`CounterStorage`] for a type with a field `pool`. `$begin` opens a transaction that will write.
macro_rules! implement_counters {
    ($storage:ty, $begin:literal) => {
        #[async_trait]
        impl $crate::storage::CounterStorage for $storage {
            async fn keep_proxy_grant(
                &self,
                grant: &$crate::storage::ProxyGrant,
                now: DateTime<Utc>,
                most: u32,
            ) -> Result<bool, StorageError> {
                let done = query(sql!("counters/keep_grant"))
                    .bind(grant.source.as_str())
                    .bind(grant.name.as_slice())
                    .bind(grant.sealed.as_slice())
                    .bind(millis(grant.expires_at))
                    .bind(millis(now))
                    .bind(i64::from(most))
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected() > 0)
            }

            async fn take_proxy_grant(
                &self,
                source: &SourceId,
                name: [u8; 32],
                now: DateTime<Utc>,
            ) -> Result<Option<Vec<u8>>, StorageError> {
                Ok(query_scalar(sql!("counters/take_grant"))
                    .bind(source.as_str())
                    .bind(name.as_slice())
                    .bind(millis(now))
                    .fetch_optional(&self.pool)
                    .await?)
            }

            async fn purge_proxy_grants(&self, now: DateTime<Utc>) -> Result<u64, StorageError> {
                let done = query(sql!("counters/purge_grants")).bind(millis(now)).execute(&self.pool).await?;
                Ok(done.rows_affected())
            }
        }
    };
}

pub(super) use implement_counters;
