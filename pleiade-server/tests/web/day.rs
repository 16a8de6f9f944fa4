//! The day of a person at the head of their desk, whatever their calendars do.

use crate::{
    html::Html,
    strangers::Log,
    support::{
        ALPHA, BETA, Browser, Fake, OPERATOR, Outcome, Setup, Stream, World, content, leads_to, somebody,
    },
};
use axum::http::{StatusCode, header};
use pleiade_core::{ErrorKind, Event, EventStatus, EventTime, Text, WidgetContent};
use std::{sync::Arc, time::Duration};

/// A token of whoever wrote an invitation.
const STORED: &str = "eyJ-sentinel-stored-51c2";
/// The token of whoever joins.
const MINTED: &str = "eyJ-sentinel-minted-93d7";
/// An invitation to a meeting of `visio`, and to one of another application.
const INVITATION: &str =
    "Salle 2, ou https://visio.apps.example/codir?jwt=eyJ-sentinel-stored-51c2 (https://teams.example/x)";
const JOIN: &str = "/actions/alpha/visio/open";

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
    for (title, class) in [("Astreinte", "q0 w96"), ("Tard", "q94 w2"), ("Stage", "whole off")] {
        let slot = page.elements.iter().find(|element| {
            element.words().contains(title)
                && element.get("class").is_some_and(|class| class.starts_with("slot"))
        });
        let found = slot.unwrap_or_else(|| panic!("{title}")).get("class").unwrap();
        assert!(found.contains(class), "{title}: {found}");
    }
    assert!(page.id("day").words().contains("À l’envers"));
}

/// An instance where the calendars of alpha and beta hold the invitation, alpha has `visio`, and beta `visio-beta`.
async fn world_with_meetings() -> (World, Arc<Fake>) {
    let visio = Fake::new("visio", Outcome::Gives(content(1, &[])));
    let address = format!("https://visio.apps.example/codir#jwt={MINTED}");
    *visio.answer.lock().unwrap() = Some(Ok(leads_to(&address)));
    let mail = Fake::new("agenda-mail", Outcome::Invites(INVITATION));
    let elsewhere = Fake::new("visio-beta", Outcome::Gives(content(1, &[])));
    let setup =
        Setup { alpha: vec![mail.clone(), visio.clone()], beta: vec![mail, elsewhere], ..Setup::default() };
    (World::with(setup).await, visio)
}

#[tokio::test]
async fn a_meeting_of_a_declared_application_is_joined_through_it_with_a_token_of_that_moment() {
    let log = Log::default();
    crate::strangers::several_subscribers();
    let lines = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    let _listening = tracing::subscriber::set_default(lines.with_writer(log.clone()).finish());
    let (world, visio) = world_with_meetings().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    let page = desk(&mut clerk, "fr").await;
    let join = page.elements.iter().find(|one| one.get("formaction") == Some(JOIN)).unwrap();
    assert_eq!(
        (join.get("form"), join.get("name"), join.get("value"), join.get("formtarget")),
        (Some("act"), Some("target"), Some("codir"), Some("_blank"))
    );
    assert!(join.words().starts_with("Rejoindre Conseil municipal"), "{}", join.words());
    assert!(page.elements.iter().all(|one| one.get("href") != Some("https://visio.apps.example/codir")));

    let joined = clerk.post(JOIN, &[("target", "codir")]).await;
    assert_eq!(joined.status, StatusCode::SEE_OTHER);
    assert_eq!(joined.location(), format!("https://visio.apps.example/codir#jwt={MINTED}"));
    assert_eq!(joined.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(joined.header("cache-control"), Some("no-store"));
    assert!(joined.headers[header::LOCATION].is_sensitive() && joined.body.is_empty());
    assert_eq!(visio.performed.lock().unwrap().len(), 1);

    // Neither token stands anywhere else.
    let mut seen = format!("{:?}", Stream::new(clerk.events().await).until("day").await.data);
    for path in ["/", "/tasks", "/profile/data"] {
        let page = clerk.get(path).await;
        seen.push_str(&format!("{:?} {}", page.headers, page.body));
    }
    assert!(seen.contains(JOIN) && log.count("") > 0, "the day and log lines were read");
    for token in [STORED, MINTED] {
        assert!(!seen.contains(token), "{seen}");
        assert_eq!(log.count(token), 0);
    }
}

#[tokio::test]
async fn a_meeting_is_joined_by_nobody_whom_its_application_does_not_let_in() {
    let (world, visio) = world_with_meetings().await;
    let form = [("target", "codir")];
    assert_eq!(world.browser(ALPHA).post(JOIN, &form).await.status, StatusCode::UNAUTHORIZED);
    let mut beta = world.clerk_at(BETA).await;
    for path in [JOIN, "/actions/beta/visio/open"] {
        assert_eq!(beta.post(path, &form).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(visio.performed.lock().unwrap().is_empty(), "the application was never asked");
    *visio.answer.lock().unwrap() = Some(Err(ErrorKind::Forbidden));
    let refused = world.clerk_at(ALPHA).await.post(JOIN, &form).await;
    assert_eq!(refused.told(), "/ action-failed");
}

/// What stands in a calendar is looked for in the applications of its own collectivité, and in those of no other.
#[tokio::test]
async fn a_calendar_knows_the_meetings_of_its_own_collectivite_alone() {
    let (world, _) = world_with_meetings().await;
    let mut clerk = world.clerk_at(BETA).await;
    world.read_cards(&clerk).await;
    let page = clerk.get("/").await;
    let words = page.page().id("day").words();
    assert!(words.contains("Conseil municipal") && !words.contains("Rejoindre"), "{words}");
    assert!(!page.body.contains("visio.apps.example/codir") && !page.body.contains("/visio/open"));

    // On the desk of somebody of both, a meeting that beta's calendar tells of is beta's, whomever they act for.
    let invited = Outcome::Invites("https://visio-beta.apps.example/bureau");
    let setup = Setup {
        alpha: vec![Fake::new("visio", Outcome::Gives(content(1, &[])))],
        beta: vec![
            Fake::new("agenda-beta", invited),
            Fake::new("visio-beta", Outcome::Gives(content(1, &[]))),
        ],
        ..Setup::default()
    };
    let world = World::with(setup).await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha", "beta"]));
    let mut jeanne = world.browser(OPERATOR);
    jeanne.sign_in_at("sso", "jeanne").await;
    for _ in 0..2 {
        jeanne.get("/").await;
        world.quiet().await;
    }
    let page = desk(&mut jeanne, "fr").await;
    let join = page.elements.iter().find(|one| one.get("value") == Some("bureau")).unwrap();
    assert_eq!(join.get("formaction"), Some("/actions/beta/visio-beta/open/ask"));
}

/// Where events stand on the ruler, which begins at 8: the first quarter of an hour and their number.
#[tokio::test]
async fn an_event_is_drawn_as_long_as_it_lasts() {
    let drawn = [
        ("Point", "09:00", "09:30", "slot past narrow q4 w2"),
        ("Appel", "10:00", "10:10", "slot narrow q8 w2"),
        ("Heure", "11:00", "12:00", "slot narrow q12 w4"),
        ("Contigu", "12:00", "13:30", "slot q16 w6"),
        ("Comité", "14:00", "17:00", "slot q24 w12"),
        // Of two that overlap, each is drawn whole: the style sheet sets the second in a row of its own.
        ("Chevauche", "15:50", "17:05", "slot q31 w6"),
    ];
    let events = drawn.map(|(title, start, end, _)| event(title, start, end));
    let (_, mut clerk) = world(vec![Fake::new("agenda-mail", Outcome::Gives(calendar(events)))]).await;
    let page = desk(&mut clerk, "fr").await;
    for (title, _, _, class) in drawn {
        let is_it = |one: &&crate::html::Element| {
            one.get("class").is_some_and(|class| class.starts_with("slot")) && one.words().contains(title)
        };
        assert_eq!(page.elements.iter().find(is_it).unwrap().get("class"), Some(class), "{title}");
    }
    // Every class has its rule in the style sheet, which allows no style of an element.
    let sheet = page.elements.iter().find(|one| one.get("rel") == Some("stylesheet")).unwrap();
    let styles = clerk.get(sheet.get("href").unwrap()).await.body;
    for rule in (0..96).map(|n| format!(".q{n} {{ grid-column-start: {}; }}", n + 1)) {
        assert!(styles.contains(&rule), "{rule}");
    }
    for rule in (1..=96).map(|n| format!(".w{n} {{ grid-column-end: span {n}; }}")) {
        assert!(styles.contains(&rule), "{rule}");
    }
    assert!(!page.elements.iter().any(|one| one.get("style").is_some()));
}

/// The card of the application that holds meetings leads with the next ones, of a week.
#[tokio::test]
async fn the_next_meetings_of_a_person_stand_on_the_card_of_their_application() {
    let on = |day: &str, title: &str, room: &str| {
        let at = |time: &str| format!("2026-03-{day}T{time}:00+01:00").parse().unwrap();
        let mut event = Event::new(Text::plain(title), EventTime::Between(at("10:00"), at("11:00")));
        event.meeting = Some(format!("https://visio.apps.example/{room}").parse().unwrap());
        event
    };
    let mut off = on("14", "Annulée", "annulee");
    off.status = EventStatus::Cancelled;
    let mut elsewhere = on("14", "Ailleurs", "x");
    elsewhere.meeting = Some("https://teams.example/x".parse().unwrap());
    let mut over = on("12", "Passée", "passee");
    over.when = event("", "08:00", "09:00").when;
    let mail = calendar([on("19", "Trop tard", "tard"), on("18", "Bilan", "bilan"), over]);
    let mail = Fake::new("agenda-mail", Outcome::Gives(mail));
    let cloud = [
        off,
        elsewhere,
        on("13", "Comité", "comite"),
        on("18", "Bilan", "bilan"),
        on("12", "Codir", "codir"),
    ];
    let visio = Fake::new("visio", Outcome::Gives(content(0, &[])));
    let (world, mut clerk) =
        world(vec![visio.clone(), mail.clone(), Fake::new("agenda-cloud", Outcome::Gives(calendar(cloud)))])
            .await;
    let page = desk(&mut clerk, "fr").await;
    let joins = |html: &Html| {
        let buttons = html.elements.iter().filter(|one| one.get("formaction") == Some(JOIN));
        buttons.filter_map(|one| one.get("value").map(str::to_owned)).collect::<Vec<_>>()
    };
    let words = page.id("card-visio-main").words();
    // Those of today on the day, then each that is to come once on the card.
    assert_eq!(joins(&page), ["passee", "codir", "codir", "comite", "bilan"]);
    let places: Vec<_> = ["Codir", "Comité", "Bilan"]
        .iter()
        .map(|title| words.find(title).unwrap_or_else(|| panic!("{title} in {words}")))
        .collect();
    assert!(places.is_sorted(), "{words}");
    for absent in ["Annulée", "Ailleurs", "Passée", "Trop tard", "Rien dans"] {
        assert!(!words.contains(absent), "{absent} in {words}");
    }

    // A calendar that tells of another meeting has the card sent again, whatever becomes of its own application.
    let address = page.elements.iter().find_map(|element| element.get("data-events")).unwrap().to_owned();
    visio.card.will(Outcome::Hangs);
    mail.card.will(Outcome::Gives(calendar([on("15", "Nouvelle", "nouvelle")])));
    world.clock.advance(Duration::from_secs(1000));
    let mut stream = Stream::new(clerk.open(&address).await);
    while !joins(&stream.until("card-visio-main").await.html()).contains(&"nouvelle".to_owned()) {}
}
