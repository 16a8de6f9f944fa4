//! Days and times of day where the person lives, with one rule for the days on which clocks change.
//!
//! A time that comes twice is the first of the two. A time that does not exist, because the clocks jump over it, is read with the
//! offset from before the jump, as RFC 5545 (3.3.5) reads it: 02:30 is what 03:30 is after the jump.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset as _, TimeDelta, TimeZone, Utc};
use pleiade_core::{Deadline, EventTime};

/// The instant of a time of day in a zone.
#[must_use]
pub fn instant<Z: TimeZone>(zone: &Z, local: NaiveDateTime) -> DateTime<Utc> {
    if let Some(instant) = zone.from_local_datetime(&local).earliest() {
        return instant.to_utc();
    }
    // Clocks jump by an hour; Samoa once jumped over a whole day.
    let before = [3, 27].into_iter().find_map(|hours| {
        zone.from_local_datetime(&local.checked_sub_signed(TimeDelta::hours(hours))?).latest()
    });
    let offset = before.map_or(0, |before| before.offset().fix().local_minus_utc());
    let utc = local.and_utc();
    utc.checked_sub_signed(TimeDelta::seconds(offset.into())).unwrap_or(utc)
}

/// The first instant of a day.
#[must_use]
pub fn midnight<Z: TimeZone>(zone: &Z, day: NaiveDate) -> DateTime<Utc> {
    instant(zone, day.and_time(NaiveTime::MIN))
}

/// The first instant of some days in a row and the first one after them: 23 or 25 hours where the clocks change.
#[must_use]
pub fn bounds<Z: TimeZone>(zone: &Z, first: NaiveDate, days: u64) -> (DateTime<Utc>, DateTime<Utc>) {
    let after = first.checked_add_days(Days::new(days)).unwrap_or(first);
    (midnight(zone, first), midnight(zone, after))
}

/// The first instant of an event and the first one after its end.
#[must_use]
pub fn span<Z: TimeZone>(zone: &Z, when: EventTime) -> (DateTime<Utc>, DateTime<Utc>) {
    match when {
        EventTime::Between(start, end) => (start, end),
        EventTime::Days(first, last) => {
            (midnight(zone, first), midnight(zone, last.succ_opt().unwrap_or(last)))
        }
        // What has no end is over a minute after it began, so that it is still seen at its minute.
        EventTime::At(at) => (at, at.checked_add_signed(TimeDelta::minutes(1)).unwrap_or(at)),
        _ => (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH),
    }
}

/// True if a deadline is past; a day is past after its evening.
#[must_use]
pub fn is_late<Z: TimeZone>(zone: &Z, deadline: Option<Deadline>, now: DateTime<Utc>) -> bool {
    match deadline {
        Some(Deadline::At(at)) => at < now,
        Some(Deadline::Day(day)) => day < now.with_timezone(zone).date_naive(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{America::Santiago, Europe::Paris, Pacific::Apia};

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn days_are_23_24_or_25_hours_long() {
        let hours = |y, m, d| {
            let (start, end) = bounds(&Paris, day(y, m, d), 1);
            (end - start).num_hours()
        };
        assert_eq!((hours(2026, 3, 29), hours(2026, 11, 23), hours(2026, 10, 25)), (23, 24, 25));
    }

    #[test]
    fn a_day_without_midnight_begins_at_the_jump() {
        assert_eq!(midnight(&Santiago, day(2026, 9, 6)).to_rfc3339(), "2026-09-06T04:00:00+00:00");
        // Samoa had no 30 December 2011.
        assert_eq!(midnight(&Apia, day(2011, 12, 30)), midnight(&Apia, day(2011, 12, 31)));
    }

    #[test]
    fn times_that_come_twice_or_never() {
        let at = |text: &str| instant(&Paris, text.parse().unwrap()).to_rfc3339();
        assert_eq!(at("2026-10-25T02:30:00"), "2026-10-25T00:30:00+00:00", "the first of the two");
        assert_eq!(
            at("2026-03-29T02:30:00"),
            "2026-03-29T01:30:00+00:00",
            "with the offset from before the jump"
        );
    }

    #[test]
    fn a_day_is_late_when_it_is_over_where_the_person_lives() {
        let deadline = Some(Deadline::Day(day(2026, 11, 23)));
        assert!(!is_late(&Paris, deadline, "2026-11-23T22:59:59Z".parse().unwrap()));
        assert!(is_late(&Paris, deadline, "2026-11-23T23:00:00Z".parse().unwrap()));
        assert!(!is_late(&Paris, None, DateTime::<Utc>::MAX_UTC));
    }

    #[test]
    fn no_year_is_too_far() {
        for zone in [chrono_tz::Europe::Paris, chrono_tz::America::Martinique, chrono_tz::Pacific::Kiritimati]
        {
            for local in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
                let at = instant(&zone, local);
                assert!((at - local.and_utc()).num_days() == 0);
                let (first, after) = bounds(&zone, local.date(), 1);
                assert!(first <= after);
                let (start, end) = span(&zone, EventTime::Days(local.date(), local.date()));
                assert!(start <= end);
            }
            for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
                let (start, end) = span(&zone, EventTime::At(at));
                assert!(start <= end);
            }
        }
    }
}
