//! Renewal of a session's tokens, and tokens for other applications.
//!
//! Many cards ask at the same moment and several replicas serve one session, while a provider that rotates refresh tokens takes the second
//! use of one for theft and ends everything. So: one renewal at a time for a session in this process, one among replicas by a claim in
//! storage, tokens read again from storage before deciding, and a renewal that goes on when the card that wanted it gives up.

use super::{
    Lookup, Session, SessionError, SessionTokens, Sessions,
    renewal_state::{ExchangedToken, Renewal},
};
use crate::storage::SessionRecord;
use chrono::{DateTime, TimeDelta, Utc};
use pleiade_core::{ExposeSecret as _, IdentityProvider, SecretString, SignInError};
use sha2::{Digest as _, Sha256};
use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

/// A token that ends sooner is renewed first, so that it does not end on the way.
const EXPIRY_MARGIN: TimeDelta = TimeDelta::seconds(60);
/// Tokens obtained so lately are not renewed again because an application refuses them.
const RECENT_RENEWAL: Duration = Duration::from_secs(60);
/// Time for a provider to answer.
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(15);
/// Time for which a replica keeps the others waiting, should it disappear: longer than [`PROVIDER_TIMEOUT`].
const CLAIM_TTL: TimeDelta = TimeDelta::seconds(20);
/// Bound on the checks, and their interval, while another replica renews.
const MAX_WAITS: u32 = 40;
const WAIT_INTERVAL: Duration = Duration::from_millis(200);

/// Tokens that cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The provider will not: the person signs in again. Their session here goes on.
    #[error("the person must sign in again to get new tokens")]
    SignInAgain,
    /// The provider, or another replica, does not answer now.
    #[error("the identity provider gives no new tokens for now")]
    Later,
    /// The operator must change something.
    #[error("the identity provider is not set up to give these tokens")]
    Misconfigured,
    /// Sessions cannot be read or written.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl From<SignInError> for TokenError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Unreachable(_) | SignInError::TooMany | SignInError::Busy => Self::Later,
            SignInError::Misconfigured(_) => Self::Misconfigured,
            _ => Self::SignInAgain,
        }
    }
}

/// An access token and when it ends, where told.
pub type AccessToken = (SecretString, Option<DateTime<Utc>>);

fn digest(token: &SecretString) -> [u8; 32] {
    Sha256::digest(token.expose_secret().as_bytes()).into()
}

fn access(tokens: &SessionTokens) -> Option<&str> {
    tokens.access.as_ref().map(|token| token.expose_secret())
}

/// True if an access token is there and lives until then.
fn lives_until(tokens: &SessionTokens, then: DateTime<Utc>) -> bool {
    tokens.access.is_some() && tokens.expires_at.is_none_or(|end| end > then)
}

impl Sessions {
    /// The tokens of a session with an access token that lives for a minute at least, renewed first if need be. `refused`: an application
    /// refuses the present one. `session` may be an old snapshot.
    ///
    /// A refused renewal ends nothing here. While the provider is down, a token in its last minute still serves.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn fresh_tokens(
        &self,
        session: &Session,
        provider: &Arc<dyn IdentityProvider>,
        refused: bool,
    ) -> Result<SessionTokens, TokenError> {
        let seen = self.tokens_now(session).await?;
        let soon = |sessions: &Self| sessions.0.clock.now() + EXPIRY_MARGIN;
        if !refused && lives_until(&seen, soon(self)) {
            return Ok(seen);
        }
        let renewal = self.renewal(session).await;
        let mut memory = renewal.gate.lock().await;
        for _ in 0..MAX_WAITS {
            let record = self.0.storage.session(session.hash).await.map_err(SessionError::from)?;
            let Some(record) = record else { return Err(TokenError::SignInAgain) };
            let tokens = self.open_tokens(&record)?.ok_or(TokenError::SignInAgain)?;
            let lately = memory.renewed_at.is_some_and(|at| self.0.clock.elapsed() < at + RECENT_RENEWAL);
            let others = access(&tokens) != access(&seen);
            if lives_until(&tokens, soon(self)) && (!refused || lately || others) {
                self.invalidate(session).await;
                return Ok(tokens);
            }
            let still = (!refused && lives_until(&tokens, self.0.clock.now())).then(|| tokens.clone());
            let Some(refresh) = tokens.refresh.as_ref().map(digest) else {
                return still.ok_or(TokenError::SignInAgain);
            };
            if memory.refused == Some(refresh) {
                return still.ok_or(TokenError::SignInAgain);
            }
            let now = self.0.clock.now();
            if !self.claim(session, now).await? {
                tokio::time::sleep(WAIT_INTERVAL).await;
                continue;
            }
            let work = self.clone().renew(record, provider.clone());
            // In a task of its own: a rotated token that nobody keeps is lost, and with it the person's sign-in.
            let outcome = self.0.tasks.spawn(work).await.unwrap_or(Err(TokenError::Later));
            self.invalidate(session).await;
            return match outcome {
                Ok(tokens) => {
                    memory.renewed_at = Some(self.0.clock.elapsed());
                    Ok(tokens)
                }
                Err(error) => {
                    if error == TokenError::SignInAgain {
                        memory.refused = Some(refresh);
                    }
                    still.ok_or(error)
                }
            };
        }
        Err(TokenError::Later)
    }

    async fn claim(&self, session: &Session, now: DateTime<Utc>) -> Result<bool, SessionError> {
        Ok(self.0.storage.claim_renewal(session.hash, now, now + CLAIM_TTL).await?)
    }

    /// Asks the provider and keeps what it gives. The claim ends either way. Whatever was written between the caller's look and its claim
    /// is read again: a refresh token is never sent after somebody else used it.
    async fn renew(
        self,
        record: SessionRecord,
        provider: Arc<dyn IdentityProvider>,
    ) -> Result<SessionTokens, TokenError> {
        let hash = record.hash;
        let outcome = self.ask(&record, &*provider).await;
        if outcome.is_err()
            && let Err(error) = self.0.storage.release_renewal(hash).await
        {
            tracing::warn!(%error, "the claim of a renewal was not given up and ends by itself");
        }
        match &outcome {
            Ok(_) => tracing::debug!(source = %record.source, "tokens renewed"),
            Err(error) => tracing::info!(source = %record.source, %error, "tokens not renewed"),
        }
        metrics::counter!(
            "pleiade_token_renewals_total",
            "source" => record.source.to_string(),
            "outcome" => if outcome.is_ok() { "renewed" } else { "failed" },
        )
        .increment(1);
        outcome
    }

    async fn ask(
        &self,
        seen: &SessionRecord,
        provider: &dyn IdentityProvider,
    ) -> Result<SessionTokens, TokenError> {
        let record = self.0.storage.session(seen.hash).await.map_err(SessionError::from)?;
        let record = record.ok_or(TokenError::SignInAgain)?;
        let before = self.open_tokens(&record)?.ok_or(TokenError::SignInAgain)?;
        if record.tokens != seen.tokens && lives_until(&before, self.0.clock.now() + EXPIRY_MARGIN) {
            self.0.storage.release_renewal(record.hash).await.map_err(SessionError::from)?;
            return Ok(before);
        }
        let present = before.to_person_tokens();
        let asked = provider.refresh(&record.subject, &present);
        let given = tokio::time::timeout(PROVIDER_TIMEOUT, asked).await.map_err(|_| TokenError::Later)??;
        let mut tokens = SessionTokens::new(given, self.0.clock.now());
        tokens.refresh = tokens.refresh.or(before.refresh);
        tokens.id = tokens.id.or(before.id);
        tokens.portal_session = before.portal_session;
        tokens.proxy_granting = tokens.proxy_granting.or(before.proxy_granting);
        let sealed = self.seal(&record.acting, record.link, &tokens).map_err(SessionError::from)?;
        // The old refresh token may be worth nothing by now: what was given must not be lost to one failed write.
        let mut kept = self.0.storage.update_session_tokens(record.hash, Some(&sealed)).await;
        for _ in 0..3 {
            if kept.is_ok() {
                break;
            }
            tokio::time::sleep(WAIT_INTERVAL).await;
            kept = self.0.storage.update_session_tokens(record.hash, Some(&sealed)).await;
        }
        match kept {
            Ok(true) => Ok(tokens),
            // The session was closed meanwhile.
            Ok(false) => Err(TokenError::SignInAgain),
            Err(error) => Err(SessionError::from(error).into()),
        }
    }

    /// A token of the same person for another application, kept in memory until it is near its end.
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn exchanged_token(
        &self,
        session: &Session,
        provider: &Arc<dyn IdentityProvider>,
        audience: &str,
        refused: bool,
    ) -> Result<AccessToken, TokenError> {
        // A session that was closed elsewhere gets nothing from memory.
        self.tokens_now(session).await?;
        let renewal = self.renewal(session).await;
        if !refused && let Some(known) = self.cached_token(&renewal, audience) {
            return Ok((known.token, known.expires_at));
        }
        let _one_at_a_time = renewal.exchange.lock().await;
        if let Some(known) = self.cached_token(&renewal, audience)
            && (!refused || self.0.clock.elapsed() < known.at + RECENT_RENEWAL)
        {
            return Ok((known.token, known.expires_at));
        }
        let mut outcome = Err(TokenError::SignInAgain);
        for again in [false, true] {
            let tokens = self.fresh_tokens(session, provider, again).await?.to_person_tokens();
            let asked = provider.exchange(&tokens, audience);
            outcome = match tokio::time::timeout(PROVIDER_TIMEOUT, asked).await {
                Ok(outcome) => outcome.map_err(TokenError::from),
                Err(_) => Err(TokenError::Later),
            };
            // The provider may have ended the present token: once more with a new one.
            if !matches!(outcome, Err(TokenError::SignInAgain)) {
                break;
            }
        }
        let tokens = SessionTokens::new(outcome?, self.0.clock.now());
        let token = tokens.access.ok_or(TokenError::Misconfigured)?;
        let exchanged = ExchangedToken {
            token: token.clone(),
            expires_at: tokens.expires_at,
            at: self.0.clock.elapsed(),
        };
        let mut known = renewal.exchanged.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(audience.to_owned(), exchanged);
        Ok((token, tokens.expires_at))
    }

    /// One that the issuer gave no end serves for a minute.
    fn cached_token(&self, renewal: &Renewal, audience: &str) -> Option<ExchangedToken> {
        let known = renewal.exchanged.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(audience)?;
        let good = match known.expires_at {
            Some(end) => end > self.0.clock.now() + EXPIRY_MARGIN,
            None => self.0.clock.elapsed() < known.at + RECENT_RENEWAL,
        };
        good.then(|| known.clone())
    }

    async fn renewal(&self, session: &Session) -> Arc<Renewal> {
        self.0.renewals.get_with(session.hash, async { Arc::default() }).await
    }

    /// The tokens of a session as memory or storage has them now.
    async fn tokens_now(&self, session: &Session) -> Result<SessionTokens, TokenError> {
        let known =
            self.session_by_hash(session.hash, Lookup::Remembered).await?.ok_or(TokenError::SignInAgain)?;
        known.session.tokens.clone().ok_or(TokenError::SignInAgain)
    }
}
