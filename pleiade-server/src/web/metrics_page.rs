//! Numbers for the operator's monitoring.

use crate::{app::App, certificates, web::peer::ThrottleKey};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use subtle::ConstantTimeEq as _;

/// `GET /metrics`: for the bearer of the operator's token only; without one the page does not exist.
pub(crate) async fn metrics(State(app): State<App>, place: ThrottleKey, headers: HeaderMap) -> Response {
    use pleiade_core::ExposeSecret;
    let Some((handle, token)) = &app.metrics else { return StatusCode::NOT_FOUND.into_response() };
    let given = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes().to_vec()).unwrap_or_default();
    let expected = format!("Bearer {}", token.expose_secret());
    if bool::from(given.ct_eq(expected.as_bytes())) {
        certificates::measure(&app.certificates, app.clock.now());
        return handle.render().into_response();
    }
    match app.wrong_tokens().count(place.address()) {
        Ok(()) => StatusCode::UNAUTHORIZED.into_response(),
        Err(wait) => {
            let wait = HeaderValue::from(wait.as_secs().max(1));
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, wait)]).into_response()
        }
    }
}
