//! Links seen as a whole: several to one person, how each came to be, and the directories that some rely on.

use super::{
    StorageError,
    rows::{from_name, instant, tenant},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{IdentityId, MailAddress, SourceId, Subject, TenantId};
use pleiade_federation::linking::Rule;

/// A link as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRecord {
    /// What it ties.
    pub link: NewLink,
    /// A disabled link lets nobody in, and its subject stays taken.
    pub disabled: bool,
}

/// A link to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// Which source.
    pub source: SourceId,
    /// Who, there.
    pub subject: Subject,
    /// Who, here.
    pub identity: IdentityId,
    /// The tenant that owns the source, or none for the operator's own.
    pub owner: Option<TenantId>,
    /// The directory by which it was made.
    pub relies_on: Option<SourceId>,
    /// By which rule.
    pub rule: Rule,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Links seen as a whole.
#[async_trait]
pub trait LinkingStorage: Send + Sync {
    /// Every link of a person, oldest first.
    async fn links_of(&self, identity: IdentityId) -> Result<Vec<LinkRecord>, StorageError>;

    /// Gives a person one more link. [`StorageError::Conflict`] when the subject has one.
    async fn add_link(&self, link: &NewLink) -> Result<(), StorageError>;

    /// Gives an open link to another person, and takes from the one before what its source gave them. False when there is no such
    /// open link.
    async fn move_link(&self, link: &NewLink, before: IdentityId) -> Result<bool, StorageError>;

    /// People who bear a mail address, three at most: more than one is as good as many.
    async fn bearers(&self, mail: &MailAddress) -> Result<Vec<IdentityId>, StorageError>;

    /// Who signs in with a login, case aside, among the people whom a synchronised directory has, three at most: their key, and whether
    /// the directory lets them in.
    async fn directory_logins(
        &self,
        directory: &SourceId,
        login: &str,
    ) -> Result<Vec<(Subject, bool)>, StorageError>;
}

#[derive(sqlx::FromRow)]
pub(super) struct LinkRecordRow {
    source: String,
    issuer: String,
    subject: String,
    identity: i64,
    owner: Option<String>,
    disabled: bool,
    relies_on: Option<String>,
    rule: Option<String>,
    created_at: i64,
}

impl TryFrom<LinkRecordRow> for LinkRecord {
    type Error = StorageError;
    fn try_from(row: LinkRecordRow) -> Result<Self, StorageError> {
        let source = |id: String| SourceId::try_from(id).map_err(|_| StorageError::Corrupt("a source id"));
        let rule = row.rule.map(|rule| from_name(&rule, "a rule of linking")).transpose()?;
        Ok(Self {
            link: NewLink {
                source: source(row.source)?,
                subject: subject(&row.issuer, &row.subject)?,
                identity: IdentityId(row.identity),
                owner: row.owner.map(tenant).transpose()?,
                relies_on: row.relies_on.map(source).transpose()?,
                rule: rule.unwrap_or(Rule::First),
                created_at: instant(row.created_at)?,
            },
            disabled: row.disabled,
        })
    }
}

pub(super) fn subject(issuer: &str, id: &str) -> Result<Subject, StorageError> {
    Subject::new(issuer, id).map_err(|_| StorageError::Corrupt("a subject"))
}

/// Implements [`LinkingStorage`] for a type with a field `pool`. `$begin` opens a transaction that will write.
macro_rules! implement_linking {
    ($storage:ty, $begin:literal) => {
        #[async_trait]
        impl $crate::storage::LinkingStorage for $storage {
            async fn links_of(
                &self,
                identity: IdentityId,
            ) -> Result<Vec<$crate::storage::LinkRecord>, StorageError> {
                let rows: Vec<$crate::storage::linking::LinkRecordRow> =
                    query_as(sql!("linking/of_identity")).bind(identity.0).fetch_all(&self.pool).await?;
                rows.into_iter().map(TryInto::try_into).collect()
            }

            async fn add_link(&self, link: &$crate::storage::NewLink) -> Result<(), StorageError> {
                query(sql!("linking/add"))
                    .bind(link.source.as_str())
                    .bind(link.subject.issuer())
                    .bind(link.subject.id())
                    .bind(link.identity.0)
                    .bind(link.owner.as_ref().map(TenantId::as_str))
                    .bind(link.relies_on.as_ref().map(SourceId::as_str))
                    .bind(name(&link.rule)?)
                    .bind(millis(link.created_at))
                    .execute(&self.pool)
                    .await?;
                Ok(())
            }

            async fn move_link(
                &self,
                link: &$crate::storage::NewLink,
                before: IdentityId,
            ) -> Result<bool, StorageError> {
                let mut transaction = self.pool.begin_with($begin).await?;
                let done = query(sql!("linking/move"))
                    .bind(link.source.as_str())
                    .bind(link.subject.issuer())
                    .bind(link.subject.id())
                    .bind(link.identity.0)
                    .bind(link.relies_on.as_ref().map(SourceId::as_str))
                    .bind(name(&link.rule)?)
                    .bind(millis(link.created_at))
                    .bind(false)
                    .execute(&mut *transaction)
                    .await?;
                Self::write_affiliations(&mut transaction, before, &link.source, &[]).await?;
                transaction.commit().await?;
                Ok(done.rows_affected() > 0)
            }

            async fn bearers(
                &self,
                mail: &pleiade_core::MailAddress,
            ) -> Result<Vec<IdentityId>, StorageError> {
                let rows: Vec<i64> = query_scalar(sql!("linking/bearers"))
                    .bind(mail.to_string())
                    .fetch_all(&self.pool)
                    .await?;
                Ok(rows.into_iter().map(IdentityId).collect())
            }

            async fn directory_logins(
                &self,
                directory: &SourceId,
                login: &str,
            ) -> Result<Vec<(Subject, bool)>, StorageError> {
                let rows: Vec<(String, String, bool)> = query_as(sql!("linking/by_login"))
                    .bind(directory.as_str())
                    .bind(login)
                    .fetch_all(&self.pool)
                    .await?;
                rows.into_iter()
                    .map(|(issuer, id, active)| {
                        Ok(($crate::storage::linking::subject(&issuer, &id)?, active))
                    })
                    .collect()
            }
        }
    };
}

pub(super) use implement_linking;
