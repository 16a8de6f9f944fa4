//! iCalendar objects, as far as an agenda and a list of tasks need them.

use super::{Event, Task};
use calcard::{
    Entry, Parser,
    common::{PartialDateTime, timezone::Tz as CalendarZone},
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarParameterName,
        ICalendarParameterValue, ICalendarProperty, ICalendarStatus, ICalendarValue,
    },
};
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use pleiade_core::{Deadline, When};

/// The occurrences in one object that the server already expanded.
pub(super) fn events(text: &str, zone: Tz) -> Option<Vec<Event>> {
    let mut events = Vec::new();
    for calendar in calendars(text)? {
        for component in of(&calendar, ICalendarComponentType::VEvent) {
            events.push(Event {
                uid: words(component, &ICalendarProperty::Uid),
                summary: words(component, &ICalendarProperty::Summary),
                location: words(component, &ICalendarProperty::Location),
                when: span(&calendar, component, zone)?,
                cancelled: component.status() == Some(&ICalendarStatus::Cancelled),
                declined: declined(component),
            });
        }
    }
    Some(events)
}

/// The tasks in one object that are not done.
pub(super) fn tasks(text: &str, zone: Tz) -> Option<Vec<Task>> {
    let mut tasks = Vec::new();
    for calendar in calendars(text)? {
        for component in of(&calendar, ICalendarComponentType::VTodo) {
            if matches!(component.status(), Some(ICalendarStatus::Completed | ICalendarStatus::Cancelled)) {
                continue;
            }
            let due = match component.property(&ICalendarProperty::Due) {
                Some(entry) => Some(match time(&calendar, entry, zone)? {
                    Time::Day(day) => Deadline::Day(day),
                    Time::At(at) => Deadline::At(at),
                }),
                None => None,
            };
            let priority = component
                .property(&ICalendarProperty::Priority)
                .and_then(|entry| entry.values.first()?.as_integer())
                .and_then(|priority| u8::try_from(priority).ok())
                .unwrap_or(0);
            tasks.push(Task {
                uid: words(component, &ICalendarProperty::Uid),
                summary: words(component, &ICalendarProperty::Summary),
                due,
                priority,
            });
        }
    }
    Some(tasks)
}

fn calendars(text: &str) -> Option<Vec<ICalendar>> {
    let mut parser = Parser::new(text);
    let mut calendars = Vec::new();
    loop {
        match parser.entry() {
            Entry::ICalendar(calendar) => calendars.push(calendar),
            Entry::Eof => return (!calendars.is_empty()).then_some(calendars),
            Entry::InvalidLine(_) => {}
            _ => return None,
        }
    }
}

fn of(calendar: &ICalendar, kind: ICalendarComponentType) -> impl Iterator<Item = &ICalendarComponent> {
    calendar.components.iter().filter(move |component| component.component_type == kind)
}

fn words(component: &ICalendarComponent, property: &ICalendarProperty) -> String {
    let values = component.property(property).map(|entry| entry.values.as_slice()).unwrap_or_default();
    let texts: Vec<&str> = values.iter().filter_map(ICalendarValue::as_text).collect();
    texts.join(", ")
}

fn declined(component: &ICalendarComponent) -> Vec<String> {
    component
        .properties(&ICalendarProperty::Attendee)
        .filter(|entry| {
            entry
                .parameter(&ICalendarParameterName::Partstat)
                .and_then(ICalendarParameterValue::as_text)
                .is_some_and(|answer| answer.eq_ignore_ascii_case("DECLINED"))
        })
        .filter_map(|entry| entry.calendar_address())
        .map(str::to_lowercase)
        .collect()
}

enum Time {
    Day(NaiveDate),
    At(DateTime<Utc>),
}

/// A property's date, or its instant: in its own zone, else in `zone`.
fn time(calendar: &ICalendar, entry: &ICalendarEntry, zone: Tz) -> Option<Time> {
    let written: &PartialDateTime = entry.values.first()?.as_partial_date_time()?;
    if !written.has_time() {
        let (year, month, day) = (written.year?, written.month?, written.day?);
        return NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day)).map(Time::Day);
    }
    let written = written.to_date_time()?;
    if let Some(offset) = written.offset {
        let utc = written.date_time.checked_sub_offset(offset)?;
        return Some(Time::At(utc.and_utc()));
    }
    let name = entry.parameter(&ICalendarParameterName::Tzid).and_then(ICalendarParameterValue::as_text);
    match name.and_then(|name| calendar.build_tz_resolver().resolve(name)) {
        None | Some(CalendarZone::Floating) => local(&zone, written.date_time),
        Some(own) => local(&own, written.date_time),
    }
    .map(Time::At)
}

/// The first of two readings in the hour that comes twice; one hour later in the hour that does not exist.
fn local<Z: TimeZone>(zone: &Z, at: NaiveDateTime) -> Option<DateTime<Utc>> {
    zone.from_local_datetime(&at)
        .earliest()
        .or_else(|| zone.from_local_datetime(&(at + TimeDelta::hours(1))).earliest())
        .map(|at| at.to_utc())
}

fn span(calendar: &ICalendar, component: &ICalendarComponent, zone: Tz) -> Option<When> {
    let at = |property| component.property(&property).map(|entry| time(calendar, entry, zone));
    let lasts =
        component.property(&ICalendarProperty::Duration).and_then(|entry| match entry.values.first()? {
            ICalendarValue::Duration(duration) => duration.to_time_delta(),
            _ => None,
        });
    let start = at(ICalendarProperty::Dtstart)??;
    let end = at(ICalendarProperty::Dtend).flatten();
    Some(match (start, end, lasts) {
        // The end of whole days is excluded in iCalendar, included here.
        (Time::Day(first), Some(Time::Day(end)), _) => {
            When::Days(first, end.pred_opt().filter(|last| *last >= first).unwrap_or(first))
        }
        (Time::Day(first), None, Some(lasts)) => {
            let more = u64::try_from(lasts.num_days() - 1).unwrap_or(0);
            When::Days(first, first.checked_add_days(Days::new(more)).unwrap_or(first))
        }
        (Time::Day(first), ..) => When::Days(first, first),
        (Time::At(start), Some(Time::At(end)), _) if end > start => When::Between(start, end),
        (Time::At(start), None, Some(lasts)) if lasts > TimeDelta::zero() => {
            When::Between(start, start.checked_add_signed(lasts)?)
        }
        (Time::At(start), ..) => When::At(start),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_event(lines: &str) -> Event {
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        events(&text, chrono_tz::Europe::Paris).unwrap().remove(0)
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn times_are_read_in_their_own_zone() {
        for (line, expected) in [
            ("DTSTART:20261123T170000Z", "2026-11-23T17:00:00Z"),
            ("DTSTART:20261123T170000", "2026-11-23T16:00:00Z"),
            ("DTSTART;TZID=Indian/Reunion:20261123T170000", "2026-11-23T13:00:00Z"),
            ("DTSTART;TZID=Nowhere/Land:20261123T170000", "2026-11-23T16:00:00Z"),
            // The hour that comes twice, then the hour that does not exist.
            ("DTSTART;TZID=Europe/Paris:20261025T023000", "2026-10-25T00:30:00Z"),
            ("DTSTART;TZID=Europe/Paris:20270328T023000", "2027-03-28T01:30:00Z"),
        ] {
            assert_eq!(one_event(line).when, When::At(utc(expected)), "{line}");
        }
    }

    #[test]
    fn spans() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
        for (lines, expected) in [
            ("DTSTART;VALUE=DATE:20261124\r\nDTEND;VALUE=DATE:20261125", When::Days(day(24), day(24))),
            ("DTSTART;VALUE=DATE:20261124\r\nDTEND;VALUE=DATE:20261127", When::Days(day(24), day(26))),
            ("DTSTART;VALUE=DATE:20261124", When::Days(day(24), day(24))),
            ("DTSTART;VALUE=DATE:20261124\r\nDURATION:P2D", When::Days(day(24), day(25))),
            (
                "DTSTART:20261124T080000Z\r\nDURATION:PT90M",
                When::Between(utc("2026-11-24T08:00:00Z"), utc("2026-11-24T09:30:00Z")),
            ),
            ("DTSTART:20261124T080000Z\r\nDTEND:20261124T070000Z", When::At(utc("2026-11-24T08:00:00Z"))),
        ] {
            assert_eq!(one_event(lines).when, expected, "{lines}");
        }
    }

    #[test]
    fn texts_are_unescaped_and_refusals_seen() {
        let event = one_event(
            "DTSTART:20261124T080000Z\r\nSUMMARY:Réunion\\, budget\\; vote\r\nLOCATION:Salle\r\n  du conseil\r\nSTATUS:CANCELLED\r\nATTENDEE;PARTSTAT=DECLINED:mailto:Marie@Ville.example",
        );
        assert_eq!(event.summary, "Réunion, budget; vote");
        assert_eq!(event.location, "Salle du conseil");
        assert!(event.cancelled);
        assert_eq!(event.declined, ["marie@ville.example"]);
    }

    #[test]
    fn tasks_done_or_dropped_are_left_out() {
        let text = "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:1\r\nSUMMARY:A\r\nDUE;VALUE=DATE:20261201\r\nPRIORITY:1\r\nEND:VTODO\r\nBEGIN:VTODO\r\nUID:2\r\nSTATUS:COMPLETED\r\nEND:VTODO\r\nBEGIN:VTODO\r\nUID:3\r\nSTATUS:CANCELLED\r\nEND:VTODO\r\nBEGIN:VTODO\r\nUID:4\r\nDUE;TZID=Europe/Paris:20261201T120000\r\nSTATUS:IN-PROCESS\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
        let tasks = tasks(text, chrono_tz::Europe::Paris).unwrap();
        assert_eq!(tasks.iter().map(|task| task.uid.as_str()).collect::<Vec<_>>(), ["1", "4"]);
        assert_eq!(tasks[0].due, NaiveDate::from_ymd_opt(2026, 12, 1).map(Deadline::Day));
        assert_eq!(tasks[0].priority, 1);
        assert_eq!(tasks[1].due, Some(Deadline::At(utc("2026-12-01T11:00:00Z"))));
    }

    #[test]
    fn what_is_no_calendar_is_refused() {
        for text in [
            "",
            "hello",
            "BEGIN:VCARD\r\nEND:VCARD",
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:x\r\nEND:VEVENT\r\nEND:VCALENDAR",
        ] {
            assert!(events(text, chrono_tz::UTC).is_none(), "{text:?}");
        }
    }
}
