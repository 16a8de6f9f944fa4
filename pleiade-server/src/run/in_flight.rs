//! Requests of one connection that are being answered, from their head to the last byte of their answer. While there are none, whatever
//! comes on the connection is the head of the next one, or nothing.

use axum::{
    body::{Body, Bytes, HttpBody},
    response::Response,
};
use hyper::body::{Frame, SizeHint};
use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};
use tokio::time::Instant;

/// The requests of one connection that are being answered. Cloning is cheap.
#[derive(Debug, Clone)]
pub(super) struct InFlight(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    count: AtomicUsize,
    /// When the last answer ended, or the connection was opened.
    ended: Mutex<Instant>,
}

/// One request that is being answered, until dropped.
#[derive(Debug)]
pub(super) struct Answering(InFlight);

impl InFlight {
    pub(super) fn new() -> Self {
        Self(Arc::new(Inner { count: AtomicUsize::new(0), ended: Mutex::new(Instant::now()) }))
    }

    pub(super) fn begin(&self) -> Answering {
        self.0.count.fetch_add(1, Ordering::SeqCst);
        Answering(self.clone())
    }

    /// Since when nothing is being answered; none while something is.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        let ended = *self.0.ended.lock().unwrap_or_else(PoisonError::into_inner);
        (self.0.count.load(Ordering::SeqCst) == 0).then_some(ended)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let Self(InFlight(inner)) = self;
        *inner.ended.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        inner.count.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Answering {
    /// Lasts until the body of the answer is dropped.
    pub(super) fn until_written(self, response: Response) -> Response {
        response.map(|body| Body::new(AnswerBody { body, _answering: self }))
    }
}

struct AnswerBody {
    body: Body,
    _answering: Answering,
}

impl HttpBody for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
