//! The exchange contract: its values, its rows and its readers, on real files.
#![cfg(feature = "exchange")]
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod contract;
mod csv;
mod files;
mod values;
