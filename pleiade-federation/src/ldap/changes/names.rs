//! Names of a domain that no longer mean whom they meant.
//!
//! Active Directory keeps the members of a group by reference (MS-ADTS §3.1.1.1.6): when somebody is renamed, moved or deleted, the group
//! names its members otherwise from then on and does not count as changed. What was read of the groups is old by then: whoever was
//! renamed would lose their groups, and a newcomer under the name of somebody who has gone would have theirs. Only who comes under
//! another name, or under a name that was taken, shows it.

use crate::{
    dn::DistinguishedName,
    ldap::{
        entry::Entry,
        graph::{Group, GroupGraph},
    },
};
use std::collections::{HashMap, HashSet};

/// The names of people at a cursor, by key.
#[derive(Debug, Default)]
pub(super) struct PersonNames(HashMap<Vec<u8>, DistinguishedName>);

impl PersonNames {
    /// Remembers people under the names that they have now, and tells the names of those who were not known.
    pub(super) fn add(&mut self, key_attribute: &str, people: &[Entry]) -> HashSet<DistinguishedName> {
        let newcomer = |person: &Entry| {
            let key = person.octets(key_attribute).first()?.clone();
            self.0.insert(key, person.dn.clone()).is_none().then(|| person.dn.clone())
        };
        people.iter().filter_map(newcomer).collect()
    }

    /// True if somebody, or a group, comes under another name than theirs in `graph`, or newly under a name that has a place there.
    pub(super) fn are_old(
        &self,
        key_attribute: &str,
        people: &[Entry],
        groups: &[Group],
        graph: &GroupGraph,
    ) -> bool {
        let known = |person: &Entry| self.0.get(person.octets(key_attribute).first()?);
        people.iter().any(|person| match known(person) {
            Some(name) => *name != person.dn,
            None => graph.lists(&person.dn),
        }) || groups.iter().any(|group| match graph.named(&group.key) {
            Some(name) => *name != group.dn,
            None => graph.get(&group.dn).is_some() || graph.lists(&group.dn),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(key: &str, dn: &str) -> Entry {
        Entry::with(dn, &[("objectGUID", key)])
    }

    #[test]
    fn a_name_means_one_person_at_a_time() {
        let mut graph = GroupGraph::default();
        graph.insert(Group::with("g1", "CN=Eau,DC=x", &["CN=Anne,DC=x", "CN=Rivière,DC=x"]));
        graph.insert(Group::with("g2", "CN=Rivière,DC=x", &[]));
        let mut names = PersonNames::default();
        names.add("objectGUID", &[person("1", "CN=Anne,DC=x"), person("2", "CN=Bruno,DC=x")]);
        let old = |people: &[Entry], groups: &[Group]| names.are_old("objectGUID", people, groups, &graph);
        assert!(!old(&[person("1", "cn=anne, dc=x"), person("2", "CN=Bruno,DC=x")], &[]));
        assert!(!old(&[person("3", "CN=Chloé,DC=x")], &[]), "a newcomer under a new name");
        assert!(old(&[person("1", "CN=Anne Martin,DC=x")], &[]), "renamed");
        assert!(
            old(&[person("3", "CN=Anne,DC=x")], &[]),
            "a newcomer under the name of somebody who has gone"
        );
        assert!(!old(&[], &[Group::with("g1", "cn=eau,dc=x", &[]), Group::with("g3", "CN=Feu,DC=x", &[])]));
        assert!(old(&[], &[Group::with("g2", "CN=Fleuve,DC=x", &[])]), "a renamed group");
        assert!(old(&[], &[Group::with("g3", "CN=Rivière,DC=x", &[])]), "a new group under an old name");
        assert!(old(&[], &[Group::with("g3", "CN=Anne,DC=x", &[])]));
    }
}
