//! `/sync` as Synapse 1.163 answers it, with what its filters lose.
//!
//! * Rooms without anything left by the filter are absent, their counts with them.
//! * What is read elsewhere shows only through `m.receipt`.
//! * A room that was left shows only when the timeline lets `m.room.member` through.
//! * Between two answers, `state` holds only what is older than the first event of the timeline.

use super::world::{Event, Room, World};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The parts of a filter that matter here.
#[derive(Debug)]
struct Filter {
    timeline_limit: usize,
    timeline: Types,
    state: Types,
    ephemeral: Types,
    account_data: Types,
    lazy_members: bool,
}

/// Types that a filter lets through; `None` is all.
#[derive(Debug)]
struct Types(Option<BTreeSet<String>>);

impl Types {
    fn from_json(part: &Value) -> Self {
        let everything_refused = part
            .get("not_types")
            .and_then(Value::as_array)
            .is_some_and(|types| types.iter().any(|kind| kind.as_str() == Some("*")));
        if everything_refused {
            return Self(Some(BTreeSet::new()));
        }
        let types = part.get("types").and_then(Value::as_array);
        Self(types.map(|types| types.iter().filter_map(Value::as_str).map(str::to_owned).collect()))
    }

    fn lets(&self, kind: &str) -> bool {
        self.0.as_ref().is_none_or(|types| types.contains(kind))
    }
}

impl Filter {
    fn parse(text: Option<&str>) -> Option<Self> {
        let filter: Value = match text {
            None => Value::Null,
            Some(text) => serde_json::from_str(text).ok()?,
        };
        let null = Value::Null;
        let part = |path: &str| filter.pointer(path).unwrap_or(&null).clone();
        let state = part("/room/state");
        Some(Self {
            timeline_limit: part("/room/timeline/limit")
                .as_u64()
                .map_or(10, |limit| usize::try_from(limit).unwrap_or(usize::MAX)),
            timeline: Types::from_json(&part("/room/timeline")),
            lazy_members: state.get("lazy_load_members").and_then(Value::as_bool) == Some(true),
            state: Types::from_json(&state),
            ephemeral: Types::from_json(&part("/room/ephemeral")),
            account_data: Types::from_json(&part("/account_data")),
        })
    }
}

/// The refusal of a sync.
#[derive(Debug)]
pub(super) enum SyncError {
    Filter,
    Since,
}

pub(super) fn sync(
    world: &World,
    user: &str,
    filter: Option<&str>,
    since: Option<&str>,
) -> Result<Value, SyncError> {
    let filter = Filter::parse(filter).ok_or(SyncError::Filter)?;
    let since = since.map(|since| world.position_of(since).ok_or(SyncError::Since)).transpose()?;
    let mut answer = Map::new();
    answer.insert("next_batch".to_owned(), Value::from(world.next_batch()));
    answer.insert("device_one_time_keys_count".to_owned(), json!({"signed_curve25519": 0}));
    answer.insert("device_unused_fallback_key_types".to_owned(), json!([]));
    let me = world.users.get(user);
    let direct = me.filter(|me| !me.direct.is_empty() && me.direct_position > since.unwrap_or(0));
    if let Some(me) = direct.filter(|_| filter.account_data.lets("m.direct")) {
        answer.insert(
            "account_data".to_owned(),
            json!({"events": [{"type": "m.direct", "content": me.direct}]}),
        );
    }
    let (mut join, mut invite, mut leave) = (Map::new(), Map::new(), Map::new());
    for (id, room) in &world.rooms {
        let now = room.membership(user, u64::MAX);
        let before = since.map(|since| room.membership(user, since));
        match now {
            "join" => {
                if let Some(news) = joined(room, user, &filter, since) {
                    join.insert(id.clone(), news);
                }
            }
            "invite" => {
                let asked = room.state("m.room.member", user, u64::MAX);
                if asked.is_some_and(|asked| asked.position > since.unwrap_or(0)) {
                    invite.insert(id.clone(), json!({"invite_state": {"events": told(room, user)}}));
                }
            }
            _ if before.is_some_and(|before| matches!(before, "join" | "invite")) => {
                let news = room.events.iter().filter(|event| event.position > since.unwrap_or(0));
                let news: Vec<Value> =
                    news.filter(|event| filter.timeline.lets(&event.kind)).map(Event::to_json).collect();
                if filter.timeline_limit > 0 && filter.timeline.lets("m.room.member") {
                    leave.insert(
                        id.clone(),
                        json!({"timeline": {"events": news, "limited": false}, "state": {"events": []}}),
                    );
                }
            }
            _ => {}
        }
    }
    let mut rooms = Map::new();
    for (name, part) in [("join", join), ("invite", invite), ("leave", leave)] {
        if !part.is_empty() {
            rooms.insert(name.to_owned(), Value::Object(part));
        }
    }
    if !rooms.is_empty() {
        answer.insert("rooms".to_owned(), Value::Object(rooms));
    }
    Ok(Value::Object(answer))
}

fn joined(room: &Room, user: &str, filter: &Filter, since: Option<u64>) -> Option<Value> {
    let newly = since.is_none_or(|since| room.membership(user, since) != "join");
    let from = since.unwrap_or(0);
    let passing: Vec<&Event> = room
        .events
        .iter()
        .filter(|event| newly || event.position > from)
        .filter(|event| filter.timeline.lets(&event.kind))
        .collect();
    let skipped = passing.len().saturating_sub(filter.timeline_limit);
    let timeline: Vec<&Event> = passing.into_iter().skip(skipped).collect();
    let first = timeline.first().map(|event| event.position);

    // Of a room that is new to the person all state is told, but for what the timeline tells; between two answers, only state older than the
    // first event of the timeline.
    let until = if newly { Some(u64::MAX) } else { first.map(|first| first - 1) };
    let in_timeline = |event: &Event| timeline.iter().any(|told| told.id == event.id);
    let mut state: Vec<&Event> = Vec::new();
    if let Some(until) = until {
        for event in room.events.iter().filter(|event| event.position <= until) {
            let Some(key) = &event.state_key else { continue };
            let current = room.state(&event.kind, key, until).is_some_and(|last| last.id == event.id);
            let changed = newly || event.position > from;
            let lazy = filter.lazy_members && event.kind == "m.room.member";
            if current && changed && !lazy && !in_timeline(event) && filter.state.lets(&event.kind) {
                state.push(event);
            }
        }
    }
    let heroes = heroes(room, user);
    let mut summary = json!({});
    if filter.lazy_members && (newly || !timeline.is_empty()) {
        let mut wanted: BTreeSet<&str> = timeline.iter().map(|event| event.sender.as_str()).collect();
        if newly {
            wanted.insert(user);
        }
        wanted.extend(heroes.iter().flatten().copied());
        let in_timeline = |user: &str| timeline.iter().any(|event| event.is_state("m.room.member", user));
        if filter.state.lets("m.room.member") {
            let members = wanted.into_iter().filter(|user| !in_timeline(user));
            state.extend(members.filter_map(|user| room.state("m.room.member", user, u64::MAX)));
        }
        summary = json!({
            "m.joined_member_count": room.members("join").len(),
            "m.invited_member_count": room.members("invite").len(),
        });
        if let (Some(heroes), Some(fields)) = (heroes, summary.as_object_mut()) {
            fields.insert("m.heroes".to_owned(), json!(heroes));
        }
    }
    let receipts: Vec<Value> = room
        .receipts
        .iter()
        .filter(|receipt| receipt.position > from && filter.ephemeral.lets("m.receipt"))
        .map(|receipt| {
            let read = json!({&receipt.user: {"ts": receipt.at.timestamp_millis()}});
            json!({"type": "m.receipt", "content": {&receipt.event: {"m.read": read}}})
        })
        .collect();
    if timeline.is_empty() && state.is_empty() && receipts.is_empty() {
        return None;
    }
    let unread = room.unread(user);
    let timeline: Vec<Value> = timeline.into_iter().map(Event::to_json).collect();
    let state: Vec<Value> = state.into_iter().map(Event::to_json).collect();
    Some(json!({
        "timeline": {"events": timeline, "limited": newly || skipped > 0},
        "state": {"events": state},
        "account_data": {"events": []},
        "ephemeral": {"events": receipts},
        "unread_notifications": {
            "notification_count": unread.len(),
            "highlight_count": unread.iter().filter(|(_, named)| *named).count(),
        },
        "summary": summary,
    }))
}

/// The people who name a room without a name.
fn heroes<'a>(room: &'a Room, user: &str) -> Option<Vec<&'a str>> {
    if room.text("m.room.name", "name").is_some() || room.text("m.room.canonical_alias", "alias").is_some() {
        return None;
    }
    let here = room.members("join").into_iter().chain(room.members("invite"));
    Some(here.filter(|member| *member != user).take(5).collect())
}

/// The state of a room that an invited person receives.
fn told(room: &Room, user: &str) -> Vec<Value> {
    let Some(invitation) = room.state("m.room.member", user, u64::MAX) else { return Vec::new() };
    let of_the_room = ["m.room.create", "m.room.name", "m.room.canonical_alias"];
    of_the_room
        .iter()
        .filter_map(|kind| room.state(kind, "", u64::MAX))
        .chain(room.state("m.room.member", &invitation.sender, u64::MAX))
        .chain([invitation])
        .map(Event::to_stripped)
        .collect()
}
