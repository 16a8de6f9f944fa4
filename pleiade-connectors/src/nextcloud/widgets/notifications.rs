//! Unread notifications, and the person's presence.

use super::{Visit, count, count_at_least, detail, post, title};
use crate::nextcloud::client::{LIST_CAP, Notification, Notifications, Presence};
use pleiade_core::{ConnectorError, ErrorKind, Item, When, WidgetContent};
use std::sync::Arc;

pub(super) async fn load(visit: Visit<'_>) -> Result<WidgetContent, ConnectorError> {
    let capabilities = visit.capabilities().await?;
    if !capabilities.notifications {
        return Err(ConnectorError::new(ErrorKind::Unsupported, "list notifications")
            .with_hint("the Nextcloud app `notifications` is not enabled for this person"));
    }
    let list = read(visit).await?;
    let links = visit.session.links();
    let mut content = WidgetContent::default();
    let indicator = count(visit, "notifications", "nextcloud-notifications-noun", list.len())?;
    content.indicators = vec![count_at_least(indicator, list.len() >= LIST_CAP).linked(links.home())];
    content.more = list.len() >= LIST_CAP;
    content.link = Some(links.home());
    for notification in list.iter() {
        let mut item = Item::new(
            notification.id.to_string(),
            title(&notification.subject, "nextcloud-notification-untitled"),
        );
        item.detail = detail(&notification.message);
        item.when = Some(When::At(notification.datetime));
        item.link = Some(links.own(&notification.link).unwrap_or_else(|| links.home()));
        item.actions = vec![post("dismiss-notification", "nextcloud-dismiss", notification.id.to_string())?];
        content.items.push(item);
    }
    if capabilities.user_status {
        for (presence, label) in
            [(Presence::Online, "nextcloud-presence-online"), (Presence::Away, "nextcloud-presence-away")]
        {
            content.actions.push(post("set-presence", label, presence.as_str())?);
        }
    }
    Ok(content)
}

/// The list, which the server does not repeat when it has not changed.
async fn read(visit: Visit<'_>) -> Result<Arc<Vec<Notification>>, ConnectorError> {
    let memory = &visit.shared.memory;
    let known = memory.notifications(visit.key);
    let etag = known.as_ref().map(|(_, etag)| etag.as_str());
    match (visit.session.notifications(etag).await?, known) {
        (Notifications::List { list, etag, .. }, _) => {
            let list = Arc::new(list);
            memory.keep_notifications(visit.key, &list, etag);
            Ok(list)
        }
        (Notifications::Unchanged, Some((list, _))) => Ok(list),
        (Notifications::Unchanged, None) => {
            Err(ConnectorError::new(ErrorKind::BadAnswer, "list notifications"))
        }
    }
}
