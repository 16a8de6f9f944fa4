//! For tests and demonstrations only: the network replaced by a router in the same process.

use async_trait::async_trait;
use axum::{Router, body::Body};
use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Request, Response, Uri, header};
use http_body_util::BodyExt as _;
use pleiade_core::{Limits, Transport, TransportError};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tower::ServiceExt as _;

/// A [`Transport`] that hands each request to an axum [`Router`] without any socket.
///
/// It enforces the [`Limits`] with tokio's time, so that a test in paused time sees a deadline pass at once, follows no redirect,
/// and stops the handler when the call is dropped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use pleiade_core::{Limits, Transport};
/// use pleiade_testkit::RouterTransport;
/// let router = axum::Router::new().route("/status", axum::routing::get(|| async { "here" }));
/// let request = http::Request::get("https://cloud.ville.example/status").body(bytes::Bytes::new()).unwrap();
/// let answer = RouterTransport::new(router).send(request, Limits::default()).await.unwrap();
/// assert_eq!(answer.body().as_ref(), b"here");
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct RouterTransport {
    router: Router,
    hosts: BTreeSet<String>,
    latency: Option<Arc<AtomicU64>>,
}

impl RouterTransport {
    /// A transport towards `router`, whatever the host.
    #[must_use]
    pub fn new(router: Router) -> Self {
        Self { router, hosts: BTreeSet::new(), latency: None }
    }

    /// Declares a host; once one is declared, the others are [`TransportError::Forbidden`].
    #[must_use]
    pub fn host(mut self, name: impl Into<String>) -> Self {
        self.hosts.insert(name.into());
        self
    }

    /// Lets each exchange wait 1 to 20 milliseconds first, in a fixed sequence, so that concurrent calls interleave.
    #[must_use]
    pub fn with_latency(mut self) -> Self {
        self.latency = Some(Arc::new(AtomicU64::new(1)));
        self
    }

    async fn exchange(&self, request: Request<Bytes>, cap: usize) -> Result<Response<Bytes>, TransportError> {
        if let Some(state) = &self.latency {
            // The constants of Knuth's MMIX generator.
            let step = |x: u64| {
                Some(x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407))
            };
            let drawn = state.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step).unwrap_or_default();
            tokio::time::sleep(Duration::from_millis(1 + (drawn >> 33) % 20)).await;
        }
        let response =
            self.router.clone().oneshot(to_origin_form(request)).await.unwrap_or_else(|never| match never {});
        let (head, mut body) = response.into_parts();
        let mut whole = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| TransportError::Truncated)?;
            if let Some(data) = frame.data_ref() {
                if whole.len() + data.len() > cap {
                    return Err(TransportError::TooLarge);
                }
                whole.extend_from_slice(data);
            }
        }
        Ok(Response::from_parts(head, whole.freeze()))
    }
}

/// Puts a request in the form that a server reads: the path in the first line, the host in its header.
fn to_origin_form(request: Request<Bytes>) -> Request<Body> {
    let (mut head, body) = request.into_parts();
    if let Some(authority) = head.uri.authority()
        && let Ok(value) = HeaderValue::from_str(authority.as_str())
    {
        head.headers.entry(header::HOST).or_insert(value);
    }
    if let Some(path) = head.uri.path_and_query() {
        head.uri = Uri::from(path.clone());
    }
    Request::from_parts(head, Body::from(body))
}

#[async_trait]
impl Transport for RouterTransport {
    async fn send(&self, request: Request<Bytes>, limits: Limits) -> Result<Response<Bytes>, TransportError> {
        let declared = request.uri().host().is_some_and(|host| self.hosts.contains(host));
        if !self.hosts.is_empty() && !declared {
            return Err(TransportError::Forbidden);
        }
        tokio::time::timeout(limits.deadline, self.exchange(request, limits.max_body_bytes))
            .await
            .map_err(|_| TransportError::Deadline)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;

    fn asking(address: &str) -> Request<Bytes> {
        Request::get(address).body(Bytes::new()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn limits_are_enforced() {
        let router = Router::new()
            .route("/never", get(std::future::pending::<()>))
            .route("/big", get(|| async { vec![0_u8; 100] }));
        let transport = RouterTransport::new(router);
        let limits = Limits::default().with_max_body_bytes(99);
        let never = transport.send(asking("https://a.example/never"), limits).await;
        assert_eq!(never.unwrap_err(), TransportError::Deadline);
        let big = transport.send(asking("https://a.example/big"), limits).await;
        assert_eq!(big.unwrap_err(), TransportError::TooLarge);
    }

    #[tokio::test]
    async fn undeclared_hosts_are_refused() {
        let transport = RouterTransport::new(Router::new()).host("a.example");
        assert_eq!(
            transport.send(asking("https://a.example/"), Limits::default()).await.unwrap().status(),
            404
        );
        let other = transport.send(asking("https://b.example/"), Limits::default()).await;
        assert_eq!(other.unwrap_err(), TransportError::Forbidden);
    }
}
