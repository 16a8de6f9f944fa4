//! Leaving notices for people.

use crate::storage::{NewNotice, NoticeKind, Storage, StorageError};
use pleiade_core::{Clock, IdentityId, LinkId, SourceId};
use std::sync::Arc;

/// Leaves notices. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Notices {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
}

impl Notices {
    /// In this storage.
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>, clock: Arc<dyn Clock>) -> Self {
        Self { storage, clock }
    }

    /// Tells a person by every open link of theirs but this one. The words name the source to those who may know of it.
    ///
    /// # Errors
    /// Those of storage.
    pub async fn tell_others(
        &self,
        person: IdentityId,
        but: LinkId,
        kind: NoticeKind,
        source: &SourceId,
    ) -> Result<(), StorageError> {
        for record in self.storage.links_of_person(person).await? {
            if record.id != but && !record.disabled {
                self.tell_link(record.id, kind, source).await?;
            }
        }
        Ok(())
    }

    /// Tells whoever comes by one link.
    ///
    /// # Errors
    /// Those of storage.
    pub async fn tell_link(
        &self,
        link: LinkId,
        kind: NoticeKind,
        source: &SourceId,
    ) -> Result<(), StorageError> {
        let facts = [("source".to_owned(), source.to_string())].into();
        let notice = NewNotice { link, tenant: None, kind, facts, created_at: self.clock.now() };
        self.storage.add_notice(&notice).await
    }
}
