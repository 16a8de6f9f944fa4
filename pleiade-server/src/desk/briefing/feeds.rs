//! The calendars of deadlines as storage keeps them: what a person's desk last knew, without a title. Reading one calls no application:
//! whoever has an address makes nobody work.

use crate::{
    background_cache::{BackgroundCache, CacheAges},
    secret_value,
    session::Session,
    storage::{DeadlineFeed, FeedHash, Storage, StorageError},
};
use chrono::TimeDelta;
use pleiade_connectors::queue::{Queue, QueueEntry};
use pleiade_core::{Clock, Deadline, ExposeSecret as _, LinkId, SecretString, TaskKind, TenantId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio_util::task::TaskTracker;

const AGES: CacheAges =
    CacheAges { fresh: Duration::from_secs(60), max: None, pause: Duration::from_secs(60) };

/// Deadlines of a calendar at most, the nearest ones.
const MAX_ENTRIES: usize = 200;
/// The last use is noted once within this time.
const USE_STEP: TimeDelta = TimeDelta::hours(1);

/// A deadline in a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FeedEntry {
    /// Its name among those of the calendar, which tells nothing.
    pub(super) uid: String,
    /// The collectivité for which it is.
    pub(super) tenant: TenantId,
    /// What it asks.
    pub(super) kind: TaskKind,
    /// The application.
    pub(super) application: String,
    /// Until when.
    pub(super) due: Deadline,
}

impl FeedEntry {
    fn new(entry: &QueueEntry<'_>, application: &str) -> Option<Self> {
        let key = &entry.key;
        let name = [key.tenant.as_str(), key.connector.as_str(), &key.id].join("\n");
        let digest = Sha256::digest(name);
        let uid = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        Some(Self {
            uid,
            tenant: key.tenant.clone(),
            kind: entry.kind,
            application: application.to_owned(),
            due: entry.deadline?,
        })
    }
}

/// What a calendar shows; nothing of what cannot be read.
pub(super) fn entries(feed: &DeadlineFeed) -> Vec<FeedEntry> {
    serde_json::from_str(&feed.entries).unwrap_or_default()
}

/// The calendars of deadlines. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct DeadlineFeeds {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    tasks: TaskTracker,
    /// What the calendar of a link shows; none for one without a calendar.
    known: BackgroundCache<LinkId, Option<Arc<str>>>,
}

impl DeadlineFeeds {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>, clock: Arc<dyn Clock>, tasks: TaskTracker) -> Self {
        let known = BackgroundCache::new(AGES, clock.clone(), tasks.clone());
        Self { storage, clock, tasks, known }
    }

    /// True if the link of a session has a calendar, as far as is known; asks beside.
    pub(in crate::desk) fn is_kept(&self, session: &Session) -> bool {
        self.shown(session.actor.identity.link).is_some()
    }

    fn shown(&self, link: LinkId) -> Option<Arc<str>> {
        let known = self.known.peek(&link, || {
            let feeds = self.clone();
            async move {
                let feed = feeds.storage.deadline_feed(link).await.ok()?;
                Some(feed.map(|feed| Arc::from(feed.entries)))
            }
        });
        known.value.flatten()
    }

    /// Keeps the deadlines of a queue for the calendar of a session's link, where it has one and they have changed. Those of an application
    /// of which nothing is known now stay: that it is silent ends no deadline.
    pub(in crate::desk) fn keep(
        &self,
        session: &Session,
        queue: &Queue<'_>,
        names: &dyn Fn(&QueueEntry<'_>) -> String,
    ) {
        let link = session.actor.identity.link;
        let Some(shown) = self.shown(link).filter(|_| !queue.is_waiting()) else { return };
        let silent: BTreeSet<&str> = queue.absent().iter().map(|absent| absent.name).collect();
        let mut all: Vec<FeedEntry> =
            queue.entries().iter().filter_map(|entry| FeedEntry::new(entry, &names(entry))).collect();
        let before: Vec<FeedEntry> = serde_json::from_str(&shown).unwrap_or_default();
        let stays = |old: &FeedEntry| {
            silent.contains(old.application.as_str()) && all.iter().all(|new| new.uid != old.uid)
        };
        let kept: Vec<FeedEntry> = before.into_iter().filter(stays).collect();
        all.extend(kept);
        all.sort_by(|a, b| a.uid.cmp(&b.uid));
        all.truncate(MAX_ENTRIES);
        let Ok(json) = serde_json::to_string(&all) else { return };
        if *json == *shown {
            return;
        }
        let feeds = self.clone();
        self.tasks.spawn(async move {
            match feeds.storage.update_deadline_feed(link, &json, feeds.clock.now()).await {
                Ok(()) => feeds.known.forget(|known| *known == link),
                Err(error) => tracing::warn!(%error, "a calendar of deadlines was not written"),
            }
        });
    }

    /// That of the link of a session.
    pub(super) async fn find(&self, session: &Session) -> Result<Option<DeadlineFeed>, StorageError> {
        self.storage.deadline_feed(session.actor.identity.link).await
    }

    /// Makes one in the place of the one before, and gives the secret part of its address, which is told once; none when the machine gives
    /// no randomness.
    pub(super) async fn open(&self, session: &Session) -> Result<Option<SecretString>, StorageError> {
        let link = session.actor.identity.link;
        let Ok(secret) = secret_value::generate() else { return Ok(None) };
        let hash = FeedHash(secret_value::hash(secret.expose_secret()));
        self.storage.put_deadline_feed(link, hash, "[]", self.clock.now()).await?;
        self.known.forget(|known| *known == link);
        Ok(Some(secret))
    }

    /// Ends that of the link of a session. False when there is none.
    pub(super) async fn close(&self, session: &Session) -> Result<bool, StorageError> {
        let link = session.actor.identity.link;
        let ended = self.storage.delete_deadline_feed(link).await?;
        self.known.forget(|known| *known == link);
        Ok(ended)
    }

    /// The one at an address, and notes that it is read.
    pub(super) async fn at(&self, secret: &str) -> Result<Option<DeadlineFeed>, StorageError> {
        if !secret_value::is_shaped(secret) {
            return Ok(None);
        }
        let hash = FeedHash(secret_value::hash(secret));
        let Some(feed) = self.storage.deadline_feed_by_hash(hash).await? else { return Ok(None) };
        let now = self.clock.now();
        if feed.used_at.is_none_or(|used| now - used >= USE_STEP) {
            self.storage.use_deadline_feed(feed.link, now).await?;
        }
        Ok(Some(feed))
    }
}
