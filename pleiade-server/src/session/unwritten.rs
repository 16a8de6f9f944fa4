//! Ends of sessions that storage could not take: refused here at once, written as soon as storage takes them.
//!
//! Threats: a session that outlives its sign-out because storage fails (this replica refuses it whatever storage still says), an answer
//! that pretends ([`SessionEnd`] says how far an end goes), invented cookie values that fill memory while nothing can be looked up (they
//! have a bound of their own, apart from the sessions that this replica knows).
//!
//! These ends are lost with the process. A stop tries once more, then says how many ends it takes along.

use super::{
    SessionError, Sessions,
    cookie_value::hash_of,
    unwritten_ends::{MAX_UNWRITTEN_ENDS, SessionEnd, UnwrittenEnd},
};
use crate::storage::{NewAuditLine, SessionHash, StorageError};
use chrono::{DateTime, Utc};
use std::time::Duration;

/// Time for which somebody who signs out waits for storage.
const STORAGE_TIMEOUT: Duration = Duration::from_secs(2);
/// Between the first two tries to write what waits; doubled after each failure.
const MIN_RETRY_PAUSE: Duration = Duration::from_secs(1);
/// Between two tries at most.
const MAX_RETRY_PAUSE: Duration = Duration::from_secs(30);

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
            let ended = change.delete_session(hash).await?;
            change.commit_with(told.filter(|_| !ended.is_empty())).await
        };
        match with_timeout(deletion).await {
            Ok(()) => {
                // Even what another replica has closed before: it may still be remembered here.
                self.forget(vec![hash]).await;
                Ok(SessionEnd::Everywhere)
            }
            Err(error) => {
                let ended = self.refuse(hash, UnwrittenEnd { until, known: true }, error).await?;
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
            Some(known) => UnwrittenEnd { until: known.session.expires_at, known: true },
            None => UnwrittenEnd { until: self.latest_end(), known: false },
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
        end: UnwrittenEnd,
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
            let mut queue = self.0.unwritten.queue_mut();
            if queue.lines.len() >= MAX_UNWRITTEN_ENDS {
                queue.lines.pop_front();
                tracing::error!("too many lines of the audit log wait for storage; the oldest is lost");
            }
            queue.lines.push_back(line);
        }
        self.keep_writing();
    }

    /// Starts the task that writes what waits, unless one runs.
    fn keep_writing(&self) {
        if std::mem::replace(&mut self.0.unwritten.queue_mut().has_writer, true) {
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
                pause = (pause * 2).min(MAX_RETRY_PAUSE);
                match sessions.write_unwritten().await {
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
                let mut queue = sessions.0.unwritten.queue_mut();
                if queue.is_empty() {
                    queue.has_writer = false;
                    return;
                }
            }
        });
    }

    pub(super) async fn write_unwritten(&self) -> Result<(), StorageError> {
        let unwritten = &self.0.unwritten;
        unwritten.expire(self.0.clock.now());
        let count = unwritten.sizes().0;
        // One by one: a batch that storage cannot take in time would never advance, and a line that it refuses must hold back no end.
        for hash in unwritten.hashes() {
            let ended = with_timeout(self.0.storage.delete_session(hash)).await?;
            self.forget(ended).await;
            unwritten.remove(hash);
        }
        while let Some(line) = unwritten.first_line() {
            with_timeout(self.0.storage.append_audit(&line)).await?;
            unwritten.remove_first_line();
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
