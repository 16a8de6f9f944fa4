//! Laws that hold whatever the applications say.

use crate::support::{Card, now, queue, task, with_options};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Paris;
use pleiade_connectors::queue::{DueGroup, QueueEntry, QueueFilter, QueueOptions, QueueView};
use pleiade_core::{Amount, ConnectorId, Deadline, ErrorKind, Item, Task, TaskKind, TenantId};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn item() -> impl Strategy<Value = Item> {
    let deadline = prop_oneof![
        Just(None),
        (0_u64..20).prop_map(|n| Some(Deadline::Day(now().date_naive() - Days::new(10) + Days::new(n)))),
        (-200_i64..200).prop_map(|n| Some(Deadline::At(now() + TimeDelta::hours(n)))),
        prop::sample::select(vec![
            Deadline::At(DateTime::<Utc>::MAX_UTC),
            Deadline::At(DateTime::<Utc>::MIN_UTC),
            Deadline::Day(NaiveDate::MAX),
            Deadline::Day(NaiveDate::MIN),
        ])
        .prop_map(Some),
    ];
    let identifiers = prop::collection::vec("[pq][1-3]", 0..3);
    (
        prop::sample::select(TaskKind::ALL.to_vec()),
        "[a-e]",
        deadline,
        prop::option::of(0_i64..900),
        identifiers,
        (any::<bool>(), prop::bool::weighted(0.2)),
    )
        .prop_map(|(kind, id, deadline, since, identifiers, (delegable, first))| {
            let mut item = task(&id, kind);
            let mut task = Task::new(kind);
            task.since = since.map(|hours| now() - TimeDelta::hours(hours));
            task.identifiers = identifiers;
            (task.delegable, task.first) = (delegable, first);
            item.task = Some(task);
            item.deadline = deadline;
            item
        })
}

fn card() -> impl Strategy<Value = Card> {
    let state = 0..5_usize;
    ("[xyz]", "(ville|ccas|sivom)", prop::collection::vec(item(), 0..6), prop::option::of(1_u64..3), state)
        .prop_map(|(connector, tenant, items, account, state)| {
            let card = Card::new(&connector, &tenant, items);
            let card = account.into_iter().fold(card, Card::by);
            match state {
                0 => card.failed(ErrorKind::Timeout, true),
                1 => card.waiting(),
                2 => card.with_more(),
                _ => card,
            }
        })
}

fn connectors<'a>(entry: &QueueEntry<'a>) -> BTreeSet<&'a ConnectorId> {
    entry.items.iter().map(|item| item.connector).collect()
}

/// True if two lines of one application tell the same identifier.
fn is_ambiguous(entries: &[QueueEntry<'_>], tenant: &TenantId, identifier: &str) -> bool {
    let lines = entries.iter().filter(|entry| entry.key.tenant == *tenant).flat_map(|entry| &entry.items);
    let tellers = lines.filter(|line| {
        line.item.task.as_ref().is_some_and(|task| task.identifiers.iter().any(|one| one == identifier))
    });
    let connectors: Vec<_> = tellers.map(|line| line.connector).collect();
    connectors.iter().collect::<BTreeSet<_>>().len() < connectors.len()
}

proptest! {
    #[test]
    fn order_number_and_lines_agree(cards in prop::collection::vec(card(), 0..6)) {
        let queue = queue(&cards);
        let entries = queue.entries();
        // In order, and groups in theirs.
        for pair in entries.windows(2) {
            let none_last = |at: Option<DateTime<Utc>>| (at.is_none(), at);
            let is_first = |n: usize| pair[n].group == DueGroup::First;
            let rank = |n: usize| (!is_first(n), none_last(pair[n].due), none_last(pair[n].since));
            prop_assert!(rank(0) <= rank(1));
            prop_assert!(pair[0].group <= pair[1].group);
        }
        // Every task stands behind exactly one line, unless another account's reading of it does.
        let behind: Vec<(usize, *const Item)> = entries.iter()
            .flat_map(|entry| entry.items.iter().map(|item| (item.source, std::ptr::from_ref(item.item))))
            .collect();
        prop_assert_eq!(behind.iter().collect::<BTreeSet<_>>().len(), behind.len());
        for entry in entries {
            prop_assert!(!entry.items.is_empty());
            // What may open a delay is first as long as none of its deadlines is known, whichever of its lines says so.
            let says_so = entry.items.iter().any(|item| item.item.task.as_ref().is_some_and(|task| task.first));
            prop_assert_eq!(entry.group == DueGroup::First, says_so && entry.deadline.is_none());
            prop_assert_eq!(entry.group == DueGroup::Late, entry.due.is_some_and(|due| due <= now()));
        }
        // No line is lost: each name that was read is one of a line here.
        let read: BTreeSet<(String, String)> = cards.iter()
            .filter_map(|card| card.reading.value().map(|content| (card, content)))
            .flat_map(|(card, content)| content.items.iter().map(|item| (card.connector.to_string(), item.id.clone())))
            .collect();
        let shown: BTreeSet<(String, String)> = entries.iter()
            .flat_map(|entry| entry.items.iter().map(|item| (item.connector.to_string(), item.item.id.clone())))
            .collect();
        prop_assert_eq!(read, shown);
        // The number is that of the list, by every filter, and the parts make the whole.
        let all = QueueFilter::default();
        let number = |filter: &QueueFilter| match queue.count(filter) {
            Amount::Count { value, .. } => value,
            other => panic!("{other:?}"),
        };
        prop_assert_eq!(number(&all), queue.select(&all).len() as u64);
        let by_kind: u64 = TaskKind::ALL.into_iter().map(|kind| number(&all.clone().with_kind(kind))).sum();
        prop_assert_eq!(by_kind, number(&all));
    }

    #[test]
    fn lines_of_one_collectivite_with_a_common_identifier_are_one(cards in prop::collection::vec(card(), 0..6)) {
        let queue = queue(&cards);
        let mut seen: Vec<(&TenantId, &str, usize)> = Vec::new();
        for (at, entry) in queue.entries().iter().enumerate() {
            let own = connectors(entry);
            prop_assert_eq!(own.len(), entry.items.len(), "two lines of one application are two things");
            for identifier in entry.items.iter().filter_map(|item| item.item.task.as_ref()).flat_map(|task| &task.identifiers) {
                // What one application tells of two lines names neither, and so does what would lead from one to the other.
                let elsewhere = seen.iter().any(|(tenant, other, line)| {
                    let is_same = *tenant == &entry.key.tenant && *other == identifier && *line != at;
                    is_same && !is_ambiguous(queue.entries(), tenant, identifier) && connectors(&queue.entries()[*line]).is_disjoint(&own)
                });
                prop_assert!(!elsewhere, "{identifier}");
                seen.push((&entry.key.tenant, identifier, at));
            }
        }
    }

    #[test]
    fn what_is_put_off_is_elsewhere_and_nowhere_lost(cards in prop::collection::vec(card(), 0..5), days in 0_u64..30) {
        let acting = TenantId::new("ville").unwrap();
        let whole = queue(&cards);
        let until = now().date_naive() + Days::new(days);
        let snoozed = whole.entries().iter().step_by(2).map(|entry| (entry.key.clone(), until)).collect();
        let queue = with_options(&cards, &QueueOptions::new(Paris, now(), &acting).with_snoozed(&snoozed));
        let waiting = queue.select(&QueueFilter::default()).len();
        let snoozed = queue.select(&QueueFilter::default().with_view(QueueView::Snoozed));
        prop_assert_eq!(waiting + snoozed.len(), whole.entries().len());
        for entry in snoozed {
            prop_assert!(entry.due.is_none_or(|due| due > now()), "never past its deadline");
        }
    }
}
