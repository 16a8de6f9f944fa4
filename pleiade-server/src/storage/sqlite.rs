//! The embedded engine, and the default: one file in the data folder.

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
    upgrade::{Consent, Keep, Upgrade, implement_upgrade},
    vault::implement_vault,
};
use sqlx::{
    Connection as _, SqliteConnection as Connection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::Path, time::Duration};

/// Between two tries to open a file that another server is opening too.
const AGAIN: Duration = Duration::from_millis(50);

/// A database in one file.
#[derive(Debug)]
pub struct SqliteStorage {
    pool: SqlitePool,
}

/// Opens the file, creating it readable by its owner only, and brings its schema up to date. `busy` is how long a statement waits for
/// another program to let go of the file.
///
/// # Errors
/// [`StorageError::Unreachable`] when the file cannot be opened, [`StorageError::Locked`], [`StorageError::NewerSchema`],
/// [`StorageError::UpgradeNeeded`], [`StorageError::Corrupt`].
pub async fn open(path: &Path, busy: Duration) -> Result<SqliteStorage, StorageError> {
    Ok(open_as(path, busy, Consent::Nobody).await?.0)
}

/// The same, closing the links that an upgrade closes but for those that are kept: what [`review`] says. Gives what was closed; none when the database was past that.
///
/// # Errors
/// Those of [`open`], but for [`StorageError::UpgradeNeeded`], and [`StorageError::NoSuchLink`].
pub async fn open_upgrading(
    path: &Path,
    busy: Duration,
    keep: &[Keep],
) -> Result<(SqliteStorage, Option<Upgrade>), StorageError> {
    open_as(path, busy, Consent::Operator(keep)).await
}

/// Says what an upgrade would close and changes nothing. None when the database is empty, missing or past that.
///
/// # Errors
/// Those of [`open_upgrading`].
pub async fn review(path: &Path, busy: Duration, keep: &[Keep]) -> Result<Option<Upgrade>, StorageError> {
    if !path.exists() {
        return Ok(None);
    }
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(busy).foreign_keys(true);
    let mut connection = Connection::connect_with(&options).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let planned = planned(&mut transaction, keep).await;
    transaction.rollback().await?;
    connection.close().await?;
    planned
}

async fn open_as(
    path: &Path,
    busy: Duration,
    consent: Consent<'_>,
) -> Result<(SqliteStorage, Option<Upgrade>), StorageError> {
    create_private(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(busy)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal);
    let until = tokio::time::Instant::now() + busy;
    let upgraded = loop {
        match migrate(&options, consent).await {
            // While another server turns the journal to WAL, SQLite refuses at once instead of waiting.
            Err(StorageError::Locked) if tokio::time::Instant::now() < until => {
                tokio::time::sleep(AGAIN).await;
            }
            done => break done?,
        }
    };
    // SQLite writes one at a time; a few more connections let readers go on meanwhile.
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        .acquire_timeout(busy.max(Duration::from_secs(5)))
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await?;
    Ok((SqliteStorage { pool }, upgraded))
}

/// Looks at the file without changing anything.
///
/// # Errors
/// Those of [`open`].
pub async fn probe(path: &Path, busy: Duration) -> Result<SchemaState, StorageError> {
    if !path.exists() {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let usable =
            folder.is_dir() && std::fs::metadata(folder).is_ok_and(|data| !data.permissions().readonly());
        return if usable {
            Ok(SchemaState::Empty)
        } else {
            Err(StorageError::Unreachable("its file cannot be created; check the folder and its rights"))
        };
    }
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(busy);
    let mut connection = Connection::connect_with(&options).await?;
    let transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    transaction.rollback().await?;
    let state = schema_state(&mut connection).await;
    connection.close().await?;
    state
}

/// The file holds personal data: nobody but the server's own account reads it. SQLite gives its side files the same rights.
fn create_private(path: &Path) -> Result<(), StorageError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(_) => {
            Err(StorageError::Unreachable("its file cannot be created; check the folder and its rights"))
        }
    }
}

/// SQLite has no advisory lock: one immediate transaction around all migrations keeps two servers that start together apart.
async fn migrate(
    options: &SqliteConnectOptions,
    consent: Consent<'_>,
) -> Result<Option<Upgrade>, StorageError> {
    let mut connection = Connection::connect_with(options).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let upgraded = bring_up_to_date(&mut transaction, consent).await?;
    transaction.commit().await?;
    connection.close().await?;
    Ok(upgraded)
}

implement_storage!(SqliteStorage, "BEGIN IMMEDIATE");
implement_accounts!(SqliteStorage, "BEGIN IMMEDIATE");
implement_audit!(SqliteStorage, "BEGIN IMMEDIATE");
implement_counters!(SqliteStorage, "BEGIN IMMEDIATE");
implement_delegations!(SqliteStorage, "BEGIN IMMEDIATE");
implement_directory!(SqliteStorage, "BEGIN IMMEDIATE");
implement_guesses!(SqliteStorage, "BEGIN IMMEDIATE");
implement_linking!(SqliteStorage, "BEGIN IMMEDIATE");
implement_scim!(SqliteStorage, "BEGIN IMMEDIATE");
implement_vault!(SqliteStorage, "BEGIN IMMEDIATE");
implement_notices!(SqliteStorage, "BEGIN IMMEDIATE");
implement_people!(SqliteStorage, "BEGIN IMMEDIATE");
implement_upgrade!(SqliteStorage, migrations::sqlite, "migrations_table_sqlite");
