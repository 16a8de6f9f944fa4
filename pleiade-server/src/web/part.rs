//! Parts of pages: a script that sends a form in the place of the browser shows what became of it where the form was, with the focus and the
//! scroll kept. It asks for a part by a header, and is answered by one that says which; every other answer is a whole page.

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use std::convert::Infallible;

/// The header of the request, and of an answer that is a part. `desk.js` knows it.
const HEADER: HeaderName = HeaderName::from_static("x-pleiade-part");

/// The kind of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartKind {
    /// The outcome of what was sent, as HTML.
    Outcome,
    /// A question that comes before, as HTML.
    Question,
    /// What a search found, as HTML.
    Results,
}

/// True if a request asks for a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InPlace(pub(crate) bool);

impl<S: Sync> FromRequestParts<S> for InPlace {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.headers.contains_key(HEADER)))
    }
}

/// The answer to a form that no script may send, since it leads to an address that no script may read: nothing was done, and the browser
/// sends the form itself.
pub(crate) fn as_whole() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

impl PartKind {
    /// The part as an answer.
    pub(crate) fn answer(self, content: String) -> Response {
        let (name, kind) = match self {
            Self::Outcome => ("outcome", "text/html; charset=utf-8"),
            Self::Question => ("question", "text/html; charset=utf-8"),
            Self::Results => ("results", "text/html; charset=utf-8"),
        };
        let headers = [
            (HEADER, HeaderValue::from_static(name)),
            (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        ];
        (headers, content).into_response()
    }
}
