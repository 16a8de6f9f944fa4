//! Calendars and tasks (CalDAV).

use super::{Session, dav, ical};
use crate::{
    http::Call,
    kit::{json::List, xml::child},
};
use ::http::HeaderName;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use pleiade_core::{ConnectorError, Deadline, EventTime};

const CALENDARS: &str = include_str!("../requests/calendars.xml");
const EVENTS: &str = include_str!("../requests/events.xml");
const FLOATING: &str = include_str!("../requests/floating.xml");
const TASKS: &str = include_str!("../requests/tasks.xml");
const DEPTH: HeaderName = HeaderName::from_static("depth");
/// Lets the server answer subscriptions with its copy of them (nextcloud/server, `WebcalCaching/Plugin.php`).
const CACHED_SUBSCRIPTIONS: HeaderName = HeaderName::from_static("x-nc-caldav-webcal-caching");

/// A calendar that the person sees.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Calendar {
    /// Its name in paths.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// True if it holds events.
    pub events: bool,
    /// True if it holds tasks.
    pub tasks: bool,
    /// True if the person shows it.
    pub enabled: bool,
    /// True if it is a copy of a calendar published elsewhere.
    pub subscribed: bool,
    /// Changes when anything in it does, where the server tells.
    pub tag: Option<String>,
    /// The zone in which the server reads times that name none.
    pub zone: Tz,
}

impl Calendar {
    /// True if Deck makes it of a board: its cards and columns stand in it as tasks.
    #[must_use]
    pub fn is_board(&self) -> bool {
        self.slug.starts_with("app-generated--deck--board-")
    }

    /// True if an app makes it of something that is no calendar.
    #[must_use]
    pub fn is_generated(&self) -> bool {
        self.slug.starts_with("app-generated--")
    }
}

/// An occurrence of an event.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// Shared by all occurrences.
    pub uid: String,
    /// The title.
    pub summary: String,
    /// The place; sometimes the address of a call.
    pub location: String,
    /// More about it; sometimes with the address of a call.
    pub description: String,
    /// Where it says to meet online: `URL`, `CONFERENCE` and the properties of Google and Microsoft.
    pub meetings: Vec<String>,
    /// The time.
    pub when: EventTime,
    /// True if the server wrote its start in UTC.
    pub in_utc: bool,
    /// True if it does not take place.
    pub cancelled: bool,
    /// True if it is not certain yet.
    pub tentative: bool,
    /// The mail addresses of those who have not answered, in lower case.
    pub unanswered: Vec<String>,
    /// The mail addresses of those who declined, in lower case.
    pub declined: Vec<String>,
}

/// A task that is not done.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Task {
    /// Identifies it.
    pub uid: String,
    /// The title.
    pub summary: String,
    /// The deadline.
    pub due: Option<Deadline>,
    /// 1 highest to 9 lowest, 0 none.
    pub priority: u8,
}

impl Session {
    /// A question about the things directly below a collection.
    fn calendar_call(
        &self,
        operation: &'static str,
        method: &'static [u8],
        path: &[&str],
        body: String,
    ) -> Call<'_> {
        self.dav(operation, method, path, body).header(DEPTH, "1").header(CACHED_SUBSCRIPTIONS, "On")
    }

    /// The person's calendars; `user` is the id of [`User`](super::User).
    ///
    /// # Errors
    /// Those of the application.
    pub async fn calendars(&self, user: &str) -> Result<List<Calendar>, ConnectorError> {
        let path = ["calendars", user, ""];
        let call = self.calendar_call("list calendars", b"PROPFIND", &path, CALENDARS.to_owned());
        dav::fetch(call, |found| calendar(found, user)).await
    }

    /// The occurrences that touch a span of time, in no order; `zone` reads times that name no zone. The server reads them in the
    /// calendar's zone first, see [`Self::floating_events`].
    ///
    /// # Errors
    /// Those of the application.
    pub async fn events(
        &self,
        user: &str,
        calendar: &str,
        span: (DateTime<Utc>, DateTime<Utc>),
        zone: Tz,
    ) -> Result<List<Event>, ConnectorError> {
        let path = ["calendars", user, calendar, ""];
        let call = self.calendar_call("list events", b"REPORT", &path, within(EVENTS, span));
        objects(call, |data| ical::events(data, zone)).await
    }

    /// The ids of the events in a span of time that are in no zone ("18 h wherever I am"). A server that expands recurrences gives
    /// them in UTC as if they were in the calendar's zone, and no longer says so.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn floating_events(
        &self,
        user: &str,
        calendar: &str,
        span: (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<List<String>, ConnectorError> {
        let path = ["calendars", user, calendar, ""];
        let call = self.calendar_call("list events", b"REPORT", &path, within(FLOATING, span));
        objects(call, ical::floating).await
    }

    /// The tasks of a calendar that are not done, with or without a deadline.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn tasks(&self, user: &str, calendar: &str, zone: Tz) -> Result<List<Task>, ConnectorError> {
        let path = ["calendars", user, calendar, ""];
        let call = self.calendar_call("list tasks", b"REPORT", &path, TASKS.to_owned());
        objects(call, |data| ical::tasks(data, zone)).await
    }
}

fn within(request: &str, span: (DateTime<Utc>, DateTime<Utc>)) -> String {
    let stamp = |time: DateTime<Utc>| time.format("%Y%m%dT%H%M%SZ").to_string();
    request.replace("{start}", &stamp(span.0)).replace("{end}", &stamp(span.1))
}

/// Reads the calendar objects of an answer. An object that cannot be read is one unreadable item.
async fn objects<T>(
    call: Call<'_>,
    read: impl Fn(&str) -> Option<List<T>> + Send + Sync,
) -> Result<List<T>, ConnectorError> {
    let objects = dav::fetch(call, |found| {
        let data = found.property(dav::CALDAV, "calendar-data").and_then(|data| data.text());
        Some(data.and_then(&read))
    });
    let objects = objects.await?;
    let mut all = List { items: Vec::new(), unreadable: objects.unreadable };
    objects.items.into_iter().for_each(|object| all.extend(object));
    Ok(all)
}

/// Leaves out what is no calendar: the home itself, the scheduling boxes, the bin.
fn calendar(found: dav::Resource<'_, '_>, user: &str) -> dav::Parsed<Calendar> {
    let kind = found.property(dav::DAV, "resourcetype")?;
    let subscribed = child(kind, dav::CALENDAR_SERVER, "subscribed").is_some()
        || found.property(dav::CALENDAR_SERVER, "source").is_some();
    if !subscribed && child(kind, dav::CALDAV, "calendar").is_none() {
        return None;
    }
    let read = || {
        let path = found.path()?;
        let slug = path.split_once(&format!("/calendars/{user}/"))?.1.trim_end_matches('/').to_owned();
        // A calendar that does not say what it holds may hold anything (RFC 4791, 5.2.3).
        let holds = |component| {
            found.property(dav::CALDAV, "supported-calendar-component-set").is_none_or(|set| {
                set.children().any(|node| {
                    node.has_tag_name((dav::CALDAV, "comp")) && node.attribute("name") == Some(component)
                })
            })
        };
        Some(Calendar {
            name: found.text(dav::DAV, "displayname").unwrap_or(&slug).to_owned(),
            events: holds("VEVENT"),
            tasks: holds("VTODO"),
            enabled: found.text(dav::OWNCLOUD, "calendar-enabled") != Some("0"),
            subscribed,
            tag: found.text(dav::CALENDAR_SERVER, "getctag").map(str::to_owned),
            zone: zone(found.text(dav::CALDAV, "calendar-timezone").unwrap_or_default()),
            slug,
        })
    };
    Some(read())
}

/// The zone that a calendar's own `VTIMEZONE` names; UTC when there is none, as the server reads it.
fn zone(text: &str) -> Tz {
    let names = text.lines().filter_map(|line| line.trim().strip_prefix("TZID:"));
    names.filter_map(|name| name.trim().parse().ok()).next().unwrap_or(Tz::UTC)
}
