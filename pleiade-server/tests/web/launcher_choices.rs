//! What people arrange in their launcher: pins in their order, what they opened last, tiles or a list; and how each application answers.

use crate::{
    html::{Element, Html},
    support::{ALPHA, Browser, Fake, Outcome, Setup, World, content, somebody},
};
use axum::http::StatusCode;
use pleiade_core::{Application, ErrorKind};

fn application(id: &str, name: &str) -> Application {
    let address = format!("https://{id}.apps.example/");
    Application::new(id.parse().unwrap(), name, address.parse().unwrap())
}

async fn world() -> World {
    let alpha = vec![
        Fake::new("courriel", Outcome::Gives(content(3, &[]))),
        Fake::new("fichiers", Outcome::Fails(ErrorKind::NotLinked)),
        Fake::new("parapheur", Outcome::Fails(ErrorKind::Unreachable)),
    ];
    let applications =
        [("courriel", "Courriel"), ("fichiers", "Fichiers"), ("parapheur", "Parapheur"), ("wiki", "Wiki")];
    let applications = applications.map(|(id, name)| application(id, name)).to_vec();
    World::with(Setup { alpha, applications, ..Setup::default() }).await
}

async fn page(browser: &mut Browser) -> Html {
    let page = browser.get("/applications").await.page();
    page.check_page("fr");
    page
}

/// The words of a shelf, if it is there.
fn shelf(page: &Html, heading: &str) -> Option<String> {
    page.all("section").find(|one| one.get("aria-labelledby") == Some(heading)).map(Element::words)
}

fn key(page: &Html, address: &str) -> String {
    let link = page.all("a").find(|link| link.get("href") == Some(address));
    link.and_then(|link| link.get("data-application")).unwrap().to_owned()
}

/// The hosts of the applications in the order of the page beside the board.
async fn order(browser: &mut Browser) -> Vec<String> {
    let desk = browser.get("/").await.page();
    let links = desk.all("a").filter(|link| link.get("data-application").is_some());
    links
        .map(|link| {
            link.get("href").unwrap().trim_start_matches("https://").split('.').next().unwrap().to_owned()
        })
        .collect()
}

#[tokio::test]
async fn what_is_pinned_stands_first_in_the_person_s_own_order_until_it_is_unpinned() {
    let world = world().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let first = page(&mut clerk).await;
    assert_eq!(order(&mut clerk).await, ["courriel", "fichiers", "parapheur", "wiki"]);
    let (wiki, files) =
        (key(&first, "https://wiki.apps.example/"), key(&first, "https://fichiers.apps.example/"));
    for target in [&wiki, &files] {
        let done = clerk.post("/applications/pin", &[("target", target)]).await;
        assert_eq!(done.location(), format!("/applications#application-{target}"), "where it now stands");
        assert_eq!(done.told(), format!("{} launcher-pinned", done.location()));
    }
    assert_eq!(order(&mut clerk).await, ["wiki", "fichiers", "courriel", "parapheur"], "each stands once");
    clerk.post("/applications/up", &[("target", &files)]).await;
    assert_eq!(order(&mut clerk).await, ["fichiers", "wiki", "courriel", "parapheur"]);
    clerk.post("/applications/down", &[("target", &files)]).await;
    clerk.post("/applications/down", &[("target", &files)]).await;
    assert_eq!(order(&mut clerk).await, ["wiki", "fichiers", "courriel", "parapheur"]);
    // It is told once, and undone from there.
    let told = clerk.get("/applications").await;
    let words = told.page().one("main").words().replace(['\u{a0}', '\u{202f}'], " ");
    assert!(words.contains("« Fichiers » est déjà au bout."), "{words}");
    let done = clerk.post("/applications/unpin", &[("target", &wiki)]).await;
    assert!(done.told().ends_with("launcher-unpinned"));
    assert!(clerk.get("/applications").await.body.contains("formaction=\"/applications/pin\""));
    assert_eq!(order(&mut clerk).await, ["fichiers", "courriel", "parapheur", "wiki"]);
    // Nobody else's launcher has changed.
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    let mut jeanne = world.browser(ALPHA);
    jeanne.sign_in_at("sso", "jeanne").await;
    assert_eq!(order(&mut jeanne).await, ["courriel", "fichiers", "parapheur", "wiki"]);
    // It is among what the portal keeps of the person.
    let data = clerk.get("/profile/data.json").await.body;
    assert!(data.contains(&files) && !data.contains(&wiki), "{data}");
    let told = clerk.get("/profile/data").await.page().one("main").words();
    assert!(told.contains("Épinglées Fichiers"), "{told}");
}

#[tokio::test]
async fn nothing_is_pinned_or_noted_that_the_person_does_not_see() {
    let world = world().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    for change in ["pin", "unpin", "up", "down", "opened"] {
        for target in ["", "x", "https://wiki.apps.example/", "AAAAAAAAAAAAAAAA"] {
            let answer = clerk.post(&format!("/applications/{change}"), &[("target", target)]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{change} {target}");
        }
    }
    let answer = clerk.post("/applications/other", &[("target", "x")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(clerk.get("/profile/data.json").await.body.contains("\"launcher\":[]"));
}

#[tokio::test]
async fn what_was_opened_last_stands_first_once_and_no_hour_is_kept_with_it() {
    let world = world().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let first = page(&mut clerk).await;
    assert!(shelf(&first, "recent").is_none());
    for host in ["wiki", "courriel", "wiki"] {
        let target = key(&first, &format!("https://{host}.apps.example/"));
        let noted = clerk.post("/applications/opened", &[("target", &target)]).await;
        assert_eq!((noted.status, noted.body.as_str()), (StatusCode::NO_CONTENT, ""));
    }
    let words = shelf(&page(&mut clerk).await, "recent").unwrap();
    assert!(words.find("Wiki") < words.find("Courriel") && words.matches("Wiki").count() == 1, "{words}");
    let kept = clerk.get("/profile/data.json").await.body;
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    let mut fields: Vec<&String> = kept["launcher"][0]["choices"].as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(fields, ["pinned", "recent", "view"]);
}

#[tokio::test]
async fn the_list_says_how_each_application_answers_and_the_choice_is_kept() {
    let world = world().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let main = |page: &Html| page.one("main").words();
    assert!(!main(&page(&mut clerk).await).contains("Répond"), "nobody knows yet");
    world.read_cards(&clerk).await;
    let tiles = page(&mut clerk).await;
    // What is wrong stands on the tile, beside the board too.
    assert_eq!(tiles.id("badge-fichiers").words(), "Compte à relier");
    assert_eq!(clerk.get("/").await.page().id("badge-parapheur").words(), "Ne répond pas");
    assert!(!main(&tiles).contains("Répond"), "{}", main(&tiles));
    assert_eq!(clerk.post("/applications/list", &[]).await.location(), "/applications");
    let list = main(&page(&mut clerk).await);
    assert!(list.contains("Répond") && list.contains("Compte à relier"), "{list}");
    let mut again = world.clerk_at(ALPHA).await;
    assert!(main(&page(&mut again).await).contains("Répond"), "kept for the next session");
    clerk.post("/applications/tiles", &[]).await;
    assert!(!main(&page(&mut clerk).await).contains("Répond"));
}

/// A page of the profile, of the directory or of a question leads everywhere too.
#[tokio::test]
async fn every_page_of_somebody_signed_in_has_the_launcher_and_the_shortcuts() {
    let world = world().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    for path in [
        "/",
        "/tasks",
        "/profile",
        "/profile/data",
        "/profile/delegations",
        "/people",
        "/help",
        "/accessibility",
    ] {
        let page = clerk.get(path).await.page();
        page.check_page("fr");
        let navs: Vec<&str> = page.all("nav").filter_map(|nav| nav.get("class")).collect();
        assert!(navs.contains(&"apps") && navs.contains(&"thumbs"), "{path}: {navs:?}");
    }
    let mut stranger = world.browser(ALPHA);
    for path in ["/sign-in", "/help"] {
        let page = stranger.get(path).await.page();
        assert!(page.all("nav").all(|nav| nav.get("class").is_none()), "{path}");
    }
}
