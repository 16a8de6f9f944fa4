//! Every cookie of the server: its name, its protection, how long a browser keeps it.
//!
//! Threat: a neighbouring host that sets or reads our cookie. The `__Host-` prefix makes browsers refuse it without `Secure`, with a
//! `Domain` or with another path. Browsers take `Secure` cookies over plain http on loopback in part only (Chromium and Firefox do
//! for `localhost`, Safari does not), so a site without https, which may only be loopback, uses another name.

use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use chrono::TimeDelta;
use pleiade_core::{ExposeSecret, SecretString};
use std::borrow::Cow;
use url::{Host, Url};

/// The rule by which cookies are named and protected on this instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieRule {
    secure: bool,
}

impl CookieRule {
    /// For https.
    pub const SECURE: Self = Self { secure: true };

    /// For plain http on the same machine only.
    pub const LOOPBACK: Self = Self { secure: false };

    /// The rule of a public address; none when it is neither https nor loopback.
    #[must_use]
    pub fn for_public_url(url: &Url) -> Option<Self> {
        match url.scheme() {
            "https" => Some(Self::SECURE),
            "http" if is_loopback(url) => Some(Self::LOOPBACK),
            _ => None,
        }
    }

    /// True if cookies are sent over https alone.
    #[must_use]
    pub fn is_secure(self) -> bool {
        self.secure
    }

    /// The name of the session's cookie.
    #[must_use]
    pub fn session_name(self) -> &'static str {
        if self.secure { "__Host-pleiade" } else { "pleiade-demo" }
    }

    /// The beginning of the names of the cookies of sign-ins under way.
    #[must_use]
    pub fn sign_in_name(self) -> &'static str {
        if self.secure { "__Host-pleiade-sign-in" } else { "pleiade-demo-sign-in" }
    }

    /// The name of the cookie by which a return from a provider's sign-out is recognised.
    fn sign_out_name(self) -> &'static str {
        if self.secure { "__Host-pleiade-sign-out" } else { "pleiade-demo-sign-out" }
    }

    /// The state of a sign-out under way at a provider that this browser kept, if any.
    #[must_use]
    pub fn sign_out_state(self, jar: &CookieJar) -> Option<String> {
        Some(jar.get(self.sign_out_name())?.value().to_owned()).filter(|state| !state.is_empty())
    }

    /// The cookie of a sign-out under way at a provider, for ten minutes.
    #[must_use]
    pub fn sign_out(self, state: &SecretString) -> Cookie<'static> {
        self.lasting(self.sign_out_name(), state.expose_secret().to_owned(), TimeDelta::minutes(10))
    }

    /// Removes it.
    #[must_use]
    pub fn no_sign_out(self) -> Cookie<'static> {
        self.removal(self.sign_out_name())
    }

    /// The name of the cookie that holds something sealed (see `web::sealed`) for this purpose.
    #[must_use]
    pub fn sealed_name(self, purpose: &str) -> String {
        format!("{}-{purpose}", self.session_name())
    }

    /// The name of the cookie that remembers which collectivité was chosen on the common host.
    #[must_use]
    pub fn tenant_name(self) -> &'static str {
        if self.secure { "__Host-pleiade-tenant" } else { "pleiade-demo-tenant" }
    }

    /// The session's cookie. It lasts as long as the browser; the real limits are the server's.
    #[must_use]
    pub fn session(self, value: &SecretString) -> Cookie<'static> {
        self.cookie(self.session_name(), value.expose_secret().to_owned())
    }

    /// Removes the session's cookie.
    #[must_use]
    pub fn no_session(self) -> Cookie<'static> {
        self.removal(self.session_name())
    }

    /// A cookie that the browser keeps for so long.
    #[must_use]
    pub fn lasting(
        self,
        name: impl Into<Cow<'static, str>>,
        value: String,
        life: TimeDelta,
    ) -> Cookie<'static> {
        let mut cookie = self.cookie(name, value);
        cookie.set_max_age(life.to_std().ok().and_then(|life| life.try_into().ok()));
        cookie
    }

    /// Removes a cookie of ours.
    #[must_use]
    pub fn removal(self, name: impl Into<Cow<'static, str>>) -> Cookie<'static> {
        let mut cookie = self.cookie(name, String::new());
        cookie.make_removal();
        cookie
    }

    /// `Lax`: with `Strict` the browser would not send it on the way back from the identity provider.
    fn cookie(self, name: impl Into<Cow<'static, str>>, value: String) -> Cookie<'static> {
        Cookie::build((name, value))
            .path("/")
            .secure(self.secure)
            .http_only(true)
            .same_site(SameSite::Lax)
            .build()
    }
}

/// True if an address can only mean this machine: `localhost` and names below it (RFC 6761), and loopback addresses.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(url: &str) -> Option<CookieRule> {
        CookieRule::for_public_url(&url.parse().unwrap())
    }

    #[test]
    fn plain_http_is_for_loopback_alone() {
        assert_eq!(rule("https://bureau.ville.example/"), Some(CookieRule::SECURE));
        assert_eq!(rule("https://localhost/"), Some(CookieRule::SECURE));
        for url in
            ["http://localhost:8080/", "http://desk.pleiade.localhost/", "http://127.0.0.1/", "http://[::1]/"]
        {
            assert_eq!(rule(url), Some(CookieRule::LOOPBACK), "{url}");
        }
        for url in [
            "http://bureau.ville.example/",
            "http://localhost.example/",
            "http://192.168.1.2/",
            "ftp://localhost/",
        ] {
            assert_eq!(rule(url), None, "{url}");
        }
    }

    #[test]
    fn a_secure_session_cookie_fulfils_the_host_prefix() {
        let shown = CookieRule::SECURE.session(&SecretString::from("v")).to_string();
        assert_eq!(shown, "__Host-pleiade=v; HttpOnly; SameSite=Lax; Secure; Path=/");
        let gone = CookieRule::SECURE.no_session().to_string();
        assert!(
            gone.starts_with("__Host-pleiade=;") && gone.contains("Max-Age=0") && gone.contains("Secure"),
            "{gone}"
        );
    }
}
