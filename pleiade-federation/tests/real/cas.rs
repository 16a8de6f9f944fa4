//! LemonLDAP::NG as a CAS server: sign-in, proxy tickets, single logout in each direction, and what the portal remembers.
//!
//! The portal calls the service back, so a listener stands in the place of the desk, on the port that the portal knows.

use crate::{
    DESK, Network,
    browser::{Browser, Page},
    client, departure,
    portal::{asked_again, renew},
    query, source, variable, without,
};
use axum::{
    Form, Router,
    extract::{RawQuery, State},
    routing::{get, post},
};
use pleiade_core::{
    Claims, ExposeSecret, Hints, IdentityProvider as _, SecretString, SignInAnswer, SignInError, SystemClock,
};
use pleiade_federation::{
    cas::{CasConfig, CasProvider, MemoryPgtStore, PgtStore, ProxyConfig, ProxyGrantingTicket, Version},
    lemonldap::{LemonldapConfig, Outcome, PortalSessions},
};
use std::{collections::BTreeMap, net::Ipv4Addr, sync::Arc};
use tokio::{sync::mpsc, task::JoinHandle};
use url::Url;

const TARGET: &str = "https://pastell.pleiade.localhost/api/v2/entite?auth=cas";

fn portal() -> Url {
    variable("PLEIADE_TEST_LEMONLDAP").parse().unwrap()
}

fn here(path: &str) -> Url {
    format!("http://127.0.0.1:{}{path}", variable("PLEIADE_TEST_DESK_PORT")).parse().unwrap()
}

fn config() -> CasConfig {
    let mut config = CasConfig::new(portal().join("/cas").unwrap(), here("/sign-in/cas/callback"));
    config.proxy = Some(ProxyConfig::new(
        here("/sign-in/cas/pgt"),
        vec!["https://pastell.pleiade.localhost/api/".parse().unwrap()],
    ));
    config
}

fn provider(config: CasConfig, tickets: &Arc<MemoryPgtStore>) -> CasProvider {
    CasProvider::new(source("cas"), config, Arc::new(Network(client())), tickets.clone()).unwrap()
}

/// What the portal posts to the service, with what it brings kept in `tickets`.
async fn listen(tickets: Arc<MemoryPgtStore>) -> (mpsc::Receiver<String>, JoinHandle<()>) {
    let (send, received) = mpsc::channel(10);
    let granted = |State((tickets, _)): State<(Arc<MemoryPgtStore>, mpsc::Sender<String>)>,
                   RawQuery(query): RawQuery| async move {
        if let Some(granted) = ProxyGrantingTicket::from_query(&query.unwrap_or_default()) {
            tickets.keep(&source("cas"), granted).await.unwrap();
        }
    };
    let logout = |State((_, send)): State<(Arc<MemoryPgtStore>, mpsc::Sender<String>)>,
                  Form(mut form): Form<BTreeMap<String, String>>| async move {
        send.send(form.remove("logoutRequest").unwrap()).await.unwrap();
    };
    let router = Router::new()
        .route("/sign-in/cas/pgt", get(granted))
        .route("/sign-in/cas/callback", post(logout))
        .with_state((tickets, send));
    let port = variable("PLEIADE_TEST_DESK_PORT").parse().unwrap();
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (received, serving)
}

/// Comes back from the portal with a ticket, after its form if it shows one.
async fn come_back(
    provider: &CasProvider,
    browser: &mut Browser,
    login: &str,
) -> (Vec<(String, String)>, SecretString) {
    let (url, attempt) = departure(provider.begin(&Hints::none()).await.unwrap());
    let callback = here("/sign-in/cas/callback").to_string();
    let page = browser.get(&url).await;
    let back = match browser.follow(page, &callback).await {
        Ok(back) => back,
        Err(page) => {
            let (_, fields) = page.form(&[("user", login), ("password", &format!("{login}-secret"))]);
            let page = browser.post(&url, &fields).await;
            browser.follow(page, &callback).await.unwrap_or_else(|page| panic!("{}", page.body))
        }
    };
    (query(&back), attempt)
}

async fn sign_in(provider: &CasProvider, browser: &mut Browser, login: &str) -> Result<Claims, SignInError> {
    let (query, attempt) = come_back(provider, browser, login).await;
    provider.finish(SignInAnswer::Callback { query, attempt }).await
}

#[tokio::test]
async fn a_city_s_portal_lets_in_by_cas() {
    let tickets = Arc::new(MemoryPgtStore::new(Arc::new(SystemClock::default())));
    let _alone = DESK.lock().await;
    let (mut posted, serving) = listen(tickets.clone()).await;
    let provider = provider(config(), &tickets);
    provider.probe().await.unwrap();

    let mut browser = Browser::new();
    let claims = sign_in(&provider, &mut browser, "jdupont").await.unwrap();
    assert_eq!(claims.subject.issuer(), portal().join("/cas").unwrap().as_str());
    assert_eq!((claims.subject.id(), claims.login.as_deref()), ("jdupont", Some("jdupont")));
    assert!(claims.groups.is_empty() && claims.attributes.is_empty() && claims.display_name.is_none());
    let tokens = claims.tokens.expect("the portal brought a proxy-granting ticket");

    an_application_takes_the_proxy_ticket(&provider, &tokens).await;
    a_ticket_is_good_once_for_its_service(&provider, &mut browser).await;
    both_versions_and_no_proxying(&tickets, &mut browser).await;
    the_portal_remembers(&browser).await;

    // From us to the portal, which tells every service in turn.
    let out = provider.sign_out_url(Some(&tokens), &here("/")).unwrap();
    browser.get(&out).await;
    let wanted = claims.provider_session.unwrap();
    until_ended(&provider, &mut posted, &wanted).await;
    let (url, _) = departure(provider.begin(&Hints::none()).await.unwrap());
    let page = browser.get(&url).await;
    let again = browser.follow(page, here("/sign-in").as_str()).await;
    assert!(again.is_err(), "the portal asks for the password again");
    let lost = provider.proxy_ticket(&tokens, TARGET).await;
    assert!(matches!(lost, Err(SignInError::Refused(_))), "{lost:?}");

    // From the portal to us. A new browser: the portal goes on with the sign-in that was left unfinished in the other.
    let mut browser = Browser::new();
    let claims = sign_in(&provider, &mut browser, "hmartin").await.unwrap();
    browser.get(&portal().join("/?logout=1").unwrap()).await;
    until_ended(&provider, &mut posted, &claims.provider_session.unwrap()).await;
    serving.abort();
    serving.await.ok();
}

/// Waits for the portal's request about this sign-in; the same session may have had others.
async fn until_ended(provider: &CasProvider, posted: &mut mpsc::Receiver<String>, wanted: &str) {
    let told = async {
        loop {
            let request = posted.recv().await.unwrap();
            let logout = provider.read_logout(&request).await.unwrap_or_else(|e| panic!("{e}: {request}"));
            if logout.provider_session.as_deref() == Some(wanted) {
                break;
            }
        }
    };
    tokio::time::timeout(crate::HANG, told).await.expect("the portal ends our session too");
}

async fn an_application_takes_the_proxy_ticket(
    provider: &CasProvider,
    tokens: &pleiade_core::sign_in::PersonTokens,
) {
    let first = provider.proxy_ticket(tokens, TARGET).await.unwrap();
    let second = provider.proxy_ticket(tokens, TARGET).await.unwrap();
    assert_ne!(first.expose_secret(), second.expose_secret(), "one for each call");
    let mut validate = portal().join("/cas/proxyValidate").unwrap();
    validate.query_pairs_mut().append_pair("service", TARGET).append_pair("ticket", first.expose_secret());
    let answer = Browser::new().get(&validate).await.body;
    assert!(answer.contains("<cas:user>jdupont</cas:user>"), "{answer}");
    assert!(answer.contains(&format!("<cas:proxy>{}</cas:proxy>", here("/sign-in/cas/pgt"))), "{answer}");
    let answer = Browser::new().get(&validate).await.body;
    assert!(answer.contains("INVALID_TICKET"), "spent: {answer}");
    let elsewhere = provider.proxy_ticket(tokens, "https://evil.example/").await;
    assert!(matches!(elsewhere, Err(SignInError::Misconfigured(_))), "{elsewhere:?}");
}

async fn a_ticket_is_good_once_for_its_service(provider: &CasProvider, browser: &mut Browser) {
    let (query, attempt) = come_back(provider, browser, "jdupont").await;
    let answer = || SignInAnswer::Callback { query: query.clone(), attempt: attempt.clone() };
    provider.finish(answer()).await.unwrap();
    let replayed = provider.finish(answer()).await;
    assert!(matches!(replayed, Err(SignInError::Refused(_))), "{replayed:?}");

    let (query, attempt) = come_back(provider, browser, "jdupont").await;
    let (_, other) = departure(provider.begin(&Hints::none()).await.unwrap());
    let crossed = provider.finish(SignInAnswer::Callback { query: query.clone(), attempt: other }).await;
    assert!(matches!(crossed, Err(SignInError::Untrusted(_))), "{crossed:?}");
    let moved = attempt.expose_secret().replace("/sign-in/cas/callback", "/sign-in/cas/other");
    let moved = provider.finish(SignInAnswer::Callback { query, attempt: moved.into() }).await;
    assert!(matches!(moved, Err(SignInError::Refused(_))), "given for another service: {moved:?}");
}

async fn both_versions_and_no_proxying(tickets: &Arc<MemoryPgtStore>, browser: &mut Browser) {
    for version in [Version::Two, Version::Three] {
        let mut config = config();
        config.version = version;
        config.proxy = None;
        let claims = sign_in(&provider(config, tickets), browser, "jdupont").await.unwrap();
        assert!(claims.subject.id() == "jdupont" && claims.tokens.is_none());
    }
    let mut config = config();
    config.gateway = true;
    let silent = provider(config, tickets);
    let stranger = sign_in(&silent, &mut Browser::new(), "nobody").await;
    assert!(matches!(stranger, Err(SignInError::Refused(_))), "no session there: {stranger:?}");
}

/// Leaves for the portal and gives the page that it shows, if it shows one, with the attempt.
async fn leave(provider: &CasProvider, browser: &mut Browser) -> Option<(Page, SecretString)> {
    let (url, attempt) = departure(provider.begin(&Hints::fresh()).await.unwrap());
    let page = browser.get(&url).await;
    browser.follow(page, here("/sign-in/cas/callback").as_str()).await.err().map(|page| (page, attempt))
}

#[tokio::test]
async fn an_open_session_at_the_portal_is_no_fresh_proof_by_cas() {
    let tickets = &Arc::new(MemoryPgtStore::new(Arc::new(SystemClock::default())));
    let callback = here("/sign-in/cas/callback").to_string();
    for version in [Version::Two, Version::Three] {
        let mut config = config();
        config.version = version;
        config.proxy = None;
        let (mut other, browser) = (Browser::new(), tokio::sync::Mutex::new(Browser::new()));
        let plain = provider(config.clone(), tickets);
        sign_in(&plain, &mut other, "jdupont").await.unwrap();
        let claims = sign_in(&plain, &mut *browser.lock().await, "jdupont").await.unwrap();
        assert!(!claims.fresh, "an ordinary ticket does not say whether the password was asked for");

        // As it leaves us, the address asks for the password again, also where it is never asked for otherwise.
        config.gateway = true;
        let provider = provider(config, tickets);
        let (page, attempt) = asked_again(async || leave(&provider, &mut *browser.lock().await).await).await;
        let back = renew(&mut *browser.lock().await, page, "jdupont", &callback).await;
        let claims = provider.finish(SignInAnswer::Callback { query: query(&back), attempt }).await.unwrap();
        assert!(claims.fresh && claims.subject.id() == "jdupont");

        // Without what asks for it, the portal gives a ticket of its session, and says so when it is validated.
        let (url, attempt) = departure(provider.begin(&Hints::fresh()).await.unwrap());
        let page = other.get(&without(&url, &["renew"])).await;
        let back = other.follow(page, &callback).await.unwrap_or_else(|page| panic!("{}", page.body));
        let refused = provider.finish(SignInAnswer::Callback { query: query(&back), attempt }).await;
        assert!(matches!(refused, Err(SignInError::NotFresh(_))), "{version:?} {refused:?}");
    }
}

async fn the_portal_remembers(browser: &Browser) {
    let sessions = PortalSessions::new(&LemonldapConfig::new(portal()), Arc::new(Network(client()))).unwrap();
    let id = browser.cookie("lemonldap").unwrap().to_owned();
    let session = sessions.session(&id.clone().into()).await.unwrap();
    assert_eq!(session.level, Some(2));
    assert_eq!(session.module.as_deref(), Some("LDAP"));
    let last = session.connections.iter().find(|line| line.outcome == Outcome::Accepted).unwrap();
    assert_eq!(last.address.unwrap().to_string(), "127.0.0.1");
    assert_eq!(Some(last.at), session.signed_in_at);
    assert!(!format!("{session:?}").contains(&id));
    let ended = sessions.session(&"0".repeat(64).into()).await.unwrap_err();
    assert_eq!(ended.kind(), pleiade_core::ErrorKind::Unauthenticated);
}
