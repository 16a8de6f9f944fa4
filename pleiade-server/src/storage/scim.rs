//! People and groups that identity managers push by SCIM, as they wrote them.

use async_trait::async_trait;

/// People and groups that identity managers push by SCIM, as they wrote them.
#[async_trait]
pub trait ScimStorage: Send + Sync {}

/// Implements [`ScimStorage`] for a type with a field `pool`. `$begin` opens a transaction that will write.
macro_rules! implement_scim {
    ($storage:ty, $begin:literal) => {
        #[async_trait]
        impl $crate::storage::ScimStorage for $storage {}
    };
}

pub(super) use implement_scim;
