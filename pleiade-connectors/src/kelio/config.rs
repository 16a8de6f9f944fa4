//! What an operator writes to declare a Kelio server.

use crate::{http::is_plain_base, kit::shared::Filter};
use chrono::NaiveTime;
use chrono_tz::Tz;
use pleiade_core::{ConnectorError, ErrorKind, IndicatorKey, SecretString, WidgetId};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// The most counters of a card.
const MAX_COUNTERS: usize = 12;
/// The most people whom `check` looks at for codes.
const MAX_CALIBRATION: usize = 10;

/// One Kelio server, and the technical account that reads it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct KelioConfig {
    /// The address that the portal calls, above `/open/services`: `https://ville.kelio.io/`.
    pub url: Url,
    /// The address that people open, when it is not `url`.
    #[serde(default)]
    pub public_url: Option<Url>,
    /// The name that people read; `GTA (Kelio)` unless written.
    #[serde(default = "default_name")]
    pub name: String,
    /// The login of the account, of the profile « Exploitant – échange de données ». Kelio lets it read every employee.
    pub login: String,
    /// Its password.
    pub password: SecretString,
    /// The zone of the site, in which Kelio's days and hours are; `Europe/Paris` unless written.
    #[serde(default = "default_zone")]
    pub time_zone: Tz,
    /// The widgets to offer, in this order. Unless written: `balances` and `clockings`, and `requests` and `approvals` once `request_states`
    /// says what is pending.
    #[serde(default)]
    pub widgets: Option<Vec<WidgetKind>>,
    /// What each code of `requestState` means: `{ "0" = "pending" }`. Kelio publishes none of them, so that none is assumed: `check` lists those that
    /// the requests of `calibration` have.
    #[serde(default)]
    pub request_states: BTreeMap<String, RequestState>,
    /// Employee numbers whose requests `check` looks at to list the codes, 10 at most.
    #[serde(default)]
    pub calibration: Vec<String>,
    /// Leave counters to show, in this order: none unless written. `check` lists those that there are.
    #[serde(default)]
    pub leave: Vec<CounterConfig>,
    /// Hours counters to show, in this order: none unless written. `check` lists those that there are.
    #[serde(default)]
    pub hours: Vec<CounterConfig>,
    /// What each code of `inOutIndicator` means: `{ "1" = "in" }`. Clockings are shown without a direction unless written.
    #[serde(default)]
    pub clocking_directions: BTreeMap<String, Direction>,
    /// Characters that stand between the numbers of the validators of a request, beside spaces; `,;|` unless written.
    #[serde(default = "default_separators")]
    pub validator_separators: String,
    /// The value of `dateMode` for real dates; 0 unless written, which is inferred.
    #[serde(default)]
    pub date_mode: i64,
    /// The value of `calculationMode` of counters; not sent unless written.
    #[serde(default)]
    pub calculation_mode: Option<i64>,
    /// Words of a fault that say that a right is missing. Kelio publishes none: a fault is an application that fails, unless written.
    #[serde(default)]
    pub missing_right_words: Vec<String>,
    /// Hours of the day, in `time_zone`, in which the editor forbids calls: none unless written.
    #[serde(default)]
    pub quiet_hours: Vec<QuietHours>,
    /// Who sees what: each person sees what is theirs by their employee number, compared whole.
    #[serde(default)]
    pub filter: Filter,
}

/// A widget of this connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WidgetKind {
    /// Balances of leave and hours.
    Balances,
    /// The person's requests.
    Requests,
    /// Requests that wait for the person's approval.
    Approvals,
    /// Today's clockings.
    Clockings,
}

impl WidgetKind {
    /// Every widget, in the order they are proposed.
    pub const ALL: [Self; 4] = [Self::Balances, Self::Requests, Self::Approvals, Self::Clockings];

    /// Its id.
    #[must_use]
    pub fn id(self) -> WidgetId {
        WidgetId::from_static(match self {
            Self::Balances => "balances",
            Self::Requests => "requests",
            Self::Approvals => "approvals",
            Self::Clockings => "clockings",
        })
    }
}

/// What a code of a request means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RequestState {
    /// Not decided yet.
    Pending,
    /// Granted.
    Approved,
    /// Refused.
    Refused,
    /// Cancelled, or withdrawn.
    Cancelled,
}

/// Which way somebody passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Direction {
    /// In.
    In,
    /// Out.
    Out,
}

/// A counter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CounterConfig {
    /// Its abbreviation in Kelio (`typeAbbreviation`), compared exactly: `CA`.
    pub counter: String,
    /// The key of its indicator: `solde_ca`.
    pub key: String,
    /// Its name, as people read it: `Congés annuels`.
    pub name: String,
    /// The unit of a leave counter: `days` unless written. An hours counter is in hours, which is inferred, unless `minutes` is written.
    #[serde(default)]
    pub unit: Option<Unit>,
}

/// The unit of a counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Unit {
    /// Days.
    Days,
    /// Hours, with decimals.
    Hours,
    /// Minutes.
    Minutes,
}

/// Hours in which calls are forbidden. Those that end before they begin go over midnight.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct QuietHours {
    /// Their beginning: `02:00`.
    pub from: String,
    /// Their end: `04:30`.
    pub to: String,
}

/// What the settings mean, once they are checked.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) widgets: Vec<WidgetKind>,
    pub(super) states: BTreeMap<i64, RequestState>,
    pub(super) directions: BTreeMap<i64, Direction>,
    pub(super) quiet: Vec<(NaiveTime, NaiveTime)>,
    pub(super) leave: Vec<(IndicatorKey, CounterConfig)>,
    pub(super) hours: Vec<(IndicatorKey, CounterConfig)>,
}

impl KelioConfig {
    /// The address that people open.
    #[must_use]
    pub fn public(&self) -> &Url {
        self.public_url.as_ref().unwrap_or(&self.url)
    }

    pub(super) fn rules(&self) -> Result<Rules, ConnectorError> {
        self.problem().map_or(Ok(()), |hint| Err(wrong(hint)))?;
        let states = codes(&self.request_states)
            .ok_or_else(|| wrong("`request_states` gives a meaning to each code, which is a whole number"))?;
        let directions = codes(&self.clocking_directions).ok_or_else(|| {
            wrong("`clocking_directions` gives a meaning to each code, which is a whole number")
        })?;
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
        let quiet = self
            .quiet_hours
            .iter()
            .map(|quiet| Some((time(&quiet.from)?, time(&quiet.to)?)).filter(|(from, to)| from != to));
        let quiet = quiet.collect::<Option<_>>();
        let quiet =
            quiet.ok_or_else(|| wrong("`quiet_hours` begin and end at times as 02:00, which differ"))?;
        let mut keys = BTreeSet::new();
        let mut counters = |counters: &[CounterConfig]| {
            let read = |counter: &CounterConfig| {
                let is_sound = keys.insert(counter.key.clone())
                    && !counter.counter.is_empty()
                    && !counter.name.is_empty();
                Some((IndicatorKey::new(&counter.key).ok().filter(|_| is_sound)?, counter.clone()))
            };
            let read: Option<Vec<_>> = counters.iter().map(read).collect();
            read.filter(|read| read.len() <= MAX_COUNTERS)
        };
        let (leave, hours) = counters(&self.leave).zip(counters(&self.hours)).ok_or_else(|| {
            wrong("`leave` and `hours` are 12 counters at most, each with `counter`, `name` and a `key` of its own")
        })?;
        let is_mapped = states.values().any(|state| *state == RequestState::Pending);
        let widgets = match &self.widgets {
            Some(widgets) => widgets.clone(),
            None => WidgetKind::ALL.into_iter().filter(|kind| is_mapped || !is_of_requests(*kind)).collect(),
        };
        if !is_mapped && widgets.iter().any(|kind| is_of_requests(*kind)) {
            return Err(wrong(
                "the widgets `requests` and `approvals` need `request_states`, with a code that is `pending`: `check` lists the codes of the people of `calibration`",
            ));
        }
        Ok(Rules { widgets, states, directions, quiet, leave, hours })
    }

    fn problem(&self) -> Option<&'static str> {
        if self.login.is_empty() || self.login.contains(':') {
            return Some("`login` is not empty and holds no colon");
        }
        if !is_plain_base(self.public()) {
            return Some("write `public_url` as https://host/path, without user, query or fragment");
        }
        if self.calibration.len() > MAX_CALIBRATION
            || self.calibration.iter().any(|number| number.trim().is_empty())
        {
            return Some("`calibration` is 10 employee numbers at most");
        }
        if self.missing_right_words.iter().any(|words| words.trim().is_empty()) {
            return Some("`missing_right_words` are not empty");
        }
        let leave = self.leave.iter().any(|counter| counter.unit == Some(Unit::Minutes));
        let hours = self.hours.iter().any(|counter| counter.unit == Some(Unit::Days));
        (leave || hours)
            .then_some("a counter of `leave` is in `days` or `hours`, one of `hours` in `hours` or `minutes`")
    }
}

fn is_of_requests(kind: WidgetKind) -> bool {
    matches!(kind, WidgetKind::Requests | WidgetKind::Approvals)
}

fn codes<T: Copy>(map: &BTreeMap<String, T>) -> Option<BTreeMap<i64, T>> {
    map.iter().map(|(code, meaning)| Some((code.trim().parse().ok()?, *meaning))).collect()
}

fn wrong(hint: &'static str) -> ConnectorError {
    ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration").with_hint(hint)
}

fn default_name() -> String {
    "GTA (Kelio)".to_owned()
}

fn default_zone() -> Tz {
    Tz::Europe__Paris
}

fn default_separators() -> String {
    ",;|".to_owned()
}
