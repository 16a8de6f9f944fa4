//! From readings to a day: which events are one, and their order.

use super::{Agenda, AgendaEntry, AgendaItem, AgendaSource};
use crate::{
    kit::days::{bounds, span},
    queue::AbsentSource,
    text::local,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use pleiade_core::{Amount, EventStatus, EventTime, Freshness, Indicator, Reason, Text};
use std::{collections::HashMap, hash::Hash};

/// An event that touches the day.
struct Found<'a> {
    item: AgendaItem<'a>,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

pub(super) fn build<'a>(
    zone: Tz,
    now: DateTime<Utc>,
    days: u64,
    sources: impl IntoIterator<Item = AgendaSource<'a>>,
) -> Agenda<'a> {
    let day = local(zone, now).date_naive();
    let (midnight, last_midnight) = bounds(&zone, day, days);
    let mut agenda = Agenda {
        day,
        entries: Vec::new(),
        absent: Vec::new(),
        names: Vec::new(),
        is_waiting: false,
        is_partial: false,
    };
    let mut found = Vec::new();
    for (number, source) in sources.into_iter().enumerate() {
        agenda.is_waiting |= matches!(source.reading.freshness(), Freshness::Missing(Reason::Waiting));
        agenda.absent.extend(AbsentSource::from_reading(source.name, &source.reading));
        let Some(content) = source.reading.value() else { continue };
        let is_minimum =
            |indicator: &Indicator| matches!(indicator.amount, Amount::Count { at_least: true, .. });
        agenda.is_partial |= content.indicators.iter().any(is_minimum);
        if !agenda.names.contains(&source.name) {
            agenda.names.push(source.name);
        }
        for event in &content.events {
            let (start, end) = span(&zone, event.when);
            // What takes no time at midnight is on the day that begins then.
            if start < last_midnight && (end > midnight || start >= midnight) {
                let item =
                    AgendaItem { source: number, connector: source.connector, name: source.name, event };
                found.push(Found { item, start, end });
            }
        }
    }
    AbsentSource::once_each(&mut agenda.absent);
    agenda.entries = join(&found);
    // The sort is stable, so that what is equal stays in the order of the sources.
    agenda.entries.sort_by_key(|entry| (!entry.is_whole_day, entry.start, entry.end));
    agenda
}

/// Joins the copies of one event, however many copies lead from one to the other.
fn join<'a>(found: &[Found<'a>]) -> Vec<AgendaEntry<'a>> {
    let mut copies = Copies { parents: (0..found.len()).collect() };
    let (mut by_uid, mut by_words) = (HashMap::new(), HashMap::new());
    for (at, Found { item, start, end }) in found.iter().enumerate() {
        let event = item.event;
        if let Some(uid) = event.uid.as_deref().filter(|uid| !uid.is_empty()) {
            copies.unite_by(&mut by_uid, (uid, *start), at);
        }
        // Anybody may send an invitation with the words of a meeting that they know of: one that would cancel it, or lead to another room,
        // is another event.
        let said = (event.place.as_ref().map(folded), event.status == EventStatus::Cancelled, &event.meeting);
        copies.unite_by(&mut by_words, (*start, *end, folded(&event.title), said), at);
    }
    let mut places: HashMap<usize, usize> = HashMap::new();
    let mut entries: Vec<AgendaEntry<'a>> = Vec::new();
    for (at, one) in found.iter().enumerate() {
        let root = copies.root(at);
        match places.get(&root).and_then(|place| entries.get_mut(*place)) {
            Some(entry) => entry.add(one.item),
            None => {
                places.insert(root, entries.len());
                entries.push(AgendaEntry::new(one));
            }
        }
    }
    entries
}

/// Words as they are compared: without regard to capitals and blanks.
fn folded(text: &Text) -> String {
    match text {
        Text::Plain(words) => words.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" "),
        // No title that somebody types is written so.
        Text::Message(message) => format!("\u{0}{message:?}"),
    }
}

/// Which events are copies of one.
struct Copies {
    parents: Vec<usize>,
}

impl Copies {
    /// Each place that is passed is moved nearer to its root, so that no order of events makes a long way of it.
    fn root(&mut self, mut at: usize) -> usize {
        while let Some(&parent) = self.parents.get(at).filter(|parent| **parent != at) {
            let above = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(parent) = self.parents.get_mut(at) {
                *parent = above;
            }
            at = above;
        }
        at
    }

    /// Makes one of this event and of the first that had the same key.
    fn unite_by<K: Eq + Hash>(&mut self, known: &mut HashMap<K, usize>, key: K, at: usize) {
        let first = *known.entry(key).or_insert(at);
        let (a, b) = (self.root(first), self.root(at));
        if let Some(parent) = self.parents.get_mut(a.max(b)) {
            *parent = a.min(b);
        }
    }
}

impl<'a> AgendaEntry<'a> {
    fn new(found: &Found<'a>) -> Self {
        let event = found.item.event;
        let mut entry = Self {
            items: Vec::new(),
            start: found.start,
            end: found.end,
            is_whole_day: matches!(event.when, EventTime::Days(..)),
            status: event.status,
            place: None,
            meeting: None,
            link: None,
        };
        entry.add(found.item);
        entry
    }

    fn add(&mut self, item: AgendaItem<'a>) {
        let event = item.event;
        self.status = self.status.min(event.status);
        self.place = self.place.or(event.place.as_ref());
        self.meeting = self.meeting.or(event.meeting.as_ref());
        self.link = self.link.or(event.link.as_ref());
        self.items.push(item);
    }
}
