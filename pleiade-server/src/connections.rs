//! Counts of open connections and event streams, and their limits.
//!
//! Threat: open pages, or whoever opens connections, until the process has no descriptor left and answers nobody. Each connection is a
//! descriptor, each event stream holds its connection. So descriptors are kept for the server itself (database, applications), and
//! connections for short requests (health, signing in): streams are refused before the last of those is taken. One address has so many
//! of them and no more, unless it is a proxy of the operator's, behind which everybody is.

use pleiade_federation::throttle::subscriber;
use std::{
    collections::HashMap,
    fmt,
    net::IpAddr,
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

/// Connections of one address that may be open at once, unless the operator writes another number.
pub const CONNECTIONS_PER_ADDRESS: usize = 1024;

/// Requests of one address that may be writing at once, or sending what they write. The next one of that address waits.
const MAX_WRITES_PER_ADDRESS: usize = 256;

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

    /// How many of the connections one address may have where the operator allows it `most`: never more than half, whatever the descriptors.
    #[must_use]
    pub fn of_one_address(&self, most: usize) -> usize {
        most.min((self.connections / 2).max(1))
    }
}

/// The connections of this process. Cloning is cheap. Without limits, as under a server of somebody else's, nothing is ever refused.
#[derive(Clone, Default)]
pub struct Connections(Arc<Inner>);

#[derive(Default)]
struct Inner {
    limited: OnceLock<Permits>,
    addresses: OnceLock<AddressLimit>,
    writing: Mutex<HashMap<u128, Writers>>,
    open: AtomicUsize,
    full: OncePerMinute,
    refusing: OncePerMinute,
    greedy: OncePerMinute,
    writes_full: OncePerMinute,
}

#[derive(Debug)]
struct AddressLimit {
    most: usize,
    /// Addresses without a limit.
    proxies: Vec<IpAddr>,
    /// Open connections by address. Those that have none are dropped.
    open: Mutex<HashMap<u128, usize>>,
}

/// The requests of one address that write or wait for their turn. Addresses that have none are dropped.
#[derive(Debug)]
struct Writers {
    places: Arc<Semaphore>,
    count: usize,
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

/// The place of one connection among those of its address, given back when dropped.
#[derive(Debug)]
#[must_use = "a place that is dropped is free again"]
pub(crate) struct AddressPlace(Option<(Connections, u128)>);

impl Drop for AddressPlace {
    fn drop(&mut self) {
        let Some((connections, address)) = &self.0 else { return };
        let Some(limit) = connections.0.addresses.get() else { return };
        let mut open = limit.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(address) {
            *count -= 1;
            if *count == 0 {
                open.remove(address);
            }
        }
    }
}

/// The place of one request among those of its address that write, given back when dropped.
#[must_use = "a place that is dropped is free again"]
pub(crate) struct WritePlace {
    _permit: Option<OwnedSemaphorePermit>,
    _writer: Option<Writer>,
}

/// A request that writes or waits for its turn, counted until dropped.
struct Writer(Connections, u128);

impl Drop for Writer {
    fn drop(&mut self) {
        let mut writing = self.0.0.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(writers) = writing.get_mut(&self.1) {
            writers.count -= 1;
            if writers.count == 0 {
                writing.remove(&self.1);
            }
        }
    }
}

impl Connections {
    /// Sets how many connections of one address may be open, but for these. Only the first call does anything.
    pub fn limit_addresses(&self, most: usize, proxies: &[IpAddr]) {
        let proxies = proxies.iter().map(IpAddr::to_canonical).collect();
        let _ = self.0.addresses.set(AddressLimit { most, proxies, open: Mutex::default() });
    }

    /// A place for one more connection of this address, if there is one.
    pub(crate) fn place_of_address(&self, address: IpAddr) -> Option<AddressPlace> {
        let address = address.to_canonical();
        let Some(limit) = self.0.addresses.get().filter(|limit| !limit.proxies.contains(&address)) else {
            return Some(AddressPlace(None));
        };
        let key = subscriber(address);
        {
            let mut open = limit.open.lock().unwrap_or_else(PoisonError::into_inner);
            let count = open.entry(key).or_default();
            if *count < limit.most {
                *count += 1;
                return Some(AddressPlace(Some((self.clone(), key))));
            }
        }
        metrics::counter!("pleiade_connections_over_address_limit_total").increment(1);
        if self.0.greedy.is_due() {
            tracing::warn!(
                peer = %address,
                most = limit.most,
                "an address has too many connections open, and no more are taken from it; a reverse proxy belongs in server.trusted_proxies"
            );
        }
        None
    }

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
        if limited.writes.available_permits() == 0 && self.0.writes_full.is_due() {
            tracing::error!(
                "as many forms are being answered as there may be connections: the next one waits until one ends"
            );
        }
        ConnectionPermit(limited.writes.clone().acquire_owned().await.ok())
    }

    /// Waits for a place for one more request of an address that writes, of which one address has [`MAX_WRITES_PER_ADDRESS`]. Addresses that
    /// nobody knows have no limit.
    pub(crate) async fn write_of_address(&self, subscriber: Option<u128>) -> WritePlace {
        let Some(key) = subscriber else { return WritePlace { _permit: None, _writer: None } };
        let places = {
            let mut writing = self.0.writing.lock().unwrap_or_else(PoisonError::into_inner);
            let writers = writing.entry(key).or_insert_with(|| Writers {
                places: Arc::new(Semaphore::new(MAX_WRITES_PER_ADDRESS)),
                count: 0,
            });
            writers.count += 1;
            writers.places.clone()
        };
        // Counted before it waits, and no more if whoever asks gives up.
        let writer = Writer(self.clone(), key);
        WritePlace { _permit: places.acquire_owned().await.ok(), _writer: Some(writer) }
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
    async fn one_address_writes_so_much_at_once_and_others_do_not_wait_for_it() {
        let connections = Connections::default();
        let mut places = Vec::new();
        for _ in 0..MAX_WRITES_PER_ADDRESS {
            places.push(connections.write_of_address(Some(1)).await);
        }
        let mut next = Box::pin(connections.write_of_address(Some(1)));
        assert!(futures_util::poll!(next.as_mut()).is_pending());
        drop(connections.write_of_address(Some(2)).await);
        drop(connections.write_of_address(None).await);
        places.pop();
        drop(next.await);
        // Whoever gives up waiting is not counted any more, and nothing is kept of an address that has left.
        places.push(connections.write_of_address(Some(1)).await);
        let mut left = Box::pin(connections.write_of_address(Some(1)));
        assert!(futures_util::poll!(left.as_mut()).is_pending());
        drop(left);
        places.clear();
        assert!(connections.0.writing.lock().unwrap().is_empty());
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

    #[test]
    fn one_address_never_has_most_of_what_there_is() {
        assert_eq!(ConnectionLimits::within(65_536).of_one_address(1024), 1024);
        assert_eq!(ConnectionLimits::within(1024).of_one_address(1024), 448);
        assert_eq!(ConnectionLimits::within(0).of_one_address(1024), 1);
    }

    #[test]
    fn one_address_has_so_many_and_a_proxy_of_the_operator_s_as_many_as_it_wants() {
        let connections = Connections::default();
        let at = |address: &str| connections.place_of_address(address.parse().unwrap());
        assert!((0..5).all(|_| at("203.0.113.9").is_some()), "without a limit nothing is counted");
        connections.limit_addresses(2, &["10.0.0.1".parse().unwrap()]);
        let mut open: Vec<_> = (0..2).filter_map(|_| at("203.0.113.9")).collect();
        assert_eq!(open.len(), 2);
        assert!(at("203.0.113.9").is_none() && at("::ffff:203.0.113.9").is_none());
        let proxied: Vec<_> = (0..100).filter_map(|_| at("::ffff:10.0.0.1")).collect();
        assert_eq!(proxied.len(), 100);
        // One customer's network of IPv6 is one address.
        let network: Vec<_> =
            ["2001:db8::1", "2001:db8::2", "2001:db8::3"].iter().filter_map(|one| at(one)).collect();
        assert_eq!(network.len(), 2);
        open.pop();
        assert!(at("203.0.113.9").is_some(), "a connection that ends makes room");
        drop((open, network, proxied));
        let limit = connections.0.addresses.get().unwrap();
        assert!(limit.open.lock().unwrap().is_empty(), "who has left takes no memory");
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
