//! The provider's document and keys: fetched with caps, checked, remembered. An unknown key or a wrong signature asks for the keys again, as
//! often as a budget allows: one request a minute, of which three may be saved up for a provider that changes its key twice in a row. A
//! provider may change its key under the same key id, or name none.
//!
//! Threats: an issuer that speaks for another, endpoints elsewhere, a redirect to an inner address, thousands of keys, a token
//! with an invented key id or signature sent again and again.

use super::{
    config::OidcConfig,
    keys::{self, ProviderKey},
    refusal,
    token::Fault,
};
use bytes::Bytes;
use http::{Request, StatusCode, header};
use pleiade_core::{Clock, Limits, SignInError, Transport, TransportError};
use serde::Deserialize;
use serde_json::Value;
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tokio::sync::Mutex;
use url::{Host, Url};

/// Five seconds, 256 kB: what a discovery document or a key set may take.
const SMALL_LIMITS: Limits =
    Limits::DEFAULT.with_deadline(Duration::from_secs(5)).with_max_body_bytes(256 << 10);
/// Five seconds, 512 kB: what the tokens or the user information of a person with many groups may take. An access token often holds them
/// again.
pub(super) const TOLD_LIMITS: Limits =
    Limits::DEFAULT.with_deadline(Duration::from_secs(5)).with_max_body_bytes(512 << 10);
/// The time for which a document or a key set is used without asking again.
const CACHE_TTL: Duration = Duration::from_secs(3600);
/// The time without requests to the provider after a failed one.
const RETRY_PAUSE: Duration = Duration::from_secs(5);
/// The interval at which one more key request is allowed that a token causes whose signature cannot be checked or is wrong.
const SEARCH_INTERVAL: Duration = Duration::from_secs(60);
/// Such requests that are saved up at most.
const MAX_SEARCHES: u32 = 3;

/// The part of the discovery document that we use.
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) jwks_uri: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    pub(super) end_session_endpoint: Option<Url>,
    pub(super) pushed_authorization_request_endpoint: Option<Url>,
    #[serde(default)]
    pub(super) require_pushed_authorization_requests: bool,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
    #[serde(default)]
    token_endpoint_auth_signing_alg_values_supported: Value,
}

#[derive(Debug)]
struct CachedDocument<T> {
    value: Option<Arc<T>>,
    /// When `value` came.
    at: Duration,
    /// When the provider was last asked, and how that failed.
    failed: Option<(Duration, SignInError)>,
    budget: SearchBudget,
}

/// Where a token comes from, which says how much of the budget it may spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenOrigin {
    /// The provider's own endpoints.
    Provider,
    /// Whoever posts: invented tokens spend what would be lost anyway, and never what is saved up for the provider's own.
    Anybody,
}

/// Key requests that tokens may still cause.
#[derive(Debug)]
struct SearchBudget {
    left: u32,
    /// The time up to which requests were added.
    counted: Duration,
}

impl SearchBudget {
    /// True if a token may cause a request now, which it then has.
    fn spend(&mut self, origin: TokenOrigin, now: Duration) -> bool {
        let passed = now.saturating_sub(self.counted).as_secs() / SEARCH_INTERVAL.as_secs();
        let passed = u32::try_from(passed).unwrap_or(u32::MAX);
        self.counted += SEARCH_INTERVAL.saturating_mul(passed);
        self.left = self.left.saturating_add(passed).min(MAX_SEARCHES);
        let saved = match origin {
            TokenOrigin::Provider => 0,
            TokenOrigin::Anybody => MAX_SEARCHES - 1,
        };
        if self.left <= saved {
            return false;
        }
        if self.left == MAX_SEARCHES {
            self.counted = now;
        }
        self.left -= 1;
        true
    }
}

#[derive(Debug)]
pub(super) struct Discovery {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    document: Mutex<CachedDocument<Metadata>>,
    keys: Mutex<CachedDocument<Vec<ProviderKey>>>,
    /// A copy that can be read without waiting.
    last: RwLock<Option<Arc<Metadata>>>,
}

/// The sentence for a transport fault.
pub(super) fn unreachable(error: TransportError) -> SignInError {
    match error {
        TransportError::Forbidden => SignInError::Misconfigured(
            "the provider's host is not declared, or its address is private and not declared internal",
        ),
        TransportError::Name => SignInError::Unreachable("the provider's host name does not resolve"),
        TransportError::Certificate(fault) => SignInError::Unreachable(fault.sentence()),
        TransportError::Tls => SignInError::Unreachable(
            "TLS with the provider failed: it may not speak TLS on this port, or only old versions of it",
        ),
        TransportError::Deadline => SignInError::Unreachable("the provider did not answer in time"),
        TransportError::TooLarge => SignInError::Untrusted(
            "the provider's answer is larger than 256 kB, or 512 kB for tokens and user information: have it send this client fewer claims",
        ),
        _ => SignInError::Unreachable("the connection to the provider failed"),
    }
}

/// True if a host can only be this machine.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn is_allowed_scheme(url: &Url, config: &OidcConfig) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && (config.plain_http || is_loopback(url)))
}

/// Checks what does not need the network.
pub(super) fn check_issuer(config: &OidcConfig) -> Result<Url, SignInError> {
    let issuer = Url::parse(&config.issuer)
        .map_err(|_| SignInError::Misconfigured("the issuer is not an address: write https://host/"))?;
    if !is_allowed_scheme(&issuer, config) {
        return Err(SignInError::Misconfigured("the issuer must be https, or plain_http must be declared"));
    }
    if issuer.query().is_some() || issuer.fragment().is_some() || !issuer.username().is_empty() {
        return Err(SignInError::Misconfigured(
            "the issuer must be an address without user, query or fragment",
        ));
    }
    Ok(issuer)
}

impl Metadata {
    /// True if the provider says that a client's proof may be signed so.
    pub(super) fn takes_proofs_signed_with(&self, algorithm: &str) -> bool {
        let announced = self.token_endpoint_auth_signing_alg_values_supported.as_array();
        announced.is_some_and(|list| list.iter().any(|told| told.as_str() == Some(algorithm)))
    }

    fn check(&self, config: &OidcConfig, issuer: &Url) -> Result<(), SignInError> {
        if self.issuer != config.issuer {
            return Err(SignInError::Misconfigured(
                "the provider names another issuer than the configured one: compare them character by character, final / included",
            ));
        }
        let endpoints = [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri]
            .into_iter()
            .chain(&self.userinfo_endpoint)
            .chain(&self.end_session_endpoint)
            .chain(&self.pushed_authorization_request_endpoint);
        for endpoint in endpoints {
            let origin = endpoint.origin();
            let known = origin == issuer.origin()
                || config.endpoint_origins.iter().any(|listed| *listed == origin.ascii_serialization());
            if !known || !is_allowed_scheme(endpoint, config) {
                return Err(SignInError::Misconfigured(
                    "an endpoint of the provider stands elsewhere than its issuer: list its origin in endpoint_origins if that is right",
                ));
            }
        }
        Ok(())
    }
}

impl Discovery {
    pub(super) fn new(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        Self { transport, clock, document: Mutex::default(), keys: Mutex::default(), last: RwLock::default() }
    }

    /// The document as last read, without asking anybody.
    pub(super) fn last(&self) -> Option<Arc<Metadata>> {
        self.last.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn get(&self, url: &Url) -> Result<Bytes, SignInError> {
        let request = Request::get(url.as_str())
            .header(header::ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(|_| SignInError::Misconfigured("an address of the provider cannot be called"))?;
        let answer = self.transport.send(request, SMALL_LIMITS).await.map_err(unreachable)?;
        match answer.status() {
            StatusCode::OK => Ok(answer.into_body()),
            status if status.is_redirection() => Err(SignInError::Misconfigured(
                "the provider redirects its discovery document or its keys: write the final address",
            )),
            status => Err(refusal::of_status(
                status,
                SignInError::Unreachable("the provider does not serve its discovery document or its keys"),
            )),
        }
    }

    /// The checked document. A document read once outlives the provider's outages.
    pub(super) async fn metadata(&self, config: &OidcConfig) -> Result<Arc<Metadata>, SignInError> {
        let mut memory = self.document.lock().await;
        let now = self.clock.elapsed();
        if let Some(known) = memory.still_good(now, CACHE_TTL) {
            return Ok(known);
        }
        let fetched = async {
            let issuer = check_issuer(config)?;
            let address = format!("{}/.well-known/openid-configuration", config.issuer.trim_end_matches('/'));
            let address = Url::parse(&address)
                .map_err(|_| SignInError::Misconfigured("the issuer is not an address"))?;
            let body = self.get(&address).await?;
            let document: Metadata = serde_json::from_slice(&body).map_err(|_| {
                SignInError::Misconfigured(
                    "the issuer's discovery document cannot be read: is this an OpenID provider?",
                )
            })?;
            document.check(config, &issuer)?;
            Ok(document)
        };
        if let Some(failure) = memory.recent_failure(now) {
            return memory.value.clone().ok_or(failure);
        }
        let outcome = memory.settle(fetched.await, self.clock.elapsed());
        if let Ok(document) = &outcome {
            *self.last.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(document));
        }
        outcome
    }

    /// The keys, fetched again when they are old.
    pub(super) async fn keys(&self, config: &OidcConfig) -> Result<Arc<Vec<ProviderKey>>, SignInError> {
        let document = self.metadata(config).await?;
        let mut memory = self.keys.lock().await;
        let now = self.clock.elapsed();
        if let Some(known) = memory.still_good(now, CACHE_TTL) {
            return Ok(known);
        }
        if let Some(failure) = memory.recent_failure(now) {
            return memory.value.clone().ok_or(failure);
        }
        let fetched = self.get(&document.jwks_uri).await.and_then(|body| keys::parse(&body, config));
        memory.settle(fetched, self.clock.elapsed())
    }

    /// Checks a signed token with the keys, and once more with newer ones when none of them made its signature and the budget allows to ask
    /// for them.
    pub(super) async fn check_signed<T>(
        &self,
        config: &OidcConfig,
        origin: TokenOrigin,
        check: impl Fn(&[ProviderKey]) -> Result<T, Fault>,
    ) -> Result<T, SignInError> {
        let came = self.clock.elapsed();
        let keys = self.keys(config).await?;
        let refused = match check(&keys) {
            Err(Fault::Signature(error)) => error,
            settled => return settled.map_err(SignInError::from),
        };
        match self.newer_keys(config, origin, &keys, came).await {
            Some(newer) => check(&newer).map_err(SignInError::from),
            None => Err(refused),
        }
    }

    /// Keys that came after `known`; none when there are no newer ones, when `known` was fetched for this very token, or when the budget is
    /// spent.
    async fn newer_keys(
        &self,
        config: &OidcConfig,
        origin: TokenOrigin,
        known: &Arc<Vec<ProviderKey>>,
        came: Duration,
    ) -> Option<Arc<Vec<ProviderKey>>> {
        let document = self.metadata(config).await.ok()?;
        let mut memory = self.keys.lock().await;
        let is_newer = |keys: &Arc<Vec<ProviderKey>>| !Arc::ptr_eq(keys, known);
        // Somebody else's token may have brought them while this one waited.
        if let Some(newer) = memory.value.clone().filter(is_newer) {
            return Some(newer);
        }
        let now = self.clock.elapsed();
        if memory.at > came || memory.recent_failure(now).is_some() || !memory.budget.spend(origin, now) {
            return None;
        }
        let fetched = self.get(&document.jwks_uri).await.and_then(|body| keys::parse(&body, config));
        memory.settle(fetched, self.clock.elapsed()).ok().filter(is_newer)
    }
}

impl<T> Default for CachedDocument<T> {
    fn default() -> Self {
        let budget = SearchBudget { left: MAX_SEARCHES, counted: Duration::ZERO };
        Self { value: None, at: Duration::ZERO, failed: None, budget }
    }
}

impl<T> CachedDocument<T> {
    fn still_good(&self, now: Duration, life: Duration) -> Option<Arc<T>> {
        self.value.clone().filter(|_| now.saturating_sub(self.at) < life)
    }

    fn recent_failure(&self, now: Duration) -> Option<SignInError> {
        self.failed.clone().filter(|(at, _)| now.saturating_sub(*at) < RETRY_PAUSE).map(|(_, error)| error)
    }

    /// Keeps a success; on failure gives the last good value back if there is one.
    fn settle(&mut self, outcome: Result<T, SignInError>, now: Duration) -> Result<Arc<T>, SignInError> {
        match outcome {
            Ok(value) => {
                let value = Arc::new(value);
                (self.value, self.at, self.failed) = (Some(Arc::clone(&value)), now, None);
                Ok(value)
            }
            Err(error) => {
                self.failed = Some((now, error.clone()));
                self.value.clone().ok_or(error)
            }
        }
    }
}
