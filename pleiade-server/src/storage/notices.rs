//! Notices, shown to a person until they put them away. A notice belongs to a link and is shown by sessions of that link alone.

use super::{
    Database, StorageError,
    columns::{from_json, from_name, instant, json, millis, name, tenant},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{LinkId, TenantId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A kind of notice. The name in storage is the name here in snake case; its words are the message `notice-` and that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NoticeKind {
    /// Another source was joined to the person.
    #[serde(rename = "way_added")]
    LinkAdded,
    /// A link of the person came to another one, or was closed.
    #[serde(rename = "way_removed")]
    LinkRemoved,
    /// An administrator made a link by which a new password of an account of the person is chosen.
    AccountReset,
    /// An administrator took the second factors of an account of the person away.
    FactorsCleared,
    /// Accounts of applications are to be connected again.
    ConnectAgain,
    /// Delegations are to be made again.
    DelegateAgain,
}

impl NoticeKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::LinkAdded,
        Self::LinkRemoved,
        Self::AccountReset,
        Self::FactorsCleared,
        Self::ConnectAgain,
        Self::DelegateAgain,
    ];

    /// True if it may tell of somebody who is about to come in as the person: only who proves to be that person puts it away.
    #[must_use]
    pub fn warns(self) -> bool {
        matches!(self, Self::LinkAdded | Self::AccountReset | Self::FactorsCleared)
    }
}

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// To whoever comes by this link.
    pub link: LinkId,
    /// When they act for this collectivité, or always.
    pub tenant: Option<TenantId>,
    /// What the notice tells.
    pub kind: NoticeKind,
    /// Short facts by name, as in the audit log: slugs, never a name or a secret.
    pub facts: BTreeMap<String, String>,
    /// The moment of what it tells.
    pub created_at: DateTime<Utc>,
}

/// A notice that was not put away yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The portal's number of the notice, by which it is put away.
    pub id: i64,
    /// The notice itself.
    pub notice: NewNotice,
}

/// Notices to people.
#[async_trait]
pub trait NoticeStorage: Send + Sync {
    /// Keeps a notice, in the place of one that says the same.
    async fn add_notice(&self, notice: &NewNotice) -> Result<(), StorageError>;

    /// The newest 20 notices of these links, oldest first.
    async fn notices_of_links(&self, links: [LinkId; 2]) -> Result<Vec<Notice>, StorageError>;

    /// Drops a notice of one of these links. False when it is not one of theirs.
    async fn put_notice_away(&self, id: i64, links: [LinkId; 2]) -> Result<bool, StorageError>;
}

struct NoticeRow {
    id: i64,
    link: i64,
    tenant: Option<String>,
    kind: String,
    facts: String,
    created_at: i64,
}
from_row!(NoticeRow { id, link, tenant, kind, facts, created_at });

impl TryFrom<NoticeRow> for Notice {
    type Error = StorageError;
    fn try_from(row: NoticeRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: row.id,
            notice: NewNotice {
                link: LinkId(row.link),
                tenant: row.tenant.map(tenant).transpose()?,
                kind: from_name(&row.kind, "a kind of notice")?,
                facts: from_json(&row.facts, "the facts of a notice")?,
                created_at: instant(row.created_at)?,
            },
        })
    }
}

#[async_trait]
impl NoticeStorage for Database {
    async fn add_notice(&self, notice: &NewNotice) -> Result<(), StorageError> {
        // Whoever goes on and on hides nothing.
        self.query(sql!(notices, "drop_same_notice"))
            .bind(notice.link.0)
            .bind(notice.tenant.as_ref().map(TenantId::as_str))
            .bind(name(&notice.kind)?)
            .bind(json(&notice.facts)?)
            .execute()
            .await?;
        self.query(sql!(notices, "add_notice"))
            .bind(notice.link.0)
            .bind(notice.tenant.as_ref().map(TenantId::as_str))
            .bind(name(&notice.kind)?)
            .bind(json(&notice.facts)?)
            .bind(millis(notice.created_at))
            .execute()
            .await?;
        Ok(())
    }

    async fn notices_of_links(&self, [own, directory]: [LinkId; 2]) -> Result<Vec<Notice>, StorageError> {
        let rows: Vec<NoticeRow> =
            self.query(sql!(notices, "notices_of_links")).bind(own.0).bind(directory.0).fetch_all().await?;
        rows.into_iter().rev().map(TryInto::try_into).collect()
    }

    async fn put_notice_away(&self, id: i64, [own, directory]: [LinkId; 2]) -> Result<bool, StorageError> {
        self.query(sql!(notices, "put_notice_away")).bind(id).bind(own.0).bind(directory.0).changed().await
    }
}
