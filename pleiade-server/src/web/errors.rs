//! Refusals, which errors of any kind become, and templates as answers. `error_page` tells a refusal to people.

use crate::{
    accounts::{account_links::AccountLinkError, error::AccountError},
    departure::DepartureError,
    people::search::PersonError,
    seal::SealError,
    session::SessionError,
    storage::StorageError,
};
use askama::Template;
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use pleiade_federation::{local::HashError, vault::VaultError};
use std::any::Any;

/// A refusal to give a page. Becomes a status at once, and a page for people in `web::error_page`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Nobody is signed in.
    Anonymous,
    /// The person has no right to it.
    Forbidden,
    /// There is no such thing, or not for this collectivité.
    NotFound,
    /// The host name belongs to nobody.
    UnknownHost,
    /// The request makes no sense or comes from elsewhere.
    BadRequest,
    /// The program has a defect; the reference stands in the log.
    Defect {
        /// The reference that the person may quote.
        reference: String,
    },
    /// Our own data cannot be read; the reference stands in the log.
    Internal {
        /// The reference that the person may quote.
        reference: String,
    },
}

/// Time after which a browser or a load balancer may ask again, in seconds.
pub(crate) const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// Response extension: the body is not replaced by an HTML error page. For answers to programs.
#[derive(Debug, Clone, Copy)]
pub struct NoErrorPage;

impl Refusal {
    /// Something of ours failed: logs what and the error, without which the operator could not help, under a reference that the person may
    /// quote. `what` says what was not done, for the operator.
    #[must_use]
    pub fn internal(what: &'static str, error: &dyn std::error::Error) -> Self {
        let reference = new_reference();
        tracing::error!(reference, %error, "{what}");
        Self::Internal { reference }
    }

    /// A request ended by a panic, of which [`telemetry`](crate::telemetry::log_panics) has said where: logs the reference beside it. What
    /// the panic said may hold anything, and is told to nobody.
    pub(crate) fn defect(_: Box<dyn Any + Send>) -> Response {
        let reference = new_reference();
        tracing::error!(reference, alarm = true, "a request ended by a defect of the program");
        Self::Defect { reference }.into_response()
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Anonymous => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Defect { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Internal { .. } => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The messages of its title and of its text.
    pub(super) fn messages(&self) -> (&'static str, &'static str) {
        match self {
            Self::Anonymous | Self::Forbidden => ("page-forbidden", "page-forbidden-text"),
            Self::NotFound => ("page-not-found", "page-not-found-text"),
            Self::UnknownHost => ("page-unknown-host", "page-unknown-host-text"),
            Self::BadRequest => ("page-bad-request", "page-bad-request-text"),
            Self::Defect { .. } => ("page-defect", "page-defect-text"),
            Self::Internal { .. } => ("page-broken", "page-broken-text"),
        }
    }
}

fn new_reference() -> String {
    let mut random = [0_u8; 6];
    // Without randomness the reference is less unique, which harms nobody.
    let _ = getrandom::fill(&mut random);
    pleiade_connectors::engine::reference(random)
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if response.status() == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::ActorClosed => Self::Anonymous,
            StorageError::UnstorableText => Self::BadRequest,
            error => Self::internal("storage failed", &error),
        }
    }
}

impl From<SessionError> for Refusal {
    fn from(error: SessionError) -> Self {
        Self::internal("session not read or changed", &error)
    }
}

impl From<VaultError> for Refusal {
    fn from(error: VaultError) -> Self {
        Self::internal("linked accounts not read or changed", &error)
    }
}

impl From<HashError> for Refusal {
    fn from(error: HashError) -> Self {
        Self::internal("password not hashed", &error)
    }
}

impl From<SealError> for Refusal {
    fn from(error: SealError) -> Self {
        Self::internal("sealing failed", &error)
    }
}

impl From<AccountError> for Refusal {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Storage(error) => error.into(),
            error => Self::internal("local account not changed", &error),
        }
    }
}

impl From<AccountLinkError> for Refusal {
    fn from(error: AccountLinkError) -> Self {
        match error {
            AccountLinkError::Storage(error) => error.into(),
            error => Self::internal("local account not changed", &error),
        }
    }
}

impl From<PersonError> for Refusal {
    fn from(error: PersonError) -> Self {
        match error {
            PersonError::NotHere => Self::NotFound,
            PersonError::Storage(error) => error.into(),
        }
    }
}

impl From<DepartureError> for Refusal {
    fn from(error: DepartureError) -> Self {
        match error {
            DepartureError::Storage(error) => error.into(),
            DepartureError::Session(error) => error.into(),
        }
    }
}

/// True if the reader is a person's browser.
#[must_use]
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"))
}

/// A template as an answer with a status.
///
/// # Errors
/// Those of [`html`].
pub fn html_with_status(status: StatusCode, template: &impl Template) -> Result<Response, Refusal> {
    let mut response = html(template)?;
    *response.status_mut() = status;
    Ok(response)
}

/// A template as an answer.
///
/// # Errors
/// When the template cannot be written, which its type makes unlikely.
pub fn html(template: &impl Template) -> Result<Response, Refusal> {
    let text = template.render().map_err(|error| Refusal::internal("page not rendered", &error))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], text).into_response())
}
