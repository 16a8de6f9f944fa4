//! What has changed in an Active Directory domain: the DirSync control (MS-ADTS §3.1.1.3.4.1.3) with the rights of the read account,
//! or `uSNChanged` where it is refused. Neither tells a read account of deletions.

use super::{Increment, cursor::Cursor};
use crate::{
    dn::DistinguishedName,
    ldap::{
        LdapDirectory, ber,
        connection::{Connection, MAX_ENTRIES, Query, code, refusal},
        groups::MAX_CONDITIONS,
        key,
    },
};
use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine as _};
use ldap3::{Scope, controls::RawControl};
use pleiade_core::DirectoryError;
use std::collections::BTreeSet;

const DIRSYNC: &str = "1.2.840.113556.1.4.841";
/// Only what the account may read (LDAP_DIRSYNC_OBJECT_SECURITY): needs no right of replication.
const OBJECT_SECURITY: u32 = 1;
const MAX_PART_BYTES: u32 = 1 << 20;
const MAX_PARTS: usize = 10_000;
/// The most changes of one pass: beyond it, reading everybody is quicker.
const MAX_CHANGES: usize = 2_000;
/// An object that no directory has: the question for a cookie alone.
const NOTHING: &str = "(&(objectClass=user)(sAMAccountName=\\00))";

/// One part of the answer: whether more follows, and the cookie.
pub(crate) fn answer(value: &[u8]) -> Option<(bool, Vec<u8>)> {
    let parts = ber::sequence(value)?;
    let [more, _, cookie] = parts.as_slice() else { return None };
    if more.tag != 0x02 || cookie.tag != 0x04 {
        return None;
    }
    Some((more.content.iter().any(|octet| *octet != 0), cookie.content.to_vec()))
}

fn request(cookie: &[u8]) -> RawControl {
    let parts = [
        ber::write_element(0x02, &ber::integer(OBJECT_SECURITY)),
        ber::write_element(0x02, &ber::integer(MAX_PART_BYTES)),
        ber::write_element(0x04, cookie),
    ];
    RawControl { ctype: DIRSYNC.to_owned(), crit: true, val: Some(ber::write_element(0x30, &parts.concat())) }
}

impl LdapDirectory {
    /// The keys of what has changed since a cookie, and the next one; `None` when the control is refused.
    async fn replicated(
        &self,
        connection: &mut Connection,
        context: &DistinguishedName,
        filter: &str,
        mut cookie: Vec<u8>,
    ) -> Result<Option<(BTreeSet<Vec<u8>>, Vec<u8>)>, DirectoryError> {
        let mut attributes = self.config.person_attributes();
        attributes.extend([
            self.config.member_attribute.clone(),
            "name".into(),
            "parentGUID".into(),
            "objectGUID".into(),
        ]);
        let mut keys = BTreeSet::new();
        for _ in 0..MAX_PARTS {
            let query = Query {
                base: context.clone(),
                scope: Scope::Subtree,
                filter: filter.to_owned(),
                attributes: attributes.clone(),
                limit: MAX_ENTRIES,
                page_size: 0,
            };
            let part = connection.ask(query, vec![request(&cookie)]).await?;
            match part.code {
                code::SUCCESS => {}
                // A cookie of another time, a right that is missing, a control that is unknown.
                1 | 2 | 12 | code::INSUFFICIENT_ACCESS | code::UNWILLING => return Ok(None),
                other => return Err(refusal(other)),
            }
            let (more, next) = part
                .control(DIRSYNC)
                .and_then(answer)
                .ok_or(DirectoryError::BadAnswer("the replication control is malformed"))?;
            let found = part.entries.iter().filter_map(|(entry, _)| entry.octets("objectGUID").first());
            keys.extend(found.cloned());
            if keys.len() > MAX_ENTRIES {
                break;
            }
            cookie = next;
            if !more {
                return Ok(Some((keys, cookie)));
            }
        }
        Err(DirectoryError::BadAnswer("its changes have no end"))
    }

    pub(super) async fn dirsync_mark(
        &self,
        connection: &mut Connection,
        context: &DistinguishedName,
    ) -> Result<Option<String>, DirectoryError> {
        let answer = self.replicated(connection, context, NOTHING, Vec::new()).await?;
        Ok(answer.map(|(_, cookie)| BASE64_STANDARD_NO_PAD.encode(cookie)))
    }

    pub(super) async fn dirsync_changes(
        &self,
        connection: &mut Connection,
        context: &DistinguishedName,
        cursor: &Cursor,
    ) -> Result<Option<Increment>, DirectoryError> {
        let Ok(cookie) = BASE64_STANDARD_NO_PAD.decode(&cursor.mark) else { return Ok(None) };
        let filter = "(|(&(objectCategory=person)(objectClass=user))(objectClass=group))";
        let Some((mut keys, cookie)) = self.replicated(connection, context, filter, cookie).await? else {
            return Ok(None);
        };
        if keys.len() > MAX_CHANGES {
            return Ok(None);
        }
        let (mut people, mut groups) = (Vec::new(), Vec::new());
        for some in keys.iter().cloned().collect::<Vec<_>>().chunks(MAX_CONDITIONS) {
            let any: String =
                some.iter().map(|key| format!("(objectGUID={})", key::filter_value(key))).collect();
            people.extend(connection.search(self.people(&format!("(|{any})"), MAX_ENTRIES)).await?);
            let query = self.groups_with_members(format!("(&(objectClass=group)(|{any}))"));
            groups.extend(connection.search(query).await?);
        }
        for entry in people.iter().chain(&groups) {
            for key in entry.octets("objectGUID") {
                keys.remove(key);
            }
        }
        let mark = BASE64_STANDARD_NO_PAD.encode(cookie);
        // Whoever has changed and is no longer among the people asked for has left them.
        Ok(Some(Increment { people, groups, gone: keys.into_iter().collect(), mark, keys: None }))
    }

    pub(super) async fn usn_mark(
        &self,
        connection: &mut Connection,
    ) -> Result<Option<String>, DirectoryError> {
        let wanted = vec!["highestCommittedUSN".to_owned()];
        let root = connection.entry(&DistinguishedName::root(), "(objectClass=*)", wanted).await?;
        Ok(root.and_then(|root| root.text("highestCommittedUSN")).filter(|usn| usn.parse::<u64>().is_ok()))
    }

    pub(super) async fn usn_changes(
        &self,
        connection: &mut Connection,
        cursor: &Cursor,
    ) -> Result<Option<Increment>, DirectoryError> {
        let Ok(last) = cursor.mark.parse::<u64>() else { return Ok(None) };
        let Some(mark) = self.usn_mark(connection).await? else { return Ok(None) };
        // A counter that went back belongs to a server that was restored.
        if mark.parse::<u64>().is_ok_and(|mark| mark < last) {
            return Ok(None);
        }
        let condition = format!("(uSNChanged>={})", last.saturating_add(1));
        let people = connection.search(self.people(&condition, MAX_ENTRIES)).await?;
        let groups = self.groups_with_members(format!("(&(objectClass=group){condition})"));
        let groups = connection.search(groups).await?;
        Ok(Some(Increment { people, groups, gone: Vec::new(), mark, keys: None }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_an_answer_are_read() {
        let value = request(b"cookie").val.unwrap();
        assert_eq!(answer(&value), Some((true, b"cookie".to_vec())));
        for bad in [&[][..], &[0x30, 0], &[0x30, 3, 2, 1, 0]] {
            assert_eq!(answer(bad), None);
        }
    }
}
