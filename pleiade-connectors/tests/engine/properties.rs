//! Whatever people, time and the application do, the cache keeps its promises.

use super::support::{Application, belonging_to, clock, owner, owner_of, person_by};
use chrono::{DateTime, Utc};
use pleiade_connectors::engine::{Engine, EngineOptions};
use pleiade_core::{CallContext, Clock, ConnectorError, ErrorKind, LinkId, Reading, WidgetContent};
use proptest::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};
use tokio::time::{Instant, advance, sleep};

const TIME_TO_LIVE: Duration = Duration::from_secs(60);
const KEEP_STALE: Duration = Duration::from_secs(600);

#[derive(Debug, Clone, Copy)]
enum Step {
    Advance(u16),
    Refresh(usize),
    Insist(usize),
    Start(usize),
    Peek(usize),
    Invalidate(Option<usize>),
    Behave(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0_usize..5;
    prop_oneof![
        3 => (0_u16..200).prop_map(Step::Advance),
        4 => who.clone().prop_map(Step::Refresh),
        1 => who.clone().prop_map(Step::Insist),
        3 => who.clone().prop_map(Step::Start),
        3 => who.clone().prop_map(Step::Peek),
        1 => prop::option::of(who).prop_map(Step::Invalidate),
        2 => (0_u8..5).prop_map(Step::Behave),
    ]
}

/// Three people of two collectivités, the first of whom serves both, and one of them by two links.
fn people() -> Vec<CallContext> {
    [("alpha", 1, 1), ("alpha", 1, 4), ("alpha", 2, 2), ("beta", 1, 1), ("beta", 3, 3)]
        .map(|(tenant, number, link)| person_by(tenant, number, link))
        .to_vec()
}

#[derive(Default)]
struct Seen {
    under_way: BTreeSet<String>,
    last_success: BTreeMap<String, Instant>,
    /// Who may ask again before the time to live, and how often: an invalidation is worth two calls, since one that began before
    /// it, retries included, does not count.
    allowed: BTreeMap<String, u8>,
    broken: Vec<String>,
}

impl Seen {
    fn allow(&mut self, key: String) {
        self.allowed.insert(key, 2);
    }
}

/// Leaves the set also when the call is given up.
struct UnderWay(Arc<Mutex<Seen>>, String);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.lock().unwrap().under_way.remove(&self.1);
    }
}

fn check(
    reading: &Reading<Arc<WidgetContent>>,
    reader: &CallContext,
    now: DateTime<Utc>,
    youngest: &mut BTreeMap<String, DateTime<Utc>>,
) -> Result<(), TestCaseError> {
    let Some((content, measured_at)) = reading.value().zip(reading.measured_at()) else { return Ok(()) };
    let age = (now - measured_at).to_std().unwrap();
    prop_assert_eq!(owner_of(content), Some(owner(reader)), "somebody else's");
    prop_assert!(age <= KEEP_STALE, "shown at the age of {:?}", age);
    if matches!(reading, Reading::Fresh { .. }) {
        prop_assert!(age < TIME_TO_LIVE, "called fresh at the age of {:?}", age);
    }
    let last = youngest.entry(owner(reader)).or_insert(measured_at);
    prop_assert!(*last <= measured_at, "a younger value was replaced by an older one");
    *last = measured_at;
    Ok(())
}

async fn run(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let clock = clock();
    let mut options = EngineOptions::default();
    options.seed = Some(1);
    let engine = Engine::new(options, Arc::clone(&clock) as Arc<dyn Clock>);
    let (behaviour, seen) = (Arc::new(AtomicU8::new(0)), Arc::new(Mutex::new(Seen::default())));
    let (how, watch) = (Arc::clone(&behaviour), Arc::clone(&seen));
    let app = Application::new(
        "app",
        |descriptor| {
            descriptor.time_to_live = TIME_TO_LIVE;
            descriptor.keep_stale = KEEP_STALE;
        },
        move |cx, _| {
            let (how, watch) = (how.load(Ordering::SeqCst), Arc::clone(&watch));
            Box::pin(async move {
                let (key, start) = (owner(&cx), Instant::now());
                {
                    let mut seen = watch.lock().unwrap();
                    if !seen.under_way.insert(key.clone()) {
                        seen.broken.push(format!("two calls at once for {key}"));
                    }
                    let early = seen
                        .last_success
                        .get(&key)
                        .is_some_and(|last| start.duration_since(*last) < TIME_TO_LIVE);
                    if early && !seen.allowed.contains_key(&key) {
                        seen.broken.push(format!("{key} asked again before its time"));
                    }
                }
                let _under_way = UnderWay(Arc::clone(&watch), key.clone());
                let failed = |kind| Err(ConnectorError::new(kind, "list things"));
                match how {
                    1 => sleep(Duration::from_secs(3)).await,
                    2 => return failed(ErrorKind::Unreachable),
                    3 => return failed(ErrorKind::Unauthenticated),
                    4 => std::future::pending().await,
                    _ => {}
                }
                let mut seen = watch.lock().unwrap();
                match seen.allowed.get_mut(&key) {
                    Some(left) if *left > 1 => *left -= 1,
                    _ => {
                        seen.allowed.remove(&key);
                    }
                }
                seen.last_success.insert(key, Instant::now());
                Ok(belonging_to(&cx))
            })
        },
    );
    let people = people();
    let mut youngest = BTreeMap::new();
    let mut started = Vec::new();
    for step in steps {
        match step {
            Step::Advance(seconds) => advance(Duration::from_secs(seconds.into())).await,
            Step::Behave(how) => behaviour.store(how, Ordering::SeqCst),
            Step::Peek(who) => {
                check(&engine.peek(&app.call(&people[who])), &people[who], clock.now(), &mut youngest)?
            }
            Step::Refresh(who) => {
                let reading = engine.refresh(&app.call(&people[who])).await;
                check(&reading, &people[who], clock.now(), &mut youngest)?;
            }
            Step::Insist(who) => {
                seen.lock().unwrap().allow(owner(&people[who]));
                let reading = engine.refresh_now(&app.call(&people[who])).await;
                check(&reading, &people[who], clock.now(), &mut youngest)?;
            }
            Step::Start(who) => {
                let (engine, call) = (engine.clone(), app.call(&people[who]));
                started.push(tokio::spawn(async move { engine.refresh(&call).await }));
                tokio::task::yield_now().await;
            }
            Step::Invalidate(who) => {
                let link: Option<LinkId> = who.map(|who| people[who].actor.identity.link);
                engine.invalidate(app.id(), link);
                let concerned =
                    people.iter().filter(|cx| link.is_none_or(|link| link == cx.actor.identity.link));
                concerned.map(owner).for_each(|key| seen.lock().unwrap().allow(key));
            }
        }
    }
    for task in started {
        prop_assert!(task.await.is_ok());
    }
    let broken = std::mem::take(&mut seen.lock().unwrap().broken);
    prop_assert_eq!(broken, Vec::<String>::new());
    Ok(())
}

proptest! {
    #[test]
    fn the_cache_keeps_its_promises(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(run(steps))?;
    }
}
