//! The queue of things to do as a page, and the question before an action that engages the person.

use crate::support::{
    ALPHA, Answer, Browser, Fake, OPERATOR, Outcome, Setup, World, content, somebody, tenant_id,
};
use axum::http::StatusCode;
use pleiade_core::{
    Action, ActionId, ActionInput, ActionOutcome, Deadline, ErrorKind, Item, Message, Task, TaskKind, Text,
    WidgetContent,
};
use pleiade_server::{audit::AuditEvent, storage::AuditQuery};
use std::{sync::Arc, time::Duration};

fn line(id: &str, kind: TaskKind, deadline: Option<&str>) -> Item {
    let mut item = Item::new(id, Text::plain(&format!("Dossier {id}")));
    item.task = Some(Task::new(kind));
    item.deadline = deadline.map(|day| Deadline::Day(day.parse().unwrap()));
    item
}

fn lines(items: impl IntoIterator<Item = Item>) -> Outcome {
    let mut content = WidgetContent::default();
    content.items = items.into_iter().collect();
    Outcome::Gives(content)
}

/// A folder to approve, with a visa and a rejection.
fn folder() -> Item {
    let mut item = line("42", TaskKind::Approve, None);
    let action = |id| Action::post(ActionId::new(id).unwrap(), Message::new("fake-do"), "42").engaging();
    let reason = ActionInput::required(Message::new("fake-do"), 200);
    item.actions = vec![action("visa"), action("reject").with_input(reason)];
    item
}

async fn one(outcome: Outcome) -> (World, Arc<Fake>, Browser) {
    let fake = Fake::new("parapheur", outcome);
    let world = World::with(Setup { alpha: vec![fake.clone()], ..Setup::default() }).await;
    let clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    (world, fake, clerk)
}

fn field(answer: &Answer, name: &str) -> String {
    let page = answer.page();
    let found = page.elements.iter().find(|element| element.get("name") == Some(name));
    found.and_then(|element| element.get("value")).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn tasks_stand_in_groups_and_chips_count_what_they_show() {
    let today = pleiade_testkit::TestClock::sample_now().date_naive();
    let day = |days: i64| (today + chrono::TimeDelta::days(days)).to_string();
    let (_world, _, mut clerk) = one(lines([
        line("late", TaskKind::Sign, Some(&day(-2))),
        line("today", TaskKind::Sign, Some(&day(0))),
        line("far", TaskKind::Do, Some(&day(60))),
        line("whenever", TaskKind::Read, None),
    ]))
    .await;
    assert!(!clerk.get("/tasks").await.body.contains("À voir d’abord"), "an empty group has no title");
    let page = clerk.get("/tasks").await;
    page.page();
    let order: Vec<usize> = [
        "En retard",
        "Dossier late",
        "Aujourd’hui",
        "Dossier today",
        "Plus tard",
        "Sans échéance",
        "Dossier whenever",
    ]
    .iter()
    .map(|text| page.body.find(text).unwrap_or_else(|| panic!("{text}: {}", page.body)))
    .collect();
    assert!(order.is_sorted(), "{order:?}");
    assert!(
        page.body.contains("<a href=\"/tasks\" aria-current=\"true\">Tout <b>4</b></a>"),
        "{}",
        page.body
    );
    assert!(page.body.contains("<a href=\"/tasks?kind=sign\">À signer <b>2</b></a>"));
    assert!(!page.body.contains("À corriger"), "an empty chip is hidden");
    let signatures = clerk.get("/tasks?kind=sign").await;
    signatures.page();
    assert!(signatures.body.contains("Dossier late") && !signatures.body.contains("Dossier far"));
    assert!(
        signatures.body.contains("<a href=\"/tasks?kind=sign\" aria-current=\"true\">À signer <b>2</b></a>")
    );
    assert!(signatures.body.contains("Tout <b>4</b>"));
    let none = clerk.get("/tasks?kind=correct").await;
    none.page();
    assert!(none.body.contains("<p>Aucune tâche de ce type.</p>"), "{}", none.body);
    for part in [&signatures, &none] {
        assert!(part.body.contains("4 choses vous attendent. Une est en retard."), "{}", part.body);
        assert!(!part.body.contains("Rien ne vous attend"), "the heading is that of the whole queue");
    }
    for odd in ["/tasks?kind=", "/tasks?kind=javascript:", "/tasks?x=1"] {
        assert!(clerk.get(odd).await.body.contains("Dossier far"), "{odd} shows all");
    }
    // The card of the desk and its badge say the same number.
    let desk = clerk.get("/").await;
    assert!(desk.body.contains("Les 4 tâches") && desk.body.contains("4 choses vous attendent."));
}

/// On the card, on the page, and in the number.
#[tokio::test]
async fn what_may_open_a_delay_is_shown_first_without_a_date() {
    let today = pleiade_testkit::TestClock::sample_now().date_naive();
    let mut letter = line("lettre", TaskKind::Answer, None);
    letter.task = letter.task.map(Task::first);
    let late = (0..8).map(|n| line(&format!("late-{n}"), TaskKind::Do, Some("2020-01-01")));
    let (_world, _, mut clerk) =
        one(lines(late.chain([line("soon", TaskKind::Do, Some(&today.to_string())), letter]))).await;
    for path in ["/", "/tasks"] {
        let page = clerk.get(path).await;
        page.page();
        let place = |text: &str| page.body.find(text).unwrap_or_else(|| panic!("{text}: {}", page.body));
        assert!(place("Dossier lettre") < place("Dossier late-0"), "{path}");
        assert_eq!(page.body.matches("Peut ouvrir un délai, voir le courrier").count(), 1, "{path}");
    }
    let page = clerk.get("/tasks").await;
    let order = ["À voir d’abord", "Dossier lettre", "En retard"].map(|text| page.body.find(text).unwrap());
    assert!(order.is_sorted(), "{order:?}");
    assert!(page.body.contains("10 choses vous attendent. 8 sont en retard."), "{}", page.body);
}

#[tokio::test]
async fn an_action_that_engages_is_asked_about_and_sent_once() {
    let (world, fake, mut clerk) = one(lines([folder()])).await;
    let page = clerk.get("/tasks").await;
    assert!(page.body.contains("formaction=\"/actions/alpha/parapheur/visa/ask\""), "{}", page.body);
    let question = clerk.post("/actions/alpha/parapheur/visa/ask", &[("target", "42")]).await;
    question.page();
    assert_eq!(question.status, StatusCode::OK);
    assert!(question.body.contains("«\u{a0}Dossier 42\u{a0}»"), "{}", question.body);
    assert!(!question.body.contains("<textarea"), "a visa wants no words");
    assert!(fake.performed.lock().unwrap().is_empty(), "the question does nothing");

    let asked = field(&question, "asked");
    let answer = [("target", "42"), ("asked", asked.as_str())];
    let elsewhere = [("target", "43"), ("asked", asked.as_str())];
    let other = clerk.post("/actions/alpha/parapheur/visa", &elsewhere).await;
    assert_eq!(other.told(), "/tasks action-ask-again", "another line was asked about");
    let other = clerk.post("/actions/alpha/parapheur/reject", &answer).await;
    assert_eq!(other.told(), "/tasks action-ask-again", "another action was asked about");
    let mut again = world.clerk_at(ALPHA).await;
    assert_eq!(again.post("/actions/alpha/parapheur/visa", &answer).await.told(), "/tasks action-ask-again");
    assert!(fake.performed.lock().unwrap().is_empty());

    assert_eq!(clerk.post("/actions/alpha/parapheur/visa", &answer).await.told(), "/tasks action-told");
    let page = clerk.get("/tasks").await;
    assert!(page.body.contains("role=\"status\">Valider"), "in the connector's own words: {}", page.body);
    assert_eq!(
        clerk.post("/actions/alpha/parapheur/visa", &answer).await.told(),
        "/tasks action-sent-already"
    );
    assert_eq!(fake.performed.lock().unwrap().len(), 1, "a double click sends once");
    let query = AuditQuery { limit: 50, ..AuditQuery::default() };
    let lines = world.storage.audit(&query).await.unwrap();
    let taken: Vec<_> = lines.iter().filter(|line| line.line.event == AuditEvent::ActionTaken).collect();
    assert_eq!(taken.len(), 1);
    assert_eq!(
        (taken[0].line.facts["action"].as_str(), taken[0].line.facts["connector"].as_str()),
        ("visa", "parapheur")
    );
}

#[tokio::test]
async fn words_go_with_the_action_and_an_old_question_is_asked_again() {
    let (world, fake, mut clerk) = one(lines([folder()])).await;
    let question = clerk.post("/actions/alpha/parapheur/reject/ask", &[("target", "42")]).await;
    assert!(question.body.contains("<textarea") && question.body.contains("maxlength=\"200\""));
    assert!(question.body.contains(" required"));
    let asked = field(&question, "asked");
    let answer = [("target", "42"), ("asked", asked.as_str()), ("text", "  Il manque l’annexe. ")];
    assert_eq!(clerk.post("/actions/alpha/parapheur/reject", &answer).await.told(), "/tasks action-told");
    assert_eq!(fake.performed.lock().unwrap()[0].text.as_deref(), Some("Il manque l’annexe."));

    let question = clerk.post("/actions/alpha/parapheur/visa/ask", &[("target", "42")]).await;
    let asked = field(&question, "asked");
    world.clock.advance(Duration::from_secs(16 * 60));
    let late = clerk.post("/actions/alpha/parapheur/visa", &[("target", "42"), ("asked", &asked)]).await;
    assert_eq!(late.told(), "/tasks action-ask-again");
    // Of a line that is not in memory it is asked all the same.
    let unknown = clerk.post("/actions/alpha/parapheur/visa/ask", &[("target", "gone")]).await;
    unknown.page();
    assert!(unknown.body.contains("Confirmer cette action"), "{}", unknown.body);
    assert_eq!(clerk.post("/actions/alpha/inconnu/visa/ask", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(fake.performed.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_said_to_be_unknown() {
    let (_world, fake, mut clerk) = one(lines([folder()])).await;
    for (kind, told) in [
        (ErrorKind::Timeout, "/ action-unknown"),
        (ErrorKind::Unreachable, "/ action-unknown"),
        (ErrorKind::BadAnswer, "/ action-unknown"),
        (ErrorKind::Forbidden, "/ action-failed"),
    ] {
        *fake.answer.lock().unwrap() = Some(Err(kind));
        assert_eq!(clerk.post("/actions/alpha/parapheur/read", &[("target", "42")]).await.told(), told);
    }
    let undo = Action::post(ActionId::new("undo").unwrap(), Message::new("fake-do"), "42");
    *fake.answer.lock().unwrap() =
        Some(Ok(ActionOutcome::Undoable { message: Message::new("fake-do"), undo: Box::new(undo) }));
    assert_eq!(
        clerk.post("/actions/alpha/parapheur/read", &[("target", "42")]).await.told(),
        "/ action-told"
    );
}

/// Somebody of alpha and beta, on the common host, where the queue is that of both.
#[tokio::test]
async fn what_waits_for_another_collectivite_is_shown_and_asked_about() {
    let fake = Fake::new("courriel", lines([folder()]));
    let setup = Setup { alpha: vec![fake.clone()], beta: vec![fake.clone()], ..Setup::default() };
    let world = World::with(setup).await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha", "beta"]));
    let mut jeanne = world.browser(OPERATOR);
    assert_eq!(jeanne.sign_in_at("sso", "jeanne").await.location(), "/");
    jeanne.get("/tasks").await;
    world.quiet().await;
    let page = jeanne.get("/tasks").await;
    page.page();
    assert!(page.body.contains("/actions/alpha/courriel/visa/ask"), "{}", page.body);
    assert!(page.body.contains("/actions/beta/courriel/visa/ask"), "{}", page.body);
    assert!(page.body.contains("2 choses vous attendent."), "{}", page.body);

    let refused = jeanne.post("/actions/beta/courriel/visa", &[("target", "42")]).await;
    assert!(refused.body.contains("Rien n’a été fait"), "without the question nothing is done there");
    let question = jeanne.post("/actions/beta/courriel/visa/ask", &[("target", "42")]).await;
    assert!(question.body.contains("cette ligne est de Commune de Beta"), "{}", question.body);
    let asked = field(&question, "asked");
    let done = jeanne.post("/actions/beta/courriel/visa", &[("target", "42"), ("asked", &asked)]).await;
    assert_eq!(done.told(), "/tasks action-told");
    assert_eq!(*fake.performed_at.lock().unwrap(), [tenant_id("beta")]);
    assert_eq!(jeanne.post("/actions/operateur/courriel/visa/ask", &[]).await.status, StatusCode::NOT_FOUND);
    // On alpha's own host beta does not exist.
    let mut there = world.clerk_at(ALPHA).await;
    assert_eq!(there.post("/actions/beta/courriel/visa/ask", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nothing_waits_is_said_when_all_have_answered() {
    let (world, fake, mut clerk) = one(Outcome::Gives(content(3, &[]))).await;
    assert!(clerk.get("/tasks").await.body.contains("Rien ne vous attend."));
    fake.card.will(Outcome::Fails(ErrorKind::Unreachable));
    world.clock.advance(Duration::from_secs(600));
    world.read_cards(&clerk).await;
    let page = clerk.get("/tasks").await;
    assert!(page.body.contains("dans les applications qui ont répondu"), "{}", page.body);
    assert!(page.body.contains("Appli parapheur"), "it is named");
}
