//! A simulated platform, its connector, and the people who read it.

use pleiade_connectors::{
    s2low::{S2lowConfig, S2lowConnector},
    text::Catalogue,
};
use pleiade_core::{
    ActionId, ActionOutcome, ActionRequest, Actor, Affiliation, Amount, CallContext, Connector as _,
    ConnectorError, ConnectorId, Credential, Indicator, Item, Locale, Message, PersonKind, Text, Transport,
    WidgetContent, WidgetId,
};
use pleiade_testkit::{
    CapturingTransport, FaultSwitch, FixedCredentials, RouterTransport, S2low, Simulator as _, TestClock,
    people::{CAMILLE, SamplePerson, tenant_named},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// The collectivité whose authority is read.
pub(crate) const TENANT: &str = "la-roche-aux-fees";
/// Its authority.
pub(crate) const TOWN: u64 = pleiade_testkit::s2low::TOWN;

pub(crate) struct Assembly {
    pub(crate) server: S2low,
    pub(crate) switch: FaultSwitch,
    pub(crate) transport: CapturingTransport,
    pub(crate) connector: S2lowConnector,
    pub(crate) clock: Arc<TestClock>,
}

/// The settings by an account of the simulator.
pub(crate) fn settings(account: &str) -> Value {
    json!({
        "url": format!("http://s2low.example/{account}"),
        "public_url": "https://s2low.example",
        "authority_id": TOWN,
        "widgets": ["actes", "helios", "mails"],
        "mark_read_for": ["chefs"],
        "filter": { "tenants": { TENANT: TOWN.to_string() }, "figures_for": ["actes", "chefs"] },
    })
}

/// A connector of these settings over any network.
pub(crate) fn connector(
    settings: Value,
    transport: Arc<dyn Transport>,
) -> Result<S2lowConnector, ConnectorError> {
    let config: S2lowConfig = serde_json::from_value(settings).unwrap();
    S2lowConnector::new(ConnectorId::from_static("s2low"), config, transport)
}

/// Somebody of these groups who acts for a collectivité.
pub(crate) fn somebody(groups: &[&str], tenant: &str, clock: &Arc<TestClock>) -> CallContext {
    let person: SamplePerson = CAMILLE;
    let credentials = FixedCredentials::always(Credential::Technical { key: None });
    let mut cx = person.context_with(Arc::new(credentials), Arc::<TestClock>::clone(clock));
    cx.tenant = Arc::new(tenant_named(tenant));
    let mut affiliation = Affiliation::new(cx.tenant.id.clone(), PersonKind::Agent);
    affiliation.groups = groups.iter().map(|group| (*group).to_owned()).collect();
    cx.actor = Arc::new(Actor::new(person.identity(), affiliation));
    cx
}

impl Assembly {
    pub(crate) fn new() -> Self {
        Self::of("archivist")
    }

    pub(crate) fn of(account: &str) -> Self {
        Self::with(settings(account))
    }

    pub(crate) fn with(settings: Value) -> Self {
        let clock = Arc::new(TestClock::default());
        let server = S2low::new(Arc::<TestClock>::clone(&clock));
        let switch = FaultSwitch::for_simulator(Arc::new(server.clone()));
        let router = RouterTransport::new(switch.wrap(server.router())).with_latency();
        let transport = CapturingTransport::new(Arc::new(router));
        let connector = connector(settings, Arc::new(transport.clone())).unwrap();
        Self { server, switch, transport, connector, clock }
    }

    /// A member of these groups, for the collectivité of the authority.
    pub(crate) fn member(&self, groups: &[&str]) -> CallContext {
        somebody(groups, TENANT, &self.clock)
    }

    pub(crate) async fn load(
        &self,
        widget: &'static str,
        cx: &CallContext,
    ) -> Result<WidgetContent, ConnectorError> {
        self.connector.widget(&WidgetId::from_static(widget)).unwrap().load(cx).await
    }

    pub(crate) async fn read(&self, widget: &'static str) -> WidgetContent {
        self.load(widget, &self.member(&["actes"])).await.unwrap()
    }

    pub(crate) async fn perform(
        &self,
        cx: &CallContext,
        action: &'static str,
        target: &str,
    ) -> Result<ActionOutcome, ConnectorError> {
        self.connector.perform(cx, &ActionRequest::new(ActionId::from_static(action), target)).await
    }

    /// The addresses asked since the last time, without the host and the account.
    pub(crate) fn asked(&self) -> Vec<String> {
        let short = |uri: &http::Uri| {
            let path = uri.path_and_query().map_or("", |path| path.as_str());
            path.trim_start_matches('/').split_once('/').map_or("", |(_, path)| path).to_owned()
        };
        self.transport.take().iter().map(|request| short(&request.uri)).collect()
    }
}

pub(crate) fn catalogue(locale: Locale) -> Catalogue {
    let source = match locale {
        Locale::Fr => include_str!("../../src/s2low/locales/fr.ftl"),
        Locale::En => include_str!("../../src/s2low/locales/en.ftl"),
    };
    Catalogue::builder().add(locale, source).unwrap().clock(Arc::new(TestClock::default())).build()
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

pub(crate) fn title(item: &Item) -> String {
    said_text(&item.title)
}

pub(crate) fn titles(content: &WidgetContent) -> Vec<String> {
    content.items.iter().map(title).collect()
}

pub(crate) fn detail(item: &Item) -> String {
    item.detail.as_ref().map(said_text).unwrap_or_default()
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
