//! The desk under load: 12 cards of one person, 32 connections, with applications that are well, dead, hung, or answering garbage.
//!
//! `cargo bench -p pleiade-server --bench desk` prints one line for each. Server and load run in one process on loopback, so the figures
//! include the load's own cost. Every answer is checked: a status other than 200 or an incomplete page ends the run.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a program for developers"
)]

use axum::Router;
use pleiade_connectors::{
    http::HardenedTransport,
    zimbra::{PreauthKey, ZimbraAuthMethod, ZimbraConfig, ZimbraConnector},
};
use pleiade_core::{
    Affiliation, Clock, Connector, ConnectorId, ExposeSecret, PersonKind, Placement, SourceId, Subject,
    SystemClock, Tenant, TenantId, Transport, WidgetId,
};
use pleiade_federation::scim::PushedSource;
use pleiade_server::{
    accounts::Accounts,
    app::App,
    connectors::{Boards, Connectors},
    credentials::{CredentialRule, LoginFrom},
    parts::{Foundation, Parts},
    run,
    seal::{SealKey, Sealer},
    session::{Limits, NewSession, Sessions, SourceRights},
    sign_in::{
        SignIn, Source,
        mapping::{Mapping, Tenants as TenantRule},
    },
    storage::{Names, NewIdentity, Storage, sqlite},
    web::cookies::CookieRule,
};
use pleiade_testkit::{Simulator, Zimbra, serve};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use url::Url;

const CONNECTIONS: usize = 32;
const SECONDS: u64 = 5;
const UPSTREAMS: usize = 4;

#[tokio::main]
async fn main() {
    // `cargo test --benches` only asks whether it still runs.
    let seconds = if std::env::args().any(|argument| argument == "--bench") { SECONDS } else { 1 };
    println!(
        "{:<10} {:>10} {:>8} {:>8} {:>8} {:>8} {:>10}",
        "upstreams", "requests/s", "p50 ms", "p95 ms", "p99 ms", "max ms", "page bytes"
    );
    for scenario in ["healthy", "dead", "hung", "garbage"] {
        let (app, cookie) = assembled(scenario).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let server = tokio::spawn(run::run(app, listener, stop.clone().cancelled_owned()));
        // One page starts the readings; what is well has answered before the measure begins.
        let mut first = Connection::open(address, &cookie).await;
        first.page().await;
        for _ in 0..50 {
            first.page().await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        // What is measured is what people have: lines and a day where applications are well, and lines nowhere else.
        let page = Connection::plain(address, &cookie).await.text().await;
        let is_filled = page.contains("data-line") && page.contains("id=\"day\"");
        assert_eq!(is_filled, scenario == "healthy", "{scenario}: {page}");
        let (mut times, bytes, took) = load(address, &cookie, Duration::from_secs(seconds)).await;
        times.sort_unstable();
        let at = |share: f64| {
            times.get((times.len() as f64 * share) as usize).or(times.last()).unwrap().as_secs_f64() * 1e3
        };
        println!(
            "{scenario:<10} {:>10.0} {:>8.2} {:>8.2} {:>8.2} {:>8.2} {bytes:>10}",
            times.len() as f64 / took.as_secs_f64(),
            at(0.50),
            at(0.95),
            at(0.99),
            at(1.0)
        );
        stop.cancel();
        server.await.unwrap().unwrap();
    }
}

/// Applications in one state: 4 instances × 3 widgets.
async fn assembled(scenario: &str) -> (App, String) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let tenant_id = TenantId::new("la-roche-aux-fees").unwrap();
    let mut tenant = Tenant::new(tenant_id.clone(), "Ville de La Roche-aux-Fées");
    tenant.hosts = vec!["desk.example".to_owned()];
    tenant.mail_domains = vec!["la-roche-aux-fees.example".parse().unwrap()];
    let operator = Arc::new(Tenant::new(TenantId::new("operator").unwrap(), "OPSN"));

    let (mut connectors, mut placements, mut rules) = (Connectors::default(), Vec::new(), Vec::new());
    for n in 0..UPSTREAMS {
        let url = upstream(scenario, &clock).await;
        let transport: Arc<dyn Transport> =
            Arc::new(HardenedTransport::builder().origin(&url, true).build().unwrap());
        let domain = "la-roche-aux-fees.example";
        let key = PreauthKey {
            domain: domain.parse().unwrap(),
            key: Zimbra::preauth_key(domain).into(),
            tenants: Vec::new(),
        };
        let config = ZimbraConfig::new(url, ZimbraAuthMethod::Preauth { preauth_keys: vec![key] });
        let id = ConnectorId::new(format!("zimbra-{n}")).unwrap();
        let connector: Arc<dyn Connector> =
            Arc::new(ZimbraConnector::new(id.clone(), config, transport).unwrap());
        connectors.add(tenant_id.clone(), connector);
        rules.push((id.clone(), CredentialRule::ActingLogin { login: LoginFrom::Mail }));
        for widget in ["mail", "agenda", "tasks"] {
            let widget = WidgetId::new(widget).unwrap();
            placements.push(Placement::new(id.clone(), widget));
        }
    }
    let mut boards = Boards::default();
    boards.by_tenant.insert(tenant_id.clone(), vec![placements]);

    let folder = tempfile::tempdir().unwrap().keep();
    let storage: Arc<dyn Storage> =
        Arc::new(sqlite::open(&folder.join("desk.db"), Duration::from_secs(5)).await.unwrap());
    let source = SourceId::new("sso").unwrap();
    let subject = Subject::new("https://sso.example", "1").unwrap();
    let (identity, link) = storage
        .create_identity(&NewIdentity {
            source: source.clone(),
            subject: subject.clone(),
            owner: None,
            names: Names {
                display_name: "Camille Durand".to_owned(),
                given_name: Some("Camille".to_owned()),
                family_name: Some("Durand".to_owned()),
                mail: "cdurand@la-roche-aux-fees.example".parse().ok(),
                login: Some("cdurand".to_owned()),
            },
            created_at: clock.now(),
        })
        .await
        .unwrap();
    let affiliation = Affiliation::new(tenant_id.clone(), PersonKind::Agent);
    storage.replace_affiliations(link, &[affiliation]).await.unwrap();
    let sealer = Arc::new(Sealer::new(SealKey::generate().unwrap(), Vec::new()));
    let tasks = TaskTracker::new();
    let sessions = Sessions::new(
        storage.clone(),
        sealer.clone(),
        clock.clone(),
        Limits::default(),
        CookieRule::SECURE,
        tasks.clone(),
        [(source.clone(), SourceRights::new(&Mapping::new(TenantRule::Kept), None, "bench"))]
            .into_iter()
            .collect(),
    );
    let cookie = sessions
        .open(NewSession {
            site: Some(tenant_id.clone()),
            identity,
            link,
            acting: tenant_id,
            source: source.clone(),
            subject,
            acr: None,
            provider_session: None,
            tokens: None,
        })
        .await
        .unwrap();
    let cookie = format!("{}={}", CookieRule::SECURE.session_name(), cookie.expose_secret());
    let hashes = pleiade_federation::local::PasswordHashes::with_cost(8, 1).expect("small parameters");
    let accounts = Accounts::new(hashes, [], clock.clone());
    let foundation = Foundation {
        operator,
        tenants: vec![tenant],
        storage,
        sealer,
        clock: clock.clone(),
        cookies: CookieRule::SECURE,
        limits: Limits::default(),
    };
    let own = Source::new(Arc::new(PushedSource::new(source)), Mapping::new(TenantRule::Kept));
    let mut parts = Parts::new(foundation, SignIn::new([own], clock), accounts);
    parts.sessions = sessions;
    parts.connectors = connectors;
    parts.credential_rules = Arc::new(rules.into_iter().collect());
    parts.boards = boards;
    let app = App::new(parts).unwrap();
    (app, cookie)
}

/// An application in a state. What serves it lives as long as the process.
async fn upstream(scenario: &str, clock: &Arc<dyn Clock>) -> Url {
    let garbage = Router::new().fallback(|| async { "\u{0}{]not what was asked for" });
    let hung = Router::new().fallback(std::future::pending::<&'static str>);
    let served = match scenario {
        "healthy" => serve(Zimbra::new(clock.clone()).router()).await,
        "hung" => serve(hung).await,
        _ => serve(garbage).await,
    };
    let served = served.unwrap();
    let url = served.url.clone();
    if scenario == "dead" {
        drop(served);
    } else {
        std::mem::forget(served);
    }
    url
}

async fn load(address: SocketAddr, cookie: &str, span: Duration) -> (Vec<Duration>, usize, Duration) {
    let over = Arc::new(AtomicBool::new(false));
    let start = Instant::now();
    let workers: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (over, cookie) = (over.clone(), cookie.to_owned());
            tokio::spawn(async move {
                let mut connection = Connection::open(address, &cookie).await;
                let (mut times, mut bytes) = (Vec::new(), 0);
                while !over.load(Ordering::Relaxed) {
                    let asked = Instant::now();
                    bytes = connection.page().await;
                    times.push(asked.elapsed());
                }
                (times, bytes)
            })
        })
        .collect();
    tokio::time::sleep(span).await;
    over.store(true, Ordering::Relaxed);
    let took = start.elapsed();
    let (mut times, mut bytes) = (Vec::new(), 0);
    for worker in workers {
        let (mine, size) = worker.await.unwrap();
        times.extend(mine);
        bytes = bytes.max(size);
    }
    (times, bytes, took)
}

/// A kept-alive connection that asks for the desk as a browser does.
struct Connection {
    stream: TcpStream,
    request: String,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr, cookie: &str) -> Self {
        Self::with(address, cookie, "accept-encoding: gzip\r\n").await
    }

    /// One whose pages can be read.
    async fn plain(address: SocketAddr, cookie: &str) -> Self {
        Self::with(address, cookie, "").await
    }

    async fn text(&mut self) -> String {
        self.page().await;
        String::from_utf8_lossy(&self.buffer).into_owned()
    }

    async fn with(address: SocketAddr, cookie: &str, encoding: &str) -> Self {
        let request = format!(
            "GET / HTTP/1.1\r\nhost: desk.example\r\naccept: text/html\r\n{encoding}cookie: {cookie}\r\n\r\n"
        );
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, request, buffer: Vec::new() }
    }

    /// Bytes of the whole answer.
    async fn page(&mut self) -> usize {
        self.stream.write_all(self.request.as_bytes()).await.unwrap();
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.unwrap();
            assert!(read > 0, "the connection was closed");
            let Some(head) = self.buffer.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
            assert!(
                self.buffer.starts_with(b"HTTP/1.1 200"),
                "not a page: {}",
                String::from_utf8_lossy(&self.buffer)
            );
            let lines = String::from_utf8_lossy(self.buffer.get(..head).unwrap()).to_ascii_lowercase();
            let whole = match lines.lines().find_map(|line| line.strip_prefix("content-length: ")) {
                Some(length) => self.buffer.len() >= head + 4 + length.parse::<usize>().unwrap(),
                None => self.buffer.ends_with(b"\r\n0\r\n\r\n"),
            };
            if whole {
                return self.buffer.len();
            }
        }
    }
}
