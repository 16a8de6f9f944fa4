//! The state of the renewals of a session in this process: one at a time, and their latest results.

use chrono::{DateTime, Utc};
use pleiade_core::SecretString;
use std::{collections::BTreeMap, sync::Mutex as StdMutex, time::Duration};
use tokio::sync::Mutex;

/// The state of the renewals of one session.
#[derive(Debug, Default)]
pub(super) struct Renewal {
    pub(super) gate: Mutex<RenewalState>,
    pub(super) exchange: Mutex<()>,
    pub(super) exchanged: StdMutex<BTreeMap<String, ExchangedToken>>,
}

#[derive(Debug, Default)]
pub(super) struct RenewalState {
    /// Injected monotonic time.
    pub(super) renewed_at: Option<Duration>,
    /// The digest of a refresh token that the provider refused.
    pub(super) refused: Option<[u8; 32]>,
}

#[derive(Debug, Clone)]
pub(super) struct ExchangedToken {
    pub(super) token: SecretString,
    pub(super) expires_at: Option<DateTime<Utc>>,
    /// Injected monotonic time.
    pub(super) at: Duration,
}
