//! What a form began is finished, whether or not its browser waits for the answer: a browser that leaves would otherwise end it between the
//! change and what follows from it (sessions to close, a secret to revoke in its application).

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use std::panic::resume_unwind;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

/// Runs a request that may write in a task of its own, which the end of the server waits for.
pub(crate) async fn complete_writes(
    State(tasks): State<TaskTracker>,
    request: Request,
    next: Next,
) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    match tasks.spawn(next.run(request).in_current_span()).await {
        Ok(response) => response,
        // Nothing cancels it but the end of the process.
        Err(ended) => resume_unwind(ended.into_panic()),
    }
}
