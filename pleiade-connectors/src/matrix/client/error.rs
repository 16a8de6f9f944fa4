//! From what a homeserver refuses to the kinds of errors that people and the engine tell apart.

use crate::http::Answer;
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
    fn read(text: &str) -> Self {
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

/// What a call was for, where the same refusal means something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// With a person's token, or with none.
    Person,
    /// With an application service's token.
    Acting,
    /// Opening a session with a password, a login token or a refresh token.
    SignIn,
    /// Opening a session with a signed token of the portal.
    JwtSignIn,
}

/// A refusal or a failure of a homeserver. Turns into a [`ConnectorError`].
#[derive(Debug)]
pub struct MatrixError {
    code: Option<ErrorCode>,
    status: Option<u16>,
    soft_logout: bool,
    error: ConnectorError,
}

impl MatrixError {
    /// The `errcode`, when the answer was a Matrix refusal.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        self.code
    }

    /// The HTTP status, when there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Whether the device still exists: a refresh, or a new sign-in with the same device id, goes on with the same session.
    #[must_use]
    pub fn soft_logout(&self) -> bool {
        self.soft_logout
    }

    /// What happened.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.error.kind()
    }
}

impl From<ConnectorError> for MatrixError {
    fn from(error: ConnectorError) -> Self {
        Self { code: None, status: None, soft_logout: false, error }
    }
}

impl From<MatrixError> for ConnectorError {
    fn from(error: MatrixError) -> Self {
        error.error
    }
}

impl fmt::Display for MatrixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl Error for MatrixError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}

#[derive(Deserialize)]
struct Refusal {
    errcode: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    soft_logout: bool,
    retry_after_ms: Option<u64>,
}

/// Lets a good answer pass.
pub(super) fn check(answer: Answer, purpose: Purpose) -> Result<Answer, MatrixError> {
    let status = answer.status();
    let refusal =
        if status.is_success() { None } else { serde_json::from_slice::<Refusal>(answer.body()).ok() };
    let Some(refusal) = refusal else {
        return answer
            .success()
            .map_err(|error| MatrixError { status: Some(status.as_u16()), ..MatrixError::from(error) });
    };
    let code = ErrorCode::read(&refusal.errcode);
    // The one refusal that its code does not tell from "not in this room" (Synapse 1.163).
    let unknown_person = code == ErrorCode::Forbidden && refusal.error.starts_with("Application service");
    let (kind, hint) = classify(status.as_u16(), code, purpose, unknown_person);
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
    Err(MatrixError {
        code: Some(code),
        status: Some(status.as_u16()),
        soft_logout: refusal.soft_logout,
        error,
    })
}

fn classify(
    status: u16,
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
        (C::Unknown, Purpose::SignIn | Purpose::JwtSignIn) if status == 400 => {
            (K::Unsupported, Some("the homeserver does not offer this way to sign in"))
        }
        (C::Unrecognized, _) => (K::Unsupported, None),
        (C::LimitExceeded, _) => (K::RateLimited, None),
        (C::TooLarge, _) => (K::TooLarge, None),
        (C::NotFound, _) => (K::NotFound, None),
        (_, _) => (
            match status {
                401 => K::Unauthenticated,
                403 => K::Forbidden,
                404 | 410 => K::NotFound,
                405 | 501 => K::Unsupported,
                408 | 504 => K::Timeout,
                413 => K::TooLarge,
                429 => K::RateLimited,
                500..=599 => K::Unreachable,
                _ => K::BadAnswer,
            },
            None,
        ),
    }
}
