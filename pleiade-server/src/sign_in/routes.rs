//! The routes of signing in and out.

use super::{
    Source,
    attempt::{self, Intent},
    cas,
    enter::enter,
    find, header, join, linking, notice, other_session,
    page::{Wanted, asks_password, page, sign_in_page},
    prove,
    refusals::refused,
    sign_out, unwritable,
};
use crate::{
    accounts,
    app::App,
    web::{
        address::{Place, SocketPeer},
        errors::Refusal,
        look::Look,
        route::{Access, Route},
        site::Site,
    },
};
use axum::{
    Form,
    extract::{Path, Query, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use pleiade_core::{
    Claims, Hints, ProviderKind, SecretString, SignInAnswer, SignInError, SignInStep, SourceId, TenantId,
};
use pleiade_federation::throttle::is_possible;
use serde::Deserialize;

/// The routes of signing in and out.
pub(crate) fn routes() -> Vec<Route> {
    use Access::Anybody;
    let mut all = vec![
        Route::reads("/sign-in", Anybody, get(page)),
        Route::writes("/sign-in/{source}", Anybody, post(password)),
        Route::reads("/sign-in/{source}/start", Anybody, get(start)),
        Route::reads("/sign-in/{source}/callback", Anybody, get(callback)),
    ];
    all.extend(find::routes());
    all.extend(linking::routes());
    all.extend(join::routes());
    all.extend(other_session::routes());
    all.extend(prove::routes());
    all.extend(sign_out::routes());
    all.extend(cas::routes());
    all
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(rename = "return")]
    pub(super) back: Option<String>,
    /// A link straight to one of the sources of this site.
    pub(super) source: Option<SourceId>,
    /// On the common host, the collectivité that was chosen.
    pub(super) tenant: Option<TenantId>,
    /// What the person typed before.
    pub(super) login_hint: Option<String>,
    /// The identity provider behind the source.
    pub(super) idp_hint: Option<String>,
    /// A fixed word: `out` after a sign-out, or the name of a problem.
    pub(super) about: Option<String>,
}

pub(crate) fn back_to_page(problem: &'static str) -> Response {
    Redirect::to(&format!("/sign-in?about={problem}")).into_response()
}

#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    login: String,
    password: String,
    #[serde(rename = "return")]
    back: Option<String>,
}

/// Asks a source about a password that anybody may have typed.
async fn ask(
    app: &App,
    source: &Source,
    place: Place,
    login: &str,
    password: &SecretString,
) -> Result<Claims, SignInError> {
    let passwords = &app.sign_in.passwords;
    if place.wait(passwords).is_some() {
        return Err(SignInError::TooMany);
    }
    // Those under way have not failed yet: so many pass at the same moment and no more.
    let Some(_position) = app.sign_in.attempts.take(place.subscriber()) else {
        return Err(SignInError::Busy);
    };
    let answer = SignInAnswer::Password {
        login: login.to_owned(),
        password: password.clone(),
        address: place.address(),
    };
    let outcome = source.provider.finish(answer).await;
    if matches!(outcome, Err(SignInError::BadCredentials | SignInError::TooMany)) {
        place.failed(passwords);
    }
    outcome
}

/// What a source says of a login and a password that were typed in this browser.
pub(super) async fn check_password(
    app: &App,
    source: &Source,
    place: Place,
    jar: &CookieJar,
    login: &str,
    password: &SecretString,
) -> Result<Claims, SignInError> {
    if !is_possible(login, password) {
        // Wrong for every login: nobody is asked and nothing is counted.
        return Err(SignInError::BadCredentials);
    }
    match accounts::known_browser(app, jar, source.provider.id(), login, password).await {
        // Strangers do not slow down a browser that has signed in to this account before, and its own count is apart.
        Some(outcome) => outcome,
        None => ask(app, source, place, login, password).await,
    }
}

/// `POST /sign-in/{source}`: a login and a password.
pub(crate) async fn password(
    State(app): State<App>,
    site: Site,
    look: Look,
    place: Place,
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
    let login: String = typed.login.trim().chars().take(256).collect();
    let again = Wanted { back: &back, login: login.clone(), ..Wanted::default() };
    if let Some(refusal) = unwritable::refusal(&app, &site, look, &again).await {
        return refusal;
    }
    let password = SecretString::from(typed.password);
    match check_password(&app, source, place, &jar, &login, &password).await {
        Ok(claims) => {
            let visit = accounts::Visit {
                site: &site,
                address: place.or_unspecified(),
                jar,
                back: &back,
                joins: None,
            };
            let notice = notice::of(source, &claims);
            let opened = accounts::after_password(&app, source, claims, &password, visit).await?;
            match notice {
                Some(notice) => notice::before(&app, &site, look, &notice, &back, opened),
                None => Ok(opened),
            }
        }
        // A local source has nothing else that could fail to answer.
        Err(error @ SignInError::Unreachable(_)) if source.provider.kind() == ProviderKind::Local => {
            tracing::warn!(source = %id, %error, "sign-in refused");
            unwritable::page(&app, &site, look, &again)
        }
        Err(error) => {
            count(&id, "refused");
            tracing::info!(source = %id, %error, "sign-in refused");
            refused(&app, &site, source, None, why(&error)).await;
            let mut response =
                sign_in_page(&app, &site, look, &Wanted { problem: Some(problem_of(&error)), ..again })?;
            *response.status_mut() = status_of(&error);
            Ok(response)
        }
    }
}

pub(super) fn count(source: &SourceId, outcome: &'static str) {
    metrics::counter!("pleiade_sign_ins_total", "source" => source.to_string(), "outcome" => outcome)
        .increment(1);
}

/// How a page answers that could not let somebody in.
pub(super) fn status_of(error: &SignInError) -> StatusCode {
    match error {
        SignInError::TooMany => StatusCode::TOO_MANY_REQUESTS,
        SignInError::Busy => StatusCode::SERVICE_UNAVAILABLE,
        SignInError::Unreachable(_) | SignInError::Misconfigured(_) => StatusCode::BAD_GATEWAY,
        _ => StatusCode::UNAUTHORIZED,
    }
}

/// The sentence for the person.
pub(super) fn problem_of(error: &SignInError) -> &'static str {
    match error {
        SignInError::BadCredentials => "sign-in-bad-credentials",
        SignInError::PasswordMustChange => "sign-in-must-change",
        SignInError::TooMany => "sign-in-too-many",
        SignInError::Busy => "sign-in-busy",
        SignInError::Unreachable(_) | SignInError::Misconfigured(_) => "sign-in-unreachable",
        SignInError::NotAdmitted(_) => "sign-in-no-right",
        _ => "sign-in-refused",
    }
}

/// The word of the log.
pub(super) fn why(error: &SignInError) -> &'static str {
    match error {
        SignInError::BadCredentials => "bad_credentials",
        SignInError::PasswordMustChange => "password_must_change",
        SignInError::TooMany => "too_many",
        SignInError::Busy => "busy",
        SignInError::Unreachable(_) => "unreachable",
        SignInError::Misconfigured(_) => "misconfigured",
        SignInError::NotAdmitted(_) => "not_admitted",
        SignInError::NotFresh(_) => "not_fresh",
        SignInError::Untrusted(_) => "untrusted",
        _ => "refused",
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

/// `GET /sign-in/{source}/start`: leads to the provider and writes nothing but a cookie; or opens the session of whom a trusted proxy names.
pub(crate) async fn start(
    State(app): State<App>,
    site: Site,
    SocketPeer(peer): SocketPeer,
    headers: HeaderMap,
    jar: CookieJar,
    Path(id): Path<SourceId>,
    Query(asked): Query<Start>,
) -> Result<Response, Refusal> {
    let source = app.sign_in.source(&id, &site).ok_or(Refusal::NotFound)?;
    let mut hints = Hints::none();
    hints.login = asked.login_hint.filter(|hint| hint.len() <= 256);
    hints.provider = asked.idp_hint.filter(|hint| hint.len() <= 256);
    let back = attempt::safe_path(asked.back.as_deref());
    if other_session::is_led(&site, source, &headers) {
        let wanted = Wanted { back: &back, source: Some(&id), ..Wanted::default() };
        return sign_in_page(&app, &site, Look::from_headers(&headers), &wanted);
    }
    if source.provider.kind() == ProviderKind::Header {
        return header::read(&app, &site, source, (peer, &headers), jar, &back).await;
    }
    Ok(begin(&app, &site, source, &hints, jar, back, Intent::SignIn).await)
}

/// Leads to a provider, with the attempt in the browser.
pub(super) async fn begin(
    app: &App,
    site: &Site,
    source: &Source,
    hints: &Hints,
    jar: CookieJar,
    back: String,
    intent: Intent,
) -> Response {
    let id = source.provider.id();
    match source.provider.begin(hints).await {
        Ok(SignInStep::Redirect { url, attempt: secret, key }) => {
            let purpose = attempt::NewAttempt { site: site_name(site), back, intent };
            match attempt::start(app, jar, id, purpose, &secret, &key) {
                Some(jar) => (jar, Redirect::to(url.as_str())).into_response(),
                None => back_to_page("sign-in-refused"),
            }
        }
        Ok(_) => back_to_page("sign-in-refused"),
        Err(error) => {
            tracing::warn!(source = %id, %error, "sign-in not started");
            if let Intent::Prove(_) = intent {
                return prove::failed(&error, &back);
            }
            back_to_page(match problem_of(&error) {
                told @ "sign-in-unreachable" => told,
                _ => "sign-in-refused",
            })
        }
    }
}

/// `GET /sign-in/{source}/callback`: the browser is back from the provider.
pub(crate) async fn callback(
    State(app): State<App>,
    site: Site,
    place: Place,
    look: Look,
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
    let returns = &app.sign_in.returns;
    if place.wait(returns).is_some() {
        return Ok(back_to_page("sign-in-refused"));
    }
    let Some(_position) = app.sign_in.attempts.take(place.subscriber()) else {
        return Ok(back_to_page("sign-in-busy"));
    };
    // The attempt is not spent: the same answer of the provider may be sent again.
    if let Some(refusal) = unwritable::refusal(&app, &site, look, &Wanted::default()).await {
        return refusal;
    }
    let (jar, attempt) = attempt::take(&app, jar, &id, site_name(&site).as_deref(), &key).await;
    let Some(attempt) = attempt else { return Ok((jar, back_to_page("sign-in-expired")).into_response()) };
    match source.provider.finish(SignInAnswer::Callback { query, attempt: attempt.secret() }).await {
        Ok(claims) => match &attempt.intent {
            Intent::Join(session) => join::joined(&app, &site, source, &claims, jar, session).await,
            Intent::Prove(session) => {
                prove::proved(&app, &site, source, claims, jar, (session, &attempt.back)).await
            }
            Intent::SignIn => enter(&app, &site, source, claims, jar, &attempt.back).await,
        },
        Err(error) => {
            if matches!(error, SignInError::Refused(_) | SignInError::Untrusted(_)) {
                place.failed(returns);
            }
            count(&id, "refused");
            tracing::warn!(source = %id, %error, "sign-in refused");
            refused(&app, &site, source, None, why(&error)).await;
            match (&attempt.intent, &error) {
                (Intent::Join(_), SignInError::NotFresh(_)) => {
                    return Ok((jar, join::back("sign-in-not-fresh")).into_response());
                }
                (Intent::Prove(_), error) => {
                    return Ok((jar, prove::failed(error, &attempt.back)).into_response());
                }
                _ => {}
            }
            let problem = match problem_of(&error) {
                told @ ("sign-in-unreachable" | "sign-in-no-right") => told,
                _ => "sign-in-refused",
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
