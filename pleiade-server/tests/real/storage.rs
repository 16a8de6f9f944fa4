//! The storage suite on a real PostgreSQL, each test in a schema of its own.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test says what is wrong by failing")]

use crate::storage_suite::{self, Store, suite};
use pleiade_core::SecretString;
use pleiade_server::storage::{
    StorageError,
    postgres::{self, PostgresOptions},
};
use sqlx::{Connection as _, PgConnection};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

fn url() -> String {
    std::env::var("PLEIADE_TEST_POSTGRES")
        .expect("PLEIADE_TEST_POSTGRES is not set: `cargo xtask test` starts PostgreSQL and sets it")
}

pub(crate) async fn raw() -> PgConnection {
    PgConnection::connect(&url()).await.unwrap()
}

async fn run(connection: &mut PgConnection, sql: String) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(connection).await.unwrap();
}

/// A schema of its own; the whole server is thrown away at the end.
pub(crate) async fn options() -> PostgresOptions {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let schema = format!("storage_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = raw().await;
    run(&mut connection, format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}")).await;
    PostgresOptions { url: SecretString::from(url()), max_connections: 24, schema: Some(schema) }
}

async fn open() -> (Store, ()) {
    (Arc::new(postgres::open(&options().await).await.unwrap()), ())
}

suite!(open);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_start_together_migrate_once() {
    let options = options().await;
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let options = options.clone();
            tokio::spawn(async move { postgres::open(&options).await.map(drop) })
        })
        .collect();
    for start in starts {
        start.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let options = options().await;
    drop(postgres::open(&options).await.unwrap());
    let schema = options.schema.as_deref().unwrap();
    let future = format!(
        "INSERT INTO {schema}._sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'future', TRUE, '\\x00', 0)"
    );
    run(&mut raw().await, future).await;
    let error = postgres::open(&options).await.unwrap_err();
    assert!(matches!(error, StorageError::NewerSchema { found: 9999, .. }), "{error}");
    let error = postgres::open(&options).await.unwrap_err();
    assert!(matches!(error, StorageError::NewerSchema { .. }), "a refusal leaves no lock behind: {error}");
}

#[tokio::test]
async fn each_misfortune_has_its_own_sentence() {
    let with = |change: fn(&mut url::Url)| {
        let mut url: url::Url = url().parse().unwrap();
        change(&mut url);
        PostgresOptions { url: SecretString::from(url.to_string()), max_connections: 1, schema: None }
    };
    let missing = with(|url| url.set_path("/no_such_database"));
    assert!(matches!(postgres::open(&missing).await, Err(StorageError::Misconfigured(_))));
    let closed = with(|url| url.set_port(Some(1)).unwrap());
    assert!(matches!(postgres::open(&closed).await, Err(StorageError::Unreachable(_))));
    let unknown = with(|url| url.set_username("no_such_role").unwrap());
    let error = postgres::open(&unknown).await.unwrap_err();
    assert_eq!(error, StorageError::Refused);
    assert!(!error.to_string().contains("no_such_role"));
}

/// The view of a monitor while the server answers and takes no write, is told to stop, and is there again.
#[tokio::test]
async fn a_server_that_takes_no_write_is_told_apart_in_time() {
    use pleiade_server::storage::{ProbeStorage as _, Storage as _};
    let now = chrono::DateTime::UNIX_EPOCH;
    let options = options().await;
    let store = postgres::open(&options).await.unwrap();
    store.probe_write(now).await.unwrap();
    let schema = options.schema.as_deref().unwrap();
    let mut other = raw().await;
    run(&mut other, format!("BEGIN; LOCK TABLE {schema}.used_once IN ACCESS EXCLUSIVE MODE")).await;
    let error = store.probe_write(now).await.unwrap_err();
    assert!(matches!(error, StorageError::Unreachable(_)), "{error}");
    assert_eq!(store.ping().await, Ok(()), "it answers all the same");
    run(&mut other, "ROLLBACK".into()).await;
    store.probe_write(now).await.unwrap();

    // Connections that the server has cut are replaced within the same look.
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pleiade' AND query LIKE '%used_once%'";
    run(&mut other, cut.into()).await;
    store.probe_write(now).await.unwrap();

    let read_only = format!(
        "{}{}options=-c%20default_transaction_read_only%3Don",
        url(),
        if url().contains('?') { '&' } else { '?' }
    );
    let read_only = PostgresOptions { url: SecretString::from(read_only), ..options.clone() };
    assert_eq!(postgres::probe(&read_only, now).await.unwrap_err(), StorageError::ReadOnly);
    assert_eq!(postgres::open(&read_only).await.map(drop).unwrap_err(), StorageError::ReadOnly);
}
