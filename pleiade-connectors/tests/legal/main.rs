//! Holidays, clear days and the rules of the law, against dates that were worked out by hand or printed.
#![cfg(feature = "legal")]
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

mod book;
mod clear_days;
mod deadlines;
mod holidays;

use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
