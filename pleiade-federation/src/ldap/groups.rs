//! The groups of one person, groups in groups included.

use super::{
    LdapDirectory,
    config::GroupsAs,
    connection::{Connection, Query},
    entry::Entry,
    graph::{MAX_GROUP_DEPTH, MAX_GROUPS},
    key,
};
use crate::dn::DistinguishedName;
use ldap3::{Scope, ldap_escape};
use pleiade_core::DirectoryError;
use std::collections::HashSet;

/// The longest name of a group in bytes.
const MAX_NAME_BYTES: usize = 1024;
/// The most conditions of one search.
pub(super) const MAX_CONDITIONS: usize = 50;

impl LdapDirectory {
    /// The name of a group in mapping rules.
    fn group_name(&self, dn: &DistinguishedName) -> Option<String> {
        let name = match self.config.groups_as {
            GroupsAs::Name => dn.first_value()?,
            GroupsAs::Dn => dn.as_str().to_owned(),
        };
        (name.len() <= MAX_NAME_BYTES && !name.chars().any(char::is_control)).then_some(name)
    }

    /// Sorted, each once, within the bound.
    pub(super) fn group_names<'a>(&self, dns: impl Iterator<Item = &'a DistinguishedName>) -> Vec<String> {
        let mut names: Vec<String> = dns.filter_map(|dn| self.group_name(dn)).collect();
        names.sort();
        names.dedup();
        names.truncate(MAX_GROUPS);
        names
    }

    /// Names of the groups of a person under the group base.
    pub(super) async fn groups(
        &self,
        connection: &mut Connection,
        is_domain: bool,
        person: &Entry,
    ) -> Result<Vec<String>, DirectoryError> {
        let found = if is_domain && self.config.nested_groups {
            self.groups_of_domain(connection, person).await?
        } else {
            self.groups_by_walk(connection, person).await?
        };
        Ok(self.group_names(found.iter()))
    }

    fn groups_that(&self, condition: &str) -> Query {
        Query {
            base: self.group_base.clone(),
            scope: Scope::Subtree,
            filter: condition.to_owned(),
            attributes: vec!["cn".to_owned()],
            limit: MAX_GROUPS,
            page_size: self.config.page_size,
        }
    }

    /// Active Directory names every group of a person, the primary one too, by its identifier: `tokenGroups` (MS-ADTS §3.1.1.4.5.19).
    async fn groups_of_domain(
        &self,
        connection: &mut Connection,
        person: &Entry,
    ) -> Result<Vec<DistinguishedName>, DirectoryError> {
        let everywhere = "(objectClass=*)";
        let token = connection.entry(&person.dn, everywhere, vec!["tokenGroups".to_owned()]).await;
        let token = match token {
            Ok(Some(token)) if !token.octets("tokenGroups").is_empty() => token,
            Ok(_) | Err(DirectoryError::Refused(_)) => {
                // The rule LDAP_MATCHING_RULE_IN_CHAIN (MS-ADTS §3.1.1.3.4.4.3) walks the groups in the server.
                let condition = format!(
                    "({}:1.2.840.113556.1.4.1941:={})",
                    self.config.member_attribute,
                    ldap_escape(person.dn.as_str())
                );
                let found = connection.search(self.groups_that(&condition)).await?;
                return Ok(found.into_iter().map(|group| group.dn).collect());
            }
            Err(error) => return Err(error),
        };
        let mut found = Vec::new();
        for some in token.octets("tokenGroups").chunks(MAX_CONDITIONS).take(MAX_GROUPS / MAX_CONDITIONS) {
            let any: String =
                some.iter().map(|sid| format!("(objectSid={})", key::filter_value(sid))).collect();
            let groups = connection.search(self.groups_that(&format!("(|{any})"))).await?;
            found.extend(groups.into_iter().map(|group| group.dn));
        }
        Ok(found)
    }

    /// From the person's own groups to those that contain them, level by level.
    async fn groups_by_walk(
        &self,
        connection: &mut Connection,
        person: &Entry,
    ) -> Result<Vec<DistinguishedName>, DirectoryError> {
        // No overlay in this directory, or one that was added after the groups.
        let is_named = !person.octets(&self.config.attributes.groups).is_empty();
        // Each once, so that groups in each other end.
        let mut found: HashSet<DistinguishedName> = HashSet::new();
        let mut level = vec![person.dn.clone()];
        if is_named {
            level = self.named_groups(person).take(MAX_GROUPS).collect();
            found.extend(level.iter().cloned());
        }
        let levels = match (self.config.nested_groups, is_named) {
            (true, _) => MAX_GROUP_DEPTH,
            (false, false) => 1,
            (false, true) => 0,
        };
        for _ in 0..levels {
            let mut above = Vec::new();
            for some in level.chunks(MAX_CONDITIONS) {
                let name = &self.config.member_attribute;
                let any: String =
                    some.iter().map(|dn| format!("({name}={})", ldap_escape(dn.as_str()))).collect();
                for group in connection.search(self.groups_that(&format!("(|{any})"))).await? {
                    if found.len() < MAX_GROUPS && found.insert(group.dn.clone()) {
                        above.push(group.dn);
                    }
                }
            }
            if above.is_empty() {
                break;
            }
            level = above;
        }
        Ok(found.into_iter().collect())
    }

    /// The groups under the group base that a person's own entry names.
    pub(super) fn named_groups(&self, person: &Entry) -> impl Iterator<Item = DistinguishedName> {
        person.names(&self.config.attributes.groups).filter(|dn| dn.is_under(&self.group_base))
    }
}
