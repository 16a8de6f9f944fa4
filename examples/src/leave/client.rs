//! The typed client: one method per call, usable without widgets.

use bytes::Bytes;
use chrono::NaiveDate;
use http::{Method, Request, header};
use pleiade_core::{
    ConnectorError, ErrorKind, ExposeSecret, Limits, Retry, SecretString, Transport, TransportError,
};
use serde::{Deserialize, de::DeserializeOwned};
use std::{sync::Arc, time::Duration};
use url::Url;

/// The application at one address.
#[derive(Debug)]
pub struct Client {
    base: Url,
    transport: Arc<dyn Transport>,
}

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
    pub requests: Vec<Leave>,
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

/// Whose requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// The person's own.
    Own,
    /// Those that wait for the person's decision.
    Team,
}

impl Client {
    /// A client of the application at `base`, which ends with `/`.
    pub fn new(base: Url, transport: Arc<dyn Transport>) -> Self {
        Self { base, transport }
    }

    /// Where people open it.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// The page of one request. Ids are checked, so that none leads out of its place in the path.
    pub fn page_of(&self, id: &str) -> Option<Url> {
        is_id(id).then(|| self.base.join(&format!("requests/{id}")).ok()).flatten()
    }

    /// Asks for the version, without anybody's token.
    pub async fn status(&self) -> Result<Status, ConnectorError> {
        self.call("read the status", Method::GET, "api/status", None).await
    }

    /// The first requests of a list.
    pub async fn requests(&self, list: List, token: &SecretString) -> Result<Page, ConnectorError> {
        const OPERATION: &str = "list leave requests";
        let path = match list {
            List::Own => "api/me/requests?limit=20",
            List::Team => "api/me/decisions?limit=20",
        };
        let page: Page = self.call(OPERATION, Method::GET, path, Some(token)).await?;
        let sound = |leave: &Leave| is_id(&leave.id) && leave.from <= leave.to;
        if page.requests.iter().all(sound) && page.requests.len() as u64 <= page.total {
            Ok(page)
        } else {
            Err(ConnectorError::new(ErrorKind::BadAnswer, OPERATION))
        }
    }

    /// Accepts a request; the application checks that it is this person's to decide.
    pub async fn accept(&self, id: &str, token: &SecretString) -> Result<(), ConnectorError> {
        const OPERATION: &str = "accept a leave request";
        #[derive(Deserialize)]
        struct Decided {
            state: State,
        }
        if !is_id(id) {
            return Err(ConnectorError::new(ErrorKind::NotFound, OPERATION));
        }
        let path = format!("api/requests/{id}/accept");
        let decided: Decided = self.call(OPERATION, Method::POST, &path, Some(token)).await?;
        if decided.state == State::Accepted {
            Ok(())
        } else {
            Err(ConnectorError::new(ErrorKind::BadAnswer, OPERATION))
        }
    }

    async fn call<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        method: Method,
        path: &str,
        token: Option<&SecretString>,
    ) -> Result<T, ConnectorError> {
        let wrong_address = |_| ConnectorError::new(ErrorKind::BadConfiguration, operation);
        let url = self.base.join(path).map_err(wrong_address)?;
        let mut request = Request::builder().method(method).uri(url.as_str());
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", token.expose_secret()));
        }
        let request = request
            .body(Bytes::new())
            .map_err(|_| ConnectorError::new(ErrorKind::BadConfiguration, operation))?;
        let answer = self.transport.send(request, Limits::default()).await.map_err(|error| {
            let kind = match error {
                TransportError::Forbidden => ErrorKind::BadConfiguration,
                TransportError::Deadline => ErrorKind::Timeout,
                TransportError::TooLarge => ErrorKind::TooLarge,
                TransportError::Truncated => ErrorKind::BadAnswer,
                _ => ErrorKind::Unreachable,
            };
            ConnectorError::new(kind, operation).with_source(error)
        })?;
        let text =
            |name| answer.headers().get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
        let is_page = text(header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html"));
        let kind = match answer.status().as_u16() {
            // What the parser says may quote the answer, so it is dropped.
            200..=299 if !is_page => {
                let wrong = |_| ConnectorError::new(ErrorKind::BadAnswer, operation);
                return serde_json::from_slice(answer.body()).map_err(wrong);
            }
            // A page in place of data is somebody's sign-in page, and so is what a redirect leads to.
            200..=399 | 401 => ErrorKind::Unauthenticated,
            403 => ErrorKind::Forbidden,
            404 => ErrorKind::NotFound,
            429 => ErrorKind::RateLimited,
            500..=599 => ErrorKind::Unreachable,
            _ => ErrorKind::BadAnswer,
        };
        let error = ConnectorError::new(kind, operation);
        Err(match text(header::RETRY_AFTER).and_then(|seconds| seconds.parse().ok()) {
            Some(seconds) if kind == ErrorKind::RateLimited => {
                error.with_retry(Retry::After(Duration::from_secs(seconds)))
            }
            _ => error,
        })
    }
}

fn is_id(id: &str) -> bool {
    (1..=40).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}
