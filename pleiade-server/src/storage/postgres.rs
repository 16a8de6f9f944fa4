//! PostgreSQL, for several replicas.

use super::{
    SchemaState,
    accounts::implement_accounts,
    audit::implement_audit,
    counters::implement_counters,
    delegations::implement_delegations,
    directory::implement_directory,
    guesses::implement_guesses,
    linking::implement_linking,
    migrations,
    notices::implement_notices,
    people::implement_people,
    queries::prelude::*,
    queries::{implement_storage, sql},
    scim::implement_scim,
    vault::implement_vault,
};
use pleiade_core::{ExposeSecret, SecretString};
use sqlx::{
    Connection as _, PgConnection as Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::time::Duration;

/// A database on a PostgreSQL server.
#[derive(Debug)]
pub struct PostgresStorage {
    pool: PgPool,
}

/// Where the database is.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// `postgres://user:password@host:port/database?sslmode=verify-full`.
    pub url: SecretString,
    /// Connections at most, for this replica.
    pub max_connections: u32,
    /// The schema of every table, or the account's default one.
    pub schema: Option<String>,
}

impl PostgresOptions {
    fn connect(&self, statement_timeout: Duration) -> Result<PgConnectOptions, StorageError> {
        let mut options: PgConnectOptions = self
            .url
            .expose_secret()
            .parse()
            .map_err(|_| StorageError::Misconfigured("database.url is not a postgres:// address"))?;
        options = options
            .application_name("pleiade")
            .options([("statement_timeout", format!("{}ms", statement_timeout.as_millis()))]);
        if let Some(schema) = &self.schema {
            options = options.options([("search_path", schema.as_str())]);
        }
        Ok(options)
    }
}

/// Connects and brings the schema up to date. Several replicas may do so at once.
///
/// # Errors
/// [`StorageError::Unreachable`], [`StorageError::Refused`], [`StorageError::Misconfigured`], [`StorageError::NewerSchema`].
pub async fn open(options: &PostgresOptions) -> Result<PostgresStorage, StorageError> {
    let patient = options.connect(Duration::from_secs(120))?;
    // A connection of its own, given up at its end: it holds the advisory lock that keeps other replicas waiting.
    let mut connection = tokio::time::timeout(Duration::from_secs(5), Connection::connect_with(&patient))
        .await
        .map_err(|_| StorageError::Unreachable("no answer within five seconds"))??;
    migrations::postgres().run_direct(None, &mut connection, false).await?;
    connection.close().await?;
    let pool = PgPoolOptions::new()
        .max_connections(options.max_connections)
        .acquire_timeout(Duration::from_secs(3))
        .connect_with(options.connect(Duration::from_secs(10))?)
        .await?;
    Ok(PostgresStorage { pool })
}

/// Looks at the database without changing anything.
///
/// # Errors
/// Those of [`open`].
pub async fn probe(options: &PostgresOptions) -> Result<SchemaState, StorageError> {
    let connect = options.connect(Duration::from_secs(10))?;
    let mut connection = tokio::time::timeout(Duration::from_secs(5), Connection::connect_with(&connect))
        .await
        .map_err(|_| StorageError::Unreachable("no answer within five seconds"))??;
    let known: Option<String> =
        query_scalar(sql!("migrations_table_postgres")).fetch_one(&mut connection).await?;
    let found: Option<i64> = match known {
        Some(_) => query_scalar(sql!("newest_migration")).fetch_one(&mut connection).await?,
        None => None,
    };
    connection.close().await?;
    SchemaState::of(found)
}

implement_storage!(PostgresStorage, "BEGIN");
implement_accounts!(PostgresStorage, "BEGIN");
implement_audit!(PostgresStorage, "BEGIN");
implement_counters!(PostgresStorage, "BEGIN");
implement_delegations!(PostgresStorage, "BEGIN");
implement_directory!(PostgresStorage, "BEGIN");
implement_guesses!(PostgresStorage, "BEGIN");
implement_linking!(PostgresStorage, "BEGIN");
implement_scim!(PostgresStorage, "BEGIN");
implement_vault!(PostgresStorage, "BEGIN");
implement_notices!(PostgresStorage, "BEGIN");
implement_people!(PostgresStorage, "BEGIN");
