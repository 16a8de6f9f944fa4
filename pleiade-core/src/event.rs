//! What stands in a calendar.

use crate::{EventTime, Text};
use serde::{Deserialize, Serialize};
use url::Url;

/// Whether an event takes place, and with the person. Of two calendars that disagree, the first in this order is right: who has answered in
/// one owes no answer in the other, and a cancellation reaches one of them first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventStatus {
    /// It was cancelled.
    Cancelled,
    /// It takes place.
    #[default]
    Confirmed,
    /// The person has said perhaps, or whoever organises it has.
    Tentative,
    /// The person has not answered yet.
    Unanswered,
}

/// An event of a person's calendar. One that they have declined is none.
///
/// ```
/// use pleiade_core::{Event, EventTime, Text};
/// let at = "2026-11-27T09:00:00Z".parse()?;
/// let mut event = Event::new(Text::plain("Point hebdomadaire"), EventTime::At(at));
/// event.place = Some(Text::plain("Salle des mariages"));
/// assert_eq!(event.uid, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// The UID of iCalendar (RFC 5545, 3.8.4.7): the same in every copy of the event, and of all occurrences of a series.
    pub uid: Option<String>,
    /// The title.
    pub title: Text,
    /// Its time.
    pub when: EventTime,
    /// Where it takes place, in words.
    pub place: Option<Text>,
    /// The address of its online meeting, in an application or on a host that the operator declared.
    pub meeting: Option<Url>,
    /// The page of the application that shows it.
    pub link: Option<Url>,
    /// Whether it takes place, and with the person.
    pub status: EventStatus,
}

impl Event {
    /// An event that takes place.
    #[must_use]
    pub fn new(title: impl Into<Text>, when: EventTime) -> Self {
        Self {
            uid: None,
            title: title.into(),
            when,
            place: None,
            meeting: None,
            link: None,
            status: EventStatus::Confirmed,
        }
    }
}
