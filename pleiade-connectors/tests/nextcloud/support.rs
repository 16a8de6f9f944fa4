//! A network that recites recorded answers, and a person to call for.

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use pleiade_connectors::nextcloud::{
    Client, NextcloudAuthMethod, NextcloudConfig, NextcloudConnector, client::Authorization,
};
use pleiade_core::{
    Actor, Affiliation, CallContext, Connector as _, ConnectorError, ConnectorId, Credential,
    CredentialRequest, CredentialSource, Identity, IdentityId, Limits, LinkId, PersonKind, Subject, Tenant,
    TenantId, Transport, TransportError, WidgetContent, WidgetId,
};
use pleiade_testkit::ManualClock;
use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex},
};

/// One request as it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Sent {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Answers by the start of "METHOD /path"; the first rule that fits wins, one with several answers gives them in turn and repeats
/// the last.
#[derive(Debug, Default)]
pub(crate) struct Network {
    rules: Mutex<Vec<(String, VecDeque<Response<Bytes>>)>>,
    sent: Mutex<Vec<Sent>>,
}

impl Network {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Answers with a file of `tests/data`.
    pub(crate) fn on(self: &Arc<Self>, start: &str, file: &str) -> Arc<Self> {
        self.on_answers(start, [recorded(file)])
    }

    pub(crate) fn on_answers(
        self: &Arc<Self>,
        start: &str,
        answers: impl IntoIterator<Item = Response<Bytes>>,
    ) -> Arc<Self> {
        self.rules.lock().unwrap().push((start.to_owned(), answers.into_iter().collect()));
        Arc::clone(self)
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    pub(crate) fn last(&self) -> Sent {
        self.sent().pop().expect("a request")
    }
}

#[async_trait]
impl Transport for Network {
    async fn send(&self, request: Request<Bytes>, _: Limits) -> Result<Response<Bytes>, TransportError> {
        assert_eq!(request.uri().host(), Some("cloud.example.test"));
        let target = request.uri().path_and_query().unwrap().to_string();
        let line = format!("{} {target}", request.method());
        self.sent.lock().unwrap().push(Sent {
            method: request.method().to_string(),
            target,
            headers: request.headers().clone(),
            body: String::from_utf8(request.body().to_vec()).unwrap(),
        });
        let mut rules = self.rules.lock().unwrap();
        let answers = rules.iter_mut().find(|(start, _)| line.starts_with(start.as_str()));
        let Some((_, answers)) = answers else { panic!("no answer for {line}") };
        if answers.len() > 1 {
            return Ok(answers.pop_front().unwrap());
        }
        Ok(answers.front().unwrap().clone())
    }
}

/// Reads a file of `tests/data`: a status line, headers, an empty line, a body.
pub(crate) fn recorded(file: &str) -> Response<Bytes> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (head, body) = text.split_once("\n\n").expect("an empty line");
    let mut lines = head.lines();
    let status: u16 = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let mut answer = Response::builder().status(status);
    for line in lines {
        let (name, value) = line.split_once(':').unwrap();
        answer = answer.header(name, value.trim());
    }
    answer.body(body.trim_end().to_owned().into()).unwrap()
}

pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Response<Bytes> {
    let mut answer = Response::builder().status(status);
    for (name, value) in headers {
        answer = answer.header(*name, *value);
    }
    answer.body(body.to_owned().into()).unwrap()
}

/// An OCS success around some data.
pub(crate) fn ocs(data: &str) -> Response<Bytes> {
    let body =
        format!(r#"{{"ocs":{{"meta":{{"status":"ok","statuscode":200,"message":"OK"}},"data":{data}}}}}"#);
    answer(200, &[("content-type", "application/json; charset=utf-8")], &body)
}

pub(crate) fn client(network: &Arc<Network>) -> Client {
    let network: Arc<dyn Transport> = Arc::<Network>::clone(network);
    Client::new(&"https://cloud.example.test".parse().unwrap(), None, network).unwrap()
}

pub(crate) fn bearer() -> Authorization {
    Authorization::Bearer("app-password".into())
}

/// Gives the credentials of a list, the next one at each renewal; the last one again and again.
#[derive(Debug)]
pub(crate) struct Credentials {
    given: Vec<Credential>,
    pub(crate) renewals: Mutex<usize>,
}

impl Credentials {
    pub(crate) fn new(given: Vec<Credential>) -> Arc<Self> {
        Arc::new(Self { given, renewals: Mutex::new(0) })
    }

    pub(crate) fn app_passwords(secrets: &[&str]) -> Arc<Self> {
        let linked =
            |secret: &&str| Credential::LinkedAccount { login: "camille".into(), secret: (*secret).into() };
        Self::new(secrets.iter().map(linked).collect())
    }
}

#[async_trait]
impl CredentialSource for Credentials {
    async fn credential(&self, request: CredentialRequest<'_>) -> Result<Credential, ConnectorError> {
        let mut renewals = self.renewals.lock().unwrap();
        *renewals += usize::from(request.renew);
        let credential = self.given[(*renewals).min(self.given.len() - 1)].clone();
        assert!(request.accepts.contains(&credential.kind()));
        Ok(credential)
    }
}

pub(crate) struct Desk {
    pub(crate) connector: NextcloudConnector,
    pub(crate) cx: CallContext,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) credentials: Arc<Credentials>,
}

/// Monday 23 November 2026, 19:15 in Paris.
pub(crate) const NOW: &str = "2026-11-23T18:15:00Z";

impl Desk {
    pub(crate) fn new(network: &Arc<Network>) -> Self {
        Self::with(network, NextcloudAuthMethod::AppPassword, Credentials::app_passwords(&["app-password"]))
    }

    pub(crate) fn with(
        network: &Arc<Network>,
        access: NextcloudAuthMethod,
        credentials: Arc<Credentials>,
    ) -> Self {
        // What every visit asks, unless the test answers it otherwise.
        let apps = ["files", "spreed", "calendar", "tasks", "deck"].map(|app| {
            format!(r#"{{"id":"{app}","href":"https://cloud.example.test/index.php/apps/{app}/"}}"#)
        });
        let network = &network
            .on("GET /ocs/v2.php/cloud/user", "nextcloud-31/user.http")
            .on_answers("GET /ocs/v2.php/core/navigation/apps", [ocs(&format!("[{}]", apps.join(",")))]);
        let mut config = NextcloudConfig::new("https://cloud.example.test".parse().unwrap());
        config.access = access;
        let transport: Arc<dyn Transport> = Arc::<Network>::clone(network);
        let connector =
            NextcloudConnector::new(ConnectorId::new("cloud").unwrap(), config, transport).unwrap();
        let clock = Arc::new(ManualClock::starting_at(NOW.parse().unwrap()));
        let tenant = TenantId::new("ville").unwrap();
        let subject = Subject::new("https://sso.example", "1").unwrap();
        let actor = Actor::new(
            Identity::new(IdentityId(1), LinkId(1), subject, "Camille"),
            Affiliation::new(tenant.clone(), PersonKind::Agent),
        );
        let cx = CallContext::new(
            Arc::new(Tenant::new(tenant, "Ville")),
            Arc::new(actor),
            Arc::<Credentials>::clone(&credentials),
            Arc::<ManualClock>::clone(&clock),
        );
        Self { connector, cx, clock, credentials }
    }

    pub(crate) async fn load(&self, widget: &str) -> Result<WidgetContent, ConnectorError> {
        let id = WidgetId::new(widget).unwrap();
        self.connector.widget(&id).expect("a widget").load(&self.cx).await
    }
}

/// What a test reads of an item: id, title, task, late or other status key, link.
pub(crate) fn lines(content: &WidgetContent) -> Vec<String> {
    use pleiade_core::Text;
    let line = |item: &pleiade_core::Item| {
        let title = match &item.title {
            Text::Plain(title) => title.clone(),
            Text::Message(message) => message.key().to_owned(),
        };
        let status = item.status.as_ref().map_or("", |status| status.key());
        let link = item.link.as_ref().map_or("", |link| link.as_str());
        format!("{title} | {status} | {}", link.trim_start_matches("https://cloud.example.test"))
    };
    content.items.iter().map(line).collect()
}

pub(crate) fn counts(content: &WidgetContent) -> Vec<(String, u64)> {
    let count = |indicator: &pleiade_core::Indicator| match indicator.amount {
        pleiade_core::Amount::Count { value, .. } => (indicator.key.to_string(), value),
        ref other => panic!("{other:?}"),
    };
    content.indicators.iter().map(count).collect()
}
