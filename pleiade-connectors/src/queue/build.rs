//! From readings to lines: which lines are one thing, and their order.

use super::{AbsentSource, DueGroup, Queue, QueueEntry, QueueItem, QueueOptions, QueueSource, TaskKey};
use crate::{kit::days::midnight, text::local};
use chrono::{DateTime, Datelike as _, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use pleiade_core::{
    AccountTag, Amount, ConnectorId, Deadline, Freshness, Indicator, Reason, Task, TenantId, WidgetContent,
};
use std::collections::HashMap;

/// True if an application has more lines than its card, or lines that could not be read.
fn holds_more(content: &WidgetContent) -> bool {
    let is_minimum = |indicator: &Indicator| matches!(indicator.amount, Amount::Count { at_least: true, .. });
    content.more || content.indicators.iter().any(is_minimum)
}

/// A line with its task, before it is joined with others.
struct Found<'a> {
    item: QueueItem<'a>,
    task: &'a Task,
    account: Option<AccountTag>,
    aged: Option<DateTime<Utc>>,
}

pub(super) fn build<'a>(
    options: &QueueOptions<'_>,
    sources: impl IntoIterator<Item = QueueSource<'a>>,
) -> Queue<'a> {
    let mut queue = Queue { entries: Vec::new(), absent: Vec::new(), waiting: false, at_least: false };
    let mut found = Vec::new();
    for (number, source) in sources.into_iter().enumerate() {
        queue.note_state(&source);
        let Some(content) = source.reading.value() else { continue };
        let before = found.len();
        found.extend(lines(number, &source, content));
        queue.at_least |= found.len() > before && holds_more(content);
    }
    queue.at_least |= queue.absent.iter().any(|absent| absent.measured_at.is_none());
    AbsentSource::once_each(&mut queue.absent);
    queue.entries = join(options, found);
    // The sort is stable, so that what is equal stays in the order of the sources.
    queue.entries.sort_by_key(|entry| {
        let none_last = |at: Option<DateTime<Utc>>| (at.is_none(), at);
        (entry.group != DueGroup::First, none_last(entry.due), none_last(entry.since))
    });
    queue
}

fn lines<'a>(
    number: usize,
    source: &QueueSource<'a>,
    content: &'a WidgetContent,
) -> impl Iterator<Item = Found<'a>> {
    let (tenant, connector, stands_in) = (source.tenant, source.connector, source.stands_in);
    let aged = match source.reading.freshness() {
        Freshness::Stale(Reason::Failed { .. }) => source.reading.measured_at(),
        _ => None,
    };
    content.items.iter().filter_map(move |item| {
        let task = item.task.as_ref().filter(|task| !stands_in || task.may_be_delegated())?;
        let item = QueueItem { source: number, tenant, connector, item };
        Some(Found { item, task, account: content.account, aged })
    })
}

impl<'a> Queue<'a> {
    /// Notes what is not known of a source.
    fn note_state(&mut self, source: &QueueSource<'a>) {
        self.waiting |= matches!(source.reading.freshness(), Freshness::Missing(Reason::Waiting));
        self.absent.extend(AbsentSource::from_reading(source.name, &source.reading));
    }
}

/// Joins what is one thing: the same line of one account first, then lines that share an identifier.
fn join<'a>(options: &QueueOptions<'_>, found: Vec<Found<'a>>) -> Vec<QueueEntry<'a>> {
    let mut entries: Vec<QueueEntry<'a>> = Vec::with_capacity(found.len());
    let mut by_account: HashMap<(&ConnectorId, AccountTag, &str), usize> = HashMap::new();
    let mut by_line: HashMap<(&TenantId, &ConnectorId, &str), usize> = HashMap::new();
    for line in found {
        let QueueItem { tenant, connector, item, .. } = line.item;
        let id = item.id.as_str();
        let same = line.account.and_then(|account| by_account.get(&(connector, account, id)).copied());
        // Two cards of one connector may show the same line.
        let same = same.or_else(|| by_line.get(&(tenant, connector, id)).copied());
        if let Some(entry) = same.and_then(|at| entries.get_mut(at)) {
            entry.read_again(options, &line);
            continue;
        }
        if let Some(account) = line.account {
            by_account.insert((connector, account, id), entries.len());
        }
        by_line.insert((tenant, connector, id), entries.len());
        entries.push(QueueEntry::new(&line));
    }
    let mut entries = join_by_identifier(options, entries);
    for entry in &mut entries {
        entry.settle(options);
    }
    entries
}

/// Lines of one collectivité that share an exact identifier, however many lines lead from one to the other. Two lines of one application
/// are two things: an identifier that both of them tell names neither, and no line leads from one to the other.
fn join_by_identifier<'a>(options: &QueueOptions<'_>, entries: Vec<QueueEntry<'a>>) -> Vec<QueueEntry<'a>> {
    let mut told: HashMap<(&TenantId, &str), Vec<usize>> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        for name in entry.identifiers() {
            let tellers = told.entry(name).or_default();
            if tellers.last() != Some(&at) {
                tellers.push(at);
            }
        }
    }
    let mut groups = Groups::new(&entries);
    for name in entries.iter().flat_map(QueueEntry::identifiers) {
        let tellers = told.remove(&name).unwrap_or_default();
        let mut connectors: Vec<_> =
            tellers.iter().filter_map(|at| connector_of(entries.get(*at)?)).collect();
        connectors.sort();
        if connectors.windows(2).all(|pair| pair.first() != pair.last()) {
            for pair in tellers.windows(2) {
                if let [a, b] = *pair {
                    groups.unite(a, b);
                }
            }
        }
    }
    let roots: Vec<usize> = (0..entries.len()).map(|at| groups.root(at)).collect();
    let mut places: HashMap<usize, usize> = HashMap::new();
    let mut joined: Vec<QueueEntry<'a>> = Vec::with_capacity(entries.len());
    for (root, entry) in roots.into_iter().zip(entries) {
        match places.get(&root).and_then(|at| joined.get_mut(*at)) {
            Some(known) => known.absorb(options, entry),
            None => {
                places.insert(root, joined.len());
                joined.push(entry);
            }
        }
    }
    joined
}

/// The application of a line that is joined with no other yet.
fn connector_of<'a>(entry: &QueueEntry<'a>) -> Option<&'a ConnectorId> {
    entry.items.first().map(|item| item.connector)
}

/// Which lines are one.
struct Groups<'a> {
    parents: Vec<usize>,
    /// The applications of the lines of a group, at its root.
    connectors: Vec<Vec<&'a ConnectorId>>,
}

impl<'a> Groups<'a> {
    /// Each line alone.
    fn new(entries: &[QueueEntry<'a>]) -> Self {
        let connectors = entries.iter().map(|entry| connector_of(entry).into_iter().collect()).collect();
        Self { parents: (0..entries.len()).collect(), connectors }
    }

    fn root(&self, mut at: usize) -> usize {
        while let Some(&parent) = self.parents.get(at).filter(|parent| **parent != at) {
            at = parent;
        }
        at
    }

    /// Makes one group of two, unless an application has a line in both.
    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        let (first, second) = (a.min(b), a.max(b));
        let (Some(known), Some(new)) = (self.connectors.get(first), self.connectors.get(second)) else {
            return;
        };
        if first == second || new.iter().any(|connector| known.contains(connector)) {
            return;
        }
        let new = new.clone();
        if let (Some(known), Some(parent)) = (self.connectors.get_mut(first), self.parents.get_mut(second)) {
            known.extend(new);
            *parent = first;
        }
    }
}

impl<'a> QueueEntry<'a> {
    fn new(line: &Found<'a>) -> Self {
        let QueueItem { tenant, connector, item, .. } = line.item;
        let own = item.tenant.as_ref().unwrap_or(tenant);
        Self {
            key: TaskKey { tenant: own.clone(), connector: connector.clone(), id: item.id.clone() },
            kind: line.task.kind,
            since: line.task.since,
            deadline: item.deadline,
            due: None,
            group: DueGroup::NoDeadline,
            items: vec![line.item],
            also_for: if own == tenant { Vec::new() } else { vec![tenant] },
            aged: line.aged,
            snoozed_until: None,
        }
    }

    /// The exact identifiers of its lines, in its collectivité.
    fn identifiers(&self) -> impl Iterator<Item = (&TenantId, &'a str)> {
        let tasks = self.items.iter().filter_map(|item| item.item.task.as_ref());
        let identifiers = tasks.flat_map(|task| &task.identifiers).filter(|text| !text.is_empty());
        identifiers.map(|text| (&self.key.tenant, text.as_str()))
    }

    /// The same line, read for another collectivité: told by the application, else the acting one is its own.
    fn read_again(&mut self, options: &QueueOptions<'_>, line: &Found<'a>) {
        let QueueItem { tenant, item, .. } = line.item;
        let told = item.tenant.is_some();
        if !told && tenant == options.acting && self.key.tenant != *tenant {
            if let Some(first) = self.items.first_mut() {
                self.also_for.push(first.tenant);
                *first = line.item;
            }
            self.key.tenant = tenant.clone();
        } else if self.key.tenant != *tenant && !self.also_for.contains(&tenant) {
            self.also_for.push(tenant);
        }
    }

    /// The same thing in another application.
    fn absorb(&mut self, options: &QueueOptions<'_>, other: Self) {
        self.kind = self.kind.min(other.kind);
        self.since = [self.since, other.since].into_iter().flatten().min();
        self.items.extend(other.items);
        for tenant in other.also_for {
            if !self.also_for.contains(&tenant) {
                self.also_for.push(tenant);
            }
        }
        self.aged = [self.aged, other.aged].into_iter().flatten().min();
        let deadlines = [self.deadline, other.deadline].into_iter().flatten();
        self.deadline = deadlines.min_by_key(|deadline| last_moment(options.zone, *deadline));
    }

    /// Says when it is due, and whether it is put off.
    fn settle(&mut self, options: &QueueOptions<'_>) {
        let today = options.today();
        self.due = self.deadline.map(|deadline| last_moment(options.zone, deadline));
        let last = self.deadline.map(|deadline| last_day(options.zone, deadline));
        let is_first = self.items.iter().any(|item| item.item.task.as_ref().is_some_and(|task| task.first));
        self.group = match (last, self.due) {
            (None, _) | (_, None) if is_first => DueGroup::First,
            (None, _) | (_, None) => DueGroup::NoDeadline,
            (_, Some(due)) if due <= options.now => DueGroup::Late,
            (Some(last), _) => DueGroup::by_day(today, last),
        };
        // What may open a delay is never put off; what has come from another application since the line was is not hidden by it.
        let may_wait = !options.snoozed.is_empty() && self.group != DueGroup::First;
        let put_off = |item: &QueueItem<'_>| {
            self.names(item).filter_map(|key| options.snoozed.get(&key).copied()).max()
        };
        let until = may_wait.then(|| self.items.iter().map(put_off).min().flatten()).flatten();
        let until = until.map(|until| last.map_or(until, |last| until.min(last)));
        self.snoozed_until = until.filter(|until| *until > today);
    }
}

/// The last moment of a deadline: a day counts until its end where the person lives.
#[must_use]
pub fn last_moment(zone: Tz, deadline: Deadline) -> DateTime<Utc> {
    match deadline {
        Deadline::At(at) => at,
        Deadline::Day(day) => day.succ_opt().map_or(DateTime::<Utc>::MAX_UTC, |next| midnight(&zone, next)),
    }
}

/// The last day on which something can be done in time, where the person lives: for a deadline at midnight, the day that ends then.
#[must_use]
pub fn last_day(zone: Tz, deadline: Deadline) -> NaiveDate {
    match deadline {
        Deadline::Day(day) => day,
        Deadline::At(at) => {
            let before = at.checked_sub_signed(TimeDelta::nanoseconds(1)).unwrap_or(at);
            local(zone, before).date_naive()
        }
    }
}

impl DueGroup {
    fn by_day(today: NaiveDate, day: NaiveDate) -> Self {
        let rest = u64::from(6 - today.weekday().num_days_from_monday());
        let sunday = today.checked_add_days(Days::new(rest)).unwrap_or(today);
        if day <= today {
            Self::Today
        } else if day <= sunday {
            Self::ThisWeek
        } else {
            Self::Later
        }
    }
}
