//! The upgrade of a database of a version before links, on SQLite.
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod upgrade_suite;

use async_trait::async_trait;
use pleiade_server::storage::{
    SchemaState, StorageError, sqlite,
    upgrade::{Keep, Upgrade},
};
use sqlx::Connection as _;
use std::{path::PathBuf, sync::Arc, time::Duration};
use upgrade_suite::{Old, Store, data, upgrade_suite};

const BUSY: Duration = Duration::from_secs(20);

struct File(PathBuf);

impl File {
    async fn raw(&self) -> sqlx::SqliteConnection {
        let options =
            sqlx::sqlite::SqliteConnectOptions::new().filename(&self.0).busy_timeout(BUSY).foreign_keys(true);
        sqlx::SqliteConnection::connect_with(&options).await.unwrap()
    }
}

#[async_trait]
impl Old for File {
    async fn open(&self) -> Result<Store, StorageError> {
        Ok(Arc::new(sqlite::open(&self.0, BUSY).await?))
    }

    async fn open_keeping(&self, keep: &[Keep]) -> Result<(Store, Option<Upgrade>), StorageError> {
        let options = sqlite::SqliteOptions {
            path: self.0.clone(),
            busy: BUSY,
            synchronous: sqlite::Synchronous::default(),
        };
        let (store, upgrade) = sqlite::open_upgrading(&options, keep).await?;
        Ok((Arc::new(store), upgrade))
    }

    async fn review_keeping(&self, keep: &[Keep]) -> Result<Option<Upgrade>, StorageError> {
        sqlite::review(&self.0, BUSY, keep).await
    }

    async fn probe(&self) -> Result<SchemaState, StorageError> {
        sqlite::probe(&self.0, BUSY, chrono::DateTime::UNIX_EPOCH).await
    }

    async fn run(&self, sql: &str) -> u64 {
        let statement = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()));
        statement.execute(&mut self.raw().await).await.unwrap().rows_affected()
    }

    async fn count(&self, sql: &str) -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
            .fetch_one(&mut self.raw().await)
            .await
            .unwrap()
    }
}

async fn old() -> (File, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pleiade.db");
    std::fs::copy(data().join("pleiade.sqlite3"), &path).unwrap();
    (File(path), folder)
}

upgrade_suite!(old);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_put_together_only_once_everything_is_sealed_for_links() {
    let (file, folder) = old().await;
    drop(file.open_upgrading().await.unwrap());
    assert_eq!(file.probe().await.unwrap(), SchemaState::Older);
    let key = std::fs::read_to_string(data().join("seal.key")).unwrap();
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\npublic_url = \"http://bureau.localhost:8080/\"\ndata_dir = \"{}\"\n\
         [seal]\nkey = \"{}\"\n[operator]\nname = \"OPSN\"\n\
         [[tenants]]\nid = \"alpha\"\nname = \"Alpha\"\nhosts = [\"alpha.localhost\"]\n\
         [[sources]]\nid = \"locale\"\nkind = \"local\"\nname = \"Comptes\"\n",
        folder.path().display(),
        key.trim()
    );
    let path = folder.path().join("pleiade.toml");
    std::fs::write(&path, text).unwrap();
    let loaded = pleiade_server::config::load(&path).unwrap();
    let clock: Arc<dyn pleiade_core::Clock> = Arc::new(pleiade_core::SystemClock::default());
    let app = pleiade_server::assemble::assemble(&loaded, clock, None).await.unwrap();
    assert_eq!(file.probe().await.unwrap(), SchemaState::Current);
    assert_eq!(pleiade_server::upgrade::seal_by_link(&app.storage, &app.sealer).await.unwrap(), None);
}
