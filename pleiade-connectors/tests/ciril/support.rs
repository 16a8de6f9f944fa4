//! A simulated platform, its connector, and the people who read it.

use pleiade_connectors::{
    ciril::{CirilConfig, CirilConnector},
    text::Catalogue,
};
use pleiade_core::{
    ActionId, ActionOutcome, ActionRequest, Actor, Affiliation, Amount, CallContext, Connector as _,
    ConnectorError, ConnectorId, Credential, Item, Locale, Message, PersonKind, Text, Transport,
    WidgetContent, WidgetId,
};
use pleiade_testkit::{
    CapturingTransport, Ciril, FaultSwitch, FixedCredentials, RouterTransport, Simulator as _, TestClock,
    ciril,
    people::{BERNARD, SamplePerson},
};
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) struct Assembly {
    pub(crate) server: Ciril,
    pub(crate) switch: FaultSwitch,
    pub(crate) transport: CapturingTransport,
    pub(crate) connector: CirilConnector,
    pub(crate) clock: Arc<TestClock>,
}

/// The settings by the technical account.
pub(crate) fn technical() -> Value {
    json!({
        "url": "https://civil.example/",
        "platform_login": ciril::PLATFORM_LOGIN,
        "platform_password": ciril::PLATFORM_PASSWORD,
        "civil_login": ciril::TECHNICAL_LOGIN,
        "civil_password": Ciril::password(ciril::TECHNICAL_LOGIN),
        "access_point": { "net_application": "CNF" },
        "widgets": ["tasks", "orders"],
        "groups": [
            { "key": "factures", "name": "factures à mandater", "application": "FINANCES", "label": "Factures à mandater" },
            { "key": "rh", "name": "tâches de ressources humaines", "application": "RH", "approve": true },
        ],
        "orders": { "label": "libelle", "supplier": "fournisseur", "amount": "montantTTC" },
        "filter": { "figures_for": ["finances"] },
    })
}

/// The settings by the account of each person.
pub(crate) fn linked() -> Value {
    let mut settings = technical();
    let fields = settings.as_object_mut().unwrap();
    for key in ["civil_login", "civil_password", "filter"] {
        fields.remove(key);
    }
    fields.insert("access".to_owned(), json!("linked"));
    let answers = json!([{ "attribute": "VISA", "value": "O", "label": "Viser" }, { "attribute": "VISA", "value": "N", "label": "Refuser" }]);
    fields.insert("answers".to_owned(), answers);
    settings
}

pub(crate) fn connector(
    settings: Value,
    transport: Arc<dyn Transport>,
) -> Result<CirilConnector, ConnectorError> {
    let config: CirilConfig = serde_json::from_value(settings).unwrap();
    CirilConnector::new(ConnectorId::from_static("ciril"), config, transport)
}

impl Assembly {
    pub(crate) fn with(settings: Value) -> Self {
        Self::at(settings, Arc::new(TestClock::default()))
    }

    pub(crate) fn at(settings: Value, clock: Arc<TestClock>) -> Self {
        let server = Ciril::new(Arc::<TestClock>::clone(&clock));
        let switch = FaultSwitch::for_simulator(Arc::new(server.clone()));
        let router = RouterTransport::new(switch.wrap(server.router()));
        let transport = CapturingTransport::new(Arc::new(router));
        let connector = connector(settings, Arc::new(transport.clone())).unwrap();
        Self { server, switch, transport, connector, clock }
    }

    /// Somebody of these groups whom this credential names.
    pub(crate) fn somebody(&self, groups: &[&str], credential: Credential) -> CallContext {
        let person: SamplePerson = BERNARD;
        let credentials = FixedCredentials::always(credential);
        let mut cx = person.context_with(Arc::new(credentials), Arc::<TestClock>::clone(&self.clock));
        let mut affiliation = Affiliation::new(cx.tenant.id.clone(), PersonKind::Agent);
        affiliation.groups = groups.iter().map(|group| (*group).to_owned()).collect();
        cx.actor = Arc::new(Actor::new(person.identity(), affiliation));
        cx
    }

    /// Somebody by the technical account, with their key.
    pub(crate) fn keyed(&self, groups: &[&str], key: &str) -> CallContext {
        self.somebody(groups, Credential::Technical { key: Some(key.to_owned()) })
    }

    /// Somebody by their own account.
    pub(crate) fn own(&self, login: &str) -> CallContext {
        let secret = Ciril::password(login).into();
        self.somebody(&[], Credential::LinkedAccount { login: login.to_owned(), secret })
    }

    pub(crate) async fn load(
        &self,
        widget: &'static str,
        cx: &CallContext,
    ) -> Result<WidgetContent, ConnectorError> {
        self.connector.widget(&WidgetId::from_static(widget)).unwrap().load(cx).await
    }

    pub(crate) async fn perform(
        &self,
        cx: &CallContext,
        action: &'static str,
        target: &str,
    ) -> Result<ActionOutcome, ConnectorError> {
        self.connector.perform(cx, &ActionRequest::new(ActionId::from_static(action), target)).await
    }

    /// The operations asked since the last time.
    pub(crate) fn asked(&self) -> Vec<String> {
        let action = |request: &pleiade_testkit::CapturedRequest| {
            let action = request.headers["soapaction"].to_str().unwrap().trim_matches('"').to_owned();
            action.rsplit('#').next().unwrap().to_owned()
        };
        self.transport.take().iter().map(action).collect()
    }
}

pub(crate) fn said(message: &Message) -> String {
    let clock = Arc::new(TestClock::default());
    let words = include_str!("../../src/ciril/locales/fr.ftl");
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
        let detail = item.detail.as_ref().map(said_text).unwrap_or_default();
        format!("{} | {detail}", said_text(&item.title))
    };
    content.items.iter().map(line).collect()
}

/// A count and whether it is a minimum; none when the card does not show it.
pub(crate) fn count(content: &WidgetContent, key: &str) -> Option<(u64, bool)> {
    match content.indicators.iter().find(|indicator| indicator.key.as_str() == key)?.amount {
        Amount::Count { value, at_least } => Some((value, at_least)),
        _ => panic!("{key} is no count"),
    }
}
