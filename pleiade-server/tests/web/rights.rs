//! Rights on routes. The list of routes is the router's own, so that a new route is attacked from the day it is written.

use crate::support::{
    ALPHA, Answer, BETA, Browser, Fake, ISSUER, OPERATOR, Outcome, PASSWORD, SESSION, Setup, Watch, World,
    content, somebody, tenant_id,
};
use axum::http::{Method, StatusCode, header};
use pleiade_core::{Clock as _, Role, Subject, Withheld};
use pleiade_federation::{
    delegation::{DelegationParty, NewDelegation, Scope},
    vault::{LinkedAccountKey, LinkedAccountRecord, LinkingKind},
};
use pleiade_server::{
    audit::AuditEvent,
    router::routes,
    session::require_role,
    storage::AuditQuery,
    web::errors::Refusal,
    web::route::{Guard, Route},
};
use std::{collections::BTreeMap, time::Duration};

/// A real path of a route.
fn path(route: &Route) -> String {
    path_to(route, &[])
}

/// The same, to these objects. A parameter that is not known here is a new kind of route: give it a value, and think of its rights.
fn path_to(route: &Route, objects: &[(&str, &str)]) -> String {
    let known = [
        ("{connector}", "courriel"),
        ("{action}", "approve"),
        ("{change}", "tiles"),
        ("{feed}", "none.ics"),
        ("{tenant}", "alpha"),
        ("{file}", "none.css"),
        ("{source}", "sso"),
        ("{link}", "1"),
        ("{notice}", "1"),
        ("{person}", "1"),
        ("{session}", "000000000000"),
        ("{delegation}", "1"),
        ("{run}", "1"),
        ("{*rest}", "Users"),
    ];
    // Accounts are connected to one application only, and files given to it.
    let of_account = route.path.contains("/accesses/") || route.path.starts_with("/deposit/");
    // A password is typed here for some sources only.
    let by_password = route.path.starts_with("/profile/ways/");
    let known = known.map(|(name, value)| match name {
        "{connector}" if of_account => (name, "nuage"),
        "{source}" if by_password => (name, "locale"),
        _ => (name, value),
    });
    let all = objects.iter().copied().chain(known);
    let path = all.fold(route.path.to_owned(), |path, (name, value)| path.replace(name, value));
    assert!(!path.contains('{'), "{}: no value for a parameter", route.path);
    path
}

async fn ask(browser: &mut Browser, route: &Route) -> Answer {
    let form = if route.method == Method::POST { browser.form(&[]).await } else { String::new() };
    browser.send(browser.request(route.method.clone(), &path(route), form)).await
}

fn signed_in_routes() -> Vec<Route> {
    let needs =
        |route: &Route| matches!(route.guard, Guard::SignedIn | Guard::Administrator | Guard::LegalGroup);
    let list: Vec<Route> = routes().into_iter().filter(needs).collect();
    assert!(list.len() >= 20, "routes have lost their rule");
    list
}

fn administrator_routes() -> Vec<Route> {
    let list: Vec<Route> = routes().into_iter().filter(|route| route.guard == Guard::Administrator).collect();
    assert!(list.len() >= 4, "routes have lost their rule");
    list
}

/// True if an answer is the refusal of somebody who is not signed in: a page leads to sign-in, the rest says 401.
async fn refused(browser: &mut Browser, route: &Route) -> bool {
    let as_page = ask(browser, route).await;
    let mut program = browser.clone();
    program.headers.insert(header::ACCEPT, "application/json".parse().unwrap());
    let as_data = ask(&mut program, route).await;
    let led = if route.method == Method::GET {
        as_page.status == StatusCode::SEE_OTHER && as_page.location().starts_with("/sign-in?return=%2F")
    } else {
        as_page.status == StatusCode::UNAUTHORIZED
    };
    led && as_data.status == StatusCode::UNAUTHORIZED && as_data.body.is_empty()
}

#[tokio::test]
async fn the_anonymous_are_refused_everywhere() {
    let world = World::new().await;
    for host in [ALPHA, BETA, OPERATOR] {
        for route in signed_in_routes() {
            let mut stranger = world.browser(host);
            assert!(refused(&mut stranger, &route).await, "{} {}", route.method, route.path);
            for value in ["", "x", "../../etc", &"A".repeat(43), &"é".repeat(43)] {
                let mut guessing = world.browser(host);
                let cookie: String = value.chars().filter(char::is_ascii).collect();
                guessing.set(SESSION, &cookie);
                assert!(
                    refused(&mut guessing, &route).await,
                    "{} {} with {cookie}",
                    route.method,
                    route.path
                );
            }
        }
    }
}

#[tokio::test]
async fn a_session_opens_nothing_on_another_host() {
    let world = World::new().await;
    for (from, to) in [(BETA, ALPHA), (ALPHA, BETA), (OPERATOR, ALPHA), (ALPHA, OPERATOR)] {
        let carried = world.clerk_at(from).await;
        for route in signed_in_routes() {
            let mut elsewhere = world.browser(to);
            elsewhere.set(SESSION, &carried.cookies[SESSION]);
            assert!(refused(&mut elsewhere, &route).await, "{} {} from {from}", route.method, route.path);
        }
    }
}

#[tokio::test]
async fn an_ended_session_opens_nothing() {
    let world = World::new().await;
    let mut idle = world.clerk_at(ALPHA).await;
    world.clock.advance(Duration::from_secs(3601));
    let mut old = world.clerk_at(ALPHA).await;
    for _ in 0..12 {
        world.clock.advance(Duration::from_secs(3000));
        old.get("/").await;
        world.quiet().await;
    }
    let mut revoked = world.clerk_at(ALPHA).await;
    assert_eq!(revoked.get("/").await.status, StatusCode::OK);
    world.end_sessions_of_clerk().await;
    let mut withdrawn = world.clerk_at(ALPHA).await;
    assert_eq!(withdrawn.get("/").await.status, StatusCode::OK);
    world.set_clerk_affiliations(&[]).await;
    world.clock.advance(Duration::from_secs(31));
    for (what, browser) in
        [("idle", &mut idle), ("old", &mut old), ("revoked", &mut revoked), ("without right", &mut withdrawn)]
    {
        for route in signed_in_routes() {
            assert!(refused(browser, &route).await, "{what}: {} {}", route.method, route.path);
        }
    }
}

/// The tests above would pass on a server that refuses everybody.
#[tokio::test]
async fn somebody_signed_in_is_let_in() {
    let alpha = ["courriel", "nuage"].map(|id| Fake::new(id, Outcome::Gives(content(1, &[]))));
    let world = World::with(Setup { alpha: alpha.into(), ..Setup::default() }).await;
    for route in signed_in_routes() {
        let mut clerk = world.clerk_at(ALPHA).await;
        let form = [("tenant", "alpha"), ("target", "x"), ("login", "clerk"), ("password", PASSWORD)];
        let form = clerk.form(&form).await;
        let address = Browser::address(&path(&route), &form);
        let request = clerk.request(route.method.clone(), &address, form);
        if route.path == "/events" {
            assert_eq!(clerk.events().await.status(), StatusCode::OK);
            continue;
        }
        if matches!(route.guard, Guard::Administrator | Guard::LegalGroup) {
            continue;
        }
        let answer = clerk.send(request).await;
        if route.path == "/demonstration/switch" {
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "this is no demonstration");
            continue;
        }
        assert!(
            answer.status == StatusCode::OK || answer.status == StatusCode::SEE_OTHER,
            "{} {}",
            route.path,
            answer.status
        );
        let elsewhere = answer.location().starts_with("/sign-in") && route.path != "/sign-out";
        assert!(!elsewhere, "{}", route.path);
    }
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let world = World::new().await;
    let posts: Vec<Route> = routes().into_iter().filter(|route| route.method == Method::POST).collect();
    assert!(posts.len() >= 6);
    for route in posts {
        for (site, origin) in [
            (Some("cross-site"), Some("https://evil.example")),
            (Some("same-site"), Some("https://other.alpha.example")),
            (Some("cross-site"), None),
            (None, Some("https://evil.example")),
            (None, Some("null")),
        ] {
            let mut clerk = world.clerk_at(ALPHA).await;
            let mut request = clerk.request(Method::POST, &path(&route), "tenant=beta".to_owned());
            for name in ["sec-fetch-site", "origin"] {
                request.headers_mut().remove(name);
            }
            site.map(|site| request.headers_mut().insert("sec-fetch-site", site.parse().unwrap()));
            origin.map(|origin| request.headers_mut().insert("origin", origin.parse().unwrap()));
            let answer = clerk.send(request).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{} from {site:?} {origin:?}", route.path);
            assert!(answer.headers.get(header::SET_COOKIE).is_none());
            assert_eq!(clerk.get("/").await.status, StatusCode::OK, "the session stands");
        }
    }
    // A provider's server is no browser: it sends neither header, and its token is what counts.
    let mut server = world.browser(ALPHA);
    let mut request =
        server.request(Method::POST, "/sign-out/sso/backchannel", "logout_token=nonsense".to_owned());
    request.headers_mut().remove("sec-fetch-site");
    request.headers_mut().remove("origin");
    assert_eq!(server.send(request).await.status, StatusCode::BAD_REQUEST);
}

/// One route breaks this rule, because CAS has it so, and only for a CAS source: `cas.rs` says what it writes.
#[tokio::test]
async fn reading_changes_nothing() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.quiet().await;
    let mut watch = Watch::open(&world).await;
    let before = watch.version().await;
    for mut browser in [clerk.clone(), world.browser(ALPHA)] {
        for route in routes().into_iter().filter(|route| route.method == Method::GET) {
            if route.path == "/events" {
                drop(browser.events().await);
                continue;
            }
            let status = ask(&mut browser, &route).await.status;
            assert_ne!(status, StatusCode::METHOD_NOT_ALLOWED, "{}", route.path);
        }
    }
    world.quiet().await;
    assert_eq!(watch.version().await, before, "a GET has written");
    clerk.post("/sign-out", &[]).await;
    assert_ne!(watch.version().await, before, "the watch sees writes");
}

#[tokio::test]
async fn an_unknown_host_belongs_to_nobody() {
    let world = World::new().await;
    for host in ["evil.example", "alpha.example", "bureau.alpha.example.evil.example", "127.0.0.1", ""] {
        for route in routes() {
            let mut browser = world.clerk_at(ALPHA).await;
            browser.host = host.to_owned();
            browser.headers.insert("x-forwarded-host", ALPHA.parse().unwrap());
            let answer = ask(&mut browser, &route).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host:?} {}", route.path);
            assert!(!answer.body.contains("Alpha") && answer.headers.get(header::SET_COOKIE).is_none());
        }
    }
    let mut forwarded = world.browser(ALPHA);
    forwarded.headers.insert("x-forwarded-host", BETA.parse().unwrap());
    let answer = forwarded.get("/sign-in").await;
    assert!(answer.body.contains("Alpha") && !answer.body.contains("Beta"));
}

#[tokio::test]
async fn other_methods_are_refused() {
    let world = World::new().await;
    for route in routes() {
        let taken =
            |method: &Method| routes().iter().any(|twin| twin.method == *method && twin.path == route.path);
        let others = [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH];
        for method in others.into_iter().filter(|method| !taken(method)) {
            let mut clerk = world.clerk_at(ALPHA).await;
            let mut request = clerk.request(method.clone(), &path(&route), String::new());
            request.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
            assert_eq!(
                clerk.send(request).await.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{method} {}",
                route.path
            );
        }
    }
    let mut clerk = world.clerk_at(ALPHA).await;
    assert_eq!(clerk.get("/nowhere").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_connector_of_another_collectivite_does_not_exist() {
    let (mine, theirs) =
        (Fake::new("courriel", Outcome::Gives(content(1, &[]))), Fake::new("parapheur", Outcome::Hangs));
    let world =
        World::with(Setup { alpha: vec![mine.clone()], beta: vec![theirs.clone()], ..Setup::default() })
            .await;
    let mut clerk = world.clerk_at(ALPHA).await;
    for wrong in ["/actions/alpha/parapheur/approve", "/actions/alpha/inconnu/approve"] {
        assert_eq!(clerk.post(wrong, &[("target", "1")]).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    for malformed in ["/actions/alpha/..%2Fparapheur/approve", "/actions/alpha/courriel/%00"] {
        assert_eq!(
            clerk.post(malformed, &[("target", "1")]).await.status,
            StatusCode::BAD_REQUEST,
            "{malformed}"
        );
    }
    assert!(theirs.performed.lock().unwrap().is_empty() && mine.performed.lock().unwrap().is_empty());
    let done = clerk.post("/actions/alpha/courriel/approve", &[("target", "1")]).await;
    assert_eq!(done.told(), "/ action-told");
    assert_eq!(mine.performed.lock().unwrap()[0].target, "1");
    // The clerk is at home in both, and still sees one at a time.
    assert!(!clerk.get("/").await.body.contains("parapheur"));
}

#[tokio::test]
async fn nobody_acts_for_a_collectivite_that_is_not_theirs() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    for wrong in ["beta", "inconnue", "operateur"] {
        let answer = clerk.post("/acting", &[("tenant", wrong)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{wrong}: this host is alpha's");
    }
    let mut common = world.clerk_at(OPERATOR).await;
    assert_eq!(common.post("/acting", &[("tenant", "operateur")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(common.post("/acting", &[("tenant", "beta")]).await.status, StatusCode::SEE_OTHER);
    let query = pleiade_server::storage::AuditQuery { limit: 1, ..Default::default() };
    let last = world.storage.audit(&query).await.unwrap().swap_remove(0).line;
    assert_eq!(
        last.event,
        pleiade_server::audit::AuditEvent::ActingChanged,
        "what is refused changes nothing"
    );
    assert_eq!(last.tenant, Some(tenant_id("beta")));
    let desk = common.get("/").await.body;
    assert!(desk.contains("parapheur") && !desk.contains("courriel"));
}

#[tokio::test]
async fn a_lesser_role_is_refused() {
    let world = World::new().await;
    let clerk = world.clerk_at(ALPHA).await;
    let session = world.session(&clerk.cookies[SESSION], Some("alpha")).await.unwrap();
    for role in [Role::TenantAdministrator, Role::Operator] {
        assert_eq!(require_role(&session, role), Err(Refusal::Forbidden));
    }
    for route in administrator_routes() {
        let mut clerk = world.clerk_at(ALPHA).await;
        let answer = ask(&mut clerk, &route).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{} {}", route.method, route.path);
    }
}

/// The test above would pass on a console that refuses everybody.
#[tokio::test]
async fn an_administrator_is_let_in() {
    let world = World::new().await;
    for route in administrator_routes() {
        let mut administrator = world.administrator_at_alpha().await;
        let answer = ask(&mut administrator, &route).await;
        assert_ne!(answer.status, StatusCode::FORBIDDEN, "{} {}", route.method, route.path);
        assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{} {}", route.method, route.path);
    }
}

/// Whoever administers one collectivité, on their own host, asks for what is of another.
#[tokio::test]
async fn an_administrator_of_another_collectivite_finds_nothing() {
    let world = World::new().await;
    world.sso.knows("berthe", somebody("berthe", "Berthe Blanc", &["beta"]));
    let mut berthe = world.browser(BETA);
    berthe.sign_in_at("sso", "berthe").await;
    let session = world.session(&berthe.cookies[SESSION], Some("beta")).await.unwrap();
    let (me, now) = (&session.actor.identity, world.clock.now());
    let access = LinkedAccountRecord::new(
        LinkedAccountKey::new(tenant_id("beta"), me.link, "nuage".parse().unwrap()),
        b"sealed".to_vec(),
        LinkingKind::Pasted,
        now,
    );
    world.storage.put_linked_account(&access).await.unwrap();
    let delegation = NewDelegation::new(
        tenant_id("beta"),
        DelegationParty::new(me.id, me.link),
        DelegationParty::new(world.clerk, world.clerk_link),
        Scope::new(None, false),
        now..now + chrono::TimeDelta::days(2),
        now,
    );
    let delegation = world.storage.create_delegation(&delegation).await.unwrap().to_string();
    let (person, link) = (me.id.to_string(), me.link.to_string());
    let theirs = [
        ("{person}", person.as_str()),
        ("{link}", link.as_str()),
        ("{session}", session.id.as_str()),
        ("{delegation}", &delegation),
        ("{connector}", "nuage"),
    ];
    let mut administrator = world.administrator_at_alpha().await;
    let mut asked = 0;
    for route in administrator_routes().into_iter().filter(|route| route.path.contains('{')) {
        let path = path_to(&route, &theirs);
        let form = administrator.form(&[]).await;
        let answer = administrator.send(administrator.request(route.method.clone(), &path, form)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{} {path}", route.method);
        asked += 1;
    }
    assert!(asked >= 8, "{asked} routes have an object");
    assert_eq!(berthe.get("/").await.status, StatusCode::OK);
    assert_eq!(world.storage.linked_accounts_by_link(me.link, None).await.unwrap().len(), 1);
    assert_eq!(world.storage.living_delegations(me.link, now).await.unwrap().len(), 1);
}

/// What a source says of somebody's groups at a sign-in: all of them, or that it does not tell them.
async fn sign_in_with(world: &World, groups: Result<&[&str], Withheld>) {
    let mut claims = somebody("zoe", "Zoé", &["alpha"]);
    match groups {
        Ok(groups) => claims.groups = groups.iter().map(|group| (*group).to_owned()).collect(),
        Err(why) => claims.groups_withheld = Some(why),
    }
    world.sso.knows("zoe", claims);
    let answer = world.browser(ALPHA).sign_in_at("sso", "zoe").await;
    assert_eq!(answer.location(), "/", "{}", answer.body);
}

/// The groups that are kept of that person, and the facts of the newest line that tells that they were not told.
async fn kept(world: &World) -> (Vec<String>, BTreeMap<String, String>) {
    let link = world.link("sso", &Subject::new(ISSUER, "zoe").unwrap()).await;
    let facts = world.storage.link_facts(link).await.unwrap().unwrap();
    let groups = facts.affiliations.into_iter().flat_map(|one| one.groups).collect();
    let query = AuditQuery { limit: 50, ..AuditQuery::default() };
    let mut lines = world.storage.audit(&query).await.unwrap();
    lines.retain(|line| line.line.event == AuditEvent::GroupsWithheld);
    let Some(newest) = lines.first() else { return (groups, BTreeMap::new()) };
    assert_eq!(newest.line.tenant, Some(tenant_id("alpha")), "for the administrators of the collectivité");
    assert_eq!(newest.line.person.unwrap().link, Some(link));
    (groups, newest.line.facts.clone())
}

/// Entra ID beyond 200 groups: without this, whoever joins one group too many loses every right, and nobody is told.
#[tokio::test]
async fn groups_that_a_source_withholds_count_as_last_known_for_a_month_and_are_told() {
    let log = crate::strangers::Log::default();
    let _listening = log.listen();
    let world = World::new().await;
    let day = |days: u64| Duration::from_secs(days * 24 * 3600);
    sign_in_with(&world, Ok(&["administrateurs", "agents"])).await;
    assert_eq!(kept(&world).await, (vec!["administrateurs".into(), "agents".into()], BTreeMap::new()));
    for why in [Withheld::Elsewhere, Withheld::TooMany] {
        world.clock.advance(day(10));
        sign_in_with(&world, Err(why)).await;
        let (groups, facts) = kept(&world).await;
        assert_eq!((groups.len(), facts["count"].as_str()), (2, "2"));
        assert!(facts.contains_key("until"));
        assert_eq!(facts["why"], if why == Withheld::TooMany { "too_many" } else { "elsewhere" });
    }
    assert_eq!(log.count("groups are not told and count as last known"), 2);
    // A month after they were told, and not after they were last withheld.
    world.clock.advance(day(11));
    sign_in_with(&world, Err(Withheld::Elsewhere)).await;
    let (groups, facts) = kept(&world).await;
    assert!(groups.is_empty() && !facts.contains_key("until"), "{groups:?} {facts:?}");
    assert_eq!(facts["count"], "0");
    sign_in_with(&world, Ok(&["agents"])).await;
    world.clock.advance(day(20));
    sign_in_with(&world, Err(Withheld::Elsewhere)).await;
    assert_eq!(kept(&world).await.0, ["agents"], "the month begins anew when they are told");
    sign_in_with(&world, Ok(&[])).await;
    assert!(kept(&world).await.0.is_empty(), "none is none at once");
}

#[tokio::test]
async fn whoever_comes_for_the_first_time_with_withheld_groups_has_none() {
    let world = World::new().await;
    sign_in_with(&world, Err(Withheld::Elsewhere)).await;
    let (groups, facts) = kept(&world).await;
    assert!(groups.is_empty() && facts["count"] == "0");
}

/// Another replica closes a link: this one has read the session a moment ago.
#[tokio::test]
async fn whom_another_replica_shut_out_changes_nothing() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let mut ada = world.administrator_at_alpha().await;
    let ada_link = world.session(&ada.cookies[SESSION], Some("alpha")).await.unwrap().actor.identity.link;
    let forms = routes().into_iter().filter(|route| route.method == Method::POST);
    let forms: Vec<Route> = forms
        .filter(|route| matches!(route.guard, Guard::SignedIn | Guard::Administrator | Guard::LegalGroup))
        .collect();
    assert!(forms.len() > 30);
    for browser in [&mut clerk, &mut ada] {
        assert_eq!(browser.get("/tasks").await.status, StatusCode::OK, "this replica remembers the session");
    }
    let mark = (clerk.form(&[]).await, ada.form(&[]).await);
    world.storage.disable_link(world.clerk_link, true).await.unwrap();
    world.storage.disable_link(ada_link, true).await.unwrap();
    for route in forms {
        for (browser, mark) in [(&mut clerk, &mark.0), (&mut ada, &mark.1)] {
            let request = browser.request(route.method.clone(), &path(&route), mark.clone());
            let answer = browser.send(request).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", route.path);
        }
    }
}
