//! The routes of signing in and out.

use super::{
    answers::back_to_page,
    attempt::{self, Intent},
    begin::{begin, site_name},
    cas,
    enter::enter,
    find, header, identity_links_page, join, join_page, notice, other_session,
    page::{PageOptions, asks_password, page, sign_in_page},
    password::{check_password, trimmed_login},
    prove,
    refusal_words::{problem_of, problem_of_begin, status_of},
    refusals::SignInRefusal,
    sign_out,
    ticket_visit::{self, VisitAnswer},
    unwritable,
};
use crate::{
    accounts,
    app::App,
    web::{
        errors::Refusal,
        look::Look,
        peer::{SocketPeer, ThrottleKey},
        return_path::path_after_sign_in,
        route::{Guard, Route},
        site::Site,
    },
};
use axum::{
    Form,
    extract::{Path, Query, RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use pleiade_core::{Hints, ProviderKind, SecretString, SignInAnswer, SignInError, SourceId};
use pleiade_federation::oidc::MAX_HINT_BYTES;
use serde::Deserialize;

/// The routes of signing in and out.
pub(crate) fn routes() -> Vec<Route> {
    use Guard::Anybody;
    let mut all = vec![
        Route::reads("/sign-in", Anybody, get(page)),
        Route::writes("/sign-in/{source}", Anybody, post(password)),
        Route::reads("/sign-in/{source}/start", Anybody, get(start)),
        Route::reads("/sign-in/{source}/callback", Anybody, get(callback)),
    ];
    all.extend(find::routes());
    all.extend(identity_links_page::routes());
    all.extend(join_page::routes());
    all.extend(other_session::routes());
    all.extend(prove::routes());
    all.extend(sign_out::routes());
    all.extend(cas::routes());
    all.extend(ticket_visit::routes());
    all
}

#[derive(Debug, Deserialize)]
pub(crate) struct SignInForm {
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
    place: ThrottleKey,
    jar: CookieJar,
    Path(id): Path<SourceId>,
    Form(typed): Form<SignInForm>,
) -> Result<Response, Refusal> {
    let source = app
        .sign_in
        .source(&id, &site)
        .filter(|s| asks_password(s.provider.kind()))
        .ok_or(Refusal::NotFound)?;
    let back = path_after_sign_in(typed.back.as_deref());
    let login = trimmed_login(&typed.login);
    let again = PageOptions { back: &back, login: login.clone(), ..PageOptions::default() };
    if let Some(refusal) = unwritable::refusal(&app, &site, look, &again).await {
        return refusal;
    }
    let password = SecretString::from(typed.password);
    match check_password(&app, source, place, &jar, &login, &password).await {
        Ok(claims) => {
            let visit = accounts::SignInVisit { site: &site, place, jar, back: &back, joins: None };
            let notice = notice::password_notice(source, &claims);
            let opened = accounts::after_password(&app, source, claims, &password, visit).await?;
            match notice {
                Some(notice) => {
                    let next = ticket_visit::path_after_entering(&app, &site, source, &back);
                    notice::show_before(&app, &site, look, &notice, &next, opened)
                }
                None => Ok(opened),
            }
        }
        // A local source has nothing else that could fail to answer.
        Err(error @ SignInError::Unreachable(_)) if source.provider.kind() == ProviderKind::Local => {
            tracing::warn!(source = %id, %error, "sign-in refused");
            unwritable::page(&app, &site, look, &again)
        }
        Err(error) => {
            app.refusal_log()
                .record(
                    &site,
                    source,
                    place.address(),
                    SignInRefusal::Password(&error, "sign-in", &again.login),
                )
                .await;
            let (problem, status) = (Some(problem_of(&error)), status_of(&error));
            sign_in_page(&app, &site, look, &PageOptions { problem, status, ..again })
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct StartQuery {
    #[serde(rename = "return")]
    back: Option<String>,
    login_hint: Option<String>,
    idp_hint: Option<String>,
}

/// `GET /sign-in/{source}/start`: leads to the provider and writes nothing but a cookie; or opens the session of whom a trusted proxy
/// names.
pub(crate) async fn start(
    State(app): State<App>,
    site: Site,
    (SocketPeer(peer), place): (SocketPeer, ThrottleKey),
    headers: HeaderMap,
    jar: CookieJar,
    Path(id): Path<SourceId>,
    Query(asked): Query<StartQuery>,
) -> Result<Response, Refusal> {
    let source = app.sign_in.source(&id, &site).ok_or(Refusal::NotFound)?;
    let mut hints = Hints::none();
    hints.login = asked.login_hint.filter(|hint| hint.len() <= MAX_HINT_BYTES);
    hints.provider = asked.idp_hint.filter(|hint| hint.len() <= MAX_HINT_BYTES);
    let back = path_after_sign_in(asked.back.as_deref());
    if other_session::is_cross_site(&site, source, &headers) || !other_session::is_navigation(&headers) {
        let wanted = PageOptions { back: &back, source: Some(&id), ..PageOptions::default() };
        return sign_in_page(&app, &site, Look::from_headers(&headers), &wanted);
    }
    if source.provider.kind() == ProviderKind::Header {
        return header::sign_in_by_headers(&app, &site, source, (peer, place, &headers), jar, &back).await;
    }
    // Never taken back: each beginning costs the provider a request.
    if source.provider.kind() == ProviderKind::Oidc && place.begin(&app.sign_in.starts).is_err() {
        return Ok(back_to_page(&app, "sign-in-busy"));
    }
    let begun = begin(&app, &site, source, &hints, jar, back, Intent::SignIn).await;
    Ok(begun.unwrap_or_else(|error| back_to_page(&app, problem_of_begin(&error))))
}

/// `GET /sign-in/{source}/callback`: the browser is back from the provider.
pub(crate) async fn callback(
    State(app): State<App>,
    site: Site,
    place: ThrottleKey,
    look: Look,
    jar: CookieJar,
    Path(id): Path<SourceId>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let mut states = query.iter().filter(|(name, _)| name == "state").map(|(_, value)| value.clone());
    let (key, again) = (states.next(), states.next());
    if let (Some(key), None) = (key.clone(), &again) {
        let answer = VisitAnswer { source: id.clone(), key, query: query.clone() };
        if let Some(led_on) = ticket_visit::complete_visit(&app, &site, place, &jar, answer).await {
            return Ok(led_on);
        }
    }
    let Some(source) = app.sign_in.source(&id, &site) else {
        return ticket_visit::nothing_to_complete(&app, &site, &id).ok_or(Refusal::NotFound);
    };
    let (Some(key), None) = (key, again) else {
        app.refusal_log().trace_stray(&site, source, &query);
        return Ok(back_to_page(&app, "sign-in-refused"));
    };
    // Each answer costs a row of storage and a call to the provider, and anybody may begin an attempt.
    let Some(_position) = app.sign_in.attempts.take(place.subscriber()) else {
        return Ok(back_to_page(&app, "sign-in-busy"));
    };
    let Ok(counted) = place.begin(&app.sign_in.returns) else {
        return Ok(back_to_page(&app, "sign-in-refused"));
    };
    // The attempt is not spent: the same answer of the provider may be sent again.
    if let Some(refusal) = unwritable::refusal(&app, &site, look, &PageOptions::default()).await {
        counted.take_back();
        return refusal;
    }
    let (jar, attempt) = attempt::take(&app, jar, &id, site_name(&site).as_deref(), &key).await;
    let Some(attempt) = attempt else {
        counted.take_back();
        app.refusal_log().trace_stray(&site, source, &query);
        return Ok((jar, back_to_page(&app, "sign-in-expired")).into_response());
    };
    let answer = SignInAnswer::Callback { query, attempt: attempt.secret() };
    let answered = source.provider.finish(answer).await;
    counted.end(matches!(answered, Err(SignInError::Refused(_) | SignInError::Untrusted(_))));
    match answered {
        Ok(claims) => match &attempt.intent {
            Intent::Join(session) => join::complete_join(&app, &site, source, &claims, jar, session).await,
            Intent::Prove(session) => {
                let began = (session.as_str(), attempt.back.as_str());
                prove::complete_proof(&app, &site, source, place, claims, jar, began).await
            }
            Intent::SignIn => enter(&app, &site, source, place, claims, jar, &attempt.back).await,
            // Its own way back has taken it.
            Intent::Tickets { .. } => Ok((jar, back_to_page(&app, "sign-in-expired")).into_response()),
        },
        Err(error) => {
            app.refusal_log().record(&site, source, place.address(), SignInRefusal::Answer(&error)).await;
            match (&attempt.intent, &error) {
                (Intent::Join(began), SignInError::NotFresh(_)) => {
                    let began = Some(began.as_str());
                    let back = join::turned_back(&app, &site, &jar, began, "sign-in-not-fresh").await?;
                    return Ok((jar, back).into_response());
                }
                (Intent::Prove(began), error) => {
                    let back = match join::session_that_began(&app, &site, &jar, began).await? {
                        Some(session) => prove::proof_failed(&app, &session, error, &attempt.back),
                        None => back_to_page(&app, "sign-in-expired"),
                    };
                    return Ok((jar, back).into_response());
                }
                _ => {}
            }
            let problem = match problem_of(&error) {
                told @ ("sign-in-unreachable" | "sign-in-no-right") => told,
                _ => "sign-in-refused",
            };
            Ok((jar, back_to_page(&app, problem)).into_response())
        }
    }
}
