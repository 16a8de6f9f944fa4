//! PostgreSQL, for several replicas.

use super::{
    Database, SchemaState, StorageError,
    database::Connection,
    probe_row::{CREATE, WRITE, write},
    upgrade::{self, Consent, Keep, Upgrade},
};
use chrono::{DateTime, Utc};
use pleiade_core::{ExposeSecret, SecretString};
use sqlx::{
    Connection as _, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::time::Duration;

/// Time for a statement of a migration, or for another replica to end its own.
const MIGRATION_TIMEOUT: Duration = Duration::from_secs(120);

/// One replica at a time brings the schema up to date.
const LOCK: &str = sql!(upgrade, "lock_postgres");

/// The database to open.
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
pub async fn open(options: &PostgresOptions) -> Result<Database, StorageError> {
    Ok(open_as(options, Consent::Nobody).await?.0)
}

/// Opens the database and brings its schema up to date, closing the links that an upgrade closes but for those that are kept: what
/// [`review`] says. Gives what was closed; none when the database was past that.
///
/// # Errors
/// Those of [`open`], but for [`StorageError::UpgradeNeeded`], and [`StorageError::NoSuchLink`].
pub async fn open_upgrading(
    options: &PostgresOptions,
    keep: &[Keep],
) -> Result<(Database, Option<Upgrade>), StorageError> {
    open_as(options, Consent::Operator(keep)).await
}

/// Says what an upgrade would close and changes nothing. None when the database is empty or past that.
///
/// # Errors
/// Those of [`open_upgrading`].
pub async fn review(options: &PostgresOptions, keep: &[Keep]) -> Result<Option<Upgrade>, StorageError> {
    let mut connection = connect(&options.connect(MIGRATION_TIMEOUT)?).await?;
    let mut transaction = connection.begin().await?;
    Connection::Postgres(&mut transaction).query(LOCK).execute().await?;
    let planned = upgrade::planned(&mut Connection::Postgres(&mut transaction), keep).await;
    transaction.rollback().await?;
    connection.close().await?;
    planned
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, StorageError> {
    Ok(tokio::time::timeout(Duration::from_secs(5), PgConnection::connect_with(options))
        .await
        .map_err(|_| StorageError::Unreachable("no answer within five seconds"))??)
}

async fn open_as(
    options: &PostgresOptions,
    consent: Consent<'_>,
) -> Result<(Database, Option<Upgrade>), StorageError> {
    let mut connection = connect(&options.connect(MIGRATION_TIMEOUT)?).await?;
    let mut transaction = connection.begin().await?;
    // Other replicas wait here until this one has committed.
    Connection::Postgres(&mut transaction).query(LOCK).execute().await?;
    let upgraded = upgrade::bring_up_to_date(&mut Connection::Postgres(&mut transaction), consent).await?;
    transaction.commit().await?;
    connection.close().await?;
    let pool = PgPoolOptions::new()
        .max_connections(options.max_connections)
        .acquire_timeout(Duration::from_secs(3))
        .connect_with(options.connect(Duration::from_secs(10))?)
        .await?;
    Ok((Database::postgres(pool), upgraded))
}

/// Looks at the database and tries to write it, changing nothing but the row of [`ProbeStorage`](super::ProbeStorage). `now` is the time of
/// day.
///
/// # Errors
/// Those of [`open`], [`StorageError::ReadOnly`], [`StorageError::Full`].
pub async fn probe(options: &PostgresOptions, now: DateTime<Utc>) -> Result<SchemaState, StorageError> {
    let mut connection = connect(&options.connect(Duration::from_secs(10))?).await?;
    let state = upgrade::schema_state(&mut Connection::Postgres(&mut connection)).await?;
    if state == SchemaState::Current {
        write(Connection::Postgres(&mut connection).query(WRITE), now).await?;
    } else {
        let mut transaction = connection.begin().await?;
        Connection::Postgres(&mut transaction).query(CREATE).execute().await?;
        transaction.rollback().await?;
    }
    connection.close().await?;
    Ok(state)
}

/// Time for the server to accept the row of the probe.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
const PROBE_TIMED_OUT: StorageError = StorageError::Unreachable("it takes no write within two seconds");

/// Writes the row of the probe through the pool while it has a connection; else through one of its own, because the pool tries again for
/// seconds where a server that is gone refuses at once.
pub(super) async fn probe_write(pool: &PgPool, now: DateTime<Utc>) -> Result<(), StorageError> {
    if pool.is_closed() {
        return Err(sqlx::Error::PoolClosed.into());
    }
    let busy = pool.size() >= pool.options().get_max_connections();
    let pooled = match pool.try_acquire() {
        None if busy => Some(pool.acquire().await?),
        idle => idle,
    };
    if let Some(mut connection) = pooled {
        let mut lent = Connection::Postgres(&mut connection);
        match tokio::time::timeout(PROBE_TIMEOUT, write(lent.query(WRITE), now)).await {
            // The server may have been started again since: its old connections are dead, a new one is not.
            Ok(Err(StorageError::Unreachable(_))) => connection.close_on_drop(),
            Ok(outcome) => return outcome,
            Err(_) => {
                connection.close_on_drop();
                return Err(PROBE_TIMED_OUT);
            }
        }
    }
    let fresh = async {
        let mut connection = PgConnection::connect_with(&pool.connect_options()).await?;
        write(Connection::Postgres(&mut connection).query(WRITE), now).await?;
        Ok(connection.close().await?)
    };
    tokio::time::timeout(PROBE_TIMEOUT, fresh).await.unwrap_or(Err(PROBE_TIMED_OUT))
}
