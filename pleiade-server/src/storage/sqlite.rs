//! The embedded engine, and the default: one file in the data folder.

use super::{
    Database, SchemaState, StorageError,
    database::Connection,
    probe_row::{CREATE, WRITE, write},
    upgrade::{self, Consent, Keep, Upgrade},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::{
    Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// Between two tries to open a file that another server is opening too.
const AGAIN: Duration = Duration::from_millis(50);

/// The durability of writes: what a power cut may take back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Synchronous {
    /// Nothing that was acknowledged: each write waits for the disk.
    #[default]
    Full,
    /// The last moments: acknowledged sign-outs, closed accounts and lines of the audit log may be undone. The file stays whole.
    Normal,
}

/// The options of the file.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// The file.
    pub path: PathBuf,
    /// Time for which a statement waits for another program to let go of it.
    pub busy: Duration,
    /// The durability of writes: what a power cut may take back.
    pub synchronous: Synchronous,
}

/// [`open_with`] every write on the disk before it is acknowledged.
///
/// # Errors
/// Those of [`open_with`].
pub async fn open(path: &Path, busy: Duration) -> Result<Database, StorageError> {
    let options = SqliteOptions { path: path.to_owned(), busy, synchronous: Synchronous::Full };
    open_with(&options).await
}

/// Opens the file, creating it readable by its owner only, and brings its schema up to date.
///
/// # Errors
/// [`StorageError::Unreachable`] when the file cannot be opened, [`StorageError::Locked`], [`StorageError::NewerSchema`],
/// [`StorageError::UpgradeNeeded`], [`StorageError::Corrupt`].
pub async fn open_with(options: &SqliteOptions) -> Result<Database, StorageError> {
    Ok(open_as(options, Consent::Nobody).await?.0)
}

/// Opens the database and brings its schema up to date, closing the links that an upgrade closes but for those that are kept: what
/// [`review`] says. Gives what was closed; none when the database was past that.
///
/// # Errors
/// Those of [`open_with`], but for [`StorageError::UpgradeNeeded`], and [`StorageError::NoSuchLink`].
pub async fn open_upgrading(
    options: &SqliteOptions,
    keep: &[Keep],
) -> Result<(Database, Option<Upgrade>), StorageError> {
    open_as(options, Consent::Operator(keep)).await
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
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let planned = upgrade::planned(&mut Connection::Sqlite(&mut transaction), keep).await;
    transaction.rollback().await?;
    connection.close().await?;
    planned
}

async fn open_as(
    options: &SqliteOptions,
    consent: Consent<'_>,
) -> Result<(Database, Option<Upgrade>), StorageError> {
    let SqliteOptions { path, busy, synchronous } = options;
    let busy = *busy;
    create_private(path)?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(busy)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(match synchronous {
            Synchronous::Full => SqliteSynchronous::Full,
            Synchronous::Normal => SqliteSynchronous::Normal,
        });
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
        .max_connections(8)
        .acquire_timeout(busy.max(Duration::from_secs(5)))
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_release(|connection, _| Box::pin(has_left_transaction(connection)))
        .connect_with(options)
        .await?;
    Ok((Database::sqlite(pool), upgraded))
}

/// False for a connection that would begin no other transaction. SQLite rolls one back by itself when the disk is full, among others; sqlx
/// then counts it as open for ever, because the `ROLLBACK` that it sends is refused.
async fn has_left_transaction(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    if connection.is_in_transaction() {
        // Its answer comes after what was sent before it: the `ROLLBACK` of a transaction that was dropped.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Looks at the file and tries to write it, changing nothing but the row of [`ProbeStorage`](super::ProbeStorage). `now` is the time of
/// day.
///
/// # Errors
/// Those of [`open`], [`StorageError::ReadOnly`], [`StorageError::Full`].
pub async fn probe(path: &Path, busy: Duration, now: DateTime<Utc>) -> Result<SchemaState, StorageError> {
    if !path.exists() {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        return match tempfile::tempfile_in(folder) {
            Ok(_) => Ok(SchemaState::Empty),
            Err(_) => {
                Err(StorageError::Unreachable("its file cannot be created; check the folder and its rights"))
            }
        };
    }
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(busy);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    transaction.rollback().await?;
    let state = upgrade::schema_state(&mut Connection::Sqlite(&mut connection)).await?;
    if state == SchemaState::Current {
        write(Connection::Sqlite(&mut connection).query(WRITE), now).await?;
    } else {
        let mut transaction = connection.begin().await?;
        Connection::Sqlite(&mut transaction).query(CREATE).execute().await?;
        transaction.rollback().await?;
    }
    connection.close().await?;
    Ok(state)
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
    let mut connection = SqliteConnection::connect_with(options).await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let upgraded = upgrade::bring_up_to_date(&mut Connection::Sqlite(&mut transaction), consent).await?;
    transaction.commit().await?;
    connection.close().await?;
    Ok(upgraded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::{
        ProbeStorage as _,
        database::{Engine, Executor},
    };

    #[tokio::test]
    async fn a_transaction_that_sqlite_ended_by_itself_costs_no_later_one() {
        let folder = tempfile::tempdir().unwrap();
        let storage = open(&folder.path().join("pleiade.db"), Duration::from_secs(5)).await.unwrap();
        let now = DateTime::UNIX_EPOCH;
        storage
            .query("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ROLLBACK, 'full'); END")
            .execute()
            .await
            .unwrap();
        // More often than the pool has connections.
        for _ in 0..6 {
            let transaction = storage.transaction().await.expect("each begins");
            transaction.probe_write(now).await.unwrap();
            let refused = transaction.query("INSERT INTO audit DEFAULT VALUES").execute().await;
            assert!(matches!(refused, Err(StorageError::Internal(_))), "{refused:?}");
            assert_eq!(transaction.commit().await, refused.map(drop));
        }
        storage.transaction().await.unwrap().commit().await.unwrap();
    }

    #[tokio::test]
    async fn each_acknowledged_write_is_on_the_disk_unless_the_operator_says_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pleiade.db");
        let busy = Duration::from_secs(5);
        // As SQLite numbers them: 1 is NORMAL, 2 is FULL.
        let levels = async |storage: Database| {
            let Engine::Sqlite(Executor::Pool(pool)) = &storage.engine else { panic!("it is SQLite") };
            let mut levels = Vec::new();
            let mut held = Vec::new();
            for _ in 0..4 {
                let mut connection = pool.acquire().await.unwrap();
                let level: i64 =
                    sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *connection).await.unwrap();
                levels.push(level);
                held.push(connection);
            }
            levels
        };
        assert_eq!(levels(open(&path, busy).await.unwrap()).await, [2; 4]);
        for (synchronous, level) in [(Synchronous::default(), 2), (Synchronous::Normal, 1)] {
            let options = SqliteOptions { path: path.clone(), busy, synchronous };
            assert_eq!(levels(open_with(&options).await.unwrap()).await, [level; 4]);
        }
    }
}
