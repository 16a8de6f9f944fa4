//! What the engine adds to a page: reading cards from memory, and filling the memory.
//!
//! `cargo bench -p pleiade-connectors --bench engine`
#![expect(clippy::print_stderr, reason = "a benchmark reports")]

#[path = "../tests/engine/support.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "shared with the tests, which use all of it")]
mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures_util::future::join_all;
use pleiade_connectors::engine::{Engine, EngineOptions, WidgetCall};
use pleiade_core::{Reading, SystemClock};
use std::{hint::black_box, sync::Arc};
use support::{Application, person};
use tokio::runtime::{Builder, Runtime};

const PEOPLE: usize = 1_000;
const WIDGETS: usize = 12;

fn engine() -> Engine {
    Engine::new(EngineOptions::default(), Arc::new(SystemClock::default()))
}

/// Every card of everybody; each application answers at once, with six lines.
fn everybody() -> Vec<WidgetCall> {
    let applications: Vec<_> = (0..WIDGETS).map(|n| Application::healthy(&format!("app-{n}"))).collect();
    let people = (0_i64..).take(PEOPLE).map(|n| person("alpha", n));
    people
        .flat_map(|person| applications.iter().map(move |app| app.call(&person)).collect::<Vec<_>>())
        .collect()
}

fn fill(runtime: &Runtime, engine: &Engine, calls: &[WidgetCall]) {
    runtime.block_on(async {
        for board in calls.chunks(WIDGETS) {
            black_box(join_all(board.iter().map(|call| engine.refresh(call))).await);
        }
    });
}

fn bench(criterion: &mut Criterion) {
    let Ok(runtime) = Builder::new_multi_thread().worker_threads(2).enable_time().build() else { return };
    let (warm, calls) = (engine(), everybody());
    fill(&runtime, &warm, &calls);

    if let Some(one) = calls.first() {
        criterion.bench_function("engine/warm read", |b| b.iter(|| black_box(warm.peek(black_box(one)))));
    }
    let mut all = criterion.benchmark_group("engine/1,000 people × 12 widgets");
    all.throughput(Throughput::Elements((PEOPLE * WIDGETS) as u64)).sample_size(10);
    all.bench_function("warm read", |b| {
        b.iter(|| {
            let fresh = calls.iter().filter(|call| matches!(warm.peek(call), Reading::Fresh { .. })).count();
            assert_eq!(fresh, PEOPLE * WIDGETS, "the memory holds everybody");
        });
    });
    all.bench_function("fill", |b| {
        b.iter_with_large_drop(|| {
            let cold = engine();
            fill(&runtime, &cold, &calls);
            cold
        });
    });
    all.finish();
    eprintln!("estimated memory of {} readings: {} bytes", PEOPLE * WIDGETS, warm.memory_bytes());
}

criterion_group!(benches, bench);
criterion_main!(benches);
