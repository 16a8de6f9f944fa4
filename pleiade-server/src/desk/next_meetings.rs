//! The next meetings that an application holds, as the calendars of the person tell them: lines of its card. It calls nobody.

use super::card::DeskCard;
use crate::connectors::Connectors;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use pleiade_connectors::agenda::{Agenda, AgendaEntry, AgendaSource};
use pleiade_core::{EventStatus, Item, Reading, WidgetContent};
use std::sync::Arc;

/// Days that are looked through, today included.
const DAYS: u64 = 7;
/// Most meetings on a card.
const MAX_MEETINGS: usize = 5;

/// The meetings of `card`'s application among the events of these calendars of its collectivité, soonest first: those that are not over, for
/// [`DAYS`].
pub(super) fn next_meetings(
    zone: Tz,
    now: DateTime<Utc>,
    connectors: &Connectors,
    card: &DeskCard,
    calendars: &[(&DeskCard, &Reading<Arc<WidgetContent>>)],
) -> Vec<Item> {
    let (tenant, own) = (card.tenant(), &card.call.connector.descriptor().id);
    let sources = calendars.iter().map(|(calendar, reading)| {
        let connector = calendar.call.connector.descriptor();
        AgendaSource::new(&connector.id, &connector.name, reading.map_ref().map(AsRef::as_ref))
    });
    let agenda = Agenda::ahead(zone, now, DAYS, sources);
    let is_to_come =
        |entry: &&AgendaEntry<'_>| entry.status != EventStatus::Cancelled && entry.end.max(entry.start) > now;
    let mut entries: Vec<_> = agenda.entries().iter().filter(is_to_come).collect();
    entries.sort_by_key(|entry| entry.start);
    let line = |entry: &&AgendaEntry<'_>| {
        let action = connectors.joining(tenant, entry.meeting?)?;
        let event = entry.items.first().filter(|_| action.by.as_ref() == Some(own))?.event;
        let mut item =
            Item::new(format!("{} {}", entry.start.timestamp(), action.target), event.title.clone());
        item.when = Some(event.when);
        item.detail = entry.place.cloned();
        item.link = entry.link.cloned();
        item.actions = vec![action];
        Some(item)
    };
    entries.iter().filter_map(line).take(MAX_MEETINGS).collect()
}
