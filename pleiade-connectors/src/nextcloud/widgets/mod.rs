//! The cards of Nextcloud.

mod agenda;
mod conversations;
mod files;
mod notifications;
mod shares;
mod tasks;

use super::{
    config::WidgetKind,
    visit::{Shared, Visit},
};
use async_trait::async_trait;
use futures_util::future::BoxFuture;
use pleiade_core::{
    Action, ActionId, Amount, CallContext, ConnectorError, ErrorKind, IdError, Indicator, IndicatorKey,
    Message, Text, Widget, WidgetContent, WidgetDescriptor, WidgetId,
};
use std::{collections::HashSet, sync::Arc, time::Duration};

#[derive(Debug)]
struct NextcloudWidget {
    kind: WidgetKind,
    descriptor: WidgetDescriptor,
    shared: Arc<Shared>,
}

/// The widget of a kind.
pub(super) fn build(kind: WidgetKind, shared: &Arc<Shared>) -> Result<Arc<dyn Widget>, IdError> {
    let (title, empty, indicators, seconds): (_, _, &[&str], _) = match kind {
        WidgetKind::Notifications => {
            ("nextcloud-notifications", "nextcloud-notifications-empty", &["notifications"], 60)
        }
        WidgetKind::Conversations => (
            "nextcloud-conversations",
            "nextcloud-conversations-empty",
            &["talk_unread_rooms", "talk_mentions", "talk_unread_messages"],
            60,
        ),
        WidgetKind::Agenda => ("nextcloud-agenda", "nextcloud-agenda-empty", &["next_events"], 300),
        WidgetKind::Tasks => {
            ("nextcloud-tasks", "nextcloud-tasks-empty", &["tasks_overdue", "tasks_open", "deck_due"], 300)
        }
        WidgetKind::Files => ("nextcloud-files", "nextcloud-files-empty", &["quota_used_pct"], 300),
        WidgetKind::Shares => {
            ("nextcloud-shares", "nextcloud-shares-empty", &["shares_pending", "shares_received"], 300)
        }
    };
    let mut descriptor =
        WidgetDescriptor::new(WidgetId::new(kind.as_str())?, Message::new(title), Message::new(empty));
    descriptor.indicators = indicators.iter().map(IndicatorKey::new).collect::<Result<_, _>>()?;
    descriptor.time_to_live = Duration::from_secs(seconds);
    Ok(Arc::new(NextcloudWidget { kind, descriptor, shared: Arc::clone(shared) }))
}

#[async_trait]
impl Widget for NextcloudWidget {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let load: for<'a> fn(Visit<'a>) -> BoxFuture<'a, Result<WidgetContent, ConnectorError>> =
            match self.kind {
                WidgetKind::Notifications => |visit| Box::pin(notifications::load(visit)),
                WidgetKind::Conversations => |visit| Box::pin(conversations::load(visit)),
                WidgetKind::Agenda => |visit| Box::pin(agenda::load(visit)),
                WidgetKind::Tasks => |visit| Box::pin(tasks::load(visit)),
                WidgetKind::Files => |visit| Box::pin(files::load(visit)),
                WidgetKind::Shares => |visit| Box::pin(shares::load(visit)),
            };
        self.shared.visit(cx, "read a widget", load).await.map(bounded)
    }
}

/// No more lines than a person can take in.
const LINES: usize = 100;
/// Longer than any id that Nextcloud gives.
const LONGEST_ID: usize = 300;

/// Keeps each line once and says when some are left out: ids come from a server that may repeat itself.
fn bounded(mut content: WidgetContent) -> WidgetContent {
    let mut seen = HashSet::new();
    for item in &mut content.items {
        if item.id.chars().count() > LONGEST_ID {
            item.id = item.id.chars().take(LONGEST_ID).collect();
        }
    }
    content.items.retain(|item| seen.insert(item.id.clone()));
    content.more |= content.items.len() > LINES;
    content.items.truncate(LINES);
    content
}

/// The slugs of this connector are constants; this only turns a slip in one of them into an error instead of a panic.
fn slip(_: IdError) -> ConnectorError {
    ConnectorError::new(ErrorKind::Internal, "name a part of a widget")
}

fn count(
    visit: Visit<'_>,
    key: &'static str,
    noun: &'static str,
    value: usize,
) -> Result<Indicator, ConnectorError> {
    let value = u64::try_from(value).unwrap_or(u64::MAX);
    Ok(Indicator::count(IndicatorKey::new(key).map_err(slip)?, value, noun, visit.cx.clock.now()))
}

fn count_at_least(mut indicator: Indicator, at_least: bool) -> Indicator {
    if let Amount::Count { value, .. } = indicator.amount {
        indicator.amount = Amount::Count { value, at_least };
    }
    indicator
}

fn post(id: &'static str, label: &'static str, target: impl Into<String>) -> Result<Action, ConnectorError> {
    Ok(Action::post(ActionId::new(id).map_err(slip)?, Message::new(label), target))
}

/// Upstream text for an argument of a message, as clean as a line of its own.
fn clean(text: &str) -> String {
    match Text::plain(text) {
        Text::Plain(text) => text,
        Text::Message(_) => String::new(),
    }
}

/// A title in the upstream's words, or a message when it gave none.
fn title(words: &str, otherwise: &'static str) -> Text {
    let words = Text::plain(words);
    if words.is_empty() { Text::Message(Message::new(otherwise)) } else { words }
}

/// A detail, absent when there is nothing to read.
fn detail(words: &str) -> Option<Text> {
    Some(Text::plain(words)).filter(|words| !words.is_empty())
}
