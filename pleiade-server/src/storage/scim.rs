//! People and groups that identity managers push by SCIM, as they wrote them, and the tokens that let the managers in.

use super::{StorageError, rows::instant};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::SourceId;
use pleiade_federation::scim::{Condition, ResourceKind, Selection, StoredResource};
use serde_json::{Value, json};
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

/// What identity managers push.
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

    /// The resources of a source that answer a condition, or all; `limit` of them after the first `offset`.
    async fn scim_resources(
        &self,
        source: &SourceId,
        kind: ResourceKind,
        condition: Option<&Condition>,
        offset: u64,
        limit: u64,
    ) -> Result<Selection, StorageError>;

    /// The next resources of a source by their number, 1000 at most, each with its number; for reading all of them.
    async fn scim_resources_after(
        &self,
        source: &SourceId,
        kind: ResourceKind,
        number: i64,
    ) -> Result<Vec<(i64, StoredResource)>, StorageError>;

    /// Keeps a new resource. [`StorageError::Conflict`] when its login or its key is taken.
    async fn create_scim_resource(
        &self,
        source: &SourceId,
        kind: ResourceKind,
        resource: &StoredResource,
    ) -> Result<(), StorageError>;

    /// Keeps `after` in the place of `before`. False when that is no longer its version; [`StorageError::Conflict`] as above.
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

    /// Keeps a token.
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

pub(super) struct ResourceRow {
    pub(super) number: i64,
    id: String,
    version: i64,
    created_at: i64,
    modified_at: i64,
    content: String,
}
from_row!(ResourceRow { number, id, version, created_at, modified_at, content });

pub(super) struct MemberRow {
    member: String,
    kind: String,
    display: Option<String>,
}
from_row!(MemberRow { member, kind, display });

pub(super) struct TokenRow {
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
            source: row.source.try_into().map_err(|_| StorageError::Corrupt("a source id"))?,
            id: row.id,
            created_at: instant(row.created_at)?,
            last_used_at: row.last_used_at.map(instant).transpose()?,
        })
    }
}

pub(super) fn kind_named(name: &str) -> Result<ResourceKind, StorageError> {
    let found = ResourceKind::ALL.into_iter().find(|kind| kind.name() == name);
    found.ok_or(StorageError::Corrupt("a kind of resource"))
}

/// A row as a resource, without its members.
pub(super) fn resource(row: ResourceRow) -> Result<StoredResource, StorageError> {
    let content = super::rows::from_json(&row.content, "a SCIM resource")?;
    let mut resource = StoredResource::new(row.id, content, instant(row.created_at)?);
    resource.version = row.version;
    resource.modified_at = instant(row.modified_at)?;
    Ok(resource)
}

/// Puts the members of a group in their place.
pub(super) fn add_members(group: &mut StoredResource, members: Vec<MemberRow>) {
    if members.is_empty() {
        return;
    }
    let member = |row: MemberRow| {
        let mut member = json!({ "value": row.member, "type": row.kind });
        if let (Value::Object(fields), Some(display)) = (&mut member, row.display) {
            fields.insert("display".to_owned(), json!(display));
        }
        member
    };
    group.content.insert("members".to_owned(), members.into_iter().map(member).collect());
}

/// What is written beside a resource, to find it by.
pub(super) struct Keys {
    pub(super) external_id: Option<String>,
    pub(super) user_name: Option<String>,
    pub(super) label: String,
    pub(super) folded_label: String,
    pub(super) active: bool,
    pub(super) content: String,
    pub(super) mails: Vec<String>,
}

impl Keys {
    pub(super) fn of(resource: &StoredResource) -> Result<Self, StorageError> {
        let mut content = resource.content.clone();
        content.remove("members");
        let label = resource.text("displayName").or(resource.text("userName")).unwrap_or_default();
        Ok(Self {
            external_id: resource.text("externalId").map(str::to_owned),
            user_name: resource.user_name(),
            folded_label: label.to_lowercase(),
            label: label.to_owned(),
            active: resource.active(),
            content: super::rows::json(&content)?,
            mails: resource.values("emails").into_iter().map(str::to_lowercase).collect(),
        })
    }
}

/// The members of a group, each with how to show it.
pub(super) fn members_of(resource: &StoredResource) -> BTreeMap<&str, Option<&str>> {
    let members = resource.content.get("members").and_then(Value::as_array);
    members
        .into_iter()
        .flatten()
        .filter_map(|member| {
            Some((member.get("value")?.as_str()?, member.get("display").and_then(Value::as_str)))
        })
        .collect()
}

/// A number that a database takes.
pub(super) fn bounded(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Implements [`ScimStorage`] for a type with a field `pool`. `$begin` opens a transaction that will write.
macro_rules! implement_scim {
    ($storage:ty, $begin:literal) => {
        impl $storage {
            async fn scim_whole(
                &self,
                source: &SourceId,
                kind: pleiade_federation::scim::ResourceKind,
                row: $crate::storage::scim::ResourceRow,
            ) -> Result<pleiade_federation::scim::StoredResource, StorageError> {
                let mut resource = $crate::storage::scim::resource(row)?;
                if kind == pleiade_federation::scim::ResourceKind::Group {
                    let members: Vec<$crate::storage::scim::MemberRow> = query_as(sql!("scim/members_of"))
                        .bind(source.as_str())
                        .bind(&resource.id)
                        .fetch_all(&self.pool)
                        .await?;
                    $crate::storage::scim::add_members(&mut resource, members);
                }
                Ok(resource)
            }

            async fn write_scim_keys(
                connection: &mut Connection,
                source: &SourceId,
                before: Option<&pleiade_federation::scim::StoredResource>,
                after: &pleiade_federation::scim::StoredResource,
                mails: &[String],
            ) -> Result<(), StorageError> {
                if before.is_some() {
                    query(sql!("scim/forget_mails"))
                        .bind(source.as_str())
                        .bind(&after.id)
                        .execute(&mut *connection)
                        .await?;
                }
                for mail in mails {
                    query(sql!("scim/add_mail"))
                        .bind(source.as_str())
                        .bind(&after.id)
                        .bind(mail)
                        .execute(&mut *connection)
                        .await?;
                }
                let old = before.map($crate::storage::scim::members_of).unwrap_or_default();
                let new = $crate::storage::scim::members_of(after);
                for member in old.keys().filter(|member| !new.contains_key(*member)) {
                    query(sql!("scim/remove_member"))
                        .bind(source.as_str())
                        .bind(&after.id)
                        .bind(*member)
                        .execute(&mut *connection)
                        .await?;
                }
                for (member, display) in
                    new.iter().filter(|(member, display)| old.get(*member) != Some(display))
                {
                    query(sql!("scim/put_member"))
                        .bind(source.as_str())
                        .bind(&after.id)
                        .bind(*member)
                        .bind(*display)
                        .execute(&mut *connection)
                        .await?;
                }
                Ok(())
            }
        }

        #[async_trait]
        impl $crate::storage::ScimStorage for $storage {
            async fn scim_resource(
                &self,
                source: &SourceId,
                kind: pleiade_federation::scim::ResourceKind,
                id: &str,
            ) -> Result<Option<pleiade_federation::scim::StoredResource>, StorageError> {
                let row = query_as(sql!("scim/get"))
                    .bind(source.as_str())
                    .bind(kind.name())
                    .bind(id)
                    .fetch_optional(&self.pool)
                    .await?;
                match row {
                    Some(row) => self.scim_whole(source, kind, row).await.map(Some),
                    None => Ok(None),
                }
            }

            async fn scim_kind(
                &self,
                source: &SourceId,
                id: &str,
            ) -> Result<Option<pleiade_federation::scim::ResourceKind>, StorageError> {
                let name: Option<String> = query_scalar(sql!("scim/kind_of"))
                    .bind(source.as_str())
                    .bind(id)
                    .fetch_optional(&self.pool)
                    .await?;
                name.map(|name| $crate::storage::scim::kind_named(&name)).transpose()
            }

            async fn scim_resources(
                &self,
                source: &SourceId,
                kind: pleiade_federation::scim::ResourceKind,
                condition: Option<&pleiade_federation::scim::Condition>,
                offset: u64,
                limit: u64,
            ) -> Result<pleiade_federation::scim::Selection, StorageError> {
                use pleiade_federation::scim::{Condition, Selection};
                use $crate::storage::scim::bounded;
                let keyed = match condition {
                    Some(Condition::Id(id)) => Some((sql!("scim/get"), id)),
                    Some(Condition::ExternalId(id)) => Some((sql!("scim/by_external_id"), id)),
                    Some(Condition::UserName(name)) => Some((sql!("scim/by_user_name"), name)),
                    Some(Condition::DisplayName(name)) => Some((sql!("scim/by_label"), name)),
                    Some(Condition::Mail(mail)) => Some((sql!("scim/by_mail"), mail)),
                    _ => None,
                };
                let (total, rows): (u64, Vec<$crate::storage::scim::ResourceRow>) = match keyed {
                    Some((statement, key)) => {
                        let rows: Vec<$crate::storage::scim::ResourceRow> = query_as(statement)
                            .bind(source.as_str())
                            .bind(kind.name())
                            .bind(key)
                            .fetch_all(&self.pool)
                            .await?;
                        let part = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
                        (rows.len() as u64, rows.into_iter().skip(part(offset)).take(part(limit)).collect())
                    }
                    None => {
                        let (one, other) = match condition {
                            Some(Condition::Active(active)) => (*active, *active),
                            _ => (true, false),
                        };
                        let total: i64 = query_scalar(sql!("scim/count"))
                            .bind(source.as_str())
                            .bind(kind.name())
                            .bind(one)
                            .bind(other)
                            .fetch_one(&self.pool)
                            .await?;
                        let rows = query_as(sql!("scim/page"))
                            .bind(source.as_str())
                            .bind(kind.name())
                            .bind(one)
                            .bind(other)
                            .bind(bounded(limit))
                            .bind(bounded(offset))
                            .fetch_all(&self.pool)
                            .await?;
                        (u64::try_from(total).unwrap_or(0), rows)
                    }
                };
                let mut resources = Vec::with_capacity(rows.len());
                for row in rows {
                    resources.push(self.scim_whole(source, kind, row).await?);
                }
                Ok(Selection::new(total, resources))
            }

            async fn scim_resources_after(
                &self,
                source: &SourceId,
                kind: pleiade_federation::scim::ResourceKind,
                number: i64,
            ) -> Result<Vec<(i64, pleiade_federation::scim::StoredResource)>, StorageError> {
                let rows: Vec<$crate::storage::scim::ResourceRow> = query_as(sql!("scim/after"))
                    .bind(source.as_str())
                    .bind(kind.name())
                    .bind(number)
                    .bind(1000_i64)
                    .fetch_all(&self.pool)
                    .await?;
                let mut all = Vec::with_capacity(rows.len());
                for row in rows {
                    all.push((row.number, self.scim_whole(source, kind, row).await?));
                }
                Ok(all)
            }

            async fn create_scim_resource(
                &self,
                source: &SourceId,
                kind: pleiade_federation::scim::ResourceKind,
                resource: &pleiade_federation::scim::StoredResource,
            ) -> Result<(), StorageError> {
                let keys = $crate::storage::scim::Keys::of(resource)?;
                let mut transaction = self.pool.begin_with($begin).await?;
                query(sql!("scim/create"))
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
                    .execute(&mut *transaction)
                    .await?;
                Self::write_scim_keys(&mut transaction, source, None, resource, &keys.mails).await?;
                transaction.commit().await?;
                Ok(())
            }

            async fn replace_scim_resource(
                &self,
                source: &SourceId,
                before: &pleiade_federation::scim::StoredResource,
                after: &pleiade_federation::scim::StoredResource,
            ) -> Result<bool, StorageError> {
                let keys = $crate::storage::scim::Keys::of(after)?;
                let mut transaction = self.pool.begin_with($begin).await?;
                let done = query(sql!("scim/replace"))
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
                    .execute(&mut *transaction)
                    .await?;
                if done.rows_affected() == 0 {
                    return Ok(false);
                }
                Self::write_scim_keys(&mut transaction, source, Some(before), after, &keys.mails).await?;
                transaction.commit().await?;
                Ok(true)
            }

            async fn delete_scim_resource(
                &self,
                source: &SourceId,
                before: &pleiade_federation::scim::StoredResource,
            ) -> Result<bool, StorageError> {
                let done = query(sql!("scim/delete"))
                    .bind(source.as_str())
                    .bind(&before.id)
                    .bind(before.version)
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected() > 0)
            }

            async fn scim_groups_of(
                &self,
                source: &SourceId,
                member: &str,
            ) -> Result<Vec<(String, String)>, StorageError> {
                Ok(query_as(sql!("scim/groups_of"))
                    .bind(source.as_str())
                    .bind(member)
                    .fetch_all(&self.pool)
                    .await?)
            }

            async fn create_scim_token(
                &self,
                hash: $crate::storage::TokenHash,
                token: &$crate::storage::ScimToken,
            ) -> Result<(), StorageError> {
                query(sql!("scim/add_token"))
                    .bind(&hash.0[..])
                    .bind(token.source.as_str())
                    .bind(&token.id)
                    .bind(millis(token.created_at))
                    .execute(&self.pool)
                    .await?;
                Ok(())
            }

            async fn scim_token(
                &self,
                hash: $crate::storage::TokenHash,
            ) -> Result<Option<$crate::storage::ScimToken>, StorageError> {
                query_as::<_, $crate::storage::scim::TokenRow>(sql!("scim/token"))
                    .bind(&hash.0[..])
                    .fetch_optional(&self.pool)
                    .await?
                    .map(TryInto::try_into)
                    .transpose()
            }

            async fn scim_tokens(
                &self,
                source: &SourceId,
            ) -> Result<Vec<$crate::storage::ScimToken>, StorageError> {
                query_as::<_, $crate::storage::scim::TokenRow>(sql!("scim/tokens"))
                    .bind(source.as_str())
                    .fetch_all(&self.pool)
                    .await?
                    .into_iter()
                    .map(TryInto::try_into)
                    .collect()
            }

            async fn revoke_scim_token(&self, source: &SourceId, id: &str) -> Result<bool, StorageError> {
                let done = query(sql!("scim/revoke_token"))
                    .bind(source.as_str())
                    .bind(id)
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected() > 0)
            }

            async fn touch_scim_token(
                &self,
                hash: $crate::storage::TokenHash,
                at: DateTime<Utc>,
            ) -> Result<(), StorageError> {
                query(sql!("scim/use_token")).bind(&hash.0[..]).bind(millis(at)).execute(&self.pool).await?;
                Ok(())
            }
        }
    };
}

pub(super) use implement_scim;
