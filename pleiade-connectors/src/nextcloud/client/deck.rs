//! Deck: cards that wait.

use super::{Session, ocs};
use crate::kit::json::{self, List, Map};
use ::http::Method;
use chrono::{DateTime, Utc};
use pleiade_core::ConnectorError;
use serde::Deserialize;

/// Cards by how soon they are due: `overdue`, `today`, `tomorrow`, `nextSevenDays`, `later`, `nodue`; a group without cards is absent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Upcoming(Map<List<Card>>);

/// A card.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Card {
    /// Its number.
    pub id: u64,
    /// The title.
    #[serde(default, deserialize_with = "json::text")]
    pub title: String,
    /// The deadline.
    #[serde(rename = "duedate", default, deserialize_with = "json::part")]
    pub due: Option<DateTime<Utc>>,
    /// The time at which it was done.
    #[serde(default, deserialize_with = "json::part")]
    pub done: Option<DateTime<Utc>>,
    /// True if it was put away.
    #[serde(default, deserialize_with = "json::flag")]
    pub archived: bool,
    /// The number of its board.
    pub board_id: u64,
}

impl Upcoming {
    /// The cards that have a deadline and are neither done nor put away.
    #[must_use]
    pub fn due(self) -> List<Card> {
        let mut due = List { items: Vec::new(), unreadable: self.0.unreadable.len() };
        self.0.items.into_values().for_each(|group| due.extend(group));
        due.items.retain(|card| card.due.is_some() && card.done.is_none() && !card.archived);
        due
    }
}

impl Session {
    /// The cards that concern the person. For somebody who never opened Deck **this question makes a first board**: ask it only where a
    /// [`Calendar::is_board`](super::Calendar::is_board) shows that they did.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn deck_upcoming(&self) -> Result<Upcoming, ConnectorError> {
        let path = ["apps", "deck", "api", "v1.0", "overview", "upcoming"];
        ocs::fetch(self.ocs("list dated cards", Method::GET, &path, &[])).await
    }
}
