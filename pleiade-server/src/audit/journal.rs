//! Writing lines of the audit log.

use super::{AuditActor, Note};
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
    /// they are before the change. Whoever makes it comes by a link that is open, and in a session that has not ended; nobody closes them
    /// until the change is made: two administrators who close each other's links do not both succeed.
    ///
    /// # Errors
    /// [`StorageError::ActorClosed`] when either has been closed; those of storage.
    pub async fn begin(
        &self,
        notes: impl IntoIterator<Item = Note, IntoIter: Send> + Send,
    ) -> Result<Transaction, StorageError> {
        let change = self.storage.begin().await?;
        for note in notes {
            if let Some(actor) = note.actor
                && !is_let_in(&change, actor).await?
            {
                return Err(StorageError::ActorClosed);
            }
            change.append_audit(&self.line(note)).await?;
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

/// True if somebody's link and session are still open. They stay so until the transaction ends.
async fn is_let_in(change: &Transaction, actor: AuditActor) -> Result<bool, StorageError> {
    if let Some(link) = actor.party.link
        && !change.hold_open_link(link).await?
    {
        return Ok(false);
    }
    match actor.session {
        Some(session) => change.hold_session(session).await,
        None => Ok(true),
    }
}
