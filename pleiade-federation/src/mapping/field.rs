//! One field of a person from one attribute of a source, by steps of a closed list. Data, not a program: no step calls another, each is
//! linear in the length of its text, and what comes out is bounded.

use crate::dn::DnError;
use pleiade_core::{Claims, Withheld};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The longest value kept, in characters. Longer ones are dropped, never cut: half a group name is another group.
pub const MAX_VALUE_CHARS: usize = 256;
/// The most values kept of one field.
pub const MAX_VALUES: usize = 500;
/// The longest value that a step reads, in bytes: one text may hold every group of a person.
const MAX_INPUT_BYTES: usize = 64 << 10;

/// A field that a rule fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Target {
    /// The name to show.
    DisplayName,
    /// First name.
    GivenName,
    /// Family name.
    FamilyName,
    /// Contact address.
    Mail,
    /// Login at the source.
    Login,
    /// Agent, élu or partner. Never filled from the mail address.
    Kind,
    /// Function.
    Function,
    /// Service within the collectivité.
    Department,
    /// Telephone number.
    Telephone,
    /// Employee number. Never a constant: it would be everybody's.
    EmployeeNumber,
    /// Groups, several.
    Groups,
    /// The collectivités that an operator's source names, several.
    Tenants,
}

/// One step from a value to the next.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// Without blanks at both ends.
    Trim,
    /// In lower case.
    Lower,
    /// The first value alone.
    First,
    /// Several values where this text stands between them.
    Split(String),
    /// Without this beginning; a value without it stays as it is.
    StripPrefix(String),
    /// The first group of a regular expression; a value that does not match is dropped.
    Capture(Pattern),
    /// The value's entry in a table; a value that is not in it is dropped.
    Table(BTreeMap<String, String>),
}

/// A regular expression that takes linear time, with at least one group.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(regex::Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}
impl Eq for Pattern {}

/// A rule that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// Not a regular expression, or one beyond bounds.
    #[error("not a regular expression of at most 256 characters")]
    Pattern,
    /// Nothing would be caught.
    #[error("the regular expression catches nothing: put the wanted part between parentheses")]
    NoGroup,
    /// From nothing, or from two things.
    #[error("write either `from`, an attribute of the source, or `value`, a constant")]
    Origin,
    /// The kind of a person from their address.
    #[error("whether somebody is an agent or an élu is never read from a mail address")]
    KindFromMail,
    /// One employee number for everybody.
    #[error("an employee number is somebody's own: read it `from` an attribute")]
    ConstantNumber,
    /// A role rule without a group, or with several.
    #[error(
        "write exactly one of `group` (its name), `dn` (its distinguished name) and `prefix` (how its name begins)"
    )]
    Group,
    /// A `dn` that is no distinguished name.
    #[error(transparent)]
    Dn(#[from] DnError),
    /// A group that names everybody.
    #[error("the group of a rule is empty, which would name everybody")]
    Everybody,
}

impl TryFrom<String> for Pattern {
    type Error = RuleError;
    fn try_from(text: String) -> Result<Self, RuleError> {
        if text.len() > MAX_VALUE_CHARS {
            return Err(RuleError::Pattern);
        }
        let built = regex::RegexBuilder::new(&text).size_limit(512 << 10).dfa_size_limit(512 << 10).build();
        let pattern = built.map_err(|_| RuleError::Pattern)?;
        if pattern.captures_len() < 2 {
            return Err(RuleError::NoGroup);
        }
        Ok(Self(pattern))
    }
}

/// A rule that fills one field.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawFieldRule")]
pub struct FieldRule {
    /// The field.
    pub target: Target,
    origin: Origin,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Origin {
    Attribute(String),
    Constant(String),
}

/// A rule as an operator writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFieldRule {
    target: Target,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    steps: Vec<Step>,
}

impl TryFrom<RawFieldRule> for FieldRule {
    type Error = RuleError;
    fn try_from(written: RawFieldRule) -> Result<Self, RuleError> {
        let origin = match (written.from, written.value) {
            (Some(name), None) => Origin::Attribute(name),
            (None, Some(value)) => Origin::Constant(value),
            _ => return Err(RuleError::Origin),
        };
        let rule = Self { target: written.target, origin, steps: written.steps };
        let from_mail = |name: &str| ["mail", "email"].iter().any(|mail| name.eq_ignore_ascii_case(mail));
        if rule.target == Target::Kind && rule.attribute().is_some_and(from_mail) {
            return Err(RuleError::KindFromMail);
        }
        if rule.target == Target::EmployeeNumber && rule.attribute().is_none() {
            return Err(RuleError::ConstantNumber);
        }
        Ok(rule)
    }
}

impl FieldRule {
    /// The attribute it reads, if it reads one.
    #[must_use]
    pub fn attribute(&self) -> Option<&str> {
        match &self.origin {
            Origin::Attribute(name) => Some(name),
            Origin::Constant(_) => None,
        }
    }

    /// The values that it gives: none for an absent attribute, never an empty one.
    #[must_use]
    pub fn values(&self, claims: &Claims) -> Vec<String> {
        let values = match &self.origin {
            Origin::Attribute(name) => attribute(claims, name),
            Origin::Constant(value) => vec![value.clone()],
        };
        let values = values.into_iter().filter(|value| value.len() <= MAX_INPUT_BYTES).collect();
        let values = self.steps.iter().fold(values, |values, step| step.apply(values));
        let kept = |value: &String| {
            !value.trim().is_empty()
                && value.chars().count() <= MAX_VALUE_CHARS
                && !value.chars().any(char::is_control)
        };
        values.into_iter().filter(kept).take(MAX_VALUES).collect()
    }
}

impl Step {
    fn apply(&self, values: Vec<String>) -> Vec<String> {
        let each =
            |change: &dyn Fn(String) -> Option<String>| values.iter().cloned().filter_map(change).collect();
        match self {
            Self::Trim => each(&|value| Some(value.trim().to_owned())),
            Self::Lower => each(&|value| Some(value.to_lowercase())),
            Self::First => values.into_iter().take(1).collect(),
            Self::Split(separator) if separator.is_empty() => values,
            Self::Split(separator) => values
                .iter()
                .flat_map(|value| value.split(separator.as_str()))
                .take(MAX_VALUES)
                .map(str::to_owned)
                .collect(),
            Self::StripPrefix(prefix) => {
                each(&|value| Some(value.strip_prefix(prefix.as_str()).unwrap_or(&value).to_owned()))
            }
            Self::Capture(pattern) => {
                each(&|value| Some(pattern.0.captures(&value)?.get(1)?.as_str().to_owned()))
            }
            Self::Table(table) => each(&|value| table.get(&value).cloned()),
        }
    }
}

/// An attribute by its name at the source, or one of what every source tells.
pub(super) fn attribute(claims: &Claims, name: &str) -> Vec<String> {
    if let Some(values) = claims.attributes.get(name) {
        return values.clone();
    }
    let one = |value: &Option<String>| value.iter().cloned().collect();
    match name {
        "display_name" => one(&claims.display_name),
        "given_name" => one(&claims.given_name),
        "family_name" => one(&claims.family_name),
        "login" => one(&claims.login),
        "mail" => claims.mail.iter().map(ToString::to_string).collect(),
        "groups" if !claims.withheld.contains_key(name) => claims.groups.clone(),
        _ => Vec::new(),
    }
}

/// Why what [`attribute`] gives under this name is not what the person has, if it is not.
pub(super) fn withheld(claims: &Claims, name: &str) -> Option<Withheld> {
    let told = claims.attributes.contains_key(name);
    let groups = claims.groups_withheld.filter(|_| name == "groups" && !told);
    claims.withheld.get(name).copied().or(groups)
}
