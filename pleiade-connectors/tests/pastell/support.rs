//! A network that recites answers, a simulated platform, and people to call for.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use pleiade_connectors::pastell::{
    Client, PastellAuthMethod, PastellConfig, PastellConnector,
    client::{Authorization, Session},
};
use pleiade_core::{
    Amount, CallContext, Clock, Connector as _, ConnectorError, ConnectorId, Credential, CredentialSource,
    Item, Limits, Text, Transport, TransportError, WidgetContent, WidgetId,
};
use pleiade_testkit::{
    CapturingTransport, FixedCredentials, ManualClock, Pastell, RouterTransport, Simulator as _, people,
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

pub(crate) const BASE: &str = "https://pastell.example";

/// Answers by the start of "METHOD /path?query"; the first rule that fits wins, one with several answers gives them in turn and repeats
/// the last.
#[derive(Debug, Default)]
pub(crate) struct Network {
    rules: Mutex<Vec<(String, VecDeque<Response<Bytes>>)>>,
    sent: Mutex<Vec<String>>,
}

impl Network {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Answers 200 with this JSON.
    pub(crate) fn on(self: &Arc<Self>, start: &str, body: &str) -> Arc<Self> {
        self.on_answers(start, [json(200, body)])
    }

    pub(crate) fn on_answers(
        self: &Arc<Self>,
        start: &str,
        answers: impl IntoIterator<Item = Response<Bytes>>,
    ) -> Arc<Self> {
        let start = start.replacen(' ', " /api/v2/", 1);
        self.rules.lock().unwrap().push((start, answers.into_iter().collect()));
        Arc::clone(self)
    }

    /// What was asked, without `/api/v2/`.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.sent.lock().unwrap().iter().map(|line| line.replacen(" /api/v2/", " ", 1)).collect()
    }

    pub(crate) fn sent_to(&self, start: &str) -> usize {
        self.sent().iter().filter(|line| line.starts_with(start)).count()
    }
}

#[async_trait]
impl Transport for Network {
    async fn send(&self, request: Request<Bytes>, _: Limits) -> Result<Response<Bytes>, TransportError> {
        assert_eq!(request.uri().host(), Some("pastell.example"));
        let line = format!("{} {}", request.method(), request.uri().path_and_query().unwrap());
        self.sent.lock().unwrap().push(line.clone());
        let mut rules = self.rules.lock().unwrap();
        let answers = rules.iter_mut().find(|(start, _)| line.starts_with(start.as_str()));
        let Some((_, answers)) = answers else { panic!("no answer for {line}") };
        if answers.len() > 1 {
            return Ok(answers.pop_front().unwrap());
        }
        Ok(answers.front().unwrap().clone())
    }
}

pub(crate) fn json(status: u16, body: &str) -> Response<Bytes> {
    let answer = Response::builder().status(status).header("content-type", "application/json; charset=utf-8");
    answer.body(body.to_owned().into()).unwrap()
}

pub(crate) fn refused(status: u16, message: &str) -> Response<Bytes> {
    json(status, &serde_json::json!({ "status": "error", "error-message": message }).to_string())
}

/// A session by token on a network.
pub(crate) fn session(network: &Arc<Network>) -> Session {
    let network: Arc<dyn Transport> = Arc::<Network>::clone(network);
    let client = Client::new(&BASE.parse().unwrap(), None, network).unwrap();
    client.session(Authorization::Token("token".into()))
}

pub(crate) fn config() -> PastellConfig {
    PastellConfig::new(BASE.parse().unwrap())
}

/// A connector and a person who looks at its cards.
pub(crate) struct Desk {
    pub(crate) connector: PastellConnector,
    pub(crate) cx: CallContext,
    pub(crate) clock: Arc<ManualClock>,
}

impl Desk {
    /// Camille's desk over a transport, with a token.
    pub(crate) fn new(config: PastellConfig, transport: Arc<dyn Transport>) -> Self {
        let token =
            Credential::LinkedAccount { login: "cdurand".into(), secret: Pastell::token("cdurand").into() };
        Self::with(config, transport, Arc::new(FixedCredentials::always(token)), Arc::default())
    }

    pub(crate) fn with(
        config: PastellConfig,
        transport: Arc<dyn Transport>,
        credentials: Arc<dyn CredentialSource>,
        clock: Arc<ManualClock>,
    ) -> Self {
        let connector = PastellConnector::new(ConnectorId::new("pastell").unwrap(), config, transport);
        let cx = people::CAMILLE.context_with(credentials, Arc::<ManualClock>::clone(&clock));
        Self { connector: connector.unwrap(), cx, clock }
    }

    /// A desk on a network that recites.
    pub(crate) fn on(config: PastellConfig, network: &Arc<Network>) -> Self {
        Self::new(config, Arc::<Network>::clone(network))
    }

    pub(crate) async fn load(&self, widget: &str) -> Result<WidgetContent, ConnectorError> {
        let id = WidgetId::new(widget).unwrap();
        self.connector.widget(&id).expect("a widget").load(&self.cx).await
    }
}

/// A simulated platform and Camille's desk on it.
pub(crate) struct World {
    pub(crate) pastell: Pastell,
    pub(crate) transport: CapturingTransport,
    pub(crate) desk: Desk,
}

impl World {
    pub(crate) fn by_token() -> Self {
        let token =
            Credential::LinkedAccount { login: "cdurand".into(), secret: Pastell::token("cdurand").into() };
        Self::new(config(), Arc::new(FixedCredentials::always(token)))
    }

    /// Each reading comes with a new ticket, as CAS sells them.
    pub(crate) fn by_ticket(login: &'static str) -> Self {
        let mut config = config();
        config.access = PastellAuthMethod::ProxyTicket;
        let ticket = move || Credential::ProxyTicket { ticket: Pastell::ticket(login).into() };
        Self::new(config, Arc::new(FixedCredentials::from_fn(move |_, _| Some(ticket()))))
    }

    pub(crate) fn new(config: PastellConfig, credentials: Arc<dyn CredentialSource>) -> Self {
        let clock: Arc<ManualClock> = Arc::default();
        let pastell = Pastell::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let router = RouterTransport::new(pastell.router());
        let transport = CapturingTransport::new(Arc::new(router));
        let desk = Desk::with(config, Arc::new(transport.clone()), credentials, clock);
        Self { pastell, transport, desk }
    }

    /// What was asked since the last time, without `/api/v2/`.
    pub(crate) fn asked(&self) -> Vec<String> {
        let path = |request: pleiade_testkit::CapturedRequest| {
            request.uri.path_and_query().unwrap().as_str().trim_start_matches("/api/v2/").to_owned()
        };
        self.transport.take().into_iter().map(path).collect()
    }
}

pub(crate) fn counts(content: &WidgetContent) -> Vec<(String, u64)> {
    let count = |indicator: &pleiade_core::Indicator| match indicator.amount {
        Amount::Count { value, .. } => (indicator.key.to_string(), value),
        ref other => panic!("{other:?}"),
    };
    content.indicators.iter().map(count).collect()
}

pub(crate) fn count(content: &WidgetContent, key: &str) -> Option<u64> {
    counts(content).into_iter().find(|(known, _)| known == key).map(|(_, count)| count)
}

pub(crate) fn words(text: &Text) -> String {
    match text {
        Text::Plain(words) => words.clone(),
        Text::Message(message) => message.key().to_owned(),
    }
}

/// The words of a line's state.
pub(crate) fn state(item: &Item) -> String {
    let status = item.status.as_ref().expect("a state");
    assert_eq!(status.key(), "pastell-state");
    match status.args().next() {
        Some(("state", pleiade_core::MessageArg::Text(words))) => words.clone(),
        other => panic!("{other:?}"),
    }
}
