//! Documents of an entity.

use super::{EntityId, Session};
use crate::kit::json::{self, List, Map};
use chrono::NaiveDateTime;
use pleiade_core::{ConnectorError, Limits};
use serde::{Deserialize, Deserializer};

/// Characters of a document's id or a state, more than Pastell gives.
const MAX_WORD_CHARS: usize = 128;

/// A document as it stands in a list. The same document may stand in several entities: its key is the pair of entity and id.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Document {
    /// Its id.
    #[serde(rename = "id_d", deserialize_with = "json::text")]
    pub id: String,
    /// The entity in which it stands.
    #[serde(rename = "id_e")]
    pub entity: EntityId,
    /// Its flow.
    #[serde(rename = "type", deserialize_with = "json::text")]
    pub flow: String,
    /// Its state, that is the last action on it.
    #[serde(rename = "last_action", deserialize_with = "json::text")]
    pub state: String,
    /// The state in words; may be empty, or the state itself.
    #[serde(rename = "last_action_display", default, deserialize_with = "json::lenient")]
    pub state_words: String,
    /// When it came into its state, by the clock of the server, without a zone.
    #[serde(rename = "last_action_date", default, deserialize_with = "local_time")]
    pub since: Option<NaiveDateTime>,
    /// Its title; may be empty.
    #[serde(rename = "titre", default, deserialize_with = "json::lenient")]
    pub title: String,
    /// When it was made, as `since`.
    #[serde(rename = "creation", default, deserialize_with = "local_time")]
    pub created: Option<NaiveDateTime>,
}

/// `2024-05-12 09:41:07`; what is none, such as `0000-00-00 00:00:00`, is unknown.
fn local_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDateTime>, D::Error> {
    let text: String = json::lenient(deserializer)?;
    Ok(NaiveDateTime::parse_from_str(text.trim(), "%Y-%m-%d %H:%M:%S").ok())
}

/// True for a word that Pastell may have given: an id or the name of a state.
pub(crate) fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_WORD_CHARS
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// The documents that are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentQuery {
    /// The entity in which they stand.
    pub entity: EntityId,
    /// Their flow; any when none.
    pub flow: Option<String>,
    /// Their states, each a word; any when empty.
    pub states: Vec<String>,
    /// How many at most: the last that changed.
    pub limit: usize,
}

impl DocumentQuery {
    /// The documents of an answer that were asked for; what cannot be a document of the entity is unreadable.
    pub(crate) fn select(&self, list: List<Document>) -> List<Document> {
        let mut list = list.filter_map(|document| {
            (is_word(&document.id) && document.entity == self.entity).then_some(document)
        });
        // A version that does not know a parameter leaves it out.
        list.items.retain(|document| {
            (self.states.is_empty() || self.states.contains(&document.state))
                && self.flow.as_ref().is_none_or(|flow| *flow == document.flow)
        });
        list
    }
}

/// A document with its fields.
#[derive(Debug, Deserialize)]
pub(crate) struct Detail {
    data: Map<Field>,
}

#[derive(Debug, Deserialize)]
struct Field(#[serde(deserialize_with = "json::text")] String);

impl Detail {
    /// One field; nothing when it is empty or no text.
    pub(crate) fn field(mut self, name: &str) -> Option<String> {
        self.data.items.remove(name).map(|field| field.0).filter(|text| !text.is_empty())
    }
}

impl Session {
    /// The documents in some states, the last that changed first. Pastell tells no total.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn documents(&self, query: &DocumentQuery) -> Result<List<Document>, ConnectorError> {
        let (entity, states, limit) =
            (query.entity.to_string(), query.states.join(","), query.limit.to_string());
        let mut parameters = vec![("offset", "0"), ("limit", limit.as_str())];
        if !states.is_empty() {
            parameters.push(("lastetat", states.as_str()));
        }
        parameters.extend([("tri", "date_dernier_etat"), ("sens_tri", "DESC")]);
        parameters.extend(query.flow.as_deref().map(|flow| ("type", flow)));
        let path = ["entite", entity.as_str(), "document"];
        let answer = self.get("list documents", &path, &parameters, Limits::DEFAULT).await?;
        Ok(query.select(answer.json()?))
    }

    /// One field of a document; nothing when it has none, or none that is a text.
    ///
    /// # Errors
    /// Those of the application; [`Forbidden`](pleiade_core::ErrorKind::Forbidden) before 4.1.16 and 5.0.2 for whoever may only read.
    pub async fn field(
        &self,
        entity: EntityId,
        document: &str,
        field: &str,
    ) -> Result<Option<String>, ConnectorError> {
        let entity = entity.to_string();
        let path = ["entite", entity.as_str(), "document", document];
        let answer = self.get("read a document", &path, &[], Limits::DEFAULT).await?;
        Ok(answer.json::<Detail>()?.field(field))
    }
}
