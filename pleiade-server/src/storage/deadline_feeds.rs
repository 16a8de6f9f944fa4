//! Calendars of deadlines that people subscribe to. One belongs to the link by which its person came, and ends with it.

use super::{
    Database, StorageError,
    columns::{instant, millis},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::LinkId;

/// The SHA-256 of the secret part of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedHash(pub [u8; 32]);

/// A calendar of deadlines. Moments are in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadlineFeed {
    /// The link whose it is.
    pub link: LinkId,
    /// What it shows, as JSON.
    pub entries: String,
    /// When its address was made.
    pub created_at: DateTime<Utc>,
    /// When what it shows was last known.
    pub updated_at: DateTime<Utc>,
    /// When somebody last read it, within an hour.
    pub used_at: Option<DateTime<Utc>>,
}

/// Calendars of deadlines that people subscribe to, one a link at most.
#[async_trait]
pub trait DeadlineFeedStorage: Send + Sync {
    /// The one of a link.
    async fn deadline_feed(&self, link: LinkId) -> Result<Option<DeadlineFeed>, StorageError>;

    /// The one at an address.
    async fn deadline_feed_by_hash(&self, hash: FeedHash) -> Result<Option<DeadlineFeed>, StorageError>;

    /// Makes one for a link, in the place of the one before, whose address leads nowhere any more.
    async fn put_deadline_feed(
        &self,
        link: LinkId,
        hash: FeedHash,
        entries: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Changes what it shows. Does nothing for a link without one.
    async fn update_deadline_feed(
        &self,
        link: LinkId,
        entries: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Notes that somebody read it.
    async fn use_deadline_feed(&self, link: LinkId, now: DateTime<Utc>) -> Result<(), StorageError>;

    /// Ends it. False when there is none.
    async fn delete_deadline_feed(&self, link: LinkId) -> Result<bool, StorageError>;
}

struct FeedRow {
    link: i64,
    entries: String,
    created_at: i64,
    updated_at: i64,
    used_at: Option<i64>,
}
from_row!(FeedRow { link, entries, created_at, updated_at, used_at });

impl TryFrom<FeedRow> for DeadlineFeed {
    type Error = StorageError;
    fn try_from(row: FeedRow) -> Result<Self, StorageError> {
        Ok(Self {
            link: LinkId(row.link),
            entries: row.entries,
            created_at: instant(row.created_at)?,
            updated_at: instant(row.updated_at)?,
            used_at: row.used_at.map(instant).transpose()?,
        })
    }
}

#[async_trait]
impl DeadlineFeedStorage for Database {
    async fn deadline_feed(&self, link: LinkId) -> Result<Option<DeadlineFeed>, StorageError> {
        self.query(sql!(deadline_feeds, "deadline_feed")).bind(link.0).fetch_value::<FeedRow, _>().await
    }

    async fn deadline_feed_by_hash(&self, hash: FeedHash) -> Result<Option<DeadlineFeed>, StorageError> {
        self.query(sql!(deadline_feeds, "deadline_feed_by_hash"))
            .bind(&hash.0[..])
            .fetch_value::<FeedRow, _>()
            .await
    }

    async fn put_deadline_feed(
        &self,
        link: LinkId,
        hash: FeedHash,
        entries: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.query(sql!(deadline_feeds, "put_deadline_feed"))
            .bind(link.0)
            .bind(&hash.0[..])
            .bind(entries)
            .bind(millis(now))
            .execute()
            .await?;
        Ok(())
    }

    async fn update_deadline_feed(
        &self,
        link: LinkId,
        entries: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.query(sql!(deadline_feeds, "update_deadline_feed"))
            .bind(link.0)
            .bind(entries)
            .bind(millis(now))
            .execute()
            .await?;
        Ok(())
    }

    async fn use_deadline_feed(&self, link: LinkId, now: DateTime<Utc>) -> Result<(), StorageError> {
        self.query(sql!(deadline_feeds, "use_deadline_feed"))
            .bind(link.0)
            .bind(millis(now))
            .execute()
            .await?;
        Ok(())
    }

    async fn delete_deadline_feed(&self, link: LinkId) -> Result<bool, StorageError> {
        self.query(sql!(deadline_feeds, "delete_deadline_feed")).bind(link.0).changed().await
    }
}
