//! A sign-in that asked nobody for anything, because a session was still open elsewhere, is no proof of who sits there.

use crate::support::{
    ALPHA, Browser, ISSUER, OPERATOR, PASSWORD, SESSION, Setup, World, silent, somebody, source, source_id,
    tenant_id,
};
use axum::{extract::ConnectInfo, http::Method, http::StatusCode};
use pleiade_core::{Affiliation, PersonKind, Role, Subject};
use pleiade_federation::header::{HeaderConfig, HeaderProvider};
use pleiade_server::sign_in::mapping::{Mapping, RoleRule};
use std::{net::SocketAddr, sync::Arc, time::Duration};

const RECENT: &str = "__Host-pleiade-recent";
const LATER: Duration = Duration::from_secs(601);

async fn silent_administrator(world: &World) -> Browser {
    let mut claims = silent(somebody("agarnier", "Dominique Garnier", &[]));
    claims.groups = vec!["administrateurs".into()];
    world.alpha_sso.knows("administrator", claims);
    let mut browser = world.browser(ALPHA);
    assert_eq!(browser.sign_in_at("alpha-sso", "administrator").await.location(), "/");
    browser
}

#[tokio::test]
async fn a_silent_sign_in_is_no_proof_for_the_console() {
    let world = World::new().await;
    let mut browser = silent_administrator(&world).await;
    assert!(!browser.cookies.contains_key(RECENT));
    let form = [("name", "Zoé"), ("login", "zoe")];
    let led = browser.post("/console/people/invite", &form).await;
    assert_eq!(led.location(), "/profile/proof?return=%2Fconsole%2Fpeople%2Finvite");
    assert!(browser.get("/console/people/invite").await.body.contains("/profile/proof?return="));
    // Neither is the proof of another session of the same person and browser.
    let proved = world.administrator_at_alpha().await;
    browser.set(RECENT, &proved.cookies[RECENT]);
    assert!(browser.post("/console/people/invite", &form).await.location().starts_with("/profile/proof"));
    let mut proved = proved;
    assert_eq!(proved.post("/console/people/invite", &form).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_silent_sign_in_joins_nothing() {
    let world = World::new().await;
    world.sso.knows("jeanne", silent(somebody("jdupont", "Jeanne Dupont", &["alpha"])));
    world.alpha_sso.knows("jeanne", somebody("other-key", "Jeanne Dupont", &[]));
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("sso", "jeanne").await;
    let typed = [("login", "clerk"), ("password", PASSWORD)];
    for (path, back) in [
        ("/sign-in/alpha-sso/join", "%2Fprofile%2Fways"),
        ("/sign-in/locale/join", "%2Fprofile%2Fways"),
        ("/profile/ways/locale", "%2Fprofile%2Fways%2Flocale"),
    ] {
        let led = browser.post(path, &typed).await;
        assert_eq!(led.location(), format!("/profile/proof?return={back}"), "{path}");
    }
    let led = browser.get("/profile/ways/locale").await;
    assert_eq!(
        led.location(),
        "/profile/proof?return=%2Fprofile%2Fways%2Flocale",
        "no password is typed in vain"
    );
    assert_eq!(world.storage.links_of(world.clerk).await.unwrap().len(), 1);
}

/// What decides is what was proved when the other sign-in is done, in the session that began it.
#[tokio::test]
async fn the_end_of_a_joining_asks_for_the_proof_too() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    world.alpha_sso.knows("jeanne", somebody("other-key", "Jeanne Dupont", &[]));
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("sso", "jeanne").await;
    let left = browser.post("/sign-in/alpha-sso/join", &[]).await;
    let state = left.location().split_once("state=").unwrap().1.to_owned();
    browser.cookies.remove(RECENT);
    let led = browser.get(&format!("/sign-in/alpha-sso/callback?code=jeanne&state={state}")).await;
    assert_eq!(led.location(), "/profile/proof?return=%2Fprofile%2Fways&about=sign-in-proof-old");
    for lang in ["fr", "en"] {
        browser.set("pleiade-look", &format!("{lang}.auto"));
        let page = browser.get(led.location()).await;
        page.page().check_page(lang);
        assert!(page.body.contains("role=\"alert\""), "{lang}: it says why");
    }
    let subject = Subject::new(ISSUER, "other-key").unwrap();
    assert_eq!(world.storage.find_link(&source_id("alpha-sso"), &subject).await.unwrap(), None);
}

#[tokio::test]
async fn a_proof_goes_on_when_its_session_acts_for_another_collectivite_and_ends_in_time() {
    let world = World::new().await;
    let tie = |id| {
        let mut tie = Affiliation::new(tenant_id(id), PersonKind::Agent);
        tie.roles.insert(Role::TenantAdministrator);
        tie
    };
    world.tie_clerk(&[tie("alpha"), tie("beta")]).await;
    let mut clerk = world.clerk_at(OPERATOR).await;
    world.clock.advance(Duration::from_secs(300));
    let before = clerk.clone();
    assert_eq!(clerk.post("/acting", &[("tenant", "beta")]).await.location(), "/");
    assert_ne!(clerk.cookies[SESSION], before.cookies[SESSION]);
    let form = [("name", "Zoé"), ("login", "zoe")];
    assert_eq!(clerk.post("/console/people/invite", &form).await.status, StatusCode::OK);
    world.clock.advance(Duration::from_secs(301));
    assert!(clerk.post("/console/people/invite", &form).await.location().starts_with("/profile/proof"));
}

async fn behind_a_proxy() -> World {
    let mut config =
        HeaderConfig::new(vec!["10.0.0.5".parse().unwrap()], "https://auth.alpha.example/", "Auth-Subject");
    config.groups = Some("Auth-Groups".into());
    let provider = Arc::new(HeaderProvider::new(source_id("proxy"), config).unwrap());
    let mut mapping = Mapping::owned_by(tenant_id("alpha"));
    mapping.roles = vec![RoleRule::group("administrateurs", Role::TenantAdministrator)];
    let sources = vec![source(provider.clone(), Some("alpha"), mapping)];
    World::with(Setup { sources, headers: vec![provider], ..Setup::default() }).await
}

#[tokio::test]
async fn a_session_of_a_proxy_s_headers_joins_nothing_and_administers_while_it_is_young() {
    let world = behind_a_proxy().await;
    let mut browser = world.browser(ALPHA);
    let mut request = browser.request(Method::GET, "/sign-in/proxy/start?return=/", String::new());
    request.extensions_mut().insert(ConnectInfo("10.0.0.5:4711".parse::<SocketAddr>().unwrap()));
    for (name, value) in [("auth-subject", "ldap:42"), ("auth-groups", "administrateurs")] {
        request.headers_mut().append(name, value.parse().unwrap());
    }
    assert_eq!(browser.send(request).await.location(), "/");
    let page = browser.get("/profile/ways").await;
    assert!(!page.body.contains("/join\""), "nothing is offered");
    for path in ["/sign-in/alpha-sso/join", "/sign-in/locale/join", "/profile/ways/locale"] {
        let told = browser.post(path, &[("login", "clerk"), ("password", PASSWORD)]).await;
        assert_eq!(told.location(), "/profile/ways?about=sign-in-by-headers", "{path}");
    }
    assert_eq!(
        browser.get("/profile/ways/locale").await.location(),
        "/profile/ways?about=sign-in-by-headers"
    );
    for (lang, sentence) in [("fr", "n’ajoute aucun moyen"), ("en", "adds no way to sign in")] {
        browser.set("pleiade-look", &format!("{lang}.auto"));
        let page = browser.get("/profile/ways?about=sign-in-by-headers").await;
        page.page().check_page(lang);
        assert!(page.body.contains(sentence), "{lang}: {}", page.body);
    }
    let form = [("name", "Zoé"), ("login", "zoe")];
    assert_eq!(browser.post("/console/people/invite", &form).await.status, StatusCode::OK);
    world.clock.advance(LATER);
    assert!(browser.post("/console/people/invite", &form).await.location().starts_with("/profile/proof"));
}
