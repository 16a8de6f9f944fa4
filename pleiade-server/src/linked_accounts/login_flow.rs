//! Login flows that people have begun in an application.

use crate::{
    seal::Sealer,
    session::Session,
    storage::{Storage, StorageError},
};
use pleiade_core::Clock;
use pleiade_federation::vault::LinkedAccountKey;
use serde::{Deserialize, Serialize};
use url::Url;

/// The purpose that a begun login flow is sealed for.
pub(crate) const PENDING: &str = "pending access";

/// The sealed part of a flow. Whoever opens the page gives their account away, so it is as secret as the token.
#[derive(Serialize, Deserialize)]
pub(super) struct LoginFlow {
    pub(super) page: Url,
    pub(super) token: String,
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
        let Some(pending) = self.storage.pending(key).await? else { return Ok(None) };
        if pending.expires_at <= self.clock.now() || pending.session != session.hash() {
            return Ok(None);
        }
        let plain = self.sealer.open(key.purpose_of(PENDING), &pending.sealed).ok();
        Ok(plain.and_then(|plain| serde_json::from_slice(&plain).ok()))
    }
}
