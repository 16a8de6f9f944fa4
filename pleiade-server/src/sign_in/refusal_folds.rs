//! The pace at which refused sign-ins are written in the audit log. A stranger causes them, so those of one address, at one source and
//! site and for one reason, are one line a minute: the first at once, the rest counted by the next. So many lines in a minute are written
//! of a source and site whatever comes: how many refusals had no room is told by the first line that is written there again.

use super::refusal_pace::RefusalPace;
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{SourceId, TenantId};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Logins that one line names at most, by their digests.
const MAX_LOGINS: usize = 8;

/// A digest that names a login or an address among lines.
pub(super) type Digest = [u8; 8];

/// The refusals that one line tells of: at a source and a site, from an address where it is known, for a reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FoldKey {
    pub(super) source: SourceId,
    /// The collectivité of the line.
    pub(super) tenant: Option<TenantId>,
    pub(super) address: Option<Digest>,
    pub(super) why: &'static str,
}

/// What a line tells of refusals that were folded.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fold {
    /// Refusals.
    pub(super) count: u32,
    /// The logins that were typed, eight at most.
    pub(super) logins: Vec<Digest>,
    /// Refusals at this source and site that no line tells of.
    pub(super) unwritten: u32,
}

/// A line of a minute each, since when, with what came after it. As many as lines were written.
type OpenFolds = BTreeMap<FoldKey, (DateTime<Utc>, Fold)>;

/// The refusals of late, for each source and site of the configuration.
#[derive(Debug, Default)]
pub(super) struct RefusalFolds {
    pace: RefusalPace,
    open: Mutex<OpenFolds>,
}

impl RefusalFolds {
    fn open(&self) -> MutexGuard<'_, OpenFolds> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a line is to tell now of a refusal; none when it is counted for a later line.
    pub(super) fn fold(&self, key: &FoldKey, login: Option<Digest>, now: DateTime<Utc>) -> Option<Fold> {
        let mut open = self.open();
        if let Some((since, fold)) = open.get_mut(key)
            && now - *since < TimeDelta::minutes(1)
        {
            fold.count = fold.count.saturating_add(1);
            let new = login.filter(|login| fold.logins.len() < MAX_LOGINS && !fold.logins.contains(login));
            fold.logins.extend(new);
            return None;
        }
        let unwritten = self.pace.room(&key.source, key.tenant.as_ref(), now)?;
        // What is over and still here is told by the caller's next look at `over`.
        let before = open.insert(key.clone(), (now, Fold::default()));
        let mut told = before.map(|(_, fold)| fold).unwrap_or_default();
        told.count = told.count.saturating_add(1);
        told.logins.extend(login.filter(|login| !told.logins.contains(login)));
        Some(Fold { unwritten, ..told })
    }

    /// The folds whose minute is over and of which a line is still to tell.
    pub(super) fn over(&self, now: DateTime<Utc>) -> Vec<(FoldKey, Fold)> {
        let is_over = |since: DateTime<Utc>| now - since >= TimeDelta::minutes(1);
        self.open()
            .extract_if(.., |_, (since, _)| is_over(*since))
            .filter(|(_, (_, fold))| fold.count > 0)
            .map(|(key, (_, fold))| (key, fold))
            .collect()
    }

    /// All that no line tells of yet, for the end of the server.
    pub(super) fn rest(&self) -> Vec<(FoldKey, Fold)> {
        let open = std::mem::take(&mut *self.open());
        open.into_iter().map(|(key, (_, fold))| (key, fold)).filter(|(_, fold)| fold.count > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn key(source: &str, address: u8) -> FoldKey {
        FoldKey {
            source: SourceId::new(source).unwrap(),
            tenant: None,
            address: Some([address; 8]),
            why: "bad_credentials",
        }
    }

    #[test]
    fn one_address_is_one_line_a_minute_that_counts() {
        let folds = RefusalFolds::default();
        let at = |seconds| start() + TimeDelta::seconds(seconds);
        let fold = |login: u8, seconds| folds.fold(&key("alpha", 1), Some([login; 8]), at(seconds));
        assert_eq!(fold(1, 0), Some(Fold { count: 1, logins: vec![[1; 8]], unwritten: 0 }));
        assert!((0..100).all(|n| fold(n % 2, 59).is_none()));
        let other = folds.fold(&key("alpha", 2), None, at(30));
        assert_eq!(other, Some(Fold { count: 1, ..Fold::default() }), "another address is not drowned");
        assert_eq!(
            fold(2, 60),
            Some(Fold { count: 101, logins: vec![[0; 8], [1; 8], [2; 8]], unwritten: 0 })
        );
        assert!(folds.over(at(119)).is_empty(), "the other address had but one");
        assert!((0..50).all(|n| fold(n, 119).is_none()));
        let over = folds.over(at(120));
        let [(told, Fold { count: 50, logins, unwritten: 0 })] = over.as_slice() else { panic!("{over:?}") };
        assert_eq!((told, logins.len()), (&key("alpha", 1), MAX_LOGINS));
        assert!(folds.over(at(120)).is_empty() && folds.rest().is_empty());
        assert!(fold(1, 121).is_some() && fold(1, 122).is_none());
        assert_eq!(folds.rest().len(), 1, "a stop waits for no minute");
    }

    #[test]
    fn so_many_lines_are_written_in_a_minute_and_the_rest_is_counted() {
        let folds = RefusalFolds::default();
        let room = |source: &str, address: u8, seconds| {
            folds.fold(&key(source, address), None, start() + TimeDelta::seconds(seconds))
        };
        assert_eq!((0..100).filter(|address| room("alpha", *address, 0).is_some()).count(), 60);
        assert_eq!(room("alpha", 100, 59), None);
        assert!(room("beta", 1, 59).is_some(), "a flood elsewhere hides nothing here");
        assert_eq!(room("alpha", 100, 60).map(|fold| fold.unwritten), Some(41));
        assert_eq!(room("alpha", 101, 60).map(|fold| fold.unwritten), Some(0));
    }
}
