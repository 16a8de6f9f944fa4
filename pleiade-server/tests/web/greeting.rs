//! The head of the desk and the queue: it never says that nothing waits before every application has answered.

use crate::support::{ALPHA, Browser, Fake, Outcome, Setup, Stream, World, content};
use pleiade_core::ErrorKind;
use std::{sync::Arc, time::Duration};

const TWELVE: [&str; 12] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];
const NONE: &str = "Rien ne vous attend.";
const ASKED: &str = "Vos applications n’ont pas encore toutes répondu.";
const NONE_KNOWN: &str = "Rien ne vous attend dans les applications qui ont répondu.";

async fn world() -> (World, Arc<Fake>, Arc<Fake>) {
    let mail = Fake::new("courriel", Outcome::Gives(content(3, &TWELVE)));
    let files = Fake::new("fichiers", Outcome::Gives(content(1, &[])));
    let alpha = vec![mail.clone(), files.clone()];
    (World::with(Setup { alpha, ..Setup::default() }).await, mail, files)
}

async fn said(browser: &mut Browser) -> String {
    browser.get("/").await.page().id("todo-summary").words()
}

/// Reads the stream until the head of the page says this.
async fn until(stream: &mut Stream, expected: &str) {
    loop {
        let piece = stream.until("todo-summary").await;
        assert_eq!(piece.event, "words");
        let words = piece.html().id("todo-summary").words();
        if words == expected {
            return;
        }
        assert!(!words.contains(NONE), "{words}");
    }
}

#[tokio::test]
async fn nothing_waits_is_not_said_before_everybody_answered() {
    let (world, _, files) = world().await;
    files.card.will(Outcome::Hangs);
    let mut clerk = world.clerk_at(ALPHA).await;
    let page = clerk.get("/").await;
    assert_eq!(page.page().id("todo-summary").words(), ASKED);
    assert!(!page.body.contains(NONE), "nowhere on the page");
    let address = page.page().elements.iter().find_map(|one| one.get("data-events").map(str::to_owned));
    let mut stream = Stream::new(clerk.open(&address.unwrap()).await);
    until(&mut stream, &format!("12 choses vous attendent. {ASKED}")).await;
    // Without a stream, the second load says it.
    assert_eq!(said(&mut clerk).await, format!("12 choses vous attendent. {ASKED}"));
    let tasks = clerk.get("/tasks").await.body;
    assert!(tasks.contains(ASKED) && !tasks.contains(NONE), "{tasks}");
}

#[tokio::test]
async fn an_empty_queue_is_said_to_be_empty_once_it_is_known() {
    let (world, mail, _) = world().await;
    mail.card.will(Outcome::Gives(content(0, &[])));
    let mut clerk = world.clerk_at(ALPHA).await;
    let tasks = clerk.get("/tasks").await.body;
    assert!(tasks.contains(ASKED) && !tasks.contains(NONE), "{tasks}");
    let mut stream = Stream::new(clerk.events().await);
    until(&mut stream, NONE).await;
    assert_eq!(said(&mut clerk).await, NONE);
    assert!(clerk.get("/tasks").await.body.contains("Rien ne vous attend. Ce que vos applications"));
}

#[tokio::test]
async fn an_application_that_does_not_answer_is_named() {
    use ErrorKind::{BadAnswer, Internal, NotLinked, Timeout, Unauthenticated, Unreachable};
    for kind in [Unreachable, Timeout, BadAnswer, Unauthenticated, Internal] {
        let (world, mail, _) = world().await;
        mail.card.will(Outcome::Fails(kind));
        let mut clerk = world.clerk_at(ALPHA).await;
        let mut stream = Stream::new(clerk.events().await);
        let silent = "Sans réponse utilisable : Appli courriel. Il manque peut-être des tâches.";
        until(&mut stream, &format!("{NONE_KNOWN} {silent}")).await;
        for path in ["/", "/tasks"] {
            let page = clerk.get(path).await;
            let words = page.page().one("main").words();
            assert!(words.contains(NONE_KNOWN) && words.contains(silent), "{kind:?} {path}: {words}");
            assert!(!words.contains(NONE), "{kind:?} {path}: {words}");
        }
    }
    // Somebody without an account there has no task there.
    let (world, mail, _) = world().await;
    mail.card.will(Outcome::Fails(NotLinked));
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    assert_eq!(said(&mut clerk).await, NONE);
}

/// A count known before is still shown, and is not the whole.
#[tokio::test]
async fn an_application_that_died_since_is_named_beside_what_it_last_said() {
    let (world, mail, _) = world().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    assert_eq!(said(&mut clerk).await, "12 choses vous attendent.");
    mail.card.will(Outcome::Fails(ErrorKind::Unreachable));
    // Right after an action, what is old is still shown.
    let done = clerk.post("/actions/alpha/courriel/approve", &[("target", "1")]).await;
    assert_eq!(done.told(), "/ action-told");
    assert_eq!(said(&mut clerk).await, "12 choses vous attendent.");
    world.clock.advance(Duration::from_secs(1000));
    world.read_cards(&clerk).await;
    let silent = "Sans réponse utilisable : Appli courriel. Il manque peut-être des tâches.";
    assert_eq!(said(&mut clerk).await, format!("12 choses vous attendent. {silent}"));
}
