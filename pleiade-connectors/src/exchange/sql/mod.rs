//! The readers of views, in PostgreSQL and in SQLite.
//!
//! Threat: a key, a name of a view or what a view holds becomes SQL; a view that writes, or never ends, or gives everybody's rows. Hence: the
//! person's key is bound and never written; the names of views are settings, plain identifiers, and quoted; the transaction is read-only;
//! a person's rows are bounded in number and in bytes, and the whole of it in time. What comes back is filtered again by whoever shows it.

pub(super) mod postgresql;
pub(super) mod sqlite;

use super::{
    contract::{Clocking, Element, IndicatorRow},
    fault::ExchangeFault,
    table::Table,
};
use csv::StringRecord;
use pleiade_core::{ConnectorError, ErrorKind};
use std::time::Duration;

pub use postgresql::PostgresqlConfig;
pub use sqlite::SqliteConfig;

/// The time for one reading, from the name look-up on; less than that of a card.
const DEADLINE: Duration = Duration::from_secs(8);
/// Rows of one person in one view at most.
pub const MAX_PERSON_ROWS: usize = 1000;
/// Bytes that one reading brings at most.
const MAX_BYTES: u64 = 8 << 20;
const OPERATION: &str = "read the views of the application";

/// The names of the views, as settings give them; an empty one for a view that there is none of.
#[derive(Debug, Clone, Copy)]
struct Views<'a> {
    elements: &'a str,
    indicators: &'a str,
    clockings: &'a str,
}

impl<'a> Views<'a> {
    fn check(&self) -> Result<(), &'static str> {
        let is_sound = |name: &str| name.is_empty() || is_identifier(name);
        if ![self.elements, self.indicators, self.clockings].into_iter().all(is_sound) {
            return Err(
                "`elements`, `indicators` and `clockings` are names of views: letters, digits and `_`, with a schema and a point before it if need be",
            );
        }
        match self.elements.is_empty() && self.indicators.is_empty() {
            true => Err("`elements` or `indicators` names a view"),
            false => Ok(()),
        }
    }

    /// Each with the columns that it may and must have.
    fn each(self) -> [(&'a str, &'static [&'static str], &'static [&'static str]); 3] {
        [
            (self.elements, &Element::COLUMNS, &Element::REQUIRED),
            (self.indicators, &IndicatorRow::COLUMNS, &IndicatorRow::REQUIRED),
            (self.clockings, &Clocking::COLUMNS, &Clocking::REQUIRED),
        ]
    }
}

fn default_elements() -> String {
    "pleiade_element".to_owned()
}

fn default_indicators() -> String {
    "pleiade_indicateur".to_owned()
}

/// True for `name` or `schema.name`, of letters, digits and `_`.
fn is_identifier(name: &str) -> bool {
    let is_part = |part: &str| {
        (1..=63).contains(&part.len())
            && !part.starts_with(|c: char| c.is_ascii_digit())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    name.split('.').count() <= 2 && name.split('.').all(is_part)
}

/// A name between quotes, each part of it.
fn quoted(name: &str) -> String {
    name.split('.').map(quoted_part).collect::<Vec<_>>().join(".")
}

fn quoted_part(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Whose rows are asked for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) key: String,
    /// The application's name of their collectivité, where several hand over together.
    pub(super) tenant: Option<String>,
    /// True if the case of a key means nothing.
    pub(super) fold_case: bool,
}

/// A column of a view: how the contract names it, and how the view does.
struct Column {
    known: &'static str,
    name: String,
}

/// The columns of the contract among those of a view.
///
/// # Errors
/// [`ExchangeFault::MissingColumn`].
fn columns(
    names: impl Iterator<Item = String>,
    known: &'static [&'static str],
    required: &'static [&'static str],
    wanted: &Wanted,
) -> Result<Vec<Column>, ExchangeFault> {
    let mut found: Vec<Column> = Vec::new();
    for name in names {
        let named = known.iter().find(|known| known.eq_ignore_ascii_case(name.trim()));
        if let Some(known) = named.filter(|known| !found.iter().any(|column| column.known == **known)) {
            found.push(Column { known, name });
        }
    }
    let tenant: &[&str] = if wanted.tenant.is_some() { &["collectivite"] } else { &[] };
    match required.iter().chain(tenant).find(|known| !found.iter().any(|column| column.known == **known)) {
        Some(column) => Err(ExchangeFault::MissingColumn { column }),
        None => Ok(found),
    }
}

/// The statement for one person's rows of a view. `cell` writes a column, `text` a column as text, and the parameters are `$1`, the key, and
/// `$2`, the collectivité.
fn statement(
    view: &str,
    columns: &[Column],
    wanted: &Wanted,
    cell: impl Fn(&str) -> String,
    text: impl Fn(&str) -> String,
) -> String {
    let of = |known: &str| {
        columns.iter().find(|column| column.known == known).map(|column| quoted_part(&column.name))
    };
    let cells: Vec<String> = columns.iter().map(|column| cell(&quoted_part(&column.name))).collect();
    let agent = text(&of("agent").unwrap_or_default());
    let mut sql = match wanted.fold_case {
        true => format!("SELECT {} FROM {} WHERE lower({agent}) = lower($1)", cells.join(", "), quoted(view)),
        false => format!("SELECT {} FROM {} WHERE {agent} = $1", cells.join(", "), quoted(view)),
    };
    if let (Some(column), true) = (of("collectivite"), wanted.tenant.is_some()) {
        sql.push_str(&format!(" AND {} = $2", text(&column)));
    }
    if let Some(column) = of("echeance") {
        sql.push_str(&format!(" ORDER BY {column} ASC NULLS LAST"));
    }
    sql.push_str(&format!(" LIMIT {}", MAX_PERSON_ROWS + 1));
    sql
}

/// The rows of one person, bounded.
struct Collected {
    table: Table,
    bytes: u64,
    more: bool,
}

impl Collected {
    fn new(columns: &[Column]) -> Self {
        Self { table: Table::new(columns.iter().map(|column| column.known)), bytes: 0, more: false }
    }

    /// Adds a row; none for one that cannot be read. False once there are enough.
    fn add(&mut self, row: Option<StringRecord>) -> Result<bool, ConnectorError> {
        if self.table.rows().len() + self.table.unreadable >= MAX_PERSON_ROWS {
            self.more = true;
            return Ok(false);
        }
        let Some(row) = row else {
            self.table.unreadable += 1;
            return Ok(true);
        };
        self.bytes += row.as_slice().len() as u64;
        if self.bytes > MAX_BYTES {
            return Err(ConnectorError::new(ErrorKind::TooLarge, OPERATION));
        }
        self.table.push(row).map_err(ExchangeFault::into_error)?;
        Ok(true)
    }
}

/// What was read for one person.
#[derive(Debug, Default)]
pub(super) struct Selected {
    /// In the order of [`Views::each`]; none where there is no such view.
    tables: [Option<Table>; 3],
    /// True if the views have more rows of that person.
    pub(super) more: bool,
}

impl Selected {
    fn set(&mut self, at: usize, rows: Collected) {
        self.more |= rows.more;
        if let Some(table) = self.tables.get_mut(at) {
            *table = Some(rows.table);
        }
    }

    pub(super) fn into_handover(self) -> Result<super::contract::Handover, ConnectorError> {
        let [elements, indicators, clockings] = self.tables;
        super::contract::Handover::new(elements, indicators, clockings).map_err(ExchangeFault::into_error)
    }
}

fn failed(kind: ErrorKind, hint: &'static str) -> ConnectorError {
    ConnectorError::new(kind, OPERATION).with_hint(hint)
}

fn timeout() -> ConnectorError {
    ConnectorError::new(ErrorKind::Timeout, OPERATION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_names() {
        for name in ["pleiade_element", "PLEIADE_ELEMENT", "astre.v1_element", "_x"] {
            assert!(is_identifier(name), "{name}");
        }
        for odd in [
            "",
            ".",
            "a.",
            ".a",
            "a.b.c",
            "1a",
            "a b",
            "a;DROP TABLE b",
            "a\"",
            "a'",
            "(SELECT 1)",
            "a--",
            "é",
            "a\0",
            &"a".repeat(64),
        ] {
            assert!(!is_identifier(odd), "{odd}");
        }
        assert_eq!(quoted("a.b"), "\"a\".\"b\"");
    }

    #[test]
    fn nothing_of_a_person_stands_in_a_statement() {
        let wanted =
            Wanted { key: "x' OR '1'='1".to_owned(), tenant: Some("T\"".to_owned()), fold_case: false };
        let names = ["AGENT", "Liste", "id", "titre", "collectivite", "echeance", "x\"; DROP TABLE y; --"];
        let names = names.iter().map(|name| (*name).to_owned());
        let found = columns(names, &Element::COLUMNS, &Element::REQUIRED, &wanted).unwrap();
        let sql = statement(
            "v.e",
            &found,
            &wanted,
            |name| format!("left({name}::text, 9)"),
            |name| format!("{name}::text"),
        );
        assert_eq!(
            sql,
            "SELECT left(\"AGENT\"::text, 9), left(\"Liste\"::text, 9), left(\"id\"::text, 9), left(\"titre\"::text, 9), \
             left(\"collectivite\"::text, 9), left(\"echeance\"::text, 9) FROM \"v\".\"e\" WHERE \"AGENT\"::text = $1 \
             AND \"collectivite\"::text = $2 ORDER BY \"echeance\" ASC NULLS LAST LIMIT 1001"
        );
    }
}
