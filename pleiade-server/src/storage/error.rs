//! The errors between the server and its database.
//!
//! A driver's own error text may quote a row, so none of it is kept: an error says what kind of fault it is, what to do, and at
//! most the engine's error code.

use sqlx::error::ErrorKind;

/// A failed read or write. Absence is never an error: look-ups give `Ok(None)`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// No connection, or none free in time.
    #[error("the database cannot be reached: {0}")]
    Unreachable(&'static str),
    /// The database refuses the account.
    #[error("the database refuses the account; check the user, the password and the rights in database.url")]
    Refused,
    /// Somebody else holds the database.
    #[error(
        "the database is locked by another program; stop the other server or backup that uses it, then try again"
    )]
    Locked,
    /// A newer version of Pléiade has migrated this database.
    #[error(
        "the database comes from a newer version of Pléiade (schema {found}, this version knows {known}); start that version, or restore a backup made before the upgrade"
    )]
    NewerSchema {
        /// The newest migration found in the database.
        found: i64,
        /// The newest migration of this program.
        known: i64,
    },
    /// People have several open links of one source, of which one alone may stay open.
    #[error(
        "the database comes from a version that let a person have several identity links of one source, and {conflicts} are to be closed: `pleiade-server upgrade --config FILE` says which and changes nothing, and the same with `--apply` closes them and brings the database up to date"
    )]
    UpgradeNeeded {
        /// The count of people and sources with several.
        conflicts: usize,
    },
    /// The link that was chosen to stay is not one of those of which one stays.
    #[error(
        "the link to keep for person {person} is not among those that the upgrade chooses from; `pleiade-server upgrade --config FILE` lists them"
    )]
    NoSuchLink {
        /// For whom it was chosen.
        person: i64,
    },
    /// Somebody else was faster, or the key already exists.
    #[error("this was changed or created by somebody else in the meantime; read it again and retry")]
    Conflict,
    /// Whoever asked for a change has been shut out before it was made.
    #[error("whoever asked for this has been shut out in the meantime; nothing was changed")]
    ActorClosed,
    /// A row or a file that makes no sense.
    #[error("the database holds something this version cannot read ({0}); restore a backup or report it")]
    Corrupt(&'static str),
    /// No room left.
    #[error("the database has no room left; free space on its disk")]
    Full,
    /// The file or the transaction is read-only.
    #[error("the database is read-only; check the rights on its file and folder")]
    ReadOnly,
    /// The address or the options make no sense.
    #[error("the database is wrongly configured: {0}")]
    Misconfigured(&'static str),
    /// Somebody wrote a character that no text of this database can hold.
    #[error("a text holds a character that the database cannot store")]
    UnstorableText,
    /// A defect of ours.
    #[error("the database refused a statement (code {0}); report it as a defect")]
    Internal(String),
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(error) => from_database(&*error),
            sqlx::Error::Configuration(_) => Self::Misconfigured("the address is not valid"),
            sqlx::Error::Tls(_) => {
                Self::Unreachable("TLS failed; check the server's certificate and sslmode in database.url")
            }
            sqlx::Error::Io(_) => {
                Self::Unreachable("no connection; check that it runs and that host and port are right")
            }
            sqlx::Error::PoolTimedOut => Self::Unreachable("no connection became free in time"),
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Self::Unreachable("it has been closed"),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt("a column"),
            sqlx::Error::Migrate(error) => (*error).into(),
            _ => Self::Internal("none".into()),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StorageError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError;
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            MigrateError::VersionMissing(found) => {
                Self::NewerSchema { found, known: super::migrations::latest() }
            }
            MigrateError::VersionMismatch(_) => Self::Corrupt("a migration differs from the one applied"),
            MigrateError::Dirty(_) => Self::Corrupt("a migration was interrupted"),
            _ => Self::Internal("migration".into()),
        }
    }
}

fn from_database(error: &dyn sqlx::error::DatabaseError) -> StorageError {
    if error.kind() == ErrorKind::UniqueViolation {
        return StorageError::Conflict;
    }
    let code = error.code().unwrap_or_default().into_owned();
    if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        from_sqlite_code(&code)
    } else {
        from_sqlstate(&code)
    }
}

/// The low byte is the primary result code. Source: <https://www.sqlite.org/rescode.html>.
fn from_sqlite_code(code: &str) -> StorageError {
    match code.parse::<i32>().map(|code| code & 0xff) {
        Ok(5 | 6) => StorageError::Locked,
        Ok(8) => StorageError::ReadOnly,
        Ok(10) => StorageError::Unreachable("reading or writing its file failed; check the disk"),
        Ok(11) => StorageError::Corrupt("the file is damaged"),
        Ok(13) => StorageError::Full,
        Ok(14) => StorageError::Unreachable("its file cannot be opened; check the folder and its rights"),
        Ok(26) => StorageError::Corrupt("the file is not an SQLite database"),
        _ => StorageError::Internal(format!("SQLite {code}")),
    }
}

/// Source: PostgreSQL documentation, appendix A.
fn from_sqlstate(code: &str) -> StorageError {
    match code {
        "22021" => StorageError::UnstorableText,
        "3D000" => StorageError::Misconfigured("the database does not exist; create it first"),
        "42501" => StorageError::Refused,
        "25006" => StorageError::ReadOnly,
        "40001" | "40P01" | "55P03" => StorageError::Locked,
        "53100" | "53200" => StorageError::Full,
        "57014" => StorageError::Unreachable("a statement took too long"),
        code if code.starts_with("28") => StorageError::Refused,
        code if code.starts_with("08") || code.starts_with("53") || code.starts_with("57") => {
            StorageError::Unreachable("it refuses connections for now")
        }
        code if code.starts_with("XX") => StorageError::Corrupt("the server reports damage"),
        _ => StorageError::Internal(format!("PostgreSQL {code}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extended_codes_follow_their_primary_code() {
        assert_eq!(from_sqlite_code("5"), StorageError::Locked);
        assert_eq!(from_sqlite_code("517"), StorageError::Locked, "SQLITE_BUSY_SNAPSHOT");
        assert_eq!(
            from_sqlite_code("3850"),
            StorageError::Unreachable("reading or writing its file failed; check the disk")
        );
        assert!(matches!(from_sqlite_code("1"), StorageError::Internal(_)));
    }

    #[test]
    fn sqlstates_are_told_apart() {
        assert_eq!(from_sqlstate("28P01"), StorageError::Refused);
        assert!(matches!(from_sqlstate("3D000"), StorageError::Misconfigured(_)));
        assert!(matches!(from_sqlstate("57P01"), StorageError::Unreachable(_)));
        assert_eq!(from_sqlstate("22021"), StorageError::UnstorableText, "NUL, which SQLite takes");
        assert!(matches!(from_sqlstate("42P01"), StorageError::Internal(_)));
    }
}
