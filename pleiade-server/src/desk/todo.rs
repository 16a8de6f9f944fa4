//! The queue of things to do: the tasks of every reading in one list, the most pressing first. It calls nobody.

use super::{
    card::DeskCard,
    line::{LineModel, due},
    model::{CardModel, CardState, LinkModel, NoteModel},
};
use crate::web::words::Words;
use askama::Template;
use chrono::{DateTime, Utc};
use pleiade_core::{
    Amount, Deadline, ErrorKind, Freshness, Indicator, Item, Message, Reading, Reason, WidgetContent,
};
use std::sync::Arc;

/// The id of the queue's card.
pub const TODO_ID: &str = "card-todo";

/// The id of the sentences that sum the queue up.
pub const SUMMARY_ID: &str = "todo-summary";

/// Tasks on the card; the page lists them all.
pub const MAX_TODO_LINES: usize = 6;

/// The merged queue.
#[derive(Debug)]
pub struct Todo {
    /// The most pressing tasks, in order.
    pub(super) lines: Vec<LineModel>,
    total: usize,
    /// True if there may be more: an application has more lines than it gave, or some could not be read.
    pub(crate) at_least: bool,
    /// Count of items past their deadline.
    pub late: usize,
    /// Names of the applications whose tasks may be missing, because they were asked and gave nothing that can be used.
    pub unknown: Vec<String>,
    /// True if an application has not answered yet.
    waiting: bool,
}

#[derive(Template)]
#[template(path = "summary.html")]
struct Summary {
    id: &'static str,
    words: String,
}

/// True if a failure leaves it unknown what waits for the person. Somebody without an account or a right there has nothing waiting.
fn leaves_unknown(kind: ErrorKind) -> bool {
    use ErrorKind::{Forbidden, NotFound, NotLinked, Unsupported};
    !matches!(kind, NotLinked | Forbidden | NotFound | Unsupported)
}

/// True if an application has more lines than its card, or lines that could not be read.
fn holds_more(content: &WidgetContent) -> bool {
    let is_minimum = |indicator: &Indicator| matches!(indicator.amount, Amount::Count { at_least: true, .. });
    content.more || content.indicators.iter().any(is_minimum)
}

impl Todo {
    /// Merges the tasks of a board and renders the `max_lines` most pressing.
    #[must_use]
    pub fn new(
        words: &Words,
        now: DateTime<Utc>,
        cards: &[DeskCard],
        readings: &[Reading<Arc<WidgetContent>>],
        max_lines: usize,
    ) -> Self {
        let mut tasks: Vec<(DateTime<Utc>, &DeskCard, &Item)> = Vec::new();
        let (mut unknown, mut waiting, mut at_least) = (Vec::new(), false, false);
        for (card, reading) in cards.iter().zip(readings) {
            if let Some(content) = reading.value() {
                let stands_in = card.call.context.stands_in;
                let is_shown = |item: &&Item| {
                    item.task.as_ref().is_some_and(|task| !stands_in || task.may_be_delegated())
                };
                let of_this_card = content.items.iter().filter(is_shown);
                at_least |= holds_more(content) && of_this_card.clone().next().is_some();
                let end = |item: &Item| {
                    item.deadline.map_or(DateTime::<Utc>::MAX_UTC, |d: Deadline| due(words.zone, d))
                };
                tasks.extend(of_this_card.map(|item| (end(item), card, item)));
            }
            match reading.freshness() {
                Freshness::Missing(Reason::Waiting) => waiting = true,
                // An old value may lack what has come since.
                Freshness::Missing(Reason::Failed { kind, .. })
                | Freshness::Stale(Reason::Failed { kind, .. })
                    if leaves_unknown(*kind) =>
                {
                    unknown.push(card.call.connector.descriptor().name.clone());
                }
                _ => {}
            }
        }
        unknown.sort();
        unknown.dedup();
        tasks.sort_by_key(|(end, ..)| *end);
        let late = tasks.iter().filter(|(end, ..)| *end <= now).count();
        let total = tasks.len();
        let lines = tasks
            .into_iter()
            .take(max_lines)
            .map(|(_, card, item)| {
                let connector = card.call.connector.descriptor();
                let mut line = LineModel::new(words, now, card.tenant(), connector, item);
                line.detail = [line.detail.as_str(), connector.name.as_str()]
                    .into_iter()
                    .filter(|t| !t.is_empty())
                    .collect::<Vec<_>>()
                    .join(" · ");
                line
            })
            .collect();
        Self { lines, total, at_least, late, unknown, waiting }
    }

    /// The count of things that wait.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total as u64
    }

    /// The message of a count, or of the same count as a minimum.
    fn key(&self, exact: &'static str) -> &'static str {
        match (exact, self.at_least) {
            ("waiting-count", true) => "waiting-count-at-least",
            ("waiting-late", true) => "waiting-late-at-least",
            ("todo-all", true) => "todo-all-at-least",
            _ => exact,
        }
    }

    /// A sentence that names what is missing.
    #[must_use]
    pub fn incomplete(&self, words: &Words) -> Option<String> {
        let names = self.unknown.join(", ");
        (!names.is_empty())
            .then(|| words.message(&Message::new("todo-incomplete").with_text("applications", names)))
    }

    /// The text where there is no line. That nothing waits is said once every application has answered, and not before.
    #[must_use]
    pub fn nothing(&self, words: &Words) -> String {
        words.t(match (self.waiting, self.unknown.is_empty()) {
            (true, _) => "waiting-asked",
            (false, false) => "waiting-none-known",
            (false, true) => "todo-none",
        })
    }

    /// The count of what waits, and what is not known yet.
    #[must_use]
    pub fn counted(&self, words: &Words) -> String {
        let mut sentences = Vec::new();
        if self.total > 0 {
            sentences.push(words.count(self.key("waiting-count"), "count", self.total()));
        } else if !self.waiting {
            let none = if self.unknown.is_empty() { "waiting-none" } else { "waiting-none-known" };
            sentences.push(words.t(none));
        }
        if self.late > 0 {
            sentences.push(words.count(self.key("waiting-late"), "count", self.late as u64));
        }
        if self.waiting {
            sentences.push(words.t("waiting-asked"));
        }
        sentences.join(" ")
    }

    /// The sentences for the head of the page, which also name who did not answer, as an element that the stream replaces.
    #[must_use]
    pub fn summary(&self, words: &Words) -> String {
        let sentences: Vec<String> =
            [self.counted(words)].into_iter().chain(self.incomplete(words)).collect();
        Summary { id: SUMMARY_ID, words: sentences.join(" ") }.render().unwrap_or_default()
    }

    /// The card of the queue.
    #[must_use]
    pub fn card(&self, words: &Words) -> CardModel {
        let is_empty = self.lines.is_empty();
        let state = match is_empty && self.waiting {
            true => CardState::Waiting,
            false => CardState::Fresh { measured_at: None },
        };
        let mut card = CardModel::empty(TODO_ID.to_owned(), words.t("todo-title"), true, state);
        card.external = false;
        card.href = Some("/tasks".to_owned());
        card.source = Some(words.t("todo-scope"));
        card.notes = self.incomplete(words).map(NoteModel::remark).into_iter().collect();
        card.lines = self.lines.iter().take(MAX_TODO_LINES).cloned().collect();
        if is_empty {
            card.empty = (!self.waiting).then(|| self.nothing(words));
        } else {
            let label = words.count(self.key("todo-all"), "count", self.total());
            card.more = Some(LinkModel { label, href: "/tasks".to_owned() });
        }
        card
    }
}
