//! A typed client of Nextcloud, usable without the widgets.
//!
//! [`Client`] holds the address; [`Session`] makes calls with one person's [`Authorization`]. Nothing is kept between two calls: no cookie,
//! no session of the server, because a replayed cookie mixes people up.

mod account;
mod calendar;
mod dav;
mod deck;
mod files;
mod ical;
mod login;
mod notifications;
mod ocs;
mod search;
mod talk;
mod zone;

pub use account::{Apps, Capabilities, Presence, Quota, ServerStatus, User};
pub use calendar::{Calendar, Event, Task};
pub use deck::{Card, Upcoming};
pub use files::{File, PendingRemoteShare, Share};
pub use login::{AppPassword, LoginFlow};
pub use notifications::{MAX_NOTIFICATIONS, Notification, Notifications};
pub use search::FoundEntry;
pub use talk::{LastMessage, Room};

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

/// The authorization of one person's calls.
#[derive(Clone)]
pub enum Authorization {
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

impl fmt::Debug for Authorization {
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
    pub fn session(&self, auth: &Authorization, locale: Locale) -> Session {
        Session { client: self.clone(), auth: Arc::new(auth.clone()), locale }
    }
}

/// Calls in the name of one person.
#[derive(Debug, Clone)]
pub struct Session {
    client: Client,
    auth: Arc<Authorization>,
    locale: Locale,
}

impl Session {
    /// The addresses that people open.
    #[must_use]
    pub fn links(&self) -> &Links {
        &self.client.links
    }

    /// The same session in another language.
    #[must_use]
    pub fn in_locale(mut self, locale: Locale) -> Self {
        self.locale = locale;
        self
    }

    /// A call of the OCS interface. `format=json` is always in the address: errors raised before the controller ignore `Accept`.
    fn ocs(
        &self,
        operation: &'static str,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Call<'_> {
        let segments: Vec<&str> = ["ocs", "v2.php"].iter().chain(path).copied().collect();
        let query: Vec<(&str, &str)> = query.iter().copied().chain([("format", "json")]).collect();
        self.signed(self.client.http.call(operation, method, &segments, &query))
            .header(header::ACCEPT, "application/json")
    }

    /// A call of the DAV interface.
    fn dav(&self, operation: &'static str, method: &'static [u8], path: &[&str], body: String) -> Call<'_> {
        let segments: Vec<&str> = ["remote.php", "dav"].iter().chain(path).copied().collect();
        let method = Method::from_bytes(method).unwrap_or_default();
        self.signed(self.client.http.call(operation, method, &segments, &[]))
            .body("text/xml; charset=utf-8", body)
    }

    fn signed<'a>(&self, call: Call<'a>) -> Call<'a> {
        let call = call.header(OCS_API_REQUEST, "true").header(header::ACCEPT_LANGUAGE, self.locale.tag());
        match &*self.auth {
            Authorization::Bearer(token) => call.bearer(token),
            Authorization::Basic { login, password } => call.basic(login, password),
        }
    }
}
