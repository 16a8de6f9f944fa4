//! Wrong passwords that directories have seen, in the server's own storage: every replica counts with the others, and a restart forgets
//! nothing.
//!
//! The places of sign-ins are kept as a keyed digest only: whoever reads the database finds no address there.

use crate::{
    seal::{MacKey, Sealer},
    storage::{GuessLimit, Storage, StorageError},
};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{SignInError, SourceId};
use pleiade_federation::throttle::{GuessCounter, GuessStore};
use std::sync::Arc;

/// Addresses of one person that are kept.
const MAX_PLACES: u32 = 16;
/// Time for which a count is kept after the last failure: longer than any window of a directory.
const COUNTS_KEPT: TimeDelta = TimeDelta::days(2);
/// Time for which an address is kept after the last sign-in.
const PLACES_KEPT: TimeDelta = TimeDelta::days(180);

/// Counts in storage.
#[derive(Debug)]
pub struct StoredGuesses {
    storage: Arc<dyn Storage>,
    /// Makes digests.
    key: MacKey,
    /// Makes those that other replicas may have kept before or after a change of the sealing key.
    other_keys: Vec<MacKey>,
}

const PURPOSE: &str = "place of a sign-in";

impl StoredGuesses {
    /// Counts in this storage.
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>, sealer: &Sealer) -> Self {
        Self { storage, key: sealer.mac_key(PURPOSE), other_keys: sealer.other_mac_keys(PURPOSE) }
    }
}

fn digest(key: &MacKey, source: &SourceId, person: &str, place: u128) -> [u8; 32] {
    key.digest(&[source.as_str().as_bytes(), person.as_bytes(), &place.to_be_bytes()])
}

fn unreachable(error: StorageError) -> SignInError {
    tracing::error!(%error, "wrong passwords cannot be counted: no password is passed on to the directory");
    SignInError::Unreachable("the portal's own storage")
}

#[async_trait]
impl GuessStore for StoredGuesses {
    async fn count(
        &self,
        counter: GuessCounter<'_>,
        free: u32,
        window: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<bool, SignInError> {
        let limit = GuessLimit { free, window };
        let GuessCounter { source, person, known } = counter;
        self.storage.count_guess(source, person, known, limit, now).await.map_err(unreachable)
    }

    async fn take_back(&self, counter: GuessCounter<'_>) -> Result<(), SignInError> {
        let GuessCounter { source, person, known } = counter;
        self.storage.take_guess_back(source, person, known).await.map_err(unreachable)
    }

    async fn signed_in(
        &self,
        source: &SourceId,
        person: &str,
        place: Option<u128>,
        now: DateTime<Utc>,
    ) -> Result<(), SignInError> {
        let place = place.map(|place| digest(&self.key, source, person, place));
        let forgotten = self.storage.forget_guesses(source, person, place, MAX_PLACES, now);
        forgotten.await.map_err(unreachable)
    }

    async fn is_known(&self, source: &SourceId, person: &str, place: u128) -> Result<bool, SignInError> {
        for key in std::iter::once(&self.key).chain(&self.other_keys) {
            let place = digest(key, source, person, place);
            if self.storage.is_known_place(source, person, place).await.map_err(unreachable)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Drops what counts no more.
pub(crate) async fn purge(storage: &dyn Storage, now: DateTime<Utc>) -> Result<(), StorageError> {
    storage.purge_guesses(now - COUNTS_KEPT, now - PLACES_KEPT).await
}
