//! The upgrade of a database of a version before links, on a real PostgreSQL, each test in a schema of its own.
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use crate::{
    storage::{options, raw},
    upgrade_suite::{self, Old, Store, data, upgrade_suite},
};
use async_trait::async_trait;
use pleiade_server::storage::{
    SchemaState, StorageError,
    postgres::{self, PostgresOptions},
    upgrade::{Keep, Upgrade},
};
use std::sync::Arc;

struct Schema(PostgresOptions);

impl Schema {
    async fn raw(&self) -> sqlx::PgConnection {
        let mut connection = raw().await;
        let schema = self.0.schema.as_deref().unwrap();
        let path = format!("SET search_path TO {schema}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(path)).execute(&mut connection).await.unwrap();
        connection
    }
}

#[async_trait]
impl Old for Schema {
    async fn open(&self) -> Result<Store, StorageError> {
        Ok(Arc::new(postgres::open(&self.0).await?))
    }

    async fn open_keeping(&self, keep: &[Keep]) -> Result<(Store, Option<Upgrade>), StorageError> {
        let (store, upgrade) = postgres::open_upgrading(&self.0, keep).await?;
        Ok((Arc::new(store), upgrade))
    }

    async fn review_keeping(&self, keep: &[Keep]) -> Result<Option<Upgrade>, StorageError> {
        postgres::review(&self.0, keep).await
    }

    async fn probe(&self) -> Result<SchemaState, StorageError> {
        postgres::probe(&self.0, chrono::DateTime::UNIX_EPOCH).await
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

/// The dump makes its own schema, which its name stands for alone.
async fn old() -> (Schema, ()) {
    let options = options().await;
    let schema = options.schema.as_deref().unwrap();
    let dump = std::fs::read_to_string(data().join("pleiade.sql")).unwrap();
    let dump = dump.replace("CREATE SCHEMA fixture_0d86114;", "").replace("fixture_0d86114", schema);
    let mut connection = raw().await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(dump)).execute(&mut connection).await.unwrap();
    (Schema(options), ())
}

upgrade_suite!(old);
