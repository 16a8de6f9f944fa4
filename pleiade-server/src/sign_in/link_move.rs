//! Giving a link of one person to another: whether a directory, a proof or an administrator decides it.

use super::identity_links::end_access_by_link;
use crate::{
    audit::{Journal, Note},
    notices::Notices,
    session::Sessions,
    storage::{Link, NewLink, NoticeKind, StorageError, Transaction},
};
use pleiade_connectors::engine::Engine;
use pleiade_federation::linking::Rule;

/// The reasons for which a link does not move.
#[derive(Debug, thiserror::Error)]
pub(super) enum MoveError {
    /// It is another person's by now, or closed.
    #[error("the link is no longer that person's")]
    Gone,
    /// The receiver has another open link of the source.
    #[error("the person has another open link of this source")]
    Taken,
    /// Storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What the move of a link works on.
#[derive(Debug, Clone, Copy)]
pub(super) struct LinkMove<'a> {
    pub(super) sessions: &'a Sessions,
    pub(super) engine: &'a Engine,
    pub(super) notices: &'a Notices,
    /// The link as it is before.
    pub(super) link: &'a Link,
}

impl LinkMove<'_> {
    /// Moves the link in one step with the lines that tell it. What is open under it ends before, for it is somebody else's, and again
    /// after, for somebody may have come by it meanwhile.
    ///
    /// # Errors
    /// [`MoveError`]; nothing has moved then, unless the notices alone are what storage did not take.
    pub(super) async fn carry_out(
        self,
        journal: &Journal,
        notes: impl IntoIterator<Item = Note, IntoIter: Send> + Send,
        new: &NewLink,
    ) -> Result<(), MoveError> {
        self.end_access().await;
        let change = journal.begin(notes).await?;
        self.write(&change, new).await?;
        change.commit().await?;
        Ok(self.finish(new).await?)
    }

    /// Ends what is open under the link. Nothing else may have a transaction open.
    pub(super) async fn end_access(self) {
        end_access_by_link(self.sessions, self.engine, self.link.id).await;
    }

    /// Writes the move within a change, between [`end_access`](Self::end_access) and [`finish`](Self::finish).
    pub(super) async fn write(self, change: &Transaction, new: &NewLink) -> Result<(), MoveError> {
        match change.move_link(self.link.id, new, self.link.identity).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(MoveError::Gone),
            Err(StorageError::Conflict) => Err(MoveError::Taken),
            Err(error) => Err(error.into()),
        }
    }

    /// Ends again what is open under the link, and tells those concerned. A move that a directory decides is told to the giver alone: the
    /// receiver is the person whom it has named all along.
    pub(super) async fn finish(self, new: &NewLink) -> Result<(), StorageError> {
        self.end_access().await;
        let Link { id, identity: giver, .. } = *self.link;
        self.notices.tell_others(giver, id, NoticeKind::LinkRemoved, &new.source).await?;
        if new.rule != Rule::Directory {
            // Whoever comes by it alone is told too: they are another person from now on.
            self.notices.tell_link(id, NoticeKind::LinkAdded, &new.source).await?;
            self.notices.tell_others(new.identity, id, NoticeKind::LinkAdded, &new.source).await?;
        }
        Ok(())
    }
}
