//! Answers that are written piece by piece while something is done.

use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, Response as HttpResponse, header},
    response::{IntoResponse as _, Response},
};
use futures_util::stream;
use std::{convert::Infallible, time::Duration};
use tokio::sync::mpsc;
use tower_http::compression::predicate::Predicate;

/// Nothing is silent for longer: a connection to which nothing is written is closed.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The mark of a response, among its extensions, whose pieces are not to be held back until there is enough to compress.
#[derive(Debug, Clone, Copy)]
struct InPieces;

/// Lets every response but those be compressed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whole;

impl Predicate for Whole {
    fn should_compress<B: axum::body::HttpBody>(&self, response: &HttpResponse<B>) -> bool {
        response.extensions().get::<InPieces>().is_none()
    }
}

/// A page whose HTML comes in pieces. A line break stands between two that are far apart.
pub(crate) fn page_in_pieces(pieces: mpsc::Receiver<String>) -> Response {
    let next = |mut pieces: mpsc::Receiver<String>| async move {
        let piece = match tokio::time::timeout(HEARTBEAT, pieces.recv()).await {
            Ok(piece) => piece?,
            Err(_) => "\n".to_owned(),
        };
        Some((Ok::<_, Infallible>(Bytes::from(piece)), pieces))
    };
    let mut response = Body::from_stream(stream::unfold(pieces, next)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    // Proxies that buffer would hold every piece back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response.extensions_mut().insert(InPieces);
    response
}
