//! The one queue of what waits for a person: the tasks of every card in one ordered list. It calls nobody.
//!
//! * Order: what may open a delay that nobody has computed ([`Task::first`](pleiade_core::Task)), what is late, then by deadline, then the
//!   oldest. What else has no deadline comes last.
//! * One thing is one line, and counts once: a line of the same id, connector and account that was read for several collectivités; lines
//!   of one collectivité and of several applications that share an exact identifier ([`Task::identifiers`](pleiade_core::Task)). A title
//!   never makes two lines one.
//! * The number and the list come from one [`QueueFilter`]: [`Queue::count`] is the length of [`Queue::select`], as a minimum while a
//!   source has more than it gave, or gave nothing.
//! * Whoever stands in for a person sees what may be delegated, and no signature.
//!
//! ```
//! use pleiade_connectors::queue::{Queue, QueueFilter, QueueOptions, QueueSource};
//! use pleiade_core::{Amount, ConnectorId, Item, Reading, Task, TaskKind, TenantId, Text, WidgetContent, chrono_tz::Europe::Paris};
//!
//! let (tenant, connector) = (TenantId::new("ville")?, ConnectorId::new("parapheur")?);
//! let mut item = Item::new("7", Text::plain("Arrêté de circulation"));
//! item.task = Some(Task::new(TaskKind::Sign));
//! let mut content = WidgetContent::default();
//! content.items.push(item);
//! let now = "2026-11-23T08:00:00Z".parse()?;
//! let reading = Reading::Fresh { value: content, measured_at: now };
//! let queue = Queue::new(&QueueOptions::new(Paris, now, &tenant), [QueueSource::new(&tenant, &connector, "Parapheur", reading.map_ref())]);
//! assert_eq!(queue.count(&QueueFilter::default().with_kind(TaskKind::Sign)), Amount::count(1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod build;
mod filter;

pub use build::{last_day, last_moment};
pub use filter::{QueueFilter, QueueView};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use pleiade_core::{
    ConnectorId, Deadline, ErrorKind, Freshness, Item, Reading, Reason, TaskKind, TenantId, WidgetContent,
};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, sync::LazyLock};

/// The reading of one card, as a queue takes it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct QueueSource<'a> {
    /// The collectivité for which it was read.
    pub tenant: &'a TenantId,
    /// The connector.
    pub connector: &'a ConnectorId,
    /// The application's name, to say which one is absent.
    pub name: &'a str,
    /// The reading.
    pub reading: Reading<&'a WidgetContent>,
    /// True if it was read for somebody in whose place another looks.
    pub stands_in: bool,
}

impl<'a> QueueSource<'a> {
    /// A reading of a card of this connector for this collectivité.
    #[must_use]
    pub fn new(
        tenant: &'a TenantId,
        connector: &'a ConnectorId,
        name: &'a str,
        reading: Reading<&'a WidgetContent>,
    ) -> Self {
        Self { tenant, connector, name, reading, stands_in: false }
    }

    /// The same reading, for whoever looks in the person's place.
    #[must_use]
    pub fn standing_in(mut self, stands_in: bool) -> Self {
        self.stands_in = stands_in;
        self
    }
}

/// A line of the queue by name: what the person puts off, from one reading to the next.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TaskKey {
    /// The collectivité that it concerns.
    pub tenant: TenantId,
    /// The connector.
    pub connector: ConnectorId,
    /// The id of the line.
    pub id: String,
}

impl TaskKey {
    /// The line of this id, connector and collectivité.
    #[must_use]
    pub fn new(tenant: TenantId, connector: ConnectorId, id: impl Into<String>) -> Self {
        Self { tenant, connector, id: id.into() }
    }
}

/// The conditions under which a queue is made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct QueueOptions<'a> {
    /// Where the person lives: days end at midnight there.
    pub zone: Tz,
    /// The time of day.
    pub now: DateTime<Utc>,
    /// The collectivité for which the person acts: that of a line that was read for several and names none.
    pub acting: &'a TenantId,
    /// The lines that the person has put off, until the beginning of a day.
    pub snoozed: &'a HashMap<TaskKey, NaiveDate>,
}

impl<'a> QueueOptions<'a> {
    /// A queue of this instant, with nothing put off.
    #[must_use]
    pub fn new(zone: Tz, now: DateTime<Utc>, acting: &'a TenantId) -> Self {
        static NOTHING: LazyLock<HashMap<TaskKey, NaiveDate>> = LazyLock::new(HashMap::new);
        Self { zone, now, acting, snoozed: &NOTHING }
    }

    /// The same queue, without what the person has put off.
    #[must_use]
    pub fn with_snoozed(mut self, snoozed: &'a HashMap<TaskKey, NaiveDate>) -> Self {
        self.snoozed = snoozed;
        self
    }

    fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }
}

/// When a task is due, in the order of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueGroup {
    /// It has no deadline that is known, and may open one: it is to be seen before everything else.
    First,
    /// Its deadline is past.
    Late,
    /// It is due before midnight.
    Today,
    /// It is due before the end of Sunday.
    ThisWeek,
    /// It is due later.
    Later,
    /// It has no deadline.
    NoDeadline,
}

impl DueGroup {
    /// Every group, in their order.
    pub const ALL: [Self; 6] =
        [Self::First, Self::Late, Self::Today, Self::ThisWeek, Self::Later, Self::NoDeadline];

    /// The name in addresses and message keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Late => "late",
            Self::Today => "today",
            Self::ThisWeek => "this-week",
            Self::Later => "later",
            Self::NoDeadline => "no-deadline",
        }
    }
}

/// A line of an application behind a line of the queue.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct QueueItem<'a> {
    /// The number of its source, in the order in which they were given.
    pub source: usize,
    /// The collectivité for which it was read: the one in whose name it is acted upon.
    pub tenant: &'a TenantId,
    /// The connector.
    pub connector: &'a ConnectorId,
    /// The line.
    pub item: &'a Item,
}

/// One thing that waits.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct QueueEntry<'a> {
    /// Its name.
    pub key: TaskKey,
    /// What it asks: of several applications, the first in the order of [`TaskKind`].
    pub kind: TaskKind,
    /// Since when it waits.
    pub since: Option<DateTime<Utc>>,
    /// Until when, as the application says: the earliest of several.
    pub deadline: Option<Deadline>,
    /// The last moment of the deadline: a day counts until its end.
    pub due: Option<DateTime<Utc>>,
    /// When it is due.
    pub group: DueGroup,
    /// The lines of applications that are this thing; never empty. The first is its own, the others add their links and actions.
    pub items: Vec<QueueItem<'a>>,
    /// The other collectivités for which the same line was read.
    pub also_for: Vec<&'a TenantId>,
    /// The instant at which its source said so, when that is old.
    pub aged: Option<DateTime<Utc>>,
    /// The day until which the person has put it off, while that holds: never past the deadline.
    pub snoozed_until: Option<NaiveDate>,
}

/// A source of which it is not known what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AbsentSource<'a> {
    /// The application's name.
    pub name: &'a str,
    /// The failure.
    pub reason: ErrorKind,
    /// The instant of its last answer, whose lines are shown; none when there is none.
    pub measured_at: Option<DateTime<Utc>>,
}

impl<'a> AbsentSource<'a> {
    /// What is not known of a source, by its reading: an old value may lack what has come since. Somebody without an account or a right
    /// there has nothing in it.
    pub(crate) fn from_reading(name: &'a str, reading: &Reading<&WidgetContent>) -> Option<Self> {
        use ErrorKind::{Forbidden, NotFound, NotLinked, Unsupported};
        match reading.freshness() {
            Freshness::Missing(Reason::Failed { kind, .. })
            | Freshness::Stale(Reason::Failed { kind, .. }) => {
                let leaves_unknown = !matches!(kind, NotLinked | Forbidden | NotFound | Unsupported);
                let measured_at = reading.measured_at();
                leaves_unknown.then_some(Self { name, reason: *kind, measured_at })
            }
            _ => None,
        }
    }

    /// Each application once, by name.
    pub(crate) fn once_each(absent: &mut Vec<Self>) {
        absent.sort_by(|a, b| a.name.cmp(b.name));
        absent.dedup_by(|a, b| a.name == b.name);
    }
}

/// The queue.
#[derive(Debug, Clone)]
pub struct Queue<'a> {
    entries: Vec<QueueEntry<'a>>,
    absent: Vec<AbsentSource<'a>>,
    waiting: bool,
    at_least: bool,
}

impl<'a> Queue<'a> {
    /// Joins the tasks of these readings.
    #[must_use]
    pub fn new(options: &QueueOptions<'_>, sources: impl IntoIterator<Item = QueueSource<'a>>) -> Self {
        build::build(options, sources)
    }

    /// Every line, put off or not, in order.
    #[must_use]
    pub fn entries(&self) -> &[QueueEntry<'a>] {
        &self.entries
    }

    /// The applications of which it is not known what waits in them, each once, by name.
    #[must_use]
    pub fn absent(&self) -> &[AbsentSource<'a>] {
        &self.absent
    }

    /// True if an application has not answered for the first time yet.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.waiting
    }

    /// True if there may be more than what is here: an application has more lines than it gave, could not read some, or is absent.
    #[must_use]
    pub fn is_minimum(&self) -> bool {
        self.at_least
    }

    /// True if every source has answered, and all of it is here: what is not here does not wait.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.waiting && !self.at_least && self.absent.is_empty()
    }
}
