//! What waits for a person.

use crate::Message;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a task asks of the person. The order is that of the filters of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// To sign: the person's own act, in the application, which no delegation covers.
    Sign,
    /// To approve or to send on: a visa, a leave request, a purchase order, a folder that awaits a decision.
    Approve,
    /// To correct: something that was refused or failed.
    Correct,
    /// To answer: a convocation, an invitation, a question.
    Answer,
    /// To read: a letter, a document whose receipt is to be acknowledged.
    Read,
    /// To do: anything else.
    Do,
}

impl TaskKind {
    /// Every kind, in the order of the filters.
    pub const ALL: [Self; 6] = [Self::Sign, Self::Approve, Self::Correct, Self::Answer, Self::Read, Self::Do];

    /// The name in addresses, metrics and message keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Approve => "approve",
            Self::Correct => "correct",
            Self::Answer => "answer",
            Self::Read => "read",
            Self::Do => "do",
        }
    }
}

/// What makes a line wait for a person.
///
/// ```
/// use pleiade_core::{Item, Task, TaskKind, Text};
/// let mut item = Item::new("42", Text::plain("Convention de mise à disposition"));
/// item.task = Some(Task::new(TaskKind::Approve).delegable().with_identifier("i-parapheur/2f1c"));
/// assert!(item.task.is_some_and(|task| task.may_be_delegated()));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Task {
    /// What it asks.
    pub kind: TaskKind,
    /// Since when it waits.
    pub since: Option<DateTime<Utc>>,
    /// True if whoever stands in for the person may see and treat it. A signature is nobody else's, whatever this says.
    pub delegable: bool,
    /// True if it is to be seen before everything else, although its deadline is not known: it may open a delay, and which one stands in
    /// the application alone. A line with a deadline of its own stands where that puts it.
    #[serde(default)]
    pub first: bool,
    /// Exact identifiers of the thing that waits, shared by several applications: `<kind>/<id>`, such as `i-parapheur/2f1c`. Tasks of one
    /// collectivité that have one in common are one line of the queue; a title never makes them so.
    pub identifiers: Vec<String>,
}

impl Task {
    /// A task that is the person's own to see, with no known beginning.
    #[must_use]
    pub fn new(kind: TaskKind) -> Self {
        Self { kind, since: None, delegable: false, first: false, identifiers: Vec::new() }
    }

    /// The same task, waiting since an instant.
    #[must_use]
    pub fn since(mut self, since: DateTime<Utc>) -> Self {
        self.since = Some(since);
        self
    }

    /// The same task, visible to whoever stands in for the person.
    #[must_use]
    pub fn delegable(mut self) -> Self {
        self.delegable = true;
        self
    }

    /// The same task, to be seen before everything else.
    #[must_use]
    pub fn first(mut self) -> Self {
        self.first = true;
        self
    }

    /// The same task with one more exact identifier.
    #[must_use]
    pub fn with_identifier(mut self, identifier: impl Into<String>) -> Self {
        self.identifiers.push(identifier.into());
        self
    }

    /// True if whoever stands in for the person may see it.
    #[must_use]
    pub fn may_be_delegated(&self) -> bool {
        self.delegable && self.kind != TaskKind::Sign
    }
}

/// Words that a person must or may write with an action, such as the reason of a rejection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ActionInput {
    /// The label of the field.
    pub label: Message,
    /// True if it may not be empty.
    pub required: bool,
    /// Characters at most.
    pub max_chars: usize,
}

impl ActionInput {
    /// A field that must be filled, of at most so many characters.
    #[must_use]
    pub fn required(label: Message, max_chars: usize) -> Self {
        Self { label, required: true, max_chars }
    }

    /// A field that may stay empty.
    #[must_use]
    pub fn optional(label: Message, max_chars: usize) -> Self {
        Self { label, required: false, max_chars }
    }
}
