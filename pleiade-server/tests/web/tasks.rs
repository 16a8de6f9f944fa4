//! The queue of things to do as a page, and the question before an action that engages the person.

use crate::support::{
    ALPHA, Answer, Browser, Fake, OPERATOR, Outcome, SESSION, Setup, Stream, Watch, World, content, leads_to,
    somebody, tenant_id,
};
use axum::http::StatusCode;
use futures_util::FutureExt as _;
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
    assert!(none.body.contains("<a href=\"/tasks\">Tout <b>4</b></a>"), "there is a way back");
    assert!(none.body.contains("<p>Aucune tâche ne répond à ce choix.</p>"), "{}", none.body);
    for part in [&signatures, &none] {
        assert!(part.body.contains("4 choses vous attendent. Une est en retard."), "{}", part.body);
        assert!(!part.body.contains("Rien ne vous attend"), "the heading is that of the whole queue");
    }
    for odd in ["/tasks?kind=", "/tasks?kind=javascript:", "/tasks?x=1"] {
        assert!(clerk.get(odd).await.body.contains("Dossier far"), "{odd} shows all");
    }
    // The card of the desk and its badge say the same number, and so do its chips.
    let desk = clerk.get("/").await;
    assert!(desk.body.contains("<a href=\"/tasks?kind=sign\">À signer <b>2</b></a>"), "{}", desk.body);
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
    // Nobody hides it: until when it may wait is not known here.
    assert!(!page.body.contains("/snooze/ask"), "{}", page.body);
    let told = clerk.post(SNOOZE, &[("target", "lettre"), ("until", &in_days(1))]).await.told();
    assert_eq!(told, "/tasks snooze-due");
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
    for form in ["visa", "reject"] {
        let unasked = clerk.post(&format!("/actions/alpha/parapheur/{form}"), &[("target", "42")]).await;
        assert_eq!(unasked.told(), "/ action-ask-again", "without the question nothing is done");
    }
    assert!(fake.performed.lock().unwrap().is_empty());

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
async fn an_action_that_engages_is_asked_about_even_if_its_connector_does_not_declare_it() {
    let mut item = line("42", TaskKind::Approve, None);
    let action = |id| Action::post(ActionId::new(id).unwrap(), Message::new("fake-do"), "42");
    let reason = ActionInput::required(Message::new("fake-do"), 200);
    item.actions = vec![action("seal").engaging(), action("answer").with_input(reason), action("read")];
    let (_world, fake, mut clerk) = one(lines([item])).await;
    for id in ["seal", "answer"] {
        let unasked = clerk.post(&format!("/actions/alpha/parapheur/{id}"), &[("target", "42")]).await;
        assert_eq!(unasked.told(), "/ action-ask-again", "{id}");
    }
    assert!(fake.performed.lock().unwrap().is_empty());
    clerk.post("/actions/alpha/parapheur/read", &[("target", "42")]).await;
    assert_eq!(fake.performed.lock().unwrap().len(), 1, "what engages nobody is done at once");
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
    let (world, fake, mut clerk) = one(lines([folder()])).await;
    for (kind, told) in [
        (ErrorKind::Timeout, "/ action-unknown"),
        (ErrorKind::Unreachable, "/ action-unknown"),
        (ErrorKind::BadAnswer, "/ action-unknown"),
        (ErrorKind::Forbidden, "/ action-failed"),
    ] {
        *fake.answer.lock().unwrap() = Some(Err(kind));
        assert_eq!(clerk.post("/actions/alpha/parapheur/read", &[("target", "42")]).await.told(), told);
        world.clock.advance(Duration::from_secs(3));
    }
    let undo = Action::post(ActionId::new("undo").unwrap(), Message::new("fake-do"), "42");
    *fake.answer.lock().unwrap() =
        Some(Ok(ActionOutcome::Undoable { message: Message::new("fake-do"), undo: Box::new(undo) }));
    assert_eq!(
        clerk.post("/actions/alpha/parapheur/read", &[("target", "42")]).await.told(),
        "/ action-told"
    );
}

/// Where no script holds the second click back.
#[tokio::test]
async fn the_same_action_sent_twice_in_a_moment_is_done_once() {
    let (world, fake, mut clerk) = one(lines([folder()])).await;
    let mut second = clerk.clone();
    let read = "/actions/alpha/parapheur/read";
    let form = [("target", "42")];
    let (one, two) = tokio::join!(clerk.post(read, &form), second.post(read, &form));
    assert_eq!([one.told(), two.told(), clerk.post(read, &form).await.told()], ["/ action-told"; 3]);
    assert_eq!(fake.performed.lock().unwrap().len(), 1);

    // Another line, another action on the same one, somebody else's session and a later time are something else.
    clerk.post(read, &[("target", "43")]).await;
    clerk.post("/actions/alpha/parapheur/unread", &form).await;
    clerk.post(read, &form).await;
    world.clerk_at(ALPHA).await.post(read, &form).await;
    world.clock.advance(Duration::from_secs(3));
    clerk.post(read, &form).await;
    assert_eq!(fake.performed.lock().unwrap().len(), 6);

    // Whoever is led on is led there as often as they ask.
    *fake.answer.lock().unwrap() = Some(Ok(leads_to("https://parapheur.apps.example/there")));
    for _ in 0..2 {
        let led = clerk.post("/actions/alpha/parapheur/open", &form).await;
        assert_eq!(led.location(), "https://parapheur.apps.example/there");
    }
    assert_eq!(fake.performed.lock().unwrap().len(), 8);

    // What was surely not done may be tried at once.
    world.clock.advance(Duration::from_secs(3));
    *fake.answer.lock().unwrap() = Some(Err(ErrorKind::Forbidden));
    for _ in 0..2 {
        assert_eq!(clerk.post(read, &form).await.told(), "/ action-failed");
    }
    assert_eq!(fake.performed.lock().unwrap().len(), 10);
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

fn today() -> chrono::NaiveDate {
    pleiade_testkit::TestClock::sample_now().date_naive()
}

fn in_days(days: i64) -> String {
    (today() + chrono::TimeDelta::days(days)).to_string()
}

const SNOOZE: &str = "/tasks/alpha/parapheur/snooze";

#[tokio::test]
async fn a_line_is_put_off_and_shown_again() {
    let (world, _, mut clerk) = one(lines([
        line("soon", TaskKind::Sign, Some(&in_days(3))),
        line("due", TaskKind::Sign, Some(&in_days(0))),
        line("other", TaskKind::Read, None),
    ]))
    .await;
    let page = clerk.get("/tasks").await;
    page.page();
    assert_eq!(
        page.body.matches(&format!("formaction=\"{SNOOZE}/ask\"")).count(),
        2,
        "not what is due today"
    );
    assert!(!page.body.contains("Reportées"), "an empty chip is hidden");

    let question = clerk.post(&format!("{SNOOZE}/ask"), &[("target", "soon")]).await;
    question.page();
    assert!(question.body.contains("Reporter «\u{a0}Dossier soon\u{a0}»"), "{}", question.body);
    assert!(question.body.contains(&format!("max=\"{}\"", in_days(3))), "never past the deadline");
    assert!(!question.body.contains("Dans un mois"), "{}", question.body);
    for wrong in [in_days(4), in_days(0), in_days(-1), String::new(), "demain".into()] {
        let answer = clerk.post(SNOOZE, &[("target", "soon"), ("until", &wrong)]).await;
        assert_eq!(answer.told(), "/tasks snooze-wrong-day", "{wrong}");
    }
    let due = clerk.post(SNOOZE, &[("target", "due"), ("until", &in_days(1))]).await;
    assert_eq!(due.told(), "/tasks snooze-due");
    assert_eq!(
        clerk.post(SNOOZE, &[("target", "gone"), ("until", &in_days(1))]).await.told(),
        "/tasks task-gone"
    );
    assert!(clerk.get("/tasks").await.body.contains("3 choses vous attendent."), "nothing was put off");

    let done = clerk.post(SNOOZE, &[("target", "soon"), ("until", &in_days(2))]).await;
    assert_eq!(done.told(), "/tasks snooze-done");
    let page = clerk.get("/tasks").await;
    page.page();
    let undo = "formaction=\"/tasks/alpha/parapheur/wake\" name=\"target\" value=\"soon\"";
    assert!(page.body.contains(undo), "it can be undone: {}", page.body);
    let list = &page.body[page.body.find("id=\"queue\"").unwrap()..];
    assert!(!list.contains("Dossier soon"), "{list}");
    assert!(list.contains("<a href=\"/tasks?view=snoozed\">Reportées <b>1</b></a>"), "{list}");
    // The card, the badge and the queue say the same number.
    let desk = clerk.get("/").await;
    assert!(
        desk.body.contains("2 choses vous attendent.") && desk.body.contains("Les 2 tâches"),
        "{}",
        desk.body
    );
    let snoozed = clerk.get("/tasks?view=snoozed").await;
    snoozed.page();
    assert!(snoozed.body.contains("Dossier soon") && snoozed.body.contains("revient le"));
    assert!(!snoozed.body.contains("Dossier other"));

    // Another session of the same link, and what it keeps of it.
    let mut again = world.clerk_at(ALPHA).await;
    assert!(again.get("/tasks?view=snoozed").await.body.contains("Dossier soon"));
    assert!(again.get("/profile/data.json").await.body.contains("\"soon\""));
    assert_eq!(
        again.post("/tasks/alpha/parapheur/wake", &[("target", "soon")]).await.told(),
        "/tasks snooze-woken"
    );
    assert!(again.get("/tasks").await.body.contains("3 choses vous attendent."));
    again.post(SNOOZE, &[("target", "soon"), ("until", &in_days(1))]).await;
    let tomorrow = again.get("/tasks?view=snoozed").await.body;
    assert!(tomorrow.contains("revient le") && !tomorrow.contains("revient le demain"), "{tomorrow}");
}

#[tokio::test]
async fn what_is_put_off_comes_back_on_its_day_and_is_nobody_else_s() {
    let fake = Fake::new("courriel", lines([line("42", TaskKind::Sign, None)]));
    let setup = Setup { alpha: vec![fake.clone()], beta: vec![fake.clone()], ..Setup::default() };
    let world = World::with(setup).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha", "beta"]));
    let mut jeanne = world.browser(OPERATOR);
    jeanne.sign_in_at("sso", "jeanne").await;
    for browser in [&clerk, &jeanne] {
        world.read_cards(browser).await;
    }
    jeanne.get("/tasks").await;
    world.quiet().await;
    let put_off = [("target", "42"), ("until", &*in_days(2))];
    assert_eq!(clerk.post("/tasks/alpha/courriel/snooze", &put_off).await.told(), "/tasks snooze-done");
    let page = clerk.get("/tasks").await;
    assert!(page.body.contains("Rien ne vous attend."));
    assert!(page.body.contains("Reportées <b>1</b>"), "and what was put off is found: {}", page.body);
    // The same line read for another collectivité by an account that is not told to be the same is another line.
    assert_eq!(jeanne.post("/tasks/beta/courriel/snooze", &put_off).await.told(), "/tasks snooze-done");
    let page = jeanne.get("/tasks").await;
    assert!(page.body.contains("Une chose vous attend"), "{}", page.body);
    assert_eq!(clerk.post("/tasks/beta/courriel/snooze", &put_off).await.status, StatusCode::NOT_FOUND);
    assert_eq!(clerk.post("/tasks/beta/courriel/wake", &put_off).await.status, StatusCode::NOT_FOUND);

    world.clock.advance(Duration::from_secs(2 * 24 * 3600));
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    assert!(clerk.get("/tasks").await.body.contains("Une chose vous attend"), "its day has come");
}

#[tokio::test]
async fn the_queue_is_shown_by_application_and_by_collectivite() {
    let courriel = Fake::new("courriel", lines([folder(), line("43", TaskKind::Sign, None)]));
    let nuage = Fake::new("nuage", lines([line("7", TaskKind::Read, None)]));
    let setup = Setup { alpha: vec![courriel.clone(), nuage], beta: vec![courriel], ..Setup::default() };
    let world = World::with(setup).await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha", "beta"]));
    let mut jeanne = world.browser(OPERATOR);
    jeanne.sign_in_at("sso", "jeanne").await;
    jeanne.get("/tasks").await;
    world.quiet().await;
    let page = jeanne.get("/tasks").await;
    page.page();
    assert!(page.body.contains("<option value=\"courriel\">Appli courriel (4)</option>"), "{}", page.body);
    assert!(page.body.contains("<option value=\"beta\">Commune de Beta (2)</option>"), "{}", page.body);
    let part = jeanne.get("/tasks?application=courriel&tenant=beta&kind=sign").await;
    part.page();
    assert_eq!(part.body.matches("<li data-line").count(), 1, "{}", part.body);
    assert!(part.body.contains("<input type=\"hidden\" name=\"kind\" value=\"sign\">"), "the kind is kept");
    assert!(
        part.body.contains("Tout <b>2</b>"),
        "chips count what the rest of the filter lets pass: {}",
        part.body
    );
    assert!(part.body.contains("href=\"/tasks?application=courriel&#38;tenant=beta\""), "{}", part.body);
    assert!(part.body.contains("/events?mark=") && part.body.contains("&#38;page=tasks&#38;kind=sign"));
    let none = jeanne.get("/tasks?application=nuage&tenant=beta").await;
    assert!(none.body.contains("Aucune tâche ne répond à ce choix."));
    for chosen in
        ["value=\"nuage\" selected>Appli nuage (0)<", "value=\"beta\" selected>Commune de Beta (0)<"]
    {
        assert!(
            none.body.contains(chosen),
            "what is chosen is said, even where nothing is left: {}",
            none.body
        );
    }
    assert_eq!(jeanne.get("/tasks?application=..%2F&tenant=%00").await.status, StatusCode::OK);
}

const IN_PLACE: (&str, &str) = ("x-pleiade-part", "1");

#[tokio::test]
async fn a_script_is_answered_where_the_form_was() {
    let (world, fake, mut clerk) = one(lines([folder()])).await;
    let question =
        clerk.post_with("/actions/alpha/parapheur/visa/ask", &[("target", "42")], &[IN_PLACE]).await;
    assert_eq!((question.status, question.header("x-pleiade-part")), (StatusCode::OK, Some("question")));
    assert!(
        !question.body.contains("<html") && question.body.contains("name=\"asked\""),
        "{}",
        question.body
    );
    let asked = field(&question, "asked");
    let answer = [("target", "42"), ("asked", asked.as_str())];
    let done = clerk.post_with("/actions/alpha/parapheur/visa", &answer, &[IN_PLACE]).await;
    assert_eq!((done.status, done.header("x-pleiade-part")), (StatusCode::OK, Some("outcome")));
    assert!(done.body.contains("note good") && !done.body.contains("<html"), "{}", done.body);
    let twice = clerk.post_with("/actions/alpha/parapheur/visa", &answer, &[IN_PLACE]).await;
    assert!(twice.body.contains("note error") && twice.body.contains("déjà été envoyée"), "{}", twice.body);
    assert_eq!(fake.performed.lock().unwrap().len(), 1);

    let undo = Action::post(ActionId::new("unread").unwrap(), Message::new("fake-do"), "42");
    let outcome =
        || ActionOutcome::Undoable { message: Message::new("fake-do"), undo: Box::new(undo.clone()) };
    *fake.answer.lock().unwrap() = Some(Ok(outcome()));
    let read = clerk.post_with("/actions/alpha/parapheur/read", &[("target", "42")], &[IN_PLACE]).await;
    assert!(read.body.contains("formaction=\"/actions/alpha/parapheur/unread\""), "{}", read.body);
    for action in ["unread", "read"] {
        let path = format!("/actions/alpha/parapheur/{action}");
        assert_eq!(clerk.post(&path, &[("target", "42")]).await.told(), "/ action-told");
    }
    world.clock.advance(Duration::from_secs(3));
    let desk = clerk.get("/").await;
    assert!(desk.body.contains("formaction=\"/actions/alpha/parapheur/unread\""), "{}", desk.body);
    assert!(!clerk.get("/").await.body.contains("parapheur/unread"), "it is offered once");
}

/// Twenty-two folders that can be treated together, and one that cannot.
fn many() -> Outcome {
    let folders = (0..22).map(|number| {
        let mut item = line(&number.to_string(), TaskKind::Approve, None);
        let visa = Action::post(ActionId::new("visa").unwrap(), Message::new("fake-do"), number.to_string());
        item.actions = vec![visa.engaging().in_batches()];
        item
    });
    lines(folders.chain([folder()]))
}

fn boxes(numbers: impl IntoIterator<Item = u8>) -> Vec<(String, String)> {
    numbers.into_iter().map(|number| ("line".to_owned(), format!("alpha/parapheur/{number}"))).collect()
}

async fn batch(clerk: &mut Browser, lines: &[(String, String)]) -> Answer {
    let form: Vec<(&str, &str)> = lines.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    clerk.post("/batches/parapheur/visa/ask", &form).await
}

#[tokio::test]
async fn several_lines_are_treated_after_one_question() {
    let (world, fake, mut clerk) = one(many()).await;
    let page = clerk.get("/tasks").await;
    page.page();
    assert_eq!(
        page.body.matches("type=\"checkbox\"").count(),
        22,
        "the line that offers no batch has no box"
    );
    assert!(page.body.contains("formaction=\"/batches/parapheur/visa/ask\""));
    assert_eq!(batch(&mut clerk, &boxes(0..21)).await.told(), "/tasks batch-too-many");
    assert_eq!(batch(&mut clerk, &boxes([])).await.told(), "/tasks batch-none");
    let mut chosen = boxes([3, 5, 3, 7]);
    for odd in ["alpha/parapheur/42", "alpha/parapheur/99", "beta/parapheur/3", "alpha/autre/3", "x", ""] {
        chosen.push(("line".into(), odd.into()));
    }
    let question = batch(&mut clerk, &chosen).await;
    question.page();
    assert!(question.body.contains("3 lignes"), "{}", question.body);
    for number in ["3", "5", "7"] {
        assert!(question.body.contains(&format!("Dossier {number}<")), "{}", question.body);
    }
    assert!(question.body.contains("6 lignes choisies sont laissées de côté"), "{}", question.body);
    assert!(fake.performed.lock().unwrap().is_empty(), "the question does nothing");

    let asked = field(&question, "asked");
    let mut stranger = world.clerk_at(ALPHA).await;
    let told = stranger.post("/batches/parapheur/visa", &[("asked", &asked)]).await;
    assert_eq!(told.told(), "/tasks action-ask-again", "another session's question");
    let results = clerk.post("/batches/parapheur/visa", &[("asked", &asked)]).await;
    results.page();
    assert_eq!(results.body.matches("Fait").count(), 3, "{}", results.body);
    let targets: Vec<String> = fake.performed.lock().unwrap().iter().map(|one| one.target.clone()).collect();
    assert_eq!(targets, ["3", "5", "7"], "one after the other");
    let again = clerk.post("/batches/parapheur/visa", &[("asked", &asked)]).await;
    assert_eq!(again.told(), "/tasks action-sent-already");
    let query = AuditQuery { limit: 50, ..AuditQuery::default() };
    let audit = world.storage.audit(&query).await.unwrap();
    assert_eq!(audit.iter().filter(|line| line.line.event == AuditEvent::ActionTaken).count(), 3);
}

/// What was done before is told, and what was not written down is not done.
#[tokio::test]
async fn a_batch_that_cannot_be_written_down_ends_there() {
    const REFUSES: &str = "CREATE TRIGGER no_line BEFORE INSERT ON audit \
        WHEN (SELECT COUNT(*) FROM audit WHERE event = 'action_taken') > 0 BEGIN SELECT RAISE(ABORT, 'no'); END";
    let (world, fake, mut clerk) = one(many()).await;
    let question = batch(&mut clerk, &boxes([1, 2, 4])).await;
    let asked = field(&question, "asked");
    Watch::open(&world).await.run(REFUSES).await;
    let results = clerk.post("/batches/parapheur/visa", &[("asked", &asked)]).await;
    results.page();
    assert_eq!(results.status, StatusCode::OK, "{}", results.body);
    assert_eq!(fake.performed.lock().unwrap().len(), 1);
    assert_eq!((results.body.matches("Fait<").count(), results.body.matches("Pas envoyé").count()), (1, 2));
}

/// Signing out, being shut out and losing the collectivité end it alike.
#[tokio::test]
async fn a_batch_ends_with_its_session() {
    let (world, fake, mut clerk) = one(many()).await;
    let question = batch(&mut clerk, &boxes([1, 2, 4])).await;
    let asked = field(&question, "asked");
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    *fake.gate.lock().unwrap() = Some(gate.clone());
    let end = async {
        while fake.performed.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        world.end_sessions_of_clerk().await;
        gate.add_permits(3);
    };
    let form = [("asked", asked.as_str())];
    let (results, ()) = tokio::join!(clerk.post("/batches/parapheur/visa", &form), end);
    assert_eq!(fake.performed.lock().unwrap().len(), 1, "the one under way");
    assert_eq!((results.body.matches("Fait<").count(), results.body.matches("Pas envoyé").count()), (1, 2));
}

#[tokio::test]
async fn a_batch_stops_at_a_refused_right_and_says_what_it_did_not_send() {
    for (kind, sent, unsent, said) in [
        (ErrorKind::Forbidden, 1, 2, "Refusé"),
        (ErrorKind::Unauthenticated, 1, 2, "Refusé"),
        (ErrorKind::NotFound, 3, 0, "Refusé"),
        (ErrorKind::Timeout, 3, 0, "On ne sait pas"),
    ] {
        let (_world, fake, mut clerk) = one(many()).await;
        let question = batch(&mut clerk, &boxes([1, 2, 4])).await;
        let asked = field(&question, "asked");
        *fake.answer.lock().unwrap() = Some(Err(kind));
        let results = clerk.post("/batches/parapheur/visa", &[("asked", &asked)]).await;
        results.page();
        assert_eq!(fake.performed.lock().unwrap().len(), sent, "{kind:?}");
        assert_eq!(results.body.matches("Pas envoyé").count(), unsent, "{kind:?}: {}", results.body);
        assert_eq!(results.body.matches(said).count(), sent, "{kind:?}: {}", results.body);
    }
}

/// The chips, the badges and the sentence of a page that stays follow what its person does, not the pace of its next look.
#[tokio::test]
async fn what_is_done_in_place_has_the_page_brought_up_to_date_at_once() {
    let (world, _, mut clerk) =
        one(lines([line("soon", TaskKind::Sign, Some(&in_days(3))), line("other", TaskKind::Read, None)]))
            .await;
    let page = clerk.get("/tasks").await.page();
    let address = page.elements.iter().find_map(|element| element.get("data-events")).unwrap().to_owned();
    let mut stream = Stream::new(clerk.open(&address).await);
    let session = world.session(&clerk.cookies[SESSION], Some("alpha")).await.unwrap();
    let changed = session.changed();
    let form = [("target", "soon"), ("until", &*in_days(2))];
    let told = clerk.post_with(SNOOZE, &form, &[("x-pleiade-part", "1")]).await;
    assert!(told.body.contains("note good"), "{}", told.body);
    assert!(changed.now_or_never().is_some(), "its streams are told");
    for badge in ["badge-todo", "badge-todo-shortcut"] {
        while stream.until(badge).await.html().id(badge).words() != "1 1 tâche" {}
    }
}

/// What several applications call otherwise is one line, which hides neither a title nor the earlier deadline.
#[tokio::test]
async fn a_line_of_two_applications_shows_what_each_calls_it() {
    let known = |id: &str, kind, deadline: Option<&str>| {
        let mut item = line(id, kind, deadline);
        item.task = item.task.map(|task| task.with_identifier("i-parapheur/f1"));
        lines([item])
    };
    let document = Fake::new("flux", known("Congés", TaskKind::Correct, None));
    let folder = Fake::new("parapheur", known("Marché", TaskKind::Sign, Some(&in_days(1))));
    let world = World::with(Setup { alpha: vec![document, folder], ..Setup::default() }).await;
    let mut clerk = world.clerk_at(ALPHA).await;
    world.read_cards(&clerk).await;
    let page = clerk.get("/tasks").await.page().id("queue").words().replace('\u{a0}', " ");
    for said in ["Dossier Congés", "Appli parapheur : « Dossier Marché »", "Pour demain"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let question = clerk.post("/tasks/alpha/flux/snooze/ask", &[("target", "Congés")]).await;
    assert!(question.body.contains("Dossier Congés · Dossier Marché"), "{}", question.body);
}

#[tokio::test]
async fn what_was_never_put_off_is_not_said_to_be_shown_again() {
    let (_world, _, mut clerk) = one(lines([line("soon", TaskKind::Sign, None)])).await;
    for invented in ["gone", "a\0b", &"x".repeat(60_000)] {
        let told = clerk.post("/tasks/alpha/parapheur/wake", &[("target", invented)]).await.told();
        assert_eq!(told, "/tasks task-gone");
    }
}
