//! Public holidays of France, by territory: one data file (`holidays.toml`) and the computation of Easter.
//!
//! ```
//! use pleiade_connectors::holidays::{Place, Territory};
//! let strasbourg = Place::new(Territory::AlsaceMoselle);
//! let day = "2026-12-26".parse()?;
//! assert_eq!(strasbourg.holiday(day).map(|holiday| holiday.name), Some("Saint-Étienne"));
//! assert_eq!(Place::default().holiday(day), None);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use chrono::{Datelike as _, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// A part of France whose holidays differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Territory {
    /// Metropolitan France but for Alsace and Moselle.
    #[default]
    Metropole,
    /// Bas-Rhin, Haut-Rhin and Moselle.
    AlsaceMoselle,
    /// Guadeloupe.
    Guadeloupe,
    /// Martinique.
    Martinique,
    /// French Guiana.
    Guyane,
    /// Réunion.
    LaReunion,
    /// Mayotte.
    Mayotte,
    /// Saint-Barthélemy.
    SaintBarthelemy,
    /// Saint-Martin.
    SaintMartin,
}

impl Territory {
    /// Every territory.
    pub const ALL: [Self; 9] = [
        Self::Metropole,
        Self::AlsaceMoselle,
        Self::Guadeloupe,
        Self::Martinique,
        Self::Guyane,
        Self::LaReunion,
        Self::Mayotte,
        Self::SaintBarthelemy,
        Self::SaintMartin,
    ];

    /// The name in files and forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Metropole => "metropole",
            Self::AlsaceMoselle => "alsace-moselle",
            Self::Guadeloupe => "guadeloupe",
            Self::Martinique => "martinique",
            Self::Guyane => "guyane",
            Self::LaReunion => "la-reunion",
            Self::Mayotte => "mayotte",
            Self::SaintBarthelemy => "saint-barthelemy",
            Self::SaintMartin => "saint-martin",
        }
    }
}

/// A place with its holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Place {
    /// Where it is.
    pub territory: Territory,
    /// True for a commune that has a Protestant temple or a mixed church: in Alsace and Moselle, Good Friday is a holiday there.
    pub has_protestant_temple: bool,
}

/// A public holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holiday {
    /// The day.
    pub day: NaiveDate,
    /// Its name, in French.
    pub name: &'static str,
    /// False if the data file has it from memory: a page says so.
    pub verified: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    #[serde(default)]
    date: Option<MonthDay>,
    #[serde(default)]
    easter: Option<i64>,
    #[serde(default)]
    territories: Vec<Territory>,
    #[serde(default)]
    only_with: Option<Condition>,
    #[serde(default = "is_verified")]
    verified: bool,
}

fn is_verified() -> bool {
    true
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Condition {
    ProtestantTemple,
}

/// A day that every year has, written `04-15`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MonthDay {
    month: u32,
    day: u32,
}

/// Not a day that every year has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a day of each year is written as 04-15")]
pub struct MonthDayError;

impl MonthDay {
    /// The day in a year; none for a year that no calendar has.
    #[must_use]
    pub fn in_year(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.month, self.day)
    }
}

impl TryFrom<String> for MonthDay {
    type Error = MonthDayError;
    fn try_from(text: String) -> Result<Self, MonthDayError> {
        // A common year: the 29th of February is not of each year.
        let day =
            NaiveDate::parse_from_str(&format!("2026-{text}"), "%Y-%m-%d").map_err(|_| MonthDayError)?;
        if text.len() == 5 { Ok(Self { month: day.month(), day: day.day() }) } else { Err(MonthDayError) }
    }
}

impl From<MonthDay> for String {
    fn from(day: MonthDay) -> Self {
        format!("{:02}-{:02}", day.month, day.day)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct DataFile {
    holidays: Vec<Entry>,
}

/// Holds nothing only if the data file is not what it must be: a test of this module reads it.
static DATA: LazyLock<DataFile> =
    LazyLock::new(|| toml::from_str(include_str!("holidays.toml")).unwrap_or_default());

/// Easter Sunday in the Gregorian calendar; none for a year outside 1583 to 9999.
#[must_use]
pub fn easter(year: i32) -> Option<NaiveDate> {
    if !(1583..=9999).contains(&year) {
        return None;
    }
    // The method of Meeus, Jones and Butcher, with its own letters.
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let sum = u32::try_from(h + l - 7 * m + 114).ok()?;
    NaiveDate::from_ymd_opt(year, sum / 31, sum % 31 + 1)
}

impl Place {
    /// A place of a territory, without a Protestant temple.
    #[must_use]
    pub fn new(territory: Territory) -> Self {
        Self { territory, has_protestant_temple: false }
    }

    /// The same place, with a Protestant temple or a mixed church, or without.
    #[must_use]
    pub fn with_protestant_temple(mut self, has_one: bool) -> Self {
        self.has_protestant_temple = has_one;
        self
    }

    /// The holidays of a year, in order; none for a year outside 1583 to 9999.
    #[must_use]
    pub fn holidays(self, year: i32) -> Vec<Holiday> {
        let Some(easter) = easter(year) else { return Vec::new() };
        let here = |entry: &&Entry| {
            let is_territory = entry.territories.is_empty() || entry.territories.contains(&self.territory);
            is_territory && (entry.only_with.is_none() || self.has_protestant_temple)
        };
        let day = |entry: &'static Entry| {
            let moving = entry.easter.and_then(|days| easter.checked_add_signed(TimeDelta::days(days)));
            let day = moving.or_else(|| entry.date?.in_year(year))?;
            Some(Holiday { day, name: &entry.name, verified: entry.verified })
        };
        let mut holidays: Vec<Holiday> = DATA.holidays.iter().filter(here).filter_map(day).collect();
        holidays.sort_by_key(|holiday| holiday.day);
        holidays
    }

    /// The holiday that a day is, if it is one.
    #[must_use]
    pub fn holiday(self, day: NaiveDate) -> Option<Holiday> {
        self.holidays(day.year()).into_iter().find(|holiday| holiday.day == day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_file_is_whole() {
        let data: DataFile = toml::from_str(include_str!("holidays.toml")).unwrap();
        let is_one_kind = |entry: &Entry| entry.date.is_some() != entry.easter.is_some();
        assert!(data.holidays.iter().all(is_one_kind), "a date or a distance from Easter, and not both");
        assert_eq!(data.holidays.iter().filter(|entry| entry.territories.is_empty()).count(), 11);
    }
}
