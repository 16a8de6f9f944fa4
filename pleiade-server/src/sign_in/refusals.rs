//! Refused sign-ins in the audit log. A stranger causes them, so only so many are written in a minute, for each source and site: a flood at one
//! hides nothing of another. How many were not is told by the first line that is written there again.

use super::{Source, identify::digest};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    web::site::Site,
};
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{Claims, SourceId, TenantId};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Lines in a minute, of one source at one site.
const MAX_LINES: u32 = 60;

/// How many were written of late, for each source and site of the configuration.
#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<HashMap<(SourceId, Option<TenantId>), State>>);

#[derive(Debug, Default)]
struct State {
    since: DateTime<Utc>,
    written: u32,
    unwritten: u32,
}

impl Refusals {
    /// None when this one is not written; else how many were not since the last.
    fn room(&self, source: &SourceId, site: Option<&TenantId>, now: DateTime<Utc>) -> Option<u32> {
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let state = states.entry((source.clone(), site.cloned())).or_default();
        if now - state.since >= TimeDelta::minutes(1) {
            state.since = now;
            state.written = 0;
        }
        if state.written >= MAX_LINES {
            state.unwritten = state.unwritten.saturating_add(1);
            return None;
        }
        state.written += 1;
        Some(std::mem::take(&mut state.unwritten))
    }
}

/// Writes a refusal down, if there is room. `why` is a word of ours, never an answer of the provider.
pub(super) async fn refused(app: &App, site: &Site, source: &Source, claims: Option<&Claims>, why: &str) {
    let (id, now) = (source.provider.id(), app.clock.now());
    let Some(unwritten) = app.sign_in.refusals.room(id, site.sessions_of(), now) else { return };
    let mut note = Note::new(AuditEvent::SignInRefused).through(id).with("why", why);
    if let Some(tenant) = source.owner.as_ref().or(site.sessions_of()) {
        note = note.at(tenant);
    }
    if let Some(claims) = claims {
        note = note.with("subject", digest(&claims.subject));
    }
    if unwritten > 0 {
        note = note.with("unwritten", unwritten);
    }
    if let Err(error) = app.record(note).await {
        tracing::warn!(%error, "a refused sign-in was not written down");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_are_written_in_a_minute_and_the_rest_is_counted() {
        let refusals = Refusals::default();
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let (alpha, beta) = (SourceId::new("alpha").unwrap(), SourceId::new("beta").unwrap());
        let site = TenantId::new("beta").unwrap();
        let room = |seconds| refusals.room(&alpha, None, start + TimeDelta::seconds(seconds));
        assert_eq!((0..100).filter(|_| room(0).is_some()).count(), 60);
        assert_eq!(room(59), None);
        assert_eq!(refusals.room(&beta, None, start), Some(0), "a flood elsewhere hides nothing here");
        assert_eq!(refusals.room(&alpha, Some(&site), start), Some(0));
        assert_eq!(room(60), Some(41));
        assert_eq!(room(60), Some(0));
    }
}
