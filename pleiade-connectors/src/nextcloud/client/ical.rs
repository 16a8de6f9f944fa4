//! iCalendar objects, as far as an agenda and a list of tasks need them.

use super::{Event, Task, zone::Zones};
use crate::kit::json::List;
use calcard::{
    Entry, Parser,
    common::PartialDateTime,
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarParameterName,
        ICalendarParameterValue, ICalendarProperty, ICalendarStatus, ICalendarValue, Uri,
    },
};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use pleiade_core::{Deadline, EventTime};

/// The properties of online meetings that no standard has.
const MEETING_PROPERTIES: [&str; 3] =
    ["X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-MICROSOFT-ONLINEMEETINGCONFLINK"];

/// The occurrences in one object that the server already expanded; nothing when the object is no calendar.
pub(super) fn events(text: &str, zone: Tz) -> Option<List<Event>> {
    let mut events = List::default();
    for calendar in calendars(text)? {
        let zones = Zones::new(&calendar, zone);
        for component in components(&calendar, ICalendarComponentType::VEvent) {
            let Some(when) = span(&zones, component) else {
                events.unreadable += 1;
                continue;
            };
            events.items.push(Event {
                uid: words(component, &ICalendarProperty::Uid),
                summary: words(component, &ICalendarProperty::Summary),
                location: words(component, &ICalendarProperty::Location),
                description: words(component, &ICalendarProperty::Description),
                meetings: meetings(component),
                when,
                in_utc: is_in_utc(component),
                cancelled: component.status() == Some(&ICalendarStatus::Cancelled),
                tentative: component.status() == Some(&ICalendarStatus::Tentative),
                declined: attendees(component, "DECLINED"),
                unanswered: attendees(component, "NEEDS-ACTION"),
            });
        }
    }
    Some(events)
}

/// The ids of the events in one object that are in no zone; nothing when the object is no calendar.
pub(super) fn floating(text: &str) -> Option<List<String>> {
    let calendars = calendars(text)?;
    let events = calendars.iter().flat_map(|calendar| components(calendar, ICalendarComponentType::VEvent));
    let floating = events.filter(|component| {
        component.property(&ICalendarProperty::Dtstart).is_some_and(|start| {
            let written = start.values.first().and_then(ICalendarValue::as_partial_date_time);
            written.is_some_and(|start| start.has_time() && start.tz_hour.is_none())
                && start.tz_id().is_none()
        })
    });
    Some(floating.map(|component| words(component, &ICalendarProperty::Uid)).collect())
}

/// The tasks in one object that are not done; nothing when the object is no calendar. A deadline that cannot be read is none: the task is
/// still to do.
pub(super) fn tasks(text: &str, zone: Tz) -> Option<List<Task>> {
    let mut tasks = List::default();
    for calendar in calendars(text)? {
        let zones = Zones::new(&calendar, zone);
        for component in components(&calendar, ICalendarComponentType::VTodo) {
            if matches!(component.status(), Some(ICalendarStatus::Completed | ICalendarStatus::Cancelled)) {
                continue;
            }
            let priority = component
                .property(&ICalendarProperty::Priority)
                .and_then(|entry| entry.values.first()?.as_integer())
                .and_then(|priority| u8::try_from(priority).ok())
                .unwrap_or(0);
            tasks.items.push(Task {
                uid: words(component, &ICalendarProperty::Uid),
                summary: words(component, &ICalendarProperty::Summary),
                due: due(&zones, component),
                priority,
            });
        }
    }
    Some(tasks)
}

/// The deadline of a task: said, or its start and how long it lasts (RFC 5545, 3.6.2).
fn due(zones: &Zones<'_>, component: &ICalendarComponent) -> Option<Deadline> {
    if let Some(due) = component.property(&ICalendarProperty::Due) {
        return time(zones, due).map(Time::deadline);
    }
    let start = time(zones, component.property(&ICalendarProperty::Dtstart)?)?;
    let lasts = duration(component)?;
    Some(match start {
        Time::At(at) => Deadline::At(at.checked_add_signed(lasts)?),
        Time::Day(day) => Deadline::Day(day.checked_add_days(Days::new(more_days(lasts)))?),
    })
}

/// Days of a span of whole days beyond the first.
fn more_days(lasts: TimeDelta) -> u64 {
    u64::try_from(lasts.num_days() - 1).unwrap_or(0)
}

fn duration(component: &ICalendarComponent) -> Option<TimeDelta> {
    match component.property(&ICalendarProperty::Duration)?.values.first()? {
        ICalendarValue::Duration(duration) => duration.to_time_delta(),
        _ => None,
    }
}

fn calendars(text: &str) -> Option<Vec<ICalendar>> {
    let mut parser = Parser::new(text);
    let mut calendars = Vec::new();
    loop {
        match parser.entry() {
            Entry::ICalendar(calendar) => calendars.push(calendar),
            Entry::Eof => return (!calendars.is_empty()).then_some(calendars),
            _ => {}
        }
    }
}

fn components(
    calendar: &ICalendar,
    kind: ICalendarComponentType,
) -> impl Iterator<Item = &ICalendarComponent> {
    calendar.components.iter().filter(move |component| component.component_type == kind)
}

fn words(component: &ICalendarComponent, property: &ICalendarProperty) -> String {
    let values = component.property(property).map(|entry| entry.values.as_slice()).unwrap_or_default();
    let texts: Vec<&str> = values.iter().filter_map(ICalendarValue::as_text).collect();
    texts.join(", ")
}

/// Where producers write the address of an online meeting, beside the place and the description.
fn meetings(component: &ICalendarComponent) -> Vec<String> {
    let is_meeting = |name: &ICalendarProperty| match name {
        ICalendarProperty::Url | ICalendarProperty::Conference => true,
        ICalendarProperty::Other(name) => MEETING_PROPERTIES.iter().any(|own| own.eq_ignore_ascii_case(name)),
        _ => false,
    };
    let entries = component.entries.iter().filter(|entry| is_meeting(&entry.name));
    let texts = entries.filter_map(|entry| match entry.values.first()? {
        ICalendarValue::Uri(Uri::Location(uri)) => Some(uri.clone()),
        value => value.as_text().map(str::to_owned),
    });
    texts.collect()
}

/// The mail addresses of those with an answer, in lower case.
fn attendees(component: &ICalendarComponent, answer: &str) -> Vec<String> {
    component
        .properties(&ICalendarProperty::Attendee)
        .filter(|entry| {
            entry
                .parameter(&ICalendarParameterName::Partstat)
                .and_then(ICalendarParameterValue::as_text)
                .is_some_and(|told| told.eq_ignore_ascii_case(answer))
        })
        .filter_map(|entry| entry.calendar_address())
        .map(str::to_lowercase)
        .collect()
}

enum Time {
    Day(NaiveDate),
    At(DateTime<Utc>),
}

impl Time {
    fn deadline(self) -> Deadline {
        match self {
            Self::Day(day) => Deadline::Day(day),
            Self::At(at) => Deadline::At(at),
        }
    }
}

fn is_in_utc(component: &ICalendarComponent) -> bool {
    let start = component.property(&ICalendarProperty::Dtstart).and_then(|entry| entry.values.first());
    start.and_then(ICalendarValue::as_partial_date_time).is_some_and(|start| start.tz_hour.is_some())
}

/// A property's date, or its instant: in its own zone, else in the person's.
fn time(zones: &Zones<'_>, entry: &ICalendarEntry) -> Option<Time> {
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
    Some(Time::At(zones.instant(name, written.date_time)))
}

fn span(zones: &Zones<'_>, component: &ICalendarComponent) -> Option<EventTime> {
    let at = |property| component.property(&property).map(|entry| time(zones, entry));
    let lasts = duration(component);
    let start = at(ICalendarProperty::Dtstart)??;
    let end = at(ICalendarProperty::Dtend).flatten();
    Some(match (start, end, lasts) {
        // The end of whole days is excluded in iCalendar, included here.
        (Time::Day(first), Some(Time::Day(end)), _) => {
            EventTime::Days(first, end.pred_opt().filter(|last| *last >= first).unwrap_or(first))
        }
        (Time::Day(first), None, Some(lasts)) => {
            EventTime::Days(first, first.checked_add_days(Days::new(more_days(lasts))).unwrap_or(first))
        }
        (Time::Day(first), ..) => EventTime::Days(first, first),
        (Time::At(start), Some(Time::At(end)), _) if end > start => EventTime::Between(start, end),
        (Time::At(start), None, Some(lasts)) if lasts > TimeDelta::zero() => {
            EventTime::Between(start, start.checked_add_signed(lasts)?)
        }
        (Time::At(start), ..) => EventTime::At(start),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_event(lines: &str) -> Event {
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        events(&text, chrono_tz::Europe::Paris).unwrap().items.remove(0)
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
            assert_eq!(one_event(line).when, EventTime::At(utc(expected)), "{line}");
        }
    }

    #[test]
    fn spans() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
        for (lines, expected) in [
            ("DTSTART;VALUE=DATE:20261124\r\nDTEND;VALUE=DATE:20261125", EventTime::Days(day(24), day(24))),
            ("DTSTART;VALUE=DATE:20261124\r\nDTEND;VALUE=DATE:20261127", EventTime::Days(day(24), day(26))),
            ("DTSTART;VALUE=DATE:20261124", EventTime::Days(day(24), day(24))),
            ("DTSTART;VALUE=DATE:20261124\r\nDURATION:P2D", EventTime::Days(day(24), day(25))),
            (
                "DTSTART:20261124T080000Z\r\nDURATION:PT90M",
                EventTime::Between(utc("2026-11-24T08:00:00Z"), utc("2026-11-24T09:30:00Z")),
            ),
            (
                "DTSTART:20261124T080000Z\r\nDTEND:20261124T070000Z",
                EventTime::At(utc("2026-11-24T08:00:00Z")),
            ),
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
    fn online_meetings_are_found_where_producers_write_them() {
        for line in [
            "URL:https://visio.ville.example/salle",
            "CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://visio.ville.example/salle",
            "X-GOOGLE-CONFERENCE:https://visio.ville.example/salle",
            "X-MICROSOFT-SKYPETEAMSMEETINGURL:https://visio.ville.example/salle",
        ] {
            let event = one_event(&format!("DTSTART:20261123T080000Z\r\n{line}\r\n"));
            assert_eq!(event.meetings, ["https://visio.ville.example/salle"], "{line}");
        }
    }

    #[test]
    fn tasks_done_or_dropped_are_left_out() {
        let text = "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:1\r\nSUMMARY:A\r\nDUE;VALUE=DATE:20261201\r\nPRIORITY:1\r\nEND:VTODO\r\nBEGIN:VTODO\r\nUID:2\r\nSTATUS:COMPLETED\r\nEND:VTODO\r\nBEGIN:VTODO\r\nUID:3\r\nSTATUS:CANCELLED\r\nEND:VTODO\r\nBEGIN:VTODO\r\nUID:4\r\nDUE;TZID=Europe/Paris:20261201T120000\r\nSTATUS:IN-PROCESS\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
        let tasks = tasks(text, chrono_tz::Europe::Paris).unwrap().items;
        assert_eq!(tasks.iter().map(|task| task.uid.as_str()).collect::<Vec<_>>(), ["1", "4"]);
        assert_eq!(tasks[0].due, NaiveDate::from_ymd_opt(2026, 12, 1).map(Deadline::Day));
        assert_eq!(tasks[0].priority, 1);
        assert_eq!(tasks[1].due, Some(Deadline::At(utc("2026-12-01T11:00:00Z"))));
    }

    #[test]
    fn what_is_no_calendar_is_refused() {
        for text in ["", "hello", "BEGIN:VCARD\r\nEND:VCARD"] {
            assert!(
                events(text, chrono_tz::UTC).is_none() && tasks(text, chrono_tz::UTC).is_none(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn one_odd_event_hides_no_other() {
        let event = |lines: &str| format!("BEGIN:VEVENT\r\nUID:a\r\n{lines}END:VEVENT\r\n");
        let text = format!(
            "BEGIN:VCALENDAR\r\n{}{}{}END:VCALENDAR\r\n",
            event(""),
            event("DTSTART:x\r\n"),
            event("DTSTART:20261124T080000Z\r\n")
        );
        let events = events(&text, chrono_tz::UTC).unwrap();
        assert_eq!((events.items.len(), events.unreadable), (1, 2));
    }

    fn deadline(lines: &str) -> Option<Deadline> {
        let text = format!("BEGIN:VCALENDAR\r\n{lines}END:VTODO\r\nEND:VCALENDAR\r\n");
        tasks(&text, chrono_tz::Europe::Paris).unwrap().items[0].due
    }

    fn due_of(lines: &str) -> Option<Deadline> {
        deadline(&format!("BEGIN:VTODO\r\nUID:1\r\n{lines}\r\n"))
    }

    #[test]
    fn a_task_whose_deadline_cannot_be_read_is_still_to_do() {
        for wrong in ["DUE:", "DUE:bientot", "X-A:b", "DTSTART:20261124T080000Z", "DURATION:PT1H"] {
            assert_eq!(due_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_start_and_a_duration_are_a_deadline() {
        let at = |text| Some(Deadline::At(utc(text)));
        assert_eq!(due_of("DTSTART:20261124T080000Z\r\nDURATION:PT90M"), at("2026-11-24T09:30:00Z"));
        let day = NaiveDate::from_ymd_opt(2026, 11, 25).map(Deadline::Day);
        assert_eq!(due_of("DTSTART;VALUE=DATE:20261124\r\nDURATION:P2D"), day);
    }

    #[test]
    fn zones_that_programs_make_up_are_read_by_their_own_rules() {
        let rules = |name: &str, winter: &str, summer: &str| {
            format!(
                "BEGIN:VTIMEZONE\r\nTZID:{name}\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\nTZOFFSETFROM:{summer}\r\nTZOFFSETTO:{winter}\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:{winter}\r\nTZOFFSETTO:{summer}\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
            )
        };
        let at = |text| Some(Deadline::At(utc(text)));
        let read = |zone: &str, name: &str, local: &str| {
            deadline(&format!("{zone}BEGIN:VTODO\r\nUID:1\r\nDUE;TZID={name}:{local}\r\n"))
        };
        // A name that a program numbered, with and without the rules beside it.
        let london = rules("GMT Standard Time 1", "+0000", "+0100");
        for zone in [london.as_str(), ""] {
            assert_eq!(read(zone, "GMT Standard Time 1", "20261124T100000"), at("2026-11-24T10:00:00Z"));
        }
        assert_eq!(read(&london, "GMT Standard Time 1", "20260724T100000"), at("2026-07-24T09:00:00Z"));
        assert_eq!(read(&london, "GMT Standard Time 1", "20261025T005900"), at("2026-10-24T23:59:00Z"));
        assert_eq!(read(&london, "GMT Standard Time 1", "20261025T030000"), at("2026-10-25T03:00:00Z"));
        let reunion = rules("Customized Time Zone", "+0400", "+0400");
        assert_eq!(read(&reunion, "Customized Time Zone", "20261124T100000"), at("2026-11-24T06:00:00Z"));
        // A rule of before counts no longer: clocks went back in September until 1995.
        let history = reunion.replace("+0400", "+0200").replace("TZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "TZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10").replace(
            "BEGIN:STANDARD",
            "BEGIN:STANDARD\r\nDTSTART:19810927T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;UNTIL=19950924T010000Z;BYDAY=-1SU;BYMONTH=9\r\nEND:STANDARD\r\nBEGIN:STANDARD",
        );
        assert_eq!(read(&history, "Customized Time Zone", "20261010T100000"), at("2026-10-10T08:00:00Z"));
        assert_eq!(read(&history, "Customized Time Zone", "20261110T100000"), at("2026-11-10T09:00:00Z"));
        // More changes than any zone has: nobody's, and not worth the time.
        let change = "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0400\r\nTZOFFSETTO:+0400\r\nEND:STANDARD\r\n";
        let endless = reunion.replace("END:VTIMEZONE", &(change.repeat(100) + "END:VTIMEZONE"));
        assert_eq!(read(&endless, "Customized Time Zone", "20261124T100000"), at("2026-11-24T09:00:00Z"));
        // Nobody knows it: the zone of the collectivité.
        assert_eq!(read("", "Customized Time Zone", "20261124T100000"), at("2026-11-24T09:00:00Z"));
    }
}
