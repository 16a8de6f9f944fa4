//! Filters (RFC 7644 §3.4.2.2) and paths of changes (§3.5.2) as trees, and back as text.

use serde_json::Number;
use std::fmt;

/// The longest filter or path that is read, in bytes.
pub const MAX_FILTER_BYTES: usize = 4096;
/// The deepest nesting of brackets.
pub const MAX_FILTER_DEPTH: usize = 16;
/// The most comparisons of a filter.
pub const MAX_FILTER_TERMS: usize = 100;

/// The name of an attribute: `userName`, `name.familyName`, `urn:…:User:department`. Case does not count when it is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributePath {
    /// The schema before the last colon, where written.
    pub schema: Option<String>,
    /// The attribute.
    pub name: String,
    /// The sub-attribute.
    pub sub: Option<String>,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// Equal.
    Equal,
    /// Not equal.
    NotEqual,
    /// Contains.
    Contains,
    /// Starts with.
    StartsWith,
    /// Ends with.
    EndsWith,
    /// Greater than.
    Greater,
    /// Greater than or equal.
    GreaterOrEqual,
    /// Less than.
    Less,
    /// Less than or equal.
    LessOrEqual,
}

impl Operator {
    /// Every operator.
    pub const ALL: [Self; 9] = [
        Self::Equal,
        Self::NotEqual,
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
        Self::Greater,
        Self::GreaterOrEqual,
        Self::Less,
        Self::LessOrEqual,
    ];

    /// The operator as filters write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Equal => "eq",
            Self::NotEqual => "ne",
            Self::Contains => "co",
            Self::StartsWith => "sw",
            Self::EndsWith => "ew",
            Self::Greater => "gt",
            Self::GreaterOrEqual => "ge",
            Self::Less => "lt",
            Self::LessOrEqual => "le",
        }
    }

    /// True if it makes sense with this value: text is searched in text, and only text and numbers have an order.
    #[must_use]
    pub fn takes(self, value: &Scalar) -> bool {
        match self {
            Self::Equal | Self::NotEqual => true,
            Self::Contains | Self::StartsWith | Self::EndsWith => matches!(value, Scalar::Text(_)),
            _ => matches!(value, Scalar::Text(_) | Scalar::Number(_)),
        }
    }
}

/// A value with which an attribute is compared.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(String),
}

/// A filter. `And` and `Or` hold at least two members.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// `userName pr`
    Present(AttributePath),
    /// `userName eq "jeanne"`
    Compare(AttributePath, Operator, Scalar),
    /// `emails[type eq "work"]`
    Has(AttributePath, Box<Filter>),
    /// `emails[type eq "work"].value eq "jeanne@ville.example"`: the second filter, a comparison of a sub-attribute, holds over the values
    /// that answer the first. Paths of changes (RFC 7644 §3.5.2) are written so, and Microsoft Entra filters by them.
    Within(AttributePath, Box<Filter>, Box<Filter>),
    /// `not (…)`
    Not(Box<Filter>),
    /// `… and …`
    And(Vec<Filter>),
    /// `… or …`
    Or(Vec<Filter>),
}

/// The path of a change: `userName`, `name.familyName`, `emails[type eq "work"].value`.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangePath {
    /// The attribute.
    pub attribute: AttributePath,
    /// The filter of its values.
    pub filter: Option<Filter>,
    /// The sub-attribute of these values; otherwise it stands in `attribute`.
    pub sub: Option<String>,
}

/// A filter or a path that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("at byte {at}: {why}")]
#[non_exhaustive]
pub struct FilterError {
    /// The position in bytes.
    pub at: usize,
    /// The error.
    pub why: &'static str,
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}:")?;
        }
        f.write_str(&self.name)?;
        self.sub.as_ref().map_or(Ok(()), |sub| write!(f, ".{sub}"))
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(text) => f.write_str(&serde_json::to_string(text).map_err(|_| fmt::Error)?),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, members: &[Self], word: &str| {
            for (n, member) in members.iter().enumerate() {
                if n > 0 {
                    write!(f, " {word} ")?;
                }
                match member {
                    Self::And(_) | Self::Or(_) => write!(f, "({member})")?,
                    _ => member.fmt(f)?,
                }
            }
            Ok(())
        };
        match self {
            Self::Present(path) => write!(f, "{path} pr"),
            Self::Compare(path, operator, value) => write!(f, "{path} {} {value}", operator.name()),
            Self::Has(path, inner) => write!(f, "{path}[{inner}]"),
            Self::Within(path, inner, of_sub) => write!(f, "{path}[{inner}].{of_sub}"),
            Self::Not(inner) => write!(f, "not ({inner})"),
            Self::And(members) => joined(f, members, "and"),
            Self::Or(members) => joined(f, members, "or"),
        }
    }
}

impl fmt::Display for ChangePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.attribute.fmt(f)?;
        if let Some(filter) = &self.filter {
            write!(f, "[{filter}]")?;
        }
        self.sub.as_ref().map_or(Ok(()), |sub| write!(f, ".{sub}"))
    }
}
