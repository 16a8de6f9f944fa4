//! A row by the names of its columns.

/// Reads a structure from a row of either engine: columns by the names of its fields, then the fields that are rows themselves.
///
/// In the place of `#[derive(sqlx::FromRow)]`: for the compiler's own use the macros of sqlx build both engines once more, and SQLite and
/// TLS in C with them.
macro_rules! from_row {
    ($row:ident { $($column:ident),* $(,)? } $(, $part:ident)* $(,)?) => {
        from_row!(@for sqlx::sqlite::SqliteRow, $row { $($column),* } $(, $part)*);
        from_row!(@for sqlx::postgres::PgRow, $row { $($column),* } $(, $part)*);
    };
    (@for $engine:ty, $row:ident { $($column:ident),* } $(, $part:ident)*) => {
        impl sqlx::FromRow<'_, $engine> for $row {
            fn from_row(row: &$engine) -> sqlx::Result<Self> {
                Ok(Self {
                    $($column: sqlx::Row::try_get(row, stringify!($column))?,)*
                    $($part: sqlx::FromRow::from_row(row)?,)*
                })
            }
        }
    };
}
