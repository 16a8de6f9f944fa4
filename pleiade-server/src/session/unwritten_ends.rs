//! The ends of sessions that storage has not taken yet, with the bounds on how many.

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

/// Unwritten ends of known sessions at most; as many lines of the audit log.
pub(super) const MAX_UNWRITTEN_ENDS: usize = 100_000;
/// Unwritten ends at most of values that could not be looked up.
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

/// An end that is not written yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct UnwrittenEnd {
    pub(super) until: DateTime<Utc>,
    /// True if this replica knows the session; else its value may be invented.
    pub(super) known: bool,
}

/// The ends of sessions that are not written yet, for all of the process.
#[derive(Debug, Default)]
pub(super) struct UnwrittenEnds {
    queue: RwLock<UnwrittenQueue>,
    /// Unwritten ends, so that a request costs no lock while there are none.
    count: AtomicUsize,
    pub(super) stopping: CancellationToken,
}

#[derive(Debug, Default)]
pub(super) struct UnwrittenQueue {
    pub(super) ends: HashMap<SessionHash, UnwrittenEnd>,
    unknown: usize,
    pub(super) lines: VecDeque<NewAuditLine>,
    /// True if a task writes them.
    pub(super) has_writer: bool,
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
        self.queue.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn queue_mut(&self) -> RwLockWriteGuard<'_, UnwrittenQueue> {
        self.queue.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish_counts(&self, queue: &UnwrittenQueue) {
        self.count.store(queue.ends.len(), Ordering::SeqCst);
        metrics::gauge!("pleiade_unwritten_session_ends").set(queue.ends.len() as f64);
    }

    /// False when there is no room left: the session is not refused.
    pub(super) fn refuse(&self, hash: SessionHash, end: UnwrittenEnd) -> bool {
        let mut queue = self.queue_mut();
        if !queue.ends.contains_key(&hash) {
            let full = match end.known {
                true => queue.ends.len() - queue.unknown >= MAX_UNWRITTEN_ENDS,
                false => queue.unknown >= MAX_UNKNOWN_ENDS,
            };
            if full {
                return false;
            }
            queue.ends.insert(hash, end);
            queue.unknown += usize::from(!end.known);
            self.publish_counts(&queue);
        }
        true
    }

    /// The sessions whose ends are unwritten, those that are known first: the others may be invented.
    pub(super) fn hashes(&self) -> Vec<SessionHash> {
        let queue = self.queue();
        let (known, unknown): (Vec<_>, Vec<_>) = queue.ends.iter().partition(|(_, end)| end.known);
        known.into_iter().chain(unknown).map(|(hash, _)| *hash).collect()
    }

    /// Drops an end that was written.
    pub(super) fn remove(&self, hash: SessionHash) {
        let mut queue = self.queue_mut();
        queue.remove(hash);
        self.publish_counts(&queue);
    }

    /// The oldest unwritten line.
    pub(super) fn first_line(&self) -> Option<NewAuditLine> {
        self.queue().lines.front().cloned()
    }

    /// Drops the oldest line: it was written.
    pub(super) fn remove_first_line(&self) {
        self.queue_mut().lines.pop_front();
    }

    /// Unwritten ends and lines.
    pub(super) fn sizes(&self) -> (usize, usize) {
        let queue = self.queue();
        (queue.ends.len(), queue.lines.len())
    }

    /// Drops what has ended by itself.
    pub(super) fn expire(&self, now: DateTime<Utc>) {
        let mut queue = self.queue_mut();
        queue.ends.retain(|_, end| end.until > now);
        queue.unknown = queue.ends.values().filter(|end| !end.known).count();
        self.publish_counts(&queue);
    }
}
