//! The two cards: one's own requests, and those to decide.

use super::{
    Shared,
    client::{Kind, Leave, List, State},
};
use async_trait::async_trait;
use pleiade_core::{
    Action, ActionId, CallContext, ConnectorError, Deadline, IdError, Indicator, IndicatorKey, Item, Message,
    Text, Widget, WidgetContent, WidgetDescriptor, WidgetId, item::When,
};
use std::{collections::BTreeSet, sync::Arc};

/// The one action.
pub(super) const ACCEPT: &str = "accept";

#[derive(Debug)]
struct Requests {
    descriptor: WidgetDescriptor,
    list: List,
    indicator: IndicatorKey,
    accept: ActionId,
    shared: Arc<Shared>,
}

/// Both widgets.
pub(super) fn all(shared: &Arc<Shared>) -> Result<Vec<Arc<dyn Widget>>, IdError> {
    let widget = |list, id, title, empty, indicator| {
        let indicator = IndicatorKey::new(indicator)?;
        let mut descriptor =
            WidgetDescriptor::new(WidgetId::new(id)?, Message::new(title), Message::new(empty));
        descriptor.indicators = vec![indicator.clone()];
        let accept = ActionId::new(ACCEPT)?;
        Ok(Arc::new(Requests { descriptor, list, indicator, accept, shared: Arc::clone(shared) })
            as Arc<dyn Widget>)
    };
    Ok(vec![
        widget(List::Own, "own", "leave-own-title", "leave-own-empty", "pending")?,
        widget(List::Team, "team", "leave-team-title", "leave-team-empty", "to_decide")?,
    ])
}

#[async_trait]
impl Widget for Requests {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let page = self.shared.requests(cx, self.list).await?;
        let noun = match self.list {
            List::Own => "leave-pending",
            List::Team => "leave-to-decide",
        };
        let home = self.shared.client.base().clone();
        let mut content = WidgetContent::default();
        content.more = page.total > page.requests.len() as u64;
        content.indicators = vec![
            Indicator::count(self.indicator.clone(), page.total, noun, cx.clock.now()).linked(home.clone()),
        ];
        content.link = Some(home);
        // A line keeps its id from one reading to the next, so two lines cannot share one.
        let mut seen = BTreeSet::new();
        let lines = page.requests.into_iter().filter(|leave| seen.insert(leave.id.clone()));
        content.items = lines.map(|leave| self.item(leave)).collect();
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
        let title = if self.list == List::Own || who.is_empty() { kind.into() } else { who };
        let mut item = Item::new(leave.id.clone(), title);
        item.detail = Some(Text::plain(&leave.comment)).filter(|comment| !comment.is_empty());
        item.when = Some(When::Days(leave.from, leave.to));
        item.link = self.shared.client.page_of(&leave.id);
        item.status = Some(Message::new(match leave.state {
            State::Pending => "leave-state-pending",
            State::Accepted => "leave-state-accepted",
            State::Refused => "leave-state-refused",
        }));
        if self.list == List::Team {
            item.task = true;
            item.deadline = leave.from.pred_opt().map(Deadline::Day);
            item.actions = vec![Action::post(self.accept.clone(), Message::new("leave-accept"), leave.id)];
        }
        item
    }
}
