//! What is known of one person's rooms, kept up to date by `/sync`.
//!
//! The first answer gives everything; the following ones only what changed since the position of the last. When the homeserver does
//! not know a position, when an answer cannot be read, and once a day, everything is read again.

use super::{
    client::{Authorization, MatrixClient, SyncFilter, SyncRequest, UserId, localpart},
    message::Message,
    wire::{Event, InvitedRoom, JoinedRoom, SyncAnswer},
};
use crate::http::UnexpectedStatus;
use crate::kit::json::{List, Map};
use chrono::{DateTime, Utc};
use pleiade_core::{ConnectorError, ErrorKind};
use serde::Deserialize as _;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// The time after which everything is read again, whatever the positions say.
const FULL_SYNC_INTERVAL: Duration = Duration::from_secs(24 * 3600);

/// The most names asked for one by one in one refresh, for servers that do not send them along.
const MAX_PROFILES: usize = 5;

/// The most rooms of one person; nobody is in more, and a homeserver that lists more would fill everybody's memory.
const MAX_ROOMS: usize = 20_000;

/// The most state events of a room that are kept for a suite, and the longest.
const MAX_STATES: usize = 8;
const MAX_STATE_BYTES: usize = 2048;

/// One person's rooms and invitations.
#[derive(Debug, Default)]
pub struct Inbox {
    position: Option<String>,
    full_at: Duration,
    rooms: BTreeMap<String, Room>,
    invitations: BTreeMap<String, Invitation>,
    /// The person of each private conversation, by room.
    direct: BTreeMap<String, String>,
    /// Rooms whose last news could not be read: their state may be old.
    unreadable: BTreeSet<String>,
}

/// Sums over the rooms, spaces left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Rooms with something unread.
    pub rooms: u64,
    /// Everything unread that notifies.
    pub messages: u64,
    /// Mentions and keywords among them.
    pub mentions: u64,
}

/// A room the person is in.
#[derive(Debug, Clone, Default)]
pub struct Room {
    name: Option<String>,
    alias: Option<String>,
    heroes: Vec<String>,
    joined: u64,
    /// Display names of the people who name the room or wrote its last message.
    names: BTreeMap<String, String>,
    space: bool,
    unread: u64,
    mentions: u64,
    last: Option<Message>,
    /// The room that took its place by an upgrade, as it says itself.
    successor: Option<String>,
    /// The room whose place it took, as it says itself.
    predecessor: Option<String>,
    /// The content of its other state events, by type and key: those that the client asks for besides.
    state: BTreeMap<(String, String), Value>,
}

/// The name of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoomName {
    /// Its own name or address, or the name of the one person it is shared with.
    Known(String),
    /// The names of people in it, and the number of others.
    People(Vec<String>, u64),
    /// Nobody else is there.
    Empty,
}

impl Room {
    /// Unread messages that notify, as the person's push rules count them.
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.unread
    }

    /// Mentions and keywords among them.
    #[must_use]
    pub fn mentions(&self) -> u64 {
        self.mentions
    }

    /// The last message, while something is unread.
    #[must_use]
    pub fn last(&self) -> Option<&Message> {
        self.last.as_ref()
    }

    /// The content of a state event that the client [asks for besides](MatrixClient::with_room_state); hostile: any member with the right may
    /// have written it.
    #[must_use]
    pub fn state(&self, kind: &str, key: &str) -> Option<&Value> {
        self.state.get(&(kind.to_owned(), key.to_owned()))
    }

    /// The display name of a person in this room, or else the name of their account.
    #[must_use]
    pub fn person<'a>(&'a self, id: &'a str) -> &'a str {
        self.names.get(id).map_or_else(|| localpart(id), String::as_str)
    }

    /// The name of the room: its own, else its address, else the people in it.
    #[must_use]
    pub fn display_name(&self) -> RoomName {
        if let Some(own) = self.name.as_ref().or(self.alias.as_ref()) {
            return RoomName::Known(own.clone());
        }
        let people: Vec<String> = self.heroes.iter().map(|id| self.person(id).to_owned()).collect();
        let others = self.joined.saturating_sub(1 + people.len() as u64);
        match (people.as_slice(), others) {
            ([], _) => RoomName::Empty,
            ([one], 0) => RoomName::Known(one.clone()),
            _ => RoomName::People(people, others),
        }
    }

    fn apply(&mut self, news: JoinedRoom) {
        for event in &news.state.events.items {
            self.apply_state(event);
        }
        for event in &news.timeline.events.items {
            if event.state_key.is_some() {
                self.apply_state(event);
            }
        }
        if let Some(message) = news.timeline.events.items.iter().rev().find_map(Message::from_event) {
            self.last = Some(message);
        }
        if let Some(heroes) = news.summary.heroes {
            self.heroes = heroes.items;
        }
        if let Some(joined) = news.summary.joined {
            self.joined = joined;
        }
        if let Some(counts) = news.unread_notifications {
            self.unread = counts.notification_count;
            self.mentions = counts.highlight_count;
        }
    }

    fn apply_state(&mut self, event: &Event) {
        // Of a room itself only what has an empty key is its state.
        let is_of_room = event.state_key.as_deref() == Some("");
        match event.kind.as_str() {
            "m.room.member" => {
                if let (Some(person), Some(name)) = (&event.state_key, event.text("displayname")) {
                    self.names.insert(person.clone(), clip(name));
                }
            }
            kind if !kind.starts_with("m.") => self.keep_state(event),
            _ if !is_of_room => {}
            "m.room.name" => self.name = event.text("name").map(clip),
            "m.room.canonical_alias" => self.alias = event.text("alias").map(clip),
            "m.room.create" => {
                self.space = event.text("type") == Some("m.space");
                let predecessor =
                    event.content.get("predecessor").and_then(|room| room.get("room_id")?.as_str());
                self.predecessor = predecessor.filter(|id| is_id(id)).map(str::to_owned);
            }
            "m.room.tombstone" => {
                self.successor = event.text("replacement_room").filter(|id| is_id(id)).map(str::to_owned);
            }
            _ => {}
        }
    }

    /// Keeps a state event whose meaning is a suite's.
    fn keep_state(&mut self, event: &Event) {
        let key = (event.kind.clone(), event.state_key.clone().unwrap_or_default());
        let is_small = key.0.len() + key.1.len() <= 255 && event.content.to_string().len() <= MAX_STATE_BYTES;
        let is_empty = event.content.as_object().is_none_or(serde_json::Map::is_empty);
        if is_empty || !is_small {
            self.state.remove(&key);
        } else if self.state.len() < MAX_STATES || self.state.contains_key(&key) {
            self.state.insert(key, event.content.clone());
        }
    }

    /// Forgets what no card shows: fewer words of people in memory, and none from rooms that are read.
    fn trim(&mut self) {
        if self.unread == 0 {
            self.last = None;
        }
        let sender = self.last.as_ref().map(|last| last.sender.as_str());
        let heroes = &self.heroes;
        self.names.retain(|id, _| Some(id.as_str()) == sender || heroes.contains(id));
    }
}

/// An invitation to a room.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invitation {
    /// The room's name or address, if the inviting side gives it.
    pub room: Option<String>,
    /// The id of the person who invites.
    pub inviter: String,
    /// Their display name, or else the name of their account.
    pub inviter_name: String,
    /// True if it is for a private conversation.
    pub direct: bool,
    /// True if it is a space: a group of rooms.
    pub space: bool,
}

impl Invitation {
    fn from_room(me: &UserId, room: &InvitedRoom) -> Self {
        let mut invitation = Self::default();
        let mut alias = None;
        let events = &room.invite_state.events.items;
        for event in events {
            match event.kind.as_str() {
                "m.room.name" => invitation.room = event.text("name").map(clip),
                "m.room.canonical_alias" => alias = event.text("alias").map(clip),
                "m.room.create" => invitation.space = event.text("type") == Some("m.space"),
                "m.room.member" if event.state_key.as_deref() == Some(me.as_str()) => {
                    invitation.inviter.clone_from(&event.sender);
                    invitation.direct = event.content.get("is_direct").and_then(Value::as_bool) == Some(true);
                }
                _ => {}
            }
        }
        invitation.room = invitation.room.or(alias);
        let inviter = Some(invitation.inviter.as_str());
        invitation.inviter_name = events
            .iter()
            .filter(|event| event.kind == "m.room.member" && event.state_key.as_deref() == inviter)
            .find_map(|event| event.text("displayname"))
            .map_or_else(|| localpart(&invitation.inviter).to_owned(), clip);
        invitation
    }

    /// The server through which the room can be entered.
    #[must_use]
    pub fn via(&self) -> Option<&str> {
        self.inviter.split_once(':').map(|(_, server)| server).filter(|server| !server.is_empty())
    }
}

impl Inbox {
    /// Reads the changes, or everything when that is due. `now` and `elapsed` come from the clock.
    ///
    /// # Errors
    /// Those of the homeserver. What was known before stays.
    pub async fn refresh(
        &mut self,
        client: &MatrixClient,
        auth: &Authorization,
        me: &UserId,
        now: DateTime<Utc>,
        elapsed: Duration,
    ) -> Result<(), ConnectorError> {
        if self.position.is_some() && elapsed.saturating_sub(self.full_at) >= FULL_SYNC_INTERVAL {
            self.position = None;
        }
        if let Some(since) = self.position.as_deref() {
            let request = SyncRequest { filter: SyncFilter::Changes, since: Some(since), timeout: 0 };
            match client.sync(auth, request).await {
                Ok(answer) => {
                    self.apply_changes(me, answer);
                    self.fetch_missing_names(client, auth).await;
                    return Ok(());
                }
                // A position of before the server was restored or replaced; or news that cannot be read and that would come
                // again the same each time.
                Err(error) if UnexpectedStatus::behind(&error).is_some_and(|status| status == 400) => {
                    self.position = None;
                }
                Err(error) => {
                    if matches!(error.kind(), ErrorKind::BadAnswer | ErrorKind::TooLarge) {
                        self.position = None;
                    }
                    return Err(error);
                }
            }
        }
        // The minute in the timeout: a second attempt soon after one that took too long finds the answer that the homeserver was
        // preparing, and a later one is not given an old answer from its cache.
        let timeout = u32::try_from(now.timestamp().div_euclid(60).rem_euclid(1000)).unwrap_or(0);
        let request = SyncRequest { filter: SyncFilter::First, since: None, timeout };
        let answer = client.sync(auth, request).await?;
        self.apply_everything(me, answer, elapsed);
        self.fetch_missing_names(client, auth).await;
        Ok(())
    }

    /// Replaces everything by a first answer. Its left rooms are ignored: the person was once thrown out of them.
    pub fn apply_everything(&mut self, me: &UserId, mut answer: SyncAnswer, elapsed: Duration) {
        *self = Self { full_at: elapsed, ..Self::default() };
        answer.rooms.leave = Map::default();
        let position = answer.next_batch.clone();
        self.apply_changes(me, answer);
        // What could not be read now would not be read a moment later either.
        self.position = Some(position);
    }

    /// Adds an answer to a call that held the position of the last. When a room in it cannot be read, its news are lost, and everything is
    /// read again next time, once.
    pub fn apply_changes(&mut self, me: &UserId, answer: SyncAnswer) {
        if let Some(direct) =
            answer.account_data.events.items.iter().rev().find(|event| event.kind == "m.direct")
        {
            self.direct = read_direct(direct);
        }
        for room in answer.rooms.leave.items.keys() {
            self.rooms.remove(room);
            self.invitations.remove(room);
            self.unreadable.remove(room);
        }
        for (id, room) in answer.rooms.invite.items.iter().filter(|(id, _)| is_id(id)) {
            self.rooms.remove(id);
            self.invitations.insert(id.clone(), Invitation::from_room(me, room));
        }
        for (id, news) in answer.rooms.join.items.into_iter().filter(|(id, _)| is_id(id)) {
            self.invitations.remove(&id);
            self.unreadable.remove(&id);
            self.rooms.entry(id).or_default().apply(news);
        }
        let unreadable = answer.rooms.join.unreadable.into_iter().chain(answer.rooms.invite.unreadable);
        let mut is_news_lost = false;
        for id in unreadable.filter(|id| is_id(id)) {
            // What was counted there before may be more than what is there now.
            self.rooms.remove(&id);
            self.invitations.remove(&id);
            is_news_lost |= self.unreadable.insert(id);
        }
        for (id, room) in &mut self.rooms {
            // Servers without heroes: at least the other person of a private conversation is known.
            if room.heroes.is_empty()
                && let Some(person) = self.direct.get(id)
            {
                room.heroes.push(person.clone());
            }
            room.trim();
        }
        let is_too_much = self.rooms.len() + self.invitations.len() + self.unreadable.len() > MAX_ROOMS;
        if is_too_much {
            *self = Self { full_at: self.full_at, ..Self::default() };
        }
        self.position = (!is_news_lost && !is_too_much).then_some(answer.next_batch);
    }

    /// The position for the next call.
    #[must_use]
    pub fn position(&self) -> Option<&str> {
        self.position.as_deref()
    }

    /// Sums.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.unread_rooms().fold(Totals::default(), |sum, (_, room)| Totals {
            rooms: sum.rooms + 1,
            messages: sum.messages.saturating_add(room.unread),
            mentions: sum.mentions.saturating_add(room.mentions),
        })
    }

    /// Rooms with something unread, in no order, without spaces and without those that were upgraded into another that the person is in:
    /// clients show that one alone. Both rooms must say so, because whoever has power in one may name any other.
    pub fn unread_rooms(&self) -> impl Iterator<Item = (&str, &Room)> {
        let is_replaced = |id: &str, room: &Room| {
            let next = room.successor.as_ref().and_then(|next| self.rooms.get(next));
            next.is_some_and(|next| !next.space && next.predecessor.as_deref() == Some(id))
                && room.predecessor != room.successor
        };
        self.rooms
            .iter()
            .filter(move |(id, room)| !room.space && room.unread > 0 && !is_replaced(id, room))
            .map(|(id, room)| (id.as_str(), room))
    }

    /// The number of rooms that could not be read. Every sum is a minimum then.
    #[must_use]
    pub fn unreadable(&self) -> usize {
        self.unreadable.len()
    }

    /// A room the person is in, by its id.
    #[must_use]
    pub fn room(&self, id: &str) -> Option<&Room> {
        self.rooms.get(id)
    }

    /// True if the room is a private conversation.
    #[must_use]
    pub fn is_direct(&self, room: &str) -> bool {
        self.direct.contains_key(room)
    }

    /// Invitations by room id.
    #[must_use]
    pub fn invitations(&self) -> &BTreeMap<String, Invitation> {
        &self.invitations
    }

    /// The number of rooms that the person is in, spaces included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rooms.len()
    }

    /// True if the person is in no room.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rooms.is_empty()
    }

    /// Asks for the names that unread rooms need and that no event gave. A name that cannot be had is no reason to fail.
    async fn fetch_missing_names(&mut self, client: &MatrixClient, auth: &Authorization) {
        let mut learnt: BTreeMap<String, String> = BTreeMap::new();
        for room in self.rooms.values_mut().filter(|room| !room.space && room.unread > 0) {
            let unnamed = room.name.is_none() && room.alias.is_none();
            let heroes = room.heroes.iter().filter(|_| unnamed);
            let wanted: Vec<String> = heroes
                .chain(room.last.as_ref().map(|last| &last.sender))
                .filter(|id| !room.names.contains_key(*id))
                .cloned()
                .collect();
            for id in wanted {
                if !learnt.contains_key(&id) {
                    if learnt.len() == MAX_PROFILES {
                        return;
                    }
                    let profile = client.profile(auth, &id).await;
                    let name = profile.ok().and_then(|profile| profile.displayname);
                    let name = name.filter(|name| !name.trim().is_empty());
                    // The account's own name stands for an answer too, so that nobody is asked for twice.
                    let name = name.map_or_else(|| localpart(&id).to_owned(), |name| clip(&name));
                    learnt.insert(id.clone(), name);
                }
                if let Some(name) = learnt.get(&id) {
                    room.names.insert(id, name.clone());
                }
            }
        }
    }
}

/// `m.direct` maps people to rooms.
fn read_direct(event: &Event) -> BTreeMap<String, String> {
    let people = event.content.as_object().into_iter().flatten();
    people
        .flat_map(|(person, rooms)| {
            let rooms = List::<String>::deserialize(rooms).unwrap_or_default();
            rooms.items.into_iter().map(move |room| (room, person.clone()))
        })
        .collect()
}

/// True if the text can be the id of a room or an event; no server makes longer ones.
pub(super) fn is_id(id: &str) -> bool {
    (1..=255).contains(&id.len())
}

/// Cuts a name to the length that is kept: names are other people's words.
pub(super) fn clip(text: &str) -> String {
    text.chars().take(200).collect()
}
