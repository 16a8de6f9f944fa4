//! The desk as a board: which figures lead it, which cards are drawn where, and how much of an application a card shows.

use crate::{
    html::Html,
    support::{ALPHA, Browser, Fake, Outcome, Setup, World, content},
};
use pleiade_core::{
    Amount, ErrorKind, Indicator, IndicatorKey, Item, Message, Severity, Text, WidgetContent,
};

async fn desk(browser: &mut Browser) -> Html {
    browser.set("pleiade-look", "fr.auto");
    let page = browser.get("/").await.page();
    page.check_page("fr");
    page
}

/// The words of each figure at the head of the desk, with its family.
fn figures(page: &Html) -> Vec<(String, String)> {
    let families = ["collaboration", "administration", "business"];
    let of_family = |element: &&crate::html::Element| {
        element.name == "li" && families.contains(&element.get("class").unwrap_or_default())
    };
    let figures = page.elements.iter().filter(of_family);
    figures.map(|one| (one.get("class").unwrap_or_default().to_owned(), one.words())).collect()
}

#[tokio::test]
async fn figures_stand_one_of_each_family_in_turn_and_none_moves_when_a_number_comes() {
    let mut full = content(0, &[]);
    let now = pleiade_testkit::TestClock::sample_now();
    let share = Indicator::new(
        IndicatorKey::new("share").unwrap(),
        Amount::Percent(61.6),
        Message::new("fake-do"),
        now,
    );
    full.indicators.push(share.with_severity(Severity::Warning));
    let mail = Fake::new("collaboration-1", Outcome::Gives(content(3, &[])));
    let alpha = vec![
        mail.clone(),
        Fake::new("collaboration-2-sans-carte", Outcome::Gives(content(4, &[]))),
        Fake::new("administration-1", Outcome::Fails(ErrorKind::Unreachable)),
        Fake::new("business-1", Outcome::Gives(full)),
        Fake::new("sans-chiffre", Outcome::Gives(content(9, &[]))),
    ];
    let world = World::with(Setup { alpha, ..Setup::default() }).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let families =
        |figures: &[(String, String)]| figures.iter().map(|(family, _)| family.clone()).collect::<Vec<_>>();
    let first = figures(&desk(&mut clerk).await);
    assert_eq!(families(&first), ["collaboration", "administration", "business", "collaboration"]);
    world.read_cards(&clerk).await;
    let page = desk(&mut clerk).await;
    let told = figures(&page);
    assert_eq!(families(&told), families(&first));
    assert!(told[0].1.starts_with("3 messages"), "{told:?}");
    assert!(
        told[1].1.contains("Appli administration-1 : chiffre indisponible"),
        "no answer is no zero: {told:?}"
    );
    assert!(
        told[2].1.contains("à surveiller")
            && told[2].1.replace(['\u{a0}', '\u{202f}'], " ").starts_with("62 %"),
        "{told:?}"
    );
    assert!(told[3].1.starts_with("4 messages"), "a card that is not drawn counts: {told:?}");
    assert!(!told[0].1.contains("Donnée ancienne"), "{told:?}");
    // An old number says so and since when, wherever it stands.
    mail.card.will(Outcome::Fails(ErrorKind::Unreachable));
    world.clock.advance(std::time::Duration::from_secs(300));
    world.read_cards(&clerk).await;
    let told = figures(&desk(&mut clerk).await);
    assert!(told[0].1.starts_with("3 messages · Donnée ancienne : "), "{told:?}");
    assert_eq!(page.all("rect").filter_map(|one| one.get("width")).collect::<Vec<_>>(), ["62"], "the gauge");
}

#[tokio::test]
async fn what_is_not_drawn_waits_in_the_queue_all_the_same() {
    let alpha = vec![
        Fake::new("courriel", Outcome::Gives(content(1, &[]))),
        Fake::new("parapheur-sans-carte", Outcome::Gives(content(2, &["Signer le bail"]))),
    ];
    let world = World::with(Setup { alpha, ..Setup::default() }).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    let page = desk(&mut clerk).await;
    assert!(
        page.find("card-parapheur-sans-carte-main").is_none() && page.find("card-courriel-main").is_some()
    );
    assert!(page.id("card-todo").words().contains("Signer le bail"));
}

#[tokio::test]
async fn cards_stand_in_columns_in_the_order_of_the_board_and_wide_ones_below_the_queue() {
    let ids = ["a1", "a2", "a3", "a4-large", "a5", "a6", "a7", "a8", "a9"];
    let alpha = ids.map(|id| Fake::new(id, Outcome::Gives(content(1, &[])))).to_vec();
    let world = World::with(Setup { alpha, ..Setup::default() }).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let waiting = desk(&mut clerk).await;
    world.read_cards(&clerk).await;
    let page = desk(&mut clerk).await;
    let order = |page: &Html| -> Vec<String> {
        let cards = page.all("section").filter_map(|card| card.get("id")?.strip_prefix("card-"));
        cards.map(|id| id.trim_end_matches("-main").to_owned()).collect()
    };
    assert_eq!(order(&page), ["todo", "a1", "a5", "a6", "a9", "a2", "a3", "a7", "a8", "a4-large"]);
    assert_eq!(order(&waiting), order(&page), "known before anything answers");
    assert_eq!(page.elements.iter().filter(|one| one.has_class("column")).count(), 4);
}

#[tokio::test]
async fn a_card_has_three_lines_and_says_how_many_it_leaves_to_its_application() {
    let lines = |count: usize| {
        let mut content = WidgetContent::default();
        content.items =
            (0..count).map(|n| Item::new(n.to_string(), Text::plain(&format!("Ligne {n}")))).collect();
        content
    };
    let counted = |count, mut lines: WidgetContent| {
        lines.indicators = content(count, &[]).indicators;
        lines
    };
    let partial = |mut content: WidgetContent| {
        content.more = true;
        content
    };
    let cases = [
        ("trois", lines(3), None),
        ("quatre", lines(4), Some("Voir les 4")),
        ("compte", counted(12, partial(lines(5))), Some("Voir les 12")),
        ("inconnu", partial(lines(5)), Some("Tout voir")),
        ("faux", counted(2, partial(lines(5))), Some("Tout voir")),
    ];
    let alpha = cases.iter().map(|(id, content, _)| Fake::new(id, Outcome::Gives(content.clone()))).collect();
    let world = World::with(Setup { alpha, ..Setup::default() }).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    let page = desk(&mut clerk).await;
    for (id, content, rest) in cases {
        let words = page.id(&format!("card-{id}-main")).words();
        assert_eq!(words.matches("Ligne ").count(), content.items.len().min(3), "{words}");
        match rest {
            Some(rest) => assert!(words.contains(rest), "{id}: {words}"),
            None => assert!(!words.contains("Voir ") && !words.contains("Tout voir"), "{id}: {words}"),
        }
    }
}

/// Two numbers have room, those that press first, in the order of the application.
#[tokio::test]
async fn no_number_that_presses_is_left_out_for_one_that_does_not() {
    let now = pleiade_testkit::TestClock::sample_now();
    let mut told = WidgetContent::default();
    for (n, severity) in
        [Severity::Info, Severity::Warning, Severity::Info, Severity::Alert].into_iter().enumerate()
    {
        let key = IndicatorKey::new(format!("n{n}")).unwrap();
        let count = 11 * (n as u64 + 1);
        told.indicators.push(Indicator::count(key, count, "fake-count", now).with_severity(severity));
    }
    let world =
        World::with(Setup { alpha: vec![Fake::new("chiffres", Outcome::Gives(told))], ..Setup::default() })
            .await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    let words = desk(&mut clerk).await.id("card-chiffres-main").words();
    let place = |text: &str| words.find(text);
    assert!(place("22") < place("44") && place("22").is_some(), "{words}");
    assert!(place("11").is_none() && place("33").is_none(), "{words}");
}
