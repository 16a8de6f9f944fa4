//! From the calendar's instances to the meetings of a day.

use super::wire::{Address, Appointments, Attributes, ItemId, Task};
use crate::{
    kit::{days, json::List, meeting::MeetingPlaces},
    text::local,
};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use pleiade_core::{Deadline, EventTime};
use std::fmt;
use url::Url;

/// The answer of a person to an invitation (iCalendar's PARTSTAT).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Participation {
    /// No answer yet.
    NeedsAction,
    /// Accepted.
    Accepted,
    /// Perhaps.
    Tentative,
    /// Refused.
    Declined,
    /// Another word: delegated, completed, in process.
    Other,
}

/// One instance of a meeting.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Meeting {
    /// The calendar item, the same for all instances.
    pub id: ItemId,
    /// The UID of iCalendar, the same for all instances and in other calendars.
    pub uid: Option<String>,
    /// The invitation, for links.
    pub invitation: Option<String>,
    /// The instance, as `YYYYMMDDThhmmssZ`.
    pub recurrence: Option<String>,
    /// The title; absent for a private event of somebody else.
    pub title: Option<String>,
    /// The place.
    pub location: Option<String>,
    /// First words of the description.
    pub fragment: Option<String>,
    /// The name of its organiser.
    pub organiser: Option<String>,
    /// Its time: a span, or whole days.
    pub when: EventTime,
    /// The start, for a whole day its midnight in the person's zone.
    pub start: DateTime<Utc>,
    /// The end, excluded.
    pub end: DateTime<Utc>,
    /// The person's answer.
    pub participation: Participation,
    /// True if the person organises it.
    pub is_organiser: bool,
    /// True if it was cancelled.
    pub cancelled: bool,
    /// True if this instance differs from the series.
    pub exception: bool,
}

/// Meetings stay out of debug output.
impl fmt::Debug for Meeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meeting").field("id", &self.id).field("when", &self.when).finish_non_exhaustive()
    }
}

impl Meeting {
    /// True if it concerns that day, of which `bounds` are the start and the end.
    #[must_use]
    pub fn is_on(&self, day: NaiveDate, bounds: (DateTime<Utc>, DateTime<Utc>)) -> bool {
        match self.when {
            EventTime::Days(first, last) => (first..=last).contains(&day),
            _ => self.start < bounds.1 && (self.end > bounds.0 || self.start >= bounds.0),
        }
    }

    /// True if the person takes part or may still do so.
    #[must_use]
    pub fn is_on_the_agenda(&self) -> bool {
        !self.cancelled && self.participation != Participation::Declined
    }

    /// The place by its name. An address is no name: it is told by the button that opens it.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        self.location.as_deref().filter(|place| !place.contains("://"))
    }

    /// True if an answer is awaited.
    #[must_use]
    pub fn awaits_an_answer(&self) -> bool {
        self.participation == Participation::NeedsAction && !self.is_organiser && !self.cancelled
    }

    /// The address of the video conference: the first at one of these places, in the place, else in the description.
    #[must_use]
    pub fn conference(&self, places: &MeetingPlaces) -> Option<Url> {
        places.find([&self.location, &self.fragment].into_iter().flatten().map(String::as_str))
    }
}

impl Appointments {
    /// Every instance as a meeting, in the order of time, whole days first. `zone` is where the person reads the time.
    ///
    /// An instance says only what it changes; what it does not say is its series'.
    #[must_use]
    pub fn meetings(&self, zone: Tz) -> List<Meeting> {
        let mut meetings = List { items: Vec::new(), unreadable: self.appointments.unreadable };
        for series in &self.appointments.items {
            meetings.unreadable += series.instances.unreadable;
            for one in &series.instances.items {
                match meeting(&series.id, &series.common, one, zone) {
                    Some(meeting) => meetings.items.push(meeting),
                    None => meetings.unreadable += 1,
                }
            }
        }
        let whole_days_first = |meeting: &Meeting| !matches!(meeting.when, EventTime::Days(..));
        meetings.items.sort_by_key(|meeting| (meeting.start, whole_days_first(meeting), meeting.end));
        meetings
    }
}

fn meeting(id: &ItemId, series: &Attributes, one: &Attributes, zone: Tz) -> Option<Meeting> {
    let instant = DateTime::from_timestamp_millis(one.start?)?;
    let length = Duration::try_milliseconds(one.duration.or(series.duration).unwrap_or(0).max(0))?;
    let (when, start, end) = if one.all_day.or(series.all_day).unwrap_or(false) {
        let first = day_of(instant, one.zone_offset.or(series.zone_offset), zone)?;
        // A span with a change of clocks is an hour off a whole number of days.
        let count = u64::try_from((length + Duration::hours(12)).num_days()).unwrap_or(1).max(1);
        let last = first.checked_add_days(chrono::Days::new(count - 1))?;
        let (start, end) = days::bounds(&zone, first, count);
        (EventTime::Days(first, last), start, end)
    } else {
        let end = instant.checked_add_signed(length)?;
        (EventTime::Between(instant, end), instant, end)
    };
    let text = |own: &Option<String>, common: &Option<String>| {
        own.as_ref().or(common.as_ref()).filter(|text| !text.trim().is_empty()).cloned()
    };
    let participation = match one.answer.as_deref().or(series.answer.as_deref()) {
        Some("NE") => Participation::NeedsAction,
        Some("AC") | None => Participation::Accepted,
        Some("TE") => Participation::Tentative,
        Some("DE") => Participation::Declined,
        Some(_) => Participation::Other,
    };
    let organiser = one.organiser.as_ref().or(series.organiser.as_ref());
    let named =
        |who: &Address| who.full_name.clone().or_else(|| who.short_name.clone()).or_else(|| who.mail.clone());
    Some(Meeting {
        id: id.clone(),
        uid: text(&one.uid, &series.uid),
        invitation: text(&one.invitation, &series.invitation),
        recurrence: text(&one.recurrence, &series.recurrence),
        title: text(&one.name, &series.name),
        location: text(&one.location, &series.location),
        fragment: text(&one.fragment, &series.fragment),
        organiser: organiser.and_then(named),
        when,
        start,
        end,
        participation,
        is_organiser: one.is_organiser.or(series.is_organiser).unwrap_or(false),
        cancelled: one.status.as_deref().or(series.status.as_deref()) == Some("CANC"),
        exception: one.exception.unwrap_or(false),
    })
}

/// The calendar day of a moment in the event's own zone, known by its offset; in the person's zone when Zimbra tells none.
fn day_of(moment: DateTime<Utc>, offset: Option<i64>, zone: Tz) -> Option<NaiveDate> {
    match offset {
        Some(offset) => Some(moment.checked_add_signed(Duration::try_milliseconds(offset)?)?.date_naive()),
        None => Some(local(zone, moment).date_naive()),
    }
}

impl Task {
    /// The deadline: a day for a task without an hour.
    #[must_use]
    pub fn deadline(&self, zone: Tz) -> Option<Deadline> {
        let instance = self.instances.items.first();
        let due = self.due.or_else(|| instance?.due)?;
        let offset = self.due_offset.or_else(|| instance?.due_offset);
        if self.all_day.unwrap_or(true) {
            day_of(due, offset, zone).map(Deadline::Day)
        } else {
            Some(Deadline::At(due))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::days::{bounds, is_late};
    use chrono_tz::Europe::Paris;
    use pleiade_core::{CallContext, Credential};
    use serde_json::{Value, json};

    fn meetings(appointments: Value) -> Vec<Meeting> {
        serde_json::from_value::<Appointments>(json!({ "appt": appointments })).unwrap().meetings(Paris).items
    }

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn reads_the_documented_meeting() {
        let sample: Value =
            serde_json::from_str(include_str!("../../tests/data/zimbra/appointments.json")).unwrap();
        let found = meetings(sample["SearchResponse"]["appt"].clone());
        let meeting = &found[0];
        assert_eq!(meeting.title.as_deref(), Some("Comité de direction"));
        assert_eq!(meeting.organiser.as_deref(), Some("Anne Durand"));
        let cx = CallContext::for_login("adurand", Credential::Technical { key: None });
        let places = MeetingPlaces::new(&cx, &["visio.ville.example".to_owned()]);
        assert_eq!(meeting.conference(&places).unwrap().host_str(), Some("visio.ville.example"));
        assert_eq!(meeting.conference(&MeetingPlaces::default()), None);
        assert_eq!(meeting.uid.as_deref(), Some("3f1c…"));
        // 2,110 is the item's size in bytes and its `d` is the item's date: neither is the start.
        assert_eq!(meeting.start.to_rfc3339(), "2026-11-23T08:00:00+00:00");
        assert_eq!(meeting.end - meeting.start, Duration::hours(1));
        assert_eq!(meeting.participation, Participation::Accepted);
    }

    #[test]
    fn an_exception_says_only_what_it_changes() {
        let found = meetings(
            json!([{"id":"301","invId":"301-300","name":"Point hebdomadaire","loc":"Salle A","dur":3_600_000,"ptst":"AC",
            "inst":[{"s":1_795_420_800_000_i64,"ridZ":"20261123T080000Z"},
                    {"s":1_795_507_200_000_i64,"ex":true,"name":"Point exceptionnel","dur":1_800_000,"ptst":"NE","invId":"301-310","status":"CANC"}]}]),
        );
        assert_eq!(found[1].title.as_deref(), Some("Point exceptionnel"));
        assert_eq!(found[1].location.as_deref(), Some("Salle A"));
        assert_eq!(found[1].end - found[1].start, Duration::minutes(30));
        assert!(found[1].cancelled && found[1].exception && !found[1].awaits_an_answer());
        assert_eq!(found[1].invitation.as_deref(), Some("301-310"));
        assert!(!found[0].cancelled && found[0].is_on_the_agenda());
    }

    #[test]
    fn whole_days_are_days_of_the_event_s_own_zone() {
        // Midnight of 23 November in Paris is 23:00 the day before in UTC.
        let found = meetings(
            json!([{"id":"1","name":"Congé","allDay":"1","dur":"172800000","inst":[{"s":1_795_388_400_000_i64,"tzo":3_600_000}]}]),
        );
        assert_eq!(found[0].when, EventTime::Days(day(2026, 11, 23), day(2026, 11, 24)));
        let here = bounds(&Paris, day(2026, 11, 24), 1);
        assert!(found[0].is_on(day(2026, 11, 24), here) && !found[0].is_on(day(2026, 11, 25), here));
    }

    #[test]
    fn a_whole_day_on_which_clocks_change_is_one_day() {
        let found = meetings(
            json!([{"id":"1","allDay":true,"dur":90_000_000,"inst":[{"s":1_792_879_200_000_i64,"tzo":7_200_000}]}]),
        );
        assert_eq!(found[0].when, EventTime::Days(day(2026, 10, 25), day(2026, 10, 25)));
    }

    #[test]
    fn a_meeting_from_yesterday_evening_is_also_today_s() {
        let today = day(2026, 11, 23);
        let here = bounds(&Paris, today, 1);
        let start = here.0.timestamp_millis();
        let found =
            meetings(json!([{"id":"1","name":"Conseil","dur":7_200_000,"inst":[{"s":start - 3_600_000}]},
            {"id":"2","name":"Finie","dur":3_600_000,"inst":[{"s":start - 3_600_000}]},
            {"id":"3","name":"Rappel","dur":0,"inst":[{"s":start}]}]));
        let on: Vec<_> =
            found.iter().map(|meeting| (meeting.id.as_str(), meeting.is_on(today, here))).collect();
        assert_eq!(on, [("2", false), ("1", true), ("3", true)]);
    }

    #[test]
    fn deadlines_are_days_unless_they_have_an_hour() {
        let task = |value: Value| serde_json::from_value::<Task>(value).unwrap();
        let now = "2026-11-23T22:30:00Z".parse().unwrap();
        let dated = task(json!({"id":"1","allDay":true,"dueDate":1_795_388_400_000_i64,"tzoDue":3_600_000}));
        assert_eq!(dated.deadline(Paris), Some(Deadline::Day(day(2026, 11, 23))));
        assert!(!is_late(&Paris, dated.deadline(Paris), now), "the day is not over");
        let tomorrow = "2026-11-23T23:00:00Z".parse().unwrap();
        assert!(is_late(&Paris, dated.deadline(Paris), tomorrow), "in Paris it is the 24th");
        let hour = task(json!({"id":"2","allDay":"0","inst":[{"dueDate":"1795420800000"}]}));
        assert!(
            matches!(hour.deadline(Paris), Some(Deadline::At(_)))
                && is_late(&Paris, hour.deadline(Paris), now)
        );
        assert_eq!(task(json!({"id":"3"})).deadline(Paris), None);
    }
}
