//! The card of rooms.

use crate::support::{Assembly, BASE, assembly, assembly_with, settings};
use pleiade_connectors::jitsi::{CREATE, INVITE, JOIN};
use pleiade_core::{Amount, Connector as _, ErrorKind, WidgetContent};
use pleiade_testkit::Fault;
use std::time::Duration;

fn counts(content: &WidgetContent) -> Vec<(&str, u64, bool)> {
    let count = |amount| match amount {
        Amount::Count { value, at_least } => (value, at_least),
        other => panic!("{other:?}"),
    };
    let all = content.indicators.iter().map(|indicator| (indicator.key.as_str(), count(indicator.amount)));
    all.map(|(key, (value, at_least))| (key, value, at_least)).collect()
}

fn rooms(content: &WidgetContent) -> Vec<&str> {
    content.items.iter().map(|item| item.id.as_str()).collect()
}

fn said(visio: &Assembly, content: &WidgetContent) -> Vec<Option<String>> {
    content.items.iter().map(|item| item.status.as_ref().map(|status| visio.words(status))).collect()
}

#[tokio::test(start_paused = true)]
async fn each_person_sees_the_rooms_that_are_theirs_with_who_is_there() {
    let visio = assembly();
    let card = visio.read(&visio.somebody(&["urbanisme"])).await.unwrap();
    assert_eq!(rooms(&card), ["permanence-informatique", "salon-urbanisme"]);
    assert_eq!(said(&visio, &card), [None, Some("3 participants".to_owned())]);
    assert_eq!(counts(&card), [("rooms_in_progress", 1, false), ("participants", 3, false)]);
    let actions: Vec<_> = card.actions.iter().map(|action| (&action.id, action.opens)).collect();
    assert_eq!(actions, [(&CREATE, true), (&INVITE, false)]);
    let line = &card.items[1];
    assert!(line.detail.is_none(), "whom it is for, its name tells: an address is nothing to read");
    assert!(line.link.is_none(), "the title leads past no token");
    assert_eq!(
        (&line.actions[0].id, line.actions[0].opens, line.actions[0].target.as_str()),
        (&JOIN, true, "salon-urbanisme")
    );
    let other = visio.read(&visio.somebody(&["finances"])).await.unwrap();
    assert_eq!(
        (rooms(&other), counts(&other)[1]),
        (vec!["permanence-informatique"], ("participants", 0, false))
    );
    let stands_in = visio.read(&visio.somebody(&["urbanisme"]).standing_in()).await.unwrap();
    assert_eq!(stands_in, WidgetContent::default());
}

/// One reading for all people, every thirty seconds at most.
#[tokio::test(start_paused = true)]
async fn the_servers_are_asked_once_for_everybody() {
    let visio = assembly();
    for group in ["urbanisme", "finances", "dsi"] {
        visio.read(&visio.somebody(&[group])).await.unwrap();
    }
    let asked: Vec<String> = visio.transport.take().iter().map(|request| request.uri.to_string()).collect();
    assert_eq!(
        asked,
        [
            "https://visio.ville.example/config.js",
            "https://visio.ville.example/room-size?room=permanence-informatique&domain=meet.jitsi",
            "https://visio.ville.example/room-size?room=salon-urbanisme&domain=meet.jitsi",
        ]
    );
    visio.server.set_participants("permanence-informatique", 2);
    tokio::time::advance(Duration::from_secs(30)).await;
    let card = visio.read(&visio.somebody(&[])).await.unwrap();
    assert_eq!(counts(&card), [("rooms_in_progress", 1, false), ("participants", 2, false)]);
}

#[tokio::test(start_paused = true)]
async fn a_number_that_cannot_be_had_is_said_and_hides_no_room() {
    let visio = assembly();
    visio.switch.set_for(Fault::Forbidden, 2..3);
    let card = visio.read(&visio.somebody(&["urbanisme"])).await.unwrap();
    assert_eq!(rooms(&card), ["permanence-informatique", "salon-urbanisme"]);
    assert_eq!(counts(&card), [("rooms_in_progress", 0, true), ("participants", 0, true)]);
    assert_eq!(card.notices.len(), 1);
    // Words in place of a number are no zero.
    let visio = assembly();
    visio.switch.set_for(Fault::WordsForNumbers, 2..3);
    let card = visio.read(&visio.somebody(&["urbanisme"])).await.unwrap();
    assert_eq!((counts(&card)[1], card.notices.len()), (("participants", 0, true), 1));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_away_is_said() {
    for (fault, kind) in [
        (Fault::ServerError, ErrorKind::Unreachable),
        (Fault::LoginPage, ErrorKind::Unauthenticated),
        (Fault::RedirectElsewhere, ErrorKind::BadConfiguration),
        (Fault::PlainText, ErrorKind::BadAnswer),
        (Fault::CutShort, ErrorKind::BadAnswer),
    ] {
        let visio = assembly();
        visio.switch.set(fault.clone());
        let error = visio.read(&visio.somebody(&[])).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{fault:?}");
        assert_eq!(visio.connector.probe().await.unwrap_err().kind(), kind, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_tokens_and_numbers_rooms_are_plain_links() {
    let mut open = settings();
    let fields = open.as_object_mut().unwrap();
    fields.remove("token");
    fields.remove("room_size");
    let visio = assembly_with(open);
    let cx = visio.somebody(&["urbanisme"]);
    let card = visio.read(&cx).await.unwrap();
    assert!(card.indicators.is_empty() && card.notices.is_empty());
    let link = card.items[1].actions[0].link.as_ref().unwrap();
    assert_eq!(link.as_str(), format!("{BASE}salon-urbanisme"));
    assert_eq!(visio.transport.take().len(), 1, "config.js alone is asked for");
    let created = visio.opened(&cx, &CREATE, "").await;
    assert!(created.as_str().starts_with(&format!("{BASE}reunion-")) && created.fragment().is_none());
}
