//! Events of today and the next days, in the time zone of the collectivité.

use super::{Visit, count, detail, title};
use crate::nextcloud::client::{Calendar, Event, User};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use futures_util::future::try_join_all;
use pleiade_core::{Action, ActionId, ConnectorError, ErrorKind, Item, Message, When, WidgetContent};

const LINES: usize = 20;
/// Calendars asked at the same time.
const AT_ONCE: usize = 4;

pub(super) async fn load(visit: Visit<'_>) -> Result<WidgetContent, ConnectorError> {
    let now = visit.cx.clock.now();
    let zone = visit.cx.tenant.time_zone;
    let today = now.with_timezone(&zone).date_naive();
    let end = today.checked_add_days(Days::new(visit.shared.agenda_days.into())).unwrap_or(today);
    let span = (midnight(today, zone), midnight(end, zone));

    let user = visit.session.user().await?;
    let mut calendars = visit.session.calendars(&user.id).await?;
    calendars.retain(|calendar| calendar.events && calendar.enabled);
    let mut found: Vec<(&Calendar, Event)> = Vec::new();
    for group in calendars.chunks(AT_ONCE) {
        let read = try_join_all(group.iter().map(|calendar| one(visit, &user, calendar, span, zone))).await?;
        for (calendar, events) in group.iter().zip(read) {
            found.extend(events.into_iter().map(|event| (calendar, event)));
        }
    }
    let mail = user.email.as_deref().unwrap_or_default().to_lowercase();
    found.retain(|(_, event)| {
        !event.cancelled && !event.declined.contains(&mail) && bounds(event.when, zone).1 > now
    });
    found.sort_by_key(|(_, event)| (bounds(event.when, zone), event.uid.clone()));
    // A shared calendar may bring the same occurrence twice.
    found.dedup_by(|a, b| a.1.uid == b.1.uid && a.1.when == b.1.when);

    let tomorrow = midnight(today.succ_opt().unwrap_or(today), zone);
    let left_today = found.iter().filter(|(_, event)| bounds(event.when, zone).0 < tomorrow).count();
    let links = visit.session.links();
    let mut content = WidgetContent::default();
    content.indicators = vec![
        count(visit, "next_events", "nextcloud-events-noun", left_today)?.linked(links.calendar_day(today)),
    ];
    content.link = Some(links.calendar());
    content.more = found.len() > LINES;
    for (calendar, event) in found.iter().take(LINES) {
        content.items.push(item(visit, calendar, event, now, zone)?);
    }
    Ok(content)
}

/// One calendar; a subscription that cannot be read, or a calendar deleted meanwhile, brings nothing.
async fn one(
    visit: Visit<'_>,
    user: &User,
    calendar: &Calendar,
    span: (DateTime<Utc>, DateTime<Utc>),
    zone: Tz,
) -> Result<Vec<Event>, ConnectorError> {
    match visit.session.events(&user.id, &calendar.slug, span, zone).await {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error)
            if calendar.subscribed
                && matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::Unsupported) =>
        {
            Ok(Vec::new())
        }
        other => other,
    }
}

fn item(
    visit: Visit<'_>,
    calendar: &Calendar,
    event: &Event,
    now: DateTime<Utc>,
    zone: Tz,
) -> Result<Item, ConnectorError> {
    let links = visit.session.links();
    let (start, end) = bounds(event.when, zone);
    let id = format!("{}/{}/{}", calendar.slug, event.uid, start.timestamp());
    let mut item = Item::new(id, title(&event.summary, "nextcloud-event-untitled"));
    let is_address = event.location.contains("://");
    item.detail = detail(if is_address { "" } else { &event.location }).or_else(|| detail(&calendar.name));
    item.when = Some(event.when);
    if matches!(event.when, When::Between(..)) && start <= now && now < end {
        item.status = Some(Message::new("nextcloud-event-now"));
    }
    item.link = Some(links.calendar_day(start.with_timezone(&zone).date_naive()));
    if let Some(call) = links.own(&event.location).filter(|url| is_address && url.path().contains("/call/")) {
        let id = ActionId::new("join-call").map_err(super::slip)?;
        item.actions = vec![Action::open(id, Message::new("nextcloud-join-call"), call)];
    }
    Ok(item)
}

/// First instant of a day; one hour later where the clocks jump over midnight.
fn midnight(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let start = day.and_time(chrono::NaiveTime::MIN);
    zone.from_local_datetime(&start)
        .earliest()
        .or_else(|| zone.from_local_datetime(&(start + TimeDelta::hours(1))).earliest())
        .map_or_else(|| start.and_utc(), |at| at.to_utc())
}

/// First instant, and the first one after it is over.
fn bounds(when: When, zone: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
    match when {
        When::Between(start, end) => (start, end),
        When::Days(first, last) => (midnight(first, zone), midnight(last.succ_opt().unwrap_or(last), zone)),
        // An event without an end is over a minute after it began, so that it is still seen at its minute.
        When::At(at) => (at, at + TimeDelta::minutes(1)),
        _ => (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_at_local_midnight() {
        let day = NaiveDate::from_ymd_opt(2026, 10, 25).unwrap();
        let start = midnight(day, chrono_tz::Europe::Paris);
        let end = midnight(day.succ_opt().unwrap(), chrono_tz::Europe::Paris);
        assert_eq!((end - start).num_hours(), 25, "the day the clocks go back");
        // Santiago's clocks jump from midnight to one o'clock.
        let day = NaiveDate::from_ymd_opt(2026, 9, 6).unwrap();
        assert_eq!(midnight(day, chrono_tz::America::Santiago).to_rfc3339(), "2026-09-06T04:00:00+00:00");
    }
}
