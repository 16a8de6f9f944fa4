//! Applies a push: the people concerned are written as a synchronisation would write them, before the manager is answered.

use super::{apply::PushedSource, issuer, later::Later};
use crate::storage::{Storage, StorageError};
use pleiade_core::SourceId;
use pleiade_federation::scim::{ResourceKind, ScimStoreError, StoredResource, person, subject};
use serde_json::Value;
use std::collections::{BTreeSet, VecDeque};

/// People applied while the manager waits; more of them follow behind its back.
const MAX_PEOPLE_AT_ONCE: usize = 200;
/// Groups of groups looked at for one person.
const MAX_GROUPS: usize = 500;

/// A change that an identity manager pushed.
pub(super) enum PushedChange<'a> {
    /// A new or changed resource, or the same again.
    Changed { kind: ResourceKind, before: Option<&'a StoredResource>, after: &'a StoredResource },
    /// One that is no more.
    Gone { before: &'a StoredResource },
}

/// Applies a change. Members of a group beyond [`MAX_PEOPLE_AT_ONCE`] are applied later.
pub(super) async fn push(
    pushed: &PushedSource,
    others: &Later,
    change: PushedChange<'_>,
) -> Result<(), ScimStoreError> {
    let source = &pushed.source;
    let broken = |error: StorageError| {
        tracing::error!(%error, %source, "what an identity manager pushed was not applied");
        ScimStoreError::Unavailable
    };
    let key = |resource| subject(&issuer(source), resource).map_err(|_| ScimStoreError::Refused("not a key"));
    match change {
        PushedChange::Changed { kind: ResourceKind::User, before, after } => {
            // Another key is another person: the one before leaves.
            let left = before.map(key).transpose()?.filter(|left| key(after).is_ok_and(|now| now != *left));
            let groups = groups_of(&*pushed.storage, source, &after.id).await.map_err(broken)?;
            let now =
                person(&issuer(source), after, groups).map_err(|_| ScimStoreError::Refused("not a key"))?;
            pushed.apply(vec![now], left.into_iter().collect()).await.map_err(broken)
        }
        PushedChange::Gone { before } if before.text("userName").is_some() => {
            pushed.apply(Vec::new(), vec![key(before)?]).await.map_err(broken)
        }
        PushedChange::Changed { before, after, .. } => {
            let (old, new) = (before.map(members).unwrap_or_default(), members(after));
            let renamed =
                before.is_some_and(|before| before.text("displayName") != after.text("displayName"));
            let concerned: Vec<String> = if renamed {
                old.union(&new).map(|id| (*id).to_owned()).collect()
            } else {
                old.symmetric_difference(&new).map(|id| (*id).to_owned()).collect()
            };
            regroup(pushed, others, concerned).await.map_err(broken)
        }
        PushedChange::Gone { before } => {
            let concerned = members(before).into_iter().map(str::to_owned).collect();
            regroup(pushed, others, concerned).await.map_err(broken)
        }
    }
}

fn members(group: &StoredResource) -> BTreeSet<&str> {
    let members = group.content.get("members").and_then(Value::as_array);
    members.into_iter().flatten().filter_map(|member| member.get("value")?.as_str()).collect()
}

/// Applies the people among these resources and within these groups, whose groups have changed.
async fn regroup(pushed: &PushedSource, others: &Later, concerned: Vec<String>) -> Result<(), StorageError> {
    let mut people = people_within(&*pushed.storage, &pushed.source, concerned).await?;
    let later = people.split_off(people.len().min(MAX_PEOPLE_AT_ONCE));
    apply_again(pushed, people).await?;
    others.apply(pushed, later, MAX_PEOPLE_AT_ONCE);
    Ok(())
}

pub(super) async fn apply_again(pushed: &PushedSource, people: Vec<String>) -> Result<(), StorageError> {
    let (storage, source) = (&*pushed.storage, &pushed.source);
    for part in people.chunks(MAX_PEOPLE_AT_ONCE) {
        let mut changed = Vec::with_capacity(part.len());
        for id in part {
            if let Some(resource) = storage.scim_resource(source, ResourceKind::User, id).await? {
                let groups = groups_of(storage, source, id).await?;
                changed.extend(person(&issuer(source), &resource, groups));
            }
        }
        pushed.apply(changed, Vec::new()).await?;
    }
    Ok(())
}

/// The people among these resources and, level by level, within the groups among them.
async fn people_within(
    storage: &dyn Storage,
    source: &SourceId,
    concerned: Vec<String>,
) -> Result<Vec<String>, StorageError> {
    let mut seen: BTreeSet<String> = concerned.iter().cloned().collect();
    let mut waiting: VecDeque<String> = concerned.into();
    let mut people = Vec::new();
    while let Some(id) = waiting.pop_front() {
        match storage.scim_kind(source, &id).await? {
            Some(ResourceKind::User) => people.push(id),
            Some(ResourceKind::Group) => {
                let group = storage.scim_resource(source, ResourceKind::Group, &id).await?;
                for member in group.iter().flat_map(members) {
                    if seen.insert(member.to_owned()) {
                        waiting.push_back(member.to_owned());
                    }
                }
            }
            None => {}
        }
    }
    Ok(people)
}

/// The names of the groups that hold somebody, directly or through other groups.
pub(super) async fn groups_of(
    storage: &dyn Storage,
    source: &SourceId,
    id: &str,
) -> Result<Vec<String>, StorageError> {
    let (mut seen, mut names) = (BTreeSet::new(), BTreeSet::new());
    let mut waiting = VecDeque::from([id.to_owned()]);
    while let Some(held) = waiting.pop_front() {
        for (group, name) in storage.scim_groups_of(source, &held).await? {
            if seen.len() < MAX_GROUPS && seen.insert(group.clone()) {
                names.insert(name);
                waiting.push_back(group);
            }
        }
    }
    Ok(names.into_iter().collect())
}
