//! What people see.

use crate::support::{Assembly, count, lines, linked, said, technical};
use pleiade_core::{Connector as _, EventTime, TaskKind};
use pleiade_testkit::TestClock;
use serde_json::json;
use std::sync::Arc;

#[tokio::test]
async fn the_common_basket_is_for_the_groups_that_are_named() {
    let platform = Assembly::with(technical());
    let content = platform.load("tasks", &platform.keyed(&["finances"], "blefevre")).await.unwrap();
    assert_eq!(count(&content, "tasks"), Some((5, false)), "as Ciril counts, details or not");
    assert_eq!((count(&content, "factures"), count(&content, "rh")), (Some((2, false)), Some((3, false))));
    assert_eq!(said(&content.indicators[1].noun), "factures à mandater");
    assert_eq!(
        lines(&content),
        [
            "F-2026-1187 - ÉLECTRICITÉ DE L’OUEST - 3 412,08 | Factures à mandater",
            "F-2026-1190 - LIBRAIRIE DU PONT - 214,90 | Factures à mandater"
        ]
    );
    assert!(content.more, "three tasks are counted and not listed");
    for hidden in [platform.keyed(&[], "blefevre"), platform.keyed(&["finances"], "blefevre").standing_in()] {
        let content = platform.load("tasks", &hidden).await.unwrap();
        assert!(content.items.is_empty() && content.indicators.is_empty());
        assert_eq!(content.notices[0].key(), "ciril-not-shown");
    }
    platform.asked();
    platform.load("tasks", &platform.keyed(&["finances"], "sobrien")).await.unwrap();
    assert!(platform.asked().is_empty(), "a basket that was just read serves everybody who sees it");
}

#[tokio::test]
async fn an_own_basket_has_its_dates_documents_kinds_and_links() {
    let mut settings = linked();
    settings["task_links"] = json!(true);
    let platform = Assembly::with(settings);
    let content = platform.load("tasks", &platform.own("BLEFEVRE")).await.unwrap();
    assert_eq!(
        lines(&content),
        [
            "BC 26-00318 - PAPETERIE DU PARC - 1 234,50 | Bons de commande à viser · 1 document",
            "BC 26-00322 - GARAGE DES FÉES - 486,00 | Bons de commande à viser · 1 document",
            "MARTIN Paul - congés annuels du 21/12 au 24/12 | Absences à valider",
        ]
    );
    let kinds: Vec<_> = content.items.iter().map(|item| item.task.as_ref().unwrap().kind).collect();
    assert_eq!(kinds, [TaskKind::Do, TaskKind::Do, TaskKind::Approve], "as the groups of the settings say");
    let now = pleiade_core::Clock::now(&*platform.clock);
    let began = now - chrono::TimeDelta::hours(27);
    let Some(EventTime::At(at)) = content.items[0].when else { panic!("an instant") };
    assert!((at - began).num_minutes().abs() <= 1, "{at} {began}");
    assert_eq!(content.items[0].task.as_ref().unwrap().since, Some(at));
    assert!(!content.items[0].task.as_ref().unwrap().may_be_delegated());
    assert_eq!(
        content.items[0].link.as_ref().unwrap().as_str(),
        "https://civil.example/cgi-bin/web2java.exe?t=48211&p=panier"
    );
    // Not unless it is written.
    let platform = Assembly::with(linked());
    let content = platform.load("tasks", &platform.own("BLEFEVRE")).await.unwrap();
    assert!(
        content.items.iter().all(|item| item.link.as_ref().unwrap().as_str() == "https://civil.example/")
    );
}

#[tokio::test]
async fn references_between_elements_say_the_same() {
    let (plain, referring) = (Assembly::with(linked()), Assembly::with(linked()));
    referring.server.use_references();
    let read = |platform: &Assembly| {
        let cx = platform.own("BLEFEVRE");
        let widget = platform.connector.widgets()[0].clone();
        async move { widget.load(&cx).await.unwrap() }
    };
    assert_eq!(lines(&read(&plain).await), lines(&read(&referring).await));
}

#[tokio::test]
async fn orders_are_those_of_the_login_and_of_the_year() {
    let platform = Assembly::with(technical());
    let content = platform.load("orders", &platform.keyed(&[], "blefevre")).await.unwrap();
    assert_eq!(count(&content, "orders"), Some((2, false)));
    assert_eq!(
        lines(&content),
        [
            "Fournitures scolaires | 26-00318 · Papeterie du Parc · 1 234,50 · 1 document",
            "Révision du fourgon | 26-00322 · Garage des Fées · 486,00 · 1 document"
        ]
    );
    assert_eq!(
        platform.server.conditions(),
        [
            "f_getbdcaviser('BLEFEVRE',aecnumcom) = 1 and aecetat='A' and aecorigin='IN' and aecvisa='N' and aecnumexe='2026'"
        ]
    );
    let other = platform.load("orders", &platform.keyed(&[], "sobrien")).await.unwrap();
    assert_eq!(lines(&other), ["Bulletin municipal | 26-00330 · Imprimerie du Lac · 1 980,00 · 1 document"]);
    let stands_in = platform.load("orders", &platform.keyed(&[], "blefevre").standing_in()).await.unwrap();
    assert!(stands_in.is_empty() && stands_in.indicators.is_empty(), "a visa is nobody's to give away");
}

#[tokio::test]
async fn both_years_are_asked_for_in_january() {
    // In Paris the new year has begun; where the clock's day is still the old one, it has not.
    let clock = Arc::new(TestClock::starting_at("2026-12-31T23:30:00Z".parse().unwrap()));
    let platform = Assembly::at(technical(), clock);
    let content = platform.load("orders", &platform.keyed(&[], "blefevre")).await.unwrap();
    let years: Vec<_> = platform
        .server
        .conditions()
        .iter()
        .map(|condition| condition.rsplit('\'').nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(years, ["2026", "2027"]);
    assert_eq!(content.items.len(), 3);
    let ids: Vec<_> = content.items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["order-2026-25-01177", "order-2027-26-00318", "order-2027-26-00322"]);
}

#[tokio::test]
async fn what_is_no_login_enters_no_condition() {
    let platform = Assembly::with(technical());
    for key in ["x') or 1=1 --", "a b", "é", "a'b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "{year}"] {
        let error = platform.load("orders", &platform.keyed(&[], key)).await.unwrap_err();
        assert_eq!(error.kind(), pleiade_core::ErrorKind::BadConfiguration, "{key}");
    }
    assert!(platform.server.conditions().is_empty());
}

#[tokio::test]
async fn check_lists_the_groups_that_there_are() {
    let platform = Assembly::with(technical());
    let health = platform.connector.probe().await.unwrap();
    assert_eq!(
        health.findings,
        ["groups of tasks: FINANCES, Factures à mandater, RH, Entretiens professionnels à faire"]
    );
    let platform = Assembly::with(linked());
    platform.connector.probe().await.unwrap();
    assert_eq!(platform.asked(), ["getAccessList"]);
}
