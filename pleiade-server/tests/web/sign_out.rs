//! The ways out: back from the provider, and by the provider on its own.

use crate::support::{ALPHA, Answer, BETA, Browser, SESSION, Watch, World, somebody};
use axum::http::{Method, StatusCode, header};

const DONE: &str = "/sign-out/done";

async fn signed_in(world: &World, source: &str, code: &str) -> Browser {
    let mut browser = world.browser(ALPHA);
    assert_eq!(browser.sign_in_at(source, code).await.location(), "/");
    browser
}

async fn with_jeanne() -> World {
    let world = World::new().await;
    let mut jeanne = somebody("jdupont", "Jeanne Dupont", &["alpha"]);
    jeanne.tokens = Some(pleiade_core::PersonTokens::new("access".into()));
    world.sso.knows("jeanne", jeanne.clone());
    world.alpha_sso.knows("jeanne", jeanne);
    world
}

fn state(location: &str) -> String {
    let url: url::Url = location.parse().unwrap();
    url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
}

#[tokio::test]
async fn the_return_from_the_provider_is_recognised_once_and_in_its_browser() {
    let world = with_jeanne().await;
    let mut browser = signed_in(&world, "sso", "jeanne").await;
    let sent = state(browser.post("/sign-out", &[]).await.location());
    assert!(sent.len() >= 32, "ProConnect refuses shorter ones");
    let right = format!("{DONE}?state={sent}");
    for wrong in [DONE.to_owned(), format!("{DONE}?state="), format!("{DONE}?state={sent}x")] {
        assert_eq!(browser.get(&wrong).await.location(), "/", "{wrong}");
    }
    assert_eq!(world.browser(ALPHA).get(&right).await.location(), "/", "another browser");
    let mut elsewhere = world.browser(BETA);
    assert_eq!(elsewhere.get(&right).await.location(), "/", "another host");
    assert_eq!(browser.get(&right).await.told(), "/sign-in?stay=1 sign-in-signed-out");
    assert_eq!(browser.get(&right).await.location(), "/", "a second time");

    let mut other = signed_in(&world, "sso", "jeanne").await;
    assert_ne!(state(other.post("/sign-out", &[]).await.location()), sent);
}

#[tokio::test]
async fn nobody_is_sent_elsewhere_after_signing_out() {
    let world = with_jeanne().await;
    let mut browser = signed_in(&world, "sso", "jeanne").await;
    let sent = state(browser.post("/sign-out", &[]).await.location());
    for more in ["&return=https://evil.example/", "&iss=https://evil.example", "&error=x"] {
        let mut browser = browser.clone();
        let answer = browser.get(&format!("{DONE}?state={sent}{more}")).await;
        assert_eq!(answer.told(), "/sign-in?stay=1 sign-in-signed-out");
    }
}

async fn post_as_server(world: &World, path: &str, form: &str) -> Answer {
    let mut server = world.browser(ALPHA);
    let mut request = server.request(Method::POST, path, form.to_owned());
    request.headers_mut().remove("origin");
    request.headers_mut().remove("sec-fetch-site");
    server.send(request).await
}

async fn back_channel(world: &World, form: &str) -> StatusCode {
    post_as_server(world, "/sign-out/sso/backchannel", form).await.status
}

#[tokio::test]
async fn a_logout_token_counts_once_and_only_when_it_could_be_acted_on() {
    let world = with_jeanne().await;
    let mut browser = signed_in(&world, "sso", "jeanne").await;
    let token = "logout_token=once%3Ajdupont";
    let mut storage = Watch::open(&world).await;
    storage.run("ALTER TABLE sessions RENAME TO sessions_away").await;
    assert_eq!(back_channel(&world, token).await, StatusCode::SERVICE_UNAVAILABLE);
    storage.run("ALTER TABLE sessions_away RENAME TO sessions").await;
    assert_eq!(browser.get("/").await.status, StatusCode::OK, "nothing has ended yet");

    assert_eq!(back_channel(&world, token).await, StatusCode::OK, "delivered again");
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER);

    let mut again = signed_in(&world, "sso", "jeanne").await;
    assert_eq!(back_channel(&world, token).await, StatusCode::BAD_REQUEST, "replayed");
    assert_eq!(again.get("/").await.status, StatusCode::OK, "a replay ends no later session");
    // Another source may use the same identifier.
    let other = post_as_server(&world, "/sign-out/alpha-sso/backchannel", token).await;
    assert_eq!(other.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_that_says_two_things_says_nothing() {
    let world = with_jeanne().await;
    let mut browser = signed_in(&world, "sso", "jeanne").await;
    for form in [
        "",
        "logout_token=",
        "token=sid%3Asid-jdupont",
        "logout_token=sid%3Asid-jdupont&logout_token=sid%3Aother",
        "logout_token=sid%3Asid-jdupont&logout_token=sid%3Asid-jdupont",
    ] {
        assert_eq!(back_channel(&world, form).await, StatusCode::BAD_REQUEST, "{form}");
    }
    let huge = format!("logout_token={}", "x".repeat(70 << 10));
    assert_eq!(back_channel(&world, &huge).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_flood_of_logouts_is_slowed_down_and_disturbs_no_sign_in() {
    let world = with_jeanne().await;
    for _ in 0..500 {
        assert_eq!(back_channel(&world, "logout_token=nonsense").await, StatusCode::BAD_REQUEST);
    }
    assert_eq!(back_channel(&world, "logout_token=nonsense").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(frame_post(&world, "sso", "iss=x&sid=y").await.status, StatusCode::TOO_MANY_REQUESTS);
    signed_in(&world, "sso", "jeanne").await;
}

#[tokio::test]
async fn nobody_writes_an_end_that_ended_nothing() {
    let world = with_jeanne().await;
    let mut browser = signed_in(&world, "sso", "jeanne").await;
    let mut log = Watch::open(&world).await;
    let lines = "SELECT count(*) FROM audit";
    let before = log.count(lines).await;
    for n in 0..200 {
        let sid = format!("sid-{n}");
        frame_post(&world, "sso", &format!("iss=https%3A%2F%2Fsso.example&sid={sid}")).await;
        for token in [format!("sid%3A{sid}"), format!("sub%3A{sid}"), format!("once%3A{n}")] {
            back_channel(&world, &format!("logout_token={token}")).await;
        }
        let mut stranger = world.browser(ALPHA);
        stranger.set(SESSION, &format!("{n:0>43}"));
        stranger.post_raw("/sign-out", "").await;
    }
    assert_eq!(log.count(lines).await, before, "nothing has ended");
    assert_eq!(browser.post("/sign-out", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(log.count(lines).await, before + 1);
    // Once more with the cookie of before: it has ended already.
    back_channel(&world, "logout_token=sid%3Asid-jdupont").await;
    assert_eq!(log.count(lines).await, before + 1);
}

async fn frame_post(world: &World, source: &str, form: &str) -> Answer {
    // From a frame the browser sends no cookie of ours.
    let mut frame = world.browser(ALPHA);
    let request = frame.request(Method::POST, &format!("/sign-out/{source}/frontchannel"), form.to_owned());
    frame.send(request).await
}

const FRAME: &str = "/sign-out/sso/frontchannel?iss=https%3A%2F%2Fsso.example&sid=sid-jdupont";

#[tokio::test]
async fn a_frame_of_the_issuer_alone_shows_the_page_and_opening_it_ends_nothing() {
    let world = with_jeanne().await;
    let mut browser = signed_in(&world, "sso", "jeanne").await;
    world.quiet().await;
    let mut watch = Watch::open(&world).await;
    let before = watch.version().await;
    let page = browser.get(FRAME).await;
    assert_eq!(page.status, StatusCode::OK);
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("frame-ancestors https://sso.example;"), "{policy}");
    assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'none'"));
    assert!(!page.body.contains("sid-jdupont") && page.body.contains("sign-out-frame.js"));
    assert_eq!(watch.version().await, before, "a GET has written");
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    let other = browser.get("/").await;
    let policy = other.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'none'"), "only that page: {policy}");
    for source in ["alpha-sso", "locale", "inconnue"] {
        let path = format!("/sign-out/{source}/frontchannel?iss=https://sso.example&sid=sid-jdupont");
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{source}");
        let posted = frame_post(&world, source, "iss=https%3A%2F%2Fsso.example&sid=sid-jdupont").await;
        assert_eq!(posted.status, StatusCode::NOT_FOUND, "{source}");
    }
}

#[tokio::test]
async fn a_frame_ends_the_one_session_that_it_names() {
    let world = with_jeanne().await;
    let mut browser = signed_in(&world, "sso", "jeanne").await;
    let mut other_source = signed_in(&world, "alpha-sso", "jeanne").await;
    for form in [
        "",
        "iss=https%3A%2F%2Fsso.example",
        "sid=sid-jdupont",
        "iss=https%3A%2F%2Fsso.example&sid=",
        "iss=https%3A%2F%2Fsso.example%2F&sid=sid-jdupont",
        "iss=https%3A%2F%2Fevil.example&sid=sid-jdupont",
        "iss=https%3A%2F%2Fsso.example&sid=sid-jdupont&sid=sid-jdupont",
        "iss=https%3A%2F%2Fsso.example&iss=https%3A%2F%2Fsso.example&sid=sid-jdupont",
    ] {
        assert_eq!(frame_post(&world, "sso", form).await.status, StatusCode::BAD_REQUEST, "{form}");
    }
    let right = "iss=https%3A%2F%2Fsso.example&sid=sid-jdupont";
    let mut foreign = browser.clone();
    let mut request = foreign.request(Method::POST, "/sign-out/sso/frontchannel", right.to_owned());
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    request.headers_mut().insert("origin", "https://sso.example".parse().unwrap());
    assert_eq!(foreign.send(request).await.status, StatusCode::FORBIDDEN, "a form of another page");
    assert_eq!(browser.get("/").await.status, StatusCode::OK);

    let unknown = frame_post(&world, "sso", "iss=https%3A%2F%2Fsso.example&sid=unknown").await;
    let known = frame_post(&world, "sso", right).await;
    assert_eq!((unknown.status, known.status), (StatusCode::NO_CONTENT, StatusCode::NO_CONTENT));
    assert_eq!(unknown.body, known.body);
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(other_source.get("/").await.status, StatusCode::OK, "another source's session stands");
    assert!(other_source.cookies.contains_key(SESSION));
}
