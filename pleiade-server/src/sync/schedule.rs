//! Runs that nobody asks for.

use super::{Due, Order, SyncError, Synced, run};
use crate::app::App;
use std::{sync::Arc, time::Duration};

/// How often it is looked whether something is due.
const LOOKS_EVERY: Duration = Duration::from_secs(30);

/// Follows every directory until the server stops. Replicas share the work: what is due is told by storage, and one at a time reads.
pub fn start(app: &App) {
    for synced in app.directories.iter() {
        let (app, synced) = (app.clone(), synced.clone());
        app.tasks.clone().spawn(async move { follow(&app, &synced).await });
    }
}

async fn follow(app: &App, synced: &Arc<Synced>) {
    loop {
        look(app, synced).await;
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(LOOKS_EVERY) => {}
        }
    }
}

/// Runs what is due, if anything.
pub async fn look(app: &App, synced: &Arc<Synced>) {
    let source = synced.id();
    let state = match app.storage.directory_state(source).await {
        Ok(state) => state,
        Err(error) => return tracing::warn!(%source, %error, "directory not looked at"),
    };
    let full = match synced.rules.due(&state, app.clock.now()) {
        Due::Nothing => return,
        Due::Changes => false,
        Due::Everybody => true,
    };
    match run(app, synced, Order { full, ..Order::default() }).await {
        Ok(_) | Err(SyncError::Busy) => {}
        Err(error) => tracing::warn!(%source, %error, "directory not read"),
    }
}
