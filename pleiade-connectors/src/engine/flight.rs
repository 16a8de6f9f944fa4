//! One refresh of a reading at a time, joined by everybody who wants it.

use super::cache::{Entry, Key};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;

type Landed = Option<Option<Arc<Entry>>>;
type Under = HashMap<Key, Flight>;

/// The refreshes under way.
#[derive(Default)]
pub(super) struct Flights(Arc<Mutex<Under>>);

/// A refresh under way, seen by somebody who waits for it.
#[derive(Clone)]
pub(super) struct Flight {
    sequence: u64,
    landed: watch::Receiver<Landed>,
}

/// A refresh under way, in the hands of its task. Dropped, even by a panic, it lets the next one start.
pub(super) struct Landing {
    key: Key,
    flights: Arc<Mutex<Under>>,
    announce: watch::Sender<Landed>,
}

fn lock(flights: &Mutex<Under>) -> MutexGuard<'_, Under> {
    flights.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Flights {
    /// Joins the flight of a key or starts one, which `start` numbers. Nothing if it is no longer needed: another one landed meanwhile.
    pub(super) fn join(
        &self,
        key: &Key,
        still_needed: impl FnOnce() -> bool,
        start: impl FnOnce(Landing) -> u64,
    ) -> Option<Flight> {
        let mut flights = lock(&self.0);
        if let Some(flight) = flights.get(key) {
            return Some(flight.clone());
        }
        if !still_needed() {
            return None;
        }
        let (announce, landed) = watch::channel(None);
        let sequence = start(Landing { key: key.clone(), flights: Arc::clone(&self.0), announce });
        let flight = Flight { sequence, landed };
        flights.insert(key.clone(), flight.clone());
        Some(flight)
    }
}

impl Flight {
    pub(super) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// What it brought, also when it failed; nothing if its task died.
    pub(super) async fn landed(mut self) -> Option<Arc<Entry>> {
        self.landed.wait_for(Option::is_some).await.ok().and_then(|landed| landed.clone().flatten())
    }
}

impl Landing {
    pub(super) fn land(self, entry: Option<Arc<Entry>>) {
        self.announce.send_replace(Some(entry));
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        lock(&self.flights).remove(&self.key);
    }
}
