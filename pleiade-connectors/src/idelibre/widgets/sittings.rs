//! Sittings to come, the next one with its documents; for the secretariat, the answers to each.

use super::{counted, own};
use crate::{
    idelibre::{
        lines,
        links::Links,
        reading::MISSING_ANSWERS,
        sessions::{Shared, View},
        wire::Uuid,
    },
    kit::content::{MAX_LINES, detail, limit_lines, note_missing, note_unreadable},
    text::local,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use pleiade_core::{ConnectorError, Event, EventTime, IndicatorKey, Item, Message, Sitting, WidgetContent};

pub(super) const UPCOMING: IndicatorKey = IndicatorKey::from_static("sittings_to_come");

pub(super) async fn show(shared: &Shared, view: View) -> Result<WidgetContent, ConnectorError> {
    let (reading, lines) = (&view.reading, usize::from(shared.config().lines));
    let mut content = own(shared, &view, &reading.sittings, UPCOMING, "idelibre-sittings-to-come")?;
    let zone = view.account.session.config.time_zone;
    content.sittings = content.items.iter().filter_map(|item| sitting(zone, item)).collect();
    limit_lines(&mut content, lines);
    let links = Links::new(shared.config().public().clone());
    let upcoming = counted(shared, &view, &reading.upcoming, UPCOMING, "idelibre-sittings-to-come")?;
    content.indicators.retain(|indicator| indicator.key != UPCOMING);
    if let Some(upcoming) = upcoming {
        content.indicators.insert(0, upcoming.with_link(links.sittings(reading.is_easy)));
    }
    content.events = content.items.iter().filter_map(event).collect();
    add_documents(shared, &view, &mut content).await?;

    // The filter has shown the figures to whoever may see them, and nobody else sees the lines behind them.
    let is_secretariat = content.indicators.iter().any(|indicator| indicator.key == MISSING_ANSWERS);
    if is_secretariat {
        content.more |= reading.follow_ups.len() > lines;
        content.items.extend(reading.follow_ups.iter().take(lines).cloned());
        for followed in reading.follow_ups.iter().filter_map(|item| sitting(zone, item)) {
            if !content.sittings.contains(&followed) {
                content.sittings.push(followed);
            }
        }
        let missing = Message::new("kit-missing");
        if reading.is_partial && !content.notices.contains(&missing) {
            content.notices.push(missing);
        }
    }
    content.link = Some(if is_secretariat && view.user.is_none() {
        links.board()
    } else {
        links.sittings(reading.is_easy)
    });
    content.notices.extend(view.notice);
    limit_lines(&mut content, MAX_LINES);
    Ok(content)
}

/// The sitting of a line, on its day in the legal time of the structure.
fn sitting(zone: Tz, item: &Item) -> Option<Sitting> {
    Some(Sitting::new(item.title.clone(), local(zone, begins(item)?).date_naive()))
}

fn event(item: &Item) -> Option<Event> {
    let mut event = Event::new(item.title.clone(), item.when?);
    event.link = item.link.clone();
    Some(event)
}

/// Adds to the next sitting its place and its documents, which are read for it alone.
async fn add_documents(
    shared: &Shared,
    view: &View,
    content: &mut WidgetContent,
) -> Result<(), ConnectorError> {
    let cx = &view.account.cx;
    let now = cx.clock.now();
    let is_next = |(_, item): &(usize, &mut Item)| begins(item).is_some_and(|date| date >= now);
    let Some((at, next)) = content.items.iter_mut().enumerate().find(is_next) else { return Ok(()) };
    let Some(sitting) = Uuid::parse(&next.id) else { return Ok(()) };
    if let Some(error) = &view.missing {
        note_missing(content, cx, error);
        return Ok(());
    }
    match shared.agenda(&view.account, &sitting).await {
        Ok(agenda) => {
            lines::with_documents(next, &agenda.place, agenda.documents);
            if let Some(event) = content.events.get_mut(at) {
                event.place = detail(&agenda.place);
            }
            note_unreadable(content, agenda.documents.unreadable);
        }
        Err(error) if error.refuses_credential() => return Err(error),
        Err(error) => note_missing(content, cx, &error),
    }
    Ok(())
}

fn begins(item: &Item) -> Option<DateTime<Utc>> {
    match item.when {
        Some(EventTime::At(date)) => Some(date),
        _ => None,
    }
}
