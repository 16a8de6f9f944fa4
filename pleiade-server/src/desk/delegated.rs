//! The tasks of others that a person may see or treat: apart from their own, each part under the name of whom it is for.

use super::{
    board::{BoardReader, stale_calls},
    line::LineModel,
    todo::TodoReader,
};
use crate::{
    delegation::{ReceivedDelegation, ReceivedDelegationReader},
    session::Session,
    web::words::Words,
};
use askama::Template;
use pleiade_connectors::engine::WidgetCall;
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
    /// The same in one sentence, for the desk.
    note: String,
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

/// Reads what waits for others, from memory but for [`parts`](Self::parts). What is old on the way is left in `stale`, for the caller to
/// have asked for.
pub(super) struct DelegatedTasks<'a> {
    delegations: ReceivedDelegationReader,
    boards: BoardReader<'a>,
    session: &'a Arc<Session>,
    words: &'a Words,
    /// The calls of old readings.
    pub(super) stale: Vec<WidgetCall>,
}

impl<'a> DelegatedTasks<'a> {
    /// Those of a session's person.
    pub(super) fn new(
        delegations: ReceivedDelegationReader,
        boards: BoardReader<'a>,
        session: &'a Arc<Session>,
        words: &'a Words,
    ) -> Self {
        Self { delegations, boards, session, words, stale: Vec::new() }
    }

    /// Every part of the person, read now unless that was done a moment ago, and the sentence that says so when it cannot be read.
    pub(super) async fn parts(&mut self) -> (Vec<PartView>, Option<String>) {
        let received = self.delegations.load(self.session).await;
        let parts = received.held.iter().filter_map(|held| self.part_view(held, usize::MAX)).collect();
        (parts, received.unknown(self.words))
    }

    /// One sentence a giver, for the desk, which leads to the page of tasks: from memory alone. An element that the stream replaces.
    pub(super) fn notes(&mut self) -> String {
        let received = self.delegations.peek(self.session);
        let parts = received.held.iter().filter_map(|held| self.part_view(held, 0));
        let notes = parts.map(|part| part.note).collect();
        let template = NotesTemplate { id: NOTES_ID, notes, unknown: received.unknown(self.words) };
        template.render().unwrap_or_default()
    }

    fn part_view(&mut self, held: &ReceivedDelegation, max_lines: usize) -> Option<PartView> {
        let (words, now) = (self.words, self.delegations.clock.now());
        let (cards, closed) = self.delegations.cards(self.boards, held, self.session, words.locale);
        let terms = &held.delegation.terms;
        // Past its end since it was read.
        if terms.ends_at <= now {
            return None;
        }
        let readings = self.boards.readings(&cards);
        self.stale.extend(stale_calls(&cards, &readings));
        let acting = &held.giver.acting.tenant;
        let reader = TodoReader {
            words,
            now,
            tenants: &self.delegations.tenants,
            acting,
            snoozed: None,
            portal: None,
        };
        let todo = reader.read(cards.iter().zip(&readings), max_lines);
        let mut notes: Vec<String> = todo.incomplete(words).into_iter().collect();
        if !closed.is_empty() {
            notes.push(words.t_with_name("delegation-closed", &closed.join(", ")));
        }
        let name = &held.giver.identity.display_name;
        let last = crate::delegation::last_day(words, terms.ends_at);
        let rights = words.t(if terms.scope.may_treat { "delegation-treat" } else { "delegation-see" });
        let until = words.message(&Message::new("delegation-until").with_text("day", words.day(last)));
        let nothing = todo.nothing(words);
        let note =
            Message::new("delegated-note").with_text("name", name).with_text("counted", todo.counted(words));
        let mut lines: Vec<LineModel> = todo.lines.into_iter().map(|line| line.line).collect();
        for line in &mut lines {
            line.actions.retain(|action| {
                terms.scope.may_treat
                    && action.href.is_none()
                    && !action.asks
                    && !action.opens
                    && !is_signature(&action.id)
            });
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
            note: words.message(&note),
        })
    }
}
