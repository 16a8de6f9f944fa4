//! Events of today and the next days, in the time zone of the collectivité.

use super::super::{
    actions,
    links::Links,
    sessions::{FloatingEvents, PersonSession},
};
use crate::{
    kit::{content, days, json::List, meeting::addresses, parts::Parts},
    nextcloud::client::{Calendar, Event},
    text::local,
};
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use pleiade_core::{
    Action, ConnectorError, ErrorKind, EventStatus, EventTime, IndicatorKey, Item, Message, Text,
    WidgetContent,
};
use std::{collections::HashSet, sync::Arc};
use url::Url;

pub(super) const NEXT: IndicatorKey = IndicatorKey::from_static("next_events");

const MAX_LINES: usize = 20;
/// Calendars asked at the same time.
const MAX_CONCURRENT: usize = 4;

type Span = (DateTime<Utc>, DateTime<Utc>);

pub(super) async fn load(session: PersonSession) -> Result<WidgetContent, ConnectorError> {
    let (now, zone, today) = (session.cx.clock.now(), session.cx.tenant.time_zone, session.cx.today());
    let span = days::bounds(&zone, today, session.agenda_days.into());
    let calendars = session.calendars().await?;
    let wanted: Vec<&Calendar> =
        calendars.items.iter().filter(|calendar| calendar.events && calendar.enabled).collect();
    let mut read = Vec::new();
    for group in wanted.chunks(MAX_CONCURRENT) {
        read.extend(join_all(group.iter().map(|calendar| one(&session, calendar, span))).await);
    }
    let mut read: Vec<_> =
        read.into_iter().zip(&wanted).map(|(read, calendar)| Ok((*calendar, read?))).collect();
    // A calendar that was deleted since they were listed brings nothing.
    let is_gone = |read: &Result<_, ConnectorError>| {
        read.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound)
    };
    if read.iter().any(is_gone) {
        session.forget_calendars().await;
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
    let mail = session.user.email.as_deref().unwrap_or_default().to_lowercase();
    let bounds = |event: &Event| days::span(&zone, event.when);
    found.retain(|(_, event)| !event.declined.contains(&mail) && bounds(event).0 < span.1);
    found.sort_by_key(|(_, event)| (bounds(event), event.uid.clone()));
    // A shared calendar may bring the same occurrence twice.
    found.dedup_by(|a, b| a.1.uid == b.1.uid && a.1.when == b.1.when);
    let (_, tomorrow) = days::bounds(&zone, today, 1);
    let mut content = WidgetContent::default();
    let links = session.links(&mut content).await;
    let told = found.iter().filter_map(|(_, event)| {
        let told = agenda_event(&session, &links, event, &mail);
        (bounds(event).0 < tomorrow || told.meeting.is_some()).then_some(told)
    });
    content.events = told.take(content::MAX_LINES).collect();
    found.retain(|(_, event)| !event.cancelled && bounds(event).1 > now);

    let left_today = found.iter().filter(|(_, event)| bounds(event).0 < tomorrow).count();
    content.indicators = vec![
        content::exact(&session.cx, NEXT, "nextcloud-events-noun", left_today as u64)
            .at_least(unreadable > 0 || parts.missing.is_some())
            .with_link(links.calendar_day(today)),
    ];
    content.link = links.calendar();
    content.more = found.len() > MAX_LINES;
    content::note_unreadable(&mut content, unreadable);
    parts.note(&mut content, &session.cx);
    if let Some(error) = in_no_zone {
        content::note_missing(&mut content, &session.cx, error);
    }
    content.items = found
        .iter()
        .take(MAX_LINES)
        .map(|(calendar, event)| item(&session, &links, calendar, event))
        .collect();
    Ok(content)
}

/// One calendar, and why it is not known which of its events are in no zone; a subscription that cannot be read brings nothing.
async fn one(
    session: &PersonSession,
    calendar: &Calendar,
    span: Span,
) -> Result<(List<Event>, Option<ConnectorError>), ConnectorError> {
    let zone = session.cx.tenant.time_zone;
    let mut events = match session.api.events(&session.user.id, &calendar.slug, span, zone).await {
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
        let floating = match floating(session, calendar, span).await {
            Err(error) if !error.refuses_credential() => return Ok((events, Some(error))),
            floating => floating?,
        };
        let here = |at: DateTime<Utc>| days::instant(&zone, local(calendar.zone, at).naive_local());
        for event in events.items.iter_mut().filter(|event| event.in_utc && floating.contains(&event.uid)) {
            event.when = match event.when {
                EventTime::At(at) => EventTime::At(here(at)),
                EventTime::Between(start, end) => EventTime::Between(here(start), here(end)),
                whole_days => whole_days,
            };
        }
    }
    Ok((events, None))
}

/// The events that are at the same time of day wherever one is.
async fn floating(
    session: &PersonSession,
    calendar: &Calendar,
    span: Span,
) -> Result<Arc<HashSet<String>>, ConnectorError> {
    let tag = format!("{} {}", calendar.tag.as_deref().unwrap_or_default(), span.0.timestamp());
    if let Some(known) = session.known_floating(&calendar.slug, &tag).filter(|_| calendar.tag.is_some()) {
        return Ok(known.uids);
    }
    let uids = session.api.floating_events(&session.user.id, &calendar.slug, span).await?;
    let uids = Arc::new(uids.items.into_iter().collect::<HashSet<_>>());
    session.keep_floating(&calendar.slug, FloatingEvents { tag, uids: Arc::clone(&uids) });
    Ok(uids)
}

fn item(session: &PersonSession, links: &Links, calendar: &Calendar, event: &Event) -> Item {
    let (now, zone) = (session.cx.clock.now(), session.cx.tenant.time_zone);
    let (start, end) = days::span(&zone, event.when);
    let id = format!("{}/{}/{}", calendar.slug, event.uid, start.timestamp());
    let mut item = Item::new(id, content::title(&event.summary, "nextcloud-event-untitled"));
    item.detail = place(event).or_else(|| content::detail(&calendar.name));
    item.when = Some(event.when);
    if matches!(event.when, EventTime::Between(..)) && start <= now && now < end {
        item.status = Some(Message::new("nextcloud-event-now"));
    }
    item.link = links.calendar_day(local(zone, start).date_naive());
    if let Some(call) = call(links, event) {
        item.actions = vec![Action::open(actions::JOIN_CALL, Message::new("nextcloud-join-call"), call)];
    } else if let Some(meeting) = conference(session, event) {
        let host = meeting.host_str().unwrap_or_default();
        let label = Message::new("nextcloud-join-conference").with_text("host", host);
        item.actions = vec![session.meetings.join(&meeting, actions::JOIN_CALL, label)];
    }
    item
}

fn agenda_event(session: &PersonSession, links: &Links, event: &Event, mail: &str) -> pleiade_core::Event {
    let zone = session.cx.tenant.time_zone;
    let title = content::title(&event.summary, "nextcloud-event-untitled");
    let mut told = pleiade_core::Event::new(title, event.when);
    told.uid = Some(event.uid.clone()).filter(|uid| !uid.is_empty());
    told.place = place(event);
    told.link = links.calendar_day(local(zone, days::span(&zone, event.when).0).date_naive());
    told.status = match event {
        Event { cancelled: true, .. } => EventStatus::Cancelled,
        Event { unanswered, .. } if unanswered.iter().any(|who| who == mail) => EventStatus::Unanswered,
        Event { tentative: true, .. } => EventStatus::Tentative,
        _ => EventStatus::Confirmed,
    };
    if !event.cancelled {
        told.meeting = call(links, event).or_else(|| conference(session, event));
    }
    told
}

/// The place by its name. An address is no name: it is told by the button that opens it.
fn place(event: &Event) -> Option<Text> {
    Some(&event.location).filter(|place| !place.contains("://")).and_then(|place| content::detail(place))
}

/// The address of a meeting elsewhere than on this server.
fn conference(session: &PersonSession, event: &Event) -> Option<Url> {
    let fields = [&event.location].into_iter().chain(&event.meetings).chain([&event.description]);
    session.meetings.find(fields.map(String::as_str))
}

/// The call of an event: its place, or the first address of a call in its description, where Nextcloud writes it when the event has a
/// place of its own.
fn call(links: &Links, event: &Event) -> Option<Url> {
    let fields = [&event.location].into_iter().chain(&event.meetings).chain([&event.description]);
    let found = fields.flat_map(|field| addresses(field));
    found.filter_map(|url| links.own(url.as_str())).find(|url| url.path().contains("/call/"))
}
