//! The model of isolation on SQLite. `cargo xtask fuzz model` goes through many more histories, and the tests on real servers through some
//! on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on must stop")]

#[path = "mod.rs"]
mod model;

use model::{
    facts::Who,
    operations::{What, histories},
    run,
    world::Place,
};
use proptest::prelude::*;

/// Operations in a history at most: `MODEL_OPERATIONS` asks for more.
fn longest() -> usize {
    std::env::var("MODEL_OPERATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(24)
}

/// Session 3 is that of an account that the operator's source keeps; it takes the link of alpha's own source over.
#[test]
fn the_journal_calls_its_reader_as_their_own_link_does() {
    run(Place::Sqlite, &[What::Join { session: 3, who: Who::at("asso", 0) }.on(0)]).unwrap();
}

/// The link of session 1 comes to somebody else, who is given a delegation by it; the other replica remembers the session.
#[test]
fn what_a_moved_link_received_is_not_the_first_person_s() {
    let moved = What::Join { session: 3, who: Who::at("asso", 0) };
    run(Place::Sqlite, &[moved.on(0), What::Delegate { session: 0, to: 1 }.on(1)]).unwrap();
}

proptest! {
    // `PROPTEST_CASES` asks for more.
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(16),
        max_shrink_iters: 150,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_session_speaks_with_the_words_of_another_link(history in histories(longest())) {
        let outcome = run(Place::Sqlite, &history);
        prop_assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
    }
}
