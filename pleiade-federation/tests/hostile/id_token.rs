//! ID tokens, user information and keys.

use crate::op::{Doc, ISSUER, Rig, Token, keys, sign};
use pleiade_core::{
    ExposeSecret, Hints, IdentityProvider as _, PersonTokens, SignInError, Subject, Withheld,
};

fn access(tokens: &PersonTokens) -> &str {
    tokens.access.as_ref().unwrap().expose_secret()
}
use pleiade_federation::oidc::{ClientAuthentication, SigningAlgorithm};
use serde_json::{Value, json};
use std::time::Duration;

async fn refused(change: impl FnOnce(&mut Token)) {
    let outcome = Rig::new(|_| {}).sign_in(change).await;
    assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn a_right_token_signs_in() {
    let rig = Rig::new(|_| {});
    let claims = rig.sign_in(|_| {}).await.unwrap();
    assert_eq!(claims.subject, Subject::new(ISSUER, "248289").unwrap());
    assert_eq!(claims.display_name.as_deref(), Some("Jeanne Dupont"));
    assert_eq!(claims.mail.unwrap().to_string(), "jeanne@ville.example");
    assert_eq!(claims.provider_session.as_deref(), Some("s-1"));
    let tokens = claims.tokens.unwrap();
    assert_eq!((access(&tokens), tokens.expires_in), ("access-1", Some(3600)));
    assert!(tokens.refresh.is_some() && tokens.id.is_some());
    let script = rig.script();
    assert!(script.authorization.as_deref().unwrap().starts_with("Basic "));
    assert!(
        script.token_requests[0].contains("code_verifier=") && !script.token_requests[0].contains("secret")
    );
}

#[tokio::test(start_paused = true)]
async fn the_secret_goes_in_the_body_where_basic_is_not_allowed() {
    let rig = Rig::new(|config| config.client_authentication = Some(ClientAuthentication::Post));
    rig.sign_in(|_| {}).await.unwrap();
    assert_eq!(rig.script().authorization, None);
    assert!(rig.script().token_requests[0].contains("client_secret=secret"));
}

#[tokio::test(start_paused = true)]
async fn wrong_claims_are_refused() {
    for (name, value) in [
        ("iss", json!("https://op.example/")),
        ("iss", json!("https://evil.example")),
        ("aud", json!("other")),
        ("aud", json!(["pleiade", "other"])),
        ("aud", json!([])),
        ("azp", json!("other")),
        ("nonce", json!("another")),
        ("nonce", Value::Null),
        ("sub", Value::Null),
        ("sub", json!("")),
        ("sub", json!("  ")),
        ("sub", json!("é")),
        ("sub", json!("a\nb")),
        ("sub", json!("x".repeat(256))),
        ("sub", json!(12)),
    ] {
        refused(|token| token.claims[name] = value.clone()).await;
    }
    for name in ["iss", "aud", "sub", "exp", "iat", "nonce"] {
        refused(|token| {
            token.claims.as_object_mut().unwrap().remove(name);
        })
        .await;
    }
}

/// As providers write them: Auth0 `updated_at`, a Cognito `email_verified`, and types of somebody's own rule.
#[tokio::test(start_paused = true)]
async fn a_claim_that_decides_nothing_refuses_nobody_whatever_its_type() {
    let odd = json!({
        "updated_at": "2026-11-27T09:00:00.000Z", "amr": "pwd", "email_verified": "true", "preferred_username": 4711,
        "phone_number": 33, "phone_number_verified": "yes", "locale": ["fr"], "picture": {}, "birthdate": 1970,
        "zoneinfo": null, "address": "1 place de la Mairie", "given_name": true, "family_name": ["Dupont"], "website": 1,
        "sid": 12, "acr": 1, "auth_time": "now", "s_hash": 1, "jti": [], "groups": 7, "_claim_names": "x",
    });
    for signed in [true, false] {
        let rig = Rig::new(|_| {});
        if !signed {
            let mut told = odd.clone();
            told["sub"] = json!("248289");
            rig.script().userinfo = Doc::Json(told);
        }
        let claims = rig
            .sign_in(|token| {
                if signed {
                    for (name, value) in odd.as_object().unwrap() {
                        token.claims[name] = value.clone();
                    }
                }
            })
            .await
            .unwrap();
        assert_eq!(claims.login.as_deref(), Some("4711"));
        assert_eq!(claims.attribute("email_verified"), Some("true"));
        assert_eq!(
            (claims.attribute("updated_at"), claims.attribute("amr")),
            (Some("2026-11-27T09:00:00.000Z"), Some("pwd"))
        );
        assert_eq!(claims.acr, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_decides_is_named_when_its_type_refuses() {
    for (name, value) in [
        ("iss", json!(1)),
        ("aud", json!({"pleiade": true})),
        ("azp", json!(["pleiade"])),
        ("sub", json!(12)),
        ("exp", json!("2036-01-01")),
        ("iat", json!("now")),
        ("nbf", json!(true)),
        ("nonce", json!(1)),
        ("at_hash", json!(1)),
        ("acr", json!(["loa-3"])),
    ] {
        let rig = Rig::new(|config| config.acr_values = vec!["loa-3".into()]);
        let outcome = rig
            .sign_in(|token| {
                token.claims["acr"] = json!("loa-3");
                token.claims[name] = value.clone();
            })
            .await
            .unwrap_err();
        assert!(outcome.to_string().contains(&format!("the claim {name} ")), "{name}: {outcome}");
    }
    let rig = Rig::new(|_| {});
    let departure = rig.depart_with(&Hints::fresh()).await;
    let mut token = rig.token(&departure.nonce);
    token.claims["auth_time"] = json!("now");
    rig.serve(&token);
    let outcome = rig.arrive(&[("code", "c"), ("state", &departure.state)], &departure.attempt).await;
    assert!(outcome.unwrap_err().to_string().contains("the claim auth_time "));
}

#[tokio::test(start_paused = true)]
async fn time_is_checked_with_a_minute_of_tolerance() {
    let shifted = |name: &'static str, by: i64| async move {
        let rig = Rig::new(|_| {});
        let now = rig.now();
        rig.sign_in(|token| token.claims[name] = json!(now + by)).await.is_ok()
    };
    for (name, by, accepted) in [
        ("exp", -30, true),
        ("exp", -61, false),
        ("iat", 30, true),
        ("iat", 300, false),
        ("iat", -3600, false),
        ("nbf", 30, true),
        ("nbf", 300, false),
    ] {
        assert_eq!(shifted(name, by).await, accepted, "{name} {by}");
    }
    refused(|token| token.claims["nbf"] = json!("tomorrow")).await;
}

#[tokio::test(start_paused = true)]
async fn only_the_pinned_algorithm_and_a_known_key_sign() {
    for (algorithm, key) in [
        ("none", "nothing"),
        ("None", "nothing"),
        ("HS256", "client secret"),
        ("HS256", "public key"),
        ("ES256", "ec"),
        ("RS256", "nothing"),
        ("RS256", "rsa-2"),
        ("RS512", "rsa-1"),
    ] {
        refused(|token| {
            token.header["alg"] = json!(algorithm);
            token.key = key;
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_named_in_the_token_itself_is_ignored() {
    refused(|token| {
        token.key = "rsa-2";
        token.header =
            json!({"alg": "RS256", "jwk": keys(&["rsa-2"])["keys"][0], "jku": "https://evil.example/jwks"});
    })
    .await;
    refused(|token| {
        token.key = "rsa-2";
        token.header =
            json!({"alg": "RS256", "kid": "rsa-1", "x5u": "https://evil.example/c.pem", "x5c": ["MIIB"]});
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn headers_that_ask_for_more_are_refused() {
    for (name, value) in [
        ("crit", json!(["b64"])),
        ("b64", json!(false)),
        ("enc", json!("A128GCM")),
        ("cty", json!("JWT")),
        ("typ", json!("logout+jwt")),
        ("typ", json!(1)),
        ("kid", json!(1)),
    ] {
        refused(|token| token.header[name] = value.clone()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn other_forms_of_a_token_are_refused() {
    let rig = Rig::new(|_| {});
    let departure = rig.depart().await;
    let token = rig.token(&departure.nonce);
    let compact = sign(&token.header, &token.claims, token.key);
    let parts: Vec<&str> = compact.split('.').collect();
    let flattened = json!({"protected": parts[0], "payload": parts[1], "signature": parts[2]}).to_string();
    let general =
        json!({"payload": parts[1], "signatures": [{"protected": parts[0], "signature": parts[2]}]});
    for form in [
        flattened,
        general.to_string(),
        format!("{compact}.{}", parts[2]),
        format!("{compact}.{}.{}", parts[1], parts[2]),
        format!("{compact}="),
        format!(" {compact}"),
        format!("{}.{}", parts[0], parts[1]),
        format!("{}..{}", parts[0], parts[2]),
    ] {
        rig.script().token =
            Doc::Json(json!({"access_token": "access-1", "token_type": "Bearer", "id_token": form}));
        let outcome = rig.arrive(&[("code", "c"), ("state", &departure.state)], &departure.attempt).await;
        assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{form} {outcome:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_access_token_must_be_the_one_of_the_id_token() {
    // base64url of the left half of the SHA-256 of "access-1".
    let right = {
        use base64::Engine as _;
        use sha2::Digest as _;
        base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(&sha2::Sha256::digest(b"access-1")[..16])
    };
    for (hash, accepted) in
        [(json!(right), true), (json!("AAAA"), false), (json!(1), false), (Value::Null, false)]
    {
        let outcome = Rig::new(|_| {}).sign_in(|token| token.claims["at_hash"] = hash.clone()).await;
        assert_eq!(outcome.is_ok(), accepted, "{hash}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_no_bearer_token_is_refused() {
    let rig = Rig::new(|_| {});
    let departure = rig.depart().await;
    rig.serve(&rig.token(&departure.nonce));
    if let Doc::Json(answer) = &mut rig.script().token {
        answer["token_type"] = json!("DPoP");
    }
    let outcome = rig.arrive(&[("code", "c"), ("state", &departure.state)], &departure.attempt).await;
    assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn a_token_without_key_id_needs_a_single_key() {
    let without = |token: &mut Token| {
        token.header.as_object_mut().unwrap().remove("kid");
    };
    let rig = Rig::new(|_| {});
    assert!(rig.sign_in(without).await.is_ok());
    let rig = Rig::new(|_| {});
    rig.script().keys = Doc::Json(keys(&["rsa-1", "rsa-2"]));
    assert!(rig.sign_in(without).await.is_err());
}

/// One key, which a provider publishes twice: from two places, or once with its algorithm and once without.
#[tokio::test(start_paused = true)]
async fn the_same_key_published_twice_is_one_key_and_two_keys_of_one_name_are_two() {
    let key = |id: &str| keys(&[id])["keys"][0].clone();
    let mut bare = key("rsa-1");
    bare.as_object_mut().unwrap().remove("alg");
    bare.as_object_mut().unwrap().remove("use");
    let mut unnamed = key("rsa-1");
    unnamed.as_object_mut().unwrap().remove("kid");
    let mut other = key("rsa-2");
    other["kid"] = json!("rsa-1");
    let without = |token: &mut Token| {
        token.header.as_object_mut().unwrap().remove("kid");
    };
    for (second, accepted, unnamed_accepted) in [
        (key("rsa-1"), true, true),
        (bare, true, true),
        (unnamed, true, true),
        (other, false, false),
        (key("rsa-2"), true, false),
    ] {
        let rig = Rig::new(|_| {});
        rig.script().keys = Doc::Json(json!({"keys": [key("rsa-1"), second]}));
        assert_eq!(rig.sign_in(|_| {}).await.is_ok(), accepted, "{second}");
        assert_eq!(rig.sign_in(without).await.is_ok(), unnamed_accepted, "{second}");
        assert!(rig.sign_in(|token| token.key = "rsa-2").await.is_err(), "{second}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_person_of_as_many_groups_as_are_kept_signs_in() {
    let group = |n: usize| format!("{n:08}-4a5b-4c6d-8e9f-0123456789ab");
    for (count, length) in [(450, 36), (500, 36), (500, 256)] {
        let groups: Vec<String> = (0..count).map(|n| format!("{:x<length$}", group(n))).collect();
        let rig = Rig::new(|_| {});
        let claims = rig.sign_in(|token| token.claims["groups"] = json!(groups)).await.unwrap();
        assert_eq!((claims.groups.len(), claims.withheld.len()), (count, 0));
        assert!(claims.tokens.unwrap().id.is_none(), "what is no hint is not kept");
    }
    let groups: Vec<String> = (0..501).map(group).collect();
    let claims = Rig::new(|_| {}).sign_in(|token| token.claims["groups"] = json!(groups)).await.unwrap();
    assert_eq!((claims.groups.len(), claims.groups_withheld), (0, Some(Withheld::TooMany)));
}

#[tokio::test(start_paused = true)]
async fn an_enormous_token_and_an_enormous_answer_are_refused() {
    let outcome =
        Rig::new(|_| {}).sign_in(|token| token.claims["filler"] = json!("x".repeat(150 << 10))).await;
    assert!(matches!(outcome, Err(SignInError::Untrusted(why)) if why.contains("192 kB")), "{outcome:?}");
    let rig = Rig::new(|_| {});
    let posted = sign(&json!({"alg": "RS256", "kid": "rsa-1"}), &json!({"x": "x".repeat(13 << 10)}), "rsa-1");
    let outcome = rig.client.read_logout(&posted).await;
    assert!(matches!(outcome, Err(SignInError::Untrusted(why)) if why.contains("16 kB")), "{outcome:?}");
    let rig = Rig::new(|_| {});
    let departure = rig.depart().await;
    rig.script().token = Doc::Zeros(10 << 20);
    let outcome = rig.arrive(&[("code", "c"), ("state", &departure.state)], &departure.attempt).await;
    assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn the_level_asked_for_is_required() {
    let asking = || Rig::new(|config| config.acr_values = vec!["loa-3".into()]);
    let rig = asking();
    assert_eq!(rig.depart().await.parameter("acr_values").as_deref(), Some("loa-3"));
    assert!(rig.sign_in(|token| token.claims["acr"] = json!("loa-3")).await.is_ok());
    assert!(asking().sign_in(|token| token.claims["acr"] = json!("loa-1")).await.is_err());
    assert!(asking().sign_in(|_| {}).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn another_pinned_algorithm_works() {
    let rig = Rig::new(|config| config.algorithm = SigningAlgorithm::ES256);
    rig.script().keys = Doc::Json(keys(&["rsa-1", "ec"]));
    let signed = |token: &mut Token| {
        token.header = json!({"alg": "ES256", "kid": "ec"});
        token.key = "ec";
    };
    assert!(rig.sign_in(signed).await.is_ok());
    assert!(rig.sign_in(|_| {}).await.is_err(), "RS256 is not the pinned one");
}

/// RFC 9864 gives the algorithm a name that says the curve; providers and their keys carry either.
#[tokio::test(start_paused = true)]
async fn an_algorithm_of_two_names_is_one_algorithm() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let half = base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(&sha2::Sha512::digest(b"access-1")[..32]);
    for written in ["EdDSA", "Ed25519"] {
        let algorithm: SigningAlgorithm = serde_json::from_value(json!(written)).unwrap();
        for (of_key, of_token) in [
            (Some("Ed25519"), "Ed25519"),
            (Some("EdDSA"), "EdDSA"),
            (Some("Ed25519"), "EdDSA"),
            (Some("EdDSA"), "Ed25519"),
            (None, "Ed25519"),
        ] {
            let rig = Rig::new(|config| config.algorithm = algorithm);
            let mut key = keys(&["ed"])["keys"][0].clone();
            match of_key {
                Some(name) => key["alg"] = json!(name),
                None => drop(key.as_object_mut().unwrap().remove("alg")),
            }
            rig.script().keys = Doc::Json(json!({ "keys": [key] }));
            let signed = |token: &mut Token| {
                token.header = json!({"alg": of_token, "kid": "ed"});
                token.claims["at_hash"] = json!(half);
                token.key = "ed";
            };
            assert!(rig.sign_in(signed).await.is_ok(), "{written} {of_key:?} {of_token}");
            let other = |token: &mut Token| {
                token.header = json!({"alg": "Ed448", "kid": "ed"});
                token.key = "ed";
            };
            assert!(rig.sign_in(other).await.is_err());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn userinfo_must_be_about_the_same_person() {
    for other in [json!({"sub": "other"}), json!({"email": "a@b.example"}), json!([]), json!({"sub": null})] {
        let rig = Rig::new(|_| {});
        rig.script().userinfo = Doc::Json(other);
        assert!(matches!(rig.sign_in(|_| {}).await, Err(SignInError::Untrusted(_))));
    }
}

#[tokio::test(start_paused = true)]
async fn signed_userinfo_is_verified() {
    let header = json!({"alg": "RS256", "kid": "rsa-1"});
    let bare = json!({"sub": "248289", "siret": "21990001600011"});
    let whole = json!({"sub": "248289", "iss": ISSUER, "aud": "pleiade", "siret": "21990001600011"});
    for (payload, key, quirk, accepted) in [
        (&whole, "rsa-1", false, true),
        (&bare, "rsa-1", false, false),
        (&bare, "rsa-1", true, true),
        (&bare, "rsa-2", true, false),
        (&json!({"sub": "248289", "iss": "https://evil.example"}), "rsa-1", true, false),
    ] {
        let rig = Rig::new(|config| config.quirks.userinfo_without_issuer = Some(quirk));
        rig.script().userinfo = Doc::Jwt(sign(&header, payload, key));
        let outcome = rig.sign_in(|_| {}).await;
        assert_eq!(outcome.is_ok(), accepted, "{payload} {key} {quirk}");
        if let Ok(claims) = outcome {
            assert_eq!(claims.attribute("siret"), Some("21990001600011"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn unsigned_userinfo_is_refused_where_it_must_be_signed() {
    let rig = Rig::new(|config| config.signed_userinfo = true);
    assert!(matches!(rig.sign_in(|_| {}).await, Err(SignInError::Untrusted(_))));
    let payload = json!({"sub": "248289", "iss": ISSUER, "aud": "pleiade"});
    rig.script().userinfo = Doc::Jwt(sign(&json!({"alg": "RS256", "kid": "rsa-1"}), &payload, "rsa-1"));
    assert!(rig.sign_in(|_| {}).await.is_ok());
    let rig = Rig::new(|config| config.signed_userinfo = true);
    rig.script().userinfo = Doc::Jwt(sign(&json!({"alg": "none"}), &payload, "nothing"));
    assert!(rig.sign_in(|_| {}).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn keys_rotate_without_a_restart() {
    let rig = Rig::new(|_| {});
    rig.sign_in(|_| {}).await.unwrap();
    rig.script().keys = Doc::Json(keys(&["rsa-2"]));
    let rotated = |token: &mut Token| {
        token.key = "rsa-2";
        token.header["kid"] = json!("rsa-2");
    };
    assert!(rig.sign_in(rotated).await.is_ok());
    assert_eq!(rig.script().key_requests, 2);
    assert!(rig.sign_in(|_| {}).await.is_err(), "the old key is gone");
}

/// A rotation that is taken back, or two keys that follow each other within a minute: nobody waits for the minute to end.
#[tokio::test(start_paused = true)]
async fn keys_may_rotate_twice_within_a_minute_and_not_without_end() {
    let rig = Rig::new(|_| {});
    let with = |key: &'static str| {
        move |token: &mut Token| {
            token.key = key;
            token.header["kid"] = json!(key);
        }
    };
    rig.sign_in(|_| {}).await.unwrap();
    for (n, key) in ["rsa-2", "rsa-1", "rsa-2"].into_iter().enumerate() {
        rig.script().keys = Doc::Json(keys(&[key]));
        // What strangers post in between takes nothing of what is saved up.
        for invented in 0..20 {
            let header = json!({"alg": "RS256", "kid": format!("k{invented}")});
            assert!(rig.client.read_logout(&sign(&header, &json!({}), "nothing")).await.is_err());
        }
        assert!(rig.sign_in(with(key)).await.is_ok(), "{n} {key}");
    }
    rig.script().keys = Doc::Json(keys(&["rsa-1"]));
    assert!(rig.sign_in(with("rsa-1")).await.is_err(), "the budget is spent");
    let spent = rig.script().key_requests;
    tokio::time::advance(Duration::from_secs(61)).await;
    assert!(rig.sign_in(with("rsa-1")).await.is_ok());
    assert_eq!(rig.script().key_requests, spent + 1);
}

/// The public key of the file with this id, under the id of another one or under none.
fn renamed(key: &str, kid: Option<&str>) -> Doc {
    let mut key = keys(&[key])["keys"][0].clone();
    match kid {
        Some(kid) => key["kid"] = json!(kid),
        None => drop(key.as_object_mut().unwrap().remove("kid")),
    }
    Doc::Json(json!({ "keys": [key] }))
}

/// The three kinds of signed token that a provider sends, under one key id or none.
async fn every_signed_token(rig: &Rig, key: &'static str, kid: Option<&str>) -> [bool; 3] {
    let mut header = json!({"alg": "RS256"});
    if let Some(kid) = kid {
        header["kid"] = json!(kid);
    }
    let signed_in = rig
        .sign_in(|token| {
            token.key = key;
            token.header = header.clone();
        })
        .await;
    let logout = json!({
        "iss": ISSUER, "aud": "pleiade", "sub": "248289", "iat": rig.now(), "exp": rig.now() + 120, "jti": "j",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    });
    let logged_out = rig.client.read_logout(&sign(&header, &logout, key)).await;
    let told = json!({"sub": "248289", "iss": ISSUER, "aud": "pleiade"});
    let plain = std::mem::replace(&mut rig.script().userinfo, Doc::Jwt(sign(&header, &told, key)));
    let with_userinfo = rig
        .sign_in(|token| {
            token.key = key;
            token.header = header.clone();
        })
        .await;
    rig.script().userinfo = plain;
    [signed_in.is_ok(), logged_out.is_ok(), with_userinfo.is_ok()]
}

#[tokio::test(start_paused = true)]
async fn a_key_that_changes_under_its_id_or_without_one_is_found() {
    for kid in [Some("rsa-1"), None] {
        let rig = Rig::new(|_| {});
        rig.script().keys = renamed("rsa-1", kid);
        assert_eq!(every_signed_token(&rig, "rsa-1", kid).await, [true; 3]);
        rig.script().keys = renamed("rsa-2", kid);
        assert_eq!(every_signed_token(&rig, "rsa-2", kid).await, [true; 3], "{kid:?}");
        assert_eq!(rig.script().key_requests, 2);
        assert_eq!(every_signed_token(&rig, "rsa-1", kid).await, [false; 3], "the old key is gone");
        assert_eq!(every_signed_token(&rig, "rsa-1", kid).await, [false; 3]);
        assert_eq!(
            rig.script().key_requests,
            4,
            "three requests were saved up, and it is too early for another"
        );
    }
}

/// Each kind of token alone finds the new key, not only the one that comes first.
#[tokio::test(start_paused = true)]
async fn a_logout_token_or_signed_user_information_finds_a_changed_key_too() {
    let rig = Rig::new(|_| {});
    rig.sign_in(|_| {}).await.unwrap();
    rig.script().keys = renamed("rsa-2", Some("rsa-1"));
    let logout = json!({
        "iss": ISSUER, "aud": "pleiade", "sub": "248289", "iat": rig.now(), "exp": rig.now() + 120, "jti": "j",
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    });
    let header = json!({"alg": "RS256", "kid": "rsa-1"});
    assert!(rig.client.read_logout(&sign(&header, &logout, "rsa-2")).await.is_ok());

    // The ID token's own key stays; only that of the user information changes.
    let rig = Rig::new(|_| {});
    let served = |key: &str| {
        let mut other = keys(&[key])["keys"][0].clone();
        other["kid"] = json!("userinfo");
        Doc::Json(json!({"keys": [keys(&["rsa-1"])["keys"][0], other]}))
    };
    let told = json!({"sub": "248289", "iss": ISSUER, "aud": "pleiade"});
    for key in ["rsa-1", "rsa-2"] {
        rig.script().keys = served(key);
        rig.script().userinfo = Doc::Jwt(sign(&json!({"alg": "RS256", "kid": "userinfo"}), &told, key));
        assert!(rig.sign_in(|_| {}).await.is_ok(), "{key}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_invented_keys_cost_one_request_a_minute() {
    let rig = Rig::new(|_| {});
    rig.sign_in(|_| {}).await.unwrap();
    for n in 0..1000 {
        let token = sign(&json!({"alg": "RS256", "kid": format!("k{n}")}), &json!({}), "nothing");
        use pleiade_core::IdentityProvider as _;
        assert!(rig.client.read_logout(&token).await.is_err());
    }
    assert_eq!(rig.script().key_requests, 2);
    tokio::time::advance(Duration::from_secs(61)).await;
    let unknown = |token: &mut Token| token.header["kid"] = json!("invented");
    assert!(rig.sign_in(unknown).await.is_err());
    assert_eq!(rig.script().key_requests, 3);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_wrong_signatures_cost_one_request_a_minute_after_three() {
    let rig = Rig::new(|_| {});
    rig.sign_in(|_| {}).await.unwrap();
    for n in 0..1000 {
        let header = match n % 3 {
            0 => json!({"alg": "RS256", "kid": "rsa-1"}),
            1 => json!({"alg": "RS256"}),
            _ => json!({"alg": "RS256", "kid": format!("k{n}")}),
        };
        let key = if n % 2 == 0 { "nothing" } else { "rsa-2" };
        assert!(rig.client.read_logout(&sign(&header, &json!({}), key)).await.is_err());
    }
    assert_eq!(rig.script().key_requests, 2, "what anybody posts costs one request");
    for _ in 0..10 {
        assert!(rig.sign_in(|token| token.key = "rsa-2").await.is_err());
    }
    assert_eq!(rig.script().key_requests, 4, "the provider's own tokens have two more");
    for minute in 1..4 {
        tokio::time::advance(Duration::from_secs(61)).await;
        for n in 0..10 {
            let invented = sign(&json!({"alg": "RS256", "kid": format!("k{n}")}), &json!({}), "nothing");
            assert!(rig.client.read_logout(&invented).await.is_err());
            assert!(rig.sign_in(|token| token.key = "rsa-2").await.is_err());
        }
        assert_eq!(rig.script().key_requests, 4 + minute);
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_is_away_when_a_signature_is_wrong_costs_no_known_key() {
    let rig = Rig::new(|_| {});
    rig.sign_in(|_| {}).await.unwrap();
    rig.script().keys = Doc::Status(axum::http::StatusCode::BAD_GATEWAY);
    let outcome = rig.sign_in(|token| token.key = "rsa-2").await;
    assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{outcome:?}");
    assert!(rig.sign_in(|_| {}).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn the_last_good_keys_outlive_an_outage_and_a_flood() {
    for broken in
        [Doc::Status(axum::http::StatusCode::BAD_GATEWAY), Doc::Never, Doc::Zeros(10 << 20), too_many()]
    {
        let rig = Rig::new(|_| {});
        rig.sign_in(|_| {}).await.unwrap();
        rig.script().keys = broken;
        tokio::time::advance(Duration::from_secs(3601)).await;
        assert!(rig.sign_in(|_| {}).await.is_ok());
    }
}

fn too_many() -> Doc {
    let key = keys(&["rsa-1"])["keys"][0].clone();
    Doc::Json(json!({ "keys": vec![key; 200] }))
}

#[tokio::test(start_paused = true)]
async fn a_provider_with_ten_thousand_keys_is_refused() {
    let rig = Rig::new(|_| {});
    rig.script().keys = Doc::Json(json!({ "keys": vec![json!({"kty": "RSA"}); 10_000] }));
    assert!(matches!(rig.sign_in(|_| {}).await, Err(SignInError::Untrusted(_))));
}

#[tokio::test(start_paused = true)]
async fn symmetric_and_foreign_keys_in_the_set_are_ignored() {
    let rig = Rig::new(|_| {});
    let mut encryption = keys(&["rsa-1"])["keys"][0].clone();
    encryption["use"] = json!("enc");
    let mut other = keys(&["rsa-1"])["keys"][0].clone();
    other["alg"] = json!("PS256");
    rig.script().keys =
        Doc::Json(json!({"keys": [{"kty": "oct", "kid": "rsa-1", "k": "c2VjcmV0"}, encryption, other]}));
    assert!(rig.sign_in(|_| {}).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn refreshed_tokens_belong_to_the_same_person() {
    let rig = Rig::new(|_| {});
    let claims = rig.sign_in(|_| {}).await.unwrap();
    let tokens = claims.tokens.unwrap();
    let mut token = rig.token("");
    token.claims.as_object_mut().unwrap().remove("nonce");
    rig.serve(&token);
    let fresh = rig.client.refresh(&claims.subject, &tokens).await.unwrap();
    assert_eq!(access(&fresh), "access-1");
    token.claims["sub"] = json!("somebody else");
    rig.serve(&token);
    assert!(matches!(rig.client.refresh(&claims.subject, &tokens).await, Err(SignInError::Untrusted(_))));
    rig.script().token = Doc::Json(json!({"access_token": "access-2", "token_type": "Bearer"}));
    let fresh = rig.client.refresh(&claims.subject, &tokens).await.unwrap();
    assert_eq!(fresh.refresh.unwrap().expose_secret(), "refresh-1", "a provider that does not rotate");
    let without = PersonTokens::new("a".to_owned().into());
    assert!(matches!(rig.client.refresh(&claims.subject, &without).await, Err(SignInError::Refused(_))));
}
