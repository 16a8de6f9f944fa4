//! Events of today and the next days, in the time zone of the collectivité.

use super::super::{
    actions,
    links::Links,
    sessions::{Floating, Visit},
};
use crate::{
    kit::{content, days, json::List, parts::Parts},
    nextcloud::client::{Calendar, Event},
};
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use pleiade_core::{Action, ConnectorError, ErrorKind, IndicatorKey, Item, Message, When, WidgetContent};
use std::{collections::HashSet, sync::Arc};

pub(super) const NEXT: IndicatorKey = IndicatorKey::from_static("next_events");

const LINES: usize = 20;
/// Calendars asked at the same time.
const AT_ONCE: usize = 4;

type Span = (DateTime<Utc>, DateTime<Utc>);

pub(super) async fn load(visit: Visit) -> Result<WidgetContent, ConnectorError> {
    let (now, zone, today) = (visit.cx.clock.now(), visit.cx.tenant.time_zone, visit.cx.today());
    let span = days::bounds(&zone, today, visit.agenda_days.into());
    let calendars = visit.calendars().await?;
    let wanted: Vec<&Calendar> =
        calendars.items.iter().filter(|calendar| calendar.events && calendar.enabled).collect();
    let mut read = Vec::new();
    for group in wanted.chunks(AT_ONCE) {
        read.extend(join_all(group.iter().map(|calendar| one(&visit, calendar, span))).await);
    }
    let mut read: Vec<_> =
        read.into_iter().zip(&wanted).map(|(read, calendar)| Ok((*calendar, read?))).collect();
    // A calendar that was deleted since they were listed brings nothing.
    let is_gone = |read: &Result<_, ConnectorError>| {
        read.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound)
    };
    if read.iter().any(is_gone) {
        visit.forget_calendars().await;
        if !read.iter().all(is_gone) {
            read.retain(|read| !is_gone(read));
        }
    }
    let parts = Parts::join(read)?;
    let mut unreadable = calendars.unreadable;
    let mut found: Vec<(&Calendar, &Event)> = Vec::new();
    let mut in_no_zone = None;
    for (calendar, (events, error)) in &parts.read {
        unreadable += events.unreadable;
        in_no_zone = in_no_zone.or(error.as_ref());
        found.extend(events.items.iter().map(|event| (*calendar, event)));
    }
    let mail = visit.user.email.as_deref().unwrap_or_default().to_lowercase();
    let bounds = |event: &Event| days::span(&zone, event.when);
    found.retain(|(_, event)| {
        let (start, end) = bounds(event);
        !event.cancelled && !event.declined.contains(&mail) && end > now && start < span.1
    });
    found.sort_by_key(|(_, event)| (bounds(event), event.uid.clone()));
    // A shared calendar may bring the same occurrence twice.
    found.dedup_by(|a, b| a.1.uid == b.1.uid && a.1.when == b.1.when);

    let tomorrow = days::bounds(&zone, today, 1).1;
    let left_today = found.iter().filter(|(_, event)| bounds(event).0 < tomorrow).count();
    let mut content = WidgetContent::default();
    let links = visit.links(&mut content).await;
    content.indicators = vec![
        content::exact(&visit.cx, NEXT, "nextcloud-events-noun", left_today as u64)
            .at_least(unreadable > 0 || parts.missing.is_some())
            .linked(links.calendar_day(today)),
    ];
    content.link = links.calendar();
    content.more = found.len() > LINES;
    content::note_unreadable(&mut content, unreadable);
    parts.note(&mut content, &visit.cx);
    if let Some(error) = in_no_zone {
        content::note_missing(&mut content, &visit.cx, error);
    }
    content.items =
        found.iter().take(LINES).map(|(calendar, event)| item(&visit, &links, calendar, event)).collect();
    Ok(content)
}

/// One calendar, and why it is not known which of its events are in no zone; a subscription that cannot be read brings nothing.
async fn one(
    visit: &Visit,
    calendar: &Calendar,
    span: Span,
) -> Result<(List<Event>, Option<ConnectorError>), ConnectorError> {
    let zone = visit.cx.tenant.time_zone;
    let mut events = match visit.session.events(&visit.user.id, &calendar.slug, span, zone).await {
        Err(error)
            if calendar.subscribed
                && matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::Unsupported) =>
        {
            return Ok((List::default(), None));
        }
        other => other?,
    };
    // Where both zones agree there is nothing to mend.
    if calendar.zone != zone && events.items.iter().any(|event| event.in_utc) {
        let floating = match floating(visit, calendar, span).await {
            Err(error) if !error.refuses_credential() => return Ok((events, Some(error))),
            floating => floating?,
        };
        let here = |at: DateTime<Utc>| days::instant(&zone, at.with_timezone(&calendar.zone).naive_local());
        for event in events.items.iter_mut().filter(|event| event.in_utc && floating.contains(&event.uid)) {
            event.when = match event.when {
                When::At(at) => When::At(here(at)),
                When::Between(start, end) => When::Between(here(start), here(end)),
                whole_days => whole_days,
            };
        }
    }
    Ok((events, None))
}

/// The events that are at the same time of day wherever one is.
async fn floating(
    visit: &Visit,
    calendar: &Calendar,
    span: Span,
) -> Result<Arc<HashSet<String>>, ConnectorError> {
    let tag = format!("{} {}", calendar.tag.as_deref().unwrap_or_default(), span.0.timestamp());
    if let Some(known) = visit.known_floating(&calendar.slug, &tag).filter(|_| calendar.tag.is_some()) {
        return Ok(known.uids);
    }
    let uids = visit.session.floating_events(&visit.user.id, &calendar.slug, span).await?;
    let uids = Arc::new(uids.items.into_iter().collect::<HashSet<_>>());
    visit.keep_floating(&calendar.slug, Floating { tag, uids: Arc::clone(&uids) });
    Ok(uids)
}

fn item(visit: &Visit, links: &Links, calendar: &Calendar, event: &Event) -> Item {
    let (now, zone) = (visit.cx.clock.now(), visit.cx.tenant.time_zone);
    let (start, end) = days::span(&zone, event.when);
    let id = format!("{}/{}/{}", calendar.slug, event.uid, start.timestamp());
    let mut item = Item::new(id, content::title(&event.summary, "nextcloud-event-untitled"));
    // The place is told by its name; an address is told by the button that opens it.
    let place = Some(&event.location).filter(|place| !place.contains("://"));
    item.detail = place.and_then(|place| content::detail(place)).or_else(|| content::detail(&calendar.name));
    item.when = Some(event.when);
    if matches!(event.when, When::Between(..)) && start <= now && now < end {
        item.status = Some(Message::new("nextcloud-event-now"));
    }
    item.link = links.calendar_day(start.with_timezone(&zone).date_naive());
    if let Some(call) = call(links, event) {
        item.actions = vec![Action::open(actions::JOIN_CALL, Message::new("nextcloud-join-call"), call)];
    }
    item
}

/// The call of an event: its place, or the first address of a call in its description, where Nextcloud writes it when the event has a
/// place of its own.
fn call(links: &Links, event: &Event) -> Option<url::Url> {
    let words =
        event.description.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '(' | ')'));
    std::iter::once(event.location.as_str()).chain(words).filter(|text| text.contains("://")).find_map(
        |text| links.own(text.trim_end_matches(['.', ',', ';'])).filter(|url| url.path().contains("/call/")),
    )
}
