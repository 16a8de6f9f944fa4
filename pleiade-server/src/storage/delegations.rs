//! Who lets whom see and treat their tasks.

use async_trait::async_trait;

/// Who lets whom see and treat their tasks.
#[async_trait]
pub trait DelegationStorage: Send + Sync {}

/// Implements [`DelegationStorage`] for a type with a field `pool`. `$begin` opens a transaction that will write.
macro_rules! implement_delegations {
    ($storage:ty, $begin:literal) => {
        #[async_trait]
        impl $crate::storage::DelegationStorage for $storage {}
    };
}

pub(super) use implement_delegations;
