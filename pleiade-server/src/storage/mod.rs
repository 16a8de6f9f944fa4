//! Everything that outlives the process, on SQLite or PostgreSQL.
//!
//! [`Storage`] joins the traits of every subject, and nothing else of the server runs a statement; [`sqlite::open`] and [`postgres::open`]
//! give one. Both engines run the same code and the same statements (`sql/`) and pass the same suite. Threat: a stolen database must not
//! open a session or an account, so it holds the hash of each session's value, password hashes, and tokens only sealed by
//! [`pleiade_federation::seal`].

// First: the others use them.
#[macro_use]
mod from_row;
#[macro_use]
mod sql;

mod accounts;
mod audit;
mod columns;
mod database;
mod deadline_feeds;
mod delegations;
mod directory;
mod error;
mod factors;
mod guesses;
mod identities;
mod launcher_choices;
mod legal;
mod linking;
mod menus;
mod migrations;
mod notices;
mod one_time;
mod people;
pub mod postgres;
mod probe;
mod probe_row;
mod proxy_grants;
mod schema;
mod scim;
mod sessions;
mod snoozed_tasks;
pub mod sqlite;
mod store;
mod sync_state;
pub mod upgrade;
mod vault;

pub use accounts::{AccountLine, AccountLink, AccountStorage, LinkPurpose, LocalAccount, NewLocalAccount};
pub use audit::{AuditEvent, AuditLine, AuditQuery, AuditStorage, NewAuditLine, Party, subject_digest};
pub use database::Database;
pub use deadline_feeds::{DeadlineFeed, DeadlineFeedStorage, FeedHash, NewDeadlineFeed};
pub use delegations::DelegationStorage;
pub use directory::{DirectoryApplied, DirectoryEntry, DirectoryStorage, DirectoryWrite, KnownRecord};
pub use error::StorageError;
pub use factors::{FactorKind, FactorStorage, NewFactor, SecondFactor};
pub use guesses::{GuessLimit, GuessStorage};
pub use identities::{IdentityStorage, Link, LinkFacts, Names, NewIdentity, SourcedAffiliation};
pub use launcher_choices::LauncherChoiceStorage;
pub use legal::{DeadlineKey, Dismissal, LegalRecord, LegalStorage, MAX_LEGAL_ROWS};
pub use linking::{LinkRecord, LinkingStorage, NewLink};
pub use menus::{MenuStorage, StoredMenu};
pub use notices::{NewNotice, Notice, NoticeKind, NoticeStorage};
pub use one_time::OneTimeStorage;
pub use people::{DirectoryRecord, FoundPerson, PeopleStorage, TenantPerson};
pub use probe::ProbeStorage;
pub use proxy_grants::{ProxyGrant, ProxyGrantStorage};
pub use schema::SchemaState;
pub(crate) use scim::scim_weight;
pub use scim::{ScimRoom, ScimStorage, ScimToken, TokenHash};
pub use sessions::{SessionHash, SessionRecord, SessionStorage, SessionTicketRecord};
pub use snoozed_tasks::{MAX_SNOOZED_TASKS, SnoozedTaskStorage};
pub use store::{Storage, Transaction};
pub use sync_state::{
    DirectoryProgress, DirectoryRun, DirectoryState, MAX_RUNS, NewDirectoryRun, RunOutcome, SyncStateStorage,
};
pub use upgrade::{UpgradeStep, UpgradeStorage};
pub use vault::{KeyCounts, PendingLoginFlow, SealedSession, VaultStorage};
