//! RFC 4533, content synchronisation, refresh only: what OpenLDAP's overlay `syncprov` answers.
//!
//! With `syncprov-sessionlog` the server names whom it has deleted. Without, or when its log does not reach back far enough, it names
//! everybody who is still there: then nobody has left if these are the same people as before, and if not, everybody is read again.

use super::{Increment, cursor};
use crate::{
    dn::DistinguishedName,
    ldap::{
        LdapDirectory,
        ber::{self, Element},
        connection::{Connection, MAX_ENTRIES, Query, code, control_value, refusal},
        entry::Entry,
    },
};
use ldap3::controls::RawControl;
use pleiade_core::DirectoryError;
use std::collections::HashSet;

pub(super) const REQUEST: &str = "1.3.6.1.4.1.4203.1.9.1.1";
const STATE: &str = "1.3.6.1.4.1.4203.1.9.1.2";
const DONE: &str = "1.3.6.1.4.1.4203.1.9.1.3";
const MESSAGE: &str = "1.3.6.1.4.1.4203.1.9.1.4";

/// An `entryUUID`.
type Key = [u8; 16];

/// The state of an entry, from its control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SyncState {
    Present,
    Changed,
    Deleted,
}

/// An intermediate message about several entries.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SyncIdSet {
    pub(crate) cookie: Option<Vec<u8>>,
    pub(crate) deleted: bool,
    pub(crate) keys: Vec<Key>,
}

/// The result of one search.
#[derive(Default)]
struct SyncResult {
    changed: Vec<(Key, Entry)>,
    deleted: Vec<Key>,
    present: HashSet<Key>,
    /// True if deletions were named.
    tells_deletions: bool,
    cookie: Option<String>,
}

impl LdapDirectory {
    /// The cookie of this moment: OpenLDAP's are made of the `contextCSN` of the tree (slapd-config(5), syncrepl).
    pub(super) async fn content_mark(
        &self,
        connection: &mut Connection,
        context: &DistinguishedName,
    ) -> Result<Option<String>, DirectoryError> {
        let wanted = vec!["contextCSN".to_owned()];
        let entry = connection.entry(context, "(objectClass=*)", wanted).await?;
        let csns: Vec<String> =
            entry.iter().flat_map(|entry| entry.texts("contextCSN")).map(str::to_owned).collect();
        Ok((!csns.is_empty()).then(|| format!("rid=000,csn={}", csns.join(";"))))
    }

    /// The changes since a cookie; `None` when the server cannot tell.
    pub(super) async fn content_changes(
        &self,
        connection: &mut Connection,
        cursor: &cursor::Cursor,
    ) -> Result<Option<Increment>, DirectoryError> {
        let people = self.people("", MAX_ENTRIES);
        let Some(people) = synced(connection, people, &cursor.mark).await? else { return Ok(None) };
        let groups = self.groups_with_members(format!("({}=*)", self.config.member_attribute));
        let Some(groups) = synced(connection, groups, &cursor.mark).await? else { return Ok(None) };
        let mut keys = None;
        if !people.is_nothing(&cursor.mark) && !people.tells_deletions {
            let now: HashSet<Key> =
                people.present.iter().copied().chain(people.changed.iter().map(|(key, _)| *key)).collect();
            let texts: Vec<String> = now.iter().map(uuid_text).collect();
            keys = Some(cursor::digest(texts.iter().map(String::as_bytes)));
            if keys != cursor.keys {
                return Ok(None);
            }
        } else if people.is_nothing(&cursor.mark) {
            keys.clone_from(&cursor.keys);
        }
        let gone = people.deleted.iter().chain(&groups.deleted).map(|key| uuid_text(key).into_bytes());
        let gone: HashSet<Vec<u8>> = gone.collect();
        Ok(Some(Increment {
            people: people.changed.into_iter().map(|(_, entry)| entry).collect(),
            groups: groups.changed.into_iter().map(|(_, entry)| entry).collect(),
            gone: gone.into_iter().collect(),
            mark: people.cookie.unwrap_or_else(|| cursor.mark.clone()),
            keys,
        }))
    }
}

impl SyncResult {
    fn is_nothing(&self, mark: &str) -> bool {
        self.changed.is_empty()
            && self.deleted.is_empty()
            && self.present.is_empty()
            && self.cookie.as_deref().is_none_or(|cookie| csns(cookie) == csns(mark))
    }
}

fn csns(cookie: &str) -> Option<&str> {
    cookie.split(',').find_map(|part| part.strip_prefix("csn="))
}

async fn synced(
    connection: &mut Connection,
    query: Query,
    mark: &str,
) -> Result<Option<SyncResult>, DirectoryError> {
    let malformed = || DirectoryError::BadAnswer("a synchronisation control is malformed");
    let answer = connection.ask(query, vec![request(mark)]).await?;
    match answer.code {
        code::SUCCESS => {}
        code::REFRESH_REQUIRED | code::SIZE_LIMIT | code::TIME_LIMIT | code::ADMIN_LIMIT => return Ok(None),
        // The control is unknown or not wanted here.
        2 | 12 | code::UNWILLING => return Ok(None),
        other => return Err(refusal(other)),
    }
    let (cookie, tells_deletions) = answer.control(DONE).and_then(done).ok_or_else(malformed)?;
    let mut all = SyncResult { tells_deletions, ..SyncResult::default() };
    let mut latest = cookie;
    for (entry, controls) in answer.entries {
        let (about, key) = control_value(&controls, STATE).and_then(state).ok_or_else(malformed)?;
        match about {
            SyncState::Present => {
                all.present.insert(key);
            }
            SyncState::Changed => all.changed.push((key, entry)),
            SyncState::Deleted => all.deleted.push(key),
        }
    }
    for (name, value) in &answer.messages {
        if name != MESSAGE {
            continue;
        }
        let set = message(value).ok_or_else(malformed)?;
        latest = latest.or(set.cookie);
        match set.deleted {
            true => all.deleted.extend(set.keys),
            false => all.present.extend(set.keys),
        }
    }
    all.cookie = latest.map(String::from_utf8).transpose().map_err(|_| malformed())?;
    Ok(Some(all))
}

fn request(cookie: &str) -> RawControl {
    const REFRESH_ONLY: u32 = 1;
    let mode = ber::write_element(0x0a, &ber::integer(REFRESH_ONLY));
    let value = ber::write_element(0x30, &[mode, ber::write_element(0x04, cookie.as_bytes())].concat());
    RawControl { ctype: REQUEST.to_owned(), crit: true, val: Some(value) }
}

/// `entryUUID` as an attribute writes it.
fn uuid_text(key: &Key) -> String {
    let hex: Vec<String> = key.iter().map(|octet| format!("{octet:02x}")).collect();
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default().concat();
    [part(0..4), part(4..6), part(6..8), part(8..10), part(10..16)].join("-")
}

/// The control of an entry (RFC 4533 §2.3).
pub(crate) fn state(value: &[u8]) -> Option<(SyncState, Key)> {
    let parts = ber::sequence(value)?;
    let [state, key, ..] = parts.as_slice() else { return None };
    let state = match (state.tag, ber::number(state.content)?) {
        (0x0a, 0) => SyncState::Present,
        (0x0a, 1 | 2) => SyncState::Changed,
        (0x0a, 3) => SyncState::Deleted,
        _ => return None,
    };
    Some((state, key.content.try_into().ok()?))
}

/// The control of the result (RFC 4533 §2.4): its cookie, and whether deletions were named.
pub(crate) fn done(value: &[u8]) -> Option<(Option<Vec<u8>>, bool)> {
    let (mut cookie, mut deletes) = (None, false);
    for part in ber::sequence(value)? {
        match part.tag {
            0x04 => cookie = Some(part.content.to_vec()),
            0x01 => deletes = truth(&part),
            _ => return None,
        }
    }
    Some((cookie, deletes))
}

fn truth(element: &Element<'_>) -> bool {
    element.content.iter().any(|octet| *octet != 0)
}

/// An intermediate message (RFC 4533 §2.5).
pub(crate) fn message(value: &[u8]) -> Option<SyncIdSet> {
    let (choice, []) = ber::read_element(value)? else { return None };
    let mut set = SyncIdSet { cookie: None, deleted: false, keys: Vec::new() };
    match choice.tag {
        0x80 => set.cookie = Some(choice.content.to_vec()),
        0xa1 | 0xa2 => {
            let parts = ber::children(choice.content)?;
            set.cookie = parts.iter().find(|part| part.tag == 0x04).map(|part| part.content.to_vec());
        }
        0xa3 => {
            for part in ber::children(choice.content)? {
                match part.tag {
                    0x04 => set.cookie = Some(part.content.to_vec()),
                    0x01 => set.deleted = truth(&part),
                    0x31 => {
                        let keys = ber::children(part.content)?;
                        let keys: Option<Vec<Key>> =
                            keys.into_iter().map(|key| key.content.try_into().ok()).collect();
                        set.keys = keys?;
                    }
                    _ => return None,
                }
            }
        }
        _ => return None,
    }
    Some(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_messages_are_read() {
        let key = [7u8; 16];
        let of_entry = ber::write_element(
            0x30,
            &[ber::write_element(0x0a, &[3]), ber::write_element(0x04, &key), ber::write_element(4, b"c")]
                .concat(),
        );
        assert_eq!(state(&of_entry), Some((SyncState::Deleted, key)));
        assert_eq!(state(&ber::write_element(0x30, &ber::write_element(0x0a, &[1]))), None);
        let of_result = ber::write_element(
            0x30,
            &[ber::write_element(0x04, b"c"), ber::write_element(1, &[0xff])].concat(),
        );
        assert_eq!(done(&of_result), Some((Some(b"c".to_vec()), true)));
        assert_eq!(done(&[0x30, 0]), Some((None, false)));
        let keys = ber::write_element(0x31, &ber::write_element(0x04, &key).repeat(3));
        let set = ber::write_element(0xa3, &[ber::write_element(1, &[0xff]), keys].concat());
        assert_eq!(message(&set), Some(SyncIdSet { cookie: None, deleted: true, keys: vec![key; 3] }));
        let short = ber::write_element(0xa3, &ber::write_element(0x31, &ber::write_element(0x04, &[1, 2])));
        assert_eq!(message(&short), None);
        assert_eq!(message(&ber::write_element(0x80, b"c")).unwrap().cookie.as_deref(), Some(&b"c"[..]));
        assert_eq!(message(&[0x30, 0]), None);
    }

    #[test]
    fn keys_look_like_the_attribute() {
        let key: Key = std::array::from_fn(|n| u8::try_from(n).unwrap());
        assert_eq!(uuid_text(&key), "00010203-0405-0607-0809-0a0b0c0d0e0f");
    }
}
