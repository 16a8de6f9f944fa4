//! The pages of the desk and the forms on them.

use super::{
    board::stale_calls,
    card::{DeskCard, render_card},
    delegated::DelegatedTasks,
    elected::render_elected,
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
    greeting: String,
    today: String,
    summary: String,
    delegated: String,
    elected: String,
    day: Arc<str>,
    figures: String,
    queue: Arc<str>,
    columns: Columns,
    events: String,
}

/// The columns of the board beside that of the queue, and what stands below the queue. Which card stands where depends on the board alone:
/// none moves when one comes.
#[derive(Debug, Default)]
struct Columns {
    second: Vec<Arc<str>>,
    third: Vec<Arc<str>>,
    below_queue: Vec<Arc<str>>,
}

/// The height of the queue, in cards.
const QUEUE_CARDS: usize = 3;

impl Columns {
    /// Each card in turn goes to the shortest column, and a wide one below the queue. Of two that are as long the one that had a card last
    /// takes the next: cards grow less important and shorter along the board.
    fn new<'a>(cards: impl Iterator<Item = (&'a DeskCard, Arc<str>)>) -> Self {
        let (mut columns, mut was_third) = (Self::default(), false);
        for (card, html) in cards {
            let below = QUEUE_CARDS + columns.below_queue.len();
            let (second, third) = (columns.second.len(), columns.third.len());
            if card.placement.wide || below < second.min(third) {
                columns.below_queue.push(html);
                continue;
            }
            was_third = third < second || (third == second && was_third);
            if was_third { &mut columns.third } else { &mut columns.second }.push(html);
        }
        columns
    }

    /// In the order in which they are read.
    fn each(&self) -> [&[Arc<str>]; 3] {
        [&self.second, &self.third, &self.below_queue]
    }

    fn all(&self) -> impl Iterator<Item = &Arc<str>> {
        self.each().into_iter().flatten()
    }
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
    let drawn = own.drawn();
    let drawn = drawn.map(|(card, reading)| (card, own.card_html(&app, &words, card, reading)));
    let columns = Columns::new(drawn);
    let summary = todo.summary(&words);
    let (day, figures) = (own.day(&app, &session, &words), own.figures(&words));
    let elected = render_elected(&app, &session, &words, &own, &snoozed);
    let mut tasks = DelegatedTasks::new(app.received_delegations(), app.board_reader(), &session, &words);
    let delegated = tasks.notes();
    app.keep_fresh(tasks.stale);
    let identity = &session.actor.identity;
    // An account that was opened without a first name is greeted by the name that it has.
    let name = identity.given_name.as_ref().unwrap_or(&identity.display_name);
    let greeting = words.message(&Message::new("greeting").with_text("name", name));
    let date = now.with_timezone(&words.zone).date_naive();
    let today = words.message(&Message::new("today").with_text("day", words.day(date)));
    let choices = app.launcher_choices().peek(&session);
    let launcher = launcher_builder(&app).build(&session, &words, cards, readings, &todo, &choices);
    let parts = [&*queue, &*summary, &*delegated, &*day, figures.as_str(), elected.as_str()];
    let shown = columns.all().map(AsRef::as_ref).chain(parts);
    let events = stream::address(app.marks().mark(&session), shown);
    page.navigation.give(launcher);
    html(&DeskPage {
        today,
        events,
        summary,
        queue,
        columns,
        delegated,
        elected,
        day,
        figures,
        greeting,
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
