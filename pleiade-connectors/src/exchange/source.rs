//! Where what is handed over comes from: a folder, a database, a file of SQLite or an address, as an operator's settings say.

use super::{
    contract::{Clocking, Element, Handover, IndicatorRow, of_application},
    fault::ExchangeFault,
    files::{FileDrop, FileDropConfig},
    json::{JsonConfig, JsonReader},
    sql::{PostgresqlConfig, SqliteConfig, Wanted, postgresql::PostgresqlReader, sqlite},
    table::{Table, TableRow},
};
use crate::{
    kind::Network,
    kit::shared::{Filter, Viewer},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use pleiade_core::{CallContext, ConnectorError, ErrorKind, Message};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path, sync::Arc};
use url::Url;

/// Where what is handed over comes from: one of these, which are readers of the same contract (`docs/exchange.md`).
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExchangeSource {
    /// Files in a folder.
    Files(FileDropConfig),
    /// Views of a PostgreSQL database.
    Postgresql(PostgresqlConfig),
    /// Tables or views of a SQLite file.
    Sqlite(SqliteConfig),
    /// An address that gives what is of one person.
    Json(JsonConfig),
}

impl ExchangeSource {
    /// What [`ConnectorSettings::addresses`](crate::kind::ConnectorSettings::addresses) is to be.
    #[must_use]
    pub fn addresses(&self) -> Vec<&Url> {
        match self {
            Self::Json(json) => vec![&json.url],
            _ => Vec::new(),
        }
    }

    /// What [`ConnectorSettings::databases`](crate::kind::ConnectorSettings::databases) is to be.
    #[must_use]
    pub fn databases(&self) -> Vec<(&str, u16)> {
        match self {
            Self::Postgresql(database) => vec![(&database.host, database.port)],
            _ => Vec::new(),
        }
    }

    /// What [`ConnectorSettings::stores`](crate::kind::ConnectorSettings::stores) is to be.
    #[must_use]
    pub fn stores(&self) -> Vec<String> {
        // The same however it is written.
        let path = |path: &Path| path.components().collect::<std::path::PathBuf>().display().to_string();
        vec![match self {
            Self::Files(files) => path(&files.folder),
            Self::Sqlite(sqlite) => path(&sqlite.file),
            Self::Postgresql(database) => {
                format!(
                    "postgresql {}:{}/{}",
                    database.host.to_ascii_lowercase(),
                    database.port,
                    database.database
                )
            }
            Self::Json(json) => json.url.to_string(),
        }]
    }

    /// The hint names the key below `source`, where a host finds its place in the file.
    fn check(&self) -> Result<(), ConnectorError> {
        let (reader, wrong) = match self {
            Self::Files(files) => ("files", files.check()),
            Self::Postgresql(database) => ("postgresql", database.check()),
            Self::Sqlite(sqlite) => ("sqlite", sqlite.check()),
            Self::Json(_) => return Ok(()),
        };
        wrong.map_err(|hint| {
            let key = hint.strip_prefix('`').unwrap_or(hint);
            ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration")
                .with_hint(format!("`source.{reader}.{key}"))
        })
    }
}

/// Rows of somebody that could not be read, counted by their list or code; without one, where that cannot be read either.
pub type UnreadableRows = BTreeMap<Option<String>, usize>;

/// What was read for one person, filtered: nobody else's rows are in it.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct PersonReading {
    /// What waits for them, and what else is listed.
    pub elements: Vec<Element>,
    /// True if elements were handed over at all: without any, nobody knows how many wait.
    pub has_elements: bool,
    /// Their figures.
    pub figures: Vec<IndicatorRow>,
    /// When they came and went.
    pub clockings: Vec<Clocking>,
    /// Rows of theirs that could not be read: elements by their list, figures by their code, clockings.
    pub unreadable: [UnreadableRows; 3],
    /// True of elements, figures, clockings, if there are unreadable rows of which nobody knows whose they are, or more rows than were read.
    pub is_partial: [bool; 3],
    /// The time of what was handed over, where it is told.
    pub as_of: Option<DateTime<Utc>>,
    /// What the cards say of it: late, half-written, suddenly short.
    pub notices: Vec<Message>,
    /// The time of the reading.
    pub read_at: DateTime<Utc>,
}

/// What was handed over, for everybody or for one person.
struct Read {
    handover: Arc<Handover>,
    as_of: Option<DateTime<Utc>>,
    notices: Vec<Message>,
    more: bool,
    /// True if all of it was asked for one person.
    is_personal: bool,
}

impl Read {
    fn personal(handover: Handover, as_of: Option<DateTime<Utc>>, more: bool) -> Self {
        Self { handover: Arc::new(handover), as_of, notices: Vec::new(), more, is_personal: true }
    }
}

#[derive(Debug)]
enum Reader {
    Files(FileDrop),
    Postgresql(PostgresqlReader),
    Sqlite(SqliteConfig),
    Json(JsonReader),
}

/// The reader of a source.
#[derive(Debug)]
pub(super) struct SourceReader {
    reader: Reader,
    pub(super) filter: Filter,
    /// The code of the application, where several hand over together.
    application: Option<String>,
    time_zone: Option<Tz>,
}

impl SourceReader {
    pub(super) fn new(
        source: &ExchangeSource,
        filter: Filter,
        application: Option<String>,
        time_zone: Option<Tz>,
        network: Network,
    ) -> Result<Self, ConnectorError> {
        source.check()?;
        let reader = match source {
            ExchangeSource::Files(files) => Reader::Files(FileDrop::new(files.clone())),
            ExchangeSource::Sqlite(sqlite) => Reader::Sqlite(sqlite.clone()),
            ExchangeSource::Json(json) => Reader::Json(JsonReader::new(json, network.transport)?),
            ExchangeSource::Postgresql(database) => {
                let dialer = network.databases.ok_or_else(|| {
                    ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration")
                        .with_hint("`source.postgresql` needs a program that connects to databases")
                })?;
                Reader::Postgresql(PostgresqlReader::new(database.clone(), dialer))
            }
        };
        Ok(Self { reader, filter, application, time_zone })
    }

    /// Takes the next drop as it is: an administrator has looked at it.
    pub(super) fn believe_next(&self) {
        if let Reader::Files(files) = &self.reader {
            files.believe_next();
        }
    }

    /// Asks whether the source is there, for nobody's rows; and what it holds, where that is known.
    pub(super) async fn probe(&self) -> Result<Vec<String>, ConnectorError> {
        match &self.reader {
            Reader::Files(files) => return files.probe().await.map_err(ExchangeFault::into_error),
            Reader::Postgresql(database) => database.probe().await?,
            Reader::Sqlite(file) => {
                let nobody = Wanted { key: String::new(), tenant: None, fold_case: false };
                sqlite::read(file, &nobody).await.map(drop)?;
            }
            Reader::Json(json) => json.probe().await?,
        }
        Ok(Vec::new())
    }

    /// What is of the person who has this key.
    pub(super) async fn read(&self, cx: &CallContext, key: &str) -> Result<PersonReading, ConnectorError> {
        let viewer = self.filter.viewer(cx, Some(key))?;
        let key = key.trim_ascii();
        let tenant = self.filter.tenant(cx)?;
        let wanted = || Wanted {
            key: key.to_owned(),
            tenant: tenant.map(str::to_owned),
            fold_case: self.filter.fold_case,
        };
        let read = match &self.reader {
            Reader::Files(files) => {
                let read = files
                    .read(cx.clock.now(), cx.clock.elapsed())
                    .await
                    .map_err(ExchangeFault::into_error)?;
                let notices = match (&read.fault, read.is_late) {
                    (Some(fault), _) => vec![fault.notice()],
                    (None, true) => vec![Message::new("kit-exchange-late")],
                    (None, false) => Vec::new(),
                };
                Read {
                    handover: read.handover,
                    as_of: Some(read.produced_at),
                    notices,
                    more: false,
                    is_personal: false,
                }
            }
            Reader::Postgresql(database) => {
                let selected = database.read(&wanted()).await?;
                Read::personal_selected(selected)?
            }
            Reader::Sqlite(file) => Read::personal_selected(sqlite::read(file, &wanted()).await?)?,
            Reader::Json(json) => {
                let read = json.read(key, tenant, &viewer).await?;
                Read::personal(read.handover, read.updated_at, false)
            }
        };
        let zone = self.time_zone.unwrap_or(cx.tenant.time_zone);
        Ok(self.own(&read, &viewer, zone, cx.clock.now()))
    }

    /// The rows of a person alone.
    fn own(&self, read: &Read, viewer: &Viewer<'_>, zone: Tz, now: DateTime<Utc>) -> PersonReading {
        let Handover { elements, indicators, clockings } = read.handover.as_ref();
        let mut own = PersonReading {
            read_at: now,
            as_of: read.as_of,
            notices: read.notices.clone(),
            ..PersonReading::default()
        };
        let [of_elements, of_figures, of_clockings] = &mut own.unreadable;
        own.elements = self.rows(elements, viewer, ("liste", of_elements), |row| Element::read(row, zone));
        own.figures =
            self.rows(indicators, viewer, ("code", of_figures), |row| IndicatorRow::read(row, zone));
        own.clockings = self.rows(clockings, viewer, ("", of_clockings), |row| Clocking::read(row, zone));
        // Where the whole is not dated, the oldest of the figures is.
        own.as_of = own.as_of.or_else(|| own.figures.iter().filter_map(|row| row.updated_at).min());
        own.has_elements = elements.is_given();
        let of_whom = [elements, indicators, clockings].map(|table| table.unreadable);
        for ((unreadable, is_partial), rows) in
            own.unreadable.iter_mut().zip(&mut own.is_partial).zip(of_whom)
        {
            if read.is_personal && rows > 0 {
                *unreadable.entry(None).or_default() += rows;
            }
            *is_partial = read.more || (!read.is_personal && rows > 0);
        }
        own
    }

    /// Those of the rows of a table that are of a person.
    fn rows<T>(
        &self,
        table: &Table,
        viewer: &Viewer<'_>,
        (column, unreadable): (&str, &mut UnreadableRows),
        read: impl Fn(TableRow<'_>) -> Option<T>,
    ) -> Vec<T> {
        let is_theirs = |row: &TableRow<'_>| {
            row.get("agent").is_some_and(|agent| viewer.owns(agent, row.get("collectivite")))
        };
        let mut rows = Vec::new();
        for row in of_application(table, self.application.as_deref()).filter(is_theirs) {
            match read(row) {
                Some(read) => rows.push(read),
                None => *unreadable.entry(row.get(column).map(str::to_owned)).or_default() += 1,
            }
        }
        rows
    }
}

impl Read {
    fn personal_selected(selected: super::sql::Selected) -> Result<Self, ConnectorError> {
        let more = selected.more;
        Ok(Self::personal(selected.into_handover()?, None, more))
    }
}
