//! Which entities a card is about.

use crate::support::{Desk, Network, World, config, count, refused, words};
use pleiade_connectors::pastell::client::EntityId;
use pleiade_core::{ErrorKind, TenantId};
use std::time::Duration;

fn ville() -> TenantId {
    TenantId::new("la-roche-aux-fees").unwrap()
}

fn tree(ids: impl Iterator<Item = (u64, u64)>) -> String {
    let row = |(id, parent)| {
        format!(r#"{{"id_e":"{id}","denomination":"E{id}","entite_mere":"{parent}","is_active":true}}"#)
    };
    format!("[{}]", ids.map(row).collect::<Vec<_>>().join(","))
}

fn counts(ids: impl Iterator<Item = u64>) -> String {
    let row = |id| format!(r#""{id}":{{"flux":{{"mailsec":{{"tdt-error":1}}}},"info":{{"id_e":"{id}"}}}}"#);
    format!("{{{}}}", ids.map(row).collect::<Vec<_>>().join(","))
}

#[tokio::test]
async fn a_large_tree_is_loaded_once_an_hour_and_counted_at_once() {
    let network = Network::new()
        .on("GET document/count", &counts(1..=400))
        .on("GET flux", "[]")
        .on("GET entite/", "[]")
        .on("GET entite", &tree((1..=400).map(|id| (id, u64::from(id > 1)))));
    let desk = Desk::on(config(), &network);
    let content = desk.load("flows").await.unwrap();
    assert_eq!(count(&content, "errors"), Some(400));
    assert!(network.sent().len() <= 20, "{:?}", network.sent().len());
    assert_eq!(network.sent_to("GET document/count"), 1);
    for _ in 0..3 {
        desk.clock.advance(Duration::from_secs(600));
        desk.load("flows").await.unwrap();
    }
    let lists = |network: &Network| network.sent().iter().filter(|line| *line == "GET entite").count();
    assert_eq!((lists(&network), network.sent_to("GET document/count")), (1, 4));
    desk.clock.advance(Duration::from_secs(1800));
    desk.load("flows").await.unwrap();
    assert_eq!(lists(&network), 2);
}

#[tokio::test]
async fn a_collectivite_has_its_own_entities_and_those_below() {
    let network = Network::new()
        .on("GET document/count?id_e=2", &counts(2..=2))
        .on("GET document/count?id_e=3", &counts(3..=3))
        .on("GET flux", "[]")
        .on("GET entite/", "[]")
        .on("GET entite", &tree([(2, 0), (3, 2), (4, 0), (5, 4)].into_iter()));
    let mut config = config();
    config.entities.insert(ville(), vec![EntityId(2)]);
    let content = Desk::on(config, &network).load("flows").await.unwrap();
    assert_eq!(count(&content, "errors"), Some(2));
    assert_eq!(network.sent_to("GET document/count?id_e="), 2, "each of a few is asked for");
}

#[tokio::test]
async fn entities_of_others_are_not_counted_when_all_are_asked_at_once() {
    let network = Network::new()
        .on("GET document/count", &counts(1..=9))
        .on("GET flux", "[]")
        .on("GET entite/", "[]")
        .on("GET entite", &tree((1..=9).map(|id| (id, if id > 1 && id < 7 { 1 } else { 0 }))));
    let mut config = config();
    config.entities.insert(ville(), vec![EntityId(1)]);
    let content = Desk::on(config, &network).load("flows").await.unwrap();
    assert_eq!(count(&content, "errors"), Some(6));
    let lists = network.sent().into_iter().filter(|line| line.starts_with("GET entite/"));
    assert!(lists.clone().count() == 6 && lists.clone().all(|line| !line.starts_with("GET entite/7")));
}

#[tokio::test]
async fn a_collectivite_that_is_not_named_is_refused() {
    let network = Network::new().on("GET entite", &tree([(1, 0)].into_iter()));
    let mut config = config();
    config.entities.insert(TenantId::new("ailleurs").unwrap(), vec![EntityId(1)]);
    let error = Desk::on(config, &network).load("flows").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadConfiguration);
    assert!(error.hint().unwrap().contains("`entities`"));
}

/// Older lists held entities on which the person has no right.
#[tokio::test]
async fn an_entity_that_the_person_may_not_read_is_hidden() {
    let network = Network::new()
        .on_answers("GET document/count?id_e=2", [refused(403, "Acces interdit")])
        .on("GET document/count?id_e=3", &counts(3..=3))
        .on("GET flux", "[]")
        .on("GET entite/", "[]")
        .on("GET entite", &tree([(2, 0), (3, 2)].into_iter()));
    let mut config = config();
    config.entities.insert(ville(), vec![EntityId(2)]);
    let content = Desk::on(config, &network).load("flows").await.unwrap();
    assert_eq!(count(&content, "errors"), Some(1));
    assert!(content.notices.is_empty());
}

#[tokio::test]
async fn lines_name_their_entity_where_there_are_several_and_closed_ones_count_for_nothing() {
    let world = World::by_token();
    let content = world.desk.load("flows").await.unwrap();
    let detail = |id: &str| {
        let found = content.items.iter().find(|item| words(&item.title).contains(id)).expect("a line");
        words(found.detail.as_ref().unwrap())
    };
    assert_eq!(detail("rue des Saules"), "Actes (générique) · Service urbanisme");
    assert_eq!(detail("observations"), "Actes réponse préfecture · Ville de La Roche-aux-Fées");
    assert!(content.items.iter().all(|item| !words(&item.title).contains("2019")), "of a closed entity");
    assert_eq!(count(&content, "errors"), Some(2));
    let creation = world.desk.load("creation").await.unwrap();
    let mut made = creation.actions.iter().filter(|action| !action.opens_deposit);
    let first = made.next().unwrap().link.as_ref().unwrap().as_str();
    assert!(made.all(|action| action.label.key() == "pastell-create-in"));
    assert_eq!(first, "https://pastell.example/Document/new?id_e=1&type=actes-generique", "from the top");
}

#[tokio::test]
async fn whoever_has_no_entity_has_nothing() {
    let network = Network::new().on("GET entite", "[]").on("GET flux", "[]");
    let content = Desk::on(config(), &network).load("flows").await.unwrap();
    assert!(content.is_empty() && content.notices.is_empty());
    assert_eq!(network.sent_to("GET document"), 0);
}
