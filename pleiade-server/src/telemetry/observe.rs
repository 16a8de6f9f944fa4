//! One log line and one measure a request, and the name by which both are found.

use axum::{
    extract::{MatchedPath, Request},
    http::HeaderValue,
    middleware::Next,
    response::Response,
};
use std::time::Instant;
use tracing::Instrument as _;

/// The name of a request, in its log lines and in the header `x-request-id` of its answer. Ours alone: what a browser sends is not
/// repeated in logs.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

impl RequestId {
    fn new() -> Self {
        let mut random = [0_u8; 8];
        // Without randomness names repeat, which harms nobody.
        let _ = getrandom::fill(&mut random);
        Self(format!("{:016x}", u64::from_be_bytes(random)))
    }
}

/// Observes a request: `axum::middleware::from_fn(telemetry::observe)`. The route is the pattern that matched (`/sign-in/{source}`), so
/// that neither an identifier nor a query is written.
pub async fn observe(mut request: Request, next: Next) -> Response {
    let id = RequestId::new();
    let method = request.method().as_str().to_owned();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let start = Instant::now();
    let span = tracing::info_span!("request", id = id.0, method, route);
    request.extensions_mut().insert(id.clone());
    let mut response = next.run(request).instrument(span.clone()).await;
    let seconds = start.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    let class = match status / 100 {
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    metrics::counter!("pleiade_requests_total", "route" => route.clone(), "status" => class).increment(1);
    metrics::histogram!("pleiade_request_seconds", "route" => route).record(seconds);
    span.in_scope(|| {
        if status >= 500 {
            tracing::warn!(status, seconds, "answered");
        } else {
            tracing::debug!(status, seconds, "answered");
        }
    });
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}
