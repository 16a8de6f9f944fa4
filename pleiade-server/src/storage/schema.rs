//! The version of the schema of a database.

use super::{StorageError, migrations};

/// The migrations that a database needs at the next start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaState {
    /// It is empty, or its file is still to be made.
    Empty,
    /// It will be brought up to date.
    Older,
    /// It will be brought up to date by the command `upgrade` alone, because links would close.
    NeedsCommand {
        /// The count of people with several open links of one source.
        conflicts: u64,
    },
    /// Nothing.
    Current,
}

impl SchemaState {
    /// The state by the newest migration of a database. [`StorageError::NewerSchema`] when this program does not know that migration.
    pub(super) fn from_newest(found: Option<i64>) -> Result<Self, StorageError> {
        let known = migrations::latest();
        match found {
            None => Ok(Self::Empty),
            Some(found) if found > known => Err(StorageError::NewerSchema { found, known }),
            Some(found) if found < known => Ok(Self::Older),
            Some(_) => Ok(Self::Current),
        }
    }
}
