//! Open tasks of all lists, and Deck cards that are due.

use super::super::sessions::PersonSession;
use crate::{
    kit::{content, days, json::List, parts::Parts},
    nextcloud::client::{Calendar, Card, Task},
    text::local,
};
use chrono::{DateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use futures_util::future::join_all;
use pleiade_core::{
    ConnectorError, Deadline, ErrorKind, IndicatorKey, Item, Message, Severity, TaskKind, WidgetContent,
};

pub(super) const OVERDUE: IndicatorKey = IndicatorKey::from_static("tasks_overdue");
pub(super) const OPEN: IndicatorKey = IndicatorKey::from_static("tasks_open");
pub(super) const CARDS: IndicatorKey = IndicatorKey::from_static("deck_due");

/// Lists asked at the same time.
const MAX_CONCURRENT: usize = 4;
/// A card counts when it is late or due within this many days.
const CARD_DAYS: i64 = 7;

/// The result of one call of the card.
enum CallResult<'a> {
    Tasks(&'a Calendar, List<Task>),
    Cards(List<Card>),
}

pub(super) async fn load(session: PersonSession) -> Result<WidgetContent, ConnectorError> {
    let (now, zone) = (session.cx.clock.now(), session.cx.tenant.time_zone);
    let calendars = session.calendars().await?;
    // Boards are calendars of tasks too, in which columns are tasks and cards come a second time.
    let is_list = |list: &&Calendar| list.tasks && list.enabled && !list.subscribed && !list.is_generated();
    let lists: Vec<&Calendar> = calendars.items.iter().filter(is_list).collect();
    let mut calls = Vec::new();
    for group in lists.chunks(MAX_CONCURRENT) {
        let read = group.iter().map(|list| async {
            let tasks = session.api.tasks(&session.user.id, &list.slug, zone).await?;
            Ok(CallResult::Tasks(list, tasks))
        });
        calls.extend(join_all(read).await);
    }
    let has_deck = has_deck(&session, &calendars.items).await;
    let deck = matches!(has_deck, Ok(true));
    match has_deck {
        Ok(true) => calls.push(due_cards(&session, now).await.map(CallResult::Cards)),
        Ok(false) => {}
        Err(error) => calls.push(Err(error)),
    }
    let parts = Parts::join(calls)?;
    let mut unreadable = calendars.unreadable;
    let mut content = WidgetContent::default();
    let links = session.links(&mut content).await;
    let (mut open, mut due) = (0, None);
    for part in &parts.read {
        match part {
            CallResult::Tasks(list, tasks) => {
                unreadable += tasks.unreadable;
                open += tasks.items.len();
                content.items.extend(tasks.items.iter().map(|task| {
                    let title = content::title(&task.summary, "nextcloud-task-untitled");
                    let mut item = Item::new(format!("{}/{}", list.slug, task.uid), title);
                    item.detail = content::detail(&list.name);
                    item.deadline = task.due;
                    item.link = links.tasks();
                    item
                }));
            }
            CallResult::Cards(cards) => {
                unreadable += cards.unreadable;
                due = Some(cards.items.len());
                content.items.extend(cards.items.iter().map(|card| {
                    let title = content::title(&card.title, "nextcloud-task-untitled");
                    let mut item = Item::new(format!("deck-{}", card.id), title);
                    item.detail = Some(Message::new("nextcloud-card").into());
                    item.deadline = card.due.map(Deadline::At);
                    item.link = links.deck_card(card.board_id, card.id);
                    item
                }));
            }
        }
    }
    let is_late = |item: &Item| days::is_late(&zone, item.deadline, now);
    let overdue = content.items.iter().filter(|item| is_late(item) && !item.id.starts_with("deck-")).count();
    let late = if overdue > 0 { Severity::Alert } else { Severity::Info };
    let minimum = unreadable > 0 || parts.missing.is_some();
    let count =
        |key, noun, value: usize| content::exact(&session.cx, key, noun, value as u64).at_least(minimum);
    // When no list could be read, nothing is known of tasks: "at least 0" would be taken for none.
    if lists.is_empty() || parts.read.iter().any(|part| matches!(part, CallResult::Tasks(..))) {
        content.indicators = vec![
            count(OVERDUE, "nextcloud-tasks-overdue-noun", overdue)
                .with_severity(late)
                .with_link(links.tasks()),
            count(OPEN, "nextcloud-tasks-noun", open).with_link(links.tasks()),
        ];
    }
    content
        .indicators
        .extend(due.map(|due| count(CARDS, "nextcloud-cards-noun", due).with_link(links.deck())));
    content::note_unreadable(&mut content, unreadable);
    parts.note(&mut content, &session.cx);
    if lists.is_empty() && !deck {
        content.notices.push(Message::new("nextcloud-no-task-list"));
    }
    content.link = if lists.is_empty() && deck { links.deck() } else { links.tasks() };
    for item in &mut content.items {
        item.task = Some(pleiade_core::Task::new(TaskKind::Do).delegable());
        item.status = is_late(item).then(|| Message::new("nextcloud-task-late"));
    }
    content.items.sort_by_cached_key(|item| (ends(item.deadline, zone), item.id.clone()));
    Ok(content)
}

/// True if the person has boards. For somebody who never opened Deck, asking for their cards would make a first board.
async fn has_deck(session: &PersonSession, calendars: &[Calendar]) -> Result<bool, ConnectorError> {
    Ok(calendars.iter().any(Calendar::is_board) && session.capabilities().await?.deck)
}

async fn due_cards(
    session: &PersonSession,
    now: DateTime<chrono::Utc>,
) -> Result<List<Card>, ConnectorError> {
    let horizon = now + TimeDelta::days(CARD_DAYS);
    match session.api.deck_upcoming().await {
        Ok(upcoming) => {
            let mut cards = upcoming.due();
            cards.items.retain(|card| card.due.is_some_and(|due| due < horizon));
            Ok(cards)
        }
        // Announced for the server, but not for this person's groups.
        Err(error) if error.kind() == ErrorKind::Unsupported => Ok(List::default()),
        Err(error) => Err(error),
    }
}

/// A key for sorting: a day ends with its evening, no deadline comes last.
fn ends(due: Option<Deadline>, zone: Tz) -> (bool, Option<chrono::NaiveDateTime>) {
    let ends = due.map(|due| match due {
        Deadline::At(at) => local(zone, at).naive_local(),
        Deadline::Day(day) => day.and_time(NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default()),
    });
    (ends.is_none(), ends)
}
