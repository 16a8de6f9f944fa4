//! Reading every group of a directory with its members.

use super::{
    LdapDirectory,
    connection::{Connection, MAX_ENTRIES, Query, ranged},
    entry::Entry,
    graph::{Group, GroupGraph, MAX_GROUP_DEPTH},
    key,
};
use crate::dn::DistinguishedName;
use ldap3::Scope;
use pleiade_core::DirectoryError;

/// Members of all groups together.
const MAX_MEMBERSHIPS: usize = 2_000_000;

impl LdapDirectory {
    /// The question for groups with their members.
    pub(super) fn groups_with_members(&self, filter: String) -> Query {
        let members = ranged(&self.config.member_attribute, 0, self.config.values_at_once);
        Query {
            base: self.group_base.clone(),
            scope: Scope::Subtree,
            filter,
            attributes: vec![members, self.config.key_attribute.clone(), "objectSid".to_owned()],
            limit: MAX_ENTRIES,
            // Entries of groups are large.
            page_size: self.config.page_size.min(50),
        }
    }

    pub(super) async fn group_of(
        &self,
        connection: &mut Connection,
        mut entry: Entry,
    ) -> Result<Group, DirectoryError> {
        let name = &self.config.member_attribute;
        connection.complete(&mut entry, name, self.config.values_at_once).await?;
        let first = |name: &str| entry.octets(name).first().cloned().unwrap_or_default();
        Ok(Group {
            key: first(&self.config.key_attribute),
            sid: first("objectSid"),
            members: entry.names(name).collect(),
            dn: entry.dn,
        })
    }

    pub(super) async fn graph(&self, connection: &mut Connection) -> Result<GroupGraph, DirectoryError> {
        let has_members = format!("({}=*)", self.config.member_attribute);
        // A domain's primary groups have no members that are written.
        let filter = format!("(|{has_members}(objectClass=group))");
        let mut graph = GroupGraph::default();
        let mut memberships = 0;
        for entry in connection.search(self.groups_with_members(filter)).await? {
            let group = self.group_of(connection, entry).await?;
            memberships += group.members.len();
            if memberships > MAX_MEMBERSHIPS {
                return Err(DirectoryError::BadAnswer("its groups have more members than any directory"));
            }
            graph.insert(group);
        }
        Ok(graph)
    }

    /// The names of a person's groups.
    pub(super) fn groups_in(&self, graph: &GroupGraph, person: &Entry) -> Vec<String> {
        // A read account that sees the groups of people and not the members of groups.
        if graph.is_empty() {
            let named: Vec<DistinguishedName> = self.named_groups(person).collect();
            return self.group_names(named.iter());
        }
        let depth = if self.config.nested_groups { MAX_GROUP_DEPTH } else { 1 };
        self.group_names(graph.above(&person.dn, primary(person), depth).into_iter())
    }
}

/// The identifier of the primary group of a person of a domain.
fn primary(person: &Entry) -> Option<Vec<u8>> {
    let relative = person.text("primaryGroupID")?.parse().ok()?;
    key::sibling_sid(person.octets("objectSid").first()?, relative)
}
