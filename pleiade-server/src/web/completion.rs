//! What a form began is finished, whether or not its browser waits for the answer: a browser that leaves would otherwise end it between the
//! change and what follows from it (sessions to close, a secret to revoke in its application, a warning to leave).
//!
//! Threat: whoever sends and leaves, again and again. Such requests are as many at once as connections are, and the next one waits in its
//! own connection for its turn.

use crate::app::App;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use std::panic::resume_unwind;
use tracing::Instrument as _;

/// The answers of providers come by `GET`, and open sessions.
const SIGN_IN: &str = "/sign-in/";
const SIGN_OUT: &str = "/sign-out/";

/// Runs a request that may write in a task of its own, which the end of the server waits for.
pub(crate) async fn complete_writes(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if request.method().is_safe() && !path.starts_with(SIGN_IN) && !path.starts_with(SIGN_OUT) {
        return next.run(request).await;
    }
    let place = app.connections().write().await;
    let work = async move {
        let _place = place;
        next.run(request).await
    };
    match app.tasks.spawn(work.in_current_span()).await {
        Ok(response) => response,
        // Nothing cancels it but the end of the process.
        Err(ended) => resume_unwind(ended.into_panic()),
    }
}
