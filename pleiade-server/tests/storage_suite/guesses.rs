use super::{Store, instant, source};
use chrono::TimeDelta;
use pleiade_server::storage::GuessLimit;

const LIMIT: GuessLimit = GuessLimit { free: 2, window: TimeDelta::seconds(1800) };

async fn count(store: &Store, person: &str, known: bool, now: i64) -> bool {
    store.count_guess(&source("annuaire"), person, known, LIMIT, instant(now)).await.unwrap()
}

pub(crate) async fn guesses_are_counted_by_person_in_two_counts_and_end_with_the_window(store: Store) {
    assert!(count(&store, "jeanne", false, 0).await && count(&store, "jeanne", false, 100).await);
    assert!(!count(&store, "jeanne", false, 101).await);
    assert!(count(&store, "jeanne", true, 101).await, "the other count");
    assert!(count(&store, "paul", false, 101).await, "somebody else");
    let elsewhere = store.count_guess(&source("other"), "jeanne", false, LIMIT, instant(101)).await;
    assert!(elsewhere.unwrap(), "another directory");
    assert!(!count(&store, "jeanne", false, 1899).await, "a refused attempt does not prolong the wait");
    assert!(count(&store, "jeanne", false, 1900).await && count(&store, "jeanne", false, 1900).await);
    assert!(!count(&store, "jeanne", false, 1900).await);
    // A replica whose clock is a little late prolongs nothing and shortens nothing; one that was a day ahead keeps nobody out.
    assert!(!count(&store, "jeanne", false, 1890).await && !count(&store, "jeanne", false, 3699).await);
    assert!(count(&store, "jeanne", false, 3700).await);
    assert!(count(&store, "marie", false, 90_000).await && count(&store, "marie", false, 90_000).await);
    assert!(count(&store, "marie", false, 100).await);
}

pub(crate) async fn a_guess_is_taken_back_and_a_sign_in_forgets_them_all(store: Store) {
    let annuaire = source("annuaire");
    for _ in 0..9 {
        assert!(count(&store, "jeanne", false, 0).await);
        store.take_guess_back(&annuaire, "jeanne", false).await.unwrap();
    }
    store.take_guess_back(&annuaire, "jeanne", false).await.unwrap();
    store.take_guess_back(&annuaire, "nobody", true).await.unwrap();
    for known in [false, true] {
        assert!(count(&store, "jeanne", known, 0).await && count(&store, "jeanne", known, 0).await);
        assert!(count(&store, "paul", known, 0).await && count(&store, "paul", known, 0).await);
    }
    store.forget_guesses(&annuaire, "jeanne", None, 3, instant(0)).await.unwrap();
    assert!(count(&store, "jeanne", false, 0).await && count(&store, "jeanne", true, 0).await);
    assert!(!count(&store, "paul", false, 0).await);
}

pub(crate) async fn the_last_places_of_a_person_are_known(store: Store) {
    let annuaire = source("annuaire");
    let known = |person: &'static str, place: u8| {
        let (store, annuaire) = (store.clone(), annuaire.clone());
        async move { store.is_known_place(&annuaire, person, [place; 32]).await.unwrap() }
    };
    store.forget_guesses(&annuaire, "paul", Some([9; 32]), 3, instant(0)).await.unwrap();
    for place in 0..5 {
        store
            .forget_guesses(&annuaire, "jeanne", Some([place; 32]), 3, instant(i64::from(place)))
            .await
            .unwrap();
        store.forget_guesses(&annuaire, "jeanne", Some([0; 32]), 3, instant(i64::from(place))).await.unwrap();
    }
    let mut of_jeanne = Vec::new();
    for place in 0..5 {
        of_jeanne.push(known("jeanne", place).await);
    }
    assert_eq!(of_jeanne, [true, false, false, true, true]);
    assert!(known("paul", 9).await && !known("paul", 0).await && !known("jeanne", 9).await);
    assert!(!store.is_known_place(&source("other"), "paul", [9; 32]).await.unwrap());

    assert!(count(&store, "jeanne", false, 50).await && count(&store, "jeanne", false, 50).await);
    store.purge_guesses(instant(50), instant(4)).await.unwrap();
    assert!(!count(&store, "jeanne", false, 51).await, "what still counts is kept");
    assert!(known("jeanne", 4).await && !known("jeanne", 3).await && !known("paul", 9).await);
    store.purge_guesses(instant(51), instant(4)).await.unwrap();
    assert!(count(&store, "jeanne", false, 51).await);
}

pub(crate) async fn guesses_at_the_same_moment_are_not_more_guesses(store: Store) {
    let guesses = (0..12).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { count(&store, "jeanne", false, 0).await })
    });
    let mut passed = 0;
    for guess in guesses.collect::<Vec<_>>() {
        passed += usize::from(guess.await.unwrap());
    }
    assert_eq!(passed, 2);
}
