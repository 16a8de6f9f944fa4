//! Putting a line of the queue off until a day, and showing it again. A line never waits past its deadline, and the page of tasks always
//! shows what is put off.

use super::{own_cards::OwnCards, snooze_offer::form_path};
use crate::{
    app::App,
    session::Session,
    web::{
        errors::{Refusal, html},
        outcome::{Outcome, UndoForm},
        page::Page,
        part::{InPlace, PartKind},
        reader::Reader,
        words::Words,
    },
};
use askama::Template;
use axum::{
    Form,
    extract::{Path, State},
    response::Response,
};
use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use pleiade_connectors::queue::{DueGroup, QueueEntry, TaskKey, last_day};
use pleiade_core::{ConnectorId, Message, MessageArg, TenantId};
use serde::Deserialize;
use std::sync::Arc;

/// A task without a deadline is put off for a year at most.
const MAX_SNOOZE_DAYS: u64 = 366;

#[derive(Debug, Deserialize)]
pub(super) struct SnoozeForm {
    /// The id of the line.
    #[serde(default)]
    target: String,
    /// The day on which it comes back.
    #[serde(default)]
    until: String,
}

#[derive(Template)]
#[template(path = "snooze.html", blocks = ["content"])]
struct SnoozePage {
    page: Page,
    title: String,
    path: String,
    target: String,
    days: Vec<DayChoice>,
    first: String,
    last: String,
    in_place: bool,
}

struct DayChoice {
    label: String,
    day: NaiveDate,
}

/// The days until which a line may be put off, first and last; none when it is due today or late, or may open a delay.
fn allowed_days(zone: Tz, now: DateTime<Utc>, entry: &QueueEntry<'_>) -> Option<(NaiveDate, NaiveDate)> {
    if entry.group == DueGroup::First {
        return None;
    }
    let first = now.with_timezone(&zone).date_naive().succ_opt()?;
    let due = entry.deadline.map(|deadline| last_day(zone, deadline));
    let last = due.unwrap_or(first.checked_add_days(Days::new(MAX_SNOOZE_DAYS - 1))?);
    (first <= last).then_some((first, last))
}

/// Tomorrow, next Monday, in a week and in a month, as far as the deadline lets it wait.
fn choices(words: &Words, (first, last): (NaiveDate, NaiveDate)) -> Vec<DayChoice> {
    let to_monday = 7 - u64::from(first.weekday().num_days_from_monday());
    let after = |days| first.checked_add_days(Days::new(days)).unwrap_or(last);
    let named = [
        ("snooze-tomorrow", first),
        ("snooze-monday", after(to_monday % 7)),
        ("snooze-week", after(6)),
        ("snooze-month", after(29)),
    ];
    let mut choices: Vec<DayChoice> = Vec::new();
    for (key, day) in named {
        if day <= last && choices.iter().all(|known| known.day != day) {
            let label = words.message(&Message::new(key).with("day", MessageArg::Day(day)));
            choices.push(DayChoice { label, day });
        }
    }
    choices
}

/// What is known of a line in the queue of somebody.
struct Line {
    own_names: Vec<TaskKey>,
    names: Vec<TaskKey>,
    title: String,
    days: Option<(NaiveDate, NaiveDate)>,
    wake: Option<UndoForm>,
}

/// What each application calls it: whoever puts it off puts all of that off.
fn titles(words: &Words, entry: &QueueEntry<'_>) -> String {
    let mut titles: Vec<String> = Vec::new();
    for item in &entry.items {
        let title = words.text(&item.item.title);
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    titles.join(" · ")
}

/// The line of this name in the person's own queue, from memory.
async fn find(
    app: &App,
    session: &Arc<Session>,
    words: &Words,
    wanted: &TaskKey,
) -> Result<Option<Line>, Refusal> {
    if !session.affiliations.iter().any(|affiliation| affiliation.tenant == wanted.tenant) {
        return Err(Refusal::NotFound);
    }
    let snoozed = app.snoozed_tasks().load(session).await;
    let own = OwnCards::new(app, session, words.locale).with_storage(app, session).await;
    let line = |entry: &QueueEntry<'_>| Line {
        own_names: entry.own_keys().collect(),
        names: entry.keys().collect(),
        title: titles(words, entry),
        days: allowed_days(words.zone, app.clock.now(), entry),
        wake: form_path(entry, "wake").map(|(path, target)| UndoForm {
            opens: false,
            path,
            target,
            label: words.t("outcome-undo"),
        }),
    };
    Ok(own.with_queue(app, session, words, &snoozed, |queue| {
        queue.entries().iter().find(|entry| entry.keys().any(|key| key == *wanted)).map(line)
    }))
}

/// The line of this name and the days until which it may be put off, or the outcome that says why it may not.
async fn find_to_snooze(
    app: &App,
    session: &Arc<Session>,
    words: &Words,
    wanted: &TaskKey,
) -> Result<Result<(Line, (NaiveDate, NaiveDate)), Outcome>, Refusal> {
    let Some(line) = find(app, session, words, wanted).await? else {
        return Ok(Err(Outcome::failed("task-gone")));
    };
    Ok(match line.days {
        Some(days) => Ok((line, days)),
        None => Err(Outcome::failed("snooze-due")),
    })
}

/// `POST /tasks/{tenant}/{connector}/snooze/ask`: until when. It changes nothing.
///
/// # Errors
/// Not found when the collectivité is none of theirs here.
pub(super) async fn ask(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    InPlace(in_place): InPlace,
    Path((tenant, connector)): Path<(TenantId, ConnectorId)>,
    Form(form): Form<SnoozeForm>,
) -> Result<Response, Refusal> {
    let words = page.words.clone();
    let path = format!("/tasks/{tenant}/{connector}/snooze");
    let wanted = TaskKey::new(tenant, connector, form.target);
    let (line, days) = match find_to_snooze(&app, &session, &words, &wanted).await? {
        Ok(found) => found,
        Err(refused) => return Ok(refused.answer(&app, &session, &words, in_place, "/tasks")),
    };
    let question = SnoozePage {
        title: words.message(&Message::new("snooze-title").with_text("line", &line.title)),
        days: choices(&words, days),
        first: days.0.to_string(),
        last: days.1.to_string(),
        target: wanted.id,
        path,
        in_place,
        page,
    };
    match in_place {
        true => Ok(PartKind::Question.answer(question.as_content().render().unwrap_or_default())),
        false => html(&question),
    }
}

/// `POST /tasks/{tenant}/{connector}/snooze`: puts a line off until the beginning of a day.
///
/// # Errors
/// Not found when the collectivité is none of theirs here; those of storage.
pub(super) async fn snooze(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    InPlace(in_place): InPlace,
    Path((tenant, connector)): Path<(TenantId, ConnectorId)>,
    Form(form): Form<SnoozeForm>,
) -> Result<Response, Refusal> {
    let words = &page.words;
    let wanted = TaskKey::new(tenant, connector, form.target);
    let answer = |outcome: Outcome| outcome.answer(&app, &session, words, in_place, "/tasks");
    let (line, (first, last)) = match find_to_snooze(&app, &session, words, &wanted).await? {
        Ok(found) => found,
        Err(refused) => return Ok(answer(refused)),
    };
    let Some(until) = form.until.trim().parse::<NaiveDate>().ok().filter(|day| (first..=last).contains(day))
    else {
        let wrong = Outcome::failed("snooze-wrong-day");
        return Ok(answer(wrong.with("first", words.day(first)).with("last", words.day(last))));
    };
    app.snoozed_tasks().snooze(&session, &line.own_names, until).await?;
    let done = Outcome::done("snooze-done").with("line", line.title).with("day", words.day(until));
    Ok(answer(done.with_undo(line.wake)))
}

/// `POST /tasks/{tenant}/{connector}/wake`: shows a line again. One that is gone meanwhile is forgotten all the same.
///
/// # Errors
/// Not found when the collectivité is none of theirs here; those of storage.
pub(super) async fn wake(
    State(app): State<App>,
    Reader { session, page, .. }: Reader,
    InPlace(in_place): InPlace,
    Path((tenant, connector)): Path<(TenantId, ConnectorId)>,
    Form(form): Form<SnoozeForm>,
) -> Result<Response, Refusal> {
    let wanted = TaskKey::new(tenant, connector, form.target);
    let line = find(&app, &session, &page.words, &wanted).await?;
    let outcome = match line {
        None if !app.snoozed_tasks().load(&session).await.contains_key(&wanted) => {
            Outcome::failed("task-gone")
        }
        line => {
            let names = line.map_or_else(|| vec![wanted], |line| line.names);
            app.snoozed_tasks().wake(&session, &names).await?;
            Outcome::done("snooze-woken")
        }
    };
    Ok(outcome.answer(&app, &session, &page.words, in_place, "/tasks"))
}
