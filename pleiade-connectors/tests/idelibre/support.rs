//! A simulated server, its connector, and the people who read it.

use pleiade_connectors::{
    idelibre::{IdelibreConfig, IdelibreConnector},
    text::Catalogue,
};
use pleiade_core::{
    Amount, CallContext, Connector as _, ConnectorError, ConnectorId, Credential, Item, Locale, Message,
    Text, WidgetContent, WidgetId,
};
use pleiade_testkit::{
    CapturingTransport, FaultSwitch, FixedCredentials, Idelibre, RouterTransport, Simulator as _, TestClock,
    people::{SamplePerson, TENANTS},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// The collectivité of Camille and Bernard.
pub(crate) const TOWN: &str = "la-roche-aux-fees";

pub(crate) struct Assembly {
    pub(crate) server: Idelibre,
    pub(crate) switch: FaultSwitch,
    pub(crate) transport: CapturingTransport,
    pub(crate) connector: IdelibreConnector,
    pub(crate) clock: Arc<TestClock>,
}

/// The settings of a version, in which a login names a user.
pub(crate) fn settings(version: &str) -> Value {
    let structures: Vec<Value> = TENANTS
        .iter()
        .map(|tenant| json!({ "name": tenant.id, "key": Idelibre::key(tenant.id), "username_suffix": tenant.id }))
        .collect();
    let names: serde_json::Map<String, Value> =
        TENANTS.iter().map(|tenant| (tenant.id.to_owned(), json!(tenant.id))).collect();
    json!({
        "url": format!("https://idelibre.example/{version}"), "structures": structures, "person": "username",
        "filter": { "tenants": names, "figures_for": ["secretariat"] },
    })
}

impl Assembly {
    pub(crate) fn new() -> Self {
        Self::of("4.3")
    }

    pub(crate) fn of(version: &str) -> Self {
        Self::with(settings(version))
    }

    pub(crate) fn with(settings: Value) -> Self {
        let clock = Arc::new(TestClock::default());
        let server = Idelibre::new(Arc::<TestClock>::clone(&clock));
        let switch = FaultSwitch::new();
        let router = RouterTransport::new(switch.wrap(server.router())).with_latency();
        let transport = CapturingTransport::new(Arc::new(router));
        let config: IdelibreConfig = serde_json::from_value(settings).unwrap();
        let connector = IdelibreConnector::new(
            ConnectorId::from_static("assemblees"),
            config,
            Arc::new(transport.clone()),
        )
        .unwrap();
        Self { server, switch, transport, connector, clock }
    }

    /// Somebody whom a key names, acting for their first collectivité.
    pub(crate) fn named(&self, person: &SamplePerson, key: Option<&str>) -> CallContext {
        let credential = Credential::Technical { key: key.map(str::to_owned) };
        person.context_with(
            Arc::new(FixedCredentials::always(credential)),
            Arc::<TestClock>::clone(&self.clock),
        )
    }

    pub(crate) fn context(&self, person: &SamplePerson) -> CallContext {
        self.named(person, Some(person.login))
    }

    pub(crate) async fn load(
        &self,
        widget: &'static str,
        cx: &CallContext,
    ) -> Result<WidgetContent, ConnectorError> {
        self.connector.widget(&WidgetId::from_static(widget)).unwrap().load(cx).await
    }

    pub(crate) async fn read(&self, widget: &'static str, person: &SamplePerson) -> WidgetContent {
        self.load(widget, &self.context(person)).await.unwrap()
    }

    /// The addresses asked since the last time, without the host and the version.
    pub(crate) fn asked(&self) -> Vec<String> {
        let short = |uri: &http::Uri| {
            let path = uri.path_and_query().map_or("", |path| path.as_str());
            path.split_once("/api/v2").map_or(path, |(_, path)| path).to_owned()
        };
        self.transport.take().iter().map(|request| short(&request.uri)).collect()
    }
}

pub(crate) fn title(item: &Item) -> String {
    said_text(&item.title)
}

pub(crate) fn titles(content: &WidgetContent) -> Vec<String> {
    content.items.iter().map(title).collect()
}

pub(crate) fn catalogue(locale: Locale) -> Catalogue {
    let source = match locale {
        Locale::Fr => include_str!("../../src/idelibre/locales/fr.ftl"),
        Locale::En => include_str!("../../src/idelibre/locales/en.ftl"),
    };
    let clock = Arc::new(TestClock::default());
    Catalogue::builder().add(locale, source).unwrap().clock(clock).build()
}

/// A message as it is read in Paris, in French, with plain spaces.
pub(crate) fn said(message: &Message) -> String {
    let words = catalogue(Locale::Fr).try_message(Locale::Fr, chrono_tz::Europe::Paris, message).unwrap();
    words.replace(['\u{a0}', '\u{202f}'], " ")
}

pub(crate) fn said_text(text: &Text) -> String {
    match text {
        Text::Plain(text) => text.clone(),
        Text::Message(message) => said(message),
    }
}

pub(crate) fn status(item: &Item) -> String {
    said(item.status.as_ref().unwrap())
}

pub(crate) fn detail(item: &Item) -> String {
    item.detail.as_ref().map(said_text).unwrap_or_default()
}

/// A count and whether it is a minimum; none when the card does not show it.
pub(crate) fn count(content: &WidgetContent, key: &str) -> Option<(u64, bool)> {
    let indicator = content.indicators.iter().find(|indicator| indicator.key.as_str() == key)?;
    match indicator.amount {
        Amount::Count { value, at_least } => Some((value, at_least)),
        _ => panic!("{key} is no count"),
    }
}
