//! The cards: unread rooms, mentions, invitations.

use super::{
    actions,
    inbox::{Inbox, Invitation, Room, RoomName, is_id},
    message::{Message as ChatMessage, MessageBody},
    shared::Shared,
    wire::Notification,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{
    Action, ActionId, CallContext, ConnectorError, ErrorKind, IdError, Indicator, IndicatorKey, Item,
    Message, Text, When, Widget, WidgetContent, WidgetDescriptor, WidgetId,
};
use std::{cmp::Reverse, collections::BTreeSet, sync::Arc, time::Duration};

/// How many mentions are asked for; more are in Element.
const MENTIONS: u8 = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Card {
    Rooms,
    Mentions,
    Invitations,
}

#[derive(Debug)]
struct MatrixWidget {
    card: Card,
    descriptor: WidgetDescriptor,
    shared: Arc<Shared>,
}

pub(super) fn all(shared: &Arc<Shared>) -> Result<Vec<Arc<dyn Widget>>, ConnectorError> {
    [Card::Rooms, Card::Mentions, Card::Invitations]
        .into_iter()
        .map(|card| {
            let widget =
                MatrixWidget { card, descriptor: describe(card).map_err(slip)?, shared: Arc::clone(shared) };
            Ok(Arc::new(widget) as Arc<dyn Widget>)
        })
        .collect()
}

fn describe(card: Card) -> Result<WidgetDescriptor, IdError> {
    let (id, title, empty, indicators): (_, _, _, &[&str]) = match card {
        Card::Rooms => (
            "rooms",
            "matrix-rooms-title",
            "matrix-rooms-empty",
            &["unread_rooms", "unread_messages", "mentions"],
        ),
        Card::Mentions => ("mentions", "matrix-mentions-title", "matrix-mentions-empty", &[]),
        Card::Invitations => {
            ("invitations", "matrix-invitations-title", "matrix-invitations-empty", &["invites"])
        }
    };
    let mut descriptor = WidgetDescriptor::new(WidgetId::new(id)?, Message::new(title), Message::new(empty));
    descriptor.indicators = indicators.iter().map(IndicatorKey::new).collect::<Result<_, _>>()?;
    descriptor.time_to_live = Duration::from_secs(60);
    // The very first read of an account with thousands of rooms.
    descriptor.deadline = Duration::from_secs(60);
    Ok(descriptor)
}

/// An id of ours that does not follow the grammar.
fn slip(error: IdError) -> ConnectorError {
    ConnectorError::new(ErrorKind::Internal, "name a part of a card").with_source(error)
}

#[async_trait]
impl Widget for MatrixWidget {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let (signed_in, inbox) = self.shared.visit(cx).await?;
        let now = cx.clock.now();
        let mut content = WidgetContent::default();
        match self.card {
            Card::Rooms => self.rooms(&mut content, &inbox, signed_in.user.as_str(), now)?,
            Card::Mentions => {
                let list = self.shared.client.notifications(&signed_in.access, MENTIONS, true, None).await;
                self.mentions(&mut content, &inbox, &list.map_err(ConnectorError::from)?.notifications, now);
            }
            Card::Invitations => self.invitations(&mut content, &inbox, now)?,
        }
        content.more |= content.items.len() > self.shared.lines;
        content.items.truncate(self.shared.lines);
        content.link = Some(self.shared.links.home());
        Ok(content)
    }
}

impl MatrixWidget {
    fn indicator(
        &self,
        key: &str,
        noun: &'static str,
        value: u64,
        now: DateTime<Utc>,
    ) -> Result<Indicator, ConnectorError> {
        let key = IndicatorKey::new(key).map_err(slip)?;
        Ok(Indicator::count(key, value, noun, now).linked(self.shared.links.home()))
    }

    fn rooms(
        &self,
        content: &mut WidgetContent,
        inbox: &Inbox,
        me: &str,
        now: DateTime<Utc>,
    ) -> Result<(), ConnectorError> {
        let totals = inbox.totals();
        content.indicators = vec![
            self.indicator("unread_rooms", "matrix-unread-rooms", totals.rooms, now)?,
            self.indicator("unread_messages", "matrix-unread-messages", totals.messages, now)?,
            self.indicator("mentions", "matrix-mentions", totals.mentions, now)?,
        ];
        let mut rooms: Vec<_> = inbox.unread_rooms().collect();
        rooms.sort_by_key(|(id, room)| (Reverse(room.last().and_then(|last| past(last.at, now))), *id));
        for (id, room) in rooms.into_iter().take(self.shared.lines + 1) {
            content.items.push(self.room(id, room, me, now)?);
        }
        let new_chat = ActionId::new("new-chat").map_err(slip)?;
        content.actions =
            vec![Action::open(new_chat, Message::new("matrix-action-new-chat"), self.shared.links.home())];
        Ok(())
    }

    fn room(&self, id: &str, room: &Room, me: &str, now: DateTime<Utc>) -> Result<Item, ConnectorError> {
        let mut item = Item::new(id, title(room.called()));
        item.detail = room.last().map(|last| describe_message(room, last, me).into());
        item.when = room.last().and_then(|last| past(last.at, now)).map(When::At);
        item.status = Some(status(room.unread(), room.mentions()));
        item.link = Some(self.shared.links.room(id));
        item.actions = vec![self.action(actions::MARK_READ, "matrix-action-mark-read", id)?];
        Ok(item)
    }

    fn mentions(
        &self,
        content: &mut WidgetContent,
        inbox: &Inbox,
        notifications: &[Notification],
        now: DateTime<Utc>,
    ) {
        let mut seen = BTreeSet::new();
        for notification in notifications.iter().filter(|notification| !notification.read) {
            let event = &notification.event.event_id;
            if !is_id(event) || !seen.insert(event) {
                continue;
            }
            let Some(room) = inbox.room(&notification.room_id) else { continue };
            let Some(message) = ChatMessage::read(&notification.event) else { continue };
            let mut item = Item::new(event.as_str(), title(room.called()));
            item.detail = Some(describe_message(room, &message, "").into());
            item.when = past(DateTime::from_timestamp_millis(notification.ts), now).map(When::At);
            item.link = Some(self.shared.links.event(&notification.room_id, event));
            item.task = true;
            content.items.push(item);
        }
        content.more = inbox.totals().mentions > content.items.len() as u64;
    }

    fn invitations(
        &self,
        content: &mut WidgetContent,
        inbox: &Inbox,
        now: DateTime<Utc>,
    ) -> Result<(), ConnectorError> {
        let invitations = inbox.invitations();
        content.indicators =
            vec![self.indicator("invites", "matrix-invites", invitations.len() as u64, now)?];
        for (id, invitation) in invitations.iter().take(self.shared.lines + 1) {
            let mut item = Item::new(id.as_str(), invitation_title(invitation));
            item.detail = Some(invitation_detail(invitation).into());
            item.link = Some(self.shared.links.room(id));
            item.task = true;
            item.actions = vec![
                self.action(actions::ACCEPT, "matrix-action-accept", id)?,
                self.action(actions::REFUSE, "matrix-action-refuse", id)?,
            ];
            content.items.push(item);
        }
        Ok(())
    }

    fn action(&self, id: &str, label: &'static str, room: &str) -> Result<Action, ConnectorError> {
        Ok(Action::post(ActionId::new(id).map_err(slip)?, Message::new(label), room))
    }
}

/// The time comes from the author's server: one in the future would stay on top for ever.
fn past(at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    at.map(|at| at.min(now))
}

/// Words of people, fit to stand inside one of our sentences.
fn words(text: &str) -> String {
    match Text::plain(text) {
        Text::Plain(text) => text,
        Text::Message(_) => String::new(),
    }
}

fn title(name: RoomName) -> Text {
    match name {
        RoomName::Known(name) => named(&name),
        RoomName::People(people, 0) => named(&people.join(", ")),
        RoomName::People(people, others) => Message::new("matrix-room-people")
            .with_text("names", words(&people.join(", ")))
            .with_number("others", others)
            .into(),
        RoomName::Empty => Message::new("matrix-empty-room").into(),
    }
}

/// A name may be made of nothing that shows.
fn named(name: &str) -> Text {
    Some(Text::plain(name))
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| Message::new("matrix-empty-room").into())
}

fn status(unread: u64, mentions: u64) -> Message {
    let key = match mentions {
        0 => "matrix-room-unread",
        all if all >= unread => "matrix-room-mentions-only",
        _ => "matrix-room-mentions",
    };
    Message::new(key).with_number("count", unread).with_number("mentions", mentions)
}

fn describe_message(room: &Room, message: &ChatMessage, me: &str) -> Message {
    let own = message.sender == me;
    let key = match (&message.body, own) {
        (MessageBody::Text(_), false) => "matrix-said",
        (MessageBody::Text(_), true) => "matrix-said-self",
        (MessageBody::Encrypted, false) => "matrix-encrypted",
        (MessageBody::Encrypted, true) => "matrix-encrypted-self",
        (MessageBody::Attachment(_), false) => "matrix-attachment",
        (MessageBody::Attachment(_), true) => "matrix-attachment-self",
        (MessageBody::Removed, false) => "matrix-removed",
        (MessageBody::Removed, true) => "matrix-removed-self",
    };
    let mut said = Message::new(key);
    if !own {
        said = said.with_text("sender", words(room.person(&message.sender)));
    }
    match &message.body {
        MessageBody::Text(text) => said.with_text("text", words(text)),
        MessageBody::Attachment(attachment) => said.with_text("kind", attachment.as_str()),
        _ => said,
    }
}

fn invitation_title(invitation: &Invitation) -> Text {
    named(invitation.room.as_deref().unwrap_or(&invitation.inviter_name))
}

fn invitation_detail(invitation: &Invitation) -> Message {
    let key = match (invitation.space, invitation.direct) {
        (true, _) => "matrix-invitation-space",
        (false, true) => "matrix-invitation-direct",
        (false, false) => "matrix-invitation-from",
    };
    Message::new(key).with_text("sender", words(&invitation.inviter_name))
}
