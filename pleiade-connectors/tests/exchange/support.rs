//! A connector of the contract with two cards, over any source.

use pleiade_connectors::{
    exchange::{
        profile::{ACCEPTS, Card, Exchange, ExchangeConnector, Figure, List},
        source::ExchangeSource,
    },
    kind::Network,
    kit::shared::Filter,
};
use pleiade_core::{
    CallContext, Connector, ConnectorDescriptor, ConnectorError, ConnectorId, Credential, IndicatorKey,
    Severity, TaskKind, WidgetContent, WidgetId, connector::Messages,
};
use pleiade_testkit::{FixedCredentials, NeverAnswers, TestClock, people};
use serde_json::Value;
use std::sync::Arc;

pub(crate) const ORDERS: IndicatorKey = IndicatorKey::from_static("orders");
pub(crate) const LATE: IndicatorKey = IndicatorKey::from_static("late");
pub(crate) const BUDGET: IndicatorKey = IndicatorKey::from_static("budget");
pub(crate) const REQUESTS: IndicatorKey = IndicatorKey::from_static("requests");

pub(crate) fn cards() -> [Card; 2] {
    [
        Card::new(WidgetId::from_static("orders"), "x-orders", "x-none")
            .with_lists([List::tasks("bc", TaskKind::Approve)
                .counted(ORDERS, "x-count")
                .counted_late(LATE, "x-count")
                .due_after_days(30)
                .delegable()])
            .with_figures([Figure::amount("budget_consomme", BUDGET, "x-budget").urgent(Severity::Warning)]),
        Card::new(WidgetId::from_static("leave"), "x-leave", "x-none")
            .with_lists([List::lines("mes_demandes").counted(REQUESTS, "x-count"), List::lines("absences")])
            .with_clockings("x-in", "x-out"),
    ]
}

/// A source and its filter, as an operator writes them.
pub(crate) fn built(
    source: Value,
    filter: Value,
    network: Network,
) -> Result<ExchangeConnector, ConnectorError> {
    let source: ExchangeSource = serde_json::from_value(source).unwrap();
    let filter: Filter = serde_json::from_value(filter).unwrap();
    let home = "https://metier.ville.example/".parse().unwrap();
    let words = Messages::new("", "");
    let descriptor = ConnectorDescriptor::new("x", ConnectorId::new("x").unwrap(), "X", home, ACCEPTS, words);
    ExchangeConnector::new(descriptor, Exchange::new(source, filter), cards(), network)
}

/// The same, of a source without a filter whose times are of this zone.
pub(crate) fn built_in(source: Value, time_zone: Option<chrono_tz::Tz>) -> ExchangeConnector {
    let source: ExchangeSource = serde_json::from_value(source).unwrap();
    let home = "https://metier.ville.example/".parse().unwrap();
    let words = Messages::new("", "");
    let descriptor = ConnectorDescriptor::new("x", ConnectorId::new("x").unwrap(), "X", home, ACCEPTS, words);
    let mut exchange = Exchange::new(source, Filter::default());
    exchange.time_zone = time_zone;
    ExchangeConnector::new(descriptor, exchange, cards(), without_network()).unwrap()
}

pub(crate) fn without_network() -> Network {
    Network::new(Arc::new(NeverAnswers))
}

/// Somebody of a collectivité, with a key in the application.
pub(crate) fn cx(tenant: &str, key: Option<&str>, clock: &Arc<TestClock>) -> CallContext {
    let key = key.map(str::to_owned);
    let credentials = FixedCredentials::always(Credential::Technical { key });
    let mut cx = people::CAMILLE.context_with(Arc::new(credentials), Arc::clone(clock) as _);
    cx.tenant = Arc::new(people::tenant_named(tenant));
    cx
}

pub(crate) async fn load(
    connector: &ExchangeConnector,
    card: usize,
    cx: &CallContext,
) -> Result<WidgetContent, ConnectorError> {
    connector.widgets()[card].load(cx).await
}

/// The ids of the lines of the first card.
pub(crate) async fn ids(connector: &ExchangeConnector, cx: &CallContext) -> Vec<String> {
    let content = load(connector, 0, cx).await.unwrap();
    content.items.into_iter().map(|item| item.id).collect()
}

pub(crate) fn notices(content: &WidgetContent) -> Vec<&str> {
    content.notices.iter().map(pleiade_core::Message::key).collect()
}
