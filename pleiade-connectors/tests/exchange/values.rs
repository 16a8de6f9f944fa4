//! Numbers, dates and durations.

use chrono::NaiveDate;
use chrono_tz::{America::Martinique, Europe::Paris};
use pleiade_connectors::exchange::values::{Decimal, DurationUnit, minutes, moment};
use pleiade_core::Deadline;
use proptest::prelude::*;

fn number(text: &str) -> Option<i64> {
    Decimal::parse(text).map(Decimal::thousandths)
}

#[test]
fn numbers_as_exports_write_them() {
    for (text, thousandths) in [
        ("1234,50", 1_234_500),
        ("1 234,50", 1_234_500),
        ("1\u{a0}234,50", 1_234_500),
        ("1\u{202f}234,50 €", 1_234_500),
        ("1.234,50", 1_234_500),
        ("1234.50", 1_234_500),
        ("1 234,50 EUR", 1_234_500),
        ("12,5 %", 12_500),
        ("0.125", 125),
        ("1,234", 1_234),
        ("1.234.567", 1_234_567_000),
        ("(12,5)", -12_500),
        ("12,5-", -12_500),
        ("\u{2212}12,5", -12_500),
        ("-0,25", -250),
        ("+3", 3_000),
        ("18.500000", 18_500),
        ("2,0005", 2_001),
        ("0", 0),
        (",5", 500),
        ("-.25", -250),
    ] {
        assert_eq!(number(text), Some(thousandths), "{text}");
    }
    for odd in [
        "",
        "-",
        "abc",
        "1.234",
        "12.345",
        "1,2,3",
        "1.23.456",
        "7 30",
        "1234 567",
        "1 234.567 8",
        "--1",
        "-1-",
        "(1",
        "1)",
        "1e3",
        "٣",
        "1/2",
        "0x10",
        "12,",
        ",5x",
        ",",
        "∞",
        "99999999999999999999",
    ] {
        let read = number(odd);
        assert!(read.is_none(), "{odd} is not {read:?}");
    }
}

#[test]
fn halves_of_a_cent_are_rounded_away_from_zero() {
    for (thousandths, hundredths) in [(1_004, 100), (1_005, 101), (-1_005, -101), (-1_004, -100), (0, 0)] {
        assert_eq!(Decimal::from_thousandths(thousandths).hundredths(), hundredths);
    }
    assert_eq!(
        (Decimal::from_thousandths(3_000).whole(), Decimal::from_thousandths(3_500).whole()),
        (Some(3), None)
    );
}

#[test]
fn days_and_instants() {
    let day = |text: &str| Some(Deadline::Day(text.parse().unwrap()));
    let at = |text: &str| Some(Deadline::At(text.parse().unwrap()));
    for (text, read) in [
        ("2026-12-02", day("2026-12-02")),
        ("02/12/2026", day("2026-12-02")),
        ("20261202", day("2026-12-02")),
        ("02/12/2026 08:30", at("2026-12-02T07:30:00Z")),
        ("2026-12-02 08:30:15", at("2026-12-02T07:30:15Z")),
        ("2026-12-02T08:30:15.000", at("2026-12-02T07:30:15Z")),
        ("2026-07-02T08:30", at("2026-07-02T06:30:00Z")),
        ("2026-12-02T08:30:00+01:00", at("2026-12-02T07:30:00Z")),
        ("2026-12-02 07:30:00+00", at("2026-12-02T07:30:00Z")),
        ("2026-12-02 08:30:00.5+0100", at("2026-12-02T07:30:00.5Z")),
        ("1764660600", at("2025-12-02T07:30:00Z")),
        ("1764660600000", at("2025-12-02T07:30:00Z")),
        // Clocks jump from two to three.
        ("29/03/2026 02:30", at("2026-03-29T01:30:00Z")),
    ] {
        assert_eq!(moment(text, Paris), read, "{text}");
    }
    assert_eq!(moment("02/12/2026 08:30", Martinique), at("2026-12-02T12:30:00Z"));
    for odd in [
        "",
        "12/02",
        "2026-13-01",
        "31/02/2026",
        "2/12/26",
        "00000000",
        "12345",
        "+262142-12-31",
        "+262142-12-31 23:59:59+00",
        "demain",
        "2026-12-02 25:00",
    ] {
        assert_eq!(moment(odd, Paris), None, "{odd}");
    }
}

#[test]
fn durations_in_minutes() {
    for (text, unit, read) in [
        ("7:30", DurationUnit::Hours, 450),
        ("07h30", DurationUnit::Hours, 450),
        ("7 h 30", DurationUnit::Hours, 450),
        ("7h", DurationUnit::Minutes, 420),
        ("7,5", DurationUnit::Hours, 450),
        ("450", DurationUnit::Minutes, 450),
        ("PT7H30M", DurationUnit::Minutes, 450),
        ("PT45M", DurationUnit::Hours, 45),
        ("-0:40", DurationUnit::Hours, -40),
        ("0:40-", DurationUnit::Hours, -40),
        ("+3:25", DurationUnit::Hours, 205),
        ("1\u{202f}204:15", DurationUnit::Hours, 72_255),
    ] {
        assert_eq!(minutes(text, unit), Some(read), "{text}");
    }
    for odd in ["", "7:60", "7:5:3", "7,5", "h", ":30", "PT", "PT7S", "-", "7h3x"] {
        assert!(minutes(odd, DurationUnit::Minutes).is_none(), "{odd}");
    }
}

proptest! {
    #[test]
    fn nothing_that_is_written_breaks_a_reader(text in "\\PC{0,24}", odd in "[0-9 .,:hHPTM/+()€%−-]{0,16}") {
        for text in [&text, &odd] {
            let _ = Decimal::parse(text);
            let _ = moment(text, Paris);
            let _ = minutes(text, DurationUnit::Hours);
        }
    }

    #[test]
    fn a_number_written_in_french_is_that_number(cents in -100_000_000_000_i64..100_000_000_000) {
        let (whole, rest) = (cents.abs() / 100, cents.abs() % 100);
        let digits = whole.to_string();
        let grouped: Vec<&str> = {
            let first = digits.len() % 3;
            let mut groups = vec![&digits[..first]];
            groups.extend((first..digits.len()).step_by(3).map(|at| &digits[at..at + 3]));
            groups.retain(|group| !group.is_empty());
            groups
        };
        let minus = if cents < 0 { "-" } else { "" };
        for space in [" ", "\u{a0}", "\u{202f}", "."] {
            let text = format!("{minus}{},{rest:02}", grouped.join(space));
            prop_assert_eq!(Decimal::parse(&text).map(Decimal::hundredths), Some(cents), "{}", text);
        }
    }

    #[test]
    fn a_day_is_that_day_in_every_spelling(days in 0_u64..40_000) {
        let day = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + chrono::Days::new(days);
        for format in ["%Y-%m-%d", "%d/%m/%Y", "%Y%m%d"] {
            prop_assert_eq!(moment(&day.format(format).to_string(), Paris), Some(Deadline::Day(day)));
        }
    }
}
