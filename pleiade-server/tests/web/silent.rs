//! A sign-in that asked nobody for anything, because a session was still open elsewhere, is no proof of who sits there.

use crate::support::{
    ALPHA, Browser, ISSUER, OPERATOR, PASSWORD, Provider, SESSION, Setup, World, silent, somebody, source,
    source_id, tenant_id,
};
use async_trait::async_trait;
use axum::{
    extract::ConnectInfo,
    http::{Method, StatusCode},
};
use pleiade_core::{
    Affiliation, Claims, ExposeSecret as _, Hints, IdentityProvider, PersonKind, ProviderKind, Role,
    SignInAnswer, SignInError, SignInStep, SourceId, Subject,
};
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
    assert_eq!(world.storage.links_of_person(world.clerk).await.unwrap().len(), 1);
}

/// The proof at the end of the other sign-in decides, in the session that began it.
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
    assert_eq!(led.told(), "/profile/proof?return=%2Fprofile%2Fways sign-in-proof-old");
    for lang in ["fr", "en"] {
        let mut browser = browser.clone();
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
    let affiliation = |id| {
        let mut affiliation = Affiliation::new(tenant_id(id), PersonKind::Agent);
        affiliation.roles.insert(Role::TenantAdministrator);
        affiliation
    };
    world.set_clerk_affiliations(&[affiliation("alpha"), affiliation("beta")]).await;
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
        assert_eq!(told.location(), "/profile/ways", "{path}");
    }
    assert_eq!(browser.get("/profile/ways/locale").await.location(), "/profile/ways");
    for (lang, sentence) in [("fr", "ne pouvez pas ajouter vous-même"), ("en", "cannot add a way to sign in")]
    {
        browser.set("pleiade-look", &format!("{lang}.auto"));
        let page = browser.get("/profile/ways").await;
        page.page().check_page(lang);
        assert!(page.body.contains(sentence), "{lang}: {}", page.body);
    }
    let form = [("name", "Zoé"), ("login", "zoe")];
    assert_eq!(browser.post("/console/people/invite", &form).await.status, StatusCode::OK);
    world.clock.advance(LATER);
    assert!(browser.post("/console/people/invite", &form).await.location().starts_with("/profile/proof"));
}

const INVITE: &str = "/console/people/invite";
const ASKED: &str = "/profile/proof?return=%2Fconsole%2Fpeople%2Finvite";

/// Presses the button of the page that asks for a proof, and gives the state that the provider will send back.
async fn begin_proof(browser: &mut Browser) -> String {
    let page = browser.get(ASKED).await.page();
    page.check_page("fr");
    let form = page.all("form").find_map(|form| form.get("action").filter(|to| to.contains("/start?")));
    let action = form.unwrap().to_owned();
    assert_eq!(browser.get(&action).await.status, StatusCode::METHOD_NOT_ALLOWED, "a link begins nothing");
    let left = browser.post(&action, &[]).await;
    left.location().split_once("state=").unwrap_or_else(|| panic!("{}", left.location())).1.to_owned()
}

#[tokio::test]
async fn whoever_comes_from_a_provider_proves_themselves_there_for_the_same_session() {
    let world = World::new().await;
    let mut browser = silent_administrator(&world).await;
    let before = browser.cookies[SESSION].clone();
    let state = begin_proof(&mut browser).await;
    assert!(world.alpha_sso.hinted.lock().unwrap().as_ref().unwrap().fresh);
    // The provider opens a session of its own for it: that is the one whose end counts from now on.
    let mut claims = world.alpha_sso.people.lock().unwrap()["administrator"].clone();
    claims.provider_session = Some("sid-anew".into());
    world.alpha_sso.knows("administrator", claims);
    let callback = format!("/sign-in/alpha-sso/callback?code=administrator&state={state}");
    assert_eq!(browser.get(&callback).await.location(), INVITE);
    assert_eq!(browser.cookies[SESSION], before, "no session took its place");
    let session = world.session(&before, Some("alpha")).await.unwrap();
    assert_eq!(session.provider_session(), Some("sid-anew"));
    let form = [("name", "Zoé"), ("login", "zoe")];
    assert_eq!(browser.post(INVITE, &form).await.status, StatusCode::OK);
    assert_eq!(browser.get(&callback).await.told(), "/sign-in?stay=1 sign-in-expired", "once");
    world.clock.advance(LATER);
    assert_eq!(browser.post(INVITE, &form).await.location(), ASKED);
}

#[tokio::test]
async fn a_proof_of_somebody_else_or_of_an_open_session_proves_nothing() {
    let world = World::new().await;
    world.alpha_sso.knows("other", somebody("other", "Autre Personne", &[]));
    let mut browser = silent_administrator(&world).await;
    let before = browser.cookies[SESSION].clone();
    for (code, about) in [
        ("other", "accounts-confirm-somebody-else"),
        ("of%20an%20open%20session", "accounts-confirm-not-fresh"),
        ("unknown", "sign-in-refused"),
    ] {
        let state = begin_proof(&mut browser).await;
        let back = browser.get(&format!("/sign-in/alpha-sso/callback?code={code}&state={state}")).await;
        assert_eq!(back.told(), format!("{ASKED} {about}"), "{code}");
        assert_eq!(browser.cookies[SESSION], before, "{code}");
        assert!(!browser.cookies.contains_key(RECENT), "{code}");
        for lang in ["fr", "en"] {
            let mut browser = browser.clone();
            browser.set("pleiade-look", &format!("{lang}.auto"));
            let page = browser.get(back.location()).await;
            page.page().check_page(lang);
            assert!(page.body.contains("role=\"alert\""), "{lang} {code}");
        }
        browser.cookies.remove("pleiade-look");
    }
    // The session that began it, in the browser that began it, and no other.
    let state = begin_proof(&mut browser).await;
    let mut elsewhere = world.browser(ALPHA);
    elsewhere.sign_in_at("alpha-sso", "administrator").await;
    for (name, value) in browser.cookies.iter().filter(|(name, _)| *name != SESSION) {
        elsewhere.set(name, value);
    }
    let callback = format!("/sign-in/alpha-sso/callback?code=administrator&state={state}");
    assert_eq!(elsewhere.get(&callback).await.told(), "/sign-in?stay=1 sign-in-expired");
    assert!(!elsewhere.cookies.contains_key(RECENT));
    let subject = Subject::new(ISSUER, "other").unwrap();
    assert_eq!(world.storage.find_link(&source_id("alpha-sso"), &subject).await.unwrap(), None);
}

/// Another site chooses nobody's session: neither for a browser that has none, nor for one that has another link's, of the same person
/// even.
#[tokio::test]
async fn a_link_from_elsewhere_opens_no_session_of_a_collectivite_s_source() {
    let mut own = source(Provider::new("common"), Some("alpha"), Mapping::owned_by(tenant_id("alpha")));
    own.at_common_host = true;
    let world = World::with(Setup { sources: vec![own], ..Setup::default() }).await;
    let start = async |browser: &Browser, path: &str, from: &str| {
        let mut request = browser.request(Method::GET, path, String::new());
        request.headers_mut().insert("sec-fetch-site", from.parse().unwrap());
        browser.clone().send(request).await
    };
    let browser = world.browser(OPERATOR);
    let path = "/sign-in/common/start?return=/profile/accesses";
    for from in ["cross-site", "same-site"] {
        let page = start(&browser, path, from).await;
        assert_eq!(page.status, StatusCode::OK, "{from}");
        page.page().check_page("fr");
        assert!(
            page.page()
                .all("a")
                .any(|a| a.get("href").is_some_and(|to| to.starts_with("/sign-in/common/start?")))
        );
    }
    for from in ["same-origin", "none"] {
        assert_eq!(start(&browser, path, from).await.status, StatusCode::SEE_OTHER, "{from}");
    }
    let to_operator = start(&browser, "/sign-in/sso/start", "cross-site").await;
    assert_eq!(to_operator.status, StatusCode::SEE_OTHER, "the operator's own is everybody's");
    let own = start(&world.browser(ALPHA), "/sign-in/alpha-sso/start", "cross-site").await;
    assert_eq!(own.status, StatusCode::SEE_OTHER, "the collectivité's own host");
}

#[tokio::test]
async fn another_way_in_of_the_same_person_replaces_no_session_by_a_redirect() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    world.alpha_sso.knows("jeanne", somebody("other-key", "Jeanne Dupont", &[]));
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("sso", "jeanne").await;
    let left = browser.post("/sign-in/alpha-sso/join", &[]).await;
    let state = left.location().split_once("state=").unwrap().1.to_owned();
    browser.get(&format!("/sign-in/alpha-sso/callback?code=jeanne&state={state}")).await;
    let before = browser.cookies[SESSION].clone();
    let refused = browser.sign_in_at("alpha-sso", "jeanne").await;
    assert_eq!((refused.location(), &browser.cookies[SESSION]), ("/sign-in/other-session", &before));
    assert_eq!(browser.sign_in_at("sso", "jeanne").await.location(), "/", "the same identity link again");
}

/// A role that asks for two factors is not exercised by whoever gives one again.
#[tokio::test]
async fn a_proof_less_sure_than_the_rights_of_the_session_proves_nothing() {
    let mut rule = RoleRule::group("administrateurs", Role::TenantAdministrator);
    rule.minimum_acr = Some("2fa".into());
    let mut mapping = Mapping::owned_by(tenant_id("alpha"));
    mapping.roles = vec![rule];
    mapping.acr_levels = vec!["pwd".into(), "2fa".into()];
    let provider = Provider::new("sure-sso");
    let sources = vec![source(provider.clone(), Some("alpha"), mapping)];
    let world = World::with(Setup { sources, ..Setup::default() }).await;
    let known = |acr: &str| {
        let mut claims = somebody("agarnier", "Dominique Garnier", &[]);
        claims.groups = vec!["administrateurs".into()];
        claims.acr = Some(acr.to_owned());
        claims
    };
    provider.knows("surely", known("2fa"));
    provider.knows("less", known("pwd"));
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("sure-sso", "surely").await;
    world.clock.advance(LATER);
    for (code, location) in
        [("less", format!("{ASKED} accounts-confirm-weaker")), ("surely", INVITE.to_owned())]
    {
        let state = begin_proof(&mut browser).await;
        let back = browser.get(&format!("/sign-in/sure-sso/callback?code={code}&state={state}")).await;
        assert_eq!(back.told(), location, "{code}");
    }
    assert_eq!(browser.post(INVITE, &[("name", "Zoé"), ("login", "zoe")]).await.status, StatusCode::OK);
}

/// A directory that checks passwords: the login is the key.
#[derive(Debug)]
struct Annuaire(SourceId);

#[async_trait]
impl IdentityProvider for Annuaire {
    fn id(&self) -> &SourceId {
        &self.0
    }

    fn kind(&self) -> ProviderKind {
        ProviderKind::Ldap
    }

    async fn begin(&self, _: &Hints) -> Result<SignInStep, SignInError> {
        Ok(SignInStep::AskPassword)
    }

    async fn finish(&self, answer: SignInAnswer) -> Result<Claims, SignInError> {
        let SignInAnswer::Password { login, password, .. } = answer else { panic!("a password") };
        if password.expose_secret() != PASSWORD {
            return Err(SignInError::BadCredentials);
        }
        let mut claims = silent(somebody(&login, "Dominique Garnier", &[]));
        claims.groups = vec!["administrateurs".into()];
        Ok(claims)
    }
}

#[tokio::test]
async fn whoever_signs_in_by_a_directory_s_password_proves_it_for_the_same_session() {
    let mut mapping = Mapping::owned_by(tenant_id("alpha"));
    mapping.roles = vec![RoleRule::group("administrateurs", Role::TenantAdministrator)];
    let annuaire = Arc::new(Annuaire(source_id("annuaire")));
    let sources = vec![source(annuaire, Some("alpha"), mapping)];
    let world = World::with(Setup { sources, ..Setup::default() }).await;
    let mut browser = world.browser(ALPHA);
    let typed = |login, password| [("login", login), ("password", password)];
    browser.post("/sign-in/annuaire", &typed("agarnier", PASSWORD)).await;
    let form = [("name", "Zoé"), ("login", "zoe")];
    assert_eq!(browser.post(INVITE, &form).await.status, StatusCode::OK, "a password is a proof");
    world.clock.advance(LATER);
    assert_eq!(browser.post(INVITE, &form).await.location(), ASKED);
    let page = browser.get(ASKED).await;
    page.page().check_page("fr");
    assert!(page.page().all("form").any(|form| form.get("action") == Some(ASKED)), "{}", page.body);
    let before = browser.cookies[SESSION].clone();
    for (login, password) in [("agarnier", "wrong"), ("other", PASSWORD), ("agarnier", ""), ("", PASSWORD)] {
        let again = browser.post(ASKED, &typed(login, password)).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{login} {password}");
        assert!(again.body.contains("role=\"alert\""), "{login} {password}");
        assert_eq!(browser.post(INVITE, &form).await.location(), ASKED, "{login} {password}");
    }
    assert_eq!(browser.post(ASKED, &typed("agarnier", PASSWORD)).await.location(), INVITE);
    let again = browser.post(INVITE, &[("name", "Yves"), ("login", "yves")]).await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(browser.cookies[SESSION], before, "no session took its place");
}
