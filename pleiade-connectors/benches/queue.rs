//! Joining the tasks of twelve applications with two hundred lines each into one queue: the goal is under 5 ms.
//!
//! `cargo bench -p pleiade-connectors --all-features --bench queue`
#![expect(clippy::unwrap_used, reason = "a benchmark")]

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::Paris;
use criterion::{Criterion, criterion_group, criterion_main};
use pleiade_connectors::queue::{Queue, QueueFilter, QueueOptions, QueueSource};
use pleiade_core::{
    AccountTag, ConnectorId, Deadline, Item, Reading, Task, TaskKind, TenantId, Text, WidgetContent,
};
use std::hint::black_box;

const SOURCES: u64 = 12;
const LINES: u64 = 200;

fn content(source: u64, now: DateTime<Utc>) -> WidgetContent {
    let mut content = WidgetContent::default();
    content.account = Some(AccountTag(source));
    content.items = (0..LINES)
        .zip(TaskKind::ALL.into_iter().cycle())
        .map(|(n, kind)| {
            let mut item = Item::new(format!("{source}-{n}"), Text::plain("Délibération budgétaire"));
            let hours = i64::try_from((n * 7919 + source * 104_729) % 2000).unwrap();
            let task = Task::new(kind).since(now - TimeDelta::hours(hours));
            item.task = Some(if n % 5 == 0 { task.with_identifier(format!("folder/{n}")) } else { task });
            item.deadline = (n % 3 == 0).then(|| Deadline::At(now + TimeDelta::hours(hours - 300)));
            item
        })
        .collect();
    content
}

fn queue(c: &mut Criterion) {
    let (now, tenant) = (DateTime::UNIX_EPOCH + TimeDelta::days(20_000), TenantId::new("ville").unwrap());
    let connectors: Vec<ConnectorId> =
        (0..SOURCES).map(|n| ConnectorId::new(format!("app-{n}")).unwrap()).collect();
    let contents: Vec<WidgetContent> = (0..SOURCES).map(|n| content(n, now)).collect();
    let options = QueueOptions::new(Paris, now, &tenant);
    c.bench_function("a queue of 12 applications and 2,400 lines", |b| {
        b.iter(|| {
            let sources = connectors.iter().zip(&contents).map(|(connector, content)| {
                let reading = Reading::Fresh { value: content, measured_at: now };
                QueueSource::new(&tenant, connector, connector.as_str(), reading)
            });
            let queue = Queue::new(&options, sources);
            black_box((queue.kinds(&QueueFilter::default()), queue.select(&QueueFilter::default()).len()))
        });
    });
}

criterion_group!(benches, queue);
criterion_main!(benches);
