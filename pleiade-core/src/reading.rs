//! A value with its age: what a card really knows.

use crate::ErrorKind;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Why a reading is old or absent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Reason {
    /// A first or a new value is being fetched.
    Waiting,
    /// The last attempt failed.
    Failed {
        /// How.
        kind: ErrorKind,
        /// A short reference that the person can quote and that stands in the log line.
        reference: String,
        /// When the application will be asked again at the earliest, where that is known.
        retry_at: Option<DateTime<Utc>>,
    },
}

/// How much a reading can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness<'a> {
    /// Young enough.
    Fresh,
    /// A value is there but it is old.
    Stale(&'a Reason),
    /// There is no value.
    Missing(&'a Reason),
}

/// A value, when it was measured, and how fresh it is. An old value never pretends to be new, an absent one never to be zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reading<T> {
    /// Young enough to be shown without remark.
    Fresh {
        /// The value.
        value: T,
        /// When the application gave it.
        measured_at: DateTime<Utc>,
    },
    /// The last known value, older than its time to live.
    Stale {
        /// The value.
        value: T,
        /// When the application gave it.
        measured_at: DateTime<Utc>,
        /// Why there is nothing newer.
        reason: Reason,
    },
    /// Nothing was ever read, or what was read is too old to be shown.
    Missing {
        /// Why.
        reason: Reason,
    },
}

impl<T> Reading<T> {
    /// The value, fresh or stale.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Fresh { value, .. } | Self::Stale { value, .. } => Some(value),
            Self::Missing { .. } => None,
        }
    }

    /// When the value was measured.
    #[must_use]
    pub fn measured_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Fresh { measured_at, .. } | Self::Stale { measured_at, .. } => Some(*measured_at),
            Self::Missing { .. } => None,
        }
    }

    /// How far to trust it.
    #[must_use]
    pub fn freshness(&self) -> Freshness<'_> {
        match self {
            Self::Fresh { .. } => Freshness::Fresh,
            Self::Stale { reason, .. } => Freshness::Stale(reason),
            Self::Missing { reason } => Freshness::Missing(reason),
        }
    }

    /// The same reading of another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Reading<U> {
        match self {
            Self::Fresh { value, measured_at } => Reading::Fresh { value: f(value), measured_at },
            Self::Stale { value, measured_at, reason } => {
                Reading::Stale { value: f(value), measured_at, reason }
            }
            Self::Missing { reason } => Reading::Missing { reason },
        }
    }
}
