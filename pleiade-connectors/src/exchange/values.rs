//! Values as exports of business applications write them. What does not fit, or could mean two things, is no value: never zero, never a
//! guess.
//!
//! Source: the shapes listed in the exchange contract (`docs/exchange.md`).

use crate::kit::days::instant;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use pleiade_core::Deadline;

/// A number with three decimals, as an integer of thousandths: money and days are never added as binary fractions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(i64);

impl Decimal {
    /// This many thousandths.
    #[must_use]
    pub fn from_thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    /// In thousandths.
    #[must_use]
    pub fn thousandths(self) -> i64 {
        self.0
    }

    /// In hundredths: cents, or hundredths of days. Half a hundredth is rounded away from zero.
    #[must_use]
    pub fn hundredths(self) -> i64 {
        let rest = self.0 % 10;
        self.0 / 10 + i64::from(rest >= 5) - i64::from(rest <= -5)
    }

    /// The whole number, if it is one.
    #[must_use]
    pub fn whole(self) -> Option<i64> {
        (self.0 % 1000 == 0).then_some(self.0 / 1000)
    }

    /// As a percentage; none for a negative one.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share is shown, and not counted with")]
    pub fn percent(self) -> Option<f64> {
        (self.0 >= 0).then_some(self.0 as f64 / 1000.0)
    }

    /// Reads `1 234,50`, `1.234,50 €`, `1234.5`, `(12,5)`, `12,5-`, `−12,5`. A comma is the decimal sign; a point is, unless a comma follows
    /// or three digits do: `1.234` could be one or a thousand, and is none. Spaces of any width separate thousands. `€`, `EUR` and `%` at the
    /// end are dropped; `,5` is a half. Digits beyond the third decimal are rounded, half away from zero.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = sign(without_unit(text.trim()))?;
        let (whole, fraction) = match (digits.rsplit_once(','), digits.rsplit_once('.')) {
            (Some((_, "")), _) | (None, Some((_, ""))) => return None,
            // Oracle writes half a day as `,5` or `.5`.
            (Some(("", fraction)), _) | (None, Some(("", fraction))) => ("0".to_owned(), fraction),
            (Some((whole, fraction)), _) => (ungrouped(whole)?, fraction),
            (None, Some((whole, fraction))) if !whole.contains('.') => {
                // Three digits after one point: thousands, or thousandths.
                let could_be_thousands =
                    fraction.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
                if could_be_thousands {
                    return None;
                }
                (ungrouped(whole)?, fraction)
            }
            (None, _) => (ungrouped(digits)?, ""),
        };
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty()
            || whole.len() > 15
            || fraction.len() > 30
            || !all_digits(&whole)
            || !all_digits(fraction)
        {
            return None;
        }
        let mut thousandths = whole.parse::<i64>().ok()?;
        for place in 0..3 {
            let digit = fraction.as_bytes().get(place).map_or(0, |byte| i64::from(byte - b'0'));
            thousandths = thousandths.checked_mul(10)?.checked_add(digit)?;
        }
        let rounds_up = fraction.as_bytes().get(3).is_some_and(|byte| *byte >= b'5');
        let thousandths = thousandths.checked_add(i64::from(rounds_up))?;
        Some(Self(if negative { -thousandths } else { thousandths }))
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

fn without_unit(text: &str) -> &str {
    let text = ["€", "EUR", "%"].iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text);
    text.trim_end_matches(is_space)
}

/// True for a negative number, and the rest.
fn sign(text: &str) -> Option<(bool, &str)> {
    let minus = ['-', '\u{2212}'];
    if let Some(inside) = text.strip_prefix('(') {
        return inside.strip_suffix(')').map(|rest| (true, rest.trim_matches(is_space)));
    }
    let (before, text) = text.strip_prefix(minus).map_or((false, text), |rest| (true, rest));
    let (after, text) = text.strip_suffix(minus).map_or((false, text), |rest| (true, rest));
    let text = text.strip_prefix('+').filter(|_| !before && !after).unwrap_or(text);
    (!(before && after)).then_some((before || after, text.trim_matches(is_space)))
}

/// The whole part without what separates its thousands, points or spaces, which stand where they must.
fn ungrouped(whole: &str) -> Option<String> {
    let is_separator: fn(char) -> bool = if whole.contains('.') { |c| c == '.' } else { is_space };
    let mut groups = whole.split(is_separator);
    let first = groups.next()?;
    let mut rest = groups.peekable();
    let is_grouped = rest.peek().is_none() || (1..=3).contains(&first.len());
    (is_grouped && rest.all(|group| group.len() == 3)).then(|| whole.replace(is_separator, ""))
}

/// Reads a day or an instant: `2026-12-02`, `02/12/2026`, `20261202`, each with a time of day after a space or a `T` (`08:30`, `08:30:15`),
/// ISO 8601 with an offset or as PostgreSQL writes it (`2026-12-02 07:30:00+00`), and seconds or milliseconds since 1970 (ten or thirteen digits). Without an offset a time is that of `zone`.
#[must_use]
pub fn moment(text: &str, zone: Tz) -> Option<Deadline> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(Deadline::At(at.to_utc()));
    }
    // Four digits for the year, and no sign: those of other calendars are beyond what a day can be.
    let begins_with_a_year =
        text.find('-') == Some(4) && text.bytes().take(4).all(|byte| byte.is_ascii_digit());
    if begins_with_a_year && let Ok(at) = DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z") {
        return Some(Deadline::At(at.to_utc()));
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number = text.parse::<i64>().ok()?;
        return match text.len() {
            8 => NaiveDate::parse_from_str(text, "%Y%m%d").ok().map(Deadline::Day),
            10 => DateTime::from_timestamp(number, 0).map(Deadline::At),
            13 => DateTime::from_timestamp_millis(number).map(Deadline::At),
            _ => None,
        };
    }
    let (day, time) = match text.split_once([' ', 'T']) {
        Some((day, time)) => (day, Some(time.trim())),
        None => (text, None),
    };
    let day = day_of(day)?;
    match time {
        None => Some(Deadline::Day(day)),
        Some(time) => Some(Deadline::At(instant(&zone, NaiveDateTime::new(day, time_of_day(time)?)))),
    }
}

/// A day, four digits for its year: another number of digits is another calendar, or a mistake.
fn day_of(text: &str) -> Option<NaiveDate> {
    let format = match text.len() {
        10 if text.contains('-') => "%Y-%m-%d",
        10 => "%d/%m/%Y",
        8 => "%Y%m%d",
        _ => return None,
    };
    NaiveDate::parse_from_str(text, format).ok()
}

/// A time of day: `08:30`, `08:30:15`, `8h30`, with a fraction of a second that means nothing here.
#[must_use]
pub fn time_of_day(text: &str) -> Option<NaiveTime> {
    let text = text.trim().replace(['h', 'H'], ":");
    let text = text.split_once('.').map_or(text.as_str(), |(text, _)| text);
    ["%H:%M:%S", "%H:%M"].iter().find_map(|format| NaiveTime::parse_from_str(text, format).ok())
}

/// A flag: `1`, `O`, `Oui`, `true`, `X`, and their contraries.
#[must_use]
pub fn flag(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "1" | "o" | "oui" | "true" | "vrai" | "x" => Some(true),
        "0" | "n" | "non" | "false" | "faux" => Some(false),
        _ => None,
    }
}

/// What a bare number of a duration counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DurationUnit {
    /// Hours: `7,5`.
    Hours,
    /// Minutes: `450`.
    Minutes,
}

/// Reads a duration in minutes: `7:30`, `07h30`, `-0:40`, `7h`, `PT7H30M`, and a bare number in its unit.
#[must_use]
pub fn minutes(text: &str, unit: DurationUnit) -> Option<i64> {
    let (negative, text) = sign(text.trim())?;
    let text = text.to_ascii_uppercase();
    let value = match (text.strip_prefix("PT"), text.split_once([':', 'H'])) {
        (Some(iso), _) => iso_minutes(iso)?,
        (None, Some((hours, minutes))) => {
            let (hours, minutes) = (ungrouped(hours.trim_matches(is_space))?, minutes.trim_matches(is_space));
            clock_minutes(&hours, if minutes.is_empty() { "0" } else { minutes })?
        }
        (None, None) => {
            let number = Decimal::parse(&text).filter(|number| number.0 >= 0)?;
            match unit {
                DurationUnit::Hours => (number.0.checked_mul(60)? + 500) / 1000,
                DurationUnit::Minutes => number.whole()?,
            }
        }
    };
    Some(if negative { -value } else { value })
}

fn clock_minutes(hours: &str, minutes: &str) -> Option<i64> {
    let number = |text: &str, digits: usize| {
        let fits = (1..=digits).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i64>().ok().filter(|_| fits)
    };
    let minutes = number(minutes, 2).filter(|minutes| *minutes < 60)?;
    Some(number(hours, 6)? * 60 + minutes)
}

fn iso_minutes(text: &str) -> Option<i64> {
    if text.is_empty() {
        return None;
    }
    let (hours, rest) = text.split_once('H').unwrap_or(("0", text));
    let minutes = match rest {
        "" => "0",
        rest => rest.strip_suffix('M')?,
    };
    clock_minutes(hours, minutes)
}

/// The instant of what was read, for sorting and telling: a day is its first moment.
#[must_use]
pub fn beginning(moment: Deadline, zone: Tz) -> DateTime<Utc> {
    match moment {
        Deadline::At(at) => at,
        Deadline::Day(day) => crate::kit::days::midnight(&zone, day),
    }
}
