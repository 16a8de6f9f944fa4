//! Between a right password and an open session: the second factor, or the demand to have one.
//!
//! The proof given so far waits in a sealed cookie of the browser that typed the password, for this site, for five minutes, and opens
//! one session.

use super::{add, enrolment::NewFactorForm, factors, holder::Holder, policy::is_operator};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    seal::Purpose,
    sign_in::{
        SignInRefusal, Source, back_to_page, complete_join, enter, local::ACCOUNT_VERSION, turned_back,
    },
    web::{
        errors::{Refusal, html_with_status},
        headers::leading_to,
        look::Look,
        page::Page,
        peer::ThrottleKey,
        request_host::RequestHost,
        return_path::path_after_sign_in,
        route::{Guard, Route},
        sealed,
        site::Site,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use chrono::TimeDelta;
use factors::{FactorAnswer, FactorCheck};
use pleiade_core::{Claims, SecretString, SourceId};
use serde::{Deserialize, Serialize};
use url::Url;

/// The page that asks for a second factor.
const PATH: &str = "/second-factor";
/// The page that asks to add one.
const ADD_PATH: &str = "/second-factor/add";
const NAME: &str = "pending";
const PENDING_TTL: TimeDelta = TimeDelta::minutes(5);
const PURPOSE: Purpose<'static> = Purpose::new("sign-in that waits for a second factor");

pub(super) fn routes() -> Vec<Route> {
    use Guard::Anybody;
    vec![
        Route::reads(PATH, Anybody, get(page)),
        Route::writes(PATH, Anybody, post(answer)),
        Route::reads(ADD_PATH, Anybody, get(add_page)),
        Route::writes(ADD_PATH, Anybody, post(enrol)),
    ]
}

#[derive(Serialize, Deserialize)]
struct PendingSignIn {
    source: SourceId,
    login: String,
    /// Of the account whose password was verified: another one ends the sign-in.
    #[serde(default)]
    account_version: String,
    site: Option<pleiade_core::TenantId>,
    back: String,
    /// True if they must add a factor, having none.
    adds: bool,
    /// The session whose person the account joins; none when it opens a session of its own.
    #[serde(default)]
    joins: Option<String>,
}

/// A browser in the course of signing in.
pub(crate) struct SignInVisit<'a> {
    pub(crate) site: &'a Site,
    pub(crate) place: ThrottleKey,
    pub(crate) jar: CookieJar,
    /// The path it came for.
    pub(crate) back: &'a str,
    /// The session whose person the account joins; none when it opens a session of its own.
    pub(crate) joins: Option<&'a str>,
}

/// Carries on after a complete proof: opens a session, or adds an identity link to the person who began it.
async fn after_proof(
    app: &App,
    source: &Source,
    claims: Claims,
    visit: SignInVisit<'_>,
) -> Result<Response, Refusal> {
    let SignInVisit { site, place, jar, back, joins } = visit;
    match joins {
        Some(session) => complete_join(app, site, source, &claims, jar, session).await,
        None => enter(app, site, source, place, claims, jar, back).await,
    }
}

/// Carries on after a right password: a session, the question for the second factor, or the demand to add one. Sources that are not local
/// have asked for what they want themselves.
pub(crate) async fn after_password(
    app: &App,
    source: &Source,
    claims: Claims,
    password: &SecretString,
    visit: SignInVisit<'_>,
) -> Result<Response, Refusal> {
    let id = source.provider.id();
    let Some(policy) = app.accounts.policy(id) else {
        return after_proof(app, source, claims, visit).await;
    };
    let SignInVisit { site, place, jar, back, joins } = visit;
    let holder = Holder::by_subject(&*app.storage, &app.accounts, id, &claims.subject).await?;
    let verified = claims.attribute(ACCOUNT_VERSION);
    let holder = holder.filter(|holder| verified == Some(&holder.version()));
    let Some(mut holder) = holder else {
        let back = turned_back(app, site, &jar, joins, "sign-in-refused").await?;
        return Ok((jar, back).into_response());
    };
    app.known_browsers().rehash(&mut holder, password).await;
    if !policy.admits(&holder.affiliations, place.or_unspecified()) {
        return refuse_network(app, source, &holder, SignInVisit { site, place, jar, back, joins }).await;
    }
    let adds = holder.factors.is_empty();
    if adds && !policy.requires_factor(&holder.affiliations) {
        return finish(app, source, &holder, "password", SignInVisit { site, place, jar, back, joins }).await;
    }
    let pending = PendingSignIn {
        source: id.clone(),
        login: holder.account.login.clone(),
        account_version: holder.version(),
        site: site.tenant_id().cloned(),
        back: back.to_owned(),
        adds,
        joins: joins.map(str::to_owned),
    };
    let value = sealed::seal(app, PURPOSE, pending, PENDING_TTL).ok_or(Refusal::BadRequest)?;
    let jar = jar.add(sealed::cookie(app, NAME, value, PENDING_TTL));
    Ok((jar, Redirect::to(if adds { ADD_PATH } else { PATH })).into_response())
}

/// Somebody proved both factors at once, with a passkey.
pub(super) async fn after_full_proof(
    app: &App,
    holder: Holder,
    method: &'static str,
    visit: SignInVisit<'_>,
) -> Result<Response, Refusal> {
    let id = &holder.account.source;
    let (Some(source), Some(policy)) = (app.sign_in.source(id, visit.site), app.accounts.policy(id)) else {
        return Ok((visit.jar, back_to_page(app, "sign-in-refused")).into_response());
    };
    if !policy.admits(&holder.affiliations, visit.place.or_unspecified()) {
        return refuse_network(app, source, &holder, visit).await;
    }
    finish(app, source, &holder, method, visit).await
}

async fn refuse_network(
    app: &App,
    source: &Source,
    holder: &Holder,
    visit: SignInVisit<'_>,
) -> Result<Response, Refusal> {
    let SignInVisit { site, place, jar, joins, .. } = visit;
    app.refusal_log().record(site, source, place.address(), SignInRefusal::Network(&holder.account)).await;
    let back = turned_back(app, site, &jar, joins, "sign-in-refused").await?;
    Ok((jar, back).into_response())
}

/// Opens the session. An operator's local account is for emergencies: each use is told to whoever watches.
async fn finish(
    app: &App,
    source: &Source,
    holder: &Holder,
    method: &'static str,
    visit: SignInVisit<'_>,
) -> Result<Response, Refusal> {
    let id = source.provider.id();
    let Some(mut claims) = holder.claims(&app.storage).await else {
        let back = turned_back(app, visit.site, &visit.jar, visit.joins, "sign-in-refused").await?;
        return Ok((visit.jar, back).into_response());
    };
    claims.acr = Some(if method == "password" { "password" } else { "two-factors" }.to_owned());
    let samples = app.accounts.policy(id).is_some_and(|policy| policy.samples);
    if is_operator(&holder.affiliations) && !samples {
        let me = holder.account.identity;
        tracing::warn!(alarm = true, identity = %me, source = %id, address = %visit.place.or_unspecified(), method, "an operator's local account was used");
        let note = Note::new(AuditEvent::EmergencyAccountUsed)
            .actor(&holder.account)
            .source(id)
            .with("factor", method);
        app.journal().record(note).await?;
    }
    let jar = app.known_browsers().remember(visit.jar, holder);
    after_proof(app, source, claims, SignInVisit { jar, ..visit }).await
}

/// The sign-in that waits in this browser for its second factor, on this site and in time.
async fn waiting(
    app: &App,
    site: &Site,
    jar: &CookieJar,
) -> Result<Option<(String, PendingSignIn, Holder)>, Refusal> {
    let Some(value) = sealed::value_in(app, jar, NAME) else { return Ok(None) };
    let Some(pending) = sealed::open::<PendingSignIn>(app, PURPOSE, &value) else { return Ok(None) };
    if pending.site.as_ref() != site.tenant_id() || app.sign_in.source(&pending.source, site).is_none() {
        return Ok(None);
    }
    let holder = Holder::by_login(&*app.storage, &pending.source, &pending.login).await?;
    let holder = holder.filter(|holder| holder.version() == pending.account_version);
    Ok(holder.map(|holder| (value, pending, holder)))
}

fn no_more(app: &App, jar: CookieJar) -> CookieJar {
    jar.remove(sealed::removal(app, NAME))
}

fn expired(app: &App, jar: CookieJar) -> Response {
    (no_more(app, jar), back_to_page(app, "sign-in-expired")).into_response()
}

#[derive(Template)]
#[template(path = "accounts/second_factor.html")]
struct SecondFactorPage {
    page: Page,
    codes: bool,
    question: Option<factors::FactorQuestion>,
    elsewhere: Vec<String>,
    problem: Option<String>,
}

/// Where the forms of an account lead once it is proved.
fn targets(app: &App, site: &Site, holder: &Holder) -> Vec<Url> {
    let source = app.sign_in.source(&holder.account.source, site);
    source.into_iter().flat_map(|source| app.sign_in.targets_of(source, site)).collect()
}

async fn render_second_factor_page(
    app: &App,
    site: &Site,
    host: &str,
    look: Look,
    holder: &Holder,
    problem: Option<(&'static str, StatusCode)>,
) -> Result<Response, Refusal> {
    let page = Page::anonymous(app, site, look, PATH);
    let factors = app.storage.factors(holder.account.link).await?;
    let mut elsewhere: Vec<String> =
        factors.iter().filter_map(|factor| factor.factor.host.clone()).filter(|at| at != host).collect();
    elsewhere.dedup();
    let status = problem.map_or(StatusCode::OK, |(_, status)| status);
    let second = SecondFactorPage {
        codes: factors.iter().any(|factor| factor.factor.kind == crate::storage::FactorKind::Totp),
        question: app.second_factors().question(holder, &factors, host),
        elsewhere,
        problem: problem.map(|(key, _)| page.words.t(key)),
        page,
    };
    Ok(leading_to(html_with_status(status, &second)?, targets(app, site, holder)))
}

async fn page(
    State(app): State<App>,
    site: Site,
    RequestHost(host): RequestHost,
    look: Look,
    jar: CookieJar,
) -> Result<Response, Refusal> {
    match waiting(&app, &site, &jar).await? {
        Some((_, pending, _)) if pending.adds => Ok(Redirect::to(ADD_PATH).into_response()),
        Some((_, _, holder)) => render_second_factor_page(&app, &site, &host, look, &holder, None).await,
        None => Ok(expired(&app, jar)),
    }
}

async fn answer(
    State(app): State<App>,
    site: Site,
    RequestHost(host): RequestHost,
    look: Look,
    place: ThrottleKey,
    jar: CookieJar,
    Form(answer): Form<FactorAnswer>,
) -> Result<Response, Refusal> {
    let Some((value, pending, holder)) = waiting(&app, &site, &jar).await? else {
        return Ok(expired(&app, jar));
    };
    if pending.adds {
        return Ok(Redirect::to(ADD_PATH).into_response());
    }
    let Some(source) = app.sign_in.source(&pending.source, &site) else { return Ok(expired(&app, jar)) };
    let method = match app.second_factors().prove(&holder, &host, &answer).await? {
        FactorCheck::Accepted(method) => method,
        FactorCheck::Rejected => {
            let refusal = SignInRefusal::SecondFactor(&holder.account);
            app.refusal_log().record(&site, source, place.address(), refusal).await;
            let problem = Some(("accounts-code-wrong", StatusCode::UNAUTHORIZED));
            return render_second_factor_page(&app, &site, &host, look, &holder, problem).await;
        }
        FactorCheck::Throttled => {
            let problem = Some(("sign-in-too-many", StatusCode::TOO_MANY_REQUESTS));
            return render_second_factor_page(&app, &site, &host, look, &holder, problem).await;
        }
    };
    if !sealed::spend(&app, &value).await? {
        return Ok(expired(&app, jar));
    }
    let jar = no_more(&app, jar);
    let back = path_after_sign_in(Some(&pending.back));
    finish(
        &app,
        source,
        &holder,
        method,
        SignInVisit { site: &site, place, jar, back: &back, joins: pending.joins.as_deref() },
    )
    .await
}

#[derive(Template)]
#[template(path = "accounts/must_add.html")]
struct EnrolmentPage {
    page: Page,
    add: add::NewFactorOffer,
}

fn render_add_page(
    app: &App,
    site: &Site,
    host: &str,
    look: Look,
    holder: &Holder,
    problem: Option<&'static str>,
) -> Result<Response, Refusal> {
    let page = Page::anonymous(app, site, look, PATH);
    let offer = app.second_factors().offer(&site.tenant().name, host, holder, &[])?;
    let problem = problem.map(|key| page.words.t(key));
    let status = if problem.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    let add = add::NewFactorOffer::new(offer, ADD_PATH, problem)?;
    Ok(leading_to(html_with_status(status, &EnrolmentPage { add, page })?, targets(app, site, holder)))
}

async fn add_page(
    State(app): State<App>,
    site: Site,
    RequestHost(host): RequestHost,
    look: Look,
    jar: CookieJar,
) -> Result<Response, Refusal> {
    match waiting(&app, &site, &jar).await? {
        Some((_, pending, holder)) if pending.adds => {
            render_add_page(&app, &site, &host, look, &holder, None)
        }
        Some(_) => Ok(Redirect::to(PATH).into_response()),
        None => Ok(expired(&app, jar)),
    }
}

/// Adds the first factor of somebody who must have one, then lets them in and shows their recovery codes.
async fn enrol(
    State(app): State<App>,
    site: Site,
    RequestHost(host): RequestHost,
    look: Look,
    place: ThrottleKey,
    jar: CookieJar,
    Form(form): Form<NewFactorForm>,
) -> Result<Response, Refusal> {
    let Some((value, pending, mut holder)) = waiting(&app, &site, &jar).await? else {
        return Ok(expired(&app, jar));
    };
    if !pending.adds {
        return Ok(expired(&app, jar));
    }
    let Some(source) = app.sign_in.source(&pending.source, &site) else { return Ok(expired(&app, jar)) };
    let (kind, codes) = match app.second_factors().add(&host, &mut holder, &form).await? {
        Ok(added) => added,
        Err(problem) => return render_add_page(&app, &site, &host, look, &holder, Some(problem)),
    };
    if !sealed::spend(&app, &value).await? {
        return Ok(expired(&app, jar));
    }
    let ended = holder.note(AuditEvent::SessionsEnded).actor(&holder.account).with("cause", "second_factor");
    app.sessions
        .close_link(holder.account.link, &|count| app.journal().line(ended.clone().with("count", count)))
        .await?;
    let jar = no_more(&app, jar);
    let back = path_after_sign_in(Some(&pending.back));
    let entered = finish(
        &app,
        source,
        &holder,
        kind,
        SignInVisit { site: &site, place, jar, back: &back, joins: pending.joins.as_deref() },
    )
    .await?;
    add::render_codes(&app, &site, look, codes, &back, entered)
}
