//! The queue of things to do, as the card and the page show it: [`Queue`] in words. It calls nobody.

use super::{
    card::DeskCard,
    line::{ActionModel, LineModel, line_key},
    model::{CardModel, CardState, ChipModel, LineGroup, LinkModel, NoteModel},
    number,
    portal_tasks::PortalTasks,
    snooze_offer,
    tasks_address::address,
    tile::TileModel,
};
use crate::web::{href, site::Tenants, words::Words};
use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use pleiade_connectors::queue::{
    DueGroup, Queue, QueueEntry, QueueFilter, QueueOptions, QueueSource, QueueView, TaskKey,
};
use pleiade_core::{
    Action, ActionId, Amount, ConnectorId, EventTime, Message, MessageArg, Reading, TaskKind, TenantId,
    WidgetContent,
};
use std::{collections::HashMap, sync::Arc};

/// The id of the queue's card.
pub const TODO_ID: &str = "card-todo";

/// The id of the sentences that sum the queue up.
pub const SUMMARY_ID: &str = "todo-summary";

/// Tasks on the card; the page lists them all.
pub const MAX_TODO_LINES: usize = 6;

/// The action that opens the same thing in another application.
const OPEN: ActionId = ActionId::from_static("open");

/// A card and its last reading.
type QueueCard<'a> = (&'a DeskCard, &'a Reading<Arc<WidgetContent>>);

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
    /// What the person has put off, in a queue of their own; none in one that they see in the place of another.
    pub snoozed: Option<&'a HashMap<TaskKey, NaiveDate>>,
    /// What waits in the portal itself.
    pub(super) portal: Option<&'a PortalTasks>,
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
    /// True in the queue of whoever reads it, false in one that they see in the place of another.
    is_own: bool,
    /// The number of tasks of each kind that the rest of the filter lets pass.
    kinds: Vec<(TaskKind, Amount)>,
}

/// What else the page of tasks can show.
#[derive(Debug)]
pub(super) struct QueueChoices {
    /// The number of tasks of each application that the rest of the filter lets pass, by its slug and its name.
    pub(super) connectors: Vec<(ConnectorId, String, Amount)>,
    /// The same for each collectivité.
    pub(super) collectivites: Vec<(TenantId, String, Amount)>,
    /// The number of tasks that were put off.
    pub(super) snoozed: usize,
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
    pub(super) name: &'static str,
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
    /// Merges the tasks of these cards.
    #[must_use]
    pub fn queue<'c>(&'c self, cards: impl IntoIterator<Item = QueueCard<'c>>) -> Queue<'c> {
        let sources = cards.into_iter().map(|(card, reading)| {
            let connector = card.call.connector.descriptor();
            QueueSource::new(
                card.tenant(),
                &connector.id,
                &connector.name,
                reading.map_ref().map(AsRef::as_ref),
            )
            .standing_in(card.call.context.stands_in)
        });
        let mut options = QueueOptions::new(self.words.zone, self.now, self.acting);
        if let Some(snoozed) = self.snoozed {
            options = options.with_snoozed(snoozed);
        }
        let portal = self.portal.into_iter().flat_map(PortalTasks::sources);
        Queue::new(&options, sources.chain(portal))
    }

    /// Merges the tasks of these cards and renders the `max_lines` most pressing of those that wait. The counts are of all of them.
    #[must_use]
    pub fn read<'c>(&'c self, cards: impl IntoIterator<Item = QueueCard<'c>>, max_lines: usize) -> Todo {
        let cards: Vec<_> = cards.into_iter().collect();
        self.todo(&cards, &self.queue(cards.iter().copied()), &QueueFilter::default(), max_lines)
    }

    /// Merges the tasks of these cards and renders all that a filter lets pass, with what else can be chosen.
    #[must_use]
    pub(super) fn read_part<'c>(
        &'c self,
        cards: impl IntoIterator<Item = QueueCard<'c>>,
        filter: &QueueFilter,
    ) -> (Todo, QueueChoices) {
        let cards: Vec<_> = cards.into_iter().collect();
        let queue = self.queue(cards.iter().copied());
        (self.todo(&cards, &queue, filter, usize::MAX), self.choices(&cards, &queue, filter))
    }

    /// A choice that is made stays to be seen, even where nothing passes any more.
    fn choices(&self, cards: &[QueueCard<'_>], queue: &Queue<'_>, filter: &QueueFilter) -> QueueChoices {
        let names: HashMap<&ConnectorId, &str> = cards
            .iter()
            .map(|(card, _)| card.call.connector.descriptor())
            .chain(self.portal.into_iter().flat_map(PortalTasks::descriptors))
            .map(|descriptor| (&descriptor.id, descriptor.name.as_str()))
            .collect();
        let mut connectors = queue.connectors(filter);
        let mut tenants = queue.tenants(filter);
        if let Some(chosen) = &filter.connector {
            connectors.entry(chosen).or_insert_with(|| queue.count(filter));
        }
        if let Some(chosen) = &filter.tenant {
            tenants.entry(chosen).or_insert_with(|| queue.count(filter));
        }
        QueueChoices {
            connectors: connectors
                .into_iter()
                .filter_map(|(id, count)| Some((id.clone(), (*names.get(id)?).to_owned(), count)))
                .collect(),
            collectivites: tenants
                .into_iter()
                .filter_map(|(id, count)| Some((id.clone(), self.tenants.by_id(id)?.name.clone(), count)))
                .collect(),
            snoozed: queue.select(&QueueFilter::default().with_view(QueueView::Snoozed)).len(),
        }
    }

    fn todo(
        &self,
        cards: &[QueueCard<'_>],
        queue: &Queue<'_>,
        filter: &QueueFilter,
        max_lines: usize,
    ) -> Todo {
        let all = QueueFilter::default();
        Todo {
            lines: queue
                .select(filter)
                .into_iter()
                .take(max_lines)
                .map(|entry| self.line(cards, entry))
                .collect(),
            total: queue.select(&all).len(),
            at_least: queue.is_minimum(),
            late: queue.late(&all),
            unknown: queue.absent().iter().map(|absent| absent.name.to_owned()).collect(),
            waiting: queue.is_waiting(),
            is_own: self.snoozed.is_some(),
            kinds: queue.kinds(filter),
        }
    }

    /// A line: the first application's, with the links and the actions of the others that hold the same thing.
    fn line(&self, cards: &[QueueCard<'_>], entry: &QueueEntry<'_>) -> TodoLine {
        let words = self.words;
        let mut line: Option<LineModel> = None;
        let mut names = Vec::new();
        for one in &entry.items {
            let card = cards.get(one.source).map(|(card, _)| card.call.connector.descriptor());
            let (connector, theirs) = match (card, self.portal) {
                (Some(connector), _) => {
                    let mut theirs = LineModel::new(words, self.now, one.tenant, connector, one.item);
                    if one.tenant != self.acting {
                        theirs.actions = theirs.actions.into_iter().map(ActionModel::asked).collect();
                    }
                    (connector, theirs)
                }
                (None, portal) => {
                    let line =
                        portal.and_then(|portal| portal.line(words, one.tenant, one.connector, one.item));
                    let Some(line) = line else { continue };
                    line
                }
            };
            match &mut line {
                None => {
                    names.push(connector.name.clone());
                    let tile = Some(TileModel::of_connector(connector));
                    line = Some(LineModel { tile, ..theirs });
                }
                Some(first) => {
                    // What another application calls otherwise is not hidden behind the first one's words.
                    names.push(match theirs.title == first.title {
                        true => connector.name.clone(),
                        false => words.message(
                            &Message::new("todo-also")
                                .with_text("application", &connector.name)
                                .with_text("title", &theirs.title),
                        ),
                    });
                    let open = Message::new("card-open").with_text("application", &connector.name);
                    let link = one.item.link.clone().filter(|link| href(link).is_some());
                    let open = link.map(|link| Action::open(OPEN, open, link));
                    first.actions.extend(theirs.actions);
                    first.actions.extend(
                        open.map(|open| ActionModel::new(words, one.tenant, connector, &open, &theirs.title)),
                    );
                }
            }
        }
        let mut line = line.unwrap_or_default();
        line.tighten_deadline(words, self.now, entry.deadline);
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
        let snoozed = entry
            .snoozed_until
            .map(|day| words.message(&Message::new("todo-snoozed-until").with_text("day", words.day(day))));
        let parts = [line.detail.clone()].into_iter().chain(snoozed).chain(since);
        let parts = parts.chain(names).chain(known_by).chain(aged);
        line.detail = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        line.key = line_key(&entry.key);
        line.own.extend(self.snoozed.and_then(|_| snooze_offer::offer(words, entry, &line.title)));
        TodoLine { group: entry.group, line }
    }
}

impl Todo {
    /// The count of things that wait.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total as u64
    }

    /// The first lines in their groups, each under its title.
    pub(super) fn groups(&self, words: &Words, max_lines: usize) -> Vec<TodoGroup> {
        let of_group = |group| self.lines.iter().take(max_lines).filter(move |line| line.group == group);
        let groups = DueGroup::ALL.into_iter().map(|group| TodoGroup {
            name: group.as_str(),
            title: words.t(group_key(group)),
            lines: of_group(group).map(|line| line.line.clone()).collect(),
        });
        groups.filter(|group| !group.lines.is_empty()).collect()
    }

    /// The filters by kind, all first, beside the rest of a filter.
    pub(super) fn chips(&self, words: &Words, filter: &QueueFilter) -> Vec<ChipModel> {
        let value = self.kinds.iter().map(|(_, amount)| match amount {
            Amount::Count { value, .. } => *value,
            _ => 0,
        });
        let all = Amount::Count { value: value.sum(), at_least: self.at_least };
        let kinds = self.kinds.iter().map(|(kind, amount)| (words.t(kind_key(*kind)), *amount, Some(*kind)));
        let chips = std::iter::once((words.t("todo-kind-all"), all, None)).chain(kinds);
        let chip = |(label, amount, kind): (String, Amount, Option<TaskKind>)| ChipModel {
            label,
            count: number::amount(words, amount),
            href: address(&filter.clone().with_kind(kind)),
            current: kind == filter.kind,
        };
        chips.map(chip).collect()
    }

    /// The message of a count, or of the same count as a minimum.
    fn count_key(&self, exact: &'static str) -> &'static str {
        match (exact, self.at_least, self.is_own) {
            ("waiting-count", true, true) => "waiting-count-at-least",
            ("waiting-count", false, false) => "delegated-count",
            ("waiting-count", true, false) => "delegated-count-at-least",
            ("waiting-late", true, _) => "waiting-late-at-least",
            ("todo-all", true, _) => "todo-all-at-least",
            _ => exact,
        }
    }

    /// A sentence to whoever reads the queue, or of whom they stand in for.
    fn sentence(&self, words: &Words, own: &'static str) -> String {
        words.t(match (own, self.is_own) {
            ("waiting-asked", false) => "delegated-asked",
            ("waiting-none-known", false) => "delegated-none-known",
            ("waiting-none" | "todo-none", false) => "delegated-none",
            _ => own,
        })
    }

    /// A sentence that names what is missing.
    #[must_use]
    pub fn incomplete(&self, words: &Words) -> Option<String> {
        let names = self.unknown.join(", ");
        (!names.is_empty())
            .then(|| words.message(&Message::new("todo-incomplete").with_text("applications", names)))
    }

    /// The number of all that waits, in digits.
    pub(super) fn waiting_count(&self, words: &Words) -> String {
        number::amount(words, Amount::Count { value: self.total(), at_least: self.at_least })
    }

    /// The text where there is no line. That nothing waits is said once every application has answered, and not before; nor is it said
    /// where tasks wait that the page does not show.
    #[must_use]
    pub fn nothing(&self, words: &Words) -> String {
        let own = match (self.waiting, self.total > 0, self.unknown.is_empty()) {
            (true, _, _) => "waiting-asked",
            (false, true, _) => "todo-none-chosen",
            (false, false, false) => "waiting-none-known",
            (false, false, true) => "todo-none",
        };
        self.sentence(words, own)
    }

    /// The count of what waits, and what is not known yet.
    #[must_use]
    pub fn counted(&self, words: &Words) -> String {
        let mut sentences = Vec::new();
        if self.total > 0 {
            sentences.push(words.count(self.count_key("waiting-count"), "count", self.total()));
        } else if !self.waiting {
            let none = if self.unknown.is_empty() { "waiting-none" } else { "waiting-none-known" };
            sentences.push(self.sentence(words, none));
        }
        if self.late > 0 {
            sentences.push(words.count(self.count_key("waiting-late"), "count", self.late as u64));
        }
        if self.waiting {
            sentences.push(self.sentence(words, "waiting-asked"));
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
        let tile = TileModel::of_portal("check");
        let mut card = CardModel::empty(TODO_ID.to_owned(), words.t("todo-title"), tile, state);
        card.external = false;
        card.href = Some("/tasks".to_owned());
        card.source = Some(words.t("todo-scope"));
        card.notes = self.incomplete(words).map(NoteModel::remark).into_iter().collect();
        // One of one kind is no choice.
        if self.kinds.len() > 1 {
            card.chips = self.chips(words, &QueueFilter::default());
        }
        card.groups = self
            .groups(words, MAX_TODO_LINES)
            .into_iter()
            .map(|group| LineGroup {
                title: Some(group.title),
                is_late: group.name == DueGroup::Late.as_str(),
                lines: group.lines,
            })
            .collect();
        if is_empty {
            card.empty = (!self.waiting).then(|| self.nothing(words));
        } else {
            let label = words.count(self.count_key("todo-all"), "count", self.total());
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

pub(super) fn kind_key(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Sign => "todo-kind-sign",
        TaskKind::Approve => "todo-kind-approve",
        TaskKind::Correct => "todo-kind-correct",
        TaskKind::Answer => "todo-kind-answer",
        TaskKind::Read => "todo-kind-read",
        TaskKind::Do => "todo-kind-do",
    }
}
