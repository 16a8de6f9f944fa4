//! Whether the database takes a write. A database that only answers may be locked, full or read-only.
//!
//! The proof is one committed row, always the same one, among the keys that are used once: what is rolled back reaches no disk, and
//! SQLite begins a writing transaction on a file that it may not write.

use super::StorageError;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

/// The key of the row. Keys that are used once are digests; nothing has this one.
pub(super) const KEY: [u8; 32] = *b"pleiade: storage takes a write\0\0";

/// How long the row stays once nobody probes any more.
pub(super) const LIFE: TimeDelta = TimeDelta::days(1);

/// Whether storage takes a write.
#[async_trait]
pub trait ProbeStorage: Send + Sync {
    /// Writes one row, the same each time, as patiently as any other write. `now` is the time of day.
    async fn probe_write(&self, now: DateTime<Utc>) -> Result<(), StorageError>;
}

/// Defines `write_probe` and `create_probe`, which try to write on a connection.
macro_rules! define_probes {
    () => {
        /// Commits the row.
        async fn write_probe(connection: &mut Connection, now: DateTime<Utc>) -> Result<(), StorageError> {
            query(sql!("probe_write"))
                .bind(&$crate::storage::probe::KEY[..])
                .bind(millis(now + $crate::storage::probe::LIFE))
                .execute(connection)
                .await?;
            Ok(())
        }

        /// Makes a table and takes it back: whether a schema could be made or brought up to date, without doing it.
        async fn create_probe(connection: &mut Connection) -> Result<(), StorageError> {
            let mut transaction = connection.begin().await?;
            query(sql!("probe_create")).execute(&mut *transaction).await?;
            transaction.rollback().await?;
            Ok(())
        }
    };
}

pub(super) use define_probes;
