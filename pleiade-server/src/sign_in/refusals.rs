//! Refused sign-ins: counted, traced, and written in the audit log.

use super::{
    SignIn, Source,
    refusal_words::{refusal_word, refusal_words},
};
use crate::{
    audit::{AuditEvent, Journal, Note},
    storage::subject_digest,
    web::site::Site,
};
use pleiade_core::{Claims, Clock, ProviderKind, SignInError, SourceId};
use pleiade_federation::{linking::RefusalReason, oidc::told_refusal};
use std::sync::Arc;

/// Counts a sign-in for the operator's metrics.
pub(super) fn count(source: &SourceId, outcome: &'static str) {
    metrics::counter!("pleiade_sign_ins_total", "source" => source.to_string(), "outcome" => outcome)
        .increment(1);
}

/// Why a sign-in is refused.
#[derive(Debug, Clone, Copy)]
pub(super) enum SignInRefusal<'a> {
    /// The source refuses a password that was typed on a page of ours, most often by mistake. With what it was for, for the trace.
    Password(&'a SignInError, &'static str),
    /// The source, or what its answer holds, names nobody.
    Answer(&'a SignInError),
    /// Somebody whom the source knows has no right here.
    Person(&'a Claims, RefusalReason),
    /// The browser has the session of another link, which the source may not replace unasked.
    OtherSession(&'a Claims),
    /// Somebody else than the person of the session proved themselves.
    SomebodyElse(&'a Claims),
    /// The paired CAS server knows this browser as somebody else than the person of the session: nothing is kept.
    OtherTicket(&'a Claims),
}

impl SignInRefusal<'_> {
    /// The word of the audit log: ours, never an answer of the provider.
    fn word(&self) -> &'static str {
        match *self {
            Self::Password(error, _) | Self::Answer(error) => refusal_word(error),
            Self::Person(_, why) => refusal_words(why).0,
            Self::OtherSession(_) => "other_session",
            Self::SomebodyElse(_) => "somebody_else",
            Self::OtherTicket(_) => "other_ticket",
        }
    }

    fn claims(&self) -> Option<&Claims> {
        match self {
            Self::Password(..) | Self::Answer(_) => None,
            Self::Person(claims, _)
            | Self::OtherSession(claims)
            | Self::SomebodyElse(claims)
            | Self::OtherTicket(claims) => Some(claims),
        }
    }
}

/// Counts, traces and writes down refused sign-ins, these as many as [`SignIn`] has room for.
#[derive(Debug)]
pub(crate) struct RefusalLog {
    pub(crate) journal: Journal,
    pub(crate) sign_in: Arc<SignIn>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl RefusalLog {
    /// A sign-in at a site by a source was refused.
    pub(super) async fn record(&self, site: &Site, source: &Source, refusal: SignInRefusal<'_>) {
        let id = source.provider.id();
        count(id, if matches!(refusal, SignInRefusal::Person(..)) { "no_right" } else { "refused" });
        match refusal {
            SignInRefusal::Password(error, what) => tracing::info!(source = %id, %error, "{what} refused"),
            SignInRefusal::Answer(error) => tracing::warn!(source = %id, %error, "sign-in refused"),
            SignInRefusal::Person(_, why) => {
                tracing::info!(source = %id, %why, "sign-in without a right here");
            }
            SignInRefusal::OtherSession(_)
            | SignInRefusal::SomebodyElse(_)
            | SignInRefusal::OtherTicket(_) => {
                tracing::info!(source = %id, why = refusal.word(), "sign-in refused");
            }
        }
        self.write(site, source, &refusal).await;
    }

    /// Traces a provider's refusal that came back without an attempt of this browser: some providers leave `state` out of it. Anybody can
    /// make such an address, so it counts for nothing, is in no log but the operator's, and no more often than there is room.
    pub(super) fn trace_stray(&self, site: &Site, source: &Source, query: &[(String, String)]) {
        let id = source.provider.id();
        let told = told_refusal(query).filter(|_| source.provider.kind() == ProviderKind::Oidc);
        let Some(error) = told else { return };
        if let Some(untraced) = self.sign_in.stray_pace.room(id, site.tenant_id(), self.clock.now()) {
            tracing::warn!(source = %id, %error, untraced, "a refusal came back that belongs to no attempt");
        }
    }

    /// Writes a refusal down, if there is room.
    async fn write(&self, site: &Site, source: &Source, refusal: &SignInRefusal<'_>) {
        let (id, now) = (source.provider.id(), self.clock.now());
        let Some(unwritten) = self.sign_in.refusal_pace.room(id, site.tenant_id(), now) else { return };
        let mut note = Note::new(AuditEvent::SignInRefused).source(id).with("why", refusal.word());
        if let Some(tenant) = source.owner.as_ref().or(site.tenant_id()) {
            note = note.tenant(tenant);
        }
        if let Some(claims) = refusal.claims() {
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
