//! Acts of strangers, and whom they must not keep out.

use crate::support::{
    ALPHA, Answer, Browser, PASSWORD, SESSION, Setup, World, somebody, source_id, tenant_id,
};
use axum::{
    body::{Body, Bytes},
    http::{Method, StatusCode},
};
use metrics_exporter_prometheus::PrometheusBuilder;
use pleiade_core::{Affiliation, PersonKind, Role, Subject};
use pleiade_federation::{
    local::{HashError, HashPermit, PasswordHashes},
    throttle::DirectoryGuard,
};
use pleiade_server::{accounts::Policy, connections::ConnectionLimits, sign_in::guesses::StoredGuesses};
use std::{
    convert::Infallible,
    future::Future,
    io::Write,
    net::{IpAddr, Ipv6Addr},
    pin::Pin,
    sync::{Arc, Mutex, OnceLock},
    task::{Context, Poll, Waker},
    time::Duration,
};
use tower::ServiceExt as _;
use tracing_subscriber::fmt::MakeWriter;

/// Time that nothing takes, on however busy a machine, unless it hangs.
const HANG: Duration = Duration::from_secs(300);

async fn type_in(browser: &mut Browser, login: &str, password: &str) -> Answer {
    browser.post("/sign-in/locale", &[("login", login), ("password", password), ("return", "/")]).await
}

fn at(world: &World, peer: &str, forwarded: Option<&str>) -> Browser {
    let mut browser = world.browser(ALPHA);
    browser.peer = Some(peer.parse().unwrap());
    if let Some(address) = forwarded {
        browser.headers.insert("x-forwarded-for", address.parse().unwrap());
    }
    browser
}

/// As many wrong passwords, each of another login.
async fn typing_errors(browser: &mut Browser, many: usize) -> Vec<StatusCode> {
    let mut told = Vec::new();
    for n in 0..many {
        told.push(type_in(browser, &format!("nobody{n}"), "wrong").await.status);
    }
    told
}

type Waiting = Pin<Box<dyn Future<Output = Result<HashPermit, HashError>> + Send>>;

/// Strangers, each from an address of their own, take every turn and every place in line that they can have, and keep them.
async fn strangers(hashes: &PasswordHashes) -> (Vec<HashPermit>, Vec<Waiting>) {
    let from = |n: u8| hashes.for_address(Some(IpAddr::from([198, 51, 100, n])));
    let turns = vec![from(1).acquire().await.unwrap(), from(2).acquire().await.unwrap()];
    let stand = |n: u8| {
        let hashes = from(n);
        let mut waiting: Waiting = Box::pin(async move { hashes.acquire().await });
        match waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => Some(waiting),
            Poll::Ready(outcome) => {
                assert_eq!(outcome.err(), Some(HashError::Busy));
                None
            }
        }
    };
    let waiting: Vec<Waiting> = (3..=255).chain(3..=255).filter_map(stand).collect();
    assert!(stand(2).is_none(), "no place is left");
    (turns, waiting)
}

#[tokio::test]
async fn strangers_who_keep_the_hashing_busy_refuse_no_known_browser() {
    let world = World::new().await;
    let mut known = world.browser(ALPHA);
    assert_eq!(type_in(&mut known, "clerk", PASSWORD).await.status, StatusCode::SEE_OTHER);
    let held = strangers(&world.hashes).await;
    for _ in 0..20 {
        known.post("/sign-out", &[]).await;
        assert!(!known.cookies.contains_key(SESSION));
        assert_eq!(type_in(&mut known, "clerk", PASSWORD).await.status, StatusCode::SEE_OTHER);
    }
    let mut new = world.browser(ALPHA);
    let refused = type_in(&mut new, "clerk", PASSWORD).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.body.contains("Recommencez dans quelques secondes"), "{}", refused.body);
    drop(held);
    // It was not held against them.
    assert_eq!(type_in(&mut new, "clerk", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn typing_errors_keep_nobody_from_a_provider_nor_refused_returns_from_a_password() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    let mut town_hall = at(&world, "203.0.113.7", None);
    let told = typing_errors(&mut town_hall, 64).await;
    assert_eq!(told.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(town_hall.clone().sign_in_at("sso", "jeanne").await.location(), "/");

    let mut other = at(&world, "203.0.113.8", None);
    for _ in 0..64 {
        assert!(other.sign_in_at("sso", "invented").await.told().starts_with("/sign-in?stay=1 sign-in-"));
    }
    assert_ne!(other.sign_in_at("sso", "jeanne").await.location(), "/");
    assert_eq!(type_in(&mut other, "clerk", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

/// A form that is begun and never ends takes no turn of those that are whole, whichever connection or stream it comes by.
#[tokio::test]
async fn forms_that_do_not_come_keep_no_other_from_its_turn() {
    let world = World::new().await;
    world.app.connections().limit(ConnectionLimits { connections: 2, streams: 1 });
    let stranger = at(&world, "203.0.113.9", None);
    let (mut begun, mut answered) = (Vec::new(), Vec::new());
    for path in ["/sign-in/find", "/sign-in/locale", "/preferences", "/scim/v2/alpha-rh/Users", "/nowhere"] {
        let request = stranger.request(Method::POST, path, String::new());
        let request =
            request.map(|_| Body::from_stream(futures_util::stream::pending::<Result<Bytes, Infallible>>()));
        let mut answer = Box::pin(stranger.router.clone().oneshot(request));
        // As far as each of them comes.
        for _ in 0..100 {
            if futures_util::poll!(answer.as_mut()).is_ready() {
                answered.push(path);
                break;
            }
            tokio::task::yield_now().await;
        }
        begun.push(answer);
    }
    assert_eq!(answered, ["/scim/v2/alpha-rh/Users", "/nowhere"], "nothing is read for who shows no token");
    let mut clerk = at(&world, "198.51.100.7", None);
    let whole = tokio::time::timeout(HANG, type_in(&mut clerk, "clerk", PASSWORD));
    assert_eq!(whole.await.expect("it has its turn").status, StatusCode::SEE_OTHER);
    drop(begun);
}

/// A sign-in that begins may cost a call to the provider, signed with our secret, before anybody has proved anything.
#[tokio::test]
async fn an_address_begins_no_sign_ins_without_end_and_keeps_no_other_from_it() {
    let world =
        World::with(Setup { trusted_proxies: vec!["10.0.0.5".parse().unwrap()], ..Setup::default() }).await;
    let mut stranger = at(&world, "10.0.0.5", Some("198.51.100.9"));
    let start = "/sign-in/sso/start?return=/";
    for _ in 0..500 {
        let led = stranger.get(start).await;
        assert!(led.location().starts_with("https://sso.example/"), "{}", led.location());
    }
    assert_eq!(stranger.get(start).await.told(), "/sign-in?stay=1 sign-in-busy");
    let mut agent = at(&world, "10.0.0.5", Some("203.0.113.7"));
    assert!(agent.get(start).await.location().starts_with("https://sso.example/"));
    world.clock.advance(Duration::from_secs(1));
    assert!(stranger.get(start).await.location().starts_with("https://sso.example/"), "a moment later");
}

/// Images and frames of another site, which would use up what the address of a whole town hall may begin.
#[tokio::test]
async fn what_is_no_page_begins_no_sign_in() {
    let world = World::new().await;
    let browser = world.browser(ALPHA);
    for (mode, dest, begins) in [
        ("no-cors", "image", false),
        ("cors", "empty", false),
        ("navigate", "iframe", false),
        ("navigate", "document", true),
    ] {
        let mut request = browser.request(Method::GET, "/sign-in/sso/start?return=/", String::new());
        request.headers_mut().insert("sec-fetch-mode", mode.parse().unwrap());
        request.headers_mut().insert("sec-fetch-dest", dest.parse().unwrap());
        let answer = world.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status().is_redirection(), begins, "{mode} {dest}");
    }
}

#[tokio::test]
async fn passwords_that_can_never_be_right_cost_no_count() {
    let world = World::new().await;
    let mut browser = at(&world, "203.0.113.7", None);
    for n in 0..200 {
        let login = ["clerk".to_owned(), format!("nobody{n}")];
        for login in login {
            let told = type_in(&mut browser, &login, ["", "  ", "\0", &"x".repeat(2000)][n % 4]).await;
            assert_eq!(told.status, StatusCode::UNAUTHORIZED, "{login} {n}");
        }
    }
    assert_eq!(typing_errors(&mut browser, 50).await, [StatusCode::UNAUTHORIZED; 50]);
    assert_eq!(type_in(&mut browser, "clerk", "wrong").await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_network_of_ipv6_is_slowed_down_as_a_whole_and_no_other_with_it() {
    let trusted_proxies = vec!["10.0.0.1".parse().unwrap()];
    let world = World::with(Setup { trusted_proxies, ..Setup::default() }).await;
    let mut refused = None;
    for n in 0..600_u16 {
        let address = Ipv6Addr::new(0x2001, 0xdb8, 7, n, 0, 0, 0, 1).to_string();
        let mut browser = at(&world, "10.0.0.1", Some(&address));
        let told = type_in(&mut browser, &format!("nobody{n}"), "wrong").await.status;
        if told == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(n);
            break;
        }
        assert_eq!(told, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(refused, Some(500));
    let mut neighbour = at(&world, "10.0.0.1", Some("2001:db8:8::1"));
    assert_eq!(type_in(&mut neighbour, "clerk", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

/// The lines of the log.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    /// Collects what this thread logs until the guard is dropped.
    pub(crate) fn listen(&self) -> tracing::subscriber::DefaultGuard {
        several_subscribers();
        let lines = tracing_subscriber::fmt().with_ansi(false).with_writer(self.clone()).finish();
        tracing::subscriber::set_default(lines)
    }

    pub(crate) fn count(&self, words: &str) -> usize {
        String::from_utf8_lossy(&self.0.lock().unwrap()).matches(words).count()
    }
}

/// Keeps a second subscriber. While there is one alone, tracing asks the thread that reaches a log statement first whether anybody listens,
/// and keeps the answer for all threads: a test beside this one would answer no.
pub(crate) fn several_subscribers() {
    static SECOND: OnceLock<tracing::Dispatch> = OnceLock::new();
    SECOND.get_or_init(|| tracing::Dispatch::new(tracing_subscriber::registry()));
}

#[tokio::test]
async fn a_proxy_that_is_not_declared_does_not_stand_for_everybody_and_is_told() {
    let log = Log::default();
    let lines = tracing_subscriber::fmt().with_writer(log.clone()).finish();
    let _listening = tracing::subscriber::set_default(lines);
    let recorder = PrometheusBuilder::new().build_recorder();
    let _counting = metrics::set_default_local_recorder(&recorder);
    let world = World::new().await;
    let mut stranger = at(&world, "10.0.0.5", Some("198.51.100.9"));
    assert_eq!(typing_errors(&mut stranger, 64).await, [StatusCode::UNAUTHORIZED; 64]);
    let mut agent = at(&world, "10.0.0.5", Some("203.0.113.7"));
    assert_eq!(type_in(&mut agent, "clerk", PASSWORD).await.status, StatusCode::SEE_OTHER);
    // What counts by login holds.
    let told = {
        let mut told = Vec::new();
        for _ in 0..7 {
            told.push(type_in(&mut stranger, "clerk", "wrong").await.status);
        }
        told
    };
    let refused = [[StatusCode::UNAUTHORIZED; 5].as_slice(), &[StatusCode::TOO_MANY_REQUESTS; 2]].concat();
    assert_eq!(told, refused);
    let warning = "a proxy that server.trusted_proxies does not name";
    assert_eq!(log.count(warning), 1, "loud, and not at every request");
    world.clock.advance(Duration::from_secs(300));
    agent.get("/sign-in").await;
    assert_eq!(log.count(warning), 2);
    let numbers = recorder.handle().render();
    assert!(numbers.contains("pleiade_undeclared_proxy_requests_total{from=\"private\"}"), "{numbers}");

    // From elsewhere the header may be anybody's: the address of the connection counts.
    let mut public = at(&world, "203.0.113.9", Some("198.51.100.9"));
    assert_eq!(typing_errors(&mut public, 51).await.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
    // Without a forwarded address a near one is a person's.
    let mut near = at(&world, "10.0.0.6", None);
    assert_eq!(typing_errors(&mut near, 51).await.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
}

#[tokio::test]
async fn a_proxy_s_own_address_is_in_no_allowed_network() {
    let policy = Policy { networks: vec!["10.0.0.0/8".parse().unwrap()], ..Policy::default() };
    let world = World::with(Setup { policy, ..Setup::default() }).await;
    let mut affiliation = Affiliation::new(tenant_id("alpha"), PersonKind::Agent);
    affiliation.roles.insert(Role::Operator);
    world.set_clerk_affiliations(&[affiliation]).await;
    let answer = type_in(&mut at(&world, "10.0.0.5", Some("10.9.9.9")), "clerk", PASSWORD).await;
    assert!(answer.told().contains("sign-in-refused"), "{}", answer.location());
    let answer = type_in(&mut at(&world, "10.0.0.5", None), "clerk", PASSWORD).await;
    assert_eq!(answer.location(), "/second-factor/add");
}

#[tokio::test]
async fn what_a_directory_has_seen_is_counted_by_all_replicas_and_after_a_restart() {
    let first = World::new().await;
    let replica = |folder| World::with(Setup { folder: Some(folder), ..Setup::default() });
    let second = replica(first.folder.clone()).await;
    let guard = |world: &World| {
        let guesses = Arc::new(StoredGuesses::new(world.storage.clone(), &world.app.sealer));
        let window = Duration::from_secs(1800);
        DirectoryGuard::new(source_id("annuaire"), guesses, world.clock.clone(), 2, window)
    };
    let jeanne = Subject::new("ldap:annuaire", "key-of-jeanne").unwrap();
    let (home, elsewhere) = (IpAddr::from([192, 0, 2, 7]), IpAddr::from([198, 51, 100, 9]));
    let attempt = guard(&first).begin(&jeanne, Some(home)).await.unwrap().unwrap();
    guard(&first).succeeded(attempt).await.unwrap();
    for world in [&first, &second] {
        assert!(guard(world).begin(&jeanne, Some(elsewhere)).await.unwrap().is_some());
    }
    for world in [&first, &second] {
        assert!(guard(world).begin(&jeanne, Some(elsewhere)).await.unwrap().is_none());
        assert!(guard(world).begin(&jeanne, None).await.unwrap().is_none());
    }
    let folder = first.folder.clone();
    first.storage.close().await;
    second.storage.close().await;
    let third = replica(folder).await;
    assert!(guard(&third).begin(&jeanne, Some(elsewhere)).await.unwrap().is_none());
    let own = guard(&third).begin(&jeanne, Some(home)).await.unwrap().unwrap();
    guard(&third).undecided(own).await.unwrap();
    third.clock.advance(Duration::from_secs(1800));
    assert!(guard(&third).begin(&jeanne, Some(elsewhere)).await.unwrap().is_some());

    // A store that does not answer lets no password through.
    third.storage.close().await;
    assert!(guard(&third).begin(&jeanne, Some(home)).await.is_err());
}
