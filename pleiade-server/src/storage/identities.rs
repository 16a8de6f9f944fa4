//! People, the links by which they are found, and what sources tell by each.

use super::{
    Database, StorageError,
    columns::{from_json, from_name, instant, json, mail, millis, name, source, subject, tenant},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{Affiliation, IdentityId, LinkId, MailAddress, SourceId, Subject, TenantId};
use std::fmt;

/// The names that a source tells of somebody, and may tell otherwise at the next sign-in. They belong to the link by which they were told.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The name to show.
    pub display_name: String,
    /// First name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Contact address; never a key.
    pub mail: Option<MailAddress>,
    /// The login at the source; never a key.
    pub login: Option<String>,
}

/// Personal data stays out of debug output.
impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Names(…)")
    }
}

/// A person seen for the first time, with the link by which they are found again.
#[derive(Debug, Clone)]
pub struct NewIdentity {
    /// The source that vouches.
    pub source: SourceId,
    /// The stable key at that source.
    pub subject: Subject,
    /// The tenant that owns the source, or none for the operator's own sources.
    pub owner: Option<TenantId>,
    /// The names that the source tells.
    pub names: Names,
    /// When they were first seen.
    pub created_at: DateTime<Utc>,
}

/// What leads from a source's subject to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The portal's number of the link.
    pub id: LinkId,
    /// The person to whom the link leads.
    pub identity: IdentityId,
    /// The tenant that owned the source when the link was made. A source that has since moved to another owner must be
    /// refused.
    pub owner: Option<TenantId>,
    /// A disabled link lets nobody in, and its subject cannot be given to somebody else.
    pub disabled: bool,
    /// The directory by which it was made.
    pub relies_on: Option<SourceId>,
    /// The link of the directory's own subject, as the last sign-in found it.
    pub directory: Option<LinkId>,
    /// True if its person has no other open link.
    pub alone: bool,
}

/// Everything that a source has told by one link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkFacts {
    /// The link by which all this was told.
    pub link: LinkId,
    /// The source that told it.
    pub source: SourceId,
    /// The person at that source.
    pub subject: Subject,
    /// The person to whom the link leads.
    pub identity: IdentityId,
    /// A closed link lets nobody in.
    pub disabled: bool,
    /// The link of the directory that it relies on.
    pub directory: Option<LinkId>,
    /// Names; none while the source has told none.
    pub names: Option<Names>,
    /// Affiliations, by tenant.
    pub affiliations: Vec<Affiliation>,
}

/// An affiliation and the link by which it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcedAffiliation {
    /// The link by which the affiliation was told.
    pub link: LinkId,
    /// The source of that link.
    pub source: SourceId,
    /// True if that link still lets the person in.
    pub open: bool,
    /// The affiliation, as that source tells it.
    pub affiliation: Affiliation,
}

/// People and their links.
#[async_trait]
pub trait IdentityStorage: Send + Sync {
    /// The person behind a source's subject.
    async fn find_link(&self, source: &SourceId, subject: &Subject) -> Result<Option<Link>, StorageError>;

    /// The open link whose person has this login at a source, whatever the case of its ASCII letters; none when several have. A login is no
    /// key: this is for whoever reads a log.
    async fn link_of_login(&self, source: &SourceId, login: &str) -> Result<Option<Link>, StorageError>;

    /// Creates a person with their link. [`StorageError::Conflict`] when the link exists: find it again.
    async fn create_identity(&self, new: &NewIdentity) -> Result<(IdentityId, LinkId), StorageError>;

    /// Lets a link open nothing any more, or again. False when there is no such link; [`StorageError::Conflict`] when its person has
    /// another open link of the same source.
    async fn disable_link(&self, link: LinkId, disabled: bool) -> Result<bool, StorageError>;

    /// False when a link is closed or there is none. In a transaction, an open one stays open until the end of that.
    async fn hold_open_link(&self, link: LinkId) -> Result<bool, StorageError>;

    /// Everything that a source has told by a link; without an employee number that the source also tells of somebody else, in an open link of
    /// the same collectivité.
    async fn link_facts(&self, link: LinkId) -> Result<Option<LinkFacts>, StorageError>;

    /// A person's names as a collectivité may read them: told by a link of one of its own sources, or by one that gives them an affiliation
    /// there; a directory's before others.
    async fn names_at(&self, identity: IdentityId, tenant: &TenantId) -> Result<Option<Names>, StorageError>;

    /// Replaces the names that a source tells by a link. False when there is no such link.
    async fn update_names(&self, link: LinkId, names: &Names) -> Result<bool, StorageError>;

    /// Replaces every affiliation that a source tells by this link, in one step.
    async fn replace_affiliations(
        &self,
        link: LinkId,
        affiliations: &[Affiliation],
    ) -> Result<(), StorageError>;

    /// When a source last told every group by this link, as far as that was written.
    async fn groups_told_at(&self, link: LinkId) -> Result<Option<DateTime<Utc>>, StorageError>;

    /// Writes when a source last told every group by this link. False when there is no such link.
    async fn write_groups_told_at(&self, link: LinkId, at: DateTime<Utc>) -> Result<bool, StorageError>;

    /// Every affiliation of a person with the link by which it was told, by tenant, then by source: for whoever administers a
    /// collectivité, never for a session of the person, which reads those of its own link. Without employee numbers.
    async fn affiliations(&self, identity: IdentityId) -> Result<Vec<SourcedAffiliation>, StorageError>;
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
            mail: mail(row.mail)?,
            login: row.login,
        })
    }
}

/// Names that may not have been told yet.
struct MaybeNamesRow {
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

struct FactsRow {
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
    fn with_affiliations(self, affiliations: Vec<ToldAffiliation>) -> Result<LinkFacts, StorageError> {
        Ok(LinkFacts {
            link: LinkId(self.id),
            source: source(self.source)?,
            subject: subject(&self.issuer, &self.subject)?,
            identity: IdentityId(self.identity),
            disabled: self.disabled,
            directory: self.directory.map(LinkId),
            names: self.names.try_into()?,
            affiliations: affiliations.into_iter().map(ToldAffiliation::unambiguous).collect(),
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

/// An affiliation as its link tells it, the employee number included.
pub(super) struct ToldAffiliation {
    pub(super) affiliation: Affiliation,
    /// True if any source tells the same number of somebody else of that collectivité.
    number_is_shared: bool,
}

impl ToldAffiliation {
    /// The affiliation, without a number that two people have: nobody knows whose it is.
    fn unambiguous(mut self) -> Affiliation {
        self.affiliation.employee_number.take_if(|_| self.number_is_shared);
        self.affiliation
    }
}

struct ToldAffiliationRow {
    affiliation: AffiliationRow,
    employee_number: Option<String>,
    number_is_shared: bool,
}
from_row!(ToldAffiliationRow { employee_number, number_is_shared }, affiliation);

impl TryFrom<ToldAffiliationRow> for ToldAffiliation {
    type Error = StorageError;
    fn try_from(row: ToldAffiliationRow) -> Result<Self, StorageError> {
        let mut affiliation = SourcedAffiliation::try_from(row.affiliation)?.affiliation;
        affiliation.employee_number = row.employee_number;
        Ok(Self { affiliation, number_is_shared: row.number_is_shared })
    }
}

pub(super) async fn insert_identity(
    database: &Database,
    new: &NewIdentity,
) -> Result<(IdentityId, LinkId), StorageError> {
    let names = &new.names;
    let (identity,): (i64,) =
        database.query(sql!(identities, "create_identity")).bind(millis(new.created_at)).fetch_one().await?;
    let (link,): (i64,) = database
        .query(sql!(identities, "create_link"))
        .bind(new.source.as_str())
        .bind(new.subject.issuer())
        .bind(new.subject.id())
        .bind(identity)
        .bind(new.owner.as_ref().map(TenantId::as_str))
        .bind(millis(new.created_at))
        .bind(&names.display_name)
        .bind(&names.given_name)
        .bind(&names.family_name)
        .bind(names.mail.as_ref().map(ToString::to_string))
        .bind(&names.login)
        .fetch_one()
        .await?;
    Ok((IdentityId(identity), LinkId(link)))
}

pub(super) async fn write_names(
    database: &Database,
    link: LinkId,
    names: &Names,
) -> Result<bool, StorageError> {
    database
        .query(sql!(identities, "update_names"))
        .bind(link.0)
        .bind(&names.display_name)
        .bind(&names.given_name)
        .bind(&names.family_name)
        .bind(names.mail.as_ref().map(ToString::to_string))
        .bind(&names.login)
        .changed()
        .await
}

pub(super) async fn write_affiliations(
    database: &Database,
    link: LinkId,
    affiliations: &[Affiliation],
) -> Result<(), StorageError> {
    database.query(sql!(identities, "delete_affiliations")).bind(link.0).execute().await?;
    for affiliation in affiliations {
        database
            .query(sql!(identities, "create_affiliation"))
            .bind(link.0)
            .bind(affiliation.tenant.as_str())
            .bind(name(&affiliation.kind)?)
            .bind(&affiliation.function)
            .bind(json(&affiliation.groups)?)
            .bind(json(&affiliation.roles)?)
            .bind(&affiliation.department)
            .bind(&affiliation.telephone)
            .bind(&affiliation.employee_number)
            .execute()
            .await?;
    }
    Ok(())
}

pub(super) async fn read_affiliations(
    database: &Database,
    link: LinkId,
) -> Result<Vec<ToldAffiliation>, StorageError> {
    database
        .query(sql!(identities, "affiliations_of_link"))
        .bind(link.0)
        .fetch_values::<ToldAffiliationRow, _>()
        .await
}

#[async_trait]
impl IdentityStorage for Database {
    async fn find_link(&self, source: &SourceId, subject: &Subject) -> Result<Option<Link>, StorageError> {
        self.query(sql!(identities, "find_link"))
            .bind(source.as_str())
            .bind(subject.issuer())
            .bind(subject.id())
            .fetch_value::<LinkRow, _>()
            .await
    }

    async fn link_of_login(&self, source: &SourceId, login: &str) -> Result<Option<Link>, StorageError> {
        let found = self
            .query(sql!(identities, "link_of_login"))
            .bind(source.as_str())
            .bind(login)
            .fetch_values::<LinkRow, _>()
            .await?;
        Ok(<[Link; 1]>::try_from(found).ok().map(|[link]| link))
    }

    async fn create_identity(&self, new: &NewIdentity) -> Result<(IdentityId, LinkId), StorageError> {
        let transaction = self.transaction().await?;
        let identity = insert_identity(&transaction, new).await?;
        transaction.commit().await?;
        Ok(identity)
    }

    async fn disable_link(&self, link: LinkId, disabled: bool) -> Result<bool, StorageError> {
        let savepoint = self.savepoint().await?;
        let query = savepoint.query(sql!(identities, "disable_link"));
        let changed = query.bind(link.0).bind(disabled).changed().await?;
        savepoint.commit().await?;
        Ok(changed)
    }

    async fn hold_open_link(&self, link: LinkId) -> Result<bool, StorageError> {
        self.query(sql!(identities, "hold_open_link")).bind(link.0).changed().await
    }

    async fn link_facts(&self, link: LinkId) -> Result<Option<LinkFacts>, StorageError> {
        let row =
            self.query(sql!(identities, "link_facts")).bind(link.0).fetch_optional::<FactsRow>().await?;
        let Some(row) = row else { return Ok(None) };
        let affiliations = read_affiliations(self, link).await?;
        row.with_affiliations(affiliations).map(Some)
    }

    async fn names_at(&self, identity: IdentityId, tenant: &TenantId) -> Result<Option<Names>, StorageError> {
        self.query(sql!(identities, "names_at"))
            .bind(identity.0)
            .bind(tenant.as_str())
            .fetch_value::<NamesRow, _>()
            .await
    }

    async fn update_names(&self, link: LinkId, names: &Names) -> Result<bool, StorageError> {
        write_names(self, link, names).await
    }

    async fn replace_affiliations(
        &self,
        link: LinkId,
        affiliations: &[Affiliation],
    ) -> Result<(), StorageError> {
        let transaction = self.transaction().await?;
        write_affiliations(&transaction, link, affiliations).await?;
        transaction.commit().await
    }

    async fn groups_told_at(&self, link: LinkId) -> Result<Option<DateTime<Utc>>, StorageError> {
        let row: Option<(Option<i64>,)> =
            self.query(sql!(identities, "groups_told_at")).bind(link.0).fetch_optional().await?;
        row.and_then(|(at,)| at).map(instant).transpose()
    }

    async fn write_groups_told_at(&self, link: LinkId, at: DateTime<Utc>) -> Result<bool, StorageError> {
        self.query(sql!(identities, "write_groups_told_at")).bind(link.0).bind(millis(at)).changed().await
    }

    async fn affiliations(&self, identity: IdentityId) -> Result<Vec<SourcedAffiliation>, StorageError> {
        self.query(sql!(identities, "affiliations_of_person"))
            .bind(identity.0)
            .fetch_values::<AffiliationRow, _>()
            .await
    }
}
