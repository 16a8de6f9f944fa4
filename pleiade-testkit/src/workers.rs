//! For tests and demonstrations only: the speed of a real server, put in front of any router.

use crate::random::SplitMix64;
use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use http::StatusCode;
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::Semaphore;

/// So many workers, each of which serves one request at a time, as PHP-FPM has: the requests beyond wait in line, in their order, as
/// long as it takes. Each is served in a time drawn from a seeded generator, on tokio's time, so that a test in paused time waits for
/// nothing. Cloning shares the workers.
///
/// A request whose client left keeps its place and its worker: a script learns that nobody listens only when it writes.
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// use pleiade_core::{Limits, Transport};
/// use pleiade_testkit::{RouterTransport, Workers};
/// let workers = Workers::of_a_small_server(1);
/// let router = axum::Router::new().route("/", axum::routing::get(|| async { "here" }));
/// let transport = RouterTransport::new(workers.wrap(router));
/// let request = http::Request::get("https://cloud.ville.example/").body(bytes::Bytes::new()).unwrap();
/// assert_eq!(transport.send(request, Limits::default()).await.unwrap().body().as_ref(), b"here");
/// assert_eq!((workers.requests(), workers.longest_line()), (1, 0));
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Workers(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    free: Semaphore,
    fastest: Duration,
    slowest: Duration,
    random: Mutex<SplitMix64>,
    requests: AtomicUsize,
    waiting: AtomicUsize,
    longest_line: AtomicUsize,
}

impl Workers {
    /// `count` workers, at least one, which take from `fastest` to `slowest` for a request, uniformly.
    #[must_use]
    pub fn new(count: usize, fastest: Duration, slowest: Duration, seed: u64) -> Self {
        Self(Arc::new(Inner {
            free: Semaphore::new(count.max(1)),
            fastest,
            slowest,
            random: Mutex::new(SplitMix64::new(seed)),
            requests: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            longest_line: AtomicUsize::new(0),
        }))
    }

    /// The workers of a real Nextcloud on a small machine, as measured: 4 workers, 40 to 400 ms for a request.
    #[must_use]
    pub fn of_a_small_server(seed: u64) -> Self {
        Self::new(4, Duration::from_millis(40), Duration::from_millis(400), seed)
    }

    /// Puts the workers in front of a router.
    pub fn wrap(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), serve))
    }

    /// The number of requests, those included whose client left.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// The most requests that waited for a worker at once.
    #[must_use]
    pub fn longest_line(&self) -> usize {
        self.0.longest_line.load(Ordering::Relaxed)
    }

    fn latency(&self) -> Duration {
        let mut random = self.0.random.lock().unwrap_or_else(PoisonError::into_inner);
        random.between(self.0.fastest, self.0.slowest)
    }
}

async fn serve(State(workers): State<Workers>, request: Request, next: Next) -> Response {
    let inner = Arc::clone(&workers.0);
    inner.requests.fetch_add(1, Ordering::Relaxed);
    // A task of its own, which the client that leaves does not take along.
    let served = tokio::spawn(async move {
        let worker = match inner.free.try_acquire() {
            Ok(worker) => worker,
            Err(_) => {
                let line = inner.waiting.fetch_add(1, Ordering::Relaxed) + 1;
                inner.longest_line.fetch_max(line, Ordering::Relaxed);
                let worker = inner.free.acquire().await;
                inner.waiting.fetch_sub(1, Ordering::Relaxed);
                worker.ok()?
            }
        };
        tokio::time::sleep(workers.latency()).await;
        let answer = next.run(request).await;
        drop(worker);
        Some(answer)
    });
    served.await.ok().flatten().unwrap_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RouterTransport;
    use bytes::Bytes;
    use futures_util::future::join_all;
    use pleiade_core::{Limits, Transport as _, TransportError};
    use tokio::time::Instant;

    const STEP: Duration = Duration::from_millis(100);

    fn transport(workers: &Workers) -> RouterTransport {
        RouterTransport::new(workers.wrap(Router::new().fallback(|| async { "here" })))
    }

    fn request() -> http::Request<Bytes> {
        http::Request::get("https://a.example/").body(Bytes::new()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn more_requests_than_workers_wait_in_line() {
        let workers = Workers::new(4, STEP, STEP, 1);
        let (transport, start) = (transport(&workers), Instant::now());
        let answers = join_all((0..10).map(|_| transport.send(request(), Limits::default()))).await;
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(start.elapsed(), 3 * STEP, "three rounds of four");
        assert_eq!((workers.requests(), workers.longest_line()), (10, 6));
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_leaves_frees_no_worker() {
        let workers = Workers::new(1, 10 * STEP, 10 * STEP, 1);
        let (transport, start) = (transport(&workers), Instant::now());
        let hasty = Limits::DEFAULT.with_deadline(STEP);
        assert_eq!(transport.send(request(), hasty).await.unwrap_err(), TransportError::Deadline);
        assert!(transport.send(request(), Limits::default()).await.is_ok());
        assert_eq!(start.elapsed(), 20 * STEP);
    }

    #[tokio::test(start_paused = true)]
    async fn the_same_seed_takes_the_same_time() {
        let mut took = Vec::new();
        for _ in 0..2 {
            let (workers, start) = (Workers::of_a_small_server(7), Instant::now());
            let transport = transport(&workers);
            join_all((0..50).map(|_| transport.send(request(), Limits::default()))).await;
            took.push(start.elapsed());
        }
        assert_eq!(took[0], took[1]);
        assert!(took[0] > 12 * 4 * STEP / 10 && took[0] < 13 * 4 * STEP, "{took:?}");
    }
}
