//! The pages of the desk, whatever the applications do.

use crate::{
    html::Html,
    strangers::Log,
    support::{ALPHA, BETA, Fake, OPERATOR, Outcome, Setup, World, content, ids, leads_to},
};
use axum::http::StatusCode;
use pleiade_connectors::text::common_messages;
use pleiade_core::Locale;
use pleiade_core::{
    Action, ActionId, Amount, Currency, Deadline, ErrorKind, Indicator, IndicatorKey, Item, Message, Reading,
    Reason, Severity, Text, WidgetContent,
};
use std::{sync::Arc, time::Duration};

const PAGES: [&str; 3] = ["/", "/tasks", "/applications"];

async fn page(browser: &mut crate::support::Browser, path: &str, lang: &str) -> Html {
    browser.set("pleiade-look", &format!("{lang}.auto"));
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    let page = answer.page();
    page.check_page(lang);
    page
}

/// The beginning of a common message, up to its first argument or in whole.
fn sentence(locale: Locale, key: &str, application: &str) -> String {
    let line =
        common_messages(locale).lines().find_map(|line| line.strip_prefix(&format!("{key} = "))).unwrap();
    line.replace("{ $application }", application).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_hanging_application_leaves_a_skeleton_and_delays_nobody() {
    let hung = Fake::new("muette", Outcome::Hangs);
    let others = [
        Fake::new("courriel", Outcome::Gives(content(3, &[]))),
        Fake::new("fichiers", Outcome::Gives(content(1, &[]))),
    ];
    let alpha = others.iter().cloned().chain([hung.clone()]).collect();
    let world = World::with(Setup { alpha, ..Setup::default() }).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    // The first page asks them all and waits for none.
    let first = page(&mut clerk, "/", "fr").await;
    for id in ["card-muette-main", "card-courriel-main", "card-fichiers-main"] {
        assert_eq!(first.id(id).get("aria-busy"), Some("true"), "{id}");
        assert!(first.id(id).words().contains("Chargement"), "{id} has words for those who do not see it");
    }
    while others.iter().any(|other| other.asked() == 0) || hung.asked() == 0 {
        tokio::task::yield_now().await;
    }
    let second = loop {
        let page = page(&mut clerk, "/", "fr").await;
        if others
            .iter()
            .all(|other| page.id(&format!("card-{}-main", id_of(other))).get("aria-busy").is_none())
        {
            break page;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(second.id("card-muette-main").get("aria-busy"), Some("true"));
    assert!(second.id("card-courriel-main").words().contains("3 messages"));
    assert_eq!(hung.asked(), 1, "one question for all these pages");
}

fn id_of(fake: &Arc<Fake>) -> String {
    use pleiade_core::Connector as _;
    fake.descriptor().id.to_string()
}

#[tokio::test]
async fn every_failure_has_its_sentence_in_both_languages() {
    let name = |kind: ErrorKind| kind.as_str().replace('_', "-");
    let alpha = ErrorKind::ALL.map(|kind| Fake::new(&name(kind), Outcome::Fails(kind))).to_vec();
    let world = World::with(Setup { alpha, ..Setup::default() }).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    for (lang, locale, reference) in [("fr", Locale::Fr, "Référence "), ("en", Locale::En, "Reference ")] {
        for path in PAGES {
            page(&mut clerk, path, lang).await;
        }
        let desk = page(&mut clerk, "/", lang).await;
        for kind in ErrorKind::ALL {
            let card = desk.id(&format!("card-{}-main", name(kind)));
            assert_eq!(card.get("aria-busy"), None, "{kind:?} is known");
            let words = card.words();
            let expected =
                sentence(locale, &format!("error-person-{}", name(kind)), &format!("Appli {}", name(kind)));
            assert!(words.contains(&expected), "{kind:?}: {words} lacks {expected}");
            if kind == ErrorKind::NotLinked {
                assert!(!words.contains(reference), "no failure to quote: {words}");
                continue;
            }
            let (_, code) = words.split_once(reference).unwrap_or_else(|| panic!("{kind:?}: {words}"));
            let code = code.split('.').next().unwrap();
            assert!(code.len() >= 6 && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{code}");
            assert!(!words.contains(" 0 "), "an error is not zero: {words}");
        }
        let queue = desk.id("card-todo").words();
        assert!(queue.contains("Appli unreachable"), "the queue says what it may lack: {queue}");
    }
}

#[tokio::test]
async fn an_old_reading_says_its_age_and_why() {
    for kind in ErrorKind::ALL {
        let mail = Fake::new("courriel", Outcome::Gives(content(3, &["Signer le bail"])));
        let world = World::with(Setup { alpha: vec![mail.clone()], ..Setup::default() }).await;
        let mut clerk = world.clerk_at(ALPHA).await;
        world.read_cards(&clerk).await;
        mail.card.will(Outcome::Fails(kind));
        world.clock.advance(Duration::from_secs(1000));
        world.read_cards(&clerk).await;
        let desk = page(&mut clerk, "/", "fr").await;
        let card = desk.id("card-courriel-main");
        let words = card.words();
        // Who has lost access does not go on reading what they once could.
        if matches!(kind, ErrorKind::Forbidden | ErrorKind::NotLinked) {
            assert!(!words.contains("Signer le bail") && !words.contains("3 messages"), "{kind:?}: {words}");
            continue;
        }
        assert!(card.has_class("aged"), "{kind:?}");
        for expected in
            ["3 messages", "Signer le bail", "Dernier état connu", "9 h 30", "Donnée ancienne", "Référence"]
        {
            assert!(words.contains(expected), "{kind:?}: {words} lacks {expected}");
        }
        // A day later it is not shown any more.
        world.clock.advance(Duration::from_secs(24 * 3600));
        let mut clerk = world.clerk_at(ALPHA).await;
        let words = page(&mut clerk, "/", "fr").await.id("card-courriel-main").words();
        assert!(!words.contains("3 messages"), "{kind:?}: {words}");
    }
}

#[tokio::test]
async fn nothing_to_do_is_said() {
    let mail = Fake::new("courriel", Outcome::Gives(content(0, &[])));
    let world = World::with(Setup { alpha: vec![mail], ..Setup::default() }).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    let desk = page(&mut clerk, "/", "fr").await;
    assert!(desk.id("card-courriel-main").words().contains("Rien dans courriel."));
    assert!(desk.id("card-todo").words().contains("Rien ne vous attend"));
    assert!(desk.find("badge-todo").is_some_and(|badge| badge.words().is_empty()));
    // Without any card either.
    let mut elsewhere = world.clerk_at(BETA).await;
    for path in PAGES {
        page(&mut elsewhere, path, "fr").await;
    }
}

#[tokio::test]
async fn tile_card_and_queue_agree() {
    let tasks: Vec<String> = (1..=12).map(|n| format!("Tâche {n}")).collect();
    let titles: Vec<&str> = tasks.iter().map(String::as_str).collect();
    let mail = Fake::new("courriel", Outcome::Gives(content(12, &titles)));
    let mut entry = pleiade_core::Application::new(
        "courriel".parse().unwrap(),
        "Courriel",
        "https://courriel.apps.example/".parse().unwrap(),
    );
    entry.category = Some("Quotidien".to_owned());
    // A second entry of the same application must not repeat its badge.
    let again = pleiade_core::Application::new(
        "agenda".parse().unwrap(),
        "Agenda",
        "https://courriel.apps.example/agenda".parse().unwrap(),
    );
    let world =
        World::with(Setup { alpha: vec![mail], applications: vec![entry, again], ..Setup::default() }).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    for path in PAGES {
        page(&mut clerk, path, "fr").await;
    }
    let desk = page(&mut clerk, "/", "fr").await;
    assert_eq!(desk.id("badge-courriel").words(), "12 12 messages");
    assert!(
        desk.id("card-courriel-main").words().contains("12messages")
            || desk.id("card-courriel-main").words().contains("12 messages")
    );
    assert_eq!(desk.id("badge-todo").words(), "12 12 tâches");
    assert!(desk.id("card-todo").words().contains("Les 12 tâches"));
    assert!(desk.one("main").words().contains("12 choses vous attendent."));
    let queue = page(&mut clerk, "/tasks", "fr").await;
    let lines = queue.all("li").filter(|line| line.words().contains("Tâche")).count();
    assert_eq!(lines, 12);
    let phone = page(&mut clerk, "/applications", "fr").await;
    assert_eq!(phone.id("badge-courriel").words(), "12 12 messages");
    assert!(ids(&phone).contains("contenu"));
}

/// Text of an application that tries to become more than text.
const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</section></main><h1>Faux</h1>",
    "&lt;b&gt; &amp; {{ 7*7 }} { $name }x",
    "javascript:alert(1)",
];

fn hostile() -> WidgetContent {
    let now = pleiade_testkit::TestClock::sample_now();
    let mut content = WidgetContent::default();
    let run: url::Url = "javascript:alert(document.domain)".parse().unwrap();
    let data: url::Url = "data:text/html,<script>alert(1)</script>".parse().unwrap();
    let quote: url::Url = "https://courriel.apps.example/?q=\"><script>alert(1)</script>".parse().unwrap();
    for (n, text) in HOSTILE.into_iter().enumerate() {
        let mut item = Item::new(text, Text::plain(text));
        item.detail = Some(Text::plain(text));
        item.task = Some(pleiade_core::Task::new(pleiade_core::TaskKind::Do).delegable());
        item.link = Some([&run, &data, &quote][n % 3].clone());
        let id = ActionId::new("approve").unwrap();
        item.actions.push(Action::post(id.clone(), Message::new("fake-do"), text));
        item.actions.push(Action::open(id, Message::new("fake-do"), [&quote, &run, &data][n % 3].clone()));
        content.items.push(item);
    }
    let key = IndicatorKey::new("messages").unwrap();
    let noun = Message::new("fake-count").with_number("count", 2);
    content.indicators.push(
        Indicator::new(key, Amount::count(2), noun, now)
            .with_link(run.clone())
            .with_severity(Severity::Alert),
    );
    content.link = Some(run);
    content.notices = vec![Message::new("fake-title").with_text("name", HOSTILE[0])];
    content.more = true;
    content
}

#[tokio::test]
async fn hostile_words_stay_words() {
    let mail = Fake::new("courriel", Outcome::Gives(hostile()));
    let mut entry = pleiade_core::Application::new(
        "piege".parse().unwrap(),
        HOSTILE[1],
        "https://a.example/".parse().unwrap(),
    );
    entry.description = Some(HOSTILE[2].to_owned());
    entry.category = Some(HOSTILE[3].to_owned());
    let runs = pleiade_core::Application::new(
        "runs".parse().unwrap(),
        "Runs",
        "javascript:alert(1)".parse().unwrap(),
    );
    let world =
        World::with(Setup { alpha: vec![mail.clone()], applications: vec![entry, runs], ..Setup::default() })
            .await;
    let names = pleiade_server::storage::Names {
        display_name: HOSTILE[0].to_owned(),
        given_name: Some(HOSTILE[1].to_owned()),
        ..Default::default()
    };
    world.storage.update_names(world.clerk_link, &names).await.unwrap();
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    // `check_page` is what fails here: on a script, a handler, an address that runs, a second h1, crossed tags.
    let mut whole = String::new();
    for path in PAGES {
        clerk.set("pleiade-look", "fr.auto");
        let answer = clerk.get(path).await;
        for element in &answer.page().elements {
            assert!(
                element.name != "img" && element.name != "b" || element.get("aria-hidden").is_some(),
                "{element:?}"
            );
        }
        answer.page().check_piece();
        assert_eq!(answer.page().all("h1").count(), 1);
        whole.push_str(&answer.page().one("body").words());
    }
    for text in HOSTILE {
        assert!(whole.contains(text), "{text} is shown as it was written");
    }
    // The same through the stream.
    let mut stream = crate::support::Stream::new(clerk.events().await);
    for id in ["card-courriel-main", "card-todo"] {
        stream.until(id).await.html().check_piece();
    }
    // An action that leads to an address that runs leads nowhere.
    *mail.answer.lock().unwrap() = Some(Ok(leads_to("javascript:alert(1)")));
    let answer = clerk.post("/actions/alpha/courriel/open", &[("target", HOSTILE[0])]).await;
    assert_eq!(answer.told(), "/ action-failed");
    *mail.answer.lock().unwrap() = Some(Ok(leads_to("https://courriel.apps.example/x")));
    let answer = clerk.post("/actions/alpha/courriel/open", &[("target", "")]).await;
    assert_eq!(answer.location(), "https://courriel.apps.example/x");
}

/// The outcome of a form is told once, to whoever sent it, on the page that it led to; no address tells anything.
#[tokio::test]
async fn an_outcome_is_told_once_and_no_address_tells_one() {
    let mail = Fake::new("courriel", Outcome::Gives(content(1, &[])));
    let world = World::with(Setup { alpha: vec![mail.clone()], ..Setup::default() }).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let alerts = |answer: &crate::support::Answer| {
        let page = answer.page();
        let told = page.elements.iter().filter(|element| element.get("role") == Some("alert"));
        told.map(|element| element.words()).collect::<Vec<_>>()
    };
    for query in
        ["/?outcome=timeout&of=courriel", "/tasks?outcome=sentinel-word", "/sign-in?about=sentinel-word"]
    {
        let answer = clerk.get(query).await;
        assert!(!answer.body.contains("sentinel-word") && alerts(&answer).is_empty(), "{query}");
    }
    mail.answer.lock().unwrap().take();
    *mail.answer.lock().unwrap() = Some(Ok(leads_to("javascript:alert(1)")));
    let sent = clerk.post("/actions/alpha/courriel/open", &[("target", "1")]).await;
    assert_eq!(sent.told(), "/ action-failed");
    let cookie = clerk.cookies["__Host-pleiade-outcome"].clone();
    assert!(alerts(&clerk.get("/tasks").await).is_empty(), "another page does not tell it");
    let told = alerts(&clerk.get("/").await);
    assert!(told[0].contains("Rien n’a été changé. Appli courriel"), "{told:?}");
    assert!(alerts(&clerk.get("/").await).is_empty(), "once");
    // Somebody else's browser, and one that invents a cookie.
    let mut other = world.administrator_at_alpha().await;
    for value in [cookie.as_str(), "invented", "", &cookie[1..]] {
        other.set("__Host-pleiade-outcome", value);
        let page = other.get("/").await;
        assert!(page.status == StatusCode::OK && alerts(&page).is_empty(), "{value}");
    }
    clerk.set("__Host-pleiade-outcome", &cookie);
    world.clock.advance(std::time::Duration::from_secs(121));
    assert!(alerts(&clerk.get("/").await).is_empty(), "too late");
}

#[tokio::test]
async fn every_page_keeps_its_rules_in_both_languages() {
    let world = World::new().await;
    for lang in ["fr", "en"] {
        let (mut clerk, mut nobody) = (world.clerk_at(OPERATOR).await, world.browser(ALPHA));
        world.read_cards(&clerk).await;
        for path in PAGES {
            page(&mut clerk, path, lang).await;
        }
        nobody.set("pleiade-look", &format!("{lang}.dark"));
        let answer = nobody.get("/sign-in").await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.page().check_page(lang);
        assert_eq!(answer.page().one("html").get("data-theme"), Some("dark"));
        let refused = nobody.post("/sign-in/locale", &[("login", "clerk"), ("password", "wrong")]).await;
        refused.page().check_page(lang);
        let expired = nobody.get("/sign-in/sso/callback?state=unknown").await;
        assert_eq!(expired.told(), "/sign-in?stay=1 sign-in-expired");
        nobody.get(expired.location()).await.page().check_page(lang);
        for (path, status) in [("/nowhere", 404), ("/sign-in?source=NO", 400)] {
            clerk.set("pleiade-look", &format!("{lang}.auto"));
            let answer = clerk.get(path).await;
            assert_eq!(answer.status.as_u16(), status);
            answer.page().check_page(lang);
        }
        let refused = clerk.post("/acting", &[("tenant", "gamma")]).await;
        refused.page().check_page(lang);
        nobody.host = "evil.example".to_owned();
        nobody.get("/").await.page().check_page(lang);
    }
}

#[tokio::test]
async fn a_reading_that_fails_is_logged_as_check_says_it() {
    let log = Log::default();
    let _listening = log.listen();
    let ill = Fake::new("courriel", Outcome::Fails(ErrorKind::BadConfiguration));
    let world = World::with(Setup { alpha: vec![ill], ..Setup::default() }).await;
    let clerk = world.clerk_at(ALPHA).await;
    let readings = world.read_cards(&clerk).await;
    let Reading::Missing { reason: Reason::Failed { reference, .. } } = &readings[0] else {
        panic!("failed")
    };
    let sentence = sentence(Locale::En, "error-admin-bad-configuration", "Appli courriel")
        .replace("{ $operation }", "read the fake");
    let line = format!("reading failed: {sentence} reference=\"{reference}\" connector=courriel widget=main");
    assert_eq!(log.count(&line), 1, "{line}");
}

/// For an account that the person connected, the remedy is to connect it again, and no hour of a next try is promised.
#[tokio::test]
async fn a_refused_account_is_to_be_connected_again() {
    let cloud = Fake::new("nuage", Outcome::Fails(ErrorKind::Unauthenticated));
    let other = Fake::new("courriel", Outcome::Fails(ErrorKind::Unauthenticated));
    let world = World::with(Setup { alpha: vec![cloud, other], ..Setup::default() }).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    let desk = page(&mut clerk, "/", "fr").await;
    let words = |id: &str| desk.id(id).words();
    assert!(words("card-nuage-main").contains("Appli nuage n’accepte plus l’accès que vous avez connecté."));
    assert!(words("card-nuage-main").contains("Relier à nouveau mon compte"));
    assert!(!words("card-nuage-main").contains("ouvel essai"), "{}", words("card-nuage-main"));
    assert!(!words("card-courriel-main").contains("Relier"), "{}", words("card-courriel-main"));
}

/// A count of a part of a list is a minimum wherever it is shown.
#[tokio::test]
async fn a_minimum_is_said_to_be_one_everywhere() {
    let titles: Vec<String> = (0..100).map(|number| format!("Tâche {number}")).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let mut tasks = content(0, &titles);
    let now = pleiade_testkit::TestClock::sample_now();
    let key = IndicatorKey::new("messages").unwrap();
    tasks.indicators = vec![Indicator::count(key, 290, "fake-count", now).at_least(true)];
    tasks.more = true;
    let world =
        World::with(Setup { alpha: vec![Fake::new("courriel", Outcome::Gives(tasks))], ..Setup::default() })
            .await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    let desk = page(&mut clerk, "/", "fr").await;
    let all = desk.one("body").words().replace('\u{a0}', " ");
    for said in ["Au moins 100 choses vous attendent.", "290+", "99+", "Toutes les tâches"] {
        assert!(all.contains(said), "{said}: {all}");
    }
    assert!(!all.contains("Les 100 tâches"), "{all}");
}

/// Money, days and hours are exact, and written as each language writes them.
#[tokio::test]
async fn figures_are_written_in_their_units() {
    let amounts = [
        Amount::Money { hundredths: 123_450, currency: Currency::Eur },
        Amount::Money { hundredths: -5, currency: Currency::Eur },
        Amount::Money { hundredths: 1_200_000, currency: Currency::Xpf },
        Amount::Days { hundredths: 1850 },
        Amount::Days { hundredths: 150 },
        Amount::HoursBalance { minutes: 205 },
        Amount::HoursBalance { minutes: -40 },
        Amount::HoursBalance { minutes: 0 },
        Amount::Percent(97.4),
    ];
    let now = pleiade_testkit::TestClock::sample_now();
    let alpha = amounts.into_iter().enumerate().map(|(n, amount)| {
        let mut shown = content(0, &[]);
        let key = IndicatorKey::new(format!("figure_{n}")).unwrap();
        shown.indicators = vec![Indicator::new(key, amount, Message::new("fake-do"), now)];
        Fake::new(&format!("budget-{n}"), Outcome::Gives(shown))
    });
    let world = World::with(Setup { alpha: alpha.collect(), ..Setup::default() }).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    for (locale, written) in [
        (
            "fr",
            [
                "1 234,50 €",
                "−0,05 €",
                "12 000 F CFP",
                "18,5 jours",
                "1,5 jour",
                "+3 h 25",
                "−0 h 40",
                "0 h 00",
                "97 %",
            ],
        ),
        (
            "en",
            [
                "1,234.50 €",
                "−0.05 €",
                "12,000 CFP francs",
                "18.5 days",
                "1.5 days",
                "+3h25",
                "−0h40",
                "0h00",
                "97%",
            ],
        ),
    ] {
        let desk = page(&mut clerk, "/", locale).await;
        let words = desk.one("main").words().replace(['\u{a0}', '\u{202f}'], " ");
        for text in written {
            assert!(words.contains(text), "{text}: {words}");
        }
    }
}

/// Due on a day means until its evening: nothing says that it is to be done before that day.
#[tokio::test]
async fn a_deadline_is_the_day_and_not_the_day_before() {
    let today =
        pleiade_testkit::TestClock::sample_now().with_timezone(&chrono_tz::Europe::Paris).date_naive();
    let mut tasks = content(0, &["aujourd’hui", "demain", "plus tard", "hier", "à minuit"]);
    for (item, days) in tasks.items.iter_mut().zip([0, 1, 5, -1]) {
        item.deadline = Some(Deadline::Day(today + chrono::TimeDelta::days(days)));
    }
    let tomorrow = today + chrono::TimeDelta::days(1);
    let midnight = pleiade_connectors::kit::days::midnight(&chrono_tz::Europe::Paris, tomorrow);
    tasks.items.last_mut().unwrap().deadline = Some(Deadline::At(midnight));
    let world =
        World::with(Setup { alpha: vec![Fake::new("courriel", Outcome::Gives(tasks))], ..Setup::default() })
            .await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    let desk = page(&mut clerk, "/tasks", "fr").await;
    let all = desk.one("body").words().replace('\u{a0}', " ");
    for said in ["Aujourd’hui", "Pour demain", "Pour le ", "En retard d’un jour"] {
        assert!(all.contains(said), "{said}: {all}");
    }
    assert!(!all.contains("Avant le ") && !all.contains("avant le "), "{all}");
    assert!(!all.contains("Demain avant") && !all.contains("avant 0"), "midnight is the end of today: {all}");
}

/// The texts of a model by the name of their field.
fn texts<'a>(name: &'a str, value: &'a serde_json::Value, found: &mut Vec<(&'a str, &'a str)>) {
    match value {
        serde_json::Value::String(text) => found.push((name, text)),
        serde_json::Value::Array(values) => values.iter().for_each(|value| texts(name, value, found)),
        serde_json::Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| texts(name, value, found))
        }
        _ => {}
    }
}

/// The API that comes answers the model: nothing may stand in it that the page does not show, and the other way round.
#[tokio::test]
async fn what_a_program_reads_of_a_card_is_what_its_page_shows() {
    let mut full = content(3, &["Valider le bail", "Signer <vite>"]);
    let late =
        Indicator::count(IndicatorKey::new("late").unwrap(), 2, "fake-count", full.indicators[0].measured_at);
    full.indicators.push(late.with_severity(Severity::Alert));
    full.notices.push(Message::new("fake-do"));
    full.items[0].deadline = Some(Deadline::Day(chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()));
    for item in &mut full.items {
        item.actions = vec![Action::post(ActionId::new("sign").unwrap(), Message::new("fake-do"), "42")];
    }
    let alpha = vec![
        Fake::new("pleine", Outcome::Gives(full)),
        Fake::new("vide", Outcome::Gives(WidgetContent::default())),
        Fake::new("cassee", Outcome::Fails(ErrorKind::Unreachable)),
        Fake::new("fermee", Outcome::Fails(ErrorKind::Unauthenticated)),
        Fake::new("muette", Outcome::Gives(content(0, &[]))),
    ];
    let world = World::with(Setup { alpha, ..Setup::default() }).await;
    let clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    let session = world.session(&clerk.cookies[crate::support::SESSION], Some("alpha")).await.unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for locale in Locale::ALL {
        let words = world.app.words(locale, chrono_tz::Europe::Paris);
        for card in world.app.board_cards(&session, words.locale) {
            let reading = world.app.engine.peek(&card.call);
            let model = card.model(&words, pleiade_core::Clock::now(&*world.clock), &reading);
            let html = pleiade_server::desk::render_card(&words, &model);
            let page = Html::parse(&html);
            let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let shown = one_line(&page.one("section").words());
            let json = serde_json::to_value(&model).unwrap();
            let mut found = Vec::new();
            texts("", &json, &mut found);
            for (name, text) in found {
                seen.insert(name.to_owned());
                let stands = match name {
                    // For programs, beside the same in words.
                    "freshness" | "measured_at" | "reason" | "retry_at" | "severity" | "tone" | "day"
                    | "id" | "tenant" | "connector" | "key" => true,
                    "href" | "path" | "target" => page.elements.iter().any(|one| {
                        ["href", "formaction", "value"].iter().any(|at| one.get(at) == Some(text))
                    }),
                    _ => shown.contains(&one_line(text)),
                };
                assert!(stands, "{name}: {text:?} is not on the page: {shown}");
            }
            for part in ["figures", "groups", "notes"] {
                assert!(json[part].is_array(), "{part}");
            }
        }
    }
    for name in
        ["title", "href", "noun", "value", "detail", "label", "text", "empty", "updated", "severity_words"]
    {
        assert!(seen.contains(name), "no card of this test has a {name}: {seen:?}");
    }
}
