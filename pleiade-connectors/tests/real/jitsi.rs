//! Tokens of meetings, verified by PyJWT, an independent library (`PLEIADE_TEST_PYTHON`).
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use pleiade_connectors::jitsi::{JOIN, JitsiConfig, JitsiConnector};
use pleiade_core::{
    ActionOutcome, ActionRequest, Clock as _, Connector as _, ConnectorId, Credential, SystemClock,
};
use pleiade_testkit::{
    FixedCredentials, ScriptedTransport,
    jitsi::{APP_ID, APP_SECRET, KEY_ID, SIGNING_KEY, SIGNING_KEY_PUBLIC},
    people::CAMILLE,
};
use serde_json::{Value, json};
use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
};

async fn token(settings: Value) -> String {
    let settings = json!({ "url": "https://visio.ville.example/", "token": settings });
    let config: JitsiConfig = serde_json::from_value(settings).unwrap();
    let id = ConnectorId::from_static("visio");
    let connector = JitsiConnector::new(id, config, Arc::new(ScriptedTransport::new())).unwrap();
    let credentials = FixedCredentials::always(Credential::Technical { key: None });
    let cx = CAMILLE.context_with(Arc::new(credentials), Arc::new(SystemClock::default()));
    match connector.perform(&cx, &ActionRequest::new(JOIN, "codir-7f3a9c")).await.unwrap() {
        ActionOutcome::Continue(address) => {
            address.expose().fragment().unwrap().strip_prefix("jwt=").unwrap().to_owned()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_independent_library_verifies_both_kinds_of_token() {
    let python = std::env::var("PLEIADE_TEST_PYTHON")
        .expect("PLEIADE_TEST_PYTHON is not set: `cargo xtask test` installs what it names and sets it");
    let now = SystemClock::default().now().timestamp();
    let shared = token(json!({ "app_id": APP_ID, "secret": APP_SECRET })).await;
    let signed =
        token(json!({ "app_id": APP_ID, "private_key": SIGNING_KEY, "key_id": KEY_ID, "audience": "jitsi" }))
            .await;
    let wanted = json!([
        { "token": shared, "key": APP_SECRET, "algorithm": "HS256", "audience": APP_ID, "issuer": APP_ID },
        { "token": signed, "key": SIGNING_KEY_PUBLIC, "algorithm": "RS256", "audience": "jitsi", "issuer": APP_ID },
    ]);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real/jitsi.py");
    let mut command = Command::new(python);
    let mut child =
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python starts");
    child.stdin.take().unwrap().write_all(wanted.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let seen: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let header = |place: usize| seen.pointer(&format!("/{place}/header")).cloned().unwrap();
    assert_eq!(header(0), json!({ "alg": "HS256", "typ": "JWT" }));
    assert_eq!(header(1), json!({ "alg": "RS256", "typ": "JWT", "kid": KEY_ID }));
    for place in 0..2 {
        let claims = seen.pointer(&format!("/{place}/claims")).unwrap();
        assert_eq!(claims.get("room").unwrap(), "codir-7f3a9c");
        let time = |name: &str| claims.get(name).and_then(Value::as_i64).unwrap();
        assert!((now..=now + 60).contains(&(time("nbf") + 10)), "{claims}");
        assert_eq!((time("exp") - time("nbf"), time("iat")), (610, time("nbf")));
        let refused = seen.pointer(&format!("/{place}/refused")).unwrap();
        assert_eq!(
            refused,
            &json!([
                "InvalidSignatureError",
                "InvalidAudienceError",
                "InvalidIssuerError",
                "InvalidAlgorithmError"
            ])
        );
    }
}
