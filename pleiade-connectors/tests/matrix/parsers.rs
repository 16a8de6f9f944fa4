//! Each answer that is not `/sync`.

use crate::support::{Script, acting, client, recorded, token};
use pleiade_connectors::matrix::{Login, MatrixClient};
use pleiade_core::{ErrorKind, ExposeSecret, Transport};
use std::sync::Arc;

#[tokio::test]
async fn discovery() {
    let site = "https://pleiade.test".parse().unwrap();
    let script = Script::new([recorded("well-known.http")]) as Arc<dyn Transport>;
    let found = MatrixClient::discover(&site, script).await.unwrap();
    assert_eq!(found.as_str(), "https://matrix.example.test/");
    let nothing = Script::new([recorded("error-unrecognized.http")]) as Arc<dyn Transport>;
    let error = MatrixClient::discover(&site, nothing).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let bare =
        http::Response::builder().status(404).body(bytes::Bytes::from_static(b"nothing here")).unwrap();
    assert_eq!(MatrixClient::discover(&site, Script::new([bare])).await.unwrap(), site);
}

#[tokio::test]
async fn versions_and_flows() {
    let script = Script::new([
        recorded("versions.http"),
        recorded("versions.http"),
        recorded("login-flows.http"),
        recorded("error-unrecognized.http"),
    ]);
    let client = client(&script);
    assert!(client.versions().await.unwrap().versions.contains(&"v1.15".to_owned()));
    assert_eq!(client.server_version().await.unwrap().as_deref(), Some("Synapse/1.163.2"));
    let flows: Vec<_> =
        client.login_flows().await.unwrap().flows.items.into_iter().map(|flow| flow.kind).collect();
    assert_eq!(
        flows,
        ["org.matrix.login.jwt", "m.login.token", "m.login.password", "m.login.application_service"]
    );
    assert_eq!(client.auth_metadata().await.unwrap_err().kind(), ErrorKind::Unsupported);
    assert!(script.tokens().iter().all(String::is_empty), "discovery needs no token");
}

#[tokio::test]
async fn whose_token() {
    let script = Script::new([recorded("whoami.http"), recorded("whoami-masquerade.http")]);
    let client = client(&script);
    let me = client.whoami(&token()).await.unwrap();
    assert_eq!((me.user_id.as_str(), me.device_id.as_deref()), ("@alice:pleiade.test", Some("REC")));
    assert!(client.whoami(&acting()).await.unwrap().device_id.is_none());
    assert_eq!(script.asked(), ["account/whoami", "account/whoami user_id=@alice:pleiade.test"]);
    assert_eq!(script.tokens(), ["Bearer syt_alice", "Bearer as-token"]);
}

#[tokio::test]
async fn signing_in_as_an_application_service() {
    let script = Script::new([recorded("login-appservice.http")]);
    let login = Login::ApplicationService { as_token: "as-token".into(), user: "alice".to_owned() };
    let session = client(&script).login(&login, Some("PLEIADE"), false).await.unwrap();
    assert_eq!(session.access_token.expose_secret(), "syt_YWxpY2U_YVtcHNiONHtEYudOvAnj_2MqrhR");
    assert_eq!(script.body(0)["device_id"], "PLEIADE");
    assert_eq!(script.tokens(), ["Bearer as-token"]);
    assert!(!format!("{session:?} {login:?}").contains("syt_"));
}

/// The sample of the reference: the same header, claims and secret give the same signature in any implementation.
#[test]
fn signed_tokens() {
    let secret = "pleiade-jwt-secret".into();
    let token = MatrixClient::sign_jwt(
        &secret,
        "alice",
        Some("https://portail.pleiade.test"),
        Some("matrix"),
        1_795_457_059,
    )
    .unwrap();
    let parts: Vec<_> = token.expose_secret().split('.').collect();
    let claims = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, parts[1]).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(
        claims,
        serde_json::json!({"sub": "alice", "iss": "https://portail.pleiade.test", "aud": "matrix", "iat": 1_795_457_059, "exp": 1_795_457_119})
    );
    let empty = MatrixClient::sign_jwt(&"".into(), "alice", None, None, 0).unwrap_err();
    assert_eq!(empty.kind(), ErrorKind::BadConfiguration);
}

#[tokio::test]
async fn rooms_profiles_and_notifications() {
    let script = Script::new([
        recorded("joined-rooms.http"),
        recorded("profile.http"),
        recorded("notifications-highlight.http"),
        recorded("notifications.http"),
    ]);
    let client = client(&script);
    assert_eq!(client.joined_rooms(&token()).await.unwrap().len(), 4);
    let bob = client.profile(&token(), "@bob:pleiade.test").await.unwrap();
    assert_eq!(bob.displayname.as_deref(), Some("bob"));
    let mentions = client.notifications(&token(), 3, true, None).await.unwrap();
    assert_eq!(mentions.notifications.len(), 1);
    assert_eq!(mentions.notifications[0].event.text("body"), Some("alice, peux-tu relire la délibération ?"));
    assert_eq!(client.notifications(&token(), 3, false, Some("49")).await.unwrap().notifications.len(), 3);
    assert_eq!(
        script.asked()[1..],
        [
            "profile/%40bob%3Apleiade.test",
            "notifications limit=3 only=highlight",
            "notifications limit=3 from=49"
        ]
    );
}
