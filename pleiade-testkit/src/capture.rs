//! For tests and demonstrations only: transports that remember, recite or keep silent.

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, Uri, header};
use pleiade_core::{Limits, Transport, TransportError};
use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// A request as it was sent, with what signs it masked.
#[derive(Clone)]
pub struct CapturedRequest {
    /// The method.
    pub method: Method,
    /// The whole address.
    pub uri: Uri,
    /// The headers; of `Authorization` only the scheme is kept, of cookies and other sensitive headers nothing.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// The body stays out, as it may hold a secret.
impl fmt::Debug for CapturedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({} bytes)", self.method, self.uri, self.body.len())
    }
}

impl CapturedRequest {
    fn from_request(request: &Request<Bytes>) -> Self {
        let mut headers = request.headers().clone();
        for (name, value) in &mut headers {
            if name == header::AUTHORIZATION {
                let scheme = value.to_str().ok().and_then(|text| text.split(' ').next()).unwrap_or_default();
                *value = HeaderValue::from_str(&format!("{scheme} ***"))
                    .unwrap_or_else(|_| HeaderValue::from_static("***"));
            } else if value.is_sensitive() || name == header::COOKIE {
                *value = HeaderValue::from_static("***");
            }
        }
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers,
            body: request.body().clone(),
        }
    }
}

type Scripted = Result<Response<Bytes>, TransportError>;
type Log = Arc<Mutex<Vec<CapturedRequest>>>;

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Remembers the requests that pass through it.
#[derive(Debug, Clone)]
pub struct CapturingTransport {
    inner: Arc<dyn Transport>,
    log: Log,
}

impl CapturingTransport {
    /// Stands in front of `inner`.
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>) -> Self {
        Self { inner, log: Log::default() }
    }

    /// The requests sent so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<CapturedRequest> {
        locked(&self.log).clone()
    }

    /// Forgets what was sent and gives it.
    pub fn take(&self) -> Vec<CapturedRequest> {
        std::mem::take(&mut *locked(&self.log))
    }
}

#[async_trait]
impl Transport for CapturingTransport {
    async fn send(&self, request: Request<Bytes>, limits: Limits) -> Result<Response<Bytes>, TransportError> {
        locked(&self.log).push(CapturedRequest::from_request(&request));
        self.inner.send(request, limits).await
    }
}

/// Gives prepared answers in order, and fails to connect when there is none left.
#[derive(Debug, Clone, Default)]
pub struct ScriptedTransport {
    answers: Arc<Mutex<VecDeque<Scripted>>>,
    log: Log,
}

impl ScriptedTransport {
    /// No answer yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an answer.
    #[must_use]
    pub fn then(self, answer: Result<Response<Bytes>, TransportError>) -> Self {
        locked(&self.answers).push_back(answer);
        self
    }

    /// Adds an answer with a status, a media type and a body; an impossible status or type becomes a failed connection.
    #[must_use]
    pub fn then_body(self, status: u16, media_type: &str, body: impl Into<Bytes>) -> Self {
        let answer = Response::builder()
            .status(status)
            .header(header::CONTENT_TYPE, media_type)
            .body(body.into())
            .map_err(|_| TransportError::Connection);
        self.then(answer)
    }

    /// The requests sent so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<CapturedRequest> {
        locked(&self.log).clone()
    }
}

#[async_trait]
impl Transport for ScriptedTransport {
    async fn send(&self, request: Request<Bytes>, _: Limits) -> Result<Response<Bytes>, TransportError> {
        locked(&self.log).push(CapturedRequest::from_request(&request));
        locked(&self.answers).pop_front().unwrap_or(Err(TransportError::Connection))
    }
}

/// Accepts every request and answers none: the deadline passes.
#[derive(Debug, Clone, Copy, Default)]
pub struct NeverAnswers;

#[async_trait]
impl Transport for NeverAnswers {
    async fn send(&self, _: Request<Bytes>, limits: Limits) -> Result<Response<Bytes>, TransportError> {
        tokio::time::sleep(limits.deadline).await;
        Err(TransportError::Deadline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_signs_a_request_is_not_kept() {
        let transport =
            CapturingTransport::new(Arc::new(ScriptedTransport::new().then_body(200, "text/plain", "")));
        let request = Request::get("https://a.example/")
            .header(header::AUTHORIZATION, "Bearer s3cret")
            .header(header::COOKIE, "session=s3cret")
            .body(Bytes::new())
            .unwrap();
        transport.send(request, Limits::default()).await.unwrap();
        let seen = transport.take();
        assert_eq!(seen[0].headers[header::AUTHORIZATION], "Bearer ***");
        assert_eq!(seen[0].headers[header::COOKIE], "***");
        assert!(transport.requests().is_empty());
    }
}
