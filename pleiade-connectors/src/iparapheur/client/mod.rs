//! A typed client of both generations of i-Parapheur, usable without the widget.

mod v4;
mod v5;

pub(super) use v4::FolderPage;
pub use v4::V4Session;
pub(super) use v5::TaskId;
pub use v5::{FolderState, V5Session};

use crate::http::{Answer, HttpClient};
use ::http::{Method, StatusCode, header};
use pleiade_core::{ConnectorError, ErrorKind, SecretString, Transport};
use serde::Deserialize;
use std::sync::Arc;
use url::Url;

/// An i-Parapheur.
#[derive(Debug, Clone)]
pub struct Client {
    http: HttpClient,
}

impl Client {
    /// A client of the instance at `url`.
    ///
    /// # Errors
    /// [`BadConfiguration`](ErrorKind::BadConfiguration) when it is not a plain `http` or `https` address.
    pub fn new(url: &Url, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        Ok(Self { http: HttpClient::new(url, transport)? })
    }

    /// Calls of version 5 with a person's token of the application's realm.
    #[must_use]
    pub fn v5(&self, token: SecretString) -> V5Session {
        V5Session::new(self.http.clone(), token)
    }

    /// Calls of version 4 with a ticket of the application.
    #[must_use]
    pub fn v4(&self, ticket: SecretString) -> V4Session {
        V4Session::new(self.http.clone(), ticket)
    }

    /// Asks version 4 for the level of its interface, without anybody's ticket.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn v4_level(&self) -> Result<u64, ConnectorError> {
        #[derive(Deserialize)]
        struct Level {
            #[serde(deserialize_with = "crate::kit::json::number")]
            level: u64,
        }
        let path = ["alfresco", "wcs", "parapheur", "api", "getApiLevel"];
        let call = self.http.call("read the level of the interface", Method::GET, &path, &[]);
        Ok(call.send().await?.success()?.json::<Level>()?.level)
    }

    /// Asks the identity provider of version 5 whether it is there, without anybody's token.
    ///
    /// # Errors
    /// Those of the application.
    pub async fn v5_realm(&self, realm: &str) -> Result<(), ConnectorError> {
        #[derive(Deserialize)]
        struct Realm {
            issuer: String,
        }
        let path = ["auth", "realms", realm, ".well-known", "openid-configuration"];
        let answer = self.http.call("read the realm", Method::GET, &path, &[]).send().await?.success()?;
        match answer.json::<Realm>()?.issuer.is_empty() {
            false => Ok(()),
            true => Err(answer.error(ErrorKind::BadAnswer)),
        }
    }
}

/// Lets a success of an action pass; its body means nothing.
fn done(answer: Answer) -> Result<(), ConnectorError> {
    match answer.status() {
        // The state of the folder does not allow it any more. The application's own words stay with it.
        StatusCode::BAD_REQUEST
        | StatusCode::METHOD_NOT_ALLOWED
        | StatusCode::NOT_ACCEPTABLE
        | StatusCode::PROXY_AUTHENTICATION_REQUIRED
        | StatusCode::CONFLICT => Err(answer.error(ErrorKind::NotFound).with_hint(STATE_CHANGED)),
        _ => answer.success().map(drop),
    }
}

/// The hint of an action that came too late.
pub(super) const STATE_CHANGED: &str = "the folder is no longer in the state in which it was shown";

/// The media type of every answer but PREMIS documents.
const JSON: &str = "application/json";

fn accepts<'a>(call: crate::http::Call<'a>, media_type: &str) -> crate::http::Call<'a> {
    call.header(header::ACCEPT, media_type)
}
