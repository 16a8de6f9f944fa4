//! Open tasks with their deadlines.

use super::{Mailbox, descriptor, indicator, open_webmail, unique};
use crate::zimbra::{links::Page, requests::SearchTasks, today, wire};
use async_trait::async_trait;
use pleiade_core::{
    Amount, CallContext, ConnectorError, Indicator, Item, Message, Severity, Text, Widget, WidgetContent,
    WidgetDescriptor,
};
use std::sync::Arc;

/// Tasks that are counted; beyond, the counts say "at least".
const COUNTED: u32 = 200;

#[derive(Debug)]
pub(super) struct Tasks {
    mailbox: Arc<Mailbox>,
    descriptor: WidgetDescriptor,
}

impl Tasks {
    pub(super) fn new(mailbox: Arc<Mailbox>) -> Result<Self, ConnectorError> {
        let indicators = ["tasks_open", "tasks_overdue"];
        let descriptor = descriptor("tasks", "zimbra-tasks-title", "zimbra-tasks-empty", &indicators)?;
        Ok(Self { mailbox, descriptor })
    }
}

fn item(task: &wire::Task, cx: &CallContext) -> Item {
    let title = match task.name.as_deref().map(Text::plain).filter(|title| !title.is_empty()) {
        Some(title) => title,
        None => Message::new("zimbra-private-task").into(),
    };
    let mut item = Item::new(task.id.as_str(), title);
    item.deadline = task.deadline(cx.tenant.time_zone);
    item.status = match (task.status.as_deref(), task.percent) {
        _ if task.is_overdue(cx.clock.now(), cx.tenant.time_zone) => {
            Some(Message::new("zimbra-task-overdue"))
        }
        (Some("INPR"), Some(percent @ 1..=100)) => {
            Some(Message::new("zimbra-task-progress").with_number("percent", percent.unsigned_abs()))
        }
        (Some("INPR"), _) => Some(Message::new("zimbra-task-started")),
        (Some("WAITING"), _) => Some(Message::new("zimbra-task-waiting")),
        (Some("DEFERRED"), _) => Some(Message::new("zimbra-task-deferred")),
        _ if task.priority.as_deref() == Some("1") => Some(Message::new("zimbra-task-urgent")),
        _ => None,
    };
    item.task = true;
    item
}

#[async_trait]
impl Widget for Tasks {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let answer = self.mailbox.call(cx, &SearchTasks { limit: COUNTED }).await?;
        let (now, zone) = (cx.clock.now(), cx.tenant.time_zone);
        let open: Vec<&wire::Task> =
            answer.tasks.iter().filter(|task| task.status.as_deref() != Some("COMP")).collect();
        let overdue = open.iter().filter(|task| task.is_overdue(now, zone)).count();
        let link = self.mailbox.links.page(Page::Tasks, today(cx));

        let count = |key: &str, number: usize, noun: &'static str| -> Result<Indicator, ConnectorError> {
            let value = u64::try_from(number).unwrap_or(u64::MAX);
            let noun = Message::new(noun).with_number("count", value);
            let amount = Amount::Count { value, at_least: answer.more };
            Ok(Indicator::new(indicator(key)?, amount, noun, now).linked(link.clone()))
        };
        let mut content = WidgetContent::default();
        let severity = if overdue > 0 { Severity::Alert } else { Severity::Info };
        content.indicators.push(count("tasks_open", open.len(), "zimbra-tasks-open")?);
        content
            .indicators
            .push(count("tasks_overdue", overdue, "zimbra-tasks-overdue")?.with_severity(severity));
        let lines = usize::from(self.mailbox.config.lines);
        content.more = answer.more || open.len() > lines;
        content.items = open.iter().take(lines).map(|task| item(task, cx)).collect();
        unique(&mut content.items);
        for item in &mut content.items {
            item.link.clone_from(&link);
        }
        content.actions.push(open_webmail("tasks")?);
        content.link = link;
        Ok(content)
    }
}
