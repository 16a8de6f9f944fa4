//! The database behind the server's back.

use super::world::World;

/// The changes in a database since a moment, as SQLite itself counts them.
pub(crate) struct Watch(sqlx::SqliteConnection);

impl Watch {
    pub(crate) async fn open(world: &World) -> Self {
        use sqlx::ConnectOptions as _;
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&world.database);
        Self(options.connect().await.unwrap())
    }

    /// Does something behind the server's back.
    pub(crate) async fn run(&mut self, statement: &str) {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut self.0).await.unwrap();
    }

    /// The number that a query gives.
    pub(crate) async fn count(&mut self, query: &str) -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&mut self.0).await.unwrap()
    }

    /// The text that a query gives.
    pub(crate) async fn text(&mut self, query: &str) -> String {
        sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&mut self.0).await.unwrap()
    }

    /// A number that changes when anybody else commits a change.
    pub(crate) async fn version(&mut self) -> i64 {
        sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut self.0).await.unwrap()
    }
}
