//! The upgrade of a database of a version before links, on both engines. `upgrade_suite!(old)` makes one test of each case;
//! `old()` gives a fresh copy of that database. What it holds stands in `tests/data/0d86114`.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

mod closed;
mod facts;
mod kept;
mod report;
mod sealing;

pub(crate) use closed::*;
pub(crate) use facts::*;
pub(crate) use kept::*;
pub(crate) use report::*;
pub(crate) use sealing::*;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{LinkId, SourceId, Subject, TenantId};
use pleiade_server::{
    seal::{SealKey, Sealer},
    storage::{
        SchemaState, Storage, StorageError,
        upgrade::{Keep, Upgrade},
    },
};
use serde_json::Value;
use std::{path::PathBuf, sync::Arc};

pub(crate) type Store = Arc<dyn Storage>;

/// A copy of the database of a version before links.
#[async_trait]
pub(crate) trait Old: Send + Sync {
    async fn open(&self) -> Result<Store, StorageError>;
    async fn open_keeping(&self, keep: &[Keep]) -> Result<(Store, Option<Upgrade>), StorageError>;
    async fn review_keeping(&self, keep: &[Keep]) -> Result<Option<Upgrade>, StorageError>;
    async fn probe(&self) -> Result<SchemaState, StorageError>;
    /// Runs a statement that both engines understand, and says how many rows it changed.
    async fn run(&self, sql: &str) -> u64;
    /// The number that such a query gives.
    async fn count(&self, sql: &str) -> i64;

    async fn open_upgrading(&self) -> Result<(Store, Option<Upgrade>), StorageError> {
        self.open_keeping(&[]).await
    }
    async fn review(&self) -> Result<Option<Upgrade>, StorageError> {
        self.review_keeping(&[]).await
    }
}

macro_rules! upgrade_suite {
    ($old:path) => {
        upgrade_suite!($old:
            a_database_where_links_would_close_is_refused_and_left_alone,
            the_report_says_who_stays_and_who_closes,
            used_last_is_decided_by_sessions_and_by_the_log,
            an_operator_may_keep_another_link_than_the_one_used_last,
            links_close_and_stay_as_the_report_says,
            sessions_of_one_link_go_on_with_their_cookies_and_the_others_open_nothing,
            accesses_and_begun_flows_go_to_the_one_link_or_close,
            delegations_go_on_between_people_of_one_link_each,
            names_go_to_the_link_that_told_them_and_to_no_other,
            affiliations_go_to_the_link_of_their_source_and_never_to_the_wrong_subject,
            menus_go_with_the_one_link,
            accounts_keep_what_opens_them,
            people_are_told_what_they_can_do_again,
            the_log_says_what_closed,
            an_upgrade_that_fails_leaves_everything_as_it_was,
            a_database_without_conflicts_is_upgraded_by_its_start,
            what_is_sealed_opens_for_its_link_afterwards_and_for_nobody_else,
            sealing_again_may_be_interrupted_repeated_and_done_by_two,
            a_row_that_was_moved_by_hand_is_left_and_opens_nothing,
            what_another_key_sealed_waits_for_a_start_that_has_it,
            replicas_that_upgrade_together_do_it_once
        );
    };
    ($old:path: $($case:ident),*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let (old, _guard) = $old().await;
                upgrade_suite::$case(&old).await;
            }
        )*
    };
}
pub(crate) use upgrade_suite;

/// The folder of the database and of what is known of it.
pub(crate) fn data() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/0d86114")
}

fn known() -> Value {
    serde_json::from_slice(&std::fs::read(data().join("facts.json")).unwrap()).unwrap()
}

/// The instant at which the database was left.
fn left_at() -> DateTime<Utc> {
    known()["now"].as_str().unwrap().parse().unwrap()
}

fn sealer() -> Arc<Sealer> {
    let text = std::fs::read_to_string(data().join("seal.key")).unwrap();
    Arc::new(Sealer::new(SealKey::from_base64(text.trim()).unwrap(), Vec::new()))
}

fn source(id: &str) -> SourceId {
    SourceId::new(id).unwrap()
}

fn tenant(id: &str) -> TenantId {
    TenantId::new(id).unwrap()
}

/// A subject as its kind of source names it.
fn subject(source: &str, id: &str) -> Subject {
    let issuer = match source {
        "locale" | "alpha-locale" => format!("local:{source}"),
        "alpha-rh" | "beta-rh" => format!("scim:{source}"),
        _ => "https://sso.example".to_owned(),
    };
    Subject::new(&issuer, id).unwrap()
}

/// The link of a subject.
async fn link(store: &Store, source_id: &str, id: &str) -> LinkId {
    store.find_link(&source(source_id), &subject(source_id, id)).await.unwrap().unwrap().id
}

/// Upgraded as the operator asked, and sealed again.
async fn upgraded(old: &impl Old) -> Store {
    let (store, _) = old.open_upgrading().await.unwrap();
    pleiade_server::upgrade::seal_by_link(&store, &sealer()).await.unwrap().unwrap();
    store
}

/// People whose one open link takes what was theirs: number, source, subject.
const ONE_LINK: &[(i64, &str, &str)] = &[
    (1, "locale", "clerk"),
    (2, "sso", "cmoreau"),
    (3, "alpha-sso", "agarnier"),
    (4, "sso", "oroche"),
    (5, "alpha-sso", "pmartin"),
    (6, "beta-sso", "bcolin"),
    (16, "annuaire", "u-faure"),
    (17, "annuaire", "u-lenoir"),
    // Two links, of which one is the directory that the other relies on.
    (18, "alpha-portail", "u-petit"),
    (20, "alpha-rh", "k-2"),
    (22, "beta-rh", "k-1"),
    (24, "locale", "054a62cc3eb373bd43bb8fa5069c2dc1"),
    (25, "locale", "74dd135c27c27889af514d0e5394cb36"),
    (34, "locale", "7a8005f2e7174bf01fec5e9dd315c805"),
    (35, "sso", "cdenis-2"),
    (36, "sso", "egros"),
];

/// Number, source, who stays, who closes.
const CONFLICTS: &[(i64, &str, &str, &str)] = &[
    (8, "sso", "droux-2", "droux-1"),
    (9, "sso", "ngirard-1", "ngirard-2"),
    (10, "sso", "sblanc-1", "sblanc-2"),
    (11, "sso", "jmercier-1", "jmercier-2"),
    (12, "sso", "lperrin-1", "lperrin-2"),
    (13, "sso", "vlambert", "mnoir"),
    (29, "alpha-locale", "b95a3d387c25a48a936c0d019ec0e945", "cb164229c1382b88deb93cc0269c4a82"),
    (31, "alpha-sso", "9f86d081884c7d65", "khaddad@alpha.example"),
];

/// The same where no source has two links of them open, and none closes: number, source, subject.
const SEVERAL: &[(i64, &str, &str)] = &[
    (7, "sso", "blefevre"),
    (7, "alpha-sso", "k-lefevre"),
    (13, "alpha-locale", "138622adb559dd0f6336268e4147b9ea"),
    (18, "annuaire", "u-petit"),
    (19, "alpha-rh", "k-1"),
    (19, "alpha-sso", "s-dupont"),
    (26, "alpha-locale", "fc84470198fd353977e197618eccc1a3"),
    (26, "sso", "tleroy-sso"),
    (28, "sso", "rfabre"),
    (28, "locale", "56d7b4737bfa64053e76c8dbd724f826"),
];

/// Links that were closed before: number, source, subject.
const CLOSED_BEFORE: &[(i64, &str, &str)] = &[
    (15, "annuaire", "u-parti"),
    (15, "alpha-portail", "u-parti"),
    (21, "alpha-rh", "k-3"),
    (33, "locale", "32363702fabd392d25e9116882f8208d"),
    (35, "sso", "cdenis-1"),
    (36, "alpha-sso", "k-gros"),
    (37, "sso", "zroy"),
];

/// The link that the person's records go to.
fn one_link(person: i64) -> Option<(&'static str, &'static str)> {
    ONE_LINK.iter().find(|(id, ..)| *id == person).map(|(_, source, subject)| (*source, *subject))
}
