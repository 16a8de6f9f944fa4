//! A value that cannot occur by chance stands in every secret. It must come out nowhere.

use crate::support::{ALPHA, OPERATOR, SESSION, World, somebody};
use async_trait::async_trait;
use axum::{
    Router,
    http::{HeaderMap, header},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use http_body_util::BodyExt as _;
use pleiade_core::{
    Actor, CallContext, ConnectorError, Credential, CredentialRequest, CredentialSource as _, Limits,
    LinkedAccount, SecretString, SystemClock, Transport, sign_in::PersonTokens,
};
use pleiade_server::{
    app::App,
    assemble, config,
    credentials::{CredentialRule, LinkedAccounts, Rules, SessionCredentials},
    session::SessionTokens,
    storage::postgres::{self, PostgresOptions},
    telemetry,
};
use std::{
    fmt::Debug,
    io,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};
use tower::ServiceExt as _;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// Every secret of this file holds this word, or is one of those below.
const WORD: &str = "sentinel7f3a";

/// A preauth key is hexadecimal.
const PREAUTH: &str = "5e47175e47175e47175e47175e47175e47175e47175e47175e47175e47175e47";

/// Everything that left the server: pages, headers, log lines, numbers, errors, debug output.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outside(Arc<Mutex<String>>);

impl Outside {
    fn saw(&self, text: &str) {
        let mut all = self.0.lock().unwrap();
        all.push_str(text);
        all.push('\n');
    }

    fn debug(&self, value: &impl Debug) {
        self.saw(&format!("{value:?}\n{value:#?}"));
    }

    fn check(&self, others: &[&str]) {
        let all = self.0.lock().unwrap();
        for secret in [WORD].iter().chain(others) {
            if let Some(place) = all.find(secret) {
                let start = all[..place].char_indices().rev().nth(200).map_or(0, |(at, _)| at);
                panic!("{secret} came out: {}", &all[start..place + secret.len()]);
            }
        }
    }

    pub(crate) fn contains(&self, text: &str) -> bool {
        self.0.lock().unwrap().contains(text)
    }
}

impl io::Write for Outside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.saw(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Outside {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Everything that our crates say at their finest, on this thread.
pub(crate) fn listen(outside: &Outside) -> tracing::subscriber::DefaultGuard {
    let ours =
        "warn,pleiade_core=trace,pleiade_connectors=trace,pleiade_federation=trace,pleiade_server=trace";
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(ours.parse::<EnvFilter>().unwrap())
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(outside.clone())
        .finish();
    crate::strangers::several_subscribers();
    tracing::subscriber::set_default(subscriber)
}

/// Sends a request and notes the answer, but for the browser's own new cookie.
async fn ask(
    outside: &Outside,
    router: &Router,
    host: &str,
    method: &str,
    path: &str,
    cookies: &str,
    form: &str,
) -> HeaderMap {
    let request = axum::http::Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, host)
        .header(header::ACCEPT, "text/html")
        .header(header::COOKIE, cookies)
        .header(header::AUTHORIZATION, format!("Bearer {WORD}-of-somebody"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(axum::body::Body::from(form.to_owned()))
        .unwrap();
    let (head, mut body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let mut shown = head.headers.clone();
    shown.remove(header::SET_COOKIE);
    outside.debug(&shown);
    if path.starts_with("/events") {
        for _ in 0..3 {
            let data = body.frame().await.unwrap().unwrap().into_data().unwrap();
            outside.saw(&String::from_utf8_lossy(&data));
        }
        return head.headers;
    }
    outside.saw(&String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()));
    head.headers
}

fn configuration(seal: &str) -> String {
    let template = include_str!("sentinels.toml");
    template.replace("@SEAL@", seal).replace("@PREAUTH@", PREAUTH).replace("@WORD@", WORD)
}

async fn assembled(folder: &Path, seal: &str, outside: &Outside) -> App {
    let path = folder.join("pleiade.toml");
    std::fs::write(&path, configuration(seal).replace("@FOLDER@", folder.to_str().unwrap())).unwrap();
    let loaded = config::load(&path).unwrap();
    outside.debug(&loaded);
    let recorder = telemetry::init_metrics().ok();
    let app = assemble::assemble(&loaded, Arc::new(SystemClock::default()), recorder).await.unwrap();
    outside.debug(&app);
    app
}

#[tokio::test]
async fn the_secrets_of_the_file_come_out_nowhere() {
    let outside = Outside::default();
    let _listening = listen(&outside);
    let folder = tempfile::tempdir().unwrap();
    let seal = BASE64_STANDARD.encode(b"sentinel7f3a-the-seal-key-32-bit");
    let app = assembled(folder.path(), &seal, &outside).await;
    let router = app.router();
    // Providers and applications are unreachable: that is when errors talk.
    for path in [
        "/",
        "/sign-in",
        "/sign-in/sso/start",
        "/sign-in/sso/callback?code=x&state=y",
        "/metrics",
        "/readyz",
        "/nowhere",
    ] {
        ask(&outside, &router, OPERATOR, "GET", path, "", "").await;
    }
    let typed = format!("login=jdupont&password={WORD}-typed");
    for source in ["local", "ldap"] {
        ask(&outside, &router, ALPHA, "POST", &format!("/sign-in/{source}"), "", &typed).await;
    }
    let token = format!("logout_token={WORD}.{WORD}.{WORD}");
    ask(&outside, &router, ALPHA, "POST", "/sign-out/sso/backchannel", "", &token).await;
    for connector in app.connectors.distinct().into_values() {
        outside.debug(&connector);
        outside.debug(&connector.probe().await);
        let context = pleiade_testkit::people::CAMILLE.context();
        for widget in connector.widgets() {
            let error = widget.load(&context).await.unwrap_err();
            outside.saw(&error.to_string());
            outside.debug(&error);
        }
    }
    if let Some((numbers, token)) = &app.metrics {
        outside.saw(&numbers.render());
        outside.debug(token);
    }
    assert!(
        outside.contains("pleiade_requests_total") && outside.contains("sign-in refused"),
        "numbers and log lines were read"
    );
    outside.check(&[&seal, &seal[..12], PREAUTH]);
}

#[tokio::test]
async fn mistakes_in_the_file_do_not_tell_its_secrets() {
    let outside = Outside::default();
    let _listening = listen(&outside);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pleiade.toml");
    let good = configuration(&BASE64_STANDARD.encode(b"sentinel7f3a-the-seal-key-32-bit"));
    for (from, to) in [
        ("client_secret = ", "client_secretly = "),
        ("token = ", "tokens = "),
        ("bind_password = ", "bind_pasword = "),
        ("key = \"", "key = 1\nkeys = \""),
        ("as_token = \"", "as_token = [\""),
        ("client_secret = \"", "client_secret = \"unfinished"),
        ("[metrics]", "[[metrics]]"),
    ] {
        assert!(good.contains(from), "{from}");
        std::fs::write(&path, good.replace(from, to)).unwrap();
        match config::load(&path) {
            Ok(loaded) => outside.debug(&loaded),
            Err(error) => {
                outside.saw(&error.to_string());
                outside.debug(&error);
            }
        }
    }
    std::fs::write(&path, good.replace("c2VudGluZWw3", "####")).unwrap();
    let error = config::load(&path).unwrap_err();
    outside.saw(&error.to_string());
    outside.debug(&error);
    outside.check(&[PREAUTH, "####"]);
}

#[tokio::test]
async fn a_database_that_does_not_answer_does_not_tell_its_address() {
    let outside = Outside::default();
    let _listening = listen(&outside);
    // Nobody listens on the first port.
    for url in [
        format!("postgres://user:{WORD}@127.0.0.1:1/base"),
        format!("postgres//{WORD}"),
        format!("mysql://{WORD}@h/b"),
    ] {
        let options = PostgresOptions { url: SecretString::from(url), max_connections: 1, schema: None };
        outside.debug(&options);
        let error = postgres::open(&options).await.unwrap_err();
        outside.saw(&error.to_string());
        outside.debug(&error);
    }
    outside.check(&["user:"]);
}

/// An account whose secret is a sentinel.
#[derive(Debug)]
struct Linked;

#[async_trait]
impl LinkedAccounts for Linked {
    async fn find_linked_account(
        &self,
        _: &Actor,
        _: &pleiade_core::ConnectorId,
    ) -> Result<Option<LinkedAccount>, ConnectorError> {
        Ok(Some(LinkedAccount::new("login", format!("{WORD}-app-password").into())))
    }
}

#[tokio::test]
async fn a_person_s_secrets_come_out_nowhere() {
    let outside = Outside::default();
    let _listening = listen(&outside);
    let world = World::new().await;
    let mut tokens = PersonTokens::new(format!("{WORD}-access").into());
    tokens.refresh = Some(format!("{WORD}-refresh").into());
    tokens.id = Some(format!("{WORD}-id").into());
    let mut jeanne = somebody("jdupont", "Jeanne Dupont", &["alpha"]);
    jeanne.attributes.insert("_session_id".into(), vec![format!("{WORD}-portal")]);
    jeanne.provider_session = Some("sid-jdupont".into());
    jeanne.tokens = Some(tokens);
    outside.debug(&jeanne);
    world.sso.knows("code", jeanne);
    let mut browser = world.browser(ALPHA);
    let state = browser.depart("sso", "/").await;
    let attempt = browser.cookies.values().next().unwrap().clone();
    browser.get(&format!("/sign-in/sso/callback?code=code&state={state}")).await;
    let value = browser.cookies[SESSION].clone();
    let session = world.session(&value, Some("alpha")).await.unwrap();
    assert!(session.tokens().is_some());
    outside.debug(&session);
    outside.debug(&session.tokens());
    outside.debug(&world.app);

    let cookies = format!("{SESSION}={value}");
    let mark = browser.mark().await.unwrap();
    let events = format!("/events?mark={mark}");
    for path in ["/", "/tasks", "/applications", &events, "/sign-in", "/nowhere", "/static/x/y", "/healthz"] {
        ask(&outside, &world.router, ALPHA, "GET", path, &cookies, "").await;
    }
    ask(
        &outside,
        &world.router,
        ALPHA,
        "POST",
        "/actions/alpha/courriel/approve",
        &cookies,
        &format!("target=1&mark={mark}"),
    )
    .await;
    let typed = format!("login=clerk&password={WORD}-typed");
    ask(&outside, &world.router, ALPHA, "POST", "/sign-in/locale", "", &typed).await;

    for rule in [CredentialRule::PersonToken { audience: None }, CredentialRule::LinkedAccount] {
        let connector: pleiade_core::ConnectorId = "courriel".parse().unwrap();
        let rules = Arc::new(Rules::from_iter([(connector.clone(), rule)]));
        let acts = world.app.acting(&session);
        let source =
            SessionCredentials::new(session.clone(), rules, acts, Arc::new(Linked), world.clock.clone());
        let kinds = [pleiade_core::CredentialKind::PersonToken, pleiade_core::CredentialKind::LinkedAccount];
        let request = CredentialRequest::new(&session.actor, &connector, &kinds);
        let given = source.credential(request).await.unwrap();
        assert!(matches!(given, Credential::PersonToken { .. } | Credential::LinkedAccount { .. }));
        outside.debug(&given);
        outside.debug(&source.credential(request.renewed()).await);
        outside.debug(&source);
    }
    let kept = SessionTokens::new(PersonTokens::new(format!("{WORD}-other").into()), session.created_at);
    outside.debug(&kept);

    // Storage that fails is when the log says most.
    world.quiet().await;
    world.storage.close().await;
    world.clock.advance(Duration::from_secs(40));
    ask(&outside, &world.router, ALPHA, "GET", "/", &cookies, "").await;
    ask(&outside, &world.router, ALPHA, "POST", "/sign-out", &cookies, "").await;
    assert!(
        outside.contains("session not read") && outside.contains("Jeanne"),
        "log lines and pages were read"
    );
    outside.check(&[&value, &attempt, "sentinel-verifier", "argon2id"]);
}

/// The browser itself receives its own cookie, and no other secret.
#[tokio::test]
async fn cookies_hold_nothing_that_can_be_read() {
    let world = World::new().await;
    let mut jeanne = somebody("jdupont", "Jeanne Dupont", &["alpha"]);
    jeanne.tokens = Some(PersonTokens::new(format!("{WORD}-access").into()));
    world.sso.knows("code", jeanne);
    let mut browser = world.browser(ALPHA);
    browser.depart("sso", "/").await;
    let mut all: Vec<String> = browser.cookies.values().cloned().collect();
    browser.sign_in_at("sso", "code").await;
    all.extend(browser.cookies.values().cloned());
    for value in all {
        use base64::prelude::BASE64_URL_SAFE_NO_PAD;
        let plain = BASE64_URL_SAFE_NO_PAD.decode(&value).unwrap();
        // Of three letters alone some random values hold any word.
        for secret in [WORD, "sentinel-verifier", "jdupont", "\"sso\"", "alpha"] {
            assert!(!String::from_utf8_lossy(&plain).contains(secret) && !value.contains(secret));
        }
    }
}

/// The portal's session goes to the portal only, and its errors do not repeat it.
#[tokio::test]
async fn a_portal_s_refusal_does_not_repeat_the_session() {
    let outside = Outside::default();
    let _listening = listen(&outside);
    let config =
        pleiade_federation::lemonldap::LemonldapConfig::new("https://auth.example/".parse().unwrap());
    let transport: Arc<dyn Transport> = Arc::new(pleiade_testkit::ScriptedTransport::new().then_body(
        500,
        "application/json",
        format!("{{\"error\":\"{WORD}\"}}"),
    ));
    let menu = pleiade_federation::lemonldap::Menu::new(&config, transport).unwrap();
    for session in [format!("{WORD}1"), format!("{WORD}\r\nx: y"), String::new()] {
        let error = menu.applications(&SecretString::from(session)).await.unwrap_err();
        outside.saw(&error.to_string());
        outside.debug(&error);
    }
    outside.debug(&menu);
    outside.debug(&Limits::default());
    let context: CallContext = pleiade_testkit::people::CAMILLE.context();
    outside.debug(&context);
    outside.check(&[]);
}
