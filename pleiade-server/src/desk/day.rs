//! The day of a person, at the head of their desk: [`Agenda`] in words, as a ruler on wide screens and a list on phones and for whoever
//! hears the page. It calls nobody.

use super::{card::DeskCard, line::ActionModel};
use crate::{
    connectors::Connectors,
    web::{href, words::Words},
};
use askama::Template;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Timelike as _, Utc};
use chrono_tz::Tz;
use pleiade_connectors::{
    agenda::{Agenda, AgendaEntry, AgendaSource},
    kit::days,
};
use pleiade_core::{EventStatus, EventTime, Message, Reading, TenantId, WidgetContent};
use std::sync::Arc;

/// The id of the element, which the stream replaces.
pub(super) const DAY_ID: &str = "day";

/// The hours that the ruler shows at least: from the first, to the last excluded.
const USUAL_HOURS: (u32, u32) = (8, 19);
/// Quarters of an hour below which an event can be neither read nor touched. What is shorter is drawn so wide; its end is told in words.
const MIN_QUARTERS: u32 = 2;
/// Quarters of an hour below which its words are set closer.
const NARROW_QUARTERS: u32 = 6;
/// Minutes after which the mark of the present moves on.
const NOW_STEP: u32 = 5;
/// Most events; nobody has more in a day, and a calendar gone wrong must not fill the desk.
const MAX_EVENTS: usize = 50;

#[derive(Template)]
#[template(path = "day.html")]
struct Day<'a> {
    words: &'a Words,
    id: &'static str,
    /// Whose calendars they are.
    source: String,
    note: Option<String>,
    is_waiting: bool,
    /// The text where there is no event.
    nothing: Option<String>,
    hours: Vec<Hour>,
    marks: Vec<Mark>,
    new_window: String,
}

/// An hour of the ruler.
struct Hour {
    label: String,
    quarter: u32,
}

/// What stands on the ruler, in the order of time.
enum Mark {
    /// The present.
    Now { words: String, quarter: u32, fives: u32 },
    /// An event.
    Slot(Box<Slot>),
}

/// The way into an online meeting.
enum Join {
    /// Through the application that holds it, which may let in only those whom it knows.
    Action(ActionModel),
    /// Its address.
    Link(String),
}

struct Slot {
    title: String,
    href: Option<String>,
    /// Its time and place.
    detail: String,
    status: Option<String>,
    join: Option<Join>,
    class: &'static str,
    /// True if it is drawn so short that its words are set closer.
    is_narrow: bool,
    /// Its first quarter on the ruler and the number of quarters; none for whole days.
    at: Option<(u32, u32)>,
}

/// Whose day it is, and in which words.
pub(super) struct DayReader<'a> {
    pub(super) words: &'a Words,
    pub(super) now: DateTime<Utc>,
    /// The collectivité acted for.
    pub(super) tenant: &'a TenantId,
    /// The connectors, one of which may hold a meeting.
    pub(super) connectors: &'a Connectors,
}

/// The element of the day that these cards tell of, which read calendars.
pub(super) fn render_day(
    reader: &DayReader<'_>,
    cards: &[(&DeskCard, &Reading<Arc<WidgetContent>>)],
) -> String {
    let sources = cards.iter().map(|(card, reading)| {
        let connector = card.call.connector.descriptor();
        AgendaSource::new(&connector.id, &connector.name, reading.map_ref().map(AsRef::as_ref))
    });
    let agenda = Agenda::new(reader.words.zone, reader.now, sources);
    let tenants: Vec<_> = cards.iter().map(|(card, _)| card.tenant()).collect();
    day(reader, &agenda, &tenants).render().unwrap_or_default()
}

/// The element. `tenants` has the collectivité of each source of the agenda.
fn day<'a>(reader: &DayReader<'a>, agenda: &Agenda<'_>, tenants: &[&TenantId]) -> Day<'a> {
    let (words, now) = (reader.words, reader.now);
    let entries: Vec<_> = agenda.entries().iter().take(MAX_EVENTS).collect();
    let ruler = Ruler::new(words.zone, agenda.day(), &entries);
    let (mut marks, mut is_now_shown) = (Vec::new(), false);
    let mut show_now = |marks: &mut Vec<Mark>| {
        if !std::mem::replace(&mut is_now_shown, true) {
            marks.extend(ruler.present(words, now));
        }
    };
    for entry in &entries {
        if !entry.is_whole_day && entry.start > now {
            show_now(&mut marks);
        }
        marks.push(Mark::Slot(Box::new(slot(reader, &ruler, entry, tenants))));
    }
    if !entries.is_empty() {
        show_now(&mut marks);
    }
    let absent: Vec<_> = agenda.absent().iter().map(|absent| absent.name).collect();
    let is_cut = agenda.entries().len() > entries.len();
    let note = match (absent.is_empty(), agenda.is_partial() || is_cut) {
        (false, _) => {
            Some(words.message(&Message::new("day-incomplete").with_text("applications", absent.join(", "))))
        }
        (true, true) => Some(words.t("day-partial")),
        (true, false) => None,
    };
    let nothing = match (entries.is_empty(), agenda.is_waiting(), note.is_none()) {
        (false, _, _) => None,
        (true, true, _) => Some("card-loading"),
        (true, false, true) => Some("day-nothing"),
        (true, false, false) => Some("day-nothing-known"),
    };
    Day {
        words,
        id: DAY_ID,
        source: agenda.names().join(", "),
        note,
        is_waiting: agenda.is_waiting(),
        nothing: nothing.map(|key| words.t(key)),
        hours: ruler.hours(words),
        marks,
        new_window: words.t("new-window"),
    }
}

fn slot(reader: &DayReader<'_>, ruler: &Ruler, entry: &AgendaEntry<'_>, tenants: &[&TenantId]) -> Slot {
    let (words, now) = (reader.words, reader.now);
    let when = match entry.items.first().map(|item| item.event.when) {
        // That it is on this day is told by where it stands.
        Some(EventTime::Days(first, last)) if first == last => words.t("day-whole"),
        Some(when) => words.event_time(when),
        None => String::new(),
    };
    let place = entry.place.map(|place| words.text(place));
    let status = match entry.status {
        EventStatus::Cancelled => Some("day-cancelled"),
        EventStatus::Unanswered => Some("day-unanswered"),
        EventStatus::Tentative => Some("day-tentative"),
        EventStatus::Confirmed => None,
    };
    let title = entry.items.first().map(|item| words.text(&item.event.title)).unwrap_or_default();
    let at = (!entry.is_whole_day).then(|| ruler.place(entry.start, entry.end));
    Slot {
        join: reader.join(entry, tenants, &title),
        title,
        href: entry.link.and_then(href),
        detail: [Some(when), place].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        status: status.map(|key| words.t(key)),
        class: match () {
            () if entry.status == EventStatus::Cancelled && entry.is_whole_day => " whole off",
            () if entry.status == EventStatus::Cancelled => " off",
            () if entry.is_whole_day => " whole",
            () if entry.end <= now && entry.start < now => " past",
            () => "",
        },
        is_narrow: at.is_some_and(|(_, width)| width < NARROW_QUARTERS),
        at,
    }
}

impl DayReader<'_> {
    /// Through an application of the collectivité whose calendar tells of the meeting, if one holds it; else by its address.
    fn join(&self, entry: &AgendaEntry<'_>, tenants: &[&TenantId], title: &str) -> Option<Join> {
        let url = entry.meeting.filter(|_| entry.status != EventStatus::Cancelled)?;
        let told = entry.items.iter().find(|item| item.event.meeting.as_ref() == Some(url));
        let own = told.and_then(|item| {
            let tenant = *tenants.get(item.source)?;
            let action = self.connectors.joining(tenant, url)?;
            let connector = self.connectors.get(tenant, action.by.as_ref()?)?.descriptor();
            Some(ActionModel::new(self.words, tenant, connector, &action, title))
        });
        let Some(mut join) = own else { return href(url).map(Join::Link) };
        join.label = self.words.t("day-join");
        // Elsewhere than where they act, somebody is asked first.
        Some(Join::Action(if join.tenant == *self.tenant { join } else { join.asked() }))
    }
}

/// The hours of a day that are drawn, by the clocks on the wall.
struct Ruler {
    zone: Tz,
    day: NaiveDate,
    first_hour: u32,
    last_hour: u32,
}

impl Ruler {
    /// Long enough for all that is on the day.
    fn new(zone: Tz, day: NaiveDate, entries: &[&AgendaEntry<'_>]) -> Self {
        let mut ruler = Self { zone, day, first_hour: 0, last_hour: 24 };
        let (mut first, mut last) = USUAL_HOURS;
        for entry in entries.iter().filter(|entry| !entry.is_whole_day) {
            let (start, length) = ruler.place(entry.start, entry.end);
            first = first.min(start / 4);
            last = last.max((start + length).div_ceil(4).min(24));
        }
        (ruler.first_hour, ruler.last_hour) = (first, last);
        ruler
    }

    /// Minutes from midnight: of another day, the nearest that this one has.
    fn minutes(&self, at: DateTime<Utc>) -> u32 {
        let local = at.with_timezone(&self.zone);
        match local.date_naive().cmp(&self.day) {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Equal => local.hour() * 60 + local.minute(),
            std::cmp::Ordering::Greater => 24 * 60,
        }
    }

    /// The quarters of an hour that stand before a time of day on the ruler.
    fn quarter(&self, minutes: u32) -> u32 {
        (minutes / 15).saturating_sub(self.first_hour * 4)
    }

    /// The quarter at which an event begins, and its width: as long as it lasts. Events that overlap share quarters, and the style sheet sets
    /// them in rows of their own.
    fn place(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> (u32, u32) {
        let quarters = (self.last_hour - self.first_hour) * 4;
        // At the end of the day the least width reaches before its beginning.
        let first = self.quarter(self.minutes(start)).min(quarters.saturating_sub(MIN_QUARTERS));
        // What ends within a quarter reaches to its end.
        let end = end.checked_sub_signed(TimeDelta::seconds(1)).unwrap_or(end).max(start);
        let end = self.quarter(self.minutes(end).min(24 * 60 - 1)) + 1;
        (first, end.saturating_sub(first).max(MIN_QUARTERS).min(quarters - first))
    }

    fn hours(&self, words: &Words) -> Vec<Hour> {
        let label = |hour| {
            let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
            words.time(days::instant(&self.zone, self.day.and_time(time)))
        };
        let hours = self.first_hour..self.last_hour;
        hours.map(|hour| Hour { label: label(hour), quarter: (hour - self.first_hour) * 4 }).collect()
    }

    /// The present, where the ruler has it.
    fn present(&self, words: &Words, now: DateTime<Utc>) -> Option<Mark> {
        let minutes = self.minutes(now) / NOW_STEP * NOW_STEP;
        if !(self.first_hour * 60..self.last_hour * 60).contains(&minutes) {
            return None;
        }
        let shown = now.checked_sub_signed(TimeDelta::minutes((self.minutes(now) - minutes).into()))?;
        Some(Mark::Now {
            words: words.t_with_time("day-now", "time", shown),
            quarter: self.quarter(minutes),
            fives: minutes % 15 / NOW_STEP,
        })
    }
}
