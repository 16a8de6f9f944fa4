//! The exchange contract: what business applications without an open interface hand over, as files, views or JSON, in the same columns.
//!
//! * [`contract`]: the rows and their columns: what waits for a person (`elements`) and their figures (`indicateurs`);
//! * [`values`]: numbers, dates and durations as exports write them;
//! * [`table`]: named columns and rows, which every reader gives;
//! * [`csv`] and [`files`]: CSV files in a folder, with a manifest or once they have settled;
//! * [`sql`]: views of PostgreSQL and of SQLite, one person's rows at a time;
//! * [`json`]: an address that gives what is of one person;
//! * [`source`]: one of them, as an operator's settings say;
//! * [`profile`]: cards of what was read, and the connector that shows them.
//!
//! Whose rows somebody sees is the kit's matter ([`Filter`](crate::kit::shared::Filter)). `docs/exchange.md` is the contract, for whoever
//! makes an export.

pub mod contract;
pub mod csv;
pub mod fault;
pub mod files;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
pub mod json;
mod lines;
pub mod profile;
pub mod source;
pub mod sql;
pub mod table;
pub mod values;
