//! The exchange contract: its values, its rows and its readers, on real files and real databases.
#![cfg(feature = "exchange")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

mod cards;
mod contract;
mod csv;
mod document;
mod files;
mod json;
mod sqlite;
mod support;
mod values;
