//! What people read and do.

use crate::support::{Town, amount, config, count, keys};
use chrono::{DateTime, NaiveDate, Utc};
use http::{Request, StatusCode};
use pleiade_connectors::zimbra::{Calendars, Ui, ZimbraAuthMethod};
use pleiade_core::{
    Action, ActionId, ActionOutcome, Amount, ConnectorId, Deadline, ErrorKind, Limits, Meetings, Message,
    OpenedAddress, Text, Transport as _, item::EventTime, place::path_below,
};
use pleiade_testkit::{
    RouterTransport, Simulator as _, TestClock, Zimbra,
    people::{ADMINISTRATOR, BERNARD, CAMILLE, SINEAD},
    zimbra::CONFERENCE_HOST,
};
use url::Url;

fn title(item: &pleiade_core::Item) -> &str {
    match &item.title {
        Text::Plain(text) => text,
        Text::Message(message) => message.key(),
    }
}

#[tokio::test(start_paused = true)]
async fn mail_counts_the_inbox_and_lists_what_is_unread() {
    let town = Town::new();
    let mail = town.load("mail", &CAMILLE).await.unwrap();
    assert_eq!((count(&mail, "unread_mail"), count(&mail, "unread_total")), (5, 6));
    assert_eq!(amount(&mail, "quota_used_pct"), Amount::Percent(82.0));
    assert_eq!(mail.items.len(), 5);
    assert!(!mail.more && mail.notices.is_empty());
    let first = &mail.items[0];
    assert!(title(first).starts_with("Permis de construire PC 099 001 26 00012"));
    assert_eq!(first.status.as_ref().unwrap().key(), "zimbra-mail-attachment");
    assert_eq!(first.when, Some(EventTime::At(TestClock::sample_now() - chrono::Duration::minutes(12))));
    let link = first.link.as_ref().unwrap().as_str();
    assert!(link.starts_with("https://mail.ville.example/modern/email/Inbox/conversation/-"), "{link}");
    let unlimited = town.load("mail", &ADMINISTRATOR).await.unwrap();
    assert!(unlimited.indicators.iter().all(|indicator| indicator.key.as_str() != "quota_used_pct"));
}

#[tokio::test(start_paused = true)]
async fn a_conversation_marked_read_leaves_the_list() {
    let town = Town::new();
    let before = town.load("mail", &CAMILLE).await.unwrap();
    let action = before.items[0].actions.iter().find(|action| action.id.as_str() == "mark-read").unwrap();
    let done = town.act(&CAMILLE, "mark-read", &action.target).await.unwrap();
    let ActionOutcome::Undoable { undo, .. } = done else { panic!("{done:?}") };
    let after = town.load("mail", &CAMILLE).await.unwrap();
    assert_eq!(count(&after, "unread_mail"), 4);
    assert_eq!(after.items[0].id, before.items[1].id);
    let undone = town.act(&CAMILLE, undo.id.as_str(), &undo.target).await.unwrap();
    assert!(matches!(undone, ActionOutcome::Done(_)));
    let again = town.load("mail", &CAMILLE).await.unwrap();
    assert_eq!((count(&again, "unread_mail"), &again.items[0].id), (5, &before.items[0].id));
    let absent = town.act(&CAMILLE, "mark-read", "999999").await.unwrap_err();
    assert_eq!(absent.kind(), ErrorKind::NotFound);
    for wrong in ["", "257,258", "x"] {
        assert_eq!(town.act(&CAMILLE, "mark-read", wrong).await.unwrap_err().kind(), ErrorKind::NotFound);
    }
}

#[tokio::test(start_paused = true)]
async fn the_agenda_is_today_s_and_looks_ahead_for_the_rest() {
    let mut config = config(keys());
    config.conference_hosts = vec![CONFERENCE_HOST.to_owned()];
    let town = Town::with(config);
    let agenda = town.load("agenda", &CAMILLE).await.unwrap();
    let titles: Vec<_> = agenda.items.iter().map(title).collect();
    assert_eq!(
        titles,
        [
            "Point hebdomadaire urbanisme",
            "Visite de chantier",
            "Comité de pilotage du PLUi",
            "Rendez-vous M. et Mme Kerbrat"
        ]
    );
    assert_eq!(agenda.items[1].status.as_ref().unwrap().key(), "zimbra-status-cancelled");
    assert_eq!(count(&agenda, "meetings_today"), 3);
    assert_eq!(count(&agenda, "pending_invites"), 2, "one today, one in two days");
    // 10:00 in Paris.
    assert_eq!(amount(&agenda, "next_meeting"), Amount::Instant("2026-03-12T09:00:00Z".parse().unwrap()));
    let join = agenda.items[2].actions.first().unwrap();
    assert_eq!(join.link.as_ref().unwrap().host_str(), Some(CONFERENCE_HOST));
    assert_eq!(agenda.items[2].detail, Some(Text::Plain("Marc Roussel".into())));

    let elsewhere = Town::new().load("agenda", &CAMILLE).await.unwrap();
    assert!(elsewhere.items.iter().all(|item| item.actions.is_empty()), "no host is known by default");
}

/// The meetings of an application that is declared beside are known without naming its host again.
#[tokio::test(start_paused = true)]
async fn a_meeting_of_another_application_is_joined_through_it() {
    let town = Town::new();
    let place: Url = format!("https://{CONFERENCE_HOST}/").parse().unwrap();
    let held = Meetings::new(move |url| {
        let room = path_below(url, &place)?;
        let join = Action::opening(ActionId::from_static("enter"), Message::new("visio-join"), room);
        Some(join.by(ConnectorId::from_static("visio")))
    });
    let agenda = town.load_as("agenda", &town.context(&CAMILLE).with_meetings(held)).await.unwrap();
    let join = agenda.items[2].actions.first().unwrap();
    assert!(join.opens && join.link.is_none() && !join.target.is_empty());
    assert_eq!(join.by, Some(ConnectorId::from_static("visio")));
    assert_eq!(join.label.key(), "zimbra-action-join");
    let meetings: Vec<_> = agenda.events.iter().filter_map(|event| event.meeting.as_ref()).collect();
    assert!(!meetings.is_empty() && meetings.iter().all(|url| url.host_str() == Some(CONFERENCE_HOST)));
}

#[tokio::test(start_paused = true)]
async fn the_day_has_the_length_that_clocks_give_it() {
    // The night before, the clocks of Paris went from two to three.
    let now: DateTime<Utc> = "2026-03-29T06:00:00Z".parse().unwrap();
    let town = Town::on(config(keys()), now);
    let agenda = town.load("agenda", &CAMILLE).await.unwrap();
    // 10:00 in Paris is now 8:00 UTC.
    assert_eq!(amount(&agenda, "next_meeting"), Amount::Instant("2026-03-29T08:00:00Z".parse().unwrap()));
    let body = String::from_utf8(town.transport.take().pop().unwrap().body.to_vec()).unwrap();
    let from = "2026-03-28T23:00:00Z".parse::<DateTime<Utc>>().unwrap().timestamp_millis();
    assert!(body.contains(&format!("\"calExpandInstStart\":{from}")), "{body}");
}

#[tokio::test(start_paused = true)]
async fn shown_calendars_cost_one_more_call() {
    let mut config = config(keys());
    config.calendars = Calendars::Shown;
    let town = Town::with(config);
    assert_eq!(count(&town.load("agenda", &SINEAD).await.unwrap(), "meetings_today"), 2);
    assert_eq!(town.transport.requests().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn tasks_wait_with_their_deadlines() {
    let town = Town::new();
    let tasks = town.load("tasks", &CAMILLE).await.unwrap();
    assert_eq!((count(&tasks, "tasks_open"), count(&tasks, "tasks_overdue")), (4, 1));
    assert!(tasks.items.iter().all(|item| item.task.is_some()));
    let first = &tasks.items[0];
    assert_eq!(first.deadline, NaiveDate::from_ymd_opt(2026, 3, 10).map(Deadline::Day));
    assert_eq!(first.status.as_ref().unwrap().key(), "zimbra-task-overdue");
    assert_eq!(
        tasks.items[1].deadline,
        NaiveDate::from_ymd_opt(2026, 3, 12).map(Deadline::Day),
        "due today is not late"
    );
    assert_eq!(tasks.items[3].deadline, None);
}

#[tokio::test(start_paused = true)]
async fn a_task_is_added_with_or_without_a_day() {
    let town = Town::new();
    town.act(&BERNARD, "add-task", "2026-03-20 Relire la délibération").await.unwrap();
    town.act(&BERNARD, "add-task", "  Rappeler\nla préfecture ").await.unwrap();
    assert_eq!(town.act(&BERNARD, "add-task", " \t").await.unwrap_err().kind(), ErrorKind::NotFound);
    let tasks = town.load("tasks", &BERNARD).await.unwrap();
    let added: Vec<_> = tasks.items.iter().map(|item| (title(item), item.deadline)).collect();
    assert!(
        added.contains(&("Relire la délibération", NaiveDate::from_ymd_opt(2026, 3, 20).map(Deadline::Day)))
    );
    assert!(added.contains(&("Rappeler la préfecture", None)));
    assert_eq!(town.server.tasks("cdurand").len(), 5, "nobody else's list grew");
}

/// Follows the address that a browser is given.
async fn follow(server: &Zimbra, url: &Url) -> (StatusCode, Option<String>, bool) {
    let request = Request::get(url.as_str()).body(bytes::Bytes::new()).unwrap();
    let answer = RouterTransport::new(server.router()).send(request, Limits::default()).await.unwrap();
    let location = answer.headers().get(http::header::LOCATION).map(|text| text.to_str().unwrap().to_owned());
    (answer.status(), location, answer.headers().contains_key(http::header::SET_COOKIE))
}

#[tokio::test(start_paused = true)]
async fn the_webmail_opens_signed_in() {
    let mut config = config(keys());
    config.ui = Ui::Classic;
    let town = Town::with(config);
    let open = async |target: &str| match town.act(&CAMILLE, "open-webmail", target).await.unwrap() {
        ActionOutcome::Continue(address) => address.expose().clone(),
        other => panic!("{other:?}"),
    };
    let inbox = open("").await;
    assert_eq!(follow(&town.server, &inbox).await, (StatusCode::FOUND, Some("/zimbra/mail".into()), true));
    let calendar = open("calendar").await;
    let page = "/zimbra/?app=calendar&view=day&date=20260312".to_owned();
    assert_eq!(follow(&town.server, &calendar).await, (StatusCode::FOUND, Some(page), true));
    assert_eq!(town.server.sign_ins(), 0, "no session of the portal is needed");

    // An address is good for five minutes, and Zimbra may allow no other page than its own.
    town.server.set_allowed_redirect(None);
    assert_eq!(follow(&town.server, &open("calendar").await).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(follow(&town.server, &open("mail").await).await.0, StatusCode::FOUND);
    tokio::time::advance(std::time::Duration::from_secs(301)).await;
    assert_eq!(follow(&town.server, &inbox).await, (StatusCode::BAD_REQUEST, None, false));
    let wrong = town.act(&CAMILLE, "open-webmail", "https://elsewhere.example/").await.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn without_a_key_the_webmail_opens_as_it_is() {
    let town = Town::with(config(ZimbraAuthMethod::Linked));
    let cx = town.linked(&CAMILLE, &Zimbra::password(&CAMILLE.mail()));
    let request =
        pleiade_core::ActionRequest::new(pleiade_core::ActionId::new("open-webmail").unwrap(), "mail");
    let outcome = pleiade_core::Connector::perform(&town.connector, &cx, &request).await.unwrap();
    assert_eq!(
        outcome,
        ActionOutcome::Continue(OpenedAddress::new(
            "https://mail.ville.example/modern/email/Inbox".parse().unwrap()
        ))
    );
}
