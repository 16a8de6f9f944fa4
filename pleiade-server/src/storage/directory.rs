//! What directories told of people and groups: the read model that they are searched in, and the runs that filled it.

use super::{
    Names, StorageError,
    rows::{from_json, from_name, instant, tenant},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{Affiliation, IdentityId, LinkId, PersonKind, SourceId, Subject, TenantId};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// Somebody as a directory described them last.
#[derive(Clone, PartialEq, Eq)]
pub struct DirectoryRecord {
    /// Which directory.
    pub source: SourceId,
    /// Their key there.
    pub subject: Subject,
    /// Their link.
    pub link: LinkId,
    /// The person whom it selects.
    pub identity: IdentityId,
    /// Their names.
    pub names: Names,
    /// Function.
    pub function: Option<String>,
    /// Service within the collectivité.
    pub department: Option<String>,
    /// Telephone number as written.
    pub telephone: Option<String>,
    /// Their groups.
    pub groups: Vec<String>,
    /// Whether the directory lets them in.
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
    /// Who.
    pub record: DirectoryRecord,
    /// In which quality they belong to it.
    pub kind: PersonKind,
}

/// What is needed to tell whether somebody has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRecord {
    /// Their key.
    pub subject: Subject,
    /// Their link.
    pub link: LinkId,
    /// The person whom it selects.
    pub identity: IdentityId,
    /// The fingerprint written with them.
    pub fingerprint: Vec<u8>,
    /// Whether the directory let them in.
    pub active: bool,
    /// Whether they were absent.
    pub gone: bool,
    /// The collectivités that this source gives them.
    pub tenants: Vec<TenantId>,
}

/// Somebody to write as the directory describes them: new, changed or back.
#[derive(Clone)]
pub struct DirectoryEntry {
    /// Their key.
    pub subject: Subject,
    /// Their names.
    pub names: Names,
    /// Function.
    pub function: Option<String>,
    /// Service.
    pub department: Option<String>,
    /// Telephone number.
    pub telephone: Option<String>,
    /// Groups.
    pub groups: Vec<String>,
    /// For whom they act: replaces what this source gave them before.
    pub affiliations: Vec<Affiliation>,
    /// What they are found by: folded words, each with a space before it.
    pub search: String,
    /// What this is told apart by next time.
    pub fingerprint: Vec<u8>,
}

/// Personal data stays out of debug output.
impl fmt::Debug for DirectoryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectoryEntry").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// Where a source's next pass goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectoryProgress {
    /// What the directory gave; it says itself which of its servers it belongs to.
    pub cursor: Option<String>,
    /// A digest of the mapping in force: another one needs everybody again.
    pub mapping: Vec<u8>,
    /// Whether everybody was read.
    pub full: bool,
}

/// Changes to write in one step.
#[derive(Debug)]
pub struct DirectoryWrite {
    /// Which directory.
    pub source: SourceId,
    /// The tenant that owns it, or none for the operator's own.
    pub owner: Option<TenantId>,
    /// Whose word on names counts: 0 a directory that is read, 1 one that pushes.
    pub precedence: u8,
    /// Sources of sign-in that rely on it: their links are closed and opened with its own.
    pub relying: Vec<SourceId>,
    /// When.
    pub at: DateTime<Utc>,
    /// New, changed or back.
    pub people: Vec<DirectoryEntry>,
    /// Who is let in no more, and whether they are absent altogether.
    pub departed: Vec<(Subject, bool)>,
    /// Where to go on, when this ends a pass.
    pub progress: Option<DirectoryProgress>,
}

/// What was written.
#[derive(Debug, Default)]
pub struct DirectoryApplied {
    /// New, changed or back, with their link.
    pub people: Vec<(Subject, LinkId)>,
    /// People whose link belongs to another owner than the source's: nothing was written of them.
    pub refused: u64,
    /// Who left: what they had open is still to be closed.
    pub departed: Vec<(Subject, LinkId)>,
}

/// What is known of the passes of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectoryState {
    /// Where to go on.
    pub cursor: Option<String>,
    /// The mapping that was in force.
    pub mapping: Option<Vec<u8>>,
    /// When changes were last written, or found to be none; none before the first.
    pub applied_at: Option<DateTime<Utc>>,
    /// When it was last asked, whatever came of it.
    pub read_at: Option<DateTime<Utc>>,
    /// When everybody was last read and written.
    pub full_at: Option<DateTime<Utc>>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RunOutcome {
    /// What changed was written.
    Applied,
    /// Nothing had changed.
    Unchanged,
    /// Nothing was written, as asked.
    Simulated,
    /// Nothing was written: somebody must decide.
    Held,
    /// Nothing was written: what came cannot be the truth.
    Refused,
    /// The directory did not answer as it should.
    Failed,
}

/// A run to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDirectoryRun {
    /// Which directory.
    pub source: SourceId,
    /// From when.
    pub started_at: DateTime<Utc>,
    /// To when.
    pub ended_at: DateTime<Utc>,
    /// How it ended.
    pub outcome: RunOutcome,
    /// What it found, as JSON, bounded by who writes it.
    pub report: String,
}

/// A run as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryRun {
    /// Its number, growing.
    pub id: i64,
    /// What it did.
    pub run: NewDirectoryRun,
}

/// Runs kept of each source.
pub const RUNS_KEPT: u32 = 200;

/// What directories told of people and groups, and the runs that filled it.
#[async_trait]
pub trait DirectoryStorage: Send + Sync {
    /// Everybody known of a source, by key.
    async fn known_people(&self, source: &SourceId) -> Result<Vec<KnownRecord>, StorageError>;

    /// Somebody known of a source.
    async fn known_person(
        &self,
        source: &SourceId,
        subject: &Subject,
    ) -> Result<Option<KnownRecord>, StorageError>;

    /// How many people of a source are let in, by collectivité.
    async fn active_people(&self, source: &SourceId) -> Result<BTreeMap<TenantId, u64>, StorageError>;

    /// Writes a plan in one step: people are found by their link or created, affiliations of this source replaced, links of who left
    /// closed and of who is back opened again. What they had open is closed by `departure::depart`.
    async fn apply_directory(&self, write: &DirectoryWrite) -> Result<DirectoryApplied, StorageError>;

    /// The people of a collectivité whom a directory lets in and whose names, login, mail, function or department hold words that begin
    /// like each of these (as [`fold`](crate::sync::fold) gives them; four count at most), by name, at most `limit`, each once.
    async fn search_people(
        &self,
        tenant: &TenantId,
        folded: &str,
        limit: u32,
    ) -> Result<Vec<FoundPerson>, StorageError>;

    /// What a directory told by a link.
    async fn directory_record(&self, link: LinkId) -> Result<Option<DirectoryRecord>, StorageError>;

    /// The links that rely on a directory's link, open or closed with it.
    async fn relying_links(&self, directory: LinkId) -> Result<Vec<LinkId>, StorageError>;

    /// People of a source who left and whose accesses are not all closed yet.
    async fn unclosed_departures(&self, source: &SourceId) -> Result<Vec<(Subject, LinkId)>, StorageError>;

    /// Notes that everything a departure ends was closed.
    async fn departure_closed(
        &self,
        source: &SourceId,
        subject: &Subject,
        at: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Drops people absent since before `before`: their links of this source and those that were closed with them, and everything kept
    /// about the person when nothing else lets them in. Gives the links that were dropped, by person.
    async fn delete_departed(
        &self,
        source: &SourceId,
        before: DateTime<Utc>,
    ) -> Result<Vec<Vec<LinkId>>, StorageError>;

    /// Where the passes of a source stand.
    async fn directory_state(&self, source: &SourceId) -> Result<DirectoryState, StorageError>;

    /// Takes a source for oneself until `until`, or longer when it is one's own already. False while another holds it.
    async fn lease_directory(
        &self,
        source: &SourceId,
        holder: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Lets go of a source, which was asked at `read_at`.
    async fn release_directory(
        &self,
        source: &SourceId,
        holder: &str,
        read_at: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Keeps a run; the oldest beyond [`RUNS_KEPT`] of its source are dropped.
    async fn append_run(&self, run: &NewDirectoryRun) -> Result<i64, StorageError>;

    /// The runs of a source, newest first.
    async fn runs(&self, source: &SourceId, limit: u32) -> Result<Vec<DirectoryRun>, StorageError>;

    /// One run.
    async fn run(&self, id: i64) -> Result<Option<DirectoryRun>, StorageError>;
}

pub(super) struct RecordRow {
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
        let mail = row.mail.map(|mail| mail.parse()).transpose();
        Ok(Self {
            source: row.source.try_into().map_err(|_| StorageError::Corrupt("a source id"))?,
            subject: subject(&row.issuer, &row.subject)?,
            link: LinkId(row.link),
            identity: IdentityId(row.identity),
            names: Names {
                display_name: row.display_name,
                given_name: row.given_name,
                family_name: row.family_name,
                mail: mail.map_err(|_| StorageError::Corrupt("a mail address"))?,
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

pub(super) struct FoundRow {
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

pub(super) struct KnownRow {
    issuer: String,
    subject: String,
    link: i64,
    identity: i64,
    fingerprint: Vec<u8>,
    active: bool,
    gone_at: Option<i64>,
}
from_row!(KnownRow { issuer, subject, link, identity, fingerprint, active, gone_at });

/// Joins people with the collectivités that the same source gives them.
pub(super) fn known(
    rows: Vec<KnownRow>,
    tenants: Vec<(String, String, String)>,
) -> Result<Vec<KnownRecord>, StorageError> {
    let mut theirs: BTreeMap<(String, String), Vec<TenantId>> = BTreeMap::new();
    for (issuer, subject, id) in tenants {
        theirs.entry((issuer, subject)).or_default().push(tenant(id)?);
    }
    rows.into_iter()
        .map(|row| {
            Ok(KnownRecord {
                subject: subject(&row.issuer, &row.subject)?,
                link: LinkId(row.link),
                identity: IdentityId(row.identity),
                fingerprint: row.fingerprint,
                active: row.active,
                gone: row.gone_at.is_some(),
                tenants: theirs.remove(&(row.issuer, row.subject)).unwrap_or_default(),
            })
        })
        .collect()
}

/// The ties told by a link that relies on a directory's, without the collectivités and the groups that the directory has taken back. None
/// when it has taken nothing back of them.
pub(super) fn narrowed(
    own: Vec<Affiliation>,
    before: &[Affiliation],
    now: &[Affiliation],
) -> Option<Vec<Affiliation>> {
    let mut ties = own;
    let mut changed = false;
    for before in before {
        let Some(after) = now.iter().find(|tie| tie.tenant == before.tenant) else {
            let count = ties.len();
            ties.retain(|tie| tie.tenant != before.tenant);
            changed |= ties.len() != count;
            continue;
        };
        for tie in ties.iter_mut().filter(|tie| tie.tenant == before.tenant) {
            let count = tie.groups.len();
            tie.groups.retain(|group| after.groups.contains(group) || !before.groups.contains(group));
            changed |= tie.groups.len() != count;
        }
    }
    changed.then_some(ties)
}

pub(super) fn subject(issuer: &str, id: &str) -> Result<Subject, StorageError> {
    Subject::new(issuer, id).map_err(|_| StorageError::Corrupt("a subject"))
}

/// Keys with their link.
pub(super) fn keys(rows: Vec<(String, String, i64)>) -> Result<Vec<(Subject, LinkId)>, StorageError> {
    rows.into_iter().map(|(issuer, id, link)| Ok((subject(&issuer, &id)?, LinkId(link)))).collect()
}

/// Words that begin like the first four typed; folded words hold letters and digits only, so nothing in them is a wildcard.
pub(super) fn patterns(folded: &str) -> [String; 4] {
    let mut words = folded.split_whitespace();
    std::array::from_fn(|_| match words.next() {
        Some(word) => {
            let plain: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
            format!("% {plain}%")
        }
        None => "%".to_owned(),
    })
}

pub(super) struct StateRow {
    cursor: Option<String>,
    mapping: Option<Vec<u8>>,
    applied_at: Option<i64>,
    read_at: Option<i64>,
    full_at: Option<i64>,
}
from_row!(StateRow { cursor, mapping, applied_at, read_at, full_at });

impl TryFrom<StateRow> for DirectoryState {
    type Error = StorageError;
    fn try_from(row: StateRow) -> Result<Self, StorageError> {
        Ok(Self {
            cursor: row.cursor,
            mapping: row.mapping,
            applied_at: row.applied_at.map(instant).transpose()?,
            read_at: row.read_at.map(instant).transpose()?,
            full_at: row.full_at.map(instant).transpose()?,
        })
    }
}

pub(super) struct RunRow {
    id: i64,
    source: String,
    started_at: i64,
    ended_at: i64,
    outcome: String,
    report: String,
}
from_row!(RunRow { id, source, started_at, ended_at, outcome, report });

impl TryFrom<RunRow> for DirectoryRun {
    type Error = StorageError;
    fn try_from(row: RunRow) -> Result<Self, StorageError> {
        let run = NewDirectoryRun {
            source: row.source.try_into().map_err(|_| StorageError::Corrupt("a source id"))?,
            started_at: instant(row.started_at)?,
            ended_at: instant(row.ended_at)?,
            outcome: from_name(&row.outcome, "the outcome of a run")?,
            report: row.report,
        };
        Ok(Self { id: row.id, run })
    }
}

/// Implements [`DirectoryStorage`] for a type with a field `pool`. `$begin` opens a transaction that will write.
macro_rules! implement_directory {
    ($storage:ty, $begin:literal) => {
        impl $storage {
            /// The link of an entry, found or created with its person. None when it belongs to another owner.
            async fn link_behind(
                connection: &mut Connection,
                write: &$crate::storage::DirectoryWrite,
                entry: &$crate::storage::DirectoryEntry,
            ) -> Result<Option<LinkId>, StorageError> {
                let link = query_as::<_, LinkRow>(sql!("find_link"))
                    .bind(write.source.as_str())
                    .bind(entry.subject.issuer())
                    .bind(entry.subject.id())
                    .fetch_optional(&mut *connection)
                    .await?;
                if let Some(link) = link {
                    let link = Link::try_from(link)?;
                    return Ok((link.owner == write.owner).then_some(link.id));
                }
                let new = NewIdentity {
                    source: write.source.clone(),
                    subject: entry.subject.clone(),
                    owner: write.owner.clone(),
                    names: entry.names.clone(),
                    created_at: write.at,
                };
                let (_, link) = Self::insert_identity(connection, &new).await?;
                Ok(Some(link))
            }

            async fn put_directory_person(
                connection: &mut Connection,
                write: &$crate::storage::DirectoryWrite,
                entry: &$crate::storage::DirectoryEntry,
                link: LinkId,
            ) -> Result<(), StorageError> {
                let names = &entry.names;
                let mail = names.mail.as_ref().map(ToString::to_string);
                Self::write_names(connection, link, names).await?;
                query(sql!("directory/put"))
                    .bind(write.source.as_str())
                    .bind(entry.subject.issuer())
                    .bind(entry.subject.id())
                    .bind(link.0)
                    .bind(i64::from(write.precedence))
                    .bind(&names.display_name)
                    .bind(&names.given_name)
                    .bind(&names.family_name)
                    .bind(&names.login)
                    .bind(&mail)
                    .bind(&entry.function)
                    .bind(&entry.department)
                    .bind(&entry.telephone)
                    .bind(json(&entry.groups)?)
                    .bind(&entry.search)
                    .bind(&entry.fingerprint)
                    .bind(millis(write.at))
                    .execute(&mut *connection)
                    .await?;
                query(sql!("directory/open_links"))
                    .bind(link.0)
                    .bind(write.source.as_str())
                    .execute(&mut *connection)
                    .await?;
                if !write.relying.is_empty() {
                    Self::narrow_relying(connection, entry, link).await?;
                }
                Self::write_affiliations(connection, link, &entry.affiliations).await
            }

            /// What a directory takes back is taken from the links that rely on it too, without waiting for the next sign-in.
            async fn narrow_relying(
                connection: &mut Connection,
                entry: &$crate::storage::DirectoryEntry,
                link: LinkId,
            ) -> Result<(), StorageError> {
                let plain = |given: Vec<SourcedAffiliation>| -> Vec<Affiliation> {
                    given.into_iter().map(|given| given.affiliation).collect()
                };
                let before = plain(Self::read_affiliations(connection, link).await?);
                let relying: Vec<i64> =
                    query_scalar(sql!("directory/relying")).bind(link.0).fetch_all(&mut *connection).await?;
                for relying in relying.into_iter().map(LinkId) {
                    let own = plain(Self::read_affiliations(connection, relying).await?);
                    let kept = $crate::storage::directory::narrowed(own, &before, &entry.affiliations);
                    if let Some(kept) = kept {
                        Self::write_affiliations(connection, relying, &kept).await?;
                    }
                }
                Ok(())
            }

            /// Closes the link of who left and those that rely on it, and takes what was told by them.
            async fn leave_directory(
                connection: &mut Connection,
                write: &$crate::storage::DirectoryWrite,
                subject: &Subject,
                absent: bool,
            ) -> Result<Option<LinkId>, StorageError> {
                let at = millis(write.at);
                let link: Option<i64> = query_scalar(sql!("directory/leave"))
                    .bind(write.source.as_str())
                    .bind(subject.issuer())
                    .bind(subject.id())
                    .bind(at)
                    .bind(absent.then_some(at))
                    .fetch_optional(&mut *connection)
                    .await?;
                let Some(link) = link.map(LinkId) else { return Ok(None) };
                let mut closed: Vec<i64> = query_scalar(sql!("directory/close_link"))
                    .bind(link.0)
                    .bind(write.source.as_str())
                    .fetch_all(&mut *connection)
                    .await?;
                for relying in &write.relying {
                    let theirs: Vec<i64> = query_scalar(sql!("directory/close_relying"))
                        .bind(link.0)
                        .bind(write.source.as_str())
                        .bind(relying.as_str())
                        .fetch_all(&mut *connection)
                        .await?;
                    closed.extend(theirs);
                }
                // A link that was closed before loses what it was told all the same.
                for link in closed.into_iter().map(LinkId).chain([link]) {
                    Self::write_affiliations(connection, link, &[]).await?;
                }
                Ok(Some(link))
            }
        }

        #[async_trait]
        impl $crate::storage::DirectoryStorage for $storage {
            async fn known_people(
                &self,
                source: &SourceId,
            ) -> Result<Vec<$crate::storage::KnownRecord>, StorageError> {
                let rows =
                    query_as(sql!("directory/known")).bind(source.as_str()).fetch_all(&self.pool).await?;
                let tenants = query_as(sql!("directory/known_tenants"))
                    .bind(source.as_str())
                    .bind(None::<&str>)
                    .bind(None::<&str>)
                    .fetch_all(&self.pool)
                    .await?;
                $crate::storage::directory::known(rows, tenants)
            }

            async fn known_person(
                &self,
                source: &SourceId,
                subject: &Subject,
            ) -> Result<Option<$crate::storage::KnownRecord>, StorageError> {
                let rows = query_as(sql!("directory/known_one"))
                    .bind(source.as_str())
                    .bind(subject.issuer())
                    .bind(subject.id())
                    .fetch_all(&self.pool)
                    .await?;
                let tenants = query_as(sql!("directory/known_tenants"))
                    .bind(source.as_str())
                    .bind(subject.issuer())
                    .bind(subject.id())
                    .fetch_all(&self.pool)
                    .await?;
                Ok($crate::storage::directory::known(rows, tenants)?.pop())
            }

            async fn active_people(
                &self,
                source: &SourceId,
            ) -> Result<std::collections::BTreeMap<TenantId, u64>, StorageError> {
                let rows: Vec<(String, i64)> =
                    query_as(sql!("directory/active")).bind(source.as_str()).fetch_all(&self.pool).await?;
                rows.into_iter()
                    .map(|(id, count)| {
                        Ok(($crate::storage::rows::tenant(id)?, count.try_into().unwrap_or_default()))
                    })
                    .collect()
            }

            async fn apply_directory(
                &self,
                write: &$crate::storage::DirectoryWrite,
            ) -> Result<$crate::storage::DirectoryApplied, StorageError> {
                let mut applied = $crate::storage::DirectoryApplied::default();
                let mut transaction = self.pool.begin_with($begin).await?;
                for entry in &write.people {
                    match Self::link_behind(&mut transaction, write, entry).await? {
                        Some(link) => {
                            Self::put_directory_person(&mut transaction, write, entry, link).await?;
                            applied.people.push((entry.subject.clone(), link));
                        }
                        None => applied.refused += 1,
                    }
                }
                for (subject, absent) in &write.departed {
                    let left = Self::leave_directory(&mut transaction, write, subject, *absent).await?;
                    applied.departed.extend(left.map(|link| (subject.clone(), link)));
                }
                if let Some(progress) = &write.progress {
                    let at = millis(write.at);
                    query(sql!("directory/progress"))
                        .bind(write.source.as_str())
                        .bind(&progress.cursor)
                        .bind(&progress.mapping)
                        .bind(at)
                        .bind(progress.full.then_some(at))
                        .execute(&mut *transaction)
                        .await?;
                }
                transaction.commit().await?;
                Ok(applied)
            }

            async fn search_people(
                &self,
                tenant: &TenantId,
                folded: &str,
                limit: u32,
            ) -> Result<Vec<$crate::storage::FoundPerson>, StorageError> {
                let [first, second, third, fourth] = $crate::storage::directory::patterns(folded);
                let rows: Vec<$crate::storage::directory::FoundRow> = query_as(sql!("directory/search"))
                    .bind(tenant.as_str())
                    .bind(first)
                    .bind(second)
                    .bind(third)
                    .bind(fourth)
                    .bind(i64::from(limit))
                    .fetch_all(&self.pool)
                    .await?;
                rows.into_iter().map(TryInto::try_into).collect()
            }

            async fn directory_record(
                &self,
                link: LinkId,
            ) -> Result<Option<$crate::storage::DirectoryRecord>, StorageError> {
                let row: Option<$crate::storage::directory::RecordRow> =
                    query_as(sql!("directory/of_link")).bind(link.0).fetch_optional(&self.pool).await?;
                row.map(TryInto::try_into).transpose()
            }

            async fn relying_links(&self, directory: LinkId) -> Result<Vec<LinkId>, StorageError> {
                let rows: Vec<i64> = query_scalar(sql!("directory/relying_links"))
                    .bind(directory.0)
                    .fetch_all(&self.pool)
                    .await?;
                Ok(rows.into_iter().map(LinkId).collect())
            }

            async fn unclosed_departures(
                &self,
                source: &SourceId,
            ) -> Result<Vec<(Subject, LinkId)>, StorageError> {
                let rows =
                    query_as(sql!("directory/unclosed")).bind(source.as_str()).fetch_all(&self.pool).await?;
                $crate::storage::directory::keys(rows)
            }

            async fn departure_closed(
                &self,
                source: &SourceId,
                subject: &Subject,
                at: DateTime<Utc>,
            ) -> Result<(), StorageError> {
                query(sql!("directory/closed"))
                    .bind(source.as_str())
                    .bind(subject.issuer())
                    .bind(subject.id())
                    .bind(millis(at))
                    .execute(&self.pool)
                    .await?;
                Ok(())
            }

            async fn delete_departed(
                &self,
                source: &SourceId,
                before: DateTime<Utc>,
            ) -> Result<Vec<Vec<LinkId>>, StorageError> {
                let mut transaction = self.pool.begin_with($begin).await?;
                let expired: Vec<(i64, i64, bool)> = query_as(sql!("directory/expired"))
                    .bind(source.as_str())
                    .bind(millis(before))
                    .fetch_all(&mut *transaction)
                    .await?;
                let mut forgotten = Vec::new();
                for (link, identity, closed) in expired {
                    if closed {
                        // Its subject would come back as a new person: the closed link stays, and what was told goes.
                        for statement in [
                            sql!("directory/forget_told"),
                            sql!("directory/forget_names"),
                            sql!("directory/forget_affiliations"),
                        ] {
                            query(statement).bind(link).execute(&mut *transaction).await?;
                        }
                        forgotten.push(vec![LinkId(link)]);
                        continue;
                    }
                    let dropped: Vec<i64> = query_scalar(sql!("directory/forget_links"))
                        .bind(link)
                        .bind(source.as_str())
                        .fetch_all(&mut *transaction)
                        .await?;
                    forgotten.push(dropped.into_iter().map(LinkId).collect());
                    query(sql!("directory/forget_identity"))
                        .bind(identity)
                        .execute(&mut *transaction)
                        .await?;
                }
                transaction.commit().await?;
                Ok(forgotten)
            }

            async fn directory_state(
                &self,
                source: &SourceId,
            ) -> Result<$crate::storage::DirectoryState, StorageError> {
                let row: Option<$crate::storage::directory::StateRow> = query_as(sql!("directory/state"))
                    .bind(source.as_str())
                    .fetch_optional(&self.pool)
                    .await?;
                row.map_or_else(|| Ok($crate::storage::DirectoryState::default()), TryInto::try_into)
            }

            async fn lease_directory(
                &self,
                source: &SourceId,
                holder: &str,
                now: DateTime<Utc>,
                until: DateTime<Utc>,
            ) -> Result<bool, StorageError> {
                let done = query(sql!("directory/lease"))
                    .bind(source.as_str())
                    .bind(holder)
                    .bind(millis(now))
                    .bind(millis(until))
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected() > 0)
            }

            async fn release_directory(
                &self,
                source: &SourceId,
                holder: &str,
                read_at: DateTime<Utc>,
            ) -> Result<(), StorageError> {
                query(sql!("directory/release"))
                    .bind(source.as_str())
                    .bind(holder)
                    .bind(millis(read_at))
                    .execute(&self.pool)
                    .await?;
                Ok(())
            }

            async fn append_run(&self, run: &$crate::storage::NewDirectoryRun) -> Result<i64, StorageError> {
                let id: i64 = query_scalar(sql!("directory/append_run"))
                    .bind(run.source.as_str())
                    .bind(millis(run.started_at))
                    .bind(millis(run.ended_at))
                    .bind(name(&run.outcome)?)
                    .bind(&run.report)
                    .fetch_one(&self.pool)
                    .await?;
                query(sql!("directory/trim_runs"))
                    .bind(run.source.as_str())
                    .bind(i64::from($crate::storage::RUNS_KEPT))
                    .execute(&self.pool)
                    .await?;
                Ok(id)
            }

            async fn runs(
                &self,
                source: &SourceId,
                limit: u32,
            ) -> Result<Vec<$crate::storage::DirectoryRun>, StorageError> {
                let rows: Vec<$crate::storage::directory::RunRow> = query_as(sql!("directory/runs"))
                    .bind(source.as_str())
                    .bind(i64::from(limit))
                    .fetch_all(&self.pool)
                    .await?;
                rows.into_iter().map(TryInto::try_into).collect()
            }

            async fn run(&self, id: i64) -> Result<Option<$crate::storage::DirectoryRun>, StorageError> {
                let row: Option<$crate::storage::directory::RunRow> =
                    query_as(sql!("directory/run")).bind(id).fetch_optional(&self.pool).await?;
                row.map(TryInto::try_into).transpose()
            }
        }
    };
}

pub(super) use implement_directory;
