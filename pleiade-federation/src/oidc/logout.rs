//! Back-channel logout (OpenID Connect Back-Channel Logout 1.0).
//!
//! Threats: a forged token, an ID token shown as a logout token, one that comes again. The caller remembers what it has acted on
//! ([`Once`](pleiade_core::Once)), because only it knows whether it could, and only its storage is shared by all replicas.

use super::{
    OidcProvider,
    config::OidcConfig,
    discovery::TokenOrigin,
    keys::ProviderKey,
    preset::Settings,
    token::{self, Payload},
};
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{ProviderLogout, SignInError, Subject};
use serde_json::Value;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// The greatest age of a logout token.
const MAX_AGE: TimeDelta = TimeDelta::seconds(120);
/// The time for which a token is to be remembered: more than it lives.
const REPLAY_MEMORY: TimeDelta = TimeDelta::seconds(300);

fn text(payload: &Payload, name: &str) -> Result<Option<String>, SignInError> {
    match payload.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() && text.len() <= 255 => Ok(Some(text.clone())),
        Some(_) => Err(token::odd(name)),
    }
}

impl OidcProvider {
    /// Checks a logout token that the provider posted to us. Every refusal means that no session may end.
    pub(super) async fn verified_logout(&self, token: &str) -> Result<ProviderLogout, SignInError> {
        if !self.settings.back_channel {
            return Err(SignInError::Refused("this source ends no sessions by the back channel"));
        }
        let algorithm = self.config.algorithm;
        let unverified =
            token::UnverifiedToken::parse(token, token::MAX_POSTED_BYTES, algorithm, &["logout+jwt", "jwt"])?;
        let verify = |keys: &[ProviderKey]| unverified.verify(algorithm, keys);
        let payload = self.discovery.check_signed(&self.config, TokenOrigin::Anybody, verify).await?;
        check(&payload, &self.config, &self.settings, self.clock.now())
    }
}

/// Checks what a signed token says.
pub(super) fn check(
    payload: &Payload,
    config: &OidcConfig,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<ProviderLogout, SignInError> {
    if payload.get("iss").and_then(Value::as_str) != Some(config.issuer.as_str()) {
        return Err(SignInError::Untrusted("a logout token comes from another issuer"));
    }
    if !token::is_only_audience(payload, &config.client_id) {
        return Err(SignInError::Untrusted("a logout token is meant for another client"));
    }
    let event = payload.get("events").and_then(|events| events.get(EVENT));
    if !event.is_some_and(Value::is_object) || payload.contains_key("nonce") {
        return Err(SignInError::Untrusted("this is not a logout token"));
    }
    let issued = token::instant(payload, "iat")?
        .ok_or(SignInError::Untrusted("a logout token does not say when it was issued"))?;
    token::check_issued(issued, now, MAX_AGE - token::LEEWAY)?;
    match token::instant(payload, "exp")? {
        // Subtracted from our clock, not added to theirs: the end of time plus a minute is a panic.
        Some(end) if end > now - token::LEEWAY => {}
        None if settings.logout_token_without_expiry => {}
        Some(_) => return Err(SignInError::Untrusted("a logout token has expired")),
        None => {
            return Err(SignInError::Untrusted(
                "a logout token has no expiry: write preset = \"lemonldap\" if it is LemonLDAP::NG's",
            ));
        }
    }
    let subject = text(payload, "sub")?
        .map(|id| Subject::new(&config.issuer, &id))
        .transpose()
        .map_err(|_| SignInError::Untrusted("a logout token names nobody"))?;
    let session = text(payload, "sid")?;
    if subject.is_none() && session.is_none() {
        return Err(SignInError::Untrusted("a logout token names nobody"));
    }
    let id = text(payload, "jti")?.ok_or(SignInError::Untrusted("a logout token has no identifier"))?;
    Ok(ProviderLogout::new(session, subject).with_replay_key(id, now + REPLAY_MEMORY))
}
