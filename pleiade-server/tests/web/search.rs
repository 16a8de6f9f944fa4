//! The search: what is known at once, each application for itself, with the person's own rights; and its words stand nowhere.

use crate::{
    sentinels::{Outside, listen},
    support::{ALPHA, Answer, BETA, Browser, Fake, Outcome, Setup, World, content, somebody},
};
use axum::http::{HeaderValue, StatusCode};
use pleiade_core::{Application, ErrorKind, Found, FoundKind, Text};
use std::sync::Arc;
use tokio::sync::Semaphore;

const HOSTILE: &str = "<img src=x onerror=alert(1)> délibération";

fn found(title: &str, link: &str) -> Found {
    let mut found = Found::new(FoundKind::Document, Text::plain(title), link.parse().unwrap());
    found.detail = Some(Text::plain("dans Délibérations"));
    found
}

struct Town {
    world: World,
    files: Arc<Fake>,
    mail: Arc<Fake>,
}

async fn town() -> Town {
    let files = Fake::new("fonds-nuage", Outcome::Gives(content(0, &[])));
    let mail = Fake::new("fonds-courriel", Outcome::Gives(content(2, &["Viser la délibération du budget"])));
    let parapheur = Fake::new("parapheur", Outcome::Gives(content(0, &["Signer le bail"])));
    let wiki = "https://wiki.apps.example/".parse().unwrap();
    let mut wiki = Application::new("wiki".parse().unwrap(), "Wiki des délibérations", wiki);
    wiki.description = Some("Modèles".into());
    let setup = Setup {
        alpha: vec![files.clone(), mail.clone(), parapheur],
        beta: vec![Fake::new("fonds-beta", Outcome::Gives(content(0, &[])))],
        applications: vec![wiki],
        ..Setup::default()
    };
    let world = World::with(setup).await;
    world.sso.knows("jeanne", somebody("jdupont", "Jéanne Déliberg", &["alpha"]));
    world.browser(ALPHA).sign_in_at("sso", "jeanne").await;
    Town { world, files, mail }
}

async fn part(browser: &mut Browser, path: &str, typed: &str) -> Answer {
    browser.headers.insert("x-pleiade-part", HeaderValue::from_static("1"));
    let answer = browser.post(path, &[("q", typed)]).await;
    browser.headers.remove("x-pleiade-part");
    answer
}

async fn page(browser: &mut Browser, typed: &str) -> String {
    let answer = browser.post("/search", &[("q", typed)]).await;
    let page = answer.page();
    page.check_page("fr");
    page.one("main").words()
}

#[tokio::test]
async fn what_somebody_sees_is_found_whatever_the_accents_and_the_case() {
    let Town { world, files, .. } = town().await;
    *files.search.as_ref().unwrap().answer.lock().unwrap() =
        Some(Ok(vec![found("Délib 2026-11.md", "https://fonds-nuage.apps.example/f/3")]));
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    let words = page(&mut clerk, "DELIB").await;
    for expected in [
        "Wiki des délibérations",
        "Viser la délibération du budget",
        "Jéanne Déliberg",
        "Délib 2026-11.md",
        "dans Délibérations",
    ] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
    assert!(!words.contains("bail"), "{words}");
    assert!(page(&mut clerk, "delib budget").await.contains("Viser la délibération"), "all words count");
    assert!(!page(&mut clerk, "delib plage").await.contains("Viser"));
    assert!(page(&mut clerk, "donnees").await.contains("Mes données"), "pages of ours");
    assert!(!page(&mut clerk, "journal").await.contains("Journal"), "no page of an administrator's");
    // What is too short is not looked for, and says nothing.
    let short = page(&mut clerk, "d").await;
    assert!(!short.contains("Wiki") && !short.contains("Rien de ce que"), "{short}");
    *files.search.as_ref().unwrap().answer.lock().unwrap() = None;
    assert!(page(&mut clerk, "zzzz").await.contains("Rien de ce que vous pouvez voir"));
    assert!(clerk.get("/search?q=delib").await.body.matches("delib").count() == 0, "no address searches");
}

#[tokio::test]
async fn each_application_answers_for_itself_with_the_person_s_rights() {
    let Town { world, files, mail } = town().await;
    let (silent, answering) = (files.search.as_ref().unwrap(), mail.search.as_ref().unwrap());
    let gate = Arc::new(Semaphore::new(0));
    *silent.gate.lock().unwrap() = Some(gate.clone());
    *answering.answer.lock().unwrap() = Some(Ok(vec![
        found(HOSTILE, "https://fonds-courriel.apps.example/1"),
        found("x", "javascript:alert(1)"),
    ]));
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    // What is known waits for nobody, and names whom it has yet to ask.
    let known = part(&mut clerk, "/search", " delib ").await;
    assert_eq!(known.header("x-pleiade-part"), Some("results"));
    assert!(known.body.contains("data-source=\"/search/fonds-nuage\""), "{}", known.body);
    assert!(known.body.contains("data-source=\"/search/fonds-courriel\""));
    assert!(!known.body.contains("/search/parapheur"), "it cannot be searched");
    assert!(silent.asked.lock().unwrap().is_empty());
    let mut other = clerk.clone();
    let hangs = part(&mut other, "/search/fonds-nuage", "delib");
    let answers = async {
        let answer = part(&mut clerk, "/search/fonds-courriel", " delib\u{a0}bail ").await;
        gate.add_permits(1);
        answer
    };
    let (late, answer) = tokio::join!(hangs, answers);
    assert_eq!(*answering.asked.lock().unwrap(), [("delib bail".to_owned(), world.clerk)]);
    assert!(answer.body.contains("&#60;img src=x"), "{}", answer.body);
    assert!(!answer.body.contains("<img") && !answer.body.contains("javascript:"), "{}", answer.body);
    assert_eq!((late.status, late.body.as_str()), (StatusCode::OK, ""), "it found nothing");
    // One that fails says so, and hides no other.
    *silent.gate.lock().unwrap() = None;
    *silent.answer.lock().unwrap() = Some(Err(ErrorKind::NotLinked));
    let words = page(&mut clerk, "delib").await;
    assert!(words.contains("Compte à relier") && words.contains("<img src=x onerror"), "{words}");
    // Nothing of another collectivité is asked, whatever the address says.
    for path in ["/search/fonds-beta", "/search/parapheur", "/search/wiki"] {
        assert_eq!(part(&mut clerk, path, "delib").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let mut elsewhere = world.clerk_at(BETA).await;
    let words = page(&mut elsewhere, "delib").await;
    assert!(!words.contains("Déliberg") && !words.contains("Wiki"), "{words}");
}

#[tokio::test]
async fn what_is_looked_for_stands_in_no_log() {
    const TYPED: &str = "sentinelle";
    let outside = Outside::default();
    let guard = listen(&outside);
    let Town { world, files, .. } = town().await;
    *files.search.as_ref().unwrap().answer.lock().unwrap() = Some(Err(ErrorKind::Unreachable));
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    page(&mut clerk, TYPED).await;
    part(&mut clerk, "/search", TYPED).await;
    part(&mut clerk, "/search/fonds-nuage", TYPED).await;
    drop(guard);
    assert!(outside.contains("a connector did not do what somebody asked for"), "the log is listened to");
    assert!(!outside.contains(TYPED));
}
