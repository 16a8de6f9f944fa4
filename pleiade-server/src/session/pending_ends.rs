//! The ends of sessions that storage could not take, with the bounds on how many wait.

use crate::storage::{NewAuditLine, SessionHash};
use chrono::{DateTime, Utc};
use std::{
    collections::{HashMap, VecDeque},
    sync::{
        PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio_util::sync::CancellationToken;

/// Ends of known sessions that wait at most; as many lines of the audit log.
pub(super) const MAX_PENDING_ENDS: usize = 100_000;
/// Ends that wait at most for values that could not be looked up.
const MAX_UNKNOWN_ENDS: usize = 10_000;

/// The extent of the end of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an end that is not written yet must not be told as one that is"]
pub enum SessionEnd {
    /// It is written: no replica lets the session in again, later than [`Limits::memory`](super::Limits::memory).
    Everywhere,
    /// Storage could not take it. This replica refuses the session and writes its end once storage is back; another may let it in until
    /// then, and at most until this moment.
    HereOnly {
        /// When the session ends by itself.
        until: DateTime<Utc>,
    },
}

impl SessionEnd {
    /// Of two ends, the one that goes less far.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::HereOnly { until: a }, Self::HereOnly { until: b }) => Self::HereOnly { until: a.max(b) },
            (Self::Everywhere, other) => other,
            (this, Self::Everywhere) => this,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct PendingEnd {
    pub(super) until: DateTime<Utc>,
    /// True if this replica knows the session; else its value may be invented.
    pub(super) known: bool,
}

/// The ends of sessions that wait for storage.
#[derive(Debug, Default)]
pub(super) struct UnwrittenEnds {
    waiting: RwLock<UnwrittenQueue>,
    /// Ends that wait, so that a request costs no lock while there are none.
    count: AtomicUsize,
    pub(super) stopping: CancellationToken,
}

#[derive(Debug, Default)]
pub(super) struct UnwrittenQueue {
    pub(super) ends: HashMap<SessionHash, PendingEnd>,
    unknown: usize,
    pub(super) lines: VecDeque<NewAuditLine>,
    /// True if a task writes them.
    pub(super) written: bool,
}

impl UnwrittenQueue {
    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty() && self.lines.is_empty()
    }

    fn remove(&mut self, hash: SessionHash) {
        if self.ends.remove(&hash).is_some_and(|end| !end.known) {
            self.unknown -= 1;
        }
    }
}

impl UnwrittenEnds {
    /// True if the session of this hash has ended, whatever storage says.
    pub(super) fn refuses(&self, hash: SessionHash) -> bool {
        self.count.load(Ordering::SeqCst) > 0 && self.queue().ends.contains_key(&hash)
    }

    pub(super) fn queue(&self) -> RwLockReadGuard<'_, UnwrittenQueue> {
        self.waiting.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn queue_mut(&self) -> RwLockWriteGuard<'_, UnwrittenQueue> {
        self.waiting.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish_counts(&self, waiting: &UnwrittenQueue) {
        self.count.store(waiting.ends.len(), Ordering::SeqCst);
        metrics::gauge!("pleiade_unwritten_session_ends").set(waiting.ends.len() as f64);
    }

    /// False when there is no room left: the session is not refused.
    pub(super) fn refuse(&self, hash: SessionHash, end: PendingEnd) -> bool {
        let mut waiting = self.queue_mut();
        if !waiting.ends.contains_key(&hash) {
            let full = match end.known {
                true => waiting.ends.len() - waiting.unknown >= MAX_PENDING_ENDS,
                false => waiting.unknown >= MAX_UNKNOWN_ENDS,
            };
            if full {
                return false;
            }
            waiting.ends.insert(hash, end);
            waiting.unknown += usize::from(!end.known);
            self.publish_counts(&waiting);
        }
        true
    }

    /// The sessions whose ends wait, those that are known first: the others may be invented.
    pub(super) fn hashes(&self) -> Vec<SessionHash> {
        let waiting = self.queue();
        let (known, unknown): (Vec<_>, Vec<_>) = waiting.ends.iter().partition(|(_, end)| end.known);
        known.into_iter().chain(unknown).map(|(hash, _)| *hash).collect()
    }

    /// Drops an end that was written.
    pub(super) fn remove(&self, hash: SessionHash) {
        let mut waiting = self.queue_mut();
        waiting.remove(hash);
        self.publish_counts(&waiting);
    }

    /// The line that has waited longest.
    pub(super) fn first_line(&self) -> Option<NewAuditLine> {
        self.queue().lines.front().cloned()
    }

    /// Drops the line that has waited longest: it was written.
    pub(super) fn remove_first_line(&self) {
        self.queue_mut().lines.pop_front();
    }

    /// Ends and lines that wait.
    pub(super) fn sizes(&self) -> (usize, usize) {
        let waiting = self.queue();
        (waiting.ends.len(), waiting.lines.len())
    }

    /// Drops what has ended by itself.
    pub(super) fn expire(&self, now: DateTime<Utc>) {
        let mut waiting = self.queue_mut();
        waiting.ends.retain(|_, end| end.until > now);
        waiting.unknown = waiting.ends.values().filter(|end| !end.known).count();
        self.publish_counts(&waiting);
    }
}
