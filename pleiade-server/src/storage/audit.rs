//! The audit log. It is added to and read; the database itself refuses to change a line, or to drop one that is less than 180 days old.

use super::{
    Database, LocalAccount, StorageError,
    columns::{from_json, from_name, instant, json, millis, name, source, tenant},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{Identity, IdentityId, LinkId, SourceId, Subject, TenantId};
use pleiade_federation::delegation::DelegationParty;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// An event. The name in storage is the name here, in snake case; its words are the message that [`event_key`](crate::audit::event_key)
/// names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuditEvent {
    /// Somebody signed in.
    SignedIn,
    /// A sign-in was refused; `facts` has `why`.
    SignInRefused,
    /// Somebody signed out.
    SignedOut,
    /// Sessions were ended by somebody or something else; `facts` has `cause` and `count`.
    SessionsEnded,
    /// Somebody acts for another of their collectivités.
    ActingChanged,
    /// A new person, or a link to an existing one; `facts` has `rule`.
    Linked,
    /// A link opens nothing any more.
    LinkDisabled,
    /// A link opens again.
    LinkEnabled,
    /// Somebody's rights changed.
    RightsChanged,
    /// A source says that somebody has groups and does not tell them; `facts` has `why`, the `count` of those kept as last known, and
    /// `until` when.
    GroupsWithheld,
    /// Somebody left a directory, and what they had was closed.
    Departed,
    /// Somebody who had left is back.
    CameBack,
    /// An account of an application was linked.
    #[serde(rename = "access_connected")]
    LinkedAccountConnected,
    /// A linked account was revoked.
    #[serde(rename = "access_revoked")]
    LinkedAccountRevoked,
    /// Somebody lets somebody else treat their tasks.
    DelegationGiven,
    /// Such a delegation was accepted.
    DelegationAccepted,
    /// Such a delegation ended before its time.
    DelegationEnded,
    /// Something was done in the place of somebody.
    DelegationUsed,
    /// Somebody made the address of a calendar of their deadlines.
    CalendarOpened,
    /// They ended it.
    CalendarClosed,
    /// Somebody answered the question before an action in an application, which is sent then.
    ActionTaken,
    /// Files were given to an application, one after the other; `facts` has `connector`, and the counts `sent`, `not_sent` and `unknown`.
    FilesDeposited,
    /// A synchronisation changed people.
    SyncApplied,
    /// A synchronisation would have closed too many accounts and waits for a decision.
    SyncHeld,
    /// An identity manager changed somebody by SCIM.
    ScimChanged,
    /// Somebody was invited to open a local account.
    AccountInvited,
    /// A local account was opened, disabled, enabled, or given another password; `facts` has `change`.
    AccountChanged,
    /// A second factor was added or removed; `facts` has `change` and `factor`.
    SecondFactorChanged,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// A local account of the operator, for emergencies, was used; `facts` has `factor`.
    EmergencyAccountUsed,
    /// What a collectivité says of itself for its legal deadlines, or one of their dates, was changed; `facts` has `change`, and `date` for a
    /// date.
    LegalDatesChanged,
    /// A legal deadline was dismissed for a collectivité; `facts` has `deadline`.
    DeadlineDismissed,
    /// A legal deadline that was dismissed is told again; `facts` has `deadline`.
    DeadlineRestored,
    /// Sealed records were sealed again with the present key.
    KeyRotated,
}

impl AuditEvent {
    /// True for what concerns the legal deadlines of a collectivité: its facts are for whoever sees these alone.
    #[must_use]
    pub fn is_of_deadlines(self) -> bool {
        matches!(self, Self::LegalDatesChanged | Self::DeadlineDismissed | Self::DeadlineRestored)
    }
}

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
    /// The moment of the event.
    pub at: DateTime<Utc>,
    /// The collectivité it concerns, or none for the whole instance.
    pub tenant: Option<TenantId>,
    /// What happened.
    pub event: AuditEvent,
    /// The actor, or none for a stranger, a program or a directory.
    pub actor: Option<Party>,
    /// The person whom it concerns, when it is somebody else than the actor.
    pub person: Option<Party>,
    /// The source through which it happened, where there is one.
    pub source: Option<SourceId>,
    /// Short facts by name: slugs, counts, kinds. Never a secret, a ticket or a password.
    pub facts: BTreeMap<String, String>,
}

/// One line as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// The number of the line: a later one has a greater.
    pub id: i64,
    /// The line as it was added.
    pub line: NewAuditLine,
    /// The name that the collectivité of the line had for the actor when it was written; none in lines without one, for whoever it did not
    /// know, and in lines written before schema 12.
    pub actor_name: Option<String>,
    /// The same for whom it is about.
    pub person_name: Option<String>,
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

/// By what a subject is told apart in the log, which holds no subject: a digest.
#[must_use]
pub fn subject_digest(subject: &Subject) -> String {
    let hash = Sha256::new().chain_update(subject.issuer()).chain_update([0]).chain_update(subject.id());
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
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

struct AuditRow {
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
            person_name: row.about_name,
            line: NewAuditLine {
                at: instant(row.at)?,
                tenant: row.tenant.map(tenant).transpose()?,
                event: from_name(&row.event, "an audit event")?,
                actor: party(row.actor, row.actor_link),
                person: party(row.about, row.about_link),
                source: row.source.map(source).transpose()?,
                facts: from_json(&row.facts, "audit facts")?,
            },
        })
    }
}

#[async_trait]
impl AuditStorage for Database {
    async fn append_audit(&self, line: &NewAuditLine) -> Result<(), StorageError> {
        self.query(sql!(audit, "append_audit"))
            .bind(millis(line.at))
            .bind(line.tenant.as_ref().map(TenantId::as_str))
            .bind(name(&line.event)?)
            .bind(line.actor.map(|party| party.person.0))
            .bind(line.person.map(|party| party.person.0))
            .bind(line.source.as_ref().map(SourceId::as_str))
            .bind(json(&line.facts)?)
            .bind(line.actor.and_then(|party| party.link).map(|link| link.0))
            .bind(line.person.and_then(|party| party.link).map(|link| link.0))
            .execute()
            .await?;
        Ok(())
    }

    async fn audit(&self, asked: &AuditQuery) -> Result<Vec<AuditLine>, StorageError> {
        self.query(sql!(audit, "audit_lines"))
            .bind(asked.tenant.as_ref().map(TenantId::as_str))
            .bind(asked.person.map(|id| id.0))
            .bind(asked.before)
            .bind(i64::from(asked.limit))
            .bind(i64::from(asked.of_instance))
            .fetch_values::<AuditRow, _>()
            .await
    }

    async fn purge_audit(&self, before: DateTime<Utc>) -> Result<u64, StorageError> {
        self.query(sql!(audit, "purge_audit")).bind(millis(before)).execute().await
    }
}
