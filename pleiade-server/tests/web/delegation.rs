//! Delegations: who sees and treats whose tasks, and until when.

use crate::support::{
    ALPHA, Answer, BETA, Browser, Fake, Outcome, Setup, World, content, leads_to, somebody, tenant_id,
};
use axum::http::StatusCode;
use chrono::TimeDelta;
use pleiade_core::{Action, ActionId, Clock as _, Message, WidgetContent};
use pleiade_server::{
    audit::AuditEvent,
    storage::{AuditQuery, Names},
};
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

/// Two tasks, one of which is signed.
fn tasks() -> WidgetContent {
    let mut content = content(1, &["Valider le bail"]);
    for item in &mut content.items {
        let action = |id| Action::post(ActionId::new(id).unwrap(), Message::new("fake-do"), "42");
        item.actions = vec![action("approve"), action("sign")];
    }
    content
}

struct Case {
    world: World,
    tool: Arc<Fake>,
    giver: Browser,
    receiver: Browser,
}

/// The clerk, and Paul, a colleague at alpha; Berthe is at beta.
async fn case() -> Case {
    let tool = Fake::new("parapheur", Outcome::Gives(tasks()));
    let personal = Fake::new("personnel", Outcome::Gives(content(1, &["Secret du clerc"])));
    let beta = Fake::new("courriel", Outcome::Gives(tasks()));
    let world =
        World::with(Setup { alpha: vec![tool.clone(), personal], beta: vec![beta], ..Setup::default() })
            .await;
    let giver = world.clerk_at(ALPHA).await;
    let receiver = colleague(&world, "paul", "Paul Martin").await;
    Case { world, tool, giver, receiver }
}

async fn colleague(world: &World, login: &str, name: &str) -> Browser {
    world.alpha_sso.knows(login, somebody(login, name, &["alpha"]));
    let mut browser = world.browser(ALPHA);
    assert_eq!(browser.sign_in_at("alpha-sso", login).await.location(), "/");
    browser
}

fn day(world: &World, from_now: i64) -> String {
    (world.clock.now() + TimeDelta::days(from_now)).date_naive().to_string()
}

async fn propose(case: &mut Case, more: &[(&str, &str)]) -> Answer {
    let (from, until) = (day(&case.world, 0), day(&case.world, 7));
    let mut form = vec![
        ("to", "paul"),
        ("from", from.as_str()),
        ("until", until.as_str()),
        ("scope", "all"),
        ("rights", "treat"),
        ("reason", "Congés d’été"),
    ];
    for (name, value) in more {
        form.retain(|(known, _)| known != name || *known == "connector");
        form.push((name, value));
    }
    case.giver.post("/profile/delegations/new", &form).await
}

/// A delegation in force.
async fn agreed(case: &mut Case, more: &[(&str, &str)]) {
    assert_eq!(propose(case, more).await.told(), "/profile/delegations delegation-told-given");
    let answer = case.receiver.post("/profile/delegations/1/accept", &[]).await;
    assert_eq!(answer.told(), "/profile/delegations delegation-told-accepted");
}

const ACT: &str = "/delegations/1/actions/alpha/parapheur/approve";

async fn acted(case: &mut Case, path: &str) -> String {
    case.receiver.post(path, &[("target", "42")]).await.told()
}

async fn journal(world: &World) -> Vec<AuditEvent> {
    let lines = world.storage.audit(&AuditQuery { limit: 100, ..AuditQuery::default() }).await.unwrap();
    lines
        .into_iter()
        .rev()
        .map(|line| line.line.event)
        .filter(|event| format!("{event:?}").contains("Delegation"))
        .collect()
}

/// The text under the name of the giver on the page of tasks.
async fn part(browser: &mut Browser, world: &World) -> Option<String> {
    // Read behind the page's back: there the second time.
    browser.get("/tasks").await;
    world.quiet().await;
    let page = browser.get("/tasks").await;
    assert_eq!(page.status, StatusCode::OK);
    page.body.split_once("delegated-1").map(|(_, part)| part.to_owned())
}

/// The one mailbox that somebody reads at several collectivités is delegated by the one whose address it is, and by no other, however
/// lately its owner has read it.
#[tokio::test]
async fn a_mailbox_of_another_collectivite_is_not_delegated() {
    for (mail, shown) in [("clerc@beta.example", false), ("clerc@alpha.example", true)] {
        let mailbox = Fake::new("messagerie", Outcome::Gives(tasks()));
        let own = |tenants: &mut Vec<pleiade_core::Tenant>| {
            for tenant in tenants {
                tenant.mail_domains = vec![format!("{}.example", tenant.id).parse().unwrap()];
            }
        };
        let setup = Setup { alpha: vec![mailbox], tenants: Some(own), ..Setup::default() };
        let world = World::with(setup).await;
        let names =
            Names { display_name: "Sinéad O’Brien".into(), mail: mail.parse().ok(), ..Names::default() };
        world.storage.update_names(world.clerk_link, &names).await.unwrap();
        let mut giver = world.clerk_at(ALPHA).await;
        let receiver = colleague(&world, "paul", "Paul Martin").await;
        world.read_cards(&giver).await;
        assert!(giver.get("/").await.body.contains("Valider le bail"), "their own session reads it: {mail}");
        let tool = Fake::new("parapheur", Outcome::Gives(tasks()));
        let mut case = Case { world, tool, giver, receiver };
        agreed(&mut case, &[]).await;
        let told = part(&mut case.receiver, &case.world).await.unwrap();
        assert_eq!(told.contains("Valider le bail"), shown, "{mail}: {told}");
        assert!(told.contains("Appli messagerie"), "it is named among what is reached, or is not: {told}");
    }
}

#[tokio::test]
async fn a_colleague_sees_and_treats_until_the_last_day() {
    let mut case = case().await;
    assert_eq!(propose(&mut case, &[]).await.told(), "/profile/delegations delegation-told-given");
    assert!(part(&mut case.receiver, &case.world).await.is_none(), "nothing before it is accepted");
    assert_eq!(acted(&mut case, ACT).await, "/tasks delegation-not-delegated");
    let page = case.receiver.get("/profile/delegations").await.body;
    assert!(page.contains("De Sinéad O’Brien") && page.contains("En attente de réponse"));
    assert_eq!(
        case.giver.post("/profile/delegations/1/accept", &[]).await.told(),
        "/profile/delegations delegation-told-nothing",
        "the giver does not accept for the receiver"
    );
    case.receiver.post("/profile/delegations/1/accept", &[]).await;

    case.world.read_cards(&case.giver).await;
    assert!(!case.tool.card.for_stand_in.load(Ordering::SeqCst));
    let shown = part(&mut case.receiver, &case.world).await.unwrap();
    assert!(shown.contains("Pour Sinéad O’Brien") && shown.contains("Valider le bail"));
    // The giver's own reading, fresh as it is, is not what the receiver sees.
    assert!(case.tool.card.for_stand_in.load(Ordering::SeqCst));
    assert!(
        shown.contains(ACT) && !shown.contains("actions/parapheur/sign"),
        "nobody signs for somebody else"
    );
    assert!(shown.contains("Appli personnel") && !shown.contains("Secret du clerc"), "said to be closed");
    assert!(case.receiver.get("/").await.body.contains("Pour Sinéad O’Brien"));
    assert!(case.giver.get("/profile/delegations").await.body.contains("À Paul Martin"));

    let elsewhere = case.receiver.post(ACT, &[("target", "43")]).await;
    assert_eq!(elsewhere.told(), "/tasks delegation-not-delegated", "no task shown has this target");
    assert_eq!(acted(&mut case, ACT).await, "/tasks action-told");
    assert_eq!(*case.tool.performed_for.lock().unwrap(), [case.world.clerk]);
    let query = AuditQuery { person: Some(case.world.clerk), limit: 1, ..AuditQuery::default() };
    let used = case.world.storage.audit(&query).await.unwrap().remove(0).line;
    assert_eq!(
        (used.event, used.person.map(|party| party.person)),
        (AuditEvent::DelegationUsed, Some(case.world.clerk))
    );
    assert!(used.actor.is_some_and(|party| party.person != case.world.clerk));
    assert_eq!(used.tenant, Some(tenant_id("alpha")));

    case.world.clock.advance(Duration::from_secs(8 * 86_400));
    case.receiver = colleague(&case.world, "paul", "Paul Martin").await;
    assert!(part(&mut case.receiver, &case.world).await.is_none(), "it ends by itself");
    assert_eq!(acted(&mut case, ACT).await, "/tasks delegation-not-delegated");
    assert_eq!(case.world.app.delegation_endings().end_lapsed().await.unwrap(), 1);
    assert_eq!(
        journal(&case.world).await,
        [
            AuditEvent::DelegationGiven,
            AuditEvent::DelegationAccepted,
            AuditEvent::DelegationUsed,
            AuditEvent::DelegationEnded,
        ]
    );
    assert_eq!(case.tool.performed.lock().unwrap().len(), 1);
}

/// Whoever comes back to the desk after a while is not shown an old delegation, nor nothing as if there were none.
#[tokio::test]
async fn a_delegation_that_was_known_a_while_ago_is_said_to_be_read() {
    let mut case = case().await;
    agreed(&mut case, &[]).await;
    let mut notes = async || case.receiver.get("/").await.page().id("delegated-notes").words();
    let told = "en cours de lecture";
    assert!(!notes().await.contains(told), "never read: no note that comes and goes for those who have none");
    case.world.quiet().await;
    assert!(notes().await.contains("Sinéad O’Brien"));
    case.world.clock.advance(Duration::from_secs(121));
    let late = notes().await;
    assert!(late.contains(told) && !late.contains("Sinéad"), "{late}");
    case.world.quiet().await;
    let again = notes().await;
    assert!(again.contains("Sinéad O’Brien") && !again.contains(told), "{again}");
}

#[tokio::test]
async fn either_one_ends_it_at_once() {
    for ends in ["giver", "receiver"] {
        let mut case = case().await;
        agreed(&mut case, &[]).await;
        assert!(part(&mut case.receiver, &case.world).await.is_some());
        let browser = if ends == "giver" { &mut case.giver } else { &mut case.receiver };
        let answer = browser.confirm("/profile/delegations/1/end", &[]).await;
        assert_eq!(answer.told(), "/profile/delegations delegation-told-ended");
        assert!(part(&mut case.receiver, &case.world).await.is_none(), "{ends}");
        assert_eq!(acted(&mut case, ACT).await, "/tasks delegation-not-delegated");
        assert_eq!(
            case.receiver.post("/profile/delegations/1/accept", &[]).await.told(),
            "/profile/delegations delegation-told-nothing",
            "what has ended does not begin again"
        );
    }
    let mut case = case().await;
    propose(&mut case, &[]).await;
    let answer = case.receiver.post("/profile/delegations/1/refuse", &[]).await;
    assert_eq!(answer.told(), "/profile/delegations delegation-told-refused");
}

#[tokio::test]
async fn an_administrator_ends_it_for_their_own_collectivite_alone() {
    let mut case = case().await;
    agreed(&mut case, &[]).await;
    let path = format!("/console/people/{}/delegations/1/end", case.world.clerk);
    assert_eq!(
        case.receiver.post(&path, &[]).await.status,
        StatusCode::FORBIDDEN,
        "Paul is no administrator"
    );
    let mut administrator = case.world.administrator_at_alpha().await;
    let page = administrator.get(&format!("/console/people/{}", case.world.clerk)).await.body;
    assert!(page.contains("À Paul Martin"));
    let wrong =
        administrator.post(&format!("/console/people/{}/delegations/2/end", case.world.clerk), &[]).await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    assert_eq!(administrator.confirm(&path, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(acted(&mut case, ACT).await, "/tasks delegation-not-delegated");
}

#[tokio::test]
async fn nobody_else_uses_it_and_it_is_not_passed_on() {
    let mut case = case().await;
    agreed(&mut case, &[]).await;
    let mut marie = colleague(&case.world, "marie", "Marie Curie").await;
    assert_eq!(marie.post(ACT, &[("target", "42")]).await.told(), "/tasks delegation-not-delegated");
    for path in ["accept", "refuse", "end"] {
        let answer = marie.post(&format!("/profile/delegations/1/{path}"), &[]).await;
        assert_eq!(answer.told(), "/profile/delegations delegation-told-nothing", "{path}");
    }
    // The clerk themselves, and at beta, where they are at home too.
    for (host, path) in [(ALPHA, ACT), (BETA, "/delegations/1/actions/beta/parapheur/approve")] {
        let mut clerk = case.world.clerk_at(host).await;
        assert_eq!(clerk.post(path, &[("target", "42")]).await.told(), "/tasks delegation-not-delegated");
    }
    let mut at_beta = case.world.clerk_at(BETA).await;
    assert_eq!(at_beta.post(ACT, &[("target", "42")]).await.status, StatusCode::NOT_FOUND);
    assert!(!case.world.clerk_at(BETA).await.get("/profile/delegations").await.body.contains("Paul"));
    // What Paul received is not what Paul gives.
    let (from, until) = (day(&case.world, 0), day(&case.world, 7));
    let form = [
        ("to", "marie"),
        ("from", &*from),
        ("until", &*until),
        ("scope", "all"),
        ("rights", "treat"),
        ("reason", "x"),
    ];
    case.receiver.post("/profile/delegations/new", &form).await;
    marie.post("/profile/delegations/2/accept", &[]).await;
    let page = marie.get("/tasks").await.body;
    assert!(page.contains("Pour Paul Martin") && !page.contains("Sinéad"));
    assert!(case.tool.performed.lock().unwrap().is_empty());
}

#[tokio::test]
async fn it_reaches_no_further_than_its_scope() {
    let mut case = case().await;
    agreed(&mut case, &[("rights", "see")]).await;
    let shown = part(&mut case.receiver, &case.world).await.unwrap();
    assert!(shown.contains("Valider le bail") && !shown.contains("/delegations/1/actions"));
    for path in [
        ACT,
        "/delegations/1/actions/alpha/parapheur/sign",
        "/delegations/99/actions/alpha/parapheur/approve",
    ] {
        assert_eq!(acted(&mut case, path).await, "/tasks delegation-not-delegated", "{path}");
    }
    let mut case = self::case().await;
    agreed(&mut case, &[]).await;
    for path in [
        "/delegations/1/actions/alpha/parapheur/sign",
        "/delegations/1/actions/alpha/personnel/approve",
        "/delegations/1/actions/alpha/courriel/approve",
    ] {
        assert_eq!(acted(&mut case, path).await, "/tasks delegation-not-delegated", "{path}");
    }
    // Where the application says to go on is the giver's place, not the receiver's.
    *case.tool.answer.lock().unwrap() = Some(Ok(leads_to("https://parapheur.apps.example/?preauth=x")));
    assert_eq!(acted(&mut case, ACT).await, "/tasks action-failed");
}

#[tokio::test]
async fn a_giver_who_left_leaves_nothing() {
    let mut case = case().await;
    agreed(&mut case, &[]).await;
    assert!(part(&mut case.receiver, &case.world).await.is_some());
    case.world.set_clerk_affiliations(&[]).await;
    assert_eq!(acted(&mut case, ACT).await, "/tasks delegation-not-delegated", "at once");
    case.world.clock.advance(Duration::from_secs(31));
    assert!(part(&mut case.receiver, &case.world).await.is_none());
    assert_eq!(
        case.world.app.delegation_endings().end_for_link(case.world.clerk_link, None).await.unwrap(),
        1
    );
    assert!(case.receiver.get("/profile/delegations").await.body.contains("Terminée par un départ"));
}

#[tokio::test]
async fn wrong_terms_are_said() {
    let mut case = case().await;
    // Berthe exists, at beta.
    case.world.sso.knows("berthe", somebody("berthe", "Berthe", &["beta"]));
    case.world.browser(BETA).sign_in_at("sso", "berthe").await;
    let (past, far) = (day(&case.world, -3), day(&case.world, 400));
    for (changed, said) in [
        (("to", "nobody"), "Aucun collègue"),
        (("to", "berthe"), "Aucun collègue"),
        (("to", "pau"), "Aucun collègue"),
        (("receiver", "99999"), "Aucun collègue"),
        (("until", &*past), "Le dernier jour doit venir après le premier"),
        (("until", &*far), "Une délégation dure un an au plus"),
        (("until", "demain"), "Le dernier jour doit venir après le premier"),
        (("until", "+262142-12-31"), "Une délégation dure un an au plus"),
        (("scope", "some"), "Choisissez au moins une application"),
        (("reason", ""), "Donnez un motif"),
    ] {
        let answer = propose(&mut case, &[changed]).await;
        assert_eq!(answer.status, StatusCode::OK, "{changed:?}");
        assert!(answer.body.contains(said), "{changed:?}");
    }
    let clerk = case.world.clerk_link.to_string();
    let own = propose(&mut case, &[("receiver", &clerk)]).await;
    assert!(own.body.contains("quelqu’un d’autre que vous"));
    let closed = propose(&mut case, &[("scope", "some"), ("connector", "personnel")]).await;
    assert!(closed.body.contains("Choisissez au moins une application"), "it cannot be delegated");
    assert!(journal(&case.world).await.is_empty());
    let found = case.giver.get("/profile/delegations?q=martin").await.body;
    assert!(found.contains("type=\"radio\" name=\"receiver\"") && found.contains("Paul Martin"));
    assert!(!case.giver.get("/profile/delegations?q=berthe").await.body.contains("name=\"receiver\""));
}

/// Nobody believes to be replaced where nobody can be, though the portal has a key of its own there.
#[tokio::test]
async fn an_application_that_lets_nobody_else_see_its_tasks_is_not_offered() {
    let actes = Fake::new("actes", Outcome::Gives(tasks()));
    let empty = Fake::new("parapheur", Outcome::Gives(content(0, &[])));
    let setup = Setup { alpha: vec![actes.clone(), empty.clone()], ..Setup::default() };
    let world = World::with(setup).await;
    let giver = world.clerk_at(ALPHA).await;
    let receiver = colleague(&world, "paul", "Paul Martin").await;
    let mut case = Case { world, tool: empty, giver, receiver };
    let form = case.giver.get("/profile/delegations?q=martin").await.body;
    assert!(form.contains("value=\"parapheur\"") && !form.contains("value=\"actes\""), "{form}");
    assert!(form.contains("restent à suivre par la personne elle-même\u{a0}: Appli actes."), "{form}");
    let refused = propose(&mut case, &[("scope", "some"), ("connector", "actes")]).await;
    assert!(refused.body.contains("Choisissez au moins une application"));

    agreed(&mut case, &[]).await;
    let told = part(&mut case.receiver, &case.world).await.unwrap();
    assert!(told.contains("Rien n’attend parmi ce qui vous est délégué."), "{told}");
    assert!(told.contains("restent à suivre par la personne elle-même\u{a0}: Appli actes."), "{told}");
    assert!(!told.contains("Valider le bail") && !told.contains("Rien ne vous attend"), "{told}");
    assert!(!actes.card.for_stand_in.load(std::sync::atomic::Ordering::SeqCst), "it is not even read");
    let note = "Pour Sinéad O’Brien\u{a0}: Rien n’attend parmi ce qui vous est délégué.";
    let desk = case.receiver.get("/").await.body;
    assert!(desk.contains(note), "{desk}");
}

/// The same object of the same application, acted on for oneself and for somebody else in one moment: two effects, each for whom it is.
#[tokio::test]
async fn what_was_done_for_oneself_is_not_said_to_be_done_for_the_giver() {
    let mut case = case().await;
    agreed(&mut case, &[]).await;
    part(&mut case.receiver, &case.world).await.unwrap();
    let own = case.receiver.post("/actions/alpha/parapheur/approve", &[("target", "42")]).await;
    assert_eq!(own.told(), "/ action-told");
    assert_eq!(acted(&mut case, ACT).await, "/tasks action-told");
    let performed_for = case.tool.performed_for.lock().unwrap().clone();
    assert_eq!(performed_for.len(), 2);
    assert_ne!(performed_for[0], performed_for[1], "once for each");
    assert!(journal(&case.world).await.contains(&AuditEvent::DelegationUsed));
    assert_eq!(acted(&mut case, ACT).await, "/tasks action-told");
    assert_eq!(case.tool.performed_for.lock().unwrap().len(), 2, "a double click is one");
}

/// What waits for an answer is a line of the receiver's own queue, counted once, until it is answered.
#[tokio::test]
async fn a_proposal_waits_in_the_queue_of_its_receiver() {
    let mut case = case().await;
    case.receiver.get("/").await;
    case.world.quiet().await;
    propose(&mut case, &[]).await;
    let page = case.receiver.get("/tasks").await;
    page.page().check_page("fr");
    assert!(page.body.contains("Sinéad O’Brien vous propose de suivre ses tâches"), "{}", page.body);
    assert!(page.body.contains("formaction=\"/profile/delegations/1/accept\""), "{}", page.body);
    assert!(page.body.contains("formaction=\"/profile/delegations/1/refuse\""), "{}", page.body);
    assert!(page.body.contains("<a href=\"/tasks?kind=answer\">À répondre <b>1</b></a>"), "{}", page.body);
    let counted = page.body.contains("3 choses vous attendent.");
    assert!(counted, "two of applications and one of the portal: {}", page.body);
    assert!(case.receiver.get("/").await.body.contains("3 choses vous attendent."));
    let nothing = case.giver.get("/tasks").await;
    assert!(!nothing.body.contains("vous propose"), "it waits for nobody else");
    assert!(!case.receiver.get("/tasks?application=parapheur").await.body.contains("vous propose"));
    // It is put off like any other line.
    let put_off = [("target", "1"), ("until", &*day(&case.world, 2))];
    let told = case.receiver.post("/tasks/alpha/pleiade-portal/snooze", &put_off).await.told();
    assert_eq!(told, "/tasks snooze-done");
    assert!(case.receiver.get("/tasks").await.body.contains("2 choses vous attendent."));

    let part = [("x-pleiade-part", "1")];
    let answer = case.receiver.post_with("/profile/delegations/1/accept", &[], &part).await;
    assert_eq!(answer.header("x-pleiade-part"), Some("outcome"));
    assert!(answer.body.contains("note good"), "{}", answer.body);
    let page = case.receiver.get("/tasks?view=snoozed").await;
    assert!(!page.body.contains("vous propose"), "{}", page.body);
}

#[tokio::test]
async fn a_proposal_of_another_collectivite_is_answered_there() {
    let mut case = case().await;
    case.world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha", "beta"]));
    let mut jeanne = case.world.browser(crate::support::OPERATOR);
    jeanne.sign_in_at("sso", "jeanne").await;
    propose(&mut case, &[("to", "jdupont")]).await;
    jeanne.post("/acting", &[("tenant", "beta")]).await;
    let page = jeanne.get("/tasks").await;
    page.page().check_page("fr");
    assert!(page.body.contains("vous propose") && page.body.contains("Ville d’Alpha"), "{}", page.body);
    for form in ["accept", "refuse"] {
        let refused = jeanne.post(&format!("/profile/delegations/1/{form}"), &[]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(
            refused.body.contains("Rien n’a été fait") && refused.body.contains("Agir pour"),
            "{}",
            refused.body
        );
    }
    assert!(jeanne.get("/tasks").await.body.contains("vous propose"));
    jeanne.post("/acting", &[("tenant", "alpha")]).await;
    let told = jeanne.post("/profile/delegations/1/refuse", &[]).await.told();
    assert_eq!(told, "/profile/delegations delegation-told-refused");
    assert!(!jeanne.get("/tasks").await.body.contains("vous propose"));
}
