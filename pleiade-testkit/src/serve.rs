//! For tests and demonstrations only: a router on a loopback port.

use axum::Router;
use std::{
    io,
    net::{IpAddr, Ipv4Addr},
};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

/// A router that answers on loopback until this is dropped.
#[derive(Debug)]
#[must_use = "the server stops when this is dropped"]
pub struct RunningServer {
    /// Its address, such as `http://127.0.0.1:PORT/`.
    pub url: Url,
    _stop: DropGuard,
}

/// Serves `router` on a free port of 127.0.0.1.
///
/// # Errors
/// When no port can be opened.
pub async fn serve(router: Router) -> io::Result<RunningServer> {
    serve_at(Ipv4Addr::LOCALHOST.into(), router).await
}

/// Serves `router` on a free port of an address of this machine, where others of its network can open it.
///
/// # Errors
/// When no port can be opened there.
pub async fn serve_at(address: IpAddr, router: Router) -> io::Result<RunningServer> {
    serve_on(TcpListener::bind((address, 0)).await?, router)
}

/// Serves `router` on a listener that is already open, for a simulator that must know its address first.
///
/// # Errors
/// When the listener has no address.
pub fn serve_on(listener: TcpListener, router: Router) -> io::Result<RunningServer> {
    let address = listener.local_addr()?;
    let url = Url::parse(&format!("http://{address}/")).map_err(io::Error::other)?;
    let stop = CancellationToken::new();
    let stopped = stop.clone().cancelled_owned();
    // Connections are cut, not drained: a test that ends has read what it wanted.
    tokio::spawn(async move {
        tokio::select! {
            _ = axum::serve(listener, router).into_future() => {}
            () = stopped => {}
        }
    });
    Ok(RunningServer { url, _stop: stop.drop_guard() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[tokio::test]
    async fn answers_until_dropped() {
        let served = serve(Router::new().route("/", axum::routing::get(|| async { "here" }))).await.unwrap();
        let address = served.url.socket_addrs(|| None).unwrap()[0];
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("here"), "{answer}");
    }
}
