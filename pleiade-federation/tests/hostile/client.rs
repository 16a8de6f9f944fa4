//! How we say who we are, requests that are left with the provider first, and tokens for other applications.

use crate::op::{CLIENT, Doc, ISSUER, Rig, discovery, keys};
use axum::http::StatusCode;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::Jwk};
use pleiade_core::{ExposeSecret, IdentityProvider as _, PersonTokens, SignInError};
use pleiade_federation::oidc::{ClientAuthentication, OidcConfig, SigningAlgorithm};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};

fn form(body: &str) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}

fn with_key(config: &mut OidcConfig, pem: &str) {
    config.client_authentication = Some(ClientAuthentication::PrivateKeyJwt);
    config.client_secret = String::new().into();
    config.client_key = Some(pem.to_owned().into());
    config.client_key_id = Some("ours".into());
}

/// The claims of a proof, verified with the public half.
fn proved(form: &BTreeMap<String, String>, key: &str, algorithm: Algorithm) -> Value {
    assert_eq!(form["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    let jwk: Jwk = serde_json::from_value(keys(&[key])["keys"][0].clone()).unwrap();
    let mut validation = Validation::new(algorithm);
    validation.set_audience(&[ISSUER]);
    validation.validate_exp = false;
    let key = DecodingKey::from_jwk(&jwk).unwrap();
    let token = jsonwebtoken::decode::<Value>(&form["client_assertion"], &key, &validation).unwrap();
    assert_eq!(token.header.kid.as_deref(), Some("ours"));
    token.claims
}

#[tokio::test(start_paused = true)]
async fn a_private_key_takes_the_place_of_the_secret() {
    for (pem, public, algorithm) in [
        (include_str!("keys/rsa-1.pem"), "rsa-1", Algorithm::RS256),
        (include_str!("keys/ec.pem"), "ec", Algorithm::ES256),
    ] {
        let rig = Rig::new(|config| with_key(config, pem));
        rig.sign_in(|_| {}).await.unwrap();
        let sent = form(&rig.script().token_requests[0]);
        assert_eq!(rig.script().authorization, None);
        assert!(!sent.contains_key("client_secret") && sent["client_id"] == CLIENT);
        let first = proved(&sent, public, algorithm);
        assert_eq!((&first["iss"], &first["sub"]), (&json!(CLIENT), &json!(CLIENT)));
        let life = first["exp"].as_i64().unwrap() - first["iat"].as_i64().unwrap();
        assert!((1..=60).contains(&life));
        rig.sign_in(|_| {}).await.unwrap();
        let again = form(&rig.script().token_requests[1]);
        assert_ne!(proved(&again, public, algorithm)["jti"], first["jti"], "each proof is new");
        assert!(!format!("{:?}", rig.client).contains("PRIVATE"));
    }
}

fn announcing(algorithms: Value) -> Doc {
    let mut document = discovery();
    document["token_endpoint_auth_signing_alg_values_supported"] = algorithms;
    Doc::Json(document)
}

/// A provider of the financial profile takes no RS256.
#[tokio::test(start_paused = true)]
async fn an_rsa_key_signs_as_the_provider_announces_or_as_it_is_written() {
    for (announced, written, expected) in [
        (json!(null), None, Algorithm::RS256),
        (json!("PS256"), None, Algorithm::RS256),
        (json!(["RS256", "PS256"]), None, Algorithm::RS256),
        (json!(["PS256", "ES256"]), None, Algorithm::PS256),
        (json!(["ES256"]), None, Algorithm::RS256),
        (json!(["RS256"]), Some(SigningAlgorithm::PS256), Algorithm::PS256),
        (json!(["PS256"]), Some(SigningAlgorithm::RS256), Algorithm::RS256),
    ] {
        let rig = Rig::new(|config| {
            with_key(config, include_str!("keys/rsa-1.pem"));
            config.client_algorithm = written;
        });
        rig.script().discovery = announcing(announced.clone());
        rig.sign_in(|_| {}).await.unwrap();
        let sent = form(&rig.script().token_requests[0]);
        assert_eq!(
            jsonwebtoken::decode_header(&sent["client_assertion"]).unwrap().alg,
            expected,
            "{announced} {written:?}"
        );
        proved(&sent, "rsa-1", expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_secret_may_sign_and_then_does_not_travel() {
    let secret = "0123456789abcdef0123456789abcdef";
    let rig = Rig::new(|config| {
        config.client_secret = secret.to_owned().into();
        config.client_authentication = Some(ClientAuthentication::ClientSecretJwt);
        config.pushed_requests = true;
    });
    rig.script().discovery = pushing(true);
    let departure = rig.depart().await;
    let pushed = form(&rig.script().pushed[0]);
    rig.serve(&rig.token(&pushed["nonce"]));
    rig.arrive(&[("code", "c"), ("state", &departure.state)], &departure.attempt).await.unwrap();
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&[ISSUER]);
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(secret.as_bytes());
    let token = form(&rig.script().token_requests[0]);
    for sent in [pushed, token] {
        assert!(jsonwebtoken::decode::<Value>(&sent["client_assertion"], &key, &validation).is_ok());
        assert!(!sent.values().any(|value| value.contains(secret)) && sent["client_id"] == CLIENT);
    }
    assert_eq!(rig.script().authorization, None);
}

#[test]
fn a_key_or_a_secret_must_be_there_and_of_use() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _inside = runtime.enter();
    let build = |change: fn(&mut OidcConfig)| Rig::build(change).err();
    let misconfigured = |error: Option<SignInError>| matches!(error, Some(SignInError::Misconfigured(_)));
    assert!(misconfigured(build(|config| config.client_secret = String::new().into())));
    assert!(misconfigured(build(|config| with_key(config, "nonsense"))));
    assert!(misconfigured(build(|config| with_key(config, include_str!("keys/rsa-1.pub.pem")))));
    assert!(misconfigured(build(|config| {
        config.client_authentication = Some(ClientAuthentication::ClientSecretJwt);
        config.client_secret = "x".repeat(31).into();
    })));
    assert!(misconfigured(build(|config| {
        with_key(config, include_str!("keys/rsa-1.pem"));
        config.client_algorithm = Some(SigningAlgorithm::ES256);
    })));
    assert!(misconfigured(build(|config| {
        with_key(config, include_str!("keys/ec.pem"));
        config.client_algorithm = Some(SigningAlgorithm::PS256);
    })));
    assert!(misconfigured(build(|config| {
        with_key(config, "");
        config.client_key = None;
    })));
}

#[tokio::test(start_paused = true)]
async fn a_name_and_a_secret_of_any_letters_are_encoded_in_the_header() {
    use base64::Engine as _;
    let rig = Rig::new(|config| config.client_secret = "a:b é%".to_owned().into());
    rig.sign_in(|_| {}).await.unwrap();
    let header = rig.script().authorization.clone().unwrap();
    let pair = base64::prelude::BASE64_STANDARD.decode(header.strip_prefix("Basic ").unwrap()).unwrap();
    assert_eq!(pair, b"pleiade:a%3Ab+%C3%A9%25");
}

fn pushing(required: bool) -> Doc {
    let mut document = discovery();
    document["pushed_authorization_request_endpoint"] = json!("https://op.example/par");
    document["require_pushed_authorization_requests"] = json!(required);
    Doc::Json(document)
}

#[tokio::test(start_paused = true)]
async fn a_request_is_pushed_where_that_is_required_or_wanted() {
    for (required, wanted, pushed) in [(true, false, true), (false, true, true), (false, false, false)] {
        let rig = Rig::new(|config| config.pushed_requests = wanted);
        rig.script().discovery = pushing(required);
        let departure = rig.depart().await;
        assert_eq!(rig.script().pushed.len(), usize::from(pushed));
        if !pushed {
            continue;
        }
        let names: Vec<String> = departure.url.query_pairs().map(|(name, _)| name.into_owned()).collect();
        assert_eq!(names, ["client_id", "request_uri"], "nothing else passes through the browser");
        let sent = form(&rig.script().pushed[0]);
        assert_eq!(sent["state"], departure.state);
        assert_eq!(sent["code_challenge_method"], "S256");
        let token = rig.token(&sent["nonce"]);
        rig.serve(&token);
        let query = [("code", "c"), ("state", departure.state.as_str())];
        assert!(rig.arrive(&query, &departure.attempt).await.is_ok());
    }
}

/// Strangers from however many addresses begin sign-ins; the provider is asked a bounded number of times, and never shut to everybody.
#[tokio::test(start_paused = true)]
async fn a_flood_of_beginnings_is_a_trickle_of_pushed_requests() {
    let rig = Rig::new(|_| {});
    rig.script().discovery = pushing(true);
    let none = pleiade_core::Hints::none();
    for _ in 0..1100 {
        match rig.client.begin(&none).await {
            Ok(_) => {}
            refused => assert!(matches!(refused, Err(SignInError::Busy)), "{refused:?}"),
        }
    }
    assert_eq!(rig.script().pushed.len(), 1000);
    tokio::time::advance(Duration::from_secs(2)).await;
    assert!(rig.client.begin(&none).await.is_ok(), "whoever comes a moment later");
    // While the flood goes on, one in each tenth of a second.
    let before = rig.script().pushed.len();
    for _ in 0..100 {
        tokio::time::advance(Duration::from_millis(100)).await;
        for _ in 0..20 {
            drop(rig.client.begin(&none).await);
        }
    }
    let pushed = rig.script().pushed.len() - before;
    assert!((80..=120).contains(&pushed), "{pushed}");
    let rig = Rig::new(|_| {});
    for _ in 0..1100 {
        assert!(rig.client.begin(&none).await.is_ok(), "where nothing is pushed nobody is asked");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pushed_request_names_the_client_once() {
    for authentication in
        [ClientAuthentication::Basic, ClientAuthentication::Post, ClientAuthentication::PrivateKeyJwt]
    {
        let rig = Rig::new(|config| {
            with_key(config, include_str!("keys/ec.pem"));
            config.client_secret = "secret".to_owned().into();
            config.client_authentication = Some(authentication);
            config.pushed_requests = true;
        });
        rig.script().discovery = pushing(true);
        rig.depart().await;
        let body = rig.script().pushed[0].clone();
        let named =
            url::form_urlencoded::parse(body.as_bytes()).filter(|(name, _)| name == "client_id").count();
        assert_eq!(named, 1, "{authentication:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_push_that_fails_sends_nobody_anywhere() {
    for answer in [
        Doc::Status(StatusCode::BAD_REQUEST),
        Doc::Json(json!({})),
        Doc::Json(json!({"request_uri": ""})),
        Doc::Json(json!({"request_uri": "a b"})),
        Doc::Json(json!({"request_uri": "x".repeat(600)})),
        Doc::Redirect("https://evil.example/"),
        Doc::Never,
        Doc::Zeros(10 << 20),
    ] {
        let rig = Rig::new(|_| {});
        rig.script().discovery = pushing(true);
        rig.script().push_answer = answer;
        assert!(rig.client.begin(&pleiade_core::Hints::none()).await.is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn tokens_are_exchanged_for_another_application() {
    let rig = Rig::new(|_| {});
    let mine = PersonTokens::new("access-1".to_owned().into());
    rig.script().token = Doc::Json(json!({
        "access_token": "for-parapheur", "token_type": "Bearer", "expires_in": "300", "id_token": "not looked at",
        "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
    }));
    let theirs = rig.client.exchange(&mine, "parapheur").await.unwrap();
    assert_eq!(theirs.access.unwrap().expose_secret(), "for-parapheur");
    assert_eq!((theirs.expires_in, theirs.id.is_none(), theirs.refresh.is_none()), (Some(300), true, true));
    let sent = form(&rig.script().token_requests[0]);
    assert_eq!(sent["grant_type"], "urn:ietf:params:oauth:grant-type:token-exchange");
    assert_eq!((sent["subject_token"].as_str(), sent["audience"].as_str()), ("access-1", "parapheur"));

    for kind in ["urn:ietf:params:oauth:token-type:refresh_token", "urn:ietf:params:oauth:token-type:saml2"] {
        rig.script().token =
            Doc::Json(json!({"access_token": "a", "token_type": "Bearer", "issued_token_type": kind}));
        assert!(matches!(rig.client.exchange(&mine, "x").await, Err(SignInError::Untrusted(_))), "{kind}");
    }
    let none = PersonTokens::none();
    assert!(matches!(rig.client.exchange(&none, "x").await, Err(SignInError::Refused(_))));
}

#[tokio::test(start_paused = true)]
async fn each_refusal_of_the_token_endpoint_has_its_meaning() {
    let rig = Rig::new(|_| {});
    let mine = PersonTokens::new("access-1".to_owned().into());
    for (error, kind) in [
        ("invalid_grant", "Refused"),
        ("invalid_target", "Refused"),
        ("access_denied", "Refused"),
        ("invalid_client", "Misconfigured"),
        ("unauthorized_client", "Misconfigured"),
        ("unsupported_grant_type", "Misconfigured"),
        ("invalid_request", "Misconfigured"),
        ("invalid_scope", "Misconfigured"),
        ("temporarily_unavailable", "Unreachable"),
        ("server_error", "Unreachable"),
        ("<script>", "Misconfigured"),
    ] {
        rig.script().token = Doc::Refused(json!({"error": error, "error_description": "sentinel"}));
        let outcome = rig.client.exchange(&mine, "x").await.unwrap_err();
        assert!(format!("{outcome:?}").starts_with(kind), "{error} {outcome:?}");
        assert!(!outcome.to_string().contains("sentinel") && !outcome.to_string().contains("script"));
        let named = outcome.to_string().contains(error);
        assert_eq!(named, error != "<script>", "the code is named: {outcome}");
    }
    rig.script().token = Doc::Status(StatusCode::BAD_GATEWAY);
    assert!(matches!(rig.client.exchange(&mine, "x").await, Err(SignInError::Unreachable(_))));
}

/// A provider that counts requests is well configured and answers later, whatever stands in its answer and wherever it says so.
#[tokio::test(start_paused = true)]
async fn too_many_requests_pass_and_are_no_misconfiguration() {
    let busy = [
        Doc::Status(StatusCode::TOO_MANY_REQUESTS),
        Doc::With(
            StatusCode::TOO_MANY_REQUESTS,
            json!({"error": "too_many_requests", "message": "sentinel"}),
        ),
        Doc::With(StatusCode::TOO_MANY_REQUESTS, json!({"error": "invalid_request"})),
    ];
    let later = |outcome: SignInError| {
        assert!(matches!(outcome, SignInError::Unreachable(why) if why.contains("429")), "{outcome:?}");
    };
    for answer in busy {
        let rig = Rig::new(|config| config.pushed_requests = true);
        rig.script().discovery = pushing(true);
        rig.script().push_answer = answer.clone();
        later(rig.client.begin(&pleiade_core::Hints::none()).await.unwrap_err());

        let rig = Rig::new(|_| {});
        rig.script().token = answer.clone();
        later(rig.client.exchange(&PersonTokens::new("a".to_owned().into()), "x").await.unwrap_err());
        rig.script().userinfo = answer.clone();
        later(rig.sign_in(|_| {}).await.unwrap_err());

        let rig = Rig::new(|_| {});
        rig.script().discovery = answer;
        later(rig.client.begin(&pleiade_core::Hints::none()).await.unwrap_err());
    }
}
