//! Balances of leave, and of hours as they stood yesterday: those of a day are not final before its evening.

use super::{around, own, today};
use crate::{
    kelio::{
        client::Family,
        config::{CounterConfig, Unit},
        sessions::{Person, Shared},
        wire::Total,
    },
    kit::{content::plain, json::List, parts::Parts},
};
use chrono::NaiveDate;
use pleiade_core::{
    Amount, ConnectorError, ErrorKind, Indicator, IndicatorKey, Message, MessageArg, WidgetContent,
};

pub(super) async fn show(shared: &Shared, person: Person) -> Result<WidgetContent, ConnectorError> {
    let today = today(shared, &person);
    let (yesterday, _) = around(today, 1, 0);
    let mut calls = Vec::new();
    let (leave, hours) = (shared.rules().leave.iter(), shared.rules().hours.iter());
    let all =
        leave.map(|one| (Family::Leave, today, one)).chain(hours.map(|one| (Family::Hours, yesterday, one)));
    for (family, day, counter) in all {
        calls.push(read(shared, &person, family, day, counter).await);
        // A server that does not answer is not asked for its other counters.
        if calls.last().is_some_and(|call| call.as_ref().is_err_and(|error| error.kind().is_outage())) {
            break;
        }
    }
    let wanted = shared.rules().leave.len() + shared.rules().hours.len();
    let is_cut = calls.len() < wanted;
    let parts = Parts::join(calls)?;
    let mut content = WidgetContent::default();
    parts.note(&mut content, &person.account.cx);
    let is_foreign = parts.read.iter().any(|(_, is_whole)| !is_whole);
    if (is_cut || is_foreign) && content.notices.is_empty() {
        content.notices.push(Message::new("kit-missing"));
    }
    content.indicators = parts.read.into_iter().filter_map(|(indicator, _)| indicator).collect();
    Ok(content)
}

/// A counter, none where the person has no such counter; and whether all of it could be read.
async fn read(
    shared: &Shared,
    person: &Person,
    family: Family,
    day: NaiveDate,
    (key, counter): &(IndicatorKey, CounterConfig),
) -> Result<(Option<Indicator>, bool), ConnectorError> {
    let cx = &person.account.cx;
    let number = shared.counter(&person.account, family, &counter.counter).await?;
    let totals = shared.client().totals(cx.clock.now(), family, number, &person.number, (day, day)).await?;
    let is_own = |total: &Total| {
        shared.owns(cx, &person.number, &total.person)
            && total.counter.is_none_or(|counter| counter == number)
    };
    let (totals, is_foreign) = own(totals, is_own);
    let is_whole = !is_foreign && !totals.is_partial();
    let Some(total) = current(&totals, day) else { return Ok((None, is_whole)) };
    let amount = amount(family, counter.unit, total).ok_or_else(|| {
        ConnectorError::new(ErrorKind::BadAnswer, "read a counter")
            .with_hint("a total holds no number in the unit of its counter (`unit`)")
    })?;
    let dated = if family == Family::Hours { "yes" } else { "no" };
    let noun = Message::new("kelio-balance")
        .with_text("name", plain(&counter.name))
        .with_text("dated", dated)
        .with("day", MessageArg::Day(day));
    Ok((Some(Indicator::new(key.clone(), amount, noun, cx.clock.now())), is_whole))
}

/// Of several periods the one with this day; the last of those, as the one that is still open.
fn current(totals: &List<Total>, day: NaiveDate) -> Option<&Total> {
    let covers = |total: &&Total| total.period.is_none_or(|(first, last)| (first..=last).contains(&day));
    totals.iter().filter(covers).max_by_key(|total| total.period.map(|(_, last)| last))
}

/// A total in the unit of its counter.
fn amount(family: Family, unit: Option<Unit>, total: &Total) -> Option<Amount> {
    let minutes = |hundredths: i64| Amount::HoursBalance {
        minutes: (hundredths * 60 + 50 * hundredths.signum()) / 100,
    };
    let days = |hundredths| Amount::Days { hundredths };
    // A counter holds both, and zero in the unit in which it does not count for this person.
    let is_counted = |hundredths: Option<i64>| hundredths.is_some_and(|hundredths| hundredths != 0);
    match (family, unit) {
        (Family::Leave, Some(Unit::Hours)) if is_counted(total.days) && !is_counted(total.hours) => {
            total.days.map(days)
        }
        (Family::Leave, Some(Unit::Hours)) => total.hours.map(minutes),
        (Family::Leave, _) if is_counted(total.hours) && !is_counted(total.days) => total.hours.map(minutes),
        (Family::Leave, _) => total.days.map(days),
        (Family::Hours, Some(Unit::Minutes)) => {
            total.end.map(|hundredths| Amount::HoursBalance { minutes: hundredths / 100 })
        }
        (Family::Hours, _) => total.end.map(minutes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balance_is_told_in_the_unit_in_which_it_counts() {
        let told = |unit, days: Option<i64>, hours: Option<i64>| {
            let person = "000970".to_owned();
            let total = Total { person, counter: None, period: None, days, hours, end: None };
            amount(Family::Leave, unit, &total)
        };
        let (days, hours) = (Amount::Days { hundredths: 1850 }, Amount::HoursBalance { minutes: 450 });
        for unit in [None, Some(Unit::Days), Some(Unit::Hours)] {
            assert_eq!(told(unit, Some(1850), Some(0)), Some(days), "{unit:?}: not 0 h");
            assert_eq!(told(unit, Some(0), Some(750)), Some(hours), "{unit:?}: not 0 days");
        }
        assert_eq!(told(Some(Unit::Hours), Some(100), Some(750)), Some(hours));
        assert_eq!(told(Some(Unit::Days), Some(1850), Some(750)), Some(days));
        assert_eq!(told(Some(Unit::Hours), Some(0), Some(0)), Some(Amount::HoursBalance { minutes: 0 }));
        assert_eq!(told(None, Some(0), None), Some(Amount::Days { hundredths: 0 }));
        assert_eq!(told(None, None, None), None);
    }
}
