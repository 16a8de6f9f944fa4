//! Places for searches in applications. A slow application holds its own, and one person takes few of them: nobody keeps another from
//! searching.

use pleiade_core::{ConnectorId, LinkId, TenantId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Searches in one application of one collectivité at the same moment.
const MAX_PER_APPLICATION: usize = 8;
/// Searches of one person at the same moment, in all their applications.
const MAX_PER_PERSON: usize = 12;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Holder {
    Application(TenantId, ConnectorId),
    Person(LinkId),
}

/// The places of an instance. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub struct SearchSlots(Arc<Mutex<HashMap<Holder, usize>>>);

/// A place, until it is dropped.
pub(super) struct SearchPlace {
    slots: SearchSlots,
    holders: [Holder; 2],
}

impl SearchSlots {
    fn counts(&self) -> MutexGuard<'_, HashMap<Holder, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a search of somebody in an application, if there is one.
    pub(super) fn begin(
        &self,
        tenant: &TenantId,
        connector: &ConnectorId,
        link: LinkId,
    ) -> Option<SearchPlace> {
        let holders = [Holder::Application(tenant.clone(), connector.clone()), Holder::Person(link)];
        let mut counts = self.counts();
        let has_room = holders
            .iter()
            .zip([MAX_PER_APPLICATION, MAX_PER_PERSON])
            .all(|(holder, max)| counts.get(holder).is_none_or(|count| *count < max));
        if !has_room {
            return None;
        }
        for holder in &holders {
            *counts.entry(holder.clone()).or_default() += 1;
        }
        drop(counts);
        Some(SearchPlace { slots: self.clone(), holders })
    }
}

impl Drop for SearchPlace {
    fn drop(&mut self) {
        let mut counts = self.slots.counts();
        for holder in &self.holders {
            if let Some(count) = counts.get_mut(holder) {
                *count -= 1;
                if *count == 0 {
                    counts.remove(holder);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_application_and_a_busy_person_keep_nobody_else_from_searching() {
        let (alpha, beta) = (TenantId::new("alpha").unwrap(), TenantId::new("beta").unwrap());
        let (mail, files) = (ConnectorId::new("mail").unwrap(), ConnectorId::new("files").unwrap());
        let slots = SearchSlots::default();
        let held: Vec<_> = (0..20).filter_map(|link| slots.begin(&alpha, &mail, LinkId(link))).collect();
        assert_eq!(held.len(), MAX_PER_APPLICATION);
        assert!(
            slots.begin(&alpha, &files, LinkId(1)).is_some()
                && slots.begin(&beta, &mail, LinkId(1)).is_some()
        );
        drop(held);
        let ids: Vec<ConnectorId> = (0..20).map(|n| ConnectorId::new(format!("c{n}")).unwrap()).collect();
        let held: Vec<_> = ids.iter().filter_map(|id| slots.begin(&alpha, id, LinkId(1))).collect();
        assert_eq!(held.len(), MAX_PER_PERSON);
        assert!(slots.begin(&alpha, &mail, LinkId(2)).is_some());
        drop(held);
        assert!(slots.counts().is_empty(), "nothing is kept of who searched");
    }
}
