//! Login flows that people have begun in an application.

use crate::{
    seal::{SealError, Sealer},
    session::Session,
    storage::{Storage, StorageError},
};
use pleiade_core::Clock;
use pleiade_federation::vault::{LinkedAccountKey, VaultError};
use serde::{Deserialize, Serialize};
use url::Url;
use zeroize::Zeroizing;

/// The purpose that a begun login flow is sealed for.
pub(crate) const PENDING: &str = "pending access";

/// The sealed part of a flow. Whoever opens the page gives their account away, so it is as secret as the token.
#[derive(Serialize, Deserialize)]
pub(super) struct LoginFlow {
    pub(super) page: Url,
    pub(super) token: String,
}

impl LoginFlow {
    /// The flow as it is stored, for one account.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub(super) fn seal(&self, sealer: &Sealer, key: &LinkedAccountKey) -> Result<Vec<u8>, VaultError> {
        let plain = serde_json::to_vec(self).map(Zeroizing::new).map_err(|_| SealError::Refused)?;
        Ok(sealer.seal(key.purpose_of(PENDING), &plain)?)
    }
}

/// Finds the flows that were begun.
#[derive(Debug)]
pub(crate) struct LoginFlows<'a> {
    pub(crate) storage: &'a dyn Storage,
    pub(crate) sealer: &'a Sealer,
    pub(crate) clock: &'a dyn Clock,
}

impl LoginFlows<'_> {
    /// A flow of this session that the application has not given up yet.
    pub(super) async fn find_flow(
        &self,
        session: &Session,
        key: &LinkedAccountKey,
    ) -> Result<Option<LoginFlow>, StorageError> {
        let Some(pending) = self.storage.pending_login_flow(key).await? else { return Ok(None) };
        if pending.expires_at <= self.clock.now() || pending.session != session.hash() {
            return Ok(None);
        }
        let plain = self.sealer.open(key.purpose_of(PENDING), &pending.sealed).ok();
        Ok(plain.and_then(|plain| serde_json::from_slice(&plain).ok()))
    }
}
