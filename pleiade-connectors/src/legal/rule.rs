//! A rule, as the data file and operators write it.

use super::ClearDays;
use crate::holidays::{MonthDay, Territory};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The days before its last one from which a deadline is near, where its rule says nothing else.
pub const DEFAULT_AHEAD_DAYS: u16 = 45;

/// The kind of date of a sitting of the council.
pub const COUNCIL: &str = "council";

/// The kind of date of a sitting of the council that is convened in an emergency.
pub const COUNCIL_IN_EMERGENCY: &str = "council-emergency";

/// A kind of collectivité.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A commune.
    Commune,
    /// A public establishment of cooperation between communes: community, syndicate…
    Epci,
    /// A department.
    Department,
    /// A region.
    Region,
    /// Another establishment: CCAS, school fund…
    Establishment,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Commune, Self::Epci, Self::Department, Self::Region, Self::Establishment];

    /// The name in files and forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::Epci => "epci",
            Self::Department => "department",
            Self::Region => "region",
            Self::Establishment => "establishment",
        }
    }
}

/// How sure a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// Two sources or more that were read say the same.
    Agreed,
    /// One source was read.
    Single,
    /// None was.
    Memory,
    /// The operator wrote it.
    Operator,
}

impl Certainty {
    /// True if a rule that is so sure is on without a word of the operator.
    #[must_use]
    pub fn is_on(self) -> bool {
        matches!(self, Self::Agreed | Self::Operator)
    }
}

/// A day from which something may be done at the earliest, by one reading of the law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Days before the date entered.
    #[serde(default)]
    pub days: Option<u16>,
    /// Or months before it.
    #[serde(default)]
    pub months: Option<u16>,
    /// The article of this reading.
    pub article: String,
}

/// How the last day is found: before or after a date that the collectivité enters, or each year.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Due {
    /// Before these dates.
    pub before: Vec<String>,
    /// After these dates.
    pub after: Vec<String>,
    /// On these days of each year, `04-15`.
    pub yearly: Vec<MonthDay>,
    /// On these instead in a year in which the assembly is renewed; as many as `yearly`.
    pub renewal: Vec<MonthDay>,
    /// By so many clear days; `before` only.
    pub clear_days: Option<ClearDays>,
    /// By so many days: from Monday, one day leads to Tuesday.
    pub days: Option<u16>,
    /// By so many months, from day to the same day, or to the last one of a shorter month.
    pub months: Option<u16>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its short name.
    pub id: String,
    /// What is to be done, in French, with `{date}`, `{due}`, `{year}` and `{missing}` in the place of what is known later.
    pub statement: String,
    /// The article of the law.
    pub article: String,
    /// The version of the rule here: one more at each change.
    pub version: u32,
    /// The day on which the article was looked up.
    pub date: NaiveDate,
    /// How sure it is.
    pub certainty: Certainty,
    /// Why it is contested, if it is.
    #[serde(default)]
    pub contested: Option<String>,
    /// More about it.
    #[serde(default)]
    pub note: Option<String>,
    /// The kinds of collectivité that it binds; all without any.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// The territories where it holds; all without any.
    #[serde(default)]
    pub territories: Vec<Territory>,
    /// The fewest inhabitants.
    #[serde(default)]
    pub population_from: Option<u32>,
    /// The number of inhabitants from which it binds no more.
    #[serde(default)]
    pub population_below: Option<u32>,
    /// What the collectivité must be or have, all of it.
    #[serde(default)]
    pub needs: Vec<String>,
    /// How its last day is found; none for a rule that always holds and gives no date.
    #[serde(default)]
    pub due: Option<Due>,
    /// From when at the earliest, by each reading of the law.
    #[serde(default)]
    pub opens: Vec<Opening>,
    /// The days before its last one from which it is near.
    #[serde(default = "ahead_days")]
    pub ahead_days: u16,
    /// True or false where an operator says so; else as its certainty has it.
    #[serde(default)]
    pub enabled: Option<bool>,
}

fn ahead_days() -> u16 {
    DEFAULT_AHEAD_DAYS
}

impl Rule {
    /// True if it is on.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.enabled.unwrap_or(self.certainty.is_on())
    }
}

/// A kind of date that collectivités enter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateKind {
    /// Its short name, by which rules ask for it.
    pub id: String,
    /// Its words, in French.
    pub label: String,
    /// The kind of date that such a date is besides: a sitting at which the budget is voted is a sitting of the council. Rules that ask for
    /// that kind hold for it too.
    #[serde(default)]
    pub also: Option<String>,
    /// What such a date lacks until somebody says that it is ready.
    #[serde(default)]
    pub missing: Option<String>,
    /// The words by which somebody says so.
    #[serde(default)]
    pub ready: Option<String>,
}

/// Something that a collectivité is or has, for [`Rule::needs`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trait {
    /// Its short name.
    pub id: String,
    /// Its words, in French.
    pub label: String,
}

/// The years in which assemblies of these kinds are renewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renewal {
    /// The kinds of collectivité.
    pub kinds: Vec<Kind>,
    /// The years.
    pub years: Vec<i32>,
}
