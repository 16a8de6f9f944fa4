//! Calendars and tasks (CalDAV).

use super::{Session, dav, ical};
use crate::http::Call;
use ::http::HeaderName;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use pleiade_core::{ConnectorError, Deadline, ErrorKind, When};

const CALENDARS: &str = include_str!("../requests/calendars.xml");
const EVENTS: &str = include_str!("../requests/events.xml");
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
    /// Whether it holds events.
    pub events: bool,
    /// Whether it holds tasks.
    pub tasks: bool,
    /// Whether the person shows it.
    pub enabled: bool,
    /// Whether it is a copy of a calendar published elsewhere.
    pub subscribed: bool,
}

/// An occurrence of an event.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// Shared by all occurrences.
    pub uid: String,
    /// What.
    pub summary: String,
    /// Where; sometimes the address of a call.
    pub location: String,
    /// When.
    pub when: When,
    /// Whether it does not take place.
    pub cancelled: bool,
    /// The mail addresses of those who declined, in lower case.
    pub declined: Vec<String>,
}

/// A task that is not done.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Task {
    /// Identifies it.
    pub uid: String,
    /// What.
    pub summary: String,
    /// Until when.
    pub due: Option<Deadline>,
    /// 1 highest to 9 lowest, 0 none.
    pub priority: u8,
}

impl<'a> Session<'a> {
    /// A question about the things directly below a collection.
    fn calendar_call(
        &self,
        operation: &'static str,
        method: &'static [u8],
        path: &[&str],
        body: String,
    ) -> Call<'a> {
        self.dav(operation, method, path, body).header(DEPTH, "1").header(CACHED_SUBSCRIPTIONS, "On")
    }

    /// The person's calendars; `user` is the id of [`User`](super::User).
    ///
    /// # Errors
    /// Those of the application.
    pub async fn calendars(&self, user: &str) -> Result<Vec<Calendar>, ConnectorError> {
        let path = ["calendars", user, ""];
        let call = self.calendar_call("list calendars", b"PROPFIND", &path, CALENDARS.to_owned());
        dav::fetch(call, |found| calendar(found, user)).await
    }

    /// The occurrences that touch a span of time, in no order; `zone` reads times that name no zone.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn events(
        &self,
        user: &str,
        calendar: &str,
        span: (DateTime<Utc>, DateTime<Utc>),
        zone: Tz,
    ) -> Result<Vec<Event>, ConnectorError> {
        let stamp = |time: DateTime<Utc>| time.format("%Y%m%dT%H%M%SZ").to_string();
        let body = EVENTS.replace("{start}", &stamp(span.0)).replace("{end}", &stamp(span.1));
        let call = self.calendar_call("list events", b"REPORT", &["calendars", user, calendar, ""], body);
        let lists = dav::fetch(call, |found| calendar_data(found, |data| ical::events(data, zone))).await?;
        Ok(lists.into_iter().flatten().collect())
    }

    /// The tasks of a calendar that are not done, with or without a deadline.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn tasks(&self, user: &str, calendar: &str, zone: Tz) -> Result<Vec<Task>, ConnectorError> {
        let path = ["calendars", user, calendar, ""];
        let call = self.calendar_call("list tasks", b"REPORT", &path, TASKS.to_owned());
        let lists = dav::fetch(call, |found| calendar_data(found, |data| ical::tasks(data, zone))).await?;
        Ok(lists.into_iter().flatten().collect())
    }
}

fn calendar_data<T>(
    found: dav::Resource<'_, '_>,
    read: impl Fn(&str) -> Option<Vec<T>>,
) -> Option<Result<Vec<T>, ErrorKind>> {
    let data = found.property(dav::CALDAV, "calendar-data")?.text()?;
    Some(read(data).ok_or(ErrorKind::BadAnswer))
}

/// Leaves out what is no calendar: the home itself, the scheduling boxes, the bin.
fn calendar(found: dav::Resource<'_, '_>, user: &str) -> Option<Result<Calendar, ErrorKind>> {
    let kind = found.property(dav::DAV, "resourcetype")?;
    let subscribed = dav::child(kind, dav::CALENDAR_SERVER, "subscribed").is_some()
        || found.property(dav::CALENDAR_SERVER, "source").is_some();
    if !subscribed && dav::child(kind, dav::CALDAV, "calendar").is_none() {
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
            slug,
        })
    };
    Some(read().ok_or(ErrorKind::BadAnswer))
}
