//! The two cards: one's own requests, and those to decide.

use super::{
    Shared,
    client::{Kind, Leave, RequestScope, State},
};
use async_trait::async_trait;
use pleiade_connectors::kit::{
    content,
    sessions::{Account, LinkedSecret},
};
use pleiade_core::{
    Action, ActionDescriptor, ActionId, CallContext, ConnectorError, Deadline, IndicatorKey, Item, Message,
    Task, TaskKind, Text, Widget, WidgetContent, WidgetDescriptor, WidgetId, item::EventTime,
};
use std::sync::Arc;

/// The one action.
pub(super) const ACCEPT: ActionId = ActionId::from_static("accept");

#[derive(Debug)]
struct Requests {
    descriptor: WidgetDescriptor,
    scope: RequestScope,
    indicator: IndicatorKey,
    noun: &'static str,
    shared: Arc<Shared>,
}

/// Both widgets.
pub(super) fn all(shared: &Arc<Shared>) -> Vec<Arc<dyn Widget>> {
    let widget = |scope, id, title, empty, indicator: IndicatorKey, noun| {
        let mut descriptor = content::widget(id, title, empty, std::slice::from_ref(&indicator));
        if matches!(scope, RequestScope::Team) {
            descriptor = descriptor
                .with_tasks([TaskKind::Approve])
                .with_delegable([TaskKind::Approve])
                .with_actions([ActionDescriptor::post(ACCEPT)]);
        }
        Arc::new(Requests { descriptor, scope, indicator, noun, shared: Arc::clone(shared) })
            as Arc<dyn Widget>
    };
    vec![
        widget(
            RequestScope::Own,
            WidgetId::from_static("own"),
            "leave-own-title",
            "leave-own-empty",
            IndicatorKey::from_static("pending"),
            "leave-pending",
        ),
        widget(
            RequestScope::Team,
            WidgetId::from_static("team"),
            "leave-team-title",
            "leave-team-empty",
            IndicatorKey::from_static("to_decide"),
            "leave-to-decide",
        ),
    ]
}

#[async_trait]
impl Widget for Requests {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let read = |account: Account<LinkedSecret>| async move {
            self.shared.client.requests(self.scope, &account.session.secret).await
        };
        let page = self.shared.accounts.call(cx, read).await?;
        let home = self.shared.client.base().clone();
        let mut content = WidgetContent::default();
        content.more = page.total > (page.requests.len() + page.requests.unreadable) as u64;
        let count = content::exact(cx, self.indicator.clone(), self.noun, page.total);
        content.indicators = vec![count.at_least(page.requests.is_partial()).with_link(home.clone())];
        content.link = Some(home);
        content::note_unreadable(&mut content, page.requests.unreadable);
        content.items = page.requests.items.into_iter().map(|leave| self.item(leave)).collect();
        content::limit_lines(&mut content, content::MAX_LINES);
        Ok(content)
    }
}

impl Requests {
    fn item(&self, leave: Leave) -> Item {
        let kind = Message::new(match leave.kind {
            Kind::Paid => "leave-kind-paid",
            Kind::Recovery => "leave-kind-recovery",
            Kind::Other => "leave-kind-other",
        });
        let who = Text::plain(&leave.who);
        let title = if self.scope == RequestScope::Own || who.is_empty() { kind.into() } else { who };
        let mut item = Item::new(leave.id.clone(), title);
        item.detail = content::detail(&leave.comment);
        item.when = Some(EventTime::Days(leave.from, leave.to));
        item.link = Some(self.shared.client.page_of(&leave.id));
        item.status = Some(Message::new(match leave.state {
            State::Pending => "leave-state-pending",
            State::Accepted => "leave-state-accepted",
            State::Refused => "leave-state-refused",
        }));
        if self.scope == RequestScope::Team {
            item.task = Some(Task::new(TaskKind::Approve).delegable());
            item.deadline = leave.from.pred_opt().map(Deadline::Day);
            item.actions = vec![Action::post(ACCEPT, Message::new("leave-accept"), leave.id)];
        }
        item
    }
}
