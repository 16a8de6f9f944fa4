//! What an operator writes about one CAS server.

use pleiade_core::SignInError;
use serde::Deserialize;
use std::net::IpAddr;
use url::{Host, Url};

/// One CAS server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CasConfig {
    /// The address of the CAS server, before `/login`: `https://auth.opsn.example/cas` for LemonLDAP::NG. It is part of every link to a
    /// person: never changed.
    pub server: Url,
    /// The address to which the browser comes back: `https://HOST/sign-in/SOURCE/callback`. Declare to the server the folder with its
    /// final slash, `https://HOST/sign-in/SOURCE/`, and have it compare whole prefixes.
    pub service: Url,
    /// Your word that the server never gives a user name to somebody else, which is all that tells people apart here. Must be `true`: the
    /// name of somebody who left and comes back to a namesake opens the account of the first.
    #[serde(default)]
    pub stable_users: bool,
    /// The version of the protocol, 2 or 3. Default: 3.
    #[serde(default)]
    pub version: Version,
    /// Asks for the password even of somebody who already has a session there. Default: `false`.
    #[serde(default)]
    pub renew: bool,
    /// Lets in without a question whoever has a session there, and nobody else: no password page is shown. Default: `false`.
    #[serde(default)]
    pub gateway: bool,
    /// The applications that are called in the person's name with proxy tickets. Default: none.
    #[serde(default)]
    pub proxy: Option<ProxyConfig>,
    /// The sessions that end at the server when a person signs out here. Default: `everywhere`.
    #[serde(default)]
    pub sign_out: SignOut,
    /// Accepts a server in plain `http` that is not on this machine. Default: `false`; for a closed network only.
    #[serde(default)]
    pub plain_http: bool,
}

/// Proxy tickets of one CAS server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ProxyConfig {
    /// The address to which the server brings proxy-granting tickets, as it reaches us: `https://HOST/sign-in/SOURCE/pgt`.
    pub callback: Url,
    /// Base addresses of the applications for which tickets are bought, each with its final `/`: `https://pastell.opsn.example/`. The
    /// server does not check them.
    pub targets: Vec<Url>,
}

impl ProxyConfig {
    /// Tickets brought here, for these applications.
    #[must_use]
    pub fn new(callback: Url, targets: Vec<Url>) -> Self {
        Self { callback, targets }
    }
}

/// The versions of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "u8")]
#[non_exhaustive]
pub enum Version {
    /// CAS 2: `serviceValidate`.
    Two,
    /// CAS 3: `p3/serviceValidate`.
    #[default]
    Three,
}

impl TryFrom<u8> for Version {
    type Error = &'static str;
    fn try_from(number: u8) -> Result<Self, Self::Error> {
        match number {
            2 => Ok(Self::Two),
            3 => Ok(Self::Three),
            _ => Err("the versions of CAS are 2 and 3"),
        }
    }
}

/// The sessions that end at the server when a person signs out here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SignOut {
    /// The browser goes to the server's own sign-out.
    #[default]
    Everywhere,
    /// Nothing.
    LocalOnly,
}

impl CasConfig {
    /// A server with every default, whose user names are stable.
    #[must_use]
    pub fn new(server: Url, service: Url) -> Self {
        Self {
            server,
            service,
            stable_users: true,
            version: Version::default(),
            renew: false,
            gateway: false,
            proxy: None,
            sign_out: SignOut::default(),
            plain_http: false,
        }
    }

    pub(super) fn check(&self) -> Result<(), SignInError> {
        let wrong = |why| Err(SignInError::Misconfigured(why));
        if !self.stable_users {
            return wrong(
                "write stable_users = true once the CAS server sends a user name that is never given again",
            );
        }
        let plain = |url: &Url| url.query().is_none() && url.fragment().is_none() && is_page(url);
        if !plain(&self.server) {
            return wrong("write the CAS server's address as https://host/cas");
        }
        if self.server.scheme() == "http" && !self.plain_http && !is_here(&self.server) {
            return wrong("the CAS server must be https; plain_http accepts http in a closed network");
        }
        if !plain(&self.service) {
            return wrong("the service is a whole address without query");
        }
        if self.renew && self.gateway {
            return wrong("renew asks for the password and gateway never does: choose one");
        }
        if let Some(proxy) = &self.proxy {
            if !plain(&proxy.callback) {
                return wrong("the proxy callback is a whole address without query");
            }
            let base = |url: &Url| plain(url) && url.path().ends_with('/');
            if proxy.targets.is_empty() || !proxy.targets.iter().all(base) {
                return wrong("each proxy target is a whole address that ends with /");
            }
        }
        Ok(())
    }

    /// An address under the server's own.
    pub(super) fn endpoint(&self, path: &str) -> Url {
        let mut url = self.server.clone();
        url.set_path(&format!("{}/{path}", self.server.path().trim_end_matches('/')));
        url
    }

    /// The server as an issuer of user names.
    pub(super) fn issuer(&self) -> String {
        self.server.as_str().trim_end_matches('/').to_owned()
    }
}

fn is_page(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}
