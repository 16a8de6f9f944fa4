//! What Kelio answers, read by names: the order of elements is not guaranteed. Where somebody passed (`latitude`, `longitude`) is never read.

use crate::kit::{json::List, soap::Element};
use chrono::{NaiveDate, NaiveTime};

/// Longer than what any field holds, in characters.
const MAX_WORDS_CHARS: usize = 300;
/// No counter reaches it.
const MAX_AMOUNT: f64 = 1e9;

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Employee {
    /// Their employee number, zeros kept.
    pub number: String,
    /// Their technical key.
    pub key: Option<i64>,
}

/// A request of leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its key.
    pub key: i64,
    /// The employee number of whose it is.
    pub person: String,
    /// Their name.
    pub name: String,
    /// The code of its state.
    pub state: i64,
    /// Its type.
    pub kind: Option<String>,
    /// Its first day.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
    /// True if it begins at noon.
    pub from_noon: bool,
    /// True if it ends at noon.
    pub until_noon: bool,
    /// Its duration, in hundredths of days.
    pub hundredths: Option<i64>,
    /// The day on which it was made.
    pub made: Option<NaiveDate>,
    /// The employee numbers of those who decide, as one text.
    pub validators: String,
}

/// A counter's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    /// Its technical key.
    pub key: i64,
    /// Its abbreviation.
    pub abbreviation: String,
}

/// A total of a counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// The employee number of whose it is.
    pub person: String,
    /// The counter, where the answer names it.
    pub counter: Option<i64>,
    /// The days that it covers.
    pub period: Option<(NaiveDate, NaiveDate)>,
    /// What remains, in hundredths of days.
    pub days: Option<i64>,
    /// What remains, in hundredths of hours.
    pub hours: Option<i64>,
    /// What remains of a counter of hours, in hundredths of its unit.
    pub end: Option<i64>,
}

/// A clocking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clocking {
    /// Its key.
    pub key: i64,
    /// The employee number of whose it is.
    pub person: String,
    /// Its day.
    pub day: NaiveDate,
    /// Its time.
    pub time: NaiveTime,
    /// The code of its direction.
    pub direction: Option<i64>,
}

/// The rows of a response; none when the answer is no such response. A row that Kelio itself marks as wrong cannot be read.
fn rows<T>(response: &Element, operation: &str, read: impl Fn(&Element) -> Option<T>) -> Option<List<T>> {
    if response.name().strip_suffix("Response") != Some(operation) {
        return None;
    }
    // One list, whatever its name; none, or nil, is an empty one.
    let rows: List<&Element> = response.children().iter().flat_map(Element::children).collect();
    Some(rows.filter_map(|row| read(row).filter(|_| row.value("errorMessage").is_none())))
}

fn words(of: &Element, name: &str) -> Option<String> {
    of.value(name).map(|text| text.chars().take(MAX_WORDS_CHARS).collect())
}

fn number<T: std::str::FromStr>(of: &Element, name: &str) -> Option<T> {
    of.value(name)?.parse().ok()
}

/// A field that may be absent, and is a number when it is there.
fn optional(of: &Element, name: &str) -> Option<Option<i64>> {
    match of.value(name) {
        None => Some(None),
        Some(text) => text.parse().ok().map(Some),
    }
}

fn hundredths(of: &Element, name: &str) -> Option<i64> {
    let value: f64 = number(of, name)?;
    #[expect(clippy::cast_possible_truncation, reason = "it is bounded")]
    (value.is_finite() && value.abs() < MAX_AMOUNT).then(|| (value * 100.0).round() as i64)
}

/// A day, with or without a zone behind.
fn day(of: &Element, name: &str) -> Option<NaiveDate> {
    of.value(name)?.get(..10)?.parse().ok()
}

fn person(of: &Element) -> Option<String> {
    words(of, "employeeIdentificationNumber")
}

/// The answer to `exportLightEmployeesList`.
#[must_use]
pub fn employees(response: &Element) -> Option<List<Employee>> {
    rows(response, "exportLightEmployeesList", |row| {
        Some(Employee { number: person(row)?, key: optional(row, "employeeKey")? })
    })
}

/// The answer to `exportAbsenceRequestsList`.
#[must_use]
pub fn requests(response: &Element) -> Option<List<Request>> {
    rows(response, "exportAbsenceRequestsList", |row| {
        let (first, last) = (day(row, "startDate")?, day(row, "endDate")?);
        let names = [row.value("employeeSurname"), row.value("employeeFirstName")];
        Some(Request {
            key: number(row, "absenceRequestKey")?,
            person: person(row)?,
            name: names
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" ")
                .chars()
                .take(MAX_WORDS_CHARS)
                .collect(),
            state: number(row, "requestState")?,
            kind: words(row, "absenceTypeDescription").or_else(|| words(row, "absenceTypeAbbreviation")),
            first,
            last: last.max(first),
            from_noon: row.value("startInTheMorning") == Some("false"),
            until_noon: row.value("endingTheAfternoon") == Some("false"),
            hundredths: hundredths(row, "durationInDays"),
            made: day(row, "creationDate"),
            validators: words(row, "validatorsIdentificationNumbers").unwrap_or_default(),
        })
    })
}

/// The answer to an operation that lists types: their keys by their abbreviations.
#[must_use]
pub fn counters(response: &Element, operation: &str) -> Option<List<Counter>> {
    rows(response, operation, |row| {
        Some(Counter { key: number(row, "typeKey")?, abbreviation: words(row, "typeAbbreviation")? })
    })
}

/// The answer to an operation that lists totals of one counter.
#[must_use]
pub fn totals(response: &Element, operation: &str) -> Option<List<Total>> {
    rows(response, operation, |row| {
        Some(Total {
            person: person(row)?,
            counter: optional(row, "typeKey")?,
            period: day(row, "startDate").zip(day(row, "endDate")),
            days: hundredths(row, "endDays"),
            hours: hundredths(row, "endHours"),
            end: hundredths(row, "end"),
        })
    })
}

/// The answer to `exportClockings`.
#[must_use]
pub fn clockings(response: &Element) -> Option<List<Clocking>> {
    rows(response, "exportClockings", |row| {
        let time = row.value("time")?;
        let time = ["%H:%M", "%H:%M:%S"]
            .into_iter()
            .find_map(|format| NaiveTime::parse_from_str(time, format).ok())?;
        Some(Clocking {
            key: number(row, "clockingKey")?,
            person: person(row)?,
            day: day(row, "date")?,
            time,
            direction: optional(row, "inOutIndicator")?,
        })
    })
}
