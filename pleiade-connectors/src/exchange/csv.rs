//! The reader of CSV files.

use super::{fault::ExchangeFault, table::Table};
use std::borrow::Cow;

/// The text of a file: UTF-8 with or without a byte order mark, UTF-16 with one, Windows-1252 otherwise.
///
/// # Errors
/// [`ExchangeFault::Encoding`] for UTF-8 that ends within a character, as a file that is being written does.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ExchangeFault> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return encoding
            .decode_without_bom_handling_and_without_replacement(rest)
            .ok_or(ExchangeFault::Encoding);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) if error.error_len().is_none() => Err(ExchangeFault::Encoding),
        Err(_) => Ok(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0),
    }
}

/// The table of a text: a header, then rows; `"` around a cell, doubled within; LF or CRLF. A row of another number of cells than the header
/// is unreadable, and hides none of the others.
///
/// # Errors
/// [`ExchangeFault::OpenQuote`], [`ExchangeFault::NoHeader`], [`ExchangeFault::TooManyRows`].
pub fn parse(text: &str, delimiter: u8) -> Result<Table, ExchangeFault> {
    // A quote that is never closed takes all that follows into one cell.
    if text.bytes().filter(|byte| *byte == b'"').count() % 2 != 0 {
        return Err(ExchangeFault::OpenQuote);
    }
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| ExchangeFault::NoHeader)?.clone();
    if header.iter().all(|name| name.trim().is_empty()) {
        return Err(ExchangeFault::NoHeader);
    }
    let mut table = Table::new(&header);
    for record in reader.records() {
        match record {
            Ok(record) if record.len() == header.len() => table.push(record)?,
            _ => table.unreadable += 1,
        }
    }
    Ok(table)
}
