//! LemonLDAP::NG beyond sign-in: the menu of applications that it grants a person, and what it remembers of their sign-ins.
//!
//! The portal is asked in the person's name with their session there. That session's id is as good as their password: it is kept
//! secret, sent to the configured portal only, and never shown. Versions 2.16 and 2.21 differ in what they tell; both are read, and so are
//! answers that announce UTF-8 and are Latin-1 (seen from 2.16).

mod menu;
mod session;

pub use menu::Menu;
pub use session::{Connection, Outcome, PortalSession, PortalSessions};

use bytes::Bytes;
use http::{Request, StatusCode, header};
use pleiade_core::{
    ConnectorError, ErrorKind, ExposeSecret, Limits, SecretString, Text, Transport, TransportError,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{sync::Arc, time::Duration};
use url::Url;

const LIMITS: Limits = Limits::DEFAULT.with_deadline(Duration::from_secs(5)).with_max_body_bytes(1 << 20);

/// The settings of a portal.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LemonldapConfig {
    /// The portal's address, for example `https://auth.opsn.example/`.
    pub portal: Url,
    /// The name of its session cookie. Default: `lemonldap`.
    #[serde(default = "default_cookie")]
    pub cookie: String,
    /// The claim in which the portal hands its session id to us over OpenID Connect (a macro over `$_session_id`, declared in
    /// LemonLDAP::NG for this client only). Default: `_session_id`.
    #[serde(default = "default_claim")]
    pub session_claim: String,
}

fn default_cookie() -> String {
    "lemonldap".into()
}

fn default_claim() -> String {
    "_session_id".into()
}

impl LemonldapConfig {
    /// A portal with every default.
    #[must_use]
    pub fn new(portal: Url) -> Self {
        Self { portal, cookie: default_cookie(), session_claim: default_claim() }
    }
}

/// A client of one address of a portal.
#[derive(Debug, Clone)]
struct Client {
    address: Url,
    cookie: String,
    operation: &'static str,
    transport: Arc<dyn Transport>,
}

impl Client {
    fn new(
        config: &LemonldapConfig,
        path: &str,
        operation: &'static str,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        let wrong = |hint| ConnectorError::new(ErrorKind::BadConfiguration, operation).with_hint(hint);
        let portal = &config.portal;
        if !matches!(portal.scheme(), "http" | "https") || !portal.has_host() || portal.query().is_some() {
            return Err(wrong("write the portal's address as https://host/"));
        }
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
        if config.cookie.is_empty() || !config.cookie.bytes().all(token) {
            return Err(wrong("the cookie's name holds something else than letters, digits, _ - ."));
        }
        let mut address = portal.clone();
        address.set_fragment(None);
        address.set_path(&format!("{}/{path}", portal.path().trim_end_matches('/')));
        Ok(Self { address, cookie: config.cookie.clone(), operation, transport })
    }

    fn error(&self, kind: ErrorKind) -> ConnectorError {
        ConnectorError::new(kind, self.operation)
    }

    /// The JSON object that the portal answers to the person whose session this is.
    async fn get(&self, session: &SecretString) -> Result<Map<String, Value>, ConnectorError> {
        let id = session.expose_secret();
        if id.is_empty() || id.len() > 256 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(self.error(ErrorKind::Unauthenticated));
        }
        let request = Request::get(self.address.as_str())
            .header(header::ACCEPT, "application/json")
            .header(header::COOKIE, format!("{}={id}", self.cookie))
            .body(Bytes::new())
            .map_err(|_| self.error(ErrorKind::BadConfiguration))?;
        let answer = self.transport.send(request, LIMITS).await.map_err(|fault| {
            self.error(match fault {
                TransportError::Forbidden => ErrorKind::BadConfiguration,
                TransportError::Deadline => ErrorKind::Timeout,
                TransportError::TooLarge => ErrorKind::TooLarge,
                TransportError::Truncated => ErrorKind::BadAnswer,
                _ => ErrorKind::Unreachable,
            })
        })?;
        let refused = match answer.status() {
            StatusCode::OK => None,
            StatusCode::UNAUTHORIZED | StatusCode::FOUND => Some(ErrorKind::Unauthenticated),
            StatusCode::FORBIDDEN => Some(ErrorKind::Forbidden),
            StatusCode::NOT_FOUND => Some(ErrorKind::NotFound),
            status if status.is_server_error() => Some(ErrorKind::Unreachable),
            _ => Some(ErrorKind::BadAnswer),
        };
        match refused {
            Some(kind) => Err(self.error(kind)),
            None => parse_answer(answer.body()).map_err(|kind| self.error(kind)),
        }
    }
}

/// UTF-8 where it is, Latin-1 where it is not: a menu with a wrong letter is better than no menu.
fn decode(body: &[u8]) -> String {
    match std::str::from_utf8(body) {
        Ok(text) => text.to_owned(),
        Err(_) => body.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// A number that may come as a text.
fn number(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    }
}

/// An answer of the portal that is not a refusal.
fn parse_answer(body: &[u8]) -> Result<Map<String, Value>, ErrorKind> {
    let text = decode(body);
    let answer: Map<String, Value> = match serde_json::from_str(&text) {
        Ok(Value::Object(answer)) => answer,
        // The sign-in page, served with 200.
        _ if text.trim_start().starts_with('<') => return Err(ErrorKind::Unauthenticated),
        _ => return Err(ErrorKind::BadAnswer),
    };
    // `result` is 1 on success and 0 with an error; either may be a number or a string.
    if number(answer.get("result")) == Some(0) {
        return Err(match number(answer.get("error")) {
            Some(1 | 9) => ErrorKind::Unauthenticated,
            _ => ErrorKind::BadAnswer,
        });
    }
    Ok(answer)
}

fn line(text: &str) -> Option<String> {
    match Text::plain(text) {
        Text::Plain(line) if !line.is_empty() => Some(line),
        _ => None,
    }
}
