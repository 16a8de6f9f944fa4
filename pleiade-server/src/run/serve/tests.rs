use super::*;
use crate::connections::{AddressPlace, ConnectionPermit, Connections};
use axum::{
    http::{StatusCode, header},
    response::IntoResponse as _,
    routing::{any, get},
};
use futures_util::{Stream, stream};
use std::{future::Future, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex, join},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinHandle,
};
use tokio_stream::wrappers::ReceiverStream;
use tower_http::compression::CompressionLayer;

/// Only a hang takes so long.
const HANGS: Duration = Duration::from_secs(600);

type Piece = Result<&'static str, Infallible>;

/// Event streams whose pieces a test sends, after those that were asked for.
fn router(opened: mpsc::UnboundedSender<mpsc::Sender<Piece>>) -> Router {
    let stream = move || {
        let (sender, pieces) = mpsc::channel(1);
        let _ = opened.send(sender);
        async { event_stream(ReceiverStream::new(pieces)) }
    };
    let flood = || async { event_stream(stream::repeat_with(|| Ok("data: x\n\n"))) };
    Router::new()
        .route("/plain", get(|| async { "plain" }))
        .route("/long", any(|| async { "0123456789".repeat(100) }))
        .route("/refused", get(|| async { StatusCode::SERVICE_UNAVAILABLE }))
        .route("/stream", get(stream))
        .route("/flood", get(flood))
        .layer(CompressionLayer::new().gzip(true))
}

fn event_stream(pieces: impl Stream<Item = Piece> + Send + 'static) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/event-stream")];
    let mut response = (headers, Body::from_stream(pieces)).into_response();
    response.extensions_mut().insert(EventStream);
    response
}

struct Server {
    address: SocketAddr,
    connections: Connections,
    /// The streams as they are opened.
    opened: mpsc::UnboundedReceiver<mpsc::Sender<Piece>>,
    shutdown: CancellationToken,
    serving: JoinHandle<()>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, shutdown) = (Connections::default(), CancellationToken::new());
        let (open, opened) = mpsc::unbounded_channel();
        let listener = CountingListener::new(listener, connections.clone());
        let serving = tokio::spawn(serve(listener, router(open), shutdown.clone()));
        Self { address, connections, opened, shutdown, serving }
    }

    /// Opens a stream on a connection and reads its head.
    async fn open(&mut self, client: &mut Client) -> mpsc::Sender<Piece> {
        client.ask("GET /stream").await;
        let head = client.until("\r\n\r\n").await;
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(head.contains("\r\nconnection: close\r\n") && head.contains("\r\ndate: "), "{head}");
        assert!(!head.contains("transfer-encoding") && !head.contains("content-encoding"), "{head}");
        self.opened.recv().await.unwrap()
    }
}

struct Client {
    connection: TcpStream,
    seen: Vec<u8>,
}

impl Client {
    async fn connect(server: &Server) -> Self {
        Self { connection: TcpStream::connect(server.address).await.unwrap(), seen: Vec::new() }
    }

    async fn ask(&mut self, what: &str) {
        let request = format!("{what} HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip\r\n\r\n");
        self.connection.write_all(request.as_bytes()).await.unwrap();
    }

    /// Reads up to this text, and gives what came.
    async fn until(&mut self, end: &str) -> String {
        loop {
            if let Some(at) = self.seen.windows(end.len()).position(|part| part == end.as_bytes()) {
                return String::from_utf8(self.seen.drain(..at + end.len()).collect()).unwrap();
            }
            assert!(self.connection.read_buf(&mut self.seen).await.unwrap() > 0, "it ended: {:?}", self.seen);
        }
    }

    async fn rest(mut self) -> String {
        self.connection.read_to_end(&mut self.seen).await.unwrap();
        String::from_utf8(self.seen).unwrap()
    }
}

async fn places(connections: &Connections) -> (ConnectionPermit, AddressPlace) {
    let address = std::net::Ipv4Addr::LOCALHOST.into();
    (connections.place().await, connections.place_of_address(address).unwrap())
}

async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(HANGS, work).await.expect("no hang")
}

#[tokio::test]
async fn a_stream_begins_after_other_answers_of_its_connection_and_its_pieces_come_at_once() {
    in_time(async {
        let mut server = Server::start().await;
        let mut client = Client::connect(&server).await;
        for _ in 0..2 {
            client.ask("GET /plain").await;
            let head = client.until("\r\n\r\nplain").await;
            assert!(head.contains("content-length: 5\r\n") && !head.contains("connection"), "{head}");
        }
        let pieces = server.open(&mut client).await;
        for piece in ["data: one\n\n", "data: two\n\n"] {
            pieces.send(Ok(piece)).await.unwrap();
            assert_eq!(client.until("\n\n").await, piece);
        }
        assert_eq!(server.connections.open(), 1);
        drop(pieces);
        assert_eq!(client.rest().await, "", "its end is the end of the connection");
    })
    .await;
}

#[tokio::test]
async fn a_client_that_leaves_frees_its_stream_and_its_connection() {
    in_time(async {
        let mut server = Server::start().await;
        let mut client = Client::connect(&server).await;
        let pieces = server.open(&mut client).await;
        assert_eq!(server.connections.open(), 1);
        drop(client);
        pieces.closed().await;
        while server.connections.open() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_stop_ends_streams_even_those_that_nobody_reads() {
    in_time(async {
        let mut server = Server::start().await;
        let (mut reading, mut stalled) = (Client::connect(&server).await, Client::connect(&server).await);
        let _pieces = server.open(&mut reading).await;
        stalled.ask("GET /flood").await;
        stalled.until("data: x").await;
        server.shutdown.cancel();
        server.serving.await.unwrap();
        assert_eq!(reading.rest().await, "");
        drop(stalled);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_stream_leaves_the_connection_to_the_next_request() {
    in_time(async {
        let mut server = Server::start().await;
        let mut client = Client::connect(&server).await;
        client.ask("GET /refused").await;
        assert!(client.until("\r\n\r\n").await.starts_with("HTTP/1.1 503 "));
        client.ask("HEAD /stream").await;
        let head = client.until("\r\n\r\n").await;
        assert!(head.starts_with("HTTP/1.1 200 ") && !head.contains("connection: close"), "{head}");
        assert!(server.opened.recv().await.unwrap().is_closed(), "only its head was asked for");
        client.ask("GET /plain").await;
        assert!(client.until("\r\n\r\nplain").await.starts_with("HTTP/1.1 200 "));
        assert_eq!(server.connections.open(), 1);
    })
    .await;
}

#[tokio::test]
async fn streams_of_http2_share_a_connection_with_other_answers() {
    in_time(async {
        let mut server = Server::start().await;
        // Nobody else in this process chooses one; nothing here speaks TLS.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = reqwest::Client::builder().http2_prior_knowledge().no_proxy().build().unwrap();
        let url = |path: &str| format!("http://{}{path}", server.address);
        let mut stream = client.get(url("/stream")).send().await.unwrap();
        assert_eq!((stream.status(), stream.version()), (StatusCode::OK, axum::http::Version::HTTP_2));
        let pieces = server.opened.recv().await.unwrap();
        for piece in ["data: one\n\n", "data: two\n\n"] {
            pieces.send(Ok(piece)).await.unwrap();
            assert_eq!(stream.chunk().await.unwrap().unwrap(), piece);
            assert_eq!(client.get(url("/plain")).send().await.unwrap().text().await.unwrap(), "plain");
        }
        assert_eq!(server.connections.open(), 1);
        drop(stream);
        pieces.closed().await;
        drop(client);
        server.shutdown.cancel();
        server.serving.await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_stream_asked_for_at_once_with_another_answer_waits_until_that_is_written() {
    let get = "GET /long HTTP/1.1\r\nhost: x\r\n\r\n";
    // With a body that nobody wants.
    let post = "POST /long HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nbody";
    for first in [get, post] {
        in_time(async {
            let requests = format!("{first}GET /stream HTTP/1.1\r\nhost: x\r\n\r\n");
            // Narrower than any answer.
            let ((our_end, mut asking), (answering, mut reading)) = (duplex(requests.len()), duplex(64));
            asking.write_all(requests.as_bytes()).await.unwrap();
            let connections = Connections::default();
            let connection =
                Connection::new(join(our_end, answering), places(&connections).await, &connections);
            let (open, _) = mpsc::unbounded_channel();
            let peer = Peer { router: router(open), address: ([127, 0, 0, 1], 1).into() };
            let served =
                tokio::spawn(async { by_http1(connection, peer, CancellationToken::new()).await.is_some() });
            let mut seen = String::new();
            reading.read_to_string(&mut seen).await.unwrap();
            assert!(served.await.unwrap(), "{first}");
            assert!(
                seen.starts_with("HTTP/1.1 200 OK") && seen.ends_with(&"0123456789".repeat(100)),
                "{seen}"
            );
        })
        .await;
    }
}

/// A connection without a network, of which a test has the other end.
async fn connected() -> (Connection<DuplexStream>, Peer, DuplexStream) {
    let (ours, theirs) = duplex(1 << 16);
    let connections = Connections::default();
    let connection = Connection::new(ours, places(&connections).await, &connections);
    let (open, _) = mpsc::unbounded_channel();
    (connection, Peer { router: router(open), address: ([127, 0, 0, 1], 1).into() }, theirs)
}

/// An idle connection over HTTP/2 ends, whatever frames it sends that ask for nothing.
#[tokio::test(start_paused = true)]
async fn pings_alone_keep_no_connection() {
    let (connection, peer, theirs) = connected().await;
    let began = tokio::time::Instant::now();
    let serving = tokio::spawn(async move {
        by_http2(connection, peer, CancellationToken::new()).await;
        tokio::time::Instant::now()
    });
    let (mut reads, mut writes) = tokio::io::split(theirs);
    tokio::spawn(async move {
        let mut part = [0; 1024];
        while reads.read(&mut part).await.is_ok_and(|read| read > 0) {}
    });
    // The preface, empty settings, then pings.
    writes.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    while writes.write_all(b"\0\0\x08\x06\0\0\0\0\0pingpong").await.is_ok() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let ended = serving.await.unwrap() - began;
    assert!((MAX_HTTP2_IDLE..=MAX_HTTP2_IDLE + HTTP2_GOODBYE).contains(&ended), "{ended:?}");
}

/// Whoever sends the head of a request one letter at a time does not keep their connection.
#[tokio::test(start_paused = true)]
async fn a_head_in_drops_ends_its_connection() {
    let (connection, peer, mut theirs) = connected().await;
    let began = tokio::time::Instant::now();
    let serving = tokio::spawn(async move {
        by_http1(connection, peer, CancellationToken::new()).await;
        tokio::time::Instant::now()
    });
    theirs.write_all(b"GET /plain HTTP/1.1\r\nhost: x\r\nx-long: ").await.unwrap();
    while !serving.is_finished() && theirs.write_all(b"h").await.is_ok() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let ended = serving.await.unwrap() - began;
    // Long before anything else would end it: it is never silent.
    assert!(ended < Duration::from_secs(60), "{ended:?}");
}
