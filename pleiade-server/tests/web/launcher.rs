//! The menu that a LemonLDAP::NG portal grants, through the real client of the portal.

use crate::support::{ALPHA, Browser, Gate, ManualClock, Setup, World, somebody};
use axum::{
    Router,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use pleiade_core::{Claims, Transport, sign_in::PersonTokens};
use pleiade_federation::lemonldap::LemonldapConfig;
use pleiade_server::catalogue::{self, PortalMenus};
use pleiade_testkit::RouterTransport;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// A portal that a test switches off, or holds back.
#[derive(Debug, Default)]
struct Portal {
    asked: AtomicUsize,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
    down: Mutex<bool>,
    gate: Mutex<Option<Arc<Gate>>>,
}

fn menu() -> Value {
    let entry =
        |name: &str, uri: &str| json!({ name: { "AppUri": uri, "AppDesc": format!("Ouvrir {name}") } });
    json!({ "result": 1, "myapplications": [
        { "Category": "Zone finances", "Applications": [entry("Paie", "https://paie.example/"), entry("Budget", "https://budget.example/")] },
        { "Category": "Bureautique", "Applications": [entry("Courriel", "https://courriel.apps.example/"), entry("Piège", "javascript:alert(1)")] },
    ]})
}

impl Portal {
    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    async fn answer(&self, headers: HeaderMap) -> Response {
        assert_eq!(headers[header::COOKIE], "lemonldap=portalsession1");
        self.asked.fetch_add(1, Ordering::SeqCst);
        let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        let gate = self.gate.lock().unwrap().clone();
        if let Some(gate) = gate {
            gate.pass().await;
        }
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        if *self.down.lock().unwrap() {
            return StatusCode::BAD_GATEWAY.into_response();
        }
        axum::Json(menu()).into_response()
    }
}

fn through_the_portal() -> Claims {
    let mut jeanne = somebody("jdupont", "Jeanne Dupont", &["alpha"]);
    jeanne.attributes.insert("_session_id".into(), vec!["portalsession1".into()]);
    jeanne.tokens = Some(PersonTokens::new("access".into()));
    jeanne
}

/// An instance with the portal, on the database of a former one if there is one.
async fn instance(portal: &Arc<Portal>, before: Option<&World>) -> World {
    let answering = portal.clone();
    let router = Router::new().route(
        "/myapplications",
        get(move |headers: HeaderMap| async move { answering.answer(headers).await }),
    );
    let config = LemonldapConfig::new("https://auth.example/".parse().unwrap());
    let transport: Arc<dyn Transport> = Arc::new(RouterTransport::new(router));
    let client = catalogue::Portal::new(&config, &transport).unwrap();
    let setup = Setup {
        menu: Some(Arc::new(PortalMenus(BTreeMap::from([("sso".parse().unwrap(), client)])))),
        folder: before.map(|world| world.folder.clone()),
        clock: before.map(|world| world.clock.clone()).or_else(|| Some(Arc::new(ManualClock::default()))),
        ..Setup::default()
    };
    let world = World::with(setup).await;
    world.sso.knows("jeanne", through_the_portal());
    world
}

async fn signed_in(world: &World) -> Browser {
    let mut jeanne = world.browser(ALPHA);
    let answer = jeanne.sign_in_at("sso", "jeanne").await;
    assert_eq!(answer.location(), "/");
    jeanne
}

async fn shown(browser: &mut Browser) -> (Vec<String>, Vec<String>, Option<String>) {
    let page = browser.get("/applications").await.page();
    page.check_page("fr");
    // The first heading is that of the menu of the account.
    let headings = page.all("h2").map(crate::html::Element::words).skip(1).collect();
    let tiles = page
        .all("a")
        .filter(|link| link.get("target").is_some())
        .map(|link| link.get("href").unwrap().to_owned())
        .collect();
    let note = page.all("p").find(|p| p.has_class("note")).map(crate::html::Element::words);
    (headings, tiles, note)
}

const TILES: [&str; 3] =
    ["https://paie.example/", "https://budget.example/", "https://courriel.apps.example/"];

#[tokio::test]
async fn the_portal_s_order_is_kept_and_the_page_waits_for_nobody() {
    let portal = Arc::new(Portal::default());
    let gate = Arc::new(Gate::default());
    *portal.gate.lock().unwrap() = Some(gate.clone());
    let world = instance(&portal, None).await;
    let mut jeanne = signed_in(&world).await;
    // However many pages are opened while the portal thinks, it is asked once.
    for _ in 0..5 {
        let (headings, tiles, note) = shown(&mut jeanne).await;
        assert!(headings.is_empty() && tiles.is_empty() && note.is_none());
    }
    gate.arrived.notified().await;
    shown(&mut jeanne).await;
    gate.let_one_pass();
    world.quiet().await;
    assert_eq!(portal.asked(), 1);
    let (headings, tiles, note) = shown(&mut jeanne).await;
    assert_eq!(headings, ["Zone finances", "Bureautique"]);
    assert_eq!((tiles.as_slice(), note), (&TILES.map(str::to_owned)[..], None));
    world.quiet().await;
    assert_eq!(portal.asked(), 1, "a fresh menu is not asked again");
}

#[tokio::test]
async fn the_last_known_menu_is_shown_with_a_remark_when_the_portal_is_down() {
    let portal = Arc::new(Portal::default());
    let world = instance(&portal, None).await;
    let mut jeanne = signed_in(&world).await;
    shown(&mut jeanne).await;
    world.quiet().await;
    *portal.down.lock().unwrap() = true;
    world.clock.advance(Duration::from_secs(601));
    shown(&mut jeanne).await;
    world.quiet().await;
    assert_eq!(portal.asked(), 2);
    for _ in 0..3 {
        let (_, tiles, note) = shown(&mut jeanne).await;
        assert_eq!(tiles, TILES);
        let note = note.expect("a remark");
        assert!(
            note.contains("Dernier menu connu") && note.contains("9 h 30"),
            "the time of the menu, not of the failure: {note}"
        );
    }
    world.quiet().await;
    assert_eq!(portal.asked(), 2, "a portal that failed is left alone");

    // While it is asked again, the remark stays true.
    let gate = Arc::new(Gate::default());
    *portal.gate.lock().unwrap() = Some(gate.clone());
    world.clock.advance(Duration::from_secs(61));
    shown(&mut jeanne).await;
    gate.arrived.notified().await;
    let (_, tiles, note) = shown(&mut jeanne).await;
    assert_eq!(tiles, TILES);
    assert!(note.unwrap().contains("9 h 30"));
    *portal.down.lock().unwrap() = false;
    gate.let_one_pass();
    world.quiet().await;
    assert_eq!(shown(&mut jeanne).await.2, None);
    assert_eq!(portal.most_at_once.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_menu_outlives_a_restart() {
    let portal = Arc::new(Portal::default());
    let before = instance(&portal, None).await;
    let mut jeanne = signed_in(&before).await;
    shown(&mut jeanne).await;
    before.quiet().await;
    before.clock.advance(Duration::from_secs(900));
    *portal.down.lock().unwrap() = true;

    let after = instance(&portal, Some(&before)).await;
    let mut browser = after.browser(ALPHA);
    browser.cookies.clone_from(&jeanne.cookies);
    shown(&mut browser).await;
    after.quiet().await;
    let (_, tiles, note) = shown(&mut browser).await;
    assert_eq!(tiles, TILES);
    assert!(note.unwrap().contains("9 h 30"));
    assert_eq!(portal.asked(), 2);
}

#[tokio::test]
async fn a_portal_that_never_answered_is_said() {
    let portal = Arc::new(Portal::default());
    *portal.down.lock().unwrap() = true;
    let world = instance(&portal, None).await;
    let mut jeanne = signed_in(&world).await;
    shown(&mut jeanne).await;
    world.quiet().await;
    let (_, tiles, note) = shown(&mut jeanne).await;
    assert!(tiles.is_empty());
    assert!(note.unwrap().contains("n’a encore jamais été lu"));
    // Somebody who came another way has no menu, and that is no failure.
    let mut clerk = world.clerk_at(ALPHA).await;
    shown(&mut clerk).await;
    world.quiet().await;
    assert_eq!(shown(&mut clerk).await.2, None);
    assert_eq!(portal.asked(), 1);
}
