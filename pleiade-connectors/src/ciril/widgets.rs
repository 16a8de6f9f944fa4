//! The cards of Ciril.

use super::{
    actions::{self, OPEN},
    config::{GroupConfig, WidgetKind},
    links::Links,
    sessions::{Opener, SHARED_FOR, Shared},
    wire::{Group, Order, Task},
};
use crate::kit::{
    content::{self, detail, plain},
    sessions::Account,
};
use async_trait::async_trait;
use chrono::Datelike as _;
use pleiade_core::{
    Action, ActionDescriptor, CallContext, ConnectorError, ErrorKind, Indicator, IndicatorKey, Item, Message,
    TaskKind, Text, Widget, WidgetContent, WidgetDescriptor,
};
use std::{sync::Arc, time::Duration};

const TASKS: IndicatorKey = IndicatorKey::from_static("tasks");
const ORDERS: IndicatorKey = IndicatorKey::from_static("orders");
/// Two calls of twenty seconds, and what is between them.
const DEADLINE: Duration = Duration::from_secs(50);

#[derive(Debug)]
struct CirilWidget {
    kind: WidgetKind,
    descriptor: WidgetDescriptor,
    shared: Arc<Shared>,
}

/// The widget of a kind; none for one that the web services do not show.
pub(super) fn build(kind: WidgetKind, shared: &Arc<Shared>) -> Option<Arc<dyn Widget>> {
    let mut descriptor = match kind {
        WidgetKind::Tasks => {
            let groups = shared.config().group_keys().unwrap_or_default();
            let indicators: Vec<_> = [TASKS].into_iter().chain(groups).collect();
            content::widget(kind.id(), "ciril-tasks", "ciril-tasks-empty", &indicators)
                .with_tasks([TaskKind::Approve, TaskKind::Do])
                .with_actions(actions::descriptors(shared))
        }
        WidgetKind::Orders => content::widget(kind.id(), "ciril-orders", "ciril-orders-empty", &[ORDERS])
            .with_tasks([TaskKind::Approve])
            .with_actions([ActionDescriptor::open(OPEN)]),
        // Shown by the exchange contract.
        WidgetKind::Finances | WidgetKind::People => return None,
    };
    (descriptor.time_to_live, descriptor.deadline) = (SHARED_FOR, DEADLINE);
    Some(Arc::new(CirilWidget { kind, descriptor, shared: Arc::clone(shared) }))
}

#[async_trait]
impl Widget for CirilWidget {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let shared = &self.shared;
        match self.kind {
            WidgetKind::Tasks => shared.load(cx, |account| tasks(shared, account)).await,
            _ => shared.load(cx, |account| orders(shared, account)).await,
        }
    }
}

async fn tasks(shared: &Shared, account: Account<Opener>) -> Result<WidgetContent, ConnectorError> {
    let mut shown = WidgetContent::default();
    if !shared.sees_basket(&account.cx) {
        shown.notices.push(Message::new("ciril-not-shown"));
        return Ok(shown);
    }
    let basket = shared.basket(&account).await?;
    let (config, links) = (shared.config(), Links::new(shared.config().public().clone()));
    let groups = &basket.groups;
    let counted = |key: IndicatorKey, fits: &dyn Fn(&Group) -> bool| {
        let count = groups
            .iter()
            .filter(|group| fits(group))
            .fold(0_u64, |sum, group| sum.saturating_add(group.count));
        let count = Indicator::count(key, count, "ciril-tasks-count", basket.read_at);
        count.at_least(groups.is_partial()).with_link(links.home())
    };
    shown.indicators.push(counted(TASKS, &|_| true));
    for (key, group) in config.group_keys().unwrap_or_default().into_iter().zip(&config.groups) {
        let mut indicator = counted(key, &|found| is_of(group, found));
        if let pleiade_core::Amount::Count { value, .. } = indicator.amount {
            indicator.noun = Message::new("ciril-group-count")
                .with_number("count", value)
                .with_text("name", plain(&group.name));
        }
        shown.indicators.push(indicator);
    }
    for group in &groups.items {
        let approves = config.groups.iter().any(|known| known.approve && is_of(known, group));
        let kind = if approves { TaskKind::Approve } else { TaskKind::Do };
        shown.items.extend(group.tasks.iter().map(|task| line(shared, &links, group, task, kind)));
    }
    let listed = shown.items.len() as u64;
    shown.more = groups.iter().fold(0_u64, |sum, group| sum.saturating_add(group.count)) > listed;
    shown.link = Some(links.home());
    content::note_unreadable(
        &mut shown,
        groups.unreadable + groups.iter().map(|group| group.tasks.unreadable).sum::<usize>(),
    );
    content::limit_lines(&mut shown, config.lines.into());
    Ok(shown)
}

fn is_of(config: &GroupConfig, group: &Group) -> bool {
    let fits = |wanted: &Option<String>, has: &Option<String>| wanted.is_none() || wanted == has;
    fits(&config.application, &group.application) && fits(&config.label, &group.label)
}

fn line(shared: &Shared, links: &Links, group: &Group, task: &Task, kind: TaskKind) -> Item {
    let (config, group_label) = (shared.config(), group.label.as_deref().unwrap_or_default());
    let own = task.label.as_deref().and_then(detail);
    let title = own.clone().unwrap_or_else(|| content::title(group_label, "ciril-task"));
    let mut item = Item::new(format!("task-{}", task.number), title);
    item.detail = about(if own.is_some() { group_label } else { "" }, task.documents);
    item.when = task.when(config.time_zone);
    let waits = pleiade_core::Task::new(kind);
    item.task = Some(match task.since(config.time_zone) {
        Some(since) => waits.since(since),
        None => waits,
    });
    let page = task
        .url
        .as_deref()
        .filter(|_| config.task_links)
        .map_or_else(|| links.home(), |path| links.page(path));
    item.actions = vec![Action::open(OPEN, Message::new("ciril-open"), page.clone())];
    item.actions.extend(actions::offered(shared, task));
    item.link = Some(page);
    item
}

/// What a line is about, and how many documents there are.
fn about(words: &str, documents: usize) -> Option<Text> {
    let words = plain(words);
    if documents == 0 {
        return detail(&words);
    }
    let told = if words.is_empty() { "no" } else { "yes" };
    Some(
        Message::new("ciril-detail")
            .with_text("told", told)
            .with_text("words", words)
            .with_number("count", documents as u64)
            .into(),
    )
}

async fn orders(shared: &Shared, account: Account<Opener>) -> Result<WidgetContent, ConnectorError> {
    let (config, cx) = (shared.config(), &account.cx);
    let mut shown = WidgetContent::default();
    if cx.stands_in {
        // A visa is nobody's to give away.
        return Ok(shown);
    }
    let unset = || ConnectorError::new(ErrorKind::BadConfiguration, "list purchase orders");
    let settings =
        config.orders.as_ref().ok_or_else(|| unset().with_hint("write `[connectors.settings.orders]`"))?;
    let login =
        account.session.login.as_deref().or(account.key.as_deref()).map(str::trim).ok_or_else(|| {
            unset()
                .with_hint("`credentials` of this connector give no login of Civil for a person: write `key`")
        })?;
    let login = if config.upper_case_logins { login.to_ascii_uppercase() } else { login.to_owned() };
    let today = cx.clock.now().with_timezone(&config.time_zone);
    // Until the end of January the orders of the last year are still to be approved.
    let first = if today.month() == 1 { today.year() - 1 } else { today.year() };
    let (mut count, mut unreadable) = (0, 0);
    let links = Links::new(config.public().clone());
    for year in first..=today.year() {
        let found = shared.client().orders(&account.session.access, settings, &login, year).await?;
        count += found.len() as u64;
        unreadable += found.unreadable;
        shown.items.extend(found.iter().map(|order| order_line(&links, order, year)));
    }
    let indicator = Indicator::count(ORDERS, count, "ciril-orders-count", cx.clock.now());
    shown.indicators.push(indicator.at_least(unreadable > 0).with_link(links.home()));
    shown.link = Some(links.home());
    content::note_unreadable(&mut shown, unreadable);
    content::limit_lines(&mut shown, config.lines.into());
    Ok(shown)
}

fn order_line(links: &Links, order: &Order, year: i32) -> Item {
    let number = plain(&order.number);
    let title = match order.label.as_deref().and_then(detail) {
        Some(label) => label,
        None => Message::new("ciril-order").with_text("number", number.clone()).into(),
    };
    let told =
        [order.label.as_ref().map(|_| number.as_str()), order.supplier.as_deref(), order.amount.as_deref()];
    let told: Vec<&str> = told.into_iter().flatten().collect();
    let mut item = Item::new(format!("order-{year}-{number}"), title);
    item.detail = about(&told.join(" · "), order.documents);
    item.task = Some(pleiade_core::Task::new(TaskKind::Approve));
    item.actions = vec![Action::open(OPEN, Message::new("ciril-open"), links.home())];
    item.link = Some(links.home());
    item
}
