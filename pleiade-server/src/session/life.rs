//! What a session has besides its row: how many streams it holds open, its end, and the changes its streams hear of.
//!
//! Threat: a session that is read again (its tokens were renewed, its memory gave way to others) is taken for another one, with a new
//! count of streams and an end that its open streams do not hear. So there is one [`Life`] of a session for as long as anybody holds the
//! session, whatever was read of it since and whatever the value of its cookie.

use crate::storage::SessionHash;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak},
};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

/// Streams of cards that one session may hold open: the visible windows of one browser.
pub(super) const MAX_STREAMS_PER_SESSION: usize = 16;

/// The life of one session under one cookie value.
#[derive(Debug)]
pub(super) struct Life {
    pub(super) end: CancellationToken,
    pub(super) streams: Arc<Semaphore>,
    pub(super) changed: Notify,
    /// Under the next value: as long as a stream of the former one is open, they count together.
    next: OnceLock<Arc<Life>>,
}

impl Life {
    fn new(streams: Arc<Semaphore>) -> Self {
        Self { end: CancellationToken::new(), streams, changed: Notify::new(), next: OnceLock::new() }
    }
}

/// The lives of the sessions that somebody holds, in this process.
#[derive(Debug, Default)]
pub(super) struct Lives(Mutex<HashMap<SessionHash, Weak<Life>>>);

impl Lives {
    fn all(&self) -> MutexGuard<'_, HashMap<SessionHash, Weak<Life>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The life of a session, which begins if nobody holds it.
    pub(super) fn of(&self, hash: SessionHash) -> Arc<Life> {
        let mut all = self.all();
        if let Some(life) = all.get(&hash).and_then(Weak::upgrade) {
            return life;
        }
        let life = Arc::new(Life::new(Arc::new(Semaphore::new(MAX_STREAMS_PER_SESSION))));
        insert(&mut all, hash, &life);
        life
    }

    /// Goes on under another hash: its streams count together with those that are still open.
    pub(super) fn go_on(&self, life: &Life, hash: SessionHash) {
        let next = Arc::new(Life::new(life.streams.clone()));
        insert(&mut self.all(), hash, &next);
        // A session changes its value once: the row of the former one is gone.
        let _ = life.next.set(next);
    }

    /// Ends a session, for all who hold it.
    pub(super) fn end(&self, hash: SessionHash) {
        if let Some(life) = self.all().remove(&hash).and_then(|life| life.upgrade()) {
            life.end.cancel();
        }
    }
}

/// Makes room before the map would grow: what nobody holds is dropped, so that it is never larger than twice what lives.
fn insert(all: &mut HashMap<SessionHash, Weak<Life>>, hash: SessionHash, life: &Arc<Life>) {
    if all.len() == all.capacity() {
        all.retain(|_, life| life.strong_count() > 0);
        all.shrink_to(all.len() * 2);
    }
    all.insert(hash, Arc::downgrade(life));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lives_that_nobody_holds_take_no_room() {
        let lives = Lives::default();
        let hash = |n: u32| {
            let mut hash = [0; 32];
            hash[..4].copy_from_slice(&n.to_be_bytes());
            SessionHash(hash)
        };
        let held: Vec<_> = (0..100).map(|n| lives.of(hash(n))).collect();
        for n in 100..100_000 {
            lives.of(hash(n));
        }
        assert!(lives.all().len() < 1000, "{}", lives.all().len());
        assert!((0..100).all(|n| Arc::ptr_eq(&held[n as usize], &lives.of(hash(n)))));
    }
}
