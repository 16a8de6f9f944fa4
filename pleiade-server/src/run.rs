//! Serving until told to stop, and stopping in bounded time.

pub mod descriptors;
mod event_stream;
mod in_flight;
mod listener;
mod serve;

use crate::{
    app::App,
    audit::{AuditEvent, Note},
    connections::{CONNECTIONS_PER_ADDRESS, ConnectionLimits, Connections},
};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, Version, header},
    middleware::{self, Next},
    response::Response,
};
use listener::CountingListener;
use pleiade_core::SourceId;
use std::{future::Future, io, time::Duration};
use tokio::net::TcpListener;

/// Time for requests under way to end once the server is told to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// Interval at which sessions and one-time keys past their end are dropped.
const PURGE_INTERVAL: Duration = Duration::from_secs(600);

/// Interval at which lines of refused sign-ins are written that tell of several.
const FOLD_INTERVAL: Duration = Duration::from_secs(60);

/// Time for background work to end after that: once more the ends of sessions that wait for storage.
const LAST_WORK_TIMEOUT: Duration = Duration::from_secs(4);

/// The options of a running server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunOptions {
    /// Time for which `/readyz` says that the server stops while everything is still served.
    pub notice: Duration,
    /// Connections of one address that may be open at once (IPv6: of one /64), but for those of the proxies that the server trusts; none:
    /// no limit.
    pub connections_per_address: Option<usize>,
    /// File descriptors of the process, from which follows how many connections and streams may be open; none: no limit.
    pub descriptors: Option<u64>,
}

impl Default for RunOptions {
    /// No notice, 1,024 connections of an address, and the process's limit of descriptors as it is.
    fn default() -> Self {
        Self {
            notice: Duration::ZERO,
            connections_per_address: Some(CONNECTIONS_PER_ADDRESS),
            descriptors: descriptors::limit(),
        }
    }
}

/// [`run_with`] the usual options.
///
/// # Errors
/// None today: a listener that cannot take connections says so in the log and tries again.
pub async fn run(app: App, listener: TcpListener, stop: impl Future<Output = ()> + Send) -> io::Result<()> {
    run_with(app, listener, RunOptions::default(), stop).await
}

/// Serves until `stop` resolves: then `/readyz` says so for a while, then no new connection, event streams end, requests have ten seconds,
/// storage is closed.
///
/// # Errors
/// None today, as for [`run`].
pub async fn run_with(
    app: App,
    listener: TcpListener,
    options: RunOptions,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let limits = options.descriptors.map(ConnectionLimits::within);
    if let Some(limits) = limits {
        tracing::info!(connections = limits.connections, streams = limits.streams, "connections at most");
        app.connections().limit(limits);
    }
    if let Some(most) = options.connections_per_address {
        let most = limits.map_or(most, |limits| limits.of_one_address(most));
        app.connections().limit_addresses(most, &app.trusted_proxies);
    }
    let purging = app.tasks.spawn(purge(app.clone()));
    app.tasks.spawn(tell_folded_refusals(app.clone()));
    app.directory_sync().start(&app.directories, &app.tasks);
    app.key_rotation().start();
    close_sessions_of_changed_sources(&app).await;
    let router = app.router().layer(middleware::from_fn_with_state(app.connections().clone(), make_room));
    let listener = CountingListener::new(listener, app.connections().clone());
    let shutdown = app.shutdown.clone();
    let mut serving = std::pin::pin!(serve::serve(listener, router, shutdown.clone()));
    let stopping = async {
        stop.await;
        app.announce_stop();
        tokio::time::sleep(options.notice).await;
    };
    tokio::select! {
        () = &mut serving => {}
        () = stopping => {
            shutdown.cancel();
            if tokio::time::timeout(DRAIN_TIMEOUT, serving).await.is_err() {
                tracing::warn!("requests still under way after the drain were cut");
            }
        }
    }
    shutdown.cancel();
    purging.abort();
    let refusals = app.refusal_log();
    app.tasks.spawn(async move { refusals.stop().await });
    app.engine.shutdown().await;
    app.sessions.stop();
    app.tasks.close();
    if tokio::time::timeout(LAST_WORK_TIMEOUT, app.tasks.wait()).await.is_err() {
        tracing::warn!("background work was cut");
    }
    app.storage.close().await;
    Ok(())
}

/// Lets connections go while few are free.
async fn make_room(State(connections): State<Connections>, request: Request, next: Next) -> Response {
    let first_version = request.version() <= Version::HTTP_11;
    let mut response = next.run(request).await;
    if first_version && connections.is_crowded() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Ends what was opened by a source that the file no longer has, or has given another issuer, kind or owner.
async fn close_sessions_of_changed_sources(app: &App) {
    let line = |source: &SourceId, count: usize| {
        let note = Note::new(AuditEvent::SessionsEnded).source(source);
        app.journal().line(note.with("cause", "source_changed").with("count", count))
    };
    match app.sessions.close_sessions_of_changed_sources(line).await {
        Ok(closed) => {
            for (source, count) in closed {
                tracing::info!(%source, count, "the sessions of a source that has changed are closed");
            }
        }
        Err(error) => tracing::warn!(%error, "sessions of former sources not closed; they open nothing"),
    }
}

/// Writes what was counted of refused sign-ins.
async fn tell_folded_refusals(app: App) {
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(FOLD_INTERVAL) => app.refusal_log().tell_folded().await,
        }
    }
}

async fn purge(app: App) {
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(PURGE_INTERVAL) => {}
        }
        let now = app.clock.now();
        match app.sessions.purge().await {
            Ok(0) => {}
            Ok(sessions) => tracing::info!(sessions, "ended sessions dropped"),
            Err(error) => tracing::warn!(%error, "ended sessions not dropped"),
        }
        if let Err(error) = app.delegation_endings().end_lapsed().await {
            tracing::warn!(%error, "delegations past their end not marked");
        }
        match app.storage.purge_audit(now - app.audit_kept).await {
            Ok(0) => {}
            Ok(lines) => tracing::info!(lines, "old lines of the audit log dropped"),
            Err(error) => tracing::warn!(%error, "old lines of the audit log not dropped"),
        }
        if let Err(error) = app.storage.purge_proxy_grants(now).await {
            tracing::warn!(%error, "late proxy-granting tickets not dropped");
        }
        if let Err(error) = crate::sign_in::guesses::purge(&*app.storage, now).await {
            tracing::warn!(%error, "counts of wrong passwords that count no more not dropped");
        }
    }
}

/// Resolves when the process is asked to stop, by a terminal or by a service manager.
pub fn asked_to_stop() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    let interrupt = tokio::signal::ctrl_c();
    async move {
        #[cfg(unix)]
        if let Ok(mut terminate) = terminate {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt => {}
            }
            return;
        }
        drop(interrupt.await);
    }
}
