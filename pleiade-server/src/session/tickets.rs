//! The proxy-granting ticket of a session that another source than a CAS one opened: what a visit to the paired CAS server gave.
//!
//! Threat: a ticket that outlives what made it right. It is of the session's row, so that every end of the session is its own; it counts
//! while its source is the one that gave it, and while the login of the session's person is the user name for which it was given.

use super::{Session, SessionError, Sessions};
use crate::{
    seal::{Purpose, SealError},
    storage::{SessionRecord, SessionTicketRecord, StorageError},
};
use pleiade_core::{ExposeSecret as _, LinkId, SecretString, SourceId, TenantId};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt};
use zeroize::Zeroizing;

/// A proxy-granting ticket and whose it is.
#[derive(Clone)]
pub struct SessionTicket {
    /// The source whose server gave it.
    pub source: SourceId,
    /// The user name for which it was given, letter for letter the login of the session's person.
    pub user: String,
    /// The ticket.
    pub granting: SecretString,
}

/// Neither the name nor the ticket is shown.
impl fmt::Debug for SessionTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionTicket").field("source", &self.source).finish_non_exhaustive()
    }
}

/// The sealed form.
#[derive(Serialize, Deserialize)]
struct PlainTicket<'a> {
    /// The fingerprint of its source when it gave the ticket.
    fingerprint: Cow<'a, str>,
    user: Cow<'a, str>,
    granting: Cow<'a, str>,
}

impl SessionTicket {
    /// The purpose under which it is sealed.
    pub(crate) const PURPOSE: Purpose<'static> = Purpose::new("session proxy-granting ticket");
}

impl Session {
    /// The proxy-granting ticket that a visit to the source paired with the session's own gave.
    #[must_use]
    pub fn ticket(&self) -> Option<&SessionTicket> {
        self.ticket.as_ref()
    }

    /// The same, if it is this source's: one of a source that was paired before buys nothing.
    #[must_use]
    pub fn ticket_of(&self, source: &SourceId) -> Option<&SessionTicket> {
        self.ticket().filter(|ticket| ticket.source == *source)
    }
}

impl Sessions {
    /// Keeps the ticket in a session, in the place of the one before. `provider_session` names it to the server, which may take it back by
    /// that. False when the session has ended meanwhile, or the source is gone.
    ///
    /// # Errors
    /// When sealing or storage fails.
    pub async fn keep_ticket(
        &self,
        session: &Session,
        ticket: &SessionTicket,
        provider_session: String,
    ) -> Result<bool, SessionError> {
        let actor = &session.actor;
        let Some(sealed) = self.seal_ticket(&actor.acting.tenant, actor.identity.link, ticket)? else {
            return Ok(false);
        };
        let record = SessionTicketRecord { source: ticket.source.clone(), provider_session, sealed };
        let kept = self.0.storage.keep_session_ticket(session.hash, &record).await?;
        self.invalidate(session).await;
        Ok(kept)
    }

    /// Drops what a source gave the sessions of other sources under this session of its own. They go on, without it. Says how many.
    ///
    /// # Errors
    /// When storage fails.
    pub async fn drop_tickets(
        &self,
        source: &SourceId,
        provider_session: &str,
    ) -> Result<usize, StorageError> {
        let hashes = self.0.storage.drop_session_tickets(source, provider_session).await?;
        for hash in &hashes {
            self.invalidate_hash(hash).await;
        }
        Ok(hashes.len())
    }

    /// None when its source is not configured any more.
    fn seal_ticket(
        &self,
        acting: &TenantId,
        link: LinkId,
        ticket: &SessionTicket,
    ) -> Result<Option<Vec<u8>>, SealError> {
        let Some(fingerprint) = self.0.rights.fingerprint(&ticket.source) else { return Ok(None) };
        let plain = PlainTicket {
            fingerprint: fingerprint.into(),
            user: ticket.user.as_str().into(),
            granting: ticket.granting.expose_secret().into(),
        };
        let plain = serde_json::to_vec(&plain).map(Zeroizing::new).map_err(|_| SealError::Refused)?;
        self.0.sealer.seal(SessionTicket::PURPOSE.for_link_in(acting, link), &plain).map(Some)
    }

    /// The ticket of a record, if its source is still the one that gave it. One that cannot be opened buys nothing.
    pub(super) fn open_ticket(&self, record: &SessionRecord) -> Option<SessionTicket> {
        let kept = record.ticket.as_ref()?;
        let purpose = SessionTicket::PURPOSE.for_link_in(&record.acting, record.link);
        let opened = self.0.sealer.open(purpose, &kept.sealed).map_err(|error| {
            tracing::warn!(%error, "the proxy-granting ticket of a session cannot be opened");
        });
        let opened = opened.ok()?;
        let plain: PlainTicket<'_> = serde_json::from_slice(&opened).ok()?;
        (self.0.rights.fingerprint(&kept.source) == Some(&*plain.fingerprint)).then(|| SessionTicket {
            source: kept.source.clone(),
            user: plain.user.into_owned(),
            granting: plain.granting.into_owned().into(),
        })
    }

    /// The same ticket for a record that acts for another collectivité.
    pub(super) fn reseal_ticket(
        &self,
        record: &SessionRecord,
        acting: &TenantId,
    ) -> Result<Option<SessionTicketRecord>, SealError> {
        let (Some(kept), Some(ticket)) = (&record.ticket, self.open_ticket(record)) else { return Ok(None) };
        let sealed = self.seal_ticket(acting, record.link, &ticket)?;
        Ok(sealed.map(|sealed| SessionTicketRecord { sealed, ..kept.clone() }))
    }
}
