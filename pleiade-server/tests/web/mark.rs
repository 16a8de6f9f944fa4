//! An open page belongs to one person, one link and one collectivité: whatever its browser is by now, nothing of it is done for another.

use crate::support::{
    ALPHA, Answer, Browser, Fake, OPERATOR, Outcome, PASSWORD, SESSION, Setup, Stream, Watch, World, content,
    somebody, tenant_id,
};
use axum::http::{Method, StatusCode};
use pleiade_core::{Action, ActionId, Clock as _, Locale, Message, WidgetContent};
use pleiade_server::{
    router::routes,
    web::route::{Guard, Origin, Route},
};
use std::{sync::Arc, time::Duration};

/// One task with a button, and a button of the card itself.
fn tasks() -> WidgetContent {
    let mut content = content(1, &["Valider le bail"]);
    let action =
        |target: &str| Action::post(ActionId::new("approve").unwrap(), Message::new("fake-do"), target);
    content.items[0].actions = vec![action("42")];
    content.actions = vec![action("all")];
    content
}

/// Both collectivités have the same application.
async fn world() -> (World, Arc<Fake>) {
    let tool = Fake::new("courriel", Outcome::Gives(tasks()));
    let other = Fake::new("courriel", Outcome::Gives(content(0, &[])));
    let nuage = Fake::new("nuage", Outcome::Gives(content(0, &[])));
    let alpha = vec![tool.clone(), nuage];
    (World::with(Setup { alpha, beta: vec![other], ..Setup::default() }).await, tool)
}

/// Somebody who administers alpha and beta, signed in on the common host, where they act for alpha.
async fn administrator(world: &World, id: &str) -> Browser {
    let mut claims = somebody(id, &format!("Dominique {id}"), &["alpha", "beta"]);
    claims.groups = vec!["administrateurs".into()];
    world.sso.knows(id, claims);
    let mut browser = world.browser(OPERATOR);
    assert_eq!(browser.sign_in_at("sso", id).await.location(), "/");
    browser
}

/// The mark of a page of the same person by the same link, who acts for beta there.
async fn at_beta(world: &World, id: &str) -> String {
    let mut other = world.browser(OPERATOR);
    other.sign_in_at("sso", id).await;
    assert_eq!(other.post("/acting", &[("tenant", "beta")]).await.location(), "/");
    other.mark().await.unwrap()
}

fn path(route: &Route) -> String {
    let connector = if route.path.contains("accesses") { "nuage" } else { "courriel" };
    [
        ("{connector}", connector),
        ("{action}", "approve"),
        ("{tenant}", "alpha"),
        ("{source}", "alpha-sso"),
        ("{person}", "1"),
        ("{session}", "000000000000"),
        ("{delegation}", "1"),
        ("{run}", "1"),
    ]
    .iter()
    .fold(route.path.to_owned(), |path, (name, value)| path.replace(name, value))
}

fn forms() -> Vec<Route> {
    let guarded = |route: &Route| {
        route.method == Method::POST && matches!(route.guard, Guard::SignedIn | Guard::Administrator)
    };
    routes().into_iter().filter(guarded).collect()
}

fn is_refused(answer: &Answer) -> bool {
    answer.status == StatusCode::CONFLICT && answer.page().one("h1").words() == "Rien n’a été fait"
}

/// The exceptions are two, and each is a decision.
#[test]
fn every_form_of_people_signed_in_is_taken_from_its_own_page() {
    let list = forms();
    assert!(list.len() >= 25, "{} forms: the list has lost some", list.len());
    for route in list {
        let expected = match route.path {
            "/sign-out" => Origin::AnyPage,
            "/acting" => Origin::SameLink,
            _ => Origin::SamePage,
        };
        assert_eq!(route.origin, expected, "{}", route.path);
    }
}

#[tokio::test]
async fn a_form_of_another_page_is_refused_on_every_route_and_changes_nothing() {
    let (world, tool) = world().await;
    let mine = administrator(&world, "garnier").await;
    let somebody_else = administrator(&world, "martin").await.mark().await.unwrap();
    let other_acting = at_beta(&world, "garnier").await;
    let own = mine.mark().await.unwrap();
    world.quiet().await;
    let mut watch = Watch::open(&world).await;
    let before = watch.version().await;
    let mut asked = 0;
    for route in forms().into_iter().filter(|route| route.origin == Origin::SamePage) {
        let fields = "tenant=beta&target=42&confirmed=yes&source=locale&login=clerk";
        for (what, form) in [
            ("another collectivité", format!("{fields}&mark={other_acting}")),
            ("somebody else", format!("{fields}&mark={somebody_else}")),
            ("none", fields.to_owned()),
            ("an empty one", format!("{fields}&mark=")),
            ("two", format!("{fields}&mark={own}&mark={own}")),
            ("two halves", format!("{fields}&mark={}{}", &own[..21], &somebody_else[21..])),
        ] {
            let answer = mine.clone().post_raw(&path(&route), &form).await;
            assert!(is_refused(&answer), "{} with {what}: {}", route.path, answer.status);
            asked += 1;
        }
        // What is no form holds no mark.
        let mut request = mine.request(Method::POST, &path(&route), format!("{fields}&mark={own}"));
        request.headers_mut().insert("content-type", "text/plain".parse().unwrap());
        assert!(is_refused(&mine.clone().send(request).await), "{} as text", route.path);
    }
    world.quiet().await;
    assert!(asked > 100, "{asked}");
    assert_eq!(watch.version().await, before, "something was written");
    assert!(tool.performed.lock().unwrap().is_empty());
}

/// Whatever state a page is in: the forms are read where they are written.
#[test]
fn every_form_of_the_templates_holds_the_mark() {
    let anonymous =
        ["sign_in.html", "sign_in_find_form.html", "second_factor.html", "passkey.html", "link.html"];
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")];
    let mut forms = 0;
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if anonymous.iter().any(|name| path.ends_with(name)) {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for form in text.split("<form").skip(1).filter(|form| form.contains("method=\"post\"")) {
                let free = ["\"/preferences\"", "\"/sign-out\""];
                if free.iter().any(|action| form.split('>').next().unwrap().contains(action)) {
                    continue;
                }
                let form = form.split("</form>").next().unwrap();
                assert!(form.contains("{% include \"mark.html\" %}"), "{}: {form}", path.display());
                forms += 1;
            }
        }
    }
    assert!(forms >= 30, "{forms} forms were read");
}

#[tokio::test]
async fn every_page_of_people_signed_in_holds_its_mark_in_every_form() {
    let (world, _) = world().await;
    let mut garnier = administrator(&world, "garnier").await;
    let mut pages = 0;
    for route in routes().into_iter().filter(|route| route.method == Method::GET) {
        let signed_in = matches!(route.guard, Guard::SignedIn | Guard::Administrator);
        if signed_in && !["/events", "/profile/data.json", "/briefing.txt"].contains(&route.path) {
            let answer = garnier.get(&path(&route)).await;
            if answer.status == StatusCode::OK {
                answer.page().check_page("fr");
                pages += 1;
            }
        }
    }
    assert!(pages >= 14, "{pages} pages were read");
}

/// The test above would pass on a server that refuses every form.
#[tokio::test]
async fn a_form_of_its_own_page_is_taken() {
    let (world, tool) = world().await;
    for route in forms() {
        let mut mine = administrator(&world, "garnier").await;
        let answer = mine.post(&path(&route), &[("tenant", "alpha"), ("target", "42")]).await;
        let refused = answer.status == StatusCode::CONFLICT && is_refused(&answer);
        assert!(!refused && answer.status != StatusCode::UNAUTHORIZED, "{} {}", route.path, answer.status);
    }
    assert_eq!(tool.performed.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refusal_says_for_whom_one_acts_and_for_whom_the_action_was() {
    let (world, _) = world().await;
    let act = "/actions/alpha/courriel/approve";
    let mut garnier = administrator(&world, "garnier").await;
    let alpha = garnier.mark().await.unwrap();
    let led = garnier.post("/acting", &[("tenant", "beta")]).await;
    assert_eq!(led.location(), "/");
    for (lang, sentence, here, there) in [
        (
            "fr",
            "Vous agissez maintenant pour Commune de Beta. Cette action visait Ville d’Alpha.",
            "Ouvrir le bureau : Commune de Beta",
            "Agir pour Ville d’Alpha",
        ),
        (
            "en",
            "You now act for Commune de Beta. This action was meant for Ville d’Alpha.",
            "Open the desk: Commune de Beta",
            "Act for Ville d’Alpha",
        ),
    ] {
        garnier.set("pleiade-look", &format!("{lang}.auto"));
        let page = garnier.post(act, &[("target", "42"), ("mark", &alpha)]).await.page();
        page.check_page(lang);
        assert!(page.one("main").words().contains(sentence), "{}", page.one("main").words());
        assert!(page.all("a").any(|link| link.words() == here && link.get("href") == Some("/")));
        let button = page.all("button").find(|button| button.words() == there).unwrap();
        assert_eq!((button.get("name"), button.get("value")), (Some("tenant"), Some("alpha")));
    }
    garnier.cookies.remove("pleiade-look");
    // Whoever had the page open before is not named to whoever uses the browser now.
    let mut martin = administrator(&world, "martin").await;
    let page = martin.post(act, &[("target", "42"), ("mark", &alpha)]).await;
    assert!(page.body.contains("Dominique martin") && !page.body.contains("garnier"), "{}", page.body);
    let page = martin.post_raw(act, "target=42").await;
    assert!(page.body.contains("trop ancienne ou incomplète"));
    // A collectivité that the person no longer acts for is not named either.
    let mut claims = somebody("garnier", "Dominique garnier", &["beta"]);
    claims.groups = vec!["administrateurs".into()];
    world.sso.knows("garnier", claims);
    let mut garnier = world.browser(OPERATOR);
    garnier.sign_in_at("sso", "garnier").await;
    let page = garnier.post(act, &[("target", "42"), ("mark", &alpha)]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.body.contains("vous n’agissez plus") && !page.body.contains("Ville d’Alpha"));
}

#[tokio::test]
async fn choosing_a_collectivite_asks_for_a_page_of_the_same_person_only() {
    let (world, _) = world().await;
    let mut garnier = administrator(&world, "garnier").await;
    let alpha = garnier.mark().await.unwrap();
    garnier.post("/acting", &[("tenant", "beta")]).await;
    // A tab that was left open says alpha and may say so again.
    let answer = garnier.post("/acting", &[("tenant", "alpha"), ("mark", &alpha)]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"));
    assert_eq!(garnier.mark().await.unwrap(), alpha, "the same page is right again");
    let mut martin = administrator(&world, "martin").await;
    let answer = martin.post("/acting", &[("tenant", "beta"), ("mark", &alpha)]).await;
    assert!(is_refused(&answer));
    assert!(is_refused(&martin.post_raw("/acting", "tenant=beta").await));
}

#[tokio::test]
async fn signing_out_ends_the_session_of_the_browser_whatever_the_page() {
    let (world, _) = world().await;
    let other = administrator(&world, "martin").await.mark().await.unwrap();
    for form in [String::new(), format!("mark={other}"), "mark=x".to_owned()] {
        let mut browser = administrator(&world, "garnier").await;
        let left = browser.clone();
        let answer = browser.post_raw("/sign-out", &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{form}");
        assert!(!browser.cookies.contains_key(SESSION));
        assert_eq!(left.clone().get("/").await.status, StatusCode::SEE_OTHER, "the session has ended");
    }
}

#[tokio::test]
async fn a_mark_outlives_the_cookie_and_belongs_to_the_link() {
    let (world, _) = world().await;
    let mark = administrator(&world, "garnier").await.mark().await.unwrap();
    world.clock.advance(Duration::from_secs(3600));
    assert_eq!(administrator(&world, "garnier").await.mark().await.unwrap(), mark, "another cookie");
    // Another replica has the same database and the same key.
    let folder = Some(world.folder.clone());
    let replica = World::with(Setup { folder, clock: Some(world.clock.clone()), ..Setup::default() }).await;
    let here = world.clerk_at(OPERATOR).await.mark().await.unwrap();
    assert_eq!(replica.clerk_at(OPERATOR).await.mark().await.unwrap(), here);
    // The same person by another link: the page was written with what the first link told.
    let mut joined = world.browser(ALPHA);
    joined.sign_in_at("sso", "garnier").await;
    let at_alpha = joined.mark().await.unwrap();
    assert_eq!(at_alpha, mark, "the host name is the browser's own matter");
    let mut claims = somebody("garnier", "Dominique garnier", &[]);
    claims.subject = pleiade_core::Subject::new("https://alpha-sso.example", "dg").unwrap();
    world.alpha_sso.knows("garnier", claims);
    let led = joined.post("/sign-in/alpha-sso/join", &[]).await;
    let state = led.location().split_once("state=").unwrap().1.to_owned();
    let back = joined.get(&format!("/sign-in/alpha-sso/callback?code=garnier&state={state}")).await;
    assert_eq!(back.told(), "/profile/ways ways-joined");
    let person = world.session(&joined.cookies[SESSION], Some("alpha")).await.unwrap();
    let mut by_other = world.browser(ALPHA);
    by_other.sign_in_at("alpha-sso", "garnier").await;
    let same = world.session(&by_other.cookies[SESSION], Some("alpha")).await.unwrap();
    assert_eq!(same.actor.identity.id, person.actor.identity.id);
    assert_ne!(by_other.mark().await.unwrap(), mark);
    assert!(is_refused(&by_other.post("/profile/sessions/close-others", &[("mark", &mark)]).await));
}

/// The bytes of one card of a page.
fn card<'a>(page: &'a str, id: &str) -> &'a str {
    let (before, _) = page.split_once(&format!("id=\"{id}\"")).unwrap();
    let start = before.rfind("<section").unwrap();
    let end = page[start..].find("</section>").unwrap();
    &page[start..start + end]
}

#[tokio::test]
async fn a_card_holds_nothing_of_a_session() {
    let (world, _) = world().await;
    let mut pages = Vec::new();
    for id in ["garnier", "martin"] {
        let mut browser = administrator(&world, id).await;
        world.read_cards(&browser).await;
        let page = browser.get("/").await;
        page.page().check_page("fr");
        pages.push((page.body, browser.mark().await.unwrap()));
    }
    let [(one, first), (two, second)] = &pages[..] else { panic!("two people") };
    assert_ne!(first, second);
    for id in ["card-courriel-main", "card-todo"] {
        let (mine, theirs) = (card(one, id), card(two, id));
        assert!(mine.contains("formaction=\"/actions/alpha/courriel/approve\""), "{mine}");
        assert_eq!(mine, theirs);
        for mark in [first, second] {
            assert!(!mine.contains(mark.as_str()) && !mine.contains("<form"), "{mine}");
        }
    }
    assert_eq!(one.matches("id=\"act\"").count(), 1);
    assert!(one.contains(first.as_str()) && !one.contains(second.as_str()));
}

/// Prints are shared by everybody who reads the same.
#[tokio::test]
async fn a_card_printed_for_one_collectivite_is_not_shown_in_another() {
    let (world, _) = world().await;
    let garnier = administrator(&world, "garnier").await;
    world.read_cards(&garnier).await;
    let session = world.session(&garnier.cookies[SESSION], None).await.unwrap();
    let words = world.app.words(Locale::Fr, chrono_tz::Europe::Paris);
    let mut card = world.app.board_cards(&session, words.locale).remove(0);
    let reading = world.app.engine.peek(&card.call);
    for tenant in ["alpha", "beta"] {
        card.call.context.tenant = world.app.tenants.by_id(&tenant_id(tenant)).unwrap();
        let cache = world.app.render_cache();
        let html = cache.html(&words, world.clock.now(), &card, &reading, &[], &world.app.connectors);
        assert!(html.contains(&format!("\"/actions/{tenant}/courriel/approve\"")), "{html}");
    }
}

#[tokio::test]
async fn a_line_acts_for_its_own_collectivite_and_no_other() {
    let (world, tool) = world().await;
    let mut garnier = administrator(&world, "garnier").await;
    let done = garnier.post("/actions/alpha/courriel/approve", &[("target", "42")]).await;
    assert_eq!(done.told(), "/ action-told");
    assert_eq!(tool.performed.lock().unwrap().len(), 1);
    for path in ["/actions/beta/courriel/approve", "/delegations/1/actions/beta/courriel/approve"] {
        let answer = garnier.post(path, &[("target", "42")]).await;
        assert!(is_refused(&answer) && answer.body.contains("Cette action visait Commune de Beta"), "{path}");
    }
    for path in ["/actions/operateur/courriel/approve", "/delegations/1/actions/operateur/courriel/approve"] {
        assert_eq!(garnier.post(path, &[("target", "42")]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // On alpha's own host an affiliation to beta counts for nothing.
    let mut clerk = world.clerk_at(ALPHA).await;
    let answer = clerk.post("/actions/beta/courriel/approve", &[("target", "42")]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(tool.performed.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn the_stream_of_another_page_asks_for_the_page_again_and_sends_nothing() {
    let (world, _) = world().await;
    let garnier = administrator(&world, "garnier").await;
    let alpha = garnier.mark().await.unwrap();
    for address in ["/events", "/events?mark=", "/events?mark=x", "/events?seen=0"] {
        assert_eq!(garnier.open(address).await.status(), StatusCode::BAD_REQUEST, "{address}");
    }
    // The person acts for beta in another tab; somebody else signs in on the same computer.
    let mut at_beta = garnier.clone();
    at_beta.post("/acting", &[("tenant", "beta")]).await;
    let martin = administrator(&world, "martin").await;
    for browser in [at_beta, martin] {
        world.read_cards(&browser).await;
        let mut stream = Stream::new(browser.open(&format!("/events?mark={alpha}")).await);
        assert_eq!(stream.next().await.unwrap().event, "reload");
        assert_eq!(stream.next().await, None);
        let mut own = Stream::new(browser.events().await);
        assert_eq!(own.next().await.unwrap().event, "card", "its own page is filled");
    }
}

#[tokio::test]
async fn an_open_stream_ends_when_its_browser_becomes_somebody_else_s() {
    let (world, _) = world().await;
    let browser = administrator(&world, "garnier").await;
    for becomes in ["beta", "the clerk"] {
        let mut browser = browser.clone();
        if becomes == "the clerk" {
            browser = administrator(&world, "garnier").await;
        }
        let mut stream = Stream::new(browser.events().await);
        stream.until("card-courriel-main").await;
        match becomes {
            "beta" => browser.post("/acting", &[("tenant", "beta")]).await,
            _ => browser.post("/sign-in/locale", &[("login", "clerk"), ("password", PASSWORD)]).await,
        };
        while stream.next().await.unwrap_or_else(|| panic!("no goodbye: {becomes}")).event != "bye" {}
        assert_eq!(stream.next().await, None, "{becomes}");
    }
}

/// A session whose row says something else by now, whoever changed it.
#[tokio::test]
async fn an_open_stream_sees_that_its_session_acts_for_another() {
    let (world, _) = world().await;
    let browser = administrator(&world, "garnier").await;
    world.read_cards(&browser).await;
    let mut stream = Stream::new(browser.events().await);
    stream.until("badge-courriel").await;
    Watch::open(&world).await.run("UPDATE sessions SET acting = 'beta'").await;
    // What memory holds is believed for half a minute; then the next look reads the row.
    world.clock.advance(Duration::from_secs(31));
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(16)).await;
    tokio::time::resume();
    loop {
        let piece = stream.next().await.expect("a reload");
        assert!(!piece.data.to_string().contains("beta"), "{piece:?}");
        if piece.event == "reload" {
            break;
        }
    }
    assert_eq!(stream.next().await, None);
    let session = world.session(&browser.cookies[SESSION], None).await.unwrap();
    assert_eq!(session.actor.acting.tenant, tenant_id("beta"));
}
