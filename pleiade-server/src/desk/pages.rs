//! The pages of the desk and the forms on them.

use super::{
    board::stale_calls,
    card::{DeskCard, render_card},
    delegated::{DelegatedTasks, PartView},
    launcher::{Launcher, LauncherBuilder},
    stream,
    todo::{MAX_TODO_LINES, Todo, TodoGroup, TodoReader},
};
use crate::{
    accounts::proof,
    app::App,
    audit::{AuditEvent, Note},
    session::{Session, SessionError, SignedIn},
    web::{
        errors::{Refusal, html},
        page::Page,
        reader::Reader,
        words::Words,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use pleiade_connectors::queue::QueueFilter;
use pleiade_core::{Message, TaskKind, TenantId};
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
    chips: Vec<ChipView>,
    groups: Vec<TodoGroup>,
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
    let (cards, readings, todo) = board(&app, &session, &words, &QueueFilter::default(), MAX_TODO_LINES);
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

/// A filter of the page of tasks.
struct ChipView {
    label: String,
    count: String,
    href: String,
    current: bool,
}

/// The part of the queue that a page of tasks shows. What names nothing shows all.
#[derive(Debug, Default, Deserialize)]
pub(super) struct TasksQuery {
    #[serde(default)]
    kind: String,
}

/// `GET /tasks`: the whole queue, or the tasks of one kind.
///
/// # Errors
/// When the person's collectivité is gone.
pub(super) async fn tasks(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    Query(query): Query<TasksQuery>,
) -> Result<Response, Refusal> {
    let words = page.words.clone();
    let kind = TaskKind::ALL.into_iter().find(|kind| kind.as_str() == query.kind);
    let filter = QueueFilter::default().with_kind(kind);
    let (cards, readings, todo) = board(&app, &session, &words, &filter, usize::MAX);
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
        chips: chips(&todo, &words, kind),
        groups: todo.groups(&words),
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
    let (cards, readings, todo) = board(&app, &session, &words, &QueueFilter::default(), 0);
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

/// The cards of the acting collectivité, and the queue of all that the session's link gives. What is old of the others is asked for
/// behind what somebody looks at.
fn board(
    app: &App,
    session: &Arc<Session>,
    words: &Words,
    filter: &QueueFilter,
    max_lines: usize,
) -> (Vec<DeskCard>, Readings, Todo) {
    let cards = app.board_cards(session, words.locale);
    let readings = app.board_reader().readings(&cards);
    let others = app.other_cards(session, words.locale);
    let other_readings = app.board_reader().readings(&others);
    app.keep_fresh(stale_calls(&others, &other_readings));
    let acting = &session.actor.acting.tenant;
    let reader = TodoReader { words, now: app.clock.now(), tenants: &app.tenants, acting };
    let all = cards.iter().zip(&readings).chain(others.iter().zip(&other_readings));
    let todo = reader.read(all, filter, max_lines);
    (cards, readings, todo)
}

fn chips(todo: &Todo, words: &Words, shown: Option<TaskKind>) -> Vec<ChipView> {
    let chips = todo.chips(words).into_iter().map(|(label, count, kind)| ChipView {
        label,
        count,
        href: kind.map_or("/tasks".to_owned(), |kind| format!("/tasks?kind={}", kind.as_str())),
        current: kind == shown,
    });
    chips.collect()
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
