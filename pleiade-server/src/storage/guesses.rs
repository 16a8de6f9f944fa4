//! Wrong passwords that directories have seen, counted for every replica together.

use super::{Database, StorageError, columns::millis};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::SourceId;

/// The bound on failures of one person that a directory may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuessLimit {
    /// Failures that pass.
    pub free: u32,
    /// As long as less than this has passed since the last of them.
    pub window: TimeDelta,
}

/// Counts of wrong passwords by the stable key of a person in a directory. `known` tells the count at addresses at which the person has
/// signed in from the one at all others.
#[async_trait]
pub trait GuessStorage: Send + Sync {
    /// Counts one failure, unless the limit is reached: then false. Of many at the same moment, on any replica, no more pass.
    async fn count_guess(
        &self,
        source: &SourceId,
        person: &str,
        known: bool,
        limit: GuessLimit,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Takes one failure back.
    async fn take_guess_back(&self, source: &SourceId, person: &str, known: bool)
    -> Result<(), StorageError>;

    /// Forgets both counts of a person, and keeps the digest of a place among their last ones, `max_places` at most.
    async fn forget_guesses(
        &self,
        source: &SourceId,
        person: &str,
        place: Option<[u8; 32]>,
        max_places: u32,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// True if a place is among those of a person.
    async fn is_known_place(
        &self,
        source: &SourceId,
        person: &str,
        place: [u8; 32],
    ) -> Result<bool, StorageError>;

    /// Drops counts without a failure since the first instant, and places without a sign-in since the second.
    async fn purge_guesses(
        &self,
        counted_before: DateTime<Utc>,
        seen_before: DateTime<Utc>,
    ) -> Result<(), StorageError>;
}

#[async_trait]
impl GuessStorage for Database {
    async fn count_guess(
        &self,
        source: &SourceId,
        person: &str,
        known: bool,
        limit: GuessLimit,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        self.query(sql!(guesses, "count_guess"))
            .bind(source.as_str())
            .bind(person)
            .bind(known)
            .bind(millis(now))
            .bind(limit.window.num_milliseconds())
            .bind(i64::from(limit.free))
            .changed()
            .await
    }

    async fn take_guess_back(
        &self,
        source: &SourceId,
        person: &str,
        known: bool,
    ) -> Result<(), StorageError> {
        let take_back = self.query(sql!(guesses, "take_guess_back"));
        take_back.bind(source.as_str()).bind(person).bind(known).execute().await?;
        Ok(())
    }

    async fn forget_guesses(
        &self,
        source: &SourceId,
        person: &str,
        place: Option<[u8; 32]>,
        max_places: u32,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let transaction = self.transaction().await?;
        let forget = transaction.query(sql!(guesses, "forget_guesses")).bind(source.as_str()).bind(person);
        forget.execute().await?;
        if let Some(place) = place {
            transaction
                .query(sql!(guesses, "remember_place"))
                .bind(source.as_str())
                .bind(person)
                .bind(&place[..])
                .bind(millis(now))
                .execute()
                .await?;
            transaction
                .query(sql!(guesses, "keep_last_places"))
                .bind(source.as_str())
                .bind(person)
                .bind(i64::from(max_places))
                .execute()
                .await?;
        }
        transaction.commit().await
    }

    async fn is_known_place(
        &self,
        source: &SourceId,
        person: &str,
        place: [u8; 32],
    ) -> Result<bool, StorageError> {
        let known = self.query(sql!(guesses, "is_known_place")).bind(source.as_str()).bind(person);
        Ok(known.bind(&place[..]).fetch_optional::<()>().await?.is_some())
    }

    async fn purge_guesses(
        &self,
        counted_before: DateTime<Utc>,
        seen_before: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let counts = self.query(sql!(guesses, "purge_guesses")).bind(millis(counted_before));
        counts.execute().await?;
        let places = self.query(sql!(guesses, "purge_places")).bind(millis(seen_before));
        places.execute().await?;
        Ok(())
    }
}
