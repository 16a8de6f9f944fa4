//! What the cards show.

use crate::support::{Assembly, TOWN, count, detail, indicator, said, settings, title, titles};
use chrono::TimeDelta;
use pleiade_core::{Clock as _, Deadline, EventTime, Severity, TaskKind};
use serde_json::json;
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn the_acts_are_counted_by_what_they_ask() {
    let town = Assembly::new();
    let card = town.read("actes").await;
    assert_eq!(count(&card, "courriers_prefecture"), Some((3, false)));
    assert_eq!(count(&card, "actes_erreur"), Some((1, false)));
    assert_eq!(count(&card, "actes_attente"), Some((2, false)));
    assert_eq!(count(&card, "actes_en_cours"), Some((3, false)));
    assert_eq!(indicator(&card, "actes_erreur").unwrap().severity, Severity::Alert);
    assert_eq!(card.link.as_ref().unwrap().as_str(), "https://s2low.example/modules/actes/");
    assert!(!card.more);
}

#[tokio::test(start_paused = true)]
async fn letters_come_first_of_all_and_have_no_computed_date() {
    let town = Assembly::new();
    let card = town.read("actes").await;
    assert_eq!(
        titles(&card),
        [
            "Demande de pièces complémentaires sur l’acte 2026-104",
            "Lettre d’observations sur l’acte 2026-098",
            "Courrier de la préfecture sur l’acte 2026-101",
            "Délégation de signature à l’adjointe aux finances",
        ]
    );
    let kinds: Vec<_> = card.items.iter().map(|item| item.task.as_ref().unwrap().kind).collect();
    assert_eq!(kinds, [TaskKind::Answer, TaskKind::Answer, TaskKind::Read, TaskKind::Correct]);
    for item in &card.items {
        let task = item.task.as_ref().unwrap();
        assert_eq!(task.first, task.kind != TaskKind::Correct, "{}", title(item));
        assert_eq!(item.deadline, None::<Deadline>);
        assert_eq!(task.since, None, "nothing tells when it came");
        assert!(!task.may_be_delegated());
    }
}

#[tokio::test(start_paused = true)]
async fn an_act_in_error_says_its_number_its_day_and_the_reason() {
    for account in ["archivist", "version-4"] {
        let town = Assembly::of(account);
        let card = town.read("actes").await;
        let failed = card.items.last().unwrap();
        let told = detail(failed);
        assert!(told.starts_with("Acte 2026-117 · décision du "), "{told}");
        assert!(told.ends_with(" · Enveloppe refusée : la signature n’est pas valide"), "{account}: {told}");
        let link = failed.link.as_ref().unwrap();
        assert_eq!(link.path(), "/modules/actes/actes_transac_show.php");
        let open = failed.actions.first().unwrap();
        assert_eq!(
            (said(&open.label).as_str(), open.link.as_ref()),
            ("Ouvrir dans S²LOW (certificat requis)", Some(link))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_too_long_ago_is_told_and_never_too_early() {
    let town = Assembly::new();
    let card = town.read("actes").await;
    // One since 120 hours, one since 6.
    let told: Vec<_> = card.notices.iter().map(said).collect();
    assert_eq!(told, ["1 acte transmis depuis plus de 48 heures n’a pas d’accusé de réception."]);
    assert_eq!(indicator(&card, "actes_en_cours").unwrap().severity, Severity::Warning);

    let now = town.clock.now();
    town.server.empty(TOWN);
    town.server.add_act(TOWN, 3, "2026-1", "Hier", now - TimeDelta::hours(47));
    tokio::time::advance(Duration::from_secs(300)).await;
    let card = town.read("actes").await;
    assert!(card.notices.is_empty(), "{:?}", card.notices);
    assert_eq!(indicator(&card, "actes_en_cours").unwrap().severity, Severity::Info);
    town.server.add_act(TOWN, 3, "2026-2", "Il y a quatre jours", now - TimeDelta::hours(97));
    tokio::time::advance(Duration::from_secs(300)).await;
    assert_eq!(town.read("actes").await.notices.len(), 1);

    let mut never = settings("archivist");
    never["overdue_hours"] = json!(0);
    assert!(Assembly::with(never).read("actes").await.notices.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_version_that_knows_no_bound_warns_of_nothing() {
    let town = Assembly::of("version-4");
    let card = town.read("actes").await;
    assert!(card.notices.is_empty(), "{:?}", card.notices);
    assert_eq!(count(&card, "actes_en_cours"), Some((3, false)));
}

#[tokio::test(start_paused = true)]
async fn the_flows_of_an_archivist_and_of_another() {
    let town = Assembly::new();
    let card = town.read("helios").await;
    assert_eq!(count(&card, "pes_retour"), Some((2, false)));
    assert_eq!(count(&card, "pes_erreur"), Some((1, false)));
    assert_eq!(count(&card, "pes_refuses"), Some((1, false)));
    let kinds: Vec<_> = card.items.iter().map(|item| item.task.as_ref().unwrap().kind).collect();
    assert_eq!(kinds, [TaskKind::Correct, TaskKind::Correct, TaskKind::Read, TaskKind::Read]);
    let details: Vec<_> = card.items.iter().take(2).map(detail).collect();
    assert_eq!(details, ["Fichier non conforme au schéma PES v2", "Bordereau refusé par le comptable"]);
    assert_eq!(said(card.items[1].status.as_ref().unwrap()), "Refusé");

    let town = Assembly::of("administrator");
    let card = town.read("helios").await;
    assert_eq!(count(&card, "pes_retour"), Some((2, false)));
    assert_eq!((count(&card, "pes_erreur"), count(&card, "pes_refuses")), (None, None), "hidden, and not 0");
    assert!(card.notices.is_empty());
    assert!(
        !town.asked().iter().any(|path| path.contains("list_pes_aller")),
        "whoever may not is not asked to"
    );
}

#[tokio::test(start_paused = true)]
async fn a_pes_return_has_its_time_in_paris() {
    let town = Assembly::new();
    let came = town.clock.now() - TimeDelta::hours(60);
    let card = town.read("helios").await;
    let found = card.items.last().unwrap();
    assert_eq!(title(found), "PES2R_RECETTE_20261120.xml");
    assert_eq!(
        found.when,
        Some(EventTime::At(came)),
        "read with the clock of the server, not with that of UTC"
    );
    assert_eq!(found.task.as_ref().unwrap().since, Some(came));
}

#[tokio::test(start_paused = true)]
async fn pes_are_counted_page_by_page() {
    let mut small = settings("archivist");
    small["pes_page"] = json!(10);
    let town = Assembly::with(small);
    town.server.add_pes(TOWN, -1, 34);
    let card = town.read("helios").await;
    assert_eq!(count(&card, "pes_erreur"), Some((35, false)));
    assert!(card.more);
    assert_eq!(town.asked().iter().filter(|path| path.contains("status_id=-1")).count(), 4);
    // As many as pages at most, and the number says that it is a minimum.
    town.server.add_pes(TOWN, -1, 100);
    tokio::time::advance(Duration::from_secs(300)).await;
    assert_eq!(count(&town.read("helios").await, "pes_erreur"), Some((100, true)));
}

#[tokio::test(start_paused = true)]
async fn secure_mails_are_counted_where_the_operator_wants_it() {
    let town = Assembly::new();
    assert_eq!(count(&town.read("mails").await, "mails"), Some((12, false)));
    let asked = town.asked();
    assert!(
        asked.iter().all(|path| !path.contains("list-mail") && !path.contains("detail-mail")),
        "{asked:?}"
    );
    let mut plain = settings("archivist");
    plain.as_object_mut().unwrap().remove("widgets");
    let plain = Assembly::with(plain);
    let widgets: Vec<_> = pleiade_core::Connector::widgets(&plain.connector)
        .iter()
        .map(|one| one.descriptor().id.to_string())
        .collect();
    assert_eq!(widgets, ["actes", "helios"]);
}

#[tokio::test(start_paused = true)]
async fn one_reading_serves_everybody_and_no_call_overlaps_another() {
    let town = Assembly::new();
    let (one, other) = (town.member(&["actes"]), town.member(&["chefs"]));
    let cards = futures_util::future::join_all([
        town.load("actes", &one),
        town.load("helios", &other),
        town.load("actes", &other),
        town.load("mails", &one),
    ])
    .await;
    assert!(cards.iter().all(Result::is_ok));
    assert_eq!(town.server.most_calls_at_once(), 1);
    let asked = town.asked();
    assert_eq!(asked.iter().filter(|path| path.contains("list_document_prefecture")).count(), 1, "{asked:?}");
    assert!(asked.len() <= 25, "{}", asked.len());
    town.read("actes").await;
    assert!(town.asked().is_empty(), "within five minutes nothing is asked again");
}

#[tokio::test(start_paused = true)]
async fn a_module_that_is_closed_is_hidden_or_told() {
    let town = Assembly::new();
    town.server.close_module("helios");
    assert_eq!(
        town.load("helios", &town.member(&["actes"])).await.unwrap_err().kind(),
        pleiade_core::ErrorKind::Forbidden
    );
    assert_eq!(count(&town.read("actes").await, "actes_erreur"), Some((1, false)));
}

#[tokio::test(start_paused = true)]
async fn a_failed_query_is_told_and_no_empty_list() {
    let town = Assembly::new();
    town.server.fail_queries();
    let card = town.read("actes").await;
    assert_eq!(count(&card, "actes_erreur"), Some((1, false)));
    assert!(card.notices.iter().any(|notice| notice.key() == "kit-missing"));
    assert!(card.more, "the act in error is not shown, and is not said to be none");
}
