//! Recorded exchanges, and a transport that recites them.

use async_trait::async_trait;
use bytes::Bytes;
use chrono::DateTime;
use http::{Request, Response};
use pleiade_connectors::matrix::{
    Authorization, MatrixAuthMethod, MatrixClient, MatrixConfig, MatrixConnector, SyncAnswer, UserId,
    inbox::Inbox,
};
use pleiade_core::{
    Actor, Affiliation, CallContext, Clock, ConnectorError, ConnectorId, Credential, CredentialRequest,
    CredentialSource, Identity, IdentityId, Limits, LinkId, PersonKind, Subject, Tenant, TenantId, Transport,
    TransportError,
};
use pleiade_testkit::ManualClock;
use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

pub(crate) fn me() -> UserId {
    "@alice:pleiade.test".parse().unwrap()
}

pub(crate) fn recorded(name: &str) -> Response<Bytes> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/synapse").join(name);
    let text = std::fs::read_to_string(path).unwrap();
    let (head, body) = text.split_once("\n\n").unwrap();
    let mut lines = head.lines().filter(|line| !line.starts_with('#'));
    let status: u16 = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let mut answer = Response::builder().status(status);
    for line in lines {
        let (header, value) = line.split_once(": ").unwrap();
        answer = answer.header(header, value);
    }
    answer.body(Bytes::from(body.trim_end().to_owned())).unwrap()
}

pub(crate) fn sync(name: &str) -> SyncAnswer {
    serde_json::from_slice(recorded(name).body()).unwrap()
}

/// The first answer and these that followed it.
pub(crate) fn inbox_after(changes: &[&str]) -> Inbox {
    let mut inbox = Inbox::default();
    inbox.apply_everything(&me(), sync("sync-F1-initial.http"), Duration::ZERO);
    for name in changes {
        inbox.apply_changes(&me(), sync(name));
    }
    inbox
}

pub(crate) fn answer(status: u16, media_type: &str, body: &str) -> Response<Bytes> {
    let body = Bytes::from(body.to_owned());
    Response::builder().status(status).header("content-type", media_type).body(body).unwrap()
}

#[derive(Debug, Default)]
pub(crate) struct Script {
    answers: Mutex<VecDeque<Response<Bytes>>>,
    sent: Mutex<Vec<Request<Bytes>>>,
}

impl Script {
    pub(crate) fn new(answers: impl IntoIterator<Item = Response<Bytes>>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), sent: Mutex::default() })
    }

    /// The addresses asked for, without the filter.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.sent.lock().unwrap().iter().map(|request| short(request.uri())).collect()
    }

    pub(crate) fn tokens(&self) -> Vec<String> {
        let header = |request: &Request<Bytes>| {
            request.headers().get("authorization").map_or("", |value| value.to_str().unwrap()).to_owned()
        };
        self.sent.lock().unwrap().iter().map(header).collect()
    }

    pub(crate) fn body(&self, number: usize) -> serde_json::Value {
        serde_json::from_slice(self.sent.lock().unwrap()[number].body()).unwrap()
    }
}

fn short(uri: &http::Uri) -> String {
    let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .filter(|(name, _)| name != "filter" && name != "set_presence")
        .map(|(name, value)| format!("{name}={value}"));
    let path = uri.path().trim_start_matches("/_matrix/client/v3/");
    std::iter::once(path.to_owned()).chain(query).collect::<Vec<_>>().join(" ")
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Bytes>, _: Limits) -> Result<Response<Bytes>, TransportError> {
        self.sent.lock().unwrap().push(request);
        self.answers.lock().unwrap().pop_front().ok_or(TransportError::Connection)
    }
}

pub(crate) fn client(script: &Arc<Script>) -> MatrixClient {
    let transport = Arc::clone(script) as Arc<dyn Transport>;
    MatrixClient::new(&"https://matrix.pleiade.test/".parse().unwrap(), transport).unwrap()
}

pub(crate) fn token() -> Authorization {
    Authorization::Token("syt_alice".into())
}

pub(crate) fn acting() -> Authorization {
    Authorization::Acting { as_token: "as-token".into(), user_id: me() }
}

pub(crate) fn connector(script: &Arc<Script>, access: MatrixAuthMethod) -> MatrixConnector {
    let address = |host: &str| format!("https://{host}.pleiade.test/").parse().unwrap();
    let config = MatrixConfig::new(address("matrix"), "pleiade.test", address("chat"), access);
    let transport = Arc::clone(script) as Arc<dyn Transport>;
    MatrixConnector::new(ConnectorId::new("matrix").unwrap(), config, transport).unwrap()
}

/// A clock that starts shortly after the recording.
pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::starting_at(DateTime::from_timestamp(1_795_460_400, 0).unwrap()))
}

#[derive(Debug)]
struct Alice;

#[async_trait]
impl CredentialSource for Alice {
    async fn credential(&self, _: CredentialRequest<'_>) -> Result<Credential, ConnectorError> {
        Ok(Credential::ActingLogin { login: "alice".to_owned() })
    }
}

pub(crate) fn context(clock: &Arc<ManualClock>) -> CallContext {
    let tenant = TenantId::new("ville").unwrap();
    let subject = Subject::new("https://sso.test", "1").unwrap();
    let identity = Identity::new(IdentityId(1), LinkId(1), subject, "Alice");
    let actor = Actor::new(identity, Affiliation::new(tenant.clone(), PersonKind::Agent));
    let clock = Arc::clone(clock) as Arc<dyn Clock>;
    CallContext::new(Arc::new(Tenant::new(tenant, "Ville")), Arc::new(actor), Arc::new(Alice), clock)
}
