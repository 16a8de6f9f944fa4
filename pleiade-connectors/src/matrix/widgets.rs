//! The cards: unread rooms, mentions, invitations.

use super::{
    actions,
    inbox::{Inbox, Invitation, Room, RoomName, is_id},
    message::{Message as ChatMessage, MessageBody},
    sessions::{PersonSession, Shared},
    wire::Notifications,
};
use crate::kit::content::{self, plain, title};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{
    Action, ActionDescriptor, ActionId, CallContext, ConnectorError, EventTime, Indicator, IndicatorKey,
    Item, Message, Task, TaskKind, Text, Widget, WidgetContent, WidgetDescriptor, WidgetId,
};
use std::{cmp::Reverse, sync::Arc, time::Duration};

/// The most mentions that are asked for; Element shows the others.
const MAX_MENTIONS: u8 = 20;

const UNREAD_ROOMS: IndicatorKey = IndicatorKey::from_static("unread_rooms");
const UNREAD_MESSAGES: IndicatorKey = IndicatorKey::from_static("unread_messages");
const MENTIONS: IndicatorKey = IndicatorKey::from_static("mentions");
const INVITES: IndicatorKey = IndicatorKey::from_static("invites");

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

pub(super) fn all(shared: &Arc<Shared>) -> Vec<Arc<dyn Widget>> {
    let widget = |card| {
        let mut descriptor = describe(card);
        if card == Card::Rooms {
            let suite = shared.suite.iter().flat_map(|suite| suite.actions());
            descriptor = descriptor.with_actions(suite);
        }
        Arc::new(MatrixWidget { card, descriptor, shared: Arc::clone(shared) }) as Arc<dyn Widget>
    };
    [Card::Rooms, Card::Mentions, Card::Invitations].map(widget).into()
}

fn describe(card: Card) -> WidgetDescriptor {
    let (id, title, empty, indicators): (_, _, _, &[IndicatorKey]) = match card {
        Card::Rooms => (
            WidgetId::from_static("rooms"),
            "matrix-rooms-title",
            "matrix-rooms-empty",
            &[UNREAD_ROOMS, UNREAD_MESSAGES, MENTIONS],
        ),
        Card::Mentions => {
            (WidgetId::from_static("mentions"), "matrix-mentions-title", "matrix-mentions-empty", &[])
        }
        Card::Invitations => (
            WidgetId::from_static("invitations"),
            "matrix-invitations-title",
            "matrix-invitations-empty",
            &[INVITES],
        ),
    };
    let mut descriptor = content::widget(id, title, empty, indicators);
    let answers = [TaskKind::Answer];
    descriptor = match card {
        Card::Rooms => descriptor.with_actions([
            ActionDescriptor::post(actions::MARK_READ),
            ActionDescriptor::open(actions::NEW_CHAT),
        ]),
        Card::Mentions => descriptor.with_tasks(answers).with_delegable(answers),
        Card::Invitations => descriptor
            .with_tasks(answers)
            .with_delegable(answers)
            .with_actions([actions::ACCEPT, actions::REFUSE].map(ActionDescriptor::post)),
    };
    descriptor.time_to_live = Duration::from_secs(60);
    // The very first read of an account with thousands of rooms.
    descriptor.deadline = Duration::from_secs(60);
    descriptor
}

#[async_trait]
impl Widget for MatrixWidget {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        let load = |session: PersonSession| async move {
            let mut content = WidgetContent::default();
            content::note_unreadable(&mut content, session.inbox.unreadable());
            match self.card {
                Card::Rooms => self.rooms(cx, &mut content, &session),
                Card::Mentions => {
                    let auth = &session.authorized.auth;
                    let list = session.client.notifications(auth, MAX_MENTIONS, true, None).await?;
                    self.mentions(cx, &mut content, &session.inbox, &list);
                }
                Card::Invitations => self.invitations(cx, &mut content, &session.inbox),
            }
            content::limit_lines(&mut content, self.shared.config.lines);
            content.link = Some(self.shared.links.home());
            content.account = Some(session.account);
            Ok(content)
        };
        self.shared.with_session(cx, load).await
    }
}

impl MatrixWidget {
    fn count(
        &self,
        cx: &CallContext,
        inbox: &Inbox,
        key: IndicatorKey,
        noun: &'static str,
        value: u64,
    ) -> Indicator {
        content::exact(cx, key, noun, value)
            .at_least(inbox.unreadable() > 0)
            .with_link(self.shared.links.home())
    }

    fn rooms(&self, cx: &CallContext, content: &mut WidgetContent, session: &PersonSession) {
        let (inbox, now) = (&session.inbox, cx.clock.now());
        let totals = inbox.totals();
        content.indicators = vec![
            self.count(cx, inbox, UNREAD_ROOMS, "matrix-unread-rooms", totals.rooms),
            self.count(cx, inbox, UNREAD_MESSAGES, "matrix-unread-messages", totals.messages),
            self.count(cx, inbox, MENTIONS, "matrix-mentions", totals.mentions),
        ];
        let mut rooms: Vec<_> = inbox.unread_rooms().collect();
        rooms.sort_by_key(|(id, room)| (Reverse(room.last().and_then(|last| past(last.at, now))), *id));
        let me = session.authorized.user.as_str();
        let lines = rooms.into_iter().take(self.shared.config.lines + 1);
        content.items.extend(lines.map(|(id, room)| self.room(id, room, me, now)));
        if !session.authorized.is_partner {
            let label = Message::new("matrix-action-new-chat");
            content.actions = vec![Action::open(actions::NEW_CHAT, label, self.shared.links.home())];
        }
    }

    fn room(&self, id: &str, room: &Room, me: &str, now: DateTime<Utc>) -> Item {
        let mut item = Item::new(id, room_title(room.display_name()));
        item.detail = room.last().map(|last| describe_message(room, last, me).into());
        item.when = room.last().and_then(|last| past(last.at, now)).map(EventTime::At);
        item.status = Some(status(room.unread(), room.mentions()));
        item.link = Some(self.shared.links.room(id));
        item.actions = vec![post(actions::MARK_READ, "matrix-action-mark-read", id).with_icon("check")];
        item.actions.extend(self.shared.suite.iter().flat_map(|suite| suite.room_actions(room)));
        item
    }

    fn mentions(&self, cx: &CallContext, content: &mut WidgetContent, inbox: &Inbox, list: &Notifications) {
        content::note_unreadable(content, list.notifications.unreadable);
        for notification in list.notifications.items.iter().filter(|notification| !notification.read) {
            let event = &notification.event.event_id;
            let Some(room) = inbox.room(&notification.room_id).filter(|_| is_id(event)) else { continue };
            let Some(message) = ChatMessage::from_event(&notification.event) else { continue };
            let mut item = Item::new(event.as_str(), room_title(room.display_name()));
            item.detail = Some(describe_message(room, &message, "").into());
            item.when =
                past(DateTime::from_timestamp_millis(notification.ts), cx.clock.now()).map(EventTime::At);
            item.link = Some(self.shared.links.event(&notification.room_id, event));
            item.task = Some(Task::new(TaskKind::Answer).delegable());
            content.items.push(item);
        }
        content.more = inbox.totals().mentions > content.items.len() as u64;
    }

    fn invitations(&self, cx: &CallContext, content: &mut WidgetContent, inbox: &Inbox) {
        let invitations = inbox.invitations();
        content.indicators = vec![self.count(cx, inbox, INVITES, "matrix-invites", invitations.len() as u64)];
        for (id, invitation) in invitations.iter().take(self.shared.config.lines + 1) {
            let mut item = Item::new(id.as_str(), invitation_title(invitation));
            item.detail = Some(invitation_detail(invitation).into());
            item.link = Some(self.shared.links.room(id));
            item.task = Some(Task::new(TaskKind::Answer).delegable());
            item.actions = vec![
                post(actions::ACCEPT, "matrix-action-accept", id),
                post(actions::REFUSE, "matrix-action-refuse", id),
            ];
            content.items.push(item);
        }
    }
}

fn post(id: ActionId, label: &'static str, room: &str) -> Action {
    Action::post(id, Message::new(label), room)
}

/// The time of a message, at most now: it comes from the author's server, and one in the future would stay on top for ever.
fn past(at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    at.map(|at| at.min(now))
}

fn room_title(name: RoomName) -> Text {
    match name {
        RoomName::Known(name) => title(&name, "matrix-empty-room"),
        RoomName::People(people, 0) => title(&people.join(", "), "matrix-empty-room"),
        RoomName::People(people, others) => Message::new("matrix-room-people")
            .with_text("names", plain(&people.join(", ")))
            .with_number("others", others)
            .into(),
        RoomName::Empty => Message::new("matrix-empty-room").into(),
    }
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
        said = said.with_text("sender", plain(room.person(&message.sender)));
    }
    match &message.body {
        MessageBody::Text(text) => said.with_text("text", plain(text)),
        MessageBody::Attachment(attachment) => said.with_text("kind", attachment.as_str()),
        _ => said,
    }
}

fn invitation_title(invitation: &Invitation) -> Text {
    title(invitation.room.as_deref().unwrap_or(&invitation.inviter_name), "matrix-empty-room")
}

fn invitation_detail(invitation: &Invitation) -> Message {
    let key = match (invitation.space, invitation.direct) {
        (true, _) => "matrix-invitation-space",
        (false, true) => "matrix-invitation-direct",
        (false, false) => "matrix-invitation-from",
    };
    Message::new(key).with_text("sender", plain(&invitation.inviter_name))
}
