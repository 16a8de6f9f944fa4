//! What every reader of the exchange contract gives: named columns and rows of text.

use super::fault::ExchangeFault;
use csv::StringRecord;
use std::collections::HashMap;

/// Rows of a table at most; the largest departments send some ten thousand.
pub const MAX_ROWS: usize = 200_000;

/// Bytes of a cell at most. What is longer is a mistake of the export, or of its quotes.
const MAX_CELL_BYTES: usize = 8 << 10;

/// A table of texts. Names of columns are compared in small letters, without the spaces around them; a column that comes twice counts once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    columns: HashMap<String, usize>,
    // One allocation a row, and not one a cell.
    rows: Vec<StringRecord>,
    /// The number of rows that could not be read.
    pub unreadable: usize,
}

/// A row of a table.
#[derive(Debug, Clone, Copy)]
pub struct TableRow<'a> {
    columns: &'a HashMap<String, usize>,
    cells: &'a StringRecord,
}

impl Table {
    /// A table with these columns and no row.
    #[must_use]
    pub fn new<'a>(columns: impl IntoIterator<Item = &'a str>) -> Self {
        let mut names = HashMap::new();
        for (at, name) in columns.into_iter().enumerate() {
            names.entry(name.trim().to_lowercase()).or_insert(at);
        }
        Self { columns: names, rows: Vec::new(), unreadable: 0 }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`ExchangeFault::TooManyRows`] past [`MAX_ROWS`].
    pub fn push(&mut self, cells: StringRecord) -> Result<(), ExchangeFault> {
        if self.rows.len() >= MAX_ROWS {
            return Err(ExchangeFault::TooManyRows { max: MAX_ROWS });
        }
        if cells.iter().any(|cell| cell.len() > MAX_CELL_BYTES) {
            self.unreadable += 1;
        } else {
            self.rows.push(cells);
        }
        Ok(())
    }

    /// True if it was handed over at all, with or without rows.
    #[must_use]
    pub fn is_given(&self) -> bool {
        !self.columns.is_empty()
    }

    /// The rows in their order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = TableRow<'_>> {
        self.rows.iter().map(|cells| TableRow { columns: &self.columns, cells })
    }

    /// Those of the columns that are missing.
    ///
    /// # Errors
    /// [`ExchangeFault::MissingColumn`], the first.
    pub fn require(&self, columns: &[&'static str]) -> Result<(), ExchangeFault> {
        match columns.iter().find(|name| !self.columns.contains_key(**name)) {
            Some(name) => Err(ExchangeFault::MissingColumn { column: name }),
            None => Ok(()),
        }
    }
}

impl<'a> TableRow<'a> {
    /// The text of a column, without the spaces around it; none where it is absent: empty, `-`, `N/A`, `NULL`.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&'a str> {
        let text = self.cells.get(*self.columns.get(column)?)?.trim();
        let is_absent =
            text.is_empty() || ["-", "N/A", "NULL"].iter().any(|none| text.eq_ignore_ascii_case(none));
        (!is_absent).then_some(text)
    }
}
