//! Who may ask for the pages of deadlines.

use super::LegalCalendar;
use crate::{
    app::App,
    session::{Session, SignedIn},
    web::{errors::Refusal, reader::Admission},
};
use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse as _, Response},
};
use pleiade_core::TenantId;
use std::sync::Arc;

/// Somebody signed in on this site who sees the deadlines of a collectivité of theirs here. For anybody else signed in there is no such
/// page.
#[derive(Debug, Clone)]
pub(crate) struct LegalGroup(pub(crate) Arc<Session>);

impl FromRequestParts<App> for LegalGroup {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let SignedIn(session) = SignedIn::from_request_parts(parts, app).await?;
        let admits = app.legal().is_some_and(|legal| !legal.rules().tenants(&session).is_empty());
        if admits { Ok(Self(session)) } else { Err(Refusal::NotFound.into_response()) }
    }
}

impl Admission for LegalGroup {
    fn into_session(self) -> Arc<Session> {
        self.0
    }
}

/// The calendar, for whoever sees the deadlines of this very collectivité.
///
/// # Errors
/// Not found for anybody else.
pub(super) fn calendar_of<'a>(
    app: &'a App,
    session: &Session,
    tenant: &TenantId,
) -> Result<&'a LegalCalendar, Refusal> {
    app.legal().filter(|legal| legal.rules().tenants(session).contains(tenant)).ok_or(Refusal::NotFound)
}
