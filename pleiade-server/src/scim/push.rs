//! Applies a push: the people concerned are written as a synchronisation would write them, before the manager is answered.

use super::{
    apply::PushedSource,
    groups::{GroupNames, GroupReader},
    issuer,
    later::Later,
};
use crate::storage::{Storage, StorageError};
use pleiade_core::{DirectoryPerson, SourceId, identity::SubjectError};
use pleiade_federation::scim::{ResourceKind, ScimStoreError, StoredResource, person, subject};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// People applied while the manager waits; more of them follow behind its back.
pub(super) const MAX_PEOPLE_AT_ONCE: usize = 200;
/// The most times that people are written who change meanwhile: the last reading only looks.
const MAX_ROUNDS: usize = 4;

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
            let now = key(after)?;
            if let Some(left) = before.map(key).transpose()?.filter(|left| now != *left) {
                pushed.apply(Vec::new(), vec![left]).await.map_err(broken)?;
            }
            apply_people(pushed, vec![after.id.clone()]).await.map_err(broken)
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

/// Applies the people among these resources and within these groups, whose groups have changed: the first ones now, the others later, and
/// all of them later where that fails.
async fn regroup(pushed: &PushedSource, others: &Later, concerned: Vec<String>) -> Result<(), StorageError> {
    let mut people = people_within(&*pushed.storage, &pushed.source, concerned).await?;
    others.count(pushed, people.len());
    let later = people.split_off(people.len().min(MAX_PEOPLE_AT_ONCE));
    let applied = apply_people(pushed, people.clone()).await;
    others.apply(pushed, if applied.is_ok() { later } else { people.into_iter().chain(later).collect() });
    applied
}

/// Writes people as they are now. Another server may be told otherwise of them meanwhile, and whatever was written last must be true: so they
/// are read again after they were written, and written again where they have changed.
pub(super) async fn apply_people(pushed: &PushedSource, mut people: Vec<String>) -> Result<(), StorageError> {
    let mut written: BTreeMap<String, StoredPerson> = BTreeMap::new();
    for _ in 0..MAX_ROUNDS {
        let now = read_people(pushed, &people).await?;
        let (mut changed, mut gone) = (Vec::new(), Vec::new());
        for id in &people {
            match (now.get(id), written.get(id)) {
                (Some(one), Some(before)) if one.is_same(before) => {}
                (Some(one), _) => changed.push(one.person.clone()),
                (None, Some(before)) => gone.push(before.person.subject.clone()),
                (None, None) => {}
            }
        }
        if changed.is_empty() && gone.is_empty() {
            return Ok(());
        }
        pushed.apply(changed, gone).await?;
        people.retain(|id| now.contains_key(id));
        written = now;
    }
    Ok(())
}

/// Somebody as storage has them.
struct StoredPerson {
    version: i64,
    person: DirectoryPerson,
}

impl StoredPerson {
    fn is_same(&self, other: &Self) -> bool {
        self.version == other.version
            && self.person.subject == other.person.subject
            && self.person.groups == other.person.groups
    }
}

async fn read_people(
    pushed: &PushedSource,
    ids: &[String],
) -> Result<BTreeMap<String, StoredPerson>, StorageError> {
    let (storage, source) = (&*pushed.storage, &pushed.source);
    let mut reader = GroupReader::new(storage, source);
    let mut people = BTreeMap::new();
    for id in ids {
        if let Some(resource) = storage.scim_resource(source, ResourceKind::User, id).await?
            && let Ok(person) = described(source, &resource, reader.read(id).await?)
        {
            people.insert(id.clone(), StoredPerson { version: resource.version, person });
        }
    }
    Ok(people)
}

/// A pushed person as a directory describes them.
pub(super) fn described(
    source: &SourceId,
    resource: &StoredResource,
    groups: GroupNames,
) -> Result<DirectoryPerson, SubjectError> {
    let mut person = person(&issuer(source), resource, groups.names)?;
    person.groups_are_cut = groups.are_cut;
    Ok(person)
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
