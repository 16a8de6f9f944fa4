//! What local accounts have beyond a password: invitations, second factors, recovery codes.

use async_trait::async_trait;

/// What local accounts have beyond a password: invitations, second factors, recovery codes.
#[async_trait]
pub trait AccountStorage: Send + Sync {}

/// Implements [`AccountStorage`] for a type with a field `pool`. `$begin` opens a transaction that will write.
macro_rules! implement_accounts {
    ($storage:ty, $begin:literal) => {
        #[async_trait]
        impl $crate::storage::AccountStorage for $storage {}
    };
}

pub(super) use implement_accounts;
