//! « Qu'est-ce qui m'attend ? » in sentences, and the deadlines as a calendar whose address is its key.

use crate::support::{ALPHA, BETA, Browser, Fake, OPERATOR, Outcome, Setup, World, content, tenant_id};
use axum::http::StatusCode;
use chrono::NaiveDate;
use pleiade_core::{Deadline, ErrorKind, TaskKind, WidgetContent};
use pleiade_server::audit::AuditEvent;
use pleiade_server::storage::AuditQuery;
use std::{sync::Arc, time::Duration};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Tasks, each with its kind and its deadline. It is 12 March 2026.
fn tasks(lines: &[(&str, TaskKind, Option<&str>)]) -> WidgetContent {
    let titles: Vec<&str> = lines.iter().map(|(title, ..)| *title).collect();
    let mut content = content(0, &titles);
    for (item, (_, kind, due)) in content.items.iter_mut().zip(lines) {
        item.task = Some(pleiade_core::Task::new(*kind));
        item.deadline = due.map(|due| Deadline::Day(day(due)));
    }
    content
}

struct Town {
    world: World,
    parapheur: Arc<Fake>,
    acts: Arc<Fake>,
}

async fn town() -> Town {
    let parapheur = Fake::new(
        "parapheur",
        Outcome::Gives(tasks(&[
            ("Délibération 2026-112", TaskKind::Sign, Some("2026-03-10")),
            ("Arrêté n° 57", TaskKind::Sign, Some("2026-03-26")),
            ("Bail", TaskKind::Approve, None),
        ])),
    );
    let acts = Fake::new("tickets", Outcome::Gives(tasks(&[("Lampe", TaskKind::Do, Some("2026-04-24"))])));
    let alpha = vec![parapheur.clone(), acts.clone()];
    let beta = vec![Fake::new("beta-seul", Outcome::Gives(content(0, &[])))];
    Town { world: World::with(Setup { alpha, beta, ..Setup::default() }).await, parapheur, acts }
}

async fn said(browser: &mut Browser) -> String {
    browser.get("/briefing.txt").await.body.replace(['\u{a0}', '\u{202f}'], " ")
}

#[tokio::test]
async fn the_same_state_is_said_in_the_same_sentences_the_most_pressing_first() {
    let Town { world, acts, .. } = town().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    clerk.set("pleiade-look", "fr.auto");
    let before = said(&mut clerk).await;
    assert!(
        before.contains("n’ont pas encore toutes répondu") && !before.contains("Rien ne vous attend"),
        "{before}"
    );
    world.read_cards(&clerk).await;
    let told = said(&mut clerk).await;
    let expected = [
        "4 choses vous attendent. Une est en retard.",
        "En détail : 2 à signer, une à valider, une à faire.",
        "En retard depuis le mardi 10 mars : Délibération 2026-112.",
        "Avant la fin du jeudi 26 mars : Arrêté n° 57.",
        "Avant la fin du vendredi 24 avril : Lampe.",
    ];
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[0].starts_with("Nous sommes ") && lines.len() > expected.len(), "{told}");
    for (line, expected) in lines[1..].iter().zip(expected) {
        assert!(line.starts_with(expected), "{line}\n{expected}");
    }
    assert!(told.split_whitespace().count() < 90, "it is heard out in half a minute: {told}");
    assert_eq!(said(&mut clerk).await, told);
    let answer = clerk.get("/briefing").await;
    answer.page().check_page("fr");
    let page = answer.page().id("briefing").words().replace(['\u{a0}', '\u{202f}'], " ");
    for line in told.lines() {
        assert!(page.contains(line), "{line}: {page}");
    }
    // What does not answer is named.
    acts.card.will(Outcome::Fails(ErrorKind::Unreachable));
    world.clock.advance(Duration::from_secs(1000));
    world.read_cards(&clerk).await;
    assert!(said(&mut clerk).await.contains("Sans réponse utilisable : Appli tickets."));
    clerk.set("pleiade-look", "en.auto");
    clerk.get("/briefing").await.page().check_page("en");
    assert!(said(&mut clerk).await.contains("In detail: 2 to sign, one to approve"));
}

async fn open(browser: &mut Browser) -> String {
    let answer = browser.post("/briefing/calendar", &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    let address = answer.page().id("calendar-address").words();
    let path = address.split_once("/calendars/").unwrap().1.to_owned();
    assert!(address.starts_with("https://"), "{address}");
    assert!(!browser.get("/briefing").await.body.contains(&path), "it is told once");
    format!("/calendars/{path}")
}

#[tokio::test]
async fn a_calendar_shows_days_and_no_title_to_whoever_has_its_address() {
    let Town { world, parapheur, acts } = town().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let address = open(&mut clerk).await;
    world.read_cards(&clerk).await;
    // The first look learns that there is a calendar, the second one keeps what it shows.
    for _ in 0..2 {
        clerk.get("/briefing").await;
        world.quiet().await;
    }
    let mut program = world.browser(ALPHA);
    let read = program.get(&address).await;
    assert_eq!(
        (read.status, read.header("content-type")),
        (StatusCode::OK, Some("text/calendar; charset=utf-8"))
    );
    let text = read.body.replace("\r\n ", "").replace(['\u{a0}', '\u{202f}'], " ");
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 3, "what has no deadline is in no calendar: {text}");
    assert!(
        text.contains("DTSTART;VALUE=DATE:20260326\r\nSUMMARY:À signer : Appli parapheur\\, Ville d’Alpha"),
        "{text}"
    );
    for title in ["Arrêté", "Délibération", "Lampe", "Bail"] {
        assert!(!text.contains(title), "{title}: {text}");
    }
    assert!(read.body.split("\r\n").all(|line| line.len() <= 75), "{}", read.body);
    // Its person sees that it was read.
    let page = clerk.get("/briefing").await.body;
    assert!(page.contains("Dernière lecture"), "{page}");
    assert!(clerk.get("/profile/data.json").await.body.contains("\"deadline_calendar\":{"));
    // An application that falls silent ends no deadline; what is done does.
    acts.card.will(Outcome::Fails(ErrorKind::Unreachable));
    parapheur.card.will(Outcome::Gives(tasks(&[("Arrêté n° 57", TaskKind::Sign, Some("2026-03-27"))])));
    world.clock.advance(Duration::from_secs(1000));
    world.read_cards(&clerk).await;
    clerk.get("/briefing").await;
    world.quiet().await;
    let text = program.get(&address).await.body;
    assert!(text.contains("20260327") && !text.contains("20260326") && !text.contains("20260310"), "{text}");
    assert!(text.contains("20260424"), "what fell silent: {text}");
}

#[tokio::test]
async fn an_address_leads_nowhere_once_it_was_changed_or_closed_or_its_link_has_no_right_any_more() {
    let Town { world, .. } = town().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let status = async |path: &str, host: &str| world.browser(host).get(path).await.status;
    let first = open(&mut clerk).await;
    assert_eq!(status(&first, ALPHA).await, StatusCode::OK);
    let second = open(&mut clerk).await;
    assert_ne!(first, second);
    assert_eq!(status(&first, ALPHA).await, StatusCode::NOT_FOUND, "changed");
    world.read_cards(&clerk).await;
    for _ in 0..2 {
        clerk.get("/briefing").await;
        world.quiet().await;
    }
    let events = |host: &'static str| {
        let (world, second) = (&world, second.clone());
        async move { world.browser(host).get(&second).await.body.matches("BEGIN:VEVENT").count() }
    };
    assert_eq!(events(ALPHA).await, 3);
    for host in [OPERATOR, BETA] {
        assert_eq!(status(&second, host).await, StatusCode::NOT_FOUND, "it counts where it was made");
    }
    for wrong in ["/calendars/x", "/calendars/x.ics", &format!("/calendars/{}.ics", "A".repeat(43))] {
        assert_eq!(status(wrong, ALPHA).await, StatusCode::NOT_FOUND, "{wrong}");
    }
    // Whoever belongs to alpha no more has no deadline of alpha in a calendar, whoever holds the address.
    let beta = pleiade_core::Affiliation::new(tenant_id("beta"), pleiade_core::PersonKind::Agent);
    world.set_clerk_affiliations(&[beta]).await;
    assert_eq!(events(ALPHA).await, 0);
    let mut again = world.clerk_at(BETA).await;
    assert_eq!(again.post("/briefing/calendar/close", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(status(&second, ALPHA).await, StatusCode::NOT_FOUND, "closed");
    let query = AuditQuery { tenant: Some(tenant_id("alpha")), limit: 50, ..AuditQuery::default() };
    let lines = world.storage.audit(&query).await.unwrap();
    assert!(lines.iter().filter(|line| line.line.event == AuditEvent::CalendarOpened).count() == 2);
    assert!(
        !format!("{lines:?}").contains(second.trim_start_matches("/calendars/").trim_end_matches(".ics"))
    );
}
