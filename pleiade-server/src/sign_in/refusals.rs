//! Refused sign-ins: counted, traced, and written in the audit log.
//!
//! A line of one refusal names the person whom the login or the subject leads to, if there is one; of a source of several collectivités, only one
//! of those that the line is for. The login that was typed and the address where it was
//! are keyed digests, by which lines are joined and which tell nothing to whoever has no sealing key. What people type for a login is now
//! and then their password.

use super::{
    SignIn, Source,
    refusal_folds::{Digest, Fold, FoldKey},
    refusal_words::{refusal_word, refusal_words},
};
use crate::{
    audit::{AuditEvent, Journal, Note},
    seal::Sealer,
    storage::{LocalAccount, Party, Storage, StorageError, subject_digest},
    web::site::Site,
};
use pleiade_core::{Claims, Clock, IdentityId, ProviderKind, SignInError, SourceId, TenantId};
use pleiade_federation::{linking::RefusalReason, oidc::told_refusal, throttle::subscriber};
use std::{net::IpAddr, sync::Arc};

/// The number of no person.
const NOBODY: IdentityId = IdentityId(-1);

/// The purpose of the digests of logins and addresses.
const PURPOSE: &str = "refused sign-in";

/// Counts a sign-in for the operator's metrics.
pub(super) fn count(source: &SourceId, outcome: &'static str) {
    metrics::counter!("pleiade_sign_ins_total", "source" => source.to_string(), "outcome" => outcome)
        .increment(1);
}

/// Why a sign-in is refused.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SignInRefusal<'a> {
    /// The source refuses a password that was typed on a page of ours, most often by mistake. With what it was for, for the trace, and the
    /// login.
    Password(&'a SignInError, &'static str, &'a str),
    /// The password was right, the second factor is not.
    SecondFactor(&'a LocalAccount),
    /// The account counts on other networks only.
    Network(&'a LocalAccount),
    /// The source, or what its answer holds, names nobody.
    Answer(&'a SignInError),
    /// Somebody whom the source knows has no right here.
    Person(&'a Claims, RefusalReason),
    /// The browser has the session of another link, which the source may not replace unasked.
    OtherSession(&'a Claims),
    /// Somebody else than the person of the session proved themselves.
    SomebodyElse(&'a Claims),
    /// The paired CAS server knows this browser as somebody else than the person of the session: nothing is kept.
    OtherTicket(&'a Claims),
}

impl SignInRefusal<'_> {
    /// The word of the audit log: ours, never an answer of the provider.
    fn word(&self) -> &'static str {
        match *self {
            Self::Password(error, ..) | Self::Answer(error) => refusal_word(error),
            Self::SecondFactor(_) => "second-factor",
            Self::Network(_) => "network",
            Self::Person(_, why) => refusal_words(why).0,
            Self::OtherSession(_) => "other_session",
            Self::SomebodyElse(_) => "somebody_else",
            Self::OtherTicket(_) => "other_ticket",
        }
    }

    fn claims(&self) -> Option<&Claims> {
        match self {
            Self::Password(..) | Self::Answer(_) | Self::SecondFactor(_) | Self::Network(_) => None,
            Self::Person(claims, _)
            | Self::OtherSession(claims)
            | Self::SomebodyElse(claims)
            | Self::OtherTicket(claims) => Some(claims),
        }
    }
}

/// Counts, traces and writes down refused sign-ins, these as many as [`SignIn`] has room for.
pub(crate) struct RefusalLog {
    pub(crate) journal: Journal,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) sealer: Arc<Sealer>,
    pub(crate) sign_in: Arc<SignIn>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl RefusalLog {
    /// A sign-in at a site by a source was refused to somebody at this address, where it is known.
    pub(crate) async fn record(
        &self,
        site: &Site,
        source: &Source,
        address: Option<IpAddr>,
        refusal: SignInRefusal<'_>,
    ) {
        let id = source.provider.id();
        count(id, if matches!(refusal, SignInRefusal::Person(..)) { "no_right" } else { "refused" });
        match refusal {
            SignInRefusal::Password(error, what, _) => tracing::info!(source = %id, %error, "{what} refused"),
            SignInRefusal::Answer(error) => tracing::warn!(source = %id, %error, "sign-in refused"),
            SignInRefusal::Person(_, why) => {
                tracing::info!(source = %id, %why, "sign-in without a right here");
            }
            SignInRefusal::Network(account) => {
                let identity = account.identity;
                tracing::warn!(source = %id, %identity, "a local account was refused: not from an allowed network");
            }
            SignInRefusal::SecondFactor(_)
            | SignInRefusal::OtherSession(_)
            | SignInRefusal::SomebodyElse(_)
            | SignInRefusal::OtherTicket(_) => {
                tracing::info!(source = %id, why = refusal.word(), "sign-in refused");
            }
        }
        if let SignInRefusal::SecondFactor(account) | SignInRefusal::Network(account) = refusal {
            return self.write_of_account(source, account, address, refusal.word()).await;
        }
        let tenant = source.owner.as_ref().or(site.tenant_id());
        let address = address.map(|address| self.digest(id, tenant, "address", &address_bytes(address)));
        // At a source of several collectivités, anybody may type the logins of another: whose they are, and whether they exist, is not for
        // the log of the collectivité whose site it was.
        let tells_of_login = source.owner.is_some() || tenant.is_none();
        let why = match refusal {
            SignInRefusal::Password(SignInError::Account(_), ..) if !tells_of_login => {
                refusal_word(&SignInError::BadCredentials)
            }
            _ => refusal.word(),
        };
        let key = FoldKey { source: id.clone(), tenant: tenant.cloned(), address, why };
        let login = match refusal {
            SignInRefusal::Password(_, _, login) => Some(login.to_lowercase()),
            _ => None,
        };
        let login = login.map(|login| self.digest(id, tenant, "login", login.as_bytes()));
        let told = self.sign_in.refusal_folds.fold(&key, login, self.clock.now());
        if let Some(fold) = told {
            let mut note = line(&key, &fold);
            // A line of several may be of several people.
            if fold.count == 1 {
                let told_to = tenant.filter(|_| !tells_of_login);
                match self.person_told(source, &refusal, told_to).await {
                    Ok(person) => note = person.into_iter().fold(note, Note::person),
                    Err(error) => tracing::warn!(%error, "whom a refused sign-in concerns could not be read"),
                }
                if let Some(claims) = refusal.claims() {
                    note = note.with("subject", subject_digest(&claims.subject));
                }
            }
            self.write(note).await;
        }
        self.tell_folded().await;
    }

    /// The line of somebody who had the right password of an account. No stranger fills the log with these, and nobody's flood may hide one: each
    /// is written, with the person, in the collectivité of their first affiliation.
    async fn write_of_account(
        &self,
        source: &Source,
        account: &LocalAccount,
        address: Option<IpAddr>,
        why: &'static str,
    ) {
        let id = source.provider.id();
        let home = match self.storage.affiliations(account.identity).await {
            Ok(affiliations) => affiliations.into_iter().map(|one| one.affiliation.tenant).next(),
            Err(error) => {
                tracing::warn!(%error, "where a refused sign-in belongs could not be read");
                None
            }
        };
        let tenant = source.owner.clone().or(home);
        let digest = |kind, bytes: &[u8]| self.digest(id, tenant.as_ref(), kind, bytes);
        let address = address.map(|address| digest("address", &address_bytes(address)));
        let login = digest("login", account.login.as_bytes());
        let key = FoldKey { source: id.clone(), tenant, address, why };
        let fold = Fold { count: 1, logins: vec![login], unwritten: 0 };
        self.write(line(&key, &fold).person(account)).await;
    }

    /// Traces a provider's refusal that came back without an attempt of this browser: some providers leave `state` out of it. Anybody can
    /// make such an address, so it counts for nothing, is in no log but the operator's, and no more often than there is room.
    pub(super) fn trace_stray(&self, site: &Site, source: &Source, query: &[(String, String)]) {
        let id = source.provider.id();
        let told = told_refusal(query).filter(|_| source.provider.kind() == ProviderKind::Oidc);
        let Some(error) = told else { return };
        if let Some(untraced) = self.sign_in.stray_pace.room(id, site.tenant_id(), self.clock.now()) {
            tracing::warn!(source = %id, %error, untraced, "a refusal came back that belongs to no attempt");
        }
    }

    /// Writes the lines of what was folded, once their minute is over. To be called now and then by one background task.
    pub(crate) async fn tell_folded(&self) {
        for (key, fold) in self.sign_in.refusal_folds.over(self.clock.now()) {
            self.write(line(&key, &fold)).await;
        }
    }

    /// The same without waiting for the minute, at the end of the server.
    pub(crate) async fn stop(&self) {
        for (key, fold) in self.sign_in.refusal_folds.rest() {
            self.write(line(&key, &fold)).await;
        }
    }

    async fn write(&self, note: Note) {
        if let Err(error) = self.journal.record(note).await {
            tracing::warn!(%error, "a refused sign-in was not written down");
        }
    }

    /// The same person; of a source of several collectivités, only if this one of them has them.
    async fn person_told(
        &self,
        source: &Source,
        refusal: &SignInRefusal<'_>,
        tenant: Option<&TenantId>,
    ) -> Result<Option<Party>, StorageError> {
        let person = self.person(source, refusal).await?;
        let Some(tenant) = tenant else { return Ok(person) };
        // Asked for nobody too: the time of an answer must not tell whether a login exists.
        let asked = person.map_or(NOBODY, |party| party.person);
        let affiliations = self.storage.affiliations(asked).await?;
        let is_theirs = affiliations.iter().any(|affiliation| affiliation.affiliation.tenant == *tenant);
        Ok(person.filter(|_| is_theirs))
    }

    /// Whom the login that was typed leads to, or the subject that the source told.
    async fn person(
        &self,
        source: &Source,
        refusal: &SignInRefusal<'_>,
    ) -> Result<Option<Party>, StorageError> {
        let id = source.provider.id();
        let of_link = |link: crate::storage::Link| Party::from((link.identity, link.id));
        Ok(match refusal {
            SignInRefusal::Password(_, _, login) if source.provider.kind() == ProviderKind::Local => {
                let account = self.storage.local_account(id, &login.to_lowercase()).await?;
                account.as_ref().map(Party::from)
            }
            SignInRefusal::Password(_, _, login) => self.storage.link_of_login(id, login).await?.map(of_link),
            _ => match refusal.claims() {
                Some(claims) => self.storage.find_link(id, &claims.subject).await?.map(of_link),
                None => None,
            },
        })
    }

    /// Joins the lines of one collectivité about one source, and no others.
    fn digest(&self, source: &SourceId, tenant: Option<&TenantId>, kind: &str, text: &[u8]) -> Digest {
        let tenant = tenant.map_or(&[][..], |tenant| tenant.as_str().as_bytes());
        let parts = [kind.as_bytes(), source.as_str().as_bytes(), tenant, text];
        let [a, b, c, d, e, f, g, h, ..] = self.sealer.mac_key(PURPOSE).digest(&parts);
        [a, b, c, d, e, f, g, h]
    }
}

/// What of an address counts as one subscriber's.
fn address_bytes(address: IpAddr) -> [u8; 16] {
    subscriber(address).to_be_bytes()
}

/// The line of refusals that are told together.
fn line(key: &FoldKey, fold: &Fold) -> Note {
    let hex = |digest: &Digest| digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut note = Note::new(AuditEvent::SignInRefused).source(&key.source).with("why", key.why);
    note = key.tenant.iter().fold(note, Note::tenant);
    if let Some(address) = &key.address {
        note = note.with("address", hex(address));
    }
    if !fold.logins.is_empty() {
        note = note.with("login", fold.logins.iter().map(hex).collect::<Vec<_>>().join(" "));
    }
    if fold.count > 1 {
        note = note.with("count", fold.count);
    }
    if fold.unwritten > 0 {
        note = note.with("unwritten", fold.unwritten);
    }
    note
}
