//! The simulated Nextcloud read by clients that others wrote: `nc-py-api` and `caldav`.

use pleiade_core::SystemClock;
use pleiade_testkit::{Nextcloud, Simulator as _, serve};
use serde_json::{Value, json};
use std::{env, path::Path, process::Stdio, sync::Arc};
use tokio::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn independent_clients_read_the_simulator() {
    let python = env::var_os("PLEIADE_TEST_PYTHON")
        .expect("PLEIADE_TEST_PYTHON is not set: `cargo xtask test` installs the clients and sets it");
    let server = Nextcloud::new(Arc::new(SystemClock::default()));
    let served = serve(server.router()).await.unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real/nextcloud_clients.py");
    let output = Command::new(python)
        .args(["-W", "ignore"])
        .arg(script)
        .args([served.url.as_str().trim_end_matches('/'), "blefevre", "blefevre@annuaire"])
        .args([&Nextcloud::app_password("blefevre"), "2026-01-01", "2026-01-08"])
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seen: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(seen["version"], "31.0.8");
    assert_eq!(seen["user"], "blefevre@annuaire");
    assert_eq!(seen["notifications"], json!(["Madame la Maire vous invite à « Bureau municipal »"]));
    assert_eq!(seen["rooms"]["bureau"], 4);
    assert_eq!(seen["calendars"], json!(["Personnel", "Tâches"]));
    // The weekly meeting, whatever the week: the server expands it.
    assert_eq!(seen["events"], json!(["Point finances"]));
    assert_eq!(seen["tasks"], json!(["Signer la convention avec l’école de musique"]));
}
