//! The groups of pushed people, through groups of groups.

use crate::storage::{Storage, StorageError};
use pleiade_core::SourceId;
use std::collections::{BTreeSet, HashMap, VecDeque};

/// Groups of one person.
const MAX_GROUPS: usize = 500;
/// Steps from a group to one that holds it, on the way up from one person.
const MAX_STEPS: usize = 10_000;
/// The names of one person's groups together, in bytes.
const MAX_NAME_BYTES: usize = 64 << 10;
/// Groups whose holders are remembered.
const MAX_REMEMBERED: usize = 10_000;

/// The groups of somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct GroupNames {
    /// Sorted, each once.
    pub(super) names: Vec<String>,
    /// True if some were left out: more than is looked at.
    pub(super) are_cut: bool,
}

/// Reads the groups of one person after the other, and asks once what holds a group.
#[derive(Debug)]
pub(super) struct GroupReader<'a> {
    storage: &'a dyn Storage,
    source: &'a SourceId,
    /// Ids and names of the groups that hold a group.
    holders: HashMap<String, Vec<(String, String)>>,
}

impl<'a> GroupReader<'a> {
    pub(super) fn new(storage: &'a dyn Storage, source: &'a SourceId) -> Self {
        Self { storage, source, holders: HashMap::new() }
    }

    /// The names of the groups that hold somebody, directly or through other groups.
    pub(super) async fn read(&mut self, person: &str) -> Result<GroupNames, StorageError> {
        let (mut seen, mut names) = (BTreeSet::new(), BTreeSet::new());
        let (mut steps, mut bytes) = (0, 0);
        let mut waiting = VecDeque::new();
        let mut holders = self.storage.scim_groups_of(self.source, person).await?;
        loop {
            for (group, name) in holders {
                steps += 1;
                if steps <= MAX_STEPS && seen.contains(&group) {
                    continue;
                }
                bytes += name.len();
                if steps > MAX_STEPS || seen.len() >= MAX_GROUPS || bytes > MAX_NAME_BYTES {
                    return Ok(GroupNames { names: names.into_iter().collect(), are_cut: true });
                }
                seen.insert(group.clone());
                names.insert(name);
                waiting.push_back(group);
            }
            match waiting.pop_front() {
                Some(group) => holders = self.holders_of(group).await?,
                None => return Ok(GroupNames { names: names.into_iter().collect(), are_cut: false }),
            }
        }
    }

    async fn holders_of(&mut self, group: String) -> Result<Vec<(String, String)>, StorageError> {
        if let Some(known) = self.holders.get(&group) {
            return Ok(known.clone());
        }
        if self.holders.len() >= MAX_REMEMBERED {
            self.holders.clear();
        }
        let found = self.storage.scim_groups_of(self.source, &group).await?;
        self.holders.insert(group, found.clone());
        Ok(found)
    }
}
