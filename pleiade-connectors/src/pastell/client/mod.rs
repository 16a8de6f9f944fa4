//! A typed client of Pastell's API v2, usable without the widgets.
//!
//! [`Client`] holds the address; [`Session`] makes calls in the name of one person. Everything public here reads, but for
//! [`Session::delete_token`].

mod account;
mod cookies;
mod counts;
mod documents;
mod entities;
mod refusal;
mod writing;

pub use account::Token;
pub use counts::{Counts, EntityCounts};
#[cfg(any(test, fuzzing))]
pub(super) use documents::Detail;
pub(super) use documents::is_word;
pub use documents::{Document, DocumentQuery};
pub use entities::{Entity, EntityId};
pub(super) use writing::{Attachment, Step, WholeDocument};

use super::links::Links;
use crate::{
    http::{Answer, Call, HttpClient},
    kit::json::{self, Map},
};
use ::http::{Method, StatusCode, header};
use cookies::JoinedCookies;
use pleiade_core::{ConnectorError, ErrorKind, ExposeSecret as _, Limits, SecretString, Transport};
use serde::Deserialize;
use std::{fmt, sync::Arc, time::Duration};
use url::Url;

/// The entities and the counts of a large platform are long and take seconds.
const LARGE: Limits = Limits::DEFAULT.with_deadline(Duration::from_secs(15)).with_max_body_bytes(8 << 20);

/// What lets a call in by CAS.
const BY_CAS: (&str, &str) = ("auth", "cas");

/// A Pastell platform.
#[derive(Debug, Clone)]
pub struct Client {
    http: HttpClient,
    links: Links,
}

/// The authorization of one person's calls.
#[derive(Clone)]
pub enum Authorization {
    /// A token that the person made in Pastell.
    Token(SecretString),
    /// The cookies of a session that [`Client::sign_in`] opened.
    Cookies(SecretString),
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Token(…)",
            Self::Cookies(_) => "Cookies(…)",
        })
    }
}

/// A flow, that is a type of documents.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Flow {
    /// The name that people read.
    #[serde(rename = "nom", deserialize_with = "json::text")]
    pub name: String,
}

impl Client {
    /// A client of the platform at `url`, whose people open it at `public_url`.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when an address is not a plain `http` or `https` address.
    pub fn new(
        url: &Url,
        public_url: Option<&Url>,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        let links = Links::new(public_url.unwrap_or(url), Arc::clone(&transport))?;
        Ok(Self { http: HttpClient::new(url, Arc::new(JoinedCookies(transport)))?, links })
    }

    /// The addresses that people open.
    #[must_use]
    pub fn links(&self) -> &Links {
        &self.links
    }

    /// Calls in the name of one person.
    #[must_use]
    pub fn session(&self, authorization: Authorization) -> Session {
        Session { client: self.clone(), authorization }
    }

    /// The exact address for which CAS is asked for a proxy ticket.
    #[must_use]
    pub fn service(&self) -> Url {
        self.http.url(&["api", "v2", "entite"], &[BY_CAS])
    }

    /// The version, when Pastell tells it without a credential; none when it is there and asks for one.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn version(&self) -> Result<Option<String>, ConnectorError> {
        #[derive(Deserialize)]
        struct Version {
            version: String,
        }
        let call = self.http.call("read the version", Method::GET, &["api", "v2", "version"], &[]);
        let answer = call.header(header::ACCEPT, "application/json").send().await?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return Ok(Some(refusal::accepted(answer)?.json::<Version>()?.version));
        }
        // Nobody is signed in; only Pastell says so in its own form.
        match refusal::is_told(&answer) {
            true => Ok(None),
            false => Err(answer
                .error(ErrorKind::BadAnswer)
                .with_hint("something else than Pastell asks for a password at its address")),
        }
    }

    /// Opens a session with a proxy ticket for [`Self::service`], which is spent by it, and gives its cookies.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`] when Pastell or CAS refuses the ticket; those of the application.
    pub async fn sign_in(&self, ticket: &SecretString) -> Result<SecretString, ConnectorError> {
        const OPERATION: &str = "open a session";
        let ticket = ticket.expose_secret();
        if !["PT-", "ST-"].iter().any(|start| ticket.starts_with(start)) {
            return Err(ConnectorError::new(ErrorKind::BadConfiguration, OPERATION)
                .with_hint("the credential given is no CAS ticket"));
        }
        let query = [BY_CAS, ("ticket", ticket)];
        let answer = self.http.call(OPERATION, Method::GET, &["api", "v2", "entite"], &query).send().await?;
        let back = answer.status().is_redirection() && self.is_service_without_ticket(&answer);
        if !back && !answer.status().is_success() {
            return Err(refusal::failure(&answer));
        }
        // Without the redirection, some settings of phpCAS answer at once.
        let answer = if back { answer } else { refusal::accepted(answer)? };
        let cookies = answer.header(&header::SET_COOKIE).filter(|cookies| !cookies.is_empty());
        cookies.map(|cookies| cookies.to_owned().into()).ok_or_else(|| {
            answer.error(ErrorKind::BadAnswer).with_hint("Pastell took the ticket and opened no session")
        })
    }

    /// True if an answer leads back to the service, as phpCAS does once it has taken the ticket, and not to CAS.
    fn is_service_without_ticket(&self, answer: &Answer) -> bool {
        let target = answer.header(&header::LOCATION).and_then(|target| self.service().join(target).ok());
        target.is_some_and(|target| {
            target.path() == self.service().path() && target.query_pairs().all(|(key, _)| key != "ticket")
        })
    }
}

/// Calls in the name of one person.
#[derive(Debug, Clone)]
pub struct Session {
    client: Client,
    authorization: Authorization,
}

impl Session {
    /// The addresses that people open.
    #[must_use]
    pub fn links(&self) -> &Links {
        &self.client.links
    }

    /// What its calls are made with.
    #[must_use]
    pub fn authorization(&self) -> &Authorization {
        &self.authorization
    }

    /// The flows that the person may read somewhere, by type.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn flows(&self) -> Result<Map<Flow>, ConnectorError> {
        let answer = self.get("list flows", &["flux"], &[], Limits::DEFAULT).await?;
        let flows: Map<Flow> = answer.json()?;
        match flows.items.is_empty() && !flows.unreadable.is_empty() {
            true => Err(answer.error(ErrorKind::BadAnswer)),
            false => Ok(flows),
        }
    }

    async fn get(
        &self,
        operation: &'static str,
        path: &[&str],
        query: &[(&str, &str)],
        limits: Limits,
    ) -> Result<Answer, ConnectorError> {
        self.send(operation, Method::GET, path, query, limits).await
    }

    async fn send(
        &self,
        operation: &'static str,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        limits: Limits,
    ) -> Result<Answer, ConnectorError> {
        let call = self.call(operation, method, path, query, limits);
        refusal::accepted(call.send().await?)
    }

    /// A call of the interface, signed.
    fn call(
        &self,
        operation: &'static str,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        limits: Limits,
    ) -> Call<'_> {
        let path: Vec<&str> = ["api", "v2"].iter().chain(path).copied().collect();
        let mut query = query.to_vec();
        if matches!(self.authorization, Authorization::Cookies(_)) {
            query.push(BY_CAS);
        }
        let call = self.client.http.call(operation, method, &path, &query).limits(limits);
        let call = call.header(header::ACCEPT, "application/json");
        match &self.authorization {
            Authorization::Token(token) => call.bearer(token),
            Authorization::Cookies(cookies) => call.secret_header(header::COOKIE, cookies),
        }
    }
}
