//! Ends of sessions while storage takes nothing: what is said is true, and what was asked for happens.

use crate::support::{ALPHA, SESSION, Watch, World, somebody, tenant_id};
use axum::http::StatusCode;
use pleiade_server::{audit::AuditEvent, storage::AuditQuery};

const REFUSE_DELETES: &str =
    "CREATE TRIGGER no_delete BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'no'); END";
const TAKE_DELETES: &str = "DROP TRIGGER no_delete";

async fn sessions(world: &World) -> usize {
    world.storage.sessions_of_person(world.clerk).await.unwrap().len()
}

#[tokio::test]
async fn a_sign_out_that_storage_does_not_take_ends_the_session_here_and_says_so() {
    let world = World::new().await;
    let mut storage = Watch::open(&world).await;
    for language in ["fr", "en"] {
        let mut clerk = world.clerk_at(ALPHA).await;
        clerk.set("pleiade-look", &format!("{language}.auto"));
        let mut copied = clerk.clone();
        storage.run(REFUSE_DELETES).await;
        let answer = clerk.post("/sign-out", &[]).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED);
        answer.page().check_page(language);
        let words = answer.page().one("main").words();
        let truth = if language == "fr" { "pas encore pu enregistrer" } else { "could not write down" };
        assert!(words.contains(truth), "{words}");
        assert!(!clerk.cookies.contains_key(SESSION), "the browser has lost it");
        assert!(copied.get("/").await.location().starts_with("/sign-in"), "and the value opens nothing here");
        assert_eq!(sessions(&world).await, 1);
        storage.run(TAKE_DELETES).await;
        world.quiet().await;
        assert_eq!(sessions(&world).await, 0, "written once storage is back");
    }
    let query = AuditQuery { tenant: Some(tenant_id("alpha")), limit: 5, ..AuditQuery::default() };
    let lines = world.storage.audit(&query).await.unwrap();
    assert_eq!(lines.iter().filter(|line| line.line.event == AuditEvent::SignedOut).count(), 2);
}

#[tokio::test]
async fn the_provider_s_own_sign_out_stays_within_reach() {
    let world = World::new().await;
    let mut jeanne = somebody("jdupont", "Jeanne Dupont", &["alpha"]);
    jeanne.tokens = Some(pleiade_core::PersonTokens::new("access".into()));
    world.sso.knows("jeanne", jeanne);
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("sso", "jeanne").await;
    Watch::open(&world).await.run(REFUSE_DELETES).await;
    let page = browser.post("/sign-out", &[]).await.page();
    let onward = page.elements.iter().find(|element| element.get("class") == Some("button")).unwrap();
    assert!(onward.get("href").unwrap().starts_with("https://sso.example/logout?"), "{onward:?}");
}

#[tokio::test]
async fn somebody_signs_out_although_storage_cannot_even_be_read() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let mut copied = clerk.clone();
    let mut storage = Watch::open(&world).await;
    storage.run("ALTER TABLE sessions RENAME TO sessions_away").await;
    let answer = clerk.post("/sign-out", &[]).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert!(!clerk.cookies.contains_key(SESSION));
    assert!(
        copied.get("/").await.location().starts_with("/sign-in"),
        "no session, rather than a broken page"
    );
    storage.run("ALTER TABLE sessions_away RENAME TO sessions").await;
    world.quiet().await;
    assert_eq!(sessions(&world).await, 0);
}

#[tokio::test]
async fn a_locked_database_delays_a_sign_out_and_no_more() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let mut storage = Watch::open(&world).await;
    storage.run("BEGIN IMMEDIATE").await;
    assert_eq!(clerk.post("/sign-out", &[]).await.status, StatusCode::ACCEPTED);
    storage.run("ROLLBACK").await;
    world.quiet().await;
    assert_eq!(sessions(&world).await, 0);
}

#[tokio::test]
async fn other_sessions_that_storage_does_not_close_are_refused_here_and_it_is_said() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let mut storage = Watch::open(&world).await;
    for path in ["one", "others"] {
        let mut other = world.clerk_at(ALPHA).await;
        let id = world.session(&other.cookies[SESSION], Some("alpha")).await.unwrap().id.as_str().to_owned();
        storage.run(REFUSE_DELETES).await;
        let path = match path {
            "one" => format!("/profile/sessions/{id}/close"),
            _ => "/profile/sessions/close-others".to_owned(),
        };
        let answer = clerk.post(&path, &[]).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{path}");
        assert!(answer.body.contains("pas encore pu enregistrer"), "{path}");
        assert!(other.get("/").await.location().starts_with("/sign-in"), "{path}");
        storage.run(TAKE_DELETES).await;
        world.quiet().await;
        assert_eq!(sessions(&world).await, 1, "{path}: only the one that asked");
    }
    assert_eq!(clerk.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_administrator_reads_that_closed_sessions_are_not_written_yet() {
    let world = World::new().await;
    let mut administrator = world.administrator_at_alpha().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let mut storage = Watch::open(&world).await;
    storage.run(REFUSE_DELETES).await;
    let path = format!("/console/people/{}/sessions/close", world.clerk);
    let asked = administrator.post(&path, &[("confirmed", "yes")]).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED);
    assert!(clerk.get("/").await.location().starts_with("/sign-in"));
    storage.run(TAKE_DELETES).await;
    world.quiet().await;
    assert_eq!(sessions(&world).await, 0);
}
