//! Findings are told at the start and by `check`.

use crate::support::{Place, Server, finished, program};
use std::{os::unix::fs::PermissionsExt as _, path::Path};

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// `check` passes, and warns of this.
fn warns(place: &Place, about: &str, text: &str) {
    let (code, said) = place.run("check");
    assert_eq!(code, Some(0), "{said}");
    let warned =
        said.lines().any(|line| line.starts_with(&format!("WARNING {about}: ")) && line.contains(text));
    assert!(warned, "no warning of {about}: {said}");
}

/// `serve` says the same, and serves.
fn says(server: &mut Server, about: &str, text: &str) {
    let line = server.until(text);
    assert_eq!((line["level"].as_str(), line["about"].as_str()), (Some("ERROR"), Some(about)), "{line}");
}

#[test]
fn files_that_others_may_read_are_named() {
    let place = Place::new(|text| format!("{text}\n[metrics]\ntoken_file = \"token\"\n"));
    let (database, token) = (place.0.path().join("pleiade.db"), place.0.path().join("token"));
    std::fs::write(&token, "0123456789abcdef").unwrap();
    allow(&token, 0o600);
    let place = place.with_account();
    let (code, said) = place.run("check");
    assert!(code == Some(0) && !said.contains("WARNING"), "{said}");

    allow(&database, 0o644);
    allow(&token, 0o604);
    let mut server = Server::start(&place.config(), "");
    for path in [&database, &token] {
        let path = path.display().to_string();
        warns(&place, &path, "every account of this machine may read or change it");
    }
    says(&mut server, &database.display().to_string(), "every account of this machine");
}

#[test]
fn an_empty_database_where_one_may_have_been_is_said() {
    let place = Place::new(|text| text);
    let mut first = Server::start(&place.config(), "");
    first.terminate();
    assert!(first.wait().success());
    let database = place.0.path().join("pleiade.db");
    std::fs::remove_file(&database).unwrap();
    let path = database.display().to_string();
    warns(&place, &path, "there is no database file, although the sealing key of one is there");
    std::fs::write(&database, "").unwrap();
    allow(&database, 0o600);
    warns(&place, &path, "the database file is empty");
    let mut server = Server::start(&place.config(), "");
    says(&mut server, &path, "the database file is empty");
}

/// Adds a second factor that some key is said to have sealed.
fn seal_with(place: &Place, key: &str) {
    use sqlx::Connection as _;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.0.path().join("pleiade.db"));
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
        let row = format!(
            "INSERT INTO second_factors (link, kind, name, sealed, created_at)
             SELECT id, 'totp', 'x', x'01{key}00', 0 FROM links LIMIT 1"
        );
        sqlx::query(sqlx::AssertSqlSafe(row)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

#[test]
fn a_key_that_opens_nothing_is_said() {
    let place = Place::new(|text| text).with_account();
    let status = finished(program("").args(["key", "status", "--config"]).arg(place.config())).1;
    let present = status.split("the present key is ").nth(1).and_then(|rest| rest.lines().next()).unwrap();
    seal_with(&place, "deadbeef");
    warns(
        &place,
        "sealing key",
        &format!(
            "the sealing key {present} opens nothing of what is sealed here (second factors: 1, under deadbeef)"
        ),
    );
    seal_with(&place, present);
    warns(
        &place,
        "sealing key",
        "some of what is sealed here was sealed with a key that the configuration does not have",
    );
    let mut server = Server::start(&place.config(), "");
    says(&mut server, "sealing key", "some of what is sealed here");
    drop(server);
    std::fs::remove_file(place.0.path().join("seal.key")).unwrap();
    warns(&place, "sealing key", "there is no sealing key, and the one that will be made opens nothing");
    assert!(!place.0.path().join("seal.key").exists(), "check makes none");
}
