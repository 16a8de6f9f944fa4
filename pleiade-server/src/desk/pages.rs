//! The pages of the desk and the forms on them.

use super::{
    board::stale_calls,
    card::{DeskCard, render_card},
    delegated::{DelegatedTasks, PartView},
    launcher::{Launcher, LauncherBuilder},
    line::LineModel,
    stream,
    todo::{MAX_TODO_LINES, Todo},
};
use crate::{
    accounts::proof,
    app::App,
    audit::{AuditEvent, Note},
    connectors::call_within,
    session::{Session, SessionError, SignedIn},
    web::{
        errors::{Refusal, html},
        href,
        outcome::Outcome,
        page::Page,
        reader::Reader,
        stale_form::{self, StaleFormReason},
        words::Words,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
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

/// `GET /`: the desk. Calls no application and reads no storage beyond the session: what is old is asked for beside.
///
/// # Errors
/// When the person's collectivité is gone.
pub(super) async fn desk(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
) -> Result<Response, Refusal> {
    let words = page.words.clone();
    let now = app.clock.now();
    let (cards, readings, todo) = board(&app, &session, &words, MAX_TODO_LINES);
    app.fill(stale_calls(&cards, &readings));
    let queue: Arc<str> = render_card(&words, &todo.card(&words)).into();
    let others = cards
        .iter()
        .zip(&readings)
        .map(|(card, reading)| app.render_cache().html(&words, now, card, reading));
    let html_cards: Vec<Arc<str>> = std::iter::once(queue).chain(others).collect();
    let summary = todo.summary(&words);
    let mut tasks = DelegatedTasks::new(app.received_delegations(), app.board_reader(), &session, &words);
    let delegated = tasks.notes();
    app.keep_fresh(tasks.stale);
    let identity = &session.actor.identity;
    let greeting = match identity.given_name.as_deref() {
        Some(name) => words.message(&Message::new("greeting").with_text("name", name)),
        None => words.t("greeting-nobody"),
    };
    let day = now.with_timezone(&words.zone).date_naive();
    let today = words.message(&Message::new("today").with_text("day", words.day(day)));
    html(&DeskPage {
        launcher: launcher_builder(&app).build(&session, &words, &cards, &readings, &todo),
        today,
        events: stream::address(
            app.marks().mark(&session),
            html_cards.iter().map(AsRef::as_ref).chain([&*summary, &*delegated]),
        ),
        summary,
        cards: html_cards,
        delegated,
        greeting,
        page,
    })
}

/// `GET /tasks`: the whole queue.
///
/// # Errors
/// When the person's collectivité is gone.
pub(super) async fn tasks(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
) -> Result<Response, Refusal> {
    let words = page.words.clone();
    let (cards, readings, todo) = board(&app, &session, &words, usize::MAX);
    app.fill(stale_calls(&cards, &readings));
    let mut tasks = DelegatedTasks::new(app.received_delegations(), app.board_reader(), &session, &words);
    let (delegated, unknown) = tasks.parts().await;
    app.keep_fresh(tasks.stale);
    html(&TasksPage {
        launcher: launcher_builder(&app).build(&session, &words, &cards, &readings, &todo),
        today: todo.counted(&words),
        nothing: todo.nothing(&words),
        notes: todo.incomplete(&words).into_iter().chain(unknown).collect(),
        new_window: words.t("new-window"),
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
    Reader { session, page, .. }: Reader,
) -> Result<Response, Refusal> {
    let words = page.words.clone();
    let (cards, readings, todo) = board(&app, &session, &words, 0);
    // Badges alone.
    app.keep_fresh(stale_calls(&cards, &readings));
    html(&ApplicationsPage {
        launcher: launcher_builder(&app).build(&session, &words, &cards, &readings, &todo),
        page,
    })
}

fn launcher_builder(app: &App) -> LauncherBuilder<'_> {
    LauncherBuilder { menus: app.menus.as_ref(), catalogue: &app.catalogue, connectors: &app.connectors }
}

type Readings = Vec<pleiade_core::Reading<Arc<pleiade_core::WidgetContent>>>;

fn board(
    app: &App,
    session: &Arc<Session>,
    words: &Words,
    max_lines: usize,
) -> (Vec<DeskCard>, Readings, Todo) {
    let cards = app.board_cards(session, words.locale);
    let readings = app.board_reader().readings(&cards);
    let todo = Todo::new(words, app.clock.now(), &cards, &readings, max_lines);
    (cards, readings, todo)
}

/// The form of an action, in one's own name or by a delegation.
#[derive(Debug, Deserialize)]
pub(crate) struct ActionForm {
    #[serde(default)]
    pub(crate) target: String,
}

/// `POST /actions/{tenant}/{connector}/{action}`: a quick action in the person's name, for the collectivité of the line.
///
/// # Errors
/// Not found when the person has no affiliation to this collectivité here, or it does not have the connector.
pub(super) async fn act(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    Path((tenant, connector, action)): Path<(TenantId, ConnectorId, ActionId)>,
    Form(form): Form<ActionForm>,
) -> Result<Response, Refusal> {
    let page = match own_page(&app, &session, page, &tenant)? {
        Ok(page) => page,
        Err(refused) => return Ok(refused),
    };
    let connector = app.connectors.get(&tenant, &connector).ok_or(Refusal::NotFound)?.clone();
    let id = connector.descriptor().id.clone();
    let context = app.call_context(&session, page.tenant.clone(), page.words.locale);
    let request = ActionRequest::new(action, form.target);
    let call = connector.perform(&context, &request);
    let kind = match call_within(app.action_deadline, &id, "perform an action", call).await {
        Ok(ActionOutcome::Continue(url)) => match href(&url) {
            Some(url) => return Ok(Redirect::to(&url).into_response()),
            None => Some(ErrorKind::BadAnswer),
        },
        Ok(_) => None,
        Err(error) => Some(error.kind()),
    };
    app.engine.invalidate(&id, Some(session.actor.identity.link));
    Ok(action_outcome(&page.words, &connector.descriptor().name, kind).redirect(&app, &session, "/"))
}

/// The result of a quick action: done, or the failure.
pub(crate) fn action_outcome(words: &Words, application: &str, failure: Option<ErrorKind>) -> Outcome {
    match failure {
        None => Outcome::done("action-done"),
        Some(kind) => {
            Outcome::failed("action-failed").with("why", words.message(&kind.for_person(application)))
        }
    }
}

/// The page of somebody who acts for a collectivité; the inner error is the refusal of an action on a line of another one than theirs.
///
/// # Errors
/// Not found when it is none of theirs.
pub(crate) fn own_page(
    app: &App,
    session: &Session,
    page: Page,
    tenant: &TenantId,
) -> Result<Result<Page, Response>, Refusal> {
    if session.actor.acting.tenant == *tenant {
        return Ok(Ok(page));
    }
    let affiliation = session
        .affiliations
        .iter()
        .find(|affiliation| affiliation.tenant == *tenant)
        .ok_or(Refusal::NotFound)?;
    Ok(Err(stale_form::answer(app, session, page, StaleFormReason::Acting(Some(&affiliation.tenant)))))
}

/// The form that changes the acting collectivité.
#[derive(Debug, Deserialize)]
pub(super) struct ActingForm {
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
    Form(form): Form<ActingForm>,
) -> Result<Response, Refusal> {
    if !session.affiliations.iter().any(|affiliation| affiliation.tenant == form.tenant) {
        return Err(Refusal::Forbidden);
    }
    let note = Note::new(AuditEvent::ActingChanged).tenant(&form.tenant).actor(&*session);
    let note = note.source(&session.source).with("from", &session.actor.acting.tenant);
    match app.sessions.switch(&session, &form.tenant, &app.journal().line(note)).await {
        Ok(value) => {
            let jar = proof::carry_over(&app, jar, &session, &value);
            Ok((jar.add(app.cookies().session(&value)), Redirect::to("/")).into_response())
        }
        Err(SessionError::NotAllowed) => Err(Refusal::Forbidden),
        Err(error) => Err(error.into()),
    }
}
