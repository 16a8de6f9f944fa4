//! The pace at which refused sign-ins are written down. A stranger causes them, so only so many are written in a minute, for each source and
//! site: a flood at one hides nothing of another. How many were not is told by the first line that is written there again.

use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{SourceId, TenantId};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Lines in a minute, of one source at one site.
const MAX_LINES_PER_MINUTE: u32 = 60;

/// The counts of lines written of late, for each source and site of the configuration.
#[derive(Debug, Default)]
pub(super) struct RefusalPace(Mutex<HashMap<(SourceId, Option<TenantId>), State>>);

#[derive(Debug, Default)]
struct State {
    since: DateTime<Utc>,
    written: u32,
    unwritten: u32,
}

impl RefusalPace {
    /// None when this one is not written; else how many were not since the last.
    pub(super) fn room(&self, source: &SourceId, site: Option<&TenantId>, now: DateTime<Utc>) -> Option<u32> {
        let mut states = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let state = states.entry((source.clone(), site.cloned())).or_default();
        if now - state.since >= TimeDelta::minutes(1) {
            state.since = now;
            state.written = 0;
        }
        if state.written >= MAX_LINES_PER_MINUTE {
            state.unwritten = state.unwritten.saturating_add(1);
            return None;
        }
        state.written += 1;
        Some(std::mem::take(&mut state.unwritten))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_are_written_in_a_minute_and_the_rest_is_counted() {
        let pace = RefusalPace::default();
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let (alpha, beta) = (SourceId::new("alpha").unwrap(), SourceId::new("beta").unwrap());
        let site = TenantId::new("beta").unwrap();
        let room = |seconds| pace.room(&alpha, None, start + TimeDelta::seconds(seconds));
        assert_eq!((0..100).filter(|_| room(0).is_some()).count(), 60);
        assert_eq!(room(59), None);
        assert_eq!(pace.room(&beta, None, start), Some(0), "a flood elsewhere hides nothing here");
        assert_eq!(pace.room(&alpha, Some(&site), start), Some(0));
        assert_eq!(room(60), Some(41));
        assert_eq!(room(60), Some(0));
    }
}
