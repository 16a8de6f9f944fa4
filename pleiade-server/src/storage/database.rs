//! One database of either engine, and statements that run on it: on any connection of its pool, or on the one of a transaction.
//!
//! sqlx's own `Any` driver would do without this, but it takes neither typed options of connections nor a statement like SQLite's
//! `BEGIN IMMEDIATE` to begin with.

use super::{StorageError, migrations};
use sqlx::{
    Encode, FromRow, PgConnection, Postgres, Sqlite, SqliteConnection, Type,
    pool::PoolConnection,
    postgres::{PgArguments, PgRow},
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};
use std::{fmt, sync::Arc};
use tokio::sync::{Mutex, MutexGuard, OwnedMutexGuard};

/// A row of either engine as a value.
pub(super) trait Record:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A database in use: [`sqlite::open`](super::sqlite::open) and [`postgres::open`](super::postgres::open) give one.
pub struct Database {
    pub(super) engine: Engine,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.engine {
            Engine::Sqlite(_) => "Database(SQLite)",
            Engine::Postgres(_) => "Database(PostgreSQL)",
        })
    }
}

/// Which engine, and where statements run.
pub(super) enum Engine {
    Sqlite(Executor<Sqlite>),
    Postgres(Executor<Postgres>),
}

/// What runs statements.
pub(super) enum Executor<DB: sqlx::Database> {
    /// On any connection of a pool, each on its own.
    Pool(sqlx::Pool<DB>),
    /// In a transaction.
    Transaction(Arc<Mutex<TransactionState<DB>>>),
}

impl Database {
    pub(super) fn sqlite(pool: sqlx::SqlitePool) -> Self {
        Self { engine: Engine::Sqlite(Executor::Pool(pool)) }
    }

    pub(super) fn postgres(pool: sqlx::PgPool) -> Self {
        Self { engine: Engine::Postgres(Executor::Pool(pool)) }
    }

    /// A statement to run here.
    pub(super) fn query(&self, sql: &'static str) -> Statement<'_> {
        Statement(match &self.engine {
            Engine::Sqlite(executor) => Prepared::Sqlite(sqlx::query(sql), executor.target()),
            Engine::Postgres(executor) => Prepared::Postgres(sqlx::query(sql), executor.target()),
        })
    }

    /// A transaction that will write; within one, a savepoint of it, and this waits until that has ended. Without
    /// [`commit`](Self::commit) nothing of it stays.
    pub(super) async fn transaction(&self) -> Result<Self, StorageError> {
        let engine = match &self.engine {
            // A transaction of SQLite that reads before it writes is refused when another wrote in between.
            Engine::Sqlite(executor) => Engine::Sqlite(executor.begin("BEGIN IMMEDIATE").await?),
            Engine::Postgres(executor) => Engine::Postgres(executor.begin("BEGIN").await?),
        };
        Ok(Self { engine })
    }

    /// The place where a single statement runs that may end in [`StorageError::Conflict`]: here, or in a savepoint when this is a
    /// transaction, which goes on after it then.
    pub(super) async fn savepoint(&self) -> Result<Self, StorageError> {
        match &self.engine {
            Engine::Sqlite(Executor::Pool(pool)) => Ok(Self::sqlite(pool.clone())),
            Engine::Postgres(Executor::Pool(pool)) => Ok(Self::postgres(pool.clone())),
            _ => self.transaction().await,
        }
    }

    /// Keeps what was done in the transaction. Nothing to do on a pool.
    ///
    /// # Errors
    /// The first error of a statement in it, whoever saw it then: nothing stays.
    pub(super) async fn commit(self) -> Result<(), StorageError> {
        match self.engine {
            Engine::Sqlite(executor) => executor.commit().await,
            Engine::Postgres(executor) => executor.commit().await,
        }
    }

    /// Closes every connection. Does nothing in a transaction.
    pub(super) async fn close_pool(&self) {
        match &self.engine {
            Engine::Sqlite(Executor::Pool(pool)) => pool.close().await,
            Engine::Postgres(Executor::Pool(pool)) => pool.close().await,
            _ => {}
        }
    }
}

/// The connection of a transaction, and what has come of it.
pub(super) struct TransactionState<DB: sqlx::Database> {
    held: TransactionConnection<DB>,
    /// The first error of a statement.
    failed: Option<StorageError>,
    /// A savepoint was dropped and is still to be undone.
    undo: bool,
}

/// The way a transaction holds its connection.
enum TransactionConnection<DB: sqlx::Database> {
    /// It is its own.
    Own(sqlx::Transaction<'static, DB>),
    /// It is that of another one, which waits until this one ends.
    Within(Savepoint<DB>),
}

/// A savepoint: undone when it is dropped before it was released.
struct Savepoint<DB: sqlx::Database> {
    outer: OwnedMutexGuard<TransactionState<DB>>,
    released: bool,
}

impl<DB: sqlx::Database> Drop for Savepoint<DB> {
    fn drop(&mut self) {
        if !self.released {
            self.outer.undo = true;
        }
    }
}

// The innermost savepoint of a name is meant by it, in both engines.
const SAVE: &str = "SAVEPOINT pleiade";
const RELEASE: &str = "RELEASE SAVEPOINT pleiade";
const UNDO: &str = "ROLLBACK TO SAVEPOINT pleiade; RELEASE SAVEPOINT pleiade";

impl<DB> TransactionState<DB>
where
    DB: sqlx::Database,
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
{
    fn connection(&mut self) -> &mut DB::Connection {
        match &mut self.held {
            TransactionConnection::Own(transaction) => transaction,
            TransactionConnection::Within(savepoint) => savepoint.outer.connection(),
        }
    }

    /// Refuses what would follow a failure, and undoes the savepoint that was dropped last.
    async fn ready(&mut self) -> Result<(), StorageError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        if self.undo {
            self.run(UNDO).await?;
            self.undo = false;
        }
        Ok(())
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), StorageError> {
        let outcome = sqlx::raw_sql(sql).execute(self.connection()).await;
        self.settle(outcome).map(drop)
    }

    fn settle<T>(&mut self, outcome: sqlx::Result<T>) -> Result<T, StorageError> {
        outcome.map_err(|error| {
            let error = error.into();
            self.fail(&error);
            error
        })
    }

    /// Marks every transaction around it as failed too, but for a conflict: SQLite may have rolled all of it back.
    fn fail(&mut self, error: &StorageError) {
        if let TransactionConnection::Within(savepoint) = &mut self.held
            && *error != StorageError::Conflict
        {
            savepoint.outer.fail(error);
        }
        self.failed.get_or_insert_with(|| error.clone());
    }
}

impl<DB> Executor<DB>
where
    DB: sqlx::Database,
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
{
    fn target(&self) -> Target<'_, DB> {
        match self {
            Self::Pool(pool) => Target::Pool(pool),
            Self::Transaction(state) => Target::Transaction(state),
        }
    }

    async fn begin(&self, statement: &'static str) -> Result<Self, StorageError> {
        let held = match self {
            Self::Pool(pool) => TransactionConnection::Own(pool.begin_with(statement).await?),
            Self::Transaction(state) => {
                let mut outer = Arc::clone(state).lock_owned().await;
                outer.ready().await?;
                let mut savepoint = Savepoint { outer, released: false };
                savepoint.outer.run(SAVE).await?;
                TransactionConnection::Within(savepoint)
            }
        };
        let state = TransactionState { held, failed: None, undo: false };
        Ok(Self::Transaction(Arc::new(Mutex::new(state))))
    }

    async fn commit(self) -> Result<(), StorageError> {
        let Self::Transaction(state) = self else { return Ok(()) };
        let mut state = Arc::into_inner(state)
            .ok_or_else(|| StorageError::Internal("a transaction within it is open".into()))?
            .into_inner();
        state.ready().await?;
        match state.held {
            TransactionConnection::Own(transaction) => Ok(transaction.commit().await?),
            TransactionConnection::Within(mut savepoint) => {
                savepoint.outer.run(RELEASE).await?;
                savepoint.released = true;
                Ok(())
            }
        }
    }
}

/// The place where one statement is about to run.
enum Target<'d, DB: sqlx::Database> {
    Pool(&'d sqlx::Pool<DB>),
    Transaction(&'d Mutex<TransactionState<DB>>),
    Connection(&'d mut DB::Connection),
}

/// A connection for one statement.
enum Lease<'d, DB: sqlx::Database> {
    Pool(PoolConnection<DB>),
    Transaction(MutexGuard<'d, TransactionState<DB>>),
    Connection(&'d mut DB::Connection),
}

impl<'d, DB> Target<'d, DB>
where
    DB: sqlx::Database,
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
{
    async fn lease(self) -> Result<Lease<'d, DB>, StorageError> {
        Ok(match self {
            Self::Pool(pool) => Lease::Pool(pool.acquire().await?),
            Self::Transaction(state) => {
                let mut state = state.lock().await;
                state.ready().await?;
                Lease::Transaction(state)
            }
            Self::Connection(connection) => Lease::Connection(connection),
        })
    }
}

impl<DB> Lease<'_, DB>
where
    DB: sqlx::Database,
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
{
    fn connection(&mut self) -> &mut DB::Connection {
        match self {
            Self::Pool(connection) => connection,
            Self::Transaction(state) => state.connection(),
            Self::Connection(connection) => connection,
        }
    }

    /// Notes in the transaction what came of the statement.
    fn settle<T>(&mut self, outcome: sqlx::Result<T>) -> Result<T, StorageError> {
        match self {
            Self::Transaction(state) => state.settle(outcome),
            _ => Ok(outcome?),
        }
    }
}

/// A statement, its parameters so far, and where it runs.
#[must_use = "a statement does nothing until it is run"]
pub(super) struct Statement<'d>(Prepared<'d>);

enum Prepared<'d> {
    Sqlite(Query<'static, Sqlite, SqliteArguments>, Target<'d, Sqlite>),
    Postgres(Query<'static, Postgres, PgArguments>, Target<'d, Postgres>),
}

impl Statement<'_> {
    /// Gives it the next parameter.
    pub(super) fn bind<'v, T>(self, value: T) -> Self
    where
        T: Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres>,
    {
        Self(match self.0 {
            Prepared::Sqlite(query, target) => Prepared::Sqlite(query.bind(value), target),
            Prepared::Postgres(query, target) => Prepared::Postgres(query.bind(value), target),
        })
    }

    /// Runs it and says how many rows it wrote.
    pub(super) async fn execute(self) -> Result<u64, StorageError> {
        match self.0 {
            Prepared::Sqlite(query, target) => {
                let mut lease = target.lease().await?;
                let outcome = query.execute(lease.connection()).await;
                Ok(lease.settle(outcome)?.rows_affected())
            }
            Prepared::Postgres(query, target) => {
                let mut lease = target.lease().await?;
                let outcome = query.execute(lease.connection()).await;
                Ok(lease.settle(outcome)?.rows_affected())
            }
        }
    }

    /// Runs it and gives its first row, if any.
    pub(super) async fn fetch_optional<R: Record>(self) -> Result<Option<R>, StorageError> {
        match self.0 {
            Prepared::Sqlite(query, target) => {
                let mut lease = target.lease().await?;
                let outcome = query.fetch_optional(lease.connection()).await;
                Ok(lease.settle(outcome)?.map(|row| R::from_row(&row)).transpose()?)
            }
            Prepared::Postgres(query, target) => {
                let mut lease = target.lease().await?;
                let outcome = query.fetch_optional(lease.connection()).await;
                Ok(lease.settle(outcome)?.map(|row| R::from_row(&row)).transpose()?)
            }
        }
    }

    /// Runs it and says whether it wrote any row.
    pub(super) async fn changed(self) -> Result<bool, StorageError> {
        Ok(self.execute().await? > 0)
    }

    /// Runs it and gives what its first row holds, if there is one.
    pub(super) async fn fetch_value<R, T>(self) -> Result<Option<T>, StorageError>
    where
        R: Record + TryInto<T, Error = StorageError>,
    {
        self.fetch_optional::<R>().await?.map(TryInto::try_into).transpose()
    }

    /// Runs it and gives what every row holds.
    pub(super) async fn fetch_values<R, T>(self) -> Result<Vec<T>, StorageError>
    where
        R: Record + TryInto<T, Error = StorageError>,
    {
        self.fetch_all::<R>().await?.into_iter().map(TryInto::try_into).collect()
    }

    /// Runs it and gives its first row. Without any it is a defect of the statement.
    pub(super) async fn fetch_one<R: Record>(self) -> Result<R, StorageError> {
        self.fetch_optional().await?.ok_or_else(|| sqlx::Error::RowNotFound.into())
    }

    /// Runs it and gives every row.
    pub(super) async fn fetch_all<R: Record>(self) -> Result<Vec<R>, StorageError> {
        match self.0 {
            Prepared::Sqlite(query, target) => {
                let mut lease = target.lease().await?;
                let outcome = query.fetch_all(lease.connection()).await;
                Ok(lease.settle(outcome)?.iter().map(R::from_row).collect::<sqlx::Result<_>>()?)
            }
            Prepared::Postgres(query, target) => {
                let mut lease = target.lease().await?;
                let outcome = query.fetch_all(lease.connection()).await;
                Ok(lease.settle(outcome)?.iter().map(R::from_row).collect::<sqlx::Result<_>>()?)
            }
        }
    }
}

/// One connection, lent by whoever opened it: what looks at a database or brings its schema up to date.
pub(super) enum Connection<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Connection<'_> {
    /// A statement to run on it.
    pub(super) fn query(&mut self, sql: &'static str) -> Statement<'_> {
        Statement(match self {
            Self::Sqlite(connection) => {
                Prepared::Sqlite(sqlx::query(sql), Target::Connection(&mut **connection))
            }
            Self::Postgres(connection) => {
                Prepared::Postgres(sqlx::query(sql), Target::Connection(&mut **connection))
            }
        })
    }

    /// Runs the migrations up to one, or all.
    pub(super) async fn migrate(&mut self, target: Option<i64>) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(connection) => {
                migrations::sqlite().run_direct(target, &mut **connection, false).await?
            }
            Self::Postgres(connection) => {
                migrations::postgres().run_direct(target, &mut **connection, false).await?;
            }
        }
        Ok(())
    }
}
