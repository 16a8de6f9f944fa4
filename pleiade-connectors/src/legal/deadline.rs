//! The deadlines of a collectivité.

use super::{Due, Kind, Rule, RuleBook};
use crate::holidays::{Holiday, Place};
use chrono::{Datelike as _, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The days for which a deadline that is past is still told. One that precedes a date is told until that date.
pub const OVERDUE_DAYS: u64 = 30;

/// How far ahead deadlines are computed, in days.
const HORIZON_DAYS: u64 = 366;

/// What a collectivité is, as it says itself. What is not known binds it to no rule that asks for it, but for its inhabitants: a rule with a
/// threshold is told then with what it depends on ([`Binding::Unknown`]).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Collectivite {
    /// Its kind.
    pub kind: Option<Kind>,
    /// Its inhabitants, as published for the year.
    pub population: Option<u32>,
    /// Where it is.
    pub territory: crate::holidays::Territory,
    /// True if it has a Protestant temple or a mixed church.
    pub has_protestant_temple: bool,
    /// The short names of what else it is or has.
    pub traits: BTreeSet<String>,
}

impl Collectivite {
    /// The place, for its holidays.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::new(self.territory).with_protestant_temple(self.has_protestant_temple)
    }
}

/// Whether a rule binds a collectivité.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// It does.
    Binds,
    /// It depends on the number of inhabitants, which the collectivité has not told.
    Unknown,
    /// It does not.
    No,
}

/// A date that a collectivité entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct KnownDate {
    /// The short name of its kind.
    pub kind: String,
    /// The day.
    pub day: NaiveDate,
    /// True if what it lacked is there.
    pub is_ready: bool,
}

impl KnownDate {
    /// A date of this kind that still lacks what dates of its kind do.
    #[must_use]
    pub fn new(kind: impl Into<String>, day: NaiveDate) -> Self {
        Self { kind: kind.into(), day, is_ready: false }
    }

    /// The same date, with what it lacked, or without.
    #[must_use]
    pub fn with_ready(mut self, is_ready: bool) -> Self {
        self.is_ready = is_ready;
        self
    }
}

/// A rule as it binds a collectivité once.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deadline<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// Whether the rule binds the collectivité; never [`Binding::No`].
    pub binding: Binding,
    /// The date that it precedes or follows; for a rule of each year, its last day.
    pub anchor: NaiveDate,
    /// The last day on which it can be done in time.
    pub due: NaiveDate,
    /// The last day on which it is told.
    pub last_told: NaiveDate,
    /// The days from which it may be done, by each reading of the law, with the article of that reading.
    pub opens: Vec<(NaiveDate, &'a str)>,
    /// What the date entered still lacks.
    pub missing: Option<&'a str>,
    /// The holiday that its last day is, if it is one. It changes nothing.
    pub holiday: Option<Holiday>,
}

impl Deadline<'_> {
    /// True on the days on which it is told among what waits: from some time before its last day on.
    #[must_use]
    pub fn is_near(&self, today: NaiveDate) -> bool {
        let first = self.due.checked_sub_days(Days::new(self.rule.ahead_days.into()));
        // What follows a date cannot be done before it.
        let may_be_done = self.anchor >= self.due || self.anchor <= today;
        may_be_done && first.is_none_or(|first| first <= today) && today <= self.last_told
    }

    /// What is to be done, in French; `words` writes a day.
    #[must_use]
    pub fn sentence(&self, words: impl Fn(NaiveDate) -> String) -> String {
        let missing = self.missing.map(|text| format!("\u{202f}; {text}")).unwrap_or_default();
        self.rule
            .statement
            .replace("{missing}", &missing)
            .replace("{date}", &words(self.anchor))
            .replace("{due}", &words(self.due))
            .replace("{year}", &self.due.year().to_string())
    }
}

impl Rule {
    /// Whether it binds such a collectivité.
    #[must_use]
    pub fn binding(&self, who: &Collectivite) -> Binding {
        let kind = self.kinds.is_empty() || who.kind.is_some_and(|kind| self.kinds.contains(&kind));
        let place = self.territories.is_empty() || self.territories.contains(&who.territory);
        if !kind || !place || !self.needs.iter().all(|need| who.traits.contains(need)) {
            return Binding::No;
        }
        let has_threshold = self.population_from.is_some() || self.population_below.is_some();
        match who.population {
            None if has_threshold => Binding::Unknown,
            Some(count)
                if self.population_from.is_some_and(|from| count < from)
                    || self.population_below.is_some_and(|below| count >= below) =>
            {
                Binding::No
            }
            _ => Binding::Binds,
        }
    }
}

impl Due {
    /// The last day for the day of a date that was entered: before it, or after it.
    fn for_day(&self, day: NaiveDate) -> Option<NaiveDate> {
        match self.clear_days {
            Some(clear_days) => clear_days.before(day),
            None if !self.before.is_empty() => back(day, self.days, self.months),
            None => {
                let day = day.checked_add_days(Days::new(self.days.unwrap_or(0).into()))?;
                day.checked_add_months(Months::new(self.months.unwrap_or(0).into()))
            }
        }
    }

    /// The last days of a year.
    fn in_year(&self, year: i32, is_renewal: bool) -> impl Iterator<Item = NaiveDate> {
        let days = if is_renewal && !self.renewal.is_empty() { &self.renewal } else { &self.yearly };
        days.iter().filter_map(move |day| day.in_year(year))
    }
}

fn back(day: NaiveDate, days: Option<u16>, months: Option<u16>) -> Option<NaiveDate> {
    let day = day.checked_sub_days(Days::new(days.unwrap_or(0).into()))?;
    day.checked_sub_months(Months::new(months.unwrap_or(0).into()))
}

impl RuleBook {
    /// The deadlines of a collectivité that are told today or later, the next first: those of the rules that are on and bind it, or may.
    #[must_use]
    pub fn deadlines<'a>(
        &'a self,
        who: &Collectivite,
        dates: &[KnownDate],
        today: NaiveDate,
    ) -> Vec<Deadline<'a>> {
        let mut all = Vec::new();
        let place = who.place();
        for (rule, binding) in self.rules_for(who) {
            let Some(due) = &rule.due else { continue };
            let mut add = |anchor: NaiveDate, last: NaiveDate, missing: Option<&'a str>| {
                let overdue = last.checked_add_days(Days::new(OVERDUE_DAYS)).unwrap_or(NaiveDate::MAX);
                let last_told = if due.before.is_empty() { overdue } else { anchor };
                let opening = |opening: &'_ super::Opening| back(anchor, opening.days, opening.months);
                all.push(Deadline {
                    rule,
                    binding,
                    anchor,
                    due: last,
                    last_told,
                    opens: rule
                        .opens
                        .iter()
                        .filter_map(|one| Some((opening(one)?, one.article.as_str())))
                        .collect(),
                    missing,
                    holiday: place.holiday(last),
                });
            };
            for (day, missing) in self.asked_for(due, dates) {
                if let Some(last) = due.for_day(day) {
                    add(day, last, missing);
                }
            }
            for year in today.year().saturating_sub(1)..=today.year().saturating_add(1) {
                for last in due.in_year(year, self.is_renewal(who, year)) {
                    add(last, last, None);
                }
            }
        }
        let horizon = today.checked_add_days(Days::new(HORIZON_DAYS)).unwrap_or(NaiveDate::MAX);
        // A date that was entered is told however far it is.
        all.retain(|one| one.last_told >= today && (one.anchor != one.due || one.due <= horizon));
        all.sort_by(|a, b| (a.due, &a.rule.id).cmp(&(b.due, &b.rule.id)));
        all
    }

    /// The days that a rule asks for, each once, with what each still lacks: nothing once one of its dates is ready, for they are the same
    /// sitting.
    fn asked_for<'a>(&'a self, due: &Due, dates: &[KnownDate]) -> BTreeMap<NaiveDate, Option<&'a str>> {
        let asked = |date: &&KnownDate| {
            due.before.iter().chain(&due.after).any(|kind| self.counts_as(&date.kind, kind))
        };
        let ready: BTreeSet<NaiveDate> =
            dates.iter().filter(asked).filter(|date| date.is_ready).map(|date| date.day).collect();
        let mut days = BTreeMap::new();
        for date in dates.iter().filter(asked) {
            let missing = self.date_kind(&date.kind).and_then(|kind| kind.missing.as_deref());
            let known = days.entry(date.day).or_insert(None);
            *known = known.or(missing.filter(|_| !ready.contains(&date.day)));
        }
        days
    }

    /// The rules that are on, bind a collectivité or may, and give no date.
    pub fn standing_rules<'a>(&'a self, who: &'a Collectivite) -> impl Iterator<Item = (&'a Rule, Binding)> {
        self.rules_for(who).filter(|(rule, _)| rule.due.is_none())
    }

    /// The rules that are on and bind a collectivité, or may.
    pub(super) fn rules_for<'a>(&'a self, who: &Collectivite) -> impl Iterator<Item = (&'a Rule, Binding)> {
        let on = self.rules().filter(|rule| rule.is_on());
        on.map(|rule| (rule, rule.binding(who))).filter(|(_, binding)| *binding != Binding::No)
    }
}
