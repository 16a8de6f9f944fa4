//! CAS and trusted headers through the whole server: what the CAS server sends on its own, what strangers send in its place, who may set
//! headers, and proxy tickets for a connector.

use crate::support::{
    ALPHA, Answer, BETA, Browser, SESSION, Setup, Watch, World, source, source_id, tenant_id,
};
use axum::{
    extract::ConnectInfo,
    http::{Method, StatusCode, header},
};
use pleiade_core::{
    ConnectorId, Credential, CredentialKind, CredentialRequest, CredentialSource as _, ErrorKind,
    ExposeSecret as _, IdentityProvider, sign_in::PersonTokens,
};
use pleiade_federation::{
    cas::{CasConfig, CasProvider, MemoryPgtStore, PgtStore as _, ProxyConfig},
    header::{HeaderConfig, HeaderProvider},
};
use pleiade_server::{
    audit::AuditEvent,
    credentials::{CredentialRule, NoLinkedAccounts, Rules, SessionCredentials, TicketSeller},
    session::SessionTokens,
    sign_in::{mapping::Mapping, proxy_tickets::StoredPgts},
    storage::AuditQuery,
};
use pleiade_testkit::{ScriptedTransport, TestClock};
use sha2::{Digest as _, Sha256};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use url::Url;

const PGT: &str = "/sign-in/cas/pgt";

fn success(user: &str) -> String {
    format!(
        "<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'><cas:authenticationSuccess>\
         <cas:user>{user}</cas:user><cas:attributes><cas:groups>administrateurs</cas:groups></cas:attributes>\
         </cas:authenticationSuccess></cas:serviceResponse>"
    )
}

fn provider(transport: &ScriptedTransport) -> Arc<dyn IdentityProvider> {
    let mut config = CasConfig::new(
        "https://auth.alpha.example/cas".parse().unwrap(),
        format!("https://{ALPHA}/sign-in/cas/callback").parse().unwrap(),
    );
    config.proxy = Some(ProxyConfig::new(
        format!("https://{ALPHA}{PGT}").parse().unwrap(),
        vec!["https://pastell.example/".parse().unwrap()],
    ));
    let tickets = Arc::new(MemoryPgtStore::new(Arc::new(TestClock::default())));
    Arc::new(CasProvider::new(source_id("cas"), config, Arc::new(transport.clone()), tickets).unwrap())
}

async fn world(answers: &[String]) -> World {
    world_by(&script(answers)).await
}

fn script(answers: &[String]) -> ScriptedTransport {
    answers
        .iter()
        .fold(ScriptedTransport::new(), |script, answer| script.then_body(200, "text/xml", answer.clone()))
}

async fn world_by(transport: &ScriptedTransport) -> World {
    let mapping = Mapping::owned_by(tenant_id("alpha"));
    let sources = vec![source(provider(transport), Some("alpha"), mapping)];
    World::with(Setup { sources, ..Setup::default() }).await
}

/// Leaves for the CAS server and comes back with a ticket.
async fn come_back(browser: &mut Browser, ticket: &str) -> Answer {
    let left = browser.get("/sign-in/cas/start?return=/tasks").await;
    come_back_from(browser, &left, ticket).await
}

async fn come_back_from(browser: &mut Browser, left: &Answer, ticket: &str) -> Answer {
    let left: Url = left.location().parse().unwrap();
    let service: Url = left.query_pairs().next().unwrap().1.parse().unwrap();
    browser.get(&format!("{}?{}&ticket={ticket}", service.path(), service.query().unwrap())).await
}

/// A POST of the CAS server, which sends what no browser leaves out.
async fn logout(world: &World, path: &str, ticket: &str) -> Answer {
    let request = format!(
        "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
         <samlp:SessionIndex>{ticket}</samlp:SessionIndex></samlp:LogoutRequest>"
    );
    let body =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("logoutRequest", &request).finish();
    let mut server = world.browser(ALPHA);
    let mut request = server.request(Method::POST, path, body);
    for name in ["sec-fetch-site", "origin"] {
        request.headers_mut().remove(name);
    }
    server.send(request).await
}

#[tokio::test]
async fn whoever_comes_by_cas_proves_it_there_by_a_renewed_ticket() {
    let refusal = "<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'>\
                   <cas:authenticationFailure code='INVALID_TICKET_SPEC'>no</cas:authenticationFailure>\
                   </cas:serviceResponse>";
    let transport =
        script(&[success("jdupont"), refusal.to_owned(), success("somebody"), success("jdupont")]);
    let world = world_by(&transport).await;
    let mut browser = world.browser(ALPHA);
    assert_eq!(come_back(&mut browser, "ST-one").await.location(), "/tasks");
    let before = browser.cookies[SESSION].clone();
    let asked = "/profile/proof?return=%2Fprofile%2Fways";
    assert_eq!(
        browser.post("/sign-in/locale/join", &[]).await.location(),
        asked,
        "single sign-on is no proof"
    );
    for (ticket, led) in [
        ("ST-two", "/profile/proof?return=%2Fprofile%2Fways accounts-confirm-not-fresh"),
        ("ST-three", "/profile/proof?return=%2Fprofile%2Fways accounts-confirm-somebody-else"),
        ("ST-four", "/profile/ways"),
    ] {
        let left = browser.post("/profile/proof/start?return=%2Fprofile%2Fways", &[]).await;
        assert!(left.location().contains("renew=true"), "{ticket}");
        assert_eq!(come_back_from(&mut browser, &left, ticket).await.told(), led, "{ticket}");
        assert_eq!(browser.cookies[SESSION], before, "{ticket}");
    }
    for request in &transport.requests()[1..] {
        assert!(request.uri.to_string().contains("renew=true"), "whatever the browser did with the address");
    }
    assert_eq!(browser.post("/sign-in/locale/join", &[]).await.location(), "/profile/ways/locale");
    // The server ends the session by the ticket of the proof from now on.
    logout(&world, "/sign-in/cas/callback", "ST-four").await;
    assert!(browser.get("/").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn somebody_comes_by_cas_and_only_their_ticket_ends_their_session() {
    let world = world(&[success("jdupont"), success("jdupont")]).await;
    let mut browser = world.browser(ALPHA);
    assert_eq!(come_back(&mut browser, "ST-one").await.location(), "/tasks");
    let mut other = world.browser(ALPHA);
    assert_eq!(come_back(&mut other, "ST-two").await.location(), "/tasks");
    let session = world.session(&browser.cookies[SESSION], Some("alpha")).await.unwrap();
    assert_eq!(session.actor.identity.login.as_deref(), Some("jdupont"));
    assert!(session.actor.acting.roles.is_empty(), "no attribute gives a right");

    for (path, ticket) in [
        ("/sign-in/cas/callback", "ST-three"),
        ("/sign-in/cas/callback?state=x", "nonsense"),
        ("/sign-in/sso/callback", "ST-one"),
        ("/sign-in/nowhere/callback", "ST-one"),
    ] {
        let answer = logout(&world, path, ticket).await;
        assert!(answer.status == StatusCode::OK && answer.body.is_empty(), "{path} {ticket}");
    }
    let mut odd = world.browser(ALPHA);
    let mut request = odd.request(Method::POST, "/sign-in/cas/callback", "x".repeat(20_000));
    request.headers_mut().insert("sec-fetch-site", "none".parse().unwrap());
    request.headers_mut().remove("origin");
    assert_eq!(odd.send(request).await.status, StatusCode::OK);
    for browser in [&mut browser, &mut other] {
        assert_eq!(browser.get("/").await.status, StatusCode::OK);
    }
    assert_eq!(logout(&world, "/sign-in/cas/callback?state=x", "ST-one").await.status, StatusCode::OK);
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(other.get("/").await.status, StatusCode::OK);

    let out = other.post("/sign-out", &[]).await;
    assert!(out.location().starts_with("https://auth.alpha.example/cas/logout?service="));
}

#[tokio::test]
async fn an_answer_belongs_to_the_browser_that_left() {
    let world = world(&[success("jdupont")]).await;
    let mut browser = world.browser(ALPHA);
    let left: Url = browser.get("/sign-in/cas/start").await.location().parse().unwrap();
    let service: Url = left.query_pairs().next().unwrap().1.parse().unwrap();
    let callback = format!("{}?{}&ticket=ST-one", service.path(), service.query().unwrap());
    let mut stranger = world.browser(ALPHA);
    assert!(stranger.get(&callback).await.told().contains("sign-in-expired"));
    assert!(!stranger.cookies.contains_key(SESSION));
    assert_eq!(browser.get(&callback).await.location(), "/");
    assert!(browser.get(&callback).await.told().contains("sign-in-expired"), "once");
    assert_eq!(world.browser(BETA).get("/sign-in/cas/start").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_proxy_callback_answers_alike_and_writes_only_what_it_must() {
    let world = world(&[]).await;
    world.quiet().await;
    let mut watch = Watch::open(&world).await;
    let before = watch.version().await;
    let mut server = world.browser(ALPHA);
    let long = format!("{PGT}?pgtIou=PGTIOU-1&pgtId=PGT-{}", "a".repeat(300));
    for path in [
        PGT,
        &format!("{PGT}?pgtIou=PGTIOU-1"),
        &format!("{PGT}?pgtIou=PGTIOU-1&pgtId=PGT-1&pgtId=PGT-2"),
        &format!("{PGT}?pgtIou=PGTIOU-1&pgtId=PGT-1&x=y"),
        &format!("{PGT}?pgtIou=%27&pgtId=PGT-1"),
        long.as_str(),
        "/sign-in/sso/pgt?pgtIou=PGTIOU-1&pgtId=PGT-1",
        "/sign-in/nowhere/pgt?pgtIou=PGTIOU-1&pgtId=PGT-1",
    ] {
        let answer = server.get(path).await;
        assert!(answer.status == StatusCode::OK && answer.body.is_empty(), "{path}");
        assert!(answer.headers.get(header::SET_COOKIE).is_none());
    }
    let stranger = server.get(&format!("{PGT}?pgtIou=PGTIOU-1&pgtId=PGT-stranger")).await;
    assert!(stranger.status == StatusCode::OK && stranger.body.is_empty());
    assert_eq!(watch.version().await, before, "nothing of a CAS server was in it, or nobody expects it");

    // A validation is under way on another replica, which has the same storage and the same key.
    let replica = StoredPgts::new(world.storage.clone(), world.app.sealer.clone(), world.app.clock.clone());
    replica.expect(&source_id("cas")).await.unwrap();
    let before = watch.version().await;
    let answer = server.get(&format!("{PGT}?pgtIou=PGTIOU-1&pgtId=PGT-sentinel")).await;
    assert!(answer.status == StatusCode::OK && answer.body.is_empty());
    assert_ne!(watch.version().await, before);
    let kept = world
        .storage
        .take_proxy_grant(&source_id("cas"), Sha256::digest(b"PGTIOU-1").into(), world.app.clock.now())
        .await
        .unwrap()
        .unwrap();
    assert!(!String::from_utf8_lossy(&kept).contains("sentinel"), "sealed");

    server.get(&format!("{PGT}?pgtIou=PGTIOU-2&pgtId=PGT-two")).await;
    assert!(replica.take(&source_id("other"), "PGTIOU-2").await.unwrap().is_none());
    let found = replica.take(&source_id("cas"), "PGTIOU-2").await.unwrap().unwrap();
    assert_eq!(found.expose_secret(), "PGT-two");
    assert!(replica.take(&source_id("cas"), "PGTIOU-2").await.unwrap().is_none());
}

/// Brings a ticket from an address.
async fn bring(world: &World, from: &str, iou: usize) {
    let mut server = world.browser(ALPHA);
    let path = format!("{PGT}?pgtIou=PGTIOU-{iou}&pgtId=PGT-{iou}");
    let mut request = server.request(Method::GET, &path, String::new());
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(from.parse().unwrap(), 4711)));
    let answer = server.send(request).await;
    assert!(answer.status == StatusCode::OK && answer.body.is_empty());
}

#[tokio::test]
async fn strangers_who_bring_tickets_keep_no_server_from_its_own() {
    let world = world(&[]).await;
    let store = StoredPgts::new(world.storage.clone(), world.app.sealer.clone(), world.app.clock.clone());
    let cas = source_id("cas");
    let kept = |ious: std::ops::Range<usize>| {
        let (store, cas) = (store.clone(), cas.clone());
        async move {
            let mut kept = 0;
            for iou in ious {
                let taken = store.take(&cas, &format!("PGTIOU-{iou}")).await.unwrap();
                kept += usize::from(taken.is_some());
            }
            kept
        }
    };
    for iou in 0..50 {
        bring(&world, "198.51.100.9", iou).await;
    }
    assert_eq!(kept(0..50).await, 0, "no validation is under way");
    store.expect(&cas).await.unwrap();
    for iou in 0..700 {
        bring(&world, "198.51.100.9", iou).await;
    }
    bring(&world, "192.0.2.80", 1000).await;
    assert_eq!(kept(1000..1001).await, 1, "the CAS server comes from its own address");
    assert_eq!(kept(0..700).await, 550, "so many in a row from one address");
    world.clock.advance(Duration::from_secs(1));
    for iou in 0..50 {
        bring(&world, "198.51.100.9", iou).await;
    }
    assert_eq!(kept(0..50).await, 20, "then at a pace");
    world.clock.advance(Duration::from_secs(30));
    bring(&world, "192.0.2.80", 1001).await;
    assert_eq!(kept(1001..1002).await, 0, "the validation is over");
}

#[tokio::test]
async fn a_connector_buys_a_ticket_for_the_address_it_names() {
    let bought = "<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'><cas:proxySuccess>\
                  <cas:proxyTicket>PT-1</cas:proxyTicket></cas:proxySuccess></cas:serviceResponse>";
    let transport =
        ScriptedTransport::new().then_body(200, "text/xml", bought).then_body(500, "text/plain", "lost");
    let world = World::new().await;
    let mut tokens = PersonTokens::none();
    tokens.proxy_granting = Some("PGT-1".to_owned().into());
    let kept = SessionTokens::new(tokens, world.app.clock.now());
    let browser = world.clerk_with(ALPHA, Some(kept)).await;
    let session = world.session(&browser.cookies[SESSION], Some("alpha")).await.unwrap();
    let pastell = ConnectorId::new("pastell").unwrap();
    let rules = Arc::new(Rules::from_iter([(pastell.clone(), CredentialRule::ProxyTicket)]));
    let acts = world.app.acting(&session);
    let credentials = SessionCredentials::new(
        session.clone(),
        rules,
        acts,
        Arc::new(NoLinkedAccounts),
        world.app.clock.clone(),
    )
    .with_tickets(TicketSeller::new(Some(&provider(&transport)), None));
    let ask = |service: Option<&'static str>| {
        let mut request = CredentialRequest::new(&session.actor, &pastell, &[CredentialKind::ProxyTicket]);
        request.service = service;
        credentials.credential(request)
    };
    let given = ask(Some("https://pastell.example/api/?auth=cas")).await.unwrap();
    assert!(matches!(&given, Credential::ProxyTicket { ticket } if ticket.expose_secret() == "PT-1"));
    for (service, kind) in [
        (Some("https://pastell.example/api/?auth=cas"), ErrorKind::Unauthenticated),
        (Some("https://evil.example/"), ErrorKind::BadConfiguration),
        (None, ErrorKind::BadConfiguration),
    ] {
        assert_eq!(ask(service).await.unwrap_err().kind(), kind, "{service:?}");
    }
    assert_eq!(transport.requests().len(), 2, "never kept");
}

const PROXY: &str = "10.0.0.5:4711";

async fn behind_a_proxy() -> World {
    let mut config =
        HeaderConfig::new(vec!["10.0.0.5".parse().unwrap()], "https://auth.alpha.example/", "Auth-Subject");
    config.login = Some("Auth-User".into());
    config.sign_out = Some("https://auth.alpha.example/?logout=1".parse().unwrap());
    let provider = Arc::new(HeaderProvider::new(source_id("proxy"), config).unwrap());
    let sources = vec![source(provider.clone(), Some("alpha"), Mapping::owned_by(tenant_id("alpha")))];
    World::with(Setup { sources, headers: vec![provider], ..Setup::default() }).await
}

async fn visit(browser: &mut Browser, from: Option<&str>, headers: &[(&str, &str)]) -> Answer {
    let mut request = browser.request(Method::GET, "/sign-in/proxy/start?return=/tasks", String::new());
    if let Some(from) = from {
        request.extensions_mut().insert(ConnectInfo(from.parse::<SocketAddr>().unwrap()));
    }
    for (name, value) in headers {
        request
            .headers_mut()
            .append(axum::http::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
    }
    browser.send(request).await
}

#[tokio::test]
async fn only_the_declared_proxy_says_who_comes() {
    let world = behind_a_proxy().await;
    let named = [("auth-subject", "ldap:42"), ("auth-user", "jdupont")];
    let forwarded = [("auth-subject", "ldap:42"), ("x-forwarded-for", "10.0.0.5")];
    for (from, headers) in [
        (None, &named[..]),
        (Some("10.0.0.6:1"), &named),
        (Some("127.0.0.1:1"), &named),
        (Some("10.0.0.6:1"), &forwarded),
        (Some(PROXY), &[]),
        (Some(PROXY), &[("auth-user", "jdupont")]),
        (Some(PROXY), &[("auth-subject", "ldap:42"), ("auth-subject", "ldap:43")]),
    ] {
        let mut browser = world.browser(ALPHA);
        let answer = visit(&mut browser, from, headers).await;
        assert!(answer.told().contains("sign-in-refused"), "{from:?} {headers:?}");
        assert!(!browser.cookies.contains_key(SESSION));
    }
    world.clock.advance(std::time::Duration::from_secs(60));
    visit(&mut world.browser(ALPHA), Some("10.0.0.7:1"), &named).await;
    let written = world.storage.audit(&AuditQuery { limit: 100, ..AuditQuery::default() }).await.unwrap();
    let refused = written.iter().filter(|line| line.line.event == AuditEvent::SignInRefused);
    let refused = refused.map(|line| line.line.facts.get("count").map_or(1, |n| n.parse::<u32>().unwrap()));
    assert_eq!(refused.sum::<u32>(), 8, "each is written down");
    let mut browser = world.browser(ALPHA);
    let mut page = browser.request(Method::GET, "/", String::new());
    page.extensions_mut().insert(ConnectInfo(PROXY.parse::<SocketAddr>().unwrap()));
    page.headers_mut().insert("auth-subject", "ldap:42".parse().unwrap());
    assert!(browser.send(page).await.location().starts_with("/sign-in"), "a header alone opens nothing");
    assert_eq!(visit(&mut browser, Some(PROXY), &named).await.location(), "/tasks");
    let session = world.session(&browser.cookies[SESSION], Some("alpha")).await.unwrap();
    assert_eq!(session.actor.identity.login.as_deref(), Some("jdupont"));
    assert_eq!(browser.post("/sign-out", &[]).await.location(), "https://auth.alpha.example/?logout=1");
    assert_eq!(visit(&mut world.browser(BETA), Some(PROXY), &named).await.status, StatusCode::NOT_FOUND);
}
