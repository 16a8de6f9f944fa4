//! Searching in mails, on a simulated server.

use crate::support::Town;
use pleiade_core::{Connector as _, Found, FoundKind, SearchQuery};
use pleiade_testkit::people::{BERNARD, CAMILLE, SamplePerson};

async fn search(town: &Town, who: &SamplePerson, words: &str, limit: usize) -> Vec<Found> {
    let query = SearchQuery::new(words, limit).unwrap();
    town.connector.search().unwrap().search(&town.context(who), &query).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn mails_are_found_in_the_person_s_own_mailbox_by_all_of_the_words() {
    let town = Town::new();
    let found = search(&town, &CAMILLE, "permis construire", 6).await;
    assert!(!found.is_empty());
    for one in &found {
        assert_eq!(one.kind, FoundKind::Message);
        assert!(
            one.link.as_str().starts_with("https://mail.ville.example/modern/email/Inbox/conversation/-")
        );
        assert!(one.when.is_some());
    }
    assert!(search(&town, &CAMILLE, "permis introuvable", 6).await.is_empty());
    assert!(search(&town, &BERNARD, "PC 099 001 26 00012", 6).await.is_empty(), "another mailbox");
    assert_eq!(search(&town, &CAMILLE, "permis", 1).await.len(), 1);
    // What somebody types is no operator: this is no search in the trash, and no error either.
    assert!(search(&town, &CAMILLE, "in:trash OR is:unread", 6).await.is_empty());
}
