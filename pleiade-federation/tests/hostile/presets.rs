//! What each known provider expects and sends, as its preset has it; each default gives way to what the operator writes.

use crate::op::{Doc, ISSUER, Rig, keys, sign};
use pleiade_core::{Hints, IdentityProvider as _, SignInError};
use pleiade_federation::oidc::{ClientAuthentication, OidcConfig, Preset};
use serde_json::json;

fn proconnect(config: &mut OidcConfig) {
    config.preset = Preset::Proconnect;
    config.admit = [("idp_id".to_owned(), vec!["idp-alpha".to_owned()])].into();
}

/// The URL as it leaves, with what is new in each request named.
async fn departure(rig: &Rig, hints: &Hints) -> Vec<String> {
    let departure = rig.depart_with(hints).await;
    assert!(departure.state.len() >= 32 && departure.nonce.len() >= 32, "ProConnect refuses shorter ones");
    departure
        .url
        .query_pairs()
        .map(|(name, value)| match &*name {
            "state" | "nonce" | "code_challenge" => format!("{name}=…"),
            _ => format!("{name}={value}"),
        })
        .collect()
}

const COMMON: [&str; 8] = [
    "response_type=code",
    "client_id=pleiade",
    "redirect_uri=https://desk.example/sign-in/op/callback",
    "scope=openid profile email",
    "state=…",
    "nonce=…",
    "code_challenge=…",
    "code_challenge_method=S256",
];

#[tokio::test(start_paused = true)]
async fn the_request_of_each_preset() {
    let mut hints = Hints::login("jeanne@alpha.example");
    hints.provider = Some("idp-alpha".into());
    for (preset, hint) in [
        (Preset::Standard, "idp_hint=idp-alpha"),
        (Preset::Lemonldap, "idp_hint=idp-alpha"),
        (Preset::Keycloak, "kc_idp_hint=idp-alpha"),
    ] {
        let rig = Rig::new(|config| {
            config.preset = preset;
            config.acr_values = vec!["loa-2".into(), "loa-3".into()];
        });
        let mut expected = COMMON.map(str::to_owned).to_vec();
        expected
            .extend(["acr_values=loa-2 loa-3", "login_hint=jeanne@alpha.example", hint].map(str::to_owned));
        assert_eq!(departure(&rig, &hints).await, expected, "{preset:?}");
    }

    let rig = Rig::new(|config| {
        proconnect(config);
        config.acr_values = vec!["eidas1-mfa".into(), "eidas2".into()];
    });
    let mut expected = COMMON.map(str::to_owned);
    expected[3] =
        "scope=openid given_name usual_name email uid siret idp_id organization_label roles".to_owned();
    let mut expected = expected.to_vec();
    expected.extend(
        [
            r#"claims={"id_token":{"acr":{"essential":true,"values":["eidas1-mfa","eidas2"]}}}"#,
            "login_hint=jeanne@alpha.example",
            "idp_hint=idp-alpha",
        ]
        .map(str::to_owned),
    );
    assert_eq!(departure(&rig, &hints).await, expected);
}

#[tokio::test(start_paused = true)]
async fn proconnect_takes_only_mail_addresses_and_known_providers_as_hints() {
    let rig = Rig::new(proconnect);
    let mut hints = Hints::login("jdupont");
    hints.provider = Some("somebody-else".into());
    let sent = departure(&rig, &hints).await;
    assert!(!sent.iter().any(|pair| pair.contains("hint")), "{sent:?}");
    let rig = Rig::new(|config| {
        proconnect(config);
        config.idp_hint = Some("idp-alpha".into());
    });
    assert!(departure(&rig, &Hints::none()).await.contains(&"idp_hint=idp-alpha".to_owned()));
}

#[test]
fn proconnect_lets_nobody_in_by_default_and_takes_no_basic_authentication() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _inside = runtime.enter();
    for change in [
        (|config| config.admit.clear()) as fn(&mut OidcConfig),
        |config| config.admit = [("idp_id".to_owned(), Vec::new())].into(),
        |config| config.admit = [("roles".to_owned(), vec!["agent_public".to_owned()])].into(),
        |config| config.client_authentication = Some(ClientAuthentication::Basic),
    ] {
        let outcome = Rig::build(|config| {
            proconnect(config);
            change(config);
        });
        assert!(matches!(outcome.err(), Some(SignInError::Misconfigured(_))));
    }
}

#[tokio::test(start_paused = true)]
async fn proconnect_s_claims_are_read() {
    let rig = Rig::new(|config| {
        proconnect(config);
        config.admit.insert("siret".into(), vec!["21990001600011".into()]);
    });
    rig.script().userinfo = Doc::Json(json!({
        "sub": "248289", "given_name": "Jeanne", "usual_name": "Dupont", "email": "jeanne@alpha.example", "uid": "jdupont",
        "siret": "21990001600011", "idp_id": "idp-alpha", "roles": ["agent_public", "agent_public_territorial"],
    }));
    let without_name = |token: &mut crate::op::Token| {
        token.claims.as_object_mut().unwrap().remove("name");
        token.claims["acr"] = json!("eidas1");
    };
    let claims = rig.sign_in(without_name).await.unwrap();
    assert_eq!(claims.given_name.as_deref(), Some("Jeanne"));
    assert_eq!(claims.family_name.as_deref(), Some("Dupont"));
    assert_eq!(claims.login.as_deref(), Some("jdupont"));
    assert_eq!(claims.groups, ["agent_public", "agent_public_territorial"]);
    assert_eq!((claims.acr.as_deref(), claims.attribute("siret")), (Some("eidas1"), Some("21990001600011")));
    assert!(rig.script().token_requests[0].contains("client_secret=secret"));
    assert_eq!(rig.script().authorization, None);
}

/// As a partner chose it at registration: the answer is a JWT.
#[tokio::test(start_paused = true)]
async fn proconnect_s_signed_claims_are_verified() {
    let header = json!({"alg": "RS256", "kid": "rsa-1"});
    let told = |aud: &str| json!({"sub": "248289", "iss": ISSUER, "aud": aud, "uid": "jdupont", "idp_id": "idp-alpha"});
    for (payload, key, accepted) in [
        (told("pleiade"), "rsa-1", true),
        (told("somebody-else"), "rsa-1", false),
        (told("pleiade"), "rsa-2", false),
    ] {
        let rig = Rig::new(|config| {
            proconnect(config);
            config.signed_userinfo = true;
        });
        rig.script().userinfo = Doc::Jwt(sign(&header, &payload, key));
        let outcome = rig.sign_in(|_| {}).await;
        assert_eq!(outcome.is_ok(), accepted, "{payload} {key}");
        rig.script().userinfo = Doc::Json(payload);
        assert!(matches!(rig.sign_in(|_| {}).await, Err(SignInError::Untrusted(_))), "not signed");
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_not_admitted_stays_out() {
    let rig = Rig::new(|config| {
        proconnect(config);
        config.admit.insert("siret".into(), vec!["21990001600011".into()]);
    });
    for stranger in [
        json!({"sub": "248289", "siret": "21990001600011"}),
        json!({"sub": "248289", "idp_id": "idp-alpha"}),
        json!({"sub": "248289", "siret": "20990002600011", "idp_id": "idp-alpha"}),
        json!({"sub": "248289", "siret": "21990001600011", "idp_id": "idp-beta"}),
        json!({"sub": "248289", "siret": "21990001600011 ", "idp_id": ["idp-beta", "idp-gamma"]}),
        json!({"sub": "248289", "siret": "", "idp_id": ""}),
        json!({"sub": "248289", "email": "jeanne@alpha.example", "organization_label": "Mairie d'Alpha"}),
    ] {
        rig.script().userinfo = Doc::Json(stranger.clone());
        let outcome = rig.sign_in(|_| {}).await;
        assert!(matches!(outcome, Err(SignInError::NotAdmitted(_))), "{stranger} {outcome:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_essential_level_is_checked_in_the_id_token_alone() {
    let rig = Rig::new(|config| {
        proconnect(config);
        config.acr_values = vec!["eidas2".into()];
    });
    rig.script().userinfo = Doc::Json(json!({"sub": "248289", "idp_id": "idp-alpha", "acr": "eidas2"}));
    for (level, accepted) in [(json!("eidas2"), true), (json!("eidas1"), false), (json!(["eidas2"]), false)] {
        let outcome = rig.sign_in(|token| token.claims["acr"] = level.clone()).await;
        assert_eq!(outcome.is_ok(), accepted, "{level}");
    }
    assert!(rig.sign_in(|_| {}).await.is_err(), "the user information's word does not count");
}

#[tokio::test(start_paused = true)]
async fn groups_as_each_provider_writes_them() {
    for (preset, groups, expected) in [
        (Preset::Lemonldap, json!("urbanisme; agents"), ["agents", "urbanisme"]),
        (
            Preset::Keycloak,
            json!(["/mairie-alpha/urbanisme", "/agents"]),
            ["agents", "mairie-alpha/urbanisme"],
        ),
        (Preset::Standard, json!(["/urbanisme", "agents"]), ["/urbanisme", "agents"]),
    ] {
        let rig = Rig::new(|config| config.preset = preset);
        let claims = rig.sign_in(|token| token.claims["groups"] = groups.clone()).await.unwrap();
        assert_eq!(claims.groups, expected, "{preset:?}");
    }
    let rig = Rig::new(|config| {
        config.preset = Preset::Keycloak;
        config.claims.group_prefix = Some("/mairie-alpha/".into());
    });
    let claims = rig
        .sign_in(|token| {
            token.claims["groups"] = json!(["/mairie-alpha/urbanisme", "/mairie-beta/urbanisme"])
        })
        .await
        .unwrap();
    assert_eq!(claims.groups, ["/mairie-beta/urbanisme", "urbanisme"], "what is written replaces the preset");
}

#[tokio::test(start_paused = true)]
async fn departures_from_the_standards_belong_to_one_preset() {
    let bare = crate::op::sign(
        &json!({"alg": "RS256", "kid": "rsa-1"}),
        &json!({"sub": "248289", "siret": "21990001600011"}),
        "rsa-1",
    );
    for (preset, quirk, accepted) in [
        (Preset::Lemonldap, None, true),
        (Preset::Lemonldap, Some(false), false),
        (Preset::Keycloak, None, false),
        (Preset::Standard, None, false),
        (Preset::Standard, Some(true), true),
    ] {
        let rig = Rig::new(|config| {
            config.preset = preset;
            config.quirks.userinfo_without_issuer = quirk;
        });
        rig.script().keys = Doc::Json(keys(&["rsa-1"]));
        rig.script().userinfo = Doc::Jwt(bare.clone());
        assert_eq!(rig.sign_in(|_| {}).await.is_ok(), accepted, "{preset:?} {quirk:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn proconnect_sends_no_logout_tokens() {
    let rig = Rig::new(proconnect);
    assert!(matches!(rig.client.read_logout("a.b.c").await, Err(SignInError::Refused(_))));
}
