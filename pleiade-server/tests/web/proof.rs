//! Forms that let somebody in, shut somebody out or change rights: a recent proof, a question first, and nobody who shuts themselves out.

use crate::support::{
    ALPHA, Answer, Browser, Fake, OPERATOR, Outcome, PASSWORD, SESSION, Setup, Watch, World, content,
    somebody, source_id, tenant_id,
};
use axum::http::StatusCode;
use pleiade_core::{Affiliation, Claims, Clock as _, Identity, IdentityId, PersonKind, Role, Subject};
use pleiade_federation::{
    delegation::{DelegationParty, NewDelegation, Scope},
    vault::{LinkedAccountKey, LinkedAccountRecord, LinkingKind},
};
use pleiade_server::{
    router::routes,
    storage::{FactorKind, NewFactor},
    web::route::{Guard, Origin, Route},
};
use std::time::Duration;

/// Longer than a proof counts.
const LATER: Duration = Duration::from_secs(601);

async fn identity(world: &World, browser: &Browser) -> Identity {
    let site = (browser.host == ALPHA).then_some("alpha");
    world.session(&browser.cookies[SESSION], site).await.unwrap().actor.identity.clone()
}

/// A path of a route, to objects that are there.
fn path(route: &str, objects: &[(&str, String)]) -> String {
    let path = objects.iter().fold(route.to_owned(), |path, (name, value)| path.replace(name, value));
    let path = path.replace("{source}", "alpha-sso").replace("{run}", "1").replace("{tenant}", "alpha");
    let path = path.replace("{connector}", "nuage").replace("{action}", "approve");
    assert!(!path.contains('{'), "{path}");
    path
}

fn posts() -> impl Iterator<Item = Route> {
    routes().into_iter().filter(|route| route.method == axum::http::Method::POST)
}

/// A list of forms is a decision: whoever adds one that opens or shuts a door adds it here.
#[test]
fn what_opens_or_shuts_a_door_asks_for_a_recent_proof_and_what_ends_something_asks_first() {
    let of = |wanted: fn(&Route) -> bool| {
        let mut found: Vec<&str> = posts().filter(wanted).map(|route| route.path).collect();
        found.sort_unstable();
        found
    };
    assert_eq!(
        of(|route| route.recent.is_some()),
        [
            "/briefing/calendar",
            "/console/people/accounts/clear",
            "/console/people/accounts/disable",
            "/console/people/accounts/enable",
            "/console/people/accounts/reset",
            "/console/people/invite",
            "/console/people/{person}/sessions/close",
            "/console/people/{person}/ways/{source}/close",
            "/console/people/{person}/ways/{source}/give",
            "/console/people/{person}/ways/{source}/open",
            "/console/sync/{source}/decide/{run}",
            "/profile/delegations/new",
            "/profile/password",
            "/profile/second-factor/add",
            "/profile/second-factor/codes",
            "/profile/second-factor/remove",
            "/profile/ways/{source}",
            "/sign-in/{source}/join",
        ]
    );
    assert_eq!(
        of(|route| route.confirms),
        [
            "/console/people/accounts/clear",
            "/console/people/accounts/disable",
            "/console/people/{person}/accesses/{link}/{connector}/revoke",
            "/console/people/{person}/delegations/{delegation}/end",
            "/console/people/{person}/sessions/close",
            "/console/people/{person}/ways/{source}/close",
            "/console/people/{person}/ways/{source}/give",
            "/profile/accesses/{connector}/revoke",
            "/profile/delegations/{delegation}/end",
        ]
    );
    for route in posts().filter(|route| route.recent.is_some() || route.confirms) {
        let guarded = matches!(route.guard, Guard::SignedIn | Guard::Administrator);
        assert!(guarded && route.origin == Origin::SamePage, "{}: nothing enforces it", route.path);
        let back = route.recent.unwrap_or("/profile");
        let page =
            routes().into_iter().any(|page| page.path == back && page.method == axum::http::Method::GET);
        assert!(page, "{back} is no page to come back to");
    }
}

/// Agent Paul of alpha's own source, with a session, a linked account, a delegation to the clerk and a local account too; and their
/// administrator.
struct Case {
    world: World,
    administrator: Browser,
    /// An operator, who alone gives identity links to other people.
    operator: Browser,
    paul: Browser,
    objects: Vec<(&'static str, String)>,
    /// The objects that forms name: Paul's link, the clerk's account, and the clerk.
    fields: Vec<(&'static str, String)>,
}

impl Case {
    async fn new() -> Self {
        let nuage = Fake::new("nuage", Outcome::Gives(content(0, &[])));
        let world = World::with(Setup { alpha: vec![nuage], ..Setup::default() }).await;
        // The clerk belongs to alpha alone, so that alpha decides about their account.
        let alpha = [Affiliation::new(tenant_id("alpha"), PersonKind::Agent)];
        world.set_clerk_affiliations(&alpha).await;
        let administrator = world.administrator_at_alpha().await;
        world.alpha_sso.knows("paul", somebody("ppetit", "Paul Petit", &[]));
        let mut claims = somebody("exploitante", "Odile Exploitante", &["alpha"]);
        claims.groups = vec!["opsn".into()];
        world.sso.knows("operator", claims);
        let mut operator = world.browser(ALPHA);
        operator.sign_in_at("sso", "operator").await;
        let mut paul = world.browser(ALPHA);
        paul.sign_in_at("alpha-sso", "paul").await;
        let (theirs, own) = (identity(&world, &paul).await, identity(&world, &administrator).await);
        let (id, now) = (theirs.id, world.clock.now());
        for link in [theirs.link, own.link] {
            let access = LinkedAccountRecord::new(
                LinkedAccountKey::new(tenant_id("alpha"), link, "nuage".parse().unwrap()),
                b"sealed".to_vec(),
                LinkingKind::Pasted,
                now,
            );
            world.storage.put_linked_account(&access).await.unwrap();
        }
        let delegation = NewDelegation::new(
            tenant_id("alpha"),
            DelegationParty::new(id, theirs.link),
            DelegationParty::new(own.id, own.link),
            Scope::new(None, false),
            now..now + chrono::TimeDelta::days(2),
            now,
        )
        .with_reason("Congés");
        let delegation = world.storage.create_delegation(&delegation).await.unwrap();
        let mut case = Self {
            objects: vec![
                ("{person}", id.to_string()),
                ("{delegation}", delegation.to_string()),
                ("{link}", theirs.link.to_string()),
            ],
            fields: vec![
                ("source", "locale".to_owned()),
                ("login", "clerk".to_owned()),
                ("to", world.clerk.to_string()),
            ],
            world,
            administrator,
            operator,
            paul,
        };
        let link = case.link(id).await;
        case.fields.push(("link", link));
        case
    }

    /// The name of the only link of somebody, as the page of a person gives it.
    async fn link(&self, id: IdentityId) -> String {
        let page = self.administrator.clone().get(&format!("/console/people/{id}")).await.page();
        let input = page.elements.iter().find(|one| one.get("name") == Some("link"));
        input.and_then(|one| one.get("value")).unwrap_or_default().to_owned()
    }

    /// Whoever may send a form to a path.
    fn whose(&self, path: &str) -> Browser {
        let whose = match path {
            path if path.starts_with("/profile") => &self.paul,
            path if path.ends_with("/give") => &self.operator,
            _ => &self.administrator,
        };
        whose.clone()
    }

    fn fields(&self) -> Vec<(&str, &str)> {
        self.fields.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }
}

#[tokio::test]
async fn an_old_session_decides_nothing_and_comes_back_with_a_proof() {
    let case = Case::new().await;
    case.world.clock.advance(LATER);
    case.world.quiet().await;
    // Noted once, so that what follows writes nothing by itself.
    case.administrator.clone().get("/").await;
    case.world.quiet().await;
    let mut watch = Watch::open(&case.world).await;
    let before = watch.version().await;
    let mut asked = 0;
    for route in posts().filter(|route| route.recent.is_some()) {
        let mut fields = case.fields();
        fields.push(("confirmed", "yes"));
        let answer = case.administrator.clone().post(&path(route.path, &case.objects), &fields).await;
        let page = path(route.recent.unwrap(), &case.objects);
        let back: String = url::form_urlencoded::byte_serialize(page.as_bytes()).collect();
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{page}");
        assert_eq!(answer.location(), format!("/profile/proof?return={back}"));
        asked += 1;
    }
    assert!(asked >= 14);
    case.world.quiet().await;
    assert_eq!(watch.version().await, before, "something was written");

    // Who comes from elsewhere proves it there, and is back on the page with the same session.
    let mut administrator = case.administrator.clone();
    let page = administrator.get("/profile/proof?return=%2Fconsole%2Fpeople%2Finvite").await;
    page.page().check_page("fr");
    let start = "/profile/proof/start?return=%2Fconsole%2Fpeople%2Finvite";
    assert!(page.page().all("form").any(|form| form.get("action") == Some(start)), "{}", page.body);
    let state = administrator.post(start, &[]).await.location().split_once("state=").unwrap().1.to_owned();
    let back = format!("/sign-in/alpha-sso/callback?code=administrator&state={state}");
    assert_eq!(administrator.get(&back).await.location(), "/console/people/invite");
    let answer = administrator.post("/console/people/accounts/reset", &case.fields()).await;
    assert!(answer.status == StatusCode::OK && answer.body.contains("/account/"), "{}", answer.body);
    // The page that somebody is led back to is ours.
    for elsewhere in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil"] {
        let led = administrator.get(&format!("/profile/proof?return={elsewhere}")).await;
        assert_eq!(led.location(), "/", "{elsewhere}");
    }
}

/// The tests above would pass on a server that always asks.
#[tokio::test]
async fn somebody_who_has_just_signed_in_is_not_asked_for_a_proof() {
    for route in posts().filter(|route| route.recent.is_some()) {
        let mut case = Case::new().await;
        let fields: Vec<(&str, String)> = case.fields.clone();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = case.administrator.post(&path(route.path, &case.objects), &fields).await;
        assert!(!answer.location().starts_with("/profile/proof"), "{}", route.path);
    }
}

#[tokio::test]
async fn a_local_account_proves_itself_with_its_password() {
    let world = World::new().await;
    let mut affiliation = Affiliation::new(tenant_id("alpha"), PersonKind::Agent);
    affiliation.roles.insert(Role::TenantAdministrator);
    world.set_clerk_affiliations(&[affiliation]).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.clock.advance(LATER);
    let form = [("name", "Zoé"), ("login", "zoe")];
    let shown = clerk.get("/console/people/invite").await;
    assert!(shown.body.contains("/profile/proof?return="), "told before the form is filled in");
    let prove = clerk.post("/console/people/invite", &form).await.location().to_owned();
    assert_eq!(prove, "/profile/proof?return=%2Fconsole%2Fpeople%2Finvite");
    for nothing in [&[][..], &[("password", "")], &[("password", "wrong")], &[("code", "000000")]] {
        let answer = clerk.post(&prove, nothing).await;
        assert!(matches!(answer.status, StatusCode::OK | StatusCode::CONFLICT), "{nothing:?}");
        assert!(clerk.post("/console/people/invite", &form).await.location().starts_with("/profile/proof"));
    }
    assert_eq!(clerk.post(&prove, &[("password", PASSWORD)]).await.location(), "/console/people/invite");
    assert_eq!(clerk.post("/console/people/invite", &form).await.status, StatusCode::OK);
    world.clock.advance(LATER);
    assert!(clerk.post("/console/people/invite", &form).await.location().starts_with("/profile/proof"));
}

#[tokio::test]
async fn a_first_form_asks_and_changes_nothing() {
    let case = Case::new().await;
    case.world.quiet().await;
    let mut watch = Watch::open(&case.world).await;
    let before = watch.version().await;
    let mut asked = 0;
    for route in posts().filter(|route| route.confirms) {
        let path = path(route.path, &case.objects);
        let mut browser = case.whose(&path);
        for confirmed in [&[][..], &[("confirmed", "no")], &[("confirmed", "yes"), ("confirmed", "yes")]] {
            let mut fields = case.fields();
            fields.extend(confirmed);
            let answer = browser.post(&path, &fields).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
            let page = answer.page();
            page.check_page("fr");
            let title = page.one("h1").words();
            let named = ["Paul Petit", "Sinéad", "Appli nuage"].iter().any(|name| title.contains(name));
            assert!(named && title.ends_with('?'), "{path}: {title}");
            assert!(page.all("form").any(|form| form.get("action") == Some(&*path)), "{path}");
        }
        for lang in ["fr", "en"] {
            browser.set("pleiade-look", &format!("{lang}.auto"));
            browser.post(&path, &case.fields()).await.page().check_page(lang);
        }
        asked += 1;
    }
    assert_eq!(asked, 9);
    case.world.quiet().await;
    assert_eq!(watch.version().await, before, "something was written");
}

#[tokio::test]
async fn the_second_form_does_what_the_question_said() {
    for route in posts().filter(|route| route.confirms) {
        let case = Case::new().await;
        let path = path(route.path, &case.objects);
        let mut browser = case.whose(&path);
        case.world.quiet().await;
        let mut watch = Watch::open(&case.world).await;
        let before = watch.version().await;
        let answer = browser.confirm(&path, &case.fields()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.body);
        assert_ne!(watch.version().await, before, "{path} has done nothing");
    }
}

fn is_told(answer: &Answer, sentence: &str) -> bool {
    answer.status == StatusCode::CONFLICT && answer.body.contains(sentence)
}

const ONESELF: &str = "on ne décide pas de son propre compte";
const LAST: &str = "est la dernière à administrer";

#[tokio::test]
async fn nobody_decides_about_themselves_in_the_console() {
    let case = Case::new().await;
    let world = &case.world;
    let identity = identity(world, &case.administrator).await;
    let me = identity.id;
    let mine = [("{person}", me.to_string()), case.objects[1].clone(), ("{link}", identity.link.to_string())];
    world.quiet().await;
    let mut watch = Watch::open(world).await;
    let before = watch.version().await;
    let subject = Subject::new(crate::support::ISSUER, "agarnier").unwrap();
    let link = pleiade_server::storage::subject_digest(&subject);
    let mut asked = 0;
    for route in posts().filter(|route| route.path.starts_with("/console/people/{person}/")) {
        let path = path(route.path, &mine);
        let mut browser = case.administrator.clone();
        for confirmed in ["no", "yes"] {
            let answer = browser.post(&path, &[("link", &link), ("confirmed", confirmed)]).await;
            assert_eq!(answer.told(), format!("/console/people/{me} console-oneself"), "{path}");
        }
        asked += 1;
    }
    assert_eq!(asked, 6);
    let page = case.administrator.clone().get(&format!("/console/people/{me}")).await;
    page.page().check_page("fr");
    assert!(page.body.contains(ONESELF) && !page.body.contains("/console/people/{me}/"));
    assert!(!page.body.contains(&format!("action=\"/console/people/{me}/")), "no button is offered either");
    assert_eq!(watch.version().await, before, "something was written");
    assert_eq!(case.administrator.clone().get("/").await.status, StatusCode::OK, "they are still there");
}

#[tokio::test]
async fn the_only_operator_does_not_disable_themselves() {
    let world = World::new().await;
    let mut affiliation = Affiliation::new(tenant_id("alpha"), PersonKind::Agent);
    affiliation.roles.insert(Role::Operator);
    world.set_clerk_affiliations(&[affiliation]).await;
    let factor = NewFactor {
        link: world.clerk_link,
        kind: FactorKind::Totp,
        name: "Tél".into(),
        host: None,
        credential: None,
        sealed: b"sealed".to_vec(),
        last_step: None,
        created_at: world.clock.now(),
    };
    let mut operator = world.clerk_at(ALPHA).await;
    world.storage.add_factor(&factor).await.unwrap();
    for action in ["disable", "clear", "reset", "enable"] {
        let form = [("source", "locale"), ("login", "clerk"), ("confirmed", "yes")];
        let answer = operator.post(&format!("/console/people/accounts/{action}"), &form).await;
        assert!(is_told(&answer, ONESELF), "{action}: {}", answer.body);
        answer.page().check_page("fr");
    }
    let page = operator.get("/console/people/invite").await;
    assert!(page.body.contains(ONESELF) && !page.body.contains("/accounts/disable"), "{}", page.body);
    assert_eq!(world.storage.factors(world.clerk_link).await.unwrap().len(), 1);
    assert_eq!(operator.get("/").await.status, StatusCode::OK);
}

fn of_alpha(id: &str, name: &str, administers: bool) -> Claims {
    let mut claims = somebody(id, name, &[]);
    claims.groups = administers.then(|| "administrateurs".to_owned()).into_iter().collect();
    claims
}

/// An operator, who administers every collectivité as such, leaves each with somebody of its own.
#[tokio::test]
async fn the_last_administrator_of_a_collectivite_is_not_shut_out() {
    let world = World::new().await;
    let mut claims = somebody("exploitante", "Odile Exploitante", &["alpha", "beta"]);
    claims.groups = vec!["opsn".into()];
    world.sso.knows("operator", claims);
    let mut operator = world.browser(OPERATOR);
    operator.sign_in_at("sso", "operator").await;
    // The clerk administers alpha by a local account, and nobody else does.
    let mut affiliation = Affiliation::new(tenant_id("alpha"), PersonKind::Agent);
    affiliation.roles.insert(Role::TenantAdministrator);
    let beta = Affiliation::new(tenant_id("beta"), PersonKind::Agent);
    world.set_clerk_affiliations(&[affiliation, beta]).await;
    let clerk = [("source", "locale"), ("login", "clerk")];
    for confirmed in [&[][..], &[("confirmed", "yes")]] {
        let form: Vec<(&str, &str)> = clerk.iter().chain(confirmed).copied().collect();
        let answer = operator.post("/console/people/accounts/disable", &form).await;
        assert!(is_told(&answer, LAST), "{}", answer.body);
    }
    let person_page = format!("/console/people/{}", world.clerk);
    let subject = pleiade_server::sign_in::local::subject(&source_id("locale"), "clerk").unwrap();
    let link = pleiade_server::storage::subject_digest(&subject);
    let close = format!("{person_page}/ways/locale/close");
    let answer = operator.post(&close, &[("link", &link), ("confirmed", "yes")]).await;
    assert_eq!(answer.told(), format!("{person_page} console-last-administrator"));
    assert!(operator.get(answer.location()).await.body.contains(LAST));
    // A colleague without the right changes nothing; one whose link is closed neither.
    world.alpha_sso.knows("agent", of_alpha("a1", "Paul Petit", false));
    world.browser(ALPHA).sign_in_at("alpha-sso", "agent").await;
    world.alpha_sso.knows("closed", of_alpha("a2", "Quentin Parti", true));
    world.browser(ALPHA).sign_in_at("alpha-sso", "closed").await;
    let gone = Subject::new(crate::support::ISSUER, "a2").unwrap();
    world.storage.disable_link(world.link("alpha-sso", &gone).await, true).await.unwrap();
    assert!(is_told(&operator.post("/console/people/accounts/disable", &clerk).await, LAST));
    // Nor does somebody who administers another collectivité.
    world.beta_sso.knows("beta", of_alpha("b1", "Berthe Blanc", true));
    world.browser(crate::support::BETA).sign_in_at("beta-sso", "beta").await;
    assert!(is_told(&operator.post("/console/people/accounts/disable", &clerk).await, LAST));
    // With another administrator there is a question, and no more.
    world.alpha_sso.knows("second", of_alpha("a3", "Renée Seconde", true));
    world.browser(ALPHA).sign_in_at("alpha-sso", "second").await;
    let done = operator.confirm("/console/people/accounts/disable", &clerk).await;
    assert_eq!(done.location(), "/console/people/invite");
    // And that one is the last by now.
    let second = Subject::new(crate::support::ISSUER, "a3").unwrap();
    let renee = world.storage.find_link(&source_id("alpha-sso"), &second).await.unwrap().unwrap().identity;
    let link = pleiade_server::storage::subject_digest(&second);
    let close = format!("/console/people/{renee}/ways/alpha-sso/close");
    let answer = operator.post(&close, &[("link", &link)]).await;
    assert_eq!(answer.told(), format!("/console/people/{renee} console-last-administrator"));
}

#[tokio::test]
async fn whoever_signs_in_again_goes_on_for_the_same_collectivite() {
    let world = World::new().await;
    world.sso.knows("both", somebody("both", "Obrien Both", &["alpha", "beta"]));
    let mut browser = world.browser(OPERATOR);
    browser.sign_in_at("sso", "both").await;
    browser.post("/acting", &[("tenant", "beta")]).await;
    let mark = browser.mark().await;
    browser.sign_in_at("sso", "both").await;
    assert_eq!(browser.mark().await, mark, "open pages are still right");
    // Somebody else begins where they begin.
    world.sso.knows("other", somebody("other", "Autre Personne", &["alpha", "beta"]));
    let both = browser.cookies[SESSION].clone();
    let refused = browser.sign_in_at("sso", "other").await;
    assert_eq!(refused.location(), "/sign-in/other-session", "a redirect makes a browser nobody else's");
    assert_eq!(browser.cookies[SESSION], both);
    for lang in ["fr", "en"] {
        browser.set("pleiade-look", &format!("{lang}.auto"));
        let page = browser.get(refused.location()).await;
        page.page().check_page(lang);
        assert!(page.body.contains("Obrien Both") && page.body.contains("role=\"alert\""));
    }
    browser.post("/sign-out", &[]).await;
    assert_eq!(browser.sign_in_at("sso", "other").await.location(), "/");
    let session = world.session(&browser.cookies[SESSION], None).await.unwrap();
    assert_eq!(session.actor.acting.tenant, tenant_id("alpha"));
}
