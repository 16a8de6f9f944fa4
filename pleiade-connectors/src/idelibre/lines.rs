//! The lines of the cards.

use super::{
    links::Links,
    wire::{Attendance, Convocation, Sitting},
};
use crate::{kit::content, text::local};
use chrono::{DateTime, Timelike as _, Utc};
use chrono_tz::Tz;
use pleiade_core::{Action, ActionId, Deadline, EventTime, Item, Message, MessageArg, Task, TaskKind, Text};

pub(super) const OPEN: ActionId = ActionId::from_static("open");
pub(super) const ANSWER: ActionId = ActionId::from_static("answer");
pub(super) const ACKNOWLEDGE: ActionId = ActionId::from_static("acknowledge");

/// The documents of a sitting, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Documents {
    pub(super) projects: u64,
    pub(super) annexes: u64,
    /// Those that could not be read.
    pub(super) unreadable: usize,
}

/// The answers to the convocations of one sitting. Those of deputies are apart: each has a convocation beside the one of whom they stand in
/// for, and the two would be counted twice.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct FollowUp {
    /// Convocations of élus that were sent.
    pub(super) sent: u64,
    /// Answers of élus.
    pub(super) received: u64,
    /// Answers that élus owe.
    pub(super) missing: u64,
    /// Answers that deputies owe.
    pub(super) deputies_missing: u64,
}

impl FollowUp {
    pub(super) fn count<'a>(convocations: impl IntoIterator<Item = &'a Convocation>) -> Self {
        let mut counted = Self::default();
        for convocation in convocations.into_iter().filter(|one| one.is_sent() && one.asks_answer()) {
            let is_missing = convocation.attendance() == Attendance::Unanswered;
            match (convocation.is_deputy(), is_missing) {
                (true, true) => counted.deputies_missing += 1,
                (true, false) => {}
                (false, true) => (counted.sent, counted.missing) = (counted.sent + 1, counted.missing + 1),
                (false, false) => (counted.sent, counted.received) = (counted.sent + 1, counted.received + 1),
            }
        }
        counted
    }
}

/// What is known of the place in which lines are made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clocks {
    pub(super) now: DateTime<Utc>,
    /// The zone of the structure, whose time is the legal one.
    pub(super) structure: Tz,
    /// The zone in which the portal shows times.
    pub(super) tenant: Tz,
}

/// Makes lines of what was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Maker<'a> {
    pub(super) links: &'a Links,
    pub(super) clocks: Clocks,
    pub(super) is_easy: bool,
}

impl Maker<'_> {
    /// A sitting to which somebody is convened.
    pub(super) fn sitting(&self, sitting: &Sitting, convocation: &Convocation) -> Item {
        let mut item = self.line(sitting.id.as_str(), sitting);
        item.status = Some(self.state(sitting, convocation));
        let link = self.links.agenda(self.is_easy, &sitting.id);
        item.actions = vec![Action::open(OPEN, Message::new("idelibre-open"), link.clone())];
        item.link = Some(link);
        item
    }

    /// What a convocation asks of whoever is convened, if it asks anything.
    pub(super) fn task(&self, sitting: &Sitting, convocation: &Convocation) -> Option<Item> {
        let awaits_answer = self.awaits_answer(sitting, convocation);
        if convocation.is_read && !awaits_answer {
            return None;
        }
        let mut item = self.line(convocation.id.as_str(), sitting);
        item.status = Some(self.state(sitting, convocation));
        let kind = if awaits_answer { TaskKind::Answer } else { TaskKind::Read };
        let mut task = Task::new(kind).with_identifier(format!("idelibre/{}", convocation.id));
        task.since = convocation.sent_at();
        item.task = Some(task);
        if awaits_answer {
            item.deadline = Some(Deadline::At(sitting.date));
            // A deputy has no right to the page of élus; the agenda leads where they may go.
            let page = match convocation.is_deputy() {
                true => self.links.agenda(self.is_easy, &sitting.id),
                false => self.links.answer(self.is_easy, &convocation.id),
            };
            item.actions.push(Action::open(ANSWER, Message::new("idelibre-answer"), page));
        }
        if !convocation.is_read {
            let page = self.links.acknowledgement(self.is_easy, &sitting.id);
            item.actions.push(Action::open(ACKNOWLEDGE, Message::new("idelibre-acknowledge"), page));
        }
        item.link = Some(self.links.agenda(self.is_easy, &sitting.id));
        Some(item)
    }

    /// A sitting as the secretariat follows it up.
    pub(super) fn follow_up(&self, sitting: &Sitting, counted: FollowUp) -> Item {
        let mut item = self.line(&format!("follow-up/{}", sitting.id), sitting);
        item.status = Some(match counted.sent {
            0 => Message::new("idelibre-follow-up-unsent"),
            _ => Message::new("idelibre-follow-up")
                .with_number("received", counted.received)
                .with_number("missing", counted.missing)
                .with_number("deputies", counted.deputies_missing),
        });
        let link = self.links.follow_up(&sitting.id);
        item.actions = vec![Action::open(OPEN, Message::new("idelibre-follow-up-open"), link.clone())];
        item.link = Some(link);
        item
    }

    /// True if an answer is still asked: none was given, and the sitting has not begun.
    pub(super) fn awaits_answer(&self, sitting: &Sitting, convocation: &Convocation) -> bool {
        convocation.asks_answer()
            && convocation.attendance() == Attendance::Unanswered
            && sitting.date >= self.clocks.now
    }

    fn line(&self, id: &str, sitting: &Sitting) -> Item {
        let mut item = Item::new(id, content::title(&sitting.name, "idelibre-untitled"));
        item.when = Some(EventTime::At(sitting.date));
        item.detail = legal_time(&self.clocks, sitting.date).map(Text::from);
        item
    }

    /// The answer and what is left to do.
    fn state(&self, sitting: &Sitting, convocation: &Convocation) -> Message {
        let named = |alone, with_name, name: Option<String>| match name {
            Some(name) => Message::new(with_name).with_text("name", name),
            None => Message::new(alone),
        };
        let state = match convocation.attendance() {
            Attendance::Unanswered if self.awaits_answer(sitting, convocation) => {
                Message::new("idelibre-unanswered")
            }
            Attendance::Unanswered if convocation.asks_answer() => Message::new("idelibre-never-answered"),
            Attendance::Unanswered => Message::new("idelibre-invited"),
            Attendance::Present => Message::new("idelibre-present"),
            Attendance::Absent { proxy } => named("idelibre-absent", "idelibre-absent-proxy", proxy),
            Attendance::Remote => Message::new("idelibre-remote"),
            Attendance::Proxy { to } => named("idelibre-poa", "idelibre-absent-proxy", to),
            Attendance::Deputy { name } => named("idelibre-deputy", "idelibre-deputy-named", name),
            Attendance::Other => Message::new("idelibre-answered"),
        };
        state.with_text("unread", if convocation.is_read { "no" } else { "yes" })
    }
}

/// The legal time of a sitting, where the portal shows its hour in another zone.
fn legal_time(clocks: &Clocks, date: DateTime<Utc>) -> Option<Message> {
    let legal = local(clocks.structure, date).naive_local();
    if legal == local(clocks.tenant, date).naive_local() {
        return None;
    }
    let legal_time = Message::new("idelibre-legal-time")
        .with("day", MessageArg::Day(legal.date()))
        .with_text("hour", legal.hour().to_string())
        .with_text("minute", format!("{:02}", legal.minute()))
        .with_text("zone", clocks.structure.name());
    Some(legal_time)
}

/// The line of the next sitting with its place and its documents; the legal time stays where it was told.
pub(super) fn with_documents(item: &mut Item, place: &str, documents: Documents) {
    let place = content::plain(place);
    let mut told = match &item.detail {
        Some(Text::Message(legal_time)) => legal_time
            .args()
            .fold(Message::new("idelibre-next").with_text("legal", "yes"), |told, (name, value)| {
                told.with(name.to_owned(), value.clone())
            }),
        _ => ["day", "hour", "minute", "zone"]
            .into_iter()
            .fold(Message::new("idelibre-next").with_text("legal", "no"), |told, name| {
                told.with_text(name, "")
            }),
    };
    told = told.with_text("placed", if place.is_empty() { "no" } else { "yes" }).with_text("place", place);
    item.detail = Some(
        told.with_number("projects", documents.projects).with_number("annexes", documents.annexes).into(),
    );
}
