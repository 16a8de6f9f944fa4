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
    probe::{ProbeStorage, define_probes},
    queries::prelude::*,
    queries::{implement_storage, sql},
    scim::implement_scim,
    upgrade::{Consent, Keep, Upgrade, implement_upgrade},
    vault::implement_vault,
};
use pleiade_core::{ExposeSecret, SecretString};
use sqlx::{
    Connection as _, PgConnection as Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::time::Duration;

/// How long a statement of a migration may take, or wait for another replica.
const PATIENCE: Duration = Duration::from_secs(120);

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
/// [`StorageError::Unreachable`], [`StorageError::Refused`], [`StorageError::Misconfigured`], [`StorageError::NewerSchema`],
/// [`StorageError::UpgradeNeeded`].
pub async fn open(options: &PostgresOptions) -> Result<PostgresStorage, StorageError> {
    Ok(open_as(options, Consent::Nobody).await?.0)
}

/// The same, closing the links that an upgrade closes but for those that are kept: what [`review`] says. Gives what was closed; none when the database was past that.
///
/// # Errors
/// Those of [`open`], but for [`StorageError::UpgradeNeeded`], and [`StorageError::NoSuchLink`].
pub async fn open_upgrading(
    options: &PostgresOptions,
    keep: &[Keep],
) -> Result<(PostgresStorage, Option<Upgrade>), StorageError> {
    open_as(options, Consent::Operator(keep)).await
}

/// Says what an upgrade would close and changes nothing. None when the database is empty or past that.
///
/// # Errors
/// Those of [`open_upgrading`].
pub async fn review(options: &PostgresOptions, keep: &[Keep]) -> Result<Option<Upgrade>, StorageError> {
    let mut connection = connect(&options.connect(PATIENCE)?).await?;
    let mut transaction = connection.begin().await?;
    query(sql!("upgrade/lock_postgres")).execute(&mut *transaction).await?;
    let planned = planned(&mut transaction, keep).await;
    transaction.rollback().await?;
    connection.close().await?;
    planned
}

async fn connect(options: &PgConnectOptions) -> Result<Connection, StorageError> {
    Ok(tokio::time::timeout(Duration::from_secs(5), Connection::connect_with(options))
        .await
        .map_err(|_| StorageError::Unreachable("no answer within five seconds"))??)
}

async fn open_as(
    options: &PostgresOptions,
    consent: Consent<'_>,
) -> Result<(PostgresStorage, Option<Upgrade>), StorageError> {
    let mut connection = connect(&options.connect(PATIENCE)?).await?;
    let mut transaction = connection.begin().await?;
    // Other replicas wait here until this one has committed.
    query(sql!("upgrade/lock_postgres")).execute(&mut *transaction).await?;
    let upgraded = bring_up_to_date(&mut transaction, consent).await?;
    transaction.commit().await?;
    connection.close().await?;
    let pool = PgPoolOptions::new()
        .max_connections(options.max_connections)
        .acquire_timeout(Duration::from_secs(3))
        .connect_with(options.connect(Duration::from_secs(10))?)
        .await?;
    Ok((PostgresStorage { pool }, upgraded))
}

/// Looks at the database and tries to write it, changing nothing but the row of [`ProbeStorage`]. `now` is the time of day.
///
/// # Errors
/// Those of [`open`], [`StorageError::ReadOnly`], [`StorageError::Full`].
pub async fn probe(options: &PostgresOptions, now: DateTime<Utc>) -> Result<SchemaState, StorageError> {
    let mut connection = connect(&options.connect(Duration::from_secs(10))?).await?;
    let state = schema_state(&mut connection).await?;
    match state {
        SchemaState::Current => write_probe(&mut connection, now).await?,
        _ => create_probe(&mut connection).await?,
    }
    connection.close().await?;
    Ok(state)
}

/// How long the server may take to accept the row of the probe.
const PROBE: Duration = Duration::from_secs(2);
const SILENT: StorageError = StorageError::Unreachable("it takes no write within two seconds");

define_probes!();

#[async_trait]
impl ProbeStorage for PostgresStorage {
    /// Through the pool while it has a connection; else through one of its own, because the pool tries again for seconds where a server
    /// that is gone refuses at once.
    async fn probe_write(&self, now: DateTime<Utc>) -> Result<(), StorageError> {
        if self.pool.is_closed() {
            return Err(sqlx::Error::PoolClosed.into());
        }
        let busy = self.pool.size() >= self.pool.options().get_max_connections();
        let pooled = match self.pool.try_acquire() {
            None if busy => Some(self.pool.acquire().await?),
            idle => idle,
        };
        if let Some(mut connection) = pooled {
            match tokio::time::timeout(PROBE, write_probe(&mut connection, now)).await {
                // The server may have been started again since: its old connections are dead, a new one is not.
                Ok(Err(StorageError::Unreachable(_))) => connection.close_on_drop(),
                Ok(outcome) => return outcome,
                Err(_) => {
                    connection.close_on_drop();
                    return Err(SILENT);
                }
            }
        }
        let fresh = async {
            let mut connection = Connection::connect_with(&self.pool.connect_options()).await?;
            write_probe(&mut connection, now).await?;
            Ok(connection.close().await?)
        };
        tokio::time::timeout(PROBE, fresh).await.unwrap_or(Err(SILENT))
    }
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
implement_upgrade!(PostgresStorage, migrations::postgres, "migrations_table_postgres");
