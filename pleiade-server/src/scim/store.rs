//! The resources of one source in our storage, and what their changes change.

use super::push::{self, Told};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    storage::StorageError,
};
use async_trait::async_trait;
use pleiade_core::{SourceId, TenantId};
use pleiade_federation::scim::{
    Condition, ResourceKind, ScimStore, ScimStoreError, Selection, StoredResource,
};
use std::fmt;

/// The store of one source.
pub(super) struct SourceStore {
    pub(super) app: App,
    pub(super) source: SourceId,
    pub(super) owner: Option<TenantId>,
}

impl fmt::Debug for SourceStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceStore").field("source", &self.source).finish_non_exhaustive()
    }
}

fn failed(error: StorageError) -> ScimStoreError {
    if error == StorageError::Conflict {
        return ScimStoreError::Taken;
    }
    tracing::error!(%error, "what an identity manager pushed was not kept");
    ScimStoreError::Unavailable
}

impl SourceStore {
    async fn note(&self, change: &str, kind: ResourceKind, id: &str) -> Result<(), ScimStoreError> {
        let mut note = Note::new(AuditEvent::ScimChanged)
            .through(&self.source)
            .with("change", change)
            .with("kind", kind.name())
            .with("id", id);
        if let Some(owner) = &self.owner {
            note = note.at(owner);
        }
        self.app.record(note).await.map_err(failed)
    }

    async fn push(&self, told: Told<'_>) -> Result<(), ScimStoreError> {
        push::push(&self.app, &self.source, told).await
    }
}

#[async_trait]
impl ScimStore for SourceStore {
    async fn get(&self, kind: ResourceKind, id: &str) -> Result<Option<StoredResource>, ScimStoreError> {
        self.app.storage.scim_resource(&self.source, kind, id).await.map_err(failed)
    }

    async fn kind_of(&self, id: &str) -> Result<Option<ResourceKind>, ScimStoreError> {
        self.app.storage.scim_kind(&self.source, id).await.map_err(failed)
    }

    async fn select(
        &self,
        kind: ResourceKind,
        condition: Option<&Condition>,
        offset: u64,
        limit: u64,
    ) -> Result<Selection, ScimStoreError> {
        self.app.storage.scim_resources(&self.source, kind, condition, offset, limit).await.map_err(failed)
    }

    async fn create(&self, kind: ResourceKind, resource: &StoredResource) -> Result<(), ScimStoreError> {
        self.app.storage.create_scim_resource(&self.source, kind, resource).await.map_err(failed)?;
        self.note("created", kind, &resource.id).await?;
        self.push(Told::Changed { kind, before: None, after: resource }).await
    }

    async fn replace(
        &self,
        kind: ResourceKind,
        before: &StoredResource,
        after: &StoredResource,
    ) -> Result<(), ScimStoreError> {
        if !self.app.storage.replace_scim_resource(&self.source, before, after).await.map_err(failed)? {
            return Err(ScimStoreError::Changed);
        }
        self.note("changed", kind, &after.id).await?;
        self.push(Told::Changed { kind, before: Some(before), after }).await
    }

    async fn reapply(&self, kind: ResourceKind, resource: &StoredResource) -> Result<(), ScimStoreError> {
        if kind == ResourceKind::User {
            self.push(Told::Changed { kind, before: None, after: resource }).await?;
        }
        Ok(())
    }

    async fn delete(&self, kind: ResourceKind, before: &StoredResource) -> Result<(), ScimStoreError> {
        // Told before it is forgotten: a departure that fails half-way is told again.
        if kind == ResourceKind::User {
            self.push(Told::Gone { before }).await?;
        }
        if !self.app.storage.delete_scim_resource(&self.source, before).await.map_err(failed)? {
            return Err(ScimStoreError::Changed);
        }
        self.note("deleted", kind, &before.id).await?;
        if kind == ResourceKind::Group {
            self.push(Told::Gone { before }).await?;
        }
        Ok(())
    }

    async fn groups_of(&self, user: &str) -> Result<Vec<(String, String)>, ScimStoreError> {
        self.app.storage.scim_groups_of(&self.source, user).await.map_err(failed)
    }
}
