//! What Ciril answers, read by local names: one odd item never hides the others, and a count that is no number is no count.

use super::config::OrdersConfig;
use crate::kit::{days, json::List, soap::Element};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use chrono_tz::Tz;
use pleiade_core::{EventTime, SecretString};

/// Longer than what any field holds, in characters.
const MAX_WORDS_CHARS: usize = 500;

/// What an account of Civil opens.
#[derive(Debug, Clone)]
pub struct AccessPoint {
    /// The application.
    pub application: Option<String>,
    /// The application, as the web interface names it.
    pub net_application: Option<String>,
    /// Its label.
    pub label: Option<String>,
    /// The access string: it opens the application, and is passed back byte for byte.
    pub access: SecretString,
}

/// A group of tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The code of the application.
    pub application: Option<String>,
    /// The label of the group.
    pub label: Option<String>,
    /// The number of its tasks, which is not always that of `tasks`.
    pub count: u64,
    /// The tasks that came with it.
    pub tasks: List<Task>,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its number.
    pub number: i64,
    /// Its label.
    pub label: Option<String>,
    /// The day it began, where it could be read.
    pub day: Option<NaiveDate>,
    /// The time of that day.
    pub time: Option<NaiveTime>,
    /// Its address, relative to the platform.
    pub url: Option<String>,
    /// The number of its documents.
    pub documents: usize,
    /// The attribute that an answer sets.
    pub attribute: Option<String>,
    /// The values that it may have, as one text.
    pub values: Option<String>,
}

impl Task {
    /// When it began: an instant, or a day where no hour could be read.
    #[must_use]
    pub fn when(&self, zone: Tz) -> Option<EventTime> {
        let day = self.day?;
        Some(match self.time {
            Some(time) => EventTime::At(days::instant(&zone, NaiveDateTime::new(day, time))),
            None => EventTime::Days(day, day),
        })
    }

    /// The instant since when it waits.
    #[must_use]
    pub fn since(&self, zone: Tz) -> Option<DateTime<Utc>> {
        let time = self.time.unwrap_or(NaiveTime::MIN);
        Some(days::instant(&zone, NaiveDateTime::new(self.day?, time)))
    }

    /// True if it takes this value of this attribute.
    #[must_use]
    pub fn takes(&self, attribute: &str, value: &str, separator: &str) -> bool {
        let mut values = self.values.as_deref().unwrap_or_default().split(separator);
        self.attribute.as_deref() == Some(attribute) && values.any(|allowed| allowed.trim() == value)
    }
}

/// A purchase order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its number.
    pub number: String,
    /// Its label, where its element is configured.
    pub label: Option<String>,
    /// Its supplier, where its element is configured.
    pub supplier: Option<String>,
    /// Its amount as Ciril writes it, where its element is configured.
    pub amount: Option<String>,
    /// The number of its documents.
    pub documents: usize,
}

/// The items of a list of a response; none when the answer is no such response. A list that is nil is empty.
fn items<'a>(response: &'a Element, operation: &str, part: &str) -> Option<&'a [Element]> {
    if response.name().strip_suffix("Response") != Some(operation) {
        return None;
    }
    Some(response.child(part)?.children())
}

fn words(of: &Element, name: &str) -> Option<String> {
    of.value(name).map(|text| text.chars().take(MAX_WORDS_CHARS).collect())
}

/// The answer to `getAccessList`.
#[must_use]
pub fn access_points(response: &Element) -> Option<Vec<AccessPoint>> {
    let read = |item: &Element| {
        let access = item.child("URL").filter(|url| !url.is_nil() && !url.text().trim().is_empty())?;
        Some(AccessPoint {
            application: words(item, "application"),
            net_application: words(item, "netApplication"),
            label: words(item, "label"),
            access: access.text().into(),
        })
    };
    Some(items(response, "getAccessList", "param-5")?.iter().filter_map(read).collect())
}

/// The answer to `getTaches`.
#[must_use]
pub fn groups(response: &Element) -> Option<List<Group>> {
    let all: List<&Element> = items(response, "getTaches", "param-1")?.iter().collect();
    Some(all.filter_map(|item| {
        let tasks: List<&Element> = item.child("details").map_or(&[][..], Element::children).iter().collect();
        Some(Group {
            application: words(item, "application"),
            label: words(item, "libtache").or_else(|| words(item, "libpro")),
            count: item.value("nbtache")?.parse().ok()?,
            tasks: tasks.filter_map(task),
        })
    }))
}

fn task(item: &Element) -> Option<Task> {
    Some(Task {
        number: item.value("numTache")?.parse().ok()?,
        label: words(item, "libtachedetail"),
        day: item.value("datdeb").and_then(day),
        time: item.value("heudeb").and_then(time),
        url: item.value("url").map(str::to_owned),
        documents: item.child("documents").map_or(0, |documents| documents.children().len()),
        attribute: words(item, "codAtt"),
        values: words(item, "valeursPossible"),
    })
}

/// True for an answer to `setActionTaches`; what it says is not specified.
#[must_use]
pub fn is_answered(response: &Element) -> bool {
    response.name() == "setActionTachesResponse"
}

/// The answer to the operation that lists purchase orders.
#[must_use]
pub fn orders(response: &Element, config: &OrdersConfig) -> Option<List<Order>> {
    if response.name().strip_suffix("Response") != Some(&config.operation) {
        return None;
    }
    let mut found = Vec::new();
    collect(response, &config.item, &mut found);
    let all: List<&Element> = found.into_iter().collect();
    Some(all.filter_map(|item| {
        let optional = |name: &Option<String>| name.as_ref().and_then(|name| words(item, name));
        Some(Order {
            number: words(item, &config.number)?,
            label: optional(&config.label),
            supplier: optional(&config.supplier),
            amount: optional(&config.amount),
            documents: item.child(&config.documents).map_or(0, |documents| documents.children().len()),
        })
    }))
}

/// The outermost elements of a name: those inside one are its own lists.
fn collect<'a>(element: &'a Element, name: &str, found: &mut Vec<&'a Element>) {
    for child in element.children() {
        match child.name() == name {
            true => found.push(child),
            false => collect(child, name, found),
        }
    }
}

/// A day: `12/03/2024`, `2024-03-12` or `20240312`.
#[must_use]
pub fn day(text: &str) -> Option<NaiveDate> {
    let format = match (text.len(), text.contains('-')) {
        (10, false) => "%d/%m/%Y",
        (10, true) => "%Y-%m-%d",
        (8, false) => "%Y%m%d",
        _ => return None,
    };
    NaiveDate::parse_from_str(text, format).ok()
}

/// A time of day: `09:15`, `09:15:30` or `0915`.
#[must_use]
pub fn time(text: &str) -> Option<NaiveTime> {
    let format = match text.len() {
        8 => "%H:%M:%S",
        5 => "%H:%M",
        4 if text.bytes().all(|byte| byte.is_ascii_digit()) => "%H%M",
        _ => return None,
    };
    NaiveTime::parse_from_str(text, format).ok()
}

/// True for a login of Civil: it stands in a condition that Ciril evaluates, so that nothing else may pass.
#[must_use]
pub fn is_login(login: &str) -> bool {
    (1..=32).contains(&login.len())
        && login.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}
