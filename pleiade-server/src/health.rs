//! The health of storage (does it take writes?), for the load balancer and for whoever signs in.
//!
//! Threat: a stranger who makes every question a write. However many ask, storage is tried at most once a second; whoever comes
//! meanwhile shares the answer. After a failure it is tried at that pace until it takes a write again, and everybody is answered at once.

use crate::storage::{Storage, StorageError};
use pleiade_core::Clock;
use std::{fmt, sync::Arc, time::Duration};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Between two tries, at least.
const MIN_PROBE_INTERVAL: Duration = Duration::from_secs(1);

/// The health of storage: does it take writes? Cloning is cheap.
#[derive(Clone)]
pub struct StorageHealth(Arc<Inner>);

struct Inner {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    tasks: TaskTracker,
    shutdown: CancellationToken,
    state: watch::Sender<State>,
}

/// The last known health.
#[derive(Default)]
struct State {
    /// The result of the last try, and its time by the injected monotonic clock.
    last: Option<(Duration, Result<(), StorageError>)>,
    /// Tries that have ended.
    tries: u64,
    /// True if a task tries now, or will in a moment because storage fails.
    watched: bool,
}

impl State {
    fn is_fresh(&self, now: Duration) -> bool {
        self.last.as_ref().is_some_and(|(at, _)| now.saturating_sub(*at) < MIN_PROBE_INTERVAL)
    }

    /// The answer that may be given without a try, if any.
    fn answer(&self, now: Duration) -> Option<Result<(), StorageError>> {
        let (_, outcome) = self.last.as_ref()?;
        // A failure is followed by tries until it is over.
        (self.is_fresh(now) || (outcome.is_err() && self.watched)).then(|| outcome.clone())
    }
}

impl fmt::Debug for StorageHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StorageHealth").finish_non_exhaustive()
    }
}

impl StorageHealth {
    /// Nothing is known yet. `tasks` runs the tries, which end with `shutdown`.
    #[must_use]
    pub fn new(
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        tasks: TaskTracker,
        shutdown: CancellationToken,
    ) -> Self {
        Self(Arc::new(Inner { storage, clock, tasks, shutdown, state: watch::Sender::default() }))
    }

    /// Succeeds if storage takes writes: at once when that was seen within the last second or storage is known to fail; else as soon as a
    /// try has ended, which takes no longer than any write.
    ///
    /// # Errors
    /// The failure of the last try.
    pub async fn takes_writes(&self) -> Result<(), StorageError> {
        let mut state = self.0.state.subscribe();
        let before = {
            let known = state.borrow_and_update();
            if let Some(answer) = known.answer(self.0.clock.elapsed()) {
                return answer;
            }
            known.tries
        };
        self.watch();
        let closed = StorageError::Unreachable("it has been closed");
        let told = state.wait_for(|known| known.tries > before).await.map_err(|_| closed.clone())?;
        told.last.as_ref().map_or(Err(closed), |(_, outcome)| outcome.clone())
    }

    /// Starts a try unless one runs or the last one is fresh.
    fn watch(&self) {
        let now = self.0.clock.elapsed();
        let due = self.0.state.send_if_modified(|state| {
            let due = !state.watched && !state.is_fresh(now);
            state.watched |= due;
            due
        });
        if due {
            let health = self.clone();
            self.0.tasks.spawn(async move { health.probe_until_healthy().await });
        }
    }

    /// Tries until storage takes a write.
    async fn probe_until_healthy(&self) {
        let Inner { storage, clock, shutdown, state, .. } = &*self.0;
        loop {
            let outcome = tokio::select! {
                outcome = storage.probe_write(clock.now()) => outcome,
                () = shutdown.cancelled() => Err(StorageError::Unreachable("the server stops")),
            };
            let fails = outcome.is_err() && !shutdown.is_cancelled();
            self.log_change(&outcome);
            state.send_modify(|state| {
                state.last = Some((clock.elapsed(), outcome));
                state.tries += 1;
                state.watched = fails;
            });
            if !fails {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(MIN_PROBE_INTERVAL) => {}
                () = shutdown.cancelled() => {}
            }
        }
    }

    /// One line when storage begins to fail, and one when it is over.
    fn log_change(&self, outcome: &Result<(), StorageError>) {
        let failed = self.0.state.borrow().last.as_ref().is_some_and(|(_, outcome)| outcome.is_err());
        match outcome {
            Err(error) if !failed => tracing::error!(%error, "storage takes no writes; nobody can sign in"),
            Ok(()) if failed => tracing::info!("storage takes writes again"),
            _ => {}
        }
        metrics::gauge!("pleiade_storage_takes_writes").set(if outcome.is_ok() { 1.0 } else { 0.0 });
    }
}
