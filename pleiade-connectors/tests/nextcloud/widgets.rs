//! The cards, end to end on recorded answers.

use crate::support::{Desk, NOW, Network, answer, counts, lines, ocs, recorded};
use pleiade_connectors::{nextcloud::NextcloudConfig, text::Catalogue};
use pleiade_core::{
    ActionOutcome, ActionRequest, Amount, Connector as _, Deadline, ErrorKind, EventTime, Locale, Severity,
    Text,
};
use std::sync::Arc;

fn server() -> Arc<Network> {
    Network::new()
        .on("GET /ocs/v2.php/cloud/capabilities", "nextcloud-31/capabilities.http")
        .on("GET /ocs/v2.php/cloud/user", "nextcloud-31/user.http")
}

/// Calendars among which Deck shows a board.
fn with_board(file: &str) -> http::Response<bytes::Bytes> {
    recorded(file).map(|body| {
        let body = String::from_utf8(body.to_vec()).unwrap();
        let board = r#"<d:response><d:href>/remote.php/dav/calendars/camille/app-generated--deck--board-3/</d:href><d:propstat><d:prop><d:resourcetype><d:collection/><cal:calendar/></d:resourcetype><cal:supported-calendar-component-set><cal:comp name="VTODO"/></cal:supported-calendar-component-set></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>"#;
        body.replace("</d:multistatus>", board).into()
    })
}

fn server_with_deck() -> Arc<Network> {
    let with_deck = recorded("nextcloud-31/capabilities.http").map(|body| {
        let body = String::from_utf8(body.to_vec()).unwrap();
        body.replace("\"capabilities\":{", "\"capabilities\":{\"deck\":{\"version\":\"1.15.0\"},").into()
    });
    Network::new()
        .on_answers("GET /ocs/v2.php/cloud/capabilities", [with_deck])
        .on("GET /ocs/v2.php/cloud/user", "nextcloud-31/user.http")
}

#[tokio::test]
async fn notifications() {
    let network = server().on("GET /ocs/v2.php/apps/notifications", "nextcloud-31/notifications.http");
    let desk = Desk::new(&network);
    let content = desk.load("notifications").await.unwrap();
    assert_eq!(counts(&content), [("notifications".to_owned(), 1)]);
    assert_eq!(
        lines(&content),
        ["Bernard Élu mentioned you in a private conversation |  | /index.php/call/s5fcxs3m#message_70"]
    );
    let item = &content.items[0];
    assert_eq!(item.detail, Some(Text::Plain("Bonjour @camille, la délibération est prête".into())));
    assert_eq!(item.when, Some(EventTime::At("2026-11-23T18:13:09Z".parse().unwrap())));
    assert_eq!((item.actions[0].id.as_str(), item.actions[0].target.as_str()), ("dismiss-notification", "1"));
    assert_eq!(content.indicators[0].measured_at, NOW.parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    assert_eq!(
        content.actions.iter().map(|action| action.target.as_str()).collect::<Vec<_>>(),
        ["online", "away"]
    );
}

#[tokio::test]
async fn an_unchanged_list_is_not_sent_again_but_shown_again() {
    let network = server().on_answers(
        "GET /ocs/v2.php/apps/notifications",
        [recorded("nextcloud-31/notifications.http"), answer(304, &[], "")],
    );
    let desk = Desk::new(&network);
    let first = desk.load("notifications").await.unwrap();
    assert_eq!(desk.load("notifications").await.unwrap(), first);
    assert_eq!(network.last().header("if-none-match"), "\"35dba5d75538a9bbe0b4da4422759a0e\"");
}

#[tokio::test]
async fn twenty_five_notifications_may_be_more() {
    let one = |id| {
        format!(
            r#"{{"notification_id":{id},"app":"x","datetime":"2026-11-23T10:00:00+00:00","subject":"","message":"","link":"https://evil.example/"}}"#
        )
    };
    let list: Vec<String> = (1..=25).map(one).collect();
    let network =
        server().on_answers("GET /ocs/v2.php/apps/notifications", [ocs(&format!("[{}]", list.join(",")))]);
    let content = Desk::new(&network).load("notifications").await.unwrap();
    assert_eq!(content.indicators[0].amount, Amount::Count { value: 25, at_least: true });
    assert!(content.more);
    assert_eq!(lines(&content)[0], "nextcloud-notification-untitled |  | /", "a link elsewhere is dropped");
}

#[tokio::test]
async fn conversations() {
    let network = server().on("GET /ocs/v2.php/apps/spreed/api/v4/room", "nextcloud-31/talk-rooms.http");
    let content = Desk::new(&network).load("conversations").await.unwrap();
    let expected = [("talk_unread_rooms", 1), ("talk_mentions", 1), ("talk_unread_messages", 1)];
    assert_eq!(counts(&content), expected.map(|(key, value)| (key.to_owned(), value)));
    assert_eq!(lines(&content), ["Bernard Élu | nextcloud-room-mentioned | /index.php/call/s5fcxs3m"]);
    assert_eq!(content.items[0].actions[0].target, "s5fcxs3m");
}

#[tokio::test]
async fn words_of_a_sensitive_conversation_stay_there() {
    let room = r#"[{"token":"abc","type":2,"displayName":"RH","unreadMessages":2,"isSensitive":true,"lastMessage":{"message":"secret","actorDisplayName":"A","systemMessage":""}}]"#;
    let network = server().on_answers("GET /ocs/v2.php/apps/spreed", [ocs(room)]);
    let content = Desk::new(&network).load("conversations").await.unwrap();
    assert_eq!(content.items[0].detail, None);
}

#[tokio::test]
async fn agenda() {
    let network = server()
        .on("PROPFIND /remote.php/dav/calendars/camille/", "nextcloud-31/caldav-homes.http")
        .on("REPORT /remote.php/dav/calendars/camille/personal/", "nextcloud-31/caldav-report-expanded.http");
    let content = Desk::new(&network).load("agenda").await.unwrap();
    // It is 18:15 UTC: the meeting of today goes on until 19:00, those of the past are gone.
    assert_eq!(counts(&content), [("next_events".to_owned(), 1)]);
    assert_eq!(
        lines(&content),
        ["Bureau municipal | nextcloud-event-now | /index.php/apps/calendar/timeGridDay/2026-11-23",]
    );
    assert_eq!(content.items[0].detail, Some(Text::Plain("Salle du conseil".into())));
    let asked = network.sent().into_iter().find(|sent| sent.method == "REPORT").unwrap().body;
    assert!(asked.contains(r#"start="20261122T230000Z" end="20261129T230000Z""#), "days of Paris: {asked}");
}

#[tokio::test]
async fn tasks_and_cards_by_deadline() {
    let network = server_with_deck()
        .on_answers(
            "PROPFIND /remote.php/dav/calendars/camille/",
            [with_board("nextcloud-specified/caldav-homes-tasks.http")],
        )
        .on("REPORT /remote.php/dav/calendars/camille/t%C3%A2ches/", "nextcloud-specified/caldav-tasks.http")
        .on("GET /ocs/v2.php/apps/deck", "nextcloud-specified/deck-upcoming.http");
    let content = Desk::new(&network).load("tasks").await.unwrap();
    let expected = [("tasks_overdue", 2), ("tasks_open", 3), ("deck_due", 2)];
    assert_eq!(counts(&content), expected.map(|(key, value)| (key.to_owned(), value)));
    assert_eq!(content.indicators[0].severity, Severity::Alert);
    assert_eq!(
        lines(&content),
        [
            "Relancer le devis de l'école | nextcloud-task-late | /index.php/apps/deck/#/board/3/card/12",
            "Envoyer les convocations | nextcloud-task-late | /index.php/apps/tasks/",
            "Signer le bon de commande | nextcloud-task-late | /index.php/apps/tasks/",
            "Préparer le bureau |  | /index.php/apps/deck/#/board/3/card/13",
            "Trier les archives |  | /index.php/apps/tasks/",
        ]
    );
    assert!(content.items.iter().all(|item| item.task.is_some()));
    assert_eq!(content.items[1].deadline, chrono::NaiveDate::from_ymd_opt(2026, 11, 22).map(Deadline::Day));
}

#[tokio::test]
async fn a_person_without_a_task_list_is_told_so() {
    let network =
        server().on("PROPFIND /remote.php/dav/calendars/camille/", "nextcloud-31/caldav-homes.http");
    let content = Desk::new(&network).load("tasks").await.unwrap();
    assert!(content.is_empty());
    assert_eq!(content.notices[0].key(), "nextcloud-no-task-list");
}

#[tokio::test]
async fn files() {
    let limited = recorded("nextcloud-31/user.http").map(|body| {
        let body = String::from_utf8(body.to_vec()).unwrap();
        let unlimited = r#""quota":{"free":-3,"used":17544045,"total":-3,"relative":0,"quota":-3}"#;
        assert!(body.contains(unlimited));
        body.replace(unlimited, r#""quota":{"free":3,"used":97,"total":100,"relative":97.2,"quota":100}"#)
            .into()
    });
    let network = Network::new()
        .on_answers("GET /ocs/v2.php/cloud/user", [limited])
        .on("SEARCH /remote.php/dav/", "nextcloud-31/webdav-search-recent.http")
        .on("REPORT /remote.php/dav/files/camille/", "nextcloud-31/webdav-favorites.http");
    let content = Desk::new(&network).load("files").await.unwrap();
    assert_eq!(content.indicators[0].amount, Amount::Percent(97.2));
    assert_eq!(content.indicators[0].severity, Severity::Warning);
    let lines = lines(&content);
    assert_eq!(lines.len(), 5, "the favourite is among the recent ones and shown once: {lines:?}");
    assert_eq!(lines[0], "Délib 2026-11.md |  | /index.php/f/191");
    assert_eq!(lines[1], "Note de service.md | nextcloud-file-favourite | /index.php/f/189");
    assert_eq!(content.actions[0].id.as_str(), "new-file");
}

#[tokio::test]
async fn shares() {
    let network = server()
        .on(
            "GET /ocs/v2.php/apps/files_sharing/api/v1/shares/pending",
            "nextcloud-specified/shares-pending.http",
        )
        .on("GET /ocs/v2.php/apps/files_sharing/api/v1/shares?", "nextcloud-specified/shares-received.http")
        .on(
            "GET /ocs/v2.php/apps/files_sharing/api/v1/remote_shares/pending",
            "nextcloud-specified/remote-shares-pending.http",
        );
    let content = Desk::new(&network).load("shares").await.unwrap();
    let expected = [("shares_pending", 2), ("shares_received", 2)];
    assert_eq!(counts(&content), expected.map(|(key, value)| (key.to_owned(), value)));
    assert_eq!(
        lines(&content),
        [
            "Arrêté de voirie.pdf | nextcloud-share-waiting | /index.php/apps/files/pendingshares",
            "Plan local d'urbanisme | nextcloud-share-waiting | /index.php/apps/files/pendingshares",
            "Novembre |  | /index.php/f/700",
            "Budget 2027.ods |  | /index.php/f/512",
        ]
    );
    assert_eq!(
        content.items.iter().map(|item| item.task.is_some()).collect::<Vec<_>>(),
        [true, true, false, false]
    );
}

#[tokio::test]
async fn an_absent_app_is_unsupported() {
    let bare = ocs(r#"{"version":{"string":"31.0.8"},"capabilities":{"core":{}}}"#);
    let network = Network::new()
        .on_answers("GET /ocs/v2.php/cloud/capabilities", [bare])
        .on("GET /ocs/v2.php/apps/files_sharing", "nextcloud-31/error-404-app.http");
    let desk = Desk::new(&network);
    for widget in ["notifications", "conversations", "shares"] {
        let error = desk.load(widget).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{widget}");
        assert!(error.hint().is_some(), "{widget}");
    }
}

#[tokio::test]
async fn actions_are_checked_then_done() {
    let network = server().on_answers("GET /ocs/v2.php/core", [ocs("[]")]).on_answers("", [ocs("[]")]);
    let desk = Desk::new(&network);
    let ask = |id: &str, target: &str| ActionRequest::new(id.parse().unwrap(), target.to_owned());
    for (id, target) in [
        ("dismiss-notification", "1"),
        ("mark-read", "s5fcxs3m"),
        ("set-presence", "away"),
        ("accept-share", "60"),
    ] {
        let done = desk.connector.perform(&desk.cx, &ask(id, target)).await.unwrap();
        assert!(matches!(done, ActionOutcome::Done(_)), "{id}");
    }
    let sent = network.sent().len();
    for (id, target, kind) in [
        ("dismiss-notification", "", ErrorKind::NotFound),
        ("dismiss-notification", "1/../2", ErrorKind::NotFound),
        ("mark-read", "", ErrorKind::NotFound),
        ("mark-read", "a/b", ErrorKind::NotFound),
        ("mark-read", "..", ErrorKind::NotFound),
        ("set-presence", "zzz", ErrorKind::NotFound),
        ("accept-share", "-1", ErrorKind::NotFound),
        ("delete-everything", "1", ErrorKind::Unsupported),
    ] {
        let error = desk.connector.perform(&desk.cx, &ask(id, target)).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{id} {target}");
    }
    assert_eq!(network.sent().len(), sent, "nothing hostile was sent");
}

#[tokio::test]
async fn every_message_is_written_in_both_languages() {
    let keys = |locale: Locale| -> Vec<String> {
        let desk = Desk::new(&Network::new());
        let source = desk.connector.descriptor().messages.get(locale);
        assert!(Catalogue::builder().add(locale, source).is_ok(), "{locale:?}");
        let key = |line: &str| line.split_once(" =").map(|(key, _)| key.to_owned());
        source.lines().filter(|line| line.starts_with("nextcloud-")).filter_map(key).collect()
    };
    let french = keys(Locale::Fr);
    assert_eq!(french, keys(Locale::En));
    let written = [
        include_str!("../../src/nextcloud/actions.rs"),
        include_str!("../../src/nextcloud/widgets/mod.rs"),
        include_str!("../../src/nextcloud/widgets/notifications.rs"),
        include_str!("../../src/nextcloud/widgets/conversations.rs"),
        include_str!("../../src/nextcloud/widgets/agenda.rs"),
        include_str!("../../src/nextcloud/widgets/tasks.rs"),
        include_str!("../../src/nextcloud/widgets/files.rs"),
        include_str!("../../src/nextcloud/widgets/shares.rs"),
    ];
    let used: std::collections::BTreeSet<&str> = written
        .iter()
        .flat_map(|source| source.split('"'))
        .filter(|text| text.starts_with("nextcloud-") && !text.contains(' '))
        .collect();
    let known: std::collections::BTreeSet<&str> = french.iter().map(String::as_str).collect();
    assert_eq!(used, known, "used in the code, and written in the files");
}

#[test]
fn configuration() {
    let read = |text: &str| serde_json::from_str::<NextcloudConfig>(text);
    let config = read(r#"{"url":"https://cloud.ville.example"}"#).unwrap();
    assert_eq!(config, NextcloudConfig::new("https://cloud.ville.example".parse().unwrap()));
    assert!(
        read(r#"{"url":"https://cloud.ville.example","access":"app_password_basic","widgets":["agenda"]}"#)
            .is_ok()
    );
    for wrong in [
        "{}",
        r#"{"url":"cloud"}"#,
        r#"{"url":"https://a.example","surprise":1}"#,
        r#"{"url":"https://a.example","access":"password"}"#,
        r#"{"url":"https://a.example","widgets":["mail"]}"#,
    ] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}
