//! The pages on which somebody begins to join another source.

use super::{
    Source,
    answers::back_to_page,
    attempt::Intent,
    begin::begin,
    identity_links::{PAGE, may_join},
    join::{BY_HEADERS, is_one_sided, turned_away},
    password::{check_password, trimmed_login},
    refusal_words::{problem_of, problem_of_begin, status_of},
    refusals::SignInRefusal,
};
use crate::{
    accounts::{
        self,
        proof::{self, can_prove, is_recent},
    },
    app::App,
    session::{Session, SignedIn},
    storage::StorageError,
    web::{
        errors::{Refusal, html, html_with_status},
        page::Page,
        peer::ThrottleKey,
        reader::Reader,
        route::{Guard, Route},
        site::Site,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use pleiade_core::{FreshProof, Hints, SecretString, SignInError, SourceId};
use serde::Deserialize;

const BY_PASSWORD: &str = "/profile/ways/{source}";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::writes("/sign-in/{source}/join", Guard::SignedIn, post(join)).recent(PAGE),
        Route::reads(BY_PASSWORD, Guard::SignedIn, get(page)),
        Route::writes(BY_PASSWORD, Guard::SignedIn, post(password)).recent(BY_PASSWORD),
    ]
}

/// The source of a path, when people may join it here.
fn joinable<'a>(app: &'a App, site: &Site, id: &SourceId) -> Result<&'a Source, Refusal> {
    app.sign_in.source(id, site).filter(|source| may_join(source)).ok_or(Refusal::NotFound)
}

/// The same, when it asks for the password on our own page.
fn by_password<'a>(app: &'a App, site: &Site, id: &SourceId) -> Result<&'a Source, Refusal> {
    let source = joinable(app, site, id)?;
    let asks = source.provider.fresh_proof() == FreshProof::Password;
    asks.then_some(source).ok_or(Refusal::NotFound)
}

/// The reason for which a session joins no source, before anybody proves anything else; [`Proof`] decides at the end.
async fn join_refusal(app: &App, session: &Session) -> Result<Option<&'static str>, StorageError> {
    if !can_prove(app, session) {
        return Ok(Some(BY_HEADERS));
    }
    let mine = app.storage.links_of_person(session.actor.identity.id).await?;
    Ok(is_one_sided(app, session, &mine).then_some("sign-in-one-sided"))
}

/// `POST /sign-in/{source}/join`: begins the other sign-in, whose identity joins the person signed in here.
async fn join(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    site: Site,
    jar: CookieJar,
    Path(id): Path<SourceId>,
) -> Result<Response, Refusal> {
    let source = joinable(&app, &site, &id)?;
    if let Some(about) = join_refusal(&app, &session).await? {
        return Ok(turned_away(&app, &session, about));
    }
    if source.provider.fresh_proof() == FreshProof::Password {
        return Ok(Redirect::to(&format!("{PAGE}/{id}")).into_response());
    }
    let intent = Intent::Join(session.id.as_str().to_owned());
    let begun = begin(&app, &site, source, &Hints::fresh(), jar, PAGE.to_owned(), intent).await;
    Ok(begun.unwrap_or_else(|error| back_to_page(&app, problem_of_begin(&error))))
}

#[derive(Template)]
#[template(path = "profile/join.html")]
struct JoinPage {
    page: Page,
    source: SourceId,
    title: String,
    login: String,
    problem: Option<String>,
}

/// `GET /profile/ways/{source}`: asks for the login and the password of the other account.
async fn page(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    site: Site,
    jar: CookieJar,
    Path(id): Path<SourceId>,
) -> Result<Response, Refusal> {
    let title = by_password(&app, &site, &id)?.title.clone();
    if let Some(about) = join_refusal(&app, &session).await? {
        return Ok(turned_away(&app, &session, about));
    }
    if !is_recent(&app, &session, &jar) {
        // Before a password is typed in vain.
        return Ok(proof::redirect_to(&format!("{PAGE}/{id}")));
    }
    html(&JoinPage { page, source: id, title, login: String::new(), problem: None })
}

#[derive(Debug, Deserialize)]
struct JoinForm {
    login: String,
    password: String,
}

/// `POST /profile/ways/{source}`: the password of the other account, which a second factor may follow.
async fn password(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    site: Site,
    place: ThrottleKey,
    jar: CookieJar,
    Path(id): Path<SourceId>,
    Form(typed): Form<JoinForm>,
) -> Result<Response, Refusal> {
    let source = by_password(&app, &site, &id)?;
    if let Some(about) = join_refusal(&app, &session).await? {
        return Ok(turned_away(&app, &session, about));
    }
    let login = trimmed_login(&typed.login);
    let secret = SecretString::from(typed.password);
    let error: SignInError = match check_password(&app, source, place, &jar, &login, &secret).await {
        Ok(claims) => {
            let visit = accounts::SignInVisit {
                site: &site,
                place,
                jar,
                back: PAGE,
                joins: Some(session.id.as_str()),
            };
            return accounts::after_password(&app, source, claims, &secret, visit).await;
        }
        Err(error) => error,
    };
    let refusal = SignInRefusal::Password(&error, "joining", &login);
    app.refusal_log().record(&site, source, place.address(), refusal).await;
    let (title, problem) = (source.title.clone(), Some(page.words.t(problem_of(&error))));
    html_with_status(status_of(&error), &JoinPage { page, source: id, title, login, problem })
}
