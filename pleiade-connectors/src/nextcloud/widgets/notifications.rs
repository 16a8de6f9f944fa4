//! Unread notifications, and the person's presence.

use super::super::{actions, sessions::Visit};
use crate::{
    kit::{content, json::List},
    nextcloud::client::{LIST_CAP, Notification, Notifications, Presence},
};
use pleiade_core::{ConnectorError, ErrorKind, IndicatorKey, Item, When, WidgetContent};
use std::sync::Arc;

pub(super) const UNREAD: IndicatorKey = IndicatorKey::from_static("notifications");

pub(super) async fn load(visit: Visit) -> Result<WidgetContent, ConnectorError> {
    let capabilities = visit.capabilities().await?;
    if !capabilities.notifications {
        return Err(ConnectorError::new(ErrorKind::Unsupported, "list notifications")
            .with_hint("the Nextcloud app `notifications` is not enabled for this person"));
    }
    let list = read(&visit).await?;
    let links = visit.session.links();
    let mut content = WidgetContent::default();
    content.more = list.items.len() + list.unreadable >= LIST_CAP;
    content.indicators = vec![
        content::count(&visit.cx, UNREAD, "nextcloud-notifications-noun", list.items.len(), &list)
            .at_least(content.more)
            .linked(links.home()),
    ];
    content.link = Some(links.home());
    content::note_unreadable(&mut content, list.unreadable);
    for notification in &list.items {
        let title = content::title(&notification.subject, "nextcloud-notification-untitled");
        let mut item = Item::new(notification.id.to_string(), title);
        item.detail = content::detail(&notification.message);
        item.when = notification.datetime.map(When::At);
        item.link = Some(links.own(&notification.link).unwrap_or_else(|| links.home()));
        item.actions = vec![actions::post(actions::DISMISS, "nextcloud-dismiss", item.id.clone())];
        content.items.push(item);
    }
    if capabilities.user_status {
        let offers =
            [(Presence::Online, "nextcloud-presence-online"), (Presence::Away, "nextcloud-presence-away")];
        content.actions = offers
            .map(|(presence, label)| actions::post(actions::SET_PRESENCE, label, presence.as_str()))
            .into();
    }
    Ok(content)
}

/// The list, which the server does not repeat when it has not changed.
async fn read(visit: &Visit) -> Result<Arc<List<Notification>>, ConnectorError> {
    let known = visit.known_notifications();
    let etag = known.as_ref().map(|(_, etag)| etag.as_str());
    match (visit.session.notifications(etag).await?, known) {
        (Notifications::List { list, etag, .. }, _) => {
            let list = Arc::new(list);
            visit.keep_notifications(&list, etag);
            Ok(list)
        }
        (Notifications::Unchanged, Some((list, _))) => Ok(list),
        (Notifications::Unchanged, None) => {
            Err(ConnectorError::new(ErrorKind::BadAnswer, "list notifications"))
        }
    }
}
