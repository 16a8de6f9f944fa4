//! Whether the database takes a write. A database that only answers may be locked, full or read-only.
//!
//! The proof is one committed row, always the same one, among the keys that are used once: what is rolled back reaches no disk, and
//! SQLite begins a writing transaction on a file that it may not write.

use super::{
    Database, StorageError,
    columns::millis,
    database::{Engine, Place, Statement},
    postgres,
};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

/// The key of the row. Keys that are used once are digests; nothing has this one.
const KEY: [u8; 32] = *b"pleiade: storage takes a write\0\0";

/// How long the row stays once nobody probes any more.
const LIFE: TimeDelta = TimeDelta::days(1);

/// Whether storage takes a write.
#[async_trait]
pub trait ProbeStorage: Send + Sync {
    /// Writes one row, the same each time, as patiently as any other write. `now` is the time of day.
    async fn probe_write(&self, now: DateTime<Utc>) -> Result<(), StorageError>;
}

#[async_trait]
impl ProbeStorage for Database {
    async fn probe_write(&self, now: DateTime<Utc>) -> Result<(), StorageError> {
        match &self.engine {
            Engine::Postgres(Place::Pool(pool)) => postgres::probe_write(pool, now).await,
            _ => write(self.query(WRITE), now).await,
        }
    }
}

/// Writes the row.
pub(super) const WRITE: &str = sql!(probe, "write_probe");

/// Makes a table, to be taken back.
pub(super) const CREATE: &str = sql!(probe, "create_probe");

/// Runs [`WRITE`].
pub(super) async fn write(statement: Statement<'_>, now: DateTime<Utc>) -> Result<(), StorageError> {
    statement.bind(&KEY[..]).bind(millis(now + LIFE)).execute().await?;
    Ok(())
}
