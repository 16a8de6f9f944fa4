//! What the cards show.

use crate::support::{Desk, Network, World, config, count, counts, refused, state, words};
use pleiade_connectors::pastell::{Family, StateClass};
use pleiade_core::{Item, Severity, TaskKind, WidgetContent};

const ONE_ENTITY: &str = r#"[{"id_e":"1","denomination":"Ville","entite_mere":"0","is_active":true}]"#;

fn counted(flux: &str) -> String {
    format!(r#"{{"1":{{"flux":{flux},"info":{{"id_e":"1","denomination":"Ville","is_active":true}}}}}}"#)
}

fn document(id: &str, flow: &str, state: &str, date: &str) -> String {
    let words = match state {
        "creation" => "creation",
        _ => "Mots de Pastell",
    };
    format!(
        r#"{{"id_d":"{id}","id_e":"1","type":"{flow}","last_action":"{state}","last_action_date":"{date}","titre":"T {id}","last_action_display":"{words}"}}"#
    )
}

/// One entity with these counts; lists are declared by each test.
fn platform(flux: &str) -> std::sync::Arc<Network> {
    Network::new()
        .on("GET document/count", &counted(flux))
        .on("GET flux", include_str!("../data/pastell/flows.json"))
}

fn network(flux: &str) -> std::sync::Arc<Network> {
    platform(flux).on("GET entite/1/document?", "[]").on("GET entite", ONE_ENTITY)
}

async fn flows(network: &std::sync::Arc<Network>) -> WidgetContent {
    Desk::on(config(), network).load("flows").await.unwrap()
}

#[tokio::test]
async fn documents_are_counted_by_class_and_family() {
    let network = network(
        r#"{"actes-generique":{"tdt-error":2,"fatal-error":"1","acquiter-tdt":250,"creation":4},
            "actes-ecollectivites":{"rejet-iparapheur":3,"erreur-locale":1},
            "document-a-signer":{"send-iparapheur":7,"rejet-iparapheur":1},
            "ls-helios":{"document-transmis-tdt":2,"info-tdt":9},"mailsec":[],
            "commande-generique":{"modification":5}}"#,
    );
    let content = flows(&network).await;
    assert_eq!(
        counts(&content),
        [
            ("errors", 4),
            ("refused", 4),
            ("waiting", 2),
            ("drafts", 9),
            ("errors_actes", 4),
            ("refused_actes", 3),
            ("drafts_actes", 4),
            ("waiting_helios", 2),
            ("refused_signature", 1),
        ]
        .map(|(key, count)| (key.to_owned(), count))
    );
    let severities: Vec<Severity> = content.indicators.iter().map(|one| one.severity).take(4).collect();
    assert_eq!(severities, [Severity::Alert, Severity::Warning, Severity::Info, Severity::Info]);
    let link = |key: &str| {
        let found = content.indicators.iter().find(|one| one.key.as_str() == key).unwrap();
        found.link.as_ref().unwrap().as_str().trim_start_matches("https://pastell.example/").to_owned()
    };
    assert_eq!(link("waiting_helios"), "Document/list?id_e=1&type=ls-helios");
    assert_eq!(link("errors_actes"), "Document/index?id_e=1", "two flows have some");
    assert_eq!(network.sent_to("GET document/count?id_e=1"), 1, "the counts of the one entity");
}

#[tokio::test]
async fn lists_are_asked_by_the_states_that_were_counted_and_no_other() {
    let network = network(
        r#"{"actes-generique":{"tdt-error":1,"creation":2,"send-tdt":3,"error-ged":0,"etat-local-error":1},
            "mailsec":{"termine":5}}"#,
    );
    let content = flows(&network).await;
    let lists: Vec<String> =
        network.sent().into_iter().filter(|line| line.starts_with("GET entite/")).collect();
    let list = |limit: u8, states: &str| {
        format!(
            "GET entite/1/document?offset=0&limit={limit}&lastetat={states}&tri=date_dernier_etat&sens_tri=DESC"
        )
    };
    assert_eq!(lists, [list(25, "etat-local-error%2Ctdt-error"), list(10, "creation")]);
    assert!(content.more && content.items.is_empty(), "four were counted and none came");
}

/// A signature that came back waits in one flow and goes on by itself in another: the state alone would list both.
#[tokio::test]
async fn a_state_with_two_classes_is_asked_by_flow() {
    let signed = [
        document("hand", "actes-generique", "recu-iparapheur", "2026-03-12 09:00:00"),
        document("auto", "ls-helios", "recu-iparapheur", "2026-03-12 09:10:00"),
    ];
    let network = platform(
        r#"{"actes-generique":{"recu-iparapheur":1,"tdt-error":1},"ls-helios":{"recu-iparapheur":30}}"#,
    )
    .on("GET entite/1/document?", &format!("[{}]", signed.join(",")))
    .on("GET entite", ONE_ENTITY);
    let content = flows(&network).await;
    assert_eq!((count(&content, "waiting"), count(&content, "errors")), (Some(1), Some(1)));
    assert_eq!(network.sent_to("GET entite/1/document?offset=0&limit=25&lastetat=tdt-error&"), 1);
    let by_flow = "GET entite/1/document?offset=0&limit=25&lastetat=recu-iparapheur&tri=date_dernier_etat&sens_tri=DESC&type=actes-generique";
    assert_eq!(network.sent_to(by_flow), 1);
    assert_eq!(content.items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(), ["1/hand"]);
    assert_eq!(content.items[0].task.as_ref().unwrap().kind, TaskKind::Do);
}

async fn lines() -> (WidgetContent, Vec<Item>) {
    let rows = [
        document("refused", "mailsec", "rejet-iparapheur", "2026-01-15 08:00:00"),
        document("older", "actes-generique", "tdt-error", "2026-03-10 10:00:00"),
        document("newer", "actes-generique", "tdt-error", "2026-07-10 10:00:00"),
        document("rgs", "actes-generique", "document-transmis-tdt", "0000-00-00 00:00:00"),
    ];
    let drafts = [document("draft", "mailsec", "creation", "2026-03-12 07:00:00")];
    let network = platform(
        r#"{"actes-generique":{"tdt-error":2,"document-transmis-tdt":1},"mailsec":{"creation":1,"rejet-iparapheur":1}}"#,
    )
    .on("GET entite/1/document?offset=0&limit=25", &format!("[{}]", rows.join(",")))
    .on("GET entite/1/document?offset=0&limit=10", &format!("[{}]", drafts.join(",")))
    .on("GET entite", ONE_ENTITY);
    let content = flows(&network).await;
    (content.clone(), content.items)
}

#[tokio::test]
async fn lines_come_by_class_with_what_they_ask() {
    let (content, items) = lines().await;
    let tasks: Vec<_> = items
        .iter()
        .map(|item| {
            let task = item.task.as_ref().map(|task| (task.kind, task.may_be_delegated()));
            (item.id.as_str(), task)
        })
        .collect();
    assert_eq!(
        tasks,
        [
            ("1/newer", Some((TaskKind::Correct, true))),
            ("1/older", Some((TaskKind::Correct, true))),
            ("1/refused", Some((TaskKind::Correct, true))),
            // The certificate is a person's own.
            ("1/rgs", Some((TaskKind::Approve, false))),
            ("1/draft", None),
        ]
    );
    assert!(!content.more);
    assert_eq!(words(&items[0].title), "T newer");
    assert_eq!(words(items[0].detail.as_ref().unwrap()), "Actes (générique)");
}

/// Pastell writes the hour of its server, without a zone.
#[tokio::test]
async fn dates_are_those_of_the_server_s_zone() {
    let (_, items) = lines().await;
    let since = |place: usize| items[place].task.as_ref().unwrap().since.map(|since| since.to_rfc3339());
    assert_eq!(since(0).as_deref(), Some("2026-07-10T08:00:00+00:00"), "summer");
    assert_eq!(since(1).as_deref(), Some("2026-03-10T09:00:00+00:00"), "winter");
    assert_eq!(since(3), None, "an unknown date");
    let mut config = config();
    config.time_zone = Some(chrono_tz::Indian::Reunion);
    let rows = document("a", "mailsec", "tdt-error", "2026-03-10 10:00:00");
    let network = platform(r#"{"mailsec":{"tdt-error":1}}"#)
        .on("GET entite/1/document?", &format!("[{rows}]"))
        .on("GET entite", ONE_ENTITY);
    let content = Desk::on(config, &network).load("flows").await.unwrap();
    let since = content.items[0].task.as_ref().unwrap().since.unwrap();
    assert_eq!(since.to_rfc3339(), "2026-03-10T06:00:00+00:00");
}

#[tokio::test]
async fn states_are_in_the_application_s_words() {
    let (_, items) = lines().await;
    assert_eq!(state(&items[0]), "Mots de Pastell");
    assert_eq!(state(&items[4]), "Créé", "Pastell gave the code in the place of the words");
}

#[tokio::test]
async fn lines_lead_into_pastell_and_drafts_may_be_changed_and_deleted() {
    let (_, items) = lines().await;
    let base = "https://pastell.example/Document";
    assert_eq!(items[0].link.as_ref().unwrap().as_str(), format!("{base}/detail?id_d=newer&id_e=1"));
    assert!(items[..4].iter().all(|item| item.actions.is_empty()));
    let links: Vec<_> =
        items[4].actions.iter().map(|action| action.link.as_ref().unwrap().as_str()).collect();
    assert_eq!(
        links,
        [
            format!("{base}/edition?id_d=draft&id_e=1"),
            format!("{base}/warning?id_d=draft&id_e=1&action=supression"),
        ]
    );
}

#[tokio::test]
async fn what_fails_is_told_and_hides_nothing() {
    let flux = r#"{"mailsec":{"tdt-error":3}}"#;
    let network = Network::new()
        .on("GET document/count", &counted(flux))
        .on_answers("GET flux", [refused(500, "x")])
        .on_answers("GET entite/1/document?", [refused(500, "x")])
        .on("GET entite", ONE_ENTITY);
    let content = flows(&network).await;
    assert_eq!(count(&content, "errors"), Some(3));
    assert_eq!(content.notices.iter().map(|notice| notice.key()).collect::<Vec<_>>(), ["kit-missing"]);
    assert!(content.more);
}

#[tokio::test]
async fn an_operator_s_families_and_states() {
    let mut config = config();
    config.families = vec![Family::new("courrier", "Courriers", &["*mail*"])];
    config.state_classes.insert("non-recu".to_owned(), StateClass::Error);
    let network = network(r#"{"mailsec":{"non-recu":2},"actes-generique":{"tdt-error":1}}"#);
    let content = Desk::on(config, &network).load("flows").await.unwrap();
    assert_eq!((count(&content, "errors"), count(&content, "errors_courrier")), (Some(3), Some(2)));
    assert_eq!(count(&content, "errors_actes"), None);
    assert_eq!(network.sent_to("GET entite/1/document?offset=0&limit=25&lastetat=non-recu%2Ctdt-error&"), 1);
}

#[tokio::test]
async fn new_documents_are_made_from_the_flows_of_each_entity() {
    let network =
        network(r#"{"mailsec":[],"actes-generique":{"send-tdt":3,"creation":1},"local":{"termine":1}}"#);
    let content = Desk::on(config(), &network).load("creation").await.unwrap();
    assert_eq!(counts(&content), [("in_progress".to_owned(), 3)]);
    let offers: Vec<_> = content
        .actions
        .iter()
        .map(|action| (action.label.key(), action.link.as_ref().unwrap().as_str()))
        .collect();
    let new = "https://pastell.example/Document/new?id_e=1&type=";
    assert_eq!(
        offers,
        ["actes-generique", "mailsec", "local"]
            .map(|flow| format!("{new}{flow}"))
            .iter()
            .map(|link| ("pastell-create", link.as_str()))
            .collect::<Vec<_>>(),
        "in the order of the families"
    );
    let mut config = config();
    config.creation = vec!["actes-*".to_owned()];
    let content = Desk::on(config, &network).load("creation").await.unwrap();
    assert_eq!(content.actions.len(), 1);
}

#[tokio::test]
async fn two_cards_count_once() {
    let network = network(r#"{"mailsec":{"termine":1}}"#);
    let desk = Desk::on(config(), &network);
    let (one, two) = tokio::join!(desk.load("flows"), desk.load("creation"));
    assert!(one.is_ok() && two.is_ok());
    assert_eq!(network.sent().len(), 3, "entities, counts and flows: {:?}", network.sent());
}

/// The folder of the signature book is read for the lines that wait, and only when an operator names its field.
#[tokio::test]
async fn folders_are_read_only_where_they_are_asked_for() {
    let world = World::by_token();
    let content = world.desk.load("flows").await.unwrap();
    assert!(content.items.iter().flat_map(|item| &item.task).all(|task| task.identifiers.is_empty()));
    let is_detail = |path: &String| path.contains("/document/d");
    assert_eq!(world.asked().iter().filter(|path| is_detail(path)).count(), 0);

    let mut config = config();
    config.parapheur_field = "iparapheur_dossier_id".to_owned();
    let world = World::new(config, std::sync::Arc::clone(&world.desk.cx.credentials));
    let content = world.desk.load("flows").await.unwrap();
    let tasks = content.items.iter().filter(|item| item.task.is_some()).count();
    let identifiers: Vec<&str> = content
        .items
        .iter()
        .flat_map(|item| &item.task)
        .flat_map(|task| &task.identifiers)
        .map(String::as_str)
        .collect();
    assert_eq!(identifiers.len(), 2, "two were sent to the signature book: {identifiers:?}");
    assert!(identifiers.iter().all(|identifier| identifier.starts_with("i-parapheur/2f1c-")));
    assert_eq!(world.asked().iter().filter(|path| is_detail(path)).count(), tasks, "no draft is read");
    // A document in the same state is in the same folder.
    world.desk.clock.advance(std::time::Duration::from_secs(120));
    assert_eq!(world.desk.load("flows").await.unwrap().items, content.items);
    assert_eq!(world.asked().iter().filter(|path| is_detail(path)).count(), 0);
}

/// Before 4.1.16 whoever may only read a flow sees no document of it whole.
#[tokio::test]
async fn whoever_may_read_no_document_whole_has_lines_without_folders() {
    let mut config = config();
    config.parapheur_field = "iparapheur_dossier_id".to_owned();
    let world = World::new(config, std::sync::Arc::clone(&World::by_token().desk.cx.credentials));
    world.pastell.set_details_hidden(true);
    let content = world.desk.load("flows").await.unwrap();
    assert!(content.notices.is_empty() && content.items.iter().any(|item| item.task.is_some()));
}
