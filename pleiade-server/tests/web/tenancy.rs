//! Finding one's collectivité on the operator's common host, without learning anything about anybody.

use crate::support::{
    ALPHA, Answer, OPERATOR, PASSWORD, Provider, SESSION, Setup, World, somebody, source, tenant, tenant_id,
};
use axum::http::{HeaderMap, StatusCode, header};
use pleiade_core::Tenant;
use pleiade_server::sign_in::mapping::Mapping;
use std::sync::Arc;

fn domains(tenants: &mut Vec<Tenant>) {
    for tenant in tenants.iter_mut() {
        tenant.mail_domains = ["partage.example".to_owned(), format!("{}.example", tenant.id)]
            .iter()
            .map(|domain| domain.parse().unwrap())
            .collect();
    }
    let mut gamma = tenant("gamma", "Communauté du Gâtinais", &[]);
    gamma.siren = "219900016".parse().ok();
    gamma.postal_names = vec!["45200 MONTARGIS".to_owned()];
    tenants.push(gamma);
}

/// With a third collectivité that has a source of its own and no host.
async fn world() -> (World, Arc<Provider>) {
    let provider = Provider::new("gamma-sso");
    let mut gamma = source(provider.clone(), Some("gamma"), Mapping::owned_by(tenant_id("gamma")));
    gamma.at_common_host = true;
    let setup = Setup { tenants: Some(domains), sources: vec![gamma], ..Setup::default() };
    (World::with(setup).await, provider)
}

async fn ways(world: &World, typed: &str) -> Vec<String> {
    let answer = world.browser(OPERATOR).post("/sign-in/find", &[("who", typed), ("return", "/tasks")]).await;
    assert_eq!(answer.status, StatusCode::OK, "{typed:?}");
    let page = answer.page();
    page.check_page("fr");
    let links = page.all("a").filter_map(|a| a.get("href"));
    links.filter(|href| href.starts_with("/sign-in/at/")).map(str::to_owned).collect()
}

fn comparable(answer: &Answer, typed: &str) -> (StatusCode, HeaderMap, String) {
    let mut headers = answer.headers.clone();
    headers.remove("x-request-id");
    headers.remove(header::CONTENT_LENGTH);
    let written: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    let body = answer.body.replace(&written, "TYPED").replace(typed, "TYPED");
    (answer.status, headers, body)
}

#[tokio::test]
async fn an_address_or_a_name_leads_to_the_collectivite() {
    let (world, _) = world().await;
    let at = |tenant: &str, hint: &str| format!("/sign-in/at/{tenant}?return=%2Ftasks{hint}");
    assert_eq!(ways(&world, "a@alpha.example").await, [at("alpha", "&login_hint=a%40alpha.example")]);
    assert_eq!(ways(&world, "x@PARTAGE.example").await.len(), 2, "they choose");
    assert_eq!(ways(&world, "gatinais").await, [at("gamma", "")]);
    assert_eq!(ways(&world, "montargis").await, [at("gamma", "")]);
    assert_eq!(ways(&world, "219 900 016").await, [at("gamma", "")]);
    for nobody in [
        "x@alpha.example.evil",
        "x@ålpha.example",
        "x@alphа.example",
        "zzz",
        "a",
        "%",
        "<script>alert(1)</script>",
        "' OR 1=1 --",
    ] {
        assert!(ways(&world, nobody).await.is_empty(), "{nobody:?}");
    }
}

#[tokio::test]
async fn nothing_tells_whether_an_address_exists() {
    let (world, provider) = world().await;
    let mut known = somebody("jdupont", "Jeanne Dupont", &["alpha"]);
    known.mail = "jeanne.dupont@alpha.example".parse().ok();
    world.sso.knows("jeanne", known.clone());
    world.browser(ALPHA).sign_in_at("sso", "jeanne").await;
    provider.knows("jeanne", known);
    let ask = async |typed: &str| {
        let answer = world.browser(OPERATOR).post("/sign-in/find", &[("who", typed), ("return", "/")]).await;
        comparable(&answer, typed)
    };
    let real = ask("jeanne.dupont@alpha.example").await;
    for other in ["personne@alpha.example", "ADMIN@alpha.example", "admın@alpha.example"] {
        assert_eq!(ask(other).await, real, "{other}");
    }
    let nowhere = ask("jeanne.dupont@inconnu.example").await;
    assert_eq!(ask("personne@inconnu.example").await, nowhere);
}

#[tokio::test]
async fn the_choice_leads_to_the_collectivite_s_own_host_and_is_remembered() {
    let (world, _) = world().await;
    let mut browser = world.browser(OPERATOR);
    let led = browser.get("/sign-in/at/alpha?return=%2Ftasks&login_hint=a%40alpha.example&idp_hint=x").await;
    assert_eq!(
        led.location(),
        format!("https://{ALPHA}/sign-in?return=%2Ftasks&login_hint=a%40alpha.example&idp_hint=x")
    );
    let cookie = led.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-pleiade-tenant=alpha;"), "{cookie}");
    for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=31536000"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
    let page = browser.get("/sign-in").await;
    page.page().check_page("fr");
    assert!(page.body.contains("/sign-in/at/alpha?") && page.body.contains("name=\"who\""));
    // What nobody chose means nothing.
    for forged in ["inconnue", "../evil", "", &"x".repeat(5000)] {
        let mut browser = world.browser(OPERATOR);
        browser.set("__Host-pleiade-tenant", forged);
        let page = browser.get("/sign-in").await;
        assert!(page.status == StatusCode::OK && !page.body.contains("/sign-in/at/"), "{forged:.20}");
    }
    for (host, path) in
        [(OPERATOR, "/sign-in/at/inconnue"), (OPERATOR, "/sign-in/at/operateur"), (ALPHA, "/sign-in/at/beta")]
    {
        assert_eq!(world.browser(host).get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for evil in ["//evil.example", "https://evil.example", "/\\evil"] {
        let evil: String = url::form_urlencoded::byte_serialize(evil.as_bytes()).collect();
        let led = world.browser(OPERATOR).get(&format!("/sign-in/at/alpha?return={evil}")).await;
        assert_eq!(led.location(), format!("https://{ALPHA}/sign-in?return=%2F"));
    }
    let mut elsewhere = world.browser(ALPHA);
    assert_eq!(elsewhere.post("/sign-in/find", &[("who", "beta")]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_collectivite_without_a_host_signs_in_on_the_common_one() {
    let (world, provider) = world().await;
    provider.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    let mut browser = world.browser(OPERATOR);
    let plain = browser.get("/sign-in").await.body;
    assert!(!plain.contains("gamma-sso") && plain.contains("/sign-in/sso/start"), "the operator's own first");
    let led = browser.get("/sign-in/at/gamma?return=%2Ftasks&login_hint=j").await;
    assert_eq!(led.location(), "/sign-in?tenant=gamma&return=%2Ftasks&login_hint=j");
    let led = browser.get(led.location()).await;
    assert_eq!(led.location(), "/sign-in/gamma-sso/start?return=%2Ftasks&login_hint=j");
    assert_eq!(browser.sign_in_at("gamma-sso", "jeanne").await.location(), "/");
    let session = world.session(&browser.cookies[SESSION], None).await.unwrap();
    assert_eq!(session.actor.acting.tenant, tenant_id("gamma"), "whatever its source claims");
    assert_eq!(world.browser(ALPHA).get("/sign-in/gamma-sso/start").await.status, StatusCode::NOT_FOUND);
    // The operator's own people are not disturbed.
    let mut clerk = world.browser(OPERATOR);
    let typed = [("login", "clerk"), ("password", PASSWORD), ("return", "/tasks")];
    assert_eq!(clerk.post("/sign-in/locale", &typed).await.location(), "/tasks");
}

#[tokio::test]
async fn a_link_goes_straight_to_one_source_with_what_is_known() {
    let world = World::new().await;
    let mut browser = world.browser(ALPHA);
    let led = browser.get("/sign-in?source=sso&login_hint=j%40x.example&idp_hint=abc&return=%2Ftasks").await;
    assert_eq!(led.location(), "/sign-in/sso/start?return=%2Ftasks&login_hint=j%40x.example&idp_hint=abc");
    assert!(browser.get(led.location()).await.location().starts_with("https://sso.example/"));
    let hints = world.sso.hinted.lock().unwrap().clone().unwrap();
    assert_eq!((hints.login.as_deref(), hints.provider.as_deref()), (Some("j@x.example"), Some("abc")));
    let form = browser.get("/sign-in?source=locale&login_hint=clerk").await;
    assert!(form.body.contains("value=\"clerk\"") && !form.body.contains("/sign-in/sso/start"));
    // Whoever wrote the address may have written a sentence: the field says nothing to whoever reads it.
    for (hint, shown) in [
        ("ALPHA%5Cclerk", "value=\"ALPHA\\clerk\""),
        ("j.d%27arc-le_bris%2Bx@alpha.example", "value=\"j.d&#39;arc-le_bris+x@alpha.example\""),
    ] {
        let form = browser.get(&format!("/sign-in?source=locale&login_hint={hint}")).await;
        assert!(form.body.contains(shown), "{hint} {}", form.body);
    }
    for (hint, part) in [
        ("Appelez%20le%200899000000", "0899000000"),
        ("%22%3E%3Cscript%3Ealert(1)", "alert(1)"),
        ("https:%2F%2Fevil.example", "evil.example"),
        ("clerk%E2%80%AE", "\u{202e}"),
        ("a%0Asentinel", "sentinel"),
    ] {
        let form = browser.get(&format!("/sign-in?stay=1&login_hint={hint}")).await;
        assert!(form.status == StatusCode::OK && !form.body.contains(part), "{hint} {}", form.body);
    }
    // A source of another site is as good as none.
    let other = browser.get("/sign-in?source=beta-sso").await;
    assert!(other.status == StatusCode::OK && !other.body.contains("beta-sso"));
    let long = "x".repeat(300);
    let led = browser.get(&format!("/sign-in?source=sso&login_hint={long}")).await;
    assert_eq!(led.location(), "/sign-in/sso/start?return=%2F");
}

#[tokio::test]
async fn whoever_signs_in_goes_on_for_the_collectivite_that_they_chose_last() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha", "beta"]));
    let acting = async |browser: &mut crate::support::Browser| {
        let page = browser.get("/").await.page();
        let header = page.all("header").find(|header| header.has_class("bar")).unwrap().words();
        let is_told = |name: &&str| header.contains(&format!("Vous agissez pour {name}"));
        ["Ville d’Alpha", "Commune de Beta"].into_iter().find(is_told).unwrap()
    };
    let mut jeanne = world.browser(OPERATOR);
    jeanne.sign_in_at("sso", "jeanne").await;
    assert_eq!(acting(&mut jeanne).await, "Ville d’Alpha", "the first one");
    jeanne.post("/acting", &[("tenant", "beta")]).await;
    let mut elsewhere = world.browser(OPERATOR);
    elsewhere.sign_in_at("sso", "jeanne").await;
    assert_eq!(acting(&mut elsewhere).await, "Commune de Beta");
    // On the host of a collectivité it is that one, whatever was chosen.
    let mut at_alpha = world.browser(ALPHA);
    at_alpha.sign_in_at("sso", "jeanne").await;
    assert_eq!(acting(&mut at_alpha).await, "Ville d’Alpha");
}
