//! A network that recites answers, the simulator behind a capturing one, and a person to call for.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use pleiade_connectors::iparapheur::{IparapheurConfig, IparapheurConnector, IparapheurVersion};
use pleiade_core::{
    ActionOutcome, ActionRequest, Amount, CallContext, Clock, Connector as _, ConnectorError, ConnectorId,
    Credential, CredentialRequest, CredentialSource, Item, Limits, Text, Transport, TransportError, Widget,
    WidgetContent,
};
use pleiade_testkit::{
    CapturingTransport, FaultSwitch, FixedCredentials, Iparapheur, RouterTransport, Simulator as _,
    TestClock, people::SamplePerson,
};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

pub(crate) const URL: &str = "https://parapheur.example.test";

/// Answers by the start of "METHOD /path"; the first rule that fits wins.
#[derive(Debug, Default)]
pub(crate) struct Network {
    rules: Mutex<Vec<(String, Response<Bytes>)>>,
    pub(crate) sent: Mutex<Vec<String>>,
}

impl Network {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn on(self: Arc<Self>, start: &str, status: u16, body: &str) -> Arc<Self> {
        let answer = Response::builder().status(status).body(body.to_owned().into()).unwrap();
        self.rules.lock().unwrap().push((start.to_owned(), answer));
        self
    }
}

#[async_trait]
impl Transport for Network {
    async fn send(&self, request: Request<Bytes>, _: Limits) -> Result<Response<Bytes>, TransportError> {
        let line = format!("{} {}", request.method(), request.uri().path_and_query().unwrap());
        self.sent.lock().unwrap().push(line.clone());
        let rules = self.rules.lock().unwrap();
        let rule = rules.iter().find(|(start, _)| line.starts_with(start.as_str()));
        Ok(rule.unwrap_or_else(|| panic!("no answer for {line}")).1.clone())
    }
}

/// A sample answer of `tests/data`.
pub(crate) fn sample(file: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/iparapheur");
    std::fs::read_to_string(folder.join(file)).unwrap()
}

/// Version 4 that recites these desks and folders.
pub(crate) fn v4_reciting(bureaux: &str, dossiers: &str) -> Arc<Network> {
    Network::new()
        .on("GET /alfresco/wcs/api/logincas?", 200, "<ticket>TICKET_3f0ce1</ticket>")
        .on("GET /alfresco/wcs/parapheur/bureaux?", 200, bureaux)
        .on("GET /alfresco/wcs/parapheur/dossiers?", 200, dossiers)
}

/// Version 5 that recites one entity, one desk, these folders to process and this document of each.
pub(crate) fn v5_reciting(folders: &str, premis: &str) -> Arc<Network> {
    const DESK: &str = r#"{"totalElements":1,"content":[{"id":"d1","name":"DGS","tenantId":"8a4d"}]}"#;
    const NONE: &str = r#"{"totalElements":0,"content":[]}"#;
    let at = "GET /api/standard/v1/tenant/8a4dba5f-b034-4f92-8625-3aee7be97d46/desk";
    Network::new()
        .on("GET /api/standard/v1/tenant?", 200, &sample("tenants.json"))
        .on(&format!("{at}?"), 200, DESK)
        .on(&format!("{at}/d1/PENDING?"), 200, folders)
        .on(&format!("{at}/d1/folder/"), 200, premis)
        .on(&format!("{at}/d1/"), 200, NONE)
}

/// Gives another proxy ticket each time, as a CAS server does, and remembers for which service.
#[derive(Debug, Default)]
pub(crate) struct Cas {
    pub(crate) given: AtomicU32,
    pub(crate) services: Mutex<Vec<String>>,
}

#[async_trait]
impl CredentialSource for Cas {
    async fn credential(&self, request: CredentialRequest<'_>) -> Result<Credential, ConnectorError> {
        self.services.lock().unwrap().push(request.service.unwrap_or_default().to_owned());
        let number = self.given.fetch_add(1, Ordering::SeqCst);
        let login = request.actor.identity.login.as_deref().unwrap();
        Ok(Credential::ProxyTicket { ticket: Iparapheur::proxy_ticket(login, number).into() })
    }
}

pub(crate) fn credentials(version: IparapheurVersion) -> Arc<dyn CredentialSource> {
    match version {
        IparapheurVersion::V4 => Arc::new(Cas::default()),
        _ => Arc::new(FixedCredentials::from_fn(|actor, renewals| {
            let token = Iparapheur::token(actor.identity.login.as_deref()?, renewals);
            Some(Credential::PersonToken { token: token.into(), expires_at: None })
        })),
    }
}

pub(crate) fn config(version: IparapheurVersion) -> IparapheurConfig {
    IparapheurConfig::new(URL.parse().unwrap(), version)
}

pub(crate) fn connector(config: IparapheurConfig, transport: Arc<dyn Transport>) -> IparapheurConnector {
    IparapheurConnector::new(ConnectorId::new("parapheur").unwrap(), config, transport).unwrap()
}

/// The one card.
pub(crate) fn card(connector: &IparapheurConnector) -> &dyn Widget {
    connector.widgets().first().expect("a widget").as_ref()
}

/// The connector on the simulator.
pub(crate) struct Rig {
    pub(crate) simulator: Iparapheur,
    pub(crate) transport: CapturingTransport,
    pub(crate) switch: FaultSwitch,
    pub(crate) connector: IparapheurConnector,
    pub(crate) cx: CallContext,
}

impl Rig {
    pub(crate) fn new(version: IparapheurVersion, who: SamplePerson) -> Self {
        Self::with(config(version), who)
    }

    pub(crate) fn with(config: IparapheurConfig, who: SamplePerson) -> Self {
        let source = credentials(config.version);
        Self::with_source(config, who, source)
    }

    pub(crate) fn with_source(
        config: IparapheurConfig,
        who: SamplePerson,
        source: Arc<dyn CredentialSource>,
    ) -> Self {
        let clock = Arc::new(TestClock::default());
        let simulator = Iparapheur::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let switch = FaultSwitch::for_simulator(Arc::new(simulator.clone()));
        let router = RouterTransport::new(switch.wrap(simulator.router()));
        let transport = CapturingTransport::new(Arc::new(router));
        let connector = connector(config, Arc::new(transport.clone()));
        let cx = who.context_with(source, clock);
        Self { simulator, transport, switch, connector, cx }
    }

    pub(crate) async fn load(&self) -> Result<WidgetContent, ConnectorError> {
        card(&self.connector).load(&self.cx).await
    }

    pub(crate) async fn perform(&self, request: ActionRequest) -> Result<ActionOutcome, ConnectorError> {
        self.connector.perform(&self.cx, &request).await
    }

    /// The paths asked since the last look.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.transport
            .take()
            .iter()
            .map(|request| format!("{} {}", request.method, request.uri.path()))
            .collect()
    }

    /// The line of this title.
    pub(crate) async fn line(&self, title: &str) -> Item {
        let content = self.load().await.unwrap();
        let is_it = |item: &&Item| item.title == Text::plain(title);
        content.items.iter().find(is_it).unwrap_or_else(|| panic!("no line {title}")).clone()
    }
}

/// The request of an action that a line offers.
pub(crate) fn request(line: &Item, action: &str) -> ActionRequest {
    let action = line.actions.iter().find(|known| known.id.as_str() == action).expect("an offered action");
    ActionRequest::new(action.id.clone(), action.target.clone())
}

/// Key, value, and whether it is a minimum.
pub(crate) fn counts(content: &WidgetContent) -> Vec<(&str, u64, bool)> {
    let count = |indicator: &'_ pleiade_core::Indicator| match indicator.amount {
        Amount::Count { value, at_least } => (value, at_least),
        ref other => panic!("{other:?}"),
    };
    let indicators = content.indicators.iter();
    indicators.map(|one| (one.key.as_str(), count(one).0, count(one).1)).collect()
}

/// Title, key of the status, ids of the actions.
pub(crate) fn lines(content: &WidgetContent) -> Vec<String> {
    content.items.iter().map(described).collect()
}

pub(crate) fn described(item: &Item) -> String {
    let title = match &item.title {
        Text::Plain(title) => title.clone(),
        Text::Message(message) => message.key().to_owned(),
    };
    let status = item.status.as_ref().map_or("", |status| status.key());
    let actions: Vec<&str> = item.actions.iter().map(|action| action.id.as_str()).collect();
    format!("{title} | {} | {}", status.trim_start_matches("iparapheur-"), actions.join(" "))
}

pub(crate) fn notices(content: &WidgetContent) -> Vec<&str> {
    content.notices.iter().map(pleiade_core::Message::key).collect()
}
