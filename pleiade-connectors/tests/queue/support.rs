//! Readings of cards, made by hand.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Paris;
use pleiade_connectors::queue::{Queue, QueueOptions, QueueSource};
use pleiade_core::{
    AccountTag, ConnectorId, Deadline, ErrorKind, Item, Reading, Reason, Task, TaskKind, TenantId, Text,
    WidgetContent,
};

/// Monday 23 November 2026, at nine in Paris.
pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn tenant(id: &str) -> TenantId {
    TenantId::new(id).unwrap()
}

/// A card of a connector, read for a collectivité.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub(crate) tenant: TenantId,
    pub(crate) connector: ConnectorId,
    pub(crate) reading: Reading<WidgetContent>,
    pub(crate) stands_in: bool,
}

impl Card {
    pub(crate) fn new(connector: &str, tenant: &str, items: impl IntoIterator<Item = Item>) -> Self {
        let mut content = WidgetContent::default();
        content.items = items.into_iter().collect();
        Self {
            tenant: self::tenant(tenant),
            connector: ConnectorId::new(connector).unwrap(),
            reading: Reading::Fresh { value: content, measured_at: now() },
            stands_in: false,
        }
    }

    pub(crate) fn by(mut self, account: u64) -> Self {
        self.reading = self.reading.map(|mut content| {
            content.account = Some(AccountTag(account));
            content
        });
        self
    }

    pub(crate) fn with_more(mut self) -> Self {
        self.reading = self.reading.map(|mut content| {
            content.more = true;
            content
        });
        self
    }

    /// The same card after an attempt that failed, with its last lines or with none.
    pub(crate) fn failed(mut self, kind: ErrorKind, keeps: bool) -> Self {
        let reason = Reason::Failed { kind, reference: "7K42QD".into(), retry_at: None };
        self.reading = match self.reading {
            Reading::Fresh { value, measured_at } if keeps => Reading::Stale { value, measured_at, reason },
            _ => Reading::Missing { reason },
        };
        self
    }

    pub(crate) fn waiting(mut self) -> Self {
        self.reading = Reading::Missing { reason: Reason::Waiting };
        self
    }

    fn source(&self) -> QueueSource<'_> {
        QueueSource::new(&self.tenant, &self.connector, self.connector.as_str(), self.reading.map_ref())
            .standing_in(self.stands_in)
    }
}

pub(crate) fn task(id: &str, kind: TaskKind) -> Item {
    let mut item = Item::new(id, Text::plain(id));
    item.task = Some(Task::new(kind).delegable());
    item
}

pub(crate) fn due(id: &str, last: &str) -> Item {
    let mut item = task(id, TaskKind::Do);
    item.deadline = Some(Deadline::Day(day(last)));
    item
}

/// What a test looks at, with the acting collectivité `ville` and nothing put off.
pub(crate) fn queue(cards: &[Card]) -> Queue<'_> {
    let acting = tenant("ville");
    with_options(cards, &QueueOptions::new(Paris, now(), &acting))
}

pub(crate) fn with_options<'a>(cards: &'a [Card], options: &QueueOptions<'_>) -> Queue<'a> {
    Queue::new(options, cards.iter().map(Card::source))
}

pub(crate) fn ids<'a>(queue: &'a Queue<'_>) -> Vec<&'a str> {
    queue.entries().iter().map(|entry| entry.key.id.as_str()).collect()
}
