//! Counters that every replica shares: failed sign-ins, proxy-granting tickets on their way.

use async_trait::async_trait;

/// Counters that every replica shares: failed sign-ins, proxy-granting tickets on their way.
#[async_trait]
pub trait CounterStorage: Send + Sync {}

/// Implements [`CounterStorage`] for a type with a field `pool`. `$begin` opens a transaction that will write.
macro_rules! implement_counters {
    ($storage:ty, $begin:literal) => {
        #[async_trait]
        impl $crate::storage::CounterStorage for $storage {}
    };
}

pub(super) use implement_counters;
