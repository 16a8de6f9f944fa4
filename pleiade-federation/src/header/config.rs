//! What an operator writes about one trusted proxy.

use pleiade_core::{SignInError, Subject};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};
use url::Url;

/// One trusted proxy. The people are those whom it names in its headers: any request from one of the declared addresses is believed, so
/// the server must not listen where anybody else may come from there.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct HeaderConfig {
    /// Addresses of the proxy, as the other end of its connections to the server.
    pub peers: Vec<IpAddr>,
    /// The issuer that vouches: the portal's address, `https://auth.opsn.example/`. It is part of every link to a person: never changed.
    pub issuer: String,
    /// The header of the stable key of a person, for example `Auth-Subject`. Never one that is given again to somebody else.
    pub subject: String,
    /// The header of the login.
    #[serde(default)]
    pub login: Option<String>,
    /// The header of the whole name.
    #[serde(default)]
    pub display_name: Option<String>,
    /// The header of the first name.
    #[serde(default)]
    pub given_name: Option<String>,
    /// The header of the family name.
    #[serde(default)]
    pub family_name: Option<String>,
    /// The header of the mail address.
    #[serde(default)]
    pub mail: Option<String>,
    /// The header of the groups.
    #[serde(default)]
    pub groups: Option<String>,
    /// Other headers for the mapping, by the name that the mapping gives them: `{ collectivite = "Auth-Collectivite" }`.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// The text between several values. Default: `;`.
    #[serde(default = "default_separator")]
    pub separator: String,
    /// Headers among those above whose value comes in base64, as names with accents must: `encode_base64($cn,'')` in LemonLDAP::NG.
    #[serde(default)]
    pub base64: Vec<String>,
    /// The address to which the browser goes after a sign-out here: the portal's own, `https://auth.opsn.example/?logout=1`. Without it
    /// the portal lets the person in again at once.
    #[serde(default)]
    pub sign_out: Option<Url>,
}

fn default_separator() -> String {
    ";".into()
}

impl HeaderConfig {
    /// A proxy that gives the key of a person and nothing else.
    #[must_use]
    pub fn new(peers: Vec<IpAddr>, issuer: impl Into<String>, subject: impl Into<String>) -> Self {
        Self {
            peers,
            issuer: issuer.into(),
            subject: subject.into(),
            login: None,
            display_name: None,
            given_name: None,
            family_name: None,
            mail: None,
            groups: None,
            attributes: BTreeMap::new(),
            separator: default_separator(),
            base64: Vec::new(),
            sign_out: None,
        }
    }

    /// Every header that is read.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let optional =
            [&self.login, &self.display_name, &self.given_name, &self.family_name, &self.mail, &self.groups];
        [&self.subject]
            .into_iter()
            .chain(optional.into_iter().flatten())
            .chain(self.attributes.values())
            .map(String::as_str)
    }

    pub(super) fn check(&self) -> Result<(), SignInError> {
        let wrong = |why| Err(SignInError::Misconfigured(why));
        if self.peers.is_empty() {
            return wrong("name at least one address in peers");
        }
        if self.peers.iter().any(|peer| peer.is_unspecified() || peer.is_multicast()) {
            return wrong("each of peers is the address of one machine");
        }
        if Subject::new(&self.issuer, "somebody").is_err() {
            return wrong("the issuer is 1 to 255 printable characters");
        }
        let inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let shaped = |name: &str| {
            name.contains('-')
                && name.bytes().all(inside)
                && !NEVER.iter().any(|taken| name.eq_ignore_ascii_case(taken))
        };
        if !self.names().all(shaped) {
            return wrong(
                "a header's name is letters, digits and - with at least one -, and no header of browsers and proxies",
            );
        }
        let known: BTreeSet<String> = self.names().map(str::to_ascii_lowercase).collect();
        if !self.base64.iter().all(|name| known.contains(&name.to_ascii_lowercase())) {
            return wrong("base64 names a header that is not read");
        }
        if self.separator.is_empty() {
            return wrong("the separator is not empty");
        }
        if self.sign_out.as_ref().is_some_and(|url| !matches!(url.scheme(), "http" | "https")) {
            return wrong("sign_out must begin with https://");
        }
        Ok(())
    }
}

/// Headers whose loss from other people's requests would break the server.
const NEVER: [&str; 12] = [
    "accept-encoding",
    "accept-language",
    "content-length",
    "content-type",
    "if-none-match",
    "last-event-id",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "user-agent",
    "x-forwarded-for",
    "x-forwarded-proto",
];
