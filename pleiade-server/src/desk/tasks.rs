//! `/tasks`: the whole queue, or the part of it that a filter lets pass.

use super::{
    batch::line_value,
    board::stale_calls,
    delegated::{DelegatedTasks, PartView},
    line::{ActionModel, ChoiceModel},
    model::ChipModel,
    number,
    own_cards::{OwnCards, launcher_builder},
    stream,
    tasks_address::{SNOOZED, address, parameters},
    todo::{QueueChoices, Todo, TodoGroup},
};
use crate::{
    app::App,
    session::Session,
    storage::StorageError,
    web::{
        errors::{Refusal, html},
        page::Page,
        reader::Reader,
        words::Words,
    },
};
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use pleiade_connectors::queue::{QueueFilter, QueueView};
use pleiade_core::{ActionId, Amount, ConnectorId, Message, TaskKind, TenantId};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The id of the element of the queue.
pub(super) const QUEUE_ID: &str = "queue";

#[derive(Template)]
#[template(path = "tasks.html")]
struct TasksPage {
    page: Page,
    summary: String,
    unknown: Option<String>,
    elsewhere: Option<String>,
    queue: String,
    events: String,
    delegated: Vec<PartView>,
    new_window: String,
}

/// The queue with its filters, an element that the stream replaces.
#[derive(Template)]
#[template(path = "queue.html")]
struct QueuePart<'a> {
    id: &'static str,
    words: &'a Words,
    new_window: String,
    chips: Vec<ChipModel>,
    selects: Vec<SelectView>,
    /// The parameters that the form of the selects keeps.
    kept: Vec<(&'static str, String)>,
    groups: Vec<TodoGroup>,
    /// The actions that several of the lines offer at once.
    batches: Vec<BatchView>,
    nothing: String,
}

/// The button of an action on the lines that are chosen.
struct BatchView {
    label: String,
    path: String,
}

/// A choice among the applications or the collectivités of the queue.
struct SelectView {
    name: &'static str,
    label: String,
    options: Vec<OptionView>,
}

struct OptionView {
    value: String,
    label: String,
    selected: bool,
}

/// The part of the queue that a page of tasks shows. What names nothing shows all.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct TasksQuery {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    application: String,
    #[serde(default)]
    tenant: String,
    #[serde(default)]
    view: String,
}

impl TasksQuery {
    /// The filter that it names.
    pub(super) fn filter(&self) -> QueueFilter {
        let kind = TaskKind::ALL.into_iter().find(|kind| kind.as_str() == self.kind);
        let view = if self.view == SNOOZED { QueueView::Snoozed } else { QueueView::Waiting };
        QueueFilter::default()
            .with_kind(kind)
            .with_connector(ConnectorId::new(self.application.as_str()).ok())
            .with_tenant(TenantId::new(self.tenant.as_str()).ok())
            .with_view(view)
    }
}

/// `GET /tasks`.
///
/// # Errors
/// When the person's collectivité is gone.
pub(super) async fn page(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    Query(query): Query<TasksQuery>,
) -> Result<Response, Refusal> {
    let words = page.words.clone();
    let filter = query.filter();
    let snoozed = app.snoozed_tasks().load(&session).await;
    let own = OwnCards::new(&app, &session, words.locale).with_storage(&app, &session).await;
    let (todo, choices) = own.tasks(&app, &session, &words, &snoozed, &filter);
    app.fill(stale_calls(&own.cards, &own.readings));
    let mut tasks = DelegatedTasks::new(app.received_delegations(), app.board_reader(), &session, &words);
    let (delegated, unknown) = tasks.parts().await;
    app.keep_fresh(tasks.stale);
    let (queue, summary) = (queue_part(&words, &todo, &choices, &filter), todo.summary(&words));
    let shown = [queue.as_str(), summary.as_str()].into_iter();
    let choices = app.launcher_choices().load(&session).await;
    let launcher = launcher_builder(&app).build(&session, &words, &own.cards, &own.readings, &todo, &choices);
    page.navigation.give(launcher);
    html(&TasksPage {
        events: stream::tasks_address(app.marks().mark(&session), shown, &parameters(&filter)),
        summary,
        unknown,
        elsewhere: other_links(&app, &session, &words).await.unwrap_or_default(),
        new_window: words.t("new-window"),
        delegated,
        queue,
        page,
    })
}

/// The queue as HTML.
pub(super) fn queue_part(words: &Words, todo: &Todo, choices: &QueueChoices, filter: &QueueFilter) -> String {
    QueuePart::new(words, todo, choices, filter).render().unwrap_or_default()
}

/// The sentence that says that something may wait behind other identity links of the person: what these give is shown by a session of
/// theirs alone, and so is what they are called where this session may not name them.
async fn other_links(app: &App, session: &Session, words: &Words) -> Result<Option<String>, StorageError> {
    let links = app.storage.links_of_person(session.actor.identity.id).await?;
    let others = links.iter().filter(|record| !record.disabled && !session.links.contains(&record.id));
    let mut names: Vec<String> = others
        .map(|record| match app.sign_in.may_name(&record.link.source, &session.affiliations) {
            true => app.sign_in.title(&record.link.source),
            false => words.t("ways-elsewhere"),
        })
        .collect();
    names.sort();
    names.dedup();
    let names = names.join(", ");
    Ok((!names.is_empty()).then(|| words.message(&Message::new("todo-elsewhere").with_text("links", names))))
}

impl<'a> QueuePart<'a> {
    fn new(words: &'a Words, todo: &Todo, choices: &QueueChoices, filter: &QueueFilter) -> Self {
        let selects = [
            select(words, "application", &choices.connectors, filter.connector.as_ref()),
            select(words, "tenant", &choices.collectivites, filter.tenant.as_ref()),
        ];
        let selects: Vec<SelectView> = selects.into_iter().flatten().collect();
        let mut groups = todo.groups(words, usize::MAX);
        let batches = batches(words, choices, &mut groups);
        let is_select = |name: &&'static str| selects.iter().any(|select| select.name == *name);
        let mut chips = chips(words, todo, choices.snoozed, filter);
        // All of one kind, and nothing that was put off: there is nothing to choose.
        let is_chosen = filter.kind.is_some() || filter.view == QueueView::Snoozed;
        if chips.len() < 3 && choices.snoozed == 0 && !is_chosen {
            chips.clear();
        }
        Self {
            id: QUEUE_ID,
            words,
            new_window: words.t("new-window"),
            chips,
            kept: parameters(filter).into_iter().filter(|(name, _)| !is_select(name)).collect(),
            selects,
            groups,
            batches,
            nothing: match filter.view {
                QueueView::Snoozed => words.t("todo-none-snoozed"),
                QueueView::Waiting => todo.nothing(words),
            },
        }
    }
}

/// The actions that two lines at least offer in batches, and a box on each of their lines.
fn batches(words: &Words, choices: &QueueChoices, groups: &mut [TodoGroup]) -> Vec<BatchView> {
    let mut counts: BTreeMap<(ConnectorId, ActionId), (String, usize)> = BTreeMap::new();
    let lines = groups.iter().flat_map(|group| &group.lines);
    for action in lines.flat_map(|line| &line.actions).filter(|action| action.batch) {
        let key = (action.connector.clone(), action.id.clone());
        counts.entry(key).or_insert_with(|| (action.label.clone(), 0)).1 += 1;
    }
    counts.retain(|_, (_, count)| *count > 1);
    for line in groups.iter_mut().flat_map(|group| &mut group.lines) {
        let is_batch = |action: &&ActionModel| {
            action.batch && counts.contains_key(&(action.connector.clone(), action.id.clone()))
        };
        line.choice = line.actions.iter().find(is_batch).map(|action| ChoiceModel {
            label: words.message(&Message::new("batch-choose").with_text("line", &line.title)),
            value: line_value(&action.tenant, &action.connector, &action.target),
        });
    }
    let name = |id: &ConnectorId| {
        choices.connectors.iter().find(|known| known.0 == *id).map(|known| known.1.as_str())
    };
    let view = |((connector, action), (label, _)): ((ConnectorId, ActionId), (String, usize))| BatchView {
        label: words.message(
            &Message::new("batch-button")
                .with_text("action", label)
                .with_text("application", name(&connector).unwrap_or_default()),
        ),
        path: format!("/batches/{connector}/{action}/ask"),
    };
    counts.into_iter().map(view).collect()
}

fn chips(words: &Words, todo: &Todo, snoozed: usize, filter: &QueueFilter) -> Vec<ChipModel> {
    let waiting = filter.clone().with_view(QueueView::Waiting);
    let is_waiting = filter.view == QueueView::Waiting;
    let kinds = if is_waiting { todo.chips(words, &waiting) } else { Vec::new() };
    let back = (!is_waiting).then(|| ChipModel {
        label: words.t("todo-waiting"),
        count: todo.waiting_count(words),
        href: address(&QueueFilter::default()),
        current: false,
    });
    let snoozed = (snoozed > 0 || !is_waiting).then(|| ChipModel {
        label: words.t("todo-snoozed"),
        count: snoozed.to_string(),
        href: address(&QueueFilter::default().with_view(QueueView::Snoozed)),
        current: !is_waiting,
    });
    back.into_iter().chain(kinds).chain(snoozed).collect()
}

/// A choice; none where there is nothing to choose.
fn select<Id: ToString + PartialEq>(
    words: &Words,
    name: &'static str,
    known: &[(Id, String, Amount)],
    chosen: Option<&Id>,
) -> Option<SelectView> {
    if known.len() < 2 && chosen.is_none() {
        return None;
    }
    let (label, all) = match name {
        "application" => ("todo-by-application", "todo-every-application"),
        _ => ("todo-by-tenant", "todo-every-tenant"),
    };
    let all = OptionView { value: String::new(), label: words.t(all), selected: chosen.is_none() };
    let mut options: Vec<OptionView> = known
        .iter()
        .map(|(id, title, count)| OptionView {
            value: id.to_string(),
            label: words.message(
                &Message::new("todo-option")
                    .with_text("name", title)
                    .with_text("count", number::amount(words, *count)),
            ),
            selected: chosen == Some(id),
        })
        .collect();
    options.sort_by(|a, b| a.label.cmp(&b.label));
    options.insert(0, all);
    Some(SelectView { name, label: words.t(label), options })
}
