//! The reader of an address that gives what is of one person, as JSON (`pleiade.synthese/1`).

use super::{
    contract::{Clocking, Element, Handover, IndicatorRow},
    table::Table,
};
use crate::{
    http::{Answer, HttpClient},
    kit::{json::List, shared::Viewer},
};
use chrono::{DateTime, Utc};
use csv::StringRecord;
use http::Method;
use pleiade_core::{ConnectorError, ErrorKind, SecretString, Transport};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::{collections::HashMap, sync::Arc};
use url::Url;

const SCHEMA: &str = "pleiade.synthese/1";
const OPERATION: &str = "read what is of a person";
/// The key that nobody has, by which an address is probed that has no key for it.
const NOBODY: &str = "pleiade-probe";

/// An address that speaks the contract.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct JsonConfig {
    /// The address below which `agents/<key>/synthese` is found.
    pub url: Url,
    /// The token that is sent with every call (`Authorization: Bearer`).
    pub token: SecretString,
    /// A key for which the address answers with empty lists, made for being probed. Without one it is probed with a key that nobody has, and
    /// its 404 cannot be told from that of a wrong address.
    #[serde(default)]
    pub probe_key: Option<String>,
}

/// What the address answers. Everything but what proves that it is this may be absent.
#[derive(Debug, Deserialize)]
struct Synthesis {
    schema: String,
    agent: String,
    #[serde(default)]
    collectivite: Option<String>,
    #[serde(default, deserialize_with = "crate::kit::json::part")]
    maj: Option<DateTime<Utc>>,
    #[serde(default)]
    indicateurs: List<Cells>,
    #[serde(default)]
    elements: List<Cells>,
    #[serde(default)]
    pointages: List<Cells>,
}

impl Synthesis {
    fn handover(&self) -> Handover {
        let own = (self.agent.as_str(), self.collectivite.as_deref());
        Handover {
            elements: table(&self.elements, &Element::COLUMNS, own),
            indicators: table(&self.indicateurs, &IndicatorRow::COLUMNS, own),
            clockings: table(&self.pointages, &Clocking::COLUMNS, own),
        }
    }
}

/// The tables of an answer, for the fuzz target.
#[cfg(any(test, fuzzing))]
pub(super) fn handover(data: &[u8]) -> Option<Handover> {
    serde_json::from_slice::<Synthesis>(data).ok().map(|read| read.handover())
}

/// The cells of a row, as they are written.
type Cells = HashMap<String, Box<RawValue>>;

#[derive(Debug)]
pub(super) struct JsonReader {
    http: HttpClient,
    token: SecretString,
    probe_key: Option<String>,
}

/// What was read for one person.
#[derive(Debug)]
pub(super) struct Synthesized {
    pub(super) handover: Handover,
    pub(super) updated_at: Option<DateTime<Utc>>,
}

impl JsonReader {
    pub(super) fn new(config: &JsonConfig, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        Ok(Self {
            http: HttpClient::new(&config.url, transport)?,
            token: config.token.clone(),
            probe_key: config.probe_key.clone(),
        })
    }

    async fn ask(
        &self,
        operation: &'static str,
        key: &str,
        tenant: Option<&str>,
    ) -> Result<Answer, ConnectorError> {
        let query: Vec<_> = tenant.map(|tenant| ("collectivite", tenant)).into_iter().collect();
        let call = self.http.call(operation, Method::GET, &["agents", key, "synthese"], &query);
        call.bearer(&self.token).send().await
    }

    /// What is of the person who has this key, which the answer must repeat.
    pub(super) async fn read(
        &self,
        key: &str,
        tenant: Option<&str>,
        viewer: &Viewer<'_>,
    ) -> Result<Synthesized, ConnectorError> {
        let answer = self.ask(OPERATION, key, tenant).await?.success()?;
        let read = synthesis(&answer)?;
        if !viewer.owns(&read.agent, read.collectivite.as_deref()) {
            return Err(answer
                .error(ErrorKind::BadAnswer)
                .with_hint("its `agent` or its `collectivite` is not the one that was asked for"));
        }
        Ok(Synthesized { handover: read.handover(), updated_at: read.maj })
    }

    /// Asks for the person who is there to be probed, or for one who does not exist.
    pub(super) async fn probe(&self) -> Result<(), ConnectorError> {
        let key = self.probe_key.as_deref().unwrap_or(NOBODY);
        let answer = self.ask("probe the address", key, None).await?;
        match answer.status().as_u16() {
            404 if self.probe_key.is_none() && !answer.is_html() => Ok(()),
            _ => synthesis(&answer.success()?).map(drop),
        }
    }
}

fn synthesis(answer: &Answer) -> Result<Synthesis, ConnectorError> {
    let read: Synthesis = answer.json()?;
    match read.schema.as_str() {
        SCHEMA => Ok(read),
        _ => Err(answer.error(ErrorKind::BadAnswer).with_hint("its `schema` is not `pleiade.synthese/1`")),
    }
}

/// Rows of JSON as the table that a file would give. Those of somebody else say so by a key of their own.
fn table(rows: &List<Cells>, columns: &[&'static str], (agent, tenant): (&str, Option<&str>)) -> Table {
    let mut table = Table::new(columns.iter().copied());
    table.unreadable = rows.unreadable;
    for row in &rows.items {
        let cell = |column: &&str| match (row.get(*column), *column) {
            (Some(raw), _) => cell(raw),
            (None, "agent") => Some(agent.to_owned()),
            (None, "collectivite") => Some(tenant.unwrap_or_default().to_owned()),
            (None, _) => Some(String::new()),
        };
        let cells: Option<StringRecord> = columns.iter().map(cell).collect();
        if cells.is_none_or(|cells| table.push(cells).is_err()) {
            table.unreadable += 1;
        }
    }
    table
}

/// A cell as a file would have it; none for a list or an object. Digits stay as they are written: money is no binary fraction.
fn cell(raw: &RawValue) -> Option<String> {
    match raw.get().trim() {
        "null" | "[]" | "{}" => Some(String::new()),
        "true" => Some("1".to_owned()),
        "false" => Some("0".to_owned()),
        text if text.starts_with('"') => serde_json::from_str(text).ok(),
        text if text.starts_with(['[', '{']) => None,
        // A comma is always a decimal sign, and a point may part thousands.
        number => Some(number.replace('.', ",")),
    }
}
