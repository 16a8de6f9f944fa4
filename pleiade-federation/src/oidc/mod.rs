//! OpenID Connect relying party: authorization code with PKCE, on an injected transport and clock.
//!
//! `openidconnect` builds the requests and checks what it checks; this module adds what it leaves to its user (measured in its
//! version 4.1): a pinned algorithm, `azp`, an `iat` in the future, `nbf`, a leeway on `exp`, the `iss` parameter of RFC 9207, key
//! rotation, back-channel logout.
//!
//! The caller keeps the attempt that [`OidcProvider::begin`](pleiade_core::IdentityProvider::begin) gives, on the server, bound to
//! the browser, for ten minutes at most, and gives it back once.

mod claims;
mod config;
mod discovery;
mod logout;
mod token;

pub use config::{ClaimNames, ClientAuthentication, OidcConfig, Quirks, SignOut, SigningAlgorithm};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::TimeDelta;
use discovery::{Discovery, Metadata, SMALL, unreachable};
use http::{Request, StatusCode, header};
use openidconnect::{
    AuthType, AuthUrl, AuthenticationContextClass, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, JsonWebKeySet, LoginHint, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken,
    RequestTokenError, Scope, TokenResponse as _, TokenUrl,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreErrorResponseType, CoreIdToken, CoreIdTokenVerifier,
        CoreJsonWebKey, CoreTokenResponse,
    },
};
use pleiade_core::{
    Claims, Clock, ExposeSecret, Hints, IdentityProvider, PersonTokens, ProviderKind, ProviderLogout,
    SecretString, SignInAnswer, SignInError, SignInStep, SourceId, Subject, Transport, TransportError,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{future::Future, pin::Pin, sync::Arc};
use subtle::ConstantTimeEq as _;
use token::{Payload, Unverified};
use tokio::sync::Mutex;
use url::Url;

/// How old a fresh ID token may be.
const ID_TOKEN_AGE: TimeDelta = TimeDelta::minutes(10);

type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;
type Sending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
type Http = Box<dyn Fn(HttpRequest) -> Sending<'static, Result<HttpResponse, TransportError>> + Send + Sync>;
type Answer<'a> = Sending<'a, Result<CoreTokenResponse, TokenError>>;
type TokenError =
    RequestTokenError<TransportError, openidconnect::StandardErrorResponse<CoreErrorResponseType>>;

/// One configured OpenID provider.
#[derive(Debug)]
pub struct OidcProvider {
    id: SourceId,
    config: OidcConfig,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    discovery: Discovery,
    seen: Mutex<logout::Seen>,
}

/// What is remembered between the departure of the browser and its return.
#[derive(Serialize, Deserialize)]
struct Attempt {
    source: SourceId,
    issuer: String,
    redirect_uri: Url,
    state: String,
    nonce: String,
    verifier: String,
}

impl OidcProvider {
    /// A provider. Nothing is called yet.
    ///
    /// # Errors
    /// [`SignInError::Misconfigured`] when the configuration cannot work.
    pub fn new(
        id: SourceId,
        config: OidcConfig,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SignInError> {
        discovery::check_issuer(&config)?;
        if config.client_id.is_empty() || config.client_secret.expose_secret().is_empty() {
            return Err(SignInError::Misconfigured("client_id and client_secret must not be empty"));
        }
        if config.scopes.iter().any(|scope| scope == "offline_access") {
            return Err(SignInError::Misconfigured(
                "offline_access is not asked for: its tokens outlive a sign-out at the provider",
            ));
        }
        let discovery = Discovery::new(Arc::clone(&transport), Arc::clone(&clock));
        Ok(Self { id, config, transport, clock, discovery, seen: Mutex::default() })
    }

    /// The issuer, as configured.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.config.issuer
    }

    fn client(&self, metadata: &Metadata) -> Result<Client, SignInError> {
        let bad = |_| SignInError::Misconfigured("the provider's addresses cannot be used");
        let client = CoreClient::new(
            ClientId::new(self.config.client_id.clone()),
            IssuerUrl::new(self.config.issuer.clone()).map_err(bad)?,
            JsonWebKeySet::new(Vec::new()),
        )
        .set_client_secret(ClientSecret::new(self.config.client_secret.expose_secret().to_owned()))
        .set_auth_uri(AuthUrl::from_url(metadata.authorization_endpoint.clone()))
        .set_token_uri(TokenUrl::from_url(metadata.token_endpoint.clone()))
        .set_redirect_uri(RedirectUrl::from_url(self.config.redirect_uri.clone()))
        .set_auth_type(match self.config.client_authentication {
            ClientAuthentication::Basic => AuthType::BasicAuth,
            ClientAuthentication::Post => AuthType::RequestBody,
        });
        Ok(client)
    }

    /// The way of `openidconnect` to the network.
    fn http(&self) -> Http {
        let transport = Arc::clone(&self.transport);
        Box::new(move |request: HttpRequest| {
            let transport = Arc::clone(&transport);
            Box::pin(async move {
                let (parts, body) = request.into_parts();
                let request = Request::from_parts(parts, Bytes::from(body));
                Ok(transport.send(request, SMALL).await?.map(|body| body.to_vec()))
            })
        })
    }

    /// Checks everything about an ID token but whom it is about. `nonce` is compared when given.
    async fn verified_id_token(&self, id_token: &str, nonce: Option<&str>) -> Result<Payload, SignInError> {
        let algorithm = self.config.algorithm;
        let unverified = Unverified::read(id_token, algorithm, &["jwt", "application/jwt"])?;
        let keys = self.discovery.keys(&self.config, unverified.kid.as_deref()).await?;
        let parsed: CoreIdToken =
            id_token.parse().map_err(|_| SignInError::Untrusted("the ID token is malformed"))?;
        let now = self.clock.now();
        let verifier = self
            .verifier(keys.to_vec())?
            .set_time_fn(move || now - token::LEEWAY)
            .set_issue_time_verifier_fn(move |issued| {
                token::check_issued(issued, now, ID_TOKEN_AGE).map_err(|error| error.to_string())
            });
        let same_nonce = |received: Option<&Nonce>| match (nonce, received) {
            (None, _) => Ok(()),
            (Some(sent), Some(received))
                if bool::from(sent.as_bytes().ct_eq(received.secret().as_bytes())) =>
            {
                Ok(())
            }
            _ => Err("the nonce differs".to_owned()),
        };
        parsed.claims(&verifier, same_nonce).map_err(|error| id_token_error(&error))?;
        let payload = unverified.payload()?;
        token::check_party_and_start(&payload, &self.config.client_id, now)?;
        if !self.config.acr_values.is_empty() {
            let level = payload.get("acr").and_then(Value::as_str);
            if !level.is_some_and(|level| self.config.acr_values.iter().any(|asked| asked == level)) {
                return Err(SignInError::Untrusted("the authentication level is not the one asked for"));
            }
        }
        Ok(payload)
    }

    fn verifier<'a>(&self, keys: Vec<CoreJsonWebKey>) -> Result<CoreIdTokenVerifier<'a>, SignInError> {
        let issuer = IssuerUrl::new(self.config.issuer.clone())
            .map_err(|_| SignInError::Misconfigured("the issuer is not an address"))?;
        // A client with a secret would also check tokens signed with it; the pinned algorithm never is one of those.
        let client_id = ClientId::new(self.config.client_id.clone());
        Ok(CoreIdTokenVerifier::new_public_client(client_id, issuer, JsonWebKeySet::new(keys))
            .set_allowed_algs([self.config.algorithm.core()]))
    }

    fn subject(&self, payload: &Payload) -> Result<Subject, SignInError> {
        payload
            .get("sub")
            .and_then(Value::as_str)
            .and_then(|id| Subject::new(&self.config.issuer, id).ok())
            .ok_or(SignInError::Untrusted("the provider sent no usable subject: check its subject attribute"))
    }

    /// The user information, signed or not, about the same person as the ID token.
    async fn userinfo(&self, url: Url, access: SecretString, sub: &Subject) -> Result<Payload, SignInError> {
        let request = Request::get(url.as_str())
            .header(header::ACCEPT, "application/json, application/jwt")
            .header(header::AUTHORIZATION, format!("Bearer {}", access.expose_secret()))
            .body(Bytes::new())
            .map_err(|_| SignInError::Misconfigured("the user information cannot be called"))?;
        let answer = self.transport.send(request, SMALL).await.map_err(unreachable)?;
        if answer.status() != StatusCode::OK {
            return Err(SignInError::Untrusted("the provider refuses its user information"));
        }
        let kind =
            answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        let payload = if kind.to_ascii_lowercase().starts_with("application/jwt") {
            let body = std::str::from_utf8(answer.body())
                .map_err(|_| SignInError::Untrusted("the user information cannot be read"))?;
            self.signed_userinfo(body.trim()).await?
        } else {
            serde_json::from_slice(answer.body())
                .map_err(|_| SignInError::Untrusted("the user information cannot be read"))?
        };
        if self.subject(&payload)? != *sub {
            return Err(SignInError::Untrusted("the user information is about somebody else"));
        }
        Ok(payload)
    }

    async fn signed_userinfo(&self, token: &str) -> Result<Payload, SignInError> {
        let algorithm = self.config.algorithm;
        let unverified = Unverified::read(token, algorithm, &["jwt", "application/jwt"])?;
        let keys = self.discovery.keys(&self.config, unverified.kid.as_deref()).await?;
        let payload = unverified.verify(algorithm, &keys)?;
        let anonymous = !payload.contains_key("iss") && !payload.contains_key("aud");
        if anonymous && self.config.quirks.userinfo_without_issuer {
            return Ok(payload);
        }
        let ours = payload.get("iss").and_then(Value::as_str) == Some(self.config.issuer.as_str())
            && token::is_only_audience(&payload, &self.config.client_id);
        if ours {
            Ok(payload)
        } else {
            Err(SignInError::Untrusted(
                "the signed user information is not from this issuer for this client: LemonLDAP::NG needs quirks.userinfo_without_issuer",
            ))
        }
    }

    async fn finish_callback(
        &self,
        query: &[(String, String)],
        attempt: &SecretString,
    ) -> Result<Claims, SignInError> {
        let attempt: Attempt = serde_json::from_str(attempt.expose_secret())
            .map_err(|_| SignInError::Untrusted("the attempt cannot be read"))?;
        if attempt.source != self.id
            || attempt.issuer != self.config.issuer
            || attempt.redirect_uri != self.config.redirect_uri
        {
            return Err(SignInError::Untrusted("the attempt was begun with another provider"));
        }
        let state = single(query, "state")?.unwrap_or("");
        if !bool::from(state.as_bytes().ct_eq(attempt.state.as_bytes())) {
            return Err(SignInError::Untrusted("the state is not the one sent"));
        }
        let metadata = self.discovery.metadata(&self.config).await?;
        match single(query, "iss")? {
            Some(issuer) if issuer == self.config.issuer => {}
            None if !metadata.authorization_response_iss_parameter_supported => {}
            _ => return Err(SignInError::Untrusted("the answer comes from another issuer")),
        }
        if let Some(error) = single(query, "error")? {
            return Err(SignInError::Refused(match error {
                "access_denied" => "access denied",
                "login_required" | "interaction_required" | "consent_required" => {
                    "an action of the person is needed"
                }
                "temporarily_unavailable" | "server_error" => "the provider failed",
                _ => "another error",
            }));
        }
        let code = single(query, "code")?
            .filter(|code| !code.is_empty())
            .ok_or(SignInError::Untrusted("the answer has no code"))?;
        let (client, http) = (self.client(&metadata)?, self.http());
        let answer = ask_with_code(&client, code, attempt.verifier, &http)
            .await
            .map_err(|error| token_error(&error, "the code was refused"))?;
        let tokens = person_tokens(&answer);
        let id_token = tokens
            .id
            .as_ref()
            .ok_or(SignInError::Untrusted("the provider gave no ID token"))?
            .expose_secret();
        let payload = self.verified_id_token(id_token, Some(&attempt.nonce)).await?;
        let subject = self.subject(&payload)?;
        let userinfo = match metadata.userinfo_endpoint.clone() {
            Some(url) => self.userinfo(url, answer.access_token().secret().clone().into(), &subject).await?,
            None => Payload::new(),
        };
        let mut claims = claims::read(subject, &payload, &userinfo, &self.config.claims);
        claims.tokens = Some(tokens);
        Ok(claims)
    }
}

// Plain functions: inside an `async` block the compiler loses the lifetimes that prove these futures `Send`.
fn ask_with_code<'a>(client: &'a Client, code: &str, verifier: String, http: &'a Http) -> Answer<'a> {
    let code = AuthorizationCode::new(code.to_owned());
    let request = client.exchange_code(code).set_pkce_verifier(PkceCodeVerifier::new(verifier));
    Box::pin(request.request_async(http))
}

fn ask_with_refresh<'a>(client: &'a Client, refresh: &'a RefreshToken, http: &'a Http) -> Answer<'a> {
    Box::pin(client.exchange_refresh_token(refresh).request_async(http))
}

/// The only value of a parameter: one that comes twice could be read differently by two parties.
fn single<'a>(query: &'a [(String, String)], name: &str) -> Result<Option<&'a str>, SignInError> {
    let mut found = query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
    match (found.next(), found.next()) {
        (value, None) => Ok(value),
        _ => Err(SignInError::Untrusted("a parameter of the answer comes twice")),
    }
}

fn person_tokens(answer: &CoreTokenResponse) -> PersonTokens {
    let mut tokens = PersonTokens::new(answer.access_token().secret().clone().into());
    tokens.refresh = answer.refresh_token().map(|token| token.secret().clone().into());
    tokens.id = answer.id_token().map(|token| token.to_string().into());
    tokens.expires_in = answer.expires_in().map(|life| life.as_secs());
    tokens
}

/// Says which check failed, without the values compared.
fn id_token_error(error: &openidconnect::ClaimsVerificationError) -> SignInError {
    use openidconnect::ClaimsVerificationError as E;
    SignInError::Untrusted(match error {
        E::Expired(_) => "the ID token has expired, or was issued too early or too late: check both clocks",
        E::InvalidAudience(_) => "the ID token is meant for another client",
        E::InvalidIssuer(_) => "the ID token comes from another issuer",
        E::InvalidNonce(_) => "the ID token answers another attempt",
        E::SignatureVerification(_) => "the ID token's signature is wrong or its key unknown",
        _ => "the ID token fails a check",
    })
}

fn token_error(error: &TokenError, refused: &'static str) -> SignInError {
    match error {
        RequestTokenError::ServerResponse(answer) => match answer.error() {
            CoreErrorResponseType::InvalidGrant => SignInError::Refused(refused),
            CoreErrorResponseType::InvalidClient | CoreErrorResponseType::UnauthorizedClient => {
                SignInError::Misconfigured("the provider refuses our client_id or client_secret")
            }
            _ => SignInError::Misconfigured("the provider refuses the token request"),
        },
        RequestTokenError::Request(error) => unreachable(*error),
        _ => SignInError::Untrusted("the provider's token answer cannot be read"),
    }
}

#[async_trait]
impl IdentityProvider for OidcProvider {
    fn id(&self) -> &SourceId {
        &self.id
    }

    fn kind(&self) -> ProviderKind {
        ProviderKind::Oidc
    }

    async fn begin(&self, hints: &Hints) -> Result<SignInStep, SignInError> {
        let metadata = self.discovery.metadata(&self.config).await?;
        let client = self.client(&metadata)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new_random_len(32),
                || Nonce::new_random_len(32),
            )
            .add_scopes(self.config.scopes.iter().filter(|s| *s != "openid").cloned().map(Scope::new))
            .set_pkce_challenge(challenge);
        if let Some(hint) = hints.login.as_ref().filter(|hint| !hint.is_empty() && hint.len() <= 255) {
            request = request.set_login_hint(LoginHint::new(hint.clone()));
        }
        if let Some(hint) = hints.provider.as_ref().filter(|hint| !hint.is_empty() && hint.len() <= 255) {
            request = request.add_extra_param("idp_hint", hint.clone());
        }
        for level in &self.config.acr_values {
            request = request.add_auth_context_value(AuthenticationContextClass::new(level.clone()));
        }
        let (url, state, nonce) = request.url();
        let attempt = Attempt {
            source: self.id.clone(),
            issuer: self.config.issuer.clone(),
            redirect_uri: self.config.redirect_uri.clone(),
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
        };
        let attempt = serde_json::to_string(&attempt)
            .map_err(|_| SignInError::Misconfigured("the attempt cannot be written"))?;
        Ok(SignInStep::Redirect { url, attempt: attempt.into(), key: state.secret().clone() })
    }

    async fn finish(&self, answer: SignInAnswer) -> Result<Claims, SignInError> {
        match answer {
            SignInAnswer::Callback { query, attempt } => self.finish_callback(&query, &attempt).await,
            _ => Err(SignInError::Untrusted("this source takes no password")),
        }
    }

    async fn probe(&self) -> Result<(), SignInError> {
        let keys = self.discovery.keys(&self.config, None).await?;
        if keys.is_empty() {
            return Err(SignInError::Misconfigured("the provider has no key for the configured algorithm"));
        }
        Ok(())
    }

    async fn read_logout(&self, token: &str) -> Result<ProviderLogout, SignInError> {
        self.verified_logout(token).await
    }

    async fn refresh(&self, subject: &Subject, tokens: &PersonTokens) -> Result<PersonTokens, SignInError> {
        let refresh =
            tokens.refresh.as_ref().ok_or(SignInError::Refused("the provider gave no refresh token"))?;
        let client = self.client(&*self.discovery.metadata(&self.config).await?)?;
        let http = self.http();
        let refresh = RefreshToken::new(refresh.expose_secret().to_owned());
        let answer = ask_with_refresh(&client, &refresh, &http)
            .await
            .map_err(|error| token_error(&error, "the provider has ended the session"))?;
        let mut fresh = person_tokens(&answer);
        if let Some(id_token) = &fresh.id {
            // The nonce may be absent from a refreshed token; everything else must hold, and it must be the same person.
            let payload = self.verified_id_token(id_token.expose_secret(), None).await?;
            if self.subject(&payload)? != *subject {
                return Err(SignInError::Untrusted("a refreshed token is about somebody else"));
            }
        }
        fresh.refresh = fresh.refresh.or_else(|| tokens.refresh.clone());
        fresh.id = fresh.id.or_else(|| tokens.id.clone());
        Ok(fresh)
    }

    fn sign_out_url(&self, tokens: Option<&PersonTokens>, back_to: &Url) -> Option<Url> {
        if self.config.sign_out == SignOut::LocalOnly {
            return None;
        }
        let mut url = self.discovery.last()?.end_session_endpoint.clone()?;
        {
            let mut query = url.query_pairs_mut();
            if let Some(id_token) = tokens.and_then(|tokens| tokens.id.as_ref()) {
                query.append_pair("id_token_hint", id_token.expose_secret());
            }
            query.append_pair("client_id", &self.config.client_id);
            query.append_pair("post_logout_redirect_uri", back_to.as_str());
        }
        Some(url)
    }
}
