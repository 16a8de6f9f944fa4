//! Requests and answers within the service, and their bounds.

use http::{Method, StatusCode};
use serde_json::Value;

/// The most resources of one answer.
pub(super) const MAX_RESULTS: u64 = 200;
/// The largest body, in bytes.
pub const MAX_BODY_BYTES: usize = 1 << 20;
/// The most changes of one bulk request.
pub(super) const MAX_OPERATIONS: usize = 100;

/// A request within the service: one of HTTP, or one of many in a bulk.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) method: &'a Method,
    pub(super) path: &'a str,
    pub(super) query: Vec<(String, String)>,
    pub(super) if_match: Option<String>,
    pub(super) if_none_match: Option<String>,
    pub(super) body: Option<Value>,
}

/// An answer within the service.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) body: Option<Value>,
    pub(super) version: Option<i64>,
    pub(super) location: Option<String>,
}

impl Reply {
    pub(super) fn ok(body: Value) -> Self {
        Self { status: StatusCode::OK, body: Some(body), version: None, location: None }
    }
}

/// A weak entity tag: the same resource may be written in several ways.
pub(super) fn tag(version: i64) -> String {
    format!("W/\"{version}\"")
}
