//! Deadlines in words, the same on the page and in the queue.

use super::LegalCalendar;
use crate::{
    storage::{DeadlineKey, LegalRecord},
    web::words::Words,
};
use chrono::{Datelike as _, NaiveDate, Weekday};
use pleiade_connectors::legal::{Binding, COUNCIL, COUNCIL_IN_EMERGENCY, Deadline, Rule, RuleBook};
use pleiade_core::{Message, TenantId};

/// The page of deadlines.
pub(crate) const PAGE: &str = "/deadlines";

/// What waits in a collectivité, before it is put in words.
#[derive(Debug)]
pub(crate) struct TenantDeadlines<'a> {
    /// The deadlines that nobody dismissed, the next first.
    pub(crate) waiting: Vec<Deadline<'a>>,
    /// True if its people are asked to enter their dates: its kind is not known, or no date to come is.
    pub(crate) asks_for_dates: bool,
}

/// The deadlines of a collectivité on a day.
pub(crate) fn tenant_deadlines<'a>(
    calendar: &'a LegalCalendar,
    record: &LegalRecord,
    today: NaiveDate,
) -> TenantDeadlines<'a> {
    let mut waiting = calendar.rules().book.deadlines(&record.facts, &record.dates, today);
    let is_dismissed = |deadline: &Deadline<'_>| {
        record.dismissals.iter().any(|one| {
            let (rule, day) = &one.deadline;
            *rule == deadline.rule.id && *day == deadline.anchor
        })
    };
    waiting.retain(|deadline| !is_dismissed(deadline));
    let knows_dates = record.dates.iter().any(|date| date.day >= today);
    TenantDeadlines { waiting, asks_for_dates: record.facts.kind.is_none() || !knows_dates }
}

/// True for dates of these kinds, which are sittings of the council.
pub(super) fn is_council(book: &RuleBook, kind: &str) -> bool {
    [COUNCIL, COUNCIL_IN_EMERGENCY].into_iter().any(|council| book.counts_as(kind, council))
}

/// The address of the page for a collectivité.
pub(crate) fn page_address(tenant: &TenantId) -> String {
    format!("{PAGE}?tenant={tenant}")
}

/// A deadline by name, in forms: `convocation-large/2026-12-18`.
pub(crate) fn target(deadline: &Deadline<'_>) -> String {
    target_of(&(deadline.rule.id.clone(), deadline.anchor))
}

pub(super) fn target_of((rule, day): &DeadlineKey) -> String {
    format!("{rule}/{day}")
}

/// A name and a day, as forms send them; none for what no form of ours sends.
pub(super) fn parse_target(target: &str) -> Option<DeadlineKey> {
    let (name, day) = target.rsplit_once('/')?;
    Some((name.to_owned(), day.parse().ok()?))
}

/// What is to be done. The law is in French, and so are its days.
pub(crate) fn sentence(french: &Words, deadline: &Deadline<'_>) -> String {
    deadline.sentence(|day| french.day(day))
}

/// The condition of a rule, its article and date, what is contested and what its last day is, in one line that ends with whose it is to check.
pub(crate) fn detail(words: &Words, french: &Words, deadline: &Deadline<'_>) -> String {
    let mut parts = condition(words, deadline.rule, deadline.binding);
    parts.push(source(words, deadline.rule));
    if !deadline.opens.is_empty() {
        let day = |(day, article): &(NaiveDate, &str)| format!("{} ({article})", french.day(*day));
        let days: Vec<String> = deadline.opens.iter().map(day).collect();
        let or = words.t("legal-or");
        parts.push(words.message(&Message::new("legal-opens").with_text("days", days.join(&or))));
    }
    if deadline.rule.contested.is_some() {
        parts.push(words.t("legal-contested"));
    }
    match deadline.due.weekday() {
        Weekday::Sat => parts.push(words.t("legal-saturday")),
        Weekday::Sun => parts.push(words.t("legal-sunday")),
        _ => {}
    }
    if let Some(holiday) = deadline.holiday {
        let key = if holiday.verified { "legal-holiday" } else { "legal-holiday-unverified" };
        parts.push(words.message(&Message::new(key).with_text("name", holiday.name)));
    }
    parts.push(words.t("legal-to-check"));
    parts.join(" · ")
}

/// The same of a rule that always holds.
pub(super) fn standing_detail(words: &Words, rule: &Rule, binding: Binding) -> String {
    let mut parts = condition(words, rule, binding);
    parts.push(source(words, rule));
    parts.extend(rule.contested.as_ref().map(|_| words.t("legal-contested")));
    parts.push(words.t("legal-to-check"));
    parts.join(" · ")
}

/// On what number of inhabitants it depends whether a rule binds a collectivité that has not told its own.
fn condition(words: &Words, rule: &Rule, binding: Binding) -> Vec<String> {
    let message = match (rule.population_from, rule.population_below) {
        _ if binding != Binding::Unknown => return Vec::new(),
        (None, None) => return Vec::new(),
        (Some(from), None) => Message::new("legal-if-from").with_number("from", from.into()),
        (None, Some(below)) => Message::new("legal-if-below").with_number("below", below.into()),
        (Some(from), Some(below)) => Message::new("legal-if-between")
            .with_number("from", from.into())
            .with_number("below", below.into()),
    };
    vec![words.message(&message)]
}

/// The article of a rule, its version and its date.
fn source(words: &Words, rule: &Rule) -> String {
    let message = Message::new("legal-source")
        .with_text("article", &rule.article)
        .with_text("version", rule.version.to_string())
        .with_text("date", words.day(rule.date));
    words.message(&message)
}
