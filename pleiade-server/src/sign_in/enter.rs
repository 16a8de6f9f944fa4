//! From verified claims to an open session: the person is found by their subject, their rights are written, the session opens.

use super::{
    Source,
    routes::{back_to_page, broken, count},
};
use crate::{
    app::App,
    session::{NewSession, SessionError, SessionTokens},
    storage::{Names, NewIdentity, StorageError},
    web::{errors::Refusal, site::Site},
};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use pleiade_core::{Affiliation, Claims, IdentityId, SecretString};

/// Links verified claims to a person and opens their session.
pub(super) async fn enter(
    app: &App,
    site: &Site,
    source: &Source,
    claims: Claims,
    jar: CookieJar,
    back: &str,
) -> Result<Response, Refusal> {
    let id = source.provider.id();
    let ties = source.mapping.affiliations(&claims, app.tenants.iter().map(AsRef::as_ref));
    // Nobody becomes known here without a collectivité of this site. Local accounts are known beforehand.
    let may_create = ties.iter().flatten().any(|tie| site.admits(&tie.tenant));
    let Some(identity) = link(app, source, &claims, may_create).await? else {
        count(id, "no_right");
        return Ok((jar, back_to_page("sign-in-no-right")).into_response());
    };
    if let Some(ties) = ties {
        app.storage.replace_affiliations(identity, id, &ties).await?;
    }
    let theirs: Vec<Affiliation> = app
        .storage
        .affiliations(identity)
        .await?
        .into_iter()
        .filter(|given| given.source == *id && site.admits(&given.affiliation.tenant))
        .map(|given| given.affiliation)
        .collect();
    let Some(acting) = theirs.first().map(|tie| tie.tenant.clone()) else {
        count(id, "no_right");
        tracing::info!(source = %id, "sign-in without a collectivité here");
        return Ok((jar, back_to_page("sign-in-no-right")).into_response());
    };
    let now = app.clock.now();
    let portal_session =
        source.portal_session.as_deref().and_then(|name| claims.attribute(name)).map(SecretString::from);
    let new = NewSession {
        site: site.sessions_of().cloned(),
        identity,
        acting,
        source: id.clone(),
        subject: claims.subject.clone(),
        provider_session: claims.provider_session.clone(),
        tokens: claims
            .tokens
            .map(|tokens| SessionTokens { portal_session, ..SessionTokens::new(tokens, now) }),
    };
    match app.sessions.open(new).await {
        Ok(value) => {
            count(id, "accepted");
            tracing::info!(source = %id, identity = %identity, "signed in");
            leave_behind(app, site, &jar).await;
            let jar = jar.add(app.sessions.cookie().session(&value));
            Ok((jar, Redirect::to(back)).into_response())
        }
        Err(SessionError::NotTheirs) => Ok((jar, back_to_page("sign-in-no-right")).into_response()),
        Err(error) => Err(broken(&error)),
    }
}

/// Closes the session that this browser had here before: its value must open nothing once another takes its place.
async fn leave_behind(app: &App, site: &Site, jar: &CookieJar) {
    let Some(before) = jar.get(app.sessions.cookie().session_name()) else { return };
    if let Ok(Some(session)) = app.sessions.find(before.value(), site.sessions_of()).await
        && let Err(error) = app.sessions.close(&session).await
    {
        tracing::warn!(%error, "a replaced session was not closed");
    }
}

/// The person behind a subject, created when new and allowed. Nothing but the subject selects a person. None when the link is closed or belongs to
/// another owner than the source's.
async fn link(
    app: &App,
    source: &Source,
    claims: &Claims,
    may_create: bool,
) -> Result<Option<IdentityId>, StorageError> {
    let id = source.provider.id();
    let names = Names {
        display_name: display_name(claims),
        given_name: claims.given_name.clone(),
        family_name: claims.family_name.clone(),
        mail: claims.mail.clone(),
        login: claims.login.clone(),
    };
    // A second turn finds the link that a concurrent first sign-in made.
    for _ in 0..2 {
        if let Some(link) = app.storage.find_link(id, &claims.subject).await? {
            if link.disabled || link.owner != source.owner {
                tracing::warn!(source = %id, identity = %link.identity, "sign-in through a closed or foreign link");
                return Ok(None);
            }
            app.storage.update_names(link.identity, &names).await?;
            return Ok(Some(link.identity));
        }
        if !may_create {
            return Ok(None);
        }
        let new = NewIdentity {
            source: id.clone(),
            subject: claims.subject.clone(),
            owner: source.owner.clone(),
            names: names.clone(),
            created_at: app.clock.now(),
        };
        match app.storage.create_identity(&new).await {
            Ok(identity) => return Ok(Some(identity)),
            Err(StorageError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn display_name(claims: &Claims) -> String {
    let joined = [claims.given_name.as_deref(), claims.family_name.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let login = || claims.login.clone().unwrap_or_default();
    claims
        .display_name
        .clone()
        .filter(|name| !name.trim().is_empty())
        .or(Some(joined).filter(|name| !name.is_empty()))
        .unwrap_or_else(login)
}
