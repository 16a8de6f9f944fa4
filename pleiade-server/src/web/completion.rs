//! What a form began is finished, whether or not its browser waits for the answer: a browser that leaves would otherwise end it between the
//! change and what follows from it (sessions to close, a secret to revoke in its application, a warning to leave).
//!
//! Threats: whoever sends and leaves, again and again, and whoever begins to send and never ends. Such requests are as many at once as
//! connections are, and the next one waits for its turn; none has a turn before its body is here, for which it has [`MAX_BODY_TIME`] (a body
//! longer than a form's is read once it is known who sends it); and one address has so many under way and no more, so that its others wait for it and nobody else does.

use super::peer::ThrottleKey;
use crate::{app::App, connections::WritePlace};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequestParts as _, Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures_util::stream;
use http_body_util::{LengthLimitError, Limited};
use std::{error::Error, panic::resume_unwind, time::Duration};
use tracing::Instrument as _;

/// Time for a body to come whole.
const MAX_BODY_TIME: Duration = Duration::from_secs(60);

/// The answers of providers come by `GET`, and open sessions.
const SIGN_IN: &str = "/sign-in/";
const SIGN_OUT: &str = "/sign-out/";

/// Runs a request that may write, once its body is here, in a task of its own, which the end of the server waits for.
pub(crate) async fn complete_writes(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if request.method().is_safe() && !path.starts_with(SIGN_IN) && !path.starts_with(SIGN_OUT) {
        return next.run(request).await;
    }
    let (of_address, request) = place_of_address(&app, request).await;
    let (parts, body) = request.into_parts();
    let body = match read_whole(body).await {
        Some(Ok(bytes)) => Body::from(bytes),
        // Too long for whoever reads it, too. What breaks a body otherwise breaks it where it is read.
        Some(Err(error)) if is_too_long(&error) => Body::new(Limited::new(Body::from("."), 0)),
        Some(Err(error)) => Body::from_stream(stream::iter([Err::<Bytes, _>(error)])),
        None => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    complete(&app, of_address, next.run(Request::from_parts(parts, body))).await
}

/// The same for a route that reads its body by pieces, each of which has its own time.
pub(crate) async fn complete_streamed(State(app): State<App>, request: Request, next: Next) -> Response {
    let (of_address, request) = place_of_address(&app, request).await;
    complete(&app, of_address, next.run(request)).await
}

async fn place_of_address(app: &App, request: Request) -> (WritePlace, Request) {
    let (mut parts, body) = request.into_parts();
    let Ok(key) = ThrottleKey::from_request_parts(&mut parts, app).await;
    let place = app.connections().write_of_address(key.subscriber()).await;
    (place, Request::from_parts(parts, body))
}

/// The body once it is here, none if it does not come in time. The limit of its length is the route's.
pub(crate) async fn read_whole(body: Body) -> Option<Result<Bytes, axum::Error>> {
    tokio::time::timeout(MAX_BODY_TIME, to_bytes(body, usize::MAX)).await.ok()
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Does what a request began, whether or not whoever asked waits for it, once it is its turn.
pub(crate) async fn complete(
    app: &App,
    of_address: WritePlace,
    work: impl Future<Output = Response> + Send + 'static,
) -> Response {
    let place = app.connections().write().await;
    let work = async move {
        let _places = (place, of_address);
        work.await
    };
    match app.tasks.spawn(work.in_current_span()).await {
        Ok(response) => response,
        // Nothing cancels it but the end of the process.
        Err(ended) => resume_unwind(ended.into_panic()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let begun = [Ok::<_, std::io::Error>(Bytes::from_static(b"login="))];
        let never = stream::StreamExt::chain(stream::iter(begun), stream::pending());
        assert!(read_whole(Body::from_stream(never)).await.is_none());
        assert_eq!(read_whole(Body::from("login=me")).await.unwrap().unwrap(), "login=me");
        let broken = [Ok(Bytes::from_static(b"login=")), Err(std::io::Error::other("gone"))];
        let broken = read_whole(Body::from_stream(stream::iter(broken))).await.unwrap();
        assert!(broken.is_err(), "half a form is none");
    }
}
