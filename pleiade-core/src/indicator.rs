//! One measured value.

use crate::{IndicatorKey, Message};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use url::Url;

/// The urgency of an indicator. Always shown with words, never by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// For information.
    #[default]
    Info,
    /// Something is soon due or unusual.
    Warning,
    /// Something is late or in error.
    Alert,
}

/// The value of an indicator, with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Amount {
    /// A number of things. Shown as "25+" when the application stops counting there.
    Count {
        /// The number.
        value: u64,
        /// True if the real number may be larger.
        at_least: bool,
    },
    /// A share, 0 or more; beyond 100 for what may be exceeded, such as a budget.
    Percent(f64),
    /// An amount of money, in hundredths of its currency: exact, as no binary fraction is.
    Money {
        /// Hundredths; negative for what is owed.
        hundredths: i64,
        /// The currency.
        currency: Currency,
    },
    /// Days, in hundredths: 1850 is eighteen days and a half.
    Days {
        /// Hundredths of days.
        hundredths: i64,
    },
    /// Hours credited or owed, in minutes: 205 is three hours and twenty-five minutes of credit. Shown with its sign.
    HoursBalance {
        /// Minutes; negative for what is owed.
        minutes: i64,
    },
    /// A moment, for example the next meeting.
    Instant(DateTime<Utc>),
}

/// A currency of French collectivités.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum Currency {
    /// The euro.
    #[default]
    Eur,
    /// The Pacific franc, which has no hundredths in use.
    Xpf,
}

impl Currency {
    /// The currency of a code of ISO 4217, `EUR` or `XPF`; none for another.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "EUR" => Some(Self::Eur),
            "XPF" => Some(Self::Xpf),
            _ => None,
        }
    }
}

impl Amount {
    /// An exact count.
    #[must_use]
    pub fn count(value: u64) -> Self {
        Self::Count { value, at_least: false }
    }
}

/// One measured value with its noun, unit, severity, link and time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Indicator {
    /// The indicator, within its connector.
    pub key: IndicatorKey,
    /// The value.
    pub amount: Amount,
    /// The noun counted; its message receives the argument `count` so that the plural is right.
    pub noun: Message,
    /// The urgency.
    pub severity: Severity,
    /// The page of the application that lists the same things.
    pub link: Option<Url>,
    /// The instant of the application's answer.
    pub measured_at: DateTime<Utc>,
}

impl Indicator {
    /// An exact count of things named by the message `noun`, which receives it as `count`.
    #[must_use]
    pub fn count(
        key: IndicatorKey,
        value: u64,
        noun: impl Into<Cow<'static, str>>,
        measured_at: DateTime<Utc>,
    ) -> Self {
        Self {
            key,
            amount: Amount::count(value),
            noun: Message::new(noun).with_number("count", value),
            severity: Severity::Info,
            link: None,
            measured_at,
        }
    }

    /// Another amount with its noun.
    #[must_use]
    pub fn new(key: IndicatorKey, amount: Amount, noun: Message, measured_at: DateTime<Utc>) -> Self {
        Self { key, amount, noun, severity: Severity::Info, link: None, measured_at }
    }

    /// Marks a count as a minimum when `at_least` is true; other amounts stay as they are.
    #[must_use]
    pub fn at_least(mut self, at_least: bool) -> Self {
        if let Amount::Count { at_least: own, .. } = &mut self.amount {
            *own |= at_least;
        }
        self
    }

    /// Sets the page of the application.
    #[must_use]
    pub fn with_link(mut self, link: impl Into<Option<Url>>) -> Self {
        self.link = link.into();
        self
    }

    /// Sets the urgency.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}
