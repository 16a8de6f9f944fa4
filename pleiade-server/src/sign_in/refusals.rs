//! Refused sign-ins in the audit log.

use super::Source;
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    storage::subject_digest,
    web::site::Site,
};
use pleiade_core::Claims;

/// Writes a refusal down, if there is room. `why` is a word of ours, never an answer of the provider.
pub(super) async fn refused(app: &App, site: &Site, source: &Source, claims: Option<&Claims>, why: &str) {
    let (id, now) = (source.provider.id(), app.clock.now());
    let Some(unwritten) = app.sign_in.refusal_pace.room(id, site.sessions_of(), now) else { return };
    let mut note = Note::new(AuditEvent::SignInRefused).through(id).with("why", why);
    if let Some(tenant) = source.owner.as_ref().or(site.sessions_of()) {
        note = note.at(tenant);
    }
    if let Some(claims) = claims {
        note = note.with("subject", subject_digest(&claims.subject));
    }
    if unwritten > 0 {
        note = note.with("unwritten", unwritten);
    }
    if let Err(error) = app.record(note).await {
        tracing::warn!(%error, "a refused sign-in was not written down");
    }
}
