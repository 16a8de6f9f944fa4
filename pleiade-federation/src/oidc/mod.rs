//! OpenID Connect relying party: authorization code with PKCE, on an injected transport and clock.
//!
//! `openidconnect` checks signatures, with a pinned algorithm. What a signed token says is read here and not by it: its types refuse a
//! whole token for one claim of another type than the standard's (`updated_at` as text, measured in its version 4.1), though the claim
//! decides nothing. The other parts are the `iss` parameter of RFC 9207, key rotation, back-channel logout, `private_key_jwt`, pushed
//! requests (RFC 9126) and token exchange (RFC 8693).
//!
//! The caller keeps the attempt that [`OidcProvider::begin`](pleiade_core::IdentityProvider::begin) gives, on the server, bound to
//! the browser, for ten minutes at most, and gives it back once. It remembers each logout token that it has acted on.

mod claims;
mod config;
mod discovery;
mod endpoint;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod keys;
mod logout;
mod preset;
mod refusal;
mod request;
mod token;

pub use config::{ClaimNames, ClientAuthentication, OidcConfig, Preset, Quirks, SignOut, SigningAlgorithm};
pub use refusal::told_refusal;
pub use request::MAX_HINT_BYTES;

use crate::throttle::{Positions, Throttle};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use discovery::{Discovery, TOLD_LIMITS, TokenOrigin, unreachable};
use endpoint::ClientKey;
use http::{Request, StatusCode, header};
use keys::ProviderKey;
use openidconnect::{CsrfToken, Nonce, PkceCodeChallenge};
use pleiade_core::{
    Claims, Clock, ExposeSecret, FreshProof, Hints, IdentityProvider, PersonTokens, ProviderKind,
    ProviderLogout, SecretString, SignInAnswer, SignInError, SignInStep, SourceId, Subject, Transport,
};
use preset::Settings;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use subtle::ConstantTimeEq as _;
use token::{Payload, UnverifiedToken};
use url::Url;

/// The greatest age of a fresh ID token.
const MAX_ID_TOKEN_AGE: TimeDelta = TimeDelta::minutes(10);

/// Requests that are pushed to the provider at the same moment at most, and in a row, after which there is one in each interval: a thousand
/// people who arrive in the morning pass, and a flood from however many addresses is a trickle there.
const MAX_PUSHES_AT_ONCE: usize = 64;
const MAX_PUSHES_IN_A_ROW: u32 = 1000;
const PUSH_INTERVAL: Duration = Duration::from_millis(100);
/// The longest time for which nobody is sent there because of the others.
const MAX_PUSH_DELAY: Duration = Duration::from_secs(1);

/// The longest ID token that is sent as a hint at sign-out, in bytes.
const MAX_LOGOUT_HINT_BYTES: usize = 2 << 10;

/// One configured OpenID provider.
#[derive(Debug)]
pub struct OidcProvider {
    id: SourceId,
    config: OidcConfig,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    discovery: Discovery,
    settings: Settings,
    client_key: Option<ClientKey>,
    /// Requests that are being pushed.
    pushes: Positions,
    /// Those pushed of late.
    push_pace: Throttle,
}

/// The state kept between the departure of the browser and its return.
#[derive(Serialize, Deserialize)]
struct Attempt {
    source: SourceId,
    issuer: String,
    redirect_uri: Url,
    state: String,
    nonce: String,
    verifier: String,
    /// When it began; `auth_time` is compared with it.
    begun_at: DateTime<Utc>,
    /// True if the person must authenticate again. The browser could take every parameter away that asks for it.
    fresh: bool,
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
        let settings = Settings::new(&config)?;
        let client_key = match settings.authentication {
            ClientAuthentication::PrivateKeyJwt => Some(ClientKey::from_config(&config)?),
            ClientAuthentication::ClientSecretJwt => Some(ClientKey::from_secret(&config)?),
            _ if config.client_secret.expose_secret().is_empty() => {
                return Err(SignInError::Misconfigured("client_secret must not be empty"));
            }
            _ => None,
        };
        if config.client_id.is_empty() {
            return Err(SignInError::Misconfigured("client_id must not be empty"));
        }
        let discovery = Discovery::new(Arc::clone(&transport), Arc::clone(&clock));
        let pushes = Positions::new(MAX_PUSHES_AT_ONCE, MAX_PUSHES_AT_ONCE);
        let push_pace = Throttle::new(Arc::clone(&clock), MAX_PUSHES_IN_A_ROW)
            .with_decay(PUSH_INTERVAL)
            .with_max_delay(MAX_PUSH_DELAY);
        Ok(Self { id, config, transport, clock, discovery, settings, client_key, pushes, push_pace })
    }

    /// The issuer, as configured.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.config.issuer
    }

    /// Checks everything about an ID token but whom it is about. `nonce` is compared when given.
    async fn verified_id_token(&self, id_token: &str, nonce: Option<&str>) -> Result<Payload, SignInError> {
        let algorithm = self.config.algorithm;
        let unverified =
            UnverifiedToken::parse(id_token, token::MAX_TOLD_BYTES, algorithm, &["jwt", "application/jwt"])?;
        let verify = |keys: &[ProviderKey]| unverified.verify(algorithm, keys);
        let payload = self.discovery.check_signed(&self.config, TokenOrigin::Provider, verify).await?;
        let (issuer, client) = (self.config.issuer.as_str(), self.config.client_id.as_str());
        token::check_id_token(&payload, issuer, client, nonce, self.clock.now(), MAX_ID_TOKEN_AGE)?;
        Ok(payload)
    }

    /// Checks that the provider vouches for one of the levels asked for.
    fn check_level(&self, payload: &Payload) -> Result<(), SignInError> {
        let asked = &self.config.acr_values;
        match payload.get("acr") {
            _ if asked.is_empty() => Ok(()),
            Some(Value::String(level)) if asked.contains(level) => Ok(()),
            Some(Value::String(_)) | None => {
                Err(SignInError::Untrusted("the authentication level (acr) is not one of those asked for"))
            }
            Some(_) => Err(token::odd("acr")),
        }
    }

    /// Checks that the source is meant for this person.
    fn check_admitted(&self, claims: &Claims) -> Result<(), SignInError> {
        let admits = |claim: &String, wanted: &Vec<String>| {
            let told = claims.attributes.get(claim);
            told.is_some_and(|values| values.iter().any(|value| wanted.contains(value)))
        };
        match self.config.admit.iter().find(|(claim, wanted)| !admits(claim, wanted)) {
            None => Ok(()),
            Some((claim, _)) => Err(SignInError::NotAdmitted(match claim.as_str() {
                "idp_id" => "the claim idp_id has none of the values of admit",
                "siret" => "the claim siret has none of the values of admit",
                _ => "a claim has none of the values of admit",
            })),
        }
    }

    fn subject(&self, payload: &Payload) -> Result<Subject, SignInError> {
        payload
            .get("sub")
            .and_then(Value::as_str)
            .and_then(|id| Subject::new(&self.config.issuer, id).ok())
            .ok_or_else(|| token::odd("sub"))
    }

    /// The user information, signed or not, about the same person as the ID token.
    async fn userinfo(&self, url: Url, access: &SecretString, sub: &Subject) -> Result<Payload, SignInError> {
        let request = Request::get(url.as_str())
            .header(header::ACCEPT, "application/json, application/jwt")
            .header(header::AUTHORIZATION, format!("Bearer {}", access.expose_secret()))
            .body(Bytes::new())
            .map_err(|_| SignInError::Misconfigured("the user information cannot be called"))?;
        let answer = self.transport.send(request, TOLD_LIMITS).await.map_err(unreachable)?;
        if answer.status() != StatusCode::OK {
            let refused = SignInError::Untrusted("the provider refuses its user information");
            return Err(refusal::of_status(answer.status(), refused));
        }
        let kind =
            answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
        let payload = if kind.to_ascii_lowercase().starts_with("application/jwt") {
            let body = std::str::from_utf8(answer.body())
                .map_err(|_| SignInError::Untrusted("the user information cannot be read"))?;
            self.signed_userinfo(body.trim()).await?
        } else if self.config.signed_userinfo {
            return Err(SignInError::Untrusted("the user information is not signed"));
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
        let unverified =
            UnverifiedToken::parse(token, token::MAX_TOLD_BYTES, algorithm, &["jwt", "application/jwt"])?;
        let check = |keys: &[ProviderKey]| unverified.verify(algorithm, keys);
        let payload = self.discovery.check_signed(&self.config, TokenOrigin::Provider, check).await?;
        let anonymous = !payload.contains_key("iss") && !payload.contains_key("aud");
        if anonymous && self.settings.userinfo_without_issuer {
            return Ok(payload);
        }
        let ours = payload.get("iss").and_then(Value::as_str) == Some(self.config.issuer.as_str())
            && token::is_only_audience(&payload, &self.config.client_id);
        if ours {
            Ok(payload)
        } else {
            Err(SignInError::Untrusted(
                "the signed user information is not from this issuer for this client: write preset = \"lemonldap\" if it is LemonLDAP::NG's",
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
            return Err(refusal::of_authorization(error));
        }
        let code = single(query, "code")?
            .filter(|code| !code.is_empty())
            .ok_or(SignInError::Untrusted("the answer has no code"))?;
        let parameters = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", attempt.redirect_uri.as_str()),
            ("code_verifier", &attempt.verifier),
        ];
        let mut tokens = self.tokens(&metadata, &parameters, "invalid_grant: the code was refused").await?;
        let (Some(id_token), Some(access)) = (&tokens.id, &tokens.access) else {
            return Err(SignInError::Untrusted("the provider gave no ID token"));
        };
        let payload = self.verified_id_token(id_token.expose_secret(), Some(&attempt.nonce)).await?;
        token::check_access_token(&payload, access.expose_secret(), self.config.algorithm)?;
        self.check_level(&payload)?;
        // Whoever was not asked for a fresh proof may show one all the same; then no clock is excused, but for `auth_time` being whole
        // seconds.
        let begun_at = attempt.begun_at.trunc_subsecs(0);
        let since = if attempt.fresh { begun_at } else { begun_at + token::LEEWAY };
        let fresh = match token::check_fresh(&payload, since, self.clock.now()) {
            Err(error) if attempt.fresh => return Err(error),
            outcome => outcome.is_ok(),
        };
        let subject = self.subject(&payload)?;
        let userinfo = match metadata.userinfo_endpoint.clone() {
            Some(url) => self.userinfo(url, access, &subject).await?,
            None => Payload::new(),
        };
        // What is too long to be a hint at sign-out is not kept for it.
        tokens.id = tokens.id.filter(is_hint);
        let mut claims = claims::merge(subject, &payload, &userinfo, &self.settings.names);
        self.check_admitted(&claims)?;
        claims.fresh = fresh;
        claims.tokens = Some(tokens);
        Ok(claims)
    }
}

/// True if an ID token is short enough to go through a browser as `id_token_hint`. The whole address stands in one header of our answer,
/// for which a reverse proxy has 4 or 8 kB; beyond, `client_id` alone says who asks (OpenID Connect RP-Initiated Logout 1.0 §2), and the
/// provider may ask the person to confirm.
fn is_hint(id_token: &SecretString) -> bool {
    id_token.expose_secret().len() <= MAX_LOGOUT_HINT_BYTES
}

/// The only value of a parameter: one that comes twice could be read differently by two parties.
fn single<'a>(query: &'a [(String, String)], name: &str) -> Result<Option<&'a str>, SignInError> {
    let mut found = query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
    match (found.next(), found.next()) {
        (value, None) => Ok(value),
        _ => Err(SignInError::Untrusted("a parameter of the answer comes twice")),
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

    fn fresh_proof(&self) -> FreshProof {
        FreshProof::Redirect
    }

    async fn begin(&self, hints: &Hints) -> Result<SignInStep, SignInError> {
        let metadata = self.discovery.metadata(&self.config).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        // 256 bits, 43 characters; ProConnect wants 32.
        let (state, nonce) = (CsrfToken::new_random_len(32), Nonce::new_random_len(32));
        let new = request::FreshValues {
            state: state.secret(),
            nonce: nonce.secret(),
            challenge: challenge.as_str(),
        };
        let parameters = request::parameters(&self.config, &self.settings, hints, &new);
        let mut url = metadata.authorization_endpoint.clone();
        let push = metadata.require_pushed_authorization_requests || self.config.pushed_requests;
        match metadata.pushed_authorization_request_endpoint.as_ref().filter(|_| push) {
            Some(endpoint) => {
                // Whoever begins an attempt has proved nothing, and costs the provider a call with our secret.
                let place = self.pushes.take(None::<()>).ok_or(SignInError::Busy)?;
                self.push_pace.begin(()).map_err(|_| SignInError::Busy)?;
                let request = self.pushed(endpoint, &parameters).await?;
                drop(place);
                url.query_pairs_mut()
                    .append_pair("client_id", &self.config.client_id)
                    .append_pair("request_uri", &request);
            }
            None => {
                url.query_pairs_mut().extend_pairs(&parameters);
            }
        }
        let now = self.clock.now();
        let attempt = Attempt {
            source: self.id.clone(),
            issuer: self.config.issuer.clone(),
            redirect_uri: self.config.redirect_uri.clone(),
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
            begun_at: now,
            fresh: hints.fresh,
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
        let keys = self.discovery.keys(&self.config).await?;
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
        let metadata = self.discovery.metadata(&self.config).await?;
        let parameters = [("grant_type", "refresh_token"), ("refresh_token", refresh.expose_secret())];
        let mut fresh =
            self.tokens(&metadata, &parameters, "invalid_grant: the provider has ended the session").await?;
        if let Some(id_token) = &fresh.id {
            // The nonce may be absent from a refreshed token; everything else must hold, and it must be the same person.
            let payload = self.verified_id_token(id_token.expose_secret(), None).await?;
            if self.subject(&payload)? != *subject {
                return Err(SignInError::Untrusted("a refreshed token is about somebody else"));
            }
        }
        fresh.refresh = fresh.refresh.or_else(|| tokens.refresh.clone());
        // One that is too long takes no place: whoever keeps them goes on with the one before.
        fresh.id = fresh.id.filter(is_hint);
        Ok(fresh)
    }

    async fn exchange(&self, tokens: &PersonTokens, audience: &str) -> Result<PersonTokens, SignInError> {
        let access =
            tokens.access.as_ref().ok_or(SignInError::Refused("the provider gave no access token"))?;
        self.exchanged(access, audience).await
    }

    fn front_channel_issuer(&self) -> Option<&str> {
        self.config.front_channel.then_some(self.config.issuer.as_str())
    }

    fn sign_out_url(&self, tokens: Option<&PersonTokens>, back_to: &Url) -> Option<Url> {
        if self.config.sign_out == SignOut::LocalOnly {
            return None;
        }
        let mut url = self.discovery.last()?.end_session_endpoint.clone()?;
        {
            let mut query = url.query_pairs_mut();
            if let Some(id_token) = tokens.and_then(|tokens| tokens.id.as_ref()).filter(|id| is_hint(id)) {
                query.append_pair("id_token_hint", id_token.expose_secret());
            }
            query.append_pair("client_id", &self.config.client_id);
            query.append_pair("post_logout_redirect_uri", back_to.as_str());
        }
        Some(url)
    }
}
