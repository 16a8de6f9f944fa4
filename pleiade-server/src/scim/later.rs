//! People whose groups a push changed, beyond those who are applied before the manager is answered.

use super::{
    apply::PushedSource,
    pace::Pace,
    push::{MAX_PEOPLE_AT_ONCE, apply_people},
};
use pleiade_core::SourceId;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The time after which people are tried again whom storage did not take.
const RETRY_AFTER: Duration = Duration::from_secs(30);

/// Who waits in each source, each person once: as many as the source has, however often its groups change. A source that is named here has
/// its task.
type Waiting = Arc<Mutex<BTreeMap<SourceId, BTreeSet<String>>>>;

/// Applies people later: one task a source, which waits for its turn as the source's requests do. What is left when the server stops is
/// mended by the nightly run.
#[derive(Debug)]
pub(super) struct Later {
    tasks: TaskTracker,
    shutdown: CancellationToken,
    pace: Arc<Pace>,
    waiting: Waiting,
}

impl Later {
    pub(super) fn new(tasks: TaskTracker, shutdown: CancellationToken, pace: Arc<Pace>) -> Self {
        Self { tasks, shutdown, pace, waiting: Waiting::default() }
    }

    /// Counts so many people in the pace of their source: a change of a group is one of each of its members.
    pub(super) fn count(&self, pushed: &PushedSource, people: usize) {
        self.pace.count(&pushed.source, people);
    }

    /// Has these people applied.
    pub(super) fn apply(&self, pushed: &PushedSource, people: Vec<String>) {
        if people.is_empty() {
            return;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(others) = waiting.get_mut(&pushed.source) {
            others.extend(people);
            return;
        }
        waiting.insert(pushed.source.clone(), people.into_iter().collect());
        drop(waiting);
        let worker =
            Worker { pushed: pushed.clone(), pace: self.pace.clone(), waiting: self.waiting.clone() };
        let shutdown = self.shutdown.clone();
        self.tasks.spawn(async move { shutdown.run_until_cancelled_owned(worker.run()).await });
    }
}

/// The task of a source. However it ends, the next people have another one.
struct Worker {
    pushed: PushedSource,
    pace: Arc<Pace>,
    waiting: Waiting,
}

impl Worker {
    async fn run(self) {
        while let Some(people) = self.next() {
            let turn = self.pace.turn(&self.pushed.source).await;
            let order = self.pushed.order.lock().await;
            let applied = apply_people(&self.pushed, people.clone()).await;
            drop((turn, order));
            if let Err(error) = applied {
                tracing::error!(%error, source = %self.pushed.source, "members of a pushed group were not applied; they are tried again");
                self.put_back(people);
                tokio::time::sleep(RETRY_AFTER).await;
            }
        }
    }

    /// The next people. None, and the source is named no more, when nobody waits.
    fn next(&self) -> Option<Vec<String>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let people = waiting.get_mut(&self.pushed.source)?;
        let some: Vec<String> = (0..MAX_PEOPLE_AT_ONCE).map_while(|_| people.pop_first()).collect();
        if some.is_empty() {
            waiting.remove(&self.pushed.source);
            return None;
        }
        Some(some)
    }

    fn put_back(&self, people: Vec<String>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.entry(self.pushed.source.clone()).or_default().extend(people);
    }
}
