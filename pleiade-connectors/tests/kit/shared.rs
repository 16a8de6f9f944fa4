//! Nobody's lines leave what a technical account reads.

use pleiade_connectors::kit::{
    json::List,
    shared::{Figure, Filter, Row, RowCount, Rows},
};
use pleiade_core::{
    Amount, CallContext, ErrorKind, Indicator, IndicatorKey, Item, Severity, TenantId, Text, WidgetContent,
};
use pleiade_testkit::{NotLinked, TestClock, people};
use proptest::prelude::*;
use std::{collections::BTreeSet, sync::Arc};

const COUNT: RowCount = RowCount { key: IndicatorKey::from_static("orders"), noun: "orders" };
const BUDGET: IndicatorKey = IndicatorKey::from_static("budget");

fn cx(tenant: &str, groups: &[&str]) -> CallContext {
    let mut cx = people::CAMILLE.context_with(Arc::new(NotLinked), Arc::new(TestClock::default()));
    cx.tenant = Arc::new(people::tenant_named(tenant));
    let mut actor = (*cx.actor).clone();
    actor.acting.groups = groups.iter().map(|group| (*group).to_owned()).collect();
    cx.actor = Arc::new(actor);
    cx
}

fn row(person: &str, id: &str) -> Row {
    Row::new(person, Item::new(id, Text::plain(id)))
}

fn rows(cx: &CallContext, list: impl IntoIterator<Item = Row>) -> Rows {
    Rows::new(list.into_iter().collect(), cx.clock.now())
}

fn ids(content: &WidgetContent) -> Vec<&str> {
    content.items.iter().map(|item| item.id.as_str()).collect()
}

fn filter(json: serde_json::Value) -> Filter {
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
            row("7", "ville").of_tenant("217400010"),
            row("7", "bourg").of_tenant("21740002"),
            row("7", "untold"),
            row("7", "spaces").of_tenant(" 217400010"),
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
    let task = |id: &str| {
        let mut row = row("7", id);
        row.item.task = true;
        row
    };
    let mut read = rows(
        &cx,
        [
            task("delegable").delegable(),
            task("kept"),
            row("7", "balance").delegable(),
            task("other").delegable(),
        ],
    );
    read.rows.items[3].person = "8".to_owned();
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
            let mut row = row(person, &number.to_string()).of_tenant(tenant.as_str());
            row.item.task = *task;
            row.delegable = *delegable;
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
