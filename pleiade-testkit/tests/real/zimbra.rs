//! The simulated Zimbra and our preauth against `python-zimbra` (`PLEIADE_TEST_PYTHON`), which knows neither.

use pleiade_connectors::zimbra::preauth::Preauth;
use pleiade_core::{Clock as _, SystemClock};
use pleiade_testkit::{Simulator as _, Zimbra, serve};
use std::{process::Stdio, sync::Arc, time::Duration};
use tokio::process::Command;

const ACCOUNT: &str = "cdurand@la-roche-aux-fees.example";

#[tokio::test]
async fn python_zimbra_agrees_with_the_simulator_and_with_our_preauth() {
    let Ok(python) = std::env::var("PLEIADE_TEST_PYTHON") else {
        panic!("PLEIADE_TEST_PYTHON is not set: `cargo xtask test` installs python-zimbra and sets it");
    };
    let clock = Arc::new(SystemClock::default());
    let server = Zimbra::new(Arc::<SystemClock>::clone(&clock));
    let served = serve(server.router()).await.unwrap();
    let key = Zimbra::preauth_key("la-roche-aux-fees.example");
    let timestamp = clock.now();
    let ours = Preauth::new(ACCOUNT, timestamp).sign(&key.clone().into()).unwrap();
    let run = Command::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/real/zimbra_check.py"))
        .args([served.url.as_str(), ACCOUNT, &key, &timestamp.timestamp_millis().to_string(), &ours])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(Duration::from_secs(300), run).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(server.tasks("cdurand").last().map(String::as_str), Some("Tâche de python-zimbra"));
}
