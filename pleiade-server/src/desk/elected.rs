//! The head of an élu's desk: the next sitting, and what is asked of them, before everything else. It calls nobody.

use super::{
    card::DeskCard,
    line::LineModel,
    model::CardState,
    number,
    own_cards::{CardReading, OwnCards},
    snoozed::Snoozed,
};
use crate::{app::App, session::Session, web::words::Words};
use askama::Template;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use pleiade_connectors::queue::QueueFilter;
use pleiade_core::{Amount, EventTime, Item, PersonKind, TaskKind};
use std::sync::Arc;

/// The id of the element, which the stream replaces.
pub(super) const ELECTED_ID: &str = "elected";

#[derive(Template)]
#[template(path = "elected.html")]
struct ElectedHead<'a> {
    words: &'a Words,
    id: &'static str,
    next: Option<NextSitting>,
    /// True while an application that may know one has not answered.
    is_waiting: bool,
    /// The text where no sitting is known.
    nothing: String,
    counts: Vec<Count>,
    new_window: String,
}

/// The next sitting.
struct NextSitting {
    /// How far it is: `dans 5 jours`.
    until: String,
    line: LineModel,
    /// For which collectivité, where there are several.
    tenant: Option<String>,
}

/// How much of something waits.
struct Count {
    value: String,
    label: String,
    href: String,
    is_some: bool,
}

/// The first moment of a sitting, and its day where the person lives.
fn begins(words: &Words, item: &Item) -> Option<(NaiveDate, DateTime<Utc>)> {
    Some(match item.when? {
        EventTime::At(at) | EventTime::Between(at, _) => (at.with_timezone(&words.zone).date_naive(), at),
        EventTime::Days(first, _) => (first, first.and_time(NaiveTime::MIN).and_utc()),
        _ => return None,
    })
}

/// The element; nothing for whoever is no élu where they act.
pub(super) fn render_elected(
    app: &App,
    session: &Arc<Session>,
    words: &Words,
    own: &OwnCards,
    snoozed: &Snoozed,
) -> String {
    if session.actor.acting.kind != PersonKind::Elu {
        return String::new();
    }
    let now = app.clock.now();
    let today = now.with_timezone(&words.zone).date_naive();
    let sittings =
        own.all().filter(|(_, reading)| reading.value().is_some_and(|content| !content.sittings.is_empty()));
    let next = sittings
        .flat_map(|(card, reading)| coming(words, card, reading, today))
        .min_by_key(|(at, ..)| *at)
        .map(|(_, day, card, item)| {
            let tenant = app.tenants.by_id(card.tenant()).filter(|_| session.affiliations.len() > 1);
            let days = u64::try_from((day - today).num_days()).unwrap_or_default();
            NextSitting {
                until: words.count("elected-in-days", "count", days),
                line: LineModel::new(words, now, card.tenant(), card.call.connector.descriptor(), item),
                tenant: tenant.map(|tenant| tenant.name.clone()),
            }
        });
    let kinds = own.with_queue(app, session, words, snoozed, |queue| queue.kinds(&QueueFilter::default()));
    let of_kind = |wanted: TaskKind| match kinds.iter().find(|(kind, _)| *kind == wanted) {
        Some((_, Amount::Count { value, .. })) => *value,
        _ => 0,
    };
    let delegations = app.received_delegations().peek(session).held.len() as u64;
    let counts = [
        ("elected-sign", of_kind(TaskKind::Sign), "/tasks?kind=sign"),
        ("elected-answer", of_kind(TaskKind::Answer), "/tasks?kind=answer"),
        ("elected-delegations", delegations, "/profile/delegations"),
    ];
    let counts = counts.map(|(key, value, href)| Count {
        value: number::amount(words, Amount::Count { value, at_least: false }),
        label: words.count(key, "count", value),
        href: href.to_owned(),
        is_some: value > 0,
    });
    let is_waiting =
        next.is_none() && own.all().any(|(_, reading)| CardState::new(reading) == CardState::Waiting);
    let nothing = words.t(if is_waiting { "card-loading" } else { "elected-no-sitting" });
    let new_window = words.t("new-window");
    let head =
        ElectedHead { words, id: ELECTED_ID, next, is_waiting, nothing, counts: counts.into(), new_window };
    head.render().unwrap_or_default()
}

/// The sittings of a card that are not over, each with its moment and day.
fn coming<'a>(
    words: &Words,
    card: &'a DeskCard,
    reading: &'a CardReading,
    today: NaiveDate,
) -> Vec<(DateTime<Utc>, NaiveDate, &'a DeskCard, &'a Item)> {
    let items = reading.value().into_iter().flat_map(|content| &content.items);
    let dated = items.filter_map(|item| begins(words, item).map(|(day, at)| (at, day, card, item)));
    dated.filter(|(_, day, ..)| *day >= today).collect()
}
