//! Extractors of the session, for handlers.
//!
//! Deny by default: without a living session of this very site, a page leads to sign-in and anything else is refused.

use super::{Session, SessionError, Sessions};
use crate::web::{
    errors::{Refusal, wants_html},
    headers::ReaderIsKnown,
    site::Site,
};
use axum::{
    extract::{FromRef, FromRequestParts},
    http::{Method, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use pleiade_core::Role;
use std::sync::Arc;
use url::form_urlencoded::byte_serialize;

/// Somebody signed in on this site. Without them, a page sends the browser to `/sign-in`, which brings it back, and the rest answers 401.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Arc<Session>);

/// Somebody signed in on this site, if anybody.
#[derive(Debug, Clone)]
pub struct MaybeSignedIn(pub Option<Arc<Session>>);

async fn find_session(parts: &Parts, sessions: &Sessions) -> Result<Option<Arc<Session>>, Refusal> {
    let site = parts.extensions.get::<Site>().ok_or(Refusal::UnknownHost)?;
    let jar = CookieJar::from_headers(&parts.headers);
    let Some(cookie) = jar.get(sessions.cookie().session_name()) else { return Ok(None) };
    let (value, tenant) = (cookie.value(), site.tenant_id());
    let found = match parts.method.is_safe() {
        true => sessions.find_session(value, tenant).await,
        false => sessions.find_stored_session(value, tenant).await,
    };
    match found {
        Ok(found) => {
            if let (Some(_), Some(reader)) = (&found, parts.extensions.get::<ReaderIsKnown>()) {
                reader.note();
            }
            Ok(found)
        }
        // A row that was altered, or sealed with a key that is gone, opens nothing: the person signs in again.
        Err(SessionError::Seal(error)) => {
            tracing::warn!(%error, "a session cannot be opened");
            Ok(None)
        }
        Err(error) => Err(Refusal::internal("session not read", &error)),
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MaybeSignedIn
where
    Sessions: FromRef<S>,
{
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        find_session(parts, &Sessions::from_ref(state)).await.map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn
where
    Sessions: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        match find_session(parts, &Sessions::from_ref(state)).await {
            Ok(Some(session)) => Ok(Self(session)),
            Ok(None) if parts.method == Method::GET && wants_html(&parts.headers) => {
                let back = parts.uri.path_and_query().map_or("/", |path| path.as_str());
                let back: String = byte_serialize(back.as_bytes()).collect();
                Err(Redirect::to(&format!("/sign-in?return={back}")).into_response())
            }
            Ok(None) => Err(Refusal::Anonymous.into_response()),
            Err(refusal) => Err(refusal.into_response()),
        }
    }
}

/// Somebody signed in on this site who administers the collectivité they act for, by role. Anybody else signed in gets a 403.
#[derive(Debug, Clone)]
pub struct Administrator(pub Arc<Session>);

impl<S: Send + Sync> FromRequestParts<S> for Administrator
where
    Sessions: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let SignedIn(session) = SignedIn::from_request_parts(parts, state).await?;
        if session.actor.administers() { Ok(Self(session)) } else { Err(Refusal::Forbidden.into_response()) }
    }
}

/// Refuses whoever does not hold a role where they act.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn require_role(session: &Session, role: Role) -> Result<(), Refusal> {
    if session.actor.has(role) { Ok(()) } else { Err(Refusal::Forbidden) }
}
