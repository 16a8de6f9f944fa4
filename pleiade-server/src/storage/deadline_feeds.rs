//! Calendars of deadlines that people subscribe to. One belongs to the link by which its person came, and ends with it.

use super::{
    Database, StorageError,
    columns::{instant, millis, tenant},
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{LinkId, TenantId};

/// The SHA-256 of the secret part of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedHash(pub [u8; 32]);

/// A calendar to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeadlineFeed {
    /// The link whose it is.
    pub link: LinkId,
    /// The secret part of its address.
    pub hash: FeedHash,
    /// The tenant on whose host it counts, or none for the operator's common host.
    pub site: Option<TenantId>,
    /// What the link's source is now: of a source that has become another one it shows nothing.
    pub source_fingerprint: String,
}

/// A calendar of deadlines. Moments are in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadlineFeed {
    /// The link whose it is.
    pub link: LinkId,
    /// The secret part of its address.
    pub hash: FeedHash,
    /// The tenant on whose host it counts, or none for the operator's common host.
    pub site: Option<TenantId>,
    /// What the link's source was when it was made.
    pub source_fingerprint: String,
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

    /// Makes one that shows nothing yet, in the place of the one before, whose address leads nowhere any more.
    async fn put_deadline_feed(&self, feed: &NewDeadlineFeed, now: DateTime<Utc>)
    -> Result<(), StorageError>;

    /// Changes what it shows. Does nothing where its address is another one by now.
    async fn update_deadline_feed(
        &self,
        link: LinkId,
        hash: FeedHash,
        entries: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Notes that somebody read it.
    async fn use_deadline_feed(
        &self,
        link: LinkId,
        hash: FeedHash,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Ends it. False when there is none.
    async fn delete_deadline_feed(&self, link: LinkId) -> Result<bool, StorageError>;
}

struct FeedRow {
    link: i64,
    hash: Vec<u8>,
    site: Option<String>,
    source_print: String,
    entries: String,
    created_at: i64,
    updated_at: i64,
    used_at: Option<i64>,
}
from_row!(FeedRow { link, hash, site, source_print, entries, created_at, updated_at, used_at });

impl TryFrom<FeedRow> for DeadlineFeed {
    type Error = StorageError;
    fn try_from(row: FeedRow) -> Result<Self, StorageError> {
        Ok(Self {
            link: LinkId(row.link),
            hash: FeedHash(row.hash.try_into().map_err(|_| StorageError::Corrupt("a hash"))?),
            site: row.site.map(tenant).transpose()?,
            source_fingerprint: row.source_print,
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
        feed: &NewDeadlineFeed,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.query(sql!(deadline_feeds, "put_deadline_feed"))
            .bind(feed.link.0)
            .bind(&feed.hash.0[..])
            .bind(feed.site.as_ref().map(TenantId::as_str))
            .bind(&feed.source_fingerprint)
            .bind("[]")
            .bind(millis(now))
            .execute()
            .await?;
        Ok(())
    }

    async fn update_deadline_feed(
        &self,
        link: LinkId,
        hash: FeedHash,
        entries: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.query(sql!(deadline_feeds, "update_deadline_feed"))
            .bind(link.0)
            .bind(&hash.0[..])
            .bind(entries)
            .bind(millis(now))
            .execute()
            .await?;
        Ok(())
    }

    async fn use_deadline_feed(
        &self,
        link: LinkId,
        hash: FeedHash,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        self.query(sql!(deadline_feeds, "use_deadline_feed"))
            .bind(link.0)
            .bind(&hash.0[..])
            .bind(millis(now))
            .execute()
            .await?;
        Ok(())
    }

    async fn delete_deadline_feed(&self, link: LinkId) -> Result<bool, StorageError> {
        self.query(sql!(deadline_feeds, "delete_deadline_feed")).bind(link.0).changed().await
    }
}
