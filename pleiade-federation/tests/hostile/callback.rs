//! What the browser carries there and back.

use crate::op::{CALLBACK, Doc, ISSUER, Rig, discovery};
use pleiade_core::{ExposeSecret, Hints, IdentityProvider as _, PersonTokens, SecretString, SignInError};
use pleiade_federation::oidc::{SignOut, told_refusal};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test(start_paused = true)]
async fn the_request_holds_what_it_must_and_nothing_else() {
    let rig = Rig::new(|_| {});
    let departure = rig.depart().await;
    let names: BTreeSet<String> = departure.url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    let expected = [
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "nonce",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    ];
    assert_eq!(names, expected.map(str::to_owned).into());
    assert_eq!(departure.parameter("response_type").as_deref(), Some("code"));
    assert_eq!(departure.parameter("code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(departure.parameter("redirect_uri").as_deref(), Some(CALLBACK));
    assert_eq!(departure.parameter("scope").as_deref(), Some("openid profile email"));
    assert!(departure.state.len() >= 32 && departure.nonce.len() >= 32);
    let other = rig.depart().await;
    assert_ne!((other.state, other.nonce), (departure.state, departure.nonce));
    assert!(!departure.url.as_str().contains("secret"));
}

#[tokio::test(start_paused = true)]
async fn the_attempt_is_secret_in_debug_output() {
    let rig = Rig::new(|_| {});
    let step = rig.client.begin(&Hints::login("jdupont")).await.unwrap();
    let shown = format!("{step:?} {:?}", rig.client);
    assert!(!shown.contains("verifier") && !shown.contains("\"secret\""), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn answers_to_something_else_are_refused() {
    let rig = Rig::new(|_| {});
    let departure = rig.depart().await;
    let state = departure.state.as_str();
    rig.serve(&rig.token(&departure.nonce));
    let queries: [&[(&str, &str)]; 9] = [
        &[],
        &[("code", "c")],
        &[("code", "c"), ("state", "other")],
        &[("code", "c"), ("state", "")],
        &[("code", "c"), ("state", state), ("state", state)],
        &[("code", "c"), ("code", "d"), ("state", state)],
        &[("state", state)],
        &[("code", ""), ("state", state)],
        &[("code", "c"), ("state", state), ("iss", "https://evil.example")],
    ];
    for query in queries {
        let outcome = rig.arrive(query, &departure.attempt).await;
        assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{query:?} {outcome:?}");
    }
    assert!(rig.script().token_requests.is_empty(), "no code was spent");
    assert!(
        rig.arrive(&[("code", "c"), ("state", state), ("iss", ISSUER)], &departure.attempt).await.is_ok()
    );
}

#[tokio::test(start_paused = true)]
async fn an_announced_issuer_parameter_is_required() {
    let rig = Rig::new(|_| {});
    let mut document = discovery();
    document["authorization_response_iss_parameter_supported"] = json!(true);
    rig.script().discovery = Doc::Json(document);
    let departure = rig.depart().await;
    rig.serve(&rig.token(&departure.nonce));
    let state = departure.state.as_str();
    assert!(rig.arrive(&[("code", "c"), ("state", state)], &departure.attempt).await.is_err());
    assert!(
        rig.arrive(&[("code", "c"), ("state", state), ("iss", ISSUER)], &departure.attempt).await.is_ok()
    );
}

#[tokio::test(start_paused = true)]
async fn an_attempt_of_another_source_is_refused() {
    let rig = Rig::new(|_| {});
    let departure = rig.depart().await;
    rig.serve(&rig.token(&departure.nonce));
    for (name, value) in [
        ("source", "other"),
        ("issuer", "https://evil.example"),
        ("redirect_uri", "https://desk.example/sign-in/other/callback"),
    ] {
        let mut attempt: Value = serde_json::from_str(departure.attempt.expose_secret()).unwrap();
        attempt[name] = json!(value);
        let attempt = SecretString::from(attempt.to_string());
        let outcome = rig.arrive(&[("code", "c"), ("state", &departure.state)], &attempt).await;
        assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{name}");
    }
    let garbage = SecretString::from("{}".to_owned());
    assert!(rig.arrive(&[("code", "c"), ("state", &departure.state)], &garbage).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_provider_s_refusal_says_nothing_of_its_own_words() {
    let rig = Rig::new(|_| {});
    let departure = rig.depart().await;
    for error in ["access_denied", "<script>alert(1)</script>", "login_required"] {
        let query =
            [("error", error), ("error_description", "<b>x</b>"), ("state", departure.state.as_str())];
        let outcome = rig.arrive(&query, &departure.attempt).await.unwrap_err();
        assert!(
            matches!(outcome, SignInError::Refused(_)) && !outcome.to_string().contains('<'),
            "{outcome}"
        );
    }
}

/// RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6.
#[tokio::test(start_paused = true)]
async fn a_provider_s_refusal_is_named_by_its_standard_code() {
    let rig = Rig::new(|_| {});
    let departure = rig.depart().await;
    for code in [
        "invalid_request",
        "unauthorized_client",
        "access_denied",
        "unsupported_response_type",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "interaction_required",
        "login_required",
        "account_selection_required",
        "consent_required",
        "invalid_request_uri",
        "invalid_request_object",
        "request_not_supported",
        "request_uri_not_supported",
        "registration_not_supported",
        "unmet_authentication_requirements",
    ] {
        let query = [("error", code), ("error_description", "sentinel"), ("state", departure.state.as_str())];
        let outcome = rig.arrive(&query, &departure.attempt).await.unwrap_err();
        assert!(matches!(outcome, SignInError::Refused(why) if why.starts_with(code)), "{outcome:?}");
        let told = query.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(told_refusal(&told), Some(outcome), "without an attempt too");
    }
    assert_eq!(told_refusal(&[("code".to_owned(), "c".to_owned())]), None);
    let own = told_refusal(&[("error".to_owned(), "sentinel".to_owned())]).unwrap();
    assert!(!own.to_string().contains("sentinel"));
}

#[tokio::test(start_paused = true)]
async fn a_replayed_code_is_a_refusal_and_a_bad_secret_a_misconfiguration() {
    use axum::http::StatusCode;
    let rig = Rig::new(|_| {});
    let departure = rig.depart().await;
    let query = [("code", "c"), ("state", departure.state.as_str())];
    rig.script().token = Doc::Status(StatusCode::BAD_REQUEST);
    assert!(rig.arrive(&query, &departure.attempt).await.is_err());
    rig.script().token = Doc::Never;
    assert!(matches!(rig.arrive(&query, &departure.attempt).await, Err(SignInError::Unreachable(_))));
    rig.script().token = Doc::Json(json!({"access_token": "a", "token_type": "Bearer"}));
    assert!(
        matches!(rig.arrive(&query, &departure.attempt).await, Err(SignInError::Untrusted(_))),
        "no ID token"
    );
}

#[tokio::test(start_paused = true)]
async fn signing_out_leads_to_the_provider_only_when_asked() {
    let back = "https://desk.example/".parse().unwrap();
    let rig = Rig::new(|_| {});
    assert_eq!(rig.client.sign_out_url(None, &back), None, "nothing is known yet");
    rig.client.probe().await.unwrap();
    let tokens = rig.sign_in(|_| {}).await.unwrap().tokens.unwrap();
    let url = rig.client.sign_out_url(Some(&tokens), &back).unwrap();
    let names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["id_token_hint", "client_id", "post_logout_redirect_uri"]);
    assert!(url.as_str().starts_with("https://op.example/logout?"));
    // An ID token with forty groups fits in no header of a reverse proxy: the client is named without it.
    let groups: Vec<String> = (0..40).map(|n| format!("{n:08}-4a5b-4c6d-8e9f-0123456789ab")).collect();
    let long = rig.sign_in(|token| token.claims["groups"] = json!(groups)).await.unwrap().tokens.unwrap();
    let mut kept_before = PersonTokens::none();
    kept_before.id = Some("x".repeat(2049).into());
    for tokens in [long, kept_before] {
        let url = rig.client.sign_out_url(Some(&tokens), &back).unwrap();
        let names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
        assert_eq!(names, ["client_id", "post_logout_redirect_uri"]);
        assert!(url.as_str().len() < 4000);
    }
    let rig = Rig::new(|config| config.sign_out = SignOut::LocalOnly);
    rig.client.probe().await.unwrap();
    assert_eq!(rig.client.sign_out_url(None, &back), None);
}
