//! Digits as each language writes them.

use super::Catalogue;
use fluent_bundle::{FluentValue, types::FluentNumber};
use pleiade_core::Locale;

/// Digits after the decimal mark, unless a message asks otherwise with `NUMBER`.
const MAX_DECIMALS: usize = 3;

impl Catalogue {
    /// A number with at most three decimals: `1 234,5` with a narrow no-break space in French, `1,234.5` in English.
    #[must_use]
    pub fn number(&self, locale: Locale, number: f64) -> String {
        write(locale, number, 0, MAX_DECIMALS)
    }
}

pub(super) fn write_french<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    write_value(Locale::Fr, value)
}

pub(super) fn write_english<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    write_value(Locale::En, value)
}

fn write_value(locale: Locale, value: &FluentValue<'_>) -> Option<String> {
    let FluentValue::Number(FluentNumber { value, options }) = value else { return None };
    let least = options.minimum_fraction_digits.unwrap_or(0);
    let most = options.maximum_fraction_digits.unwrap_or(MAX_DECIMALS.max(least));
    Some(write(locale, *value, least, most))
}

fn write(locale: Locale, number: f64, least: usize, most: usize) -> String {
    if !number.is_finite() {
        return "–".to_owned();
    }
    let (group, mark) = match locale {
        Locale::Fr => ('\u{202f}', ','),
        Locale::En => (',', '.'),
    };
    // Twenty decimals are beyond what a double holds and keep a message file from asking for gigabytes.
    let digits = format!("{:.*}", most.min(20), number.abs());
    let (whole, decimals) = digits.split_once('.').unwrap_or((&digits, ""));
    let kept = decimals.trim_end_matches('0').len().max(least.min(decimals.len()));
    let mut out = String::with_capacity(digits.len() + 8);
    if number < 0.0 && digits.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push('−');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(group);
        }
        out.push(digit);
    }
    if let Some(decimals) = decimals.get(..kept).filter(|decimals| !decimals.is_empty()) {
        out.push(mark);
        out.push_str(decimals);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_groups_and_marks_its_own_way() {
        for (number, french, english) in [
            (0.0, "0", "0"),
            (-0.0, "0", "0"),
            (999.0, "999", "999"),
            (1000.0, "1\u{202f}000", "1,000"),
            (1_234_567.5, "1\u{202f}234\u{202f}567,5", "1,234,567.5"),
            (-12.25, "−12,25", "−12.25"),
            (0.000_4, "0", "0"),
            (2.999_9, "3", "3"),
            (f64::NAN, "–", "–"),
            (f64::INFINITY, "–", "–"),
        ] {
            assert_eq!(write(Locale::Fr, number, 0, MAX_DECIMALS), french);
            assert_eq!(write(Locale::En, number, 0, MAX_DECIMALS), english);
        }
        assert_eq!(write(Locale::Fr, 2.0, 2, 2), "2,00");
        assert_eq!(write(Locale::En, 0.5, usize::MAX, usize::MAX).len(), 22);
    }
}
