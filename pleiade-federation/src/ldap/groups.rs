//! The groups of one person, groups in groups included: the same ones when they sign in and when everybody is read.
//!
//! A person's own groups are those that list them, those that their own entry names, and the primary group of a domain, which no group
//! lists. From these it goes up level by level ([`Climb`]), asking the directory for one person and the [graph](super::graph) for
//! everybody. What is left out by a bound is left out at both, and said.

use super::{
    LdapDirectory,
    config::GroupsAs,
    connection::{Connection, Query},
    entry::Entry,
    key,
};
use crate::dn::DistinguishedName;
use ldap3::{Scope, ldap_escape};
use pleiade_core::DirectoryError;
use std::collections::HashSet;

/// The most groups of one person.
const MAX_GROUPS: usize = 500;
/// The deepest nesting of groups, a person's own being the first level: deeper than any organisation chart.
const MAX_GROUP_DEPTH: usize = 10;
/// The most groups looked at on the way up from one person.
const MAX_CLIMBED: usize = 10 * MAX_GROUPS;
/// The most steps of that way, each from a group to one that lists it, whether it was met before or not. Where every group lists every
/// other there would be no end to them; anywhere else there are far fewer, at sign-in and in a reading.
const MAX_STEPS: usize = 20 * MAX_CLIMBED;
/// The longest name of a group in bytes.
const MAX_NAME_BYTES: usize = 1024;
/// The most conditions of one search.
pub(super) const MAX_CONDITIONS: usize = 50;

/// The way up from a person, level by level, each group once, so that groups in each other end.
pub(super) struct Climb {
    found: HashSet<DistinguishedName>,
    nested: bool,
    levels_left: usize,
    steps_left: usize,
    is_cut: bool,
}

impl Climb {
    pub(super) fn new(nested: bool) -> Self {
        let levels_left = if nested { MAX_GROUP_DEPTH } else { 1 };
        Self { found: HashSet::new(), nested, levels_left, steps_left: MAX_STEPS, is_cut: false }
    }

    /// Takes the groups of the next level, and gives those whose own groups are to be looked at: none at the end.
    pub(super) fn enter(
        &mut self,
        level: impl IntoIterator<Item = DistinguishedName>,
    ) -> Vec<DistinguishedName> {
        let mut entered = Vec::new();
        for group in level {
            let has_steps = self.steps_left > 0;
            self.steps_left = self.steps_left.saturating_sub(1);
            if has_steps && self.found.contains(&group) {
                continue;
            }
            if !has_steps || self.levels_left == 0 || self.found.len() >= MAX_CLIMBED {
                self.is_cut = true;
                break;
            }
            self.found.insert(group.clone());
            entered.push(group);
        }
        self.levels_left = self.levels_left.saturating_sub(1);
        if self.nested { entered } else { Vec::new() }
    }
}

/// The groups of a person by the names that mapping rules use.
pub(super) struct GroupNames {
    /// Sorted, each once.
    pub(super) names: Vec<String>,
    /// True if some were left out: nested deeper, or more, than is looked at.
    pub(super) are_cut: bool,
}

impl LdapDirectory {
    /// The name of a group in mapping rules.
    fn group_name(&self, dn: &DistinguishedName) -> Option<String> {
        let name = match self.config.groups_as {
            GroupsAs::Name => dn.first_value()?,
            GroupsAs::Dn => dn.as_str().to_owned(),
        };
        (name.len() <= MAX_NAME_BYTES && !name.chars().any(char::is_control)).then_some(name)
    }

    pub(super) fn group_names(&self, climb: Climb) -> GroupNames {
        let mut names: Vec<String> = climb.found.iter().filter_map(|dn| self.group_name(dn)).collect();
        names.sort();
        names.dedup();
        let are_cut = climb.is_cut || names.len() > MAX_GROUPS;
        names.truncate(MAX_GROUPS);
        GroupNames { names, are_cut }
    }

    /// The groups of a person under the group base.
    pub(super) async fn groups(
        &self,
        connection: &mut Connection,
        person: &Entry,
    ) -> Result<GroupNames, DirectoryError> {
        let mut climb = Climb::new(self.config.nested_groups);
        let own = self.groups_listing(connection, std::slice::from_ref(&person.dn), primary(person)).await?;
        let mut level = climb.enter(own.into_iter().chain(self.named_groups(person)));
        while !level.is_empty() {
            level = climb.enter(self.groups_listing(connection, &level, None).await?);
        }
        Ok(self.group_names(climb))
    }

    /// The groups under the group base that list one of these members or have this identifier.
    async fn groups_listing(
        &self,
        connection: &mut Connection,
        members: &[DistinguishedName],
        sid: Option<Vec<u8>>,
    ) -> Result<Vec<DistinguishedName>, DirectoryError> {
        let name = &self.config.member_attribute;
        let mut conditions: Vec<String> =
            members.iter().map(|dn| format!("({name}={})", ldap_escape(dn.as_str()))).collect();
        conditions.extend(sid.map(|sid| format!("(objectSid={})", key::filter_value(&sid))));
        let mut found = Vec::new();
        for some in conditions.chunks(MAX_CONDITIONS) {
            let query = Query {
                base: self.group_base.clone(),
                scope: Scope::Subtree,
                filter: format!("(|{})", some.concat()),
                attributes: vec!["cn".to_owned()],
                // One more than is looked at: what was cut shows.
                limit: MAX_CLIMBED + 1,
                page_size: self.config.page_size,
            };
            found.extend(connection.search(query).await?.into_iter().map(|group| group.dn));
        }
        Ok(found)
    }

    /// The groups under the group base that a person's own entry names.
    pub(super) fn named_groups(&self, person: &Entry) -> impl Iterator<Item = DistinguishedName> {
        person.names(&self.config.attributes.groups).filter(|dn| dn.is_under(&self.group_base))
    }
}

/// The identifier of the primary group of a person of a domain.
pub(super) fn primary(person: &Entry) -> Option<Vec<u8>> {
    let relative = person.text("primaryGroupID")?.parse().ok()?;
    key::sibling_sid(person.octets("objectSid").first()?, relative)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_longer_than_reason_is_cut_and_said() {
        for (groups, is_cut) in [(9, false), (10, false), (11, true), (1000, true)] {
            let mut climb = Climb::new(true);
            let mut looks = 0;
            let mut level = climb.enter([DistinguishedName::from("cn=1")]);
            while !level.is_empty() {
                looks += 1;
                let above = if looks < groups { Some(format!("cn={}", looks + 1)) } else { None };
                level = climb.enter(above.as_deref().map(DistinguishedName::from));
            }
            assert_eq!((climb.found.len(), climb.is_cut), (groups.min(MAX_GROUP_DEPTH), is_cut), "{groups}");
        }
    }

    #[test]
    fn groups_that_all_list_each_other_are_left_after_so_many_steps() {
        let names: Vec<_> = (0..1000).map(|n| DistinguishedName::from(format!("cn={n}").as_str())).collect();
        let (mut climb, mut steps) = (Climb::new(true), 0);
        let mut level = climb.enter(names.first().cloned());
        while !level.is_empty() {
            let above = level.iter().flat_map(|_| names.iter()).inspect(|_| steps += 1);
            level = climb.enter(above.cloned());
        }
        assert!(climb.is_cut && steps <= MAX_STEPS, "{steps}");
        assert_eq!(climb.found.len(), 1000);
    }

    #[test]
    fn groups_in_each_other_end_and_direct_ones_are_not_cut() {
        let group = |name: &str| DistinguishedName::from(name);
        let mut climb = Climb::new(true);
        assert_eq!(climb.enter([group("cn=a"), group("CN = A")]), [group("cn=a")]);
        assert_eq!(climb.enter([group("cn=b")]).len(), 1);
        assert!(climb.enter([group("cn=a"), group("cn=b")]).is_empty() && !climb.is_cut);
        let mut flat = Climb::new(false);
        assert!(flat.enter([group("cn=a"), group("cn=b")]).is_empty());
        assert_eq!((flat.found.len(), flat.is_cut), (2, false));
    }
}
