//! Deck: cards that wait.

use super::{Session, ocs};
use crate::nextcloud::wire;
use ::http::Method;
use chrono::{DateTime, Utc};
use pleiade_core::ConnectorError;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Cards by how soon they are due: `overdue`, `today`, `tomorrow`, `nextSevenDays`, `later`, `nodue`; a group without cards is absent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Upcoming(#[serde(deserialize_with = "wire::object")] BTreeMap<String, Vec<Card>>);

/// A card.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Card {
    /// Its number.
    pub id: u64,
    /// What it says.
    pub title: String,
    /// Until when.
    #[serde(rename = "duedate", default)]
    pub due: Option<DateTime<Utc>>,
    /// When it was done.
    #[serde(default)]
    pub done: Option<DateTime<Utc>>,
    /// Whether it was put away.
    #[serde(default, deserialize_with = "wire::flag")]
    pub archived: bool,
    /// The number of its board.
    pub board_id: u64,
}

impl Upcoming {
    /// The cards that have a deadline and are neither done nor put away.
    pub fn due(&self) -> impl Iterator<Item = &Card> {
        self.0.values().flatten().filter(|card| card.due.is_some() && card.done.is_none() && !card.archived)
    }
}

impl Session<'_> {
    /// The cards that concern the person.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn deck_upcoming(&self) -> Result<Upcoming, ConnectorError> {
        let path = ["apps", "deck", "api", "v1.0", "overview", "upcoming"];
        ocs::fetch(self.ocs("list dated cards", Method::GET, &path, &[])).await
    }
}
