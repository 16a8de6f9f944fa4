//! The engine under paused time: nothing here waits for real.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test says what is wrong by failing")]

mod properties;
mod support;

use pleiade_connectors::engine::{BreakerState, Engine, EngineOptions, Observer, WidgetCall};
use pleiade_core::{
    ConnectorError, ConnectorId, ErrorKind, LinkId, Reading, Reason, Retry, WidgetContent, WidgetId,
};
use std::{
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use support::{Application, belonging_to, clock, in_english, owner, owner_of, person, shared};
use tokio::{
    sync::Notify,
    time::{Instant, advance},
};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

fn engine() -> Engine {
    engine_with(|_| {})
}

fn engine_with(set: impl FnOnce(&mut EngineOptions)) -> Engine {
    let mut options = EngineOptions::default();
    options.seed = Some(7);
    set(&mut options);
    Engine::new(options, clock())
}

fn error(kind: ErrorKind) -> ConnectorError {
    ConnectorError::new(kind, "list things")
}

fn failed_kind<T>(reading: &Reading<T>) -> Option<ErrorKind> {
    match reading {
        Reading::Stale { reason: Reason::Failed { kind, .. }, .. }
        | Reading::Missing { reason: Reason::Failed { kind, .. } } => Some(*kind),
        _ => None,
    }
}

fn is_fresh<T>(reading: &Reading<T>) -> bool {
    matches!(reading, Reading::Fresh { .. })
}

fn is_waiting<T>(reading: &Reading<T>) -> bool {
    matches!(
        reading,
        Reading::Missing { reason: Reason::Waiting } | Reading::Stale { reason: Reason::Waiting, .. }
    )
}

/// Fails once `ill` is set.
fn sometimes_ill(kind: ErrorKind) -> (Arc<Application>, Arc<AtomicBool>) {
    let ill = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&ill);
    let application = Application::new(
        "app",
        |_| {},
        move |cx, _| {
            let ill = seen.load(Ordering::SeqCst);
            Box::pin(async move { if ill { Err(error(kind)) } else { Ok(belonging_to(&cx)) } })
        },
    );
    (application, ill)
}

#[tokio::test(start_paused = true)]
async fn a_reading_is_fresh_then_old_then_gone_and_always_says_so() {
    let (engine, (app, ill)) = (engine(), sometimes_ill(ErrorKind::BadAnswer));
    let call = app.call(&person("alpha", 1));
    assert!(matches!(engine.peek(&call), Reading::Missing { reason: Reason::Waiting }));
    let first = engine.refresh(&call).await;
    let measured = first.measured_at().unwrap();
    assert!(is_fresh(&first) && is_fresh(&engine.peek(&call)));

    advance(119 * SECOND).await;
    assert!(is_fresh(&engine.refresh(&call).await));
    assert_eq!(app.count(), 1, "not asked more often than its time to live");

    advance(2 * SECOND).await;
    assert!(matches!(engine.peek(&call), Reading::Stale { reason: Reason::Waiting, .. }));
    ill.store(true, Ordering::SeqCst);
    let stale = engine.refresh(&call).await;
    assert_eq!((stale.measured_at(), failed_kind(&stale)), (Some(measured), Some(ErrorKind::BadAnswer)));
    let Reading::Stale { reason: Reason::Failed { reference, retry_at, .. }, .. } = &stale else {
        panic!("stale")
    };
    assert_eq!((reference.len(), reference.find('-')), (7, Some(2)), "{reference}");
    assert_eq!(retry_at.unwrap() - measured, chrono::TimeDelta::seconds(121 + 30));
    assert_eq!(engine.peek(&call), stale, "the same reference as long as it is the same failure");

    advance(24 * 60 * MINUTE).await;
    assert!(
        matches!(engine.peek(&call), Reading::Missing { reason: Reason::Failed { .. } }),
        "too old to be shown"
    );
    ill.store(false, Ordering::SeqCst);
    assert!(is_fresh(&engine.refresh(&call).await));
}

#[tokio::test(start_paused = true)]
async fn one_flight_for_all_who_ask_and_it_outlives_them() {
    let (engine, gate) = (engine(), Arc::new(Notify::new()));
    let open = Arc::clone(&gate);
    let app = Application::new(
        "app",
        |_| {},
        move |cx, _| {
            let open = Arc::clone(&open);
            Box::pin(async move {
                open.notified().await;
                Ok(belonging_to(&cx))
            })
        },
    );
    let call = app.call(&person("alpha", 1));
    let callers: Vec<_> = (0..50)
        .map(|_| {
            let (engine, call) = (engine.clone(), call.clone());
            tokio::spawn(async move { engine.refresh(&call).await })
        })
        .collect();
    tokio::task::yield_now().await;
    for caller in &callers[1..] {
        caller.abort();
    }
    assert!(is_waiting(&engine.peek(&call)));
    gate.notify_one();
    assert!(is_fresh(&callers.into_iter().next().unwrap().await.unwrap()));
    assert_eq!(app.count(), 1);

    let nobody_waits = app.call(&person("alpha", 2));
    let caller = tokio::spawn({
        let (engine, call) = (engine.clone(), nobody_waits.clone());
        async move { engine.refresh(&call).await }
    });
    while app.count() < 2 {
        tokio::task::yield_now().await;
    }
    caller.abort();
    assert!(caller.await.is_err());
    gate.notify_one();
    while !is_fresh(&engine.peek(&nobody_waits)) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_application_that_hangs_delays_no_other_and_is_left_alone() {
    let engine = engine();
    let hung = Application::new("hung", |_| {}, |_, _| Box::pin(pending()));
    let healthy: Vec<_> = (0..11).map(|n| Application::healthy(&format!("well-{n}"))).collect();
    let people: Vec<_> = (0..20).map(|n| person("alpha", n)).collect();
    let start = Instant::now();
    let mut waiting = Vec::new();
    for _ in 0..600 {
        for person in &people {
            let (engine, call) = (engine.clone(), hung.call(person));
            waiting.push(tokio::spawn(async move { engine.refresh(&call).await }));
        }
        tokio::task::yield_now().await;
        let before = Instant::now();
        for app in &healthy {
            for person in &people {
                assert!(is_fresh(&engine.refresh(&app.call(person)).await));
            }
        }
        assert_eq!(before.elapsed(), Duration::ZERO, "not delayed at all");
        advance(SECOND).await;
    }
    let moments: Vec<Duration> = hung.widget.moments.lock().unwrap().iter().map(|at| *at - start).collect();
    // Sixteen at once until the breaker opens; then one probe after each wait of 5, 10, 20… s, each hanging for its deadline of 10 s.
    assert!(moments.len() > 16 && moments.len() <= 16 + 7, "{moments:?}");
    let mut earliest = Duration::ZERO;
    for (probe, moment) in moments[16..].iter().enumerate() {
        earliest += 10 * SECOND + (5 * SECOND * 2_u32.pow(probe as u32)).min(300 * SECOND);
        assert!(*moment >= earliest, "{moment:?} before {earliest:?}");
    }
    assert_eq!(failed_kind(&engine.peek(&hung.call(&people[0]))), Some(ErrorKind::Timeout));
    let state = engine.snapshot().into_iter().find(|state| state.connector == *hung.id()).unwrap();
    assert_ne!(state.breaker, BreakerState::Closed);
    assert_eq!(state.last_error.unwrap().error.kind(), ErrorKind::Timeout);
    let newcomer = engine.peek(&hung.call(&person("alpha", 99)));
    assert_eq!(failed_kind(&newcomer), Some(ErrorKind::Timeout), "a first reading does not wait for ever");
    for task in waiting {
        task.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn an_application_that_is_well_again_is_asked_by_one_then_by_all() {
    let (engine, (app, ill)) = (engine(), sometimes_ill(ErrorKind::BadAnswer));
    ill.store(true, Ordering::SeqCst);
    for number in 0..10 {
        engine.refresh(&app.call(&person("alpha", number))).await;
    }
    assert_eq!(app.count(), 5, "five failures in a row");
    let open = engine.snapshot().remove(0);
    assert_eq!(open.breaker, BreakerState::Open);
    assert!(open.retry_at.is_some());
    ill.store(false, Ordering::SeqCst);
    engine.refresh_now(&app.call(&person("alpha", 20))).await;
    assert_eq!(app.count(), 5, "nobody insists enough to pass");
    advance(7 * SECOND).await;
    assert_eq!(engine.snapshot().remove(0).breaker, BreakerState::HalfOpen);
    for number in 30..40 {
        assert!(is_fresh(&engine.refresh(&app.call(&person("alpha", number))).await));
    }
    let closed = engine.snapshot().remove(0);
    assert_eq!((closed.breaker, closed.retry_at), (BreakerState::Closed, None));
    assert!(closed.last_success.is_some());
}

#[tokio::test(start_paused = true)]
async fn never_more_calls_at_once_than_allowed() {
    let engine = engine_with(|options| options.calls_per_upstream = 4);
    let app = Application::new(
        "app",
        |_| {},
        |cx, _| {
            Box::pin(async move {
                tokio::time::sleep(50 * SECOND / 1000).await;
                Ok(belonging_to(&cx))
            })
        },
    );
    let people: Vec<_> = (0..100).map(|n| app.call(&person("alpha", n))).collect();
    let readings = futures_util::future::join_all(people.iter().map(|call| engine.refresh(call))).await;
    assert!(readings.iter().all(is_fresh));
    assert_eq!(app.widget.most_at_once.load(Ordering::SeqCst), 4);
}

/// Answers after four seconds.
fn slow(id: &str) -> Arc<Application> {
    Application::new(
        id,
        |_| {},
        |cx, _| {
            Box::pin(async move {
                tokio::time::sleep(4 * SECOND).await;
                Ok(belonging_to(&cx))
            })
        },
    )
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_free_call_counts_in_no_deadline() {
    let engine = engine_with(|options| options.calls_per_upstream = 1);
    let app = slow("app");
    let calls: Vec<_> = (0..10).map(|n| app.call(&person("alpha", n))).collect();
    let start = Instant::now();
    let readings = futures_util::future::join_all(calls.iter().map(|call| engine.refresh(call))).await;
    assert_eq!(start.elapsed(), 40 * SECOND, "four times the deadline");
    assert!(readings.iter().all(is_fresh));
    let state = engine.snapshot().remove(0);
    assert_eq!((state.breaker, state.in_flight, state.waiting), (BreakerState::Closed, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_too_long_is_no_failure() {
    let engine = engine_with(|options| {
        options.calls_per_upstream = 1;
        options.queue_timeout = 10 * SECOND;
    });
    let app = slow("app");
    let old = app.call(&person("alpha", 9));
    assert!(is_fresh(&engine.refresh(&old).await));
    advance(3 * MINUTE).await;
    let mut calls: Vec<_> = (0..4).map(|n| app.call(&person("alpha", n))).collect();
    calls.push(old.clone());
    let start = Instant::now();
    let asked = calls.iter().map(|call| engine.refresh_in_background(call));
    let readings = futures_util::future::join_all(asked).await;
    assert_eq!(start.elapsed(), 12 * SECOND);
    assert!(readings[..3].iter().all(is_fresh) && readings[3..].iter().all(is_waiting), "{readings:?}");
    assert!(matches!(readings[4], Reading::Stale { reason: Reason::Waiting, .. }), "it stays as it was");
    let state = engine.snapshot().remove(0);
    assert_eq!((state.breaker, state.in_flight, state.waiting), (BreakerState::Closed, 0, 0));
    assert_eq!((state.last_error.is_none(), app.count()), (true, 4));
    assert!(is_fresh(&engine.refresh(&old).await), "asked again at once by the next refresh");
}

#[tokio::test(start_paused = true)]
async fn whoever_keeps_looking_keeps_their_place() {
    let engine = engine_with(|options| {
        options.calls_per_upstream = 1;
        options.queue_timeout = 7 * SECOND;
    });
    let app = slow("app");
    let calls: Vec<_> = (0..10).map(|n| app.call(&person("alpha", n))).collect();
    let start = Instant::now();
    // As a stream does, which looks its board over at a steady pace.
    let looks = calls.iter().map(|call| async {
        while tokio::time::timeout(3 * SECOND, engine.refresh(call)).await.is_err() {}
        start.elapsed()
    });
    let read = futures_util::future::join_all(looks).await;
    let expected: Vec<Duration> = (1..=10).map(|turn| 4 * SECOND * turn).collect();
    assert_eq!((read, app.count()), (expected, 10));

    // Whoever waits for one answer does so for a while only; what they asked for is given up after them.
    advance(3 * MINUTE).await;
    let start = Instant::now();
    let readings = futures_util::future::join_all(calls.iter().map(|call| engine.refresh(call))).await;
    assert_eq!(start.elapsed(), 17 * SECOND, "the wait, and the deadline");
    assert_eq!(readings.iter().filter(|reading| is_fresh(reading)).count(), 4);
    assert!(readings.iter().all(|reading| failed_kind(reading).is_none()));
    tokio::time::sleep(MINUTE).await;
    assert_eq!(
        (app.count(), engine.snapshot().remove(0).waiting),
        (10 + 6, 0),
        "the sixth had its turn at 20 s"
    );
}

#[tokio::test(start_paused = true)]
async fn an_application_may_have_a_limit_of_its_own() {
    let (own, common) = (slow("own"), slow("common"));
    let engine = engine_with(|options| {
        options.calls_per_upstream = 5;
        options.calls_per_connector.insert(own.id().clone(), 2);
    });
    for app in [&own, &common] {
        let calls: Vec<_> = (0..20).map(|n| app.call(&person("alpha", n))).collect();
        futures_util::future::join_all(calls.iter().map(|call| engine.refresh(call))).await;
    }
    let most = |app: &Application| app.widget.most_at_once.load(Ordering::SeqCst);
    assert_eq!((most(&own), most(&common)), (2, 5));
}

/// Asks in a task, and lets it enter the queue.
async fn asking(
    engine: &Engine,
    call: WidgetCall,
    looks: bool,
) -> tokio::task::JoinHandle<Reading<Arc<WidgetContent>>> {
    let engine = engine.clone();
    let task = tokio::spawn(async move {
        if looks { engine.refresh(&call).await } else { engine.refresh_in_background(&call).await }
    });
    for _ in 0..3 {
        tokio::task::yield_now().await;
    }
    task
}

#[tokio::test(start_paused = true)]
async fn what_somebody_looks_at_goes_first() {
    let engine = engine_with(|options| options.calls_per_upstream = 1);
    let read = Arc::new(Mutex::new(Vec::new()));
    let order = Arc::clone(&read);
    let app = Application::new(
        "app",
        |_| {},
        move |cx, _| {
            order.lock().unwrap().push(cx.actor.identity.id.0);
            Box::pin(async move {
                tokio::time::sleep(SECOND).await;
                Ok(belonging_to(&cx))
            })
        },
    );
    let of = |number| app.call(&person("alpha", number));
    let mut tasks = vec![asking(&engine, of(0), true).await];
    tasks.push(asking(&engine, of(1), false).await);
    tasks.push(asking(&engine, of(2), false).await);
    let left = asking(&engine, of(3), true).await;
    tasks.push(asking(&engine, of(4), true).await);
    // Somebody begins to look at what another asked for in the background, and somebody leaves.
    tasks.push(asking(&engine, of(2), true).await);
    left.abort();
    for task in tasks {
        assert!(is_fresh(&task.await.unwrap()));
    }
    while !is_fresh(&engine.peek(&of(3))) {
        advance(SECOND).await;
    }
    assert_eq!(*read.lock().unwrap(), [0, 2, 4, 1, 3]);
}

#[tokio::test(start_paused = true)]
async fn what_happens_during_the_wait_counts() {
    let engine = engine_with(|options| options.calls_per_upstream = 1);
    let app = slow("app");
    let [first, changed, forgotten] = [1, 2, 3].map(|number| app.call(&person("alpha", number)));
    let first = asking(&engine, first, true).await;
    let before = asking(&engine, changed.clone(), true).await;
    let gone = asking(&engine, forgotten.clone(), true).await;
    engine.invalidate(app.id(), Some(LinkId(2)));
    engine.forget(LinkId(3), None);
    let after = asking(&engine, changed, true).await;
    for task in [first, before, after, gone] {
        assert!(is_fresh(&task.await.unwrap()), "whoever still asks gets a reading");
    }
    assert_eq!(app.count(), 3, "what is read after an action is read once");
    gone_leaves_nothing(&engine, &app).await;
}

/// A reading that nobody waits for any more is forgotten while it waits for a free call.
async fn gone_leaves_nothing(engine: &Engine, app: &Arc<Application>) {
    let count = app.count();
    let busy = asking(engine, app.call(&person("alpha", 4)), true).await;
    let forgotten = app.call(&person("alpha", 5));
    asking(engine, forgotten.clone(), true).await.abort();
    engine.forget(LinkId(5), None);
    assert!(is_fresh(&busy.await.unwrap()));
    let after = asking(engine, app.call(&person("alpha", 6)), true).await;
    assert!(is_fresh(&after.await.unwrap()));
    assert_eq!(app.count(), count + 2);
    assert!(is_waiting(&engine.peek(&forgotten)));
}

#[tokio::test(start_paused = true)]
async fn what_waits_is_not_called_once_the_engine_stops() {
    let engine = engine_with(|options| options.calls_per_upstream = 1);
    let app = Application::new("app", |_| {}, |_, _| Box::pin(pending()));
    let tasks = [
        asking(&engine, app.call(&person("alpha", 1)), true).await,
        asking(&engine, app.call(&person("alpha", 2)), true).await,
    ];
    assert_eq!(engine.snapshot().remove(0).waiting, 1);
    let before = Instant::now();
    engine.shutdown().await;
    for task in tasks {
        assert!(is_waiting(&task.await.unwrap()));
    }
    let state = engine.snapshot().remove(0);
    assert_eq!((before.elapsed(), app.count(), state.in_flight, state.waiting), (Duration::ZERO, 1, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn what_waits_is_not_called_once_the_application_is_left_alone() {
    let engine = engine_with(|options| options.calls_per_upstream = 5);
    let app = Application::new(
        "app",
        |_| {},
        |_, _| {
            Box::pin(async {
                tokio::time::sleep(SECOND).await;
                Err(error(ErrorKind::BadAnswer))
            })
        },
    );
    let calls: Vec<_> = (0..50).map(|n| app.call(&person("alpha", n))).collect();
    let start = Instant::now();
    let readings = futures_util::future::join_all(calls.iter().map(|call| engine.refresh(call))).await;
    assert_eq!((start.elapsed(), app.count()), (SECOND, 5), "five failures in a row");
    assert!(readings.iter().all(|reading| failed_kind(reading) == Some(ErrorKind::BadAnswer)));
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_respected_for_everybody() {
    let engine = engine();
    let app = Application::new(
        "app",
        |_| {},
        |cx, number| {
            Box::pin(async move {
                if number == 0 {
                    return Err(error(ErrorKind::RateLimited).with_retry(Retry::After(MINUTE)));
                }
                Ok(belonging_to(&cx))
            })
        },
    );
    let (asked, other) = (app.call(&person("alpha", 1)), app.call(&person("alpha", 2)));
    assert_eq!(failed_kind(&engine.refresh(&asked).await), Some(ErrorKind::RateLimited));
    advance(59 * SECOND).await;
    for call in [&asked, &other] {
        assert_eq!(failed_kind(&engine.refresh_now(call).await), Some(ErrorKind::RateLimited));
    }
    assert_eq!((app.count(), engine.snapshot().remove(0).breaker), (1, BreakerState::Open));
    advance(SECOND).await;
    assert!(is_fresh(&engine.refresh(&asked).await) && is_fresh(&engine.refresh(&other).await));
}

#[tokio::test(start_paused = true)]
async fn an_administrator_has_an_application_called_again_at_once() {
    let (engine, (app, ill)) = (engine(), sometimes_ill(ErrorKind::Timeout));
    ill.store(true, Ordering::SeqCst);
    let people: Vec<WidgetCall> = (0..5).map(|number| app.call(&person("alpha", number))).collect();
    for call in &people {
        engine.refresh(call).await;
    }
    ill.store(false, Ordering::SeqCst);
    assert_eq!(failed_kind(&engine.refresh_now(&people[0]).await), Some(ErrorKind::Timeout), "left alone");
    assert!(engine.retry(app.id()));
    for call in &people {
        assert!(is_fresh(&engine.refresh(call).await));
    }
    assert_eq!(engine.snapshot().remove(0).breaker, BreakerState::Closed);
    assert!(!engine.retry(app.id()), "not more often than once a minute");
    advance(MINUTE).await;
    assert!(engine.retry(app.id()));
}

#[tokio::test(start_paused = true)]
async fn a_passing_fault_is_retried_within_the_flight() {
    let engine = engine();
    let app = Application::new(
        "app",
        |_| {},
        |cx, number| {
            Box::pin(async move {
                if number < 2 { Err(error(ErrorKind::Unreachable)) } else { Ok(belonging_to(&cx)) }
            })
        },
    );
    assert!(is_fresh(&engine.refresh(&app.call(&person("alpha", 1))).await));
    assert_eq!(app.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_failure_rests_and_pressing_refresh_has_its_pace() {
    let engine = engine();
    let app = Application::new("app", |_| {}, |_, _| Box::pin(async { Err(error(ErrorKind::NotLinked)) }));
    let call = app.call(&person("alpha", 1));
    for _ in 0..29 {
        assert_eq!(failed_kind(&engine.refresh(&call).await), Some(ErrorKind::NotLinked));
        advance(SECOND).await;
    }
    assert_eq!(app.count(), 1);
    engine.refresh_now(&call).await;
    assert_eq!(app.count(), 2, "a person may insist");
    for _ in 0..9 {
        advance(SECOND).await;
        engine.refresh_now(&call).await;
    }
    assert_eq!(app.count(), 2, "not every second");
    advance(SECOND).await;
    engine.refresh_now(&call).await;
    assert_eq!(app.count(), 3);
    assert_eq!(engine.snapshot().remove(0).breaker, BreakerState::Closed, "one person's matter");

    let healthy = Application::healthy("well");
    let call = healthy.call(&person("alpha", 1));
    engine.refresh(&call).await;
    engine.refresh_now(&call).await;
    assert_eq!(healthy.count(), 1);
    advance(10 * SECOND).await;
    engine.refresh_now(&call).await;
    assert_eq!(healthy.count(), 2, "also when it is still fresh");
}

#[tokio::test(start_paused = true)]
async fn nobody_reads_what_belongs_to_another() {
    let (engine, app) = (engine(), Application::healthy("app"));
    let mut readers = Vec::new();
    for tenant in ["alpha", "beta"] {
        for number in 1..4 {
            readers.push(person(tenant, number));
            readers.push(in_english(person(tenant, number)));
        }
    }
    for reader in &readers {
        engine.refresh(&app.call(reader)).await;
    }
    for reader in &readers {
        let reading = engine.peek(&app.call(reader));
        assert_eq!(owner_of(reading.value().unwrap()), Some(owner(reader)));
    }
    assert_eq!(app.count(), readers.len());
}

#[tokio::test(start_paused = true)]
async fn whoever_stands_in_for_a_person_is_not_shown_what_the_person_reads() {
    let engine = engine();
    let app = Application::new(
        "app",
        |_| {},
        |cx, _| {
            Box::pin(async move {
                let mut content = belonging_to(&cx);
                content.more = cx.stands_in;
                Ok(content)
            })
        },
    );
    let own = person("alpha", 1);
    let readers = [own.clone(), own.standing_in()];
    for reader in &readers {
        engine.refresh(&app.call(reader)).await;
    }
    for reader in &readers {
        let reading = engine.peek(&app.call(reader));
        assert_eq!(reading.value().unwrap().more, reader.stands_in);
    }
    assert_eq!(app.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_person_who_acts_elsewhere_reads_nothing() {
    let (engine, app) = (engine(), Application::healthy("app"));
    let mut mixed = person("alpha", 1);
    mixed.actor = person("beta", 1).actor;
    assert_eq!(failed_kind(&engine.refresh(&app.call(&mixed)).await), Some(ErrorKind::Internal));
    assert_eq!(app.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_the_same_for_all_is_read_once_and_a_refusal_stays_personal() {
    let engine = engine();
    let app = Application::new("news", shared, |cx, _| {
        Box::pin(async move {
            if cx.actor.identity.link == LinkId(1) {
                Err(error(ErrorKind::Forbidden))
            } else {
                Ok(belonging_to(&cx))
            }
        })
    });
    let [refused, second, third] = [1, 2, 3].map(|number| app.call(&person("alpha", number)));
    assert_eq!(failed_kind(&engine.refresh(&refused).await), Some(ErrorKind::Forbidden));
    assert!(is_waiting(&engine.peek(&second)), "not told of another's refusal");
    assert!(is_fresh(&engine.refresh(&second).await) && is_fresh(&engine.refresh(&third).await));
    assert_eq!(app.count(), 2);
    let elsewhere = app.call(&person("beta", 2));
    assert!(is_waiting(&engine.peek(&elsewhere)), "another collectivité reads its own");
}

#[tokio::test(start_paused = true)]
async fn who_lost_access_no_longer_sees_the_old_value() {
    for kind in [ErrorKind::Forbidden, ErrorKind::NotLinked] {
        let (engine, (app, ill)) = (engine(), sometimes_ill(kind));
        let call = app.call(&person("alpha", 1));
        engine.refresh(&call).await;
        ill.store(true, Ordering::SeqCst);
        advance(2 * MINUTE).await;
        assert!(matches!(engine.refresh(&call).await, Reading::Missing { .. }));
        assert_eq!(failed_kind(&engine.peek(&call)), Some(kind));
    }
}

#[tokio::test(start_paused = true)]
async fn after_an_action_the_next_refresh_asks_whatever_is_under_way() {
    let (engine, gate) = (engine(), Arc::new(Notify::new()));
    let open = Arc::clone(&gate);
    let app = Application::new(
        "app",
        |_| {},
        move |cx, number| {
            let open = Arc::clone(&open);
            Box::pin(async move {
                if number == 0 {
                    open.notified().await;
                }
                Ok(belonging_to(&cx))
            })
        },
    );
    let (mine, other) = (app.call(&person("alpha", 1)), app.call(&person("alpha", 2)));
    let before = tokio::spawn({
        let (engine, mine) = (engine.clone(), mine.clone());
        async move { engine.refresh(&mine).await }
    });
    while app.count() == 0 {
        tokio::task::yield_now().await;
    }
    engine.refresh(&other).await;
    engine.invalidate(app.id(), Some(LinkId(1)));
    let after = tokio::spawn({
        let (engine, mine) = (engine.clone(), mine.clone());
        async move { engine.refresh(&mine).await }
    });
    tokio::task::yield_now().await;
    gate.notify_one();
    assert!(is_fresh(&after.await.unwrap()) && is_fresh(&before.await.unwrap()));
    assert_eq!(app.count(), 3, "the refresh that began before the action was not enough");
    assert!(is_fresh(&engine.peek(&other)), "nobody else is concerned");
    engine.invalidate(app.id(), None);
    assert!(
        matches!(engine.peek(&other), Reading::Stale { reason: Reason::Waiting, .. }),
        "shown until then"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_forgotten_leaves_nothing_even_under_way() {
    let (engine, gate) = (engine(), Arc::new(Notify::new()));
    let open = Arc::clone(&gate);
    let slow = Application::new(
        "slow",
        |_| {},
        move |cx, _| {
            let open = Arc::clone(&open);
            Box::pin(async move {
                open.notified().await;
                Ok(belonging_to(&cx))
            })
        },
    );
    let app = Application::healthy("app");
    let (me, other) = (person("alpha", 1), person("alpha", 2));
    for who in [&me, &other] {
        engine.refresh(&app.call(who)).await;
    }
    let under_way = tokio::spawn({
        let (engine, call) = (engine.clone(), slow.call(&me));
        async move { engine.refresh(&call).await }
    });
    while slow.count() == 0 {
        tokio::task::yield_now().await;
    }
    engine.forget(LinkId(1), None);
    assert!(is_waiting(&engine.peek(&app.call(&me))));
    assert!(is_fresh(&engine.peek(&app.call(&other))));
    gate.notify_waiters();
    while slow.count() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(engine.peek(&slow.call(&me)).value(), None);
    gate.notify_one();
    assert!(is_fresh(&under_way.await.unwrap()), "whoever still asks gets a new reading");
}

#[tokio::test(start_paused = true)]
async fn a_connector_that_panics_is_an_internal_error() {
    let engine = engine();
    let app = Application::new(
        "app",
        |_| {},
        |cx, number| {
            Box::pin(async move { if number == 0 { panic!("a defect") } else { Ok(belonging_to(&cx)) } })
        },
    );
    let call = app.call(&person("alpha", 1));
    assert_eq!(failed_kind(&engine.refresh(&call).await), Some(ErrorKind::Internal));
    advance(MINUTE).await;
    assert!(is_fresh(&engine.refresh(&call).await));
}

#[tokio::test(start_paused = true)]
async fn shutdown_gives_up_what_hangs_and_then_asks_nobody() {
    let engine = engine();
    let app = Application::new("app", |_| {}, |_, _| Box::pin(pending()));
    let call = app.call(&person("alpha", 1));
    let waiting = tokio::spawn({
        let (engine, call) = (engine.clone(), call.clone());
        async move { engine.refresh(&call).await }
    });
    while app.count() == 0 {
        tokio::task::yield_now().await;
    }
    let before = Instant::now();
    engine.shutdown().await;
    assert!(is_waiting(&waiting.await.unwrap()));
    assert!(is_waiting(&engine.refresh(&call).await));
    assert_eq!((before.elapsed(), app.count()), (Duration::ZERO, 1));
}

#[tokio::test(start_paused = true)]
async fn memory_is_bounded_under_a_flood() {
    const CAP: u64 = 1 << 20;
    let (engine, app) = (engine_with(|options| options.max_memory_bytes = CAP), Application::healthy("app"));
    for number in 0..3_000 {
        assert!(
            is_fresh(&engine.refresh(&app.call(&person("alpha", number))).await),
            "even when nothing is kept"
        );
        if number % 100 == 0 {
            assert!(engine.memory_bytes() <= CAP);
        }
    }
    assert!(engine.memory_bytes() <= CAP && engine.memory_bytes() > CAP / 2);
    assert!(is_fresh(&engine.peek(&app.call(&person("alpha", 2_999)))), "the last ones stay");
    assert!(is_waiting(&engine.peek(&app.call(&person("alpha", 0)))));
}

#[derive(Debug, Default)]
struct Counter {
    started: AtomicUsize,
    called: AtomicUsize,
    well: AtomicUsize,
    ill: AtomicUsize,
    stale: AtomicUsize,
}

impl Observer for Counter {
    fn started(&self, _: &ConnectorId, _: &WidgetId) {
        self.started.fetch_add(1, Ordering::SeqCst);
    }
    fn called(&self, _: &ConnectorId, _: &WidgetId, waited: Duration) {
        assert_eq!(waited, Duration::ZERO);
        self.called.fetch_add(1, Ordering::SeqCst);
    }
    fn finished(&self, _: &ConnectorId, _: &WidgetId, outcome: Result<(), ErrorKind>, _: Duration) {
        if outcome.is_ok() { &self.well } else { &self.ill }.fetch_add(1, Ordering::SeqCst);
    }
    fn served_stale(&self, _: &ConnectorId, _: &WidgetId, _: &Reason) {
        self.stale.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test(start_paused = true)]
async fn the_observer_is_told() {
    let counter = Arc::new(Counter::default());
    let seen = Arc::clone(&counter);
    let engine = engine_with(|options| options.observer = seen);
    let (app, ill) = sometimes_ill(ErrorKind::TooLarge);
    let call = app.call(&person("alpha", 1));
    engine.refresh(&call).await;
    ill.store(true, Ordering::SeqCst);
    advance(3 * MINUTE).await;
    let stale: Reading<Arc<WidgetContent>> = engine.refresh(&call).await;
    assert!(failed_kind(&stale).is_some());
    let told = [&counter.started, &counter.called, &counter.well, &counter.ill, &counter.stale]
        .map(|n| n.load(Ordering::SeqCst));
    assert_eq!(told, [2, 2, 1, 1, 1]);
}
