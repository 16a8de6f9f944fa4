//! Open sessions, one per person, link and collectivité, and the care not to be locked out.
//!
//! Threat: Zimbra answers 503 to **every** request of an address after ten refused sign-ins (`ZimbraInvalidLoginFilter`), so one wrong
//! key could cut the mail of everybody. Hence three rules: while no sign-in has succeeded, they are tried one at a time; after three
//! different people in a row were refused, nobody is tried for a quarter of an hour, then one alone; and a person who was refused is
//! not tried again for an hour with the same credential.

use super::{
    client::{AdminClient, Session, ZimbraClient},
    config::{PreauthKey, ZimbraAccess},
    fault::Fault,
    preauth::Preauth,
};
use pleiade_core::{
    ActorKey, CallContext, ConnectorError, ConnectorId, Credential, CredentialRequest, ErrorKind,
    ExposeSecret, MailAddress, MailDomain, SecretString, Transport,
};
use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync;

/// Sessions remembered at once, about 300 bytes each.
const REMEMBERED: u64 = 20_000;
/// How many different people in a row may be refused.
const REFUSED_IN_A_ROW: usize = 3;
/// How long nobody signs in after that; Zimbra's own block lasts as long.
const PAUSE: Duration = Duration::from_secs(15 * 60);
/// How long one trial after a pause may take before another may start.
const TRIAL: Duration = Duration::from_secs(60);
/// How long a refused person is not tried again.
const REFUSED_PERSON: Duration = Duration::from_secs(3600);

const PAUSED: &str = "Zimbra refused several people in a row, so nobody is signed in for fifteen minutes, lest it block the portal's \
     address; check the preauth key and both clocks";

/// For whom, and which account: a person's address may change.
type Key = (ActorKey, String);

/// Where sessions come from.
pub(super) struct Sessions {
    connector: ConnectorId,
    client: ZimbraClient,
    access: ZimbraAccess,
    admin: Option<(AdminClient, sync::Mutex<Option<Kept>>)>,
    slots: moka::future::Cache<Key, Arc<sync::Mutex<Slot>>>,
    gate: Gate,
    hasher: RandomState,
}

/// Accounts stay out of debug output.
impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions")
            .field("access", &self.access)
            .field("gate", &self.gate)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Default)]
struct Slot {
    kept: Option<Kept>,
    refused: Option<Refused>,
}

/// A session and until when it is used, on the injected clock.
#[derive(Debug, Clone)]
struct Kept {
    session: Session,
    until: Duration,
}

impl Kept {
    fn new(session: Session, now: Duration) -> Self {
        // Ended a little early, so that it does not end under way.
        let margin = (session.lifetime() / 10).min(Duration::from_secs(300));
        Self { until: now.saturating_add(session.lifetime() - margin), session }
    }
}

#[derive(Debug)]
struct Refused {
    until: Duration,
    credential: u64,
    generation: u64,
    kind: ErrorKind,
    hint: Option<String>,
}

/// For whom a session is and what opens it.
struct Login {
    account: String,
    opener: Opener,
}

enum Opener {
    Key(SecretString),
    Password(SecretString),
    Administrator,
}

impl Sessions {
    pub(super) fn new(
        connector: ConnectorId,
        client: ZimbraClient,
        access: ZimbraAccess,
        transport: &Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        let admin = match &access {
            ZimbraAccess::Delegated { admin_url, .. } => {
                Some((AdminClient::new(admin_url, transport.clone())?, sync::Mutex::new(None)))
            }
            _ => None,
        };
        Ok(Self {
            connector,
            client,
            access,
            admin,
            slots: moka::future::Cache::new(REMEMBERED),
            gate: Gate::default(),
            hasher: RandomState::new(),
        })
    }

    /// An open session of the person; `refused` is one that the server no longer accepts.
    pub(super) async fn open(
        &self,
        cx: &CallContext,
        refused: Option<&Session>,
    ) -> Result<Session, ConnectorError> {
        let login = self.login(cx, refused.is_some()).await?;
        let key = (cx.actor.key(), login.account.clone());
        let slot = self.slots.get_with(key, async { Arc::default() }).await;
        // Cards of one person that load together share one sign-in.
        let mut slot = slot.lock().await;
        let now = cx.clock.elapsed();
        if let Some(kept) = &slot.kept
            && kept.until > now
            && refused != Some(&kept.session)
        {
            return Ok(kept.session.clone());
        }
        slot.kept = None;
        let credential = match &login.opener {
            Opener::Key(secret) | Opener::Password(secret) => self.hasher.hash_one(secret.expose_secret()),
            Opener::Administrator => 0,
        };
        if let Some(known) = &slot.refused
            && known.until > now
            && known.credential == credential
            && known.generation == self.gate.generation()
        {
            let error = ConnectorError::new(known.kind, SIGN_IN);
            return Err(match known.hint.clone() {
                Some(hint) => error.with_hint(hint),
                None => error,
            });
        }
        let pass = self.gate.enter(cx).await?;
        let opened = self.sign_in(cx, &login).await;
        let account = self.hasher.hash_one(&login.account);
        match opened {
            Ok(session) => {
                pass.accepted();
                let kept = Kept::new(session.clone(), cx.clock.elapsed());
                *slot = Slot { kept: Some(kept), refused: None };
                Ok(session)
            }
            Err(error) => {
                let now = cx.clock.elapsed();
                if let Some(fault) = Fault::of(&error).filter(|fault| fault.is_refused_sign_in()) {
                    if fault.code() == "account.AUTH_FAILED" {
                        pass.refused(account, now);
                    }
                    slot.refused = Some(Refused {
                        until: now.saturating_add(REFUSED_PERSON),
                        credential,
                        generation: self.gate.generation(),
                        kind: error.kind(),
                        hint: error.hint().map(str::to_owned),
                    });
                }
                Err(error)
            }
        }
    }

    async fn sign_in(&self, cx: &CallContext, login: &Login) -> Result<Session, ConnectorError> {
        match &login.opener {
            Opener::Key(key) => {
                self.client.sign_in_by_preauth(Preauth::new(&login.account, cx.clock.now()), key).await
            }
            Opener::Password(password) => self.client.sign_in_by_password(&login.account, password).await,
            Opener::Administrator => self.delegate(cx, &login.account).await,
        }
    }

    async fn delegate(&self, cx: &CallContext, account: &str) -> Result<Session, ConnectorError> {
        let (Some((client, kept)), ZimbraAccess::Delegated { admin, password, .. }) =
            (&self.admin, &self.access)
        else {
            return Err(ConnectorError::new(ErrorKind::Internal, SIGN_IN));
        };
        let mut kept = kept.lock().await;
        let known = kept.take().filter(|known| known.until > cx.clock.elapsed());
        if let Some(known) = known {
            match client.delegate(&known.session, account).await {
                Err(error) if error.kind() == ErrorKind::Unauthenticated => {}
                other => {
                    *kept = Some(known);
                    return other;
                }
            }
        }
        let fresh = Kept::new(client.sign_in(admin, password).await?, cx.clock.elapsed());
        let session = fresh.session.clone();
        *kept = Some(fresh);
        client.delegate(&session, account).await
    }

    /// For whom the key signs a browser in.
    pub(super) async fn account_and_key(
        &self,
        cx: &CallContext,
    ) -> Result<Option<(String, SecretString)>, ConnectorError> {
        let login = self.login(cx, false).await?;
        Ok(match login.opener {
            Opener::Key(key) => Some((login.account, key)),
            _ => None,
        })
    }

    /// The account of the person, by its address.
    pub(super) async fn account(&self, cx: &CallContext) -> Result<String, ConnectorError> {
        Ok(self.login(cx, false).await?.account)
    }

    async fn login(&self, cx: &CallContext, renew: bool) -> Result<Login, ConnectorError> {
        let mut request = CredentialRequest::new(&cx.actor, &self.connector, self.access.accepts());
        if renew {
            request = request.renewed();
        }
        match (&self.access, cx.credentials.credential(request).await?) {
            (ZimbraAccess::Linked, Credential::LinkedAccount { login, secret }) => {
                Ok(Login { account: login, opener: Opener::Password(secret) })
            }
            (ZimbraAccess::Preauth { preauth_keys }, Credential::ActingLogin { login }) => {
                let account = address(&login)?;
                let key = key_for(cx, preauth_keys, account.domain())?;
                Ok(Login { account: account.to_string(), opener: Opener::Key(key) })
            }
            (ZimbraAccess::Delegated { .. }, Credential::ActingLogin { login }) => {
                let account = address(&login)?;
                if !cx.tenant.mail_domains.contains(account.domain()) {
                    return Err(foreign_domain());
                }
                Ok(Login { account: account.to_string(), opener: Opener::Administrator })
            }
            _ => Err(ConnectorError::new(ErrorKind::BadConfiguration, SIGN_IN)
                .with_hint("the credential given is not of the kind that `access` asks for")),
        }
    }
}

/// A login that the portal vouches for is taken as it is: completing it from the person's other names would let whoever tells those choose
/// the mailbox.
fn address(login: &str) -> Result<MailAddress, ConnectorError> {
    login.parse().map_err(|_| {
        ConnectorError::new(ErrorKind::BadConfiguration, SIGN_IN).with_hint(
            "Zimbra knows people by their mail address: give `login = \"mail\"` or `login = \"login_at_mail_domain\"` in the credentials of the connector",
        )
    })
}

const SIGN_IN: &str = "sign in";

fn foreign_domain() -> ConnectorError {
    ConnectorError::new(ErrorKind::BadConfiguration, SIGN_IN).with_hint(
        "the person's mail domain is not one of the collectivité's `mail_domains`; add it there, or name the collectivité in `tenants` of the key",
    )
}

fn key_for(
    cx: &CallContext,
    keys: &[PreauthKey],
    domain: &MailDomain,
) -> Result<SecretString, ConnectorError> {
    let entry = keys.iter().find(|entry| entry.domain == *domain).ok_or_else(|| {
        ConnectorError::new(ErrorKind::BadConfiguration, SIGN_IN)
            .with_hint("`preauth_keys` has no key for the domain of this person's mail address")
    })?;
    let allowed = if entry.tenants.is_empty() {
        cx.tenant.mail_domains.contains(domain)
    } else {
        entry.tenants.contains(&cx.tenant.id)
    };
    if allowed { Ok(entry.key.clone()) } else { Err(foreign_domain()) }
}

/// Lets sign-ins through, or one at a time, or none.
#[derive(Debug, Default)]
struct Gate {
    state: Mutex<GateState>,
    one_at_a_time: sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct GateState {
    /// The last sign-in that Zimbra judged was accepted.
    proven: bool,
    /// People refused since then.
    refused: Vec<u64>,
    closed_until: Option<Duration>,
    /// Grows when a pause ends well: what was refused before may have been the key's fault.
    generation: u64,
}

/// The right to try one sign-in.
struct Pass<'a> {
    gate: &'a Gate,
    _turn: Option<sync::MutexGuard<'a, ()>>,
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, GateState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn generation(&self) -> u64 {
        self.state().generation
    }

    async fn enter(&self, cx: &CallContext) -> Result<Pass<'_>, ConnectorError> {
        if self.state().proven {
            return Ok(Pass { gate: self, _turn: None });
        }
        let turn = self.one_at_a_time.lock().await;
        let mut state = self.state();
        if state.proven {
            return Ok(Pass { gate: self, _turn: None });
        }
        let now = cx.clock.elapsed();
        match state.closed_until {
            Some(until) if until > now => {
                Err(ConnectorError::new(ErrorKind::BadConfiguration, SIGN_IN).with_hint(PAUSED))
            }
            Some(_) => {
                state.closed_until = Some(now.saturating_add(TRIAL));
                Ok(Pass { gate: self, _turn: Some(turn) })
            }
            None => Ok(Pass { gate: self, _turn: Some(turn) }),
        }
    }
}

impl Pass<'_> {
    fn accepted(self) {
        let mut state = self.gate.state();
        if state.closed_until.take().is_some() {
            state.generation += 1;
        }
        state.proven = true;
        state.refused.clear();
    }

    fn refused(self, account: u64, now: Duration) {
        let mut state = self.gate.state();
        state.proven = false;
        if !state.refused.contains(&account) && state.refused.len() < REFUSED_IN_A_ROW {
            state.refused.push(account);
        }
        if state.refused.len() >= REFUSED_IN_A_ROW {
            state.closed_until = Some(now.saturating_add(PAUSE));
        }
    }
}
