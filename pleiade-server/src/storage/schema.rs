//! How old the schema of a database is.

use super::{StorageError, migrations};

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
