//! Open tasks with their deadlines.

use super::{super::sessions::Shared, open_webmail};
use crate::{
    kit::{content, days},
    zimbra::{OPEN_WEBMAIL, links::Page, requests::SearchTasks, wire},
};
use async_trait::async_trait;
use pleiade_core::{
    ActionDescriptor, CallContext, ConnectorError, IndicatorKey, Item, Message, Severity, TaskKind, Widget,
    WidgetContent, WidgetDescriptor, WidgetId,
};
use std::sync::Arc;

/// Tasks that are counted; beyond, the counts say "at least".
const MAX_COUNTED_TASKS: u32 = 200;

const OPEN: IndicatorKey = IndicatorKey::from_static("tasks_open");
const OVERDUE: IndicatorKey = IndicatorKey::from_static("tasks_overdue");

#[derive(Debug)]
pub(super) struct Tasks {
    shared: Arc<Shared>,
    descriptor: WidgetDescriptor,
}

impl Tasks {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let id = WidgetId::from_static("tasks");
        let descriptor = content::widget(id, "zimbra-tasks-title", "zimbra-tasks-empty", &[OPEN, OVERDUE])
            .with_tasks([TaskKind::Do])
            .with_delegable([TaskKind::Do])
            .with_actions([ActionDescriptor::opening(OPEN_WEBMAIL)]);
        Self { shared, descriptor }
    }
}

fn is_overdue(task: &wire::Task, cx: &CallContext) -> bool {
    let zone = cx.tenant.time_zone;
    days::is_late(&zone, task.deadline(zone), cx.clock.now())
}

fn item(task: &wire::Task, cx: &CallContext) -> Item {
    let title = content::title(task.name.as_deref().unwrap_or_default(), "zimbra-private-task");
    let mut item = Item::new(task.id.as_str(), title);
    item.deadline = task.deadline(cx.tenant.time_zone);
    item.status = match (task.status.as_deref(), task.percent) {
        _ if is_overdue(task, cx) => Some(Message::new("zimbra-task-overdue")),
        (Some("INPR"), Some(percent @ 1..=100)) => {
            Some(Message::new("zimbra-task-progress").with_number("percent", percent.unsigned_abs()))
        }
        (Some("INPR"), _) => Some(Message::new("zimbra-task-started")),
        (Some("WAITING"), _) => Some(Message::new("zimbra-task-waiting")),
        (Some("DEFERRED"), _) => Some(Message::new("zimbra-task-deferred")),
        _ if task.priority.as_deref() == Some("1") => Some(Message::new("zimbra-task-urgent")),
        _ => None,
    };
    item.task = Some(pleiade_core::Task::new(TaskKind::Do).delegable());
    item
}

#[async_trait]
impl Widget for Tasks {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let (answer, account) = self.shared.call_by(cx, &SearchTasks { limit: MAX_COUNTED_TASKS }).await?;
        let tasks = answer.tasks.items.iter();
        let open: Vec<&wire::Task> = tasks.filter(|task| task.status.as_deref() != Some("COMP")).collect();
        let overdue = open.iter().filter(|task| is_overdue(task, cx)).count();
        let link = self.shared.links.page(Page::Tasks, cx.today());
        let count = |key, noun, value: usize| {
            content::count(cx, key, noun, value, &answer.tasks).at_least(answer.more).with_link(link.clone())
        };
        let mut content = WidgetContent::default();
        let severity = if overdue > 0 { Severity::Alert } else { Severity::Info };
        content.indicators = vec![
            count(OPEN, "zimbra-tasks-open", open.len()),
            count(OVERDUE, "zimbra-tasks-overdue", overdue).with_severity(severity),
        ];
        content::note_unreadable(&mut content, answer.tasks.unreadable);
        content.more = answer.more;
        content.items = open.iter().map(|task| item(task, cx)).collect();
        content::limit_lines(&mut content, usize::from(self.shared.config.lines));
        for item in &mut content.items {
            item.link.clone_from(&link);
        }
        content.actions.push(open_webmail("tasks"));
        content.link = link;
        content.account = Some(account);
        Ok(content)
    }
}
