//! What is known of each collectivité, as last read: the desk shows it without waiting for storage.

use super::LegalRules;
use crate::{
    background_cache::{BackgroundCache, CacheAges, LastKnown},
    storage::{LegalRecord, Storage},
};
use pleiade_core::{Clock, TenantId};
use std::{sync::Arc, time::Duration};
use tokio_util::task::TaskTracker;

/// Another replica shows for half a minute what was changed here.
const AGES: CacheAges =
    CacheAges { fresh: Duration::from_secs(30), max: None, pause: Duration::from_secs(10) };

/// The legal deadlines of an instance. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct LegalCalendar {
    rules: Arc<LegalRules>,
    storage: Arc<dyn Storage>,
    known: BackgroundCache<TenantId, Arc<LegalRecord>>,
}

impl LegalCalendar {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(
        rules: Arc<LegalRules>,
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        tasks: TaskTracker,
    ) -> Self {
        Self { rules, storage, known: BackgroundCache::new(AGES, clock, tasks) }
    }

    /// The rules.
    #[must_use]
    pub fn rules(&self) -> &LegalRules {
        &self.rules
    }

    /// What is known of a collectivité, without waiting; what is old is read again beside.
    pub(crate) fn peek(&self, tenant: &TenantId) -> LastKnown<Arc<LegalRecord>> {
        self.known.peek(tenant, || {
            let (calendar, tenant) = (self.clone(), tenant.clone());
            async move { calendar.read(&tenant).await }
        })
    }

    /// What storage has, unless it was read a moment ago, or the last known when it does not answer.
    pub(crate) async fn load(&self, tenant: &TenantId) -> LastKnown<Arc<LegalRecord>> {
        self.known.get(tenant, self.read(tenant)).await
    }

    /// What was read before counts no more. The next page shows what has just been changed.
    pub(crate) async fn read_again(&self, tenant: &TenantId) {
        self.known.forget(|known| known == tenant);
        self.load(tenant).await;
    }

    /// None when storage does not answer.
    async fn read(&self, tenant: &TenantId) -> Option<Arc<LegalRecord>> {
        match self.storage.legal_record(tenant).await {
            Ok(record) => Some(Arc::new(record)),
            Err(error) => {
                tracing::warn!(%error, "the legal deadlines of a collectivité were not read");
                None
            }
        }
    }
}
