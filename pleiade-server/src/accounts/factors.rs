//! Proving a second factor: a code, a passkey, or a recovery code. Every attempt is counted before it is looked at.

use super::{ceremonies::ceremonies_at, error::AccountError, holder::Holder};
use crate::{
    audit::{AuditEvent, Journal},
    seal::{Purpose, Sealer},
    storage::{FactorKind, SecondFactor, Storage},
    web::sealed_text,
};
use chrono::TimeDelta;
use pleiade_core::{Clock, LinkId, SecretString};
use pleiade_federation::local::{
    codes,
    passkey::{Passkey, PasskeyError},
    totp::TotpSecret,
};
use serde::Deserialize;
use url::Url;

/// Time for which a question to a passkey may be answered.
pub(super) const QUESTION_TTL: TimeDelta = TimeDelta::minutes(5);

/// The name of the purpose under which factors are kept.
pub(crate) const FACTOR_PURPOSE: &str = "second factor";

/// The purpose under which a factor is kept: it opens for its account only.
pub(super) fn factor_purpose(link: LinkId) -> Purpose<'static> {
    Purpose::new(FACTOR_PURPOSE).for_link(link)
}

/// The purpose of a question to passkeys: it opens for its account only.
fn question_purpose(link: LinkId) -> Purpose<'static> {
    Purpose::new("passkey question").for_link(link)
}

/// The answer to a question for a second factor: one of the two is filled in.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct FactorAnswer {
    /// Six digits, or a recovery code.
    pub(super) code: String,
    /// The sealed state of a question to a passkey.
    pub(super) state: String,
    /// The answer of the passkey, as the browser's script sends it.
    pub(super) credential: String,
}

/// The result of checking an answer.
pub(super) enum FactorCheck {
    /// Proved, by this.
    Accepted(&'static str),
    /// Not proved.
    Rejected,
    /// Too many attempts: this one was not looked at.
    Throttled,
}

/// A question to the person's passkeys, for the browser's script.
pub(super) struct FactorQuestion {
    pub(super) options: String,
    pub(super) state: String,
}

pub(super) fn log_refused_passkey(link: LinkId, error: PasskeyError) {
    tracing::warn!(%link, %error, "a passkey was refused");
}

/// Proves second factors; adds and renews them (`enrolment`).
#[derive(Debug)]
pub(crate) struct SecondFactors<'a> {
    pub(crate) storage: &'a dyn Storage,
    pub(crate) sealer: &'a Sealer,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) journal: Journal,
    pub(crate) public_url: Option<&'a Url>,
}

impl SecondFactors<'_> {
    /// The passkeys of an account that belong to a host name, with the factors they are.
    fn passkeys(&self, factors: &[SecondFactor], host: &str) -> Vec<(i64, Passkey)> {
        factors
            .iter()
            .filter(|factor| {
                factor.factor.kind == FactorKind::Passkey && factor.factor.host.as_deref() == Some(host)
            })
            .filter_map(|factor| Some((factor.id, self.open_passkey(factor)?)))
            .collect()
    }

    /// The passkey of a factor.
    pub(super) fn open_passkey(&self, factor: &SecondFactor) -> Option<Passkey> {
        let plain = self.sealer.open(factor_purpose(factor.factor.link), &factor.factor.sealed).ok()?;
        serde_json::from_slice(&plain).ok()
    }

    /// Asks for a passkey of this host name; none when the account has none here.
    pub(super) fn question(
        &self,
        holder: &Holder,
        factors: &[SecondFactor],
        host: &str,
    ) -> Option<FactorQuestion> {
        let known: Vec<Passkey> = self.passkeys(factors, host).into_iter().map(|(_, key)| key).collect();
        let begun = ceremonies_at(self.public_url, host)?.start_authentication(&known).ok()?;
        let state = sealed_text::seal(
            self.sealer,
            self.clock.now(),
            question_purpose(holder.account.link),
            begun.state,
            QUESTION_TTL,
        )?;
        Some(FactorQuestion { options: begun.options, state })
    }

    /// Looks at an answer.
    pub(super) async fn prove(
        &self,
        holder: &Holder,
        host: &str,
        answer: &FactorAnswer,
    ) -> Result<FactorCheck, AccountError> {
        let me = holder.account.link;
        if !self.storage.begin_second_factor(me, self.clock.now()).await? {
            return Ok(FactorCheck::Throttled);
        }
        let factors = self.storage.factors(me).await?;
        let proved = if answer.credential.is_empty() {
            self.by_code(holder, &factors, &answer.code).await?
        } else {
            self.by_passkey(holder, &factors, host, answer).await?
        };
        Ok(match proved {
            Some(method) => {
                self.storage.end_second_factor(me).await?;
                FactorCheck::Accepted(method)
            }
            None => FactorCheck::Rejected,
        })
    }

    async fn by_code(
        &self,
        holder: &Holder,
        factors: &[SecondFactor],
        code: &str,
    ) -> Result<Option<&'static str>, AccountError> {
        let now = self.clock.now();
        for factor in factors.iter().filter(|factor| factor.factor.kind == FactorKind::Totp) {
            let plain = self.sealer.open(factor_purpose(factor.factor.link), &factor.factor.sealed).ok();
            let Some(secret) = plain.and_then(|plain| TotpSecret::from_bytes(&plain).ok()) else {
                tracing::error!(link = %factor.factor.link, "a second factor cannot be opened");
                continue;
            };
            if let Some(step) = secret.check(code, now, factor.factor.last_step)
                && self.storage.use_factor(factor.id, now, Some(step), None).await?
            {
                return Ok(Some("totp"));
            }
        }
        // Without a factor left, recovery codes open nothing: they were given with one.
        if factors.is_empty() {
            return Ok(None);
        }
        let (account, code) = (&holder.account, SecretString::from(code));
        let Some(digest) = codes::recovery_digest(&account.subject, &code) else { return Ok(None) };
        let change = self.storage.begin().await?;
        if !change.use_recovery_code(account.link, digest, now).await? {
            return Ok(None);
        }
        let left = change.recovery_codes_left(account.link).await?;
        let note = holder.note(AuditEvent::RecoveryCodeUsed).actor(account).with("left", left);
        change.commit_with([self.journal.line(note)]).await?;
        Ok(Some("recovery-code"))
    }

    async fn by_passkey(
        &self,
        holder: &Holder,
        factors: &[SecondFactor],
        host: &str,
        answer: &FactorAnswer,
    ) -> Result<Option<&'static str>, AccountError> {
        let me = holder.account.link;
        let known = self.passkeys(factors, host);
        let state: Option<Vec<u8>> =
            sealed_text::open(self.sealer, self.clock.now(), question_purpose(me), &answer.state);
        let (Some(state), Some(here)) = (state, ceremonies_at(self.public_url, host)) else {
            return Ok(None);
        };
        let keys: Vec<Passkey> = known.iter().map(|(_, key)| key.clone()).collect();
        let proved = match here.finish_authentication(&state, &answer.credential, &keys) {
            Ok(proved) => proved,
            Err(error) => {
                log_refused_passkey(me, error);
                return Ok(None);
            }
        };
        let Some((id, _)) = known.iter().find(|(_, key)| key.id() == proved.id) else { return Ok(None) };
        if !sealed_text::spend(self.storage, self.clock.now(), &answer.state).await? {
            return Ok(None);
        }
        self.note_use(*id, me, proved.changed.as_ref()).await?;
        Ok(Some("passkey"))
    }

    /// Notes that a passkey let somebody in, and keeps its new counter.
    pub(super) async fn note_use(
        &self,
        id: i64,
        link: LinkId,
        changed: Option<&Passkey>,
    ) -> Result<(), AccountError> {
        let sealed = match changed {
            Some(key) => {
                let plain = serde_json::to_vec(key)?;
                Some(self.sealer.seal(factor_purpose(link), &plain)?)
            }
            None => None,
        };
        self.storage.use_factor(id, self.clock.now(), None, sealed.as_deref()).await?;
        Ok(())
    }
}
