//! Refused sign-ins in the audit log.

use super::{SignIn, Source};
use crate::{
    audit::{AuditEvent, Journal, Note},
    storage::subject_digest,
    web::site::Site,
};
use pleiade_core::{Claims, Clock};
use std::sync::Arc;

/// Writes refused sign-ins down, as many as [`SignIn`] has room for.
#[derive(Debug)]
pub(crate) struct RefusalLog {
    pub(crate) journal: Journal,
    pub(crate) sign_in: Arc<SignIn>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl RefusalLog {
    /// Writes a refusal down, if there is room. `refusal_word` is a word of ours, never an answer of the provider.
    pub(super) async fn record(&self, site: &Site, source: &Source, claims: Option<&Claims>, why: &str) {
        let (id, now) = (source.provider.id(), self.clock.now());
        let Some(unwritten) = self.sign_in.refusal_pace.room(id, site.sessions_of(), now) else { return };
        let mut note = Note::new(AuditEvent::SignInRefused).source(id).with("why", why);
        if let Some(tenant) = source.owner.as_ref().or(site.sessions_of()) {
            note = note.tenant(tenant);
        }
        if let Some(claims) = claims {
            note = note.with("subject", subject_digest(&claims.subject));
        }
        if unwritten > 0 {
            note = note.with("unwritten", unwritten);
        }
        if let Err(error) = self.journal.record(note).await {
            tracing::warn!(%error, "a refused sign-in was not written down");
        }
    }
}
