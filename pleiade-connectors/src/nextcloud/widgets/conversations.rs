//! Talk conversations with unread messages.

use super::{Visit, clean, count, post, title};
use crate::nextcloud::client::Room;
use pleiade_core::{ConnectorError, ErrorKind, Item, Message, Severity, Text, When, WidgetContent};

const LINES: usize = 20;

pub(super) async fn load(visit: Visit<'_>) -> Result<WidgetContent, ConnectorError> {
    if !visit.capabilities().await?.talk {
        return Err(ConnectorError::new(ErrorKind::Unsupported, "list conversations")
            .with_hint("the Nextcloud app `spreed` (Talk) is not enabled for this person"));
    }
    let links = visit.session.links();
    let mut rooms: Vec<Room> = visit.session.rooms().await?.into_iter().filter(Room::waits).collect();
    rooms.sort_by_key(|room| (!room.unread_mention, std::cmp::Reverse(room.last_activity)));
    let mentions = rooms.iter().filter(|room| room.unread_mention).count();
    let messages = rooms.iter().fold(0u64, |sum, room| sum.saturating_add(room.unread_messages));
    let messages = usize::try_from(messages).unwrap_or(usize::MAX);
    let called = if mentions > 0 { Severity::Warning } else { Severity::Info };

    let mut content = WidgetContent::default();
    content.indicators = vec![
        count(visit, "talk_unread_rooms", "nextcloud-rooms-noun", rooms.len())?.linked(links.talk()),
        count(visit, "talk_mentions", "nextcloud-mentions-noun", mentions)?
            .linked(links.talk())
            .with_severity(called),
        count(visit, "talk_unread_messages", "nextcloud-messages-noun", messages)?.linked(links.talk()),
    ];
    content.link = Some(links.talk());
    content.more = rooms.len() > LINES;
    for room in rooms.iter().take(LINES) {
        let mut item = Item::new(room.token.as_str(), title(&room.display_name, "nextcloud-room-untitled"));
        item.detail = last_message(room);
        item.when = room.last_activity().map(When::At);
        item.status = Some(status(room));
        item.link = Some(links.room(&room.token));
        item.actions = vec![post("mark-read", "nextcloud-mark-read", room.token.as_str())?];
        content.items.push(item);
    }
    Ok(content)
}

/// What was last said and by whom; hidden where the person asked for it, and when the server itself wrote it.
fn last_message(room: &Room) -> Option<Text> {
    let message = room.last_message.as_ref().filter(|message| message.system_message.is_empty())?;
    if room.is_sensitive {
        return None;
    }
    let words = clean(&message.text());
    (!words.is_empty()).then(|| {
        Text::Message(
            Message::new("nextcloud-room-last")
                .with_text("author", clean(&message.actor_display_name))
                .with_text("words", words),
        )
    })
}

fn status(room: &Room) -> Message {
    let key = match (room.has_call, room.unread_mention) {
        (true, _) => "nextcloud-room-call",
        (false, true) => "nextcloud-room-mentioned",
        (false, false) => "nextcloud-room-unread",
    };
    Message::new(key).with_number("count", room.unread_messages)
}
