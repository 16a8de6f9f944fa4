//! Numbers for the operator's monitoring.

use crate::{app::App, certificates};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use subtle::ConstantTimeEq as _;

/// `GET /metrics`: for the bearer of the operator's token only; without one the page does not exist.
pub(crate) async fn metrics(State(app): State<App>, headers: HeaderMap) -> Response {
    use pleiade_core::ExposeSecret;
    let Some((handle, token)) = &app.metrics else { return StatusCode::NOT_FOUND.into_response() };
    let given = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes().to_vec()).unwrap_or_default();
    let expected = format!("Bearer {}", token.expose_secret());
    if bool::from(given.ct_eq(expected.as_bytes())) {
        certificates::measure(&app.certificates, app.clock.now());
        handle.render().into_response()
    } else {
        StatusCode::UNAUTHORIZED.into_response()
    }
}
