//! The database that the file names.

use crate::{
    config::Config,
    storage::{
        SchemaState, Storage, StorageError, postgres, sqlite,
        upgrade::{Keep, Upgrade},
    },
};
use chrono::{DateTime, Utc};
use std::{sync::Arc, time::Duration};

/// Opens the database of the file.
///
/// # Errors
/// Those of the database.
pub async fn open_storage(config: &Config) -> Result<Arc<dyn Storage>, StorageError> {
    Ok(match database(config) {
        Database::Postgres(options) => Arc::new(postgres::open(&options).await?),
        Database::Sqlite(options) => Arc::new(sqlite::open_with(&options).await?),
    })
}

/// Looks whether the database of the file answers and takes writes, and which version its tables are of. Makes and changes nothing.
///
/// # Errors
/// Those of the database.
pub async fn probe_storage(config: &Config, now: DateTime<Utc>) -> Result<SchemaState, StorageError> {
    match database(config) {
        Database::Postgres(options) => postgres::probe(&options, now).await,
        Database::Sqlite(options) => sqlite::probe(&options.path, options.busy, now).await,
    }
}

/// Says what an upgrade of the database of the file would close, and changes nothing. None when nothing can close any more.
///
/// # Errors
/// Those of the database.
pub async fn review_upgrade(config: &Config, keep: &[Keep]) -> Result<Option<Upgrade>, StorageError> {
    match database(config) {
        Database::Postgres(options) => postgres::review(&options, keep).await,
        Database::Sqlite(options) => sqlite::review(&options.path, options.busy, keep).await,
    }
}

/// Opens the database of the file, closing what an upgrade closes.
///
/// # Errors
/// Those of the database.
pub async fn open_storage_upgrading(
    config: &Config,
    keep: &[Keep],
) -> Result<(Arc<dyn Storage>, Option<Upgrade>), StorageError> {
    Ok(match database(config) {
        Database::Postgres(options) => {
            let (storage, upgrade) = postgres::open_upgrading(&options, keep).await?;
            (Arc::new(storage), upgrade)
        }
        Database::Sqlite(options) => {
            let (storage, upgrade) = sqlite::open_upgrading(&options, keep).await?;
            (Arc::new(storage), upgrade)
        }
    })
}

/// Which database the file names.
enum Database {
    Postgres(postgres::PostgresOptions),
    Sqlite(sqlite::SqliteOptions),
}

fn database(config: &Config) -> Database {
    if let Some(url) = &config.database.url {
        return Database::Postgres(postgres::PostgresOptions {
            url: url.clone(),
            max_connections: config.database.max_connections,
            schema: config.database.schema.clone(),
        });
    }
    Database::Sqlite(sqlite::SqliteOptions {
        path: config.sqlite_path(),
        busy: Duration::from_secs(config.database.lock_seconds),
        synchronous: config.database.synchronous,
    })
}
