//! A store that forgets when the process ends: for tests and examples.

use super::{LinkedAccountKey, LinkedAccountRecord, StoreError, VaultStore};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{ConnectorId, LinkId, TenantId};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Rows in memory.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<BTreeMap<LinkedAccountKey, LinkedAccountRecord>>);

impl MemoryStore {
    /// The rows by key, to look at or to change.
    pub fn rows(&self) -> MutexGuard<'_, BTreeMap<LinkedAccountKey, LinkedAccountRecord>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl VaultStore for MemoryStore {
    async fn linked_account(
        &self,
        key: &LinkedAccountKey,
    ) -> Result<Option<LinkedAccountRecord>, StoreError> {
        Ok(self.rows().get(key).cloned())
    }

    async fn linked_accounts(
        &self,
        tenant: &TenantId,
        link: LinkId,
    ) -> Result<Vec<LinkedAccountRecord>, StoreError> {
        let rows = self.rows();
        let theirs = rows.iter().filter(|(key, _)| key.tenant == *tenant && key.link == link);
        Ok(theirs.map(|(_, record)| record.clone()).collect())
    }

    async fn put_linked_account(&self, record: &LinkedAccountRecord) -> Result<(), StoreError> {
        self.rows().insert(record.key.clone(), record.clone());
        Ok(())
    }

    async fn delete_linked_account(&self, key: &LinkedAccountKey) -> Result<bool, StoreError> {
        Ok(self.rows().remove(key).is_some())
    }

    async fn note_use(&self, key: &LinkedAccountKey, at: DateTime<Utc>) -> Result<(), StoreError> {
        if let Some(record) = self.rows().get_mut(key) {
            record.last_used_at = record.last_used_at.max(Some(at));
        }
        Ok(())
    }

    async fn note_refusal(
        &self,
        key: &LinkedAccountKey,
        created_at: DateTime<Utc>,
        refused_at: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        if let Some(record) = self.rows().get_mut(key).filter(|record| record.created_at == created_at) {
            record.refused_at = refused_at;
        }
        Ok(())
    }

    async fn lift_refusals(&self, connector: &ConnectorId) -> Result<(), StoreError> {
        for record in self.rows().values_mut().filter(|record| record.key.connector == *connector) {
            record.refused_at = None;
        }
        Ok(())
    }
}
