//! The discovery document.

use crate::op::{Doc, Rig, discovery, source};
use axum::{Router, http::StatusCode};
use pleiade_core::{Hints, IdentityProvider as _, SignInError};
use pleiade_federation::oidc::{OidcConfig, OidcProvider};
use pleiade_testkit::{RouterTransport, TestClock};
use serde_json::json;
use std::{sync::Arc, time::Duration};

async fn begin_with(doc: Doc) -> Result<(), SignInError> {
    let rig = Rig::new(|_| {});
    rig.script().discovery = doc;
    rig.client.begin(&Hints::none()).await.map(|_| ())
}

#[tokio::test(start_paused = true)]
async fn documents_that_lead_elsewhere_are_refused() {
    for (name, value) in [
        ("issuer", "https://op.example/"),
        ("issuer", "https://evil.example"),
        ("token_endpoint", "https://evil.example/token"),
        ("authorization_endpoint", "https://op.example:8443/authorize"),
        ("jwks_uri", "http://op.example/jwks"),
        ("jwks_uri", "https://169.254.169.254/latest"),
        ("userinfo_endpoint", "http://127.0.0.1/userinfo"),
        ("end_session_endpoint", "javascript:alert(1)"),
        ("pushed_authorization_request_endpoint", "https://evil.example/par"),
    ] {
        let mut document = discovery();
        document[name] = json!(value);
        let outcome = begin_with(Doc::Json(document)).await;
        assert!(matches!(outcome, Err(SignInError::Misconfigured(_))), "{name} {value} {outcome:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_listed_origin_is_accepted() {
    let rig = Rig::new(|config| config.endpoint_origins = vec!["https://keys.example".into()]);
    let mut document = discovery();
    document["jwks_uri"] = json!("https://keys.example/jwks");
    rig.script().discovery = Doc::Json(document);
    assert!(rig.client.begin(&Hints::none()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_document_that_redirects_hangs_or_floods_is_refused() {
    assert!(matches!(
        begin_with(Doc::Redirect("http://169.254.169.254/")).await,
        Err(SignInError::Misconfigured(_))
    ));
    assert!(matches!(begin_with(Doc::Never).await, Err(SignInError::Unreachable(_))));
    assert!(matches!(begin_with(Doc::Zeros(10 << 20)).await, Err(SignInError::Untrusted(_))));
    assert!(matches!(begin_with(Doc::Status(StatusCode::NOT_FOUND)).await, Err(SignInError::Unreachable(_))));
    assert!(matches!(begin_with(Doc::Json(json!("hello"))).await, Err(SignInError::Misconfigured(_))));
}

#[tokio::test(start_paused = true)]
async fn a_dead_provider_is_not_asked_by_everybody_who_tries() {
    let rig = Rig::new(|_| {});
    rig.script().discovery = Doc::Status(StatusCode::BAD_GATEWAY);
    for _ in 0..100 {
        assert!(rig.client.begin(&Hints::none()).await.is_err());
    }
    assert_eq!(rig.script().discovery_requests, 1);
    rig.script().discovery = Doc::Json(discovery());
    tokio::time::advance(Duration::from_secs(6)).await;
    assert!(rig.client.begin(&Hints::none()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn the_last_good_document_outlives_an_outage() {
    let rig = Rig::new(|_| {});
    rig.client.begin(&Hints::none()).await.unwrap();
    rig.script().discovery = Doc::Never;
    tokio::time::advance(Duration::from_secs(3601)).await;
    assert!(rig.client.begin(&Hints::none()).await.is_ok());
}

#[test]
fn plain_http_stays_on_this_machine() {
    let build = |issuer: &str, plain_http: bool| {
        let callback = "https://desk.example/callback".parse().unwrap();
        let mut config = OidcConfig::new(issuer, "pleiade", "secret".to_owned().into(), callback);
        config.plain_http = plain_http;
        let transport = Arc::new(RouterTransport::new(Router::new()));
        OidcProvider::new(source(), config, transport, Arc::new(TestClock::default())).is_ok()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _inside = runtime.enter();
    for (issuer, plain, accepted) in [
        ("https://op.example/", false, true),
        ("http://op.example/", false, false),
        ("http://op.example/", true, true),
        ("http://127.0.0.1:8080", false, true),
        ("http://auth.pleiade.localhost:8080/", false, true),
        ("http://127.0.0.1.evil.example/", false, false),
        ("ftp://op.example/", true, false),
        ("https://op.example/?x=1", false, false),
        ("https://user@op.example/", false, false),
        ("op.example", false, false),
    ] {
        assert_eq!(build(issuer, plain), accepted, "{issuer}");
    }
}

#[test]
fn tokens_that_outlive_a_sign_out_are_not_asked_for() {
    let callback = "https://desk.example/callback".parse().unwrap();
    let mut config = OidcConfig::new("https://op.example", "pleiade", "secret".to_owned().into(), callback);
    config.scopes = Some(vec!["offline_access".into()]);
    let transport = Arc::new(RouterTransport::new(Router::new()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _inside = runtime.enter();
    assert!(OidcProvider::new(source(), config, transport, Arc::new(TestClock::default())).is_err());
}
