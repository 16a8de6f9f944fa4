//! Rows as the engines give them, and back.

use super::{
    Link, LinkFacts, LocalAccount, Names, SessionHash, SessionRecord, SourcedAffiliation, StorageError,
    StoredMenu,
};
use chrono::{DateTime, Utc};
use pleiade_core::{Affiliation, IdentityId, LinkId, SourceId, Subject, TenantId};
use serde::{Serialize, de::DeserializeOwned};

pub(super) fn millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

pub(super) fn instant(millis: i64) -> Result<DateTime<Utc>, StorageError> {
    DateTime::from_timestamp_millis(millis).ok_or(StorageError::Corrupt("an instant"))
}

pub(super) fn hash(bytes: Vec<u8>) -> Result<[u8; 32], StorageError> {
    bytes.try_into().map_err(|_| StorageError::Corrupt("a hash"))
}

pub(super) fn hashes(rows: Vec<Vec<u8>>) -> Result<Vec<SessionHash>, StorageError> {
    rows.into_iter().map(|bytes| hash(bytes).map(SessionHash)).collect()
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|_| StorageError::Internal("JSON".into()))
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, StorageError> {
    serde_json::from_str(text).map_err(|_| StorageError::Corrupt(what))
}

/// A value that is stored under the name that serde gives it.
pub(super) fn from_name<T: DeserializeOwned>(name: &str, what: &'static str) -> Result<T, StorageError> {
    T::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(name))
        .map_err(|_| StorageError::Corrupt(what))
}

/// The name that serde gives to a variant without fields.
pub(super) fn name<T: Serialize>(value: &T) -> Result<String, StorageError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        _ => Err(StorageError::Internal("JSON".into())),
    }
}

pub(super) fn tenant(text: String) -> Result<TenantId, StorageError> {
    TenantId::try_from(text).map_err(|_| StorageError::Corrupt("a tenant id"))
}

pub(super) fn source(text: String) -> Result<SourceId, StorageError> {
    SourceId::try_from(text).map_err(|_| StorageError::Corrupt("a source id"))
}

pub(super) struct LinkRow {
    id: i64,
    identity: i64,
    owner: Option<String>,
    disabled: bool,
    relies_on: Option<String>,
    directory: Option<i64>,
    alone: bool,
}
from_row!(LinkRow { id, identity, owner, disabled, relies_on, directory, alone });

impl TryFrom<LinkRow> for Link {
    type Error = StorageError;
    fn try_from(row: LinkRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: LinkId(row.id),
            identity: IdentityId(row.identity),
            owner: row.owner.map(tenant).transpose()?,
            disabled: row.disabled,
            relies_on: row.relies_on.map(source).transpose()?,
            directory: row.directory.map(LinkId),
            alone: row.alone,
        })
    }
}

pub(super) struct NamesRow {
    display_name: String,
    given_name: Option<String>,
    family_name: Option<String>,
    mail: Option<String>,
    login: Option<String>,
}
from_row!(NamesRow { display_name, given_name, family_name, mail, login });

impl TryFrom<NamesRow> for Names {
    type Error = StorageError;
    fn try_from(row: NamesRow) -> Result<Self, StorageError> {
        Ok(Self {
            display_name: row.display_name,
            given_name: row.given_name,
            family_name: row.family_name,
            mail: row
                .mail
                .map(|mail| mail.parse())
                .transpose()
                .map_err(|_| StorageError::Corrupt("a mail address"))?,
            login: row.login,
        })
    }
}

/// Names that may not have been told yet.
pub(super) struct MaybeNamesRow {
    display_name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    mail: Option<String>,
    login: Option<String>,
}
from_row!(MaybeNamesRow { display_name, given_name, family_name, mail, login });

impl TryFrom<MaybeNamesRow> for Option<Names> {
    type Error = StorageError;
    fn try_from(row: MaybeNamesRow) -> Result<Self, StorageError> {
        let MaybeNamesRow { display_name, given_name, family_name, mail, login } = row;
        display_name
            .map(|display_name| NamesRow { display_name, given_name, family_name, mail, login }.try_into())
            .transpose()
    }
}

pub(super) struct FactsRow {
    id: i64,
    source: String,
    issuer: String,
    subject: String,
    identity: i64,
    disabled: bool,
    directory: Option<i64>,
    names: MaybeNamesRow,
}
from_row!(FactsRow { id, source, issuer, subject, identity, disabled, directory }, names);

impl FactsRow {
    pub(super) fn with(self, ties: Vec<SourcedAffiliation>) -> Result<LinkFacts, StorageError> {
        Ok(LinkFacts {
            link: LinkId(self.id),
            source: source(self.source)?,
            subject: Subject::new(&self.issuer, &self.subject)
                .map_err(|_| StorageError::Corrupt("a subject"))?,
            identity: IdentityId(self.identity),
            disabled: self.disabled,
            directory: self.directory.map(LinkId),
            names: self.names.try_into()?,
            ties: ties.into_iter().map(|given| given.affiliation).collect(),
        })
    }
}

pub(super) struct AffiliationRow {
    link: i64,
    source: String,
    disabled: bool,
    tenant: String,
    kind: String,
    function: Option<String>,
    department: Option<String>,
    telephone: Option<String>,
    person_groups: String,
    roles: String,
}
from_row!(AffiliationRow {
    link,
    source,
    disabled,
    tenant,
    kind,
    function,
    department,
    telephone,
    person_groups,
    roles
});

impl TryFrom<AffiliationRow> for SourcedAffiliation {
    type Error = StorageError;
    fn try_from(row: AffiliationRow) -> Result<Self, StorageError> {
        let mut affiliation =
            Affiliation::new(tenant(row.tenant)?, from_name(&row.kind, "a kind of person")?);
        affiliation.function = row.function;
        affiliation.department = row.department;
        affiliation.telephone = row.telephone;
        affiliation.groups = from_json(&row.person_groups, "a list of groups")?;
        affiliation.roles = from_json(&row.roles, "a list of roles")?;
        Ok(Self { link: LinkId(row.link), source: source(row.source)?, open: !row.disabled, affiliation })
    }
}

pub(super) struct SessionRow {
    hash: Vec<u8>,
    site: Option<String>,
    identity: i64,
    link: i64,
    source: String,
    issuer: String,
    subject: String,
    acting: String,
    acr: Option<String>,
    provider_session: Option<String>,
    tokens: Option<Vec<u8>>,
    created_at: i64,
    last_seen_at: i64,
    expires_at: i64,
    source_print: Option<String>,
}
from_row!(SessionRow {
    hash,
    site,
    identity,
    link,
    source,
    issuer,
    subject,
    acting,
    acr,
    provider_session,
    tokens,
    created_at,
    last_seen_at,
    expires_at,
    source_print
});

impl TryFrom<SessionRow> for SessionRecord {
    type Error = StorageError;
    fn try_from(row: SessionRow) -> Result<Self, StorageError> {
        Ok(Self {
            hash: SessionHash(hash(row.hash)?),
            site: row.site.map(tenant).transpose()?,
            identity: IdentityId(row.identity),
            link: LinkId(row.link),
            source: source(row.source)?,
            subject: Subject::new(&row.issuer, &row.subject)
                .map_err(|_| StorageError::Corrupt("a subject"))?,
            acting: tenant(row.acting)?,
            acr: row.acr,
            provider_session: row.provider_session,
            tokens: row.tokens,
            created_at: instant(row.created_at)?,
            last_seen_at: instant(row.last_seen_at)?,
            expires_at: instant(row.expires_at)?,
            source_print: row.source_print,
        })
    }
}

pub(super) struct LocalAccountRow {
    source: String,
    login: String,
    subject: String,
    link: i64,
    identity: i64,
    password_hash: String,
    disabled: bool,
}
from_row!(LocalAccountRow { source, login, subject, link, identity, password_hash, disabled });

impl TryFrom<LocalAccountRow> for LocalAccount {
    type Error = StorageError;
    fn try_from(row: LocalAccountRow) -> Result<Self, StorageError> {
        Ok(Self {
            source: source(row.source)?,
            login: row.login,
            subject: row.subject,
            link: LinkId(row.link),
            identity: IdentityId(row.identity),
            password_hash: row.password_hash,
            disabled: row.disabled,
        })
    }
}

pub(super) struct MenuRow {
    applications: String,
    fetched_at: i64,
}
from_row!(MenuRow { applications, fetched_at });

impl TryFrom<MenuRow> for StoredMenu {
    type Error = StorageError;
    fn try_from(row: MenuRow) -> Result<Self, StorageError> {
        Ok(Self { applications: row.applications, fetched_at: instant(row.fetched_at)? })
    }
}
