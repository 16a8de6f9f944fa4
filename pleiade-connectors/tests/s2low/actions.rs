//! Marking as read, which is done for the whole authority.

use crate::support::{Assembly, TOWN};
use pleiade_core::{ErrorKind, WidgetContent};

fn offered(content: &WidgetContent) -> Vec<String> {
    let posted = content.items.iter().flat_map(|item| &item.actions).filter(|action| action.link.is_none());
    posted.map(|action| format!("{}{}", action.id, if action.engages { "!" } else { "" })).collect()
}

#[tokio::test(start_paused = true)]
async fn it_is_offered_to_the_groups_that_the_operator_names_and_confirmed() {
    let town = Assembly::new();
    let chief = town.member(&["chefs"]);
    assert_eq!(offered(&town.load("actes", &chief).await.unwrap()), ["mark-letter-read!"; 3]);
    assert_eq!(offered(&town.load("helios", &chief).await.unwrap()), ["mark-pes-read!"; 2]);
    assert!(offered(&town.read("actes").await).is_empty() && offered(&town.read("helios").await).is_empty());
    town.asked();
    let id = town.server.unread_letters(TOWN)[0].to_string();
    // Of the figures and no more; of no group; in another's place.
    for cx in [town.member(&["actes"]), town.member(&[]), town.member(&["chefs"]).standing_in()] {
        assert_eq!(
            town.perform(&cx, "mark-letter-read", &id).await.unwrap_err().kind(),
            ErrorKind::Forbidden
        );
    }
    assert!(town.asked().is_empty());
    assert_eq!(town.server.unread_letters(TOWN).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_letter_is_marked_and_gone_from_the_next_reading() {
    let town = Assembly::new();
    let chief = town.member(&["chefs"]);
    let before = town.load("actes", &chief).await.unwrap();
    let target = before.items[0].actions[1].target.clone();
    town.asked();
    town.perform(&chief, "mark-letter-read", &target).await.unwrap();
    assert_eq!(
        town.asked(),
        [
            "api/info-connexion.php",
            "modules/actes/api/list_document_prefecture.php",
            &format!("modules/actes/api/document_prefecture_mark_as_read.php?transaction_id={target}"),
            "modules/actes/api/list_document_prefecture.php",
        ]
    );
    let after = town.load("actes", &chief).await.unwrap();
    assert_eq!(after.items.len(), before.items.len() - 1);
    // A second time, and a letter that never was, which S²LOW would say ok of.
    for gone in [target.as_str(), "999999"] {
        assert_eq!(
            town.perform(&chief, "mark-letter-read", gone).await.unwrap_err().kind(),
            ErrorKind::NotFound
        );
    }
    assert!(!town.asked().iter().any(|path| path.contains("mark_as_read")));
}

#[tokio::test(start_paused = true)]
async fn a_pes_return_is_marked() {
    let town = Assembly::new();
    let chief = town.member(&["chefs"]);
    let target = town.load("helios", &chief).await.unwrap().items.last().unwrap().actions[1].target.clone();
    town.perform(&chief, "mark-pes-read", &target).await.unwrap();
    assert_eq!(
        crate::support::count(&town.load("helios", &chief).await.unwrap(), "pes_retour"),
        Some((1, false))
    );
}

#[tokio::test(start_paused = true)]
async fn an_ok_that_changes_nothing_is_not_taken_for_done() {
    let town = Assembly::new();
    let chief = town.member(&["chefs"]);
    let ids = [
        town.server.unread_letters(TOWN)[0].to_string(),
        town.load("helios", &chief).await.unwrap().items.last().unwrap().actions[1].target.clone(),
    ];
    town.server.mark_nothing();
    for (action, id) in ["mark-letter-read", "mark-pes-read"].into_iter().zip(ids) {
        let error = town.perform(&chief, action, &id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadAnswer, "{action}");
        assert!(error.hint().unwrap().contains("still lists it"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_ever_transmitted() {
    let town = Assembly::new();
    let chief = town.member(&["chefs"]);
    for widget in ["actes", "helios", "mails"] {
        town.load(widget, &chief).await.unwrap();
    }
    for request in town.transport.take() {
        assert_eq!(request.method, http::Method::GET);
        let path = request.uri.path();
        assert!(
            !["create", "confirm", "cancel", "importer", "sae", "mark", "change_status", "send", "delete"]
                .iter()
                .any(|word| path.contains(word)),
            "{path}"
        );
    }
}
