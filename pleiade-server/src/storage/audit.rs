//! The audit log. It is added to and read; the database itself refuses to change a line, or to drop one that is less than 180 days old.

use super::{
    LocalAccount, StorageError,
    rows::{from_name, instant, tenant},
};
use crate::audit::AuditEvent;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{Identity, IdentityId, LinkId, SourceId, TenantId};
use pleiade_federation::delegation::DelegationParty;
use std::collections::BTreeMap;

/// A person in a line, and the link by which they did it or were concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Party {
    /// The person, as they were then.
    pub person: IdentityId,
    /// Their link; none where no single one is concerned, and in lines written before schema 12.
    pub link: Option<LinkId>,
}

impl From<IdentityId> for Party {
    fn from(person: IdentityId) -> Self {
        Self { person, link: None }
    }
}

impl From<(IdentityId, LinkId)> for Party {
    fn from((person, link): (IdentityId, LinkId)) -> Self {
        Self { person, link: Some(link) }
    }
}

impl From<&Identity> for Party {
    fn from(identity: &Identity) -> Self {
        Self { person: identity.id, link: Some(identity.link) }
    }
}

impl From<&LocalAccount> for Party {
    fn from(account: &LocalAccount) -> Self {
        Self { person: account.identity, link: Some(account.link) }
    }
}

impl From<&DelegationParty> for Party {
    fn from(side: &DelegationParty) -> Self {
        Self { person: side.person, link: side.link }
    }
}

/// One line to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuditLine {
    /// When.
    pub at: DateTime<Utc>,
    /// The collectivité it concerns, or none for the whole instance.
    pub tenant: Option<TenantId>,
    /// What happened.
    pub event: AuditEvent,
    /// Who did it, or none for a stranger, a program or a directory.
    pub actor: Option<Party>,
    /// About whom, when it is somebody else than the actor.
    pub about: Option<Party>,
    /// Through which source.
    pub source: Option<SourceId>,
    /// Short facts by name: slugs, counts, kinds. Never a secret, a ticket or a password.
    pub facts: BTreeMap<String, String>,
}

/// One line as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Its number, growing.
    pub id: i64,
    /// What it says.
    pub line: NewAuditLine,
    /// What the collectivité of the line called the actor when it was written; none in lines without one, for whoever it did not know, and in
    /// lines written before schema 12.
    pub actor_name: Option<String>,
    /// The same for whom it is about.
    pub about_name: Option<String>,
}

/// Which lines to read.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// Of this collectivité alone; none for every line of the instance.
    pub tenant: Option<TenantId>,
    /// Those of no collectivité too, which are the operator's to read.
    pub of_instance: bool,
    /// By or about this person alone.
    pub person: Option<IdentityId>,
    /// Older than this line.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

/// The audit log.
#[async_trait]
pub trait AuditStorage: Send + Sync {
    /// Adds a line, with what its collectivité calls those whom it names now.
    async fn append_audit(&self, line: &NewAuditLine) -> Result<(), StorageError>;

    /// Lines, newest first.
    async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditLine>, StorageError>;

    /// Drops lines older than `before`, and says how many. Refused for lines less than 180 days old.
    async fn purge_audit(&self, before: DateTime<Utc>) -> Result<u64, StorageError>;
}

pub(super) struct AuditRow {
    id: i64,
    at: i64,
    tenant: Option<String>,
    event: String,
    actor: Option<i64>,
    about: Option<i64>,
    source: Option<String>,
    facts: String,
    actor_link: Option<i64>,
    about_link: Option<i64>,
    actor_name: Option<String>,
    about_name: Option<String>,
}
from_row!(AuditRow {
    id,
    at,
    tenant,
    event,
    actor,
    about,
    source,
    facts,
    actor_link,
    about_link,
    actor_name,
    about_name
});

fn party(person: Option<i64>, link: Option<i64>) -> Option<Party> {
    person.map(|person| Party { person: IdentityId(person), link: link.map(LinkId) })
}

impl TryFrom<AuditRow> for AuditLine {
    type Error = StorageError;
    fn try_from(row: AuditRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: row.id,
            actor_name: row.actor_name,
            about_name: row.about_name,
            line: NewAuditLine {
                at: instant(row.at)?,
                tenant: row.tenant.map(tenant).transpose()?,
                event: from_name(&row.event, "an audit event")?,
                actor: party(row.actor, row.actor_link),
                about: party(row.about, row.about_link),
                source: row
                    .source
                    .map(SourceId::try_from)
                    .transpose()
                    .map_err(|_| StorageError::Corrupt("a source id"))?,
                facts: serde_json::from_str(&row.facts).map_err(|_| StorageError::Corrupt("audit facts"))?,
            },
        })
    }
}

/// Implements [`AuditStorage`] for a type with a field `pool`.
macro_rules! implement_audit {
    ($storage:ty, $begin:literal) => {
        #[async_trait]
        impl $crate::storage::AuditStorage for $storage {
            async fn append_audit(&self, line: &$crate::storage::NewAuditLine) -> Result<(), StorageError> {
                // People are called as by `names_at.sql`, the named link first.
                query(sql!("audit/append"))
                    .bind(millis(line.at))
                    .bind(line.tenant.as_ref().map(TenantId::as_str))
                    .bind(name(&line.event)?)
                    .bind(line.actor.map(|actor| actor.person.0))
                    .bind(line.about.map(|about| about.person.0))
                    .bind(line.source.as_ref().map(SourceId::as_str))
                    .bind(json(&line.facts)?)
                    .bind(line.actor.and_then(|actor| actor.link).map(|link| link.0))
                    .bind(line.about.and_then(|about| about.link).map(|link| link.0))
                    .execute(&self.pool)
                    .await?;
                Ok(())
            }

            async fn audit(
                &self,
                asked: &$crate::storage::AuditQuery,
            ) -> Result<Vec<$crate::storage::AuditLine>, StorageError> {
                query_as::<_, $crate::storage::audit::AuditRow>(sql!("audit/read"))
                    .bind(asked.tenant.as_ref().map(TenantId::as_str))
                    .bind(asked.person.map(|id| id.0))
                    .bind(asked.before)
                    .bind(i64::from(asked.limit))
                    .bind(i64::from(asked.of_instance))
                    .fetch_all(&self.pool)
                    .await?
                    .into_iter()
                    .map(TryInto::try_into)
                    .collect()
            }

            async fn purge_audit(&self, before: DateTime<Utc>) -> Result<u64, StorageError> {
                let done = query(sql!("audit/purge")).bind(millis(before)).execute(&self.pool).await?;
                Ok(done.rows_affected())
            }
        }
    };
}

pub(super) use implement_audit;
