//! What a push changes: the people concerned are applied as a synchronisation would apply them, before the manager is answered.

use super::{apply::apply, issuer};
use crate::{
    app::App,
    storage::{Storage, StorageError},
};
use pleiade_core::SourceId;
use pleiade_federation::scim::{ResourceKind, ScimStoreError, StoredResource, person, subject};
use serde_json::Value;
use std::collections::{BTreeSet, VecDeque};

/// People applied while the manager waits; more of them follow behind its back.
const AT_ONCE: usize = 200;
/// Groups of groups looked at for one person.
const MOST_GROUPS: usize = 500;

/// What a manager told.
pub(super) enum Told<'a> {
    /// A new or changed resource, or the same again.
    Changed { kind: ResourceKind, before: Option<&'a StoredResource>, after: &'a StoredResource },
    /// One that is no more.
    Gone { before: &'a StoredResource },
}

pub(super) async fn push(app: &App, source: &SourceId, told: Told<'_>) -> Result<(), ScimStoreError> {
    let broken = |error: StorageError| {
        tracing::error!(%error, %source, "what an identity manager pushed was not applied");
        ScimStoreError::Unavailable
    };
    let key = |resource| subject(&issuer(source), resource).map_err(|_| ScimStoreError::Refused("not a key"));
    match told {
        Told::Changed { kind: ResourceKind::User, before, after } => {
            // Another key is another person: the one before leaves.
            let left = before.map(key).transpose()?.filter(|left| key(after).is_ok_and(|now| now != *left));
            let groups = groups_of(&*app.storage, source, &after.id).await.map_err(broken)?;
            let now =
                person(&issuer(source), after, groups).map_err(|_| ScimStoreError::Refused("not a key"))?;
            apply(app, source, vec![now], left.into_iter().collect()).await.map_err(broken)
        }
        Told::Gone { before } if before.text("userName").is_some() => {
            apply(app, source, Vec::new(), vec![key(before)?]).await.map_err(broken)
        }
        Told::Changed { before, after, .. } => {
            let (old, new) = (before.map(members).unwrap_or_default(), members(after));
            let renamed =
                before.is_some_and(|before| before.text("displayName") != after.text("displayName"));
            let concerned: Vec<String> = if renamed {
                old.union(&new).map(|id| (*id).to_owned()).collect()
            } else {
                old.symmetric_difference(&new).map(|id| (*id).to_owned()).collect()
            };
            regroup(app, source, concerned).await.map_err(broken)
        }
        Told::Gone { before } => {
            let concerned = members(before).into_iter().map(str::to_owned).collect();
            regroup(app, source, concerned).await.map_err(broken)
        }
    }
}

fn members(group: &StoredResource) -> BTreeSet<&str> {
    let members = group.content.get("members").and_then(Value::as_array);
    members.into_iter().flatten().filter_map(|member| member.get("value")?.as_str()).collect()
}

/// Applies the people among these resources and within these groups, whose groups have changed.
async fn regroup(app: &App, source: &SourceId, concerned: Vec<String>) -> Result<(), StorageError> {
    let mut people = people_within(&*app.storage, source, concerned).await?;
    let later = people.split_off(people.len().min(AT_ONCE));
    apply_again(app, source, people).await?;
    if !later.is_empty() {
        let (app, source) = (app.clone(), source.clone());
        app.tasks.clone().spawn(async move {
            if let Err(error) = apply_again(&app, &source, later).await {
                tracing::error!(%error, %source, "members of a pushed group were not applied; the nightly run does it");
            }
        });
    }
    Ok(())
}

async fn apply_again(app: &App, source: &SourceId, people: Vec<String>) -> Result<(), StorageError> {
    for part in people.chunks(AT_ONCE) {
        let mut changed = Vec::with_capacity(part.len());
        for id in part {
            if let Some(resource) = app.storage.scim_resource(source, ResourceKind::User, id).await? {
                let groups = groups_of(&*app.storage, source, id).await?;
                changed.extend(person(&issuer(source), &resource, groups));
            }
        }
        apply(app, source, changed, Vec::new()).await?;
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
            if seen.len() < MOST_GROUPS && seen.insert(group.clone()) {
                names.insert(name);
                waiting.push_back(group);
            }
        }
    }
    Ok(names.into_iter().collect())
}
