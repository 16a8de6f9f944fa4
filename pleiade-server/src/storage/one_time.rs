//! Keys that are used once, on any replica.

use super::{Database, StorageError, columns::millis};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// Keys that are used once.
#[async_trait]
pub trait OneTimeStorage: Send + Sync {
    /// True if a key has been seen, on any replica, without using it.
    async fn is_used(&self, key: [u8; 32]) -> Result<bool, StorageError>;

    /// True the first time a key is seen, on any replica; false after that until it has expired and been purged.
    async fn use_once(&self, key: [u8; 32], expires_at: DateTime<Utc>) -> Result<bool, StorageError>;
}

#[async_trait]
impl OneTimeStorage for Database {
    async fn is_used(&self, key: [u8; 32]) -> Result<bool, StorageError> {
        Ok(self.query(sql!(one_time, "is_used")).bind(&key[..]).fetch_optional::<()>().await?.is_some())
    }

    async fn use_once(&self, key: [u8; 32], expires_at: DateTime<Utc>) -> Result<bool, StorageError> {
        self.query(sql!(one_time, "use_once")).bind(&key[..]).bind(millis(expires_at)).changed().await
    }
}

/// Forgets the keys whose time has passed.
pub(super) async fn purge(database: &Database, now: DateTime<Utc>) -> Result<(), StorageError> {
    database.query(sql!(one_time, "purge_used_once")).bind(millis(now)).execute().await?;
    Ok(())
}
