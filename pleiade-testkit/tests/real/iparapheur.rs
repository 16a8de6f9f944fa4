//! The simulated i-Parapheur read by clients that others wrote: `iparapheur-utils3` for version 4, and for version 5, of which no client is
//! published, the one that `openapi-python-client` makes of the published file.

use pleiade_core::SystemClock;
use pleiade_testkit::{Iparapheur, RunningServer, Simulator as _, serve};
use serde_json::{Value, json};
use std::{ffi::OsString, path::PathBuf, process::Stdio, sync::Arc};
use tokio::process::Command;

const LOGIN: &str = "blefevre";

fn python() -> OsString {
    std::env::var_os("PLEIADE_TEST_PYTHON")
        .expect("PLEIADE_TEST_PYTHON is not set: `cargo xtask test` installs the clients and sets it")
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/real").join(name)
}

async fn serve_sample() -> RunningServer {
    serve(Iparapheur::new(Arc::new(SystemClock::default())).router()).await.unwrap()
}

async fn run(command: &mut Command) -> Vec<u8> {
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await.unwrap();
    let (said, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{told}");
    output.stdout
}

#[tokio::test(flavor = "multi_thread")]
async fn iparapheur_utils_reads_version_4() {
    let served = serve_sample().await;
    let server = served.url.socket_addrs(|| None).unwrap()[0].to_string();
    let mut command = Command::new(python());
    command.arg(file("iparapheur_v4.py")).args([&server, LOGIN, &Iparapheur::password(LOGIN)]);
    let seen: Value = serde_json::from_slice(&run(&mut command).await).unwrap();
    assert_eq!(
        seen,
        json!({
            "wrong_password": false,
            "logged": [true, LOGIN],
            "level": 4,
            "desks": {"Adjoint aux finances": [5, 1], "Commission culture": [0, 0], "Vice-présidence": [1, 0]},
            "folders": [
                "Arrêté portant délégation de signature", "Bordereau de mandats n° 118",
                "Convention de mise à disposition du gymnase", "Délibération 2026-12, budget primitif",
                "Marché de restauration scolaire, avenant n° 2",
            ],
            "visa": true,
            "folders_after": 4,
            "elsewhere": false,
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_generated_client_reads_version_5() {
    let served = serve_sample().await;
    let folder = tempfile::tempdir().unwrap();
    let mut generator = Command::new(python());
    generator
        .args(["-m", "openapi_python_client", "generate", "--meta", "none", "--path"])
        .arg(file("iparapheur-standard-5.1.22.json"))
        .arg("--output-path")
        .arg(folder.path().join("standard"));
    run(&mut generator).await;
    let mut command = Command::new(python());
    command
        .arg(file("iparapheur_v5.py"))
        .args([served.url.as_str().trim_end_matches('/'), &Iparapheur::token(LOGIN, 0)])
        .arg(folder.path());
    let seen: Value = serde_json::from_slice(&run(&mut command).await).unwrap();
    assert_eq!(
        seen,
        json!({
            "refused": [401, true],
            "tenants": ["Pays des Trois Rivières", "Ville de La Roche-aux-Fées"],
            "desks": {
                "Adjoint aux finances": "Ville de La Roche-aux-Fées",
                "Commission culture": "Ville de La Roche-aux-Fées", "Vice-présidence": "Pays des Trois Rivières",
            },
            "pending": [5, 3, 2],
            "titles": [
                "Arrêté portant délégation de signature", "Bordereau de mandats n° 118",
                "Convention de mise à disposition du gymnase", "Délibération 2026-12, budget primitif",
                "Marché de restauration scolaire, avenant n° 2",
            ],
            "late": 2,
            "rejected": ["Subvention à l’école de musique"],
            "dated": true,
            "nowhere": [404, 404, true],
            "visa": [1, 200],
            "pending_after": 4,
            "again": [404, true],
        })
    );
}
