//! What directories told of people and groups: the read model that they are searched in, and the runs that filled it.

use async_trait::async_trait;

/// What directories told of people and groups: the read model that they are searched in, and the runs that filled it.
#[async_trait]
pub trait DirectoryStorage: Send + Sync {}

/// Implements [`DirectoryStorage`] for a type with a field `pool`. `$begin` opens a transaction that will write.
macro_rules! implement_directory {
    ($storage:ty, $begin:literal) => {
        #[async_trait]
        impl $crate::storage::DirectoryStorage for $storage {}
    };
}

pub(super) use implement_directory;
