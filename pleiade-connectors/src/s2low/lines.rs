//! Lines of the cards. They are the authority's, and nobody may treat them in another's place.

use super::{
    actions::{MARK_LETTER, MARK_PES, OPEN},
    links::Links,
    reading::Failed,
    states::LetterKind,
    wire::{Act, Id, Letter, PesReturn},
};
use crate::kit::{content, days};
use chrono::NaiveDate;
use chrono_tz::Tz;
use pleiade_core::{Action, EventTime, Item, Message, MessageArg, Task, TaskKind, Text};
use url::Url;

/// The longest reason of a failure on a line, in characters.
const MAX_REASON_CHARS: usize = 200;

/// Makes the lines for one person.
#[derive(Debug)]
pub(super) struct Maker<'a> {
    pub(super) links: &'a Links,
    pub(super) time_zone: Tz,
    /// True if the person may mark something as read.
    pub(super) may_mark_read: bool,
}

impl Maker<'_> {
    /// A message of the préfecture. It comes first and has no deadline: which one runs, and from when, stands in the letter.
    pub(super) fn letter(&self, letter: &Letter) -> Item {
        let kind = letter.kind();
        let key = match kind {
            LetterKind::Plain => "s2low-letter-plain",
            LetterKind::MissingDocuments => "s2low-letter-documents",
            LetterKind::Observations => "s2low-letter-observations",
            LetterKind::Referral => "s2low-letter-referral",
            LetterKind::Unknown => "s2low-letter-other",
        };
        let task = if kind.awaits_answer() { TaskKind::Answer } else { TaskKind::Read };
        let mut item = Item::new(format!("letter-{}", letter.id.as_str()), titled(key, &letter.number));
        item.detail = content::detail(&letter.unique_id);
        item.task = Some(Task::new(task).first());
        let mark = self.may_mark_read.then(|| mark(MARK_LETTER, "s2low-mark-letter", &letter.id));
        with_actions(item, self.links.act(&letter.id), mark)
    }

    /// An act in error.
    pub(super) fn failed_act(&self, failed: &Failed<Act>) -> Item {
        let act = &failed.what;
        let title = content::detail(&act.subject).unwrap_or_else(|| titled("s2low-act", &act.number));
        let mut item = Item::new(format!("act-{}", act.id.as_str()), title);
        item.detail = Some(detail(&act.number, act.decided, failed.reason.as_deref()));
        item.status = Some(Message::new("s2low-state-error"));
        item.task = Some(Task::new(TaskKind::Correct));
        with_actions(item, self.links.act(&act.id), None)
    }

    /// A PES in error or refused.
    pub(super) fn failed_pes(&self, failed: &Failed<Id>, state: &'static str) -> Item {
        let id = &failed.what;
        let mut item = Item::new(format!("pes-{}", id.as_str()), titled("s2low-pes", id.as_str()));
        item.detail = failed.reason.as_deref().and_then(|reason| content::detail(&shortened(reason)));
        item.status = Some(Message::new(state));
        item.task = Some(Task::new(TaskKind::Correct));
        with_actions(item, self.links.pes(id), None)
    }

    /// An unread PES Retour.
    pub(super) fn pes_return(&self, found: &PesReturn) -> Item {
        let title =
            content::detail(&found.name).unwrap_or_else(|| titled("s2low-pes-return", found.id.as_str()));
        let mut item = Item::new(format!("return-{}", found.id.as_str()), title);
        let mut task = Task::new(TaskKind::Read);
        if let Some(date) = found.date {
            let date = days::instant(&self.time_zone, date);
            item.when = Some(EventTime::At(date));
            task = task.since(date);
        }
        item.task = Some(task);
        let mark = self.may_mark_read.then(|| mark(MARK_PES, "s2low-mark-pes", &found.id).in_batches());
        with_actions(item, self.links.flows(), mark)
    }
}

/// Something is marked as read for the whole authority, so the person confirms it.
fn mark(id: pleiade_core::ActionId, label: &'static str, target: &Id) -> Action {
    Action::post(id, Message::new(label), target.as_str()).engaging()
}

fn with_actions(mut item: Item, link: Url, mark: Option<Action>) -> Item {
    item.actions = vec![Action::open(OPEN, Message::new("s2low-open"), link.clone())];
    item.actions.extend(mark);
    item.link = Some(link);
    item
}

/// A title with a number, told apart from one without.
fn titled(key: &'static str, number: &str) -> Text {
    let number = content::plain(number);
    let numbered = if number.is_empty() { "no" } else { "yes" };
    Message::new(key).with_text("numbered", numbered).with_text("number", number).into()
}

/// The number of an act, the day of its decision, and the reason of its failure.
fn detail(number: &str, decided: Option<NaiveDate>, reason: Option<&str>) -> Text {
    let number = content::plain(number);
    let reason = content::plain(&shortened(reason.unwrap_or_default()));
    let yes = |is: bool| if is { "yes" } else { "no" };
    Message::new("s2low-act-detail")
        .with_text("numbered", yes(!number.is_empty()))
        .with_text("dated", yes(decided.is_some()))
        .with_text("reasoned", yes(!reason.is_empty()))
        .with("day", MessageArg::Day(decided.unwrap_or_default()))
        .with_text("number", number)
        .with_text("reason", reason)
        .into()
}

fn shortened(words: &str) -> String {
    match words.char_indices().nth(MAX_REASON_CHARS) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default()),
        None => words.to_owned(),
    }
}
