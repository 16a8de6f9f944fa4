//! A typed client of Nextcloud, usable without the widgets.
//!
//! [`Client`] holds the address; [`Session`] makes calls with one person's [`Access`]. Nothing is kept between two calls: no cookie,
//! no session of the server, because a replayed cookie mixes people up.

mod account;
mod calendar;
mod dashboard;
mod dav;
mod deck;
mod files;
mod ical;
mod login;
mod notifications;
mod ocs;
mod talk;

pub use account::{App, Capabilities, Presence, Quota, ServerStatus, User, UserStatus};
pub use calendar::{Calendar, Event, Task};
pub use dashboard::{Activity, DashboardItem, DashboardItems};
pub use deck::{Card, Upcoming};
pub use files::{File, PendingRemoteShare, Recommendation, Share};
pub use login::{AppPassword, LoginFlow};
pub use notifications::{LIST_CAP, Notification, Notifications};
pub use talk::{LastMessage, Room};

pub(super) use ocs::is_refused_credential;

use super::links::Links;
use crate::http::{Call, HttpClient};
use ::http::{HeaderName, Method, header};
use pleiade_core::{ConnectorError, Locale, SecretString, Transport};
use std::{fmt, sync::Arc};
use url::Url;

const OCS_API_REQUEST: HeaderName = HeaderName::from_static("ocs-apirequest");

/// A Nextcloud server.
#[derive(Debug, Clone)]
pub struct Client {
    http: HttpClient,
    links: Links,
}

/// What opens the server for one person.
#[derive(Clone)]
pub enum Access {
    /// An app password or an OpenID Connect access token, sent as a bearer token.
    Bearer(SecretString),
    /// A login and an app password.
    Basic {
        /// The login name, not the display name.
        login: String,
        /// The app password.
        password: SecretString,
    },
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bearer(_) => "Bearer(…)",
            Self::Basic { .. } => "Basic(…)",
        })
    }
}

impl Client {
    /// A client of the server at `url`, whose people open it at `public_url`.
    ///
    /// # Errors
    /// [`BadConfiguration`](pleiade_core::ErrorKind::BadConfiguration) when an address is not a plain `http` or `https` address.
    pub fn new(
        url: &Url,
        public_url: Option<&Url>,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        let http = HttpClient::new(url, Arc::clone(&transport))?;
        let public = HttpClient::new(public_url.unwrap_or(url), transport)?.base().clone();
        Ok(Self { links: Links::new(public, url.clone()), http })
    }

    /// The addresses that people open.
    #[must_use]
    pub fn links(&self) -> &Links {
        &self.links
    }

    /// Calls in the name of one person. `locale` counts only for people who chose no language in Nextcloud.
    #[must_use]
    pub fn session<'a>(&'a self, access: &'a Access, locale: Locale) -> Session<'a> {
        Session { client: self, access, locale }
    }
}

/// Calls in the name of one person.
#[derive(Debug, Clone, Copy)]
pub struct Session<'a> {
    client: &'a Client,
    access: &'a Access,
    locale: Locale,
}

impl<'a> Session<'a> {
    /// The addresses that people open.
    #[must_use]
    pub fn links(&self) -> &'a Links {
        &self.client.links
    }

    /// A call of the OCS interface. `format=json` is always in the address: errors raised before the controller ignore `Accept`.
    fn ocs(
        &self,
        operation: &'static str,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Call<'a> {
        let segments: Vec<&str> = ["ocs", "v2.php"].iter().chain(path).copied().collect();
        let query: Vec<(&str, &str)> = query.iter().copied().chain([("format", "json")]).collect();
        self.signed(self.client.http.call(operation, method, &segments, &query))
            .header(header::ACCEPT, "application/json")
    }

    /// A call of the DAV interface.
    fn dav(&self, operation: &'static str, method: &'static [u8], path: &[&str], body: String) -> Call<'a> {
        let segments: Vec<&str> = ["remote.php", "dav"].iter().chain(path).copied().collect();
        let method = Method::from_bytes(method).unwrap_or_default();
        self.signed(self.client.http.call(operation, method, &segments, &[]))
            .body("text/xml; charset=utf-8", body)
    }

    fn signed(&self, call: Call<'a>) -> Call<'a> {
        let call = call.header(OCS_API_REQUEST, "true").header(header::ACCEPT_LANGUAGE, self.locale.tag());
        match self.access {
            Access::Bearer(token) => call.bearer(token),
            Access::Basic { login, password } => call.basic(login, password),
        }
    }
}
