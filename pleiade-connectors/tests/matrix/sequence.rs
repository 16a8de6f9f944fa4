//! The inbox on the recorded first answer and on what followed it, and when everything is read again.

use crate::support::{Script, answer, client, inbox_after, me, recorded, sync, token};
use pleiade_connectors::matrix::inbox::{Inbox, RoomName, Totals};
use pleiade_connectors::matrix::{MessageBody, client::SyncFilter};
use std::{sync::Arc, time::Duration};

const URBANISME: &str = "!0Jif5zFBrGuafuonO4M0bdidAw6GkmVirBUIUs8WQZY";
const DIRECTION: &str = "!i5Kd8Kmh-EegJYkIZemUXz_zO5z9vh8bF4ngoUPR3dY";
const WITH_BOB: &str = "!yBt65vqHpYOt4SNkWsOLIzYbZAYgLcsobboAvbhKJ40";
const SEALED: &str = "!c1Nd4MUsoj2H3pC2H8PqT4u7vlcSk9S1h66cK2yEIdM";
const VOIRIE: &str = "!V47NJ-vTZmAQndhPJlh-qZmU9Idc-c2vLYdFbX6aVFA";

const READ: &str = "sync-F2-after-own-read.http";
const LEFT: &str = "sync-F2-after-leave.http";
const JOINED: &str = "sync-F2-after-join.http";
const INVITED: &str = "sync-F2-new-invite.http";
const WITHDRAWN: &str = "sync-F2-invite-withdrawn-and-rename.http";

fn totals(rooms: u64, messages: u64, mentions: u64) -> Totals {
    Totals { rooms, messages, mentions }
}

#[test]
fn the_first_answer_gives_everything() {
    let inbox = inbox_after(&[]);
    assert_eq!(inbox.totals(), totals(4, 7, 1));
    let name = |room: &str| inbox.room(room).unwrap().display_name();
    assert_eq!(name(URBANISME), RoomName::Known("Urbanisme".to_owned()));
    assert_eq!(
        name(WITH_BOB),
        RoomName::Known("bob".to_owned()),
        "a private conversation is named by the other"
    );
    assert!(inbox.is_direct(WITH_BOB) && !inbox.is_direct(URBANISME));
    assert_eq!(inbox.room(SEALED).unwrap().last().unwrap().body, MessageBody::Encrypted);
    let last = inbox.room(DIRECTION).unwrap().last().unwrap().clone();
    assert_eq!(last.body, MessageBody::Text("alice, peux-tu relire la délibération ?".to_owned()));
    let invitation = &inbox.invitations()[VOIRIE];
    assert_eq!(invitation.room.as_deref(), Some("Commission voirie"));
    assert_eq!((invitation.inviter_name.as_str(), invitation.via()), ("bob", Some("pleiade.test")));
}

#[test]
fn nothing_new_changes_nothing() {
    let inbox = inbox_after(&["sync-F2-nothing-new.http"]);
    assert_eq!(inbox.totals(), totals(4, 7, 1));
    assert_eq!(inbox.invitations().len(), 1);
}

#[test]
fn what_is_read_elsewhere_is_no_longer_counted_nor_remembered() {
    let inbox = inbox_after(&[READ]);
    assert_eq!(inbox.totals(), totals(3, 4, 1));
    let room = inbox.room(URBANISME).unwrap();
    assert_eq!((room.unread(), room.last()), (0, None));
}

#[test]
fn a_room_that_was_left_goes() {
    let inbox = inbox_after(&[READ, LEFT]);
    assert_eq!(inbox.totals(), totals(2, 2, 0));
    assert!(inbox.room(DIRECTION).is_none());
}

#[test]
fn an_accepted_invitation_becomes_a_room() {
    let inbox = inbox_after(&[READ, LEFT, JOINED]);
    assert!(inbox.invitations().is_empty());
    assert_eq!(inbox.room(VOIRIE).unwrap().display_name(), RoomName::Known("Commission voirie".to_owned()));
}

#[test]
fn invitations_come_and_are_withdrawn_and_rooms_are_renamed() {
    let inbox = inbox_after(&[READ, LEFT, INVITED]);
    let rooms: Vec<_> = inbox.invitations().values().map(|invitation| invitation.room.as_deref()).collect();
    assert_eq!(rooms, [Some("Invitation retirée")]);
    let inbox = inbox_after(&[READ, LEFT, INVITED, WITHDRAWN]);
    assert!(inbox.invitations().is_empty());
    assert_eq!(
        inbox.room(URBANISME).unwrap().display_name(),
        RoomName::Known("Urbanisme et habitat".to_owned()),
        "a rename that is the last event of its room"
    );
}

/// A first answer lists the rooms that the person was thrown out of.
#[test]
fn rooms_left_in_a_first_answer_are_ignored() {
    let mut inbox = inbox_after(&[]);
    inbox.apply_everything(&me(), sync(LEFT), Duration::ZERO);
    assert!(inbox.is_empty());
}

/// Why no filter of ours has a timeline limit of 0.
#[test]
fn a_limit_of_0_loses_the_rooms() {
    let mut inbox = Inbox::default();
    inbox.apply_everything(&me(), sync("sync-trap-limit0-rooms-missing.http"), Duration::ZERO);
    assert_eq!((inbox.len(), inbox.invitations().len()), (0, 1));
    for filter in [SyncFilter::Counts, SyncFilter::First, SyncFilter::Changes] {
        let filter: serde_json::Value = serde_json::from_str(filter.as_json()).unwrap();
        assert!(filter.pointer("/room/timeline/limit").unwrap().as_u64().unwrap() > 0);
    }
}

/// Whatever the first call and the later state ask for, the later timeline lets through as well.
#[test]
fn the_later_timeline_lets_every_state_type_through() {
    let filter: serde_json::Value = serde_json::from_str(SyncFilter::Changes.as_json()).unwrap();
    let types = |path: &str| filter.pointer(path).unwrap().as_array().unwrap().clone();
    let timeline = types("/room/timeline/types");
    // A room is created once: before anything that could hide it.
    let missing: Vec<_> = types("/room/state/types")
        .into_iter()
        .filter(|kind| kind != "m.room.create" && !timeline.contains(kind))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(types("/room/ephemeral/types").iter().any(|kind| kind == "m.receipt"));
}

fn clock_at(seconds: u64) -> (chrono::DateTime<chrono::Utc>, Duration) {
    let start = chrono::DateTime::from_timestamp(1_795_460_400, 0).unwrap();
    (start + Duration::from_secs(seconds), Duration::from_secs(seconds))
}

async fn refresh(inbox: &mut Inbox, script: &Arc<Script>, seconds: u64) -> bool {
    let (now, elapsed) = clock_at(seconds);
    inbox.refresh(&client(script), &token(), &me(), now, elapsed).await.is_ok()
}

const FIRST: &str = "sync timeout=0";

/// The first call of a test: the clock's minute is its timeout.
fn first(seconds: u64) -> String {
    let minute = clock_at(seconds).0.timestamp() / 60 % 1000;
    FIRST.replace("=0", &format!("={minute}"))
}

#[tokio::test]
async fn positions_are_followed() {
    let script = Script::new([
        recorded("sync-F1-initial.http"),
        recorded("profile.http"),
        recorded(READ),
        recorded(LEFT),
    ]);
    let mut inbox = Inbox::default();
    for seconds in [0, 60, 120] {
        assert!(refresh(&mut inbox, &script, seconds).await);
    }
    let asked = script.asked();
    assert_eq!(asked[0], first(0));
    assert!(asked.contains(&"sync timeout=0 since=s54_1_0_1_2_1_1_4_0_1_1_1_1_1".to_owned()), "{asked:?}");
    assert_eq!(asked.last().unwrap(), "sync timeout=0 since=s54_1_0_2_2_1_1_4_0_1_1_1_1_1");
    assert_eq!(inbox.position(), Some("s55_1_0_2_2_1_1_4_0_1_1_1_1_1"));
}

#[tokio::test]
async fn an_unknown_position_is_dropped_once() {
    let mut inbox = inbox_after(&[READ]);
    let script = Script::new([recorded("error-bad-since.http"), recorded("sync-F1-initial.http")]);
    assert!(refresh(&mut inbox, &script, 60).await);
    assert_eq!(
        script.asked()[..2],
        ["sync timeout=0 since=s54_1_0_2_2_1_1_4_0_1_1_1_1_1".to_owned(), first(60)]
    );
    assert_eq!(inbox.totals(), totals(4, 7, 1));

    let mut inbox = inbox_after(&[]);
    let script = Script::new([recorded("error-bad-since.http"), recorded("error-bad-since.http")]);
    assert!(!refresh(&mut inbox, &script, 60).await);
    assert_eq!(script.asked().len(), 2, "not more than once");
}

#[tokio::test]
async fn news_that_cannot_be_read_are_an_error_and_then_everything_is_read() {
    let mut inbox = inbox_after(&[]);
    let script = Script::new([answer(200, "application/json", "{"), recorded("sync-F1-initial.http")]);
    assert!(!refresh(&mut inbox, &script, 60).await);
    assert_eq!(inbox.totals(), totals(4, 7, 1), "what was known stays");
    assert!(refresh(&mut inbox, &script, 120).await);
    assert_eq!(script.asked()[1], first(120));
}

#[test]
fn one_room_that_cannot_be_read_hides_no_other_and_is_told_until_it_can() {
    let news = |room: &str, body: &str| {
        serde_json::from_str(&format!(r#"{{"next_batch":"s1","rooms":{{"join":{{"{room}":{body}}}}}}}"#))
            .unwrap()
    };
    let mut inbox = inbox_after(&[]);
    let odd = || news("!a", r#"{"unread_notifications":{"notification_count":"beaucoup"}}"#);
    inbox.apply_changes(&me(), odd());
    assert_eq!((inbox.totals(), inbox.unreadable()), (totals(4, 7, 1), 1));
    // Its news are lost: everything is read again, and not for ever when that does not help.
    assert_eq!(inbox.position(), None);
    inbox.apply_changes(&me(), odd());
    assert_eq!(inbox.position(), Some("s1"));
    inbox.apply_everything(&me(), odd(), Duration::ZERO);
    assert_eq!((inbox.position(), inbox.unreadable()), (Some("s1"), 1));
    // A number from before would no longer be a minimum.
    let mut inbox = inbox_after(&[]);
    inbox.apply_changes(&me(), news("!a", r#"{"unread_notifications":{"notification_count":5}}"#));
    assert_eq!(inbox.totals(), totals(5, 12, 1));
    inbox.apply_changes(&me(), odd());
    assert_eq!(inbox.totals(), totals(4, 7, 1));
    // What stands beside the counts may be nothing in any spelling.
    for nothing in ["null", "[]", "{}"] {
        let body = format!(
            r#"{{"summary":{nothing},"state":{nothing},"timeline":{nothing},"unread_notifications":{{"notification_count":2}}}}"#
        );
        inbox.apply_changes(&me(), news("!a", &body));
        assert_eq!((inbox.totals(), inbox.unreadable()), (totals(5, 9, 1), 0), "{nothing}");
    }
}

#[test]
fn an_upgraded_room_is_counted_once_its_successor_is_joined() {
    let room = |events: &str| {
        format!(r#"{{"timeline":{{"events":[{events}]}},"unread_notifications":{{"notification_count":2}}}}"#)
    };
    let tombstone =
        r#"{"type":"m.room.tombstone","state_key":"","sender":"@a:b","content":{"replacement_room":"!new"}}"#;
    let news = |rooms: &str| {
        serde_json::from_str(&format!(r#"{{"next_batch":"s1","rooms":{{"join":{{{rooms}}}}}}}"#)).unwrap()
    };
    let mut inbox = Inbox::default();
    inbox.apply_everything(&me(), news(&format!(r#""!old":{}"#, room(tombstone))), Duration::ZERO);
    assert_eq!(inbox.totals(), totals(1, 2, 0), "the old one stays while the successor is not joined");
    let create = r#"{"type":"m.room.create","state_key":"","sender":"@a:b","content":{"predecessor":{"room_id":"!old"}}}"#;
    inbox.apply_changes(&me(), news(&format!(r#""!new":{}"#, room(create))));
    assert_eq!(inbox.totals(), totals(1, 2, 0));
    assert_eq!(inbox.unread_rooms().map(|(id, _)| id).collect::<Vec<_>>(), ["!new"]);
}

#[tokio::test]
async fn everything_is_read_again_once_a_day() {
    let mut inbox = inbox_after(&[]);
    let nothing = "sync-F2-nothing-new.http";
    let script = Script::new([recorded(nothing), recorded("profile.http"), recorded("sync-F1-initial.http")]);
    assert!(refresh(&mut inbox, &script, 24 * 3600 - 1).await);
    let before = script.asked().len();
    assert!(refresh(&mut inbox, &script, 24 * 3600).await);
    assert!(script.asked()[before..].contains(&first(24 * 3600)), "{:?}", script.asked());
}
