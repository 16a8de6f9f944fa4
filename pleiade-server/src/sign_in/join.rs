//! Another way in that a person joins to what they are here, by proving both within ten minutes in one browser.
//!
//! Threats: an identity joined by somebody who holds only one of both; whoever resets an account of somebody, or runs its source, and adds a
//! way of their own to a person who signs in otherwise too (only a session of the operator's own source adds to those); a session of somebody
//! else's left open at the other source, which is why each source gives a fresh proof ([`FreshProof`]): a provider elsewhere asks anew and shows
//! it, a source that takes passwords on our page asks for the password and for every second factor that it or the account requires; or here,
//! which is why the session that begins gives a recent proof too ([`proof`](crate::accounts::proof)). A trusted header proves nothing anew: nobody joins through it or from its sessions;
//! an administrator gives its link to a person ([`relink`](super::linking::relink)).

use super::{
    Source,
    attempt::Intent,
    enter::{current_session, words},
    identify::{linked, names},
    linking::{PAGE, forget, keeps_a_way, tell, tell_link},
    routes::{back_to_page, begin, broken, check_password, count, problem_of, status_of, why},
};
use crate::{
    accounts::{
        self,
        proof::{self, asked_for_again, can_prove, is_recent, proved_at},
    },
    app::App,
    audit::{AuditEvent, Note},
    session::{Session, SignedIn},
    sign_in::refusals::refused,
    storage::{Link, LinkRecord, NewLink, NoticeKind, StorageError},
    web::{
        address::Place,
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
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::CookieJar;
use pleiade_core::{Claims, FreshProof, Hints, ProviderKind, SecretString, SignInError, SourceId};
use pleiade_federation::linking::{Decision, Proof, RefusalReason, Rule};
use serde::Deserialize;
use std::sync::Arc;

const BY_PASSWORD: &str = "/profile/ways/{source}";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::writes("/sign-in/{source}/join", Access::SignedIn, post(join)).recent(PAGE),
        Route::reads(BY_PASSWORD, Access::SignedIn, get(page)),
        Route::writes(BY_PASSWORD, Access::SignedIn, post(password)).recent(BY_PASSWORD),
    ]
}

/// Whether people may join a source by themselves: one that gives a fresh proof, and of which no directory says whose it is.
pub(super) fn may_join(source: &Source) -> bool {
    source.can_prove() && source.directory.is_none()
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

/// The sentence for a session that joins nothing because its source reads a proxy's headers, which prove nothing anew.
pub(super) const BY_HEADERS: &str = "sign-in-by-headers";

/// The page of one's ways in, with a sentence; one that the page says of the whole session needs no other.
fn turned_away(about: &'static str) -> Response {
    if about == BY_HEADERS { Redirect::to(PAGE).into_response() } else { back(about) }
}

/// Why a session joins nothing, before anybody proves anything else; [`Proof`] decides at the end.
async fn why_not(app: &App, session: &Session) -> Result<Option<&'static str>, StorageError> {
    if !can_prove(app, session) {
        return Ok(Some(BY_HEADERS));
    }
    let mine = app.storage.links_of(session.actor.identity.id).await?;
    Ok(is_one_sided(app, session, &mine).then_some("sign-in-one-sided"))
}

/// Whether somebody signs in otherwise too, and came by a source that others than the operator administer, or whose accounts they reset.
fn is_one_sided(app: &App, session: &Session, mine: &[LinkRecord]) -> bool {
    let of_the_operator =
        |source: &Source| source.owner.is_none() && source.provider.kind() != ProviderKind::Local;
    let others = mine.iter().any(|record| !record.disabled && !session.links.contains(&record.id));
    others && !app.sign_in.any_source(&session.source).is_some_and(of_the_operator)
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
    if let Some(about) = why_not(&app, &session).await? {
        return Ok(turned_away(about));
    }
    if source.provider.fresh_proof() == FreshProof::Password {
        return Ok(Redirect::to(&format!("{PAGE}/{id}")).into_response());
    }
    let intent = Intent::Join(session.id.as_str().to_owned());
    Ok(begin(&app, &site, source, &Hints::fresh(), jar, PAGE.to_owned(), intent).await)
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
    SignedIn(session): SignedIn,
    site: Site,
    look: Look,
    jar: CookieJar,
    Path(id): Path<SourceId>,
) -> Result<Response, Refusal> {
    let title = by_password(&app, &site, &id)?.title.clone();
    if let Some(about) = why_not(&app, &session).await? {
        return Ok(turned_away(about));
    }
    if !is_recent(&app, &session, &jar) {
        // Before a password is typed in vain.
        return Ok(proof::redirect_to(&format!("{PAGE}/{id}")));
    }
    let page = Page::signed_in(&app, &session, look, PAGE)?;
    html(&JoinPage { page, source: id, title, login: String::new(), problem: None })
}

#[derive(Debug, Deserialize)]
struct Typed {
    login: String,
    password: String,
}

/// `POST /profile/ways/{source}`: the password of the other account, which a second factor may follow.
#[expect(clippy::too_many_arguments, reason = "what a form and its request say")]
async fn password(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    site: Site,
    look: Look,
    place: Place,
    jar: CookieJar,
    Path(id): Path<SourceId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let source = by_password(&app, &site, &id)?;
    if let Some(about) = why_not(&app, &session).await? {
        return Ok(turned_away(about));
    }
    let login: String = typed.login.trim().chars().take(256).collect();
    let secret = SecretString::from(typed.password);
    let error: SignInError = match check_password(&app, source, place, &jar, &login, &secret).await {
        Ok(claims) => {
            let visit = accounts::Visit {
                site: &site,
                address: place.or_unspecified(),
                jar,
                back: PAGE,
                joins: Some(session.id.as_str()),
            };
            return accounts::after_password(&app, source, claims, &secret, visit).await;
        }
        Err(error) => error,
    };
    count(&id, "refused");
    tracing::info!(source = %id, %error, "joining refused");
    refused(&app, &site, source, None, why(&error)).await;
    let page = Page::signed_in(&app, &session, look, PAGE)?;
    let (title, problem) = (source.title.clone(), Some(page.words.t(problem_of(&error))));
    let mut response = html(&JoinPage { page, source: id, title, login, problem })?;
    *response.status_mut() = status_of(&error);
    Ok(response)
}

pub(super) fn back(about: &str) -> Response {
    Redirect::to(&format!("{PAGE}?about={about}")).into_response()
}

/// Where somebody who proved nothing goes back to: the sign-in page, or their own when they were about to join another way in.
pub(crate) fn turned_back(joins: Option<&str>, about: &'static str) -> Response {
    if joins.is_some() { back(about) } else { back_to_page(about) }
}

/// The session that began something at a provider, if it is still this browser's.
pub(super) async fn session_that_began(
    app: &App,
    site: &Site,
    jar: &CookieJar,
    began: &str,
) -> Result<Option<Arc<Session>>, Refusal> {
    let session = current_session(app, site, jar).await.map_err(|error| broken(&error))?;
    Ok(session.filter(|session| session.id.as_str() == began))
}

/// The other sign-in is done: what it proved joins the person of the session that began it, if that session is still this browser's.
pub(crate) async fn joined(
    app: &App,
    site: &Site,
    source: &Source,
    claims: &Claims,
    jar: CookieJar,
    began: &str,
) -> Result<Response, Refusal> {
    let Some(session) = session_that_began(app, site, &jar, began).await? else {
        return Ok((jar, back_to_page("sign-in-expired")).into_response());
    };
    let me = session.actor.identity.id;
    let id = source.provider.id();
    if !source.is_proof(claims) {
        return Ok((jar, back("sign-in-not-fresh")).into_response());
    }
    if !can_prove(app, &session) {
        return Ok((jar, turned_away(BY_HEADERS)).into_response());
    }
    let found = app.storage.find_link(id, &claims.subject).await?;
    let known = found.as_ref().map(Link::known);
    let mine = app.storage.links_of(me).await?;
    let proof = Proof {
        person: me,
        proved_at: proved_at(app, &session, &jar),
        now: app.clock.now(),
        owner: source.owner.as_ref(),
        link: known.as_ref(),
        taken: mine.iter().any(|record| !record.disabled && record.link.source == *id),
        one_sided: is_one_sided(app, &session, &mine),
    };
    let ties = source.mapping.affiliations(claims, app.tenants.iter().map(AsRef::as_ref));
    let told = match &found {
        // The ties of a local account are kept with it.
        Some(link) if ties.is_none() => app.sessions.ties(link.id, site.sessions_of(), None).await?,
        _ => ties.clone().unwrap_or_default(),
    };
    if !told.iter().any(|tie| site.admits(&tie.tenant)) {
        return Ok((jar, back("sign-in-refused")).into_response());
    }
    let link = NewLink {
        source: id.clone(),
        subject: claims.subject.clone(),
        identity: me,
        owner: source.owner.clone(),
        relies_on: None,
        directory: None,
        rule: Rule::Proof,
        created_at: app.clock.now(),
    };
    let note = Note::new(AuditEvent::Linked).by(&session.actor.identity).about(me).through(&link.source);
    let note =
        linked(note, source.owner.as_ref(), &link.subject, Rule::Proof).at(&session.actor.acting.tenant);
    let refuse = |jar: CookieJar, about| Ok((jar, back(about)).into_response());
    let joined = match (proof.decide(), found) {
        (Decision::Enter(_), Some(link)) => link.id,
        (Decision::Link(..), _) => {
            app.record(note).await?;
            match app.storage.add_link(&link).await {
                Ok(joined) => joined,
                Err(StorageError::Conflict) => return refuse(jar, "sign-in-taken"),
                Err(error) => return Err(error.into()),
            }
        }
        (Decision::Move(_), Some(before)) => {
            if let Err(why) = keeps_a_way(app, before.identity, before.id).await? {
                return refuse(jar, words(why).1);
            }
            app.record(note.with("from", before.identity)).await?;
            forget(app, before.id).await;
            match app.storage.move_link(before.id, &link, before.identity).await {
                Ok(true) => {}
                Ok(false) => return refuse(jar, "sign-in-refused"),
                Err(StorageError::Conflict) => return refuse(jar, "sign-in-taken"),
                Err(error) => return Err(error.into()),
            }
            forget(app, before.id).await;
            tell(app, before.identity, before.id, NoticeKind::WayRemoved, id).await?;
            // Whoever comes by it alone is told too: they are another person from now on.
            tell_link(app, before.id, NoticeKind::WayAdded, id).await?;
            before.id
        }
        (Decision::Refuse(RefusalReason::ProofTooOld), _) => {
            return Ok((jar, asked_for_again(PAGE)).into_response());
        }
        (Decision::Refuse(why), _) => return refuse(jar, words(why).1),
        _ => return refuse(jar, "sign-in-refused"),
    };
    if known.is_none_or(|known| known.person != me) {
        tell(app, me, joined, NoticeKind::WayAdded, id).await?;
    }
    if let Some(ties) = ties {
        app.storage.replace_affiliations(joined, &ties).await?;
        app.storage.update_names(joined, &names(source.mapping.named(claims))).await?;
    }
    Ok((jar, back("joined")).into_response())
}
