//! The SCIM service to which identity managers push people and groups: `/scim/v2/{source}/…`, by a token of that source.
//!
//! Threats: a manager of one collectivité that reaches another (a token opens one source, whose owner is fixed by the file and never by
//! what is sent; what is not in the source does not exist), a stolen database (tokens are kept as their SHA-256), a guessed token (256
//! random bits; an address that guesses is slowed down, which never touches who comes from there with a right one), a manager that runs wild (paced, each change counted; bodies, filters and what a source keeps bounded), a browser made
//! to call (no cookie counts here), a departure that is told and does not happen (it closes sessions and linked accounts before the
//! answer).

mod apply;
mod directory;
mod groups;
mod later;
mod pace;
mod push;
mod routes;
mod store;
mod token;

pub(crate) use apply::PushedSource;
pub use directory::ScimDirectory;
pub(crate) use routes::routes;
pub(crate) use store::{MAX_SOURCE_BYTES, SourceStore};
pub use token::{NewToken, TokenError};

use chrono::TimeDelta;
use later::Later;
use pace::Pace;
use pleiade_core::{Clock, SourceId, TenantId};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Interval at which storage learns that a token is in use.
const TOUCH_INTERVAL: TimeDelta = TimeDelta::minutes(1);

/// The issuer of the subjects of a source's people.
#[must_use]
pub fn issuer(source: &SourceId) -> String {
    format!("scim:{source}")
}

/// The sources that are pushed.
#[derive(Debug)]
pub struct ScimSources {
    owners: BTreeMap<SourceId, Option<TenantId>>,
    pace: Arc<Pace>,
    later: Later,
    orders: Mutex<BTreeMap<SourceId, Arc<tokio::sync::Mutex<()>>>>,
}

impl ScimSources {
    /// These sources, each with its owner. What a push changes beyond the few who are applied at once is done by one of these tasks, until the server stops.
    #[must_use]
    pub fn new(
        owners: impl IntoIterator<Item = (SourceId, Option<TenantId>)>,
        clock: Arc<dyn Clock>,
        tasks: TaskTracker,
        shutdown: CancellationToken,
    ) -> Self {
        let pace = Arc::new(Pace::new(clock));
        let later = Later::new(tasks, shutdown, pace.clone());
        Self { owners: owners.into_iter().collect(), later, pace, orders: Mutex::default() }
    }

    /// What the changes of a source wait for, one after the other: what one of them has read is still so when it writes.
    pub(crate) fn order(&self, source: &SourceId) -> Arc<tokio::sync::Mutex<()>> {
        let mut all = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(source.clone()).or_default().clone()
    }
}
