//! The ways out: by the person here, at their provider and back, and by the provider on its own.
//!
//! Threats: a sign-out that only looks like one (the session here ends first, whatever the provider does and whether storage takes it or
//! not, and the answer says how far the end goes), a page that claims a sign-out
//! which nobody asked for (the return is recognised by a value in a cookie of this browser), a logout token that comes again or is lost
//! because storage failed (it is remembered after the sessions have ended, for all replicas), a link or a frame that signs people out
//! (no GET ends anything; a frame's form must name a session of the provider that only the provider and we know).

use super::{Source, answers::STAY};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    session::{Session, SessionEnd, SessionError, SessionTokens, SignedIn},
    web::outcome::Outcome,
    web::{
        assets,
        errors::{Refusal, html},
        form::single,
        headers::{OwnPolicy, framed_policy},
        look::Look,
        peer::ThrottleKey,
        request_host::authority,
        route::{Guard, Origin, Route},
        site::Site,
        unwritten,
        words::Words,
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, RawForm, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use pleiade_core::{ProviderKind, ProviderLogout, SecretString, SourceId};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use url::Url;

/// The path to which a provider sends the browser back, on the host name where the person signed out.
const DONE_PATH: &str = "/sign-out/done";
/// Longest name of a session at a provider.
const MAX_SID_BYTES: usize = 255;

/// The routes of signing out.
pub(super) fn routes() -> Vec<Route> {
    use Guard::{Anybody, SignedIn};
    vec![
        // Ends the browser's session whoever it is by now: whoever wants to leave is not asked anything.
        Route::writes("/sign-out", SignedIn, post(sign_out)).taken_from(Origin::AnyPage),
        Route::reads(DONE_PATH, Anybody, get(done)),
        Route::writes("/sign-out/{source}/backchannel", Anybody, post(back_channel)),
        Route::reads("/sign-out/{source}/frontchannel", Anybody, get(front_channel_page)),
        Route::writes("/sign-out/{source}/frontchannel", Anybody, post(front_channel)),
    ]
}

/// `POST /sign-out`: ends the session here first, then leads to the provider's own sign-out where it has one. What storage could not take
/// is said on a page of its own.
async fn sign_out(
    State(app): State<App>,
    signed_in: Result<SignedIn, Response>,
    site: Site,
    look: Look,
    headers: HeaderMap,
    uri: Uri,
    jar: CookieJar,
) -> Result<Response, Refusal> {
    let session = match signed_in {
        Ok(SignedIn(session)) => session,
        Err(refused) if refused.status() == StatusCode::SERVICE_UNAVAILABLE => {
            return unread(&app, &site, look, jar).await;
        }
        Err(refused) => return Ok(refused),
    };
    let gone = app.cookies().no_session();
    let note = Note::new(AuditEvent::SignedOut)
        .tenant(&session.actor.acting.tenant)
        .actor(&*session)
        .source(&session.source);
    let ended = match app.sessions.close(&session, Some(app.journal().line(note))).await {
        Ok(ended) => ended,
        Err(error) => {
            tracing::error!(%error, "a sign-out was not written down and could not be kept; the session goes on");
            let page = unwritten::not_signed_out(&app, &site, look, session.expires_at)?;
            return Ok((jar.add(gone), page).into_response());
        }
    };
    let (jar, elsewhere) = provider_sign_out(&app, &session, &headers, &uri, jar.add(gone)).await;
    match (ended, elsewhere) {
        (SessionEnd::HereOnly { until }, elsewhere) => {
            let page = unwritten::signed_out(&app, &site, look, until, elsewhere.as_ref().map(Url::as_str))?;
            Ok((jar, page).into_response())
        }
        (SessionEnd::Everywhere, Some(url)) => Ok((jar, Redirect::to(url.as_str())).into_response()),
        (SessionEnd::Everywhere, None) => Ok((jar, signed_out(&app)).into_response()),
    }
}

/// Leads to the sign-in page, which says that the person is signed out.
fn signed_out(app: &App) -> Response {
    Outcome::done("sign-in-signed-out").redirect_anybody(app, STAY)
}

/// Signs out whom storage cannot name now: whoever the cookie belongs to, it opens nothing here any more.
async fn unread(app: &App, site: &Site, look: Look, jar: CookieJar) -> Result<Response, Refusal> {
    let rule = app.cookies();
    let value = jar.get(rule.session_name()).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    let page = match app.sessions.refuse_unread(&value).await {
        Ok(Some(SessionEnd::HereOnly { until })) => unwritten::signed_out(app, site, look, until, None)?,
        Ok(_) => signed_out(app),
        Err(_) => unwritten::not_signed_out(app, site, look, app.sessions.latest_end())?,
    };
    Ok((jar.add(rule.no_session()), page).into_response())
}

/// The provider's own sign-out, with what recognises the way back from it.
async fn provider_sign_out(
    app: &App,
    session: &Session,
    headers: &HeaderMap,
    uri: &Uri,
    jar: CookieJar,
) -> (CookieJar, Option<Url>) {
    let tokens = session.tokens().map(SessionTokens::to_person_tokens);
    let source = app.sign_in.any_source(&session.source);
    // A CAS server and a proxy need nothing but their own address.
    let elsewhere = |source: &&Source| {
        tokens.is_some() || matches!(source.provider.kind(), ProviderKind::Cas | ProviderKind::Header)
    };
    let (Some(source), Some(home)) = (source.filter(elsewhere), &app.public_url) else {
        return (jar, None);
    };
    // After a restart the provider's addresses are not known yet. The session has ended whatever the provider does.
    if source.provider.kind() == ProviderKind::Oidc
        && let Err(error) = source.provider.probe().await
    {
        tracing::warn!(source = %session.source, %error, "signed out here only");
    }
    let state = (source.provider.kind() == ProviderKind::Oidc).then(new_state).flatten();
    // A CAS server hands nothing back that could be recognised: it leads to the first page.
    let path = if state.is_some() { DONE_PATH } else { "/" };
    let back = url_here(home, headers, uri, path);
    let Some(mut url) = source.provider.sign_out_url(tokens.as_ref(), back.as_ref().unwrap_or(home)) else {
        return (jar, None);
    };
    let Some(state) = state else { return (jar, Some(url)) };
    url.query_pairs_mut().append_pair("state", &state);
    (jar.add(app.cookies().sign_out(&SecretString::from(state))), Some(url))
}

fn new_state() -> Option<String> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).ok()?;
    Some(BASE64_URL_SAFE_NO_PAD.encode(random))
}

/// A path on the host name of this request, which is one of ours: no other gets this far.
fn url_here(home: &Url, headers: &HeaderMap, uri: &Uri, path: &str) -> Option<Url> {
    let authority = authority(headers, uri)?;
    let here = Url::parse(&format!("{}://{authority}/", home.scheme())).ok()?;
    let mut url = home.clone();
    url.set_host(here.host_str()).ok()?;
    url.set_path(path);
    Some(url)
}

#[derive(Debug, Deserialize)]
struct DoneQuery {
    state: Option<String>,
}

/// `GET /sign-out/done`: the browser is back from the provider's sign-out.
async fn done(State(app): State<App>, jar: CookieJar, Query(back): Query<DoneQuery>) -> Response {
    let rule = app.cookies();
    let state = back.state.unwrap_or_default();
    let ours = rule.sign_out_state(&jar).is_some_and(|kept| kept.as_bytes().ct_eq(state.as_bytes()).into());
    if ours {
        (jar.add(rule.no_sign_out()), signed_out(&app)).into_response()
    } else {
        Redirect::to("/").into_response()
    }
}

/// `POST /sign-out/{source}/backchannel`: a provider ends sessions. What it names and we do not have is already ended.
async fn back_channel(
    State(app): State<App>,
    place: ThrottleKey,
    Path(id): Path<SourceId>,
    RawForm(form): RawForm,
) -> Result<Response, Refusal> {
    let source = app.sign_in.any_source(&id).ok_or(Refusal::NotFound)?;
    let Ok(attempt) = place.begin(&app.sign_in.sign_outs) else {
        return Ok(StatusCode::TOO_MANY_REQUESTS.into_response());
    };
    let ended = end_by_token(&app, source, &form).await;
    attempt.end(matches!(ended, Ok(Err(_))));
    Ok(match ended? {
        Ok(()) => StatusCode::OK.into_response(),
        Err(why) => {
            tracing::warn!(source = %id, error = %why, "logout token refused");
            StatusCode::BAD_REQUEST.into_response()
        }
    })
}

/// Ends the sessions that a logout token names; an inner error says why the token was refused.
async fn end_by_token(app: &App, source: &Source, form: &[u8]) -> Result<Result<(), String>, Refusal> {
    let id = source.provider.id();
    let Some(token) = single(form, "logout_token") else {
        return Ok(Err("no logout token, or several".to_owned()));
    };
    let logout = match source.provider.read_logout(&token).await {
        Ok(logout) => logout,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let once = logout.replay_key.as_ref().map(|once| (digest(id, &once.id), once.until));
    if let Some((key, _)) = once
        && app.storage.is_used(key).await?
    {
        return Ok(Err("a logout token came again".to_owned()));
    }
    close(app, source, &logout, "back_channel").await?;
    // Only now: a token whose sessions could not be ended comes again and must find them.
    if let Some((key, until)) = once {
        app.storage.use_once(key, until).await?;
    }
    Ok(Ok(()))
}

/// Identifiers are unique at their source only.
fn digest(source: &SourceId, id: &str) -> [u8; 32] {
    Sha256::digest(format!("logout\0{source}\0{id}").as_bytes()).into()
}

/// Ends what a provider names, and says how many.
pub(super) async fn close(
    app: &App,
    source: &Source,
    logout: &ProviderLogout,
    cause: &'static str,
) -> Result<usize, Refusal> {
    let id = source.provider.id();
    let note = Note::new(AuditEvent::SessionsEnded).source(id).with("cause", cause);
    let note = source.owner.iter().fold(note, Note::tenant);
    let line = |count: usize| app.journal().line(note.clone().with("count", count));
    let closed: Result<usize, SessionError> = match (&logout.provider_session, &logout.subject) {
        (Some(session), _) => app.sessions.close_by_provider(id, session, &line).await,
        (None, Some(subject)) => app.sessions.close_by_subject(id, subject, &line).await,
        (None, None) => Ok(0),
    };
    let closed = closed?;
    tracing::info!(source = %id, closed, cause, "sessions ended by their provider");
    Ok(closed)
}

#[derive(Template)]
#[template(path = "sign_out_frame.html")]
struct FrontChannelPage {
    words: Words,
    script: String,
}

/// `GET /sign-out/{source}/frontchannel`: the page that the provider's sign-out loads in a frame. It ends nothing; its script posts what
/// the address says.
async fn front_channel_page(
    State(app): State<App>,
    site: Site,
    look: Look,
    Path(id): Path<SourceId>,
) -> Result<Response, Refusal> {
    let source = app.sign_in.any_source(&id).ok_or(Refusal::NotFound)?;
    let issuer = source.provider.front_channel_issuer().and_then(|issuer| Url::parse(issuer).ok());
    let policy = issuer.as_ref().and_then(framed_policy).ok_or(Refusal::NotFound)?;
    let tenant = site.tenant();
    let words = app.words(look.locale_or(tenant.locale), tenant.time_zone);
    let mut page = html(&FrontChannelPage { words, script: assets::address("sign-out-frame.js") })?;
    page.extensions_mut().insert(OwnPolicy(policy));
    Ok(page)
}

/// `POST /sign-out/{source}/frontchannel`: ends the sessions that belong to one session of the provider, whose name is the proof. The
/// answer does not say whether there was one.
async fn front_channel(
    State(app): State<App>,
    place: ThrottleKey,
    Path(id): Path<SourceId>,
    RawForm(form): RawForm,
) -> Result<Response, Refusal> {
    let source = app.sign_in.any_source(&id).ok_or(Refusal::NotFound)?;
    let issuer = source.provider.front_channel_issuer().ok_or(Refusal::NotFound)?;
    let Ok(attempt) = place.begin(&app.sign_in.sign_outs) else {
        return Ok(StatusCode::TOO_MANY_REQUESTS.into_response());
    };
    let named = single(&form, "sid").filter(|sid| (1..=MAX_SID_BYTES).contains(&sid.len()));
    let (Some(sid), Some(told)) = (named, single(&form, "iss")) else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    if told != issuer {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    }
    let closed = close(&app, source, &ProviderLogout::new(Some(sid), None), "front_channel").await;
    attempt.end(matches!(closed, Ok(0)));
    closed?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
