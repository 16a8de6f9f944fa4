//! Back-channel logout (OpenID Connect Back-Channel Logout 1.0).
//!
//! Threats: a forged or replayed token, an ID token shown as a logout token, a flood of tokens that fills the memory.

use super::{OidcProvider, token};
use chrono::TimeDelta;
use pleiade_core::{ProviderLogout, SignInError, Subject};
use serde_json::Value;
use std::{
    collections::{HashSet, VecDeque},
    time::Duration,
};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How old a logout token may be.
const AGE: TimeDelta = TimeDelta::seconds(120);
/// How long a token's identifier is remembered: more than a token lives.
const MEMORY: Duration = Duration::from_secs(300);
const MOST_REMEMBERED: usize = 10_000;

/// Identifiers of recent tokens, oldest first.
#[derive(Debug, Default)]
pub(super) struct Seen {
    order: VecDeque<(Duration, String)>,
    ids: HashSet<String>,
}

impl Seen {
    /// Whether the identifier is new. The oldest are forgotten beyond the cap: a replay only ends a session that has already ended.
    fn is_new(&mut self, id: &str, now: Duration) -> bool {
        while self.order.len() >= MOST_REMEMBERED
            || self.order.front().is_some_and(|(at, _)| now.saturating_sub(*at) > MEMORY)
        {
            if let Some((_, old)) = self.order.pop_front() {
                self.ids.remove(&old);
            }
        }
        let new = self.ids.insert(id.to_owned());
        if new {
            self.order.push_back((now, id.to_owned()));
        }
        new
    }
}

fn text(payload: &token::Payload, name: &str) -> Result<Option<String>, SignInError> {
    match payload.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() && text.len() <= 255 => Ok(Some(text.clone())),
        Some(_) => Err(SignInError::Untrusted("a logout token is malformed")),
    }
}

impl OidcProvider {
    /// Checks a logout token that the provider posted to us. Every refusal means that no session may end.
    pub(super) async fn verified_logout(&self, token: &str) -> Result<ProviderLogout, SignInError> {
        let algorithm = self.config.algorithm;
        let unverified = token::Unverified::read(token, algorithm, &["logout+jwt", "jwt"])?;
        let keys = self.discovery.keys(&self.config, unverified.kid.as_deref()).await?;
        let payload = unverified.verify(algorithm, &keys)?;
        if payload.get("iss").and_then(Value::as_str) != Some(self.config.issuer.as_str()) {
            return Err(SignInError::Untrusted("a logout token comes from another issuer"));
        }
        if !token::is_only_audience(&payload, &self.config.client_id) {
            return Err(SignInError::Untrusted("a logout token is meant for another client"));
        }
        let event = payload.get("events").and_then(|events| events.get(EVENT));
        if !event.is_some_and(Value::is_object) || payload.contains_key("nonce") {
            return Err(SignInError::Untrusted("this is not a logout token"));
        }
        let now = self.clock.now();
        let issued = token::instant(&payload, "iat")?
            .ok_or(SignInError::Untrusted("a logout token does not say when it was issued"))?;
        token::check_issued(issued, now, AGE - token::LEEWAY)?;
        match token::instant(&payload, "exp")? {
            // Subtracted from our clock, not added to theirs: the end of time plus a minute is a panic.
            Some(end) if end > now - token::LEEWAY => {}
            None if self.config.quirks.logout_token_without_expiry => {}
            Some(_) => return Err(SignInError::Untrusted("a logout token has expired")),
            None => {
                return Err(SignInError::Untrusted(
                    "a logout token has no expiry: allow it with quirks.logout_token_without_expiry for LemonLDAP::NG",
                ));
            }
        }
        let subject = text(&payload, "sub")?
            .map(|id| Subject::new(&self.config.issuer, &id))
            .transpose()
            .map_err(|_| SignInError::Untrusted("a logout token names nobody"))?;
        let session = text(&payload, "sid")?;
        if subject.is_none() && session.is_none() {
            return Err(SignInError::Untrusted("a logout token names nobody"));
        }
        let id = text(&payload, "jti")?.ok_or(SignInError::Untrusted("a logout token has no identifier"))?;
        if !self.seen.lock().await.is_new(&id, self.clock.elapsed()) {
            return Err(SignInError::Untrusted("a logout token was sent twice"));
        }
        Ok(ProviderLogout::new(session, subject))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_of_identifiers_is_bounded_and_forgets() {
        let mut seen = Seen::default();
        assert!(seen.is_new("a", Duration::ZERO));
        assert!(!seen.is_new("a", Duration::from_secs(10)));
        assert!(seen.is_new("a", Duration::from_secs(400)));
        for n in 0..20_000 {
            seen.is_new(&n.to_string(), Duration::from_secs(401));
        }
        assert!(seen.order.len() <= MOST_REMEMBERED && seen.ids.len() == seen.order.len());
    }
}
