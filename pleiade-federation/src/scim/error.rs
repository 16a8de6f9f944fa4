//! Refusals in the form of RFC 7644 §3.12.

use http::StatusCode;
use serde_json::{Map, Value, json};

/// The detail error keyword of a refusal with status 400 or 409 (RFC 7644, table 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScimType {
    /// The filter makes no sense.
    InvalidFilter,
    /// Too many resources would have to be looked at.
    TooMany,
    /// Somebody else has this name or this key.
    Uniqueness,
    /// The attribute cannot be changed.
    Mutability,
    /// The body makes no sense.
    InvalidSyntax,
    /// The path of a change makes no sense.
    InvalidPath,
    /// The path of a change leads nowhere.
    NoTarget,
    /// A value is missing or of the wrong type.
    InvalidValue,
}

impl ScimType {
    fn name(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
        }
    }
}

/// A refused request. Its text says what to do and repeats no value of the request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
#[non_exhaustive]
pub struct ScimError {
    /// The status.
    pub status: StatusCode,
    /// The detail error keyword, where there is one.
    pub kind: Option<ScimType>,
    /// One sentence for whoever runs the identity manager.
    pub detail: String,
}

impl ScimError {
    /// A refusal with a status alone.
    #[must_use]
    pub fn status(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, kind: None, detail: detail.into() }
    }

    /// A request that makes no sense.
    #[must_use]
    pub fn bad(kind: ScimType, detail: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, kind: Some(kind), detail: detail.into() }
    }

    /// There is no such resource, or not in this source.
    #[must_use]
    pub fn not_found() -> Self {
        Self::status(StatusCode::NOT_FOUND, "there is no such resource")
    }

    /// Somebody else has this name or this key.
    #[must_use]
    pub fn taken() -> Self {
        Self {
            status: StatusCode::CONFLICT,
            kind: Some(ScimType::Uniqueness),
            detail: "another resource already has this userName or externalId".to_owned(),
        }
    }

    /// The body that tells it.
    #[must_use]
    pub fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("schemas".into(), json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
        body.insert("status".into(), json!(self.status.as_str()));
        if let Some(kind) = self.kind {
            body.insert("scimType".into(), json!(kind.name()));
        }
        body.insert("detail".into(), json!(self.detail));
        Value::Object(body)
    }
}
