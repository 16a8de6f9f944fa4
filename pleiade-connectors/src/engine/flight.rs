//! One refresh of a reading at a time, joined by everybody who wants it.

use super::{
    cache::{Entry, Key},
    queue::{Interest, Look},
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
type Under = HashMap<Key, Flight>;

/// The refreshes under way.
#[derive(Default)]
pub(super) struct Flights(Arc<Mutex<Under>>);

/// A refresh under way.
struct Flight {
    sequence: Arc<AtomicU64>,
    interest: Arc<Interest>,
    landed: watch::Receiver<Landed>,
}

/// A refresh under way, seen by somebody who waits for it.
pub(super) struct Passenger {
    sequence: Arc<AtomicU64>,
    landed: watch::Receiver<Landed>,
    _look: Option<Look>,
}

/// A refresh under way, in the hands of its task. Dropped, even by a panic, it lets the next one start.
pub(super) struct Landing {
    key: Key,
    flights: Arc<Mutex<Under>>,
    announce: watch::Sender<Landed>,
    sequence: Arc<AtomicU64>,
    interest: Arc<Interest>,
}

fn lock(flights: &Mutex<Under>) -> MutexGuard<'_, Under> {
    flights.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Flights {
    /// Joins the flight of a key or starts one, which `start` [numbers](Landing::number). A flight that somebody `looks` at is looked at
    /// as long as they wait. Nothing if it is no longer needed: another one landed meanwhile.
    pub(super) fn join(
        &self,
        key: &Key,
        looks: bool,
        still_needed: impl FnOnce() -> bool,
        start: impl FnOnce(Landing),
    ) -> Option<Passenger> {
        let mut flights = lock(&self.0);
        if let Some(flight) = flights.get(key) {
            return Some(flight.board(looks));
        }
        if !still_needed() {
            return None;
        }
        let (announce, landed) = watch::channel(None);
        let flight = Flight { sequence: Arc::default(), interest: Arc::default(), landed };
        let passenger = flight.board(looks);
        let landing = Landing {
            key: key.clone(),
            flights: Arc::clone(&self.0),
            announce,
            sequence: Arc::clone(&flight.sequence),
            interest: Arc::clone(&flight.interest),
        };
        flights.insert(key.clone(), flight);
        // A runtime that shuts down drops the task, and the landing in it, at once: not under the lock.
        drop(flights);
        start(landing);
        Some(passenger)
    }
}

impl Flight {
    fn board(&self, looks: bool) -> Passenger {
        Passenger {
            sequence: Arc::clone(&self.sequence),
            landed: self.landed.clone(),
            _look: looks.then(|| self.interest.look()),
        }
    }
}

impl Passenger {
    /// What it brought, also when it failed, and since when it counts; nothing if its task died.
    pub(super) async fn landed(mut self) -> (Option<Arc<Entry>>, u64) {
        let entry =
            self.landed.wait_for(Option::is_some).await.ok().and_then(|landed| landed.clone().flatten());
        (entry, self.sequence.load(Ordering::SeqCst))
    }
}

impl Landing {
    /// Says since when what it brings counts: what an action changed before is in it.
    pub(super) fn number(&self, sequence: u64) {
        self.sequence.store(sequence, Ordering::SeqCst);
    }

    pub(super) fn interest(&self) -> Arc<Interest> {
        Arc::clone(&self.interest)
    }

    pub(super) fn land(self, entry: Option<Arc<Entry>>) {
        self.announce.send_replace(Some(entry));
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        lock(&self.flights).remove(&self.key);
    }
}
