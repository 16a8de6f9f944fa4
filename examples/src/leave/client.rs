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

/// The application's announcement of itself.
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
    /// The name of the person who asks.
    pub who: String,
    /// The kind of leave.
    pub kind: Kind,
    /// The state of the request.
    pub state: State,
    /// First day.
    pub from: NaiveDate,
    /// Last day, included.
    pub to: NaiveDate,
    /// The person's comment.
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

/// The state of a request.
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

/// The requests that are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestScope {
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

    /// The address that people open.
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
    pub async fn requests(&self, scope: RequestScope, token: &SecretString) -> Result<Page, ConnectorError> {
        let list = match scope {
            RequestScope::Own => "requests",
            RequestScope::Team => "decisions",
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
        struct Decision {
            state: State,
        }
        let path = ["api", "requests", id, "accept"];
        let call = self.0.call("accept a leave request", Method::POST, &path, &[]);
        let answer = call.bearer(token).send().await?.success()?;
        match answer.json()? {
            Decision { state: State::Accepted } => Ok(()),
            Decision { .. } => Err(answer.error(ErrorKind::BadAnswer)),
        }
    }
}
