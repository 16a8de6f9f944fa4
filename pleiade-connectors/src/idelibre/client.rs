//! The typed client of the API v2 of i-delibRE (4.1 and later).
//!
//! The key of a structure reads and writes all of it. Only `GET` is ever sent.

use super::wire::{Convocation, Me, Project, Sitting, SittingDetail, User, Uuid};
use crate::{
    http::{Answer, HttpClient},
    kit::json::List,
};
use http::{HeaderName, Method, header};
use pleiade_core::{ConnectorError, ErrorKind, SecretString, Transport};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use url::Url;

const KEY_HEADER: HeaderName = HeaderName::from_static("x-auth-token");
/// Longer than any version number.
const MAX_VERSION_CHARS: usize = 40;

/// A client of one server. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Client {
    http: HttpClient,
}

impl Client {
    /// A client of the server at `url`.
    ///
    /// # Errors
    /// As [`HttpClient::new`].
    pub fn new(url: &Url, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        Ok(Self { http: HttpClient::new(url, transport)? })
    }

    /// The owner of a key.
    ///
    /// # Errors
    /// Those of every call, and [`ErrorKind::Unsupported`] when there is no such interface at this address.
    pub async fn me(&self, key: &SecretString) -> Result<Me, ConnectorError> {
        self.get("read the owner of the key", key, &["api", "v2", "me"], &[]).await.map_err(|error| {
            match error.kind() {
                ErrorKind::NotFound => ConnectorError::new(ErrorKind::Unsupported, error.operation().to_owned())
                    .with_hint("there is no API v2 at this address: it needs i-delibRE 4.1 or later, or the address is wrong"),
                _ => error,
            }
        })
    }

    /// The sittings of a structure that are not archived, in no order.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn sittings(
        &self,
        key: &SecretString,
        structure: &Uuid,
    ) -> Result<List<Sitting>, ConnectorError> {
        let path = ["api", "v2", "structures", structure.as_str(), "sittings"];
        // Any word but `archived` leaves the archive out; none at all brings it.
        self.get("list sittings", key, &path, &[("status", "active")]).await
    }

    /// One sitting.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn sitting(
        &self,
        key: &SecretString,
        structure: &Uuid,
        sitting: &Uuid,
    ) -> Result<SittingDetail, ConnectorError> {
        let path = ["api", "v2", "structures", structure.as_str(), "sittings", sitting.as_str()];
        self.get("read a sitting", key, &path, &[]).await
    }

    /// The convocations to a sitting.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn convocations(
        &self,
        key: &SecretString,
        structure: &Uuid,
        sitting: &Uuid,
    ) -> Result<List<Convocation>, ConnectorError> {
        let path =
            ["api", "v2", "structures", structure.as_str(), "sittings", sitting.as_str(), "convocations"];
        self.get("list convocations", key, &path, &[]).await
    }

    /// The projects of a sitting.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn projects(
        &self,
        key: &SecretString,
        structure: &Uuid,
        sitting: &Uuid,
    ) -> Result<List<Project>, ConnectorError> {
        let path = ["api", "v2", "structures", structure.as_str(), "sittings", sitting.as_str(), "projects"];
        self.get("list projects", key, &path, &[]).await
    }

    /// The users of a structure.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn users(&self, key: &SecretString, structure: &Uuid) -> Result<List<User>, ConnectorError> {
        self.get("list users", key, &["api", "v2", "structures", structure.as_str(), "users"], &[]).await
    }

    /// The version, where the server tells it; nothing depends on it.
    pub async fn version(&self) -> Option<String> {
        let call = self.http.call("read the version", Method::GET, &["api300", "version"], &[]);
        // It is announced as a page, and is the number alone.
        let answer = call.send().await.ok().filter(|answer| answer.status().is_success())?;
        let version = std::str::from_utf8(answer.text()).ok()?.trim();
        let is_version = version.starts_with(|c: char| c.is_ascii_digit())
            && version.len() <= MAX_VERSION_CHARS
            && version.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+'));
        is_version.then(|| version.to_owned())
    }

    async fn get<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        key: &SecretString,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<T, ConnectorError> {
        let call = self.http.call(operation, Method::GET, path, query);
        let call = call.header(header::ACCEPT, "application/json").secret_header(KEY_HEADER, key);
        let answer = accept(call.send().await?)?;
        answer.json().inspect_err(|_| {
            tracing::warn!(
                operation,
                bytes = answer.body().len(),
                "an answer of i-delibRE cannot be understood"
            );
        })
    }
}

/// Lets an answer pass that is one, and says what the others mean here. The words that i-delibRE sends with a refusal are dropped.
fn accept(answer: Answer) -> Result<Answer, ConnectorError> {
    match answer.status().as_u16() {
        300..=399 => Err(answer.error(ErrorKind::BadConfiguration).with_hint(
            "the API takes a key and never redirects: the address is wrong, or a proxy asks for a sign-in",
        )),
        400 => Err(answer.failure().with_hint("the request was refused as malformed, which is a defect of the connector")),
        401 => Err(answer.failure().with_hint(
            "the key of the structure was deleted or made again: copy the new one from Configurations, Clés d’api",
        )),
        403 => Err(answer.failure().with_hint("the key is not that of this structure")),
        _ => answer.success(),
    }
}
