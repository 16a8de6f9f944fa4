//! What one pass leaves for the next.

use super::names::PersonNames;
use crate::ldap::graph::GroupGraph;

/// The groups as they were at a cursor.
#[derive(Debug)]
pub(in crate::ldap) struct GroupSnapshot {
    pub(super) cursor: String,
    pub(super) graph: GroupGraph,
    /// Of a domain only: elsewhere a group's members are the names that it lists.
    pub(super) names: Option<PersonNames>,
}
