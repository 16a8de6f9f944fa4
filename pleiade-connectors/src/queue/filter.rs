//! Parts of a queue: the list and its number, by one filter.

use super::{DueGroup, Queue, QueueEntry, QueueItem, TaskKey};
use pleiade_core::{Amount, ConnectorId, TaskKind, TenantId};
use std::collections::{BTreeMap, BTreeSet};

/// Whether lines that were put off are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum QueueView {
    /// Those that wait now.
    #[default]
    Waiting,
    /// Those that the person has put off, alone.
    Snoozed,
}

/// Which lines of a queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct QueueFilter {
    /// Those of one kind.
    pub kind: Option<TaskKind>,
    /// Those of one application.
    pub connector: Option<ConnectorId>,
    /// Those of one collectivité.
    pub tenant: Option<TenantId>,
    /// Those that wait, or those that were put off.
    pub view: QueueView,
}

impl QueueFilter {
    /// The same filter, for one kind.
    #[must_use]
    pub fn with_kind(mut self, kind: impl Into<Option<TaskKind>>) -> Self {
        self.kind = kind.into();
        self
    }

    /// The same filter, for one application.
    #[must_use]
    pub fn with_connector(mut self, connector: impl Into<Option<ConnectorId>>) -> Self {
        self.connector = connector.into();
        self
    }

    /// The same filter, for one collectivité.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Option<TenantId>>) -> Self {
        self.tenant = tenant.into();
        self
    }

    /// The same filter, for those that wait or those that were put off.
    #[must_use]
    pub fn with_view(mut self, view: QueueView) -> Self {
        self.view = view;
        self
    }

    /// True if a line passes. A line that is several applications' passes by each of them; one that was read for several collectivités, by
    /// each of these.
    #[must_use]
    pub fn admits(&self, entry: &QueueEntry<'_>) -> bool {
        let kind = self.kind.is_none_or(|kind| entry.kind == kind);
        let connector = self.connector.as_ref();
        let connector = connector.is_none_or(|one| entry.items.iter().any(|item| item.connector == one));
        let tenant = self.tenant.as_ref();
        let tenant = tenant.is_none_or(|one| entry.key.tenant == *one || entry.also_for.contains(&one));
        let view = entry.snoozed_until.is_some() == (self.view == QueueView::Snoozed);
        kind && connector && tenant && view
    }
}

impl<'a> Queue<'a> {
    /// The lines that a filter lets pass, in order.
    #[must_use]
    pub fn select(&self, filter: &QueueFilter) -> Vec<&QueueEntry<'a>> {
        self.entries.iter().filter(|entry| filter.admits(entry)).collect()
    }

    /// The number of those lines; a minimum while something may be missing. Lines that were put off are known one by one.
    #[must_use]
    pub fn count(&self, filter: &QueueFilter) -> Amount {
        self.amount(filter, self.entries.iter().filter(|entry| filter.admits(entry)).count() as u64)
    }

    fn amount(&self, filter: &QueueFilter, value: u64) -> Amount {
        Amount::Count { value, at_least: self.at_least && filter.view == QueueView::Waiting }
    }

    /// The number of those lines that are past their deadline.
    #[must_use]
    pub fn late(&self, filter: &QueueFilter) -> usize {
        let is_late = |entry: &&QueueEntry<'_>| entry.group == DueGroup::Late && filter.admits(entry);
        self.entries.iter().filter(is_late).count()
    }

    /// The number of lines of each kind that the rest of a filter lets pass; kinds of which there is none are left out.
    #[must_use]
    pub fn kinds(&self, filter: &QueueFilter) -> Vec<(TaskKind, Amount)> {
        let all = filter.clone().with_kind(None);
        let counts = count(self.select(&all).into_iter().map(|entry| entry.kind));
        let amount = |(kind, value)| (kind, self.amount(&all, value));
        counts.into_iter().map(amount).collect()
    }

    /// The number of lines of each collectivité that the rest of a filter lets pass, by slug.
    #[must_use]
    pub fn tenants(&self, filter: &QueueFilter) -> BTreeMap<&TenantId, Amount> {
        let all = filter.clone().with_tenant(None);
        let counts = count(self.select(&all).into_iter().flat_map(QueueEntry::tenants));
        counts.into_iter().map(|(tenant, value)| (tenant, self.amount(&all, value))).collect()
    }

    /// The number of lines of each application that the rest of a filter lets pass, by slug. A line that several hold counts for each.
    #[must_use]
    pub fn connectors(&self, filter: &QueueFilter) -> BTreeMap<&'a ConnectorId, Amount> {
        let all = filter.clone().with_connector(None);
        let of_entry = |entry: &QueueEntry<'a>| -> BTreeSet<&'a ConnectorId> {
            entry.items.iter().map(|item| item.connector).collect()
        };
        let counts = count(self.select(&all).into_iter().flat_map(of_entry));
        counts.into_iter().map(|(connector, value)| (connector, self.amount(&all, value))).collect()
    }
}

fn count<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, u64> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

impl QueueEntry<'_> {
    /// Every name that it may be known by. It is put off when each line of an application behind it is, by any of its names.
    pub fn keys(&self) -> impl Iterator<Item = TaskKey> {
        self.items.iter().flat_map(|item| self.names(item))
    }

    /// The names by which it is put off, one for each line of an application behind it.
    pub fn own_keys(&self) -> impl Iterator<Item = TaskKey> {
        self.items
            .iter()
            .map(|one| TaskKey::new(self.key.tenant.clone(), one.connector.clone(), &one.item.id))
    }

    /// The names of one line of an application: one that was read for several collectivités is called by the acting one.
    pub(super) fn names(&self, one: &QueueItem<'_>) -> impl Iterator<Item = TaskKey> {
        let (connector, id) = (one.connector.clone(), one.item.id.clone());
        let tenants = self.tenants().chain([one.tenant]).cloned().collect::<Vec<_>>();
        tenants.into_iter().map(move |tenant| TaskKey::new(tenant, connector.clone(), &id))
    }

    /// The collectivités for which it waits, its own first.
    fn tenants(&self) -> impl Iterator<Item = &TenantId> {
        std::iter::once(&self.key.tenant).chain(self.also_for.iter().copied())
    }
}
