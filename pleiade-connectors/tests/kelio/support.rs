//! A simulated server, its connector, and the people who read it.

use pleiade_connectors::{
    kelio::{KelioConfig, KelioConnector},
    text::Catalogue,
};
use pleiade_core::{
    Amount, CallContext, Connector as _, ConnectorError, ConnectorId, Credential, Indicator, Item, Locale,
    Message, Text, Transport, WidgetContent, WidgetId,
};
use pleiade_testkit::{
    CapturedRequest, CapturingTransport, FaultSwitch, FixedCredentials, Kelio, RouterTransport,
    Simulator as _, TestClock, kelio, people::SINEAD,
};
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) struct Assembly {
    pub(crate) server: Kelio,
    pub(crate) switch: FaultSwitch,
    pub(crate) transport: CapturingTransport,
    pub(crate) connector: KelioConnector,
    pub(crate) clock: Arc<TestClock>,
}

pub(crate) fn settings() -> Value {
    json!({
        "url": "https://ville.kelio.example/",
        "login": kelio::LOGIN,
        "password": kelio::PASSWORD,
        "request_states": { "0": "pending", "1": "approved", "2": "refused" },
        "clocking_directions": { "1": "in", "2": "out" },
        "leave": [
            { "counter": "CA", "key": "solde_ca", "name": "Congés annuels" },
            { "counter": "RTT", "key": "solde_rtt", "name": "RTT" },
        ],
        "hours": [{ "counter": "CD", "key": "solde_heures", "name": "Crédit d’heures" }],
    })
}

pub(crate) fn connector(
    settings: Value,
    transport: Arc<dyn Transport>,
) -> Result<KelioConnector, ConnectorError> {
    let config: KelioConfig = serde_json::from_value(settings).unwrap();
    KelioConnector::new(ConnectorId::from_static("gta"), config, transport)
}

impl Assembly {
    pub(crate) fn new() -> Self {
        Self::with(settings())
    }

    pub(crate) fn with(settings: Value) -> Self {
        Self::at(settings, Arc::new(TestClock::default()))
    }

    pub(crate) fn at(settings: Value, clock: Arc<TestClock>) -> Self {
        let server = Kelio::new(Arc::<TestClock>::clone(&clock));
        let switch = FaultSwitch::for_simulator(Arc::new(server.clone()));
        let router = RouterTransport::new(switch.wrap(server.router()));
        let transport = CapturingTransport::new(Arc::new(router));
        let connector = connector(settings, Arc::new(transport.clone())).unwrap();
        Self { server, switch, transport, connector, clock }
    }

    /// Somebody of this employee number.
    pub(crate) fn person(&self, number: &str) -> CallContext {
        let credentials = FixedCredentials::always(Credential::Technical { key: Some(number.to_owned()) });
        SINEAD.context_with(Arc::new(credentials), Arc::<TestClock>::clone(&self.clock))
    }

    pub(crate) async fn load(
        &self,
        widget: &'static str,
        cx: &CallContext,
    ) -> Result<WidgetContent, ConnectorError> {
        self.connector.widget(&WidgetId::from_static(widget)).unwrap().load(cx).await
    }

    pub(crate) async fn read(&self, widget: &'static str, number: &str) -> WidgetContent {
        self.load(widget, &self.person(number)).await.unwrap()
    }

    /// The operations asked since the last time, with their bodies.
    pub(crate) fn asked(&self) -> Vec<(String, String)> {
        let one = |request: &CapturedRequest| {
            let action = request.headers["soapaction"].to_str().unwrap().trim_matches('"').to_owned();
            (action.trim_start_matches("urn:").to_owned(), String::from_utf8(request.body.to_vec()).unwrap())
        };
        self.transport.take().iter().map(one).collect()
    }
}

pub(crate) fn said(message: &Message) -> String {
    let clock = Arc::new(TestClock::default());
    let words = include_str!("../../src/kelio/locales/fr.ftl");
    let catalogue = Catalogue::builder().add(Locale::Fr, words).unwrap().clock(clock).build();
    catalogue
        .try_message(Locale::Fr, chrono_tz::Europe::Paris, message)
        .unwrap()
        .replace(['\u{a0}', '\u{202f}'], " ")
}

pub(crate) fn said_text(text: &Text) -> String {
    match text {
        Text::Plain(text) => text.clone(),
        Text::Message(message) => said(message),
    }
}

pub(crate) fn lines(content: &WidgetContent) -> Vec<String> {
    let line = |item: &Item| {
        let detail = item.detail.as_ref().map(|text| format!(" | {}", said_text(text))).unwrap_or_default();
        let status = item.status.as_ref().map(|status| format!(" | {}", said(status))).unwrap_or_default();
        format!("{}{detail}{status}", said_text(&item.title))
    };
    content.items.iter().map(line).collect()
}

pub(crate) fn indicator<'a>(content: &'a WidgetContent, key: &str) -> Option<&'a Indicator> {
    content.indicators.iter().find(|indicator| indicator.key.as_str() == key)
}

/// A count and whether it is a minimum; none when the card does not show it.
pub(crate) fn count(content: &WidgetContent, key: &str) -> Option<(u64, bool)> {
    match indicator(content, key)?.amount {
        Amount::Count { value, at_least } => Some((value, at_least)),
        _ => panic!("{key} is no count"),
    }
}
