//! The pages of the desk and the forms on them.

use super::{
    board::{call_context, cards, readings, render, stale_calls},
    card::{DeskCard, render_card},
    delegated::{self, PartView},
    launcher::{Launcher, launcher},
    line::LineModel,
    stream,
    todo::{TODO_LINES, Todo},
};
use crate::{
    accounts::proof,
    app::App,
    audit::{AuditEvent, Note},
    session::{Session, SessionError, SignedIn},
    web::{
        errors::{Refusal, html},
        link,
        look::Look,
        moved::{self, Moved},
        page::Page,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use pleiade_core::{ActionId, ActionOutcome, ActionRequest, ConnectorId, ErrorKind, Message, TenantId};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "desk.html")]
struct DeskPage {
    page: Page,
    launcher: Launcher,
    greeting: String,
    today: String,
    summary: String,
    done: Option<String>,
    failed: Option<String>,
    delegated: String,
    cards: Vec<Arc<str>>,
    events: String,
}

#[derive(Template)]
#[template(path = "tasks.html")]
struct TasksPage {
    page: Page,
    launcher: Launcher,
    today: String,
    done: Option<String>,
    failed: Option<String>,
    notes: Vec<String>,
    nothing: String,
    lines: Vec<LineModel>,
    delegated: Vec<PartView>,
    new_window: String,
}

#[derive(Template)]
#[template(path = "applications.html")]
struct ApplicationsPage {
    page: Page,
    launcher: Launcher,
}

/// What became of the last action, as the redirect after it says. Only known words mean anything.
#[derive(Debug, Default, Deserialize)]
pub(super) struct After {
    outcome: Option<String>,
    of: Option<ConnectorId>,
}

/// `GET /`: the desk. Calls no application and reads no storage beyond the session: what is old is asked for beside.
///
/// # Errors
/// When the person's collectivité is gone.
pub(super) async fn desk(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    look: Look,
    Query(after): Query<After>,
) -> Result<Response, Refusal> {
    let page = Page::signed_in(&app, &session, look, "/")?;
    let words = page.words.clone();
    let now = app.clock.now();
    let (cards, readings, todo) = board(&app, &session, &words, TODO_LINES);
    app.fill(stale_calls(&cards, &readings));
    let queue: Arc<str> = render_card(&words, &todo.card(&words)).into();
    let others = cards.iter().zip(&readings).map(|(card, reading)| render(&app, &words, now, card, reading));
    let html_cards: Vec<Arc<str>> = std::iter::once(queue).chain(others).collect();
    let summary = todo.summary(&words);
    let delegated = delegated::notes(&app, &session, &words);
    let identity = &session.actor.identity;
    let greeting = match identity.given_name.as_deref() {
        Some(name) => words.message(&Message::new("greeting").with_text("name", name)),
        None => words.t("greeting-nobody"),
    };
    let (done, failed) = told(&app, &session, &words, &after);
    let day = now.with_timezone(&words.zone).date_naive();
    let today = words.message(&Message::new("today").with_text("day", words.day(day)));
    html(&DeskPage {
        launcher: launcher(&app, &session, &words, &cards, &readings, &todo),
        today,
        events: stream::address(
            app.marks().mark(&session),
            html_cards.iter().map(AsRef::as_ref).chain([&*summary, &*delegated]),
        ),
        summary,
        cards: html_cards,
        delegated,
        greeting,
        done,
        failed,
        page,
    })
}

fn told(
    app: &App,
    session: &Session,
    words: &crate::web::words::Words,
    after: &After,
) -> (Option<String>, Option<String>) {
    let Some(outcome) = after.outcome.as_deref() else { return (None, None) };
    if outcome == "not-delegated" {
        return (None, Some(words.t("delegation-not-delegated")));
    }
    if outcome == "done" {
        return (Some(words.t("action-done")), None);
    }
    let name = after
        .of
        .as_ref()
        .and_then(|id| app.connectors.get(&session.actor.acting.tenant, id))
        .map(|connector| connector.descriptor().name.clone());
    let kind = ErrorKind::ALL.into_iter().find(|kind| kind.as_str() == outcome);
    let (Some(kind), Some(name)) = (kind, name) else { return (None, None) };
    let why = words.message(&kind.for_person(&name));
    (None, Some(words.message(&Message::new("action-failed").with_text("why", why))))
}

/// `GET /tasks`: the whole queue.
///
/// # Errors
/// When the person's collectivité is gone.
pub(super) async fn tasks(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    look: Look,
    Query(after): Query<After>,
) -> Result<Response, Refusal> {
    let page = Page::signed_in(&app, &session, look, "/tasks")?;
    let words = page.words.clone();
    let (done, failed) = told(&app, &session, &words, &after);
    let (cards, readings, todo) = board(&app, &session, &words, usize::MAX);
    app.fill(stale_calls(&cards, &readings));
    let (delegated, unknown) = delegated::parts(&app, &session, &words).await;
    html(&TasksPage {
        launcher: launcher(&app, &session, &words, &cards, &readings, &todo),
        today: todo.counted(&words),
        nothing: todo.nothing(&words),
        notes: todo.incomplete(&words).into_iter().chain(unknown).collect(),
        new_window: words.t("new-window"),
        done,
        failed,
        delegated,
        lines: todo.lines,
        page,
    })
}

/// `GET /applications`: the launcher alone, as phones show it.
///
/// # Errors
/// When the person's collectivité is gone.
pub(super) async fn applications(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    look: Look,
) -> Result<Response, Refusal> {
    let page = Page::signed_in(&app, &session, look, "/applications")?;
    let words = page.words.clone();
    let (cards, readings, todo) = board(&app, &session, &words, 0);
    // Badges alone.
    app.keep_fresh(stale_calls(&cards, &readings));
    html(&ApplicationsPage { launcher: launcher(&app, &session, &words, &cards, &readings, &todo), page })
}

type Readings = Vec<pleiade_core::Reading<Arc<pleiade_core::WidgetContent>>>;

fn board(
    app: &App,
    session: &Arc<Session>,
    words: &crate::web::words::Words,
    max_lines: usize,
) -> (Vec<DeskCard>, Readings, Todo) {
    let cards = cards(app, session, words);
    let readings = readings(app, &cards);
    let todo = Todo::new(words, app.clock.now(), &cards, &readings, max_lines);
    (cards, readings, todo)
}

/// What a form of an action sends.
#[derive(Debug, Deserialize)]
pub(super) struct Target {
    #[serde(default)]
    target: String,
}

/// `POST /actions/{tenant}/{connector}/{action}`: a quick action in the person's name, for the collectivité of the line.
///
/// # Errors
/// Not found when the person has no tie to this collectivité here, or it does not have the connector.
pub(super) async fn act(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    look: Look,
    Path((tenant, connector, action)): Path<(TenantId, ConnectorId, ActionId)>,
    Form(form): Form<Target>,
) -> Result<Response, Refusal> {
    if let Some(refused) = elsewhere(&app, &session, look, &tenant)? {
        return Ok(refused);
    }
    let page = Page::signed_in(&app, &session, look, "/")?;
    let connector = app.connectors.get(&tenant, &connector).ok_or(Refusal::NotFound)?.clone();
    let id = connector.descriptor().id.clone();
    let context = call_context(&app, &session, page.tenant.clone(), &page.words);
    let request = ActionRequest::new(action, form.target);
    let outcome = tokio::time::timeout(app.action_deadline, connector.perform(&context, &request)).await;
    let kind = match outcome {
        Ok(Ok(ActionOutcome::Continue(url))) => match link(&url) {
            Some(url) => return Ok(Redirect::to(&url).into_response()),
            None => Some(ErrorKind::BadAnswer),
        },
        Ok(Ok(_)) => None,
        Ok(Err(error)) => {
            tracing::warn!(connector = %id, operation = error.operation(), kind = error.kind().as_str(), "action failed");
            Some(error.kind())
        }
        Err(_) => Some(ErrorKind::Timeout),
    };
    app.engine.invalidate(&id, Some(session.actor.identity.link));
    let outcome = kind.map_or("done", ErrorKind::as_str);
    Ok(Redirect::to(&format!("/?outcome={outcome}&of={id}")).into_response())
}

/// The refusal of an action on a line of another collectivité than the one that the person acts for, if it is one.
///
/// # Errors
/// Not found when it is none of theirs.
pub(crate) fn elsewhere(
    app: &App,
    session: &Session,
    look: Look,
    tenant: &TenantId,
) -> Result<Option<Response>, Refusal> {
    if session.actor.acting.tenant == *tenant {
        return Ok(None);
    }
    let tie = session.affiliations.iter().find(|tie| tie.tenant == *tenant).ok_or(Refusal::NotFound)?;
    Ok(Some(moved::page(app, session, look, Moved::Acting(Some(&tie.tenant)))))
}

/// What the form of the acting collectivité sends.
#[derive(Debug, Deserialize)]
pub(super) struct ActFor {
    tenant: TenantId,
}

/// `POST /acting`: acts for another of the person's own collectivités.
///
/// # Errors
/// Forbidden for a collectivité that is not theirs.
pub(super) async fn switch(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    jar: CookieJar,
    Form(form): Form<ActFor>,
) -> Result<Response, Refusal> {
    if !session.affiliations.iter().any(|tie| tie.tenant == form.tenant) {
        return Err(Refusal::Forbidden);
    }
    let note = Note::new(AuditEvent::ActingChanged).at(&form.tenant).by(&session.actor.identity);
    app.record(note.through(&session.source).with("from", &session.actor.acting.tenant)).await?;
    match app.sessions.switch(&session, &form.tenant).await {
        Ok(value) => {
            let jar = proof::carry_over(&app, jar, &session, &value);
            Ok((jar.add(app.cookies().session(&value)), Redirect::to("/")).into_response())
        }
        Err(SessionError::NotTheirs) => Err(Refusal::Forbidden),
        Err(error) => {
            let reference = crate::web::reference();
            tracing::error!(reference, %error, "session not changed");
            Err(Refusal::Internal { reference })
        }
    }
}
