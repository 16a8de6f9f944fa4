//! The schema of both engines. Migrations are added, never changed: a released one is recognised by its checksum.

use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// Version, description, SQLite, PostgreSQL; oldest first.
const MIGRATIONS: &[(i64, &str, &str, &str)] = &[(
    1,
    "init",
    include_str!("../../migrations/sqlite/0001_init.sql"),
    include_str!("../../migrations/postgres/0001_init.sql"),
)];

/// The newest version this program knows.
pub(super) fn latest() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.0)
}

fn migrator(pick: impl Fn(&(i64, &'static str, &'static str, &'static str)) -> &'static str) -> Migrator {
    let migrations = MIGRATIONS
        .iter()
        .map(|migration| {
            Migration::new(
                migration.0,
                migration.1.into(),
                MigrationType::Simple,
                pick(migration).into_sql_str(),
                false,
            )
        })
        .collect();
    Migrator::with_migrations(migrations)
}

pub(super) fn sqlite() -> Migrator {
    migrator(|migration| migration.2)
}

pub(super) fn postgres() -> Migrator {
    migrator(|migration| migration.3)
}
