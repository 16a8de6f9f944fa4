//! The cards: mail, agenda, tasks.

mod agenda;
mod mail;
mod tasks;

use super::{ADD_TASK, Mailbox, OPEN_WEBMAIL, action_id};
use pleiade_core::{
    Action, ConnectorError, ErrorKind, IndicatorKey, Item, Message, Widget, WidgetDescriptor, WidgetId,
};
use std::{collections::HashSet, sync::Arc};

pub(super) fn all(mailbox: &Arc<Mailbox>) -> Result<Vec<Arc<dyn Widget>>, ConnectorError> {
    Ok(vec![
        Arc::new(mail::Mail::new(mailbox.clone())?),
        Arc::new(agenda::Agenda::new(mailbox.clone())?),
        Arc::new(tasks::Tasks::new(mailbox.clone())?),
    ])
}

fn descriptor(
    id: &str,
    title: &'static str,
    empty: &'static str,
    indicators: &[&str],
) -> Result<WidgetDescriptor, ConnectorError> {
    let wrong = |_| ConnectorError::new(ErrorKind::Internal, "describe a widget");
    let id = WidgetId::new(id).map_err(wrong)?;
    let mut descriptor = WidgetDescriptor::new(id, Message::new(title), Message::new(empty));
    descriptor.indicators =
        indicators.iter().map(IndicatorKey::new).collect::<Result<_, _>>().map_err(wrong)?;
    Ok(descriptor)
}

fn indicator(key: &str) -> Result<IndicatorKey, ConnectorError> {
    IndicatorKey::new(key).map_err(|_| ConnectorError::new(ErrorKind::Internal, "describe an indicator"))
}

fn open_webmail(target: &str) -> Result<Action, ConnectorError> {
    Ok(Action::post(action_id(OPEN_WEBMAIL)?, Message::new("zimbra-action-open"), target))
}

fn add_task(title: &str) -> Result<Action, ConnectorError> {
    Ok(Action::post(action_id(ADD_TASK)?, Message::new("zimbra-action-add-task"), title))
}

/// Drops lines whose id came before: a page tells lines apart by it.
fn unique(items: &mut Vec<Item>) {
    let mut seen = HashSet::new();
    items.retain(|item| seen.insert(item.id.clone()));
}
