//! The probe of the database: does it take a write? A database that only answers may be locked, full or read-only.
//!
//! The proof is one committed row, always the same one, among the keys that are used once: what is rolled back reaches no disk, and
//! SQLite begins a writing transaction on a file that it may not write.

use super::{
    Database, StorageError,
    database::{Engine, Executor},
    postgres,
    probe_row::{WRITE, write},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// The probe of storage.
#[async_trait]
pub trait ProbeStorage: Send + Sync {
    /// Writes one row, the same each time, as patiently as any other write. `now` is the time of day.
    async fn probe_write(&self, now: DateTime<Utc>) -> Result<(), StorageError>;
}

#[async_trait]
impl ProbeStorage for Database {
    async fn probe_write(&self, now: DateTime<Utc>) -> Result<(), StorageError> {
        match &self.engine {
            Engine::Postgres(Executor::Pool(pool)) => postgres::probe_write(pool, now).await,
            _ => write(self.query(WRITE), now).await,
        }
    }
}
