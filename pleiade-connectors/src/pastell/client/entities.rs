//! Entities: collectivités and their services, a tree.

use super::{LARGE, Session};
use crate::kit::json::{self, List};
use pleiade_core::ConnectorError;
use serde::{Deserialize, Deserializer};
use std::fmt;

/// The number of an entity (`id_e`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityId(pub u64);

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A number, or its digits in a text, as Pastell writes it.
impl<'de> Deserialize<'de> for EntityId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::number(deserializer).map(Self)
    }
}

/// An entity that the person may see. The list of older versions held others too: it is no proof of a right.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Entity {
    /// Its number.
    #[serde(rename = "id_e")]
    pub id: EntityId,
    /// The name that people read.
    #[serde(rename = "denomination", default, deserialize_with = "json::lenient")]
    pub name: String,
    /// The entity above it, which may be missing from the list; none at the top.
    #[serde(rename = "entite_mere", default, deserialize_with = "above")]
    pub parent: Option<EntityId>,
    /// False for one that is closed. Versions before 4.0 do not say, or say it in their own ways.
    #[serde(rename = "is_active", default = "active", deserialize_with = "activity")]
    pub active: bool,
}

fn active() -> bool {
    true
}

/// `true`, `1`, `"1"`; what cannot be read closes nothing.
pub(super) fn activity<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    struct Flag(#[serde(deserialize_with = "json::flag")] bool);
    let flag: Option<Flag> = json::lenient(deserializer)?;
    Ok(flag.is_none_or(|flag| flag.0))
}

fn above<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<EntityId>, D::Error> {
    let parent: Option<EntityId> = json::lenient(deserializer)?;
    Ok(parent.filter(|parent| parent.0 != 0))
}

impl Session {
    /// All entities that the person may see, in no order.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn entities(&self) -> Result<List<Entity>, ConnectorError> {
        self.get("list entities", &["entite"], &[], LARGE).await?.json()
    }
}
