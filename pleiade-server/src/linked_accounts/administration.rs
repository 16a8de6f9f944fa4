//! Keeping the accounts that people connect, and revoking them.

use super::{connectable::Connectable, error::LinkedAccountError};
use crate::{
    audit::{AuditEvent, Journal, Note},
    connectors::{Connectors, call_within},
    session::Session,
    storage::{Storage, StorageError},
};
use pleiade_connectors::engine::Engine;
use pleiade_core::{Connector, ErrorKind, ExposeSecret as _, LinkedAccount};
use pleiade_federation::vault::{LinkedAccountKey, LinkingKind, Vault};
use std::{sync::Arc, time::Duration};
use tokio_util::task::TaskTracker;

/// The outcome of revoking a linked account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// It is worthless in the application too.
    Everywhere,
    /// The portal has forgotten it; in the application the person must remove it themselves.
    HereOnly,
    /// There was none.
    Nothing,
}

/// Keeps and revokes the accounts that people connected.
#[derive(Debug)]
pub struct LinkedAccountAdministration<'a> {
    pub(crate) storage: &'a dyn Storage,
    pub(crate) vault: Vault,
    pub(crate) journal: Journal,
    pub(crate) engine: &'a Engine,
    pub(crate) connectors: &'a Connectors,
    /// Time for an application to answer.
    pub(crate) deadline: Duration,
    pub(crate) tasks: &'a TaskTracker,
}

impl LinkedAccountAdministration<'_> {
    /// Forgets an account here, in one step with the line that tells it, and revokes it in its application where that is possible.
    ///
    /// # Errors
    /// Those of storage.
    pub async fn revoke(&self, key: &LinkedAccountKey, note: Note) -> Result<Revocation, StorageError> {
        let linked_account = self.vault.open(key).await.ok().flatten();
        let change = self.journal.begin([note]).await?;
        let was_there = change.delete_linked_account(key).await?;
        if change.delete_pending(key).await? || was_there {
            change.commit().await?;
        } else {
            drop(change);
        }
        self.engine.forget(key.link, Some(&key.connector));
        let mut worthless = false;
        if let (Some(linked_account), Some(connector)) =
            (linked_account, self.connectors.get(&key.tenant, &key.connector))
        {
            worthless = revoke_in_application(connector, &linked_account.account, self.deadline).await;
        }
        Ok(match (was_there, worthless) {
            (false, _) => Revocation::Nothing,
            (true, true) => Revocation::Everywhere,
            (true, false) => Revocation::HereOnly,
        })
    }

    /// Keeps an account in the place of the one before, which is revoked in the application beside the request.
    ///
    /// # Errors
    /// When it cannot be sealed, and those of [`Journal::begin`].
    pub(super) async fn store(
        &self,
        session: &Session,
        target: &Connectable,
        account: &LinkedAccount,
        how: LinkingKind,
    ) -> Result<(), LinkedAccountError> {
        let key = &target.key;
        let note = Note::new(AuditEvent::LinkedAccountConnected)
            .tenant(&key.tenant)
            .actor(session)
            .source(&session.source)
            .with("connector", &key.connector)
            .with("how", how.as_str());
        let before = self.vault.open(key).await.ok().flatten();
        let sealed = self.vault.seal(key, account, how, None)?;
        let change = self.journal.begin([note]).await?;
        change.put_linked_account(&sealed).await?;
        change.commit().await?;
        self.engine.forget(key.link, Some(&key.connector));
        if let Some(before) = before
            && before.account.secret.expose_secret() != account.secret.expose_secret()
        {
            let (connector, deadline) = (target.connector.clone(), self.deadline);
            self.tasks
                .spawn(async move { revoke_in_application(&connector, &before.account, deadline).await });
        }
        Ok(())
    }

    /// Keeps what a login flow gave. The application gives it once: what cannot be kept is revoked there, and the flow is over either way.
    ///
    /// # Errors
    /// Those of [`Self::store`].
    pub(super) async fn finish_flow(
        &self,
        session: &Session,
        target: &Connectable,
        account: &LinkedAccount,
    ) -> Result<(), LinkedAccountError> {
        let kept = self.store(session, target, account, LinkingKind::LoginFlow).await;
        if let Err(error) = &kept {
            let connector = &target.key.connector;
            tracing::error!(?error, %connector, "an account that was just connected could not be kept");
            revoke_in_application(&target.connector, account, self.deadline).await;
        }
        self.storage.delete_pending(&target.key).await?;
        kept
    }
}

/// Makes a secret worthless in its application; false when that is not possible, or not done. One that the application does not know any
/// more is worthless already: somebody has revoked it there.
async fn revoke_in_application(
    connector: &Arc<dyn Connector>,
    account: &LinkedAccount,
    deadline: Duration,
) -> bool {
    let Some(linking) = connector.linking() else { return false };
    let call = async {
        match linking.revoke(account).await {
            Err(error) if error.kind() == ErrorKind::Unauthenticated => Ok(()),
            outcome => outcome,
        }
    };
    call_within(deadline, &connector.descriptor().id, "revoke an account", call).await.is_ok()
}
