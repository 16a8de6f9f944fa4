//! The requests of machines: health, readiness, numbers, files.

use crate::support::{ALPHA, Answer, BETA, Fake, OPERATOR, Outcome, Provider, Setup, World, content, source};
use axum::{
    http::{StatusCode, header},
    routing::{get, post},
};
use metrics_exporter_prometheus::PrometheusBuilder;
use pleiade_core::SecretString;
use pleiade_server::{
    sign_in::mapping::{Mapping, Tenants},
    web::route::{Guard, Route},
};

async fn status(world: &World, path: &str, token: Option<&str>) -> StatusCode {
    // Machines do not know host names.
    let mut machine = world.browser("10.0.0.7:8080");
    if let Some(token) = token {
        machine.headers.insert(header::AUTHORIZATION, token.parse().unwrap());
    }
    machine.get(path).await.status
}

#[tokio::test]
async fn numbers_are_for_the_bearer_of_the_token() {
    let world = World::new().await;
    assert_eq!(
        status(&world, "/metrics", Some("Bearer x")).await,
        StatusCode::NOT_FOUND,
        "no token, no page"
    );
    let handle = PrometheusBuilder::new().build_recorder().handle();
    let metrics = Some((handle, SecretString::from("the-token")));
    let world = World::with(Setup { metrics, ..Setup::default() }).await;
    for wrong in [
        None,
        Some(""),
        Some("the-token"),
        Some("Bearer "),
        Some("Bearer the-toke"),
        Some("Bearer the-token "),
        Some("Basic the-token"),
    ] {
        // A header value is trimmed by whoever reads it from the wire; here it is given as it is.
        assert_eq!(status(&world, "/metrics", wrong).await, StatusCode::UNAUTHORIZED, "{wrong:?}");
    }
    for _ in 7..20 {
        assert_eq!(status(&world, "/metrics", Some("Bearer guess")).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(status(&world, "/metrics", Some("Bearer guess")).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(status(&world, "/metrics", Some("Bearer the-token")).await, StatusCode::OK, "not a guess");
}

#[tokio::test]
async fn readiness_follows_storage_and_the_stop() {
    let world = World::new().await;
    assert_eq!(status(&world, "/healthz", None).await, StatusCode::OK);
    assert_eq!(status(&world, "/readyz", None).await, StatusCode::OK);
    world.app.shutdown.cancel();
    assert_eq!(status(&world, "/readyz", None).await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(status(&world, "/healthz", None).await, StatusCode::OK, "stopping is not being ill");

    let world = World::new().await;
    world.storage.close().await;
    assert_eq!(status(&world, "/readyz", None).await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(status(&world, "/healthz", None).await, StatusCode::OK);
}

#[tokio::test]
async fn a_broken_storage_is_told_with_a_reference_and_nothing_else() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.storage.close().await;
    for lang in ["fr", "en"] {
        clerk.set("pleiade-look", &format!("{lang}.auto"));
        let answer = clerk.get("/profile/accesses").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        let page = answer.page();
        page.check_page(lang);
        let words = page.one("main").words();
        assert!(words.contains(if lang == "fr" { "Référence" } else { "eference" }), "{words}");
        assert!(!answer.body.to_lowercase().contains("sql") && !answer.body.contains("web.db"));
    }
}

/// Delegations are kept like readings: what cannot be read beside the page is a remark on it.
#[tokio::test]
async fn a_desk_opens_without_storage_and_says_what_it_does_not_know() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.storage.close().await;
    let first = clerk.get("/").await;
    assert_eq!(first.status, StatusCode::OK);
    world.quiet().await;
    let second = clerk.get("/").await;
    let notes = second.page().id("delegated-notes").words();
    assert!(notes.contains("délégations que vous avez reçues ne peuvent pas être lues"), "{notes}");
    assert_eq!(clerk.get("/tasks").await.status, StatusCode::OK);
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    for path in [
        "/",
        "/tasks",
        "/applications",
        "/sign-in",
        "/nowhere",
        "/healthz",
        "/readyz",
        "/metrics",
        "/static/x/desk.js",
    ] {
        let headers = clerk.get(path).await.headers;
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        for rule in [
            "default-src 'none'",
            "script-src 'self';",
            "style-src 'self';",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
        ] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert_eq!(headers[header::REFERRER_POLICY], "no-referrer", "{path}");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store", "{path}");
        assert!(headers[header::STRICT_TRANSPORT_SECURITY].to_str().unwrap().contains("max-age=31536000"));
        assert!(headers.get(header::ACCESS_CONTROL_ALLOW_ORIGIN).is_none());
    }
    let page = clerk.get("/").await.page();
    let files: Vec<String> = page
        .elements
        .iter()
        .filter_map(|e| if e.name == "link" { e.get("href") } else { e.get("src") })
        // Each site has its own, which changes with its name.
        .filter(|file| *file != "/manifest.webmanifest")
        .map(str::to_owned)
        .collect();
    assert!(files.len() >= 3);
    for file in files {
        let answer = clerk.get(&file).await;
        assert_eq!(answer.status, StatusCode::OK, "{file}");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable", "{file}");
    }
}

async fn broken() -> StatusCode {
    panic!("s3cret of somebody")
}

#[tokio::test]
async fn a_defect_is_a_page_with_a_reference_and_the_next_request_is_answered() {
    let world = World::new().await;
    let routes = vec![
        Route::reads("/broken", Guard::Anybody, get(broken)),
        Route::writes("/broken/form", Guard::Anybody, post(broken)),
    ];
    let mut browser = world.clerk_at(ALPHA).await;
    browser.router = world.app.router_with(routes);
    for lang in ["fr", "en"] {
        browser.set("pleiade-look", &format!("{lang}.auto"));
        for form in [false, true] {
            let answer = match form {
                false => browser.get("/broken").await,
                true => browser.post("/broken/form", &[]).await,
            };
            assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
            assert!(answer.headers.contains_key(header::CONTENT_SECURITY_POLICY));
            let page = answer.page();
            page.check_page(lang);
            let words = page.one("main").words();
            assert!(words.contains(if lang == "fr" { "Référence" } else { "eference" }), "{words}");
            assert!(!answer.body.contains("s3cret") && !answer.body.contains("panic"), "{}", answer.body);
        }
    }
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
}

/// The hosts that a policy names.
fn form_targets(answer: &Answer) -> Vec<String> {
    let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    let targets = policy.split("form-action 'self'").nth(1).unwrap().split(';').next().unwrap();
    targets.split_whitespace().map(str::to_owned).collect()
}

#[tokio::test]
async fn who_is_not_signed_in_learns_where_signing_in_leads_and_nothing_of_what_is_behind() {
    let gamma = Provider::new("gamma-sso");
    let mut without_host = source(gamma, Some("gamma"), Mapping::new(Tenants::Kept));
    without_host.at_common_host = true;
    let setup = Setup {
        alpha: vec![Fake::new("courriel", Outcome::Gives(content(1, &[])))],
        sources: vec![without_host],
        ..Setup::default()
    };
    let world = World::with(setup).await;
    let ours = |host: &str| format!("https://{host}.example");
    let (mail, gamma) = ("https://courriel.apps.example".to_owned(), ours("gamma-sso"));
    for path in ["/sign-in", "/", "/nowhere", "/passkey", "/healthz"] {
        let told = form_targets(&world.browser(OPERATOR).get(path).await);
        let common = [ours("locale"), ours("sso")];
        assert!(told.iter().all(|target| common.contains(target)), "{path}: {told:?}");
    }
    let shown = form_targets(&world.browser(OPERATOR).get("/sign-in?source=gamma-sso&stay=1").await);
    assert!(shown.contains(&gamma), "a page that shows a source may lead there: {shown:?}");
    let stranger = form_targets(&world.browser(ALPHA).get("/sign-in").await);
    assert!(stranger.contains(&ours("alpha-sso")) && !stranger.contains(&mail), "{stranger:?}");
    for host in [ALPHA, OPERATOR] {
        let known = form_targets(&world.clerk_at(host).await.get("/").await);
        assert!(known.contains(&mail), "{host}: {known:?}");
    }
}

#[tokio::test]
async fn a_host_name_tells_nobody_where_another_s_forms_lead() {
    let world = World::new().await;
    let targets = async |host: &str, path: &str| {
        let headers = world.browser(host).get(path).await.headers;
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        policy.split("form-action 'self'").nth(1).unwrap().split(';').next().unwrap().to_owned()
    };
    for (host, path) in [(ALPHA, "/healthz"), (ALPHA, "/static/x/y"), ("unknown.example", "/sign-in")] {
        assert_eq!(targets(host, path).await, "", "{host}{path}");
    }
    let (alpha, beta) = (targets(ALPHA, "/sign-in").await, targets(BETA, "/sign-in").await);
    assert!(!alpha.is_empty() && alpha != beta, "{alpha} / {beta}");
}
