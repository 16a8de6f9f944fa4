//! How many batches go on at once: each holds a file and the body of a request with it.

use pleiade_core::LinkId;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

/// Batches of a process at once. Each holds 40 MB at most: its file, and the request that carries it.
const MAX_BATCHES: usize = 4;

/// The batches under way, by the link of whoever gives them: one for each, and few in all.
#[derive(Debug, Clone, Default)]
pub struct DepositSlots(Arc<Mutex<BTreeSet<LinkId>>>);

/// The place of one batch, given back when dropped.
#[derive(Debug)]
#[must_use = "a slot that is dropped is free again"]
pub struct DepositSlot {
    slots: DepositSlots,
    link: LinkId,
}

impl DepositSlots {
    /// The place of a batch of this link; none while another one of theirs, or too many of others, go on.
    #[must_use]
    pub fn take(&self, link: LinkId) -> Option<DepositSlot> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.len() >= MAX_BATCHES || !taken.insert(link) {
            return None;
        }
        Some(DepositSlot { slots: self.clone(), link })
    }
}

impl Drop for DepositSlot {
    fn drop(&mut self) {
        self.slots.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.link);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_batch_for_each_link_and_few_in_all() {
        let slots = DepositSlots::default();
        let first = slots.take(LinkId(1)).unwrap();
        assert!(slots.take(LinkId(1)).is_none());
        let others: Vec<DepositSlot> = (2..=4).map(|link| slots.take(LinkId(link)).unwrap()).collect();
        assert!(slots.take(LinkId(5)).is_none());
        drop(first);
        let _again = slots.take(LinkId(5)).unwrap();
        drop(others);
    }
}
