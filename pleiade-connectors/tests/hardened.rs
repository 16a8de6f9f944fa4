//! Attacks the transport through real sockets on loopback.
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::Redirect,
    routing::{any, get},
};
use bytes::Bytes;
use futures_util::stream;
use http::Request;
use pleiade_connectors::http::{HardenedBuilder, HardenedError, HardenedTransport, Resolver};
use pleiade_core::{Limits, Transport, TransportError};
use std::{
    collections::BTreeMap,
    io::{self, Write},
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// Makes names resolve to anything; a name it does not know never answers.
#[derive(Debug, Default)]
struct Names(BTreeMap<&'static str, Vec<IpAddr>>);

impl Names {
    fn new(names: &[(&'static str, &[&str])]) -> Arc<Self> {
        let parse = |list: &[&str]| list.iter().map(|address| address.parse().unwrap()).collect();
        Arc::new(Self(names.iter().map(|(name, addresses)| (*name, parse(addresses))).collect()))
    }
}

#[async_trait::async_trait]
impl Resolver for Names {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        match self.0.get(host) {
            Some(addresses) => Ok(addresses.clone()),
            None => std::future::pending().await,
        }
    }
}

/// The deadline is for a hang alone.
const LIMITS: Limits = Limits::DEFAULT.with_deadline(Duration::from_secs(300)).with_max_body_bytes(10_000);

fn transport(declare: impl FnOnce(HardenedBuilder) -> HardenedBuilder) -> HardenedTransport {
    declare(HardenedTransport::builder().without_system_roots()).build().unwrap()
}

async fn get_url(transport: &HardenedTransport, url: &str) -> Result<http::Response<Bytes>, TransportError> {
    let request = Request::builder().uri(url.parse::<Uri>().unwrap()).body(Bytes::new()).unwrap();
    transport.send(request, LIMITS).await
}

async fn fault(transport: &HardenedTransport, url: &str) -> Option<TransportError> {
    get_url(transport, url).await.err()
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Answers every connection with these bytes once a request came, then closes.
async fn answer(bytes: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let bytes = bytes.clone();
            tokio::spawn(async move {
                let mut request = [0; 2048];
                let _ = socket.read(&mut request).await;
                let _ = socket.write_all(&bytes).await;
            });
        }
    });
    address
}

fn gzip(size: usize) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![0; size]).unwrap();
    packed.finish().unwrap()
}

#[tokio::test]
async fn an_ordinary_answer_passes_whole() {
    let router = Router::new().route("/a", get(|| async { ([(header::SERVER, "x")], "bonjour") }));
    let address = serve(router).await;
    let transport = transport(|b| b.internal_host(&address.to_string()));
    let response = get_url(&transport, &format!("http://{address}/a")).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers().get(header::SERVER), Some(&HeaderValue::from_static("x")));
    assert_eq!(response.body(), "bonjour");
}

#[tokio::test]
async fn an_undeclared_host_port_or_scheme_is_refused() {
    let names = Names::new(&[("cloud.example", &["1.1.1.1"]), ("lan.example", &["10.0.0.1"])]);
    let transport = transport(|b| b.host("cloud.example").internal_host("lan.example:8443").resolver(names));
    for url in [
        "https://other.example/",
        "https://cloud.example.evil.example/",
        "https://cloud.example./",
        "https://evil.example/?cloud.example",
        "https://cloud.example:8443/",
        "http://cloud.example/",
        "https://lan.example/",
        "http://lan.example/",
        "ftp://cloud.example/",
        "https://cloud.example@evil.example/",
        "https://user:secret@cloud.example/",
        "/relative",
    ] {
        assert_eq!(fault(&transport, url).await, Some(TransportError::Forbidden), "{url}");
    }
}

#[tokio::test]
async fn literal_addresses_are_checked_however_they_are_written() {
    let hosts =
        ["127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[fe80::1]"];
    let declared = transport(|b| hosts.iter().fold(b, |b, host| b.host(host)));
    let internal = transport(|b| hosts.iter().fold(b, |b, host| b.internal_host(host)));
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "127.1",
        "127.0.1",
        "10.0.0.1",
        "012.0.0.1",
        "0",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
    ] {
        let fault = fault(&declared, &format!("https://{host}/")).await;
        assert_eq!(fault, Some(TransportError::Forbidden), "{host}");
    }
    // Link-local and unspecified addresses are for nobody, not even for a host declared internal.
    for host in ["169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "0.0.0.0", "[fe80::1]"]
    {
        let fault = fault(&internal, &format!("http://{host}/")).await;
        assert_eq!(fault, Some(TransportError::Forbidden), "{host}");
    }
}

#[tokio::test]
async fn every_address_of_a_name_is_checked_before_connecting() {
    let names = [
        ("loopback.example", ["127.0.0.1"].as_slice()),
        ("private.example", &["192.168.1.10"]),
        ("shared.example", &["100.64.0.1"]),
        ("local.example", &["fd12::1"]),
        ("mapped.example", &["::ffff:10.0.0.1"]),
        ("nat64.example", &["64:ff9b::a00:1"]),
        ("both.example", &["1.1.1.1", "10.0.0.1"]),
        ("turned.example", &["10.0.0.1", "1.1.1.1"]),
    ];
    let transport =
        transport(|b| names.iter().fold(b, |b, (name, _)| b.host(name)).resolver(Names::new(&names)));
    for (name, _) in names {
        assert_eq!(
            fault(&transport, &format!("https://{name}/")).await,
            Some(TransportError::Forbidden),
            "{name}"
        );
    }
}

#[tokio::test]
async fn an_internal_host_reaches_private_addresses_and_still_not_metadata() {
    let address = serve(Router::new().route("/", get(|| async { "inside" }))).await;
    let names = Names::new(&[
        ("lan.example", &["127.0.0.1"]),
        ("cloud.example", &["169.254.169.254"]),
        ("mixed.example", &["127.0.0.1", "169.254.169.254"]),
        ("empty.example", &[]),
    ]);
    let port = address.port();
    let transport = transport(|b| {
        ["lan.example", "cloud.example", "mixed.example", "empty.example"]
            .iter()
            .fold(b, |b, name| b.internal_host(&format!("{name}:{port}")))
            .resolver(names)
    });
    let inside = get_url(&transport, &format!("http://lan.example:{port}/")).await.unwrap();
    assert_eq!(inside.body(), "inside");
    for name in ["cloud.example", "mixed.example"] {
        let fault = fault(&transport, &format!("http://{name}:{port}/")).await;
        assert_eq!(fault, Some(TransportError::Forbidden), "{name}");
    }
    let fault = fault(&transport, &format!("http://empty.example:{port}/")).await;
    assert_eq!(fault, Some(TransportError::Name));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let reached = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&reached);
    let inside = serve(Router::new().fallback(any(move || {
        seen.fetch_add(1, Ordering::SeqCst);
        async { "secret" }
    })))
    .await;
    let to_private = format!("http://{inside}/");
    let router = Router::new()
        .route("/private", get(move || async move { Redirect::temporary(&to_private) }))
        .route("/metadata", get(|| async { Redirect::permanent("http://169.254.169.254/latest/") }))
        .route("/same", get(|| async { Redirect::to("/private") }));
    let address = serve(router).await;
    let transport = transport(|b| b.internal_host(&address.to_string()).internal_host(&inside.to_string()));
    for path in ["private", "metadata", "same"] {
        let response = get_url(&transport, &format!("http://{address}/{path}")).await.unwrap();
        assert!(response.status().is_redirection(), "{path}");
        assert!(response.headers().contains_key(header::LOCATION));
    }
    assert_eq!(reached.load(Ordering::SeqCst), 0, "not even to a host that is declared");
}

#[tokio::test]
async fn bodies_are_capped_as_they_are_once_unpacked() {
    let endless = || async {
        Body::from_stream(stream::repeat_with(|| Ok::<_, io::Error>(Bytes::from(vec![b'x'; 1000]))))
    };
    let bomb = gzip(50 << 20);
    assert!(bomb.len() < 100_000);
    let small = gzip(5_000);
    let packed = |body: Vec<u8>| move || async move { ([(header::CONTENT_ENCODING, "gzip")], body) };
    let router = Router::new()
        .route("/endless", get(endless))
        .route("/announced", get(|| async { vec![b'x'; 10_001] }))
        .route("/exact", get(|| async { vec![b'x'; 10_000] }))
        .route("/bomb", get(packed(bomb)))
        .route("/small", get(packed(small)))
        .route("/garbage", get(packed(b"not gzip at all".to_vec())));
    let address = serve(router).await;
    let transport = transport(|b| b.internal_host(&address.to_string()));
    for path in ["endless", "announced", "bomb"] {
        let fault = fault(&transport, &format!("http://{address}/{path}")).await;
        assert_eq!(fault, Some(TransportError::TooLarge), "{path}");
    }
    for (path, length) in [("exact", 10_000), ("small", 5_000)] {
        let response = get_url(&transport, &format!("http://{address}/{path}")).await.unwrap();
        assert_eq!(response.body().len(), length);
    }
    let garbage = fault(&transport, &format!("http://{address}/garbage")).await;
    assert_eq!(garbage, Some(TransportError::Truncated));
}

#[tokio::test]
async fn one_deadline_covers_the_name_the_head_and_the_body() {
    let slow_body = || async {
        let first = stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"x"))]);
        Body::from_stream(futures_util::StreamExt::chain(first, stream::pending()))
    };
    let router = Router::new()
        .route("/head", get(|| async { std::future::pending::<()>().await }))
        .route("/body", get(slow_body));
    let address = serve(router).await;
    let transport = transport(|b| {
        b.internal_host(&address.to_string()).host("silent.example").resolver(Arc::new(Names::default()))
    });
    let limits = LIMITS.with_deadline(Duration::from_millis(50));
    for url in [
        format!("http://{address}/head"),
        format!("http://{address}/body"),
        "https://silent.example/".to_owned(),
    ] {
        let request = Request::builder().uri(url.as_str()).body(Bytes::new()).unwrap();
        let fault = transport.send(request, limits).await.err();
        assert_eq!(fault, Some(TransportError::Deadline), "{url}");
    }
}

#[tokio::test]
async fn cut_answers_and_broken_talk_are_told_apart() {
    let cut = answer(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this".to_vec()).await;
    let chunks =
        answer(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n".to_vec()).await;
    let nothing = answer(Vec::new()).await;
    let garbage = answer(b"\x00\x01\x02 not HTTP\r\n\r\n".to_vec()).await;
    let mut flood = b"HTTP/1.1 200 OK\r\n".to_vec();
    flood.extend(std::iter::repeat_n(b"x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n", 20_000).flatten());
    let many = answer(flood).await;
    let mut long = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: ".to_vec();
    long.extend(vec![b'y'; 70_000]);
    long.extend_from_slice(b"\r\n\r\n");
    let long = answer(long).await;
    let hosts = [cut, chunks, nothing, garbage, many, long];
    let transport = transport(|b| hosts.iter().fold(b, |b, address| b.internal_host(&address.to_string())));
    for (address, expected) in [
        (cut, TransportError::Truncated),
        (chunks, TransportError::Truncated),
        (nothing, TransportError::Connection),
        (garbage, TransportError::Connection),
        (many, TransportError::Connection),
        (long, TransportError::TooLarge),
    ] {
        assert_eq!(fault(&transport, &format!("http://{address}/")).await, Some(expected));
    }
    let fault = fault(&transport, &format!("https://{cut}/")).await;
    assert_eq!(fault, Some(TransportError::Tls), "plain words where TLS is expected");
}

#[tokio::test]
async fn nothing_is_kept_from_one_call_to_the_next() {
    let router = Router::new().route(
        "/",
        get(|headers: HeaderMap| async move {
            let shown = [header::COOKIE, header::REFERER].iter().any(|name| headers.contains_key(name));
            let host = headers.get(header::HOST).cloned().unwrap_or(HeaderValue::from_static(""));
            (
                StatusCode::OK,
                [(header::SET_COOKIE, HeaderValue::from_static("a=b")), (header::VIA, host)],
                shown.to_string(),
            )
        }),
    );
    let address = serve(router).await;
    let transport = transport(|b| b.internal_host(&address.to_string()));
    for _ in 0..2 {
        let request = Request::builder()
            .uri(format!("http://{address}/"))
            .header(header::HOST, "evil.example")
            .body(Bytes::new())
            .unwrap();
        let response = transport.send(request, LIMITS).await.unwrap();
        assert_eq!(response.body(), "false", "no cookie, no referrer");
        assert_eq!(response.headers().get(header::VIA).unwrap().to_str().unwrap(), address.to_string());
    }
}

#[tokio::test]
async fn dropping_the_call_closes_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let transport = transport(|b| b.internal_host(&address.to_string()));
    let call = tokio::spawn(async move { fault(&transport, &format!("http://{address}/")).await });
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut request = [0; 2048];
    assert!(socket.read(&mut request).await.unwrap() > 0);
    call.abort();
    assert_eq!(socket.read(&mut request).await.unwrap_or(0), 0, "the other side sees the end");
}

#[test]
fn wrong_declarations_are_refused() {
    for host in [
        "",
        "https://cloud.example",
        "a b",
        "cloud.example/path",
        "user@cloud.example",
        "cloud.example:99999",
    ] {
        let built = HardenedTransport::builder().host(host).build();
        assert_eq!(built.err(), Some(HardenedError::Host(host.to_owned())));
    }
    for pem in [b"nothing".as_slice(), b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let built = HardenedTransport::builder().root_certificates_pem(pem).build();
        assert_eq!(built.err(), Some(HardenedError::Certificates));
    }
}
