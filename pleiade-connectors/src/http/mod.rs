//! Calls to applications.
//!
//! [`HttpClient`] is what a connector uses: it knows one base address, builds paths from encoded segments, enforces the limits and
//! turns transport faults into [`ConnectorError`]s. The network itself is an injected [`Transport`].

mod address;
mod dialer;
mod hardened;
mod identity;
mod renewing;
mod status;

pub use dialer::{CountedStream, Dialed, DialedTls, HardenedDialer, TooMuch};
pub use hardened::{HardenedBuilder, HardenedError, HardenedTransport, Resolver, SystemResolver};
pub use identity::{ClientIdentity, IdentityError};
pub use renewing::{IDENTITY_CHECK_INTERVAL, IdentityFiles, RenewingTransport};
pub use status::{kind_of_status, kind_of_transport};

use ::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use pleiade_core::{
    ConnectorError, ErrorKind, ExposeSecret, Limits, Retry, SecretString, Transport, TransportError,
};
use serde::{Serialize, de::DeserializeOwned};
use std::{borrow::Cow, fmt, sync::Arc, time::Duration};
use url::Url;

/// Everything but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A client of one upstream instance. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct HttpClient {
    base: Url,
    transport: Arc<dyn Transport>,
    limits: Limits,
}

/// A call under construction.
pub struct Call<'a> {
    client: &'a HttpClient,
    operation: Cow<'static, str>,
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Bytes,
    limits: Limits,
    /// The part that could not be put into the request; reported by `send`.
    unsound: Option<&'static str>,
}

/// Neither the address, whose query may be personal, nor headers, nor the body are shown.
impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// True if an address can be the one below which an application is found: `http` or `https`, without user, query or fragment.
pub(crate) fn is_plain_base(base: &Url) -> bool {
    matches!(base.scheme(), "http" | "https")
        && base.has_host()
        && base.username().is_empty()
        && base.password().is_none()
        && base.query().is_none()
        && base.fragment().is_none()
}

impl HttpClient {
    /// A client of the instance at `base`, which may have a path (`https://ville.example/nextcloud`).
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when `base` is not an `http` or `https` address, or holds a user name, a query or a fragment.
    pub fn new(base: &Url, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        if !is_plain_base(base) {
            return Err(ConnectorError::new(
                ErrorKind::BadConfiguration,
                "read the address of the application",
            )
            .with_hint("write it as https://host/path, without user, query or fragment"));
        }
        Ok(Self { base: base.clone(), transport, limits: Limits::default() })
    }

    /// Other limits than [`Limits::default`].
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The base address.
    #[must_use]
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// An address below the base. Each segment is percent-encoded whole: what comes from an application or a person cannot leave its
    /// segment. An empty last segment gives a final `/`.
    #[must_use]
    pub fn url(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        let mut path = url.path().trim_end_matches('/').to_owned();
        for segment in segments {
            path.push('/');
            match *segment {
                // Addresses are normalised with their dots decoded, so no encoding keeps these two in place: they become a name
                // that exists nowhere.
                "." | ".." => path.push_str("%EF%BF%BD"),
                other => path.extend(utf8_percent_encode(other, SEGMENT)),
            }
        }
        url.set_path(&path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// Starts a call; `operation` names it in errors, in the connector's own terms.
    #[must_use]
    pub fn call(
        &self,
        operation: impl Into<Cow<'static, str>>,
        method: Method,
        segments: &[&str],
        query: &[(&str, &str)],
    ) -> Call<'_> {
        Call {
            client: self,
            operation: operation.into(),
            method,
            url: self.url(segments, query),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            limits: self.limits,
            unsound: None,
        }
    }
}

impl Call<'_> {
    /// Sets a query that is one word without a value, as `?ws`.
    #[must_use]
    pub fn bare_query(mut self, word: &'static str) -> Self {
        self.url.set_query(Some(word));
        self
    }

    /// Adds a header. A value that no header can hold makes [`Self::send`] fail.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(value) => drop(self.headers.insert(name, value)),
            Err(_) => self.unsound = Some("a value cannot be sent in a header"),
        }
        self
    }

    /// Adds a header that no debug output shows, for example a session cookie.
    #[must_use]
    pub fn secret_header(mut self, name: HeaderName, value: &SecretString) -> Self {
        match HeaderValue::from_str(value.expose_secret()) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.headers.insert(name, value);
            }
            Err(_) => self.unsound = Some("a secret holds a character that cannot be sent in a header"),
        }
        self
    }

    /// Signs with a bearer token.
    #[must_use]
    pub fn bearer(self, token: &SecretString) -> Self {
        self.secret_header(header::AUTHORIZATION, &format!("Bearer {}", token.expose_secret()).into())
    }

    /// Signs with a login and a password.
    #[must_use]
    pub fn basic(self, login: &str, password: &SecretString) -> Self {
        let pair = BASE64_STANDARD.encode(format!("{login}:{}", password.expose_secret()));
        self.secret_header(header::AUTHORIZATION, &format!("Basic {pair}").into())
    }

    /// Sends a body of a media type.
    #[must_use]
    pub fn body(mut self, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        self.body = body.into();
        self
    }

    /// Sends JSON.
    #[must_use]
    pub fn json(mut self, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => self.body("application/json", body),
            Err(_) => {
                self.unsound = Some("the body cannot be written as JSON");
                self
            }
        }
    }

    /// Sends a form.
    #[must_use]
    pub fn form(self, pairs: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.body("application/x-www-form-urlencoded", body)
    }

    /// Other limits than the client's.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sends and gives the answer, whatever its status.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when the request could not be built, and when no whole answer came that of
    /// [`kind_of_transport`].
    pub async fn send(self) -> Result<Answer, ConnectorError> {
        let operation = self.operation;
        let unsound =
            |hint| ConnectorError::new(ErrorKind::BadConfiguration, operation.clone()).with_hint(hint);
        if let Some(hint) = self.unsound {
            return Err(unsound(hint));
        }
        let mut request = Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = self.url.as_str().parse().map_err(|_| unsound("the address is not valid"))?;
        *request.headers_mut() = self.headers;
        let response = self.client.transport.send(request, self.limits).await.map_err(|error| {
            let failed = ConnectorError::new(kind_of_transport(&error), operation.clone());
            match error {
                TransportError::ClientCertificate => failed.with_hint(
                    "renew the client certificate, or give the one that the application knows, with its key and its chain",
                ),
                TransportError::Certificate(fault) => failed.with_hint(fault.sentence()),
                _ => failed,
            }
            .with_source(error)
        })?;
        Ok(Answer { operation, response })
    }
}

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    operation: Cow<'static, str>,
    response: Response<Bytes>,
}

impl Answer {
    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        self.response.body()
    }

    /// True if the body is a page for people.
    #[must_use]
    pub fn is_html(&self) -> bool {
        let declared = self.header(&header::CONTENT_TYPE).is_some_and(|kind| {
            let kind = kind.trim().to_ascii_lowercase();
            kind.starts_with("text/html") || kind.starts_with("application/xhtml")
        });
        let start = self.text().trim_ascii_start();
        declared
            || start.get(..9).is_some_and(|head| head.eq_ignore_ascii_case(b"<!doctype"))
            || start.get(..5).is_some_and(|head| head.eq_ignore_ascii_case(b"<html"))
    }

    /// An error about this answer.
    #[must_use]
    pub fn error(&self, kind: ErrorKind) -> ConnectorError {
        let mut error = ConnectorError::new(kind, self.operation.clone());
        if !self.status().is_success() {
            error = error.with_source(UnexpectedStatus(self.status()));
        }
        match retry_after(&self.response) {
            Some(wait)
                if matches!(
                    kind,
                    ErrorKind::RateLimited | ErrorKind::Unreachable | ErrorKind::Maintenance
                ) =>
            {
                error.with_retry(Retry::After(wait))
            }
            _ => error,
        }
    }

    /// The error that this answer is by its status alone, after [`kind_of_status`]; a page for people in place of an answer is
    /// somebody's sign-in page, hence [`ErrorKind::Unauthenticated`]. The application itself refuses the credential with 401 only.
    #[must_use]
    pub fn failure(&self) -> ConnectorError {
        let status = self.status();
        let kind = match status.is_success() && self.is_html() {
            true => ErrorKind::Unauthenticated,
            false => kind_of_status(status),
        };
        let error = self.error(kind);
        if status == StatusCode::UNAUTHORIZED { error.with_refused_credential() } else { error }
    }

    /// Lets a 2xx answer that is no page for people pass.
    ///
    /// # Errors
    /// [`Self::failure`].
    pub fn success(self) -> Result<Self, ConnectorError> {
        if self.status().is_success() && !self.is_html() { Ok(self) } else { Err(self.failure()) }
    }

    /// The body without the byte order mark that some servers put before it.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        let body = self.body();
        body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
    }

    /// Reads the body as JSON, without looking at the status.
    ///
    /// # Errors
    /// [`ErrorKind::BadAnswer`]; the parser's own words are dropped because they may quote the body.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ConnectorError> {
        serde_json::from_slice(self.text()).map_err(|_| self.error(ErrorKind::BadAnswer))
    }
}

impl UnexpectedStatus {
    /// The status of the answer behind an error, when there was an answer.
    #[must_use]
    pub fn behind(error: &ConnectorError) -> Option<StatusCode> {
        let mut cause = std::error::Error::source(error);
        while let Some(found) = cause {
            if let Some(status) = found.downcast_ref::<Self>() {
                return Some(status.0);
            }
            cause = found.source();
        }
        None
    }
}

/// The status of an answer that was no success, as the cause of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the application answered {0}")]
pub struct UnexpectedStatus(pub StatusCode);

/// Seconds of a `Retry-After` header, at most a day. The form with a date is not supported and is ignored.
fn retry_after(response: &Response<Bytes>) -> Option<Duration> {
    let seconds = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse::<u64>().ok()?;
    Some(Duration::from_secs(seconds.min(24 * 3600)))
}
