//! Attacks by whoever has power in a room, and by a hostile homeserver. Each test states what should hold.

use crate::support::me;
use pleiade_connectors::matrix::inbox::Inbox;
use std::{fmt::Write as _, time::Duration};

fn room(events: &str) -> String {
    format!(r#"{{"timeline":{{"events":[{events}]}},"unread_notifications":{{"notification_count":2}}}}"#)
}

fn tombstone(next: &str) -> String {
    format!(
        r#"{{"type":"m.room.tombstone","state_key":"","sender":"@mallory:b","content":{{"replacement_room":"{next}"}}}}"#
    )
}

fn inbox(rooms: &[(&str, String)]) -> Inbox {
    let rooms: Vec<String> = rooms.iter().map(|(id, room)| format!(r#""{id}":{room}"#)).collect();
    let body = format!(r#"{{"next_batch":"s1","rooms":{{"join":{{{}}}}}}}"#, rooms.join(","));
    let mut inbox = Inbox::default();
    inbox.apply_everything(&me(), serde_json::from_str(&body).unwrap(), Duration::ZERO);
    inbox
}

fn unread(inbox: &Inbox) -> Vec<&str> {
    inbox.unread_rooms().map(|(id, _)| id).collect()
}

#[test]
fn a_room_that_names_itself_its_successor_is_still_counted() {
    assert_eq!(unread(&inbox(&[("!a", room(&tombstone("!a")))])), ["!a"]);
}

#[test]
fn two_rooms_that_name_each_other_do_not_both_vanish() {
    let inbox = inbox(&[("!a", room(&tombstone("!b"))), ("!b", room(&tombstone("!a")))]);
    assert!(!unread(&inbox).is_empty(), "messages are unread, and no card says so");
}

/// A space is shown by no card, so it takes no room's place.
#[test]
fn a_space_takes_no_room_s_place() {
    let space = r#"{"type":"m.room.create","state_key":"","sender":"@a:b","content":{"type":"m.space"}}"#;
    let inbox = inbox(&[("!a", room(&tombstone("!space"))), ("!space", room(space))]);
    assert_eq!(unread(&inbox), ["!a"]);
}

/// Whoever closes a room may name any other that the victim is in. The successor must say the same: clients ask for both.
#[test]
fn only_a_room_that_says_it_took_its_place_takes_it() {
    let create = |old: &str| {
        format!(
            r#"{{"type":"m.room.create","state_key":"","sender":"@a:b","content":{{"predecessor":{{"room_id":"{old}"}}}}}}"#
        )
    };
    let stranger = inbox(&[("!a", room(&tombstone("!town"))), ("!town", room(""))]);
    assert_eq!(unread(&stranger), ["!a", "!town"]);
    let other = inbox(&[("!a", room(&tombstone("!town"))), ("!town", room(&create("!z")))]);
    assert_eq!(unread(&other), ["!a", "!town"]);
    let true_one = inbox(&[("!a", room(&tombstone("!new"))), ("!new", room(&create("!a")))]);
    assert_eq!(unread(&true_one), ["!new"]);
    // The claim of a successor alone hides nothing.
    let claim = inbox(&[("!a", room("")), ("!thief", room(&create("!a")))]);
    assert_eq!(unread(&claim), ["!a", "!thief"]);
}

/// The state of a room is what has an empty key; another key is another thing.
#[test]
fn a_tombstone_with_another_state_key_closes_nothing() {
    let odd = r#"{"type":"m.room.tombstone","state_key":"x","sender":"@m:b","content":{"replacement_room":"!b"}},{"type":"m.room.name","state_key":"x","sender":"@m:b","content":{"name":"Direction"}}"#;
    let inbox = inbox(&[("!a", room(odd)), ("!b", room(""))]);
    assert_eq!(unread(&inbox), ["!a", "!b"]);
    assert_ne!(format!("{:?}", inbox.room("!a").unwrap().display_name()), r#"Known("Direction")"#);
}

/// A hostile homeserver tells of new rooms at each answer.
#[test]
fn what_is_remembered_of_an_account_has_a_bound() {
    let mut inbox = inbox(&[]);
    for answer in 0..20 {
        let mut rooms = String::new();
        for n in 0..5000 {
            let comma = if n == 0 { "" } else { "," };
            write!(rooms, r#"{comma}"!{answer}-{n}":{{}}"#).unwrap();
        }
        let long = "x".repeat(100_000);
        write!(rooms, r#","{answer}{long}":[1]"#).unwrap();
        let body = format!(r#"{{"next_batch":"s","rooms":{{"join":{{{rooms}}}}}}}"#);
        inbox.apply_changes(&me(), serde_json::from_str(&body).unwrap());
    }
    assert!(inbox.len() <= 20_000, "{} rooms of one person", inbox.len());
    assert_eq!(inbox.unreadable(), 0, "what cannot be the id of a room is none");
}
