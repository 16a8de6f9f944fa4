//! Runs that nobody asks for.

use super::{Directories, DirectorySync, DuePass, FollowedDirectory, RunRequest, SyncError};
use std::{sync::Arc, time::Duration};
use tokio_util::task::TaskTracker;

/// Interval at which it is looked whether a pass is due.
const CHECK_INTERVAL: Duration = Duration::from_secs(30);

impl DirectorySync {
    /// Follows every directory until the server stops. Replicas share the work: what is due is told by storage, and one at a time reads.
    pub fn start(&self, directories: &Directories, tasks: &TaskTracker) {
        for followed in directories.iter() {
            let (sync, followed) = (self.clone(), followed.clone());
            tasks.spawn(async move { sync.follow(&followed).await });
        }
    }

    async fn follow(&self, followed: &Arc<FollowedDirectory>) {
        loop {
            self.run_due(followed).await;
            tokio::select! {
                () = self.shutdown.cancelled() => return,
                () = tokio::time::sleep(CHECK_INTERVAL) => {}
            }
        }
    }

    /// Runs what is due, if anything.
    pub async fn run_due(&self, followed: &Arc<FollowedDirectory>) {
        let source = followed.id();
        let state = match self.storage.directory_state(source).await {
            Ok(state) => state,
            Err(error) => return tracing::warn!(%source, %error, "directory not looked at"),
        };
        let full = match followed.rules.due(&state, self.clock.now()) {
            DuePass::Nothing => return,
            DuePass::Changes => false,
            DuePass::Everybody => true,
        };
        match self.run(followed, RunRequest { full, ..RunRequest::default() }).await {
            Ok(_) | Err(SyncError::Busy) => {}
            Err(error) => tracing::warn!(%source, %error, "directory not read"),
        }
    }
}
