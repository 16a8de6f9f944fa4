//! From verified claims to an open session: the person is found, their rights are written, the session opens.

use super::{
    Source,
    answers::back_to_page,
    find,
    identify::Identification,
    local::ACCOUNT_VERSION,
    other_session,
    refusal_words::refusal_words,
    refusals::{SignInRefusal, count},
    ticket_visit::path_after_entering,
};
use crate::{
    accounts::proof,
    app::App,
    audit::{AuditEvent, Note},
    session::{NewSession, Session, SessionError, SessionTokens},
    storage::subject_digest,
    web::{errors::Refusal, peer::ThrottleKey, site::Site},
};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, Utc};
use pleiade_core::{Claims, ProviderKind, SecretString};
use pleiade_federation::linking::RefusalReason;
use std::sync::Arc;

/// Links verified claims to a person and opens their session.
pub(crate) async fn enter(
    app: &App,
    site: &Site,
    source: &Source,
    place: ThrottleKey,
    claims: Claims,
    jar: CookieJar,
    back: &str,
) -> Result<Response, Refusal> {
    let id = source.provider.id();
    let (identity, link) = match app.identity_resolver().identify(site, source, &claims).await? {
        Identification::Somebody(identity, link) => (identity, link),
        Identification::Nobody(why) => {
            let away = turned_away(app, site, source, place, &claims, why).await;
            return Ok((jar, away).into_response());
        }
        Identification::Unreachable => {
            count(id, "unreachable");
            return Ok((jar, back_to_page(app, "sign-in-unreachable")).into_response());
        }
    };
    let theirs = app.sessions.affiliations(link, site.tenant_id(), claims.acr.as_deref()).await?;
    let before = current_session(app, site, &jar).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the session of this browser could not be read; it is not closed");
        None
    });
    if let Some(refusal) = other_session::refuses(source.provider.kind(), before.as_deref(), link) {
        app.refusal_log().record(site, source, place.address(), SignInRefusal::OtherSession(&claims)).await;
        return Ok((jar, refusal).into_response());
    }
    // Whoever signs in again in the same browser goes on for the collectivité that they acted for; elsewhere, for the one that they looked
    // for, and else for the one that they chose last.
    let acted = before.as_ref().filter(|session| session.actor.identity.id == identity);
    let chosen = acted
        .map(|session| session.actor.acting.tenant.clone())
        .or_else(|| find::remembered_tenant(app, &jar));
    let chosen = match chosen {
        None if theirs.len() > 1 => app.storage.last_acting(link).await?,
        chosen => chosen,
    };
    let acting =
        theirs.iter().find(|affiliation| Some(&affiliation.tenant) == chosen.as_ref()).or(theirs.first());
    let Some(acting) = acting.map(|affiliation| affiliation.tenant.clone()) else {
        let away = turned_away(app, site, source, place, &claims, RefusalReason::NoAffiliation).await;
        return Ok((jar, away).into_response());
    };
    let signed_in = Note::new(AuditEvent::SignedIn).tenant(&acting).actor((identity, link)).source(id);
    let signed_in = app.journal().line(signed_in.with("subject", subject_digest(&claims.subject)));
    let now = app.clock.now();
    let proved = source.is_proof(&claims);
    // A claim of this name counts from the portal's own accounts alone.
    let is_local = source.provider.kind() == ProviderKind::Local;
    let account_version = claims.attribute(ACCOUNT_VERSION).filter(|_| is_local).map(str::to_owned);
    let new = NewSession {
        site: site.tenant_id().cloned(),
        identity,
        link,
        acting,
        source: id.clone(),
        subject: claims.subject.clone(),
        acr: claims.acr.clone(),
        provider_session: claims.provider_session.clone(),
        tokens: session_tokens(source, claims, now),
    };
    match app.sessions.open_with(new, Some(signed_in), account_version.as_deref()).await {
        Ok(value) => {
            count(id, "accepted");
            tracing::info!(source = %id, identity = %identity, "signed in");
            if let Some(before) = before {
                leave_behind(app, &before).await;
            }
            let jar = jar.add(app.cookies().session(&value));
            let jar = if proved { proof::record_sign_in(app, jar, &value, link) } else { jar };
            Ok((jar, Redirect::to(&path_after_entering(app, site, source, back))).into_response())
        }
        Err(SessionError::NotAllowed) => Ok((jar, back_to_page(app, "sign-in-no-right")).into_response()),
        Err(error) => Err(error.into()),
    }
}

/// The tokens that a session keeps of an answer.
pub(super) fn session_tokens(source: &Source, claims: Claims, now: DateTime<Utc>) -> Option<SessionTokens> {
    let portal_session =
        source.portal_session.as_deref().and_then(|name| claims.attribute(name)).map(SecretString::from);
    claims.tokens.map(|tokens| SessionTokens { portal_session, ..SessionTokens::new(tokens, now) })
}

/// Says why somebody whom the source knows is not let in, and writes it down.
pub(super) async fn turned_away(
    app: &App,
    site: &Site,
    source: &Source,
    place: ThrottleKey,
    claims: &Claims,
    why: RefusalReason,
) -> Response {
    app.refusal_log().record(site, source, place.address(), SignInRefusal::Person(claims, why)).await;
    back_to_page(app, refusal_words(why).1)
}

/// The session that this browser has here already.
///
/// # Errors
/// When storage fails.
pub(super) async fn current_session(
    app: &App,
    site: &Site,
    jar: &CookieJar,
) -> Result<Option<Arc<Session>>, SessionError> {
    match jar.get(app.cookies().session_name()) {
        Some(value) => app.sessions.find_session(value.value(), site.tenant_id()).await,
        None => Ok(None),
    }
}

/// Closes it: its value must open nothing once another takes its place. An end that storage could not take counts here at once and is
/// written later.
async fn leave_behind(app: &App, before: &Session) {
    if let Err(error) = app.sessions.close(before, None).await {
        tracing::warn!(%error, "a replaced session was not closed");
    }
}
