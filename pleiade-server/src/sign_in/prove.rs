//! Somebody signed in proves anew who they are, by the source that they came from: at the provider, or by the password that it checks.
//!
//! Threats: somebody else's session at the provider (it is asked for a fresh proof, and its answer must show one), a proof of one person
//! that serves another's session (source and subject must be the session's own, the session must be the one that began it and still this
//! browser's), a session that is taken over by the way (none is opened and none is closed), a proof by one factor for rights that ask for
//! two (whoever is recognised so surely must hold every role of the session).

use super::{
    Source, answers::back_to_page, attempt::Intent, begin::begin, enter::session_tokens,
    join::session_that_began, password::check_password, refusal_words::problem_of, refusals::SignInRefusal,
};
use crate::{
    accounts::proof,
    app::App,
    session::{Session, SignedIn},
    web::{
        errors::Refusal,
        peer::ThrottleKey,
        return_path::path_after_sign_in,
        route::{Guard, Route},
        site::Site,
    },
};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use axum_extra::extract::CookieJar;
use pleiade_core::{Affiliation, Claims, FreshProof, Hints, SecretString, SignInError};
use serde::Deserialize;

const START: &str = "/profile/proof/start";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::writes(START, Guard::SignedIn, post(start))]
}

/// The target of the form that begins a proof at a provider, before somebody comes back to a page.
pub(crate) fn start_address(back: &str) -> String {
    proof::with_return(START, back)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ReturnQuery {
    #[serde(rename = "return")]
    back: Option<String>,
}

/// `POST /profile/proof/start`: leads to the provider of the session, which must ask the person anew.
async fn start(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    site: Site,
    jar: CookieJar,
    Query(asked): Query<ReturnQuery>,
) -> Result<Response, Refusal> {
    let back = path_after_sign_in(asked.back.as_deref());
    let source = app.sign_in.source(&session.source, &site);
    let Some(source) = source.filter(|source| source.provider.fresh_proof() == FreshProof::Redirect) else {
        return Ok(proof::redirect_to(&back));
    };
    let intent = Intent::Prove(session.id.as_str().to_owned());
    let begun = begin(&app, &site, source, &Hints::fresh(), jar, back.clone(), intent).await;
    Ok(begun.unwrap_or_else(|error| proof_failed(&app, &session, &error, &back)))
}

/// True if these claims are of the person of a session, by the link that opened it.
fn is_same_person(session: &Session, source: &Source, claims: &Claims) -> bool {
    session.source == *source.provider.id() && session.actor.identity.subject == claims.subject
}

/// True if somebody recognised so surely holds every role that the session has.
async fn keeps_roles(app: &App, session: &Session, acr: Option<&str>) -> Result<bool, Refusal> {
    let affiliations =
        app.sessions.affiliations(session.actor.identity.link, session.site.as_ref(), acr).await?;
    let holds = |affiliation: &Affiliation| {
        let again = affiliations.iter().find(|one| one.tenant == affiliation.tenant);
        affiliation.roles.iter().all(|role| again.is_some_and(|again| again.roles.contains(role)))
    };
    Ok(session.affiliations.iter().all(holds))
}

async fn refuse_somebody_else(
    app: &App,
    site: &Site,
    source: &Source,
    place: ThrottleKey,
    claims: &Claims,
) -> &'static str {
    app.refusal_log().record(site, source, place.address(), SignInRefusal::SomebodyElse(claims)).await;
    proof::SOMEBODY_ELSE
}

/// The provider has answered: the session that began goes on with a recent proof, or as it was.
pub(super) async fn complete_proof(
    app: &App,
    site: &Site,
    source: &Source,
    place: ThrottleKey,
    claims: Claims,
    jar: CookieJar,
    (began, back): (&str, &str),
) -> Result<Response, Refusal> {
    let Some(session) = session_that_began(app, site, &jar, began).await? else {
        return Ok((jar, back_to_page(app, "sign-in-expired")).into_response());
    };
    if !is_same_person(&session, source, &claims) {
        let about = refuse_somebody_else(app, site, source, place, &claims).await;
        return Ok((jar, proof::redirect_with(app, &session, back, about)).into_response());
    }
    if !source.is_proof(&claims) {
        return Ok((jar, proof::redirect_with(app, &session, back, proof::NOT_FRESH)).into_response());
    }
    if !keeps_roles(app, &session, claims.acr.as_deref()).await? {
        return Ok((jar, proof::redirect_with(app, &session, back, proof::WEAKER)).into_response());
    }
    let (provider_session, now) = (claims.provider_session.clone(), app.clock.now());
    let tokens = session_tokens(source, claims, now);
    let provider_session = provider_session.as_deref();
    let kept = app.sessions.replace_provider_session(&session, provider_session, tokens.as_ref()).await;
    if !kept? {
        return Ok((jar, back_to_page(app, "sign-in-expired")).into_response());
    }
    let jar = proof::record(app, jar, &session);
    Ok((jar, Redirect::to(back)).into_response())
}

/// The answer to somebody who wanted to prove themselves at a provider and came back without.
pub(super) fn proof_failed(app: &App, session: &Session, error: &SignInError, back: &str) -> Response {
    let about = match error {
        SignInError::NotFresh(_) => proof::NOT_FRESH,
        SignInError::Unreachable(_) | SignInError::Misconfigured(_) => "sign-in-unreachable",
        _ => "sign-in-refused",
    };
    proof::redirect_with(app, session, back, about)
}

/// Checks a login and a password at the source that opened a session, and that they are its person's.
///
/// # Errors
/// The key of the sentence that says why not.
pub(crate) async fn by_password(
    app: &App,
    site: &Site,
    session: &Session,
    (place, jar): (ThrottleKey, &CookieJar),
    (login, password): (&str, &SecretString),
) -> Result<(), &'static str> {
    let source = app.sign_in.source(&session.source, site);
    let asks = |source: &&Source| source.provider.fresh_proof() == FreshProof::Password;
    let Some(source) = source.filter(asks) else { return Err("sign-in-refused") };
    match check_password(app, source, place, jar, login, password).await {
        Ok(claims) if is_same_person(session, source, &claims) => Ok(()),
        Ok(claims) => Err(refuse_somebody_else(app, site, source, place, &claims).await),
        Err(error) => {
            let refusal = SignInRefusal::Password(&error, "proof", login);
            app.refusal_log().record(site, source, place.address(), refusal).await;
            Err(problem_of(&error))
        }
    }
}
