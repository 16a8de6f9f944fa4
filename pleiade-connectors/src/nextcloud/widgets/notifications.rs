//! Unread notifications, and the person's presence.

use super::super::{actions, sessions::PersonSession};
use crate::{
    kit::{content, json::List},
    nextcloud::client::{MAX_NOTIFICATIONS, Notification, Notifications, Presence},
};
use pleiade_core::{ConnectorError, ErrorKind, EventTime, IndicatorKey, Item, WidgetContent};
use std::sync::Arc;

pub(super) const UNREAD: IndicatorKey = IndicatorKey::from_static("notifications");

pub(super) async fn load(session: PersonSession) -> Result<WidgetContent, ConnectorError> {
    let capabilities = session.capabilities().await?;
    if !capabilities.notifications {
        return Err(ConnectorError::new(ErrorKind::Unsupported, "list notifications")
            .with_hint("the Nextcloud app `notifications` is not enabled for this person"));
    }
    let list = fetch_notifications(&session).await?;
    let links = session.api.links();
    let mut content = WidgetContent::default();
    content.more = list.items.len() + list.unreadable >= MAX_NOTIFICATIONS;
    content.indicators = vec![
        content::count(&session.cx, UNREAD, "nextcloud-notifications-noun", list.items.len(), &list)
            .at_least(content.more)
            .with_link(links.home()),
    ];
    content.link = Some(links.home());
    content::note_unreadable(&mut content, list.unreadable);
    for notification in &list.items {
        let title = content::title(&notification.subject, "nextcloud-notification-untitled");
        let mut item = Item::new(notification.id.to_string(), title);
        item.detail = content::detail(&notification.message);
        item.when = notification.datetime.map(EventTime::At);
        item.link = Some(links.own(&notification.link).unwrap_or_else(|| links.home()));
        item.actions =
            vec![actions::post(actions::DISMISS, "nextcloud-dismiss", item.id.clone()).with_icon("times")];
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

/// The notifications; the server does not repeat a list that has not changed.
async fn fetch_notifications(session: &PersonSession) -> Result<Arc<List<Notification>>, ConnectorError> {
    let known = session.known_notifications();
    let etag = known.as_ref().map(|(_, etag)| etag.as_str());
    match (session.api.notifications(etag).await?, known) {
        (Notifications::List { list, etag, .. }, _) => {
            let list = Arc::new(list);
            session.keep_notifications(&list, etag);
            Ok(list)
        }
        (Notifications::Unchanged, Some((list, _))) => Ok(list),
        (Notifications::Unchanged, None) => {
            Err(ConnectorError::new(ErrorKind::BadAnswer, "list notifications"))
        }
    }
}
