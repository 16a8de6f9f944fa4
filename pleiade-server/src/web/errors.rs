//! Refusals, and the page that tells them.

use super::{health::RETRY_AFTER, look::Look, page::Page, site::Site};
use crate::{app::App, session::SessionError, storage::StorageError};
use askama::Template;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use pleiade_core::Message;
use pleiade_federation::vault::VaultError;

/// Why a page is not given. Becomes a status at once, and a page for people in [`dress`].
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
    /// Our own data cannot be read; the reference stands in the log.
    Broken {
        /// What the person may quote.
        reference: String,
    },
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::Anonymous => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Broken { .. } => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Anonymous | Self::Forbidden => ("page-forbidden", "page-forbidden-text"),
            Self::NotFound => ("page-not-found", "page-not-found-text"),
            Self::UnknownHost => ("page-unknown-host", "page-unknown-host-text"),
            Self::BadRequest => ("page-bad-request", "page-bad-request-text"),
            Self::Broken { .. } => ("page-broken", "page-broken-text"),
        }
    }
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
        let reference = crate::web::reference();
        tracing::error!(reference, %error, "storage failed");
        Self::Broken { reference }
    }
}

impl From<SessionError> for Refusal {
    fn from(error: SessionError) -> Self {
        let reference = crate::web::reference();
        tracing::error!(reference, %error, "session not read or changed");
        Self::Broken { reference }
    }
}

impl From<VaultError> for Refusal {
    fn from(error: VaultError) -> Self {
        let reference = crate::web::reference();
        tracing::error!(reference, %error, "accesses not read or changed");
        Self::Broken { reference }
    }
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    page: Page,
    title: String,
    text: String,
    reference: Option<String>,
}

/// Put among the extensions of an answer to a program: it says all there is to say and gets no page.
#[derive(Debug, Clone, Copy)]
pub struct AsItIs;

/// Gives a refusal its page, when a browser asked for one.
pub async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let look = Look::from_headers(request.headers());
    let wants_page = wants_html(request.headers());
    let response = next.run(request).await;
    if response.extensions().get::<AsItIs>().is_some() {
        return response;
    }
    let refusal = match (response.extensions().get::<Refusal>(), response.status()) {
        (Some(refusal), _) => refusal.clone(),
        // The router's own answers, which carry no refusal.
        (None, StatusCode::NOT_FOUND) => Refusal::NotFound,
        (None, StatusCode::FORBIDDEN | StatusCode::METHOD_NOT_ALLOWED) => Refusal::BadRequest,
        (
            None,
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::PAYLOAD_TOO_LARGE,
        ) => Refusal::BadRequest,
        _ => return response,
    };
    let retry = response.headers().get(header::RETRY_AFTER).cloned();
    let again = |mut answer: Response| {
        if let Some(retry) = retry {
            answer.headers_mut().insert(header::RETRY_AFTER, retry);
        }
        answer
    };
    if !wants_page {
        return again(response.status().into_response());
    }
    let site = response.extensions().get::<Site>();
    let tenant = site.map_or_else(|| app.operator.clone(), |site| site.tenant().clone());
    let page = Page::anonymous(&app, tenant.clone(), look.locale_or(tenant.locale), look.theme, "");
    let (title, text) = refusal.words();
    let reference = match &refusal {
        Refusal::Broken { reference } => {
            Some(page.words.message(&Message::new("page-reference").with_text("reference", reference)))
        }
        _ => None,
    };
    let dressed = MessagePage { title: page.words.t(title), text: page.words.t(text), reference, page };
    match html(&dressed) {
        Ok(mut dressed) => {
            *dressed.status_mut() = response.status();
            again(dressed)
        }
        Err(_) => again(response.status().into_response()),
    }
}

/// Whether the reader is a person's browser.
#[must_use]
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"))
}

/// A template as an answer.
///
/// # Errors
/// When the template cannot be written, which its type makes unlikely.
pub fn html(template: &impl Template) -> Result<Response, Refusal> {
    let text = template.render().map_err(|error| {
        let reference = crate::web::reference();
        tracing::error!(reference, %error, "page not rendered");
        Refusal::Broken { reference }
    })?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))], text).into_response())
}
