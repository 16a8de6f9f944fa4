//! Counts of one process.

use super::{GuessCounter, GuessStore, login::keep_place};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{SignInError, SourceId};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// A [`GuessStore`] in memory. Its size is bounded by the number of people of the directory.
#[derive(Debug, Default)]
pub struct MemoryGuesses(Mutex<HashMap<(SourceId, String), Person>>);

#[derive(Debug, Default)]
struct Person {
    /// The count and the time of the last failure, at unknown addresses and at known ones.
    counts: [Option<(u32, DateTime<Utc>)>; 2],
    places: VecDeque<u128>,
}

impl Person {
    fn count(&mut self, known: bool) -> &mut Option<(u32, DateTime<Utc>)> {
        let [strangers, own] = &mut self.counts;
        if known { own } else { strangers }
    }
}

impl MemoryGuesses {
    fn people(&self) -> MutexGuard<'_, HashMap<(SourceId, String), Person>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(source: &SourceId, person: &str) -> (SourceId, String) {
    (source.clone(), person.to_owned())
}

#[async_trait]
impl GuessStore for MemoryGuesses {
    async fn count(
        &self,
        counter: GuessCounter<'_>,
        free: u32,
        window: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<bool, SignInError> {
        let mut people = self.people();
        let person = people.entry(key(counter.source, counter.person)).or_default();
        let count = person.count(counter.known);
        let before = count.filter(|(_, last)| now - *last < window).map_or(0, |(failures, _)| failures);
        if before >= free {
            return Ok(false);
        }
        *count = Some((before + 1, now));
        Ok(true)
    }

    async fn take_back(&self, counter: GuessCounter<'_>) -> Result<(), SignInError> {
        if let Some(person) = self.people().get_mut(&key(counter.source, counter.person))
            && let Some((failures, _)) = person.count(counter.known)
        {
            *failures = failures.saturating_sub(1);
        }
        Ok(())
    }

    async fn signed_in(
        &self,
        source: &SourceId,
        person: &str,
        place: Option<u128>,
        _: DateTime<Utc>,
    ) -> Result<(), SignInError> {
        let mut people = self.people();
        let person = people.entry(key(source, person)).or_default();
        person.counts = [None, None];
        if let Some(place) = place {
            keep_place(&mut person.places, place);
        }
        Ok(())
    }

    async fn is_known(&self, source: &SourceId, person: &str, place: u128) -> Result<bool, SignInError> {
        Ok(self.people().get(&key(source, person)).is_some_and(|person| person.places.contains(&place)))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::DirectoryGuard, *};
    use pleiade_core::Subject;
    use pleiade_testkit::ManualClock;
    use std::{net::IpAddr, sync::Arc, time::Duration};

    const WINDOW: u64 = 1800;

    fn guard() -> (DirectoryGuard, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::default());
        let source = SourceId::new("annuaire").unwrap();
        let store = Arc::new(MemoryGuesses::default());
        (DirectoryGuard::new(source, store, clock.clone(), 2, Duration::from_secs(WINDOW)), clock)
    }

    fn jeanne() -> Subject {
        Subject::new("ldap:annuaire", "key-of-jeanne").unwrap()
    }

    fn home(n: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, n]))
    }

    fn stranger(n: u8) -> Option<IpAddr> {
        Some(IpAddr::from([198, 51, 100, n]))
    }

    /// The number of wrong passwords that pass.
    async fn guesses(guard: &DirectoryGuard, addresses: impl IntoIterator<Item = Option<IpAddr>>) -> usize {
        let mut passed = 0;
        for address in addresses {
            passed += usize::from(guard.begin(&jeanne(), address).await.unwrap().is_some());
        }
        passed
    }

    #[tokio::test]
    async fn whatever_the_addresses_a_directory_sees_few_failures() {
        let (guard, clock) = guard();
        for n in 1..=3 {
            let attempt = guard.begin(&jeanne(), home(n)).await.unwrap().unwrap();
            guard.succeeded(attempt).await.unwrap();
        }
        assert_eq!(guesses(&guard, (0..=255).map(stranger).chain([None, None])).await, 2);
        let own = [home(1), home(2), home(3)];
        assert_eq!(guesses(&guard, own).await, 2, "all known addresses together");
        clock.set_elapsed(Duration::from_secs(WINDOW - 1));
        assert_eq!(guesses(&guard, own.into_iter().chain([stranger(1), None])).await, 0);
        clock.set_elapsed(Duration::from_secs(WINDOW));
        assert_eq!(guesses(&guard, (0..=255).map(stranger).chain(own)).await, 4);
        // Who proves themselves at home again has both counts forgotten, like the directory's own.
        clock.set_elapsed(Duration::from_secs(WINDOW * 2));
        let attempt = guard.begin(&jeanne(), home(1)).await.unwrap().unwrap();
        guard.succeeded(attempt).await.unwrap();
        assert_eq!(guesses(&guard, (0..=255).map(stranger).chain(own)).await, 4);
    }

    #[tokio::test]
    async fn attempts_that_prove_nothing_cost_nothing() {
        let (guard, _) = guard();
        for address in [home(1), stranger(1), None] {
            for _ in 0..9 {
                let attempt = guard.begin(&jeanne(), address).await.unwrap().unwrap();
                guard.undecided(attempt).await.unwrap();
            }
        }
        let _left = guard.begin(&jeanne(), None).await.unwrap().unwrap();
        let _left = guard.begin(&jeanne(), None).await.unwrap().unwrap();
        assert!(guard.begin(&jeanne(), None).await.unwrap().is_none(), "who leaves in the middle has tried");
    }

    #[tokio::test]
    async fn places_of_a_person_are_bounded() {
        let (guard, _) = guard();
        for n in 0..=255 {
            let attempt = guard.begin(&jeanne(), home(n)).await.unwrap().unwrap();
            guard.succeeded(attempt).await.unwrap();
        }
        let known = |n| {
            guard.store.is_known(&guard.source, "key-of-jeanne", super::super::subscriber(home(n).unwrap()))
        };
        assert!(known(255).await.unwrap() && known(240).await.unwrap() && !known(239).await.unwrap());
    }
}
