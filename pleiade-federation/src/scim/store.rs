//! Where resources are kept: the one thing that whoever uses the service provides.

use super::schema::{ENTERPRISE, ResourceKind};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use std::fmt;

/// A resource as it is kept.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct StoredResource {
    /// Our key: a random UUID, never used again.
    pub id: String,
    /// Grows by one with each change.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub modified_at: DateTime<Utc>,
    /// Its attributes under their names in RFC 7643, without what the server adds. Written by the service alone.
    pub content: Map<String, Value>,
}

/// Personal data stays out of debug output.
impl fmt::Debug for StoredResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredResource")
            .field("id", &self.id)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl StoredResource {
    /// A resource in its first version.
    #[must_use]
    pub fn new(id: impl Into<String>, content: Map<String, Value>, created_at: DateTime<Utc>) -> Self {
        Self { id: id.into(), version: 1, created_at, modified_at: created_at, content }
    }

    /// A text of its own attributes.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.content.get(name)?.as_str()
    }

    /// A text of the extension for people at work.
    #[must_use]
    pub fn enterprise(&self, name: &str) -> Option<&str> {
        self.content.get(ENTERPRISE)?.get(name)?.as_str()
    }

    /// A part of a complex attribute, such as `name` and `familyName`.
    #[must_use]
    pub fn part(&self, name: &str, sub: &str) -> Option<&str> {
        self.content.get(name)?.get(sub)?.as_str()
    }

    /// The values of an attribute that has several, the preferred one first.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<&str> {
        let all = self.content.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let preferred = |value: &&Value| value.get("primary") == Some(&Value::Bool(true));
        let (first, others): (Vec<&Value>, Vec<&Value>) = all.iter().partition(preferred);
        first.into_iter().chain(others).filter_map(|value| value.get("value")?.as_str()).collect()
    }

    /// True if the identity manager lets this person in. Silence is yes (RFC 7643 leaves it to the server).
    #[must_use]
    pub fn active(&self) -> bool {
        self.content.get("active") != Some(&Value::Bool(false))
    }

    /// The login as it is compared.
    #[must_use]
    pub fn user_name(&self) -> Option<String> {
        self.text("userName").map(str::to_lowercase)
    }
}

/// A condition that an index answers. Texts that are compared without case come in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// By our key.
    Id(String),
    /// By the identity manager's key.
    ExternalId(String),
    /// By login, in lower case.
    UserName(String),
    /// By one of the mail addresses, in lower case.
    Mail(String),
    /// By name, in lower case: groups.
    DisplayName(String),
    /// Let in or not: people.
    Active(bool),
}

impl Condition {
    /// How many resources may answer: one, some, or many.
    pub(super) fn breadth(&self) -> u8 {
        match self {
            Self::Id(_) | Self::ExternalId(_) | Self::UserName(_) => 0,
            Self::Mail(_) | Self::DisplayName(_) => 1,
            Self::Active(_) => 2,
        }
    }

    /// True if a resource answers: for stores without an index.
    #[must_use]
    pub fn holds(&self, resource: &StoredResource) -> bool {
        match self {
            Self::Id(id) => resource.id == *id,
            Self::ExternalId(id) => resource.text("externalId") == Some(id),
            Self::UserName(name) => resource.user_name().as_ref() == Some(name),
            Self::Mail(mail) => resource.values("emails").iter().any(|value| value.to_lowercase() == *mail),
            Self::DisplayName(name) => {
                resource.text("displayName").map(str::to_lowercase).as_ref() == Some(name)
            }
            Self::Active(active) => resource.active() == *active,
        }
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Selection {
    /// The number of all matching resources.
    pub total: u64,
    /// The resources asked for, oldest first.
    pub resources: Vec<StoredResource>,
}

impl Selection {
    /// These resources, out of so many.
    #[must_use]
    pub fn new(total: u64, resources: Vec<StoredResource>) -> Self {
        Self { total, resources }
    }
}

/// A store that does not do what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScimStoreError {
    /// Another living resource of this kind has the `userName` or the `externalId`, or the `externalId` is the id of another resource: by
    /// that id people without an `externalId` are known, and nobody takes their place by it.
    #[error("another resource has this userName or externalId")]
    Taken,
    /// The resource is no longer at the version that was read, or is gone.
    #[error("the resource was changed in the meantime")]
    Changed,
    /// The change is not allowed here; the text is for whoever runs the identity manager.
    #[error("{0}")]
    Refused(&'static str),
    /// The source keeps as much as it may.
    #[error("the source keeps as much as it may")]
    Full,
    /// The store does not answer.
    #[error("the store cannot be reached")]
    Unavailable,
}

/// The resources of one source. Another source is another store: what is not in it does not exist.
#[async_trait]
pub trait ScimStore: fmt::Debug + Send + Sync {
    /// A resource.
    async fn get(&self, kind: ResourceKind, id: &str) -> Result<Option<StoredResource>, ScimStoreError>;

    /// The kind of resource with this id.
    async fn kind_of(&self, id: &str) -> Result<Option<ResourceKind>, ScimStoreError>;

    /// The resources that answer a condition, or all; `limit` of them after the first `offset`, or fewer, but one at least, where they are
    /// heavy: [`Selection::total`] says how many there are.
    async fn select(
        &self,
        kind: ResourceKind,
        condition: Option<&Condition>,
        offset: u64,
        limit: u64,
    ) -> Result<Selection, ScimStoreError>;

    /// Keeps a new resource.
    async fn create(&self, kind: ResourceKind, resource: &StoredResource) -> Result<(), ScimStoreError>;

    /// Keeps `after` in the place of `before`, if that is still its version.
    async fn replace(
        &self,
        kind: ResourceKind,
        before: &StoredResource,
        after: &StoredResource,
    ) -> Result<(), ScimStoreError>;

    /// Called when the manager sends a resource that is already stored. A store whose resources have effects applies them again: the first
    /// time may have been cut short. By default nothing.
    async fn reapply(&self, kind: ResourceKind, resource: &StoredResource) -> Result<(), ScimStoreError> {
        let _ = (kind, resource);
        Ok(())
    }

    /// Called before each operation of a bulk request, whatever becomes of it. A store that paces its manager counts it as a request. By
    /// default nothing.
    fn count_operation(&self) {}

    /// Lets a resource exist no longer, if `before` is still its version. For a person it means: disabled at once.
    async fn delete(&self, kind: ResourceKind, before: &StoredResource) -> Result<(), ScimStoreError>;

    /// Ids and names of the groups that hold this person directly.
    async fn groups_of(&self, user: &str) -> Result<Vec<(String, String)>, ScimStoreError>;
}
