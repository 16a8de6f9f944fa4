//! What both versions answer in JSON.

use super::{
    model::{Counts, Delegation, Desk, DeskId, Folder, Holdup, RequestedAction, Rights, is_id},
    premis::instant,
};
use crate::kit::json::{self, List};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, de::Error as _};

/// A page of the standard interface of version 5.
#[derive(Debug, Deserialize)]
#[serde(bound = "T: serde::de::DeserializeOwned")]
pub(super) struct PageOf<T> {
    /// Required: it shows that this is a page.
    pub(super) content: List<T>,
    /// The number of things on all pages.
    #[serde(rename = "totalElements", deserialize_with = "json::number")]
    pub(super) total: u64,
}

impl<T: serde::de::DeserializeOwned> PageOf<T> {
    /// The number of things on the pages after this one.
    pub(super) fn beyond(&self) -> u64 {
        self.total.saturating_sub((self.content.len() + self.content.unreadable) as u64)
    }
}

/// An entity or a desk of version 5.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    #[serde(deserialize_with = "id")]
    pub(super) id: String,
    #[serde(default, deserialize_with = "json::text")]
    pub(super) name: String,
}

/// A folder of the standard list of version 5, which says neither its type nor what it asks.
#[derive(Debug, Deserialize)]
pub(super) struct ListedFolder {
    #[serde(deserialize_with = "id")]
    id: String,
    #[serde(default, deserialize_with = "json::text")]
    name: String,
    #[serde(default, rename = "dueDate", deserialize_with = "json::lenient")]
    due: String,
}

impl ListedFolder {
    pub(super) fn read(self, desk: usize) -> Folder {
        Folder {
            id: self.id,
            title: self.name,
            desk,
            kind: String::new(),
            due: instant(&self.due),
            since: None,
            asks: RequestedAction::Other,
            task: None,
            may: Rights::default(),
            holdup: None,
        }
    }
}

/// A delegation of the internal interface of version 5.
#[derive(Debug, Deserialize)]
pub(super) struct ListedDelegation {
    #[serde(deserialize_with = "id")]
    id: String,
    #[serde(rename = "substituteDesk")]
    to: Place,
    #[serde(rename = "delegatingDesk")]
    from: Place,
    #[serde(default, deserialize_with = "json::lenient")]
    start: String,
    #[serde(default, deserialize_with = "json::lenient")]
    end: String,
}

#[derive(Debug, Deserialize)]
struct Place {
    #[serde(default, deserialize_with = "json::text")]
    name: String,
}

impl ListedDelegation {
    pub(super) fn read(self) -> Delegation {
        Delegation {
            id: self.id,
            from: self.from.name,
            to: self.to.name,
            start: instant(&self.start),
            end: instant(&self.end),
        }
    }
}

/// Delegations: a bare list, or one in a page.
pub(super) fn delegations(body: &[u8]) -> Option<List<ListedDelegation>> {
    #[derive(Deserialize)]
    struct Page {
        content: List<ListedDelegation>,
    }
    serde_json::from_slice(body)
        .ok()
        .or_else(|| serde_json::from_slice::<Page>(body).ok().map(|page| page.content))
}

/// The desks of version 4: a bare list, or one in `bureaux` or `data.bureaux` as older levels of its interface write it.
pub(super) fn v4_desks(body: &[u8]) -> Option<List<V4Desk>> {
    #[derive(Deserialize)]
    struct Wrapped {
        bureaux: List<V4Desk>,
    }
    #[derive(Deserialize)]
    struct Data {
        data: Wrapped,
    }
    serde_json::from_slice(body)
        .ok()
        .or_else(|| serde_json::from_slice::<Wrapped>(body).ok().map(|wrapped| wrapped.bureaux))
        .or_else(|| serde_json::from_slice::<Data>(body).ok().map(|data| data.data.bureaux))
}

/// A desk of version 4, with its counts.
#[derive(Debug, Deserialize)]
pub(super) struct V4Desk {
    #[serde(default, deserialize_with = "json::text")]
    id: String,
    #[serde(default, rename = "nodeRef", deserialize_with = "json::text")]
    node: String,
    #[serde(default, deserialize_with = "json::text")]
    name: String,
    /// The name of its entity, where several collectivités share the application.
    #[serde(default, rename = "collectivite", deserialize_with = "json::lenient")]
    entity: String,
    #[serde(default, rename = "isSecretaire", deserialize_with = "json::lenient")]
    is_secretary: bool,
    #[serde(default, rename = "a-traiter", alias = "a_traiter", deserialize_with = "count")]
    pending: u64,
    #[serde(default, rename = "en-retard", alias = "en_retard", deserialize_with = "count")]
    late: u64,
    #[serde(default, rename = "dossiers-delegues", alias = "dossiers_delegues", deserialize_with = "count")]
    delegated: u64,
    #[serde(default, rename = "retournes", deserialize_with = "count")]
    rejected: u64,
    #[serde(default, rename = "a-archiver", alias = "a_archiver", deserialize_with = "count")]
    finished: u64,
    #[serde(default, rename = "en-preparation", alias = "en_preparation", deserialize_with = "count")]
    drafts: u64,
}

impl V4Desk {
    /// None when it has no id by which it could be asked.
    pub(super) fn read(self) -> Option<Desk> {
        let id = if self.id.trim().is_empty() { &self.node } else { &self.id };
        let mut counts = Counts {
            pending: Some(self.pending),
            late: Some(self.late),
            delegated: Some(self.delegated),
            rejected: Some(self.rejected),
            finished: Some(self.finished),
            drafts: Some(self.drafts),
        };
        counts.clamp_late();
        Some(Desk {
            id: DeskId { tenant: None, desk: bare_id(id)?.to_owned() },
            name: self.name,
            tenant_name: self.entity,
            on_behalf: self.is_secretary,
            counts,
            hidden: false,
        })
    }
}

/// A folder of a list of version 4.
#[derive(Debug, Deserialize)]
pub(super) struct V4Folder {
    #[serde(deserialize_with = "json::text")]
    id: String,
    #[serde(default, deserialize_with = "json::text")]
    title: String,
    #[serde(default, rename = "type", deserialize_with = "json::text")]
    kind: String,
    #[serde(default, rename = "sousType", deserialize_with = "json::text")]
    subkind: String,
    #[serde(default, rename = "actionDemandee", deserialize_with = "json::lenient")]
    asks: String,
    #[serde(default, deserialize_with = "json::lenient")]
    actions: List<String>,
    #[serde(default, rename = "dateEmission", deserialize_with = "json::lenient")]
    sent: Option<i64>,
    #[serde(default, rename = "dateLimite", deserialize_with = "json::lenient")]
    due: Option<i64>,
    #[serde(default, rename = "readingMandatory", deserialize_with = "json::lenient")]
    must_be_read: bool,
    #[serde(default, rename = "hasRead", deserialize_with = "json::lenient")]
    has_read: bool,
    #[serde(default, deserialize_with = "json::lenient")]
    locked: bool,
    /// Given back unchanged to ask for the next page.
    #[serde(default, deserialize_with = "json::lenient")]
    pub(super) skipped: u64,
    /// Given back unchanged to ask for the next page.
    #[serde(default, rename = "pendingFile", deserialize_with = "json::lenient")]
    pub(super) pending_file: u64,
    /// The number of folders from this page on; no count of the list.
    #[serde(default, deserialize_with = "json::lenient")]
    pub(super) total: u64,
}

impl V4Folder {
    /// None when it has no id by which it could be asked.
    pub(super) fn read(self, desk: usize) -> Option<Folder> {
        let asks = RequestedAction::parse(&self.asks);
        let holdup = match (self.locked, self.must_be_read && !self.has_read) {
            (true, _) => Some(Holdup::Locked),
            (false, true) => Some(Holdup::MustBeRead),
            _ => None,
        };
        // What gives a right is compared exactly, and nothing is a right that the application does not name.
        let offers = |action: &str| {
            asks == RequestedAction::Visa
                && holdup.is_none()
                && self.actions.iter().any(|known| known == action)
        };
        Some(Folder {
            id: bare_id(&self.id)?.to_owned(),
            desk,
            kind: kind(&self.kind, &self.subkind),
            due: self.due.and_then(DateTime::<Utc>::from_timestamp_millis),
            since: self.sent.and_then(DateTime::<Utc>::from_timestamp_millis),
            asks,
            task: None,
            may: Rights { visa: offers("VISA"), reject: offers("REJET") },
            holdup,
            title: self.title,
        })
    }
}

/// Type and sub-type in one line.
pub(super) fn kind(kind: &str, subkind: &str) -> String {
    match (kind.trim(), subkind.trim()) {
        (kind, "") => kind.to_owned(),
        ("", subkind) => subkind.to_owned(),
        (kind, subkind) => format!("{kind} / {subkind}"),
    }
}

/// Ids of version 4 are bare or those of the repository: `workspace://SpacesStore/<id>`.
fn bare_id(written: &str) -> Option<&str> {
    written.trim().rsplit('/').next().filter(|id| is_id(id))
}

fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let id = json::text(deserializer)?;
    if is_id(&id) { Ok(id) } else { Err(D::Error::custom("an id is expected")) }
}

/// A count that may be absent or nothing, which is 0; anything that is no number is an error.
fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    struct Count(#[serde(deserialize_with = "json::number")] u64);
    json::part::<D, Option<Count>>(deserializer).map(|count| count.map_or(0, |count| count.0))
}
