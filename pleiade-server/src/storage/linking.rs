//! Links seen as a whole: several to one person, how each came to be, and the directories that some rely on.

use super::{
    StorageError,
    rows::{from_name, instant, source, tenant},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{IdentityId, LinkId, MailAddress, SourceId, Subject, TenantId};
use pleiade_federation::linking::Rule;

/// A link as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRecord {
    /// Its number.
    pub id: LinkId,
    /// What it ties.
    pub link: NewLink,
    /// A disabled link lets nobody in, and its subject stays taken.
    pub disabled: bool,
    /// The directory whose departure closed it; none when somebody did.
    pub closed_by: Option<SourceId>,
    /// Whether its person has no other open link.
    pub alone: bool,
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
    /// The link of the directory's own subject.
    pub directory: Option<LinkId>,
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

    /// Gives a person one more link, which knows no name and no tie yet. [`StorageError::Conflict`] when the subject has a link, or the
    /// person an open one of the same source.
    async fn add_link(&self, link: &NewLink) -> Result<LinkId, StorageError>;

    /// The same, in the place of the person's open link of the same source, which goes with everything that was kept by it. Gives that
    /// link too.
    async fn replace_link(&self, link: &NewLink) -> Result<(LinkId, Option<LinkId>), StorageError>;

    /// Gives an open link of one person to another. Its facts stay, being the source's; sessions, accesses, menu and notices are dropped and
    /// delegations end, being the first person's. False when it is no longer that person's, or closed; [`StorageError::Conflict`] when the
    /// other has an open link of the same source.
    async fn move_link(&self, id: LinkId, link: &NewLink, before: IdentityId) -> Result<bool, StorageError>;

    /// Notes the link of the directory's own subject that a link relies on.
    async fn rely_on(&self, link: LinkId, directory: Option<LinkId>) -> Result<(), StorageError>;

    /// People who bear a mail address by an open link of a source of this collectivité, three at most: more than one is as good as many. What
    /// another one's sources tell of its people does not count.
    async fn bearers(&self, mail: &MailAddress, owner: &TenantId) -> Result<Vec<IdentityId>, StorageError>;

    /// Who signs in with a login, case aside, among the people whom a synchronised directory has, three at most: their key, and whether
    /// the directory lets them in.
    async fn directory_logins(
        &self,
        directory: &SourceId,
        login: &str,
    ) -> Result<Vec<(Subject, bool)>, StorageError>;
}

pub(super) struct LinkRecordRow {
    id: i64,
    source: String,
    issuer: String,
    subject: String,
    identity: i64,
    owner: Option<String>,
    disabled: bool,
    closed_by: Option<String>,
    relies_on: Option<String>,
    directory: Option<i64>,
    rule: Option<String>,
    created_at: i64,
    alone: bool,
}
from_row!(LinkRecordRow {
    id,
    source,
    issuer,
    subject,
    identity,
    owner,
    disabled,
    closed_by,
    relies_on,
    directory,
    rule,
    created_at,
    alone
});

impl TryFrom<LinkRecordRow> for LinkRecord {
    type Error = StorageError;
    fn try_from(row: LinkRecordRow) -> Result<Self, StorageError> {
        let rule = row.rule.map(|rule| from_name(&rule, "a rule of linking")).transpose()?;
        Ok(Self {
            id: LinkId(row.id),
            link: NewLink {
                source: source(row.source)?,
                subject: subject(&row.issuer, &row.subject)?,
                identity: IdentityId(row.identity),
                owner: row.owner.map(tenant).transpose()?,
                relies_on: row.relies_on.map(source).transpose()?,
                directory: row.directory.map(LinkId),
                rule: rule.unwrap_or(Rule::First),
                created_at: instant(row.created_at)?,
            },
            disabled: row.disabled,
            closed_by: row.closed_by.map(source).transpose()?,
            alone: row.alone,
        })
    }
}

pub(super) fn subject(issuer: &str, id: &str) -> Result<Subject, StorageError> {
    Subject::new(issuer, id).map_err(|_| StorageError::Corrupt("a subject"))
}

/// Implements [`LinkingStorage`] for a type with a field `pool`. `$begin` opens a transaction that will write.
macro_rules! implement_linking {
    ($storage:ty, $begin:literal) => {
        impl $storage {
            async fn insert_link(
                connection: &mut Connection,
                link: &$crate::storage::NewLink,
            ) -> Result<LinkId, StorageError> {
                let id: i64 = query_scalar(sql!("linking/add"))
                    .bind(link.source.as_str())
                    .bind(link.subject.issuer())
                    .bind(link.subject.id())
                    .bind(link.identity.0)
                    .bind(link.owner.as_ref().map(TenantId::as_str))
                    .bind(link.relies_on.as_ref().map(SourceId::as_str))
                    .bind(name(&link.rule)?)
                    .bind(millis(link.created_at))
                    .bind(link.directory.map(|id| id.0))
                    .fetch_one(connection)
                    .await?;
                Ok(LinkId(id))
            }

            /// What the person before had by a link that is no longer theirs.
            async fn leave_link_behind(
                connection: &mut Connection,
                link: LinkId,
                at: DateTime<Utc>,
            ) -> Result<(), StorageError> {
                query(sql!("linking/leave_behind_delegations"))
                    .bind(link.0)
                    .bind(millis(at))
                    .execute(&mut *connection)
                    .await?;
                for statement in [
                    sql!("linking/leave_behind_pending"),
                    sql!("linking/leave_behind_accesses"),
                    sql!("linking/leave_behind_sessions"),
                    sql!("linking/leave_behind_menu"),
                    sql!("linking/leave_behind_notices"),
                ] {
                    query(statement).bind(link.0).execute(&mut *connection).await?;
                }
                Ok(())
            }
        }

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

            async fn add_link(&self, link: &$crate::storage::NewLink) -> Result<LinkId, StorageError> {
                let mut connection = self.pool.acquire().await?;
                Self::insert_link(&mut connection, link).await
            }

            async fn replace_link(
                &self,
                link: &$crate::storage::NewLink,
            ) -> Result<(LinkId, Option<LinkId>), StorageError> {
                let mut transaction = self.pool.begin_with($begin).await?;
                let before: Option<i64> = query_scalar(sql!("linking/open_at"))
                    .bind(link.identity.0)
                    .bind(link.source.as_str())
                    .fetch_optional(&mut *transaction)
                    .await?;
                if let Some(before) = before {
                    Self::leave_link_behind(&mut transaction, LinkId(before), link.created_at).await?;
                    query(sql!("linking/delete")).bind(before).execute(&mut *transaction).await?;
                }
                let id = Self::insert_link(&mut transaction, link).await?;
                transaction.commit().await?;
                Ok((id, before.map(LinkId)))
            }

            async fn move_link(
                &self,
                id: LinkId,
                link: &$crate::storage::NewLink,
                before: IdentityId,
            ) -> Result<bool, StorageError> {
                let mut transaction = self.pool.begin_with($begin).await?;
                let done = query(sql!("linking/move"))
                    .bind(id.0)
                    .bind(link.identity.0)
                    .bind(link.relies_on.as_ref().map(SourceId::as_str))
                    .bind(name(&link.rule)?)
                    .bind(millis(link.created_at))
                    .bind(link.directory.map(|id| id.0))
                    .bind(before.0)
                    .execute(&mut *transaction)
                    .await?;
                if done.rows_affected() == 0 {
                    return Ok(false);
                }
                Self::leave_link_behind(&mut transaction, id, link.created_at).await?;
                transaction.commit().await?;
                Ok(true)
            }

            async fn rely_on(&self, link: LinkId, directory: Option<LinkId>) -> Result<(), StorageError> {
                query(sql!("linking/rely"))
                    .bind(link.0)
                    .bind(directory.map(|id| id.0))
                    .execute(&self.pool)
                    .await?;
                Ok(())
            }

            async fn bearers(
                &self,
                mail: &pleiade_core::MailAddress,
                owner: &TenantId,
            ) -> Result<Vec<IdentityId>, StorageError> {
                let rows: Vec<i64> = query_scalar(sql!("linking/bearers"))
                    .bind(mail.to_string())
                    .bind(owner.as_str())
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
