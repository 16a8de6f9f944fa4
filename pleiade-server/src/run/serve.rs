//! From connections to the router.
//!
//! axum's own loop hides what `accept` refuses, and finds the version of HTTP in a way that costs each connection a second read buffer,
//! which an open page keeps for hours: here the first bytes are looked at before anything is read.

use super::listener::{Accept, Connection, CountingListener, Peek};
use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::{
        conn::auto::Builder,
        graceful::{GracefulShutdown, Watcher},
    },
    service::TowerToHyperService,
};
use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// Serves until `shutdown`; then takes no new connection and ends once every answer under way has been given.
pub(super) async fn serve<A: Accept>(
    mut listener: CountingListener<A>,
    router: Router,
    shutdown: CancellationToken,
) {
    let graceful = GracefulShutdown::new();
    loop {
        let (connection, address) = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => break,
        };
        let (router, watcher) = (router.clone(), graceful.watcher());
        tokio::spawn(converse(connection, address, router, watcher, shutdown.clone()));
    }
    drop(listener);
    graceful.shutdown().await;
}

/// One connection. That it breaks concerns nobody.
async fn converse<I>(
    mut connection: Connection<I>,
    address: SocketAddr,
    router: Router,
    watcher: Watcher,
    shutdown: CancellationToken,
) where
    I: Peek + AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let first = tokio::select! {
        first = connection.is_http2() => first,
        // Nobody has asked for anything yet.
        () = shutdown.cancelled() => return,
    };
    let Ok(is_http2) = first else { return };
    let service = router.map_request(move |request: Request<_>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(address));
        request
    });
    let builder = Builder::new(TokioExecutor::new());
    let builder = if is_http2 { builder.http2_only() } else { builder.http1_only() };
    let _ = watcher
        .watch(builder.serve_connection(TokioIo::new(connection), TowerToHyperService::new(service)))
        .await;
}
