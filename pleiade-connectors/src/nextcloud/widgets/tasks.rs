//! Open tasks of all lists, and Deck cards that are due.

use super::{Visit, count, detail, title};
use crate::nextcloud::client::{Calendar, Card, Task};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use futures_util::future::try_join_all;
use pleiade_core::{ConnectorError, Deadline, ErrorKind, Item, Message, Severity, WidgetContent};

/// Lists asked at the same time.
const AT_ONCE: usize = 4;
/// A card counts when it is late or due within this many days.
const CARD_DAYS: i64 = 7;

pub(super) async fn load(visit: Visit<'_>) -> Result<WidgetContent, ConnectorError> {
    let now = visit.cx.clock.now();
    let zone = visit.cx.tenant.time_zone;
    let today = now.with_timezone(&zone).date_naive();
    let deck = visit.capabilities().await?.deck;
    let user = visit.session.user().await?;
    let mut lists = visit.session.calendars(&user.id).await?;
    lists.retain(|list| list.tasks && list.enabled && !list.subscribed);
    let mut tasks: Vec<(&Calendar, Task)> = Vec::new();
    for group in lists.chunks(AT_ONCE) {
        let read =
            try_join_all(group.iter().map(|list| visit.session.tasks(&user.id, &list.slug, zone))).await?;
        for (list, read) in group.iter().zip(read) {
            tasks.extend(read.into_iter().map(|task| (list, task)));
        }
    }
    let cards = if deck { due_cards(visit, now).await? } else { Vec::new() };

    let overdue = tasks.iter().filter(|(_, task)| is_late(task.due, now, today)).count();
    let late = if overdue > 0 { Severity::Alert } else { Severity::Info };
    let links = visit.session.links();
    let mut content = WidgetContent::default();
    content.indicators = vec![
        count(visit, "tasks_overdue", "nextcloud-tasks-overdue-noun", overdue)?
            .linked(links.tasks())
            .with_severity(late),
        count(visit, "tasks_open", "nextcloud-tasks-noun", tasks.len())?.linked(links.tasks()),
    ];
    if deck {
        content
            .indicators
            .push(count(visit, "deck_due", "nextcloud-cards-noun", cards.len())?.linked(links.deck()));
    }
    if lists.is_empty() && !deck {
        content.notice = Some(Message::new("nextcloud-no-task-list"));
    }
    content.link = Some(if lists.is_empty() && deck { links.deck() } else { links.tasks() });

    for (list, task) in &tasks {
        let mut item =
            Item::new(format!("{}/{}", list.slug, task.uid), title(&task.summary, "nextcloud-task-untitled"));
        item.detail = detail(&list.name);
        item.deadline = task.due;
        item.link = Some(links.tasks());
        content.items.push(item);
    }
    for card in &cards {
        let mut item = Item::new(format!("deck-{}", card.id), title(&card.title, "nextcloud-task-untitled"));
        item.detail = Some(Message::new("nextcloud-card").into());
        item.deadline = card.due.map(Deadline::At);
        item.link = Some(links.deck_card(card.board_id, card.id));
        content.items.push(item);
    }
    for item in &mut content.items {
        item.task = true;
        if is_late(item.deadline, now, today) {
            item.status = Some(Message::new("nextcloud-task-late"));
        }
    }
    content.items.sort_by_cached_key(|item| (ends(item.deadline, zone), item.id.clone()));
    Ok(content)
}

async fn due_cards(visit: Visit<'_>, now: DateTime<Utc>) -> Result<Vec<Card>, ConnectorError> {
    let horizon = now + TimeDelta::days(CARD_DAYS);
    match visit.session.deck_upcoming().await {
        Ok(upcoming) => {
            Ok(upcoming.due().filter(|card| card.due.is_some_and(|due| due < horizon)).cloned().collect())
        }
        // Announced for the server, but not for this person's groups.
        Err(error) if error.kind() == ErrorKind::Unsupported => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn is_late(due: Option<Deadline>, now: DateTime<Utc>, today: NaiveDate) -> bool {
    match due {
        Some(Deadline::At(at)) => at < now,
        Some(Deadline::Day(day)) => day < today,
        None => false,
    }
}

/// For sorting: a day ends with its evening, no deadline comes last.
fn ends(due: Option<Deadline>, zone: Tz) -> (bool, Option<chrono::NaiveDateTime>) {
    let local = due.map(|due| match due {
        Deadline::At(at) => at.with_timezone(&zone).naive_local(),
        Deadline::Day(day) => day.and_time(NaiveTime::MIN) + TimeDelta::days(1) - TimeDelta::seconds(1),
    });
    (local.is_none(), local)
}
