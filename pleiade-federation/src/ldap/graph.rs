//! Every group of a directory with its members, to know the groups of everybody without a question about each person.

use crate::dn::DistinguishedName;
use std::collections::{HashMap, HashSet};

/// One group.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) dn: DistinguishedName,
    pub(super) key: Vec<u8>,
    pub(super) sid: Vec<u8>,
    pub(super) members: HashSet<DistinguishedName>,
}

/// The groups by their names, and who is in which.
#[derive(Debug, Default)]
pub(super) struct GroupGraph {
    groups: HashMap<DistinguishedName, Group>,
    parents: HashMap<DistinguishedName, Vec<DistinguishedName>>,
    names_by_key: HashMap<Vec<u8>, DistinguishedName>,
    names_by_sid: HashMap<Vec<u8>, DistinguishedName>,
}

#[cfg(test)]
impl Group {
    pub(super) fn with(key: &str, dn: &str, members: &[&str]) -> Self {
        Self {
            dn: dn.into(),
            key: key.as_bytes().to_vec(),
            sid: key.as_bytes().to_vec(),
            members: members.iter().map(|member| (*member).into()).collect(),
        }
    }
}

impl GroupGraph {
    pub(super) fn insert(&mut self, group: Group) {
        for member in &group.members {
            self.parents.entry(member.clone()).or_default().push(group.dn.clone());
        }
        for (names, id) in [(&mut self.names_by_key, &group.key), (&mut self.names_by_sid, &group.sid)] {
            if !id.is_empty() {
                names.insert(id.clone(), group.dn.clone());
            }
        }
        self.groups.insert(group.dn.clone(), group);
    }

    /// True if a name is among the members of a group.
    pub(super) fn lists(&self, name: &DistinguishedName) -> bool {
        self.parents.get(name).is_some_and(|parents| !parents.is_empty())
    }

    pub(super) fn get(&self, name: &DistinguishedName) -> Option<&Group> {
        self.groups.get(name)
    }

    pub(super) fn remove(&mut self, name: &DistinguishedName) -> Option<Group> {
        let group = self.groups.remove(name)?;
        for member in &group.members {
            if let Some(parents) = self.parents.get_mut(member) {
                parents.retain(|parent| parent != name);
            }
        }
        for (names, id) in [(&mut self.names_by_key, &group.key), (&mut self.names_by_sid, &group.sid)] {
            if names.get(id) == Some(name) {
                names.remove(id);
            }
        }
        Some(group)
    }

    /// The group with this key, under whatever name. Groups of a directory that gives them no key are not found.
    pub(super) fn named(&self, key: &[u8]) -> Option<&DistinguishedName> {
        self.names_by_key.get(key)
    }

    /// The groups that list a member.
    pub(super) fn listing(
        &self,
        member: &DistinguishedName,
    ) -> impl Iterator<Item = &DistinguishedName> + use<'_> {
        self.parents.get(member).into_iter().flatten()
    }

    /// The group with this identifier of a domain.
    pub(super) fn with_sid(&self, sid: &[u8]) -> Option<&DistinguishedName> {
        self.names_by_sid.get(sid)
    }

    /// Everybody in a group, also through other groups; none of them is a group.
    pub(super) fn below<'a>(
        &'a self,
        members: impl Iterator<Item = &'a DistinguishedName>,
    ) -> HashSet<DistinguishedName> {
        let mut people = HashSet::new();
        let mut seen: HashSet<&DistinguishedName> = HashSet::new();
        let mut open: Vec<&DistinguishedName> = members.collect();
        while let Some(name) = open.pop() {
            if !seen.insert(name) {
                continue;
            }
            match self.groups.get(name) {
                Some(group) => open.extend(&group.members),
                None => {
                    people.insert(name.clone());
                }
            }
        }
        people
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dn(name: &str) -> DistinguishedName {
        name.into()
    }

    fn group(name: &str, members: &[&str]) -> Group {
        Group::with(name, &format!("cn={name}"), members)
    }

    fn graph() -> GroupGraph {
        let mut graph = GroupGraph::default();
        graph.insert(group("eau", &["uid=p"]));
        graph.insert(group("technique", &["cn=eau", "cn=reseaux"]));
        graph.insert(group("reseaux", &["cn=technique", "uid=q"]));
        graph
    }

    fn listing(graph: &GroupGraph, member: &str) -> Vec<String> {
        let mut found: Vec<_> = graph.listing(&dn(member)).map(|dn| dn.as_str().to_owned()).collect();
        found.sort();
        found
    }

    #[test]
    fn groups_in_each_other_end() {
        let mut graph = graph();
        assert_eq!(listing(&graph, "UID = p"), ["cn=eau"]);
        assert_eq!(listing(&graph, "cn=eau"), ["cn=technique"]);
        assert_eq!(listing(&graph, "uid=nobody"), [""; 0]);
        let everybody = graph.below([dn("CN=Technique")].iter());
        assert_eq!(everybody, ["uid=p", "uid=q"].map(dn).into());
        assert_eq!((graph.named(b"eau"), graph.named(b"")), (Some(&dn("cn=eau")), None));
        graph.remove(&dn("cn = technique"));
        assert_eq!(listing(&graph, "cn=eau"), [""; 0]);
        assert_eq!(graph.with_sid(b"eau"), Some(&dn("cn=eau")));
        graph.remove(&dn("cn=eau"));
        assert_eq!((graph.named(b"eau"), graph.with_sid(b"eau")), (None, None));
    }
}
