//! What the fuzz target in `fuzz/` feeds: everything that somebody may leave in the folder of a business application. None may panic, and
//! what must hold whatever comes is asserted. The tests replay the corpus.

use super::{
    contract::{Clocking, Element, Handover, IndicatorRow},
    csv::{decode, parse},
    json::handover,
    table::Table,
    values::{Decimal, DurationUnit, minutes, moment},
};
use crate::kit::days::midnight;
use chrono_tz::America::Martinique;
use pleiade_core::{Amount, Deadline};

/// Reads the same octets as a file of each table, and as each kind of value.
pub fn file(data: &[u8]) {
    let Ok(text) = decode(data) else { return };
    for delimiter in [b';', b'\t'] {
        let Ok(table) = parse(&text, delimiter) else { continue };
        rows(&table);
    }
    let _ = Decimal::parse(&text);
    let _ = minutes(&text, DurationUnit::Hours);
    if let Some(Deadline::Day(day)) = moment(&text, Martinique) {
        let _ = midnight(&Martinique, day);
    }
}

/// Reads the same octets as the answer of an address.
pub fn synthesis(data: &[u8]) {
    let Some(Handover { elements, indicators, clockings }) = handover(data) else { return };
    for table in [elements, indicators, clockings] {
        rows(&table);
    }
}

/// Reads each row of a table as a row of each kind.
fn rows(table: &Table) {
    for row in table.rows() {
        if let Some(element) = Element::read(row, Martinique) {
            assert!(
                ![&element.agent, &element.list, &element.id, &element.title]
                    .iter()
                    .any(|text| text.trim().is_empty())
            );
        }
        if let Some(clocking) = Clocking::read(row, Martinique) {
            assert!(!clocking.agent.trim().is_empty());
        }
        if let Some(figure) = IndicatorRow::read(row, Martinique) {
            assert!(!figure.agent.trim().is_empty() && !figure.code.is_empty());
            let written = row.get("valeur").unwrap_or_default();
            let is_zero = match figure.value {
                Amount::Count { value, .. } => value == 0,
                Amount::HoursBalance { minutes } => minutes == 0,
                Amount::Days { hundredths } | Amount::Money { hundredths, .. } => hundredths == 0,
                Amount::Percent(share) => share == 0.0,
                _ => false,
            };
            assert!(!is_zero || written.contains('0'), "no figure is zero unless somebody wrote so");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::fuzz_corpus::samples;
    use proptest::prelude::*;

    #[test]
    fn files_of_the_corpus() {
        for sample in samples("exchange", 5) {
            super::file(&sample);
        }
    }

    #[test]
    fn answers_of_the_corpus() {
        for sample in samples("exchange_json", 4) {
            super::synthesis(&sample);
        }
    }

    proptest! {
        /// Answers with a part of them replaced.
        #[test]
        fn any_answer(place in 0_usize..900, cut in 0_usize..40, patch in "[\"\\[\\]{},:.0-9eE+a-z -]{0,12}") {
            for mut bytes in samples("exchange_json", 4) {
                let start = place.min(bytes.len());
                let end = (start + cut).min(bytes.len());
                bytes.splice(start..end, patch.bytes());
                super::synthesis(&bytes);
            }
        }

        /// Samples with a part of them replaced.
        #[test]
        fn any_file(place in 0_usize..400, cut in 0_usize..40, patch in "[;\"\n\r\t,.:/a-z0-9 \u{a0}éÉ€-]{0,12}") {
            for mut bytes in samples("exchange", 5) {
                let start = place.min(bytes.len());
                let end = (start + cut).min(bytes.len());
                bytes.splice(start..end, patch.bytes());
                super::file(&bytes);
            }
        }
    }
}
