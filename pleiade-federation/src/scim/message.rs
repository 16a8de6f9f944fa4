//! Requests and answers within the service, and their bounds.

use super::error::{ScimError, ScimType};
use http::{Method, StatusCode};
use serde_json::Value;

/// The schema of a search.
pub(super) const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
/// The schema of a change.
pub(super) const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// The schema of many changes.
pub(super) const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

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

/// A message that names its schemas names its own among them. Silence is taken for it: the address says what it is.
pub(super) fn check_message(body: &Value, schema: &str) -> Result<(), ScimError> {
    let named = body.as_object().into_iter().flatten().find(|(name, _)| name.eq_ignore_ascii_case("schemas"));
    let is_own = |urn: &Value| urn.as_str().is_some_and(|urn| urn.eq_ignore_ascii_case(schema));
    match named {
        Some((_, schemas)) if !schemas.as_array().is_some_and(|all| all.iter().any(is_own)) => {
            Err(ScimError::bad(ScimType::InvalidSyntax, format!("schemas does not name {schema}")))
        }
        _ => Ok(()),
    }
}
