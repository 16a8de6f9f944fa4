//! The audit log. It is added to and read; the database itself refuses to change a line, or to drop one that is less than 180 days old.

use super::{
    StorageError,
    rows::{from_name, instant, tenant},
};
use crate::audit::AuditEvent;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{IdentityId, SourceId, TenantId};
use std::collections::BTreeMap;

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
    pub actor: Option<IdentityId>,
    /// About whom, when it is somebody else than the actor.
    pub about: Option<IdentityId>,
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
}

/// Which lines to read.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// Of this collectivité alone; none for every line of the instance.
    pub tenant: Option<TenantId>,
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
    /// Adds a line.
    async fn append_audit(&self, line: &NewAuditLine) -> Result<(), StorageError>;

    /// Lines, newest first.
    async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditLine>, StorageError>;

    /// Drops lines older than `before`, and says how many. Refused for lines less than 180 days old.
    async fn purge_audit(&self, before: DateTime<Utc>) -> Result<u64, StorageError>;
}

#[derive(sqlx::FromRow)]
pub(super) struct AuditRow {
    id: i64,
    at: i64,
    tenant: Option<String>,
    event: String,
    actor: Option<i64>,
    about: Option<i64>,
    source: Option<String>,
    facts: String,
}

impl TryFrom<AuditRow> for AuditLine {
    type Error = StorageError;
    fn try_from(row: AuditRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: row.id,
            line: NewAuditLine {
                at: instant(row.at)?,
                tenant: row.tenant.map(tenant).transpose()?,
                event: from_name(&row.event, "an audit event")?,
                actor: row.actor.map(IdentityId),
                about: row.about.map(IdentityId),
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
                query(sql!("audit/append"))
                    .bind(millis(line.at))
                    .bind(line.tenant.as_ref().map(TenantId::as_str))
                    .bind(name(&line.event)?)
                    .bind(line.actor.map(|id| id.0))
                    .bind(line.about.map(|id| id.0))
                    .bind(line.source.as_ref().map(SourceId::as_str))
                    .bind(json(&line.facts)?)
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
