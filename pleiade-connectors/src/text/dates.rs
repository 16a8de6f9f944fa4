//! Days and times in the tenant's zone.
//!
//! Every form is a label without a preposition ("demain, 9 h 41"), so that it stands after a colon, in a column, or alone.

use super::Catalogue;
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use fluent_bundle::{FluentArgs, FluentValue};
use pleiade_core::{Deadline, EventTime, Locale};

/// A moment as the clocks of a zone show it. Applications write dates, and a zone's shift at the ends of what chrono can hold would
/// panic: these become the first or the last day that a calendar of four digits has.
#[must_use]
pub fn local(zone: Tz, instant: DateTime<Utc>) -> DateTime<Tz> {
    const MIN_TIMESTAMP: i64 = -62_135_510_400; // 0001-01-02
    const MAX_TIMESTAMP: i64 = 253_402_214_400; // 9999-12-31
    let held = DateTime::from_timestamp(instant.timestamp().clamp(MIN_TIMESTAMP, MAX_TIMESTAMP), 0)
        .unwrap_or_default();
    let inside = (MIN_TIMESTAMP..=MAX_TIMESTAMP).contains(&instant.timestamp());
    (if inside { instant } else { held }).with_timezone(&zone)
}

impl Catalogue {
    /// The time of day: `9 h 41`, `9:41 am`. Spaces are no-break.
    #[must_use]
    pub fn time(&self, locale: Locale, zone: Tz, instant: DateTime<Utc>) -> String {
        let local = local(zone, instant);
        let (afternoon, hour12) = local.hour12();
        let key = if local.minute() == 0 { "date-time-on-the-hour" } else { "date-time" };
        self.date(
            locale,
            key,
            &[
                ("hour", local.hour().to_string().into()),
                ("hour12", hour12.to_string().into()),
                ("minute", format!("{:02}", local.minute()).into()),
                ("half", if afternoon { "pm" } else { "am" }.into()),
            ],
        )
    }

    /// A day: `lundi 3 mars`, with its year when it is not this year's in `zone`.
    #[must_use]
    pub fn day(&self, locale: Locale, zone: Tz, day: NaiveDate) -> String {
        let weekday = self.date(locale, &format!("date-weekday-{}", day.weekday().number_from_monday()), &[]);
        let month = self.date(locale, &format!("date-month-{}", day.month()), &[]);
        let this_year = day.year() == self.today(zone).year();
        self.date(
            locale,
            if this_year { "date-day" } else { "date-day-and-year" },
            &[
                ("weekday", weekday.into()),
                ("ordinal", day.day().into()),
                ("month", month.into()),
                ("year", day.year().to_string().into()),
            ],
        )
    }

    /// A day as people say it: `hier`, `aujourd’hui`, `demain`, else as [`Self::day`].
    #[must_use]
    pub fn relative_day(&self, locale: Locale, zone: Tz, day: NaiveDate) -> String {
        let key = match day.signed_duration_since(self.today(zone)).num_days() {
            -1 => "date-yesterday",
            0 => "date-today",
            1 => "date-tomorrow",
            _ => return self.day(locale, zone, day),
        };
        self.date(locale, key, &[])
    }

    /// A moment: its time alone today, else `demain, 9 h 41` or `lundi 3 mars, 9 h 41`.
    #[must_use]
    pub fn instant(&self, locale: Locale, zone: Tz, instant: DateTime<Utc>) -> String {
        let day = local(zone, instant).date_naive();
        let time = self.time(locale, zone, instant);
        if day == self.today(zone) {
            return time;
        }
        let day = self.relative_day(locale, zone, day);
        self.date(locale, "date-day-and-time", &[("day", day.into()), ("time", time.into())])
    }

    /// The time of an event: a moment, a span, or whole days.
    #[must_use]
    pub fn when(&self, locale: Locale, zone: Tz, when: &EventTime) -> String {
        let (key, start, end) = match *when {
            EventTime::At(instant) => return self.instant(locale, zone, instant),
            EventTime::Days(first, last) if first == last => return self.relative_day(locale, zone, first),
            EventTime::Days(first, last) => {
                ("date-span", self.relative_day(locale, zone, first), self.relative_day(locale, zone, last))
            }
            EventTime::Between(start, end) => {
                let same_day = local(zone, start).date_naive() == local(zone, end).date_naive();
                let first = self.instant(locale, zone, start);
                if same_day {
                    ("date-times", first, self.time(locale, zone, end))
                } else {
                    ("date-span", first, self.instant(locale, zone, end))
                }
            }
            _ => return String::new(),
        };
        self.date(locale, key, &[("start", start.into()), ("end", end.into())])
    }

    /// A deadline, without a preposition.
    #[must_use]
    pub fn deadline(&self, locale: Locale, zone: Tz, deadline: &Deadline) -> String {
        match *deadline {
            Deadline::At(instant) => self.instant(locale, zone, instant),
            Deadline::Day(day) => self.relative_day(locale, zone, day),
        }
    }

    fn today(&self, zone: Tz) -> NaiveDate {
        self.clock.now().with_timezone(&zone).date_naive()
    }

    fn date(&self, locale: Locale, key: &str, args: &[(&'static str, FluentValue<'_>)]) -> String {
        let args: FluentArgs<'_> = args.iter().map(|(name, value)| (*name, value.clone())).collect();
        self.pattern(locale, key, &args).map_or_else(|| key.to_owned(), |(text, _)| text)
    }
}
