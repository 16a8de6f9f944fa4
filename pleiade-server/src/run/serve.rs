//! From connections to the router, by hyper.
//!
//! axum's own loop reads through two buffers and writes through a third, which each connection keeps for as long as it is open: 24 KiB, for
//! hours, for a page to which nothing happens. Here the first bytes are looked at before anything is read, and an event stream takes its
//! connection over: hyper reads the request, the router answers it, then hyper and its buffers go and [`event_stream`] writes what comes.
//! Over HTTP/2, where streams share a connection, hyper keeps it.

use super::{
    event_stream,
    in_flight::InFlight,
    listener::{Accept, Connection, CountingListener, Peek},
};
use crate::connections::EventStream;
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request},
    response::Response,
};
use hyper::{
    body::Incoming,
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
    time::Duration,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

/// An HTTP/2 connection on which nothing is being answered for so long is closed, whatever it sends besides: pings keep it no longer.
const MAX_HTTP2_IDLE: Duration = Duration::from_secs(75);
/// Time for such a connection to end once it was told to.
const HTTP2_GOODBYE: Duration = Duration::from_secs(5);

/// Requests that one HTTP/2 connection may have under way: more than a page has.
const MAX_HTTP2_STREAMS: u32 = 32;

/// Serves until `shutdown`; then takes no new connection and ends once every answer under way has been given.
pub(super) async fn serve<A: Accept>(
    mut listener: CountingListener<A>,
    router: Router,
    shutdown: CancellationToken,
) {
    let conversations = TaskTracker::new();
    loop {
        let (connection, address) = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => break,
        };
        let peer = Peer { router: router.clone(), address };
        conversations.spawn(serve_connection(connection, peer, shutdown.clone()));
    }
    drop(listener);
    conversations.close();
    conversations.wait().await;
}

/// One connection. That it breaks concerns nobody.
async fn serve_connection<I>(mut connection: Connection<I>, peer: Peer, shutdown: CancellationToken)
where
    I: Peek + AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let first = tokio::select! {
        first = connection.is_http2() => first,
        // Nobody has asked for anything yet.
        () = shutdown.cancelled() => return,
    };
    // What is no event stream is boxed: its room is given back when one begins.
    match first {
        Err(_) => {}
        Ok(true) => Box::pin(by_http2(connection, peer, shutdown)).await,
        Ok(false) => {
            let taken = Box::pin(by_http1(connection, peer, shutdown.clone())).await;
            if let Some((connection, response)) = taken {
                tokio::select! {
                    _ = event_stream::write(connection, response) => {}
                    () = shutdown.cancelled() => {}
                }
            }
        }
    }
}

/// Somebody who asks the router.
#[derive(Clone)]
struct Peer {
    router: Router,
    address: SocketAddr,
}

impl Peer {
    async fn answer(self, request: Request<Incoming>) -> Response {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(self.address));
        self.router.oneshot(request).await.unwrap_or_else(|never| match never {})
    }
}

async fn by_http2<I>(connection: Connection<I>, peer: Peer, shutdown: CancellationToken)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let in_flight = InFlight::new();
    let service = service_fn({
        let in_flight = in_flight.clone();
        move |request| {
            let (answer, answering) = (peer.clone().answer(request), in_flight.begin());
            async move { Ok::<_, Infallible>(answering.until_written(answer.await)) }
        }
    });
    let conversation = http2::Builder::new(TokioExecutor::new())
        .max_concurrent_streams(MAX_HTTP2_STREAMS)
        .serve_connection(TokioIo::new(connection), service);
    let mut conversation = pin!(conversation);
    tokio::select! {
        _ = conversation.as_mut() => return,
        () = idle_for_long(&in_flight) => {
            conversation.as_mut().graceful_shutdown();
            let _ = tokio::time::timeout(HTTP2_GOODBYE, conversation).await;
            return;
        }
        () = shutdown.cancelled() => conversation.as_mut().graceful_shutdown(),
    }
    let _ = conversation.await;
}

/// Ends once nothing has been answered for [`MAX_HTTP2_IDLE`].
async fn idle_for_long(in_flight: &InFlight) {
    loop {
        let idle = in_flight.idle_since().map_or(Duration::ZERO, |since| since.elapsed());
        match MAX_HTTP2_IDLE.checked_sub(idle).filter(|left| !left.is_zero()) {
            Some(left) => tokio::time::sleep(left).await,
            None => return,
        }
    }
}

/// Answers until the connection ends, or until an answer takes it over: then gives both.
async fn by_http1<I>(
    mut connection: Connection<I>,
    peer: Peer,
    shutdown: CancellationToken,
) -> Option<(Connection<I>, Response)>
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let in_flight = InFlight::new();
    connection.limit_heads(in_flight.clone());
    let taking_over = Arc::new(Mutex::new(None));
    let service = service_fn({
        let taking_over = taking_over.clone();
        move |request: Request<Incoming>| {
            // A question by HEAD is answered, and that is all.
            let (is_get, version) = (request.method() == Method::GET, request.version());
            let (answer, taking_over) = (peer.clone().answer(request), taking_over.clone());
            let answering = in_flight.begin();
            async move {
                let mut response = answering.until_written(answer.await);
                if is_get && response.extensions().get::<EventStream>().is_some() {
                    *response.version_mut() = version;
                    *taking_over.lock().unwrap_or_else(PoisonError::into_inner) = Some(response);
                    // This connection is about to be taken from hyper.
                    return std::future::pending().await;
                }
                Ok::<_, Infallible>(response)
            }
        }
    });
    let mut conversation = http1::Builder::new().serve_connection(TokioIo::new(connection), service);
    let mut stop = pin!(shutdown.cancelled());
    let mut is_stopping = false;
    let response = std::future::poll_fn(|cx| {
        if !is_stopping && stop.as_mut().poll(cx).is_ready() {
            is_stopping = true;
            Pin::new(&mut conversation).graceful_shutdown();
        }
        if Pin::new(&mut conversation).poll(cx).is_ready() {
            return Poll::Ready(None);
        }
        match taking_over.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(response) => Poll::Ready(Some(response)),
            None => Poll::Pending,
        }
    })
    .await?;
    let connection = conversation.into_parts().io.into_inner();
    // hyper asks for no answer before the last one is written, and is not believed blindly: whatever it still had to write would be lost.
    (!connection.is_full()).then_some((connection, response))
}

#[cfg(test)]
mod tests;
