//! A simulated server, its connector, and the people who use it.

use pleiade_connectors::{
    jitsi::{JitsiConfig, JitsiConnector},
    text::Catalogue,
};
use pleiade_core::{
    ActionId, ActionOutcome, ActionRequest, Affiliation, CallContext, Connector as _, ConnectorError,
    ConnectorId, Credential, Locale, Message, PersonKind, Transport, WidgetContent, WidgetId,
};
use pleiade_testkit::{
    CapturingTransport, FaultSwitch, FixedCredentials, Jitsi, RouterTransport, Simulator as _, TestClock,
    jitsi::{APP_ID, APP_SECRET, DOMAIN},
    people::CAMILLE,
};
use serde_json::{Value, json};
use std::sync::Arc;
use url::Url;

pub(crate) const BASE: &str = "https://visio.ville.example/";

pub(crate) struct Assembly {
    pub(crate) server: Jitsi,
    pub(crate) switch: FaultSwitch,
    pub(crate) transport: CapturingTransport,
    pub(crate) connector: Arc<JitsiConnector>,
    pub(crate) clock: Arc<TestClock>,
}

pub(crate) fn settings() -> Value {
    json!({
        "url": BASE,
        "token": { "app_id": APP_ID, "secret": APP_SECRET, "subject": DOMAIN },
        "rooms": [
            { "name": "Permanence informatique", "room": "permanence-informatique" },
            { "name": "Salon de l’urbanisme", "room": "salon-urbanisme", "groups": ["urbanisme"] },
        ],
        "room_size": { "url": "https://visio.ville.example/room-size", "domain": DOMAIN },
    })
}

pub(crate) fn connector(
    settings: Value,
    transport: Arc<dyn Transport>,
) -> Result<JitsiConnector, ConnectorError> {
    let config: JitsiConfig = serde_json::from_value(settings).unwrap();
    JitsiConnector::new(ConnectorId::from_static("visio"), config, transport)
}

pub(crate) fn assembly_with(settings: Value) -> Assembly {
    let clock = Arc::new(TestClock::default());
    let server = Jitsi::new(clock.clone());
    let switch = FaultSwitch::for_simulator(Arc::new(server.clone()));
    let router = RouterTransport::new(switch.wrap(server.router()));
    let transport = CapturingTransport::new(Arc::new(router));
    let connector = Arc::new(connector(settings, Arc::new(transport.clone())).unwrap());
    Assembly { server, switch, transport, connector, clock }
}

pub(crate) fn assembly() -> Assembly {
    assembly_with(settings())
}

impl Assembly {
    /// Somebody of these groups.
    pub(crate) fn somebody(&self, groups: &[&str]) -> CallContext {
        let credentials = FixedCredentials::always(Credential::Technical { key: None });
        let mut cx = CAMILLE.context_with(Arc::new(credentials), self.clock.clone());
        let mut affiliation = Affiliation::new(cx.tenant.id.clone(), PersonKind::Agent);
        affiliation.groups = groups.iter().map(|group| (*group).to_owned()).collect();
        cx.actor = Arc::new(pleiade_core::Actor::new(cx.actor.identity.clone(), affiliation));
        cx
    }

    pub(crate) async fn read(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        self.connector.widget(&WidgetId::from_static("rooms")).unwrap().load(cx).await
    }

    pub(crate) async fn act(
        &self,
        cx: &CallContext,
        action: &ActionId,
        target: &str,
    ) -> Result<ActionOutcome, ConnectorError> {
        self.connector.perform(cx, &ActionRequest::new(action.clone(), target)).await
    }

    /// The address to which an action leads.
    pub(crate) async fn opened(&self, cx: &CallContext, action: &ActionId, target: &str) -> Url {
        match self.act(cx, action, target).await.unwrap() {
            ActionOutcome::Continue(address) => address.expose().clone(),
            other => panic!("{other:?}"),
        }
    }

    /// A message as it is read in French, with plain spaces.
    pub(crate) fn words(&self, message: &Message) -> String {
        let catalogue = Catalogue::builder().connector(self.connector.descriptor()).unwrap().build();
        let words = catalogue.try_message(Locale::Fr, chrono_tz::Europe::Paris, message).unwrap();
        words.replace(['\u{a0}', '\u{202f}'], " ")
    }
}
