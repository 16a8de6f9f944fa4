//! Filters (RFC 7644 §3.4.2.2) and paths of changes (§3.5.2) as trees, and back as text.

use super::parse;
use serde_json::Number;
use std::{fmt, str::FromStr};

/// The longest filter or path that is read, in bytes.
pub const MOST_BYTES: usize = 4096;
/// How deep brackets may be nested.
pub const MOST_DEPTH: usize = 16;
/// How many comparisons a filter may hold.
pub const MOST_TERMS: usize = 100;

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

    /// As filters write it.
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

    /// Whether it makes sense with this value: text is searched in text, and only text and numbers have an order.
    #[must_use]
    pub fn takes(self, value: &Scalar) -> bool {
        match self {
            Self::Equal | Self::NotEqual => true,
            Self::Contains | Self::StartsWith | Self::EndsWith => matches!(value, Scalar::Text(_)),
            _ => matches!(value, Scalar::Text(_) | Scalar::Number(_)),
        }
    }
}

/// What an attribute is compared with.
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
    /// `not (…)`
    Not(Box<Filter>),
    /// `… and …`
    And(Vec<Filter>),
    /// `… or …`
    Or(Vec<Filter>),
}

/// What a change is about: `userName`, `name.familyName`, `emails[type eq "work"].value`.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangePath {
    /// The attribute.
    pub attribute: AttributePath,
    /// Which of its values.
    pub filter: Option<Filter>,
    /// The sub-attribute of these values; otherwise it stands in `attribute`.
    pub sub: Option<String>,
}

/// A filter or a path that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("at byte {at}: {why}")]
#[non_exhaustive]
pub struct FilterError {
    /// Where, in bytes.
    pub at: usize,
    /// What is wrong.
    pub why: &'static str,
}

impl FromStr for Filter {
    type Err = FilterError;

    /// Reads a filter in one pass, within [`MOST_BYTES`], [`MOST_DEPTH`] and [`MOST_TERMS`].
    fn from_str(text: &str) -> Result<Self, FilterError> {
        parse::filter(text)
    }
}

impl FromStr for ChangePath {
    type Err = FilterError;
    fn from_str(text: &str) -> Result<Self, FilterError> {
        parse::change_path(text)
    }
}

impl FromStr for AttributePath {
    type Err = FilterError;
    fn from_str(text: &str) -> Result<Self, FilterError> {
        parse::attribute_path(text)
    }
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
