//! The schema of both engines. Migrations are added, never changed: a released one is recognised by its checksum.

use sqlx::{
    SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// Number, description, SQLite, PostgreSQL.
type MigrationSource = (i64, &'static str, &'static str, &'static str);

macro_rules! migration {
    ($number:literal, $name:literal, $file:literal) => {
        (
            $number,
            $name,
            include_str!(concat!("../../migrations/sqlite/", $file, ".sql")),
            include_str!(concat!("../../migrations/postgres/", $file, ".sql")),
        )
    };
}

/// Oldest first.
const MIGRATIONS: &[MigrationSource] = &[
    migration!(1, "init", "0001_init"),
    migration!(2, "audit", "0002_audit"),
    migration!(3, "directory", "0003_directory"),
    migration!(4, "scim", "0004_scim"),
    migration!(5, "accounts", "0005_accounts"),
    migration!(6, "vault", "0006_vault"),
    migration!(7, "delegations", "0007_delegations"),
    migration!(8, "counters", "0008_counters"),
    migration!(9, "linking", "0009_linking"),
    migration!(10, "facts", "0010_facts"),
    migration!(11, "guesses", "0011_guesses"),
    migration!(12, "audit_links", "0012_audit_links"),
    migration!(13, "snoozed_tasks", "0013_snoozed_tasks"),
    migration!(14, "session_tickets", "0014_session_tickets"),
    migration!(15, "legal", "0015_legal"),
    migration!(16, "employee_number", "0016_employee_number"),
    migration!(17, "groups_told", "0017_groups_told"),
    migration!(18, "scim_bytes", "0018_scim_bytes"),
    migration!(19, "launcher_choices", "0019_launcher_choices"),
    migration!(20, "deadline_feeds", "0020_deadline_feeds"),
    migration!(21, "last_acting", "0021_last_acting"),
];

/// The newest version this program knows.
pub(super) fn latest() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.0)
}

fn migrator(pick: impl Fn(&MigrationSource) -> &'static str) -> Migrator {
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
