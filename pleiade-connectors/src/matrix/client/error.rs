//! From what a homeserver refuses to the kinds of errors that people and the engine tell apart.

use crate::{
    http::{Answer, UnexpectedStatus, kind_of_status},
    kit::json,
};
use ::http::StatusCode;
use pleiade_core::{ConnectorError, ErrorKind, Retry};
use serde::Deserialize;
use std::{error::Error, fmt, time::Duration};

/// The `errcode` of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorCode {
    /// `M_MISSING_TOKEN`
    MissingToken,
    /// `M_UNKNOWN_TOKEN`
    UnknownToken,
    /// `M_FORBIDDEN`
    Forbidden,
    /// `M_NOT_FOUND`
    NotFound,
    /// `M_UNRECOGNIZED`
    Unrecognized,
    /// `M_LIMIT_EXCEEDED`
    LimitExceeded,
    /// `M_USER_DEACTIVATED`
    UserDeactivated,
    /// `M_USER_LOCKED`
    UserLocked,
    /// `M_USER_SUSPENDED`
    UserSuspended,
    /// `M_RESOURCE_LIMIT_EXCEEDED`
    ResourceLimitExceeded,
    /// `M_CONSENT_NOT_GIVEN`
    ConsentNotGiven,
    /// `M_EXCLUSIVE`
    Exclusive,
    /// `M_APPSERVICE_LOGIN_UNSUPPORTED`
    AppserviceLoginUnsupported,
    /// `M_TOO_LARGE`
    TooLarge,
    /// `M_UNKNOWN`
    Unknown,
    /// Any other.
    Other,
}

impl ErrorCode {
    fn from_errcode(text: &str) -> Self {
        match text {
            "M_MISSING_TOKEN" => Self::MissingToken,
            "M_UNKNOWN_TOKEN" => Self::UnknownToken,
            "M_FORBIDDEN" => Self::Forbidden,
            "M_NOT_FOUND" => Self::NotFound,
            "M_UNRECOGNIZED" => Self::Unrecognized,
            "M_LIMIT_EXCEEDED" => Self::LimitExceeded,
            "M_USER_DEACTIVATED" => Self::UserDeactivated,
            "M_USER_LOCKED" => Self::UserLocked,
            "M_USER_SUSPENDED" => Self::UserSuspended,
            "M_RESOURCE_LIMIT_EXCEEDED" => Self::ResourceLimitExceeded,
            "M_CONSENT_NOT_GIVEN" => Self::ConsentNotGiven,
            "M_EXCLUSIVE" => Self::Exclusive,
            "M_APPSERVICE_LOGIN_UNSUPPORTED" => Self::AppserviceLoginUnsupported,
            "M_TOO_LARGE" => Self::TooLarge,
            "M_UNKNOWN" => Self::Unknown,
            _ => Self::Other,
        }
    }
}

/// The purpose of a call, where the same refusal means something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A call with a person's token, or with none.
    Person,
    /// A call with an application service's token.
    Acting,
    /// Opening a session with a password, a login token or a refresh token.
    SignIn,
    /// Opening a session with a signed token of the portal.
    JwtSignIn,
}

/// A homeserver's refusal: the [`source`](Error::source) of the [`ConnectorError`]s that refusals become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The `errcode`.
    pub code: ErrorCode,
    /// True if the device still exists: a refresh, or a new sign-in with the same device id, goes on with the same session.
    pub soft_logout: bool,
    status: UnexpectedStatus,
}

impl Refusal {
    /// The refusal behind an error, when the answer was one.
    #[must_use]
    pub fn behind(error: &ConnectorError) -> Option<&Self> {
        error.source()?.downcast_ref()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the homeserver refuses: {:?}", self.code)
    }
}

impl Error for Refusal {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.status)
    }
}

#[derive(Deserialize)]
struct Body {
    errcode: String,
    #[serde(default, deserialize_with = "json::lenient")]
    error: String,
    #[serde(default, deserialize_with = "json::lenient")]
    soft_logout: bool,
    #[serde(default, deserialize_with = "json::lenient")]
    retry_after_ms: Option<u64>,
}

/// Returns a successful answer; any other becomes an error.
pub(super) fn check(answer: Answer, purpose: Purpose) -> Result<Answer, ConnectorError> {
    let status = answer.status();
    let refusal = if status.is_success() { None } else { answer.json::<Body>().ok() };
    let Some(refusal) = refusal else { return answer.success() };
    let code = ErrorCode::from_errcode(&refusal.errcode);
    // The one refusal that its code does not tell from "not in this room" (Synapse 1.163).
    let unknown_person = code == ErrorCode::Forbidden && refusal.error.starts_with("Application service");
    let (kind, hint) = classify(status, code, purpose, unknown_person);
    let mut error = answer.error(kind);
    if kind == ErrorKind::RateLimited
        && error.retry() == Retry::Transient
        && let Some(wait) = refusal.retry_after_ms
    {
        error = error.with_retry(Retry::After(Duration::from_millis(wait.min(24 * 3_600_000))));
    }
    if let Some(hint) = hint {
        error = error.with_hint(hint);
    }
    // An application service's token is the operator's: what refuses it says nothing of a person's.
    if kind == ErrorKind::Unauthenticated && purpose == Purpose::Person {
        error = error.with_refused_credential();
    }
    let (soft_logout, status) = (refusal.soft_logout, UnexpectedStatus(status));
    Err(error.with_source(Refusal { code, soft_logout, status }))
}

fn classify(
    status: StatusCode,
    code: ErrorCode,
    purpose: Purpose,
    unknown_person: bool,
) -> (ErrorKind, Option<&'static str>) {
    use ErrorCode as C;
    use ErrorKind as K;
    match (code, purpose) {
        (C::MissingToken | C::UnknownToken, Purpose::Acting) => (
            K::Unauthenticated,
            Some("the homeserver does not know this as_token: compare it with the registration file"),
        ),
        (C::MissingToken | C::UnknownToken, _) => (K::Unauthenticated, None),
        (C::UserLocked, _) => (K::Forbidden, Some("this account is locked on the homeserver")),
        (C::UserSuspended, _) => (K::Forbidden, Some("this account is suspended on the homeserver")),
        (C::UserDeactivated, _) => (K::Forbidden, Some("this account is deactivated on the homeserver")),
        (C::ResourceLimitExceeded, _) => {
            (K::Forbidden, Some("the homeserver reached its limit of active users"))
        }
        (C::ConsentNotGiven, _) => {
            (K::Forbidden, Some("the person must first accept the homeserver's terms in Element"))
        }
        (C::Forbidden, _) if unknown_person => (
            K::NotFound,
            Some("no such account on the homeserver, or it is outside the application service's namespace"),
        ),
        (C::Exclusive, _) => {
            (K::BadConfiguration, Some("the account is outside the application service's namespace"))
        }
        (C::Forbidden, Purpose::SignIn) => (K::Unauthenticated, None),
        (C::Forbidden, Purpose::JwtSignIn) => (
            K::BadConfiguration,
            Some(
                "the homeserver refuses our signed token: compare secret, issuer and audience with jwt_config, and the clocks",
            ),
        ),
        (C::Forbidden, _) => (K::Forbidden, None),
        (C::AppserviceLoginUnsupported, _) => {
            (K::Unsupported, Some("this homeserver lets application services act without signing in"))
        }
        (C::Unknown, Purpose::SignIn | Purpose::JwtSignIn) if status == StatusCode::BAD_REQUEST => {
            (K::Unsupported, Some("the homeserver does not offer this way to sign in"))
        }
        (C::Unrecognized, _) => (K::Unsupported, None),
        (C::LimitExceeded, _) => (K::RateLimited, None),
        (C::TooLarge, _) => (K::TooLarge, None),
        (C::NotFound, _) => (K::NotFound, None),
        (_, _) => (kind_of_status(status), None),
    }
}
