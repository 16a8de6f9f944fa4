//! The tasks that people put off, as last known: the desk shows them without waiting for storage.

use crate::{
    background_cache::{BackgroundCache, CacheAges},
    session::Session,
    storage::{Storage, StorageError},
};
use chrono::{Days, NaiveDate};
use pleiade_connectors::queue::TaskKey;
use pleiade_core::{Clock, IdentityId, LinkId};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio_util::task::TaskTracker;

/// Another replica shows for half a minute what was put off here.
const AGES: CacheAges =
    CacheAges { fresh: Duration::from_secs(30), max: None, pause: Duration::from_secs(10) };

/// Lines by name, with the day on which each comes back.
pub(super) type Snoozed = Arc<HashMap<TaskKey, NaiveDate>>;

/// The person and the link: a link may come to another person.
type SnoozedKey = (IdentityId, LinkId);

/// The tasks that people put off. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct SnoozedTasks {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    known: BackgroundCache<SnoozedKey, Snoozed>,
}

fn key(session: &Session) -> SnoozedKey {
    (session.actor.identity.id, session.actor.identity.link)
}

impl SnoozedTasks {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>, clock: Arc<dyn Clock>, tasks: TaskTracker) -> Self {
        let known = BackgroundCache::new(AGES, clock.clone(), tasks);
        Self { storage, clock, known }
    }

    /// Those of a session's person, as last known; old ones are read again beside. Nothing is put off before they were read once.
    pub(super) fn peek(&self, session: &Session) -> Snoozed {
        let known = self.known.peek(&key(session), || {
            let (tasks, link) = (self.clone(), session.actor.identity.link);
            async move { tasks.read(link).await }
        });
        known.value.unwrap_or_default()
    }

    /// Those that storage has, unless they were read a moment ago, or the last known ones when it does not answer.
    pub(super) async fn load(&self, session: &Session) -> Snoozed {
        let read = self.read(session.actor.identity.link);
        self.known.get(&key(session), read).await.value.unwrap_or_default()
    }

    /// Puts a task of a session's person off until the beginning of a day, by the names of every line behind it.
    pub(super) async fn snooze(
        &self,
        session: &Session,
        names: &[TaskKey],
        until: NaiveDate,
    ) -> Result<(), StorageError> {
        for name in names {
            self.storage.snooze_task(session.actor.identity.link, name, until, self.yesterday()).await?;
        }
        self.read_again(session).await;
        Ok(())
    }

    /// Shows a task again, by whichever name it was put off.
    pub(super) async fn wake(&self, session: &Session, names: &[TaskKey]) -> Result<(), StorageError> {
        for name in names {
            self.storage.wake_task(session.actor.identity.link, name).await?;
        }
        self.read_again(session).await;
        Ok(())
    }

    /// What was read before counts no more. The next page shows what has just been changed.
    async fn read_again(&self, session: &Session) {
        let changed = key(session);
        self.known.forget(|known| *known == changed);
        self.load(session).await;
    }

    /// Those of a link that storage has, the next to come back first.
    ///
    /// # Errors
    /// Those of storage.
    pub(crate) async fn stored(&self, link: LinkId) -> Result<Vec<(TaskKey, NaiveDate)>, StorageError> {
        self.storage.snoozed_tasks(link, self.yesterday()).await
    }

    /// None when storage does not answer.
    async fn read(&self, link: LinkId) -> Option<Snoozed> {
        match self.stored(link).await {
            Ok(tasks) => Some(Arc::new(tasks.into_iter().collect())),
            Err(error) => {
                tracing::warn!(%error, "the tasks that somebody put off were not read");
                None
            }
        }
    }

    /// Storage keeps days without a zone: what comes back today somewhere is left to the queue, which knows where its reader lives.
    fn yesterday(&self) -> NaiveDate {
        let today = self.clock.now().date_naive();
        today.checked_sub_days(Days::new(1)).unwrap_or(today)
    }
}
