//! A store that forgets with the process: for trials and tests.

use super::{
    schema::ResourceKind,
    store::{Condition, ScimStore, ScimStoreError, Selection, StoredResource},
};
use async_trait::async_trait;
use serde_json::Value;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Resources in memory.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Vec<(ResourceKind, StoredResource)>>);

impl MemoryStore {
    fn all(&self) -> MutexGuard<'_, Vec<(ResourceKind, StoredResource)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn clash(all: &[(ResourceKind, StoredResource)], kind: ResourceKind, new: &StoredResource) -> bool {
    let is_its_id = |other: &StoredResource| other.id != new.id && new.text("externalId") == Some(&other.id);
    if all.iter().any(|(_, other)| is_its_id(other)) {
        return true;
    }
    all.iter().filter(|(known, other)| *known == kind && other.id != new.id).any(|(_, other)| {
        let same = |a: Option<String>, b: Option<String>| a.is_some() && a == b;
        let key = |resource: &StoredResource| resource.text("externalId").map(str::to_owned);
        same(other.user_name(), new.user_name()) || same(key(other), key(new))
    })
}

#[async_trait]
impl ScimStore for MemoryStore {
    async fn get(&self, kind: ResourceKind, id: &str) -> Result<Option<StoredResource>, ScimStoreError> {
        Ok(self.all().iter().find(|(known, one)| *known == kind && one.id == id).map(|(_, one)| one.clone()))
    }

    async fn kind_of(&self, id: &str) -> Result<Option<ResourceKind>, ScimStoreError> {
        Ok(self.all().iter().find(|(_, one)| one.id == id).map(|(kind, _)| *kind))
    }

    async fn select(
        &self,
        kind: ResourceKind,
        condition: Option<&Condition>,
        offset: u64,
        limit: u64,
    ) -> Result<Selection, ScimStoreError> {
        let all = self.all();
        let found: Vec<&StoredResource> = all
            .iter()
            .filter(|(known, one)| *known == kind && condition.is_none_or(|condition| condition.holds(one)))
            .map(|(_, one)| one)
            .collect();
        let part = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let resources = found.iter().skip(part(offset)).take(part(limit)).map(|one| (*one).clone()).collect();
        Ok(Selection { total: found.len() as u64, resources })
    }

    async fn create(&self, kind: ResourceKind, resource: &StoredResource) -> Result<(), ScimStoreError> {
        let mut all = self.all();
        if clash(&all, kind, resource) {
            return Err(ScimStoreError::Taken);
        }
        all.push((kind, resource.clone()));
        Ok(())
    }

    async fn replace(
        &self,
        kind: ResourceKind,
        before: &StoredResource,
        after: &StoredResource,
    ) -> Result<(), ScimStoreError> {
        let mut all = self.all();
        if clash(&all, kind, after) {
            return Err(ScimStoreError::Taken);
        }
        let found = all
            .iter_mut()
            .find(|(known, one)| *known == kind && one.id == before.id && one.version == before.version);
        let (_, kept) = found.ok_or(ScimStoreError::Changed)?;
        *kept = after.clone();
        Ok(())
    }

    async fn delete(&self, kind: ResourceKind, before: &StoredResource) -> Result<(), ScimStoreError> {
        let mut all = self.all();
        let found = all
            .iter()
            .position(|(known, one)| *known == kind && one.id == before.id && one.version == before.version);
        all.remove(found.ok_or(ScimStoreError::Changed)?);
        Ok(())
    }

    async fn groups_of(&self, user: &str) -> Result<Vec<(String, String)>, ScimStoreError> {
        let holds = |group: &StoredResource| {
            let members = group.content.get("members").and_then(Value::as_array);
            members
                .into_iter()
                .flatten()
                .any(|member| member.get("value").and_then(Value::as_str) == Some(user))
        };
        let all = self.all();
        let groups = all.iter().filter(|(kind, one)| *kind == ResourceKind::Group && holds(one));
        Ok(groups
            .map(|(_, one)| (one.id.clone(), one.text("displayName").unwrap_or_default().to_owned()))
            .collect())
    }
}
