//! Counts of open connections and event streams, and their limits.
//!
//! Threat: open pages, or whoever opens connections, until the process has no descriptor left and answers nobody. Each connection is a
//! descriptor, each event stream holds its connection. So descriptors are kept for the server itself (database, applications), and
//! connections for short requests (health, signing in): streams are refused before the last of those is taken.

use std::{
    fmt,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

/// The limits on connections and event streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Connections.
    pub connections: usize,
    /// Event streams, fewer than connections.
    pub streams: usize,
}

impl ConnectionLimits {
    /// The limits that fit in so many descriptors: an eighth of them, 64 to 1,024, is the server's own; an eighth of the connections, 16 to
    /// 1,024, serves no stream.
    #[must_use]
    pub fn within(descriptors: u64) -> Self {
        let descriptors = usize::try_from(descriptors).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        let connections = descriptors.saturating_sub((descriptors / 8).clamp(64, 1024)).max(2);
        let streams = connections.saturating_sub((connections / 8).clamp(16, 1024)).max(1);
        Self { connections, streams }
    }
}

/// The connections of this process. Cloning is cheap. Without limits, as under a server of somebody else's, nothing is ever refused.
#[derive(Clone, Default)]
pub struct Connections(Arc<Inner>);

#[derive(Default)]
struct Inner {
    limited: OnceLock<Permits>,
    open: AtomicUsize,
    full: OncePerMinute,
    refusing: OncePerMinute,
}

struct Permits {
    limits: ConnectionLimits,
    connections: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    writes: Arc<Semaphore>,
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").field("open", &self.open()).finish_non_exhaustive()
    }
}

/// The place of one connection or stream, given back when dropped.
#[derive(Debug)]
#[must_use = "a place that is dropped is free again"]
pub struct ConnectionPermit(#[expect(dead_code, reason = "held, never read")] Option<OwnedSemaphorePermit>);

/// The mark of a response, among its extensions, that is an event stream: over HTTP/1 it may take its connection for itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventStream;

/// One connection that is open, until dropped.
#[derive(Debug)]
#[must_use = "a connection that is dropped is closed"]
pub(crate) struct OpenConnection(Connections);

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.0.open.fetch_sub(1, Ordering::SeqCst);
        self.0.publish_metrics();
    }
}

impl Connections {
    /// Sets the limits. Only the first call does anything.
    pub fn limit(&self, limits: ConnectionLimits) {
        let _ = self.0.limited.set(Permits {
            limits,
            connections: Arc::new(Semaphore::new(limits.connections)),
            streams: Arc::new(Semaphore::new(limits.streams)),
            writes: Arc::new(Semaphore::new(limits.connections)),
        });
    }

    /// Connections that are open.
    #[must_use]
    pub fn open(&self) -> usize {
        self.0.open.load(Ordering::SeqCst)
    }

    /// True if connections are open that streams may not take: what is idle then gives its place back.
    #[must_use]
    pub fn is_crowded(&self) -> bool {
        self.0.limited.get().is_some_and(|limited| self.open() > limited.limits.streams)
    }

    /// Waits until one more connection may be open.
    pub(crate) async fn place(&self) -> ConnectionPermit {
        let Some(limited) = self.0.limited.get() else { return ConnectionPermit(None) };
        if limited.connections.available_permits() == 0 && self.0.full.is_due() {
            tracing::error!(
                open = self.open(),
                "every connection is taken: the next one waits until one ends; raise the limit of file descriptors (LimitNOFILE)"
            );
        }
        ConnectionPermit(limited.connections.clone().acquire_owned().await.ok())
    }

    /// Waits for a place for one more request that goes on without its browser: as many as connections, so that whoever sends and leaves
    /// takes no more of the server than whoever waits.
    pub(crate) async fn write(&self) -> ConnectionPermit {
        let Some(limited) = self.0.limited.get() else { return ConnectionPermit(None) };
        ConnectionPermit(limited.writes.clone().acquire_owned().await.ok())
    }

    /// Counts a connection.
    pub(crate) fn opened(&self) -> OpenConnection {
        self.0.open.fetch_add(1, Ordering::SeqCst);
        self.publish_metrics();
        OpenConnection(self.clone())
    }

    /// A place for one more event stream, if there is one.
    #[must_use]
    pub fn stream(&self) -> Option<ConnectionPermit> {
        let Some(limited) = self.0.limited.get() else { return Some(ConnectionPermit(None)) };
        let permit = limited.streams.clone().try_acquire_owned().ok();
        if permit.is_none() && self.0.refusing.is_due() {
            tracing::error!(
                streams = limited.limits.streams,
                "no place for another event stream: pages are not kept fresh; raise the limit of file descriptors (LimitNOFILE)"
            );
        }
        permit.map(|permit| ConnectionPermit(Some(permit)))
    }

    fn publish_metrics(&self) {
        metrics::gauge!("pleiade_connections").set(self.open() as f64);
    }
}

/// Lets a line of the log through once a minute.
#[derive(Debug, Default)]
pub(crate) struct OncePerMinute(Mutex<Option<Instant>>);

impl OncePerMinute {
    /// True if it is time for the line again.
    pub(crate) fn is_due(&self) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let due = last.is_none_or(|last| now.saturating_duration_since(last) >= Duration::from_secs(60));
        if due {
            *last = Some(now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_is_always_kept_for_the_server_and_for_short_requests() {
        for descriptors in [0, 1, 64, 100, 256, 1024, 4096, 20_000, 65_536, 524_288, 1 << 30, u64::MAX] {
            let limits = ConnectionLimits::within(descriptors);
            assert!(limits.streams >= 1 && limits.streams < limits.connections, "{descriptors}: {limits:?}");
            if descriptors >= 100 {
                assert!(limits.connections as u64 + 64 <= descriptors, "{descriptors}: {limits:?}");
                assert!(limits.connections - limits.streams >= 16, "{descriptors}: {limits:?}");
            }
        }
        let usual = ConnectionLimits::within(1024);
        assert_eq!(usual, ConnectionLimits { connections: 896, streams: 784 });
        assert!(ConnectionLimits::within(65_536).streams > 60_000);
    }

    #[tokio::test]
    async fn streams_leave_places_to_others_and_give_theirs_back() {
        let connections = Connections::default();
        connections.limit(ConnectionLimits { connections: 3, streams: 2 });
        let mut streams: Vec<_> = std::iter::from_fn(|| connections.stream()).collect();
        assert_eq!(streams.len(), 2);
        let mut open = Vec::new();
        for crowded in [false, false, true] {
            open.push((connections.place().await, connections.opened()));
            assert_eq!(connections.is_crowded(), crowded);
        }
        let mut next = std::pin::pin!(connections.place());
        assert!(futures_util::poll!(&mut next).is_pending(), "no place for a fourth");
        open.pop();
        let _place = next.await;
        assert_eq!(connections.open(), 2);
        streams.pop();
        assert!(connections.stream().is_some());
    }

    #[tokio::test]
    async fn without_limits_nothing_is_refused() {
        let connections = Connections::default();
        let streams: Vec<_> = (0..5000).filter_map(|_| connections.stream()).collect();
        let open: Vec<_> = (0..5000).map(|_| connections.opened()).collect();
        assert_eq!((streams.len(), open.len(), connections.is_crowded()), (5000, 5000, false));
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_of_the_log_comes_once_a_minute() {
        let seldom = OncePerMinute::default();
        let mut lines = 0;
        for _ in 0..120 {
            lines += u32::from(seldom.is_due());
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert_eq!(lines, 2);
    }
}
