//! A line of a card or of the queue of things to do.

use super::tile::TileModel;
use crate::{
    catalogue::symbols,
    deposit,
    web::{href, words::Words},
};
use chrono::{DateTime, NaiveDate, Utc};
use pleiade_connectors::queue::{TaskKey, last_day, last_moment};
use pleiade_core::{
    Action, ActionId, ConnectorDescriptor, ConnectorId, Deadline, EventTime, Item, Message, MessageArg,
    TenantId,
};
use serde::Serialize;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher, Hash};

/// A line.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LineModel {
    /// The subject, as the application wrote it.
    pub title: String,
    /// The address at which it is shown.
    pub href: Option<String>,
    /// More about it, in words.
    pub detail: String,
    /// Until when something must be done about it.
    pub deadline: Option<Deadline>,
    /// A state that presses.
    pub tag: Option<TagModel>,
    /// The family and the picture of its application, in a list that joins several.
    #[serde(skip)]
    pub tile: Option<TileModel>,
    /// The actions on it in its application, the main one first.
    pub actions: Vec<ActionModel>,
    /// What the portal itself does with it: putting it off.
    pub own: Vec<ActionModel>,
    /// The box by which it is chosen with others, where several can be treated together.
    #[serde(skip)]
    pub choice: Option<ChoiceModel>,
    /// Tells it from the other lines of its card or queue; the same on every replica.
    pub key: String,
}

/// A state in words, with a tone that repeats it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagModel {
    /// The urgency.
    pub tone: Tone,
    /// The state.
    pub words: String,
}

/// The urgency of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Tone {
    /// It does not.
    Neutral,
    /// It is under way, begins within the hour, or was done.
    Good,
    /// It is due today or tomorrow, or nobody knows whether it was done.
    Soon,
    /// It is past, or was refused.
    Late,
}

impl Tone {
    /// Its class in the style sheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Neutral => "",
            Self::Good => "good",
            Self::Soon => "soon",
            Self::Late => "late",
        }
    }
}

/// A button or a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActionModel {
    /// Its words.
    pub label: String,
    /// The subject of the action, read after the label by those who do not see where the button stands.
    pub about: String,
    /// The collectivité of the line.
    pub tenant: TenantId,
    /// The connector.
    pub connector: ConnectorId,
    /// Its id in the connector.
    pub id: ActionId,
    /// The path to which the form of the button is sent. It names the collectivité of the line, which is not always the one acted for.
    pub path: String,
    /// True if a question comes first, to which that path leads.
    pub asks: bool,
    /// True if it can be taken on several lines at once.
    pub batch: bool,
    /// To what it is done, in the connector's own terms.
    pub target: String,
    /// The address of a link; none for a button.
    pub href: Option<String>,
    /// True if it leads to a page of ours.
    pub internal: bool,
    /// True if it is posted to be led to an address of the application: see [`Action::opening`].
    pub opens: bool,
    /// A drawing that may stand for its words where there is little room.
    #[serde(skip)]
    pub drawing: Option<&'static str>,
}

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceModel {
    /// Its words.
    pub label: String,
    /// The line, as the form names it.
    pub value: String,
}

/// The end of the path to the question before an action.
const ASK: &str = "/ask";

impl ActionModel {
    /// True if what comes when its button is pressed is a page of the application, which is shown beside this one.
    #[must_use]
    pub fn opens_elsewhere(&self) -> bool {
        self.opens && !self.asks
    }

    /// The same action with a question first.
    pub(super) fn asked(mut self) -> Self {
        if !self.asks && self.href.is_none() {
            self.path.push_str(ASK);
            self.asks = true;
        }
        self
    }

    pub(super) fn new(
        words: &Words,
        tenant: &TenantId,
        connector: &ConnectorDescriptor,
        action: &Action,
        about: &str,
    ) -> Self {
        let asks = action.is_asked();
        let by = action.by.as_ref().unwrap_or(&connector.id);
        let path = format!("/actions/{tenant}/{by}/{}", action.id);
        Self {
            label: words.message(&action.label),
            about: about.to_owned(),
            path: if asks { path + ASK } else { path },
            asks,
            batch: action.batch && !action.is_link() && !action.opens,
            tenant: tenant.clone(),
            connector: by.clone(),
            id: action.id.clone(),
            target: action.target.clone(),
            internal: action.opens_deposit,
            opens: action.opens,
            drawing: symbols::drawing(&action.icon),
            href: match action.opens_deposit {
                true => Some(deposit::page_path(by)),
                false => action.link.as_ref().and_then(href),
            },
        }
    }
}

impl LineModel {
    /// The line of an item of a connector, for a collectivité.
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
        detail.extend(item.when.map(|when| words.event_time(when)));
        // One tag a line: a deadline presses more than a state, a state more than an approaching hour.
        let tag = item
            .deadline
            .map(|deadline| deadline_tag(words, now, deadline))
            .or_else(|| item.task.as_ref().filter(|task| task.first).map(|_| first_tag(words)))
            .or_else(|| {
                item.status
                    .as_ref()
                    .map(|status| TagModel { tone: Tone::Neutral, words: words.message(status) })
            })
            .or_else(|| item.when.and_then(|when| soon_tag(words, now, when)));
        Self {
            href: item.link.as_ref().and_then(href),
            detail: detail.join(" · "),
            deadline: item.deadline,
            tag,
            tile: None,
            actions: item
                .actions
                .iter()
                .map(|action| ActionModel::new(words, tenant, connector, action, &title))
                .collect(),
            own: Vec::new(),
            choice: None,
            key: line_key(&TaskKey::new(tenant.clone(), connector.id.clone(), &item.id)),
            title,
        }
    }

    /// Shows the earlier deadline that another application tells of the same thing.
    pub(super) fn tighten_deadline(&mut self, words: &Words, now: DateTime<Utc>, deadline: Option<Deadline>) {
        if let Some(earlier) = deadline.filter(|earlier| self.deadline != Some(*earlier)) {
            self.deadline = deadline;
            self.tag = Some(deadline_tag(words, now, earlier));
        }
    }

    /// The action that is offered beside its title.
    #[must_use]
    pub fn main(&self) -> Option<&ActionModel> {
        self.actions.first()
    }

    /// The words of the menu of the others.
    #[must_use]
    pub fn more_label(&self, words: &Words) -> String {
        more_label(words, &self.title)
    }

    /// The other actions, which are folded.
    #[must_use]
    pub fn more(&self) -> Vec<&ActionModel> {
        self.actions.iter().skip(1).chain(&self.own).collect()
    }
}

/// The words of the menu of the other actions on something.
pub(super) fn more_label(words: &Words, title: &str) -> String {
    words.message(&Message::new("line-more").with_text("line", title))
}

/// The same for the same value in every process of one version: it guards against repetition, not against anybody.
pub(super) fn stable_hash(value: impl Hash) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(value)
}

/// A line's name in a page: short, and without the words of an application.
pub(super) fn line_key(key: &TaskKey) -> String {
    format!("{:x}", stable_hash(key))
}

fn local_day(words: &Words, at: DateTime<Utc>) -> NaiveDate {
    pleiade_connectors::text::local(words.zone, at).date_naive()
}

/// The state of a deadline: late, today, tomorrow, or its day.
pub(crate) fn deadline_tag(words: &Words, now: DateTime<Utc>, deadline: Deadline) -> TagModel {
    let today = local_day(words, now);
    // A midnight is the end of the day before.
    let day = last_day(words.zone, deadline);
    let time = match deadline {
        Deadline::At(at) => Some(at).filter(|at| local_day(words, *at) == day),
        Deadline::Day(_) => None,
    };
    let away = (day - today).num_days();
    let before = |key, at| words.message(&Message::new(key).with_text("time", words.time(at)));
    let (tone, text) = if last_moment(words.zone, deadline) <= now {
        (Tone::Late, words.count("deadline-late-days", "days", away.unsigned_abs()))
    } else {
        match (away, time) {
            (0, Some(at)) => (Tone::Soon, before("deadline-today-at", at)),
            (0, None) => (Tone::Soon, words.t("deadline-today")),
            (1, Some(at)) => (Tone::Soon, before("deadline-tomorrow-at", at)),
            (1, None) => (Tone::Soon, words.t("deadline-tomorrow")),
            (_, None) => (
                Tone::Neutral,
                words.message(&Message::new("deadline-day").with("day", MessageArg::Day(day))),
            ),
            (_, Some(at)) => {
                let before = Message::new("deadline-day-at").with("day", MessageArg::Day(day));
                (Tone::Neutral, words.message(&before.with_text("time", words.time(at))))
            }
        }
    };
    TagModel { tone, words: text }
}

/// Which delay runs, and from when, stands in the letter alone: no day is computed here.
fn first_tag(words: &Words) -> TagModel {
    TagModel { tone: Tone::Soon, words: words.t("deadline-may-open") }
}

/// Something that begins within the hour or is under way.
fn soon_tag(words: &Words, now: DateTime<Utc>, when: EventTime) -> Option<TagModel> {
    let (start, end) = match when {
        EventTime::Between(start, end) => (start, Some(end)),
        _ => return None,
    };
    let minutes = (start - now).num_minutes();
    if start > now && minutes < 60 {
        let count = u64::try_from(minutes).unwrap_or(0);
        Some(TagModel { tone: Tone::Good, words: words.count("when-soon", "minutes", count) })
    } else if start <= now && end.is_some_and(|end| now < end) {
        Some(TagModel { tone: Tone::Good, words: words.t("when-now") })
    } else {
        None
    }
}
