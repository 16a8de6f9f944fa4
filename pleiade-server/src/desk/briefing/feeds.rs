//! The calendars of deadlines as storage keeps them: what a person's desk last knew, without a title. Reading one calls no application:
//! whoever has an address makes nobody work.

use crate::{
    background_cache::{BackgroundCache, CacheAges},
    desk::LEGAL,
    seal::{MacKey, Sealer},
    secret_value,
    session::Session,
    storage::{DeadlineFeed, FeedHash, NewDeadlineFeed, Storage, StorageError},
};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use pleiade_connectors::queue::{Queue, QueueEntry};
use pleiade_core::{
    Clock, Deadline, ExposeSecret as _, IdentityId, LinkId, SecretString, TaskKind, TenantId,
};
use serde::{Deserialize, Serialize};
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
    /// Its name among those of the calendar. It tells nothing, and is another one in the calendar of anybody else.
    pub(super) uid: String,
    /// The collectivité for which it is.
    pub(super) tenant: TenantId,
    /// What it asks.
    pub(super) kind: TaskKind,
    /// The application.
    pub(super) application: String,
    /// Until when.
    pub(super) due: Deadline,
    /// True for a legal deadline, which some of a collectivité see.
    #[serde(default)]
    pub(super) legal: bool,
}

impl FeedEntry {
    /// By when it is due, to put the nearest first.
    fn order(&self) -> (DateTime<Utc>, &str) {
        let due = match self.due {
            Deadline::At(at) => at,
            Deadline::Day(day) => day.and_time(NaiveTime::MIN).and_utc(),
        };
        (due, &self.uid)
    }
}

/// What a calendar shows; nothing of what cannot be read.
pub(super) fn entries(feed: &DeadlineFeed) -> Vec<FeedEntry> {
    serde_json::from_str(&feed.entries).unwrap_or_default()
}

/// The person and the link: a link may come to another person.
type FeedKey = (IdentityId, LinkId);

/// The calendars of deadlines. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct DeadlineFeeds {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    tasks: TaskTracker,
    uids: Arc<MacKey>,
    /// The address of a calendar and what it shows; none for a link without one.
    known: BackgroundCache<FeedKey, Option<(FeedHash, Arc<str>)>>,
}

fn key(session: &Session) -> FeedKey {
    (session.actor.identity.id, session.actor.identity.link)
}

impl DeadlineFeeds {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(
        storage: Arc<dyn Storage>,
        sealer: &Sealer,
        clock: Arc<dyn Clock>,
        tasks: TaskTracker,
    ) -> Self {
        let known = BackgroundCache::new(AGES, clock.clone(), tasks.clone());
        let uids = Arc::new(sealer.mac_key("names in calendars of deadlines"));
        Self { storage, clock, tasks, uids, known }
    }

    /// True if the link of a session has a calendar, as far as is known; asks beside.
    pub(in crate::desk) fn is_kept(&self, session: &Session) -> bool {
        self.shown(session).is_some()
    }

    fn shown(&self, session: &Session) -> Option<(FeedHash, Arc<str>)> {
        let link = session.actor.identity.link;
        let known = self.known.peek(&key(session), || {
            let feeds = self.clone();
            async move {
                let feed = feeds.storage.deadline_feed(link).await.ok()?;
                Some(feed.map(|feed| (feed.hash, Arc::from(feed.entries))))
            }
        });
        known.value.flatten()
    }

    fn entry(&self, link: LinkId, entry: &QueueEntry<'_>, application: String) -> Option<FeedEntry> {
        let task = &entry.key;
        let link = link.0.to_be_bytes();
        let name: [&[u8]; 4] =
            [&link, task.tenant.as_str().as_bytes(), task.connector.as_str().as_bytes(), task.id.as_bytes()];
        let uid = self.uids.digest(&name).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Some(FeedEntry {
            uid,
            tenant: task.tenant.clone(),
            kind: entry.kind,
            application,
            due: entry.deadline?,
            legal: task.connector == LEGAL,
        })
    }

    /// Keeps the deadlines of a queue for the calendar of a session's link, where it has one and they have changed. Those of an application
    /// of which nothing is known now stay, and so do those of collectivités that this session does not give.
    pub(in crate::desk) fn keep(
        &self,
        session: &Session,
        queue: &Queue<'_>,
        names: &dyn Fn(&QueueEntry<'_>) -> String,
    ) {
        let link = session.actor.identity.link;
        let Some((hash, shown)) = self.shown(session).filter(|_| !queue.is_waiting()) else { return };
        let silent: BTreeSet<&str> = queue.absent().iter().map(|absent| absent.name).collect();
        let given = |tenant: &TenantId| session.affiliations.iter().any(|one| one.tenant == *tenant);
        let mut all: Vec<FeedEntry> =
            queue.entries().iter().filter_map(|entry| self.entry(link, entry, names(entry))).collect();
        let before: Vec<FeedEntry> = serde_json::from_str(&shown).unwrap_or_default();
        let current: BTreeSet<String> = all.iter().map(|entry| entry.uid.clone()).collect();
        let stays = |old: &FeedEntry| {
            (silent.contains(old.application.as_str()) || !given(&old.tenant)) && !current.contains(&old.uid)
        };
        all.extend(before.into_iter().filter(stays));
        all.sort_by(|a, b| a.order().cmp(&b.order()));
        all.truncate(MAX_ENTRIES);
        let Ok(json) = serde_json::to_string(&all) else { return };
        if *json == *shown {
            return;
        }
        let (feeds, key) = (self.clone(), key(session));
        self.tasks.spawn(async move {
            match feeds.storage.update_deadline_feed(link, hash, &json, feeds.clock.now()).await {
                Ok(()) => feeds.known.forget(|known| *known == key),
                Err(error) => tracing::warn!(%error, "a calendar of deadlines was not written"),
            }
        });
    }

    /// That of the link of a session.
    pub(super) async fn find(&self, session: &Session) -> Result<Option<DeadlineFeed>, StorageError> {
        self.storage.deadline_feed(session.actor.identity.link).await
    }

    /// Makes one in the place of the one before, for the site of a session and while its source is what it is, and gives the secret part of
    /// its address, which is told once; none when the machine gives no randomness.
    pub(super) async fn open(
        &self,
        session: &Session,
        source_fingerprint: String,
    ) -> Result<Option<SecretString>, StorageError> {
        let Ok(secret) = secret_value::generate() else { return Ok(None) };
        let feed = NewDeadlineFeed {
            link: session.actor.identity.link,
            hash: FeedHash(secret_value::hash(secret.expose_secret())),
            site: session.site.clone(),
            source_fingerprint,
        };
        self.storage.put_deadline_feed(&feed, self.clock.now()).await?;
        self.known.forget(|known| *known == key(session));
        Ok(Some(secret))
    }

    /// Ends that of the link of a session. False when there is none.
    pub(super) async fn close(&self, session: &Session) -> Result<bool, StorageError> {
        let ended = self.storage.delete_deadline_feed(session.actor.identity.link).await?;
        self.known.forget(|known| *known == key(session));
        Ok(ended)
    }

    /// The one at an address.
    pub(super) async fn at(&self, secret: &str) -> Result<Option<DeadlineFeed>, StorageError> {
        if !secret_value::is_shaped(secret) {
            return Ok(None);
        }
        self.storage.deadline_feed_by_hash(FeedHash(secret_value::hash(secret))).await
    }

    /// Notes that somebody reads one, once an hour.
    pub(super) async fn note_use(&self, feed: &DeadlineFeed) -> Result<(), StorageError> {
        let now = self.clock.now();
        if feed.used_at.is_none_or(|used| now - used >= USE_STEP) {
            self.storage.use_deadline_feed(feed.link, feed.hash, now).await?;
        }
        Ok(())
    }
}
