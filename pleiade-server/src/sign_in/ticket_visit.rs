//! The visit to the CAS server that the operator pairs with a source: a session that this source opened gets there what buys proxy tickets.
//!
//! The browser goes there once, right after a sign-in, and nobody is asked for anything (`gateway`): whoever has no session there is back at
//! once. A card that wants a ticket leads there too, then with the server's own page. Whatever comes of it, the person goes on to where they
//! were going, and nothing but the ticket is kept: nobody signs in by a visit, and neither a link, nor an affiliation, nor a cookie of a
//! session changes.
//!
//! Threats: a ticket of somebody else, who lured this browser into their own session there or sent a link to the way back (the sealed attempt
//! is in this browser, names its session, and counts once; the user name must be the login that the session's own link tells, letter for
//! letter), a server that is down and would keep everybody from the desk (it is looked at first), a way back to another host name than the
//! session's (nobody is sent).

use super::{
    Source,
    attempt::{self, Intent},
    begin::{begin, site_name},
    join::session_that_began,
    refusals::SignInRefusal,
    ticket_path::path_of_visit,
};
use crate::{
    app::App,
    session::{Session, SessionTicket, SignedIn},
    web::{
        errors::Refusal,
        outcome::Outcome,
        peer::ThrottleKey,
        request_host::RequestHost,
        return_path::path_after_sign_in,
        route::{Guard, Route},
        site::Site,
    },
};
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use axum_extra::extract::CookieJar;
use pleiade_core::{Claims, Hints, SignInAnswer, SignInError, SourceId};
use serde::Deserialize;
use url::form_urlencoded;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::reads("/sign-in/{source}/tickets", Guard::SignedIn, get(visit))]
}

/// The path to follow after a sign-in by this source: by the visit, where there is one on this site, else the one that was asked for.
pub(super) fn path_after_entering(app: &App, site: &Site, source: &Source, back: &str) -> String {
    match app.sign_in.paired_at(source.provider.id(), &site.tenant().hosts) {
        Some(paired) => {
            let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
            format!("{}?silent=1&return={back}", path_of_visit(paired.provider.id()))
        }
        None => back.to_owned(),
    }
}

#[derive(Deserialize)]
struct VisitQuery {
    #[serde(rename = "return")]
    back: Option<String>,
    silent: Option<String>,
}

/// What became of a visit that was asked for by a click; one that nobody asked for is not spoken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum VisitOutcome {
    Kept,
    NoAnswer,
    NoTicket,
    SomebodyElse,
    OtherHost,
}

impl VisitOutcome {
    const fn key(self) -> &'static str {
        match self {
            Self::Kept => "tickets-kept",
            Self::NoAnswer => "tickets-no-answer",
            Self::NoTicket => "tickets-none",
            Self::SomebodyElse => "tickets-somebody-else",
            Self::OtherHost => "tickets-other-host",
        }
    }

    /// Leads on.
    fn lead_on(self, app: &App, session: &Session, title: &str, silent: bool, back: &str) -> Response {
        if silent {
            return Redirect::to(back).into_response();
        }
        let outcome = if self == Self::Kept { Outcome::done } else { Outcome::failed };
        outcome(self.key()).with("source", title).redirect(app, session, back)
    }
}

/// `GET /sign-in/{source}/tickets`: leads to the CAS server that is paired with the session's own source, and writes nothing but a cookie.
async fn visit(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    site: Site,
    RequestHost(host): RequestHost,
    jar: CookieJar,
    Path(id): Path<SourceId>,
    Query(asked): Query<VisitQuery>,
) -> Result<Response, Refusal> {
    let paired = app.sign_in.paired_at(&session.source, &[host]).filter(|paired| *paired.provider.id() == id);
    let (back, silent) = (path_after_sign_in(asked.back.as_deref()), asked.silent.is_some());
    let Some(paired) = paired else {
        // A card may be read on a host name to which the server does not lead back.
        let paired = app.sign_in.paired(&session.source).filter(|paired| *paired.provider.id() == id);
        let title = paired.map(|paired| paired.title.clone());
        return Ok(match title.filter(|_| !silent) {
            Some(title) => VisitOutcome::OtherHost.lead_on(&app, &session, &title, silent, &back),
            None => Redirect::to(&back).into_response(),
        });
    };
    let lead_on = |outcome: VisitOutcome| outcome.lead_on(&app, &session, &paired.title, silent, &back);
    if vouched_login(&app, &session).is_none() {
        return Ok(lead_on(VisitOutcome::SomebodyElse));
    }
    if !app.sign_in.ticket_servers.is_answering(paired).await {
        return Ok(lead_on(VisitOutcome::NoAnswer));
    }
    let hints = if silent { Hints::silent() } else { Hints::none() };
    let intent = Intent::Tickets { session: session.id.as_str().to_owned(), silent };
    let begun = begin(&app, &site, paired, &hints, jar, back.clone(), intent).await;
    Ok(begun.unwrap_or_else(|_| lead_on(VisitOutcome::NoAnswer)))
}

/// The login that the session's own link tells, by its source or the directory that this relies on. A source that is gone vouches for
/// nothing.
fn vouched_login<'a>(app: &App, session: &'a Session) -> Option<&'a str> {
    app.sign_in.any_source(&session.named_by)?;
    session.actor.identity.login.as_deref()
}

/// The answer of a CAS server on the way back from a visit.
pub(super) struct VisitAnswer {
    pub(super) source: SourceId,
    /// The key of the attempt.
    pub(super) key: String,
    pub(super) query: Vec<(String, String)>,
}

/// The browser is back from a visit of this browser. None when the answer belongs to no visit.
///
/// # Errors
/// None of the visit's own: it leads on.
pub(super) async fn complete_visit(
    app: &App,
    site: &Site,
    place: ThrottleKey,
    jar: &CookieJar,
    answer: VisitAnswer,
) -> Option<Response> {
    let VisitAnswer { source: id, key, query } = answer;
    let begun = attempt::peek(app, jar, &id, site_name(site).as_deref(), &key)?;
    let Intent::Tickets { session: began, silent } = &begun.intent else { return None };
    let session = session_that_began(app, site, jar, began).await.ok().flatten();
    let session = session.and_then(|session| {
        let paired = app.sign_in.paired(&session.source).filter(|paired| *paired.provider.id() == id)?;
        Some((session, paired))
    });
    let Some((session, paired)) = session else {
        let jar = attempt::remove(app, jar.clone(), &key);
        return Some((jar, Redirect::to(&begun.back)).into_response());
    };
    let (jar, outcome) = match query.iter().any(|(name, _)| name == "ticket") {
        true => {
            let (jar, attempt) = attempt::take(app, jar.clone(), &id, site_name(site).as_deref(), &key).await;
            let outcome = match attempt {
                Some(attempt) => {
                    let answer = SignInAnswer::Callback { query, attempt: attempt.secret() };
                    redeem(app, site, place, &session, paired, answer).await
                }
                None => VisitOutcome::NoTicket,
            };
            (jar, outcome)
        }
        // Nobody is signed in there: there is nothing to spend.
        false => (attempt::remove(app, jar.clone(), &key), VisitOutcome::NoTicket),
    };
    let lead_on = outcome.lead_on(app, &session, &paired.title, *silent, &begun.back);
    Some((jar, lead_on).into_response())
}

/// The answer to a browser that comes back from a CAS server where nobody signs in, without a visit of its own under way: one that was
/// loaded again, or a link that somebody sent. None for any source but one that is paired with a source of this site: what another
/// collectivité has is not told.
pub(super) fn nothing_to_complete(app: &App, site: &Site, id: &SourceId) -> Option<Response> {
    let mut pairs = app.sign_in.offered(site).filter_map(|source| app.sign_in.paired(source.provider.id()));
    pairs.find(|paired| paired.provider.id() == id)?;
    Some(Redirect::to("/").into_response())
}

/// Asks the server whose the ticket is, and keeps what it brings with its answer, if it is the session's own person's.
async fn redeem(
    app: &App,
    site: &Site,
    place: ThrottleKey,
    session: &Session,
    paired: &Source,
    answer: SignInAnswer,
) -> VisitOutcome {
    let id = paired.provider.id();
    let Some(_position) = app.sign_in.attempts.take(place.subscriber()) else {
        return VisitOutcome::NoAnswer;
    };
    let Ok(attempt) = place.begin(&app.sign_in.returns) else { return VisitOutcome::NoAnswer };
    let answered = paired.provider.finish(answer).await;
    attempt.end(matches!(answered, Err(SignInError::Refused(_) | SignInError::Untrusted(_))));
    let claims = match answered {
        Ok(claims) => claims,
        Err(error) => {
            tracing::warn!(source = %id, %error, "a visit for proxy tickets brought nothing");
            return VisitOutcome::NoAnswer;
        }
    };
    let Some(user) = claims.login.clone().filter(|user| vouched_login(app, session) == Some(user.as_str()))
    else {
        app.refusal_log().record(site, paired, place.address(), SignInRefusal::OtherTicket(&claims)).await;
        return VisitOutcome::SomebodyElse;
    };
    match keep(app, session, id, user, claims).await {
        Some(()) => {
            tracing::info!(source = %id, "a visit brought what buys proxy tickets");
            VisitOutcome::Kept
        }
        None => VisitOutcome::NoTicket,
    }
}

async fn keep(app: &App, session: &Session, id: &SourceId, user: String, claims: Claims) -> Option<()> {
    let granting = claims.tokens.and_then(|tokens| tokens.proxy_granting);
    let (Some(granting), Some(provider_session)) = (granting, claims.provider_session) else {
        tracing::warn!(source = %id, "the CAS server gave no proxy-granting ticket: does it reach `proxy.callback`?");
        return None;
    };
    let ticket = SessionTicket { source: id.clone(), user, granting };
    match app.sessions.keep_ticket(session, &ticket, provider_session).await {
        Ok(true) => {}
        Ok(false) => return None,
        Err(error) => {
            tracing::warn!(source = %id, %error, "a proxy-granting ticket was not kept");
            return None;
        }
    }
    // What failed for want of a ticket is asked for again at once.
    for connector in app.credential_rules.by_proxy_ticket() {
        app.engine.invalidate(connector, Some(session.actor.identity.link));
    }
    Some(())
}
