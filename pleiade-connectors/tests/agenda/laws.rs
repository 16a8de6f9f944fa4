//! What holds for any day.

use super::{PARIS, now, reading};
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_connectors::agenda::{Agenda, AgendaSource};
use pleiade_core::{ConnectorId, Event, EventTime, Text};
use proptest::prelude::*;
use std::collections::BTreeSet;

type Facts = (DateTime<Utc>, DateTime<Utc>, bool, Vec<usize>);

fn an_event() -> impl Strategy<Value = Event> {
    let uid = proptest::option::of("[ab]");
    let place = proptest::option::of("[xy]");
    (uid, "[tu]", place, -40_i64..40, 0_i64..4).prop_map(|(uid, title, place, start, length)| {
        let start = now() + TimeDelta::minutes(30 * start);
        let mut event = Event::new(
            Text::plain(&title),
            EventTime::Between(start, start + TimeDelta::minutes(30 * length)),
        );
        event.uid = uid;
        event.place = place.map(|place| Text::plain(&place));
        event
    })
}

/// The number of each event stands in its address.
fn numbered(mut calendars: Vec<Vec<Event>>) -> Vec<Vec<Event>> {
    for (number, event) in calendars.iter_mut().flatten().enumerate() {
        event.link = Some(format!("https://agenda.example/{number}").parse().unwrap());
    }
    calendars
}

/// Every entry: its time, and the numbers of the events that it joins.
fn facts(calendars: &[Vec<Event>]) -> Vec<Facts> {
    let readings: Vec<_> = calendars.iter().map(|events| reading(events.clone())).collect();
    let id = ConnectorId::from_static("c");
    let sources = readings.iter().map(|reading| AgendaSource::new(&id, "c", reading.map_ref()));
    let agenda = Agenda::new(PARIS, now(), sources);
    let number = |event: &Event| event.link.as_ref().unwrap().path()[1..].parse().unwrap();
    let entries = agenda.entries().iter().map(|entry| {
        let mut numbers: Vec<usize> = entry.items.iter().map(|item| number(item.event)).collect();
        numbers.sort_unstable();
        (entry.start, entry.end, entry.is_whole_day, numbers)
    });
    entries.collect()
}

fn same(a: &Event, b: &Event) -> bool {
    let start = |event: &Event| match event.when {
        EventTime::Between(start, _) => start,
        _ => unreachable!("no other is made"),
    };
    let by_uid = a.uid.is_some() && a.uid == b.uid && start(a) == start(b);
    by_uid || (a.when == b.when && a.title == b.title && a.place == b.place)
}

proptest! {
    #[test]
    fn each_event_of_the_day_is_in_one_entry_and_the_order_is_that_of_time(
        calendars in proptest::collection::vec(proptest::collection::vec(an_event(), 0..12), 0..4)
    ) {
        let calendars = numbered(calendars);
        let all: Vec<&Event> = calendars.iter().flatten().collect();
        let found = facts(&calendars);
        let midnight: DateTime<Utc> = "2026-11-26T23:00:00Z".parse().unwrap();
        let today: BTreeSet<usize> = (0..all.len())
            .filter(|n| {
                let EventTime::Between(start, end) = all[*n].when else { return false };
                start < midnight + TimeDelta::days(1) && (end > midnight || start >= midnight)
            })
            .collect();
        let joined: Vec<usize> = found.iter().flat_map(|entry| entry.3.clone()).collect();
        prop_assert_eq!(joined.len(), today.len());
        prop_assert_eq!(joined.iter().copied().collect::<BTreeSet<_>>(), today);
        prop_assert!(found.windows(2).all(|pair| (pair[0].0, pair[0].1) <= (pair[1].0, pair[1].1)));
        // Two entries hold no two copies of one event, and within an entry copies lead from each event to each other.
        for (n, entry) in found.iter().enumerate() {
            for other in found.iter().skip(n + 1) {
                prop_assert!(!entry.3.iter().any(|a| other.3.iter().any(|b| same(all[*a], all[*b]))));
            }
            let mut reached: BTreeSet<usize> = entry.3.iter().take(1).copied().collect();
            while let Some(next) = entry
                .3
                .iter()
                .find(|a| !reached.contains(a) && reached.iter().any(|b| same(all[**a], all[*b])))
            {
                reached.insert(*next);
            }
            prop_assert_eq!(reached.len(), entry.3.len());
        }
    }

    #[test]
    fn the_order_of_the_calendars_changes_no_entry(
        calendars in proptest::collection::vec(proptest::collection::vec(an_event(), 0..12), 0..4)
    ) {
        let calendars = numbered(calendars);
        let groups = |calendars: &[Vec<Event>]| facts(calendars).into_iter().map(|entry| entry.3).collect::<BTreeSet<_>>();
        let reversed: Vec<_> = calendars.iter().rev().cloned().collect();
        prop_assert_eq!(groups(&calendars), groups(&reversed));
    }
}
