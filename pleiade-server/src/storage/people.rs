//! The people of a collectivité, whatever source they come from, and the search for them.

use super::{
    Database, Names, SourcedAffiliation, StorageError,
    columns::{from_json, from_name, instant, mail, source, subject},
    identities::{AffiliationRow, NamesRow},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{IdentityId, LinkId, PersonKind, SourceId, Subject, TenantId};
use std::fmt;

/// Somebody who belongs to a collectivité.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantPerson {
    /// The portal's number of the person.
    pub identity: IdentityId,
    /// The link that gives them an affiliation there.
    pub link: LinkId,
    /// The names that the link tells.
    pub names: Names,
    /// Agent, élu or partner: the quality in which they belong to it.
    pub kind: PersonKind,
    /// Their function in that collectivité, as the source writes it.
    pub function: Option<String>,
}

/// Somebody as a directory described them last.
#[derive(Clone, PartialEq, Eq)]
pub struct DirectoryRecord {
    /// The directory that described them.
    pub source: SourceId,
    /// The stable key of the person in that directory.
    pub subject: Subject,
    /// The directory's own link of that person.
    pub link: LinkId,
    /// The person whom it selects.
    pub identity: IdentityId,
    /// The names that the link tells.
    pub names: Names,
    /// Function.
    pub function: Option<String>,
    /// Service within the collectivité.
    pub department: Option<String>,
    /// Telephone number as written.
    pub telephone: Option<String>,
    /// Groups, as the directory names them.
    pub groups: Vec<String>,
    /// True if the directory lets them in.
    pub active: bool,
    /// When this was last changed here.
    pub changed_at: DateTime<Utc>,
    /// Since when the directory lets them in no more.
    pub left_at: Option<DateTime<Utc>>,
    /// Since when they are absent from the directory: what is kept about them is dropped some time after.
    pub gone_at: Option<DateTime<Utc>>,
}

/// Personal data stays out of debug output.
impl fmt::Debug for DirectoryRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectoryRecord").field("identity", &self.identity).finish_non_exhaustive()
    }
}

/// Somebody found in a collectivité.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPerson {
    /// The person as their directory describes them.
    pub record: DirectoryRecord,
    /// Agent, élu or partner: the quality in which they belong to it.
    pub kind: PersonKind,
}

/// The people of a collectivité.
#[async_trait]
pub trait PeopleStorage: Send + Sync {
    /// People with an affiliation to this tenant, by name, at most `limit`; each name of a person once, though several sources may tell it.
    /// With `untold`, only those whom no directory describes: [`search_people`](Self::search_people) finds the others.
    async fn people_of_tenant(
        &self,
        tenant: &TenantId,
        untold: bool,
        limit: u32,
    ) -> Result<Vec<TenantPerson>, StorageError>;

    /// Every affiliation to a collectivité, by link.
    async fn affiliations_of_tenant(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<SourcedAffiliation>, StorageError>;

    /// The people of a collectivité whom a directory lets in and whose names, login, mail, function or department hold words that begin
    /// like each of these (as [`fold`](crate::sync::fold) gives them; four count at most), by name, at most `limit`, each once.
    async fn search_people(
        &self,
        tenant: &TenantId,
        folded: &str,
        limit: u32,
    ) -> Result<Vec<FoundPerson>, StorageError>;

    /// The record that a directory told by a link.
    async fn directory_record(&self, link: LinkId) -> Result<Option<DirectoryRecord>, StorageError>;
}

struct TenantPersonRow {
    identity: i64,
    link: i64,
    names: NamesRow,
    kind: String,
    function: Option<String>,
}
from_row!(TenantPersonRow { identity, link, kind, function }, names);

impl TryFrom<TenantPersonRow> for TenantPerson {
    type Error = StorageError;
    fn try_from(row: TenantPersonRow) -> Result<Self, StorageError> {
        Ok(Self {
            identity: IdentityId(row.identity),
            link: LinkId(row.link),
            names: row.names.try_into()?,
            kind: from_name(&row.kind, "a kind of person")?,
            function: row.function,
        })
    }
}

struct RecordRow {
    source: String,
    issuer: String,
    subject: String,
    link: i64,
    identity: i64,
    display_name: String,
    given_name: Option<String>,
    family_name: Option<String>,
    login: Option<String>,
    mail: Option<String>,
    function: Option<String>,
    department: Option<String>,
    telephone: Option<String>,
    person_groups: String,
    active: bool,
    changed_at: i64,
    left_at: Option<i64>,
    gone_at: Option<i64>,
}
from_row!(RecordRow {
    source,
    issuer,
    subject,
    link,
    identity,
    display_name,
    given_name,
    family_name,
    login,
    mail,
    function,
    department,
    telephone,
    person_groups,
    active,
    changed_at,
    left_at,
    gone_at
});

impl TryFrom<RecordRow> for DirectoryRecord {
    type Error = StorageError;
    fn try_from(row: RecordRow) -> Result<Self, StorageError> {
        Ok(Self {
            source: source(row.source)?,
            subject: subject(&row.issuer, &row.subject)?,
            link: LinkId(row.link),
            identity: IdentityId(row.identity),
            names: Names {
                display_name: row.display_name,
                given_name: row.given_name,
                family_name: row.family_name,
                mail: mail(row.mail)?,
                login: row.login,
            },
            function: row.function,
            department: row.department,
            telephone: row.telephone,
            groups: from_json(&row.person_groups, "a list of groups")?,
            active: row.active,
            changed_at: instant(row.changed_at)?,
            left_at: row.left_at.map(instant).transpose()?,
            gone_at: row.gone_at.map(instant).transpose()?,
        })
    }
}

struct FoundRow {
    record: RecordRow,
    kind: String,
}
from_row!(FoundRow { kind }, record);

impl TryFrom<FoundRow> for FoundPerson {
    type Error = StorageError;
    fn try_from(row: FoundRow) -> Result<Self, StorageError> {
        let kind = from_name(&row.kind, "a kind of person")?;
        Ok(Self { record: row.record.try_into()?, kind })
    }
}

/// Words that begin like the first four typed; folded words hold letters and digits only, so nothing in them is a wildcard.
fn patterns(folded: &str) -> [String; 4] {
    let mut words = folded.split_whitespace();
    std::array::from_fn(|_| match words.next() {
        Some(word) => {
            let plain: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
            format!("% {plain}%")
        }
        None => "%".to_owned(),
    })
}

#[async_trait]
impl PeopleStorage for Database {
    async fn people_of_tenant(
        &self,
        tenant: &TenantId,
        untold: bool,
        limit: u32,
    ) -> Result<Vec<TenantPerson>, StorageError> {
        self.query(sql!(people, "people_of_tenant"))
            .bind(tenant.as_str())
            .bind(i64::from(untold))
            .bind(i64::from(limit))
            .fetch_values::<TenantPersonRow, _>()
            .await
    }

    async fn affiliations_of_tenant(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<SourcedAffiliation>, StorageError> {
        self.query(sql!(people, "affiliations_of_tenant"))
            .bind(tenant.as_str())
            .fetch_values::<AffiliationRow, _>()
            .await
    }

    async fn search_people(
        &self,
        tenant: &TenantId,
        folded: &str,
        limit: u32,
    ) -> Result<Vec<FoundPerson>, StorageError> {
        let [first, second, third, fourth] = patterns(folded);
        self.query(sql!(people, "search_people"))
            .bind(tenant.as_str())
            .bind(first)
            .bind(second)
            .bind(third)
            .bind(fourth)
            .bind(i64::from(limit))
            .fetch_values::<FoundRow, _>()
            .await
    }

    async fn directory_record(&self, link: LinkId) -> Result<Option<DirectoryRecord>, StorageError> {
        self.query(sql!(people, "directory_record")).bind(link.0).fetch_value::<RecordRow, _>().await
    }
}
