//! The typed client: one method per call, usable without widgets.

use chrono::NaiveDate;
use http::Method;
use pleiade_connectors::{http::HttpClient, kit::json::List};
use pleiade_core::{ConnectorError, ErrorKind, SecretString, Transport};
use serde::Deserialize;
use std::sync::Arc;
use url::Url;

/// The application at one address.
#[derive(Debug)]
pub struct Client(HttpClient);

/// What the application announces.
#[derive(Debug, Deserialize)]
pub struct Status {
    /// Its version.
    pub version: String,
}

/// The first lines of a list, and how many there are in all.
#[derive(Debug, Deserialize)]
pub struct Page {
    /// All of them; a missing or ill-written number is an error, never 0.
    pub total: u64,
    /// The first ones.
    #[serde(default)]
    pub requests: List<Leave>,
}

/// A leave request.
#[derive(Debug, Deserialize)]
pub struct Leave {
    /// Its key.
    pub id: String,
    /// Who asks.
    pub who: String,
    /// What for.
    pub kind: Kind,
    /// How far it is.
    pub state: State,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included.
    pub to: NaiveDate,
    /// What the person wrote.
    #[serde(default)]
    pub comment: String,
}

/// A kind of leave.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Paid leave.
    Paid,
    /// Time off in lieu.
    Recovery,
    /// Kinds that later versions add.
    #[serde(other)]
    Other,
}

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Waits for a decision.
    Pending,
    /// Accepted.
    Accepted,
    /// Refused.
    Refused,
}

/// Whose requests are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The person's own.
    Own,
    /// Those that wait for the person's decision.
    Team,
}

impl Client {
    /// A client of the application at `base`.
    ///
    /// # Errors
    /// As [`HttpClient::new`].
    pub fn new(base: &Url, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        Ok(Self(HttpClient::new(base, transport)?))
    }

    /// Where people open it.
    pub fn base(&self) -> &Url {
        self.0.base()
    }

    /// The page of one request.
    pub fn page_of(&self, id: &str) -> Url {
        self.0.url(&["requests", id], &[])
    }

    /// Asks for the version, without anybody's token.
    pub async fn status(&self) -> Result<Status, ConnectorError> {
        self.0.call("read the status", Method::GET, &["api", "status"], &[]).send().await?.success()?.json()
    }

    /// The first requests of a list.
    pub async fn requests(&self, whose: Whose, token: &SecretString) -> Result<Page, ConnectorError> {
        let list = match whose {
            Whose::Own => "requests",
            Whose::Team => "decisions",
        };
        let call = self.0.call("list leave requests", Method::GET, &["api", "me", list], &[("limit", "20")]);
        let answer = call.bearer(token).send().await?.success()?;
        let mut page: Page = answer.json()?;
        let is_sound = |leave: &Leave| !leave.id.is_empty() && leave.from <= leave.to;
        page.requests = page.requests.filter_map(|leave| is_sound(&leave).then_some(leave));
        if page.total < page.requests.len() as u64 {
            Err(answer.error(ErrorKind::BadAnswer))
        } else {
            Ok(page)
        }
    }

    /// Accepts a request; the application checks that it is this person's to decide.
    pub async fn accept(&self, id: &str, token: &SecretString) -> Result<(), ConnectorError> {
        #[derive(Deserialize)]
        struct Decided {
            state: State,
        }
        let path = ["api", "requests", id, "accept"];
        let call = self.0.call("accept a leave request", Method::POST, &path, &[]);
        let answer = call.bearer(token).send().await?.success()?;
        match answer.json()? {
            Decided { state: State::Accepted } => Ok(()),
            Decided { .. } => Err(answer.error(ErrorKind::BadAnswer)),
        }
    }
}
