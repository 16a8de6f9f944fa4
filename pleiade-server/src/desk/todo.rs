//! The queue of things to do, as the card and the page show it: [`Queue`] in words. It calls nobody.

use super::{
    card::DeskCard,
    line::{ActionModel, LineModel},
    model::{CardModel, CardState, LinkModel, NoteModel},
    number,
};
use crate::web::{href, site::Tenants, words::Words};
use askama::Template;
use chrono::{DateTime, Utc};
use pleiade_connectors::queue::{DueGroup, Queue, QueueEntry, QueueFilter, QueueOptions, QueueSource};
use pleiade_core::{
    Action, ActionId, Amount, EventTime, Message, MessageArg, Reading, TaskKind, TenantId, WidgetContent,
};
use std::sync::Arc;

/// The id of the queue's card.
pub const TODO_ID: &str = "card-todo";

/// The id of the sentences that sum the queue up.
pub const SUMMARY_ID: &str = "todo-summary";

/// Tasks on the card; the page lists them all.
pub const MAX_TODO_LINES: usize = 6;

/// The action that opens the same thing in another application.
const OPEN: ActionId = ActionId::from_static("open");

/// Whose queue it is, and in which words.
#[derive(Debug, Clone, Copy)]
pub struct TodoReader<'a> {
    /// The reader's words.
    pub words: &'a Words,
    /// The time of day.
    pub now: DateTime<Utc>,
    /// The collectivités, for their names.
    pub tenants: &'a Tenants,
    /// The one acted for.
    pub acting: &'a TenantId,
}

/// The queue in words.
#[derive(Debug)]
pub struct Todo {
    /// The most pressing tasks of those that are shown, in order.
    pub(super) lines: Vec<TodoLine>,
    /// Count of all that waits, shown or not.
    total: usize,
    /// True if there may be more: an application has more lines than it gave, could not read some, or gave none.
    pub(crate) at_least: bool,
    /// Count of items past their deadline.
    pub late: usize,
    /// Names of the applications whose tasks may be missing, because they were asked and gave nothing that can be used.
    pub unknown: Vec<String>,
    /// True if an application has not answered yet.
    waiting: bool,
    /// The number of tasks of each kind, whichever kind is shown.
    pub(super) kinds: Vec<(TaskKind, Amount)>,
}

/// A line of the queue.
#[derive(Debug, Clone)]
pub(super) struct TodoLine {
    pub(super) group: DueGroup,
    pub(super) line: LineModel,
}

/// A part of the page of tasks.
#[derive(Debug)]
pub(super) struct TodoGroup {
    pub(super) title: String,
    pub(super) lines: Vec<LineModel>,
}

#[derive(Template)]
#[template(path = "summary.html")]
struct Summary {
    id: &'static str,
    words: String,
}

impl TodoReader<'_> {
    /// Merges the tasks of these cards and renders the `max_lines` most pressing that a filter lets pass. The counts are of all of them.
    #[must_use]
    pub fn read<'c>(
        &self,
        cards: impl IntoIterator<Item = (&'c DeskCard, &'c Reading<Arc<WidgetContent>>)>,
        filter: &QueueFilter,
        max_lines: usize,
    ) -> Todo {
        let (cards, readings): (Vec<_>, Vec<_>) = cards.into_iter().unzip();
        let sources = cards.iter().zip(readings).map(|(card, reading)| {
            let connector = card.call.connector.descriptor();
            QueueSource::new(
                card.tenant(),
                &connector.id,
                &connector.name,
                reading.map_ref().map(AsRef::as_ref),
            )
            .standing_in(card.call.context.stands_in)
        });
        let options = QueueOptions::new(self.words.zone, self.now, self.acting);
        let queue = Queue::new(&options, sources);
        let (all, shown) = (QueueFilter::default(), queue.select(filter));
        Todo {
            lines: shown.into_iter().take(max_lines).map(|entry| self.line(&cards, entry)).collect(),
            total: queue.select(&all).len(),
            at_least: queue.is_minimum(),
            late: queue.late(&all),
            unknown: queue.absent().iter().map(|absent| absent.name.to_owned()).collect(),
            waiting: queue.is_waiting(),
            kinds: queue.kinds(&all),
        }
    }

    /// A line: the first application's, with the links and the actions of the others that hold the same thing.
    fn line(&self, cards: &[&DeskCard], entry: &QueueEntry<'_>) -> TodoLine {
        let words = self.words;
        let mut line: Option<LineModel> = None;
        let mut names = Vec::new();
        for one in &entry.items {
            let Some(card) = cards.get(one.source) else { continue };
            let connector = card.call.connector.descriptor();
            names.push(connector.name.clone());
            let mut theirs = LineModel::new(words, self.now, one.tenant, connector, one.item);
            if one.tenant != self.acting {
                theirs.actions = theirs.actions.into_iter().map(ActionModel::asked).collect();
            }
            match &mut line {
                None => line = Some(theirs),
                Some(first) => {
                    let open = Message::new("card-open").with_text("application", &connector.name);
                    let link = one.item.link.clone().filter(|link| href(link).is_some());
                    let open = link.map(|link| Action::open(OPEN, open, link));
                    first.actions.extend(theirs.actions);
                    first.actions.extend(
                        open.map(|open| ActionModel::new(words, one.tenant, connector, &open, &first.title)),
                    );
                }
            }
        }
        let mut line = line.unwrap_or_default();
        let tenant = |id: &TenantId| self.tenants.by_id(id).map(|tenant| tenant.name.clone());
        let elsewhere =
            (entry.key.tenant != *self.acting || !entry.also_for.is_empty()).then_some(&entry.key.tenant);
        let known_by = elsewhere.into_iter().chain(entry.also_for.iter().copied()).filter_map(tenant);
        // The time of the line may be the one since which it waits.
        let told = entry.items.first().and_then(|first| first.item.when);
        let since = entry.since.filter(|at| entry.deadline.is_none() && told != Some(EventTime::At(*at)));
        let since =
            since.map(|at| words.message(&Message::new("todo-since").with("when", MessageArg::Instant(at))));
        let aged = entry.aged.map(|at| words.t_with_time("todo-aged", "time", at));
        let parts = [line.detail.clone()].into_iter().chain(since).chain(names).chain(known_by).chain(aged);
        line.detail = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        TodoLine { group: entry.group, line }
    }
}

impl Todo {
    /// The count of things that wait.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total as u64
    }

    /// The lines in their groups, each under its title.
    pub(super) fn groups(&self, words: &Words) -> Vec<TodoGroup> {
        let of_group = |group| self.lines.iter().filter(move |line| line.group == group);
        let groups = DueGroup::ALL.into_iter().map(|group| TodoGroup {
            title: words.t(group_key(group)),
            lines: of_group(group).map(|line| line.line.clone()).collect(),
        });
        groups.filter(|group| !group.lines.is_empty()).collect()
    }

    /// The filters by kind, all first: their words, their number and the kind; none for all.
    pub(super) fn chips(&self, words: &Words) -> Vec<(String, String, Option<TaskKind>)> {
        let all = self.kinds.iter().fold(0, |sum, (_, amount)| match amount {
            Amount::Count { value, .. } => sum + value,
            _ => sum,
        });
        let all = Amount::Count { value: all, at_least: self.at_least };
        let kinds = self.kinds.iter().map(|(kind, amount)| (words.t(kind_key(*kind)), *amount, Some(*kind)));
        let chips = std::iter::once((words.t("todo-kind-all"), all, None)).chain(kinds);
        chips.map(|(label, amount, kind)| (label, number::amount(words, amount), kind)).collect()
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

    /// The text where there is no line. That nothing waits is said once every application has answered, and not before; nor is it said
    /// where tasks of another kind than the one that is shown wait.
    #[must_use]
    pub fn nothing(&self, words: &Words) -> String {
        words.t(match (self.waiting, self.total > 0, self.unknown.is_empty()) {
            (true, _, _) => "waiting-asked",
            (false, true, _) => "todo-none-of-kind",
            (false, false, false) => "waiting-none-known",
            (false, false, true) => "todo-none",
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
        card.lines = self.lines.iter().take(MAX_TODO_LINES).map(|line| line.line.clone()).collect();
        if is_empty {
            card.empty = (!self.waiting).then(|| self.nothing(words));
        } else {
            let label = words.count(self.key("todo-all"), "count", self.total());
            card.more = Some(LinkModel { label, href: "/tasks".to_owned() });
        }
        card
    }
}

fn group_key(group: DueGroup) -> &'static str {
    match group {
        DueGroup::First => "todo-group-first",
        DueGroup::Late => "todo-group-late",
        DueGroup::Today => "todo-group-today",
        DueGroup::ThisWeek => "todo-group-this-week",
        DueGroup::Later => "todo-group-later",
        DueGroup::NoDeadline => "todo-group-no-deadline",
    }
}

fn kind_key(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Sign => "todo-kind-sign",
        TaskKind::Approve => "todo-kind-approve",
        TaskKind::Correct => "todo-kind-correct",
        TaskKind::Answer => "todo-kind-answer",
        TaskKind::Read => "todo-kind-read",
        TaskKind::Do => "todo-kind-do",
    }
}
