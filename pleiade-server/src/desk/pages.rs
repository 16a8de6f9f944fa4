//! The pages of the desk and the forms on them.

use super::{
    board::stale_calls,
    card::render_card,
    delegated::DelegatedTasks,
    launcher::Launcher,
    own_cards::{OwnCards, launcher_builder},
    stream,
    todo::MAX_TODO_LINES,
};
use crate::{
    accounts::proof,
    app::App,
    audit::{AuditEvent, Note},
    session::{SessionError, SignedIn},
    web::{
        errors::{Refusal, html},
        page::Page,
        reader::Reader,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use pleiade_core::{Message, TenantId};
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
    day: Arc<str>,
    cards: Vec<Arc<str>>,
    events: String,
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
    let own = OwnCards::new(&app, &session, words.locale);
    let snoozed = app.snoozed_tasks().peek(&session);
    let todo = own.todo(&app, &session, &words, &snoozed, MAX_TODO_LINES);
    let (cards, readings) = (&own.cards, &own.readings);
    app.fill(stale_calls(cards, readings));
    let queue: Arc<str> = render_card(&words, &todo.card(&words)).into();
    let others = cards.iter().zip(readings).map(|(card, reading)| own.card_html(&app, &words, card, reading));
    let html_cards: Vec<Arc<str>> = std::iter::once(queue).chain(others).collect();
    let summary = todo.summary(&words);
    let day = own.day(&app, &session, &words);
    let mut tasks = DelegatedTasks::new(app.received_delegations(), app.board_reader(), &session, &words);
    let delegated = tasks.notes();
    app.keep_fresh(tasks.stale);
    let identity = &session.actor.identity;
    let greeting = match identity.given_name.as_deref() {
        Some(name) => words.message(&Message::new("greeting").with_text("name", name)),
        None => words.t("greeting-nobody"),
    };
    let date = now.with_timezone(&words.zone).date_naive();
    let today = words.message(&Message::new("today").with_text("day", words.day(date)));
    html(&DeskPage {
        launcher: launcher_builder(&app).build(&session, &words, cards, readings, &todo),
        today,
        events: stream::address(
            app.marks().mark(&session),
            html_cards.iter().map(AsRef::as_ref).chain([&*summary, &*delegated, &*day]),
        ),
        summary,
        cards: html_cards,
        delegated,
        day,
        greeting,
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
    let own = OwnCards::new(&app, &session, words.locale);
    let snoozed = app.snoozed_tasks().peek(&session);
    let todo = own.todo(&app, &session, &words, &snoozed, 0);
    // Badges alone.
    app.keep_fresh(stale_calls(&own.cards, &own.readings));
    html(&ApplicationsPage {
        launcher: launcher_builder(&app).build(&session, &words, &own.cards, &own.readings, &todo),
        page,
    })
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
