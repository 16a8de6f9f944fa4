//! Talk conversations with unread messages, and calls that go on.

use super::super::{actions, sessions::PersonSession};
use crate::{
    kit::content::{self, plain},
    nextcloud::client::Room,
};
use pleiade_core::{
    Action, ConnectorError, ErrorKind, EventTime, IndicatorKey, Item, Message, Severity, Text, WidgetContent,
};
use std::cmp::Reverse;

pub(super) const ROOMS: IndicatorKey = IndicatorKey::from_static("talk_unread_rooms");
pub(super) const MENTIONS: IndicatorKey = IndicatorKey::from_static("talk_mentions");
pub(super) const MESSAGES: IndicatorKey = IndicatorKey::from_static("talk_unread_messages");

const MAX_LINES: usize = 20;

pub(super) async fn load(session: PersonSession) -> Result<WidgetContent, ConnectorError> {
    if !session.capabilities().await?.talk {
        return Err(ConnectorError::new(ErrorKind::Unsupported, "list conversations")
            .with_hint("the Nextcloud app `spreed` (Talk) is not enabled for this person"));
    }
    let mut rooms = session.api.rooms().await?;
    rooms.items.retain(Room::waits);
    // Who calls now waits for no more than a minute.
    rooms.items.sort_by_key(|room| (!room.has_call, !room.is_addressed(), Reverse(room.last_activity)));
    let unread = || rooms.items.iter().filter(|room| room.unread_messages > 0);
    let mentions = unread().filter(|room| room.is_addressed()).count();
    let messages = unread().fold(0_u64, |sum, room| sum.saturating_add(room.unread_messages));
    let called = if mentions > 0 { Severity::Warning } else { Severity::Info };

    let mut content = WidgetContent::default();
    let links = session.links(&mut content).await;
    content.indicators = vec![
        content::count(&session.cx, ROOMS, "nextcloud-rooms-noun", unread().count(), &rooms),
        content::count(&session.cx, MENTIONS, "nextcloud-mentions-noun", mentions, &rooms)
            .with_severity(called),
        content::exact(&session.cx, MESSAGES, "nextcloud-messages-noun", messages)
            .at_least(rooms.is_partial()),
    ];
    for indicator in &mut content.indicators {
        indicator.link = links.talk();
    }
    content.link = links.talk();
    content.more = rooms.items.len() > MAX_LINES;
    content::note_unreadable(&mut content, rooms.unreadable);
    for room in rooms.items.iter().take(MAX_LINES) {
        let title = content::title(&room.display_name, "nextcloud-room-untitled");
        let mut item = Item::new(room.token.as_str(), title);
        item.detail = last_message(room);
        item.when = room.last_activity().map(EventTime::At);
        item.status = Some(status(room));
        item.link = Some(links.room(&room.token));
        if room.has_call {
            let label = Message::new("nextcloud-join-call");
            item.actions.push(Action::open(actions::JOIN_CALL, label, links.room(&room.token)));
        }
        if room.unread_messages > 0 {
            item.actions.push(
                actions::post(actions::MARK_READ, "nextcloud-mark-read", room.token.as_str())
                    .with_icon("check"),
            );
        }
        content.items.push(item);
    }
    Ok(content)
}

/// The last message and its author; none where the person hides it, and when the server itself wrote it.
fn last_message(room: &Room) -> Option<Text> {
    let message = room.last_message.as_ref().filter(|message| message.system_message.is_empty())?;
    if room.is_sensitive {
        return None;
    }
    let words = plain(&message.text());
    (!words.is_empty()).then(|| {
        Message::new("nextcloud-room-last")
            .with_text("author", plain(&message.actor_display_name))
            .with_text("words", words)
            .into()
    })
}

fn status(room: &Room) -> Message {
    let key = match (room.has_call, room.is_addressed()) {
        (true, _) => "nextcloud-room-call",
        (false, true) => "nextcloud-room-mentioned",
        (false, false) => "nextcloud-room-unread",
    };
    Message::new(key).with_number("count", room.unread_messages)
}
