//! The simulated homeserver, driven by matrix-nio, an independent client.

use pleiade_testkit::{Matrix, Simulator as _, TestClock, matrix::SERVER_NAME, serve};
use serde_json::{Value, json};
use std::{path::Path, sync::Arc};

#[tokio::test]
async fn matrix_nio_understands_it() {
    let Ok(python) = std::env::var("PLEIADE_TEST_PYTHON") else {
        panic!("PLEIADE_TEST_PYTHON is not set: `cargo xtask test` installs the clients and sets it");
    };
    let served = serve(Matrix::new(Arc::new(TestClock::default())).router()).await.expect("a port");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real/matrix_nio.py");
    let user = format!("@cdurand:{SERVER_NAME}");
    let mut command = tokio::process::Command::new(python);
    command.arg(script).args([served.url.as_str().trim_end_matches('/'), &user, "cdurand-secret"]);
    let output = command.kill_on_drop(true).output().await.expect("python starts");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    let seen: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(
        seen,
        json!({
            "wrong_password": "M_FORBIDDEN",
            "whoami": user,
            "unread": {
                "Urbanisme et habitat": [3, 1],
                "Secrétaires de mairie du Pays des Trois Rivières": [3, 0],
                "Léa Roux": [2, 0],
            },
            "invitations": ["Commission voirie"],
            "unread_after": {
                "Secrétaires de mairie du Pays des Trois Rivières": [3, 0],
                "Léa Roux": [2, 0],
            },
            "invitations_after": 0,
            "joined": 5,
            "after_logout": "M_UNKNOWN_TOKEN",
        })
    );
}
