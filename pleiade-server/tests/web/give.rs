//! An identity link that the operator gives to another person, and what people are told of what others did to their identity links.

use crate::support::{
    ALPHA, Answer, BETA, Browser, ISSUER, PASSWORD, SESSION, World, silent, somebody, source_id, tenant_id,
};
use axum::http::StatusCode;
use pleiade_core::{Affiliation, IdentityId, PersonKind, Subject};
use pleiade_server::{
    audit::AuditEvent,
    storage::subject_digest,
    storage::{AuditQuery, NoticeKind},
};

async fn signed_in(world: &World, host: &str, source: &str, code: &str) -> (Browser, IdentityId) {
    let mut browser = world.browser(host);
    assert_eq!(browser.sign_in_at(source, code).await.location(), "/");
    let site = if host == ALPHA { "alpha" } else { "beta" };
    let id = world.session(&browser.cookies[SESSION], Some(site)).await.unwrap().actor.identity.id;
    (browser, id)
}

async fn operator(world: &World) -> (Browser, IdentityId) {
    let mut claims = somebody("exploitante", "Odile Exploitante", &["alpha"]);
    claims.groups = vec!["opsn".into()];
    world.sso.knows("operator", claims);
    signed_in(world, ALPHA, "sso", "operator").await
}

fn subject(id: &str) -> Subject {
    Subject::new(ISSUER, id).unwrap()
}

/// Jeanne, who comes by the operator's source, and by alpha's as if she were somebody else.
async fn jeanne_twice(world: &World) -> (Browser, IdentityId, Browser, IdentityId) {
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    world.alpha_sso.knows("jeanne", somebody("other-key", "Jeanne Martin", &[]));
    let (one, me) = signed_in(world, ALPHA, "sso", "jeanne").await;
    let (other, second) = signed_in(world, ALPHA, "alpha-sso", "jeanne").await;
    assert_ne!(me, second);
    (one, me, other, second)
}

#[tokio::test]
async fn the_operator_gives_a_way_in_to_another_person_after_a_question() {
    let world = World::new().await;
    let (mut browser, me, mut other, second) = jeanne_twice(&world).await;
    let (mut operator, _) = operator(&world).await;
    let link = subject_digest(&subject("other-key"));
    let give = format!("/console/people/{second}/ways/alpha-sso/give");
    let offered = format!("{give}?link={link}");
    let page = operator.get(&format!("/console/people/{second}")).await.page();
    page.check_page("fr");
    assert!(page.all("a").any(|a| a.get("href") == Some(&*offered)));
    for lang in ["fr", "en"] {
        operator.set("pleiade-look", &format!("{lang}.auto"));
        let page = operator.get(&format!("{offered}&q=dupont")).await;
        page.page().check_page(lang);
        let chosen: Vec<String> = page
            .page()
            .all("input")
            .filter(|input| input.get("name") == Some("to"))
            .filter_map(|input| input.get("value").map(str::to_owned))
            .collect();
        assert_eq!(chosen, [me.to_string()], "neither the giver nor the operator is offered");
    }
    operator.cookies.remove("pleiade-look");
    let form = [("link", link.as_str()), ("to", &me.to_string())];
    let asked = operator.post(&give, &form).await;
    let title = asked.page().one("h1").words();
    assert!(title.contains("Jeanne Dupont") && title.contains("Jeanne Martin"), "{title}");
    assert_eq!(other.get("/").await.status, StatusCode::OK, "a question changes nothing");
    let done = operator.confirm(&give, &form).await;
    assert_eq!(done.told(), format!("/console/people/{me} ways-told-given"));
    assert!(operator.get(done.location()).await.body.contains("mène désormais à cette personne"));
    assert!(other.get("/").await.location().starts_with("/sign-in"), "what was open has ended");
    let (mut again, who) = signed_in(&world, ALPHA, "alpha-sso", "jeanne").await;
    assert_eq!(who, me);
    let lines = world.storage.audit(&AuditQuery { limit: 100, ..AuditQuery::default() }).await.unwrap();
    let decided: Vec<_> = lines
        .iter()
        .filter(|one| one.line.facts.get("rule").map(String::as_str) == Some("administrator"))
        .collect();
    assert!(decided.iter().all(|one| one.line.event == AuditEvent::Linked));
    let people: Vec<_> = decided.iter().map(|one| one.line.person.unwrap().person).collect();
    assert_eq!(people, [second, me], "both find it in their journals");
    assert!(decided.iter().all(|one| one.actor_name.as_deref() == Some("Odile Exploitante")));
    world.clock.advance(std::time::Duration::from_secs(31));
    for told in [&mut browser, &mut again] {
        let desk = told.get("/").await;
        assert!(desk.body.contains("Un moyen de connexion a été ajouté"), "{}", desk.body);
    }
}

/// The operator's own identity links belong to no collectivité; where one is given is written down all the same.
#[tokio::test]
async fn a_way_in_of_the_operator_s_that_is_given_is_written_down_and_told() {
    let world = World::new().await;
    let (mut jeanne, me, ..) = jeanne_twice(&world).await;
    let left = jeanne.post("/sign-in/alpha-sso/join", &[]).await;
    let state = left.location().split_once("state=").unwrap().1.to_owned();
    world.alpha_sso.knows("more", somebody("more", "Jeanne Dupont", &[]));
    let joined = jeanne.get(&format!("/sign-in/alpha-sso/callback?code=more&state={state}")).await;
    assert_eq!(joined.told(), "/profile/ways ways-joined");
    world.alpha_sso.knows("paul", somebody("ppetit", "Paul Petit", &[]));
    let (_, paul) = signed_in(&world, ALPHA, "alpha-sso", "paul").await;
    let (mut operator, odile) = operator(&world).await;
    let form = [("link", subject_digest(&subject("jdupont"))), ("to", paul.to_string())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let done = operator.confirm(&format!("/console/people/{me}/ways/sso/give"), &form).await;
    assert_eq!(done.told(), format!("/console/people/{paul} ways-told-given"));
    let here = AuditQuery { tenant: Some(tenant_id("alpha")), limit: 2, ..AuditQuery::default() };
    let lines = world.storage.audit(&here).await.unwrap();
    for (line, whom) in lines.iter().zip([me, paul]) {
        let (actor, person) = (line.line.actor.unwrap().person, line.line.person.unwrap().person);
        assert_eq!((line.line.event, actor, person), (AuditEvent::Linked, odile, whom));
        assert_eq!(line.actor_name.as_deref(), Some("Odile Exploitante"));
    }
    let (left, who) = signed_in(&world, ALPHA, "alpha-sso", "more").await;
    assert_eq!(who, me);
    let told: Vec<NoticeKind> = kinds(&world, &left).await.into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(told.last(), Some(&NoticeKind::LinkRemoved));
}

#[tokio::test]
async fn only_the_operator_gives_ways_away_and_never_to_or_from_themselves() {
    let world = World::new().await;
    let (mut jeanne, me, _, second) = jeanne_twice(&world).await;
    let link = subject_digest(&subject("other-key"));
    let give = format!("/console/people/{second}/ways/alpha-sso/give");
    let form =
        |to: IdentityId| [("link", link.clone()), ("to", to.to_string()), ("confirmed", "yes".to_owned())];
    async fn send(browser: &mut Browser, path: &str, form: &[(&str, String)]) -> Answer {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post(path, &form).await
    }
    let mut administrator = world.administrator_at_alpha().await;
    for browser in [&mut administrator, &mut jeanne] {
        assert_eq!(send(browser, &give, &form(me)).await.status, StatusCode::FORBIDDEN);
        let page = browser.get(&format!("{give}?link={link}&q=dupont")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
    }
    let page = administrator.get(&format!("/console/people/{second}")).await;
    assert!(page.status == StatusCode::OK && !page.body.contains("/give"), "nothing is offered either");

    let (mut operator, own) = operator(&world).await;
    let to_oneself = send(&mut operator, &give, &form(own)).await;
    assert_eq!(to_oneself.told(), format!("/console/people/{second} console-oneself"));
    let mine = format!("/console/people/{own}/ways/sso/give");
    assert_eq!(
        send(&mut operator, &mine, &form(me)).await.told(),
        format!("/console/people/{own} console-oneself")
    );
    // Somebody of another collectivité does not exist here, nor does a link that is not theirs.
    world.beta_sso.knows("berthe", somebody("b1", "Berthe Blanc", &[]));
    let (_, berthe) = signed_in(&world, BETA, "beta-sso", "berthe").await;
    assert_eq!(send(&mut operator, &give, &form(berthe)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        send(&mut operator, &give, &form(second)).await.status,
        StatusCode::NOT_FOUND,
        "to whom has it"
    );
    let strange = format!("/console/people/{me}/ways/alpha-sso/give");
    assert_eq!(send(&mut operator, &strange, &form(second)).await.status, StatusCode::NOT_FOUND);
    // Whoever has one of that service keeps theirs.
    world.alpha_sso.knows("paul", somebody("ppetit", "Paul Petit", &[]));
    let (_, paul) = signed_in(&world, ALPHA, "alpha-sso", "paul").await;
    let before = world.storage.audit(&AuditQuery { limit: 1, ..AuditQuery::default() }).await.unwrap()[0].id;
    let taken = send(&mut operator, &give, &form(paul)).await;
    let after = world.storage.audit(&AuditQuery { limit: 1, ..AuditQuery::default() }).await.unwrap()[0].id;
    assert_eq!(before, after, "what is refused is not written down as done");
    assert_eq!(taken.told(), format!("/console/people/{second} give-taken"));
    let told = operator.get(taken.location()).await;
    told.page().check_page("fr");
    assert!(told.body.contains("role=\"alert\""));
    let (_, who) = signed_in(&world, ALPHA, "alpha-sso", "jeanne").await;
    assert_eq!(who, second, "nothing was changed");
}

async fn join_the_clerk(world: &World, browser: &mut Browser) {
    let typed = [("login", "clerk"), ("password", PASSWORD)];
    assert_eq!(browser.post("/profile/ways/locale", &typed).await.told(), "/profile/ways ways-joined");
    assert_ne!(
        world.storage.local_account(&source_id("locale"), "clerk").await.unwrap().unwrap().identity,
        world.clerk
    );
}

async fn kinds(world: &World, browser: &Browser) -> Vec<(i64, NoticeKind)> {
    let links = world.session(&browser.cookies[SESSION], Some("alpha")).await.unwrap().links;
    let notices = world.storage.notices_of_links(links).await.unwrap();
    notices.into_iter().map(|notice| (notice.id, notice.notice.kind)).collect()
}

#[tokio::test]
async fn whoever_signs_in_otherwise_too_is_told_of_a_reset_and_of_factors_that_are_taken_away() {
    let world = World::new().await;
    world.set_clerk_affiliations(&[Affiliation::new(tenant_id("alpha"), PersonKind::Agent)]).await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    let (mut jeanne, _) = signed_in(&world, ALPHA, "sso", "jeanne").await;
    join_the_clerk(&world, &mut jeanne).await;
    let mut administrator = world.administrator_at_alpha().await;
    let clerk = [("source", "locale"), ("login", "clerk")];
    assert_eq!(administrator.post("/console/people/accounts/reset", &clerk).await.status, StatusCode::OK);
    administrator.confirm("/console/people/accounts/clear", &clerk).await;
    let told: Vec<NoticeKind> = kinds(&world, &jeanne).await.into_iter().map(|(_, kind)| kind).collect();
    assert!(told.ends_with(&[NoticeKind::AccountReset, NoticeKind::FactorsCleared]), "{told:?}");
    world.clock.advance(std::time::Duration::from_secs(31));
    for (lang, sentences) in [
        ("fr", ["choisir un nouveau mot de passe", "a retiré les seconds facteurs"]),
        ("en", ["a new password can be chosen", "took the second factors"]),
    ] {
        jeanne.set("pleiade-look", &format!("{lang}.auto"));
        let desk = jeanne.get("/").await;
        desk.page().check_page(lang);
        assert!(sentences.iter().all(|sentence| desk.body.contains(sentence)), "{}", desk.body);
    }
    // By the account itself nothing is told: whoever holds the link may be the one who comes.
    let mut account = world.browser(ALPHA);
    account.post("/sign-in/locale", &[("login", "clerk"), ("password", PASSWORD)]).await;
    assert!(
        kinds(&world, &account)
            .await
            .iter()
            .all(|(_, kind)| !matches!(kind, NoticeKind::AccountReset | NoticeKind::FactorsCleared))
    );
}

/// Whoever came in by a silent sign-in, perhaps the one of whom it warns, does not hide the warning.
#[tokio::test]
async fn a_warning_of_a_way_in_is_put_away_by_a_recent_proof_only() {
    let world = World::new().await;
    let (mut jeanne, ..) = jeanne_twice(&world).await;
    let left = jeanne.post("/sign-in/alpha-sso/join", &[]).await;
    let state = left.location().split_once("state=").unwrap().1.to_owned();
    let joined = jeanne.get(&format!("/sign-in/alpha-sso/callback?code=jeanne&state={state}")).await;
    assert_eq!(joined.told(), "/profile/ways ways-joined");
    let told =
        |all: &[(i64, NoticeKind)]| all.iter().find(|(_, kind)| *kind == NoticeKind::LinkAdded).copied();
    let (id, _) = told(&kinds(&world, &jeanne).await).unwrap();
    world.sso.knows("silent", silent(somebody("jdupont", "Jeanne Dupont", &["alpha"])));
    let (mut unproved, _) = signed_in(&world, ALPHA, "sso", "silent").await;
    let path = format!("/notices/{id}/put-away");
    assert_eq!(unproved.post(&path, &[]).await.location(), "/profile/proof?return=%2F");
    assert!(told(&kinds(&world, &unproved).await).is_some(), "it stays");
    let mut stranger = world.clerk_at(ALPHA).await;
    assert_eq!(stranger.post(&path, &[]).await.location(), "/");
    assert!(told(&kinds(&world, &jeanne).await).is_some(), "it is not theirs");
    let away = jeanne.post(&path, &[]).await;
    assert_eq!(away.told(), "/ notice-told-put-away");
    assert!(jeanne.get("/").await.body.contains("cet avis n’est plus montré"));
    assert!(told(&kinds(&world, &jeanne).await).is_none());
}
