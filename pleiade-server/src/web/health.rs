//! The answers to load balancers: whether the process lives, and whether to send people to it.

use super::errors::RETRY_AFTER;
use crate::app::App;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use std::time::Duration;

/// Time that `/readyz` waits for storage: balancers wait little longer themselves.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

/// 503 with one word, and when to ask again.
fn not_ready(why: &'static str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, RETRY_AFTER)], why).into_response()
}

/// `GET /healthz`: the process answers.
pub async fn liveness() -> &'static str {
    "ok"
}

/// `GET /readyz`: storage takes writes and the server is not stopping. Tries storage at most once a second, whoever asks.
pub async fn ready(State(app): State<App>) -> Response {
    if app.is_stopping() {
        return not_ready("stopping");
    }
    match tokio::time::timeout(READY_TIMEOUT, app.health().takes_writes()).await {
        Ok(Ok(())) => "ready".into_response(),
        Ok(Err(_)) | Err(_) => not_ready("storage"),
    }
}
