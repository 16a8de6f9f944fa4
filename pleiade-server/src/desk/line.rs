//! A line of a card or of the queue of things to do.

use crate::web::{link, words::Words};
use chrono::{DateTime, NaiveDate, Utc};
use pleiade_connectors::kit::days::midnight;
use pleiade_core::{
    Action, ActionId, ConnectorDescriptor, Deadline, EventTime, Item, Message, MessageArg, TenantId,
};

/// A line, ready to print.
#[derive(Debug, Clone)]
pub(super) struct LineView {
    pub(super) title: String,
    pub(super) link: Option<String>,
    pub(super) detail: String,
    pub(super) tag: Option<Tag>,
    pub(super) actions: Vec<ActionView>,
}

/// A state in words, with a colour that repeats it.
#[derive(Debug, Clone)]
pub(super) struct Tag {
    pub(super) class: &'static str,
    pub(super) words: String,
}

/// A button or a link.
#[derive(Debug, Clone)]
pub(super) struct ActionView {
    pub(super) label: String,
    /// What it applies to, read after the label by those who do not see where the button stands.
    pub(super) about: String,
    pub(super) id: ActionId,
    /// Where the button leads. It names the collectivité of the line, which is not always the one that the reader acts for.
    pub(super) path: String,
    pub(super) target: String,
    pub(super) link: Option<String>,
}

impl ActionView {
    pub(super) fn new(
        words: &Words,
        tenant: &TenantId,
        connector: &ConnectorDescriptor,
        action: &Action,
        about: &str,
    ) -> Self {
        Self {
            label: words.message(&action.label),
            about: about.to_owned(),
            path: format!("/actions/{tenant}/{}/{}", connector.id, action.id),
            id: action.id.clone(),
            target: action.target.clone(),
            link: action.link.as_ref().and_then(link),
        }
    }
}

impl LineView {
    pub(super) fn new(
        words: &Words,
        now: DateTime<Utc>,
        tenant: &TenantId,
        connector: &ConnectorDescriptor,
        item: &Item,
    ) -> Self {
        let title = words.text(&item.title);
        let mut detail = Vec::new();
        detail.extend(item.detail.as_ref().filter(|text| !text.is_empty()).map(|text| words.text(text)));
        detail.extend(item.when.map(|when| words.when(when)));
        // One tag a line: a deadline presses more than a state, a state more than an approaching hour.
        let tag = item
            .deadline
            .map(|deadline| deadline_tag(words, now, deadline))
            .or_else(|| item.status.as_ref().map(|status| Tag { class: "", words: words.message(status) }))
            .or_else(|| item.when.and_then(|when| soon_tag(words, now, when)));
        Self {
            link: item.link.as_ref().and_then(link),
            detail: detail.join(" · "),
            tag,
            actions: item
                .actions
                .iter()
                .map(|action| ActionView::new(words, tenant, connector, action, &title))
                .collect(),
            title,
        }
    }
}

fn local_day(words: &Words, at: DateTime<Utc>) -> NaiveDate {
    pleiade_connectors::text::local(words.zone, at).date_naive()
}

/// The last moment of a deadline, for ordering: a day counts until its end in the reader's zone.
#[must_use]
pub(super) fn due(zone: chrono_tz::Tz, deadline: Deadline) -> DateTime<Utc> {
    match deadline {
        Deadline::At(at) => at,
        Deadline::Day(day) => day.succ_opt().map_or(DateTime::<Utc>::MAX_UTC, |next| midnight(&zone, next)),
    }
}

fn deadline_tag(words: &Words, now: DateTime<Utc>, deadline: Deadline) -> Tag {
    let today = local_day(words, now);
    let (day, time) = match deadline {
        Deadline::At(at) => (local_day(words, at), Some(at)),
        Deadline::Day(day) => (day, None),
    };
    let away = (day - today).num_days();
    let before = |key, at| words.message(&Message::new(key).with_text("time", words.time(at)));
    let (class, text) = if due(words.zone, deadline) <= now {
        ("late", words.count("deadline-late-days", "days", away.unsigned_abs()))
    } else {
        match (away, time) {
            (0, Some(at)) => ("soon", before("deadline-today-at", at)),
            (0, None) => ("soon", words.t("deadline-today")),
            (1, Some(at)) => ("soon", before("deadline-tomorrow-at", at)),
            (1, None) => ("soon", words.t("deadline-tomorrow")),
            (_, None) => ("", words.message(&Message::new("deadline-day").with("day", MessageArg::Day(day)))),
            (_, Some(at)) => {
                let before = Message::new("deadline-day-at").with("day", MessageArg::Day(day));
                ("", words.message(&before.with_text("time", words.time(at))))
            }
        }
    };
    Tag { class, words: text }
}

/// Something that begins within the hour or is under way.
fn soon_tag(words: &Words, now: DateTime<Utc>, when: EventTime) -> Option<Tag> {
    let (start, end) = match when {
        EventTime::Between(start, end) => (start, Some(end)),
        _ => return None,
    };
    let minutes = (start - now).num_minutes();
    if start > now && minutes < 60 {
        let count = u64::try_from(minutes).unwrap_or(0);
        Some(Tag { class: "good", words: words.count("when-soon", "minutes", count) })
    } else if start <= now && end.is_some_and(|end| now < end) {
        Some(Tag { class: "good", words: words.t("when-now") })
    } else {
        None
    }
}
