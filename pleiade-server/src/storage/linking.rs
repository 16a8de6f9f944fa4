//! Links seen as a whole: several to one person, how each came to be, and the directories that some rely on.

use super::{
    Database, StorageError,
    columns::{from_name, instant, millis, name, source, subject, tenant},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{IdentityId, LinkId, MailAddress, SourceId, Subject, TenantId};
use pleiade_federation::linking::Rule;

/// A link as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRecord {
    /// The portal's number of the link.
    pub id: LinkId,
    /// What the link joins, and by which rule.
    pub link: NewLink,
    /// A disabled link lets nobody in, and its subject stays taken.
    pub disabled: bool,
    /// The directory whose departure closed it; none when somebody did.
    pub closed_by: Option<SourceId>,
    /// True if its person has no other open link.
    pub alone: bool,
}

/// A link to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// The sign-in source whose subject is linked.
    pub source: SourceId,
    /// The subject by which the source names the person.
    pub subject: Subject,
    /// The person to whom the subject leads.
    pub identity: IdentityId,
    /// The tenant that owns the source, or none for the operator's own.
    pub owner: Option<TenantId>,
    /// The directory by which it was made.
    pub relies_on: Option<SourceId>,
    /// The link of the directory's own subject.
    pub directory: Option<LinkId>,
    /// The rule by which the link was made.
    pub rule: Rule,
    /// The moment when it was made.
    pub created_at: DateTime<Utc>,
}

/// Links seen as a whole.
#[async_trait]
pub trait LinkingStorage: Send + Sync {
    /// Every link of a person, oldest first.
    async fn links_of_person(&self, identity: IdentityId) -> Result<Vec<LinkRecord>, StorageError>;

    /// Gives a person one more link, which knows no name and no affiliation yet. [`StorageError::Conflict`] when the subject has a link, or
    /// the person an open one of the same source.
    async fn add_link(&self, link: &NewLink) -> Result<LinkId, StorageError>;

    /// Gives a person a link in the place of their open one of the same source, which goes with everything that was kept by it. Gives the
    /// new link and the one that went, if there was one. [`StorageError::Conflict`] when the subject has a link.
    async fn replace_link(&self, link: &NewLink) -> Result<(LinkId, Option<LinkId>), StorageError>;

    /// Gives an open link of one person to another. Its facts stay, being the source's; sessions, linked accounts, menu and notices are
    /// dropped and delegations end, being the first person's. False when it is no longer that person's, or closed;
    /// [`StorageError::Conflict`] when the other has an open link of the same source.
    async fn move_link(&self, id: LinkId, link: &NewLink, before: IdentityId) -> Result<bool, StorageError>;

    /// Notes the link of the directory's own subject that a link relies on.
    async fn rely_on(&self, link: LinkId, directory: Option<LinkId>) -> Result<(), StorageError>;

    /// People who bear a mail address by an open link of a source of this collectivité, three at most: more than one is as good as many.
    /// Facts that another one's sources tell of its people do not count.
    async fn bearers(&self, mail: &MailAddress, owner: &TenantId) -> Result<Vec<IdentityId>, StorageError>;

    /// The people of a synchronised directory who sign in with a login, case aside, three at most: their key, and whether
    /// the directory lets them in.
    async fn directory_logins(
        &self,
        directory: &SourceId,
        login: &str,
    ) -> Result<Vec<(Subject, bool)>, StorageError>;
}

struct LinkRecordRow {
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

async fn insert_link(database: &Database, link: &NewLink) -> Result<LinkId, StorageError> {
    let (id,): (i64,) = database
        .query(sql!(linking, "add_link"))
        .bind(link.source.as_str())
        .bind(link.subject.issuer())
        .bind(link.subject.id())
        .bind(link.identity.0)
        .bind(link.owner.as_ref().map(TenantId::as_str))
        .bind(link.relies_on.as_ref().map(SourceId::as_str))
        .bind(name(&link.rule)?)
        .bind(millis(link.created_at))
        .bind(link.directory.map(|id| id.0))
        .fetch_one()
        .await?;
    Ok(LinkId(id))
}

/// Deletes what the person before had by a link that is no longer theirs.
async fn leave_link_behind(database: &Database, link: LinkId, at: DateTime<Utc>) -> Result<(), StorageError> {
    database.query(sql!(linking, "leave_behind_delegations")).bind(link.0).bind(millis(at)).execute().await?;
    for statement in [
        sql!(linking, "leave_behind_pending"),
        sql!(linking, "leave_behind_linked_accounts"),
        sql!(linking, "leave_behind_sessions"),
        sql!(linking, "leave_behind_menu"),
        sql!(linking, "leave_behind_notices"),
        sql!(linking, "leave_behind_snoozed_tasks"),
        sql!(linking, "leave_behind_launcher_choices"),
        sql!(linking, "leave_behind_deadline_feed"),
        sql!(linking, "leave_behind_last_acting"),
    ] {
        database.query(statement).bind(link.0).execute().await?;
    }
    Ok(())
}

#[async_trait]
impl LinkingStorage for Database {
    async fn links_of_person(&self, identity: IdentityId) -> Result<Vec<LinkRecord>, StorageError> {
        self.query(sql!(linking, "links_of_person")).bind(identity.0).fetch_values::<LinkRecordRow, _>().await
    }

    async fn add_link(&self, link: &NewLink) -> Result<LinkId, StorageError> {
        let savepoint = self.savepoint().await?;
        let id = insert_link(&savepoint, link).await?;
        savepoint.commit().await?;
        Ok(id)
    }

    async fn replace_link(&self, link: &NewLink) -> Result<(LinkId, Option<LinkId>), StorageError> {
        let transaction = self.transaction().await?;
        let before: Option<(i64,)> = transaction
            .query(sql!(linking, "open_link_of_source"))
            .bind(link.identity.0)
            .bind(link.source.as_str())
            .fetch_optional()
            .await?;
        if let Some((before,)) = before {
            leave_link_behind(&transaction, LinkId(before), link.created_at).await?;
            transaction.query(sql!(linking, "delete_link")).bind(before).execute().await?;
        }
        let id = insert_link(&transaction, link).await?;
        transaction.commit().await?;
        Ok((id, before.map(|(before,)| LinkId(before))))
    }

    async fn move_link(&self, id: LinkId, link: &NewLink, before: IdentityId) -> Result<bool, StorageError> {
        let transaction = self.transaction().await?;
        let done = transaction
            .query(sql!(linking, "move_link"))
            .bind(id.0)
            .bind(link.identity.0)
            .bind(link.relies_on.as_ref().map(SourceId::as_str))
            .bind(name(&link.rule)?)
            .bind(millis(link.created_at))
            .bind(link.directory.map(|id| id.0))
            .bind(before.0)
            .execute()
            .await?;
        if done == 0 {
            return Ok(false);
        }
        leave_link_behind(&transaction, id, link.created_at).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn rely_on(&self, link: LinkId, directory: Option<LinkId>) -> Result<(), StorageError> {
        self.query(sql!(linking, "rely_on")).bind(link.0).bind(directory.map(|id| id.0)).execute().await?;
        Ok(())
    }

    async fn bearers(&self, mail: &MailAddress, owner: &TenantId) -> Result<Vec<IdentityId>, StorageError> {
        let rows: Vec<(i64,)> = self
            .query(sql!(linking, "bearers"))
            .bind(mail.to_string())
            .bind(owner.as_str())
            .fetch_all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| IdentityId(id)).collect())
    }

    async fn directory_logins(
        &self,
        directory: &SourceId,
        login: &str,
    ) -> Result<Vec<(Subject, bool)>, StorageError> {
        let rows: Vec<(String, String, bool)> = self
            .query(sql!(linking, "directory_logins"))
            .bind(directory.as_str())
            .bind(login)
            .fetch_all()
            .await?;
        rows.into_iter().map(|(issuer, id, active)| Ok((subject(&issuer, &id)?, active))).collect()
    }
}
