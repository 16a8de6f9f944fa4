//! The button of a line that puts it off, or shows it again.

use super::line::ActionModel;
use crate::web::words::Words;
use pleiade_connectors::queue::{DueGroup, QueueEntry};
use pleiade_core::ActionId;

const SNOOZE: ActionId = ActionId::from_static("snooze");
const WAKE: ActionId = ActionId::from_static("wake");

/// The form of a line: puts it off, or shows it again.
pub(super) fn form_path(entry: &QueueEntry<'_>, end: &str) -> Option<(String, String)> {
    let first = entry.items.first()?;
    Some((format!("/tasks/{}/{}/{end}", first.tenant, first.connector), first.item.id.clone()))
}

/// The action that puts a line off or shows it again; none where it is due today or late, or may open a delay that nobody has computed.
pub(super) fn offer(words: &Words, entry: &QueueEntry<'_>, about: &str) -> Option<ActionModel> {
    let (id, label, end) = match (entry.snoozed_until, entry.group) {
        (Some(_), _) => (WAKE, "snooze-wake", "wake"),
        (None, DueGroup::First | DueGroup::Late | DueGroup::Today) => return None,
        (None, _) => (SNOOZE, "snooze-ask", "snooze/ask"),
    };
    let (path, target) = form_path(entry, end)?;
    let asks = id == SNOOZE;
    let (label, about) = (words.t(label), about.to_owned());
    let key = &entry.key;
    let (tenant, connector) = (key.tenant.clone(), key.connector.clone());
    Some(ActionModel {
        label,
        about,
        tenant,
        connector,
        id,
        path,
        asks,
        batch: false,
        target,
        href: None,
        internal: false,
        opens: false,
        drawing: None,
    })
}
