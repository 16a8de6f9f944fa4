//! People and groups that identity managers push by SCIM, as they wrote them, and the tokens that let the managers in.

use super::{
    Database, StorageError,
    columns::{from_json, instant, json, millis, source},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::SourceId;
use pleiade_federation::scim::{Condition, ResourceKind, Selection, StoredResource};
use serde_json::Value;
use std::{collections::BTreeMap, fmt};

/// The SHA-256 of a token: the token itself is stored nowhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenHash(pub [u8; 32]);

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// A token as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScimToken {
    /// The source that it opens, and no other.
    pub source: SourceId,
    /// Its public name.
    pub id: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute or so.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// What one source keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScimRoom {
    /// People and groups.
    pub resources: u64,
    /// Their weight in bytes, 1 KiB at least each, with the members of groups. A member that has gone may count until its group changes.
    pub bytes: u64,
}

/// Resources that are read at a time.
const MAX_BATCH: i64 = 100;
/// The weight of one answer, in bytes, beyond which no more resources are read into it.
const MAX_SELECTED_BYTES: u64 = 16 << 20;
/// The weight of a small resource, in bytes: rows and indices cost something, too.
const MIN_RESOURCE_BYTES: u64 = 1024;
/// The weight of a member of a group, in bytes.
const MEMBER_BYTES: u64 = 200;

/// The resources that identity managers push.
#[async_trait]
pub trait ScimStorage: Send + Sync {
    /// A resource of a source.
    async fn scim_resource(
        &self,
        source: &SourceId,
        kind: ResourceKind,
        id: &str,
    ) -> Result<Option<StoredResource>, StorageError>;

    /// Which kind of resource of a source has this id.
    async fn scim_kind(&self, source: &SourceId, id: &str) -> Result<Option<ResourceKind>, StorageError>;

    /// The resources of a source that answer a condition, or all; `limit` of them after the first `offset`, or fewer where they are heavy.
    async fn scim_resources(
        &self,
        source: &SourceId,
        kind: ResourceKind,
        condition: Option<&Condition>,
        offset: u64,
        limit: u64,
    ) -> Result<Selection, StorageError>;

    /// What a source keeps, by an index.
    async fn scim_room(&self, source: &SourceId) -> Result<ScimRoom, StorageError>;

    /// The next resources of a source by their number, 100 at most, each with its number; for reading all of them.
    async fn scim_resources_after(
        &self,
        source: &SourceId,
        kind: ResourceKind,
        number: i64,
    ) -> Result<Vec<(i64, StoredResource)>, StorageError>;

    /// Keeps a new resource. [`StorageError::Conflict`] when its login or its key is taken, also when its key is another one's id.
    async fn create_scim_resource(
        &self,
        source: &SourceId,
        kind: ResourceKind,
        resource: &StoredResource,
    ) -> Result<(), StorageError>;

    /// Keeps `after` in the place of `before`. False when that is no longer its version; [`StorageError::Conflict`] when
    /// its login or its key is taken.
    async fn replace_scim_resource(
        &self,
        source: &SourceId,
        before: &StoredResource,
        after: &StoredResource,
    ) -> Result<bool, StorageError>;

    /// Drops a resource, from its groups too. False when `before` is no longer its version.
    async fn delete_scim_resource(
        &self,
        source: &SourceId,
        before: &StoredResource,
    ) -> Result<bool, StorageError>;

    /// Ids and names of the groups that hold a resource directly.
    async fn scim_groups_of(
        &self,
        source: &SourceId,
        member: &str,
    ) -> Result<Vec<(String, String)>, StorageError>;

    /// Keeps a token under its hash.
    async fn create_scim_token(&self, hash: TokenHash, token: &ScimToken) -> Result<(), StorageError>;

    /// The token with this hash.
    async fn scim_token(&self, hash: TokenHash) -> Result<Option<ScimToken>, StorageError>;

    /// The tokens of a source, oldest first.
    async fn scim_tokens(&self, source: &SourceId) -> Result<Vec<ScimToken>, StorageError>;

    /// Lets a token open nothing any more. False when there is none by this name.
    async fn revoke_scim_token(&self, source: &SourceId, id: &str) -> Result<bool, StorageError>;

    /// Notes that a token was used.
    async fn touch_scim_token(&self, hash: TokenHash, at: DateTime<Utc>) -> Result<(), StorageError>;
}

struct ResourceRow {
    number: i64,
    id: String,
    version: i64,
    created_at: i64,
    modified_at: i64,
    content: String,
}
from_row!(ResourceRow { number, id, version, created_at, modified_at, content });

struct MemberRow {
    member: String,
    kind: String,
    display: Option<String>,
}
from_row!(MemberRow { member, kind, display });

struct TokenRow {
    source: String,
    id: String,
    created_at: i64,
    last_used_at: Option<i64>,
}
from_row!(TokenRow { source, id, created_at, last_used_at });

impl TryFrom<TokenRow> for ScimToken {
    type Error = StorageError;
    fn try_from(row: TokenRow) -> Result<Self, StorageError> {
        Ok(Self {
            source: source(row.source)?,
            id: row.id,
            created_at: instant(row.created_at)?,
            last_used_at: row.last_used_at.map(instant).transpose()?,
        })
    }
}

fn kind_named(name: &str) -> Result<ResourceKind, StorageError> {
    let found = ResourceKind::ALL.into_iter().find(|kind| kind.name() == name);
    found.ok_or(StorageError::Corrupt("a kind of resource"))
}

/// A row as a resource, without its members.
fn resource(row: ResourceRow) -> Result<StoredResource, StorageError> {
    let content = from_json(&row.content, "a SCIM resource")?;
    let mut resource = StoredResource::new(row.id, content, instant(row.created_at)?);
    resource.version = row.version;
    resource.modified_at = instant(row.modified_at)?;
    Ok(resource)
}

/// Puts the members of a group in their place.
fn add_members(group: &mut StoredResource, members: Vec<MemberRow>) {
    if members.is_empty() {
        return;
    }
    let member = |row: MemberRow| {
        let mut member = serde_json::json!({ "value": row.member, "type": row.kind });
        if let (Value::Object(fields), Some(display)) = (&mut member, row.display) {
            fields.insert("display".to_owned(), serde_json::json!(display));
        }
        member
    };
    group.content.insert("members".to_owned(), members.into_iter().map(member).collect());
}

/// The search keys written beside a resource.
struct Keys {
    external_id: Option<String>,
    user_name: Option<String>,
    label: String,
    folded_label: String,
    active: bool,
    content: String,
    bytes: u64,
    mails: Vec<String>,
}

impl Keys {
    fn from_resource(resource: &StoredResource) -> Result<Self, StorageError> {
        let content = content_of(resource)?;
        let label = resource.text("displayName").or(resource.text("userName")).unwrap_or_default();
        Ok(Self {
            external_id: resource.text("externalId").map(str::to_owned),
            user_name: resource.user_name(),
            folded_label: label.to_lowercase(),
            label: label.to_owned(),
            active: resource.active(),
            bytes: weight(content.len(), resource),
            content,
            mails: resource.values("emails").into_iter().map(str::to_lowercase).collect(),
        })
    }
}

/// The members of a group, each with how to show it.
fn members_of(resource: &StoredResource) -> BTreeMap<&str, Option<&str>> {
    let members = resource.content.get("members").and_then(Value::as_array);
    members
        .into_iter()
        .flatten()
        .filter_map(|member| {
            Some((member.get("value")?.as_str()?, member.get("display").and_then(Value::as_str)))
        })
        .collect()
}

/// What is written of a resource but for its members.
fn content_of(resource: &StoredResource) -> Result<String, StorageError> {
    let mut content = resource.content.clone();
    content.remove("members");
    json(&content)
}

/// The weight in bytes of a resource whose content is this long, its members included.
fn weight(length: usize, resource: &StoredResource) -> u64 {
    let members = members_of(resource);
    let members: u64 =
        members.values().map(|display| MEMBER_BYTES + display.map_or(0, |text| text.len() as u64)).sum();
    (length as u64 + members).max(MIN_RESOURCE_BYTES)
}

/// The weight of a resource in bytes, as [`ScimRoom`] counts it.
pub(crate) fn scim_weight(resource: &StoredResource) -> Result<u64, StorageError> {
    Ok(weight(content_of(resource)?.len(), resource))
}

/// A number that a database takes.
fn bounded(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A row as a resource, with its members when it is a group.
async fn whole_resource(
    database: &Database,
    source: &SourceId,
    kind: ResourceKind,
    row: ResourceRow,
) -> Result<StoredResource, StorageError> {
    let mut resource = resource(row)?;
    if kind == ResourceKind::Group {
        let members: Vec<MemberRow> = database
            .query(sql!(scim, "members_of_group"))
            .bind(source.as_str())
            .bind(&resource.id)
            .fetch_all()
            .await?;
        add_members(&mut resource, members);
    }
    Ok(resource)
}

/// [`StorageError::Conflict`] if the manager's key of a resource is our own key of another one: for people who have no other, ours is what
/// they are known by, and must not lead to somebody else.
async fn check_key(
    database: &Database,
    source: &SourceId,
    resource: &StoredResource,
) -> Result<(), StorageError> {
    let Some(key) = resource.text("externalId") else { return Ok(()) };
    let other: Option<(String,)> = database
        .query(sql!(scim, "key_is_an_id"))
        .bind(source.as_str())
        .bind(key)
        .bind(&resource.id)
        .fetch_optional()
        .await?;
    other.map_or(Ok(()), |_| Err(StorageError::Conflict))
}

async fn write_keys(
    database: &Database,
    source: &SourceId,
    before: Option<&StoredResource>,
    after: &StoredResource,
    mails: &[String],
) -> Result<(), StorageError> {
    if before.is_some() {
        database.query(sql!(scim, "forget_mails")).bind(source.as_str()).bind(&after.id).execute().await?;
    }
    for mail in mails {
        database
            .query(sql!(scim, "add_mail"))
            .bind(source.as_str())
            .bind(&after.id)
            .bind(mail)
            .execute()
            .await?;
    }
    let old = before.map(members_of).unwrap_or_default();
    let new = members_of(after);
    for member in old.keys().filter(|member| !new.contains_key(*member)) {
        database
            .query(sql!(scim, "remove_member"))
            .bind(source.as_str())
            .bind(&after.id)
            .bind(*member)
            .execute()
            .await?;
    }
    for (member, display) in new.iter().filter(|(member, display)| old.get(*member) != Some(display)) {
        database
            .query(sql!(scim, "put_member"))
            .bind(source.as_str())
            .bind(&after.id)
            .bind(*member)
            .bind(*display)
            .execute()
            .await?;
    }
    Ok(())
}

#[async_trait]
impl ScimStorage for Database {
    async fn scim_resource(
        &self,
        source: &SourceId,
        kind: ResourceKind,
        id: &str,
    ) -> Result<Option<StoredResource>, StorageError> {
        let row = self
            .query(sql!(scim, "resource"))
            .bind(source.as_str())
            .bind(kind.name())
            .bind(id)
            .fetch_optional()
            .await?;
        match row {
            Some(row) => whole_resource(self, source, kind, row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn scim_kind(&self, source: &SourceId, id: &str) -> Result<Option<ResourceKind>, StorageError> {
        let name: Option<(String,)> = self
            .query(sql!(scim, "kind_of_resource"))
            .bind(source.as_str())
            .bind(id)
            .fetch_optional()
            .await?;
        name.map(|(name,)| kind_named(&name)).transpose()
    }

    async fn scim_resources(
        &self,
        source: &SourceId,
        kind: ResourceKind,
        condition: Option<&Condition>,
        offset: u64,
        limit: u64,
    ) -> Result<Selection, StorageError> {
        // One row at most, or those of a page and the count of all.
        let keyed = match condition {
            Some(Condition::Id(id)) => Some((sql!(scim, "resource"), id)),
            Some(Condition::ExternalId(id)) => Some((sql!(scim, "resource_by_external_id"), id)),
            Some(Condition::UserName(name)) => Some((sql!(scim, "resource_by_user_name"), name)),
            _ => None,
        };
        let shared = match condition {
            Some(Condition::DisplayName(name)) => {
                Some((sql!(scim, "count_by_label"), sql!(scim, "resources_by_label"), name))
            }
            Some(Condition::Mail(mail)) => {
                Some((sql!(scim, "count_by_mail"), sql!(scim, "resources_by_mail"), mail))
            }
            _ => None,
        };
        let (total, rows): (u64, Vec<ResourceRow>) = match (keyed, shared) {
            (_, Some((count, page, key))) => {
                let (total,): (i64,) =
                    self.query(count).bind(source.as_str()).bind(kind.name()).bind(key).fetch_one().await?;
                let rows = self
                    .query(page)
                    .bind(source.as_str())
                    .bind(kind.name())
                    .bind(key)
                    .bind(bounded(limit))
                    .bind(bounded(offset))
                    .fetch_all()
                    .await?;
                (u64::try_from(total).unwrap_or(0), rows)
            }
            (Some((statement, key)), None) => {
                let rows: Vec<ResourceRow> = self
                    .query(statement)
                    .bind(source.as_str())
                    .bind(kind.name())
                    .bind(key)
                    .fetch_all()
                    .await?;
                let part = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
                (rows.len() as u64, rows.into_iter().skip(part(offset)).take(part(limit)).collect())
            }
            (None, None) => {
                let (one, other) = match condition {
                    Some(Condition::Active(active)) => (*active, *active),
                    _ => (true, false),
                };
                let (total,): (i64,) = self
                    .query(sql!(scim, "count_resources"))
                    .bind(source.as_str())
                    .bind(kind.name())
                    .bind(one)
                    .bind(other)
                    .fetch_one()
                    .await?;
                let rows = self
                    .query(sql!(scim, "page_of_resources"))
                    .bind(source.as_str())
                    .bind(kind.name())
                    .bind(one)
                    .bind(other)
                    .bind(bounded(limit))
                    .bind(bounded(offset))
                    .fetch_all()
                    .await?;
                (u64::try_from(total).unwrap_or(0), rows)
            }
        };
        let (mut resources, mut bytes) = (Vec::with_capacity(rows.len()), 0);
        for row in rows {
            let length = row.content.len();
            let resource = whole_resource(self, source, kind, row).await?;
            bytes += weight(length, &resource);
            resources.push(resource);
            if bytes > MAX_SELECTED_BYTES {
                break;
            }
        }
        Ok(Selection::new(total, resources))
    }

    async fn scim_room(&self, source: &SourceId) -> Result<ScimRoom, StorageError> {
        let (resources, bytes): (i64, i64) =
            self.query(sql!(scim, "room_of_source")).bind(source.as_str()).fetch_one().await?;
        let counted = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok(ScimRoom { resources: counted(resources), bytes: counted(bytes) })
    }

    async fn scim_resources_after(
        &self,
        source: &SourceId,
        kind: ResourceKind,
        number: i64,
    ) -> Result<Vec<(i64, StoredResource)>, StorageError> {
        let rows: Vec<ResourceRow> = self
            .query(sql!(scim, "resources_after"))
            .bind(source.as_str())
            .bind(kind.name())
            .bind(number)
            .bind(MAX_BATCH)
            .fetch_all()
            .await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            all.push((row.number, whole_resource(self, source, kind, row).await?));
        }
        Ok(all)
    }

    async fn create_scim_resource(
        &self,
        source: &SourceId,
        kind: ResourceKind,
        resource: &StoredResource,
    ) -> Result<(), StorageError> {
        let keys = Keys::from_resource(resource)?;
        let transaction = self.transaction().await?;
        check_key(&transaction, source, resource).await?;
        transaction
            .query(sql!(scim, "create_resource"))
            .bind(source.as_str())
            .bind(kind.name())
            .bind(&resource.id)
            .bind(resource.version)
            .bind(millis(resource.created_at))
            .bind(millis(resource.modified_at))
            .bind(&keys.external_id)
            .bind(&keys.user_name)
            .bind(&keys.label)
            .bind(&keys.folded_label)
            .bind(keys.active)
            .bind(&keys.content)
            .bind(bounded(keys.bytes))
            .execute()
            .await?;
        write_keys(&transaction, source, None, resource, &keys.mails).await?;
        transaction.commit().await
    }

    async fn replace_scim_resource(
        &self,
        source: &SourceId,
        before: &StoredResource,
        after: &StoredResource,
    ) -> Result<bool, StorageError> {
        let keys = Keys::from_resource(after)?;
        let transaction = self.transaction().await?;
        check_key(&transaction, source, after).await?;
        let done = transaction
            .query(sql!(scim, "replace_resource"))
            .bind(source.as_str())
            .bind(&before.id)
            .bind(before.version)
            .bind(after.version)
            .bind(millis(after.modified_at))
            .bind(&keys.external_id)
            .bind(&keys.user_name)
            .bind(&keys.label)
            .bind(&keys.folded_label)
            .bind(keys.active)
            .bind(&keys.content)
            .bind(bounded(keys.bytes))
            .execute()
            .await?;
        if done == 0 {
            return Ok(false);
        }
        write_keys(&transaction, source, Some(before), after, &keys.mails).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn delete_scim_resource(
        &self,
        source: &SourceId,
        before: &StoredResource,
    ) -> Result<bool, StorageError> {
        self.query(sql!(scim, "delete_resource"))
            .bind(source.as_str())
            .bind(&before.id)
            .bind(before.version)
            .changed()
            .await
    }

    async fn scim_groups_of(
        &self,
        source: &SourceId,
        member: &str,
    ) -> Result<Vec<(String, String)>, StorageError> {
        Ok(self.query(sql!(scim, "groups_of_member")).bind(source.as_str()).bind(member).fetch_all().await?)
    }

    async fn create_scim_token(&self, hash: TokenHash, token: &ScimToken) -> Result<(), StorageError> {
        self.query(sql!(scim, "add_token"))
            .bind(&hash.0[..])
            .bind(token.source.as_str())
            .bind(&token.id)
            .bind(millis(token.created_at))
            .execute()
            .await?;
        Ok(())
    }

    async fn scim_token(&self, hash: TokenHash) -> Result<Option<ScimToken>, StorageError> {
        self.query(sql!(scim, "token")).bind(&hash.0[..]).fetch_value::<TokenRow, _>().await
    }

    async fn scim_tokens(&self, source: &SourceId) -> Result<Vec<ScimToken>, StorageError> {
        self.query(sql!(scim, "tokens_of_source")).bind(source.as_str()).fetch_values::<TokenRow, _>().await
    }

    async fn revoke_scim_token(&self, source: &SourceId, id: &str) -> Result<bool, StorageError> {
        self.query(sql!(scim, "revoke_token")).bind(source.as_str()).bind(id).changed().await
    }

    async fn touch_scim_token(&self, hash: TokenHash, at: DateTime<Utc>) -> Result<(), StorageError> {
        self.query(sql!(scim, "use_token")).bind(&hash.0[..]).bind(millis(at)).execute().await?;
        Ok(())
    }
}
