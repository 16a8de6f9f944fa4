//! Nobody's lines leave what a technical account reads.

use pleiade_connectors::kit::{
    json::List,
    shared::{Figure, Filter, Row, RowCount, Rows},
};
use pleiade_core::{
    Amount, CallContext, ErrorKind, Indicator, IndicatorKey, Item, Severity, Task, TaskKind, TenantId, Text,
    WidgetContent,
};
use pleiade_testkit::{NotLinked, TestClock, people};
use proptest::prelude::*;
use std::{collections::BTreeSet, sync::Arc};

pub(crate) const COUNT: RowCount = RowCount { key: IndicatorKey::from_static("orders"), noun: "orders" };
const BUDGET: IndicatorKey = IndicatorKey::from_static("budget");

pub(crate) fn cx(tenant: &str, groups: &[&str]) -> CallContext {
    let mut cx = people::CAMILLE.context_with(Arc::new(NotLinked), Arc::new(TestClock::default()));
    cx.tenant = Arc::new(people::tenant_named(tenant));
    let mut actor = (*cx.actor).clone();
    actor.acting.groups = groups.iter().map(|group| (*group).to_owned()).collect();
    cx.actor = Arc::new(actor);
    cx
}

pub(crate) fn row(person: &str, id: &str) -> Row {
    Row::new(person, Item::new(id, Text::plain(id)))
}

pub(crate) fn rows(cx: &CallContext, list: impl IntoIterator<Item = Row>) -> Rows {
    Rows::new(list.into_iter().collect(), cx.clock.now())
}

pub(crate) fn ids(content: &WidgetContent) -> Vec<&str> {
    content.items.iter().map(|item| item.id.as_str()).collect()
}

pub(crate) fn filter(json: serde_json::Value) -> Filter {
    serde_json::from_value(json).unwrap()
}

#[test]
fn a_row_is_shown_to_the_person_whose_key_it_bears_exactly() {
    let cx = cx("ville", &[]);
    let read = rows(
        &cx,
        [row(" 00123 ", "own"), row("123", "without zeros"), row("001234", "longer"), row("", "nobody's")],
    );
    let content = Filter::default().content(&cx, Some("00123"), &read, &COUNT).unwrap();
    assert_eq!(ids(&content), ["own"]);
    assert_eq!(content.indicators[0].amount, Amount::count(1));
    for nobody in [None, Some(""), Some("  ")] {
        let content = Filter::default().content(&cx, nobody, &read, &COUNT).unwrap();
        assert!(content.items.is_empty() && content.indicators.is_empty(), "{nobody:?}");
    }
}

#[test]
fn case_is_folded_only_when_declared() {
    let cx = cx("ville", &[]);
    let read = rows(&cx, [row("Dupont-J", "a"), row("dupont-j", "b")]);
    let shown = |filter: &Filter| {
        let content = filter.content(&cx, Some("dupont-j"), &read, &COUNT).unwrap();
        ids(&content).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(shown(&Filter::default()), ["b"]);
    assert_eq!(shown(&filter(serde_json::json!({ "fold_case": true }))), ["a", "b"]);
}

#[test]
fn the_collectivite_is_compared_before_the_person() {
    let shared = filter(serde_json::json!({ "tenants": { "ville": "217400010", "bourg": "21740002" } }));
    let cx_of = |tenant| cx(tenant, &["finances"]);
    let here = cx_of("ville");
    let read = rows(
        &here,
        [
            row("7", "ville").with_tenant("217400010"),
            row("7", "bourg").with_tenant("21740002"),
            row("7", "untold"),
            row("7", "spaces").with_tenant(" 217400010"),
        ],
    );
    assert_eq!(ids(&shared.content(&here, Some("7"), &read, &COUNT).unwrap()), ["ville"]);
    assert_eq!(ids(&shared.content(&cx_of("bourg"), Some("7"), &read, &COUNT).unwrap()), ["bourg"]);
    let error = shared.content(&cx_of("autre"), Some("7"), &read, &COUNT).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadConfiguration);
}

#[test]
fn figures_are_for_the_groups_that_the_operator_named() {
    let rule = filter(serde_json::json!({ "figures_for": ["finances"] }));
    let finances = cx("ville", &["agents", "finances"]);
    let mut read = rows(&finances, [row("7", "own")]);
    read.figures = vec![Figure::new(Indicator::count(BUDGET, 12, "budget", read.read_at))];
    let keys = |content: WidgetContent| {
        content.indicators.iter().map(|indicator| indicator.key.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(keys(rule.content(&finances, None, &read, &COUNT).unwrap()), ["budget"]);
    assert_eq!(keys(rule.content(&finances, Some("7"), &read, &COUNT).unwrap()), ["orders", "budget"]);
    for groups in [&["Finances"][..], &["finances "], &[]] {
        assert!(keys(rule.content(&cx("ville", groups), None, &read, &COUNT).unwrap()).is_empty());
    }
}

#[test]
fn whoever_stands_in_sees_delegable_tasks_and_no_number() {
    let rule = filter(serde_json::json!({ "figures_for": ["finances"] }));
    let cx = cx("ville", &["finances"]).standing_in();
    let task = |id: &str, task: Task| {
        let mut row = row("7", id);
        row.item.task = Some(task);
        row
    };
    let (kept, delegable) = (Task::new(TaskKind::Approve), Task::new(TaskKind::Approve).delegable());
    let mut read = rows(
        &cx,
        [
            task("delegable", delegable.clone()),
            task("kept", kept),
            row("7", "balance"),
            task("signature", Task::new(TaskKind::Sign).delegable()),
            task("other", delegable),
        ],
    );
    read.rows.items[4].person = "8".to_owned();
    read.figures = vec![Figure::new(Indicator::count(BUDGET, 12, "budget", read.read_at))];
    let content = rule.content(&cx, Some("7"), &read, &COUNT).unwrap();
    assert_eq!(ids(&content), ["delegable"]);
    assert!(content.indicators.is_empty());
}

#[test]
fn rows_that_cannot_be_read_make_the_count_a_minimum_without_saying_how_many() {
    let cx = cx("ville", &[]);
    let list = List { items: vec![row("7", "own")], unreadable: 3 };
    let content =
        Filter::default().content(&cx, Some("7"), &Rows::new(list, cx.clock.now()), &COUNT).unwrap();
    assert_eq!(content.indicators[0].amount, Amount::Count { value: 1, at_least: true });
    assert_eq!(content.notices[0].key(), "kit-missing");
    assert_eq!(content.indicators[0].severity, Severity::Info);
}

proptest! {
    /// Against the plainest reading of the rule.
    #[test]
    fn nobody_s_lines_leave_it(
        people in prop::collection::vec(("[ab01]{0,3}", "[xy]{0,1}", any::<bool>(), any::<bool>()), 0..20),
        key in "[ab01]{0,3}",
        shared in any::<bool>(),
        stands_in in any::<bool>(),
    ) {
        let mut cx = cx("ville", &[]);
        cx.stands_in = stands_in;
        let tenants = if shared { serde_json::json!({ "ville": "x" }) } else { serde_json::json!({}) };
        let rule = filter(serde_json::json!({ "tenants": tenants }));
        let list = people.iter().enumerate().map(|(number, (person, tenant, task, delegable))| {
            let mut row = row(person, &number.to_string()).with_tenant(tenant.as_str());
            let made = Task::new(TaskKind::Do);
            row.item.task = task.then(|| if *delegable { made.delegable() } else { made });
            row
        });
        let content = rule.content(&cx, Some(&key), &rows(&cx, list), &COUNT).unwrap();
        let expected: BTreeSet<String> = people.iter().enumerate()
            .filter(|(_, (person, tenant, task, delegable))| {
                !key.is_empty() && *person == key && (!shared || tenant == "x")
                    && (!stands_in || (*task && *delegable))
            })
            .map(|(number, _)| number.to_string())
            .collect();
        prop_assert_eq!(content.items.iter().map(|item| item.id.clone()).collect::<BTreeSet<_>>(), expected);
    }
}

#[test]
fn rules_are_strict() {
    assert!(serde_json::from_value::<Filter>(serde_json::json!({ "group": "x" })).is_err());
    let tenants = filter(serde_json::json!({ "tenants": { "ville": "1" } })).tenants;
    assert!(tenants.contains_key(&TenantId::from_static("ville")));
}

mod reading {
    //! One reading for a collectivité, a card for each person.

    use super::*;
    use futures_util::future::join_all;
    use pleiade_connectors::kit::shared::SharedReading;
    use pleiade_core::{ConnectorError, ConnectorId, Credential, FixedCredential};
    use std::{
        sync::Mutex,
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    const KEPT: Duration = Duration::from_secs(30);

    /// An application that says how often, and for which collectivité, it was asked.
    struct Town {
        reading: SharedReading,
        asked: Mutex<Vec<Option<String>>>,
        failing: Mutex<Option<ConnectorError>>,
        under_way: AtomicUsize,
        clock: Arc<TestClock>,
    }

    impl Town {
        fn new(rule: serde_json::Value) -> Self {
            Self {
                reading: SharedReading::new(ConnectorId::from_static("orders"), filter(rule), KEPT),
                asked: Mutex::default(),
                failing: Mutex::default(),
                under_way: AtomicUsize::new(0),
                clock: Arc::new(TestClock::default()),
            }
        }

        fn cx(&self, tenant: &str, key: Option<&str>, groups: &[&str]) -> CallContext {
            let mut cx = cx(tenant, groups);
            let credential = Credential::Technical { key: key.map(str::to_owned) };
            (cx.credentials, cx.clock) = (Arc::new(FixedCredential::new(credential)), self.clock.clone());
            cx
        }

        async fn card(&self, cx: &CallContext) -> Result<WidgetContent, ErrorKind> {
            let read = async |company: Option<String>| {
                assert_eq!(self.under_way.fetch_add(1, Ordering::SeqCst), 0, "one at a time");
                tokio::task::yield_now().await;
                self.under_way.fetch_sub(1, Ordering::SeqCst);
                self.asked.lock().unwrap().push(company.clone());
                if let Some(error) = self.failing.lock().unwrap().clone() {
                    return Err(error);
                }
                let own = |person: &str| row(person, person).with_tenant(company.clone().unwrap_or_default());
                let mut rows = rows(cx, [own("ada"), own("paul")]);
                let all = Indicator::count(BUDGET, 2, "all", self.clock.now());
                rows.figures = vec![Figure::new(all).with_tenant(company.clone().unwrap_or_default())];
                Ok(rows)
            };
            self.reading.content(cx, &COUNT, read).await.map_err(|error| error.kind())
        }

        fn asked(&self) -> usize {
            self.asked.lock().unwrap().len()
        }
    }

    use pleiade_core::Clock as _;

    #[tokio::test(start_paused = true)]
    async fn people_of_a_collectivite_share_it_and_each_sees_their_own() {
        let town = Town::new(serde_json::json!({ "tenants": { "ville": "V1", "vallee": "V2" } }));
        let people: Vec<_> = ["ada", "paul", "nobody"].map(|key| town.cx("ville", Some(key), &[])).into();
        let cards = join_all(people.iter().map(|cx| town.card(cx))).await;
        let seen: Vec<_> = cards.iter().map(|card| ids(card.as_ref().unwrap())).collect();
        assert_eq!(seen, [vec!["ada"], vec!["paul"], vec![]]);
        assert_eq!(*town.asked.lock().unwrap(), [Some("V1".to_owned())]);
        // Another collectivité is another reading, although the person has the same key there.
        let elsewhere = town.card(&town.cx("vallee", Some("ada"), &[])).await.unwrap();
        assert_eq!((ids(&elsewhere), town.asked()), (vec!["ada"], 2));
        assert_eq!(town.card(&town.cx("inconnue", Some("ada"), &[])).await, Err(ErrorKind::BadConfiguration));
        assert_eq!(town.asked(), 2, "a collectivité without a name is not asked for");
        tokio::time::advance(KEPT).await;
        town.card(&people[0]).await.unwrap();
        assert_eq!(town.asked(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_everybody_s_who_waited_and_a_refused_key_is_left_alone() {
        let town = Town::new(serde_json::json!({}));
        let people: Vec<_> = ["ada", "paul"].map(|key| town.cx("ville", Some(key), &[])).into();
        let error = ConnectorError::new(ErrorKind::Timeout, "read");
        *town.failing.lock().unwrap() = Some(error);
        for card in join_all(people.iter().map(|cx| town.card(cx))).await {
            assert_eq!(card, Err(ErrorKind::Timeout));
        }
        assert_eq!(town.asked(), 1);
        let refused = ConnectorError::new(ErrorKind::Unauthenticated, "read").with_refused_credential();
        *town.failing.lock().unwrap() = Some(refused);
        for _ in 0..3 {
            for cx in &people {
                assert_eq!(town.card(cx).await, Err(ErrorKind::Unauthenticated));
            }
        }
        assert_eq!(town.asked(), 2, "for nobody of the collectivité");
        *town.failing.lock().unwrap() = None;
        town.reading.retry();
        assert_eq!(ids(&town.card(&people[0]).await.unwrap()), ["ada"]);
    }

    #[tokio::test(start_paused = true)]
    async fn figures_are_shown_to_their_groups_also_without_a_key() {
        let town = Town::new(serde_json::json!({ "figures_for": ["finances"] }));
        let mut clerk = town.cx("ville", None, &["finances"]);
        clerk.credentials = Arc::new(NotLinked);
        let card = town.card(&clerk).await.unwrap();
        assert_eq!((ids(&card), card.indicators.len(), &card.indicators[0].key), (vec![], 1, &BUDGET));
        let mut other = town.cx("ville", None, &["travaux"]);
        other.credentials = Arc::new(NotLinked);
        assert_eq!(town.card(&other).await, Err(ErrorKind::NotLinked));
        clerk.stands_in = true;
        assert_eq!(town.card(&clerk).await, Err(ErrorKind::NotLinked));
    }
}

#[test]
fn a_row_that_stands_on_two_pages_counts_once() {
    let cx = cx("ville", &[]);
    let read = rows(&cx, [row("7", "a"), row("7", "b"), row("7", "a")]);
    let content = Filter::default().content(&cx, Some("7"), &read, &COUNT).unwrap();
    assert_eq!((ids(&content), content.indicators[0].amount), (vec!["a", "b"], Amount::count(2)));
}
