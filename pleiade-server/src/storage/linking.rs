//! Links seen as a whole: several to one person, and those that wait for a decision.

use async_trait::async_trait;

/// Links seen as a whole: several to one person, and those that wait for a decision.
#[async_trait]
pub trait LinkingStorage: Send + Sync {}

/// Implements [`LinkingStorage`] for a type with a field `pool`. `$begin` opens a transaction that will write.
macro_rules! implement_linking {
    ($storage:ty, $begin:literal) => {
        #[async_trait]
        impl $crate::storage::LinkingStorage for $storage {}
    };
}

pub(super) use implement_linking;
