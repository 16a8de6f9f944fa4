//! The same action on the same line, sent twice in a moment: by a double click where no script holds the second one back.
//!
//! An action that is asked about is done once by the question's own text ([`actions`](super::actions)). Of the others, the second of two
//! that are the same is answered as the first is, while that is under way and for a moment after it, by this server alone.

use crate::{
    connectors::may_be_done,
    session::Session,
    storage::{SessionHash, StorageError},
};
use futures_util::future::{BoxFuture, FutureExt as _, Shared};
use pleiade_core::{
    ActionId, ActionOutcome, ActionRequest, CallContext, Clock, ConnectorError, ConnectorId, ErrorKind,
    LinkId, TenantId,
};
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

/// A line as somebody acts on it: who, for whom (themselves, or whoever they stand in for) and where. The whole of it, and no hash: the
/// outcome of one person's action is never that of another's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct ActedLine {
    session: SessionHash,
    link: LinkId,
    tenant: TenantId,
    connector: ConnectorId,
    target: String,
}

/// What is done with a line: the action, and the person's words.
type Deed = (ActionId, Option<String>);

type Outcome = Shared<BoxFuture<'static, Performed>>;

/// The last action of each session on each line.
#[derive(Clone)]
pub(crate) struct RecentActions {
    clock: Arc<dyn Clock>,
    tasks: TaskTracker,
    last: Arc<Mutex<HashMap<ActedLine, LastAction>>>,
}

impl fmt::Debug for RecentActions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecentActions").finish_non_exhaustive()
    }
}

struct LastAction {
    deed: Deed,
    outcome: Outcome,
    /// None while it is under way.
    ended_at: Option<Duration>,
}

/// An action under way, which ends with this value.
struct ActionRun {
    actions: RecentActions,
    line: ActedLine,
    deed: Deed,
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
        context: &CallContext,
        connector: &ConnectorId,
        request: &ActionRequest,
        action: impl Future<Output = Performed> + Send + 'static,
    ) -> Performed {
        let line = ActedLine {
            session: session.hash(),
            link: context.actor.identity.link,
            tenant: context.tenant.id.clone(),
            connector: connector.clone(),
            target: request.target.clone(),
        };
        let deed = (request.id.clone(), request.text.clone());
        let (tell, told) = oneshot::channel();
        let told = told.map(|told| told.unwrap_or_else(|_| lost())).boxed().shared();
        if let Some(same) = self.begin(&line, &deed, &told) {
            return same.await;
        }
        let mut run = ActionRun { actions: self.clone(), line, deed, is_kept: false };
        self.tasks.spawn(async move {
            let performed = action.await;
            run.note(&performed);
            drop(run);
            let _ = tell.send(performed);
        });
        told.await
    }

    /// The outcome of the same action; none when there is none, and this one begins.
    fn begin(&self, line: &ActedLine, deed: &Deed, told: &Outcome) -> Option<Outcome> {
        let now = self.clock.elapsed();
        let mut last = self.last();
        last.retain(|_, one| one.ended_at.is_none_or(|at| now.saturating_sub(at) < WINDOW));
        if let Some(same) = last.get(line).filter(|one| one.deed == *deed) {
            return Some(same.outcome.clone());
        }
        let action = LastAction { deed: deed.clone(), outcome: told.clone(), ended_at: None };
        last.insert(line.clone(), action);
        None
    }

    fn last(&self) -> MutexGuard<'_, HashMap<ActedLine, LastAction>> {
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
        match last.get_mut(&self.line).filter(|one| one.deed == self.deed) {
            Some(one) if self.is_kept => one.ended_at = Some(self.actions.clock.elapsed()),
            Some(_) => drop(last.remove(&self.line)),
            // Another action on the same line has taken its place.
            None => {}
        }
    }
}
