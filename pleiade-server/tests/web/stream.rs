//! The stream of fresh cards: what it sends, and when it ends.

use crate::support::{ALPHA, Fake, OPERATOR, Outcome, SESSION, Setup, Stream, World, content, somebody};
use pleiade_connectors::engine::UpstreamState;
use pleiade_server::run;
use std::{sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, oneshot},
};

/// The address of the stream as the page gives it to a browser.
async fn address(browser: &mut crate::support::Browser) -> String {
    let page = browser.get("/").await.page();
    let board = page.elements.iter().find_map(|element| element.get("data-events"));
    board.unwrap().to_owned()
}

fn two() -> (std::sync::Arc<Fake>, std::sync::Arc<Fake>, Setup) {
    let mail = Fake::new("courriel", Outcome::Gives(content(3, &["Signer le bail"])));
    let files = Fake::new("fichiers", Outcome::Gives(content(2, &[])));
    let setup = Setup { alpha: vec![mail.clone(), files.clone()], ..Setup::default() };
    (mail, files, setup)
}

#[tokio::test]
async fn a_page_receives_what_it_does_not_show_yet_and_nothing_twice() {
    let (_, files, setup) = two();
    let world = World::with(setup).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    files.card.will(Outcome::Hangs);
    let address = address(&mut clerk).await;
    let mut stream = Stream::new(clerk.open(&address).await);
    let card = stream.until("card-courriel-main").await;
    assert!(card.html().id("card-courriel-main").words().contains("Signer le bail"));
    let queue = stream.until("card-todo").await;
    assert!(queue.html().id("card-todo").words().contains("Signer le bail"));
    assert_eq!(stream.until("badge-todo").await.html().id("badge-todo").words(), "1 1 tâche");
    assert_eq!(stream.until("badge-courriel").await.html().id("badge-courriel").words(), "3 3 messages");
}

#[tokio::test]
async fn only_what_an_action_changed_is_sent_again() {
    let (mail, _, setup) = two();
    let world = World::with(setup).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    let address = address(&mut clerk).await;
    mail.card.will(Outcome::Gives(content(2, &[])));
    clerk.post("/actions/alpha/courriel/approve", &[("target", "1")]).await;
    let mut stream = Stream::new(clerk.open(&address).await);
    let mut cards = std::collections::BTreeSet::new();
    loop {
        let piece = stream.next().await.unwrap();
        assert_ne!(piece.id(), "card-fichiers-main", "it has not changed");
        cards.insert(piece.id().to_owned());
        if piece.id() == "badge-courriel" && piece.html().id("badge-courriel").words() == "2 2 messages" {
            break;
        }
    }
    assert!(cards.contains("card-courriel-main") && cards.contains("card-todo"), "{cards:?}");
}

#[tokio::test]
async fn a_page_that_shows_everything_receives_nothing() {
    let (_, _, setup) = two();
    let world = World::with(setup).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    let address = address(&mut clerk).await;
    let mut stream = Stream::new(clerk.open(&address).await);
    // Badges carry no mark on the page; the board does.
    let mut pieces = Vec::new();
    for _ in 0..4 {
        pieces.push(stream.next().await.unwrap());
    }
    assert!(pieces.iter().all(|piece| piece.event == "badge"), "{pieces:?}");
    world.end_sessions_of_clerk().await;
    assert_eq!(stream.next().await.unwrap().event, "bye");
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn a_silent_application_holds_nothing_back() {
    let (mail, files, setup) = two();
    mail.card.will(Outcome::Hangs);
    let world = World::with(setup).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let mut stream = Stream::new(clerk.events().await);
    let waiting = stream.until("card-courriel-main").await;
    assert_eq!(waiting.html().id("card-courriel-main").get("aria-busy"), Some("true"));
    loop {
        let piece = stream.until("card-fichiers-main").await;
        if piece.html().id("card-fichiers-main").get("aria-busy").is_none() {
            break;
        }
    }
    assert_eq!(files.asked(), 1);
    // The mail still hangs; signing out ends the stream all the same.
    clerk.post("/sign-out", &[]).await;
    loop {
        let piece = stream.next().await.expect("a goodbye comes first");
        if piece.event == "bye" {
            break;
        }
    }
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn what_is_on_a_screen_is_read_before_badges() {
    let (mail, _, setup) = two();
    let gate = Arc::new(Semaphore::new(0));
    mail.card.will(Outcome::GivesAfter(gate.clone(), content(3, &[])));
    let world = World::with(Setup { calls: Some(1), ..setup }).await;
    world.alpha_sso.knows("paul", somebody("pmartin", "Paul Martin", &[]));
    let (mut clerk, mut administrator) = (world.clerk_at(ALPHA).await, world.administrator_at_alpha().await);
    let mut paul = world.browser(ALPHA);
    paul.sign_in_at("alpha-sso", "paul").await;
    // How many calls of the mail are under way, and how many wait.
    let mail_has = |under_way, waiting| {
        let engine = world.app.engine.clone();
        async move {
            let mail = |state: &UpstreamState| state.connector.as_str() == "courriel";
            while engine
                .snapshot()
                .into_iter()
                .find(mail)
                .is_none_or(|state| (state.in_flight, state.waiting) != (under_way, waiting))
            {
                tokio::task::yield_now().await;
            }
        }
    };
    administrator.get("/").await;
    mail_has(1, 0).await;
    clerk.get("/applications").await;
    mail_has(1, 1).await;
    paul.get("/").await;
    mail_has(1, 2).await;
    gate.add_permits(3);
    mail_has(0, 0).await;
    let read_for = mail.card.read_for.lock().unwrap().clone();
    assert_eq!(read_for.len(), 3);
    assert_eq!(read_for[2], world.clerk, "asked before Paul, for badges alone");
}

#[tokio::test]
async fn acting_for_another_ends_the_stream_of_the_first() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(OPERATOR).await;
    let mut stream = Stream::new(clerk.events().await);
    stream.until("badge-courriel").await;
    clerk.post("/acting", &[("tenant", "beta")]).await;
    loop {
        if stream.next().await.expect("a goodbye").event == "bye" {
            break;
        }
    }
    let mut other = Stream::new(clerk.events().await);
    other.until("badge-parapheur").await;
}

#[tokio::test]
async fn one_session_holds_so_many_streams_and_no_more() {
    let world = World::new().await;
    let clerk = world.clerk_at(ALPHA).await;
    let mut open = Vec::new();
    for _ in 0..16 {
        open.push(clerk.events().await);
    }
    assert!(open.iter().all(|answer| answer.status() == 200));
    assert_eq!(clerk.events().await.status(), 429);
    // A window that closes gives its place back.
    drop(open.pop());
    while clerk.events().await.status() != 200 {
        tokio::task::yield_now().await;
    }
}

/// The only way to know that a stop does not wait for browsers is to have one.
#[tokio::test]
async fn a_server_stops_with_streams_open() {
    let (mail, _, setup) = two();
    mail.card.will(Outcome::Hangs);
    let world = World::with(setup).await;
    let clerk = world.clerk_at(ALPHA).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(run::run(world.app.clone(), listener, async { drop(stopped.await) }));

    let mut socket = TcpStream::connect(address).await.unwrap();
    let mark = clerk.mark().await.unwrap();
    let request = format!(
        "GET /events?mark={mark} HTTP/1.1\r\nhost: {ALPHA}\r\naccept: text/event-stream\r\ncookie: {SESSION}={}\r\n\r\n",
        clerk.cookies[SESSION]
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut seen = String::new();
    let mut part = [0; 4096];
    while !seen.contains("card-courriel-main") {
        let read = socket.read(&mut part).await.unwrap();
        assert_ne!(read, 0, "{seen}");
        seen.push_str(&String::from_utf8_lossy(&part[..read]));
    }
    assert!(seen.starts_with("HTTP/1.1 200"), "{seen}");

    stop.send(()).unwrap();
    // The server ends the stream, and the connection with it: a drain that passes in vain would leave it open.
    let ended = tokio::time::timeout(Duration::from_secs(300), socket.read_to_string(&mut seen));
    ended.await.expect("the stream ends with the server").unwrap();
    assert!(seen.contains("\r\nconnection: close\r\n") && seen.ends_with("\n\n"), "cut: {seen}");
    server.await.unwrap().unwrap();
    assert!(world.storage.ping().await.is_err(), "storage is closed last");
}
