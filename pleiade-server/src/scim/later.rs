//! People whose groups a push changed, beyond those who are applied before the manager is answered.

use super::{apply::PushedSource, pace::Pace, push::apply_again};
use pleiade_core::SourceId;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};
use tokio_util::task::TaskTracker;

/// Who waits in each source, each person once: as many as the source has, however often its groups change. A source that is named here has
/// its task.
type Waiting = Arc<Mutex<BTreeMap<SourceId, BTreeSet<String>>>>;

/// Applies people later: one task a source, which waits for its turn as the source's requests do.
#[derive(Debug)]
pub(super) struct Later {
    tasks: TaskTracker,
    pace: Arc<Pace>,
    waiting: Waiting,
}

impl Later {
    pub(super) fn new(tasks: TaskTracker, pace: Arc<Pace>) -> Self {
        Self { tasks, pace, waiting: Waiting::default() }
    }

    /// Has these people applied.
    pub(super) fn apply(&self, pushed: &PushedSource, people: Vec<String>, at_once: usize) {
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
        let (pushed, pace, waiting) = (pushed.clone(), self.pace.clone(), self.waiting.clone());
        self.tasks.spawn(async move {
            while let Some(some) = next(&waiting, &pushed.source, at_once) {
                let _turn = pace.turn(&pushed.source).await;
                if let Err(error) = apply_again(&pushed, some).await {
                    tracing::error!(%error, source = %pushed.source, "members of a pushed group were not applied; the nightly run does it");
                }
            }
        });
    }
}

/// The next people of a source. None, and the source is named no more, when nobody waits.
fn next(waiting: &Waiting, source: &SourceId, at_once: usize) -> Option<Vec<String>> {
    let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
    let people = waiting.get_mut(source)?;
    let some: Vec<String> = (0..at_once).map_while(|_| people.pop_first()).collect();
    if some.is_empty() {
        waiting.remove(source);
        return None;
    }
    Some(some)
}
