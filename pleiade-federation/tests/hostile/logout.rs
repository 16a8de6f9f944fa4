//! Back-channel logout tokens.

use crate::op::{CLIENT, ISSUER, Rig, keys, sign};
use pleiade_core::{IdentityProvider as _, ProviderLogout, SignInError, Subject};
use pleiade_federation::oidc::Preset;
use serde_json::{Value, json};

fn claims(rig: &Rig) -> Value {
    let now = rig.now();
    json!({
        "iss": ISSUER, "aud": [CLIENT], "sub": "248289", "sid": "s-1", "iat": now, "exp": now + 120, "jti": "j-1",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    })
}

fn header() -> Value {
    json!({"alg": "RS256", "typ": "logout+jwt", "kid": "rsa-1"})
}

async fn read_logout(rig: &Rig, claims: &Value) -> Result<ProviderLogout, SignInError> {
    rig.client.read_logout(&sign(&header(), claims, "rsa-1")).await
}

#[tokio::test(start_paused = true)]
async fn a_right_token_names_a_session_a_person_and_itself() {
    let rig = Rig::new(|_| {});
    let token = claims(&rig);
    let logout = read_logout(&rig, &token).await.unwrap();
    assert_eq!(logout.provider_session.as_deref(), Some("s-1"));
    assert_eq!(logout.subject, Some(Subject::new(ISSUER, "248289").unwrap()));
    // Who acts on it remembers it: one that could not be acted on comes again.
    let key = logout.replay_key.unwrap();
    assert_eq!(key.id, "j-1");
    assert!(key.until.timestamp() > rig.now() + 120, "longer than the token is taken");
    assert_eq!(read_logout(&rig, &token).await.unwrap().replay_key.unwrap().id, "j-1");
}

#[tokio::test(start_paused = true)]
async fn either_name_is_enough() {
    let rig = Rig::new(|_| {});
    for (missing, id) in [("sid", "a"), ("sub", "b")] {
        let mut token = claims(&rig);
        token.as_object_mut().unwrap().remove(missing);
        token["jti"] = json!(id);
        assert!(read_logout(&rig, &token).await.is_ok(), "{missing}");
    }
}

#[tokio::test(start_paused = true)]
async fn tampered_tokens_end_nothing() {
    let rig = Rig::new(|_| {});
    let now = rig.now();
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("aud", json!("other")),
        ("aud", json!([CLIENT, "other"])),
        ("events", json!({})),
        ("events", json!({"http://schemas.openid.net/event/backchannel-logout": true})),
        ("events", json!("http://schemas.openid.net/event/backchannel-logout")),
        ("nonce", json!("n")),
        ("nonce", Value::Null),
        ("iat", json!(now - 200)),
        ("iat", json!(now + 200)),
        ("iat", json!("now")),
        ("exp", json!(now - 61)),
        ("jti", json!("")),
        ("jti", json!(1)),
        ("sub", json!("é")),
        ("sid", json!("x".repeat(300))),
    ] {
        let mut token = claims(&rig);
        token[name] = value.clone();
        let outcome = read_logout(&rig, &token).await;
        assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{name} {value} {outcome:?}");
    }
    for missing in [&["iss"][..], &["aud"], &["events"], &["iat"], &["exp"], &["jti"], &["sub", "sid"]] {
        let mut token = claims(&rig);
        for name in missing {
            token.as_object_mut().unwrap().remove(*name);
        }
        assert!(read_logout(&rig, &token).await.is_err(), "{missing:?}");
    }
    assert!(read_logout(&rig, &claims(&rig)).await.is_ok(), "the others were wrong for what they say");
}

#[tokio::test(start_paused = true)]
async fn wrong_signatures_end_nothing() {
    let rig = Rig::new(|_| {});
    let token = claims(&rig);
    for (header, key) in [
        (json!({"alg": "none"}), "nothing"),
        (json!({"alg": "HS256"}), "client secret"),
        (json!({"alg": "HS256"}), "public key"),
        (json!({"alg": "RS256", "kid": "rsa-1"}), "rsa-2"),
        (json!({"alg": "RS256", "kid": "unknown"}), "rsa-1"),
        (json!({"alg": "RS256", "kid": "rsa-1", "typ": "at+jwt"}), "rsa-1"),
        (json!({"alg": "RS256", "kid": "rsa-1", "crit": ["b64"], "b64": false}), "rsa-1"),
        (json!({"alg": "RS256", "jwk": keys(&["rsa-2"])["keys"][0], "jku": "https://evil.example"}), "rsa-2"),
    ] {
        assert!(rig.client.read_logout(&sign(&header, &token, key)).await.is_err(), "{header} {key}");
    }
    for garbage in ["", "a", "a.b", "a.b.c", "a.b.c.d.e", &"x".repeat(20_000)] {
        assert!(rig.client.read_logout(garbage).await.is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn an_id_token_is_not_a_logout_token() {
    let rig = Rig::new(|_| {});
    let id_token = rig.token("n");
    let token = sign(&id_token.header, &id_token.claims, id_token.key);
    assert!(matches!(rig.client.read_logout(&token).await, Err(SignInError::Untrusted(_))));
}

#[tokio::test(start_paused = true)]
async fn lemonldap_may_leave_the_expiry_out() {
    let rig = Rig::new(|config| config.preset = Preset::Lemonldap);
    let mut token = claims(&rig);
    token.as_object_mut().unwrap().remove("exp");
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": "rsa-1"});
    assert!(rig.client.read_logout(&sign(&header, &token, "rsa-1")).await.is_ok());
    token["jti"] = json!("j-2");
    token["iat"] = json!(rig.now() - 121);
    assert!(rig.client.read_logout(&sign(&header, &token, "rsa-1")).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn dates_at_the_ends_of_time_are_only_dates() {
    let rig = Rig::new(|_| {});
    for (claim, seconds) in [
        ("exp", 8_210_266_876_799_i64),
        ("exp", i64::MAX),
        ("iat", 8_210_266_876_799),
        ("iat", -8_334_601_228_800),
    ] {
        let mut token = claims(&rig);
        token["jti"] = json!(format!("{claim}{seconds}"));
        token[claim] = json!(seconds);
        let accepted = read_logout(&rig, &token).await.is_ok();
        assert_eq!(accepted, (claim, seconds) == ("exp", 8_210_266_876_799), "{claim} {seconds}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_without_back_channel_takes_no_token() {
    let rig = Rig::new(|config| config.back_channel = Some(false));
    assert!(matches!(read_logout(&rig, &claims(&rig)).await, Err(SignInError::Refused(_))));
}

#[tokio::test(start_paused = true)]
async fn a_logout_token_is_no_id_token() {
    let rig = Rig::new(|_| {});
    let outcome = rig
        .sign_in(|token| {
            token.header["typ"] = json!("logout+jwt");
            token.claims["events"] = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
        })
        .await;
    assert!(matches!(outcome, Err(SignInError::Untrusted(_))));
}

#[tokio::test(start_paused = true)]
async fn frames_belong_to_the_issuer_and_only_where_asked_for() {
    assert_eq!(Rig::new(|_| {}).client.front_channel_issuer(), None);
    assert_eq!(Rig::new(|config| config.front_channel = true).client.front_channel_issuer(), Some(ISSUER));
}
