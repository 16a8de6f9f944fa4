//! The accounts that people connected, from the vault.

use super::LinkedAccounts;
use crate::storage::Storage;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{Actor, Clock, ConnectorError, ConnectorId, ErrorKind, LinkId, LinkedAccount, TenantId};
use pleiade_federation::vault::{
    LinkedAccountKey, LinkedAccountRecord, StoreError, Vault, VaultError, VaultStore,
};
use std::sync::Arc;
use tokio_util::task::TaskTracker;

/// An account connected a moment ago was tried then: what is refused now was asked with the one before it.
const FRESH_ACCOUNT_AGE: TimeDelta = TimeDelta::seconds(30);

/// The vault's rows in the server's storage.
#[derive(Debug)]
pub struct StoredVault(pub Arc<dyn Storage>);

#[async_trait]
impl VaultStore for StoredVault {
    async fn linked_account(
        &self,
        key: &LinkedAccountKey,
    ) -> Result<Option<LinkedAccountRecord>, StoreError> {
        Ok(self.0.linked_account(key).await?)
    }

    async fn linked_accounts(
        &self,
        tenant: &TenantId,
        link: LinkId,
    ) -> Result<Vec<LinkedAccountRecord>, StoreError> {
        Ok(self.0.linked_accounts_by_link(link, Some(tenant)).await?)
    }

    async fn put_linked_account(&self, record: &LinkedAccountRecord) -> Result<(), StoreError> {
        Ok(self.0.put_linked_account(record).await?)
    }

    async fn delete_linked_account(&self, key: &LinkedAccountKey) -> Result<bool, StoreError> {
        Ok(self.0.delete_linked_account(key).await?)
    }

    async fn note_use(&self, key: &LinkedAccountKey, at: DateTime<Utc>) -> Result<(), StoreError> {
        Ok(self.0.note_linked_account_use(key, at).await?)
    }

    async fn note_refusal(
        &self,
        key: &LinkedAccountKey,
        created_at: DateTime<Utc>,
        refused_at: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        Ok(self.0.mark_linked_account_refused(key, created_at, refused_at).await?)
    }

    async fn lift_refusals(&self, connector: &ConnectorId) -> Result<(), StoreError> {
        Ok(self.0.lift_refusals(connector).await?)
    }
}

/// Accounts of the vault. Uses and refusals are noted beside the requests.
#[derive(Debug)]
pub struct VaultAccounts {
    vault: Vault,
    clock: Arc<dyn Clock>,
    tasks: TaskTracker,
}

impl VaultAccounts {
    /// Joins the parts.
    #[must_use]
    pub fn new(vault: Vault, clock: Arc<dyn Clock>, tasks: TaskTracker) -> Self {
        Self { vault, clock, tasks }
    }

    fn spawn_write(&self, work: impl Future<Output = Result<(), VaultError>> + Send + 'static) {
        self.tasks.spawn(async move {
            if let Err(error) = work.await {
                tracing::warn!(%error, "the use or the refusal of a linked account was not noted");
            }
        });
    }
}

fn key(actor: &Actor, connector: &ConnectorId) -> LinkedAccountKey {
    LinkedAccountKey::new(actor.acting.tenant.clone(), actor.identity.link, connector.clone())
}

fn unreadable(error: VaultError) -> ConnectorError {
    let (kind, hint) = match &error {
        VaultError::Seal(_) => (
            ErrorKind::Unauthenticated,
            "the linked account cannot be opened with the sealing keys; the person connects it again",
        ),
        _ => (ErrorKind::Internal, "the vault cannot be read"),
    };
    ConnectorError::new(kind, "open the person's account").with_hint(hint).with_source(error)
}

#[async_trait]
impl LinkedAccounts for VaultAccounts {
    async fn find_linked_account(
        &self,
        actor: &Actor,
        connector: &ConnectorId,
    ) -> Result<Option<LinkedAccount>, ConnectorError> {
        let key = key(actor, connector);
        let Some(linked_account) = self.vault.open(&key).await.map_err(unreadable)? else { return Ok(None) };
        let now = self.clock.now();
        if linked_account.is_in_cooldown(now) {
            return Err(ConnectorError::new(ErrorKind::Unauthenticated, "use the person's account")
                .with_hint(
                    "the application refused it lately, or it has ended; the person connects it again",
                ));
        }
        let (vault, account) = (self.vault.clone(), linked_account.account.clone());
        if linked_account.record.refused_at.is_some() {
            let vault = vault.clone();
            let linked_account = linked_account.clone();
            self.spawn_write(async move { vault.clear_refusal(&linked_account).await });
        }
        if linked_account.use_is_due(now) {
            self.spawn_write(async move { vault.note_use(&key).await });
        }
        Ok(Some(account))
    }

    async fn refused(&self, actor: &Actor, connector: &ConnectorId) {
        let (vault, key, now) = (self.vault.clone(), key(actor, connector), self.clock.now());
        self.spawn_write(async move {
            match vault.open(&key).await? {
                Some(linked_account) if linked_account.record.created_at + FRESH_ACCOUNT_AGE <= now => {
                    vault.note_refusal(&linked_account).await
                }
                _ => Ok(()),
            }
        });
    }

    async fn retry(&self, connector: &ConnectorId) -> Result<(), VaultError> {
        self.vault.lift_refusals(connector).await
    }
}
