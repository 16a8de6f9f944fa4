//! CAS 2 and 3: sign-in, single logout, and proxy tickets for the applications that take nothing else.
//!
//! Threats: a sign-in begun by somebody else (the service address holds a one-time state that the caller binds to the browser), an answer
//! from elsewhere (a ticket is validated at the configured server only, over a connection of our own), a forged answer (`answer`: one
//! strict shape, and only the user name counts), a ticket bought for an address that somebody else chose (targets come from the
//! configuration).
//!
//! The claims hold the user name and nothing else: what a person may do is read from a directory or decided by the operator, never from
//! attributes of a CAS answer.
//!
//! ```
//! use pleiade_core::{Clock, Hints, IdentityProvider, SignInError, SignInStep, SourceId, Transport};
//! use pleiade_federation::cas::{CasConfig, CasProvider, MemoryPgtStore};
//! use std::sync::Arc;
//! use url::Url;
//!
//! async fn leave(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Result<SignInStep, SignInError> {
//!     let address = |text: &str| Url::parse(text).map_err(|_| SignInError::Misconfigured("not an address"));
//!     let config = CasConfig::new(
//!         address("https://auth.opsn.example/cas")?,
//!         address("https://bureau.opsn.example/sign-in/cas/callback")?,
//!     );
//!     let id = SourceId::new("cas").map_err(|_| SignInError::Misconfigured("not a short name"))?;
//!     let tickets = Arc::new(MemoryPgtStore::new(clock));
//!     CasProvider::new(id, config, transport, tickets)?.begin(&Hints::none()).await
//! }
//! ```

mod answer;
mod config;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod proxy;

pub use config::{CasConfig, ProxyConfig, SignOut, Version};
pub use proxy::{
    EXPECTATION_TIME, MAX_WAITING_TICKETS, MemoryPgtStore, PgtStore, ProxyGrantingTicket, TICKET_TTL,
};

use async_trait::async_trait;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use pleiade_core::{
    Claims, ExposeSecret, FreshProof, Hints, IdentityProvider, Limits, PersonTokens, ProviderKind,
    ProviderLogout, SecretString, SignInAnswer, SignInError, SignInStep, SourceId, Subject, Transport,
    TransportError,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::{sync::Arc, time::Duration};
use subtle::ConstantTimeEq;
use url::Url;

/// The deadline of a validation.
const VALIDATION_TIMEOUT: Duration = Duration::from_secs(8);
const LIMITS: Limits =
    Limits::DEFAULT.with_deadline(VALIDATION_TIMEOUT).with_max_body_bytes(answer::MAX_ANSWER_BYTES);

/// A CAS server as a source of sign-in.
#[derive(Debug)]
pub struct CasProvider {
    id: SourceId,
    config: CasConfig,
    issuer: String,
    transport: Arc<dyn Transport>,
    tickets: Arc<dyn PgtStore>,
}

/// The state of a sign-in under way.
#[derive(Serialize, Deserialize)]
struct Attempt {
    source: SourceId,
    server: Url,
    state: String,
    /// The exact service address that the server was given.
    service: Url,
    /// True if the person must authenticate again. The browser could take `renew` away on its way to the server.
    #[serde(default)]
    fresh: bool,
}

impl CasProvider {
    /// A client of one CAS server. `tickets` is where the server's calls to the proxy callback are kept.
    ///
    /// # Errors
    /// [`SignInError::Misconfigured`] when the settings cannot be used.
    pub fn new(
        id: SourceId,
        config: CasConfig,
        transport: Arc<dyn Transport>,
        tickets: Arc<dyn PgtStore>,
    ) -> Result<Self, SignInError> {
        config.check()?;
        let issuer = config.issuer();
        Subject::new(&issuer, "somebody")
            .map_err(|_| SignInError::Misconfigured("the CAS server's address is too long"))?;
        Ok(Self { id, config, issuer, transport, tickets })
    }

    async fn get(&self, url: &Url) -> Result<Response<Bytes>, SignInError> {
        let request = Request::get(url.as_str())
            .header(header::ACCEPT, "application/xml, text/xml")
            .body(Bytes::new())
            .map_err(|_| SignInError::Misconfigured("the CAS server cannot be called"))?;
        self.transport.send(request, LIMITS).await.map_err(|error| match error {
            TransportError::Forbidden => {
                SignInError::Misconfigured("calls to the CAS server are not allowed: declare its host")
            }
            TransportError::TooLarge => {
                SignInError::Untrusted("the CAS answer is too large: export no attribute to this service")
            }
            TransportError::Certificate(fault) => SignInError::Unreachable(fault.sentence()),
            TransportError::Tls => SignInError::Unreachable("TLS with the CAS server failed"),
            _ => SignInError::Unreachable("the CAS server does not answer"),
        })
    }

    async fn finish_callback(
        &self,
        query: &[(String, String)],
        attempt: &SecretString,
    ) -> Result<Claims, SignInError> {
        let attempt: Attempt = serde_json::from_str(attempt.expose_secret())
            .map_err(|_| SignInError::Untrusted("the attempt cannot be read"))?;
        if attempt.source != self.id || attempt.server != self.config.server {
            return Err(SignInError::Untrusted("the attempt was begun with another server"));
        }
        let state = single(query, "state")?.unwrap_or_default();
        if !bool::from(state.as_bytes().ct_eq(attempt.state.as_bytes())) {
            return Err(SignInError::Untrusted("the state is not the one sent"));
        }
        let Some(ticket) = single(query, "ticket")? else {
            return Err(SignInError::Refused("the CAS server gave no ticket"));
        };
        if !answer::is_ticket(ticket, "ST-") {
            return Err(SignInError::Untrusted("the ticket has a strange form"));
        }
        if self.config.proxy.is_some() {
            self.tickets.expect(&self.id).await?;
        }
        let valid = self.validate(ticket, &attempt.service, attempt.fresh).await?;
        let subject = Subject::new(&self.issuer, &valid.user)
            .map_err(|_| SignInError::Untrusted("the CAS server sent no usable user name"))?;
        let mut claims = Claims::new(subject);
        claims.login = Some(valid.user);
        claims.provider_session = Some(hash(ticket));
        // The server validates no other ticket when it is asked so.
        claims.fresh = self.config.renew || attempt.fresh;
        if let Some(iou) = valid.iou
            && let Some(ticket) = self.tickets.take(&self.id, &iou).await?
        {
            let mut tokens = PersonTokens::none();
            tokens.proxy_granting = Some(ticket);
            claims.tokens = Some(tokens);
        }
        Ok(claims)
    }

    /// Asks the server whose ticket it is. With `fresh`, a ticket is good only if the password was asked for it.
    async fn validate(
        &self,
        ticket: &str,
        service: &Url,
        fresh: bool,
    ) -> Result<answer::Validation, SignInError> {
        let mut url = self.config.endpoint(match self.config.version {
            Version::Two => "serviceValidate",
            Version::Three => "p3/serviceValidate",
        });
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("service", service.as_str()).append_pair("ticket", ticket);
            if self.config.renew || fresh {
                query.append_pair("renew", "true");
            }
            if let Some(proxy) = &self.config.proxy {
                query.append_pair("pgtUrl", proxy.callback.as_str());
            }
        }
        let received = self.get(&url).await?;
        match received.status() {
            StatusCode::OK => answer::validation(received.body(), self.config.proxy.is_some(), fresh),
            status if status.is_server_error() => Err(SignInError::Unreachable("the CAS server failed")),
            StatusCode::NOT_FOUND => {
                Err(SignInError::Misconfigured("there is no CAS server of this version at its address"))
            }
            _ => {
                Err(SignInError::Misconfigured("the CAS server answers with something else than a decision"))
            }
        }
    }

    /// True if tickets may be bought for an address: below a declared target, and written in the one way that leaves no doubt where it
    /// leads.
    fn is_target(&self, service: &str) -> bool {
        let Some(proxy) = &self.config.proxy else { return false };
        let Ok(url) = Url::parse(service) else { return false };
        let plain = url.as_str() == service && url.fragment().is_none();
        let path = url.path().to_ascii_lowercase();
        let doubtful = ["//", "%2e", "%2f", "%5c"].iter().any(|part| path.contains(part));
        plain
            && !doubtful
            && url.username().is_empty()
            && url.password().is_none()
            && proxy
                .targets
                .iter()
                .any(|base| base.origin() == url.origin() && url.path().starts_with(base.path()))
    }
}

/// The only value of a parameter: one that comes twice could be read differently by two parties.
fn single<'a>(query: &'a [(String, String)], name: &str) -> Result<Option<&'a str>, SignInError> {
    let mut found = query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
    match (found.next(), found.next()) {
        (value, None) => Ok(value),
        _ => Err(SignInError::Untrusted("a parameter of the answer comes twice")),
    }
}

/// The hash of a service ticket: enough to recognise it when the server ends its session.
fn hash(ticket: &str) -> String {
    Sha256::digest(ticket.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[async_trait]
impl IdentityProvider for CasProvider {
    fn id(&self) -> &SourceId {
        &self.id
    }

    fn kind(&self) -> ProviderKind {
        ProviderKind::Cas
    }

    fn fresh_proof(&self) -> FreshProof {
        FreshProof::Redirect
    }

    async fn begin(&self, hints: &Hints) -> Result<SignInStep, SignInError> {
        let mut random = [0_u8; 32];
        getrandom::fill(&mut random)
            .map_err(|_| SignInError::Unreachable("the machine gives no randomness"))?;
        let state = BASE64_URL_SAFE_NO_PAD.encode(random);
        let mut service = self.config.service.clone();
        service.query_pairs_mut().append_pair("state", &state);
        let mut url = self.config.endpoint("login");
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("service", service.as_str());
            if self.config.renew || hints.fresh {
                query.append_pair("renew", "true");
            }
            if (self.config.gateway || hints.silent) && !self.config.renew && !hints.fresh {
                query.append_pair("gateway", "true");
            }
        }
        let attempt = Attempt {
            source: self.id.clone(),
            server: self.config.server.clone(),
            state: state.clone(),
            service,
            fresh: hints.fresh,
        };
        let attempt = serde_json::to_string(&attempt)
            .map_err(|_| SignInError::Misconfigured("the attempt cannot be written"))?;
        Ok(SignInStep::Redirect { url, attempt: attempt.into(), key: state })
    }

    async fn finish(&self, answer: SignInAnswer) -> Result<Claims, SignInError> {
        match answer {
            SignInAnswer::Callback { query, attempt } => self.finish_callback(&query, &attempt).await,
            _ => Err(SignInError::Untrusted("this source takes tickets only")),
        }
    }

    /// Asks for the validation of a ticket that cannot exist: a server that refuses it in the right form is a CAS server.
    async fn probe(&self) -> Result<(), SignInError> {
        match self.validate("ST-probe", &self.config.service, false).await {
            Err(SignInError::Refused(_)) => Ok(()),
            Ok(_) => Err(SignInError::Untrusted("the CAS server accepts a ticket that it never gave")),
            Err(other) => Err(other),
        }
    }

    fn sign_out_url(&self, _: Option<&PersonTokens>, back_to: &Url) -> Option<Url> {
        if self.config.sign_out == SignOut::LocalOnly {
            return None;
        }
        let mut url = self.config.endpoint("logout");
        url.query_pairs_mut().append_pair("service", back_to.as_str());
        Some(url)
    }

    async fn proxy_ticket(&self, tokens: &PersonTokens, service: &str) -> Result<SecretString, SignInError> {
        if !self.is_target(service) {
            return Err(SignInError::Misconfigured(
                "no proxy target of this source covers the application's address",
            ));
        }
        let granting = tokens
            .proxy_granting
            .as_ref()
            .ok_or(SignInError::Refused("the CAS server gave no proxy-granting ticket at sign-in"))?;
        let mut url = self.config.endpoint("proxy");
        url.query_pairs_mut()
            .append_pair("targetService", service)
            .append_pair("pgt", granting.expose_secret());
        let received = self.get(&url).await?;
        // LemonLDAP::NG answers 500 to a ticket that it has forgotten.
        if received.status() != StatusCode::OK {
            return Err(SignInError::Refused("the CAS server has forgotten the session: sign in again"));
        }
        answer::proxy_ticket(received.body()).map(SecretString::from)
    }

    async fn read_logout(&self, token: &str) -> Result<ProviderLogout, SignInError> {
        let ticket = answer::logout(token)?;
        Ok(ProviderLogout::new(Some(hash(&ticket)), None))
    }
}
