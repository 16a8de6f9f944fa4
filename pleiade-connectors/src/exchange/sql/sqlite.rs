//! SQLite: a file of an operator's, opened to be read and for nothing else.

use super::{
    Collected, DEADLINE, OPERATION, Selected, Views, Wanted, columns, default_elements, default_indicators,
    failed, quoted, statement, timeout,
};
use crate::exchange::fault::ExchangeFault;
use csv::StringRecord;
use pleiade_core::{ConnectorError, ErrorKind, Retry};
use rusqlite::{Connection, ErrorCode, OpenFlags, Row, ToSql, limits::Limit, types::ValueRef};
use serde::Deserialize;
use std::{path::PathBuf, sync::mpsc};

/// Bytes of a cell, whatever a view computes; a larger one fails the reading.
const MAX_CELL_BYTES: i32 = 1 << 20;

/// A SQLite file with the tables or views of the contract.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SqliteConfig {
    /// The file, on the server's own disk.
    pub file: PathBuf,
    /// The table or view of what waits for people; empty for none.
    #[serde(default = "default_elements")]
    pub elements: String,
    /// The table or view of figures; empty for none.
    #[serde(default = "default_indicators")]
    pub indicators: String,
    /// The table or view of who came and went today; none unless written.
    #[serde(default)]
    pub clockings: String,
}

impl SqliteConfig {
    /// A file with every default.
    #[must_use]
    pub fn new(file: impl Into<PathBuf>) -> Self {
        let (elements, indicators) = (default_elements(), default_indicators());
        Self { file: file.into(), elements, indicators, clockings: String::new() }
    }

    fn views(&self) -> Views<'_> {
        Views { elements: &self.elements, indicators: &self.indicators, clockings: &self.clockings }
    }

    /// What is wrong with it: the key, and what it is to be.
    ///
    /// # Errors
    /// A sentence that names the key.
    pub fn check(&self) -> Result<(), &'static str> {
        if !self.file.is_absolute() {
            return Err("`file` is a whole path, which begins with /");
        }
        self.views().check()
    }
}

/// The rows of one person.
pub(in crate::exchange) async fn read(
    config: &SqliteConfig,
    wanted: &Wanted,
) -> Result<Selected, ConnectorError> {
    let (config, wanted) = (config.clone(), wanted.clone());
    // The other thread says how it is stopped before it begins.
    let (send, receive) = mpsc::channel();
    let reading = tokio::task::spawn_blocking(move || {
        let connection = open(&config)?;
        let _ = send.send(connection.get_interrupt_handle());
        let mut selected = Selected::default();
        for (at, (view, known, required)) in config.views().each().into_iter().enumerate() {
            if !view.is_empty() {
                selected.set(at, rows(&connection, view, known, required, &wanted)?);
            }
        }
        Ok(selected)
    });
    match tokio::time::timeout(DEADLINE, reading).await {
        Ok(Ok(read)) => read,
        Ok(Err(_)) => Err(ConnectorError::new(ErrorKind::Internal, OPERATION)),
        Err(_) => {
            if let Ok(handle) = receive.try_recv() {
                handle.interrupt();
            }
            Err(timeout())
        }
    }
}

fn open(config: &SqliteConfig) -> Result<Connection, ConnectorError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&config.file, flags).map_err(|error| fault(&error))?;
    let limits = [(Limit::SQLITE_LIMIT_LENGTH, MAX_CELL_BYTES), (Limit::SQLITE_LIMIT_ATTACHED, 0)];
    for (limit, value) in limits {
        connection.set_limit(limit, value).map_err(|error| fault(&error))?;
    }
    // One transaction, so that the views are read at one moment. Whoever writes the file is not trusted with functions that do more than compute.
    connection
        .execute_batch(
            "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; BEGIN",
        )
        .map_err(|error| fault(&error))?;
    Ok(connection)
}

fn rows(
    connection: &Connection,
    view: &str,
    known: &'static [&'static str],
    required: &'static [&'static str],
    wanted: &Wanted,
) -> Result<Collected, ConnectorError> {
    let described = connection
        .prepare(&format!("SELECT * FROM {} LIMIT 0", quoted(view)))
        .map_err(|error| fault(&error))?;
    let names = described.column_names().into_iter().map(str::to_owned);
    let columns = columns(names, known, required, wanted).map_err(ExchangeFault::into_error)?;
    let sql = statement(view, &columns, wanted, str::to_owned, |name| format!("CAST({name} AS TEXT)"));
    let mut prepared = connection.prepare(&sql).map_err(|error| fault(&error))?;
    let bound: Vec<&dyn ToSql> = match &wanted.tenant {
        Some(tenant) => vec![&wanted.key, tenant],
        None => vec![&wanted.key],
    };
    let mut found = prepared.query(bound.as_slice()).map_err(|error| fault(&error))?;
    let mut collected = Collected::new(&columns);
    while let Some(row) = found.next().map_err(|error| fault(&error))? {
        if !collected.add(record(row, columns.len()))? {
            break;
        }
    }
    Ok(collected)
}

/// The cells of a row; none for one with octets that are no text. A point of a number is its decimal sign, which a comma always is.
fn record(row: &Row<'_>, columns: usize) -> Option<StringRecord> {
    let mut record = StringRecord::new();
    for at in 0..columns {
        match row.get_ref(at).ok()? {
            ValueRef::Null => record.push_field(""),
            ValueRef::Integer(number) => record.push_field(&number.to_string()),
            ValueRef::Real(number) => record.push_field(&number.to_string().replace('.', ",")),
            ValueRef::Text(text) => record.push_field(std::str::from_utf8(text).ok()?),
            ValueRef::Blob(_) => return None,
        }
    }
    Some(record)
}

/// What failed, without the words of SQLite, which may quote a row.
fn fault(error: &rusqlite::Error) -> ConnectorError {
    let unusable = |hint| failed(ErrorKind::NotHandedOver, hint);
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen) => unusable("`file` is not there, or cannot be opened"),
        Some(ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied) => {
            unusable("the server may not read `file`")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            unusable("`file` is being written").with_retry(Retry::Transient)
        }
        Some(ErrorCode::SystemIoFailure) => unusable("`file` cannot be read"),
        Some(ErrorCode::ReadOnly) => {
            failed(ErrorKind::BadConfiguration, "a view writes, which a reading refuses")
        }
        Some(ErrorCode::TooBig) => unusable("a cell is larger than 1 MiB"),
        Some(ErrorCode::OperationInterrupted) => timeout(),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            unusable("`file` is no SQLite database, or is being written")
        }
        _ if error.to_string().contains("no such table") => failed(
            ErrorKind::BadConfiguration,
            "there is no view of the name in `elements`, `indicators` or `clockings`",
        ),
        _ => unusable("a view fails, or its columns are not those of the contract"),
    }
}
