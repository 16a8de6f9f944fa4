//! Connections as they come: counted, logged when they cannot be taken, closed when they have been idle too long.
//!
//! Threats: a process without a free descriptor that says nothing (each failure of `accept` is a line of the log), connections that are
//! opened and left (nothing written for [`MAX_SILENCE`], or for [`MAX_CROWDED_SILENCE`] while few are free, and they are closed; an event
//! stream writes every fifteen seconds), requests whose head comes in drops ([`MAX_HEAD_TIME`]), one address that takes every connection
//! (what it opens beyond its number is closed at once).

use super::in_flight::InFlight;
use crate::connections::{AddressPlace, ConnectionPermit, Connections, OncePerMinute, OpenConnection};
use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::{Instant, Sleep},
};

/// A connection to which nothing was written for so long is closed: longer than any answer takes, and than proxies keep idle ones.
const MAX_SILENCE: Duration = Duration::from_secs(75);
/// The same while few connections are free, for those that ask for nothing.
const MAX_CROWDED_SILENCE: Duration = Duration::from_secs(30);
/// Time for the head of a request over HTTP/1 to come, from its first byte on.
const MAX_HEAD_TIME: Duration = Duration::from_secs(15);
/// Interval at which a connection looks at the time.
const CHECK_INTERVAL: Duration = Duration::from_secs(15);
/// After a connection that could not be taken. Those that wait are still there then.
const ACCEPT_RETRY_PAUSE: Duration = Duration::from_millis(250);

/// A source of connections: the system, or a test.
pub(super) trait Accept: Send + 'static {
    type Io: Peek + AsyncRead + AsyncWrite + Unpin + Send + 'static;
    fn accept(&mut self) -> impl Future<Output = io::Result<(Self::Io, SocketAddr)>> + Send;
}

impl Accept for TcpListener {
    type Io = TcpStream;

    async fn accept(&mut self) -> io::Result<(TcpStream, SocketAddr)> {
        Self::accept(self).await
    }
}

/// A connection whose bytes can be looked at before they are read.
pub(super) trait Peek {
    /// The first bytes that have come, at least one, or none at the end.
    fn poll_peek(&mut self, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<usize>>;
}

impl Peek for TcpStream {
    fn poll_peek(&mut self, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<usize>> {
        Self::poll_peek(self, cx, into)
    }
}

/// A listener that counts.
pub(super) struct CountingListener<A> {
    inner: A,
    connections: Connections,
    told: OncePerMinute,
}

impl<A: Accept> CountingListener<A> {
    pub(super) fn new(inner: A, connections: Connections) -> Self {
        Self { inner, connections, told: OncePerMinute::default() }
    }
}

/// The other end went away before it was its turn: nobody's concern.
fn is_theirs(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

impl<A: Accept> CountingListener<A> {
    /// The next connection, however long it takes.
    pub(super) async fn accept(&mut self) -> (Connection<A::Io>, SocketAddr) {
        let place = self.connections.place().await;
        loop {
            match self.inner.accept().await {
                Ok((io, address)) => {
                    if let Some(of_address) = self.connections.place_of_address(address.ip()) {
                        return (Connection::new(io, (place, of_address), &self.connections), address);
                    }
                }
                Err(error) if is_theirs(&error) => {}
                Err(error) => {
                    metrics::counter!("pleiade_connections_refused_total").increment(1);
                    if self.told.is_due() {
                        tracing::error!(%error, open = self.connections.open(), "connections cannot be taken");
                    }
                    tokio::time::sleep(ACCEPT_RETRY_PAUSE).await;
                }
            }
        }
    }
}

/// An open connection.
pub(super) struct Connection<I> {
    io: I,
    connections: Connections,
    _open: OpenConnection,
    _places: (ConnectionPermit, AddressPlace),
    /// What is being answered over HTTP/1; none while that is not known to be spoken.
    in_flight: Option<InFlight>,
    /// When something was last written, or the connection was opened.
    written: Instant,
    /// When something first came since: somebody waits for an answer, or has not asked yet.
    asked: Option<Instant>,
    /// True if it took no more when it was last written to.
    full: bool,
    tick: Pin<Box<Sleep>>,
}

impl<I> Connection<I> {
    pub(super) fn new(io: I, places: (ConnectionPermit, AddressPlace), connections: &Connections) -> Self {
        Self {
            io,
            connections: connections.clone(),
            _open: connections.opened(),
            _places: places,
            in_flight: None,
            written: Instant::now(),
            asked: None,
            full: false,
            tick: Box::pin(tokio::time::sleep(CHECK_INTERVAL)),
        }
    }

    /// Closes the connection when the head of a request does not come whole in time: what is being answered is told by this.
    pub(super) fn limit_heads(&mut self, in_flight: InFlight) {
        self.in_flight = Some(in_flight);
    }

    fn is_left(&self) -> bool {
        let silence = self.written.elapsed();
        silence >= MAX_SILENCE
            || (silence >= MAX_CROWDED_SILENCE && self.asked.is_none() && self.connections.is_crowded())
            || self.head_time().is_some_and(|time| time >= MAX_HEAD_TIME)
    }

    /// How long a head has been coming.
    fn head_time(&self) -> Option<Duration> {
        let idle = self.in_flight.as_ref()?.idle_since()?;
        Some(self.asked?.max(idle).elapsed())
    }

    /// An error when the connection has been left.
    fn poll_left(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        while self.tick.as_mut().poll(cx).is_ready() {
            if self.is_left() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.tick.as_mut().reset(Instant::now() + CHECK_INTERVAL);
        }
        Ok(())
    }

    /// True if it took no more when it was last written to.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    fn note_write(&mut self, outcome: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.full = outcome.is_pending();
        if matches!(outcome, Poll::Ready(Ok(1..))) {
            self.written = Instant::now();
            self.asked = None;
        }
        outcome
    }
}

impl<I: Peek> Connection<I> {
    /// True if HTTP/2 is spoken here, by its first bytes, which stay to be read. Whoever sends these one by one is taken for HTTP/1, and
    /// refused.
    ///
    /// # Errors
    /// When nothing comes in time.
    pub(super) async fn is_http2(&mut self) -> io::Result<bool> {
        let mut first = [0; 3];
        let mut first = ReadBuf::new(&mut first);
        std::future::poll_fn(|cx| {
            self.poll_left(cx)?;
            self.io.poll_peek(cx, &mut first)
        })
        .await?;
        Ok(first.filled() == b"PRI")
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Connection<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll_left(cx)?;
        let before = into.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, into))?;
        if into.filled().len() > before {
            self.asked.get_or_insert_with(Instant::now);
        }
        Poll::Ready(Ok(()))
    }
}

/// Whoever reads nothing keeps a connection no longer than whoever says nothing: hyper reads nothing more while an answer is not taken.
impl<I: AsyncWrite + Unpin> AsyncWrite for Connection<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_left(cx)?;
        let outcome = Pin::new(&mut self.io).poll_write(cx, from);
        self.note_write(outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_left(cx)?;
        let outcome = Pin::new(&mut self.io).poll_write_vectored(cx, from);
        self.note_write(outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_left(cx)?;
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_left(cx)?;
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{connections::ConnectionLimits, run::event_stream};
    use axum::response::IntoResponse as _;
    use std::collections::VecDeque;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    /// The results that a test gives `accept`, in order; then it waits for ever.
    struct ScriptedAccept(VecDeque<io::Result<DuplexStream>>);

    impl Accept for ScriptedAccept {
        type Io = DuplexStream;

        async fn accept(&mut self) -> io::Result<(DuplexStream, SocketAddr)> {
            match self.0.pop_front() {
                Some(given) => given.map(|io| (io, SocketAddr::from(([127, 0, 0, 1], 1)))),
                None => std::future::pending().await,
            }
        }
    }

    impl Peek for DuplexStream {
        fn poll_peek(&mut self, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<usize>> {
            Poll::Pending
        }
    }

    /// A log that a test reads.
    #[derive(Clone, Default)]
    struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn listener(
        given: impl IntoIterator<Item = io::Result<DuplexStream>>,
    ) -> CountingListener<ScriptedAccept> {
        CountingListener::new(ScriptedAccept(given.into_iter().collect()), Connections::default())
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_accepted_is_logged_and_the_next_is_taken() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber =
            tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        let _guard = tracing::subscriber::set_default(subscriber);
        let (ours, _theirs) = duplex(64);
        // EMFILE, twice; somebody who has gone; somebody.
        let full = || Err(io::Error::from_raw_os_error(24));
        let gone = Err(io::ErrorKind::ConnectionAborted.into());
        let mut listener = listener([full(), full(), gone, Ok(ours)]);
        let began = Instant::now();
        let (connection, _) = listener.accept().await;
        assert_eq!(
            began.elapsed(),
            ACCEPT_RETRY_PAUSE * 2,
            "it does not spin, and rests for nobody else's fault"
        );
        assert_eq!(listener.connections.open(), 1);
        drop(connection);
        assert_eq!(listener.connections.open(), 0);
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert_eq!(log.matches("connections cannot be taken").count(), 1, "{log}");
        assert!(log.contains("os error 24"), "{log}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_without_an_answer_for_long_is_closed() {
        let (ours, mut theirs) = duplex(64);
        let mut listener = listener([Ok(ours)]);
        let (mut connection, _) = listener.accept().await;
        // A request that comes in drops: it never ends, and nothing is answered.
        let dripping = tokio::spawn(async move {
            while theirs.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(5)).await;
            }
        });
        let began = Instant::now();
        let mut part = [0; 1];
        let error = loop {
            if let Err(error) = connection.read_exact(&mut part).await {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!((MAX_SILENCE..=MAX_SILENCE + CHECK_INTERVAL).contains(&began.elapsed()));
        drop(connection);
        dripping.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_comes_in_drops_is_not_waited_for_and_a_body_is() {
        let (ours, mut theirs) = duplex(64);
        let mut listener = listener([Ok(ours)]);
        let (mut connection, _) = listener.accept().await;
        let in_flight = InFlight::new();
        connection.limit_heads(in_flight.clone());
        // Nothing for a minute: it is idle, and stays.
        let mut part = [0; 1];
        let nothing = tokio::time::timeout(Duration::from_secs(60), connection.read_exact(&mut part));
        assert!(nothing.await.is_err());
        connection.write_all(b"x").await.unwrap();
        theirs.read_u8().await.unwrap();
        // The head is whole at once, its body takes its time.
        theirs.write_all(b"head").await.unwrap();
        connection.read_exact(&mut [0; 4]).await.unwrap();
        let answering = in_flight.begin();
        for _ in 0..12 {
            tokio::time::sleep(Duration::from_secs(5)).await;
            theirs.write_all(b"b").await.unwrap();
            connection.read_exact(&mut part).await.unwrap();
        }
        drop(answering);
        connection.write_all(b"x").await.unwrap();
        theirs.read_u8().await.unwrap();
        let began = Instant::now();
        let dripping = tokio::spawn(async move {
            while theirs.write_all(b"h").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        let error = loop {
            if let Err(error) = connection.read_exact(&mut part).await {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!((MAX_HEAD_TIME..=MAX_HEAD_TIME + CHECK_INTERVAL).contains(&began.elapsed()));
        drop(connection);
        dripping.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn what_an_address_opens_beyond_its_number_is_closed_at_once() {
        let mut ends = Vec::new();
        let mut given = Vec::new();
        for _ in 0..3 {
            let (ours, theirs) = duplex(64);
            given.push(Ok(ours));
            ends.push(theirs);
        }
        let mut listener = listener(given);
        listener.connections.limit_addresses(1, &[]);
        let (first, _) = listener.accept().await;
        {
            let mut second = Box::pin(listener.accept());
            assert!(futures_util::poll!(&mut second).is_pending());
        }
        for theirs in &mut ends[1..] {
            assert_eq!(theirs.read(&mut [0; 1]).await.unwrap(), 0, "closed");
        }
        assert_eq!(listener.connections.open(), 1);
        drop(first);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_says_nothing_is_closed() {
        let (ours, _theirs) = duplex(64);
        let mut listener = listener([Ok(ours)]);
        let (mut connection, _) = listener.accept().await;
        let began = Instant::now();
        assert_eq!(connection.is_http2().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert!((MAX_SILENCE..=MAX_SILENCE + CHECK_INTERVAL).contains(&began.elapsed()));
    }

    #[tokio::test]
    async fn a_connection_that_takes_no_more_is_known() {
        let (ours, mut theirs) = duplex(4);
        let mut listener = listener([Ok(ours)]);
        let (mut connection, _) = listener.accept().await;
        let mut writing = Box::pin(connection.write_all(b"12345"));
        assert!(futures_util::poll!(&mut writing).is_pending());
        drop(writing);
        assert!(connection.is_full());
        theirs.read_exact(&mut [0; 4]).await.unwrap();
        connection.write_all(b"5").await.unwrap();
        assert!(!connection.is_full());
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_stalls_is_cut() {
        let (ours, theirs) = duplex(64);
        let mut listener = listener([Ok(ours)]);
        let (connection, _) = listener.accept().await;
        let piece = || Ok::<_, std::convert::Infallible>("data: x\n\n");
        let body = axum::body::Body::from_stream(futures_util::stream::repeat_with(piece));
        let began = Instant::now();
        let error = event_stream::write(connection, body.into_response()).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!((MAX_SILENCE..=MAX_SILENCE + CHECK_INTERVAL).contains(&began.elapsed()));
        assert_eq!(listener.connections.open(), 0);
        drop(theirs);
    }

    /// While an answer is not taken, hyper reads nothing more: the writing side has to see that it was left.
    #[tokio::test(start_paused = true)]
    async fn whoever_asks_on_and_on_and_reads_nothing_is_cut() {
        let (ours, theirs) = duplex(64);
        let mut listener = listener([Ok(ours)]);
        let (mut connection, _) = listener.accept().await;
        let began = Instant::now();
        let error = connection.write_all(&[b'x'; 128]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!((MAX_SILENCE..=MAX_SILENCE + CHECK_INTERVAL).contains(&began.elapsed()));
        drop(theirs);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_that_writes_now_and_then_stays() {
        let (ours, mut theirs) = duplex(64);
        let mut listener = listener([Ok(ours)]);
        listener.connections.limit(ConnectionLimits { connections: 4, streams: 1 });
        let _crowd = [listener.connections.opened(), listener.connections.opened()];
        let (connection, _) = listener.accept().await;
        let (mut reads, mut writes) = tokio::io::split(connection);
        let reading = tokio::spawn(async move { reads.read_u8().await });
        for _ in 0..240 {
            tokio::time::sleep(Duration::from_secs(15)).await;
            writes.write_all(b":").await.unwrap();
            theirs.read_u8().await.unwrap();
        }
        assert!(!reading.is_finished(), "an hour of keep-alives");
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_gives_its_place_to_others_when_few_are_left() {
        let (first, theirs) = duplex(64);
        let (second, mut asking) = duplex(64);
        let mut listener = listener([Ok(first), Ok(second)]);
        listener.connections.limit(ConnectionLimits { connections: 4, streams: 1 });
        let (mut idle, _) = listener.accept().await;
        let (mut asked, _) = listener.accept().await;
        asking.write_all(b"GET").await.unwrap();
        let mut part = [0; 3];
        asked.read_exact(&mut part).await.unwrap();
        let began = Instant::now();
        let reading = tokio::spawn(async move { asked.read_u8().await.map(|_| Instant::now()) });
        assert!(idle.read_u8().await.is_err());
        assert!((MAX_CROWDED_SILENCE..=MAX_CROWDED_SILENCE + CHECK_INTERVAL).contains(&began.elapsed()));
        assert!(!reading.is_finished(), "who waits for an answer is left in peace");
        drop((idle, theirs, asking));
    }
}
