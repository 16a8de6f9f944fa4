//! The one table from what the network and HTTP say to the kinds of errors that people and the engine tell apart.

use ::http::StatusCode;
use pleiade_core::{ErrorKind, TransportError};

/// The kind of error that a status stands for when the application says nothing more exact.
///
/// A 2xx is here because the caller found the answer wrong: [`ErrorKind::BadAnswer`]. Redirects are unauthenticated: single sign-on
/// proxies answer with them.
#[must_use]
pub fn kind_of_status(status: StatusCode) -> ErrorKind {
    match status.as_u16() {
        300..=399 | 401 => ErrorKind::Unauthenticated,
        403 => ErrorKind::Forbidden,
        404 | 410 => ErrorKind::NotFound,
        405 | 501 => ErrorKind::Unsupported,
        408 | 504 => ErrorKind::Timeout,
        413 => ErrorKind::TooLarge,
        429 => ErrorKind::RateLimited,
        500..=599 => ErrorKind::Unreachable,
        _ => ErrorKind::BadAnswer,
    }
}

/// The kind of error that a failed exchange stands for.
#[must_use]
pub fn kind_of_transport(error: &TransportError) -> ErrorKind {
    match error {
        // Asking again shows the same certificate.
        TransportError::Forbidden | TransportError::ClientCertificate => ErrorKind::BadConfiguration,
        TransportError::Deadline => ErrorKind::Timeout,
        TransportError::TooLarge => ErrorKind::TooLarge,
        TransportError::Truncated => ErrorKind::BadAnswer,
        _ => ErrorKind::Unreachable,
    }
}
