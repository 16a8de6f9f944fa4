//! What the connector makes of refusals and breakdowns.

use crate::support::{Assembly, TOWN, count, detail, settings, titles};
use pleiade_connectors::idelibre::Client;
use pleiade_core::{Connector as _, ConnectorError, ErrorKind, Retry, SecretString};
use pleiade_testkit::{
    Fault, Idelibre, ScriptedTransport,
    people::{BERNARD, SINEAD, TENANTS, tenant_named},
};
use serde_json::json;
use std::{sync::Arc, time::Duration};

const PROBLEM: &str = r#"{"message":"les mots de l’application"}"#;

async fn met(status: u16, media_type: &str, body: &'static str) -> ConnectorError {
    let transport = ScriptedTransport::new().then_body(status, media_type, body);
    let client = Client::new(&"https://idelibre.example".parse().unwrap(), Arc::new(transport)).unwrap();
    let structure = pleiade_connectors::idelibre::wire::Uuid::parse(&Idelibre::structure_id(TOWN)).unwrap();
    let error = client.sittings(&SecretString::from("clé-de-la-ville"), &structure).await.unwrap_err();
    let told = format!("{error} {error:?}");
    assert!(!told.contains("les mots") && !told.contains("clé-de-la-ville"), "{told}");
    error
}

#[tokio::test(start_paused = true)]
async fn each_status_is_what_it_means_here() {
    let json = "application/problem+json";
    for (status, kind, hint) in [
        (301, ErrorKind::BadConfiguration, Some("never redirects")),
        (302, ErrorKind::BadConfiguration, Some("never redirects")),
        (400, ErrorKind::BadAnswer, Some("defect of the connector")),
        (401, ErrorKind::Unauthenticated, Some("deleted or made again")),
        (403, ErrorKind::Forbidden, Some("not that of this structure")),
        (404, ErrorKind::NotFound, None),
        (429, ErrorKind::RateLimited, None),
        (500, ErrorKind::Unreachable, None),
        (502, ErrorKind::Unreachable, None),
        (503, ErrorKind::Unreachable, None),
        (504, ErrorKind::Timeout, None),
        // An exception with such a code becomes this status.
        (599, ErrorKind::Unreachable, None),
    ] {
        let error = met(status, json, PROBLEM).await;
        assert_eq!(error.kind(), kind, "{status}");
        assert_eq!(error.refuses_credential(), status == 401, "{status}");
        assert_eq!(error.hint().is_some(), hint.is_some(), "{status}");
        assert!(hint.is_none_or(|hint| error.hint().unwrap().contains(hint)), "{status}: {error}");
    }
    assert_eq!(
        met(200, "text/html", "<!DOCTYPE html><p>Maintenance").await.kind(),
        ErrorKind::Unauthenticated
    );
    assert_eq!(met(200, "application/json", r#"{"message":"les mots"}"#).await.kind(), ErrorKind::BadAnswer);
    assert_eq!(met(200, "application/json", "").await.kind(), ErrorKind::BadAnswer);
}

#[tokio::test(start_paused = true)]
async fn a_key_made_again_is_refused_and_not_sent_for_an_hour() {
    let town = Assembly::new();
    town.read("convocations", &BERNARD).await;
    town.server.renew_key(TOWN);
    tokio::time::advance(Duration::from_secs(300)).await;
    town.asked();
    let error = town.load("convocations", &town.context(&BERNARD)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(town.asked().len(), 1);
    let error = town.load("sittings", &town.context(&BERNARD)).await.unwrap_err();
    assert!(matches!(error.retry(), Retry::After(_)) && town.asked().is_empty());
    // The key of another structure is another key.
    town.read("convocations", &SINEAD).await;
    assert!(!town.asked().is_empty());
    town.connector.retry();
    assert!(town.load("sittings", &town.context(&BERNARD)).await.is_err());
    assert_eq!(town.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_key_of_another_structure_reads_nothing() {
    let mut wrong = settings("4.3");
    wrong["structures"][0]["id"] = json!(Idelibre::structure_id("val-d-ombre"));
    let town = Assembly::with(wrong);
    let error = town.load("sittings", &town.context(&BERNARD)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadConfiguration);
    assert_eq!(town.asked(), ["/me"]);
    let error = town.connector.probe().await.unwrap_err();
    assert!(
        error.hint().unwrap().starts_with("structure `la-roche-aux-fees`: the key opens another"),
        "{error}"
    );
    let mut right = settings("4.3");
    right["structures"][0]["id"] = json!(Idelibre::structure_id(TOWN).to_uppercase());
    let town = Assembly::with(right);
    assert!(town.load("sittings", &town.context(&BERNARD)).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn no_api_at_the_address_is_said() {
    let town = Assembly::new();
    town.switch.set(Fault::NotFound);
    for error in [
        town.load("sittings", &town.context(&BERNARD)).await.unwrap_err(),
        town.connector.probe().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.hint().unwrap().contains("4.1 or later"));
    }
}

#[tokio::test(start_paused = true)]
async fn the_probe_tells_the_version_and_tries_every_key() {
    for (path, version) in [("4.1", "4.1.7"), ("4.2", "4.2.21"), ("4.3", "4.3.0-alpha10")] {
        let town = Assembly::of(path);
        assert_eq!(town.connector.probe().await.unwrap().version.as_deref(), Some(version));
        assert_eq!(town.asked().iter().filter(|path| *path == "/me").count(), TENANTS.len());
        town.server.renew_key("val-d-ombre");
        let error = town.connector.probe().await.unwrap_err();
        assert!(error.hint().unwrap().starts_with("structure `val-d-ombre`: the key"), "{error}");
    }
}

/// The requests of a reading: 0 the owner, 1 the sittings, 2 the users, 3 to 6 convocations, 7 the sitting, 8 its projects.
async fn with_failing(
    fault: Fault,
    failing: usize,
) -> (Assembly, Result<pleiade_core::WidgetContent, ConnectorError>) {
    let town = Assembly::new();
    town.switch.set_for(fault, failing..failing + 1);
    let card = town.load("sittings", &town.context(&BERNARD)).await;
    (town, card)
}

#[tokio::test(start_paused = true)]
async fn a_part_that_fails_leaves_the_others_and_is_said() {
    for failing in 0..3 {
        assert!(with_failing(Fault::ServerError, failing).await.1.is_err(), "{failing}");
    }
    for failing in 3..7 {
        let card = with_failing(Fault::ServerError, failing).await.1.unwrap();
        assert_eq!(card.notices[0].key(), "kit-missing");
        assert!(count(&card, "sittings_to_come").unwrap().1, "a minimum");
    }
    for failing in 7..9 {
        let (town, card) = with_failing(Fault::ServerError, failing).await;
        let card = card.unwrap();
        assert_eq!(card.notices[0].key(), "kit-missing");
        assert_eq!(
            (count(&card, "sittings_to_come"), detail(&card.items[0])),
            (Some((3, false)), String::new())
        );
        assert_eq!(town.asked().len(), failing + 1, "not asked again at once");
        // It is there again at the next reading.
        let again = town.read("sittings", &BERNARD).await;
        assert_eq!(detail(&again.items[0]), "Bureau des adjoints · 2 projets, 2 annexes");
    }
}

#[tokio::test(start_paused = true)]
async fn a_sitting_deleted_meanwhile_is_left_out() {
    let mut shown = Vec::new();
    for failing in 3..7 {
        let (_, card) = with_failing(Fault::NotFound, failing).await;
        let card = card.unwrap();
        assert!(card.notices.is_empty());
        assert_eq!(count(&card, "sittings_to_come"), Some((card.items.len() as u64, false)));
        shown.push(titles(&card).len());
    }
    shown.sort_unstable();
    assert_eq!(shown, [2, 2, 2, 3], "he is convened to three of the four");
    // All of them at once is no such thing.
    let town = Assembly::new();
    town.switch.set_for(Fault::NotFound, 3..7);
    let error = town.load("sittings", &town.context(&BERNARD)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn the_secretariat_is_told_that_figures_are_a_minimum() {
    let town = Assembly::new();
    town.switch.set_for(Fault::ServerError, 4..5);
    let mut cx = town.named(&SINEAD, None);
    cx.tenant = tenant_named(TOWN).into();
    let card = town.load("sittings", &cx).await.unwrap();
    assert!(count(&card, "missing_answers").unwrap().1 && card.notices[0].key() == "kit-missing");
    assert_eq!(card.notices.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn odd_items_of_one_list_are_said_on_every_card() {
    // Sittings, users, and the convocations of one sitting.
    for failing in 1..4 {
        let (town, card) = with_failing(Fault::OddItems, failing).await;
        let card = card.unwrap();
        assert_eq!(card.notices[0].key(), "kit-missing", "{failing}");
        assert_eq!(count(&card, "sittings_to_come"), Some((3, true)), "{failing}");
        let tasks = town.read("convocations", &BERNARD).await;
        assert_eq!((titles(&tasks).len(), tasks.notices.len()), (2, 1), "{failing}");
        assert_eq!(count(&tasks, "to_answer"), Some((1, true)), "{failing}");
    }
    // Projects, with the annexes of the first.
    let card = with_failing(Fault::OddItems, 8).await.1.unwrap();
    assert_eq!(card.notices, [pleiade_core::Message::new("kit-unreadable").with_number("count", 4)]);
    assert_eq!(count(&card, "sittings_to_come"), Some((3, false)));
    assert_eq!(detail(&card.items[0]), "Bureau des adjoints · 2 projets, 2 annexes");
}
