//! Rooms, people, tokens and the one stream of positions that they share.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use pleiade_core::Clock;
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// An event of a room.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) position: u64,
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) sender: String,
    pub(super) state_key: Option<String>,
    pub(super) content: Value,
    pub(super) at: DateTime<Utc>,
}

impl Event {
    pub(super) fn is_state(&self, kind: &str, key: &str) -> bool {
        self.kind == kind && self.state_key.as_deref() == Some(key)
    }

    pub(super) fn to_json(&self) -> Value {
        let mut event = json!({
            "type": self.kind,
            "sender": self.sender,
            "content": self.content,
            "event_id": self.id,
            "origin_server_ts": self.at.timestamp_millis(),
        });
        if let (Some(key), Some(fields)) = (&self.state_key, event.as_object_mut()) {
            fields.insert("state_key".to_owned(), Value::from(key.as_str()));
        }
        event
    }

    /// The event as an invited person receives it.
    pub(super) fn to_stripped(&self) -> Value {
        json!({"type": self.kind, "sender": self.sender, "content": self.content, "state_key": self.state_key})
    }
}

#[derive(Debug, Clone)]
pub(super) struct Receipt {
    pub(super) position: u64,
    pub(super) user: String,
    pub(super) event: String,
    /// The position of the event that was read.
    pub(super) until: u64,
    pub(super) at: DateTime<Utc>,
}

#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) events: Vec<Event>,
    pub(super) receipts: Vec<Receipt>,
}

impl Room {
    /// The last state event of a type and key, at a position or now.
    pub(super) fn state(&self, kind: &str, key: &str, until: u64) -> Option<&Event> {
        self.events.iter().rev().find(|event| event.position <= until && event.is_state(kind, key))
    }

    /// `join`, `invite`, `leave` or `ban`; `leave` for who was never there.
    pub(super) fn membership(&self, user: &str, until: u64) -> &str {
        self.state("m.room.member", user, until)
            .and_then(|event| event.content.get("membership")?.as_str())
            .unwrap_or("leave")
    }

    pub(super) fn text(&self, kind: &str, field: &str) -> Option<&str> {
        self.state(kind, "", u64::MAX)?.content.get(field)?.as_str().filter(|text| !text.is_empty())
    }

    /// Everybody with this membership now, in the order of their ids.
    pub(super) fn members(&self, membership: &str) -> Vec<&str> {
        let mut people: Vec<&str> = self
            .events
            .iter()
            .filter(|event| event.kind == "m.room.member")
            .filter_map(|event| event.state_key.as_deref())
            .filter(|user| self.membership(user, u64::MAX) == membership)
            .collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    /// The events that notify a person and that they have not read, with whether each names them. As Synapse counts once a
    /// receipt exists; before the first receipt, from the person's own latest membership.
    pub(super) fn unread(&self, user: &str) -> Vec<(&Event, bool)> {
        let read =
            self.receipts.iter().filter(|receipt| receipt.user == user).map(|receipt| receipt.until).max();
        let entered = || self.state("m.room.member", user, u64::MAX).map_or(0, |event| event.position);
        let from = read.unwrap_or_else(entered);
        self.events
            .iter()
            .filter(|event| event.position > from && event.sender != user)
            .filter(|event| matches!(event.kind.as_str(), "m.room.message" | "m.room.encrypted"))
            .map(|event| (event, names(event, user)))
            .collect()
    }
}

pub(super) fn names(event: &Event, user: &str) -> bool {
    let mentioned = event.content.get("m.mentions").and_then(|mentions| mentions.get("user_ids")?.as_array());
    mentioned.is_some_and(|ids| ids.iter().any(|id| id.as_str() == Some(user)))
}

#[derive(Debug, Default)]
pub(super) struct User {
    pub(super) name: String,
    /// `m.direct`: person to rooms.
    pub(super) direct: BTreeMap<String, Vec<String>>,
    pub(super) direct_position: u64,
}

/// A session.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) user: String,
    pub(super) device: String,
    /// Past its end, though its device stays.
    pub(super) expired: bool,
}

#[derive(Debug)]
pub(super) struct World {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) server_name: String,
    pub(super) position: u64,
    /// Changes when positions given before are to be forgotten.
    pub(super) epoch: u64,
    pub(super) users: BTreeMap<String, User>,
    pub(super) rooms: BTreeMap<String, Room>,
    pub(super) sessions: BTreeMap<String, Session>,
    /// Refresh token to access token.
    pub(super) refresh: BTreeMap<String, String>,
    /// Login token to user.
    pub(super) login_tokens: BTreeMap<String, String>,
    /// When each person last asked for a login token.
    pub(super) login_token_asked: BTreeMap<String, DateTime<Utc>>,
    /// Of the homeserver of a Watcha suite: its external people.
    pub(super) partners: Option<BTreeSet<String>>,
    made: u64,
}

impl World {
    pub(super) fn is_partner(&self, user: &str) -> bool {
        self.partners.as_ref().is_some_and(|partners| partners.contains(user))
    }

    pub(super) fn new(clock: Arc<dyn Clock>, server_name: &str) -> Self {
        Self {
            clock,
            server_name: server_name.to_owned(),
            position: 0,
            epoch: 0,
            users: BTreeMap::new(),
            rooms: BTreeMap::new(),
            sessions: BTreeMap::new(),
            refresh: BTreeMap::new(),
            login_tokens: BTreeMap::new(),
            login_token_asked: BTreeMap::new(),
            partners: None,
            made: 0,
        }
    }

    pub(super) fn user_id(&self, login: &str) -> String {
        if login.starts_with('@') { login.to_owned() } else { format!("@{login}:{}", self.server_name) }
    }

    /// Forty-three characters, as the ids of room version 12 have, always the same in the same order.
    pub(super) fn new_name(&mut self) -> String {
        self.made += 1;
        let mut state = self.made;
        let bytes: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state.to_be_bytes().first().copied().unwrap_or_default()
        })
        .take(32)
        .collect();
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(super) fn add_user(&mut self, id: &str, name: &str) {
        let user = self.users.entry(id.to_owned()).or_default();
        name.clone_into(&mut user.name);
    }

    pub(super) fn add_event(
        &mut self,
        room: &str,
        sender: &str,
        kind: &str,
        state_key: Option<&str>,
        content: Value,
    ) -> String {
        self.add_event_at(room, sender, kind, state_key, content, self.clock.now())
    }

    pub(super) fn add_event_at(
        &mut self,
        room: &str,
        sender: &str,
        kind: &str,
        state_key: Option<&str>,
        content: Value,
        at: DateTime<Utc>,
    ) -> String {
        self.position += 1;
        let event = Event {
            position: self.position,
            id: format!("${}", self.new_name()),
            kind: kind.to_owned(),
            sender: sender.to_owned(),
            state_key: state_key.map(str::to_owned),
            content,
            at,
        };
        let id = event.id.clone();
        self.rooms.entry(room.to_owned()).or_default().events.push(event);
        id
    }

    pub(super) fn set_membership(
        &mut self,
        room: &str,
        sender: &str,
        user: &str,
        membership: &str,
        direct: bool,
    ) {
        let name = self.users.get(user).map(|user| user.name.clone()).unwrap_or_default();
        let mut content = Map::new();
        content.insert("membership".to_owned(), Value::from(membership));
        if membership != "leave" && !name.is_empty() {
            content.insert("displayname".to_owned(), Value::from(name));
        }
        if direct {
            content.insert("is_direct".to_owned(), Value::from(true));
        }
        self.add_event(room, sender, "m.room.member", Some(user), Value::Object(content));
    }

    /// A room with its creator in it.
    pub(super) fn create_room(&mut self, creator: &str, name: Option<&str>, space: bool) -> String {
        let room = format!("!{}", self.new_name());
        let mut create = json!({"room_version": "12"});
        if let (true, Some(fields)) = (space, create.as_object_mut()) {
            fields.insert("type".to_owned(), Value::from("m.space"));
        }
        self.add_event(&room, creator, "m.room.create", Some(""), create);
        self.set_membership(&room, creator, creator, "join", false);
        if let Some(name) = name {
            self.add_event(&room, creator, "m.room.name", Some(""), json!({"name": name}));
        }
        room
    }

    pub(super) fn add_direct(&mut self, user: &str, other: &str, room: &str) {
        self.position += 1;
        let position = self.position;
        if let Some(user) = self.users.get_mut(user) {
            user.direct.entry(other.to_owned()).or_default().push(room.to_owned());
            user.direct_position = position;
        }
    }

    pub(super) fn read_until(&mut self, room: &str, user: &str, event: &str) -> bool {
        self.position += 1;
        let (position, at) = (self.position, self.clock.now());
        let Some(room) = self.rooms.get_mut(room) else { return false };
        let Some(until) = room.events.iter().find(|known| known.id == event).map(|known| known.position)
        else {
            return false;
        };
        room.receipts.push(Receipt { position, user: user.to_owned(), event: event.to_owned(), until, at });
        true
    }

    pub(super) fn read_all(&mut self, room: &str, user: &str) {
        let last = self.rooms.get(room).and_then(|room| room.events.last()).map(|event| event.id.clone());
        if let Some(last) = last {
            self.read_until(room, user, &last);
        }
    }

    pub(super) fn next_batch(&self) -> String {
        format!("s{}_{}_0_1_1", self.position, self.epoch)
    }

    /// The position of a `since`, unless it is of another server or of before [`World::epoch`] changed.
    pub(super) fn position_of(&self, since: &str) -> Option<u64> {
        let mut parts = since.strip_prefix('s')?.split('_');
        let position = parts.next()?.parse().ok()?;
        let epoch: u64 = parts.next()?.parse().ok()?;
        (epoch == self.epoch && position <= self.position).then_some(position)
    }

    /// Opens a session; one of the same person and device ends, as the specification allows (Synapse 1.163 keeps both).
    pub(super) fn open_session(&mut self, user: &str, device: &str) -> String {
        self.sessions.retain(|_, session| !(session.user == user && session.device == device));
        let token = format!("syt_{}", self.new_name());
        let session = Session { user: user.to_owned(), device: device.to_owned(), expired: false };
        self.sessions.insert(token.clone(), session);
        token
    }
}
