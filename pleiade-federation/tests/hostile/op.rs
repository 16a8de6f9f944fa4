//! A provider that says whatever a test tells it, in the same process, without sockets.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use pleiade_core::{
    Claims, Hints, IdentityProvider as _, SecretString, SignInAnswer, SignInError, SignInStep, SourceId,
};
use pleiade_federation::oidc::{OidcConfig, OidcProvider};
use pleiade_testkit::{RouterTransport, TestClock};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use url::Url;

pub(crate) const ISSUER: &str = "https://op.example";
pub(crate) const CLIENT: &str = "pleiade";
pub(crate) const CALLBACK: &str = "https://desk.example/sign-in/op/callback";
pub(crate) const JWKS: &str = include_str!("keys/jwks.json");

/// One answer of the provider.
#[derive(Clone)]
pub(crate) enum Doc {
    Json(Value),
    Jwt(String),
    Redirect(&'static str),
    Zeros(usize),
    Status(StatusCode),
    Refused(Value),
    With(StatusCode, Value),
    Never,
}

impl Doc {
    async fn answer(self) -> Response {
        match self {
            Self::Json(value) => axum::Json(value).into_response(),
            Self::Jwt(token) => ([(header::CONTENT_TYPE, "application/jwt")], token).into_response(),
            Self::Redirect(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
            Self::Zeros(size) => Body::from(vec![b'0'; size]).into_response(),
            Self::Status(status) => status.into_response(),
            Self::Refused(value) => (StatusCode::BAD_REQUEST, axum::Json(value)).into_response(),
            Self::With(status, value) => (status, axum::Json(value)).into_response(),
            Self::Never => std::future::pending().await,
        }
    }
}

/// What the provider answers now, and what it has been asked.
pub(crate) struct Script {
    pub(crate) discovery: Doc,
    pub(crate) keys: Doc,
    pub(crate) token: Doc,
    pub(crate) userinfo: Doc,
    pub(crate) key_requests: usize,
    pub(crate) discovery_requests: usize,
    pub(crate) token_requests: Vec<String>,
    pub(crate) authorization: Option<String>,
    pub(crate) pushed: Vec<String>,
    pub(crate) push_answer: Doc,
}

pub(crate) type Shared = Arc<Mutex<Script>>;

pub(crate) fn discovery() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://op.example/authorize",
        "token_endpoint": "https://op.example/token",
        "userinfo_endpoint": "https://op.example/userinfo",
        "end_session_endpoint": "https://op.example/logout",
        "jwks_uri": "https://op.example/jwks",
        "id_token_signing_alg_values_supported": ["none", "HS256", "RS256"],
    })
}

/// The keys of the file with these ids.
pub(crate) fn keys(ids: &[&str]) -> Value {
    let all: Value = serde_json::from_str(JWKS).unwrap();
    let chosen: Vec<&Value> = all["keys"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|key| ids.contains(&key["kid"].as_str().unwrap()))
        .collect();
    json!({ "keys": chosen })
}

pub(crate) fn sign(header: &Value, claims: &Value, key: &str) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let (key, algorithm) = match key {
        "rsa-1" => (EncodingKey::from_rsa_pem(include_bytes!("keys/rsa-1.pem")).unwrap(), Algorithm::RS256),
        "rsa-2" => (EncodingKey::from_rsa_pem(include_bytes!("keys/rsa-2.pem")).unwrap(), Algorithm::RS256),
        "ec" => (EncodingKey::from_ec_pem(include_bytes!("keys/ec.pem")).unwrap(), Algorithm::ES256),
        "ed" => (EncodingKey::from_ed_pem(include_bytes!("keys/ed.pem")).unwrap(), Algorithm::EdDSA),
        "client secret" => (EncodingKey::from_secret(b"secret"), Algorithm::HS256),
        "public key" => (EncodingKey::from_secret(include_bytes!("keys/rsa-1.pub.pem")), Algorithm::HS256),
        "nothing" => return format!("{message}."),
        other => panic!("no key {other}"),
    };
    format!("{message}.{}", jsonwebtoken::crypto::sign(message.as_bytes(), &key, algorithm).unwrap())
}

/// An ID token before it is signed.
pub(crate) struct Token {
    pub(crate) header: Value,
    pub(crate) claims: Value,
    pub(crate) key: &'static str,
}

/// A provider under a test's hand and our client of it.
pub(crate) struct Rig {
    pub(crate) op: Shared,
    pub(crate) client: OidcProvider,
    pub(crate) clock: Arc<TestClock>,
}

/// A browser that has been sent to the provider.
pub(crate) struct Departure {
    pub(crate) url: Url,
    pub(crate) attempt: SecretString,
    pub(crate) state: String,
    pub(crate) nonce: String,
}

impl Departure {
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

impl Rig {
    pub(crate) fn new(change: impl FnOnce(&mut OidcConfig)) -> Self {
        Self::build(change).unwrap()
    }

    pub(crate) fn build(change: impl FnOnce(&mut OidcConfig)) -> Result<Self, SignInError> {
        let op = Arc::new(Mutex::new(Script {
            discovery: Doc::Json(discovery()),
            keys: Doc::Json(keys(&["rsa-1"])),
            token: Doc::Status(StatusCode::INTERNAL_SERVER_ERROR),
            userinfo: Doc::Json(json!({"sub": "248289", "email": "jeanne@ville.example"})),
            key_requests: 0,
            discovery_requests: 0,
            token_requests: Vec::new(),
            authorization: None,
            pushed: Vec::new(),
            push_answer: Doc::Json(
                json!({"request_uri": "urn:ietf:params:oauth:request_uri:x1", "expires_in": 60}),
            ),
        }));
        let clock = Arc::new(TestClock::default());
        let mut config =
            OidcConfig::new(ISSUER, CLIENT, "secret".to_owned().into(), CALLBACK.parse().unwrap());
        change(&mut config);
        let transport = Arc::new(RouterTransport::new(router(Arc::clone(&op))));
        let client = OidcProvider::new(source(), config, transport, clock.clone())?;
        Ok(Self { op, client, clock })
    }

    pub(crate) fn script(&self) -> std::sync::MutexGuard<'_, Script> {
        self.op.lock().unwrap()
    }

    pub(crate) fn now(&self) -> i64 {
        use pleiade_core::Clock as _;
        self.clock.now().timestamp()
    }

    pub(crate) async fn depart(&self) -> Departure {
        self.depart_with(&Hints::none()).await
    }

    pub(crate) async fn depart_with(&self, hints: &Hints) -> Departure {
        let SignInStep::Redirect { url, attempt, key } = self.client.begin(hints).await.unwrap() else {
            panic!("a redirect")
        };
        let mut departure = Departure { url, attempt, state: key, nonce: String::new() };
        departure.nonce = departure.parameter("nonce").unwrap_or_default();
        departure
    }

    /// An ID token as it should be.
    pub(crate) fn token(&self, nonce: &str) -> Token {
        let now = self.now();
        Token {
            header: json!({"alg": "RS256", "typ": "JWT", "kid": "rsa-1"}),
            claims: json!({
                "iss": ISSUER, "aud": CLIENT, "azp": CLIENT, "sub": "248289", "sid": "s-1", "nonce": nonce,
                "iat": now, "exp": now + 300, "name": "Jeanne Dupont",
            }),
            key: "rsa-1",
        }
    }

    pub(crate) fn serve(&self, token: &Token) {
        let id_token = sign(&token.header, &token.claims, token.key);
        self.script().token = Doc::Json(json!({
            "access_token": "access-1", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "refresh-1",
            "id_token": id_token,
        }));
    }

    pub(crate) async fn arrive(
        &self,
        query: &[(&str, &str)],
        attempt: &SecretString,
    ) -> Result<Claims, SignInError> {
        let query = query.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        self.client.finish(SignInAnswer::Callback { query, attempt: attempt.clone() }).await
    }

    /// A whole sign-in with a token that the test changes.
    pub(crate) async fn sign_in(&self, change: impl FnOnce(&mut Token)) -> Result<Claims, SignInError> {
        let departure = self.depart().await;
        let mut token = self.token(&departure.nonce);
        change(&mut token);
        self.serve(&token);
        self.arrive(&[("code", "c-1"), ("state", &departure.state)], &departure.attempt).await
    }
}

pub(crate) fn source() -> SourceId {
    SourceId::new("op").unwrap()
}

fn router(op: Shared) -> Router {
    async fn document(State(op): State<Shared>) -> Response {
        let doc = {
            let mut script = op.lock().unwrap();
            script.discovery_requests += 1;
            script.discovery.clone()
        };
        doc.answer().await
    }
    async fn jwks(State(op): State<Shared>) -> Response {
        let doc = {
            let mut script = op.lock().unwrap();
            script.key_requests += 1;
            script.keys.clone()
        };
        doc.answer().await
    }
    async fn token(State(op): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
        let doc = {
            let mut script = op.lock().unwrap();
            script.token_requests.push(String::from_utf8(body.to_vec()).unwrap());
            script.authorization =
                headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned());
            assert!(!headers.contains_key(header::COOKIE));
            script.token.clone()
        };
        doc.answer().await
    }
    async fn push(State(op): State<Shared>, body: Bytes) -> Response {
        let doc = {
            let mut script = op.lock().unwrap();
            script.pushed.push(String::from_utf8(body.to_vec()).unwrap());
            script.push_answer.clone()
        };
        doc.answer().await
    }
    async fn userinfo(State(op): State<Shared>, headers: HeaderMap) -> Response {
        assert_eq!(headers[header::AUTHORIZATION], "Bearer access-1");
        let doc = op.lock().unwrap().userinfo.clone();
        doc.answer().await
    }
    Router::new()
        .route("/.well-known/openid-configuration", get(document))
        .route("/jwks", get(jwks))
        .route("/token", post(token))
        .route("/par", post(push))
        .route("/userinfo", get(userinfo))
        .with_state(op)
}
