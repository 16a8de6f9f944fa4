//! The tasks of others that a person may see or treat: apart from their own, each part under the name of whom it is for.

use super::{
    board::{readings, stale_calls},
    line::LineModel,
    todo::Todo,
};
use crate::{
    app::App,
    delegation::{ReceivedDelegation, ReceivedDelegations},
    session::Session,
    web::words::Words,
};
use askama::Template;
use pleiade_core::Message;
use pleiade_federation::delegation::is_signature;
use std::sync::Arc;

/// The tasks of one giver.
#[derive(Debug)]
pub(super) struct PartView {
    pub(super) id: i64,
    pub(super) title: String,
    pub(super) until: String,
    pub(super) notes: Vec<String>,
    pub(super) lines: Vec<LineModel>,
    /// The text when there is none.
    pub(super) nothing: String,
    counted: String,
}

/// The id of the element of the desk that says what waits for others.
pub(super) const NOTES_ID: &str = "delegated-notes";

#[derive(Template)]
#[template(path = "delegated_notes.html")]
struct NotesTemplate {
    id: &'static str,
    notes: Vec<String>,
    unknown: Option<String>,
}

/// Every part of a person, read now unless that was done a moment ago, and the sentence that says so when it cannot be read; old tasks are
/// asked for beside.
pub(super) async fn parts(app: &App, session: &Session, words: &Words) -> (Vec<PartView>, Option<String>) {
    let received = ReceivedDelegations::load(app, session).await;
    let parts = received.held.iter().filter_map(|held| part_view(app, session, words, held, usize::MAX));
    (parts.collect(), received.unknown(words))
}

fn part_view(
    app: &App,
    session: &Session,
    words: &Words,
    held: &ReceivedDelegation,
    max_lines: usize,
) -> Option<PartView> {
    let (cards, closed) = held.cards(app, session, words);
    let terms = &held.delegation.terms;
    // Past its end since it was read.
    if terms.ends_at <= app.clock.now() {
        return None;
    }
    let readings = readings(app, &cards);
    app.keep_fresh(stale_calls(&cards, &readings));
    let todo = Todo::new(words, app.clock.now(), &cards, &readings, max_lines);
    let mut notes: Vec<String> = todo.incomplete(words).into_iter().collect();
    if !closed.is_empty() {
        notes.push(words.t_with_name("delegation-closed", &closed.join(", ")));
    }
    let name = &held.giver.identity.display_name;
    let last = crate::delegation::last_day(words, terms.ends_at);
    let rights = words.t(if terms.scope.may_treat { "delegation-treat" } else { "delegation-see" });
    let until = words.message(&Message::new("delegation-until").with_text("day", words.day(last)));
    let (nothing, counted) = (todo.nothing(words), todo.counted(words));
    let mut lines = todo.lines;
    for line in &mut lines {
        line.actions
            .retain(|action| terms.scope.may_treat && action.href.is_none() && !is_signature(&action.id));
        for action in &mut line.actions {
            action.path = format!("/delegations/{}{}", held.delegation.id, action.path);
        }
    }
    Some(PartView {
        id: held.delegation.id.0,
        title: words.t_with_name("delegation-for", name),
        until: format!("{until} · {rights}"),
        notes,
        lines,
        nothing,
        counted,
    })
}

/// One sentence a giver, for the desk, which leads to the page of tasks: from memory alone, what is old is read beside. An element that the
/// stream replaces.
pub(super) fn notes(app: &App, session: &Arc<Session>, words: &Words) -> String {
    let received = ReceivedDelegations::peek(app, session);
    let parts = received.held.iter().filter_map(|held| part_view(app, session, words, held, 0));
    let notes = parts.map(|part| format!("{} {}", part.title, part.counted)).collect();
    let template = NotesTemplate { id: NOTES_ID, notes, unknown: received.unknown(words) };
    template.render().unwrap_or_default()
}
