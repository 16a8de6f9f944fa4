//! The storage suite on SQLite, and what only a file can suffer.
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod storage_suite;

use pleiade_server::storage::{SchemaState, StorageError, sqlite};
use std::{path::Path, sync::Arc, time::Duration};
use storage_suite::{Store, suite};

/// Time that no lock takes, on however busy a machine.
const BUSY: Duration = Duration::from_secs(120);

async fn open() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite::open(&folder.path().join("pleiade.db"), BUSY).await.unwrap();
    (Arc::new(store), folder)
}

suite!(open);

async fn raw(path: &Path) -> sqlx::SqliteConnection {
    use sqlx::Connection as _;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    sqlx::SqliteConnection::connect_with(&options).await.unwrap()
}

async fn raw_new(path: &Path) -> sqlx::SqliteConnection {
    use sqlx::Connection as _;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
    sqlx::SqliteConnection::connect_with(&options).await.unwrap()
}

#[tokio::test]
async fn opening_twice_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pleiade.db");
    let first = sqlite::open(&path, BUSY).await.unwrap();
    use pleiade_server::storage::OneTimeStorage as _;
    let end = chrono::DateTime::UNIX_EPOCH;
    assert!(first.use_once([1; 32], end).await.unwrap());
    let second = sqlite::open(&path, BUSY).await.unwrap();
    assert!(!second.use_once([1; 32], end).await.unwrap(), "what was there is still there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_start_together_migrate_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pleiade.db");
    let starts: Vec<_> = (0..6)
        .map(|_| {
            let path = path.clone();
            tokio::spawn(async move { sqlite::open(&path, BUSY).await.map(drop) })
        })
        .collect();
    for start in starts {
        start.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pleiade.db");
    drop(sqlite::open(&path, BUSY).await.unwrap());
    let mut connection = raw(&path).await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'future', TRUE, x'00', 0)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    let error = sqlite::open(&path, BUSY).await.unwrap_err();
    assert!(matches!(error, StorageError::NewerSchema { found: 9999, .. }), "{error}");
}

#[tokio::test]
async fn a_locked_file_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pleiade.db");
    drop(sqlite::open(&path, BUSY).await.unwrap());
    let mut connection = raw(&path).await;
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut connection).await.unwrap();
    let error = sqlite::open(&path, Duration::from_millis(20)).await.unwrap_err();
    assert_eq!(error, StorageError::Locked);
}

#[tokio::test]
async fn a_look_at_a_database_tries_to_write_it_and_makes_nothing() {
    let now = chrono::DateTime::UNIX_EPOCH;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pleiade.db");
    assert_eq!(sqlite::probe(&path, BUSY, now).await.unwrap(), SchemaState::Empty);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing stays in the folder");
    drop(raw_new(&path).await);
    assert_eq!(sqlite::probe(&path, BUSY, now).await.unwrap(), SchemaState::Empty);
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master")
        .fetch_one(&mut raw(&path).await)
        .await
        .unwrap();
    assert_eq!(tables, 0);

    drop(sqlite::open(&path, BUSY).await.unwrap());
    assert_eq!(sqlite::probe(&path, BUSY, now).await.unwrap(), SchemaState::Current);
    let mut connection = raw(&path).await;
    sqlx::query("CREATE TRIGGER no_write BEFORE INSERT ON used_once BEGIN SELECT RAISE(ABORT, 'no'); END")
        .execute(&mut connection)
        .await
        .unwrap();
    assert!(sqlite::probe(&path, BUSY, now).await.is_err(), "it answers, and takes no write");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pleiade.db");
    let words = "not a database ".repeat(100);
    std::fs::write(&path, &words).unwrap();
    assert!(matches!(sqlite::open(&path, BUSY).await.unwrap_err(), StorageError::Corrupt(_)));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), words);
}

#[tokio::test]
async fn a_missing_folder_is_said() {
    let error = sqlite::open(Path::new("/nonexistent/folder/pleiade.db"), BUSY).await.unwrap_err();
    assert!(error.to_string().contains("check the folder"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_reads_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_store, folder) = open().await;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
}
