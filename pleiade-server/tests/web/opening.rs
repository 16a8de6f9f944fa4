//! Actions that lead their person to an address made for them. Threat: whoever has the address in, a token in it, is that person in the
//! application: it goes to their browser as a redirection and is seen nowhere else.

use crate::{
    strangers::Log,
    support::{
        ALPHA, BETA, Browser, Fake, OPERATOR, Outcome, Setup, Stream, World, content, leads_to, somebody,
    },
};
use axum::http::{Method, StatusCode, header};
use pleiade_core::{Action, ActionId, ActionOutcome, ErrorKind, Message, WidgetContent};
use pleiade_server::{
    audit::AuditEvent,
    storage::{AuditLine, AuditQuery},
};
use std::sync::Arc;

const TOKEN: &str = "eyJ-sentinel-token-7f3a";
const OPEN: &str = "/actions/alpha/visio/open";
const FORM: [(&str, &str); 1] = [("target", "codir-7f3a9c")];

fn address() -> String {
    format!("https://visio.apps.example/codir-7f3a9c#jwt={TOKEN}")
}

fn open_action(target: &str) -> Action {
    Action::opening(ActionId::from_static("open"), Message::new("fake-do"), target)
}

/// A card with an opening of its own, and one on a line that waits.
fn card() -> WidgetContent {
    let mut content = content(1, &["Réunion de direction"]);
    content.actions = vec![open_action("")];
    for item in &mut content.items {
        item.actions = vec![open_action("codir-7f3a9c")];
    }
    content
}

async fn world() -> (World, Arc<Fake>) {
    let visio = Fake::new("visio", Outcome::Gives(card()));
    *visio.answer.lock().unwrap() = Some(Ok(leads_to(&address())));
    let beta = vec![Fake::new("salle", Outcome::Gives(card()))];
    let world = World::with(Setup { alpha: vec![visio.clone()], beta, ..Setup::default() }).await;
    (world, visio)
}

fn performed(fake: &Fake) -> usize {
    fake.performed.lock().unwrap().len()
}

async fn journal(world: &World) -> Vec<AuditLine> {
    world.storage.audit(&AuditQuery { limit: 100, ..AuditQuery::default() }).await.unwrap()
}

#[tokio::test]
async fn an_opened_address_goes_to_its_person_by_a_redirection_and_nowhere_else() {
    let log = Log::default();
    crate::strangers::several_subscribers();
    let lines = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    let _listening = tracing::subscriber::set_default(lines.with_writer(log.clone()).finish());
    let (world, visio) = world().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    let opened = clerk.post(OPEN, &FORM).await;
    assert_eq!((opened.status, opened.location()), (StatusCode::SEE_OTHER, address().as_str()));
    assert_eq!(opened.header("cache-control"), Some("no-store"));
    assert_eq!(opened.header("referrer-policy"), Some("no-referrer"));
    assert!(opened.headers[header::LOCATION].is_sensitive(), "no log shows it");
    assert!(opened.body.is_empty() && opened.headers.get(header::SET_COOKIE).is_none());
    assert_eq!(performed(&visio), 1);

    // What is seen before and after: pages, the stream, the audit log and the log.
    let mut seen = String::new();
    let mut stream = Stream::new(clerk.events().await);
    seen.push_str(&format!("{:?}", stream.until("card-visio-main").await.data));
    for path in ["/", "/tasks", "/applications", "/profile", "/profile/data"] {
        let page = clerk.get(path).await;
        seen.push_str(&format!("{:?} {}", page.headers, page.body));
    }
    let lines = journal(&world).await;
    let taken: Vec<_> = lines.iter().filter(|line| line.line.event == AuditEvent::ActionTaken).collect();
    assert_eq!(taken.len(), 1, "it is written down, once");
    let written = format!("{:?}", taken[0].line);
    assert!(written.contains("visio") && written.contains("open"), "{written}");
    seen.push_str(&format!("{lines:?} {:?}", visio.answer.lock().unwrap()));
    assert!(seen.contains("Réunion de direction") && log.count("") > 0, "pages and log lines were read");
    assert!(!seen.contains(TOKEN), "the address is shown: {seen}");
    assert_eq!(log.count(TOKEN), 0);

    // Without the audit log nothing is opened.
    let mut database = crate::support::Watch::open(&world).await;
    database.run("CREATE TRIGGER no_line BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END").await;
    let refused = clerk.post(OPEN, &FORM).await;
    assert!(refused.location().is_empty() && !refused.body.contains(TOKEN), "{refused:?}");
    assert_eq!(performed(&visio), 1);
}

/// No script may read it: it is refused to one that asks, and nothing is done.
#[tokio::test]
async fn no_part_of_a_page_holds_an_opened_address() {
    let (world, visio) = world().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let part = clerk.post_with(OPEN, &FORM, &[("x-pleiade-part", "1")]).await;
    assert_eq!(
        (part.status, part.header("x-pleiade-part"), part.body.as_str()),
        (StatusCode::NO_CONTENT, None, "")
    );
    assert!(part.location().is_empty() && performed(&visio) == 0, "nothing was done");
    // The buttons are sent by the browser, beside the page.
    world.read_cards(&clerk).await;
    for path in ["/", "/tasks"] {
        let page = clerk.get(path).await;
        let html = page.page();
        html.check_page("fr");
        let buttons: Vec<_> =
            html.elements.iter().filter(|one| one.get("formaction") == Some(OPEN)).collect();
        assert!(!buttons.is_empty(), "{path}");
        for button in buttons {
            assert_eq!(button.get("formtarget"), Some("_blank"), "{path}");
            assert!(button.words().contains("nouvel"), "it is told: {}", button.words());
        }
    }
}

#[tokio::test]
async fn nothing_is_opened_for_anybody_else_or_from_elsewhere() {
    let (world, visio) = world().await;
    // Nobody, and somebody else's host.
    let mut stranger = world.browser(ALPHA);
    assert_eq!(stranger.post(OPEN, &FORM).await.status, StatusCode::UNAUTHORIZED);
    let mut clerk = world.clerk_at(ALPHA).await;
    // An address that somebody is led to, by a link or a picture.
    for method in [Method::GET, Method::HEAD] {
        let led = clerk.send(clerk.request(method, &format!("{OPEN}?target=codir"), String::new())).await;
        assert_eq!(led.status, StatusCode::METHOD_NOT_ALLOWED);
    }
    // A form of another site, and one without the page's mark or with another's.
    let mut crossed = clerk.clone();
    crossed.headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
    crossed.headers.insert(header::ORIGIN, "https://evil.example".parse().unwrap());
    assert_eq!(crossed.post(OPEN, &FORM).await.status, StatusCode::FORBIDDEN);
    let unmarked = clerk.post_raw(OPEN, "target=codir-7f3a9c").await;
    assert!(unmarked.location().is_empty() && !unmarked.body.contains(TOKEN));
    let others = world.clerk_at(BETA).await.mark().await.unwrap();
    let marked = clerk.post_raw(OPEN, &format!("target=codir-7f3a9c&mark={others}")).await;
    assert!(marked.location().is_empty() && !marked.body.contains(TOKEN));
    // Another collectivité's, and one that does not have the application.
    for path in ["/actions/beta/visio/open", "/actions/beta/salle/open", "/actions/alpha/salle/open"] {
        assert_eq!(clerk.post(path, &FORM).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(performed(&visio), 0, "the application was never asked");
    // The application says that this person may not.
    *visio.answer.lock().unwrap() = Some(Err(ErrorKind::Forbidden));
    assert_eq!(clerk.post(OPEN, &FORM).await.told(), "/ action-failed");
}

/// An address of another origin, or of an action that is not declared to open one, leads nowhere.
#[tokio::test]
async fn an_address_leads_to_its_own_application_alone() {
    let (world, visio) = world().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    for wrong in [
        "https://elsewhere.example/x#jwt=1",
        "http://visio.apps.example/x#jwt=1",
        "https://visio.apps.example:8443/x#jwt=1",
        "https://somebody@visio.apps.example/x",
        "https://visio.apps.example.evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
    ] {
        *visio.answer.lock().unwrap() = Some(Ok(leads_to(wrong)));
        let answer = clerk.post(OPEN, &FORM).await;
        assert_eq!(answer.told(), "/ action-failed", "{wrong}");
    }
    *visio.answer.lock().unwrap() = Some(Ok(leads_to(&address())));
    let undeclared = clerk.post("/actions/alpha/visio/read", &FORM).await;
    assert_eq!(undeclared.told(), "/ action-failed");
    assert!(!undeclared.body.contains(TOKEN));
}

/// What an action says may come next is a form of the page, sent by the browser where it opens an address.
#[tokio::test]
async fn what_may_come_next_is_offered_with_what_was_done() {
    let (world, visio) = world().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let next =
        ActionOutcome::Next { message: Message::new("fake-do"), next: Box::new(open_action("reunion-x")) };
    *visio.answer.lock().unwrap() = Some(Ok(next));
    assert_eq!(clerk.post("/actions/alpha/visio/invite", &[("target", "")]).await.told(), "/ action-told");
    let page = clerk.get("/").await;
    let html = page.page();
    let offered = html.elements.iter().find(|one| one.get("value") == Some("reunion-x")).unwrap();
    assert_eq!((offered.get("formaction"), offered.get("formtarget")), (Some(OPEN), Some("_blank")));
}

/// On a line of another collectivité than the one acted for, the question comes first, and its form is the browser's own too.
#[tokio::test]
async fn a_line_of_another_collectivite_is_asked_about_before_it_opens() {
    let visio = Fake::new("visio", Outcome::Gives(card()));
    *visio.answer.lock().unwrap() = Some(Ok(leads_to(&address())));
    let setup = Setup { alpha: vec![visio.clone()], beta: vec![visio.clone()], ..Setup::default() };
    let world = World::with(setup).await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha", "beta"]));
    let mut jeanne: Browser = world.browser(OPERATOR);
    jeanne.sign_in_at("sso", "jeanne").await;
    let there = "/actions/beta/visio/open";
    let refused = jeanne.post(there, &FORM).await;
    assert!(refused.location().is_empty() && performed(&visio) == 0);
    let question = jeanne.post_with(&format!("{there}/ask"), &FORM, &[("x-pleiade-part", "1")]).await;
    assert!(question.body.contains("formtarget=\"_blank\""), "{}", question.body);
    let asked = question.body.split("name=\"asked\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form = [FORM[0], ("asked", asked)];
    let part = jeanne.post_with(there, &form, &[("x-pleiade-part", "1")]).await;
    assert_eq!((part.status, performed(&visio)), (StatusCode::NO_CONTENT, 0), "the question is not spent");
    let opened = jeanne.post(there, &form).await;
    assert_eq!((opened.status, opened.location()), (StatusCode::SEE_OTHER, address().as_str()));
    assert_eq!(jeanne.post(there, &form).await.told(), "/tasks action-sent-already");
}
