//! Adding a second factor and making recovery codes.
//!
//! Nothing is kept before the person has proved that their application or device works: until then the secret waits, sealed for them, in
//! the page itself.

use super::{
    ceremonies::ceremonies_at,
    error::AccountError,
    factors::{FactorQuestion, SecondFactors, factor_purpose},
    holder::Holder,
};
use crate::{
    audit::{AuditEvent, Note},
    seal::Purpose,
    storage::{FactorKind, NewFactor, SecondFactor, StorageError},
    web::sealed_text,
};
use chrono::TimeDelta;
use pleiade_core::{LinkId, SecretString};
use pleiade_federation::local::{codes, passkey::Passkey, totp::TotpSecret};
use serde::{Deserialize, Serialize};

/// Long enough to find one's telephone and install an application.
const OFFER_TTL: TimeDelta = TimeDelta::minutes(30);
/// Factors of one account.
const MAX_FACTORS: usize = 10;

const NEW_TOTP: &str = "new authenticator application";
const NEW_PASSKEY: &str = "new passkey";

/// The purpose under which an offer waits in the page: it opens for its account only.
fn offer_purpose(link: LinkId, name: &'static str) -> Purpose<'static> {
    Purpose::new(name).for_link(link)
}

/// A new secret and, where the host name allows it, a passkey.
pub(super) struct FactorOffer {
    /// To type into an authenticator application.
    pub(super) secret: SecretString,
    /// The same as an `otpauth:` address.
    pub(super) address: SecretString,
    /// The secret, sealed.
    pub(super) state: String,
    pub(super) passkey: Option<FactorQuestion>,
}

/// The form that confirms a new second factor.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct NewFactorForm {
    name: String,
    code: String,
    state: String,
    credential: String,
}

impl NewFactorForm {
    /// Nothing was sent back.
    pub(super) fn is_empty(&self) -> bool {
        self.state.is_empty()
    }
}

/// A line about the factors of an account.
pub(super) fn note(holder: &Holder, change: &'static str, factor: &'static str) -> Note {
    let note = holder.note(AuditEvent::SecondFactorChanged).person(&holder.account);
    note.with("change", change).with("factor", factor)
}

impl SecondFactors<'_> {
    /// Seals what waits in a page of the person of a link.
    fn seal_offer<T: Serialize>(&self, link: LinkId, name: &'static str, value: T) -> Option<String> {
        sealed_text::seal(self.sealer, self.clock.now(), offer_purpose(link, name), value, OFFER_TTL)
    }

    /// Offers a new secret and, where the host name allows it, a passkey. `tenant` is the name that stands beside the account in the
    /// application.
    pub(super) fn offer(
        &self,
        tenant: &str,
        host: &str,
        holder: &Holder,
        known: &[SecondFactor],
    ) -> Result<FactorOffer, AccountError> {
        let me = holder.account.link;
        let secret = TotpSecret::generate()?;
        let address = secret.address(&format!("Pléiade {tenant}"), &holder.account.login);
        let state = self.seal_offer(me, NEW_TOTP, secret.bytes()).ok_or(AccountError::NotSealed)?;
        let passkey = ceremonies_at(self.public_url, host).and_then(|here| {
            let known = known.iter().filter_map(|factor| factor.factor.credential.clone()).collect();
            let begun = here
                .start_registration(&holder.subject, &holder.account.login, &holder.names.display_name, known)
                .ok()?;
            let state = self.seal_offer(me, NEW_PASSKEY, (host, begun.state))?;
            Some(FactorQuestion { options: begun.options, state })
        });
        Ok(FactorOffer { secret: secret.text(), address, state, passkey })
    }

    /// Keeps a factor that has just proved itself. Gives its kind, and recovery codes when the account had none left. The inner error is a
    /// message for the person.
    pub(super) async fn add(
        &self,
        host: &str,
        holder: &mut Holder,
        form: &NewFactorForm,
    ) -> Result<Result<(&'static str, Vec<SecretString>), &'static str>, AccountError> {
        let (account, now) = (&holder.account.clone(), self.clock.now());
        let me = account.link;
        if self.storage.factors(me).await?.len() >= MAX_FACTORS {
            return Ok(Err("accounts-factors-many"));
        }
        let named = |default: &str| {
            let name: String = form.name.trim().chars().filter(|c| !c.is_control()).take(60).collect();
            if name.is_empty() { default.to_owned() } else { name }
        };
        let (kind, plain, new) = if form.credential.is_empty() {
            let secret: Option<Vec<u8>> =
                sealed_text::open(self.sealer, now, offer_purpose(me, NEW_TOTP), &form.state);
            let Some(secret) = secret.and_then(|bytes| TotpSecret::from_bytes(&bytes).ok()) else {
                return Ok(Err("accounts-add-expired"));
            };
            let Some(step) = secret.check(&form.code, now, None) else {
                return Ok(Err("accounts-add-code-wrong"));
            };
            let new = NewFactor {
                link: me,
                kind: FactorKind::Totp,
                name: named("Application"),
                host: None,
                credential: None,
                sealed: Vec::new(),
                last_step: Some(step),
                created_at: now,
            };
            ("totp", secret.bytes().to_vec(), new)
        } else {
            let kept: Option<(String, Vec<u8>)> =
                sealed_text::open(self.sealer, now, offer_purpose(me, NEW_PASSKEY), &form.state);
            let (Some((asked_at, state)), Some(here)) = (kept, ceremonies_at(self.public_url, host)) else {
                return Ok(Err("accounts-add-expired"));
            };
            let key: Option<Passkey> =
                here.finish_registration(&state, &form.credential).ok().filter(|_| asked_at == host);
            let Some(key) = key else { return Ok(Err("accounts-passkey-refused")) };
            let new = NewFactor {
                link: me,
                kind: FactorKind::Passkey,
                name: named(host),
                host: Some(host.to_owned()),
                credential: Some(key.id().to_vec()),
                sealed: Vec::new(),
                last_step: None,
                created_at: now,
            };
            ("passkey", serde_json::to_vec(&key)?, new)
        };
        if !sealed_text::spend(self.storage, now, &form.state).await? {
            return Ok(Err("accounts-add-expired"));
        }
        let sealed = self.sealer.seal(factor_purpose(me), &plain)?;
        let change = self.journal.begin([note(holder, "added", kind).actor(account)]).await?;
        if !holder.is_unchanged(&*change).await? {
            return Ok(Err("accounts-add-expired"));
        }
        match change.add_factor(&NewFactor { sealed, ..new }).await {
            Ok(_) => {}
            Err(StorageError::Conflict) => return Ok(Err("accounts-passkey-refused")),
            Err(error) => return Err(error.into()),
        }
        let factors = change.factors(me).await?;
        change.commit().await?;
        holder.factors = factors;
        let left = self.storage.recovery_codes_left(me).await?;
        let codes = if left == 0 { self.renew_codes(holder).await? } else { Vec::new() };
        Ok(Ok((kind, codes)))
    }

    /// Makes new recovery codes in place of all others.
    pub(super) async fn renew_codes(&self, holder: &Holder) -> Result<Vec<SecretString>, AccountError> {
        let account = &holder.account;
        let made = codes::recovery_codes()?;
        let digests: Vec<[u8; 32]> =
            made.iter().filter_map(|code| codes::recovery_digest(&account.subject, code)).collect();
        let change = self.journal.begin([note(holder, "renewed", "recovery-codes").actor(account)]).await?;
        change.replace_recovery_codes(account.link, &digests).await?;
        change.commit().await?;
        Ok(made)
    }
}
