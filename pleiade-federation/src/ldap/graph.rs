//! Every group of a directory with its members, to know the groups of everybody without a question about each person.

use crate::dn::DistinguishedName;
use std::collections::{HashMap, HashSet};

/// The most groups of one person.
pub(super) const MAX_GROUPS: usize = 500;
/// The deepest nesting of groups: deeper than any organisation chart.
pub(super) const MAX_GROUP_DEPTH: usize = 10;

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
    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    pub(super) fn insert(&mut self, group: Group) {
        for member in &group.members {
            self.parents.entry(member.clone()).or_default().push(group.dn.clone());
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
        Some(group)
    }

    /// The group with this key, under whatever name. Groups of a directory that gives them no key are not found.
    pub(super) fn named(&self, key: &[u8]) -> Option<&DistinguishedName> {
        if key.is_empty() {
            return None;
        }
        self.groups.iter().find(|(_, group)| group.key == key).map(|(name, _)| name)
    }

    /// The names of the groups that contain a member, at most so many levels up.
    pub(super) fn above(
        &self,
        member: &DistinguishedName,
        primary: Option<Vec<u8>>,
        depth: usize,
    ) -> Vec<&DistinguishedName> {
        let mut seen: HashSet<&DistinguishedName> = HashSet::new();
        let mut level: Vec<&DistinguishedName> = self.parents.get(member).into_iter().flatten().collect();
        if let Some(sid) = primary {
            let is_primary = |(_, group): &(&DistinguishedName, &Group)| group.sid == sid;
            level.extend(self.groups.iter().find(is_primary).map(|(name, _)| name));
        }
        for _ in 0..depth {
            let mut next = Vec::new();
            for name in level {
                if seen.len() < MAX_GROUPS && seen.insert(name) {
                    next.extend(self.parents.get(name).into_iter().flatten());
                }
            }
            level = next;
        }
        seen.into_iter().filter_map(|name| Some(&self.groups.get(name)?.dn)).collect()
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

    pub(super) fn above(graph: &GroupGraph, member: &str, depth: usize) -> Vec<String> {
        let mut found: Vec<_> =
            graph.above(&dn(member), None, depth).into_iter().map(|dn| dn.as_str().to_owned()).collect();
        found.sort();
        found
    }

    #[test]
    fn groups_in_each_other_end() {
        let mut graph = graph();
        assert_eq!(above(&graph, "uid=p", 10), ["cn=eau", "cn=reseaux", "cn=technique"]);
        assert_eq!(above(&graph, "uid=p", 1), ["cn=eau"]);
        assert_eq!(above(&graph, "uid=nobody", 10), [""; 0]);
        let everybody = graph.below([dn("CN=Technique")].iter());
        assert_eq!(everybody, ["uid=p", "uid=q"].map(dn).into());
        assert_eq!((graph.named(b"eau"), graph.named(b"")), (Some(&dn("cn=eau")), None));
        graph.remove(&dn("cn = technique"));
        assert_eq!(above(&graph, "uid=p", 10), ["cn=eau"]);
    }

    #[test]
    fn the_primary_group_counts() {
        assert_eq!(graph().above(&dn("uid=nobody"), Some(b"eau".to_vec()), 1), [&dn("cn=eau")]);
    }

    #[test]
    fn a_chain_longer_than_reason_is_cut() {
        let mut graph = GroupGraph::default();
        for n in 0..1000 {
            graph.insert(group(&n.to_string(), &[&format!("cn={}", n + 1)]));
        }
        assert_eq!(above(&graph, "cn=1000", MAX_GROUP_DEPTH).len(), MAX_GROUP_DEPTH);
    }
}
