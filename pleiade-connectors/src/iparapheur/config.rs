//! What an operator writes to declare an i-Parapheur.

use pleiade_core::{ConnectorError, CredentialKind, ErrorKind};
use serde::Deserialize;
use url::Url;

/// Requests of one reading at most, whatever the operator writes.
const MAX_REQUESTS: u8 = 60;
/// Requests without which nothing useful could be read.
const MIN_REQUESTS: u8 = 10;
/// Lines of a card at most: each may cost a request.
const MAX_FOLDERS: u8 = 40;

/// One i-Parapheur. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct IparapheurConfig {
    /// The address that the portal calls, without any path of the application: `https://parapheur.ville.fr`. Plain `http` is refused, but for
    /// this very machine.
    pub url: Url,
    /// The address that people open, when it is not `url`.
    #[serde(default)]
    pub public_url: Option<Url>,
    /// The name that people read.
    #[serde(default = "default_name")]
    pub name: String,
    /// The version of the application, which says what it can do: `4`, `5.0`, `5.1` or `5.2`, the latter for every later one too.
    pub version: IparapheurVersion,
    /// The way in which the portal authenticates; the usual one of the version unless told otherwise.
    #[serde(default)]
    pub access: Option<IparapheurAuthMethod>,
    /// True if folders received by delegation count among those to process. Version 5 keeps them apart.
    #[serde(default)]
    pub sum_delegated: bool,
    /// Folders shown at most: 1 to 40. In version 5 each costs a request, which tells what it asks.
    #[serde(default = "default_folders")]
    pub folders: u8,
    /// Requests that one reading makes at most: 10 to 60. Desks beyond it are named on the card, and sums become minimums.
    #[serde(default = "default_requests")]
    pub requests: u8,
    /// True if the interface of the web application itself, which may change with any version, is read too: in version 5, the delegations of
    /// each desk.
    #[serde(default)]
    pub internal_api: bool,
    /// Version 4 with `access = "cas"`: the service for which the application takes proxy tickets, exactly as it is configured there;
    /// `<url>/alfresco` unless told otherwise.
    #[serde(default)]
    pub cas_service: Option<String>,
    /// Version 4: the login in the application, in which `{login}` is the person's; `{login}@ville` where several collectivités share it.
    #[serde(default = "default_login")]
    pub login: String,
    /// Version 4: minutes for which a ticket of the application serves, 1 to 60. It is also given up as soon as it is refused.
    #[serde(default = "default_ticket_minutes")]
    pub ticket_minutes: u8,
    /// Version 5: the Keycloak realm of the application, which the probe asks.
    #[serde(default = "default_realm")]
    pub realm: String,
    /// Version 5: the page of a desk, from the public address, with `{tenant}` and `{desk}`; the home page when it is empty.
    #[serde(default = "default_desk_page")]
    pub desk_page: String,
    /// Version 5: the page of a folder, from the public address, with `{tenant}`, `{desk}` and `{folder}`; the home page when it is empty.
    #[serde(default = "default_folder_page")]
    pub folder_page: String,
}

/// A version of the application, as far as it changes what the portal does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[non_exhaustive]
pub enum IparapheurVersion {
    /// 4.1 to 4.7: web scripts of Alfresco. Visas and rejections are posted.
    #[serde(rename = "4")]
    V4,
    /// 5.0: its interface has no visa. Rejections are posted.
    #[serde(rename = "5.0")]
    V5_0,
    /// 5.1, from 5.1.22 on. Visas and rejections are posted.
    #[serde(rename = "5.1")]
    V5_1,
    /// 5.2, from 5.2.13 on, and later. Visas are posted; its interface has no rejection.
    #[serde(rename = "5.2")]
    V5_2,
}

impl IparapheurVersion {
    /// True for the web scripts of version 4.
    #[must_use]
    pub fn is_v4(self) -> bool {
        self == Self::V4
    }

    /// True if a visa can be posted.
    #[must_use]
    pub fn has_visa(self) -> bool {
        self != Self::V5_0
    }

    /// True if a rejection can be posted.
    #[must_use]
    pub fn has_rejection(self) -> bool {
        self != Self::V5_2
    }
}

/// The ways of authenticating to the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IparapheurAuthMethod {
    /// Version 4 behind CAS, and usual there: a proxy ticket opens a session.
    Cas,
    /// Version 4 where the portal alone reaches `forceLogin`, which opens a session for any login without a password. It must answer to the
    /// portal's address and to no other.
    ForceLogin,
    /// Version 5, and usual there: the person's own token of the application's realm.
    PersonToken,
}

impl IparapheurAuthMethod {
    /// The kinds of credential that serve this mode.
    #[must_use]
    pub fn accepts(self) -> &'static [CredentialKind] {
        match self {
            Self::Cas => &[CredentialKind::ProxyTicket],
            Self::ForceLogin => &[CredentialKind::ActingLogin],
            Self::PersonToken => &[CredentialKind::PersonToken],
        }
    }
}

impl IparapheurConfig {
    /// An instance with every default.
    #[must_use]
    pub fn new(url: Url, version: IparapheurVersion) -> Self {
        Self {
            url,
            public_url: None,
            name: default_name(),
            version,
            access: None,
            sum_delegated: false,
            folders: default_folders(),
            requests: default_requests(),
            internal_api: false,
            cas_service: None,
            login: default_login(),
            ticket_minutes: default_ticket_minutes(),
            realm: default_realm(),
            desk_page: default_desk_page(),
            folder_page: default_folder_page(),
        }
    }

    /// The way in which the portal authenticates.
    #[must_use]
    pub fn auth_method(&self) -> IparapheurAuthMethod {
        self.access.unwrap_or(match self.version {
            IparapheurVersion::V4 => IparapheurAuthMethod::Cas,
            _ => IparapheurAuthMethod::PersonToken,
        })
    }

    /// # Errors
    /// [`ErrorKind::BadConfiguration`], whose hint names the key.
    pub(super) fn check(&self) -> Result<(), ConnectorError> {
        let wrong = |hint: &'static str| {
            Err(ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration").with_hint(hint))
        };
        let is_of_v4 = self.auth_method() != IparapheurAuthMethod::PersonToken;
        if is_of_v4 != self.version.is_v4() {
            return wrong(match self.version.is_v4() {
                true => "`access` is `cas` or `force_login` with this `version`",
                false => "`access` is `person_token` with this `version`",
            });
        }
        if self.url.scheme() != "https" && !is_loopback(&self.url) {
            return wrong("`url` begins with https: tickets and tokens would travel in the clear");
        }
        if self.url.path() != "/" {
            return wrong("`url` is the server alone, without a path: https://parapheur.example/");
        }
        if !(1..=MAX_FOLDERS).contains(&self.folders) {
            return wrong("`folders` is 1 to 40");
        }
        if !(MIN_REQUESTS..=MAX_REQUESTS).contains(&self.requests) {
            return wrong("`requests` is 10 to 60");
        }
        if !(1..=60).contains(&self.ticket_minutes) {
            return wrong("`ticket_minutes` is 1 to 60");
        }
        if !self.login.contains("{login}") {
            return wrong("`login` holds {login}: without it everybody would be the same person");
        }
        Ok(())
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn default_name() -> String {
    "i-Parapheur".to_owned()
}

fn default_folders() -> u8 {
    15
}

fn default_requests() -> u8 {
    50
}

fn default_login() -> String {
    "{login}".to_owned()
}

fn default_ticket_minutes() -> u8 {
    25
}

fn default_realm() -> String {
    "api".to_owned()
}

fn default_desk_page() -> String {
    "/tenant/{tenant}/desk/{desk}/pending".to_owned()
}

fn default_folder_page() -> String {
    "/tenant/{tenant}/desk/{desk}/folder/{folder}".to_owned()
}
