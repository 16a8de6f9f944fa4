//! The model of isolation on a real PostgreSQL, each history in a schema of its own.

use crate::{
    model::{operations::histories, run, world::Place},
    storage::options,
};
use async_trait::async_trait;
use pleiade_server::storage::{
    Storage,
    postgres::{self, PostgresOptions},
};
use proptest::prelude::*;
use std::{path::Path, sync::Arc};

#[derive(Debug)]
struct Postgres(PostgresOptions);

#[async_trait]
impl Place for Postgres {
    async fn open(&self, _: &Path) -> Arc<dyn Storage> {
        Arc::new(postgres::open(&self.0).await.unwrap())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn no_session_speaks_with_the_words_of_another_link(history in histories(24)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let place = Postgres(runtime.block_on(options()));
        let outcome = run(Arc::new(place), &history);
        prop_assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
    }
}
