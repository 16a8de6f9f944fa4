//! A value with its age: what a card really knows.

use crate::ErrorKind;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The reason for which a reading is old or absent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Reason {
    /// A first or a new value is being fetched.
    Waiting,
    /// The last attempt failed.
    Failed {
        /// The kind of failure.
        kind: ErrorKind,
        /// A short reference that the person can quote and that stands in the log line.
        reference: String,
        /// The earliest next request to the application, if known.
        retry_at: Option<DateTime<Utc>>,
    },
}

/// The age of a reading, without its value.
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
        /// The instant of the application's answer.
        measured_at: DateTime<Utc>,
    },
    /// The last known value, older than its time to live.
    Stale {
        /// The value.
        value: T,
        /// The instant of the application's answer.
        measured_at: DateTime<Utc>,
        /// The reason for which there is nothing newer.
        reason: Reason,
    },
    /// Nothing was ever read, or what was read is too old to be shown.
    Missing {
        /// The reason.
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

    /// The instant of the application's answer.
    #[must_use]
    pub fn measured_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Fresh { measured_at, .. } | Self::Stale { measured_at, .. } => Some(*measured_at),
            Self::Missing { .. } => None,
        }
    }

    /// The freshness, without the value.
    #[must_use]
    pub fn freshness(&self) -> Freshness<'_> {
        match self {
            Self::Fresh { .. } => Freshness::Fresh,
            Self::Stale { reason, .. } => Freshness::Stale(reason),
            Self::Missing { reason } => Freshness::Missing(reason),
        }
    }

    /// The same reading of a borrowed value.
    #[must_use]
    pub fn map_ref(&self) -> Reading<&T> {
        match self {
            Self::Fresh { value, measured_at } => Reading::Fresh { value, measured_at: *measured_at },
            Self::Stale { value, measured_at, reason } => {
                Reading::Stale { value, measured_at: *measured_at, reason: reason.clone() }
            }
            Self::Missing { reason } => Reading::Missing { reason: reason.clone() },
        }
    }

    /// The same reading with its value mapped.
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
