//! The reader of a page, and the frame of the page that answers: what nearly every handler begins with.

use super::{look::Look, outcome::ShownOutcome, page::Page, route::PagePath};
use crate::{
    app::App,
    session::{Administrator, Session, SignedIn},
};
use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse as _, Response},
};
use std::{marker::PhantomData, sync::Arc};

/// An extractor that lets in those who may use a route.
pub(crate) trait Admission: FromRequestParts<App, Rejection = Response> + Send {
    /// The session that was let in.
    fn into_session(self) -> Arc<Session>;
}

impl Admission for SignedIn {
    fn into_session(self) -> Arc<Session> {
        self.0
    }
}

impl Admission for Administrator {
    fn into_session(self) -> Arc<Session> {
        self.0
    }
}

/// Somebody signed in, or for `Reader<Administrator>` an administrator, and a page for them whose path is that of the route
/// ([`PagePath`]).
#[derive(Debug)]
pub(crate) struct Reader<A = SignedIn> {
    /// The session that asks.
    pub(crate) session: Arc<Session>,
    /// The frame of the page.
    pub(crate) page: Page,
    pub(crate) admission: PhantomData<A>,
}

impl<A: Admission> FromRequestParts<App> for Reader<A> {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let session = A::from_request_parts(parts, app).await?.into_session();
        let look = Look::from_headers(&parts.headers);
        let PagePath(path) = parts.extensions.get().copied().unwrap_or_default();
        let mut page =
            Page::signed_in(app, &session, look, path).map_err(|refusal| refusal.into_response())?;
        if let Some(ShownOutcome(Some(outcome))) = parts.extensions.get() {
            page.outcome = outcome.view(&page.words, Some(&session));
        }
        Ok(Self { session, page, admission: PhantomData })
    }
}
