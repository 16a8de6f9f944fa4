//! The model of isolation on SQLite. `cargo xtask fuzz model` goes through many more histories, and the tests on real servers through some
//! on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on must stop")]

#[path = "mod.rs"]
mod model;

use model::{operations::histories, run, world::Place};
use proptest::prelude::*;

proptest! {
    // `PROPTEST_CASES` asks for more.
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(24),
        max_shrink_iters: 400,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_session_speaks_with_the_words_of_another_link(history in histories(24)) {
        let outcome = run(Place::Sqlite, &history);
        prop_assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
    }
}
