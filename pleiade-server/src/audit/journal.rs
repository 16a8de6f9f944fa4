//! Writing lines of the audit log.

use super::Note;
use crate::{
    session::{SessionEnd, Sessions},
    storage::{Storage, StorageError},
};
use pleiade_core::Clock;
use std::sync::Arc;

/// Writes down what happens. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Journal {
    storage: Arc<dyn Storage>,
    sessions: Sessions,
    clock: Arc<dyn Clock>,
}

impl Journal {
    /// Into this storage.
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>, sessions: Sessions, clock: Arc<dyn Clock>) -> Self {
        Self { storage, sessions, clock }
    }

    /// Writes a line. Whoever cannot write it must not do what it tells: a change of rights or linked accounts is recorded before it is
    /// made.
    ///
    /// # Errors
    /// Those of storage.
    pub async fn record(&self, note: Note) -> Result<(), StorageError> {
        let line = note.into_line(self.clock.now());
        self.storage.append_audit(&line).await
    }

    /// Writes down that sessions have ended. Unlike a change of rights, an end that cannot be written down still is one: its line waits
    /// with it.
    pub async fn record_end(&self, note: Note, ended: SessionEnd) {
        let line = note.into_line(self.clock.now());
        if ended == SessionEnd::Everywhere {
            match self.storage.append_audit(&line).await {
                Ok(()) => return,
                Err(error) => tracing::warn!(%error, "an end of sessions is not written down; it will be"),
            }
        }
        self.sessions.write_later(line);
    }
}
