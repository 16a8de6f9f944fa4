//! Ends of sessions that storage could not take: refused here at once, written as soon as storage takes them.
//!
//! Threats: a session that outlives its sign-out because storage fails (this replica refuses it whatever storage still says), an answer
//! that pretends ([`SessionEnd`] says how far an end goes), invented cookie values that fill memory while nothing can be looked up (they
//! have a bound of their own, apart from the sessions that this replica knows).
//!
//! These ends are lost with the process. A stop tries once more, then says how many ends it takes along.

use super::{SessionError, Sessions, hash_of};
use crate::storage::{NewAuditLine, SessionHash, StorageError};
use chrono::{DateTime, Utc};
use std::{
    collections::{HashMap, VecDeque},
    sync::{
        PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// Ends of known sessions that wait at most; as many lines of the audit log.
const MAX_PENDING_ENDS: usize = 100_000;
/// Ends that wait at most for values that could not be looked up.
const MAX_UNKNOWN_ENDS: usize = 10_000;
/// Time for which somebody who signs out waits for storage.
const STORAGE_TIMEOUT: Duration = Duration::from_secs(2);
/// Between the first two tries to write what waits; doubled after each failure.
const MIN_RETRY_PAUSE: Duration = Duration::from_secs(1);
/// Ends, and lines, written in one transaction.
const MAX_BATCH: usize = 500;
/// Between two tries at most.
const MAX_PAUSE: Duration = Duration::from_secs(30);

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
    stopping: CancellationToken,
}

#[derive(Debug, Default)]
struct UnwrittenQueue {
    ends: HashMap<SessionHash, PendingEnd>,
    unknown: usize,
    lines: VecDeque<NewAuditLine>,
    /// True if a task writes them.
    written: bool,
}

impl UnwrittenQueue {
    fn is_empty(&self) -> bool {
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

    fn queue(&self) -> RwLockReadGuard<'_, UnwrittenQueue> {
        self.waiting.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn queue_mut(&self) -> RwLockWriteGuard<'_, UnwrittenQueue> {
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

    /// Ends and lines to write in one transaction.
    fn batch(&self) -> (Vec<SessionHash>, Vec<NewAuditLine>) {
        let waiting = self.queue();
        let hashes = waiting.ends.keys().take(MAX_BATCH).copied().collect();
        (hashes, waiting.lines.iter().take(MAX_BATCH).cloned().collect())
    }

    /// Drops what was written: these ends, and the first lines.
    fn written(&self, hashes: &[SessionHash], lines: usize) {
        let mut waiting = self.queue_mut();
        hashes.iter().for_each(|hash| waiting.remove(*hash));
        let lines = lines.min(waiting.lines.len());
        waiting.lines.drain(..lines);
        self.publish_counts(&waiting);
    }

    /// Ends and lines that wait.
    pub(super) fn sizes(&self) -> (usize, usize) {
        let waiting = self.queue();
        (waiting.ends.len(), waiting.lines.len())
    }

    /// Drops what has ended by itself.
    fn expire(&self, now: DateTime<Utc>) {
        let mut waiting = self.queue_mut();
        waiting.ends.retain(|_, end| end.until > now);
        waiting.unknown = waiting.ends.values().filter(|end| !end.known).count();
        self.publish_counts(&waiting);
    }
}

impl Sessions {
    /// Ends a session in storage, or refuses it here until storage takes its end.
    ///
    /// # Errors
    /// When storage fails and there is no room left to remember it: the session goes on.
    pub(super) async fn end(
        &self,
        hash: SessionHash,
        until: DateTime<Utc>,
        line: Option<NewAuditLine>,
    ) -> Result<SessionEnd, SessionError> {
        let told = line.clone();
        let deletion = async {
            let change = self.0.storage.begin().await?;
            change.delete_session(hash).await?;
            change.commit_with(told).await
        };
        match with_timeout(deletion).await {
            Ok(()) => {
                // Even what another replica has closed before: it may still be remembered here.
                self.forget(vec![hash]).await;
                Ok(SessionEnd::Everywhere)
            }
            Err(error) => {
                let ended = self.refuse(hash, PendingEnd { until, known: true }, error).await?;
                line.into_iter().for_each(|line| self.write_later(line));
                Ok(ended)
            }
        }
    }

    /// Refuses the session of a cookie value that storage cannot look up now. None when the value has no shape of one.
    ///
    /// # Errors
    /// When there is no room left to remember it: the session goes on.
    pub async fn refuse_unread(&self, value: &str) -> Result<Option<SessionEnd>, SessionError> {
        let Some(hash) = hash_of(value) else { return Ok(None) };
        let end = match self.0.known.get(&hash).await {
            Some(known) => PendingEnd { until: known.session.expires_at, known: true },
            None => PendingEnd { until: self.latest_end(), known: false },
        };
        let unread = StorageError::Unreachable("the session could not be read");
        self.refuse(hash, end, unread).await.map(Some)
    }

    /// When a session opened now would end at the latest.
    #[must_use]
    pub fn latest_end(&self) -> DateTime<Utc> {
        self.0.clock.now() + self.0.limits.absolute
    }

    pub(super) async fn refuse(
        &self,
        hash: SessionHash,
        end: PendingEnd,
        error: StorageError,
    ) -> Result<SessionEnd, SessionError> {
        if !self.0.unwritten.refuse(hash, end) {
            tracing::error!(%error, "too many ends of sessions wait for storage; a session goes on");
            return Err(error.into());
        }
        tracing::warn!(%error, "the end of a session is not written; it is refused here and will be written");
        self.forget(vec![hash]).await;
        self.keep_writing();
        Ok(SessionEnd::HereOnly { until: end.until })
    }

    /// Writes a line of the audit log once storage takes it. The oldest gives way when too many wait.
    pub(crate) fn write_later(&self, line: NewAuditLine) {
        {
            let mut waiting = self.0.unwritten.queue_mut();
            if waiting.lines.len() >= MAX_PENDING_ENDS {
                waiting.lines.pop_front();
                tracing::error!("too many lines of the audit log wait for storage; the oldest is lost");
            }
            waiting.lines.push_back(line);
        }
        self.keep_writing();
    }

    /// Starts the task that writes what waits, unless one runs.
    fn keep_writing(&self) {
        if std::mem::replace(&mut self.0.unwritten.queue_mut().written, true) {
            return;
        }
        let sessions = self.clone();
        self.0.tasks.spawn(async move {
            let mut pause = MIN_RETRY_PAUSE;
            loop {
                let stopping = tokio::select! {
                    () = tokio::time::sleep(pause) => false,
                    () = sessions.0.unwritten.stopping.cancelled() => true,
                };
                pause = (pause * 2).min(MAX_PAUSE);
                match sessions.write_waiting().await {
                    Ok(()) => {}
                    Err(error) if stopping => {
                        let (ends, lines) = sessions.0.unwritten.sizes();
                        return tracing::error!(
                            %error, ends, lines,
                            "the server stops before storage took the ends of these sessions and these lines of the audit log; \
                             the sessions open again at the next start"
                        );
                    }
                    Err(error) => tracing::warn!(%error, "ends of sessions are still not written"),
                }
                let mut waiting = sessions.0.unwritten.queue_mut();
                if waiting.is_empty() {
                    waiting.written = false;
                    return;
                }
            }
        });
    }

    async fn write_waiting(&self) -> Result<(), StorageError> {
        let unwritten = &self.0.unwritten;
        unwritten.expire(self.0.clock.now());
        let count = unwritten.sizes().0;
        loop {
            let (hashes, lines) = unwritten.batch();
            if hashes.is_empty() && lines.is_empty() {
                break;
            }
            let told = lines.len();
            let writing = async {
                let change = self.0.storage.begin().await?;
                let mut ended = Vec::new();
                for hash in &hashes {
                    ended.extend(change.delete_session(*hash).await?);
                }
                change.commit_with(lines).await?;
                Ok(ended)
            };
            self.forget(with_timeout(writing).await?).await;
            unwritten.written(&hashes, told);
        }
        tracing::info!(count, "ends of sessions that waited for storage are written");
        Ok(())
    }

    /// Tries once more to write what waits, at the end of the server.
    pub(crate) fn stop(&self) {
        self.0.unwritten.stopping.cancel();
    }
}

/// Bounds a statement in time. One cut short is tried again: an end twice is one end; a line of the audit log may stand twice.
pub(super) async fn with_timeout<T>(
    work: impl Future<Output = Result<T, StorageError>>,
) -> Result<T, StorageError> {
    tokio::time::timeout(STORAGE_TIMEOUT, work)
        .await
        .unwrap_or(Err(StorageError::Unreachable("a statement took too long")))
}
