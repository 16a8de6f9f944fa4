//! What has changed in a directory: everybody page by page, or what is new since a cursor in the best way that the directory offers.
//!
//! A change of a group is a change of its members. So that members who were taken out are known, the groups as they were at the last
//! cursor are kept in memory; after a restart, the first change of a group reads everybody again.

pub(super) mod active_directory;
pub(super) mod content_sync;
pub(super) mod cursor;
mod names;
pub(super) mod snapshot;

use super::{
    LdapDirectory,
    config::Incremental,
    connection::{Connection, MAX_ENTRIES},
    entry::Entry,
    graph::GroupGraph,
    pool::Lease,
    profile::Profile,
    state,
};
use crate::dn::DistinguishedName;
use cursor::{Cursor, Mode};
use names::PersonNames;
use pleiade_core::{DirectoryChanges, DirectoryError, DirectoryPerson, Subject};
use snapshot::GroupSnapshot;
use std::collections::HashSet;

/// The most people touched by a change of groups: beyond it, reading everybody is quicker.
const MAX_TOUCHED: usize = 1_000;

/// The changes since a cursor.
struct Increment {
    /// New and changed people, whole.
    people: Vec<Entry>,
    /// New and changed groups.
    groups: Vec<Entry>,
    /// Keys of people or groups, as the key attribute writes them.
    gone: Vec<Vec<u8>>,
    mark: String,
    keys: Option<String>,
}

impl LdapDirectory {
    pub(super) async fn changed_since(
        &self,
        cursor: Option<&str>,
    ) -> Result<DirectoryChanges, DirectoryError> {
        let limit = self.config.pass_timeout();
        let pass = async {
            // One pass at a time: each needs what the one before it left.
            let mut known = self.known.lock().await;
            let mut connection = self.pool.lease().await?;
            connection.allow(limit);
            if let Some(text) = cursor
                && let Some(cursor) =
                    Cursor::parse(text).filter(|cursor| self.fits(cursor, &connection.profile))
                && let Some(increment) = self.increment(&mut connection, &cursor).await?
            {
                let before = known.take().filter(|known| known.cursor == text);
                let changes = self.apply(&mut connection, &cursor, increment, before, &mut known).await?;
                if let Some(changes) = changes {
                    return Ok(changes);
                }
            }
            self.everybody(&mut connection, &mut known).await
        };
        tokio::time::timeout(limit, pass).await.unwrap_or(Err(DirectoryError::Unreachable(
            "reading everybody took too long: raise pass_timeout_seconds",
        )))
    }

    fn mode(&self, profile: &Profile) -> Option<Mode> {
        let has_guid = self.config.has_guid();
        let has_uuid = self.config.key_attribute.eq_ignore_ascii_case("entryUUID");
        match self.config.incremental {
            Incremental::Auto if profile.is_active_directory && has_guid => Some(Mode::DirSync),
            Incremental::Auto if has_uuid && profile.supports(content_sync::REQUEST) => {
                Some(Mode::ContentSync)
            }
            Incremental::Auto | Incremental::Timestamps => Some(Mode::Timestamps),
            Incremental::ContentSync => has_uuid.then_some(Mode::ContentSync),
            Incremental::DirSync => has_guid.then_some(Mode::DirSync),
            Incremental::Usn => Some(Mode::Usn),
            Incremental::Never => None,
        }
    }

    /// The server or tree whose counter a mark is: each domain controller has its own, while replicas of a tree share theirs.
    fn server(&self, mode: Mode, profile: &Profile) -> Option<String> {
        match mode {
            Mode::DirSync | Mode::Usn => profile.service.clone(),
            Mode::ContentSync => profile.context_of(&self.base).map(|context| context.as_str().to_owned()),
            Mode::Timestamps => Some(String::new()),
        }
    }

    fn fits(&self, cursor: &Cursor, profile: &Profile) -> bool {
        let same_mode = match (self.mode(profile), cursor.mode) {
            (Some(mode), had) if mode == had => true,
            // What was taken when the better way was refused.
            (Some(_), Mode::Usn | Mode::Timestamps) => self.config.incremental == Incremental::Auto,
            _ => false,
        };
        same_mode
            && self.server(cursor.mode, profile).as_ref() == Some(&cursor.server)
            && cursor.question == cursor::question(&self.config)
    }

    /// The mark of this moment, in the best way that works.
    async fn mark(
        &self,
        connection: &mut Lease<'_>,
    ) -> Result<Option<(Mode, String, String)>, DirectoryError> {
        let profile = connection.profile.clone();
        let fallback = |mode: Option<Mode>| match (self.config.incremental, mode) {
            (Incremental::Auto, Some(Mode::DirSync)) => Some(Mode::Usn),
            (Incremental::Auto, Some(Mode::ContentSync | Mode::Usn)) => Some(Mode::Timestamps),
            _ => None,
        };
        let mut mode = self.mode(&profile);
        while let Some(now) = mode {
            let mark = match (now, self.server(now, &profile)) {
                (_, None) => None,
                (Mode::ContentSync, Some(_)) => match profile.context_of(&self.base) {
                    Some(context) => self.content_mark(connection, context).await?,
                    None => None,
                },
                (Mode::DirSync, Some(_)) => match profile.context_of(&self.base) {
                    Some(context) => self.dirsync_mark(connection, context).await?,
                    None => None,
                },
                (Mode::Usn, Some(_)) => self.usn_mark(connection).await?,
                // Known when the entries have come.
                (Mode::Timestamps, Some(_)) => Some(String::new()),
            };
            if let (Some(mark), Some(server)) = (mark, self.server(now, &profile)) {
                return Ok(Some((now, server, mark)));
            }
            mode = fallback(mode);
        }
        Ok(None)
    }

    async fn increment(
        &self,
        connection: &mut Lease<'_>,
        cursor: &Cursor,
    ) -> Result<Option<Increment>, DirectoryError> {
        let profile = connection.profile.clone();
        match cursor.mode {
            Mode::ContentSync => self.content_changes(connection, cursor).await,
            Mode::DirSync => match profile.context_of(&self.base) {
                Some(context) => self.dirsync_changes(connection, context, cursor).await,
                None => Ok(None),
            },
            Mode::Usn => self.usn_changes(connection, cursor).await,
            Mode::Timestamps => self.later_changes(connection, cursor).await,
        }
    }

    /// By `modifyTimestamp`, of the directory's own clock. What changed within the second of the mark is read twice.
    async fn later_changes(
        &self,
        connection: &mut Connection,
        cursor: &Cursor,
    ) -> Result<Option<Increment>, DirectoryError> {
        if state::generalized_time(&cursor.mark).is_none() {
            return Ok(None);
        }
        let condition = format!("(modifyTimestamp>={})", cursor.mark);
        let people = connection.search(timed(self.people(&condition, MAX_ENTRIES))).await?;
        let filter = format!("(&({}=*){condition})", self.config.member_attribute);
        let groups = connection.search(timed(self.groups_with_members(filter))).await?;
        let mark = latest(people.iter().chain(&groups)).unwrap_or_else(|| cursor.mark.clone());
        Ok(Some(Increment { people, groups, gone: Vec::new(), mark, keys: None }))
    }

    /// Everybody, with the groups read once and a cursor from before.
    async fn everybody(
        &self,
        connection: &mut Lease<'_>,
        known: &mut Option<GroupSnapshot>,
    ) -> Result<DirectoryChanges, DirectoryError> {
        *known = None;
        let mark = self.mark(connection).await?;
        let graph = self.graph(connection).await?;
        // One more than any directory has: a list that was cut is never taken for everybody.
        let entries = connection.search(timed(self.people("", MAX_ENTRIES + 1))).await?;
        let cursor = mark.and_then(|(mode, server, mark)| {
            let mark = match mode {
                Mode::Timestamps => latest(entries.iter())?,
                _ => mark,
            };
            let keys = (mode == Mode::ContentSync).then(|| {
                cursor::digest(
                    entries
                        .iter()
                        .filter_map(|entry| entry.octets(&self.config.key_attribute).first())
                        .map(Vec::as_slice),
                )
            });
            Cursor { mode, server, question: cursor::question(&self.config), mark, keys }.to_text()
        });
        let names = connection.profile.is_active_directory.then(|| {
            let mut names = PersonNames::default();
            names.add(&self.config.key_attribute, &entries);
            names
        });
        let people = self.all(&graph, entries).await?;
        *known = cursor.clone().map(|cursor| GroupSnapshot { cursor, graph, names });
        Ok(DirectoryChanges::Everybody { people, cursor })
    }

    /// However many groups they have, others have their turn between two people, and whoever gives up is heard.
    async fn all(
        &self,
        graph: &GroupGraph,
        entries: Vec<Entry>,
    ) -> Result<Vec<DirectoryPerson>, DirectoryError> {
        let mut people = Vec::with_capacity(entries.len());
        for entry in entries {
            let groups = self.groups_in(graph, &entry);
            people.push(self.person_of(self.with_groups(entry, groups)?));
            tokio::task::yield_now().await;
        }
        Ok(people)
    }

    /// From an increment to people; `None` when only reading everybody tells.
    async fn apply(
        &self,
        connection: &mut Lease<'_>,
        cursor: &Cursor,
        increment: Increment,
        before: Option<GroupSnapshot>,
        known: &mut Option<GroupSnapshot>,
    ) -> Result<Option<DirectoryChanges>, DirectoryError> {
        let Increment { mut people, groups, gone, mark, keys } = increment;
        let next = Cursor { mark, keys, ..cursor.clone() }.to_text();
        let (mut graph, mut names, is_known) = match before {
            Some(before) => (before.graph, before.names, true),
            // Nobody knows who was in these groups, nor whether what has gone was one.
            None if !groups.is_empty() || (cursor.mode == Mode::ContentSync && !gone.is_empty()) => {
                return Ok(None);
            }
            None if people.is_empty() => (GroupGraph::default(), None, false),
            None => (self.graph(connection).await?, None, false),
        };
        let mut changed = Vec::new();
        for group in groups {
            changed.push(self.group_of(connection, group).await?);
        }
        let mut newcomers = HashSet::new();
        if let Some(names) = &mut names {
            let key_attribute = &self.config.key_attribute;
            if names.are_old(key_attribute, &people, &changed, &graph) {
                return Ok(None);
            }
            newcomers = names.add(key_attribute, &people);
        }
        let (touched, left) = regroup(&mut graph, changed, gone);
        // Somebody who was elsewhere until now, and whose groups still name them as they were called there.
        let is_new = |person: &&Entry| newcomers.contains(&person.dn);
        if people.iter().filter(is_new).any(|person| self.has_unlisted_groups(&graph, person)) {
            return Ok(None);
        }
        let read: HashSet<DistinguishedName> = people.iter().map(|person| person.dn.clone()).collect();
        let touched: Vec<DistinguishedName> = touched.difference(&read).cloned().collect();
        if touched.len() > MAX_TOUCHED {
            return Ok(None);
        }
        let mut nobody = 0;
        for dn in touched.iter().filter(|dn| dn.is_under(&self.base)) {
            let attributes = self.config.person_attributes();
            match connection.entry(dn, &self.config.person_filter, attributes).await? {
                Some(person) => people.push(person),
                None => nobody += usize::from(!self.is_there(connection, dn).await?),
            }
        }
        // Who came into a group or left one and is not found has gone, as was told, or has another name by now.
        if nobody > left.len() {
            return Ok(None);
        }
        let changed = self.all(&graph, people).await?;
        let here: HashSet<&Subject> = changed.iter().map(|person| &person.subject).collect();
        let gone = left.iter().filter_map(|key| self.subject_of(key));
        let gone = gone.filter(|subject| !here.contains(subject)).collect();
        // Groups that were read just now may be newer than the mark: the next change would seem to be known already.
        *known = next.clone().filter(|_| is_known).map(|cursor| GroupSnapshot { cursor, graph, names });
        Ok(Some(DirectoryChanges::Some { changed, gone, cursor: next }))
    }
}

impl LdapDirectory {
    /// True if a person's own entry names a group whose members are known without them.
    fn has_unlisted_groups(&self, graph: &GroupGraph, person: &Entry) -> bool {
        self.named_groups(person).any(|name| {
            graph
                .get(&name)
                .is_some_and(|group| !group.members.is_empty() && !group.members.contains(&person.dn))
        })
    }

    /// True if there is an entry of this name, of a person or not.
    async fn is_there(
        &self,
        connection: &mut Connection,
        dn: &DistinguishedName,
    ) -> Result<bool, DirectoryError> {
        Ok(connection.entry(dn, "(objectClass=*)", vec!["1.1".to_owned()]).await?.is_some())
    }
}

/// Puts changed groups in the place of the old ones and takes out those that have gone. Gives the people who came into a group or left
/// one, and the keys that were no group's.
fn regroup(
    graph: &mut GroupGraph,
    changed: Vec<super::graph::Group>,
    gone: Vec<Vec<u8>>,
) -> (HashSet<DistinguishedName>, Vec<Vec<u8>>) {
    let (mut moved, mut old_names, mut left) = (HashSet::new(), Vec::new(), Vec::new());
    for group in &changed {
        let old_name = graph.named(&group.key).or(graph.get(&group.dn).map(|old| &old.dn)).cloned();
        match old_name.as_ref().and_then(|name| graph.get(name)) {
            // A name that is only written otherwise is another one to whoever reads it.
            Some(old) if old.dn.as_str() == group.dn.as_str() => {
                moved.extend(old.members.symmetric_difference(&group.members).cloned());
            }
            Some(old) => moved.extend(old.members.union(&group.members).cloned()),
            None => moved.extend(group.members.iter().cloned()),
        }
        old_names.extend(old_name);
    }
    for key in gone {
        match graph.named(&key).cloned() {
            Some(name) => {
                moved.extend(graph.get(&name).into_iter().flat_map(|group| &group.members).cloned());
                old_names.push(name);
            }
            None => left.push(key),
        }
    }
    // Who was below, and who is.
    let mut people = graph.below(moved.iter());
    for name in old_names {
        graph.remove(&name);
    }
    for group in changed {
        graph.insert(group);
    }
    people.extend(graph.below(moved.iter()));
    people.retain(|name| graph.get(name).is_none());
    (people, left)
}

fn timed(mut query: super::Query) -> super::Query {
    query.attributes.push("modifyTimestamp".to_owned());
    query
}

/// The latest `modifyTimestamp`, to the second.
fn latest<'a>(entries: impl Iterator<Item = &'a Entry>) -> Option<String> {
    let times = entries.filter_map(|entry| entry.texts("modifyTimestamp").next());
    let latest = times.filter_map(state::generalized_time).max()?;
    Some(latest.format("%Y%m%d%H%M%SZ").to_string())
}
