//! Every sign-in source, and every way to abuse it.

use crate::support::{
    ALPHA, BETA, Browser, ISSUER, OPERATOR, PASSWORD, SESSION, World, content, somebody, source_id, tenant_id,
};
use crate::support::{Fake, Outcome, Setup, source};
use axum::http::{HeaderMap, Method, StatusCode, header};
use pleiade_core::{
    Claims, ExposeSecret as _, Hints, IdentityProvider, ProviderKind, Role, SignInAnswer, SignInError,
    SignInStep, SourceId, Subject,
};
use pleiade_server::storage::AuditQuery;
use std::time::Duration;

const FORM: &str = "/sign-in/locale";

async fn type_in(browser: &mut Browser, login: &str, password: &str) -> crate::support::Answer {
    browser.post(FORM, &[("login", login), ("password", password), ("return", "/tasks")]).await
}

/// An answer without what must differ from one to the next.
fn comparable(answer: &crate::support::Answer, login: &str) -> (StatusCode, HeaderMap, String) {
    let mut headers = answer.headers.clone();
    headers.remove("x-request-id");
    headers.remove(header::CONTENT_LENGTH);
    (answer.status, headers, answer.body.replace(login, "LOGIN"))
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_look_alike() {
    let world = World::new().await;
    let mut browser = world.browser(ALPHA);
    let wrong = type_in(&mut browser, "clerk", "wrong").await;
    let unknown = type_in(&mut browser, "nobody", "wrong").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(comparable(&wrong, "clerk"), comparable(&unknown, "nobody"));
    assert!(!wrong.body.contains("wrong\""), "the password is not written back");
    for (login, password) in [
        ("", ""),
        ("clerk", ""),
        ("", PASSWORD),
        ("clerk\0", PASSWORD),
        ("clerk%", PASSWORD),
        ("c*", PASSWORD),
    ] {
        assert_eq!(
            type_in(&mut browser, login, password).await.status,
            StatusCode::UNAUTHORIZED,
            "{login:?}"
        );
    }
    world.storage.set_account_disabled(world.clerk_link, true).await.unwrap();
    let closed = type_in(&mut browser, "clerk", PASSWORD).await;
    assert_eq!(comparable(&closed, "clerk"), comparable(&wrong, "clerk"), "a closed account does not say so");
    assert!(!browser.cookies.contains_key(SESSION));
}

#[tokio::test]
async fn the_right_password_opens_a_session_of_this_host_only() {
    let world = World::new().await;
    let mut browser = world.browser(ALPHA);
    let answer = type_in(&mut browser, "Clerk ", PASSWORD).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/tasks"));
    let mut cookies =
        answer.headers.get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap());
    let cookie = cookies.find(|cookie| cookie.starts_with("__Host-pleiade=")).unwrap();
    for part in ["__Host-pleiade=", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
    assert_eq!(browser.get("/tasks").await.status, StatusCode::OK);
    browser.host = BETA.to_owned();
    assert_eq!(browser.get("/tasks").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn guessing_is_slowed_down_for_the_login_and_for_the_address() {
    let world = World::new().await;
    let mut browser = world.browser(ALPHA);
    for _ in 0..5 {
        assert_eq!(type_in(&mut browser, "clerk", "wrong").await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        type_in(&mut browser, "clerk", PASSWORD).await.status,
        StatusCode::TOO_MANY_REQUESTS,
        "even the right one"
    );
    world.clock.advance(Duration::from_secs(901));
    assert_eq!(
        type_in(&mut browser, "clerk", PASSWORD).await.status,
        StatusCode::SEE_OTHER,
        "nobody is locked out for good"
    );
    // Another login each time: the address is slowed down.
    let mut browser = world.browser(ALPHA);
    let mut last = StatusCode::UNAUTHORIZED;
    for n in 0..60 {
        // What a browser says of its address means nothing without a declared proxy.
        browser.headers.insert("x-forwarded-for", format!("192.0.2.{n}").parse().unwrap());
        last = type_in(&mut browser, &format!("nobody{n}"), "wrong").await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_provider_signs_somebody_in_and_brings_them_back() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    let mut browser = world.browser(ALPHA);
    let asked = browser.get("/tasks?x=1").await;
    assert_eq!(asked.location(), "/sign-in?return=%2Ftasks%3Fx%3D1");
    let page = browser.get(asked.location()).await.page();
    page.check_page("fr");
    let way = page
        .all("a")
        .filter_map(|a| a.get("href"))
        .find(|href| href.starts_with("/sign-in/sso/start"))
        .unwrap();
    let started = browser.get(way).await;
    assert!(started.location().starts_with("https://sso.example/authorize?state="));
    let cookie = started.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-pleiade-sign-in-")
            && cookie.contains("HttpOnly")
            && cookie.contains("Secure"),
        "{cookie}"
    );
    assert!(!cookie.contains("sentinel-verifier"), "the attempt is sealed");
    let state = started.location().split_once("state=").unwrap().1.to_owned();
    let back = browser.get(&format!("/sign-in/sso/callback?code=jeanne&state={state}")).await;
    assert_eq!(back.location(), "/tasks?x=1");
    let kept: Vec<&str> = browser.cookies.keys().map(String::as_str).collect();
    assert_eq!(kept, ["__Host-pleiade", "__Host-pleiade-recent"], "the attempt's cookie is gone");
    assert!(browser.get("/").await.body.contains("Bonjour Jeanne"));
}

/// The page to which every refused return leads.
fn refused(answer: &crate::support::Answer, browser: &Browser) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.told().starts_with("/sign-in?stay=1 sign-in-"), "{}", answer.location());
    assert!(!browser.cookies.contains_key(SESSION), "nobody is signed in");
}

#[tokio::test]
async fn an_attempt_belongs_to_its_browser_and_serves_once() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    let mut browser = world.browser(ALPHA);
    let state = browser.depart("sso", "/").await;
    let callback = format!("/sign-in/sso/callback?code=jeanne&state={state}");

    let mut other = world.browser(ALPHA);
    refused(&other.get(&callback).await, &other);
    other.depart("sso", "/").await;
    refused(&other.get(&callback).await, &other);

    let kept = browser.clone();
    assert_eq!(browser.get(&callback).await.location(), "/");
    let mut again = kept.clone();
    refused(&again.get(&callback).await, &again);
    assert_eq!(
        world.sso.finished.load(std::sync::atomic::Ordering::SeqCst),
        1,
        "the provider was asked once"
    );
}

#[tokio::test]
async fn an_attempt_ends_after_ten_minutes() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    let mut browser = world.browser(ALPHA);
    let state = browser.depart("sso", "/").await;
    world.clock.advance(Duration::from_secs(600));
    refused(&browser.get(&format!("/sign-in/sso/callback?code=jeanne&state={state}")).await, &browser);
}

#[tokio::test]
async fn an_answer_for_another_source_or_host_is_refused() {
    let world = World::new().await;
    for provider in [&world.sso, &world.alpha_sso] {
        provider.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha", "beta"]));
    }
    let mut browser = world.browser(ALPHA);
    let state = browser.depart("sso", "/").await;
    refused(&browser.get(&format!("/sign-in/alpha-sso/callback?code=jeanne&state={state}")).await, &browser);
    for host in [BETA, OPERATOR] {
        let mut browser = world.browser(ALPHA);
        let state = browser.depart("sso", "/").await;
        host.clone_into(&mut browser.host);
        refused(&browser.get(&format!("/sign-in/sso/callback?code=jeanne&state={state}")).await, &browser);
    }
    // A source that is not this host's does not exist here.
    for path in ["/sign-in/beta-sso/start", "/sign-in/beta-sso/callback?state=x", "/sign-in/inconnue/start"] {
        assert_eq!(world.browser(ALPHA).get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(world.browser(OPERATOR).get("/sign-in/alpha-sso/start").await.status, StatusCode::NOT_FOUND);
    let mut form = world.browser(ALPHA);
    assert_eq!(
        form.post("/sign-in/sso", &[("login", "a"), ("password", "b")]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_malformed_return_is_refused() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    let mut browser = world.browser(ALPHA);
    let state = browser.depart("sso", "/").await;
    for query in [
        String::new(),
        "?code=jeanne".to_owned(),
        format!("?code=jeanne&state={state}&state={state}"),
        format!("?code=jeanne&state={state}&state=other"),
        "?code=jeanne&state=".to_owned(),
        "?state=%00%ff".to_owned(),
        format!("?code=jeanne&state={}", "x".repeat(3000)),
    ] {
        let answer = browser.get(&format!("/sign-in/sso/callback{query}")).await;
        refused(&answer, &browser);
    }
    let answer = browser
        .get("/sign-in/sso/callback?error=%3Cscript%3E&error_description=sentinel-words&state=x")
        .await;
    refused(&answer, &browser);
    assert!(!answer.location().contains("script") && !answer.location().contains("sentinel"));
    // None of it has spoilt the attempt.
    assert_eq!(
        browser.get(&format!("/sign-in/sso/callback?code=jeanne&state={state}")).await.location(),
        "/"
    );
}

#[tokio::test]
async fn a_changed_attempt_is_refused() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    let mut browser = world.browser(ALPHA);
    let first = browser.depart("sso", "/").await;
    let kept = browser.cookies.clone();
    let second = browser.depart("sso", "/").await;
    let (name, value) = browser.cookies.iter().find(|(name, _)| !kept.contains_key(*name)).unwrap();
    let mut altered = value.clone();
    let other = if altered.as_bytes()[40] == b'A' { "B" } else { "A" };
    altered.replace_range(40..41, other);
    let mut forged = world.browser(ALPHA);
    forged.set(name, &altered);
    refused(&forged.get(&format!("/sign-in/sso/callback?code=jeanne&state={second}")).await, &forged);
    // Both attempts of this browser are good, in any order.
    let mut twin = browser.clone();
    assert_eq!(
        browser.get(&format!("/sign-in/sso/callback?code=jeanne&state={second}")).await.location(),
        "/"
    );
    assert_eq!(twin.get(&format!("/sign-in/sso/callback?code=jeanne&state={first}")).await.location(), "/");
}

#[tokio::test]
async fn a_browser_keeps_ten_attempts() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    let mut browser = world.browser(ALPHA);
    let mut state = String::new();
    for _ in 0..11 {
        state = browser.depart("sso", "/").await;
    }
    assert_eq!(browser.cookies.len(), 10);
    assert_eq!(
        browser.get(&format!("/sign-in/sso/callback?code=jeanne&state={state}")).await.location(),
        "/"
    );
}

#[tokio::test]
async fn an_address_does_not_ask_the_provider_without_end() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    let mut browser = world.browser(ALPHA);
    for _ in 0..50 {
        let state = browser.depart("sso", "/").await;
        refused(&browser.get(&format!("/sign-in/sso/callback?code=invented&state={state}")).await, &browser);
    }
    let state = browser.depart("sso", "/").await;
    refused(&browser.get(&format!("/sign-in/sso/callback?code=jeanne&state={state}")).await, &browser);
}

/// Some providers leave `state` out of a refusal, and some refusals come back to a browser that has lost its attempt.
#[tokio::test]
async fn a_refusal_without_an_attempt_is_traced_by_its_standard_code_and_no_more_often_than_there_is_room() {
    let log = crate::strangers::Log::default();
    let _listening = log.listen();
    let world = World::new().await;
    let mut browser = world.browser(ALPHA);
    let told = "a refusal came back that belongs to no attempt";
    for (n, query) in [
        "error=invalid_scope&error_description=sentinel-words",
        "error=unauthorized_client&state=unknown",
        "error=sentinel-code&state=unknown",
    ]
    .into_iter()
    .enumerate()
    {
        refused(&browser.get(&format!("/sign-in/sso/callback?{query}")).await, &browser);
        assert_eq!(log.count(told), n + 1, "{query}");
    }
    assert_eq!((log.count("invalid_scope: "), log.count("unauthorized_client: ")), (1, 1));
    assert_eq!(log.count("sentinel"), 0);
    let lines = world.storage.audit(&AuditQuery { limit: 10, ..AuditQuery::default() }).await.unwrap();
    assert!(lines.is_empty(), "anybody can make such an address");
    for _ in 0..100 {
        browser.get("/sign-in/sso/callback?error=invalid_scope").await;
    }
    assert_eq!(log.count(told), 60, "a minute has so much room");
    browser.get("/sign-in/sso/callback?state=x").await;
    assert_eq!(log.count(told), 60, "what tells no refusal is none");
}

#[tokio::test]
async fn nobody_is_sent_elsewhere_after_signing_in() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    for bad in [
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "https:evil.example",
        "https://evil.example/",
        "evil",
        "",
        "/sign-in?return=//evil.example",
        "/sign-out",
        "javascript:alert(1)",
        "/.//evil.example",
        "/\r\nx: y",
        "/%5Cevil.example/..//x\\",
    ] {
        let mut browser = world.browser(ALPHA);
        let state = browser.depart("sso", bad).await;
        let back = browser.get(&format!("/sign-in/sso/callback?code=jeanne&state={state}")).await;
        let (provider, typed) = (back.location().to_owned(), {
            let mut browser = world.browser(ALPHA);
            browser
                .post(FORM, &[("login", "clerk"), ("password", PASSWORD), ("return", bad)])
                .await
                .location()
                .to_owned()
        });
        let already: String = url::form_urlencoded::byte_serialize(bad.as_bytes()).collect();
        let third = browser.get(&format!("/sign-in?return={already}")).await.location().to_owned();
        for location in [provider, typed, third] {
            let here: url::Url = "https://bureau.alpha.example/".parse().unwrap();
            let there = here.join(&location).unwrap();
            assert_eq!(there.origin(), here.origin(), "{bad:?} led to {location}");
            assert_eq!(location, "/", "{bad:?}");
        }
    }
}

#[tokio::test]
async fn only_the_subject_says_who_somebody_is() {
    let world = World::new().await;
    // The same login, name and mail from two sources, and even the same subject: two people.
    let jeanne = somebody("jdupont", "Jeanne Dupont", &["alpha"]);
    world.sso.knows("jeanne", jeanne.clone());
    world.alpha_sso.knows("jeanne", jeanne);
    let mut renamed = somebody("jdupont", "Jeanne Martin", &["alpha"]);
    renamed.mail = None;
    world.sso.knows("renamed", renamed);
    let mut ids = Vec::new();
    for (source, code) in [("sso", "jeanne"), ("alpha-sso", "jeanne"), ("sso", "renamed")] {
        let mut browser = world.browser(ALPHA);
        assert_eq!(browser.sign_in_at(source, code).await.location(), "/");
        ids.push(world.session(&browser.cookies[SESSION], Some("alpha")).await.unwrap().actor.identity.id);
    }
    assert_ne!(ids[0], ids[1], "a mail address links nobody");
    assert_eq!(ids[0], ids[2], "a new name is the same person");
}

#[tokio::test]
async fn a_closed_or_foreign_link_lets_nobody_in() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("sso", "jeanne").await;
    let subject = Subject::new(ISSUER, "jdupont").unwrap();
    assert!(world.storage.disable_link(world.link("sso", &subject).await, true).await.unwrap());
    let mut closed = world.browser(ALPHA);
    refused(&closed.sign_in_at("sso", "jeanne").await, &closed);

    // The link was made when the source belonged to beta.
    let names = pleiade_server::storage::Names { display_name: "Ancienne".into(), ..Default::default() };
    let moved = pleiade_server::storage::NewIdentity {
        source: source_id("alpha-sso"),
        subject: Subject::new(ISSUER, "moved").unwrap(),
        owner: Some(tenant_id("beta")),
        names,
        created_at: pleiade_core::Clock::now(&*world.clock),
    };
    world.storage.create_identity(&moved).await.unwrap();
    world.alpha_sso.knows("moved", somebody("moved", "Ancienne", &[]));
    let mut foreign = world.browser(ALPHA);
    refused(&foreign.sign_in_at("alpha-sso", "moved").await, &foreign);
}

#[tokio::test]
async fn a_collectivite_s_source_gives_no_right_elsewhere_and_no_operator() {
    let world = World::new().await;
    let mut claims = somebody("mallory", "Mallory", &["beta", "operateur"]);
    claims.groups = vec!["opsn".into(), "administrateurs".into()];
    world.alpha_sso.knows("mallory", claims.clone());
    world.sso.knows("mallory", claims);
    let mut browser = world.browser(ALPHA);
    assert_eq!(browser.sign_in_at("alpha-sso", "mallory").await.location(), "/");
    let session = world.session(&browser.cookies[SESSION], Some("alpha")).await.unwrap();
    let tenants: Vec<&str> =
        session.affiliations.iter().map(|affiliation| affiliation.tenant.as_str()).collect();
    assert_eq!(tenants, ["alpha"]);
    assert!(session.actor.has(Role::TenantAdministrator) && !session.actor.has(Role::Operator));
    // The operator's own source may, and only for collectivités that exist.
    let mut browser = world.browser(OPERATOR);
    assert_eq!(browser.sign_in_at("sso", "mallory").await.location(), "/");
    let session = world.session(&browser.cookies[SESSION], None).await.unwrap();
    assert_eq!(session.affiliations.len(), 1);
    assert!(session.actor.has(Role::Operator) && session.actor.acting.tenant.as_str() == "beta");
    // On a host where they have nothing, nobody enters.
    let mut browser = world.browser(ALPHA);
    refused(&browser.sign_in_at("sso", "mallory").await, &browser);
}

#[tokio::test]
async fn rights_that_a_source_no_longer_gives_are_gone_at_the_next_sign_in() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha", "beta"]));
    let mut first = world.browser(BETA);
    assert_eq!(first.sign_in_at("sso", "jeanne").await.location(), "/");
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    let mut second = world.browser(ALPHA);
    assert_eq!(second.sign_in_at("sso", "jeanne").await.location(), "/");
    world.clock.advance(Duration::from_secs(31));
    assert_eq!(first.get("/").await.status, StatusCode::SEE_OTHER, "beta's session has lost its right");
}

#[tokio::test]
async fn the_value_changes_at_each_step_and_the_old_one_is_dead() {
    let world = World::with(Setup {
        alpha: vec![Fake::new("courriel", Outcome::Gives(content(1, &[])))],
        ..Setup::default()
    })
    .await;
    // A value that somebody else has put there is never adopted.
    let mut browser = world.browser(OPERATOR);
    let planted = "A".repeat(43);
    browser.set(SESSION, &planted);
    type_in(&mut browser, "clerk", PASSWORD).await;
    let first = browser.cookies[SESSION].clone();
    assert_ne!(first, planted);
    assert!(world.session(&planted, None).await.is_none());

    type_in(&mut browser, "clerk", PASSWORD).await;
    let second = browser.cookies[SESSION].clone();
    assert_ne!(first, second);
    assert!(world.session(&first, None).await.is_none(), "the value of before signing in again");

    browser.post("/acting", &[("tenant", "beta")]).await;
    let third = browser.cookies[SESSION].clone();
    assert_ne!(second, third);
    assert!(world.session(&second, None).await.is_none(), "the value of before the change of collectivité");
    assert!(world.session(&third, None).await.is_some());
}

#[tokio::test]
async fn signing_out_ends_the_session_here_first() {
    let world = World::new().await;
    let mut claims = somebody("jdupont", "Jeanne Dupont", &["alpha"]);
    claims.tokens = Some(pleiade_core::PersonTokens::new("access".into()));
    world.sso.knows("jeanne", claims);
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("sso", "jeanne").await;
    let value = browser.cookies[SESSION].clone();
    assert_eq!(
        browser.get("/sign-out").await.status,
        StatusCode::METHOD_NOT_ALLOWED,
        "a link signs nobody out"
    );
    let answer = browser.post("/sign-out", &[]).await;
    assert!(
        answer
            .location()
            .starts_with("https://sso.example/logout?post_logout_redirect_uri=https://bureau.alpha.example/sign-out/done&state="),
        "{}",
        answer.location()
    );
    assert!(!browser.cookies.contains_key(SESSION));
    assert!(world.session(&value, Some("alpha")).await.is_none());
    let query = pleiade_server::storage::AuditQuery { limit: 1, ..Default::default() };
    let written = world.storage.audit(&query).await.unwrap();
    assert_eq!(written[0].line.event, pleiade_server::audit::AuditEvent::SignedOut);

    let mut clerk = world.clerk_at(ALPHA).await;
    let answer = clerk.post("/sign-out", &[]).await;
    assert_eq!(answer.told(), "/sign-in?stay=1 sign-in-signed-out");
    assert!(clerk.get(answer.location()).await.body.contains("Vous êtes déconnecté"));
}

async fn back_channel(world: &World, source: &str, token: &str) -> StatusCode {
    let mut server = world.browser(ALPHA);
    let form = format!("logout_token={token}");
    let mut request = server.request(Method::POST, &format!("/sign-out/{source}/backchannel"), form);
    request.headers_mut().remove("origin");
    request.headers_mut().remove("sec-fetch-site");
    let answer = server.send(request).await;
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    answer.status
}

#[tokio::test]
async fn a_provider_ends_sessions_by_its_own_name_or_by_the_person() {
    let world = World::new().await;
    for (code, sid) in [("desk", "sid-desk"), ("phone", "sid-phone")] {
        let mut jeanne = somebody("jdupont", "Jeanne Dupont", &["alpha"]);
        jeanne.provider_session = Some(sid.to_owned());
        world.sso.knows(code, jeanne.clone());
        world.alpha_sso.knows(code, jeanne);
    }
    let (mut desk, mut phone, mut elsewhere) =
        (world.browser(ALPHA), world.browser(ALPHA), world.browser(ALPHA));
    desk.sign_in_at("sso", "desk").await;
    phone.sign_in_at("sso", "phone").await;
    elsewhere.sign_in_at("alpha-sso", "desk").await;
    for (token, status) in [
        ("nonsense", StatusCode::BAD_REQUEST),
        ("sid%3Aunknown", StatusCode::OK),
        ("sub%3Aunknown", StatusCode::OK),
    ] {
        assert_eq!(back_channel(&world, "sso", token).await, status, "{token}");
    }
    assert_eq!(back_channel(&world, "inconnue", "sid%3Asid-desk").await, StatusCode::NOT_FOUND);
    assert_eq!(back_channel(&world, "locale", "sid%3Asid-desk").await, StatusCode::BAD_REQUEST);
    assert_eq!(desk.get("/").await.status, StatusCode::OK);

    assert_eq!(back_channel(&world, "sso", "sid%3Asid-desk").await, StatusCode::OK);
    assert_eq!(desk.get("/").await.status, StatusCode::SEE_OTHER, "ended at once");
    assert_eq!(phone.get("/").await.status, StatusCode::OK);
    assert_eq!(back_channel(&world, "sso", "sub%3Ajdupont").await, StatusCode::OK);
    assert_eq!(phone.get("/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        elsewhere.get("/").await.status,
        StatusCode::OK,
        "another source's session of the same name stands"
    );
}

#[tokio::test]
async fn what_is_kept_opens_no_session() {
    let world = World::new().await;
    let mut browser = world.browser(ALPHA);
    type_in(&mut browser, "clerk", PASSWORD).await;
    let value = browser.cookies[SESSION].clone();
    world.storage.close().await;
    let kept = std::fs::read(&world.database).unwrap();
    let kept = String::from_utf8_lossy(&kept);
    assert!(!kept.contains(&value) && !kept.contains(PASSWORD));
    assert!(kept.contains("$argon2id$"), "the test reads the database");
    let hash = pleiade_core::SecretString::from(value);
    assert_eq!(hash.expose_secret().len(), 43);
}

/// A directory that says more than yes and no: each login is what it answers.
#[derive(Debug)]
struct Policed(SourceId);

#[async_trait::async_trait]
impl IdentityProvider for Policed {
    fn id(&self) -> &SourceId {
        &self.0
    }

    fn kind(&self) -> ProviderKind {
        ProviderKind::Ldap
    }

    async fn begin(&self, _: &Hints) -> Result<SignInStep, SignInError> {
        Err(SignInError::Misconfigured("a directory asks for a password"))
    }

    async fn finish(&self, answer: SignInAnswer) -> Result<Claims, SignInError> {
        let SignInAnswer::Password { login, .. } = answer else { panic!("a password") };
        let mut claims = somebody(&login, "Jeanne Dupont", &[]);
        let Some((name, value)) = login.split_once('=') else { return Err(SignInError::PasswordMustChange) };
        claims.attributes.insert(name.to_owned(), vec![value.to_owned()]);
        Ok(claims)
    }
}

#[tokio::test]
async fn a_password_that_ends_soon_is_said_and_keeps_nobody_out() {
    let provider = std::sync::Arc::new(Policed(source_id("annuaire")));
    let mapping = pleiade_server::sign_in::mapping::Mapping::owned_by(tenant_id("alpha"));
    let sources = vec![source(provider, Some("alpha"), mapping)];
    let world = World::with(Setup { sources, ..Setup::default() }).await;
    for (login, told) in [
        ("password-expires-in=270000", "expire dans 3\u{a0}jours"),
        ("password-expires-in=86400", "expire dans un jour"),
        ("password-expires-in=60", "moins d’un jour"),
        ("password-grace-logins=2", "permet encore 2\u{a0}connexions"),
        ("password-grace-logins=0", "la dernière"),
    ] {
        let mut browser = world.browser(ALPHA);
        let form = [("login", login), ("password", "x"), ("return", "/tasks")];
        let answer = browser.post("/sign-in/annuaire", &form).await;
        answer.page();
        assert!(answer.body.contains(told), "{login}: {}", answer.body);
        assert!(answer.body.contains("href=\"/tasks\""));
        assert_eq!(browser.get("/tasks").await.status, StatusCode::OK);
    }
    let form = [("login", "jdupont"), ("password", "x"), ("return", "/tasks")];
    let answer = world.browser(ALPHA).post("/sign-in/annuaire", &form).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.body.contains("expiré ou doit être changé"), "{}", answer.body);
    let silent = [("login", "nothing=1"), ("password", "x"), ("return", "/tasks")];
    assert_eq!(world.browser(ALPHA).post("/sign-in/annuaire", &silent).await.location(), "/tasks");
}
