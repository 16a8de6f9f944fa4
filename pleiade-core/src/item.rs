//! One line of a list.

use crate::{Action, Message, Task, TenantId, Text};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

/// The time of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventTime {
    /// A moment.
    At(DateTime<Utc>),
    /// A span, end excluded.
    Between(DateTime<Utc>, DateTime<Utc>),
    /// Whole days, last one included, in the calendar of the place.
    Days(NaiveDate, NaiveDate),
}

/// The time until which something waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deadline {
    /// Before a moment.
    At(DateTime<Utc>),
    /// Before the end of a day, in the calendar of the place.
    Day(NaiveDate),
}

/// One line of a list. With [`Item::task`] it waits for this person and joins the queue of tasks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Item {
    /// Identifies the line within its widget, so that it stays itself from one reading to the next.
    pub id: String,
    /// The title.
    pub title: Text,
    /// More about it (people, place, kind), shown smaller.
    pub detail: Option<Text>,
    /// Its time.
    pub when: Option<EventTime>,
    /// Its deadline.
    pub deadline: Option<Deadline>,
    /// Its state in words.
    pub status: Option<Message>,
    /// The page of the application that shows it.
    pub link: Option<Url>,
    /// The collectivité it concerns, when the application says so.
    pub tenant: Option<TenantId>,
    /// What makes it wait for this person; none for what is shown for information.
    pub task: Option<Task>,
    /// The actions that can be taken on it without leaving the page, the main one first.
    pub actions: Vec<Action>,
}

impl Item {
    /// A line with a title.
    #[must_use]
    pub fn new(id: impl Into<String>, title: impl Into<Text>) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            detail: None,
            when: None,
            deadline: None,
            status: None,
            link: None,
            tenant: None,
            task: None,
            actions: Vec::new(),
        }
    }
}
