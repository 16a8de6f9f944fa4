//! Guesses of passwords that a directory checks, which locks an account after some of them.

use super::address::subscriber;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{Clock, SignInError, SourceId, Subject};
use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

/// One of the two counts of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuessCounter<'a> {
    /// The directory.
    pub source: &'a SourceId,
    /// The person's stable key there. Nobody can invent one: the directory itself has found it.
    pub person: &'a str,
    /// True if it counts at the addresses at which the person has signed in, or at all others.
    pub known: bool,
}

/// The store of these counts, with the addresses at which people have signed in. In storage that all replicas share, they hold for all of
/// them and survive a restart; [`MemoryGuesses`](super::MemoryGuesses) is for one process.
///
/// Every method fails with [`SignInError::Unreachable`] when the store does not answer; then no password reaches the directory.
#[async_trait]
pub trait GuessStore: fmt::Debug + Send + Sync + 'static {
    /// Counts one failure in one step, unless `free` were counted and less than `window` has passed since the last of them. A count that
    /// has rested for a window begins anew. False: nothing was counted, and the attempt must not be made.
    async fn count(
        &self,
        counter: GuessCounter<'_>,
        free: u32,
        window: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<bool, SignInError>;

    /// Takes one failure back.
    async fn take_back(&self, counter: GuessCounter<'_>) -> Result<(), SignInError>;

    /// Forgets both counts of a person who has signed in, and remembers the place, of which only the last few are kept.
    async fn signed_in(
        &self,
        source: &SourceId,
        person: &str,
        place: Option<u128>,
        now: DateTime<Utc>,
    ) -> Result<(), SignInError>;

    /// True if a person has signed in at this place.
    async fn is_known(&self, source: &SourceId, person: &str, place: u128) -> Result<bool, SignInError>;
}

/// Lets so many wrong passwords of one person reach a directory in any window: `free` from all addresses at which the person has signed in
/// together, and `free` from all others together. Keep twice `free` below what makes the directory lock the account.
///
/// A stranger can use up the second count, and does not touch the first; a colleague at the same address can use up the first, until the
/// window has passed. Neither makes the directory lock anybody.
#[derive(Debug)]
pub struct DirectoryGuard {
    pub(super) source: SourceId,
    pub(super) store: Arc<dyn GuessStore>,
    clock: Arc<dyn Clock>,
    free: u32,
    window: TimeDelta,
}

/// An attempt that was counted as a failure when it began. Dropped without a word, for instance because whoever asked has left, it remains
/// one.
#[derive(Debug)]
#[must_use = "an attempt remains a failure unless it is said how it ended"]
pub struct Attempt {
    person: Subject,
    place: Option<u128>,
    known: bool,
}

impl DirectoryGuard {
    /// Guards a directory that forgets failures after `window`; `free` is at least one.
    #[must_use]
    pub fn new(
        source: SourceId,
        store: Arc<dyn GuessStore>,
        clock: Arc<dyn Clock>,
        free: u32,
        window: Duration,
    ) -> Self {
        let window = TimeDelta::from_std(window).unwrap_or(TimeDelta::days(1));
        Self { source, store, clock, free: free.max(1), window }
    }

    /// Begins an attempt with a person's password; `None` when it must not be made now.
    ///
    /// # Errors
    /// When the store does not answer: then it must not be made either.
    pub async fn begin(
        &self,
        person: &Subject,
        address: Option<IpAddr>,
    ) -> Result<Option<Attempt>, SignInError> {
        let place = address.map(subscriber);
        let known = match place {
            Some(place) => self.store.is_known(&self.source, person.id(), place).await?,
            None => false,
        };
        let attempt = Attempt { person: person.clone(), place, known };
        let counter = self.counter(&attempt);
        let counted = self.store.count(counter, self.free, self.window, self.clock.now()).await?;
        Ok(counted.then_some(attempt))
    }

    fn counter<'a>(&'a self, attempt: &'a Attempt) -> GuessCounter<'a> {
        GuessCounter { source: &self.source, person: attempt.person.id(), known: attempt.known }
    }

    /// The attempt proved nothing.
    ///
    /// # Errors
    /// When the store does not answer: then it remains a failure.
    pub async fn undecided(&self, attempt: Attempt) -> Result<(), SignInError> {
        self.store.take_back(self.counter(&attempt)).await
    }

    /// The password was right. The directory has forgotten its own count, too.
    ///
    /// # Errors
    /// When the store does not answer: then all that was counted remains.
    pub async fn succeeded(&self, attempt: Attempt) -> Result<(), SignInError> {
        let now = self.clock.now();
        self.store.signed_in(&self.source, attempt.person.id(), attempt.place, now).await
    }
}
