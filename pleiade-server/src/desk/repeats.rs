//! The same action on the same line, sent twice in a moment: by a double click where no script holds the second one back.
//!
//! An action that is asked about is done once by the question's own text ([`actions`](super::actions)). Of the others, the second of two
//! that are the same is answered as the first is, while that is under way and for a moment after it, by this server alone.

use super::line::stable_hash;
use crate::{connectors::may_be_done, session::Session, storage::StorageError};
use futures_util::future::{BoxFuture, FutureExt as _, Shared};
use pleiade_core::{ActionOutcome, ActionRequest, Clock, ConnectorError, ConnectorId, ErrorKind, TenantId};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

/// Somebody who does the same again after this time means it.
const WINDOW: Duration = Duration::from_secs(3);

/// What became of an action; an error of storage when it was not begun, since it could not be written down.
pub(crate) type Performed = Result<Result<ActionOutcome, ConnectorError>, StorageError>;

type Outcome = Shared<BoxFuture<'static, Performed>>;

/// The last action of each session on each line.
#[derive(Clone)]
pub(crate) struct RecentActions {
    clock: Arc<dyn Clock>,
    tasks: TaskTracker,
    last: Arc<Mutex<HashMap<u64, LastAction>>>,
}

impl fmt::Debug for RecentActions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecentActions").finish_non_exhaustive()
    }
}

struct LastAction {
    what: u64,
    outcome: Outcome,
    /// None while it is under way.
    ended_at: Option<Duration>,
}

/// An action under way, which ends with this value.
struct ActionRun {
    actions: RecentActions,
    line: u64,
    what: u64,
    /// True if it was done, or may have been, and need not be done again to lead its person on.
    is_kept: bool,
}

impl RecentActions {
    pub(crate) fn new(clock: Arc<dyn Clock>, tasks: TaskTracker) -> Self {
        Self { clock, tasks, last: Arc::default() }
    }

    /// Runs an action to its end, even if whoever sent it leaves meanwhile.
    pub(crate) async fn run(&self, action: impl Future<Output = Performed> + Send + 'static) -> Performed {
        self.tasks.spawn(action).await.unwrap_or_else(|_| lost())
    }

    /// The same, unless the last action of this session on its line is the same, and under way or just done: both have one outcome then.
    pub(crate) async fn run_once(
        &self,
        session: &Session,
        tenant: &TenantId,
        connector: &ConnectorId,
        request: &ActionRequest,
        action: impl Future<Output = Performed> + Send + 'static,
    ) -> Performed {
        let line = stable_hash((session.id.as_str(), tenant, connector, &request.target));
        let what = stable_hash((&request.id, &request.text));
        let (tell, told) = oneshot::channel();
        let told = told.map(|told| told.unwrap_or_else(|_| lost())).boxed().shared();
        if let Some(same) = self.begin(line, what, &told) {
            return same.await;
        }
        let mut run = ActionRun { actions: self.clone(), line, what, is_kept: false };
        self.tasks.spawn(async move {
            let performed = action.await;
            run.note(&performed);
            drop(run);
            let _ = tell.send(performed);
        });
        told.await
    }

    /// The outcome of the same action; none when there is none, and this one begins.
    fn begin(&self, line: u64, what: u64, told: &Outcome) -> Option<Outcome> {
        let now = self.clock.elapsed();
        let mut last = self.last();
        last.retain(|_, one| one.ended_at.is_none_or(|at| now.saturating_sub(at) < WINDOW));
        if let Some(same) = last.get(&line).filter(|one| one.what == what) {
            return Some(same.outcome.clone());
        }
        last.insert(line, LastAction { what, outcome: told.clone(), ended_at: None });
        None
    }

    fn last(&self) -> MutexGuard<'_, HashMap<u64, LastAction>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One that panicked may have been done.
fn lost() -> Performed {
    Ok(Err(ConnectorError::new(ErrorKind::Internal, "perform an action")))
}

impl ActionRun {
    fn note(&mut self, performed: &Performed) {
        self.is_kept = match performed {
            Ok(Ok(ActionOutcome::Continue(_))) | Err(_) => false,
            Ok(Ok(_)) => true,
            Ok(Err(error)) => may_be_done(error.kind()),
        };
    }
}

impl Drop for ActionRun {
    fn drop(&mut self) {
        let mut last = self.actions.last();
        match last.get_mut(&self.line).filter(|one| one.what == self.what) {
            Some(one) if self.is_kept => one.ended_at = Some(self.actions.clock.elapsed()),
            Some(_) => drop(last.remove(&self.line)),
            // Another action on the same line has taken its place.
            None => {}
        }
    }
}
