//! Reading every group of a directory with its members.

use super::{
    LdapDirectory,
    connection::{Connection, MAX_ENTRIES, Query, ranged},
    entry::Entry,
    graph::{Group, GroupGraph},
    groups::{Climb, GroupNames, primary},
};
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

    /// A person's groups, as [`groups`](Self::groups) finds them.
    pub(super) fn groups_in(&self, graph: &GroupGraph, person: &Entry) -> GroupNames {
        let mut climb = Climb::new(self.config.nested_groups);
        let primary = primary(person).and_then(|sid| graph.with_sid(&sid));
        let own = graph.listing(&person.dn).chain(primary).cloned();
        let mut level = climb.enter(own.chain(self.named_groups(person)));
        while !level.is_empty() {
            level = climb.enter(level.iter().flat_map(|group| graph.listing(group)).cloned());
        }
        self.group_names(climb)
    }
}
