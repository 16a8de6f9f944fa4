//! A directory that is followed, and when.

use crate::storage::DirectoryState;
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use pleiade_core::{Directory, SourceId, Tenant, TenantId};
use pleiade_federation::mapping::Mapping;
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Time before a whole pass that failed is tried again the same day.
const TRIED_AGAIN_AFTER: TimeDelta = TimeDelta::hours(1);

/// When a directory is read, and what happens to who left it.
#[derive(Debug, Clone)]
pub struct SyncRules {
    /// Between two passes that read changes; none: each night alone.
    pub every: Option<TimeDelta>,
    /// The time of day, in the operator's time zone, from which everybody is read once.
    pub full_at: NaiveTime,
    /// The operator's time zone.
    pub zone: chrono_tz::Tz,
    /// Retention of the record of somebody absent.
    pub keep: TimeDelta,
    /// True if the first run writes.
    pub apply_first_run: bool,
    /// A run that takes longer is given up; nothing of it is written.
    pub deadline: Duration,
}

impl Default for SyncRules {
    /// Every quarter of an hour, whole at three in the morning in Paris, thirty days, the first run simulated, ten minutes.
    fn default() -> Self {
        Self {
            every: Some(TimeDelta::minutes(15)),
            full_at: NaiveTime::from_hms_opt(3, 0, 0).unwrap_or_default(),
            zone: chrono_tz::Europe::Paris,
            keep: TimeDelta::days(30),
            apply_first_run: false,
            deadline: Duration::from_secs(600),
        }
    }
}

/// The pass that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DuePass {
    /// Nothing yet.
    Nothing,
    /// The changes.
    Changes,
    /// Everybody.
    Everybody,
}

impl SyncRules {
    /// The pass that is due at an instant. After the first run, which is only simulated, none is until the next night or a decision.
    #[must_use]
    pub fn due(&self, state: &DirectoryState, now: DateTime<Utc>) -> DuePass {
        let Some(read_at) = state.read_at else { return DuePass::Everybody };
        let night = self.last_night(now);
        let missing = state.full_at.is_none_or(|full_at| full_at < night);
        if missing && (read_at < night || (state.applied_at.is_some() && now - read_at >= TRIED_AGAIN_AFTER))
        {
            return DuePass::Everybody;
        }
        match self.every {
            Some(every) if state.applied_at.is_some() && now - read_at >= every => DuePass::Changes,
            _ => DuePass::Nothing,
        }
    }

    /// The last time that the clock showed [`full_at`](Self::full_at).
    fn last_night(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let today = now.with_timezone(&self.zone).date_naive();
        let at = |day: chrono::NaiveDate| {
            pleiade_connectors::kit::days::instant(&self.zone, day.and_time(self.full_at))
        };
        let tonight = at(today);
        if tonight <= now { tonight } else { at(today.checked_sub_days(Days::new(1)).unwrap_or(today)) }
    }
}

/// A directory that is followed.
#[derive(Debug)]
pub struct FollowedDirectory {
    /// Its name for people.
    pub title: String,
    /// The tenant that owns it, or none for the operator's own.
    pub owner: Option<TenantId>,
    /// For whom its people act.
    pub mapping: Mapping,
    /// The directory that is read.
    pub directory: Arc<dyn Directory>,
    /// True if an identity manager pushes into it (SCIM): a directory that is read has the better word on names.
    pub pushed: bool,
    /// When it is read; none when it is only pushed.
    pub rules: SyncRules,
}

impl FollowedDirectory {
    /// The configured source.
    #[must_use]
    pub fn id(&self) -> &SourceId {
        self.directory.id()
    }

    /// The fingerprint of the mapping and of the collectivités it may name: when it changes, everybody is read again.
    #[must_use]
    pub fn digest<'a>(&self, tenants: impl Iterator<Item = &'a Tenant>) -> Vec<u8> {
        let mut hash = Sha256::new();
        hash.update(format!("{:?}", self.mapping));
        for tenant in tenants {
            let names = (&tenant.id, &tenant.siren, &tenant.sirets, &tenant.idp_ids);
            hash.update(format!("{names:?}"));
        }
        hash.finalize().to_vec()
    }
}

/// The directories that are followed.
#[derive(Debug, Default)]
pub struct Directories(BTreeMap<SourceId, Arc<FollowedDirectory>>);

impl FromIterator<FollowedDirectory> for Directories {
    fn from_iter<I: IntoIterator<Item = FollowedDirectory>>(all: I) -> Self {
        Self(all.into_iter().map(|followed| (followed.id().clone(), Arc::new(followed))).collect())
    }
}

impl Directories {
    /// One of them.
    #[must_use]
    pub fn get(&self, id: &SourceId) -> Option<&Arc<FollowedDirectory>> {
        self.0.get(id)
    }

    /// All of them, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<FollowedDirectory>> {
        self.0.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-{text}:00Z").parse().unwrap()
    }

    fn state(read: &str, applied: Option<&str>, full: Option<&str>) -> DirectoryState {
        DirectoryState {
            read_at: Some(at(read)),
            applied_at: applied.map(at),
            full_at: full.map(at),
            ..DirectoryState::default()
        }
    }

    #[test]
    fn changes_are_read_often_and_everybody_each_night() {
        let rules = SyncRules::default();
        assert_eq!(rules.due(&DirectoryState::default(), at("11-24T10:00")), DuePass::Everybody);
        // Three in the morning in Paris is two at Greenwich in winter, one in summer.
        let day = |read| state(read, Some(read), Some("11-24T02:05"));
        assert_eq!(rules.due(&day("11-24T10:00"), at("11-24T10:14")), DuePass::Nothing);
        assert_eq!(rules.due(&day("11-24T10:00"), at("11-24T10:15")), DuePass::Changes);
        assert_eq!(rules.due(&day("11-25T01:50"), at("11-25T01:59")), DuePass::Nothing);
        assert_eq!(rules.due(&day("11-25T01:50"), at("11-25T02:00")), DuePass::Everybody);
        let summer = state("07-02T00:50", Some("07-02T00:50"), Some("07-01T01:05"));
        assert_eq!(rules.due(&summer, at("07-02T00:59")), DuePass::Nothing);
        assert_eq!(rules.due(&summer, at("07-02T01:00")), DuePass::Everybody);
        let nights = SyncRules { every: None, ..rules };
        assert_eq!(nights.due(&day("11-24T10:00"), at("11-24T23:00")), DuePass::Nothing);
    }

    #[test]
    fn a_night_that_failed_is_made_up_for_and_changes_go_on_meanwhile() {
        let rules = SyncRules::default();
        let failed = state("11-25T02:00", Some("11-25T01:50"), Some("11-24T02:05"));
        assert_eq!(rules.due(&failed, at("11-25T02:10")), DuePass::Nothing);
        assert_eq!(rules.due(&failed, at("11-25T02:20")), DuePass::Changes);
        assert_eq!(rules.due(&failed, at("11-25T03:00")), DuePass::Everybody);
    }

    #[test]
    fn a_first_run_is_not_repeated_before_the_night() {
        let rules = SyncRules::default();
        let first = state("11-24T10:00", None, None);
        assert_eq!(rules.due(&first, at("11-24T23:00")), DuePass::Nothing);
        assert_eq!(rules.due(&first, at("11-25T02:00")), DuePass::Everybody);
    }

    #[test]
    fn an_hour_that_is_skipped_comes_later() {
        let rules = SyncRules { full_at: NaiveTime::from_hms_opt(2, 30, 0).unwrap(), ..SyncRules::default() };
        // In Paris on 29 March 2026, two o'clock is followed by three.
        let before = state("03-29T00:50", Some("03-29T00:50"), Some("03-28T01:35"));
        assert_eq!(rules.due(&before, at("03-29T00:59")), DuePass::Nothing);
        assert_eq!(rules.due(&before, at("03-29T01:30")), DuePass::Everybody);
    }
}
