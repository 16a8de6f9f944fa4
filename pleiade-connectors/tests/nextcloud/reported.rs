//! What a real Nextcloud 31 with Talk, Calendar, Deck and Tasks, and public bug reports, showed. Not recorded: the answers are written
//! after their descriptions.

use crate::support::{Desk, Network, answer, counts, lines, ocs};
use bytes::Bytes;
use http::Response;
use pleiade_core::{
    Action, ActionId, Amount, CallContext, Connector as _, ConnectorId, Deadline, ErrorKind, EventTime,
    Meetings, Message, Text, WidgetContent, WidgetId, place::path_below,
};
use std::sync::Arc;
use url::Url;

const CAPABILITIES: &str = r#"{"version":{"string":"31.0.8"},"capabilities":{"notifications":{"ocs-endpoints":["list"]},"spreed":{"features":["conversation-v4"]},"deck":{"version":"1.15.2"}}}"#;

pub(crate) fn server() -> Arc<Network> {
    Network::new().on_answers("GET /ocs/v2.php/cloud/capabilities", [ocs(CAPABILITIES)])
}

pub(crate) fn multistatus(responses: &[String]) -> Response<Bytes> {
    let body = format!(
        r#"<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:cal="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/" xmlns:oc="http://owncloud.org/ns">{}</d:multistatus>"#,
        responses.concat()
    );
    answer(207, &[("content-type", "application/xml; charset=utf-8")], &body)
}

pub(crate) fn resource(path: &str, properties: &str) -> String {
    format!(
        "<d:response><d:href>/remote.php/dav/{path}</d:href><d:propstat><d:prop>{properties}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
    )
}

pub(crate) fn calendar(slug: &str, component: &str, more: &str) -> String {
    resource(
        &format!("calendars/camille/{slug}/"),
        &format!(
            r#"<d:displayname>{slug}</d:displayname><d:resourcetype><d:collection/><cal:calendar/></d:resourcetype><cal:supported-calendar-component-set><cal:comp name="{component}"/></cal:supported-calendar-component-set>{more}"#
        ),
    )
}

pub(crate) fn object(number: usize, data: &str) -> String {
    let data = data.replace('&', "&amp;").replace('<', "&lt;");
    resource(
        &format!("calendars/camille/x/{number}.ics"),
        &format!("<cal:calendar-data>{data}</cal:calendar-data>"),
    )
}

pub(crate) fn component(kind: &str, lines: &str) -> String {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:{kind}\n{lines}\nEND:{kind}\nEND:VCALENDAR\n")
}

pub(crate) fn homes(calendars: &[String]) -> Response<Bytes> {
    multistatus(calendars)
}

fn at_least(content: &WidgetContent) -> bool {
    let minimum = |amount: Amount| matches!(amount, Amount::Count { at_least: true, .. });
    content.indicators.iter().all(|indicator| minimum(indicator.amount))
}

fn notices(content: &WidgetContent) -> Vec<&str> {
    content.notices.iter().map(|notice| notice.key()).collect()
}

async fn load(network: &Arc<Network>, widget: &str) -> WidgetContent {
    Desk::new(network).load(widget).await.unwrap()
}

/// A board of Deck is a calendar of tasks too, in which columns are tasks and each card comes a second time.
#[tokio::test]
async fn cards_of_a_board_are_counted_once() {
    let due = "2026-11-24T09:00:00+00:00";
    let cards = format!(
        r#"{{"tomorrow":[{{"id":7,"title":"Carte","duedate":"{due}","done":null,"archived":false,"boardId":1}}]}}"#
    );
    let network = server()
        .on_answers(
            "PROPFIND /remote.php/dav/calendars",
            [homes(&[calendar("tasks", "VTODO", ""), calendar("app-generated--deck--board-1", "VTODO", "")])],
        )
        .on_answers(
            "REPORT /remote.php/dav/calendars/camille/tasks/",
            [multistatus(&[object(1, &component("VTODO", "UID:a\nSUMMARY:Tâche"))])],
        )
        .on_answers("GET /ocs/v2.php/apps/deck", [ocs(&cards)]);
    let content = load(&network, "tasks").await;
    let expected = [("tasks_overdue", 0), ("tasks_open", 1), ("deck_due", 1)];
    assert_eq!(counts(&content), expected.map(|(key, value)| (key.to_owned(), value)));
    assert_eq!(content.items.len(), 2);
}

/// Asking Deck for somebody's cards makes a board for somebody who never opened it.
#[tokio::test]
async fn deck_is_asked_only_where_a_board_is() {
    let network = server()
        .on_answers("PROPFIND /remote.php/dav/calendars", [homes(&[calendar("tasks", "VTODO", "")])])
        .on_answers("REPORT /remote.php/dav/calendars", [multistatus(&[])]);
    load(&network, "tasks").await;
    assert!(network.sent().iter().all(|sent| !sent.target.contains("deck")));
}

/// With addresses without `index.php`, those with it open an app and none of its views.
#[tokio::test]
async fn links_are_written_as_the_server_writes_them() {
    let apps = ["files", "calendar"]
        .map(|app| format!(r#"{{"id":"{app}","href":"https://cloud.example.test/apps/{app}/"}}"#));
    let network = server()
        .on_answers("GET /ocs/v2.php/core/navigation/apps", [ocs(&format!("[{}]", apps.join(",")))])
        .on("SEARCH /remote.php/dav/", "nextcloud-31/webdav-search-recent.http")
        .on("REPORT /remote.php/dav/files/camille/", "nextcloud-31/webdav-favorites.http");
    let content = load(&network, "files").await;
    assert_eq!(content.link.unwrap().path(), "/apps/files/recent");
    assert_eq!(content.actions[1].link.as_ref().unwrap().path(), "/apps/files/favorites");
}

/// An app that is absent has no page: its lines lead nowhere rather than to "not found".
#[tokio::test]
async fn lines_of_an_absent_app_lead_nowhere() {
    let files = r#"[{"id":"files","href":"https://cloud.example.test/index.php/apps/files/"}]"#;
    let network = server()
        .on_answers("GET /ocs/v2.php/core/navigation/apps", [ocs(files)])
        .on_answers(
            "PROPFIND /remote.php/dav/calendars",
            [homes(&[calendar("tasks", "VTODO", ""), calendar("agenda", "VEVENT", "")])],
        )
        .on_answers(
            "REPORT /remote.php/dav/calendars/camille/tasks/",
            [multistatus(&[object(1, &component("VTODO", "UID:a\nSUMMARY:Tâche"))])],
        )
        .on_answers(
            "REPORT /remote.php/dav/calendars/camille/agenda/",
            [multistatus(&[object(
                1,
                &component("VEVENT", "UID:a\nSUMMARY:Réunion\nDTSTART:20261124T080000Z"),
            )])],
        );
    let desk = Desk::new(&network);
    for widget in ["tasks", "agenda"] {
        let content = desk.load(widget).await.unwrap();
        assert_eq!(
            (content.items.len(), &content.items[0].link, &content.link),
            (1, &None, &None),
            "{widget}"
        );
        assert!(content.notices.is_empty());
    }
}

fn room(token: &str, kind: u8, unread: u64, more: &str) -> String {
    format!(
        r#"{{"token":"{token}","type":{kind},"displayName":"{token}","unreadMessages":{unread},"lastActivity":1795457000{more}}}"#
    )
}

/// What is unread in a conversation of two is addressed to the person; a call that goes on comes first, with its link.
#[tokio::test]
async fn what_is_addressed_to_the_person_comes_first_and_a_call_before_it() {
    let rooms = [
        room("groupe", 2, 3, ""),
        room("deux", 1, 1, ""),
        room("reunion", 2, 0, r#","hasCall":true"#),
        room("lue", 2, 0, ""),
    ];
    let network =
        server().on_answers("GET /ocs/v2.php/apps/spreed", [ocs(&format!("[{}]", rooms.join(",")))]);
    let content = load(&network, "conversations").await;
    assert_eq!(
        lines(&content),
        [
            "reunion | nextcloud-room-call | /index.php/call/reunion",
            "deux | nextcloud-room-mentioned | /index.php/call/deux",
            "groupe | nextcloud-room-unread | /index.php/call/groupe",
        ]
    );
    let expected = [("talk_unread_rooms", 2), ("talk_mentions", 1), ("talk_unread_messages", 4)];
    assert_eq!(counts(&content), expected.map(|(key, value)| (key.to_owned(), value)));
    let actions =
        |item: usize| content.items[item].actions.iter().map(|action| action.id.as_str()).collect::<Vec<_>>();
    assert_eq!((actions(0), actions(1)), (vec!["join-call"], vec!["mark-read"]));
    assert_eq!(content.items[0].actions[0].link.as_ref().unwrap().path(), "/index.php/call/reunion");
}

async fn agenda_in(network: &Arc<Network>, zone: chrono_tz::Tz) -> WidgetContent {
    let desk = Desk::new(network);
    let mut tenant = (*desk.cx.tenant).clone();
    tenant.time_zone = zone;
    let mut cx: CallContext = desk.cx.clone();
    cx.tenant = Arc::new(tenant);
    let agenda = desk.connector.widget(&WidgetId::from_static("agenda")).unwrap();
    agenda.load(&cx).await.unwrap()
}

/// The server expands "18 h wherever I am" as if it were in UTC, or in the calendar's own zone, and no longer says so.
#[tokio::test]
async fn an_hour_in_no_zone_is_that_hour_where_the_person_lives() {
    let zone = |name: &str| {
        format!(
            "<cal:calendar-timezone>BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:{name}\nEND:VTIMEZONE\nEND:VCALENDAR</cal:calendar-timezone>"
        )
    };
    for (own, expanded) in
        [(String::new(), "180000Z"), (zone("Europe/Paris"), "170000Z"), (zone("Nowhere"), "180000Z")]
    {
        let event = |uid: &str, start: &str| {
            component("VEVENT", &format!("UID:{uid}\nSUMMARY:x\nDTSTART:20261124T{start}"))
        };
        let events =
            multistatus(&[object(1, &event("floating", expanded)), object(2, &event("fixed", "150000Z"))]);
        let floating = multistatus(&[object(1, &event("floating", "180000"))]);
        let network = server()
            .on_answers("PROPFIND /remote.php/dav/calendars", [homes(&[calendar("agenda", "VEVENT", &own)])])
            .on_answers("REPORT /remote.php/dav/calendars", [events, floating]);
        for (here, hour) in [(chrono_tz::Europe::Paris, "17"), (chrono_tz::America::Martinique, "22")] {
            if own.contains("Paris") && here == chrono_tz::Europe::Paris {
                continue;
            }
            let network = server()
                .on_answers(
                    "PROPFIND /remote.php/dav/calendars",
                    [homes(&[calendar("agenda", "VEVENT", &own)])],
                )
                .on_answers(
                    "REPORT /remote.php/dav/calendars",
                    [
                        multistatus(&[
                            object(1, &event("floating", expanded)),
                            object(2, &event("fixed", "150000Z")),
                        ]),
                        multistatus(&[object(1, &event("floating", "180000"))]),
                    ],
                );
            let content = agenda_in(&network, here).await;
            let starts: Vec<_> = content.items.iter().map(|item| item.when.unwrap()).collect();
            let at = |hour: &str| EventTime::At(format!("2026-11-24T{hour}:00:00Z").parse().unwrap());
            assert_eq!(starts, [at("15"), at(hour)], "{here}, {own}");
        }
        // In the calendar's own zone nothing is wrong, and nothing more is asked.
        if own.contains("Paris") {
            let content = agenda_in(&network, chrono_tz::Europe::Paris).await;
            assert_eq!(content.items[1].when, Some(EventTime::At("2026-11-24T17:00:00Z".parse().unwrap())));
            assert_eq!(network.sent().iter().filter(|sent| sent.method == "REPORT").count(), 1);
        }
    }
}

/// Where an event has a place, Nextcloud writes the call into its description.
#[tokio::test]
async fn a_call_is_joined_from_the_description_too() {
    let event = |lines: &str| component("VEVENT", &format!("UID:a\nDTSTART:20261124T080000Z\n{lines}"));
    for (text, call) in [
        (
            "LOCATION:Salle du conseil\nDESCRIPTION:Visio : https://cloud.example.test/call/abc.\\nÀ lundi",
            Some("/call/abc"),
        ),
        ("LOCATION:https://cloud.example.test/call/abc", Some("/call/abc")),
        ("LOCATION:Salle\nDESCRIPTION:https://evil.example/call/abc", None),
        ("LOCATION:Salle\nDESCRIPTION:https://cloud.example.test/f/1", None),
    ] {
        let network = server()
            .on_answers("PROPFIND /remote.php/dav/calendars", [homes(&[calendar("agenda", "VEVENT", "")])])
            .on_answers(
                "REPORT /remote.php/dav/calendars",
                [multistatus(&[object(1, &event(text))]), multistatus(&[])],
            );
        let content = load(&network, "agenda").await;
        let joined = content.items[0].actions.first().map(|action| action.link.clone().unwrap());
        assert_eq!(joined.as_ref().map(|url| url.path()), call, "{text}");
        if text.contains("Salle") {
            assert!(
                matches!(&content.items[0].detail, Some(Text::Plain(place)) if place.starts_with("Salle"))
            );
        }
    }
}

/// The meetings of an application that is declared beside are known without naming its host again, and those of the next days are told too.
#[tokio::test]
async fn a_meeting_of_another_application_is_joined_through_it() {
    let event = |id: u8, day: u8, place: &str| {
        let lines = format!("UID:{id}\nDTSTART:202611{day}T180000Z\nLOCATION:{place}");
        object(id.into(), &component("VEVENT", &lines))
    };
    let network = server()
        .on_answers("PROPFIND /remote.php/dav/calendars", [homes(&[calendar("agenda", "VEVENT", "")])])
        .on_answers(
            "REPORT /remote.php/dav/calendars",
            [
                multistatus(&[
                    event(1, 24, "https://visio.example:8443/codir?jwt=eyJ.eyJ.x"),
                    event(2, 26, "https://visio.example:8443/bilan"),
                    event(3, 26, "https://visio.example/autre"),
                ]),
                multistatus(&[]),
            ],
        );
    let place: Url = "https://visio.example:8443/".parse().unwrap();
    let held = Meetings::new(move |url| {
        let room = path_below(url, &place)?;
        let join = Action::opening(ActionId::from_static("enter"), Message::new("visio-join"), room);
        Some(join.by(ConnectorId::from_static("visio")))
    });
    let desk = Desk::new(&network);
    let agenda = desk.connector.widget(&WidgetId::from_static("agenda")).unwrap();
    let content = agenda.load(&desk.cx.clone().with_meetings(held)).await.unwrap();
    let joined: Vec<_> =
        content.items.iter().map(|item| item.actions.first().map(|join| &*join.target)).collect();
    assert_eq!(joined, [Some("codir"), Some("bilan"), None]);
    let meetings: Vec<_> =
        content.events.iter().map(|event| event.meeting.as_ref().unwrap().as_str()).collect();
    assert_eq!(meetings, ["https://visio.example:8443/codir", "https://visio.example:8443/bilan"]);
}

fn file(id: u64, path: &str) -> String {
    resource(
        &format!("files/camille/{path}"),
        &format!(
            "<oc:fileid>{id}</oc:fileid><d:getlastmodified>Mon, 23 Nov 2026 10:00:00 GMT</d:getlastmodified><oc:favorite>0</oc:favorite>"
        ),
    )
}

#[tokio::test]
async fn hidden_files_are_left_out_and_favourites_are_not_behind() {
    let mut recent: Vec<String> = (1..=10).map(|id| file(id, &format!("recent-{id}.odt"))).collect();
    recent.insert(0, file(100, ".config/app.ini"));
    recent.insert(0, file(101, "Dossier/.cache"));
    let favourites: Vec<String> = (50..53).map(|id| file(id, &format!("favori-{id}.odt"))).collect();
    let network = server()
        .on_answers("SEARCH /remote.php/dav/", [multistatus(&recent)])
        .on_answers("REPORT /remote.php/dav/files", [multistatus(&favourites)]);
    let content = load(&network, "files").await;
    let names: Vec<_> =
        lines(&content).iter().map(|line| line.split('.').next().unwrap().to_owned()).collect();
    assert_eq!(&names[..6], ["recent-1", "favori-50", "recent-2", "favori-51", "recent-3", "favori-52"]);
    assert_eq!(names.len(), 11);
}

#[tokio::test]
async fn one_bad_object_hides_no_other() {
    let events = [
        component("VEVENT", "UID:bad\nSUMMARY:Sans début"),
        "this is no calendar".to_owned(),
        component("VEVENT", "UID:good\nSUMMARY:R\u{e9}union\nDTSTART:20261124T080000Z"),
    ];
    let tasks = [
        component("VTODO", "UID:a\nSUMMARY:Sans date\nDUE:"),
        component("VTODO", "UID:b\nSUMMARY:Bientôt\nDUE:bientot"),
        component("VTODO", "UID:c\nSUMMARY:Datée\nDUE:20261123T100000Z"),
        "BEGIN:VCARD\nFN:Personne\nEND:VCARD\n".to_owned(),
    ];
    let objects = |all: &[String]| {
        multistatus(&all.iter().enumerate().map(|(n, data)| object(n, data)).collect::<Vec<_>>())
    };
    let network = server()
        .on_answers(
            "PROPFIND /remote.php/dav/calendars",
            [homes(&[calendar("agenda", "VEVENT", ""), calendar("tasks", "VTODO", "")])],
        )
        .on_answers("REPORT /remote.php/dav/calendars/camille/agenda/", [objects(&events), multistatus(&[])])
        .on_answers("REPORT /remote.php/dav/calendars/camille/tasks/", [objects(&tasks)]);
    let desk = Desk::new(&network);
    let agenda = desk.load("agenda").await.unwrap();
    assert_eq!((agenda.items.len(), notices(&agenda), at_least(&agenda)), (1, vec!["kit-unreadable"], true));
    let tasks = desk.load("tasks").await.unwrap();
    let deadlines: Vec<_> = tasks.items.iter().map(|item| item.deadline).collect();
    assert_eq!(deadlines, [Some(Deadline::At("2026-11-23T10:00:00Z".parse().unwrap())), None, None]);
    assert_eq!((notices(&tasks), at_least(&tasks)), (vec!["kit-unreadable"], true));
    assert_eq!(counts(&tasks)[..2], [("tasks_overdue".to_owned(), 1), ("tasks_open".to_owned(), 3)]);
}

#[tokio::test]
async fn one_calendar_that_fails_leaves_the_other() {
    let event = component("VEVENT", "UID:a\nSUMMARY:Réunion\nDTSTART:20261124T080000Z");
    let network = server()
        .on_answers(
            "PROPFIND /remote.php/dav/calendars",
            [homes(&[calendar("ill", "VEVENT", ""), calendar("well", "VEVENT", "")])],
        )
        .on_answers("REPORT /remote.php/dav/calendars/camille/ill/", [answer(500, &[], "")])
        .on_answers(
            "REPORT /remote.php/dav/calendars/camille/well/",
            [multistatus(&[object(1, &event)]), multistatus(&[])],
        );
    let content = load(&network, "agenda").await;
    assert_eq!((content.items.len(), notices(&content), at_least(&content)), (1, vec!["kit-missing"], true));
    // All of them: an error.
    let network = server()
        .on_answers("PROPFIND /remote.php/dav/calendars", [homes(&[calendar("ill", "VEVENT", "")])])
        .on_answers("REPORT /remote.php/dav/calendars", [answer(500, &[], "")]);
    assert_eq!(Desk::new(&network).load("agenda").await.unwrap_err().kind(), ErrorKind::Unreachable);
}

/// A character that XML forbids, in one text of one object.
#[tokio::test]
async fn one_forbidden_character_hides_nothing() {
    let event = component("VEVENT", "UID:a\nSUMMARY:R\u{1}éunion&#2;\nDTSTART:20261124T080000Z");
    let object = object(1, &event).replace("&amp;#2;", "&#2;");
    let network = server()
        .on_answers("PROPFIND /remote.php/dav/calendars", [homes(&[calendar("agenda", "VEVENT", "")])])
        .on_answers("REPORT /remote.php/dav/calendars", [multistatus(&[object]), multistatus(&[])]);
    let content = load(&network, "agenda").await;
    assert_eq!(content.items[0].title, Text::Plain("Réunion".to_owned()));
}

fn boards(cards: &str) -> Arc<Network> {
    server()
        .on_answers(
            "PROPFIND /remote.php/dav/calendars",
            [homes(&[calendar("tasks", "VTODO", ""), calendar("app-generated--deck--board-1", "VTODO", "")])],
        )
        .on_answers("GET /ocs/v2.php/apps/deck", [ocs(cards)])
}

/// A card whose deadline cannot be read is no card without a deadline.
#[tokio::test]
async fn a_card_with_an_unreadable_deadline_is_counted_as_unreadable() {
    let card = |id: u64, due: &str| {
        format!(r#"{{"id":{id},"title":"Carte","duedate":{due},"done":null,"archived":false,"boardId":1}}"#)
    };
    let odd = r#"{"date":"2026-11-20 16:00:00","timezone":"UTC"}"#;
    let cards = format!(r#"{{"overdue":[{},{}]}}"#, card(1, odd), card(2, "\"2026-11-20T16:00:00+00:00\""));
    let network = boards(&cards).on_answers("REPORT /remote.php/dav/calendars", [multistatus(&[])]);
    let content = load(&network, "tasks").await;
    assert_eq!(
        counts(&content),
        [("tasks_overdue", 0), ("tasks_open", 0), ("deck_due", 1)].map(|(key, n)| (key.to_owned(), n))
    );
    assert_eq!((notices(&content), at_least(&content)), (vec!["kit-unreadable"], true));
}

/// Where no list could be read, "at least 0 tasks" would be taken for none; and what Deck cannot say hides no task.
#[tokio::test]
async fn what_could_not_be_read_is_not_counted_as_nothing() {
    let network =
        boards(r#"{"overdue":[]}"#).on_answers("REPORT /remote.php/dav/calendars", [answer(500, &[], "")]);
    let content = load(&network, "tasks").await;
    assert_eq!(counts(&content), [("deck_due".to_owned(), 0)]);
    assert_eq!(notices(&content), ["kit-missing"]);

    let network = Network::new()
        .on_answers("GET /ocs/v2.php/cloud/capabilities", [answer(500, &[], "")])
        .on_answers(
            "PROPFIND /remote.php/dav/calendars",
            [homes(&[calendar("tasks", "VTODO", ""), calendar("app-generated--deck--board-1", "VTODO", "")])],
        )
        .on_answers(
            "REPORT /remote.php/dav/calendars",
            [multistatus(&[object(1, &component("VTODO", "UID:a\nSUMMARY:Tâche"))])],
        );
    let content = load(&network, "tasks").await;
    assert_eq!((content.items.len(), notices(&content), at_least(&content)), (1, vec!["kit-missing"], true));
}

/// A resource that the server could not give, and a list that it cut short, are said.
#[tokio::test]
async fn a_resource_with_a_status_of_its_own_is_counted_as_unreadable() {
    let failed = |status: &str| {
        format!(
            "<d:response><d:href>/remote.php/dav/calendars/camille/x/2.ics</d:href><d:status>HTTP/1.1 {status}</d:status></d:response>"
        )
    };
    for status in ["404 Not Found", "507 Insufficient Storage"] {
        let task = object(1, &component("VTODO", "UID:a\nSUMMARY:Tâche"));
        let network = server()
            .on_answers("PROPFIND /remote.php/dav/calendars", [homes(&[calendar("tasks", "VTODO", "")])])
            .on_answers("REPORT /remote.php/dav/calendars", [multistatus(&[task, failed(status)])]);
        let content = load(&network, "tasks").await;
        assert_eq!(
            (content.items.len(), notices(&content), at_least(&content)),
            (1, vec!["kit-unreadable"], true)
        );
    }
}
