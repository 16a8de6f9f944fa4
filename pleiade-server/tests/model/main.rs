//! The model of isolation on SQLite. `cargo xtask fuzz model` goes through many more histories, and the tests on real servers through some
//! on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

#[path = "mod.rs"]
mod model;

use async_trait::async_trait;
use model::{
    OperationCounts,
    facts::PersonKey,
    operations::{Operation, OperationKind, histories},
    run,
    world::Place,
};
use pleiade_server::storage::{Storage, sqlite};
use proptest::prelude::*;
use std::{
    path::Path,
    sync::{Arc, OnceLock},
    time::Duration,
};

/// Waits so long for a lock.
const LOCK: Duration = Duration::from_secs(5);

#[derive(Debug)]
struct Sqlite;

#[async_trait]
impl Place for Sqlite {
    async fn open(&self, folder: &Path) -> Arc<dyn Storage> {
        // The tables are made once and copied: a migration takes longer than a history.
        static TABLES: OnceLock<Vec<u8>> = OnceLock::new();
        let path = folder.join("model.db");
        if let Some(tables) = TABLES.get()
            && !path.exists()
        {
            std::fs::write(&path, tables).unwrap();
        }
        if TABLES.get().is_none() {
            sqlite::open(&path, LOCK).await.unwrap().close().await;
            TABLES.get_or_init(|| std::fs::read(&path).unwrap());
        }
        Arc::new(sqlite::open(&path, LOCK).await.unwrap())
    }
}

fn holds(history: &[Operation]) -> Result<OperationCounts, String> {
    run(Arc::new(Sqlite), history)
}

/// Operations in a history at most: `MODEL_OPERATIONS` asks for more.
fn longest() -> usize {
    std::env::var("MODEL_OPERATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(24)
}

/// `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let asked = ProptestConfig { max_shrink_iters: 200, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() { asked } else { ProptestConfig { cases: 12, ..asked } }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_session_speaks_with_the_words_of_another_link(history in histories(longest())) {
        let outcome = holds(&history);
        prop_assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
    }
}

/// A model whose operations are all refused proves nothing: each of these is done.
#[test]
fn what_the_model_tries_is_done() {
    let who = PersonKey::new;
    let sign_in = |who| OperationKind::SignIn { who, place: 0, again: None }.on_replica(0);
    let wait = |seconds| OperationKind::Wait { seconds }.on_replica(0);
    let tell = |who, administrator| OperationKind::Tell {
        who,
        tenants: 3,
        administrator,
        operator: false,
        foreign_mail: false,
        key: 0,
    };
    let push = |change| OperationKind::Push { who: who("arh", 0), change }.on_replica(0);
    let synchronise = || OperationKind::Synchronise { beta: false, full: true }.on_replica(1);
    let presence = |presence| OperationKind::Directory { who: who("aannu", 0), presence }.on_replica(0);
    let histories = [
        // The sessions are those of osso, asso, bsso, olocale and aportail, then of whoever comes.
        vec![
            OperationKind::Delegate { session: 1, to: 4 }.on_replica(0),
            OperationKind::Accept { session: 0, delegation: 0 }.on_replica(0),
            wait(61),
            OperationKind::EndDelegation { session: 1, delegation: 0 }.on_replica(0),
            OperationKind::Connect { session: 1 }.on_replica(0),
            OperationKind::ActFor { session: 0, beta: true }.on_replica(0),
            OperationKind::Join { session: 3, who: who("asso", 1) }.on_replica(0),
            sign_in(who("aannu", 1)),
        ],
        vec![
            sign_in(who("aguichet", 0)),
            push(4),
            push(5),
            push(1),
            push(2),
            push(3),
            tell(who("aannu", 0), false).on_replica(0),
            synchronise(),
            presence(2),
            synchronise(),
            presence(0),
            synchronise(),
            OperationKind::Join { session: 3, who: who("asso", 0) }.on_replica(0),
            sign_in(who("asso", 0)),
        ],
        // An older session of somebody who has lost its collectivité.
        vec![
            OperationKind::Tell {
                who: who("osso", 0),
                tenants: 2,
                administrator: false,
                operator: false,
                foreign_mail: false,
                key: 0,
            }
            .on_replica(0),
            OperationKind::SignInAgain { link: 0, place: 1 }.on_replica(0),
            sign_in(who("osso", 0)),
            wait(61),
            sign_in(who("osso", 0)),
        ],
        // Links are counted by source: 0 is osso's, 1 olocale's, 2 and 3 those of asso.
        vec![
            sign_in(who("asso", 1)),
            OperationKind::Relink { session: 0, link: 3, to: 1 }.on_replica(0),
            OperationKind::CloseWay { session: 0, link: 3 }.on_replica(0),
            OperationKind::OpenWay { session: 0, link: 3 }.on_replica(0),
            OperationKind::Reset { session: 0, link: 0 }.on_replica(0),
            OperationKind::Disable { session: 0, link: 0, disabled: true }.on_replica(0),
            OperationKind::Disable { session: 0, link: 0, disabled: false }.on_replica(0),
            OperationKind::Restart.on_replica(0),
        ],
    ];
    let mut done = OperationCounts::new();
    for history in histories {
        for (what, count) in holds(&history).unwrap() {
            *done.entry(what).or_default() += count;
        }
    }
    let missing: Vec<&str> = EVERYTHING.into_iter().filter(|what| !done.contains_key(what)).collect();
    assert!(missing.is_empty(), "never done: {missing:?}; done: {done:?}");
}

const EVERYTHING: [&str; 34] = [
    "accept",
    "act for another",
    "change in a directory",
    "close a way",
    "come to a directory",
    "connect",
    "delegate",
    "disable",
    "enable",
    "end a delegation",
    "invite",
    "join",
    "join, and move",
    "leave a directory",
    "open a way",
    "open the console",
    "push",
    "push: closed",
    "push: deleted",
    "push: group",
    "push: no group",
    "push: opened",
    "read by a login",
    "read by an address",
    "read by an employee number",
    "read with an access",
    "relink",
    "reset",
    "return to a directory",
    "show a delegation",
    "show a menu",
    "sign in at a directory",
    "sign in at a portal",
    "sign in at an account",
];

/// Session 3 is that of an account of the operator's source; the link of alpha's own source comes to its person.
fn moved_on(replica: u8) -> Operation {
    OperationKind::Join { session: 3, who: PersonKey::new("asso", 0) }.on_replica(replica)
}

#[test]
fn the_journal_calls_its_reader_as_their_own_link_does() {
    holds(&[moved_on(0)]).unwrap();
}

/// The other replica remembers the session of the person before.
#[test]
fn what_a_moved_link_receives_is_not_the_first_person_s() {
    holds(&[moved_on(0), OperationKind::Delegate { session: 0, to: 1 }.on_replica(1)]).unwrap();
}

/// Session 3 ends on one replica, and its person signs out on the other.
#[test]
fn a_sign_out_counts_where_the_session_is_only_remembered() {
    holds(&[
        OperationKind::Reset { session: 0, link: 0 }.on_replica(0),
        OperationKind::SignOut { session: 3 }.on_replica(1),
    ])
    .unwrap();
}

/// Whoever received a delegation takes the link of its giver over.
#[test]
fn a_delegation_does_not_call_its_giver_by_a_link_that_is_somebody_else_s() {
    let given = OperationKind::Delegate { session: 1, to: 4 };
    holds(&[
        given.on_replica(0),
        OperationKind::Join { session: 4, who: PersonKey::new("asso", 0) }.on_replica(0),
    ])
    .unwrap();
}

/// The sessions of a link end on one replica, and the link comes to somebody else on the other.
#[test]
fn a_moved_link_ends_sessions_that_are_only_remembered() {
    for link in 0..12 {
        holds(&[OperationKind::CloseAll { session: 0, link }.on_replica(0), moved_on(1)]).unwrap();
    }
}

/// An administrator sends the link of a password, then their own way of signing in comes to whoever received it: session 5 is the operator's,
/// and the third link is the administrator's.
#[test]
fn the_journal_calls_others_as_they_were_called_then() {
    holds(&[
        OperationKind::Reset { session: 1, link: 0 }.on_replica(0),
        OperationKind::SignOut { session: 1 }.on_replica(0),
        OperationKind::SignIn { who: PersonKey::new("osso", 0), place: 0, again: None }.on_replica(0),
        OperationKind::Relink { session: 5, link: 2, to: 1 }.on_replica(0),
    ])
    .unwrap();
}
