//! Wrong passwords that directories have seen, counted for every replica together.

use super::StorageError;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::SourceId;

/// How many failures of one person a directory may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuessLimit {
    /// So many.
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

    /// Forgets both counts of a person, and keeps the digest of a place among their last ones, so many at most.
    async fn forget_guesses(
        &self,
        source: &SourceId,
        person: &str,
        place: Option<[u8; 32]>,
        most_places: u32,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Whether a place is among those of a person.
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

/// Implements [`GuessStorage`] for a type with a field `pool`. `$begin` opens a transaction that will write.
macro_rules! implement_guesses {
    ($storage:ty, $begin:literal) => {
        #[async_trait]
        impl $crate::storage::GuessStorage for $storage {
            async fn count_guess(
                &self,
                source: &SourceId,
                person: &str,
                known: bool,
                limit: $crate::storage::GuessLimit,
                now: DateTime<Utc>,
            ) -> Result<bool, StorageError> {
                let done = query(sql!("guesses/count"))
                    .bind(source.as_str())
                    .bind(person)
                    .bind(known)
                    .bind(millis(now))
                    .bind(limit.window.num_milliseconds())
                    .bind(i64::from(limit.free))
                    .execute(&self.pool)
                    .await?;
                Ok(done.rows_affected() > 0)
            }

            async fn take_guess_back(
                &self,
                source: &SourceId,
                person: &str,
                known: bool,
            ) -> Result<(), StorageError> {
                let take_back = query(sql!("guesses/take_back"));
                take_back.bind(source.as_str()).bind(person).bind(known).execute(&self.pool).await?;
                Ok(())
            }

            async fn forget_guesses(
                &self,
                source: &SourceId,
                person: &str,
                place: Option<[u8; 32]>,
                most_places: u32,
                now: DateTime<Utc>,
            ) -> Result<(), StorageError> {
                let mut transaction = self.pool.begin_with($begin).await?;
                let forget = query(sql!("guesses/forget")).bind(source.as_str()).bind(person);
                forget.execute(&mut *transaction).await?;
                if let Some(place) = place {
                    query(sql!("guesses/remember"))
                        .bind(source.as_str())
                        .bind(person)
                        .bind(&place[..])
                        .bind(millis(now))
                        .execute(&mut *transaction)
                        .await?;
                    query(sql!("guesses/keep_last"))
                        .bind(source.as_str())
                        .bind(person)
                        .bind(i64::from(most_places))
                        .execute(&mut *transaction)
                        .await?;
                }
                transaction.commit().await?;
                Ok(())
            }

            async fn is_known_place(
                &self,
                source: &SourceId,
                person: &str,
                place: [u8; 32],
            ) -> Result<bool, StorageError> {
                let known = query(sql!("guesses/is_known")).bind(source.as_str()).bind(person);
                Ok(known.bind(&place[..]).fetch_optional(&self.pool).await?.is_some())
            }

            async fn purge_guesses(
                &self,
                counted_before: DateTime<Utc>,
                seen_before: DateTime<Utc>,
            ) -> Result<(), StorageError> {
                let counts = query(sql!("guesses/purge")).bind(millis(counted_before));
                counts.execute(&self.pool).await?;
                let places = query(sql!("guesses/purge_places")).bind(millis(seen_before));
                places.execute(&self.pool).await?;
                Ok(())
            }
        }
    };
}

pub(super) use implement_guesses;
