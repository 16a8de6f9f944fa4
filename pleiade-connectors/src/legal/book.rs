//! The rules together, and what an operator changes in them.

use super::{
    Certainty, ClearDays, Collectivite, DEFAULT_AHEAD_DAYS, DateKind, Due, Kind, Opening, Renewal, Rule,
    Trait,
};
use crate::holidays::Territory;
use chrono::NaiveDate;
use serde::Deserialize;
use std::sync::LazyLock;

/// The longest statement, in characters.
const MAX_STATEMENT_CHARS: usize = 400;

/// The most clear days, days and months that a rule may count.
const MAX_COUNT: u16 = 4000;

/// The rules, the kinds of dates that they ask for, and what a collectivité says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleBook {
    dates: Vec<DateKind>,
    traits: Vec<Trait>,
    renewals: Vec<Renewal>,
    rules: Vec<Rule>,
}

/// What an operator changes: a rule of the same `id` is amended in what is written here, and a new one added, which then needs at least
/// `statement`, `article` and `date`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RuleChange {
    /// The short name of the rule: small letters, digits and dashes.
    pub id: String,
    /// `false` to switch it off, `true` to switch it on.
    pub enabled: Option<bool>,
    /// What is to be done, in French. `{date}` is the date entered, `{due}` the last day, `{year}` its year, `{missing}` what the date
    /// entered still lacks.
    pub statement: Option<String>,
    /// The article of the law.
    pub article: Option<String>,
    /// The version of the rule: one more at each change.
    pub version: Option<u32>,
    /// The day on which the article was looked up, `2026-11-26`. Needed beside every change but `enabled`.
    pub date: Option<NaiveDate>,
    /// Why it is contested; `""` where it is not, or no more.
    pub contested: Option<String>,
    /// More about it; `""` for nothing.
    pub note: Option<String>,
    /// The kinds of collectivité that it binds: `commune`, `epci`, `department`, `region`, `establishment`. Default: all.
    pub kinds: Option<Vec<Kind>>,
    /// The territories where it holds: `metropole`, `alsace-moselle`, `guadeloupe`, `martinique`, `guyane`, `la-reunion`, `mayotte`,
    /// `saint-barthelemy`, `saint-martin`. Default: all.
    pub territories: Option<Vec<Territory>>,
    /// The fewest inhabitants.
    pub population_from: Option<u32>,
    /// The number of inhabitants from which it binds no more.
    pub population_below: Option<u32>,
    /// What the collectivité must be or have: `m57`, `own-taxation`, `member-3500`, `water`, `employer-11`.
    pub needs: Option<Vec<String>>,
    /// How its last day is found: `{ before = ["council"], clear_days = 5 }`, `{ after = ["council"], days = 7 }` or `months = 1`, or
    /// `{ yearly = ["04-15"], renewal = ["04-30"] }`. Dates are `council`, `council-emergency`, `budget-vote`, `minutes-approved`,
    /// `council-request`, `documents-request`, `accessibility`, `breach` and `duerp`. Without it, the rule always holds and gives no date.
    pub due: Option<Due>,
    /// From when at the earliest, by each reading of the law: `{ months = 2, article = "CGCT L2312-1" }`.
    pub opens: Option<Vec<Opening>>,
    /// The days before its last one from which it waits in the queue. Default: 45.
    pub ahead_days: Option<u16>,
}

/// A mistake in a change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleProblem {
    /// The number of the change, from 0.
    pub change: usize,
    /// The key in it.
    pub key: &'static str,
    /// What is wrong.
    pub message: String,
}

impl RuleBook {
    /// The rules of the data file.
    #[must_use]
    pub fn built_in() -> Self {
        // Empty only if the data file is not what it must be: a test of this module reads it.
        static DATA: LazyLock<RuleBook> =
            LazyLock::new(|| toml::from_str(include_str!("rules.toml")).unwrap_or_default());
        DATA.clone()
    }

    /// The same rules as an operator changes them, in the order of the changes.
    ///
    /// # Errors
    /// Every mistake that could be found.
    pub fn amended(mut self, changes: &[RuleChange]) -> Result<Self, Vec<RuleProblem>> {
        let mut problems = Vec::new();
        for (number, change) in changes.iter().enumerate() {
            let twice = changes.iter().take(number).any(|earlier| earlier.id == change.id);
            let known = self.rules.iter().position(|rule| rule.id == change.id);
            let changed = change.applied_to(known.and_then(|at| self.rules.get(at)));
            let found = match changed {
                _ if twice => vec![("id", format!("the rule `{}` is changed twice", change.id))],
                Err(problem) => vec![problem],
                Ok(rule) => {
                    let found = self.problems(&rule);
                    match known.and_then(|at| self.rules.get_mut(at)) {
                        Some(place) => *place = rule,
                        None => self.rules.push(rule),
                    }
                    found
                }
            };
            let problem = |(key, message)| RuleProblem { change: number, key, message };
            problems.extend(found.into_iter().map(problem));
        }
        if problems.is_empty() { Ok(self) } else { Err(problems) }
    }

    /// Every rule, on or off.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    /// What a collectivité may be or have.
    #[must_use]
    pub fn traits(&self) -> &[Trait] {
        &self.traits
    }

    /// A kind of date.
    #[must_use]
    pub fn date_kind(&self, id: &str) -> Option<&DateKind> {
        self.dates.iter().find(|kind| kind.id == id)
    }

    /// True if a date of a kind counts as one of another kind: of the same, or of the one that it is besides.
    #[must_use]
    pub fn counts_as(&self, kind: &str, other: &str) -> bool {
        kind == other || self.date_kind(kind).is_some_and(|kind| kind.also.as_deref() == Some(other))
    }

    /// The kinds of dates that the rules which are on and bind a collectivité, or may, ask for.
    pub fn date_kinds<'a>(&'a self, who: &'a Collectivite) -> impl Iterator<Item = &'a DateKind> {
        let dues = move || self.rules_for(who).filter_map(|(rule, _)| rule.due.as_ref());
        self.dates.iter().filter(move |kind| {
            dues().any(|due| due.before.contains(&kind.id) || due.after.contains(&kind.id))
        })
    }

    /// True if the assembly of a collectivité is renewed in a year.
    #[must_use]
    pub fn is_renewal(&self, who: &Collectivite, year: i32) -> bool {
        let Some(kind) = who.kind else { return false };
        self.renewals.iter().any(|renewal| renewal.kinds.contains(&kind) && renewal.years.contains(&year))
    }

    /// What is wrong with a rule, by key.
    fn problems(&self, rule: &Rule) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        let mut wrong = |key, message: &str| found.push((key, message.to_owned()));
        if !is_slug(&rule.id) {
            wrong("id", "must be small letters, digits and dashes, 64 at most");
        }
        let length = rule.statement.chars().count();
        if rule.statement.trim().is_empty() || length > MAX_STATEMENT_CHARS {
            wrong("statement", "must be 1 to 400 characters");
        }
        if rule.article.trim().is_empty() {
            wrong("article", "must not be empty");
        }
        for need in &rule.needs {
            if !self.traits.iter().any(|known| known.id == *need) {
                let known: Vec<String> = self.traits.iter().map(|known| format!("`{}`", known.id)).collect();
                wrong("needs", &format!("there is no `{need}`; there is {}", known.join(", ")));
            }
        }
        if let (Some(from), Some(below)) = (rule.population_from, rule.population_below)
            && from >= below
        {
            wrong("population_below", "must be more than `population_from`");
        }
        let asked = placeholders(&rule.statement);
        let unknown = |name: &&str| !["date", "due", "year", "missing"].contains(name);
        if let Some(name) = asked.iter().find(|name| unknown(name)) {
            wrong("statement", &format!("there is no `{{{name}}}`"));
        }
        match &rule.due {
            None if !asked.is_empty() => {
                wrong("statement", "a rule without `due` has no date to put in its statement");
            }
            None => {}
            Some(due) => {
                let is_yearly = due.before.is_empty() && due.after.is_empty();
                if is_yearly && asked.iter().any(|name| ["date", "missing"].contains(name)) {
                    wrong("statement", "a rule of each year has no date that is entered");
                }
                self.due_problems(due, &mut wrong);
            }
        }
        for opening in &rule.opens {
            let has_date = rule.due.as_ref().is_some_and(|due| !due.before.is_empty());
            if !has_date || opening.days.is_some() == opening.months.is_some() {
                wrong("opens", "each has `days` or `months`, before a date that `due.before` names");
            }
        }
        found
    }

    fn due_problems(&self, due: &Due, wrong: &mut impl FnMut(&'static str, &str)) {
        let ways = [&due.before, &due.after].into_iter().filter(|dates| !dates.is_empty()).count();
        if ways + usize::from(!due.yearly.is_empty()) != 1 {
            wrong("due", "must have one of `before`, `after` and `yearly`");
            return;
        }
        for date in due.before.iter().chain(&due.after) {
            if self.date_kind(date).is_none() {
                let known: Vec<String> = self.dates.iter().map(|kind| format!("`{}`", kind.id)).collect();
                wrong("due", &format!("there is no date `{date}`; there is {}", known.join(", ")));
            }
        }
        let counts = [due.clear_days.map(|ClearDays(count)| count), due.days, due.months];
        let given = counts.iter().flatten().count();
        if counts.into_iter().flatten().any(|count| count > MAX_COUNT) {
            wrong("due", "counts are 4000 at most");
        }
        if !due.yearly.is_empty() {
            if given > 0 {
                wrong("due", "`yearly` takes no count of days");
            }
            if !due.renewal.is_empty() && due.renewal.len() != due.yearly.len() {
                wrong("due", "`renewal` must have as many days as `yearly`");
            }
            return;
        }
        if given != 1 || !due.renewal.is_empty() {
            wrong("due", "must have one of `clear_days`, `days` and `months`");
        }
        if due.clear_days.is_some() && due.before.is_empty() {
            wrong("due", "`clear_days` are counted before a date");
        }
    }
}

fn is_slug(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=64).contains(&text.len()) && text.chars().all(allowed)
}

/// The names in braces.
fn placeholders(text: &str) -> Vec<&str> {
    text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default()).collect()
}

impl RuleChange {
    /// True if it only switches a rule on or off.
    fn is_switch(&self) -> bool {
        let switch = Self { id: self.id.clone(), enabled: self.enabled, ..Self::default() };
        *self == switch
    }

    fn applied_to(&self, known: Option<&Rule>) -> Result<Rule, (&'static str, String)> {
        let change = self.clone();
        let needs = |key: &'static str| (key, "is needed".to_owned());
        if known.is_none() && change.is_switch() {
            return Err(("id", format!("there is no rule `{}`", change.id)));
        }
        if !change.is_switch() && change.date.is_none() {
            return Err(("date", "write the day on which the article was looked up".to_owned()));
        }
        let base = match known {
            Some(rule) => rule.clone(),
            None => Rule {
                id: change.id.clone(),
                statement: change.statement.clone().ok_or_else(|| needs("statement"))?,
                article: change.article.clone().ok_or_else(|| needs("article"))?,
                version: 1,
                date: change.date.ok_or_else(|| needs("date"))?,
                certainty: Certainty::Operator,
                contested: None,
                note: None,
                kinds: Vec::new(),
                territories: Vec::new(),
                population_from: None,
                population_below: None,
                needs: Vec::new(),
                due: None,
                opens: Vec::new(),
                ahead_days: DEFAULT_AHEAD_DAYS,
                enabled: None,
            },
        };
        // Who amends a rule answers for it: a sentence of theirs is the operator's.
        let certainty = if change.is_switch() { base.certainty } else { Certainty::Operator };
        Ok(Rule {
            id: base.id,
            statement: change.statement.unwrap_or(base.statement),
            article: change.article.unwrap_or(base.article),
            version: change.version.unwrap_or(base.version),
            date: change.date.unwrap_or(base.date),
            certainty,
            contested: change.contested.or(base.contested).filter(|text| !text.trim().is_empty()),
            note: change.note.or(base.note).filter(|text| !text.trim().is_empty()),
            kinds: change.kinds.unwrap_or(base.kinds),
            territories: change.territories.unwrap_or(base.territories),
            population_from: change.population_from.or(base.population_from),
            population_below: change.population_below.or(base.population_below),
            needs: change.needs.unwrap_or(base.needs),
            due: change.due.or(base.due),
            opens: change.opens.unwrap_or(base.opens),
            ahead_days: change.ahead_days.unwrap_or(base.ahead_days),
            enabled: change.enabled.or(base.enabled),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_file_is_whole() {
        let book: RuleBook = toml::from_str(include_str!("rules.toml")).unwrap();
        let problems: Vec<_> =
            book.rules().flat_map(|rule| book.problems(rule)).map(|(_, message)| message).collect();
        assert_eq!(problems, Vec::<String>::new());
        let mut ids: Vec<&str> = book.rules().map(|rule| rule.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), book.rules().count(), "each id once");
        let also = book.dates.iter().filter_map(|kind| kind.also.as_deref());
        assert!(also.into_iter().all(|id| book.date_kind(id).is_some_and(|kind| kind.also.is_none())));
        assert!(book.rules().all(|rule| rule.enabled.is_none()), "certainty alone decides");
    }
}
