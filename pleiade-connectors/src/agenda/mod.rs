//! The day of a person, of all their calendars: each event once. It calls nobody.
//!
//! Two events are one if they have the same UID and begin at the same instant, since the occurrences of a series share their UID; or if
//! they have the same time, title and place, and say the same of whether it takes place and of its online meeting, as an appointment that was
//! typed in two calendars.
//!
//! ```
//! use pleiade_connectors::agenda::{Agenda, AgendaSource};
//! use pleiade_core::{ConnectorId, Event, EventTime, Reading, Text, WidgetContent, chrono_tz::Europe::Paris};
//!
//! let (mail, cloud) = (ConnectorId::new("zimbra")?, ConnectorId::new("nuage")?);
//! let now = "2026-11-27T08:00:00Z".parse()?;
//! let mut content = WidgetContent::default();
//! content.events.push(Event::new(Text::plain("Point hebdomadaire"), EventTime::At("2026-11-27T09:00:00Z".parse()?)));
//! let reading = Reading::Fresh { value: content, measured_at: now };
//! let agenda = Agenda::new(Paris, now, [
//!     AgendaSource::new(&mail, "Messagerie", reading.map_ref()),
//!     AgendaSource::new(&cloud, "Nuage", reading.map_ref()),
//! ]);
//! assert_eq!(agenda.entries().len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod build;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use pleiade_core::{ConnectorId, Event, EventStatus, Reading, Text, WidgetContent};
use url::Url;

pub use crate::queue::AbsentSource;

/// The reading of one card that reads a calendar.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AgendaSource<'a> {
    /// The connector.
    pub connector: &'a ConnectorId,
    /// The application's name, to say whose calendar it is, and which one is absent.
    pub name: &'a str,
    /// The reading.
    pub reading: Reading<&'a WidgetContent>,
}

impl<'a> AgendaSource<'a> {
    /// A reading of a card of this connector.
    #[must_use]
    pub fn new(connector: &'a ConnectorId, name: &'a str, reading: Reading<&'a WidgetContent>) -> Self {
        Self { connector, name, reading }
    }
}

/// A copy of an event in one calendar.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct AgendaItem<'a> {
    /// The number of its source, in the order in which they were given.
    pub source: usize,
    /// The connector.
    pub connector: &'a ConnectorId,
    /// The application's name.
    pub name: &'a str,
    /// The event.
    pub event: &'a Event,
}

/// One event, whichever calendars hold it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AgendaEntry<'a> {
    /// Its copies, in the order of the sources; never empty. The words are those of the first.
    pub items: Vec<AgendaItem<'a>>,
    /// Its first instant.
    pub start: DateTime<Utc>,
    /// The first instant after it.
    pub end: DateTime<Utc>,
    /// True if it is on whole days.
    pub is_whole_day: bool,
    /// Its state: cancelled as soon as one calendar says so; else the most certain answer of any.
    pub status: EventStatus,
    /// The first place that a calendar tells.
    pub place: Option<&'a Text>,
    /// The first online meeting that a calendar tells.
    pub meeting: Option<&'a Url>,
    /// The first page that a calendar tells.
    pub link: Option<&'a Url>,
}

/// A day of a person, or several.
#[derive(Debug, Clone)]
pub struct Agenda<'a> {
    day: NaiveDate,
    entries: Vec<AgendaEntry<'a>>,
    absent: Vec<AbsentSource<'a>>,
    names: Vec<&'a str>,
    is_waiting: bool,
    is_partial: bool,
}

impl<'a> Agenda<'a> {
    /// The day of `now` where the person lives.
    #[must_use]
    pub fn new(zone: Tz, now: DateTime<Utc>, sources: impl IntoIterator<Item = AgendaSource<'a>>) -> Self {
        build::build(zone, now, 1, sources)
    }

    /// The day of `now` and those after it, `days` in all.
    #[must_use]
    pub fn ahead(
        zone: Tz,
        now: DateTime<Utc>,
        days: u64,
        sources: impl IntoIterator<Item = AgendaSource<'a>>,
    ) -> Self {
        build::build(zone, now, days, sources)
    }

    /// The day, the first of them.
    #[must_use]
    pub fn day(&self) -> NaiveDate {
        self.day
    }

    /// What touches these days: whole days first, then by beginning. Cancelled events are among it.
    #[must_use]
    pub fn entries(&self) -> &[AgendaEntry<'a>] {
        &self.entries
    }

    /// The applications whose events may be missing or old, once each.
    #[must_use]
    pub fn absent(&self) -> &[AbsentSource<'a>] {
        &self.absent
    }

    /// The names of the applications that have answered, once each, in their order.
    #[must_use]
    pub fn names(&self) -> &[&'a str] {
        &self.names
    }

    /// True if an application has not answered yet.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.is_waiting
    }

    /// True if an application that has answered could not read all of its events: it gives a number as a minimum.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.is_partial
    }
}
