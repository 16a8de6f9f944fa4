//! People as directories describe them: what is known of them, what is written of them, and departures.

use super::{
    Database, Link, Names, NewIdentity, StorageError,
    columns::{json, millis, subject, tenant},
    identities::{
        LinkRow, ToldAffiliation, insert_identity, read_affiliations, write_affiliations, write_names,
    },
    sync_state::{DirectoryProgress, keep_progress},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{Affiliation, IdentityId, LinkId, SourceId, Subject, TenantId};
use std::{collections::BTreeMap, fmt};

/// A person as last read, for comparison: enough to tell whether they have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRecord {
    /// The stable key of the person in the directory.
    pub subject: Subject,
    /// The directory's own link of that person.
    pub link: LinkId,
    /// The person whom it selects.
    pub identity: IdentityId,
    /// The fingerprint written with them.
    pub fingerprint: Vec<u8>,
    /// True if the directory let them in.
    pub active: bool,
    /// True if they were absent.
    pub gone: bool,
    /// The collectivités that this source gives them.
    pub tenants: Vec<TenantId>,
}

/// Somebody to write as the directory describes them: new, changed or back.
#[derive(Clone)]
pub struct DirectoryEntry {
    /// The stable key of the person in the directory.
    pub subject: Subject,
    /// The names to show, the login and the address.
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
    /// The search text: folded words, each with a space before it.
    pub search: String,
    /// The fingerprint, by which a later pass tells changes.
    pub fingerprint: Vec<u8>,
}

/// Personal data stays out of debug output.
impl fmt::Debug for DirectoryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectoryEntry").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// Changes to write in one step.
#[derive(Debug)]
pub struct DirectoryWrite {
    /// The directory that the changes come from.
    pub source: SourceId,
    /// The tenant that owns it, or none for the operator's own.
    pub owner: Option<TenantId>,
    /// Whose word on names counts: 0 a directory that is read, 1 one that pushes.
    pub precedence: u8,
    /// Sources of sign-in that rely on it: their links are closed and opened with its own.
    pub relying: Vec<SourceId>,
    /// The moment that is written with every change.
    pub at: DateTime<Utc>,
    /// New, changed or back.
    pub people: Vec<DirectoryEntry>,
    /// The people who are let in no more, with true for those who are absent altogether.
    pub departed: Vec<(Subject, bool)>,
    /// The point to go on from, when this ends a pass.
    pub progress: Option<DirectoryProgress>,
}

/// The result of a write.
#[derive(Debug, Default)]
pub struct DirectoryApplied {
    /// New, changed or back, with their link.
    pub people: Vec<(Subject, LinkId)>,
    /// People whose link belongs to another owner than the source's: nothing was written of them.
    pub refused: u64,
    /// The people who left: what they had open is still to be closed.
    pub departed: Vec<(Subject, LinkId)>,
}

/// People as directories describe them.
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

    /// The counts of people of a source who are let in, by collectivité.
    async fn active_people(&self, source: &SourceId) -> Result<BTreeMap<TenantId, u64>, StorageError>;

    /// Writes a plan in one step: people are found by their link or created, affiliations of this source replaced, links of who left
    /// closed and of who is back opened again. What they had open is closed by [`Departures::close`](crate::departure::Departures::close).
    async fn apply_directory(&self, write: &DirectoryWrite) -> Result<DirectoryApplied, StorageError>;

    /// The links that rely on a directory's link, open or closed with it.
    async fn relying_links(&self, directory: LinkId) -> Result<Vec<LinkId>, StorageError>;

    /// People of a source who left and whose linked accounts are not all closed yet.
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
}

struct KnownRow {
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
fn known_record(
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

/// The affiliations told by a link that relies on a directory's, without the collectivités and the groups that the directory has taken
/// back. None when it has taken nothing back of them.
fn narrowed(own: Vec<Affiliation>, before: &[Affiliation], now: &[Affiliation]) -> Option<Vec<Affiliation>> {
    let mut affiliations = own;
    let mut changed = false;
    for before in before {
        let Some(after) = now.iter().find(|affiliation| affiliation.tenant == before.tenant) else {
            let count = affiliations.len();
            affiliations.retain(|affiliation| affiliation.tenant != before.tenant);
            changed |= affiliations.len() != count;
            continue;
        };
        for affiliation in affiliations.iter_mut().filter(|affiliation| affiliation.tenant == before.tenant) {
            let count = affiliation.groups.len();
            affiliation.groups.retain(|group| after.groups.contains(group) || !before.groups.contains(group));
            changed |= affiliation.groups.len() != count;
        }
    }
    changed.then_some(affiliations)
}

/// Keys with their link.
fn keys(rows: Vec<(String, String, i64)>) -> Result<Vec<(Subject, LinkId)>, StorageError> {
    rows.into_iter().map(|(issuer, id, link)| Ok((subject(&issuer, &id)?, LinkId(link)))).collect()
}

/// The link of an entry, found or created with its person. None when it belongs to another owner.
async fn link_behind(
    database: &Database,
    write: &DirectoryWrite,
    entry: &DirectoryEntry,
) -> Result<Option<LinkId>, StorageError> {
    let link = database
        .query(sql!(identities, "find_link"))
        .bind(write.source.as_str())
        .bind(entry.subject.issuer())
        .bind(entry.subject.id())
        .fetch_optional::<LinkRow>()
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
    let (_, link) = insert_identity(database, &new).await?;
    Ok(Some(link))
}

async fn put_directory_person(
    database: &Database,
    write: &DirectoryWrite,
    entry: &DirectoryEntry,
    link: LinkId,
) -> Result<(), StorageError> {
    let names = &entry.names;
    let mail = names.mail.as_ref().map(ToString::to_string);
    write_names(database, link, names).await?;
    database
        .query(sql!(directory, "put_person"))
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
        .execute()
        .await?;
    database.query(sql!(directory, "open_links")).bind(link.0).bind(write.source.as_str()).execute().await?;
    if !write.relying.is_empty() {
        narrow_relying(database, entry, link).await?;
    }
    write_affiliations(database, link, &entry.affiliations).await
}

/// Takes affiliations from the links that rely on a directory which takes them back, without waiting for the next sign-in.
async fn narrow_relying(
    database: &Database,
    entry: &DirectoryEntry,
    link: LinkId,
) -> Result<(), StorageError> {
    let plain = |given: Vec<ToldAffiliation>| -> Vec<Affiliation> {
        given.into_iter().map(|given| given.affiliation).collect()
    };
    let before = plain(read_affiliations(database, link).await?);
    let relying: Vec<(i64,)> =
        database.query(sql!(directory, "open_relying_links")).bind(link.0).fetch_all().await?;
    for relying in relying.into_iter().map(|(id,)| LinkId(id)) {
        let own = plain(read_affiliations(database, relying).await?);
        let kept = narrowed(own, &before, &entry.affiliations);
        if let Some(kept) = kept {
            write_affiliations(database, relying, &kept).await?;
        }
    }
    Ok(())
}

/// Closes the link of who left and those that rely on it, and takes what was told by them.
async fn leave_directory(
    database: &Database,
    write: &DirectoryWrite,
    subject: &Subject,
    absent: bool,
) -> Result<Option<LinkId>, StorageError> {
    let at = millis(write.at);
    let link: Option<(i64,)> = database
        .query(sql!(directory, "leave"))
        .bind(write.source.as_str())
        .bind(subject.issuer())
        .bind(subject.id())
        .bind(at)
        .bind(absent.then_some(at))
        .fetch_optional()
        .await?;
    let Some(link) = link.map(|(id,)| LinkId(id)) else { return Ok(None) };
    let mut closed: Vec<(i64,)> = database
        .query(sql!(directory, "close_link"))
        .bind(link.0)
        .bind(write.source.as_str())
        .fetch_all()
        .await?;
    for relying in &write.relying {
        let theirs: Vec<(i64,)> = database
            .query(sql!(directory, "close_relying_links"))
            .bind(link.0)
            .bind(write.source.as_str())
            .bind(relying.as_str())
            .fetch_all()
            .await?;
        closed.extend(theirs);
    }
    // A link that was closed before loses what it was told all the same.
    for link in closed.into_iter().map(|(id,)| LinkId(id)).chain([link]) {
        write_affiliations(database, link, &[]).await?;
    }
    Ok(Some(link))
}

#[async_trait]
impl DirectoryStorage for Database {
    async fn known_people(&self, source: &SourceId) -> Result<Vec<KnownRecord>, StorageError> {
        let rows = self.query(sql!(directory, "known_people")).bind(source.as_str()).fetch_all().await?;
        let tenants = self
            .query(sql!(directory, "known_tenants"))
            .bind(source.as_str())
            .bind(None::<&str>)
            .bind(None::<&str>)
            .fetch_all()
            .await?;
        known_record(rows, tenants)
    }

    async fn known_person(
        &self,
        source: &SourceId,
        subject: &Subject,
    ) -> Result<Option<KnownRecord>, StorageError> {
        let rows = self
            .query(sql!(directory, "known_person"))
            .bind(source.as_str())
            .bind(subject.issuer())
            .bind(subject.id())
            .fetch_all()
            .await?;
        let tenants = self
            .query(sql!(directory, "known_tenants"))
            .bind(source.as_str())
            .bind(subject.issuer())
            .bind(subject.id())
            .fetch_all()
            .await?;
        Ok(known_record(rows, tenants)?.pop())
    }

    async fn active_people(&self, source: &SourceId) -> Result<BTreeMap<TenantId, u64>, StorageError> {
        let rows: Vec<(String, i64)> =
            self.query(sql!(directory, "active_people")).bind(source.as_str()).fetch_all().await?;
        rows.into_iter().map(|(id, count)| Ok((tenant(id)?, count.try_into().unwrap_or_default()))).collect()
    }

    async fn apply_directory(&self, write: &DirectoryWrite) -> Result<DirectoryApplied, StorageError> {
        let mut applied = DirectoryApplied::default();
        let transaction = self.transaction().await?;
        for entry in &write.people {
            match link_behind(&transaction, write, entry).await? {
                Some(link) => {
                    put_directory_person(&transaction, write, entry, link).await?;
                    applied.people.push((entry.subject.clone(), link));
                }
                None => applied.refused += 1,
            }
        }
        for (subject, absent) in &write.departed {
            let left = leave_directory(&transaction, write, subject, *absent).await?;
            applied.departed.extend(left.map(|link| (subject.clone(), link)));
        }
        if let Some(progress) = &write.progress {
            keep_progress(&transaction, &write.source, progress, write.at).await?;
        }
        transaction.commit().await?;
        Ok(applied)
    }

    async fn relying_links(&self, directory: LinkId) -> Result<Vec<LinkId>, StorageError> {
        let rows: Vec<(i64,)> =
            self.query(sql!(directory, "relying_links")).bind(directory.0).fetch_all().await?;
        Ok(rows.into_iter().map(|(id,)| LinkId(id)).collect())
    }

    async fn unclosed_departures(&self, source: &SourceId) -> Result<Vec<(Subject, LinkId)>, StorageError> {
        let rows =
            self.query(sql!(directory, "unclosed_departures")).bind(source.as_str()).fetch_all().await?;
        keys(rows)
    }

    async fn departure_closed(
        &self,
        source: &SourceId,
        subject: &Subject,
        at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.query(sql!(directory, "departure_closed"))
            .bind(source.as_str())
            .bind(subject.issuer())
            .bind(subject.id())
            .bind(millis(at))
            .execute()
            .await?;
        Ok(())
    }

    async fn delete_departed(
        &self,
        source: &SourceId,
        before: DateTime<Utc>,
    ) -> Result<Vec<Vec<LinkId>>, StorageError> {
        let transaction = self.transaction().await?;
        let expired: Vec<(i64, i64, bool)> = transaction
            .query(sql!(directory, "expired_departures"))
            .bind(source.as_str())
            .bind(millis(before))
            .fetch_all()
            .await?;
        let mut forgotten = Vec::new();
        for (link, identity, closed) in expired {
            if closed {
                // Its subject would come back as a new person: the closed link stays, and what was told goes.
                for statement in [
                    sql!(directory, "forget_told"),
                    sql!(directory, "forget_names"),
                    sql!(directory, "forget_affiliations"),
                ] {
                    transaction.query(statement).bind(link).execute().await?;
                }
                forgotten.push(vec![LinkId(link)]);
                continue;
            }
            let dropped: Vec<(i64,)> = transaction
                .query(sql!(directory, "forget_links"))
                .bind(link)
                .bind(source.as_str())
                .fetch_all()
                .await?;
            forgotten.push(dropped.into_iter().map(|(id,)| LinkId(id)).collect());
            transaction.query(sql!(directory, "forget_identity")).bind(identity).execute().await?;
        }
        transaction.commit().await?;
        Ok(forgotten)
    }
}
