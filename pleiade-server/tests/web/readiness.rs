//! Readiness is a write, shared by all who ask; whoever signs in meanwhile learns at once that nothing can be stored.

use crate::support::{ALPHA, Answer, PASSWORD, SESSION, Watch, World, somebody};
use axum::http::{StatusCode, header};
use std::time::Duration;

/// No write is taken; reads go on.
const REFUSE_WRITES: &str =
    "CREATE TRIGGER no_write BEFORE INSERT ON used_once BEGIN SELECT RAISE(ABORT, 'no'); END";
const TAKE_WRITES: &str = "DROP TRIGGER no_write";

async fn ask(world: &World) -> Answer {
    world.browser("10.0.0.7:8080").get("/readyz").await
}

/// Until storage was seen to take a write again: it is tried once a second.
async fn until_ready(world: &World) {
    while ask(world).await.status != StatusCode::OK {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn readiness_is_a_write_and_one_a_second_whoever_asks() {
    let world = World::new().await;
    let mut storage = Watch::open(&world).await;
    storage.run("CREATE TABLE written (n INTEGER)").await;
    for event in ["INSERT", "UPDATE"] {
        storage.run(&format!("CREATE TRIGGER count_{event} AFTER {event} ON used_once BEGIN INSERT INTO written VALUES (1); END")).await;
    }
    for expected in 1..=3 {
        let asked: Vec<_> = (0..30).map(|_| ask(&world)).collect();
        for answer in futures_util::future::join_all(asked).await {
            assert_eq!(answer.status, StatusCode::OK);
        }
        assert_eq!(storage.count("SELECT count(*) FROM written").await, expected);
        world.clock.advance(Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_database_that_takes_no_write_is_not_ready_until_it_does() {
    let world = World::new().await;
    let mut storage = Watch::open(&world).await;
    until_ready(&world).await;
    world.clock.advance(Duration::from_secs(1));
    storage.run(REFUSE_WRITES).await;
    let answer = ask(&world).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "storage"));
    assert!(answer.headers.contains_key(header::RETRY_AFTER));
    assert_eq!(world.browser(ALPHA).get("/healthz").await.status, StatusCode::OK);
    storage.run(TAKE_WRITES).await;
    until_ready(&world).await;
}

#[tokio::test]
async fn a_locked_database_is_not_ready() {
    let world = World::new().await;
    let mut storage = Watch::open(&world).await;
    storage.run("BEGIN IMMEDIATE").await;
    assert_eq!(ask(&world).await.status, StatusCode::SERVICE_UNAVAILABLE);
    storage.run("ROLLBACK").await;
    until_ready(&world).await;
}

#[tokio::test]
async fn who_signs_in_while_nothing_can_be_stored_learns_it_at_once() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    let mut storage = Watch::open(&world).await;
    let mut browser = world.browser(ALPHA);
    let state = browser.depart("sso", "/tasks").await;
    storage.run(REFUSE_WRITES).await;
    let typed = [("login", "clerk"), ("password", PASSWORD), ("return", "/tasks")];
    let come_back = format!("/sign-in/sso/callback?code=jeanne&state={state}");
    for language in ["fr", "en"] {
        browser.set("pleiade-look", &format!("{language}.auto"));
        let by_password = browser.post("/sign-in/locale", &typed).await;
        let by_provider = browser.get(&come_back).await;
        for answer in [by_password, by_provider] {
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(answer.headers[header::RETRY_AFTER], "5");
            let page = answer.page();
            page.check_page(language);
            let words = page.one("main").words();
            assert!(
                words.contains(if language == "fr" { "rien enregistrer" } else { "store nothing" }),
                "{words}"
            );
        }
    }
    assert!(!browser.cookies.contains_key(SESSION));
    storage.run(TAKE_WRITES).await;
    until_ready(&world).await;
    assert_eq!(browser.get(&come_back).await.location(), "/tasks", "the same way back opens the session now");
    let mut other = world.browser(ALPHA);
    assert_eq!(other.post("/sign-in/locale", &typed).await.location(), "/tasks");
}

#[tokio::test]
async fn accounts_that_cannot_be_read_are_the_portal_s_own_trouble() {
    let world = World::new().await;
    let mut storage = Watch::open(&world).await;
    storage.run("ALTER TABLE local_accounts RENAME TO accounts_away").await;
    let typed = [("login", "clerk"), ("password", PASSWORD)];
    let answer = world.browser(ALPHA).post("/sign-in/locale", &typed).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers[header::RETRY_AFTER], "5");
    // A page that storage breaks says when to come back too.
    let mut clerk = world.clerk_with(ALPHA, None).await;
    storage.run("ALTER TABLE sessions RENAME TO sessions_away").await;
    assert_eq!(clerk.get("/").await.headers[header::RETRY_AFTER], "5");
}
