//! The routes of signing in and out.

use super::{attempt, enter::enter};
use crate::{
    app::App,
    session::{MaybeSignedIn, SessionTokens, SignedIn},
    web::{
        address::PeerAddress,
        errors::{Refusal, html},
        look::Look,
        page::Page,
        route::{Access, Route},
        site::Site,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, Query, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use pleiade_core::{Hints, ProviderKind, SecretString, SignInAnswer, SignInError, SignInStep, SourceId};
use pleiade_federation::throttle::subscriber;
use serde::Deserialize;

/// The routes of signing in and out.
pub(crate) fn routes() -> Vec<Route> {
    use Access::{Anybody, SignedIn};
    vec![
        Route::writes("/sign-out", SignedIn, post(sign_out)),
        Route::reads("/sign-in", Anybody, get(page)),
        Route::writes("/sign-in/{source}", Anybody, post(password)),
        Route::reads("/sign-in/{source}/start", Anybody, get(start)),
        Route::reads("/sign-in/{source}/callback", Anybody, get(callback)),
        Route::writes("/sign-out/{source}/backchannel", Anybody, post(back_channel)),
    ]
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    page: Page,
    forms: Vec<Way>,
    links: Vec<Way>,
    back: String,
    login: String,
    problem: Option<String>,
    done: Option<String>,
    samples: Vec<super::Sample>,
}

struct Way {
    id: SourceId,
    title: String,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(rename = "return")]
    back: Option<String>,
    /// A fixed word: `out` after a sign-out, or the name of a problem.
    about: Option<String>,
}

fn sign_in_page(
    app: &App,
    site: &Site,
    look: Look,
    back: &str,
    login: String,
    problem: Option<&'static str>,
    done: bool,
) -> Result<Response, Refusal> {
    let tenant = site.tenant().clone();
    let page = Page::anonymous(app, tenant.clone(), look.locale_or(tenant.locale), look.theme, "/sign-in");
    let (forms, links) = app
        .sign_in
        .offered(site)
        .map(|source| {
            (source.provider.kind(), Way { id: source.provider.id().clone(), title: source.title.clone() })
        })
        .partition::<Vec<_>, _>(|(kind, _)| asks_password(*kind));
    let ways = |list: Vec<(ProviderKind, Way)>| list.into_iter().map(|(_, way)| way).collect();
    html(&SignInPage {
        forms: ways(forms),
        links: ways(links),
        back: back.to_owned(),
        login,
        problem: problem.map(|key| page.words.t(key)),
        done: done.then(|| page.words.t("sign-in-signed-out")),
        samples: app.sign_in.samples.clone(),
        page,
    })
}

fn asks_password(kind: ProviderKind) -> bool {
    matches!(kind, ProviderKind::Ldap | ProviderKind::Local)
}

/// `GET /sign-in`: the ways in of this site; leads on at once when there is one and it is elsewhere.
pub(crate) async fn page(
    State(app): State<App>,
    site: Site,
    look: Look,
    MaybeSignedIn(session): MaybeSignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let back = attempt::safe_path(asked.back.as_deref());
    if session.is_some() {
        return Ok(Redirect::to(&back).into_response());
    }
    let out = asked.about.as_deref() == Some("out");
    let problem = asked.about.as_deref().and_then(problem_key);
    if let (None, false, [only]) = (problem, out, &app.sign_in.offered(&site).collect::<Vec<_>>()[..])
        && !asks_password(only.provider.kind())
    {
        let back: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
        let to = format!("/sign-in/{}/start?return={back}", only.provider.id());
        return Ok(Redirect::to(&to).into_response());
    }
    sign_in_page(&app, &site, look, &back, String::new(), problem, out)
}

/// The sentences that a redirect may name.
fn problem_key(about: &str) -> Option<&'static str> {
    ["sign-in-refused", "sign-in-unreachable", "sign-in-no-right", "sign-in-expired"]
        .into_iter()
        .find(|key| *key == about)
}

pub(super) fn back_to_page(problem: &'static str) -> Response {
    Redirect::to(&format!("/sign-in?about={problem}")).into_response()
}

#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    login: String,
    password: String,
    #[serde(rename = "return")]
    back: Option<String>,
}

/// `POST /sign-in/{source}`: a login and a password.
pub(crate) async fn password(
    State(app): State<App>,
    site: Site,
    look: Look,
    PeerAddress(address): PeerAddress,
    jar: CookieJar,
    Path(id): Path<SourceId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let source = app
        .sign_in
        .source(&id, &site)
        .filter(|s| asks_password(s.provider.kind()))
        .ok_or(Refusal::NotFound)?;
    let back = attempt::safe_path(typed.back.as_deref());
    let place = subscriber(address);
    let login: String = typed.login.trim().chars().take(256).collect();
    let outcome = if app.sign_in.addresses.wait(place).is_none() {
        let answer = SignInAnswer::Password {
            login: login.clone(),
            password: SecretString::from(typed.password),
            address: Some(address),
        };
        source.provider.finish(answer).await
    } else {
        Err(SignInError::TooMany)
    };
    match outcome {
        Ok(claims) => enter(&app, &site, source, claims, jar, &back).await,
        Err(error) => {
            if error == SignInError::BadCredentials {
                app.sign_in.addresses.failed(place);
            }
            count(&id, "refused");
            tracing::info!(source = %id, %error, "sign-in refused");
            let mut response =
                sign_in_page(&app, &site, look, &back, login, Some(problem_of(&error)), false)?;
            *response.status_mut() = match error {
                SignInError::TooMany => StatusCode::TOO_MANY_REQUESTS,
                SignInError::Unreachable(_) | SignInError::Misconfigured(_) => StatusCode::BAD_GATEWAY,
                _ => StatusCode::UNAUTHORIZED,
            };
            Ok(response)
        }
    }
}

pub(super) fn count(source: &SourceId, outcome: &'static str) {
    metrics::counter!("pleiade_sign_ins_total", "source" => source.to_string(), "outcome" => outcome)
        .increment(1);
}

fn problem_of(error: &SignInError) -> &'static str {
    match error {
        SignInError::BadCredentials => "sign-in-bad-credentials",
        SignInError::PasswordMustChange => "sign-in-must-change",
        SignInError::TooMany => "sign-in-too-many",
        SignInError::Unreachable(_) | SignInError::Misconfigured(_) => "sign-in-unreachable",
        _ => "sign-in-refused",
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Start {
    #[serde(rename = "return")]
    back: Option<String>,
    login_hint: Option<String>,
    idp_hint: Option<String>,
}

fn site_name(site: &Site) -> Option<String> {
    site.sessions_of().map(ToString::to_string)
}

/// `GET /sign-in/{source}/start`: leads to the provider. Writes nothing but a cookie.
pub(crate) async fn start(
    State(app): State<App>,
    site: Site,
    jar: CookieJar,
    Path(id): Path<SourceId>,
    Query(asked): Query<Start>,
) -> Result<Response, Refusal> {
    let source = app.sign_in.source(&id, &site).ok_or(Refusal::NotFound)?;
    let mut hints = Hints::none();
    hints.login = asked.login_hint.filter(|hint| hint.len() <= 256);
    hints.provider = asked.idp_hint.filter(|hint| hint.len() <= 256);
    match source.provider.begin(&hints).await {
        Ok(SignInStep::Redirect { url, attempt: secret, key }) => {
            let back = attempt::safe_path(asked.back.as_deref());
            let started = attempt::start(&app, jar, &id, site_name(&site), back, &secret, &key);
            Ok(match started {
                Some(jar) => (jar, Redirect::to(url.as_str())).into_response(),
                None => back_to_page("sign-in-refused"),
            })
        }
        Ok(_) => Ok(back_to_page("sign-in-refused")),
        Err(error) => {
            tracing::warn!(source = %id, %error, "sign-in not started");
            Ok(back_to_page(if problem_of(&error) == "sign-in-unreachable" {
                "sign-in-unreachable"
            } else {
                "sign-in-refused"
            }))
        }
    }
}

/// `GET /sign-in/{source}/callback`: the browser is back from the provider.
pub(crate) async fn callback(
    State(app): State<App>,
    site: Site,
    PeerAddress(address): PeerAddress,
    jar: CookieJar,
    Path(id): Path<SourceId>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let source = app.sign_in.source(&id, &site).ok_or(Refusal::NotFound)?;
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let mut states = query.iter().filter(|(name, _)| name == "state").map(|(_, value)| value.clone());
    let (Some(key), None) = (states.next(), states.next()) else {
        return Ok(back_to_page("sign-in-refused"));
    };
    // Each answer costs a row of storage and a call to the provider, and anybody may begin an attempt.
    let place = subscriber(address);
    if app.sign_in.addresses.wait(place).is_some() {
        return Ok(back_to_page("sign-in-refused"));
    }
    let (jar, attempt) = attempt::take(&app, jar, &id, site_name(&site).as_deref(), &key).await;
    let Some(attempt) = attempt else { return Ok((jar, back_to_page("sign-in-expired")).into_response()) };
    match source.provider.finish(SignInAnswer::Callback { query, attempt: attempt.secret() }).await {
        Ok(claims) => enter(&app, &site, source, claims, jar, &attempt.back).await,
        Err(error) => {
            if matches!(error, SignInError::Refused(_) | SignInError::Untrusted(_)) {
                app.sign_in.addresses.failed(place);
            }
            count(&id, "refused");
            tracing::warn!(source = %id, %error, "sign-in refused");
            let problem = if problem_of(&error) == "sign-in-unreachable" {
                "sign-in-unreachable"
            } else {
                "sign-in-refused"
            };
            Ok((jar, back_to_page(problem)).into_response())
        }
    }
}

pub(super) fn broken(error: &dyn std::error::Error) -> Refusal {
    let reference = crate::web::reference();
    tracing::error!(reference, %error, "session not changed");
    Refusal::Broken { reference }
}

/// `POST /sign-out`: ends the session here first, then leads to the provider's own sign-out where it has one.
pub(crate) async fn sign_out(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    jar: CookieJar,
) -> Result<Response, Refusal> {
    app.sessions.close(&session).await.map_err(|error| broken(&error))?;
    let tokens = session.tokens().map(SessionTokens::to_person_tokens);
    let source = app.sign_in.any_source(&session.source);
    let mut elsewhere = None;
    if let (Some(source), Some(tokens), Some(home)) = (source, &tokens, &app.public_url) {
        // After a restart the provider's addresses are not known yet. The session has ended whatever the provider does.
        if let Err(error) = source.provider.probe().await {
            tracing::warn!(source = %session.source, %error, "signed out here only");
        }
        elsewhere = source.provider.sign_out_url(Some(tokens), home);
    }
    let jar = jar.add(app.sessions.cookie().no_session());
    let to = elsewhere.map_or_else(|| "/sign-in?about=out".to_owned(), String::from);
    Ok((jar, Redirect::to(&to)).into_response())
}

#[derive(Debug, Deserialize)]
pub(crate) struct LogoutForm {
    logout_token: String,
}

/// `POST /sign-out/{source}/backchannel`: a provider ends sessions. What it names and we do not have is already ended.
pub(crate) async fn back_channel(
    State(app): State<App>,
    Path(id): Path<SourceId>,
    Form(form): Form<LogoutForm>,
) -> Result<Response, Refusal> {
    let source = app.sign_in.any_source(&id).ok_or(Refusal::NotFound)?;
    let logout = match source.provider.read_logout(&form.logout_token).await {
        Ok(logout) => logout,
        Err(error) => {
            tracing::warn!(source = %id, %error, "logout token refused");
            return Ok(StatusCode::BAD_REQUEST.into_response());
        }
    };
    let closed = match (&logout.provider_session, &logout.subject) {
        (Some(session), _) => app.sessions.close_by_provider(&id, session).await,
        (None, Some(subject)) => app.sessions.close_by_subject(&id, subject).await,
        (None, None) => Ok(0),
    };
    let closed = closed.map_err(|error| broken(&error))?;
    tracing::info!(source = %id, closed, "sessions ended by their provider");
    Ok(StatusCode::OK.into_response())
}
