//! The number of documents in each state, by entity and flow.

use super::{EntityId, LARGE, Session, entities::activity};
use crate::kit::json::{self, Map};
use pleiade_core::{ConnectorError, ErrorKind};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;
use std::{collections::BTreeMap, fmt};

/// The counts of one entity.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EntityCounts {
    /// The entity.
    pub id: EntityId,
    /// Its name; may be empty.
    pub name: String,
    /// False for an entity that is closed.
    pub active: bool,
    /// The number of documents in each state, by flow: all flows that the person may read there, also those without a document.
    pub flows: BTreeMap<String, BTreeMap<String, u64>>,
}

/// The counts of several entities.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// The entities whose counts could be read, in the order of their numbers.
    pub entities: Vec<EntityCounts>,
    /// The number of entities and flows that could not be read. Every sum is a minimum then.
    pub unreadable: usize,
}

impl Counts {
    /// Adds others.
    pub fn extend(&mut self, other: Self) {
        self.entities.extend(other.entities);
        self.unreadable += other.unreadable;
    }

    /// Reads the body of an answer.
    ///
    /// Pastell's encoder writes an empty object as `[]`: a flow without a document, or the whole answer when the person may read nothing.
    /// Where the numbers of entities begin at 0 and follow each other, it writes the whole as a list.
    ///
    /// # Errors
    /// When it is no such answer, and when a count is no number: it is never taken for 0.
    pub fn parse(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice::<Rows>(body)?.read()
    }
}

/// The entities of an answer, each as its own text, by the key or the place that it has.
struct Rows(Vec<(u64, Box<RawValue>)>);

#[derive(Deserialize)]
struct Row {
    flux: Map<Map<Count>>,
    #[serde(default, deserialize_with = "json::lenient")]
    info: Option<Info>,
}

#[derive(Deserialize)]
struct Count(#[serde(deserialize_with = "json::number")] u64);

#[derive(Deserialize)]
struct Info {
    #[serde(default, deserialize_with = "json::lenient")]
    id_e: Option<EntityId>,
    #[serde(default, deserialize_with = "json::lenient")]
    denomination: String,
    #[serde(default, deserialize_with = "json::lenient")]
    is_active: Option<Activity>,
}

#[derive(Deserialize)]
struct Activity(#[serde(deserialize_with = "activity")] bool);

impl Rows {
    fn read(self) -> Result<Counts, serde_json::Error> {
        let mut counts = Counts::default();
        for (place, row) in self.0 {
            let Ok(row) = serde_json::from_str::<Row>(row.get()) else {
                counts.unreadable += 1;
                continue;
            };
            counts.unreadable += row.flux.unreadable.len();
            let mut flows = BTreeMap::new();
            for (flow, states) in row.flux.items {
                if !states.unreadable.is_empty() {
                    return Err(serde_json::Error::custom("a count is expected"));
                }
                let states = states.items.into_iter().map(|(state, count)| (state, count.0)).collect();
                flows.insert(flow, states);
            }
            let info = row.info;
            // The number in the entity itself holds in every spelling; the place in a list may be none.
            let id = info.as_ref().and_then(|info| info.id_e).unwrap_or(EntityId(place));
            let active = info.as_ref().and_then(|info| info.is_active.as_ref()).is_none_or(|flag| flag.0);
            let name = info.map(|info| info.denomination).unwrap_or_default();
            counts.entities.push(EntityCounts { id, name, active, flows });
        }
        counts.entities.sort_by_key(|entity| entity.id);
        // One entity told twice is one.
        counts.entities.dedup_by_key(|entity| entity.id);
        Ok(counts)
    }
}

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RowsVisitor)
    }
}

struct RowsVisitor;

impl<'de> Visitor<'de> for RowsVisitor {
    type Value = Rows;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("counts by entity")
    }

    fn visit_unit<E>(self) -> Result<Rows, E> {
        Ok(Rows(Vec::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Rows, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = items.next_element()? {
            rows.push((rows.len() as u64, row));
        }
        Ok(Rows(rows))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Rows, A::Error> {
        let mut rows = Vec::new();
        while let Some((key, row)) = fields.next_entry::<String, _>()? {
            let id = key.parse().map_err(|_| A::Error::custom("the number of an entity is expected"))?;
            rows.push((id, row));
        }
        Ok(Rows(rows))
    }
}

impl Session {
    /// The counts of one entity, or of all those that the person may read, which may take seconds.
    ///
    /// # Errors
    /// Those of the application; [`ErrorKind::BadAnswer`] as [`Counts::parse`].
    pub async fn counts(&self, entity: Option<EntityId>) -> Result<Counts, ConnectorError> {
        let id = entity.map(|entity| entity.to_string());
        let query: Vec<(&str, &str)> = id.iter().map(|id| ("id_e", id.as_str())).collect();
        let answer = self.get("count documents", &["document", "count"], &query, LARGE).await?;
        Counts::parse(answer.text()).map_err(|_| answer.error(ErrorKind::BadAnswer))
    }
}
