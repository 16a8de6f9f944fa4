//! What a card says of a person's rows.

use super::{
    contract::{Clocking, Element, ElementStatus},
    profile::{Card, Count, List, Shared},
    source::{PersonReading, UnreadableRows},
};
use crate::kit::{content, days};
use chrono::{Days, NaiveDate};
use pleiade_core::{
    Amount, CallContext, Currency, Deadline, EventTime, Indicator, Item, Message, Severity, Task, Text,
    WidgetContent, place::leads_to,
};
use std::collections::HashSet;
use url::Url;

/// The content of a card. Whoever stands in for the person sees what may be delegated, and no number.
pub(super) fn content(card: &Card, cx: &CallContext, own: &PersonReading, shared: &Shared) -> WidgetContent {
    let mut shown = WidgetContent::default();
    let mut absences = HashSet::new();
    for list in &card.lists {
        let rows: Vec<&Element> = own.elements.iter().filter(|row| row.list == list.code).collect();
        let items: Vec<Item> = rows.iter().map(|row| item(list, row, cx, shared)).collect();
        if !cx.stands_in {
            counts(list, &rows, &items, cx, own, &mut shown);
        }
        let visible = |item: &Item| !cx.stands_in || item.task.as_ref().is_some_and(Task::may_be_delegated);
        // A request and the absence that it became may both be handed over, in two lists; half days of one list are two.
        let is_new =
            |row: &Element| list.task.is_some() || row.end.is_none() || !absences.contains(&span(row));
        let kept: Vec<_> =
            rows.iter().zip(items).filter(|(row, item)| visible(item) && is_new(row)).collect();
        shown.items.extend(kept.into_iter().map(|(_, item)| item));
        absences.extend(rows.iter().map(|row| span(row)));
    }
    let (unreadable, is_partial) = missing(card, own);
    let at_least = unreadable > 0 || is_partial;
    if !cx.stands_in {
        shown.indicators.extend(card.figures.iter().filter_map(|figure| figure.indicator(own, at_least)));
        if let Some(words) = card.clockings {
            shown.items.extend(clockings(words, cx, own));
        }
    }
    // What waits comes first, by its deadline.
    shown.items.sort_by_key(|item| (item.task.is_none(), item.task.is_some().then(|| order(item))));
    shown.as_of = own.as_of;
    shown.link = Some(shared.home.clone());
    shown.notices.extend(own.notices.iter().cloned());
    content::note_unreadable(&mut shown, unreadable);
    if is_partial {
        shown.notices.push(Message::new("kit-missing"));
    }
    content::limit_lines(&mut shown, content::MAX_LINES);
    shown
}

/// What makes two rows one absence: its days, halves included, and its kind.
fn span(row: &Element) -> (Option<Deadline>, Option<Deadline>, [bool; 2], &str) {
    (row.date, row.end, [row.starts_at_noon, row.ends_at_noon], &row.title)
}

/// The rows that could not be read of what a card shows, and whether there may be others.
fn missing(card: &Card, own: &PersonReading) -> (usize, bool) {
    let [elements, figures, clockings] = &own.unreadable;
    let shows_list = |code: &str| card.lists.iter().any(|list| list.code == code);
    let shows_figure = |code: &str| {
        let told = |list: &List| {
            let late = list.late.as_ref().is_some_and(|late| late.key.as_str() == code);
            late || (list.count.is_some() && list.code == code)
        };
        card.figures.iter().any(|figure| figure.code == code) || card.lists.iter().any(told)
    };
    let counts = |list: &List| list.count.is_some() || list.late.is_some();
    let shown = [
        (!card.lists.is_empty(), unreadable(elements, &shows_list)),
        (!card.figures.is_empty() || card.lists.iter().any(counts), unreadable(figures, &shows_figure)),
        (card.clockings.is_some(), unreadable(clockings, &|_| true)),
    ];
    let mut missing = (0, false);
    for ((is_shown, rows), is_partial) in shown.into_iter().zip(own.is_partial) {
        if is_shown {
            missing.0 += rows;
            missing.1 |= is_partial;
        }
    }
    missing
}

/// The rows of those lists or codes, and of those of which nobody knows the list.
fn unreadable(rows: &UnreadableRows, shows: &dyn Fn(&str) -> bool) -> usize {
    let shown = rows.iter().filter(|(code, _)| code.as_deref().is_none_or(shows));
    shown.map(|(_, rows)| rows).sum()
}

fn order(item: &Item) -> (NaiveDate, bool) {
    match item.deadline {
        Some(Deadline::Day(day)) => (day, true),
        Some(Deadline::At(at)) => (at.date_naive(), false),
        None => (NaiveDate::MAX, true),
    }
}

/// The number of what waits, and of what is late.
fn counts(
    list: &List,
    rows: &[&Element],
    items: &[Item],
    cx: &CallContext,
    own: &PersonReading,
    shown: &mut WidgetContent,
) {
    let [elements, figures, _] = &own.unreadable;
    let [some_elements, some_figures, _] = own.is_partial;
    let is_cut = some_elements || some_figures || unreadable(elements, &|code| code == list.code) > 0;
    let told = |code: &str| {
        own.figures.iter().find(|row| row.code == code).and_then(|row| match row.value {
            Amount::Count { value, .. } => Some(value),
            _ => None,
        })
    };
    // Of a list that was not handed over nobody knows that it is empty.
    let larger = |told: Option<u64>, lines: usize| match own.has_elements {
        true => Some(told.unwrap_or(0).max(lines as u64)),
        false => told,
    };
    let mut tell = |count: &Count, code: &str, value: u64, severity: Severity| {
        let at_least = is_cut || unreadable(figures, &|figure| figure == code) > 0;
        let indicator = Indicator::count(count.key.clone(), value, count.noun, own.read_at);
        shown.indicators.push(indicator.at_least(at_least).with_severity(severity));
    };
    if let Some(count) = &list.count {
        let waiting = match list.task {
            Some(_) => items.iter().filter(|item| item.task.is_some()).count(),
            None => rows.iter().filter(|row| is_open(row)).count(),
        };
        if let Some(value) = larger(told(list.code), waiting) {
            tell(count, list.code, value, Severity::Info);
        }
    }
    if let Some(count) = &list.late {
        let zone = &cx.tenant.time_zone;
        let is_late =
            |item: &&Item| item.task.is_some() && days::is_late(zone, item.deadline, cx.clock.now());
        let late = items.iter().filter(is_late).count();
        if let Some(late) = larger(told(count.key.as_str()), late) {
            let severity = if late > 0 { Severity::Alert } else { Severity::Info };
            tell(count, count.key.as_str(), late, severity);
        }
    }
}

/// True if nobody has decided of it.
fn is_open(row: &Element) -> bool {
    !matches!(row.status, Some(ElementStatus::Approved | ElementStatus::Refused | ElementStatus::Cancelled))
}

fn item(list: &List, row: &Element, cx: &CallContext, shared: &Shared) -> Item {
    let mut item =
        Item::new(format!("{}/{}", row.list, row.id), content::title(&row.title, "kit-exchange-untitled"));
    item.detail = detail(row);
    let due = list.due_after_days.zip(row.date).and_then(|(days, date)| {
        let day = match date {
            Deadline::Day(day) => day,
            Deadline::At(at) => at.with_timezone(&cx.tenant.time_zone).date_naive(),
        };
        day.checked_add_days(Days::new(days.into())).map(Deadline::Day)
    });
    item.deadline = row.due.or(due);
    item.link = Some(link(row.url.as_ref(), shared));
    item.when = when(row);
    let is_theirs = !row.status.is_some_and(ElementStatus::waits_elsewhere);
    match list.task.filter(|_| is_theirs) {
        Some(kind) => {
            let mut task = Task::new(kind);
            if list.delegable {
                task = task.delegable();
            }
            if let (Some(Deadline::At(at)), None) = (row.date, row.end) {
                task = task.since(at);
            }
            item.task = Some(task);
        }
        None => item.status = status(row),
    }
    item
}

/// A day, or several; of something without an end, the day that it bears.
fn when(row: &Element) -> Option<EventTime> {
    match (row.date?, row.end) {
        (Deadline::Day(first), None) => Some(EventTime::Days(first, first)),
        (Deadline::Day(first), Some(Deadline::Day(last))) if first <= last => {
            Some(EventTime::Days(first, last))
        }
        (Deadline::At(start), Some(Deadline::At(end))) if start <= end => {
            Some(EventTime::Between(start, end))
        }
        (Deadline::At(at), None) => Some(EventTime::At(at)),
        _ => None,
    }
}

/// An address of a row where it is the application's own or on a declared host, else the home page.
fn link(url: Option<&Url>, shared: &Shared) -> Url {
    let is_ours = |url: &&Url| shared.link_places.iter().any(|place| leads_to(url, place));
    url.filter(is_ours).unwrap_or(&shared.home).clone()
}

fn status(row: &Element) -> Option<Message> {
    let key = match row.status {
        Some(ElementStatus::ToVisa | ElementStatus::ToApprove | ElementStatus::Waiting) => {
            "kit-exchange-waiting"
        }
        Some(ElementStatus::InProgress) => "kit-exchange-in-progress",
        Some(ElementStatus::Late) => "kit-exchange-late-row",
        Some(ElementStatus::Approved) => "kit-exchange-approved",
        Some(ElementStatus::Refused) => "kit-exchange-declined",
        Some(ElementStatus::Cancelled) => "kit-exchange-cancelled",
        None => {
            let words = content::plain(row.status_text.as_deref()?);
            return (!words.is_empty()).then(|| Message::new("kit-exchange-label").with_text("label", words));
        }
    };
    Some(Message::new(key))
}

/// What is known beside the title: the words of the row, half days, and how long or how much.
fn detail(row: &Element) -> Option<Text> {
    let words = content::plain(row.subtitle.as_deref().unwrap_or_default());
    let half = match (row.end.is_some(), row.starts_at_noon, row.ends_at_noon) {
        (false, ..) | (_, false, false) => "none",
        (_, true, false) => "start",
        (_, false, true) => "end",
        (_, true, true) => "both",
    };
    // The sign stands apart: half a euro owed has none of its own before its 0.
    let (unit, amount, base) = match row.amount.or(row.duration) {
        Some(Amount::Money { hundredths, currency: Currency::Xpf }) => ("xpf", hundredths, 100),
        Some(Amount::Money { hundredths, .. }) => ("eur", hundredths, 100),
        Some(Amount::Days { hundredths }) => ("days", hundredths, 100),
        Some(Amount::HoursBalance { minutes }) => ("hours", minutes, 60),
        _ => ("none", 0, 1),
    };
    let (whole, rest) = (amount.unsigned_abs() / base, amount.unsigned_abs() % base);
    let value = match unit {
        "days" => number(amount) / 100.0,
        _ => number(i64::try_from(whole).unwrap_or(i64::MAX)),
    };
    if half == "none" && unit == "none" {
        return content::detail(&words);
    }
    let message = Message::new("kit-exchange-detail")
        .with_text("joined", if words.is_empty() || unit == "none" { "no" } else { "yes" })
        .with_text("words", words)
        .with_text("half", half)
        .with_text("unit", unit)
        .with("value", pleiade_core::MessageArg::Number(value))
        .with_text("sign", if amount < 0 { "−" } else { "" })
        .with_text("rest", format!("{rest:02}"));
    Some(message.into())
}

#[expect(clippy::cast_precision_loss, reason = "display only")]
fn number(value: i64) -> f64 {
    value as f64
}

/// When the person came and went today.
fn clockings([comes_in, goes_out]: [&'static str; 2], cx: &CallContext, own: &PersonReading) -> Vec<Item> {
    let (today, zone) = (cx.today(), &cx.tenant.time_zone);
    let is_of_today = |clocking: &&Clocking| clocking.at.with_timezone(zone).date_naive() == today;
    let mut todays: Vec<_> = own.clockings.iter().filter(is_of_today).collect();
    todays.sort_by_key(|clocking| clocking.at);
    let line = |clocking: &&Clocking| {
        let key = if clocking.comes_in { comes_in } else { goes_out };
        let mut item = Item::new(format!("{}/{key}", clocking.at.to_rfc3339()), Message::new(key));
        item.when = Some(EventTime::At(clocking.at));
        item
    };
    todays.iter().map(line).collect()
}
