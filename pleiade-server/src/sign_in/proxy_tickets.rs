//! Proxy-granting tickets of CAS servers, kept until the validation that names them takes them.
//!
//! That a validation is under way is known to every replica: it writes down its span of time, among the keys that are used once, and
//! whichever replica a ticket comes to looks there.

use crate::{
    seal::{Purpose, Sealer},
    storage::{ProxyGrant, Storage},
};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{Clock, ExposeSecret, SecretString, SignInError, SourceId};
use pleiade_federation::cas::{
    EXPECTATION_TIME, MAX_WAITING_TICKETS, PgtStore, ProxyGrantingTicket, TICKET_TTL,
};
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

/// The number of the span of time that an instant is in. A validation counts in its own and the next, so for twice as long at most; clocks
/// of replicas may differ by one more.
fn span(at: DateTime<Utc>) -> i64 {
    at.timestamp() / i64::try_from(EXPECTATION_TIME.as_secs()).unwrap_or(i64::MAX).max(1)
}

/// The key by which a span of time is written down.
fn expectation(source: &SourceId, span: i64) -> [u8; 32] {
    Sha256::digest(format!("validations with a proxy callback {source} {span}")).into()
}

#[async_trait]
impl PgtStore for StoredPgts {
    async fn expect(&self, source: &SourceId) -> Result<(), SignInError> {
        let now = self.clock.now();
        let until = now + TimeDelta::from_std(TICKET_TTL).unwrap_or_default();
        self.storage.use_once(expectation(source, span(now)), until).await.map(drop).map_err(unreachable)
    }

    async fn keep(&self, source: &SourceId, granted: ProxyGrantingTicket) -> Result<bool, SignInError> {
        let now = self.clock.now();
        let mut expected = false;
        for near in span(now) - 1..=span(now) + 1 {
            expected =
                expected || self.storage.is_used(expectation(source, near)).await.map_err(unreachable)?;
        }
        if !expected {
            return Ok(false);
        }
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
        self.storage.keep_proxy_grant(&grant, most).await.map_err(unreachable)
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
