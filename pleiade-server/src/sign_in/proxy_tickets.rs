//! Proxy-granting tickets of CAS servers, kept until the validation that names them takes them.

use crate::{
    seal::{Purpose, Sealer},
    storage::{ProxyGrant, Storage},
};
use async_trait::async_trait;
use chrono::TimeDelta;
use pleiade_core::{Clock, ExposeSecret, SecretString, SignInError, SourceId};
use pleiade_federation::cas::{MAX_WAITING_TICKETS, PgtStore, ProxyGrantingTicket, TICKET_TTL};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// Proxy-granting tickets in the server's own storage, sealed, so that any replica may receive them for any other.
#[derive(Debug, Clone)]
pub struct StoredPgts {
    storage: Arc<dyn Storage>,
    sealer: Arc<Sealer>,
    clock: Arc<dyn Clock>,
}

const PURPOSE: Purpose<'static> = Purpose::new("proxy-granting ticket");

impl StoredPgts {
    /// A store in this storage.
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>, sealer: Arc<Sealer>, clock: Arc<dyn Clock>) -> Self {
        Self { storage, sealer, clock }
    }
}

fn unreachable<E>(_: E) -> SignInError {
    SignInError::Unreachable("the portal's own storage")
}

/// The row's key stands in the sealed text too, so that a row moved to another name or source opens nothing.
fn prefix(source: &SourceId, iou: &str) -> String {
    format!("{source} {iou} ")
}

#[async_trait]
impl PgtStore for StoredPgts {
    async fn keep(&self, source: &SourceId, granted: ProxyGrantingTicket) -> Result<(), SignInError> {
        let now = self.clock.now();
        let text = zeroize::Zeroizing::new(format!(
            "{}{}",
            prefix(source, &granted.iou),
            granted.ticket.expose_secret()
        ));
        let grant = ProxyGrant {
            source: source.clone(),
            name: Sha256::digest(granted.iou.as_bytes()).into(),
            sealed: self.sealer.seal(PURPOSE, text.as_bytes()).map_err(unreachable)?,
            expires_at: now + TimeDelta::from_std(TICKET_TTL).unwrap_or_default(),
        };
        let most = u32::try_from(MAX_WAITING_TICKETS).unwrap_or(u32::MAX);
        if !self.storage.keep_proxy_grant(&grant, now, most).await.map_err(unreachable)? {
            tracing::warn!(%source, "a proxy-granting ticket was dropped: too many wait, or its name is taken");
        }
        Ok(())
    }

    async fn take(&self, source: &SourceId, iou: &str) -> Result<Option<SecretString>, SignInError> {
        let name = Sha256::digest(iou.as_bytes()).into();
        let found =
            self.storage.take_proxy_grant(source, name, self.clock.now()).await.map_err(unreachable)?;
        let opened = found.and_then(|sealed| self.sealer.open(PURPOSE, &sealed).ok());
        Ok(opened.and_then(|plain| {
            let text = std::str::from_utf8(&plain).ok()?;
            text.strip_prefix(&prefix(source, iou)).map(SecretString::from)
        }))
    }
}
