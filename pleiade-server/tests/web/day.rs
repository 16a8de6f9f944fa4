//! The day of a person at the head of their desk, whatever their calendars do.

use crate::{
    html::Html,
    support::{ALPHA, Browser, Fake, Outcome, Setup, Stream, World, content},
};
use pleiade_core::{ErrorKind, Event, EventStatus, EventTime, Text, WidgetContent};
use std::{sync::Arc, time::Duration};

/// The tests begin on 12 March 2026, at 9:30 in Paris.
fn event(title: &str, start: &str, end: &str) -> Event {
    let at = |time: &str| format!("2026-03-12T{time}:00+01:00").parse().unwrap();
    Event::new(Text::plain(title), EventTime::Between(at(start), at(end)))
}

fn calendar(events: impl IntoIterator<Item = Event>) -> WidgetContent {
    let mut calendar = content(1, &[]);
    calendar.events.extend(events);
    calendar
}

fn council() -> Event {
    let mut council = event("Conseil municipal", "18:30", "20:30");
    council.uid = Some("conseil@alpha.example".to_owned());
    council
}

async fn world(alpha: Vec<Arc<Fake>>) -> (World, Browser) {
    let world = World::with(Setup { alpha, ..Setup::default() }).await;
    let clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    (world, clerk)
}

async fn desk(clerk: &mut Browser, lang: &str) -> Html {
    clerk.set("pleiade-look", &format!("{lang}.auto"));
    let page = clerk.get("/").await.page();
    page.check_page(lang);
    page
}

#[tokio::test]
async fn the_calendars_of_a_person_are_one_day() {
    let mut invited = council();
    invited.status = EventStatus::Unanswered;
    let mut placed = council();
    placed.place = Some(Text::plain("Salle du conseil"));
    placed.meeting = Some("https://visio.alpha.example/conseil".parse().unwrap());
    let mut off = event("Visite de chantier", "11:00", "12:00");
    off.status = EventStatus::Cancelled;
    off.meeting = Some("https://visio.alpha.example/visite".parse().unwrap());
    let (_, mut clerk) = world(vec![
        Fake::new(
            "agenda-mail",
            Outcome::Gives(calendar([invited, event("Point hebdomadaire", "08:00", "08:45")])),
        ),
        Fake::new("agenda-cloud", Outcome::Gives(calendar([placed, off]))),
    ])
    .await;
    let page = desk(&mut clerk, "fr").await;
    let words = page.id("day").words();
    assert_eq!(
        words.matches("Conseil municipal").count() - words.matches("Rejoindre Conseil municipal").count(),
        1,
        "{words}"
    );
    // In the order of time, with what each calendar knows.
    let order = [
        "Point hebdomadaire",
        "Maintenant, 9 h",
        "Visite de chantier",
        "Annulé",
        "Conseil municipal",
        "18 h 30 – 20 h 30 · Salle du conseil",
        "Rejoindre",
    ];
    let words = words.replace('\u{a0}', " ");
    let places: Vec<_> =
        order.iter().map(|part| words.find(part).unwrap_or_else(|| panic!("{part} in {words}"))).collect();
    assert!(places.is_sorted(), "{words}");
    assert!(words.contains("Appli agenda-mail, Appli agenda-cloud"), "whose calendars they are: {words}");
    // Who has answered in one calendar owes no answer in the other; what does not take place is not joined.
    assert!(!words.contains("Réponse attendue"), "{words}");
    let joined: Vec<_> = page
        .elements
        .iter()
        .filter_map(|element| element.get("href"))
        .filter(|href| href.contains("visio.alpha"))
        .collect();
    assert_eq!(joined, ["https://visio.alpha.example/conseil"]);
    assert!(desk(&mut clerk, "en").await.id("day").words().contains("Join Conseil municipal"));
}

#[tokio::test]
async fn a_calendar_that_is_absent_is_named_and_its_events_stay() {
    let mail = Fake::new("agenda-mail", Outcome::Gives(calendar([council()])));
    let (world, mut clerk) =
        world(vec![mail.clone(), Fake::new("agenda-cloud", Outcome::Gives(calendar([])))]).await;
    mail.card.will(Outcome::Fails(ErrorKind::Unreachable));
    world.clock.advance(Duration::from_secs(1000));
    world.read_cards(&clerk).await;
    let words = desk(&mut clerk, "fr").await.id("day").words();
    assert!(
        words.contains("Conseil municipal") && words.contains("Appli agenda-mail : pas de réponse"),
        "{words}"
    );
}

#[tokio::test]
async fn that_nothing_is_on_is_said_once_every_calendar_has_answered() {
    let empty = || Outcome::Gives(calendar([]));
    let (_, mut clerk) =
        world(vec![Fake::new("agenda-mail", empty()), Fake::new("agenda-cloud", empty())]).await;
    assert!(desk(&mut clerk, "fr").await.id("day").words().contains("Rien à l’agenda aujourd’hui."));

    let (_, mut clerk) = world(vec![
        Fake::new("agenda-mail", empty()),
        Fake::new("agenda-cloud", Outcome::Fails(ErrorKind::Unreachable)),
    ])
    .await;
    let words = desk(&mut clerk, "fr").await.id("day").words();
    assert!(
        words.contains("Rien de connu à l’agenda") && words.contains("Appli agenda-cloud : pas de réponse"),
        "{words}"
    );

    // A calendar of which a part could not be read is not empty.
    let mut partial = calendar([]);
    for indicator in &mut partial.indicators {
        *indicator = indicator.clone().at_least(true);
    }
    let (_, mut clerk) = world(vec![Fake::new("agenda-mail", Outcome::Gives(partial))]).await;
    let words = desk(&mut clerk, "fr").await.id("day").words();
    assert!(
        words.contains("Rien de connu à l’agenda") && words.contains("Une partie des agendas"),
        "{words}"
    );

    // Who is connected to no second calendar misses nothing in it.
    let (_, mut clerk) = world(vec![
        Fake::new("agenda-mail", empty()),
        Fake::new("agenda-cloud", Outcome::Fails(ErrorKind::NotLinked)),
    ])
    .await;
    let words = desk(&mut clerk, "fr").await.id("day").words();
    assert!(words.contains("Rien à l’agenda aujourd’hui.") && !words.contains("pas de réponse"), "{words}");
}

#[tokio::test]
async fn a_calendar_that_has_not_answered_yet_fills_the_day_later() {
    let mail = Fake::new("agenda-mail", Outcome::Hangs);
    let setup = Setup { alpha: vec![mail.clone()], ..Setup::default() };
    let world = World::with(setup).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let page = desk(&mut clerk, "fr").await;
    assert_eq!(page.id("day").get("aria-busy"), Some("true"));
    assert!(page.id("day").words().contains("Chargement"));
}

#[tokio::test]
async fn the_stream_sends_the_day_when_it_changes() {
    let mail = Fake::new("agenda-mail", Outcome::Gives(calendar([])));
    let (world, mut clerk) = world(vec![mail.clone()]).await;
    let page = clerk.get("/").await.page();
    let address = page.elements.iter().find_map(|element| element.get("data-events")).unwrap().to_owned();
    mail.card.will(Outcome::Gives(calendar([council()])));
    world.clock.advance(Duration::from_secs(1000));
    let mut stream = Stream::new(clerk.open(&address).await);
    loop {
        let day = stream.until("day").await;
        if day.html().id("day").words().contains("Conseil municipal") {
            return;
        }
    }
}

#[tokio::test]
async fn who_has_no_calendar_has_no_day() {
    let (_, mut clerk) = world(vec![Fake::new("courriel", Outcome::Gives(content(1, &[])))]).await;
    let page = desk(&mut clerk, "fr").await;
    assert!(!page.elements.iter().any(|element| element.get("id") == Some("day")));
}

#[tokio::test]
async fn a_day_of_night_and_of_odd_events_is_drawn_whole() {
    let mut endless = event("Astreinte", "00:00", "23:59");
    endless.when =
        EventTime::Between("2026-03-10T00:00:00Z".parse().unwrap(), "2026-04-10T00:00:00Z".parse().unwrap());
    let backwards = event("À l’envers", "10:00", "09:00");
    let day = "2026-03-12".parse().unwrap();
    let mut off = Event::new(Text::plain("Stage"), EventTime::Days(day, day));
    off.status = EventStatus::Cancelled;
    let late = event("Tard", "23:50", "23:55");
    let (_, mut clerk) =
        world(vec![Fake::new("agenda-mail", Outcome::Gives(calendar([endless, backwards, late, off])))])
            .await;
    let page = desk(&mut clerk, "fr").await;
    for (title, class) in [("Astreinte", "q0 w96"), ("Tard", "q95 w1"), ("Stage", "whole off")] {
        let slot = page.elements.iter().find(|element| {
            element.words().contains(title)
                && element.get("class").is_some_and(|class| class.starts_with("slot"))
        });
        let found = slot.unwrap_or_else(|| panic!("{title}")).get("class").unwrap();
        assert!(found.contains(class), "{title}: {found}");
    }
    assert!(page.id("day").words().contains("À l’envers"));
}
