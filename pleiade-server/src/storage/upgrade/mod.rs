//! From what was kept by person to what is kept by link: what runs before migration 10, and what the sealing key does after it.
//!
//! If a person has several open links of one source, one must close first, which a person decides: [`open`](super::sqlite::open)
//! refuses such a database with [`StorageError::UpgradeNeeded`] and leaves it as it was. The command `upgrade` shows the plan, and does it
//! when asked. Reading, closing and migrating are one transaction.

mod plan;
mod run;

pub use plan::{ClosedCounts, Keep, LinkConflict, SeenLink, Upgrade};
use plan::{HistoryLine, LinkBefore, SchemaNineRows, SessionBefore, conflicted, plan};
pub(super) use run::{bring_up_to_date, planned, schema_state};

use super::StorageError;
use async_trait::async_trait;
use pleiade_core::IdentityId;

/// The migration by which facts belong to links.
const LINKS: i64 = 10;

/// A step that is left after a migration, by the name that the migration gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpgradeStep {
    /// Records sealed for a person are sealed for a link.
    SealByLink,
}

impl UpgradeStep {
    fn name(self) -> &'static str {
        match self {
            Self::SealByLink => "seal_by_link",
        }
    }
}

/// The steps that are left after a migration.
#[async_trait]
pub trait UpgradeStorage: Send + Sync {
    /// True if a step is still to be done.
    async fn upgrade_step(&self, step: UpgradeStep) -> Result<bool, StorageError>;

    /// Notes that it is done. Doing so twice does no harm.
    async fn end_upgrade_step(&self, step: UpgradeStep) -> Result<(), StorageError>;

    /// The person for whom a second factor was sealed before it belonged to a link. None for one that was made since.
    async fn factor_sealed_for(&self, factor: i64) -> Result<Option<IdentityId>, StorageError>;
}

/// The consent to closing links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Consent<'a> {
    /// Nobody: a database where links would close is refused.
    Nobody,
    /// The operator, who has asked for it and chosen these.
    Operator(&'a [Keep]),
}

impl<'a> Consent<'a> {
    fn chosen(self) -> &'a [Keep] {
        match self {
            Self::Nobody => &[],
            Self::Operator(keep) => keep,
        }
    }
}
