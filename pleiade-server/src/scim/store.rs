//! The resources of one source in our storage, and what their changes change.

use super::{
    apply::PushedSource,
    push::{self, PushedChange},
};
use crate::{
    audit::{AuditEvent, Journal, Note},
    scim::ScimSources,
    storage::{StorageError, Transaction, scim_weight},
};
use async_trait::async_trait;
use pleiade_core::TenantId;
use pleiade_federation::scim::{
    Condition, ResourceKind, ScimStore, ScimStoreError, Selection, StoredResource,
};
use std::sync::Arc;

/// The weight of what one source may keep, in bytes: 128 MiB, a hundred thousand people with what is usually told of them.
pub(crate) const MAX_SOURCE_BYTES: u64 = 128 << 20;

/// What departures may take beyond that: none is refused for want of room, and what is told with them fills no disk.
const DEPARTURE_BYTES: u64 = 16 << 20;

/// The store of one source, for one request.
#[derive(Debug)]
pub(crate) struct SourceStore {
    pub(crate) pushed: PushedSource,
    pub(crate) owner: Option<TenantId>,
    pub(crate) journal: Journal,
    pub(crate) sources: Arc<ScimSources>,
}

fn failed(error: StorageError) -> ScimStoreError {
    if error == StorageError::Conflict {
        return ScimStoreError::Taken;
    }
    tracing::error!(%error, "what an identity manager pushed was not kept");
    ScimStoreError::Unavailable
}

impl SourceStore {
    /// [`ScimStoreError::Full`] if there is no room for `after` in the place of `before`. A departure has some more.
    async fn check_room(
        &self,
        before: Option<&StoredResource>,
        after: &StoredResource,
    ) -> Result<(), ScimStoreError> {
        let source = &self.pushed.source;
        let weight = |resource| scim_weight(resource).map_err(failed);
        let growth = weight(after)?.saturating_sub(before.map(weight).transpose()?.unwrap_or(0));
        if growth == 0 {
            return Ok(());
        }
        let room = self.pushed.storage.scim_room(source).await.map_err(failed)?;
        let departs = before.is_some_and(StoredResource::active) && !after.active();
        let most = MAX_SOURCE_BYTES + if departs { DEPARTURE_BYTES } else { 0 };
        if room.bytes.saturating_add(growth) > most {
            tracing::warn!(%source, resources = room.resources, bytes = room.bytes, "an identity manager has no more room");
            return Err(ScimStoreError::Full);
        }
        Ok(())
    }

    /// Begins a change of a resource with the line that tells it.
    async fn begin(&self, change: &str, kind: ResourceKind, id: &str) -> Result<Transaction, ScimStoreError> {
        let mut note = Note::new(AuditEvent::ScimChanged)
            .source(&self.pushed.source)
            .with("change", change)
            .with("kind", kind.name())
            .with("id", id);
        if let Some(owner) = &self.owner {
            note = note.tenant(owner);
        }
        self.journal.begin([note]).await.map_err(failed)
    }

    async fn push(&self, change: PushedChange<'_>) -> Result<(), ScimStoreError> {
        push::push(&self.pushed, &self.sources.later, change).await
    }
}

#[async_trait]
impl ScimStore for SourceStore {
    async fn get(&self, kind: ResourceKind, id: &str) -> Result<Option<StoredResource>, ScimStoreError> {
        self.pushed.storage.scim_resource(&self.pushed.source, kind, id).await.map_err(failed)
    }

    async fn kind_of(&self, id: &str) -> Result<Option<ResourceKind>, ScimStoreError> {
        self.pushed.storage.scim_kind(&self.pushed.source, id).await.map_err(failed)
    }

    async fn select(
        &self,
        kind: ResourceKind,
        condition: Option<&Condition>,
        offset: u64,
        limit: u64,
    ) -> Result<Selection, ScimStoreError> {
        self.pushed
            .storage
            .scim_resources(&self.pushed.source, kind, condition, offset, limit)
            .await
            .map_err(failed)
    }

    async fn create(&self, kind: ResourceKind, resource: &StoredResource) -> Result<(), ScimStoreError> {
        let _order = self.pushed.order.lock().await;
        self.check_room(None, resource).await?;
        let change = self.begin("created", kind, &resource.id).await?;
        change.create_scim_resource(&self.pushed.source, kind, resource).await.map_err(failed)?;
        change.commit().await.map_err(failed)?;
        self.push(PushedChange::Changed { kind, before: None, after: resource }).await
    }

    async fn replace(
        &self,
        kind: ResourceKind,
        before: &StoredResource,
        after: &StoredResource,
    ) -> Result<(), ScimStoreError> {
        let _order = self.pushed.order.lock().await;
        self.check_room(Some(before), after).await?;
        let change = self.begin("changed", kind, &after.id).await?;
        if !change.replace_scim_resource(&self.pushed.source, before, after).await.map_err(failed)? {
            return Err(ScimStoreError::Changed);
        }
        change.commit().await.map_err(failed)?;
        self.push(PushedChange::Changed { kind, before: Some(before), after }).await
    }

    async fn reapply(&self, kind: ResourceKind, resource: &StoredResource) -> Result<(), ScimStoreError> {
        if kind == ResourceKind::User {
            let _order = self.pushed.order.lock().await;
            self.push(PushedChange::Changed { kind, before: None, after: resource }).await?;
        }
        Ok(())
    }

    fn count_operation(&self) {
        self.sources.pace.count(&self.pushed.source, 1);
    }

    async fn delete(&self, kind: ResourceKind, before: &StoredResource) -> Result<(), ScimStoreError> {
        let _order = self.pushed.order.lock().await;
        // Told before it is forgotten: a departure that fails half-way is told again.
        if kind == ResourceKind::User {
            self.push(PushedChange::Gone { before }).await?;
        }
        let change = self.begin("deleted", kind, &before.id).await?;
        if !change.delete_scim_resource(&self.pushed.source, before).await.map_err(failed)? {
            return Err(ScimStoreError::Changed);
        }
        change.commit().await.map_err(failed)?;
        // Members lose a group once it is gone; of a person it is told again, for another server may have read them in between.
        self.push(PushedChange::Gone { before }).await
    }

    async fn groups_of(&self, user: &str) -> Result<Vec<(String, String)>, ScimStoreError> {
        self.pushed.storage.scim_groups_of(&self.pushed.source, user).await.map_err(failed)
    }
}
