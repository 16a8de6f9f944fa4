//! One refresh of a reading at a time, joined by everybody who wants it.

use super::{
    cache::{Entry, Key},
    queue::{Viewer, Viewers},
};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::watch;

type Landed = Option<Option<Arc<Entry>>>;
type InFlight = HashMap<Key, Flight>;

/// The refreshes under way.
#[derive(Default)]
pub(super) struct Flights(Arc<Mutex<InFlight>>);

/// A refresh under way.
struct Flight {
    sequence: Arc<AtomicU64>,
    viewers: Arc<Viewers>,
    outcome: watch::Receiver<Landed>,
}

/// A caller's hold on a refresh under way.
pub(super) struct Follower {
    sequence: Arc<AtomicU64>,
    outcome: watch::Receiver<Landed>,
    _viewer: Option<Viewer>,
}

/// The hold of a refresh's own task. Dropped, even by a panic, it lets the next refresh start.
pub(super) struct Leader {
    key: Key,
    flights: Arc<Mutex<InFlight>>,
    announce: watch::Sender<Landed>,
    sequence: Arc<AtomicU64>,
    viewers: Arc<Viewers>,
}

fn lock(flights: &Mutex<InFlight>) -> MutexGuard<'_, InFlight> {
    flights.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Flights {
    /// Joins the refresh of a key or starts one, whose task calls [`Leader::set_sequence`]. A caller who `is_visible` counts as a viewer
    /// as long as they wait. `None` if it is no longer needed: another refresh has ended meanwhile.
    pub(super) fn join(
        &self,
        key: &Key,
        is_visible: bool,
        still_needed: impl FnOnce() -> bool,
        start: impl FnOnce(Leader),
    ) -> Option<Follower> {
        let mut flights = lock(&self.0);
        if let Some(flight) = flights.get(key) {
            return Some(flight.follow(is_visible));
        }
        if !still_needed() {
            return None;
        }
        let (announce, outcome) = watch::channel(None);
        let flight = Flight { sequence: Arc::default(), viewers: Arc::default(), outcome };
        let follower = flight.follow(is_visible);
        let leader = Leader {
            key: key.clone(),
            flights: Arc::clone(&self.0),
            announce,
            sequence: Arc::clone(&flight.sequence),
            viewers: Arc::clone(&flight.viewers),
        };
        flights.insert(key.clone(), flight);
        // A runtime that shuts down drops the task, and the landing in it, at once: not under the lock.
        drop(flights);
        start(leader);
        Some(follower)
    }
}

impl Flight {
    fn follow(&self, is_visible: bool) -> Follower {
        Follower {
            sequence: Arc::clone(&self.sequence),
            outcome: self.outcome.clone(),
            _viewer: is_visible.then(|| self.viewers.view()),
        }
    }
}

impl Follower {
    /// Waits for the end. Gives the entry, also when the refresh failed, and the sequence from which it counts; no entry if the task died.
    pub(super) async fn outcome(mut self) -> (Option<Arc<Entry>>, u64) {
        let entry =
            self.outcome.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone().flatten());
        (entry, self.sequence.load(Ordering::SeqCst))
    }
}

impl Leader {
    /// Sets the sequence from which the refresh counts: changes made by actions before it are in its result.
    pub(super) fn set_sequence(&self, sequence: u64) {
        self.sequence.store(sequence, Ordering::SeqCst);
    }

    pub(super) fn viewers(&self) -> Arc<Viewers> {
        Arc::clone(&self.viewers)
    }

    pub(super) fn complete(self, entry: Option<Arc<Entry>>) {
        self.announce.send_replace(Some(entry));
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        lock(&self.flights).remove(&self.key);
    }
}
