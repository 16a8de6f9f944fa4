//! The rights of identity managers, and the refusals of strangers.

use crate::support::{ALPHA, Answer, BETA, OPERATOR, SESSION, Setup, World, source_id, tenant_id};
use async_trait::async_trait;
use axum::http::{Method, StatusCode, header};
use futures_util::future::join_all;
use pleiade_core::{
    Clock as _, Directory, DirectoryChanges, DirectoryError, DirectoryPerson, ExposeSecret as _, IdentityId,
    SourceId, Subject,
};
use pleiade_federation::scim::{ResourceKind, StoredResource};
use pleiade_server::{
    audit::AuditEvent,
    router::routes,
    scim::{NewToken, ScimDirectory},
    session::NewSession,
    sign_in::mapping::Mapping,
    storage::{AuditQuery, Link},
    sync::{FollowedDirectory, RunRequest, SyncRules},
    web::route::Guard,
};
use serde_json::{Value, json};
use std::{
    sync::{Arc, LazyLock, Mutex, OnceLock},
    time::Duration,
};

struct Manager<'a> {
    world: &'a World,
    source: &'static str,
    token: String,
    host: &'static str,
}

impl<'a> Manager<'a> {
    async fn new(world: &'a World, source: &'static str) -> Self {
        let new = NewToken::generate(source_id(source), world.clock.now()).unwrap();
        world.storage.create_scim_token(new.hash, &new.listed).await.unwrap();
        Self { world, source, token: new.secret.expose_secret().to_owned(), host: OPERATOR }
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut program = self.world.browser(self.host);
        let text = body.map(|body| body.to_string()).unwrap_or_default();
        let mut request = program.request(method, &format!("/scim/v2/{}/{path}", self.source), text);
        let headers = request.headers_mut();
        for name in ["origin", "sec-fetch-site"] {
            headers.remove(name);
        }
        headers.insert(header::ACCEPT, "application/scim+json".parse().unwrap());
        headers.insert(header::CONTENT_TYPE, "application/scim+json".parse().unwrap());
        if !self.token.is_empty() {
            headers.insert(header::AUTHORIZATION, format!("Bearer {}", self.token).parse().unwrap());
        }
        program.send(request).await
    }

    async fn make(&self, list: &str, body: Value) -> String {
        let answer = self.ask(Method::POST, list, Some(body)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        json_of(&answer)["id"].as_str().unwrap().to_owned()
    }

    async fn patch(&self, path: &str, operations: Value) -> Answer {
        let answer = self.ask(Method::PATCH, path, Some(json!({ "Operations": operations }))).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer
    }
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap()
}

fn jeanne() -> Value {
    json!({
        "userName": "jdupont",
        "externalId": "k-1",
        "displayName": "Jeanne Dupont",
        "emails": [{ "value": "jeanne@alpha.example", "primary": true }],
        "title": "Maire",
        "active": true,
        // Nothing in a payload names a collectivité.
        "organization": "beta",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "organization": "beta" },
    })
}

fn subject(source: &str, key: &str) -> Subject {
    Subject::new(&format!("scim:{source}"), key).unwrap()
}

async fn link(world: &World, source: &str, key: &str) -> Link {
    world.storage.find_link(&source_id(source), &subject(source, key)).await.unwrap().unwrap()
}

async fn person(world: &World, source: &str, key: &str) -> IdentityId {
    link(world, source, key).await.identity
}

/// Signs somebody in by the source itself, as a source that relies on it would.
async fn signed_in(world: &World, key: &str) -> String {
    let link = link(world, "alpha-rh", key).await;
    let new = NewSession {
        site: Some(tenant_id("alpha")),
        identity: link.identity,
        link: link.id,
        acting: tenant_id("alpha"),
        source: source_id("alpha-rh"),
        subject: subject("alpha-rh", key),
        acr: None,
        provider_session: None,
        tokens: None,
    };
    world.app.sessions.open(new).await.unwrap().expose_secret().to_owned()
}

async fn events(world: &World) -> Vec<AuditEvent> {
    let lines = world.storage.audit(&AuditQuery { limit: 200, ..AuditQuery::default() }).await.unwrap();
    lines.into_iter().rev().map(|line| line.line.event).collect()
}

#[tokio::test]
async fn only_the_token_of_a_source_opens_it() {
    let world = World::new().await;
    let alpha = Manager::new(&world, "alpha-rh").await;
    assert_eq!(alpha.ask(Method::GET, "Users", None).await.status, StatusCode::OK);
    let mut refusals = Vec::new();
    let garbage = format!("plscim_{}", "A".repeat(43));
    for (source, token, host) in [
        ("alpha-rh", "", OPERATOR),
        ("alpha-rh", "nonsense", OPERATOR),
        ("alpha-rh", garbage.as_str(), OPERATOR),
        ("beta-rh", alpha.token.as_str(), OPERATOR),
        ("inconnue", alpha.token.as_str(), OPERATOR),
        ("sso", alpha.token.as_str(), OPERATOR),
        ("alpha-rh", alpha.token.as_str(), BETA),
    ] {
        let stranger = Manager { world: &world, source, token: token.to_owned(), host };
        let answer = stranger.ask(Method::GET, "Users", None).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{source} {host}");
        assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
        refusals.push(answer.body);
    }
    assert!(
        refusals.iter().all(|body| body == &refusals[0] && body.contains("2.0:Error")),
        "one answer for all"
    );
    let at_home = Manager { host: ALPHA, token: alpha.token.clone(), ..alpha };
    assert_eq!(at_home.ask(Method::GET, "Users", None).await.status, StatusCode::OK);

    let listed = world.storage.scim_tokens(&source_id("alpha-rh")).await.unwrap();
    assert!(listed[0].last_used_at.is_some());
    assert!(world.storage.revoke_scim_token(&source_id("alpha-rh"), &listed[0].id).await.unwrap());
    assert_eq!(at_home.ask(Method::GET, "Users", None).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_cookie_opens_nothing_here_and_every_route_asks_for_a_token() {
    let world = World::new().await;
    let machine: Vec<_> = routes().into_iter().filter(|route| route.path.starts_with("/scim/")).collect();
    assert_eq!(machine.len(), 5);
    for route in machine {
        assert_eq!(route.guard, Guard::Machine);
        let mut administrator = world.administrator_at_alpha().await;
        let mut request =
            administrator.request(route.method.clone(), "/scim/v2/alpha-rh/Users", String::new());
        request.headers_mut().insert("sec-fetch-site", "same-origin".parse().unwrap());
        assert_eq!(administrator.send(request).await.status, StatusCode::UNAUTHORIZED, "{}", route.method);
    }
}

#[tokio::test]
async fn whoever_guesses_is_slowed_down() {
    let world = World::new().await;
    let manager = Manager::new(&world, "alpha-rh").await;
    for token in ["x".to_owned(), format!("plscim_{}", "A".repeat(43))] {
        let stranger = Manager { world: &world, source: "alpha-rh", token, host: OPERATOR };
        let guesses = join_all((0..45).map(|_| stranger.ask(Method::GET, "Users", None))).await;
        let wrong = |status| guesses.iter().filter(|answer| answer.status == status).count();
        assert_eq!((wrong(StatusCode::UNAUTHORIZED), wrong(StatusCode::TOO_MANY_REQUESTS)), (20, 25));
        assert!(guesses.iter().any(|answer| answer.headers.contains_key(header::RETRY_AFTER)));
        // From the same address, which a whole town hall may share.
        assert_eq!(manager.ask(Method::GET, "Users", None).await.status, StatusCode::OK);
        world.clock.advance(Duration::from_secs(3601));
    }
}

/// People without a key are known by our id of them: nobody is signed in as them by having it as a key.
#[tokio::test]
async fn nobody_takes_a_record_over_by_its_id() {
    let world = World::new().await;
    let alpha = Manager::new(&world, "alpha-rh").await;
    let id = alpha.make("Users", json!({ "userName": "jdupont", "displayName": "Jeanne" })).await;
    let jeanne = person(&world, "alpha-rh", &id).await;
    let taking = json!({ "userName": "pmartin", "externalId": id, "displayName": "Paul" });
    let answer = alpha.ask(Method::POST, "Users", Some(taking.clone())).await;
    assert_eq!((answer.status, &json_of(&answer)["scimType"]), (StatusCode::CONFLICT, &json!("uniqueness")));
    let paul = alpha.make("Users", json!({ "userName": "pmartin" })).await;
    let answer = alpha.ask(Method::PUT, &format!("Users/{paul}"), Some(taking)).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(person(&world, "alpha-rh", &id).await, jeanne);
    let told = world.storage.link_facts(link(&world, "alpha-rh", &id).await.id).await.unwrap().unwrap();
    assert_eq!(told.names.unwrap().display_name, "Jeanne");
}

#[tokio::test]
async fn what_another_source_holds_does_not_exist() {
    let world = World::new().await;
    let (alpha, beta) = (Manager::new(&world, "alpha-rh").await, Manager::new(&world, "beta-rh").await);
    let id = alpha.make("Users", jeanne()).await;
    let group = alpha.make("Groups", json!({ "displayName": "elus", "members": [{ "value": id }] })).await;
    for (method, path) in [
        (Method::GET, format!("Users/{id}")),
        (Method::PUT, format!("Users/{id}")),
        (Method::PATCH, format!("Users/{id}")),
        (Method::DELETE, format!("Users/{id}")),
        (Method::GET, format!("Groups/{group}")),
        (Method::DELETE, format!("Groups/{group}")),
    ] {
        let body = (method != Method::GET && method != Method::DELETE).then(jeanne);
        let answer = beta.ask(method.clone(), &path, body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
        assert!(answer.body.contains("2.0:Error"), "told in the protocol's own form");
    }
    assert_eq!(json_of(&beta.ask(Method::GET, "Users", None).await)["totalResults"], 0);
    let filter = "Users?filter=userName%20eq%20%22jdupont%22";
    assert_eq!(json_of(&beta.ask(Method::GET, filter, None).await)["totalResults"], 0);
    let foreign = beta
        .ask(Method::POST, "Groups", Some(json!({ "displayName": "x", "members": [{ "value": id }] })))
        .await;
    assert_eq!(foreign.status, StatusCode::BAD_REQUEST);
    // The same person, the same key, elsewhere: somebody else.
    beta.make("Users", jeanne()).await;
    assert_ne!(person(&world, "alpha-rh", "k-1").await, person(&world, "beta-rh", "k-1").await);
}

#[tokio::test]
async fn a_pushed_person_belongs_to_the_owner_of_the_source_alone() {
    let world = World::new().await;
    let alpha = Manager::new(&world, "alpha-rh").await;
    let id = alpha.make("Users", jeanne()).await;
    let who = person(&world, "alpha-rh", "k-1").await;
    let affiliations = world.storage.affiliations(who).await.unwrap();
    assert_eq!(affiliations.len(), 1);
    assert_eq!(affiliations[0].affiliation.tenant, tenant_id("alpha"));
    let told = world.storage.link_facts(link(&world, "alpha-rh", "k-1").await.id).await.unwrap().unwrap();
    let names = told.names.unwrap();
    assert_eq!((names.display_name.as_str(), names.login.as_deref()), ("Jeanne Dupont", Some("jdupont")));

    // Groups within groups, and rights that follow them.
    let inner = alpha.make("Groups", json!({ "displayName": "dgs", "members": [{ "value": id }] })).await;
    let outer = alpha
        .make("Groups", json!({ "displayName": "administrateurs", "members": [{ "value": inner }] }))
        .await;
    let groups = async || world.storage.affiliations(who).await.unwrap()[0].affiliation.groups.clone();
    assert_eq!(groups().await.into_iter().collect::<Vec<_>>(), ["administrateurs", "dgs"]);
    let cookie = signed_in(&world, "k-1").await;
    let mut browser = world.browser(ALPHA);
    browser.set(SESSION, &cookie);
    assert_eq!(browser.get("/console/people").await.status, StatusCode::OK, "by the group");
    alpha
        .patch(
            &format!("Groups/{outer}"),
            json!([{ "op": "Remove", "path": "members", "value": [{ "value": inner }] }]),
        )
        .await;
    assert_eq!(groups().await.into_iter().collect::<Vec<_>>(), ["dgs"]);
    world.clock.advance(Duration::from_secs(31));
    assert_eq!(browser.get("/console/people").await.status, StatusCode::FORBIDDEN, "the right went with it");
    assert_eq!(
        alpha.ask(Method::DELETE, &format!("Groups/{inner}"), None).await.status,
        StatusCode::NO_CONTENT
    );
    assert!(groups().await.is_empty());
}

#[tokio::test]
async fn a_departure_closes_everything_before_the_answer() {
    let world = World::new().await;
    let alpha = Manager::new(&world, "alpha-rh").await;
    let id = alpha.make("Users", jeanne()).await;
    let path = format!("Users/{id}");
    let link = async || {
        world.storage.find_link(&source_id("alpha-rh"), &subject("alpha-rh", "k-1")).await.unwrap().unwrap()
    };
    // As Entra writes it.
    let cookie = signed_in(&world, "k-1").await;
    assert!(world.session(&cookie, Some("alpha")).await.is_some());
    alpha.patch(&path, json!([{ "op": "Replace", "path": "active", "value": "False" }])).await;
    assert!(world.session(&cookie, Some("alpha")).await.is_none(), "at once");
    assert!(link().await.disabled);
    alpha.patch(&path, json!([{ "op": "Replace", "path": "active", "value": "True" }])).await;
    assert!(!link().await.disabled);

    let cookie = signed_in(&world, "k-1").await;
    let who = person(&world, "alpha-rh", "k-1").await;
    assert_eq!(alpha.ask(Method::DELETE, &path, None).await.status, StatusCode::NO_CONTENT);
    assert!(world.session(&cookie, Some("alpha")).await.is_none());
    assert!(link().await.disabled, "kept, so that nobody else gets it");
    assert_eq!(alpha.ask(Method::GET, &path, None).await.status, StatusCode::NOT_FOUND);
    alpha.make("Users", jeanne()).await;
    assert_eq!(person(&world, "alpha-rh", "k-1").await, who, "back by the same key");
    assert!(!link().await.disabled);
    let told = events(&world).await;
    for event in [AuditEvent::ScimChanged, AuditEvent::Departed, AuditEvent::CameBack] {
        assert!(told.contains(&event), "{event:?}");
    }
}

#[tokio::test]
async fn another_key_is_another_person() {
    let world = World::new().await;
    let alpha = Manager::new(&world, "alpha-rh").await;
    let path = format!("Users/{}", alpha.make("Users", jeanne()).await);
    let before = person(&world, "alpha-rh", "k-1").await;
    let cookie = signed_in(&world, "k-1").await;
    alpha.patch(&path, json!([{ "op": "replace", "path": "externalId", "value": "k-2" }])).await;
    assert_ne!(person(&world, "alpha-rh", "k-2").await, before);
    assert!(world.session(&cookie, Some("alpha")).await.is_none());
}

#[tokio::test]
async fn bodies_are_longer_than_forms_and_bounded() {
    let world = World::new().await;
    let alpha = Manager::new(&world, "alpha-rh").await;
    let padded = |bytes: usize| json!({ "userName": "x", "ignored": "x".repeat(bytes) });
    assert_eq!(alpha.ask(Method::POST, "Users", Some(padded(200 << 10))).await.status, StatusCode::CREATED);
    assert_eq!(
        alpha.ask(Method::POST, "Users", Some(padded(1 << 20))).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let mut clerk = world.clerk_at(ALPHA).await;
    let long = "x".repeat(65 << 10);
    assert_eq!(clerk.post("/preferences", &[("locale", &long)]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_program_is_answered_in_its_own_form_wherever_it_asks() {
    let world = World::new().await;
    let alpha = Manager::new(&world, "alpha-rh").await;
    alpha.make("Groups", json!({ "displayName": "agents" })).await;
    // The base address, with and without its slash, and what lies below it.
    for path in ["", "Nothing", "Nothing/x/y", "Users/x/y", "Groups/unknown"] {
        for method in [Method::GET, Method::DELETE] {
            let answer = alpha.ask(method.clone(), path, None).await;
            let body = json_of(&answer);
            assert_eq!((answer.status, &body["status"]), (StatusCode::NOT_FOUND, &json!("404")), "{path}");
            assert_eq!(answer.headers[header::CONTENT_TYPE], "application/scim+json", "{path}");
        }
    }
    let anywhere = async |path: &str| {
        let mut program = world.browser(OPERATOR);
        let mut request = program.request(Method::GET, path, String::new());
        let token = format!("Bearer {}", alpha.token).parse().unwrap();
        request.headers_mut().insert(header::AUTHORIZATION, token);
        program.send(request).await
    };
    let base = anywhere("/scim/v2/alpha-rh").await;
    assert_eq!((base.status, &json_of(&base)["status"]), (StatusCode::NOT_FOUND, &json!("404")));
    for path in ["/scim/v2", "/scim/v2/", "/scim/v1/alpha-rh/Users", "/scim/v2/inconnue"] {
        let answer = anywhere(path).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(answer.body.contains("2.0:Error"), "{path}");
    }

    let (got, head) =
        (alpha.ask(Method::GET, "Groups", None).await, alpha.ask(Method::HEAD, "Groups", None).await);
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
    assert_eq!(head.headers[header::CONTENT_TYPE], "application/scim+json");
    assert_eq!(head.headers[header::CONTENT_LENGTH], got.body.len().to_string());
    let refused = alpha.ask(Method::PUT, "Groups", Some(json!({}))).await;
    assert_eq!(refused.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(refused.headers[header::ALLOW], "GET, HEAD, POST");
}

fn heavy(world: &World, id: &str, mebibytes: usize) -> StoredResource {
    let content = json!({ "userName": id, "title": "x".repeat(mebibytes << 20) });
    let Value::Object(content) = content else { unreachable!() };
    StoredResource::new(id, content, world.clock.now())
}

#[tokio::test]
async fn a_source_has_so_much_room_and_whoever_leaves_needs_none() {
    let world = World::new().await;
    let (alpha, beta) = (Manager::new(&world, "alpha-rh").await, Manager::new(&world, "beta-rh").await);
    let id = alpha.make("Users", jeanne()).await;
    let closed = alpha.make("Users", json!({ "userName": "former", "active": false })).await;
    let group = alpha.make("Groups", json!({ "displayName": "elus" })).await;
    let full = heavy(&world, "full", 128);
    let source = source_id("alpha-rh");
    world.storage.create_scim_resource(&source, ResourceKind::User, &full).await.unwrap();
    let long = |path: &str| json!({ "op": "replace", "path": path, "value": "x".repeat(900) });
    let longer = json!({ "Operations": [long("title"), long("displayName")] });
    let joining = json!({ "Operations": [{ "op": "add", "path": "members", "value": [{ "value": id }] }] });
    for (method, path, body) in [
        (Method::POST, "Users".to_owned(), json!({ "userName": "paul" })),
        (Method::POST, "Groups".to_owned(), json!({ "displayName": "agents" })),
        (Method::POST, "Users".to_owned(), json!({ "userName": "closed", "active": false })),
        (Method::PATCH, format!("Users/{closed}"), longer.clone()),
        (Method::PATCH, format!("Users/{id}"), longer),
    ] {
        let answer = alpha.ask(method, &path, Some(body)).await;
        assert_eq!(answer.status, StatusCode::INSUFFICIENT_STORAGE, "{path}");
        assert!(answer.body.contains("2.0:Error") && answer.body.contains("delete what is not needed"));
    }
    // Small changes of what is small cost nothing more, and a departure never waits for room, however heavy whoever leaves.
    assert_eq!(
        alpha.ask(Method::PATCH, &format!("Groups/{group}"), Some(joining)).await.status,
        StatusCode::OK
    );
    let leaving =
        json!([{ "op": "replace", "path": "active", "value": false }, long("title"), long("displayName")]);
    alpha.patch(&format!("Users/{id}"), leaving).await;
    assert!(link(&world, "alpha-rh", "k-1").await.disabled);
    beta.make("Users", json!({ "userName": "paul" })).await;
    assert!(world.storage.delete_scim_resource(&source, &full).await.unwrap());
    alpha.make("Users", json!({ "userName": "paul" })).await;
}

#[tokio::test]
async fn changes_of_a_bulk_are_paced_as_if_each_had_come_alone() {
    let world = World::new().await;
    let alpha = Manager::new(&world, "alpha-rh").await;
    let path = format!("/Users/{}", alpha.make("Users", jeanne()).await);
    let changes: Vec<Value> = (0..100)
        .map(|n| {
            let data =
                json!({ "Operations": [{ "op": "replace", "path": "title", "value": n.to_string() }] });
            json!({ "method": "PATCH", "path": path, "data": data })
        })
        .collect();
    let bulk = alpha.ask(Method::POST, "Bulk", Some(json!({ "Operations": changes }))).await;
    assert!(bulk.status == StatusCode::OK && !bulk.body.contains("\"status\":\"4"), "{}", bulk.body);
    let mut answered = 0;
    while alpha.ask(Method::GET, "ServiceProviderConfig", None).await.status == StatusCode::OK {
        answered += 1;
    }
    assert_eq!(answered, 2000 - 1 - 101, "the first request, and the bulk with each of its changes");
}

/// Many members are applied behind the manager's back, by one task, whatever comes meanwhile.
#[tokio::test]
async fn a_large_group_is_applied_whole_in_the_end() {
    let world = World::new().await;
    let alpha = Manager::new(&world, "alpha-rh").await;
    let mut members = Vec::new();
    for n in 0..450 {
        let person = json!({ "userName": format!("p{n}"), "externalId": format!("k{n}") });
        members.push(json!({ "value": alpha.make("Users", person).await }));
    }
    let group = alpha.make("Groups", json!({ "displayName": "agents", "members": members })).await;
    for name in ["voirie", "eau", "espaces-verts"] {
        alpha
            .patch(
                &format!("Groups/{group}"),
                json!([{ "op": "replace", "path": "displayName", "value": name }]),
            )
            .await;
    }
    world.app.tasks.close();
    world.app.tasks.wait().await;
    for n in [0, 199, 200, 449] {
        let who = person(&world, "alpha-rh", &format!("k{n}")).await;
        let affiliations = world.storage.affiliations(who).await.unwrap();
        let groups: Vec<_> = affiliations[0].affiliation.groups.iter().map(ToString::to_string).collect();
        assert_eq!(groups, ["espaces-verts"], "{n}");
    }
}

/// An answer has so many bytes, whatever its people and their groups weigh: whoever lists goes on after as many as came.
#[tokio::test]
async fn an_answer_is_cut_where_it_is_heavy_and_goes_on() {
    let world = World::new().await;
    let alpha = Manager::new(&world, "alpha-rh").await;
    let source = source_id("alpha-rh");
    for n in 0..5 {
        let resource = heavy(&world, &format!("h{n}"), 7);
        world.storage.create_scim_resource(&source, ResourceKind::User, &resource).await.unwrap();
    }
    let (mut start, mut names) = (1, Vec::new());
    for filter in ["", "&filter=userName%20sw%20%22h%22"] {
        while start <= 5 {
            let path = format!("Users?startIndex={start}&attributes=userName,title{filter}");
            let page = json_of(&alpha.ask(Method::GET, &path, None).await);
            assert_eq!(page["totalResults"], 5, "{filter}");
            let some = page["Resources"].as_array().unwrap();
            assert!((1..=3).contains(&some.len()), "{}", some.len());
            names.extend(some.iter().map(|one| one["userName"].as_str().unwrap().to_owned()));
            start += some.len();
        }
        assert_eq!(names, ["h0", "h1", "h2", "h3", "h4"], "{filter}");
        (start, names) = (1, Vec::new());
    }
}

/// A directory that reads everybody once and says the same ever after, as one does that is slow to read them.
#[derive(Debug, Default)]
struct OldReading {
    now: OnceLock<ScimDirectory>,
    before: Mutex<Option<Vec<DirectoryPerson>>>,
}

impl OldReading {
    fn now(&self) -> &ScimDirectory {
        self.now.get().unwrap()
    }
}

#[async_trait]
impl Directory for OldReading {
    fn id(&self) -> &SourceId {
        static ID: LazyLock<SourceId> = LazyLock::new(|| source_id("alpha-rh"));
        &ID
    }

    async fn person(&self, wanted: &Subject) -> Result<Option<DirectoryPerson>, DirectoryError> {
        self.now().person(wanted).await
    }

    async fn search(&self, text: &str, limit: usize) -> Result<Vec<DirectoryPerson>, DirectoryError> {
        self.now().search(text, limit).await
    }

    async fn by_login(&self, login: &str) -> Result<Vec<DirectoryPerson>, DirectoryError> {
        self.now().by_login(login).await
    }

    async fn changes(&self, cursor: Option<&str>) -> Result<DirectoryChanges, DirectoryError> {
        let before = self.before.lock().unwrap().clone();
        let people = match (before, self.now().changes(cursor).await?) {
            (None, DirectoryChanges::Everybody { people, .. }) => people,
            (before, _) => before.unwrap(),
        };
        *self.before.lock().unwrap() = Some(people.clone());
        Ok(DirectoryChanges::Everybody { people, cursor: None })
    }

    async fn probe(&self) -> Result<(), DirectoryError> {
        self.now().probe().await
    }
}

/// A run that read somebody before they left does not let them in again.
#[tokio::test]
async fn whoever_leaves_while_everybody_is_read_has_left() {
    let pushed = Arc::new(OldReading::default());
    let followed = FollowedDirectory {
        title: "RH".to_owned(),
        owner: Some(tenant_id("alpha")),
        mapping: Mapping::owned_by(tenant_id("alpha")),
        directory: pushed.clone(),
        pushed: true,
        rules: SyncRules { apply_first_run: true, ..SyncRules::default() },
    };
    let world = World::with(Setup { directories: vec![followed], ..Setup::default() }).await;
    pushed.now.set(ScimDirectory::new(source_id("alpha-rh"), world.storage.clone())).unwrap();
    let alpha = Manager::new(&world, "alpha-rh").await;
    let path = format!("Users/{}", alpha.make("Users", jeanne()).await);
    let run = async || {
        let directory = world.app.directories.get(&source_id("alpha-rh")).unwrap().clone();
        let request = RunRequest { full: true, first: true, ..RunRequest::default() };
        world.app.directory_sync().run(&directory, request).await.unwrap()
    };
    run().await;
    alpha.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).await;
    assert!(link(&world, "alpha-rh", "k-1").await.disabled);
    assert!(pushed.before.lock().unwrap().is_some());
    let told = run().await;
    assert!(link(&world, "alpha-rh", "k-1").await.disabled, "{told:?}");
}
