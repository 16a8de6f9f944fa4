//! Each parser on a recorded answer.

use crate::support::{Network, bearer, client, ocs};
use chrono::{DateTime, Utc};
use pleiade_connectors::nextcloud::client::{Capabilities, Notifications};
use pleiade_core::{EventTime, Locale};

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[tokio::test]
async fn account_and_capabilities() {
    let network = Network::new()
        .on("GET /ocs/v2.php/cloud/user", "nextcloud-31/user.http")
        .on("GET /ocs/v2.php/cloud/capabilities", "nextcloud-31/capabilities.http");
    let (client, access) = (client(&network), bearer());
    let session = client.session(&access, Locale::Fr);
    let user = session.user().await.unwrap();
    assert_eq!((user.id.as_str(), user.email.as_deref()), ("camille", None));
    assert_eq!(user.quota.unwrap().percent(), None, "an unlimited space has no share used");
    let (capabilities, etag) = session.capabilities(None).await.unwrap().unwrap();
    assert_eq!(etag.as_deref(), Some("\"d9b009c2e8578b0abc065dd83073af8f\""));
    let Capabilities { version, notifications, talk, shares, user_status, deck, brute_force_delay, .. } =
        capabilities;
    assert_eq!(version, "31.0.8");
    assert!(notifications && talk && shares && user_status && !deck);
    assert_eq!(brute_force_delay, 0);
}

#[tokio::test]
async fn notifications() {
    let network = Network::new()
        .on("GET /ocs/v2.php/apps/notifications/api/v2/notifications", "nextcloud-31/notifications.http");
    let (client, access) = (client(&network), bearer());
    let read = client.session(&access, Locale::Fr).notifications(None).await.unwrap();
    let Notifications::List { list, etag, presence } = read else { panic!("{read:?}") };
    assert_eq!(etag.as_deref(), Some("\"35dba5d75538a9bbe0b4da4422759a0e\""));
    assert_eq!(presence.as_deref(), Some("online"));
    let [only] = &list[..] else { panic!("{list:?}") };
    assert_eq!((only.id, only.app.as_str()), (1, "spreed"));
    assert_eq!(only.datetime, Some(utc("2026-11-23T18:13:09Z")));
    assert_eq!(only.subject, "Bernard Élu mentioned you in a private conversation");
    assert_eq!(only.message, "Bonjour @camille, la délibération est prête");
}

#[tokio::test]
async fn conversations_are_filtered() {
    let network =
        Network::new().on("GET /ocs/v2.php/apps/spreed/api/v4/room", "nextcloud-31/talk-rooms.http");
    let (client, access) = (client(&network), bearer());
    let rooms = client.session(&access, Locale::Fr).rooms().await.unwrap();
    assert_eq!(
        rooms.iter().map(|room| room.unread_messages).sum::<u64>(),
        64,
        "what a naive badge would show"
    );
    let waiting: Vec<_> = rooms.iter().filter(|room| room.waits()).collect();
    let [room] = waiting.as_slice() else { panic!("{waiting:?}") };
    assert_eq!((room.token.as_str(), room.unread_messages, room.unread_mention), ("s5fcxs3m", 1, true));
    let message = room.last_message.as_ref().unwrap();
    assert_eq!(message.text(), "Bonjour camille, la délibération est prête");
    assert_eq!(room.last_activity(), Some(utc("2026-11-23T18:13:09Z")));
}

#[tokio::test]
async fn files() {
    let network = Network::new()
        .on("SEARCH /remote.php/dav/", "nextcloud-31/webdav-search-recent.http")
        .on("REPORT /remote.php/dav/files/camille/", "nextcloud-31/webdav-favorites.http");
    let (client, access) = (client(&network), bearer());
    let session = client.session(&access, Locale::Fr);
    let recent = session.recent_files("camille", 5).await.unwrap();
    assert_eq!(recent.len(), 5);
    assert_eq!((recent[0].id, recent[0].name.as_str()), (191, "Délib 2026-11.md"));
    assert_eq!(recent[0].folder, "Délibérations", "whatever the case of the percent-encoding");
    assert_eq!(recent[0].modified, Some(utc("2026-11-23T18:14:18Z")));
    assert_eq!(
        recent.iter().map(|file| file.favourite).collect::<Vec<_>>(),
        [false, true, false, false, false]
    );
    let favourites = session.favourite_files("camille").await.unwrap();
    let [favourite] = &favourites[..] else { panic!("{favourites:?}") };
    assert_eq!((favourite.id, favourite.folder.as_str(), favourite.favourite), (189, "", true));
}

#[tokio::test]
async fn calendars_and_expanded_events() {
    let network = Network::new()
        .on("PROPFIND /remote.php/dav/calendars/camille/", "nextcloud-31/caldav-homes.http")
        .on("REPORT /remote.php/dav/calendars/camille/personal/", "nextcloud-31/caldav-report-expanded.http");
    let (client, access) = (client(&network), bearer());
    let session = client.session(&access, Locale::Fr);
    let calendars = session.calendars("camille").await.unwrap();
    let [personal] = &calendars[..] else { panic!("{calendars:?}") };
    assert_eq!((personal.slug.as_str(), personal.name.as_str()), ("personal", "Personal"));
    assert!(personal.events && !personal.tasks && personal.enabled);
    let span = (utc("2026-11-01T00:00:00Z"), utc("2026-12-01T00:00:00Z"));
    let events = session.events("camille", "personal", span, chrono_tz::Europe::Paris).await.unwrap();
    let starts: Vec<EventTime> = events.iter().map(|event| event.when).collect();
    let meeting = |day| {
        EventTime::Between(utc(&format!("2026-11-{day}T17:00:00Z")), utc(&format!("2026-11-{day}T19:00:00Z")))
    };
    assert_eq!(starts, [meeting("02"), meeting("09"), meeting("23"), meeting("30")]);
    assert_eq!(
        (events[0].summary.as_str(), events[0].location.as_str()),
        ("Bureau municipal", "Salle du conseil")
    );
}

#[tokio::test]
async fn task_lists_and_tasks() {
    let network = Network::new()
        .on("PROPFIND /remote.php/dav/calendars/camille/", "nextcloud-specified/caldav-homes-tasks.http")
        .on("REPORT /remote.php/dav/calendars/camille/t%C3%A2ches/", "nextcloud-specified/caldav-tasks.http");
    let (client, access) = (client(&network), bearer());
    let session = client.session(&access, Locale::Fr);
    let lists = session.calendars("camille").await.unwrap();
    let shown: Vec<_> =
        lists.iter().map(|list| (list.slug.as_str(), list.tasks, list.enabled, list.subscribed)).collect();
    assert_eq!(
        shown,
        [
            ("tâches", true, true, false),
            ("cachee", true, false, false),
            ("feries", true, true, true),
            ("vacances", true, true, true)
        ]
    );
    let tasks = session.tasks("camille", "tâches", chrono_tz::Europe::Paris).await.unwrap();
    assert_eq!(tasks.iter().map(|task| task.due.is_some()).collect::<Vec<_>>(), [true, false, true]);
}

#[tokio::test]
async fn deck_and_shares() {
    let network = Network::new()
        .on("GET /ocs/v2.php/apps/deck/api/v1.0/overview/upcoming", "nextcloud-specified/deck-upcoming.http")
        .on(
            "GET /ocs/v2.php/apps/files_sharing/api/v1/shares/pending",
            "nextcloud-specified/shares-pending.http",
        )
        .on("GET /ocs/v2.php/apps/files_sharing/api/v1/shares?", "nextcloud-specified/shares-received.http")
        .on(
            "GET /ocs/v2.php/apps/files_sharing/api/v1/remote_shares/pending",
            "nextcloud-specified/remote-shares-pending.http",
        );
    let (client, access) = (client(&network), bearer());
    let session = client.session(&access, Locale::Fr);
    let upcoming = session.deck_upcoming().await.unwrap();
    let mut due: Vec<u64> = upcoming.due().iter().map(|card| card.id).collect();
    due.sort_unstable();
    assert_eq!(due, [12, 13, 15], "neither done nor without a date");
    let received = session.shares_received().await.unwrap();
    assert_eq!(
        received.iter().map(|share| share.name()).collect::<Vec<_>>(),
        ["Budget 2027.ods", "Novembre"]
    );
    assert_eq!(session.shares_pending().await.unwrap()[0].id, 60);
    assert_eq!(session.remote_shares_pending().await.unwrap()[0].name, "/Plan local d'urbanisme");
}

#[tokio::test]
async fn an_empty_object_may_be_written_as_a_list() {
    let network = Network::new().on_answers("GET /ocs/v2.php/apps/deck", [ocs("[]")]).on_answers(
        "GET /ocs/v2.php/apps/spreed",
        [ocs(r#"[{"token":"abc","type":2,"displayName":"Vide","unreadMessages":0,"lastMessage":[]}]"#)],
    );
    let (client, access) = (client(&network), bearer());
    let session = client.session(&access, Locale::Fr);
    assert!(session.deck_upcoming().await.unwrap().due().is_empty());
    assert!(session.rooms().await.unwrap()[0].last_message.is_none());
}

#[tokio::test]
async fn a_conversation_whose_number_is_none_is_left_out_and_counted() {
    let room =
        |unread: &str| format!(r#"{{"token":"abc","type":2,"displayName":"x","unreadMessages":{unread}}}"#);
    let network = Network::new().on_answers(
        "GET /ocs/v2.php/apps/spreed",
        [ocs(&format!("[{},{}]", room(r#""beaucoup""#), room("3")))],
    );
    let (client, access) = (client(&network), bearer());
    let rooms = client.session(&access, Locale::Fr).rooms().await.unwrap();
    assert_eq!((rooms.len(), rooms[0].unread_messages, rooms.unreadable), (1, 3, 1));
}
