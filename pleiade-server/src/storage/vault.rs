//! The accesses that people connected, sealed.

use async_trait::async_trait;

/// The accesses that people connected, sealed.
#[async_trait]
pub trait VaultStorage: Send + Sync {}

/// Implements [`VaultStorage`] for a type with a field `pool`. `$begin` opens a transaction that will write.
macro_rules! implement_vault {
    ($storage:ty, $begin:literal) => {
        #[async_trait]
        impl $crate::storage::VaultStorage for $storage {}
    };
}

pub(super) use implement_vault;
