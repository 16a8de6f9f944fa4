//! The desk of an élu: the next sitting and what is asked of them stand before everything else, and nobody else has it.

use crate::support::{ALPHA, Browser, Fake, Outcome, Setup, Stream, World, content, tenant_id};
use pleiade_core::{Affiliation, EventTime, Item, PersonKind, Sitting, Task, TaskKind, Text, WidgetContent};
use std::time::Duration;

/// A council in seven days and one that is over; an answer is expected for the one to come.
fn sittings(world_now: chrono::DateTime<chrono::Utc>) -> WidgetContent {
    let mut content = WidgetContent::default();
    for (id, days, title) in [
        ("old", -7, "Conseil d’octobre"),
        ("late", 30, "Conseil de janvier"),
        ("next", 7, "Conseil municipal"),
    ] {
        let at = world_now + chrono::TimeDelta::days(days);
        let mut item = Item::new(id, Text::plain(title));
        item.when = Some(EventTime::At(at));
        item.detail = Some(Text::plain("Salle du conseil"));
        item.link = Some("https://seances.apps.example/next".parse().unwrap());
        item.task = (id == "next").then(|| Task::new(TaskKind::Answer));
        content.items.push(item);
        content.sittings.push(Sitting::new(Text::plain(title), at.date_naive()));
    }
    content
}

async fn world() -> World {
    let now = pleiade_testkit::TestClock::sample_now();
    let mut sign = content(0, &["Délibération", "Arrêté"]);
    for item in &mut sign.items {
        item.task = Some(Task::new(TaskKind::Sign));
    }
    let alpha = vec![
        Fake::new("seances", Outcome::Gives(sittings(now))),
        Fake::new("parapheur", Outcome::Gives(sign)),
    ];
    World::with(Setup { alpha, ..Setup::default() }).await
}

async fn elected(world: &World) -> Browser {
    world.set_clerk_affiliations(&[Affiliation::new(tenant_id("alpha"), PersonKind::Elu)]).await;
    world.clock.advance(Duration::from_secs(31));
    world.clerk_at(ALPHA).await
}

#[tokio::test]
async fn the_next_sitting_and_what_is_asked_stand_first() {
    let world = world().await;
    let mut clerk = elected(&world).await;
    let before = clerk.get("/").await.page();
    assert_eq!(before.id("elected").get("aria-busy"), Some("true"));
    assert!(!before.id("elected").words().contains("Aucune séance"), "nobody has answered yet");
    // The page that is open learns of it.
    let address = before.elements.iter().find_map(|one| one.get("data-events").map(str::to_owned));
    let mut stream = Stream::new(clerk.open(&address.unwrap()).await);
    loop {
        let words = stream.until("elected").await.html().id("elected").words();
        if words.contains("Conseil municipal") {
            break;
        }
    }
    world.read_cards(&clerk).await;
    let answer = clerk.get("/").await;
    let page = answer.page();
    page.check_page("fr");
    let words = page.id("elected").words().replace(['\u{a0}', '\u{202f}'], " ");
    for expected in [
        "dans 7 jours",
        "Conseil municipal",
        "Salle du conseil",
        "2 dossiers à signer",
        "1 réponse attendue",
        "0 délégation reçue",
    ] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
    assert!(!words.contains("octobre") && !words.contains("janvier"), "{words}");
    let place = |part: &str| answer.body.find(part).unwrap();
    assert!(place("id=\"elected\"") < place("id=\"card-todo\""), "before the queue");
}

#[tokio::test]
async fn an_agent_s_desk_has_no_such_head() {
    let world = world().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    assert!(clerk.get("/").await.page().find("elected").is_none());
}
