//! Writing lines of the audit log.

use super::Note;
use crate::storage::{NewAuditLine, Storage, StorageError, Transaction};
use pleiade_core::Clock;
use std::sync::Arc;

/// Writes down what happens. Cloning is cheap.
///
/// A change is written in the transaction of its line ([`begin`](Self::begin)): it is told, or it does not happen.
#[derive(Debug, Clone)]
pub struct Journal {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
}

impl Journal {
    /// Into this storage.
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>, clock: Arc<dyn Clock>) -> Self {
        Self { storage, clock }
    }

    /// The line of a note, at this moment.
    #[must_use]
    pub fn line(&self, note: Note) -> NewAuditLine {
        note.into_line(self.clock.now())
    }

    /// Begins a change with the lines that tell it. They stay, as the change does, once the transaction is committed; people are called as
    /// they are before the change. Whoever makes it comes by a link that is open, and that nobody closes until the change is made: two
    /// administrators who close each other's do not both succeed.
    ///
    /// # Errors
    /// [`StorageError::ActorClosed`] when that link has been closed; those of storage.
    pub async fn begin(
        &self,
        notes: impl IntoIterator<Item = Note, IntoIter: Send> + Send,
    ) -> Result<Transaction, StorageError> {
        let change = self.storage.begin().await?;
        for note in notes {
            let line = self.line(note);
            if let Some(link) = line.actor.as_ref().and_then(|actor| actor.link)
                && !change.hold_open_link(link).await?
            {
                return Err(StorageError::ActorClosed);
            }
            change.append_audit(&line).await?;
        }
        Ok(change)
    }

    /// Writes the line of an event that changes nothing in storage: a refusal, something done elsewhere.
    ///
    /// # Errors
    /// Those of storage.
    pub async fn record(&self, note: Note) -> Result<(), StorageError> {
        self.storage.append_audit(&self.line(note)).await
    }
}
