//! The view that people have of themselves and of their colleagues, and administrators of them.

use crate::support::{ALPHA, BETA, Browser, OPERATOR, SESSION, World, somebody, source_id, tenant_id};
use axum::http::StatusCode;
use pleiade_core::{Identity, IdentityId};
use pleiade_federation::{
    delegation::{DelegationParty, NewDelegation, Scope},
    vault::{LinkedAccountKey, LinkedAccountRecord, LinkingKind},
};
use pleiade_server::{
    audit::{AuditEvent, Note},
    storage::{AuditQuery, FactorKind, Names, NewFactor, NewLink},
};
use serde_json::Value;

async fn identity_of(world: &World, browser: &Browser) -> Identity {
    world.session(&browser.cookies[SESSION], Some("alpha")).await.unwrap().actor.identity.clone()
}

async fn person_of(world: &World, browser: &Browser) -> IdentityId {
    identity_of(world, browser).await.id
}

/// Somebody signed in on alpha's host by the operator's source.
async fn colleague(world: &World, id: &str, name: &str, tenants: &[&str]) -> Browser {
    world.sso.knows(id, somebody(id, name, tenants));
    let mut browser = world.browser(ALPHA);
    assert_eq!(browser.sign_in_at("sso", id).await.location(), "/");
    browser
}

#[tokio::test]
async fn a_person_sees_who_they_are_and_for_whom() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(OPERATOR).await;
    let page = clerk.get("/profile").await;
    page.page();
    assert!(
        page.body.contains("Sinéad O’Brien") && page.body.contains("Alpha") && page.body.contains("Beta")
    );
    let mut here = world.clerk_at(ALPHA).await;
    let page = here.get("/profile").await;
    assert!(!page.body.contains("Beta"), "alpha's host speaks of alpha alone");
    for path in ["/profile/security", "/profile/data", "/people?q=sinead"] {
        let answer = here.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        answer.page();
    }
}

#[tokio::test]
async fn a_person_closes_their_own_sessions_and_nobody_else_s() {
    let world = World::new().await;
    let (mut first, mut second) = (world.clerk_at(ALPHA).await, world.clerk_at(ALPHA).await);
    let mut stranger = colleague(&world, "lfevre", "Loïc Fèvre", &["alpha"]).await;
    let second_name =
        world.session(&second.cookies[SESSION], Some("alpha")).await.unwrap().id.as_str().to_owned();
    let close = format!("/profile/sessions/{second_name}/close");
    assert_eq!(
        stranger.post(&close, &[]).await.status,
        StatusCode::SEE_OTHER,
        "an unknown name is not told from another's"
    );
    assert_eq!(second.get("/").await.status, StatusCode::OK, "it stands");
    assert!(first.get("/profile/security").await.body.contains(&close));
    let closed = first.post(&close, &[]).await;
    assert_eq!(closed.told(), "/profile/security profile-told-session-closed");
    assert!(first.get(closed.location()).await.body.contains("Cette session est fermée."));
    assert_eq!(second.get("/").await.status, StatusCode::SEE_OTHER, "closed at once");
    let mut third = world.clerk_at(ALPHA).await;
    let closed = first.post("/profile/sessions/close-others", &[]).await;
    assert_eq!(closed.told(), "/profile/security profile-told-others-closed");
    assert_eq!(
        (first.get("/").await.status, third.get("/").await.status),
        (StatusCode::OK, StatusCode::SEE_OTHER)
    );
    assert_eq!(stranger.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_is_kept_is_told_whole_and_holds_no_secret() {
    let world = World::new().await;
    let mut clerk = world.clerk_at(ALPHA).await;
    let mut other = colleague(&world, "lfevre", "Loïc Fèvre", &["alpha"]).await;
    other.get("/").await;
    let answer = clerk.get("/profile/data.json").await;
    let file: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(file["person"]["display_name"], "Sinéad O’Brien");
    assert_eq!(file["affiliations"].as_array().unwrap().len(), 2);
    assert_eq!(file["sessions"].as_array().unwrap().len(), 1);
    assert!(
        !answer.body.contains("Fèvre")
            && !answer.body.contains("argon2")
            && !answer.body.contains(&clerk.cookies[SESSION])
    );
}

#[tokio::test]
async fn people_are_found_without_accents_and_in_one_s_own_collectivite_only() {
    let world = World::new().await;
    colleague(&world, "hmartin", "Hélène Martin", &["alpha"]).await;
    world.sso.knows("beta", somebody("hbeta", "Hélène Betancourt", &["beta"]));
    let mut at_beta = world.browser(BETA);
    at_beta.sign_in_at("sso", "beta").await;
    let mut clerk = world.clerk_at(ALPHA).await;
    for typed in ["helene", "H%C3%89L%C3%88NE", "martin+helene", "hmartin"] {
        let found = clerk.get(&format!("/people?q={typed}")).await.body;
        assert!(found.contains("Hélène Martin") && !found.contains("Betancourt"), "{typed}");
    }
    assert!(!clerk.get("/people?q=h").await.body.contains("Martin"), "one letter lists nobody");
    assert!(!clerk.get("/people?q=%25%25").await.body.contains("Martin"), "no wildcard");
    assert!(at_beta.get("/people?q=helene").await.body.contains("Betancourt"));
}

#[tokio::test]
async fn an_administrator_sees_their_own_collectivite_alone() {
    let world = World::new().await;
    let mut administrator = world.administrator_at_alpha().await;
    let mut both = colleague(&world, "obrien", "Obrien Both", &["alpha", "beta"]).await;
    let id = person_of(&world, &both).await;
    world.sso.knows("both", somebody("obrien", "Obrien Both", &["alpha", "beta"]));
    let mut at_beta = world.browser(BETA);
    at_beta.sign_in_at("sso", "both").await;
    world.sso.knows("beta", somebody("lfevre", "Loïc Fèvre", &["beta"]));
    let mut stranger = world.browser(BETA);
    stranger.sign_in_at("sso", "beta").await;
    let theirs = world.session(&stranger.cookies[SESSION], Some("beta")).await.unwrap().actor.identity.id;

    let list = administrator.get("/console/people").await;
    list.page();
    assert!(list.body.contains("Obrien Both") && !list.body.contains("Fèvre"));
    assert_eq!(administrator.get(&format!("/console/people/{theirs}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        administrator.post(&format!("/console/people/{theirs}/sessions/close"), &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let page = administrator.get(&format!("/console/people/{id}")).await;
    page.page();
    assert!(
        page.body.contains("Alpha") && !page.body.contains("Beta"),
        "what they are elsewhere is not told"
    );
    administrator.confirm(&format!("/console/people/{id}/sessions/close"), &[]).await;
    assert_eq!(both.get("/").await.status, StatusCode::SEE_OTHER, "closed here");
    assert_eq!(at_beta.get("/").await.status, StatusCode::OK, "beta's session is beta's affair");
    assert_eq!(stranger.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_journal_is_of_one_collectivite_and_cannot_be_changed() {
    let world = World::new().await;
    let mut administrator = world.administrator_at_alpha().await;
    for (tenant, who) in [("alpha", "fact-of-alpha"), ("beta", "fact-of-beta")] {
        let note = Note::new(AuditEvent::RightsChanged)
            .tenant(&tenant_id(tenant))
            .actor(world.clerk)
            .with("rule", who);
        world.app.journal().record(note).await.unwrap();
    }
    let page = administrator.get("/console/audit").await;
    page.page();
    assert!(page.body.contains("fact-of-alpha") && !page.body.contains("fact-of-beta"));
    assert!(page.body.contains("Sinéad O’Brien"));

    let lines = world.storage.audit(&AuditQuery { limit: 10, ..AuditQuery::default() }).await.unwrap();
    assert!(lines.len() >= 2);
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&world.database);
    use sqlx::Connection as _;
    let mut raw = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    let today =
        "INSERT INTO audit (at, event, facts) VALUES (strftime('%s', 'now') * 1000, 'signed_out', '{}')";
    sqlx::query(today).execute(&mut raw).await.unwrap();
    for statement in
        ["UPDATE audit SET event = 'signed_out'", "UPDATE audit SET facts = '{}'", "DELETE FROM audit"]
    {
        assert!(sqlx::query(statement).execute(&mut raw).await.is_err(), "{statement}");
    }
}

/// Whoever signs in by the operator's source, with the operator's role.
async fn operator(world: &World) -> Browser {
    let mut claims = somebody("exploitante", "Odile Exploitante", &["alpha"]);
    claims.groups = vec!["opsn".into()];
    world.sso.knows("operator", claims);
    let mut browser = world.browser(ALPHA);
    assert_eq!(browser.sign_in_at("sso", "operator").await.location(), "/");
    browser
}

#[tokio::test]
async fn what_happens_at_the_operator_s_own_is_in_the_operator_s_log() {
    let world = World::new().await;
    let mut administrator = world.administrator_at_alpha().await;
    let mut operator = operator(&world).await;
    let note =
        Note::new(AuditEvent::EmergencyAccountUsed).actor(world.clerk).with("factor", "fact-of-nobody");
    world.app.journal().record(note).await.unwrap();
    let page = operator.get("/console/audit").await;
    page.page().check_page("fr");
    assert!(
        page.body.contains("fact-of-nobody") && page.body.contains(&format!("(n°\u{a0}{})", world.clerk))
    );
    assert!(!administrator.get("/console/audit").await.body.contains("fact-of-nobody"));
    let person = format!("/console/people/{}", world.clerk);
    assert!(operator.get(&person).await.body.contains("fact-of-nobody"));
    assert!(!administrator.get(&person).await.body.contains("fact-of-nobody"));
}

/// An administrator of a collectivité, whom nobody asks twice, could close the operator's sessions as fast as they open.
#[tokio::test]
async fn an_administrator_of_a_collectivite_does_not_close_the_operator_s_sessions() {
    let world = World::new().await;
    let mut administrator = world.administrator_at_alpha().await;
    let mut browser = operator(&world).await;
    let id = person_of(&world, &browser).await;
    let close = format!("/console/people/{id}/sessions/close");
    administrator.confirm(&close, &[]).await;
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    world.sso.knows("second", {
        let mut claims = somebody("second", "Ondine Seconde", &["alpha"]);
        claims.groups = vec!["opsn".into()];
        claims
    });
    let mut other = world.browser(ALPHA);
    other.sign_in_at("sso", "second").await;
    other.confirm(&close, &[]).await;
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER, "the operator does");
}

#[tokio::test]
async fn a_line_names_somebody_by_the_link_and_the_moment_of_what_happened() {
    let world = World::new().await;
    let mut administrator = world.administrator_at_alpha().await;
    world.alpha_sso.knows("moved", somebody("moved", "Yannick Avant", &["alpha"]));
    let mut browser = world.browser(ALPHA);
    assert_eq!(browser.sign_in_at("alpha-sso", "moved").await.location(), "/");
    let identity = identity_of(&world, &browser).await;
    let (before, theirs) = (identity.id, identity.link);
    let note =
        |rule: &str| Note::new(AuditEvent::RightsChanged).tenant(&tenant_id("alpha")).with("rule", rule);
    world.app.journal().record(note("fact-before").actor(&identity)).await.unwrap();
    let administrators = identity_of(&world, &administrator).await;

    // The link goes to somebody else, and is called otherwise there.
    let link = world.storage.links_of_person(before).await.unwrap().remove(0).link;
    let moved = NewLink { identity: world.clerk, ..link };
    assert!(world.storage.move_link(theirs, &moved, before).await.unwrap());
    let names = Names { display_name: "Yannick Après".into(), ..Names::default() };
    world.storage.update_names(theirs, &names).await.unwrap();
    world.app.journal().record(note("fact-after").actor((world.clerk, theirs))).await.unwrap();
    world.app.journal().record(note("fact-other-way").actor((world.clerk, world.clerk_link))).await.unwrap();
    // Whom nobody names any more, and what another collectivité's source did here.
    world.app.journal().record(note("fact-nobody").actor(before)).await.unwrap();
    world
        .app
        .journal()
        .record(note("fact-elsewhere").actor(&administrators).source(&source_id("beta-sso")))
        .await
        .unwrap();

    let page = administrator.get("/console/audit").await;
    page.page();
    let line = |rule: &str| {
        let line = page.body.split("<li").find(|line| line.contains(rule)).unwrap();
        line.to_owned()
    };
    assert!(line("fact-before").contains("Yannick Avant"), "{}", line("fact-before"));
    assert!(line("fact-after").contains("Yannick Après"));
    assert!(line("fact-other-way").contains("Sinéad O’Brien"));
    // Whoever takes the name of another one for a moment keeps their number.
    assert!(line("fact-before").contains(&format!("Yannick Avant (n°\u{a0}{before})")));
    assert!(line("fact-after").contains(&format!("Yannick Après (n°\u{a0}{})", world.clerk)));
    assert!(line("fact-nobody").contains("ne connaît plus"));
    assert!(!line("fact-elsewhere").contains("beta-sso"), "a source of another collectivité is not named");
    // Whoever is called otherwise by each of two identity links is found by each.
    let list = administrator.get("/console/people").await;
    assert!(list.body.contains("Yannick Après") && list.body.contains("Sinéad O’Brien"));
    assert_eq!(list.body.matches("Sinéad O’Brien").count(), 1);
}

#[tokio::test]
async fn everybody_reads_why_each_right_is_held() {
    let world = World::new().await;
    let mut administrator = world.administrator_at_alpha().await;
    let id = person_of(&world, &administrator).await;
    let because = "le groupe «\u{a0}administrateurs\u{a0}» de la source «\u{a0}Compte alpha-sso\u{a0}»";
    let own = administrator.get("/profile").await;
    own.page();
    assert!(own.body.contains("Pourquoi ai-je ces droits") && own.body.contains(because), "{}", own.body);
    let page = administrator.get(&format!("/console/people/{id}")).await;
    page.page();
    assert!(page.body.contains("Pourquoi ces droits") && page.body.contains(because));
    let theirs = world.clerk_at(ALPHA).await.get("/profile").await.body;
    assert!(theirs.contains("Pourquoi ai-je ces droits") && !theirs.contains("administrateurs"));

    // The rule no longer finds its group: neither the right nor its reason is told, whatever was written at sign-in.
    let mut colleague = somebody("jdupont", "Jeanne Dupont", &[]);
    colleague.groups = vec!["administrateurs".into()];
    world.alpha_sso.knows("jeanne", colleague);
    let mut jeanne = world.browser(ALPHA);
    jeanne.sign_in_at("alpha-sso", "jeanne").await;
    let jeanne = world.session(&jeanne.cookies[SESSION], Some("alpha")).await.unwrap();
    let mut affiliation = jeanne.actor.acting.clone();
    affiliation.groups.clear();
    affiliation.roles.clear();
    world.storage.replace_affiliations(jeanne.actor.identity.link, &[affiliation]).await.unwrap();
    let page = administrator.get(&format!("/console/people/{}", jeanne.actor.identity.id)).await.body;
    let panel = page.split("aria-labelledby=\"sessions\"").next().unwrap();
    assert!(!panel.contains("Administrateur de la collectivité"), "{panel}");
}

/// The form of the person's page that closes or opens their only identity link: its path, and what it names.
fn way(page: &str) -> (String, String) {
    let form = page.split("<form").find(|form| form.contains("/ways/")).unwrap();
    let after = |mark: &str| form.split_once(mark).unwrap().1.split_once('"').unwrap().0.to_owned();
    (after("action=\""), after("name=\"link\" value=\""))
}

#[tokio::test]
async fn an_administrator_closes_and_opens_ways_in_of_their_own_collectivite() {
    let world = World::new().await;
    let mut administrator = world.administrator_at_alpha().await;
    world.alpha_sso.knows("agent", somebody("a2", "Paul Petit", &[]));
    let mut agent = world.browser(ALPHA);
    agent.sign_in_at("alpha-sso", "agent").await;
    let id = person_of(&world, &agent).await;
    let page = format!("/console/people/{id}");
    let shown = administrator.get(&page).await;
    shown.page();
    assert!(shown.body.contains("Compte alpha-sso") && !shown.body.contains("\"a2\""));
    let (close, link) = way(&shown.body);
    assert_eq!(close, format!("{page}/ways/alpha-sso/close"));

    // Another link's name, another source, another person: there is no such thing.
    let mine = person_of(&world, &administrator).await;
    for (path, link) in [
        (close.clone(), "0000000000000000"),
        (close.clone(), ""),
        (format!("{page}/ways/sso/close"), link.as_str()),
        (format!("/console/people/{mine}/ways/alpha-sso/close"), link.as_str()),
    ] {
        let answer = administrator.post(&path, &[("link", link)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path} {link}");
    }
    // A link of the operator's source is not the collectivité's to see or close.
    let clerk = format!("/console/people/{}", world.clerk);
    assert!(!administrator.get(&clerk).await.body.contains("/ways/"));
    assert_eq!(agent.get("/").await.status, StatusCode::OK);

    let me = identity_of(&world, &agent).await;
    let access = LinkedAccountRecord::new(
        LinkedAccountKey::new(tenant_id("alpha"), me.link, "nuage".parse().unwrap()),
        b"sealed".to_vec(),
        LinkingKind::Pasted,
        world.app.clock.now(),
    );
    world.storage.put_linked_account(&access).await.unwrap();
    let done = administrator.confirm(&close, &[("link", &link)]).await;
    assert_eq!(done.told(), format!("{page} ways-told-closed"));
    assert!(
        world.storage.linked_accounts_by_link(me.link, None).await.unwrap().is_empty(),
        "linked accounts go with the last identity link"
    );
    assert_eq!(agent.get("/").await.status, StatusCode::SEE_OTHER, "what was open has ended");
    let shown = administrator.get(done.location()).await;
    shown.page();
    let (open, same) = way(&shown.body);
    assert_eq!((open.as_str(), same), (format!("{page}/ways/alpha-sso/open").as_str(), link.clone()));
    assert_eq!(administrator.post(&open, &[("link", &link)]).await.told(), format!("{page} ways-told-open"));
    assert_eq!(agent.sign_in_at("alpha-sso", "agent").await.location(), "/");
}

#[tokio::test]
async fn the_file_tells_of_links_accesses_and_delegations_without_a_secret() {
    let world = World::new().await;
    let mut agent = world.browser(ALPHA);
    world.alpha_sso.knows("agent", somebody("a2", "Paul Petit", &[]));
    agent.sign_in_at("alpha-sso", "agent").await;
    let me = identity_of(&world, &agent).await;
    let now = world.app.clock.now();
    world
        .storage
        .put_linked_account(&LinkedAccountRecord::new(
            LinkedAccountKey::new(tenant_id("alpha"), me.link, "nuage".parse().unwrap()),
            b"sentinel-sealed".to_vec(),
            LinkingKind::Pasted,
            now,
        ))
        .await
        .unwrap();
    world
        .storage
        .add_factor(&NewFactor {
            link: me.link,
            kind: FactorKind::Totp,
            name: "Téléphone de Paul".into(),
            host: None,
            credential: None,
            sealed: b"sentinel-factor".to_vec(),
            last_step: None,
            created_at: now,
        })
        .await
        .unwrap();
    world
        .storage
        .create_delegation(
            &NewDelegation::new(
                tenant_id("alpha"),
                DelegationParty::new(me.id, me.link),
                DelegationParty::new(world.clerk, world.clerk_link),
                Scope::new(None, false),
                now..now + chrono::TimeDelta::days(2),
                now,
            )
            .with_reason("Congés de printemps"),
        )
        .await
        .unwrap();
    let answer = agent.get("/profile/data.json").await;
    let file: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(file["sign_in"][0]["source"], "alpha-sso");
    assert_eq!(file["sign_in"][0]["made_by"], "first");
    assert_eq!(file["accesses"][0]["application"], "nuage");
    assert_eq!(file["second_factors"][0]["name"], "Téléphone de Paul");
    assert_eq!(file["delegations"][0]["with"], "Sinéad O’Brien");
    assert!(!answer.body.contains("sentinel") && !answer.body.contains("sealed\":["), "no secret");
    let page = agent.get("/profile/data").await;
    page.page();
    for told in ["Téléphone de Paul", "Congés de printemps", "Compte alpha-sso", "nuage"] {
        assert!(page.body.contains(told), "{told}");
    }
    let mut other = world.clerk_at(ALPHA).await;
    let theirs = other.get("/profile/data.json").await.body;
    assert!(!theirs.contains("Téléphone") && !theirs.contains("nuage") && theirs.contains("Paul Petit"));
}
