//! Refused sign-ins in the audit log. A stranger causes them, so only so many are written in a minute; how many were not is told by the
//! first line that is written again.

use super::{Source, identify::digest};
use crate::{
    app::App,
    audit::{AuditEvent, Note},
    web::site::Site,
};
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::Claims;
use std::sync::{Mutex, PoisonError};

/// Lines in a minute, whatever the source.
const MOST: u32 = 60;

/// How many were written of late.
#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    since: DateTime<Utc>,
    written: u32,
    unwritten: u32,
}

impl Refusals {
    /// None when this one is not written; else how many were not since the last.
    fn room(&self, now: DateTime<Utc>) -> Option<u32> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now - state.since >= TimeDelta::minutes(1) {
            state.since = now;
            state.written = 0;
        }
        if state.written >= MOST {
            state.unwritten = state.unwritten.saturating_add(1);
            return None;
        }
        state.written += 1;
        Some(std::mem::take(&mut state.unwritten))
    }
}

/// Writes a refusal down, if there is room. `why` is a word of ours, never an answer of the provider.
pub(super) async fn refused(app: &App, site: &Site, source: &Source, claims: Option<&Claims>, why: &str) {
    let Some(unwritten) = app.sign_in.refusals.room(app.clock.now()) else { return };
    let mut note = Note::new(AuditEvent::SignInRefused).through(source.provider.id()).with("why", why);
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
        assert_eq!((0..100).filter(|_| refusals.room(start).is_some()).count(), 60);
        assert_eq!(refusals.room(start + TimeDelta::seconds(59)), None);
        assert_eq!(refusals.room(start + TimeDelta::seconds(60)), Some(41));
        assert_eq!(refusals.room(start + TimeDelta::seconds(60)), Some(0));
    }
}
