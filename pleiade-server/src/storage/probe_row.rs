//! The row that a probe writes.

use super::{StorageError, columns::millis, database::Statement};
use chrono::{DateTime, TimeDelta, Utc};

/// The key of the row. Keys that are used once are digests; nothing has this one.
const KEY: [u8; 32] = *b"pleiade: storage takes a write\0\0";

/// Time for which the row stays once nobody probes any more.
const ROW_TTL: TimeDelta = TimeDelta::days(1);

/// Writes the row.
pub(super) const WRITE: &str = sql!(probe, "write_probe");

/// Makes a table, to be taken back.
pub(super) const CREATE: &str = sql!(probe, "create_probe");

/// Runs [`WRITE`].
pub(super) async fn write(statement: Statement<'_>, now: DateTime<Utc>) -> Result<(), StorageError> {
    statement.bind(&KEY[..]).bind(millis(now + ROW_TTL)).execute().await?;
    Ok(())
}
