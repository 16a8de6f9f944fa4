//! The time zones that calendar programs write: a known name, a known name with a number after it, or rules of their own beside the
//! object (`VTIMEZONE`, RFC 5545, 3.6.5).

use crate::kit::days;
use calcard::{
    common::{PartialDateTime, timezone::Tz as KnownZone},
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty, ICalendarRecurrenceRule,
        ICalendarValue, ICalendarWeekday, timezone::TzResolver,
    },
};
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use std::{cell::RefCell, collections::HashMap, rc::Rc, str::FromStr as _};

/// Changes of offset that a zone of an object may have; programs write two, or some ten with a history.
const MAX_OBSERVANCES: usize = 64;

/// The zones of one calendar object. Each is read once, however many times of the object name it: somebody's own list may name one
/// thousands of times.
pub(super) struct Zones<'a> {
    /// The person's own zone, for times that name no known one.
    pub(super) home: Tz,
    /// The zones that the object defines itself.
    own: HashMap<&'a str, Vec<Observance>>,
    named: TzResolver<&'a str>,
    found: RefCell<HashMap<String, Option<Rc<Zone>>>>,
}

/// The zone that a time of an object names.
enum Zone {
    Known(KnownZone),
    Own(Vec<Observance>),
}

/// An offset and the time from which it counts.
#[derive(Clone)]
struct Observance {
    onset: NaiveDateTime,
    /// Seconds east of UTC, before and after.
    from: i64,
    to: i64,
    /// Comes back each year: month, which week (from the end when negative), day of the week.
    yearly: Option<(u32, i16, Weekday)>,
    /// The last time it comes back.
    until: Option<NaiveDateTime>,
}

impl<'a> Zones<'a> {
    pub(super) fn new(calendar: &'a ICalendar, home: Tz) -> Self {
        Self { home, own: own(calendar), named: calendar.build_tz_resolver(), found: RefCell::default() }
    }

    /// The instant of a time of day in the zone of this name, or in the person's when the name is unknown.
    pub(super) fn instant(&self, name: Option<&str>, local: NaiveDateTime) -> DateTime<Utc> {
        let zone = name.and_then(|name| {
            let mut found = self.found.borrow_mut();
            if let Some(known) = found.get(name) {
                return known.clone();
            }
            let zone = self.resolve(name).map(Rc::new);
            found.insert(name.to_owned(), zone.clone());
            zone
        });
        match zone.as_deref() {
            None => days::instant(&self.home, local),
            Some(Zone::Known(zone)) => days::instant(zone, local),
            Some(Zone::Own(observances)) => {
                let last = observances
                    .iter()
                    .filter_map(|observance| Some((observance.last_before(local)?, observance.to)))
                    .max_by_key(|(onset, _)| *onset);
                let first =
                    || observances.iter().min_by_key(|observance| observance.onset).map(|first| first.from);
                let offset = last.map(|(_, to)| to).or_else(first).unwrap_or(0);
                let utc = local.and_utc();
                utc.checked_sub_signed(TimeDelta::seconds(offset)).unwrap_or(utc)
            }
        }
    }

    /// The zone of this name; `None` when nobody knows it and the object does not define it.
    fn resolve(&self, name: &str) -> Option<Zone> {
        let is_fixed = |zone: &KnownZone| !matches!(zone, KnownZone::Floating);
        let known = |name: &str| KnownZone::from_str(name).ok().filter(is_fixed);
        let numbered = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
        known(name)
            .map(Zone::Known)
            .or_else(|| self.own.get(name).cloned().map(Zone::Own))
            .or_else(|| self.named.resolve(name).filter(is_fixed).map(Zone::Known))
            .or_else(|| known(numbered).map(Zone::Known))
    }
}

impl Observance {
    fn from_component(component: &ICalendarComponent) -> Option<Self> {
        let value = |property| component.property(&property).and_then(|entry| entry.values.first());
        let offset = |property| {
            let written: &PartialDateTime = value(property)?.as_partial_date_time()?;
            let seconds = i64::from(written.tz_hour?) * 3600 + i64::from(written.tz_minute.unwrap_or(0)) * 60;
            Some(if written.tz_minus { -seconds } else { seconds })
        };
        let (yearly, until) = match value(ICalendarProperty::Rrule) {
            Some(ICalendarValue::RecurrenceRule(rule)) => {
                let until = rule.until.as_ref().and_then(PartialDateTime::to_date_time);
                (yearly(rule), until.map(|until| until.date_time))
            }
            _ => (None, None),
        };
        Some(Self {
            onset: value(ICalendarProperty::Dtstart)?.as_partial_date_time()?.to_date_time()?.date_time,
            from: offset(ICalendarProperty::Tzoffsetfrom)?,
            to: offset(ICalendarProperty::Tzoffsetto)?,
            yearly,
            until,
        })
    }

    /// The last time that it began, at a time of day in its own zone or before.
    fn last_before(&self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let Some((month, week, day)) = self.yearly else {
            return Some(self.onset).filter(|onset| *onset <= local);
        };
        // `UNTIL` is in UTC; the hours between make no difference from one year to the next.
        let end = self
            .until
            .map_or(local, |until| local.min(until.checked_add_signed(TimeDelta::days(1)).unwrap_or(until)));
        [end.year(), end.year() - 1]
            .into_iter()
            .filter_map(|year| Some(day_of_month(year, month, week, day)?.and_time(self.onset.time())))
            .find(|onset| *onset <= end && *onset >= self.onset)
    }
}

fn own(calendar: &ICalendar) -> HashMap<&str, Vec<Observance>> {
    let zones =
        calendar.components.iter().filter(|one| one.component_type == ICalendarComponentType::VTimezone);
    let read = zones.filter_map(|zone| {
        let name = zone.property(&ICalendarProperty::Tzid)?.values.first()?.as_text()?;
        if zone.component_ids.len() > MAX_OBSERVANCES {
            return None;
        }
        let parts =
            zone.component_ids.iter().filter_map(|id| calendar.components.get(usize::try_from(*id).ok()?));
        let observances: Vec<Observance> = parts.filter_map(Observance::from_component).collect();
        (!observances.is_empty()).then_some((name, observances))
    });
    read.collect()
}

fn yearly(rule: &ICalendarRecurrenceRule) -> Option<(u32, i16, Weekday)> {
    let (month, day) = (rule.bymonth.first()?, rule.byday.first()?);
    let weekday = match day.weekday {
        ICalendarWeekday::Monday => Weekday::Mon,
        ICalendarWeekday::Tuesday => Weekday::Tue,
        ICalendarWeekday::Wednesday => Weekday::Wed,
        ICalendarWeekday::Thursday => Weekday::Thu,
        ICalendarWeekday::Friday => Weekday::Fri,
        ICalendarWeekday::Saturday => Weekday::Sat,
        ICalendarWeekday::Sunday => Weekday::Sun,
    };
    Some((u32::from(month.month()), day.ordwk.unwrap_or(1), weekday))
}

/// The first, second… or last Sunday, and the like, of a month.
fn day_of_month(year: i32, month: u32, week: i16, weekday: Weekday) -> Option<NaiveDate> {
    match u8::try_from(week) {
        Ok(week) => NaiveDate::from_weekday_of_month_opt(year, month, weekday, week),
        Err(_) => (1..=5)
            .rev()
            .filter_map(|nth| NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth))
            .nth(usize::from(week.unsigned_abs()).saturating_sub(1)),
    }
}
