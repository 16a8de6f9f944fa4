//! For tests and demonstrations only: everything that an application can do wrong, switched on and off around any router.

use crate::{Simulator, mangle};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{HeaderValue, StatusCode, header};
use http_body_util::BodyExt as _;
use std::{
    io,
    ops::Range,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// Found in the body of every answer that a fault makes up: a test looks for it where no upstream body may be.
pub const BODY_SENTINEL: &str = "upstream-body-sentinel";

/// The target of [`Fault::RedirectElsewhere`].
pub const ELSEWHERE: &str = "https://elsewhere.example/sign-in?from=upstream-body-sentinel";

/// The most bytes that [`Fault::Endless`] sends before it stalls.
pub const ENDLESS_STALLS_AT: usize = 64 << 20;

/// Something wrong with an application.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// The person's credential is refused: 401.
    Unauthorized,
    /// The person is known and refused: 403.
    Forbidden,
    /// 404, as when the feature is not installed or the address is wrong.
    NotFound,
    /// 429 with a `Retry-After` in seconds.
    TooManyRequests {
        /// Seconds.
        retry_after: u64,
    },
    /// 500 with a page of text.
    ServerError,
    /// The right answer, this late.
    Slow(Duration),
    /// 200 and a body without end.
    Endless,
    /// The right answer, with its connection broken half-way.
    Truncated,
    /// The first half of the right answer, ended as if it were whole; 200 with nothing where the right answer has no body (304).
    CutShort,
    /// 200 with bytes of no known format.
    Binary,
    /// 200 with a sentence.
    PlainText,
    /// 200 with well-formed JSON of another shape.
    OtherShape,
    /// 200 with nothing.
    EmptyBody,
    /// 200 with an HTML sign-in page, as a single sign-on proxy shows.
    LoginPage,
    /// 302 to another host.
    RedirectElsewhere,
    /// The right answer, with its numbers replaced by words.
    WordsForNumbers,
    /// The right answer, with items at the end of each of its lists that are none.
    OddItems,
    /// The right answer, with its lists written as objects whose keys are numbers, as PHP writes a list with holes.
    ListsAsObjects,
    /// The right answer, with `null`, empty lists and empty objects written as one another.
    OtherNothing,
    /// The right answer, after a byte order mark.
    ByteOrderMark,
    /// The right answer, with its texts replaced by this one.
    TextsReplaced(String),
    /// The right answer, with a few of its bytes changed, always the same for the same seed.
    Corrupted {
        /// The seed of the changes.
        seed: u64,
    },
}

impl Fault {
    /// True if it refuses one person rather than everybody.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        matches!(self, Self::Unauthorized | Self::Forbidden)
    }
}

#[derive(Debug)]
struct Plan {
    fault: Fault,
    /// The numbers of the requests, counted from when the fault was set.
    requests: Range<usize>,
    seen: usize,
}

/// The switch of a fault, shared by everything that holds a clone.
#[derive(Debug, Clone)]
pub struct FaultSwitch {
    plan: Arc<Mutex<Plan>>,
    sign_ins: Arc<AtomicUsize>,
    endless_bytes: Arc<AtomicUsize>,
    simulator: Option<Arc<dyn Simulator>>,
}

impl Default for FaultSwitch {
    fn default() -> Self {
        Self::new()
    }
}

impl FaultSwitch {
    /// A switch set to [`Fault::None`].
    #[must_use]
    pub fn new() -> Self {
        let plan = Plan { fault: Fault::None, requests: 0..usize::MAX, seen: 0 };
        Self {
            plan: Arc::new(Mutex::new(plan)),
            sign_ins: Arc::default(),
            endless_bytes: Arc::default(),
            simulator: None,
        }
    }

    /// A switch that words faults as this application does.
    #[must_use]
    pub fn for_simulator(simulator: Arc<dyn Simulator>) -> Self {
        Self { simulator: Some(simulator), ..Self::new() }
    }

    /// Every request from now on meets this fault.
    pub fn set(&self, fault: Fault) {
        self.set_for(fault, 0..usize::MAX);
    }

    /// Only these requests meet it, counted from 0 now; those that a personal fault lets pass are not counted for it.
    pub fn set_for(&self, fault: Fault, requests: Range<usize>) {
        self.endless_bytes.store(0, Ordering::Relaxed);
        *self.lock() = Plan { fault, requests, seen: 0 };
    }

    /// Nothing wrong any more.
    pub fn clear(&self) {
        self.set(Fault::None);
    }

    /// The number of requests since the fault was set.
    #[must_use]
    pub fn seen(&self) -> usize {
        self.lock().seen
    }

    /// The number of requests for a session or a token, ever.
    #[must_use]
    pub fn sign_ins(&self) -> usize {
        self.sign_ins.load(Ordering::Relaxed)
    }

    /// The number of bytes that [`Fault::Endless`] has sent since it was set.
    #[must_use]
    pub fn endless_bytes(&self) -> usize {
        self.endless_bytes.load(Ordering::Relaxed)
    }

    /// Puts the switch in front of a router.
    pub fn wrap(&self, router: Router) -> Router {
        router.layer(from_fn_with_state(self.clone(), intercept))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self, sign_in: bool) -> Fault {
        if sign_in {
            self.sign_ins.fetch_add(1, Ordering::Relaxed);
        }
        let mut plan = self.lock();
        if sign_in && plan.fault.is_personal() {
            return Fault::None;
        }
        let number = plan.seen;
        plan.seen += 1;
        if plan.requests.contains(&number) { plan.fault.clone() } else { Fault::None }
    }
}

async fn intercept(State(switch): State<FaultSwitch>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let whole = http::Request::from_parts(head.clone(), body.clone());
    let fault = switch.next(switch.simulator.as_ref().is_some_and(|simulator| simulator.is_sign_in(&whole)));
    let request = Request::from_parts(head, Body::from(body));
    if let Some(answer) = switch.simulator.as_ref().and_then(|simulator| simulator.fault_answer(&fault)) {
        return answer;
    }
    match fault {
        Fault::None => next.run(request).await,
        Fault::Unauthorized => plain(StatusCode::UNAUTHORIZED),
        Fault::Forbidden => plain(StatusCode::FORBIDDEN),
        Fault::NotFound => plain(StatusCode::NOT_FOUND),
        Fault::ServerError => plain(StatusCode::INTERNAL_SERVER_ERROR),
        Fault::TooManyRequests { retry_after } => {
            let mut answer = plain(StatusCode::TOO_MANY_REQUESTS);
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
            answer
        }
        Fault::Slow(wait) => {
            tokio::time::sleep(wait).await;
            next.run(request).await
        }
        Fault::Endless => endless(Arc::clone(&switch.endless_bytes)),
        Fault::Truncated => changed(next.run(request).await, truncated).await,
        Fault::CutShort => {
            let mut answer = next.run(request).await;
            if answer.status() == StatusCode::NOT_MODIFIED {
                *answer.status_mut() = StatusCode::OK;
            }
            changed(answer, |body| Body::from(first_half(&body))).await
        }
        Fault::Binary => answer("application/octet-stream", (0..=255).collect::<Vec<u8>>()),
        Fault::PlainText => answer("text/plain", format!("Maintenance, {BODY_SENTINEL}.\n")),
        Fault::OtherShape => answer(
            "application/json",
            format!(r#"{{"{BODY_SENTINEL}":{{"unexpected":[true,null,"{BODY_SENTINEL}"]}}}}"#),
        ),
        Fault::EmptyBody => answer("application/json", ""),
        Fault::LoginPage => answer("text/html; charset=utf-8", LOGIN_PAGE),
        Fault::RedirectElsewhere => {
            let mut answer = plain(StatusCode::FOUND);
            answer.headers_mut().insert(header::LOCATION, HeaderValue::from_static(ELSEWHERE));
            answer
        }
        Fault::WordsForNumbers => mangled(next.run(request).await, mangle::words_for_numbers).await,
        Fault::OddItems => {
            let answer = next.run(request).await;
            let own = |body: &[u8]| switch.simulator.as_ref()?.odd_item(std::str::from_utf8(body).ok()?);
            mangled(answer, |body| {
                let one_more = own(body);
                mangle::odd_items(one_more.as_ref().map_or(body, |text| text.as_bytes()))
            })
            .await
        }
        Fault::ListsAsObjects => mangled(next.run(request).await, mangle::lists_as_objects).await,
        Fault::OtherNothing => mangled(next.run(request).await, mangle::other_nothing).await,
        Fault::ByteOrderMark => mangled(next.run(request).await, mangle::byte_order_mark).await,
        Fault::TextsReplaced(text) => {
            mangled(next.run(request).await, move |body| mangle::texts_replaced(body, &text)).await
        }
        Fault::Corrupted { seed } => {
            mangled(next.run(request).await, move |body| mangle::corrupted(body, seed)).await
        }
    }
}

const LOGIN_PAGE: &str = "<!DOCTYPE html>\n<html lang=\"fr\"><head><title>Authentification</title></head><body>\
<form method=\"post\"><input name=\"user\"><input name=\"password\" type=\"password\">\
<p>upstream-body-sentinel</p></form></body></html>\n";

fn answer(media_type: &'static str, body: impl Into<Body>) -> Response {
    let mut answer = Response::new(body.into());
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    answer
}

fn plain(status: StatusCode) -> Response {
    let mut answer = answer("text/plain", format!("{status} {BODY_SENTINEL}\n"));
    *answer.status_mut() = status;
    answer
}

fn endless(sent: Arc<AtomicUsize>) -> Response {
    const CHUNK: Bytes = Bytes::from_static(&[b' '; 16 << 10]);
    let body = stream::repeat(()).then(move |()| {
        let sent = Arc::clone(&sent);
        async move {
            // The wait lets a deadline pass, and a client without any cap gets a stall in place of all the memory.
            tokio::time::sleep(Duration::from_millis(1)).await;
            if sent.fetch_add(CHUNK.len(), Ordering::Relaxed) >= ENDLESS_STALLS_AT {
                std::future::pending::<()>().await;
            }
            Ok::<_, io::Error>(CHUNK)
        }
    });
    answer("application/json", Body::from_stream(body))
}

fn first_half(body: &Bytes) -> Bytes {
    body.slice(..body.len() / 2)
}

fn truncated(body: Bytes) -> Body {
    let broken = Err(io::Error::from(io::ErrorKind::ConnectionReset));
    Body::from_stream(stream::iter([Ok(first_half(&body)), broken]))
}

async fn changed(response: Response, change: impl FnOnce(Bytes) -> Body) -> Response {
    let (mut head, body) = response.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, change(body))
}

async fn mangled(response: Response, change: impl FnOnce(&[u8]) -> Vec<u8>) -> Response {
    changed(response, |body| Body::from(change(&body))).await
}
