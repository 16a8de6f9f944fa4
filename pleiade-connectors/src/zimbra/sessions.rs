//! Signing in, and the care not to be locked out.
//!
//! Threat: Zimbra answers 503 to **every** request of an address after ten refused sign-ins (`ZimbraInvalidLoginFilter`), so one wrong
//! key could cut the mail of everybody. Hence four rules: while no sign-in of a mail domain has succeeded, they are tried one at a time;
//! after three different people of a domain in a row were refused, nobody of it is tried for a quarter of an hour, then one alone; after
//! eight refusals within a quarter of an hour, whoever's, nobody is tried; and, as everywhere, a person who was refused is not tried again
//! for an hour with the same credential.

use super::{
    client::{AdminClient, Session, ZimbraClient},
    config::{PreauthKey, ZimbraAuthMethod, ZimbraConfig},
    fault::Fault,
    links::Links,
    preauth::Preauth,
    requests::Request,
};
use crate::kit::sessions::{Account, AccountOpener, AccountSessions, OpenedSession};
use async_trait::async_trait;
use pleiade_core::{
    AccountTag, CallContext, ConnectorError, Credential, ErrorKind, MailAddress, MailDomain, SecretString,
    Transport,
};
use std::{
    collections::{HashMap, VecDeque},
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync;

/// The most different people refused in a row before a pause of their mail domain.
const MAX_REFUSED_IN_A_ROW: usize = 3;
/// The most sign-ins refused within a [`REFUSAL_PAUSE`]; at ten Zimbra closes itself.
const MAX_REFUSED: usize = 8;
/// The most mail domains with a state of their own.
const MAX_DOMAINS: usize = 1000;
/// The time without sign-ins after that; Zimbra's own block lasts as long.
const REFUSAL_PAUSE: Duration = Duration::from_secs(15 * 60);
/// The longest time of a trial after a pause before another may start.
const TRIAL_TIMEOUT: Duration = Duration::from_secs(60);

const PAUSED: &str = "Zimbra refused several people in a row, so nobody is signed in for fifteen minutes, lest it block the portal's \
     address; check the preauth key and both clocks";

/// The opener of the mailboxes of one server.
pub(super) struct Opener {
    pub(super) client: ZimbraClient,
    auth_method: ZimbraAuthMethod,
    admin: Option<(AdminClient, sync::Mutex<Option<AdminSession>>)>,
    gate: Gate,
    digests: RandomState,
}

/// Accounts stay out of debug output.
impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opener")
            .field("auth_method", &self.auth_method)
            .field("gate", &self.gate)
            .finish_non_exhaustive()
    }
}

/// The administrator's session, with the end of its use on the injected clock.
#[derive(Debug, Clone)]
struct AdminSession {
    session: Session,
    until: Duration,
}

/// The time for which a session is used: a little less than it lives, so that it does not end under way.
fn good_for(session: &Session) -> Duration {
    session.lifetime() - (session.lifetime() / 10).min(Duration::from_secs(300))
}

/// An account and the secret that opens it.
pub(super) struct Login {
    pub(super) account: String,
    pub(super) opener: Secret,
}

pub(super) enum Secret {
    Key(SecretString),
    Password(SecretString),
    Administrator,
}

#[async_trait]
impl AccountOpener for Opener {
    type Session = Session;
    type Memory = ();

    fn account(&self, cx: &CallContext, credential: &Credential) -> Result<String, ConnectorError> {
        Ok(self.login(cx, credential)?.account)
    }

    async fn open(
        &self,
        cx: &CallContext,
        credential: &Credential,
        (): &(),
    ) -> Result<OpenedSession<Session>, ConnectorError> {
        let login = self.login(cx, credential)?;
        let permit = self.gate.enter(Some(cx.clock.elapsed()), &login.account).await?;
        let opened = match &login.opener {
            Secret::Key(key) => {
                self.client.sign_in_by_preauth(Preauth::new(&login.account, cx.clock.now()), key).await
            }
            Secret::Password(password) => self.client.sign_in_by_password(&login.account, password).await,
            Secret::Administrator => self.delegate(cx, &login.account).await,
        };
        self.judge(permit, &login.account, opened.as_ref().err());
        opened.map(|session| {
            let good_for = good_for(&session);
            OpenedSession::issued(session, good_for)
        })
    }

    /// Grows when a pause ends well: refusals before it may have been the key's fault.
    fn epoch(&self) -> u64 {
        self.gate.state().generation
    }
}

impl Opener {
    pub(super) fn new(
        client: ZimbraClient,
        auth_method: ZimbraAuthMethod,
        transport: &Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        let admin = match &auth_method {
            ZimbraAuthMethod::Delegated { admin_url, .. } => {
                Some((AdminClient::new(admin_url, transport.clone())?, sync::Mutex::new(None)))
            }
            _ => None,
        };
        Ok(Self { client, auth_method, admin, gate: Gate::default(), digests: RandomState::new() })
    }

    async fn delegate(&self, cx: &CallContext, account: &str) -> Result<Session, ConnectorError> {
        let (Some((client, kept)), ZimbraAuthMethod::Delegated { admin, password, .. }) =
            (&self.admin, &self.auth_method)
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
        let session = client.sign_in(admin, password).await?;
        let until = cx.clock.elapsed().saturating_add(good_for(&session));
        *kept = Some(AdminSession { session: session.clone(), until });
        client.delegate(&session, account).await
    }

    /// The account that a credential opens, and the secret.
    pub(super) fn login(&self, cx: &CallContext, credential: &Credential) -> Result<Login, ConnectorError> {
        match (&self.auth_method, credential) {
            (ZimbraAuthMethod::Linked, Credential::LinkedAccount { login, secret }) => {
                Ok(Login { account: login.clone(), opener: Secret::Password(secret.clone()) })
            }
            (ZimbraAuthMethod::Preauth { preauth_keys }, Credential::ActingLogin { login }) => {
                let account = address(login)?;
                let key = key_for(cx, preauth_keys, account.domain())?;
                Ok(Login { account: account.to_string(), opener: Secret::Key(key) })
            }
            (ZimbraAuthMethod::Delegated { .. }, Credential::ActingLogin { login }) => {
                let account = address(login)?;
                if !cx.tenant.mail_domains.contains(account.domain()) {
                    return Err(foreign_domain());
                }
                Ok(Login { account: account.to_string(), opener: Secret::Administrator })
            }
            _ => Err(ConnectorError::new(ErrorKind::BadConfiguration, SIGN_IN)
                .with_hint("the credential given is not of the kind that `access` asks for")),
        }
    }
}

/// Parses a login that the portal vouches for, as it is: completing it from the person's other names would let whoever gives those choose
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

/// The state that widgets and actions share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) accounts: AccountSessions<Opener>,
    pub(super) config: ZimbraConfig,
    pub(super) links: Links,
}

impl Shared {
    /// Sends a request with the person's session; when the server no longer accepts it, opens another one, once.
    pub(super) async fn call<R: Request>(
        &self,
        cx: &CallContext,
        request: &R,
    ) -> Result<R::Answer, ConnectorError> {
        Ok(self.call_by(cx, request).await?.0)
    }

    /// [`Self::call`], with the account by which it was answered.
    pub(super) async fn call_by<R: Request>(
        &self,
        cx: &CallContext,
        request: &R,
    ) -> Result<(R::Answer, AccountTag), ConnectorError> {
        let client = &self.accounts.opener().client;
        let call = |account: Account<Opener>| async move {
            Ok((client.call(&account.session, request).await?, account.tag))
        };
        self.accounts.call(cx, call).await.map_err(|error| match Fault::behind(&error).map(Fault::code) {
            Some("service.AUTH_REQUIRED") => ConnectorError::new(ErrorKind::BadConfiguration, R::OPERATION)
                .with_hint("Zimbra does not see the token of a fresh session: a proxy may drop the cookie ZM_AUTH_TOKEN, or `url` leads to another server")
                .with_source(error),
            _ => error,
        })
    }
}

/// Admits sign-ins, one at a time after failures, or none during a pause: for each mail domain, so that errors about one stop no other,
/// and for the server as a whole before it closes to everybody.
#[derive(Debug, Default)]
struct Gate {
    state: Mutex<GateState>,
    one_at_a_time: sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct GateState {
    domains: HashMap<String, DomainState>,
    /// The times of the last refused sign-ins, whoever's.
    refusals: VecDeque<Duration>,
    /// The time of the last card, for callers without a clock.
    now: Duration,
    /// Grows when a pause ends well: refusals before it may have been the key's fault.
    generation: u64,
}

#[derive(Debug, Default)]
struct DomainState {
    /// True if Zimbra accepted the last sign-in that it judged.
    proven: bool,
    /// The people refused since then.
    refused: Vec<u64>,
    closed_until: Option<Duration>,
}

/// The right to try one sign-in.
struct SignInPermit<'a> {
    gate: &'a Gate,
    domain: String,
    _turn: Option<sync::MutexGuard<'a, ()>>,
}

impl GateState {
    /// The state of a domain. Domains beyond those of any town share one: people type what they like.
    fn domain(&mut self, name: &str) -> &mut DomainState {
        let is_new = !self.domains.contains_key(name);
        let name = if is_new && self.domains.len() >= MAX_DOMAINS { "" } else { name };
        self.domains.entry(name.to_owned()).or_default()
    }

    /// True if the server is near to closing itself to the portal.
    fn is_exhausted(&mut self, now: Duration) -> bool {
        while self.refusals.front().is_some_and(|at| now.saturating_sub(*at) >= REFUSAL_PAUSE) {
            self.refusals.pop_front();
        }
        self.refusals.len() >= MAX_REFUSED
    }
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, GateState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn enter(&self, now: Option<Duration>, account: &str) -> Result<SignInPermit<'_>, ConnectorError> {
        let domain = account.rsplit_once('@').map_or("", |(_, domain)| domain).to_lowercase();
        let paused = || Err(ConnectorError::new(ErrorKind::BadConfiguration, SIGN_IN).with_hint(PAUSED));
        let now = {
            let mut state = self.state();
            state.now = now.unwrap_or(state.now);
            state.now
        };
        {
            let mut state = self.state();
            if state.is_exhausted(now) {
                return paused();
            }
            if state.domain(&domain).proven {
                return Ok(SignInPermit { gate: self, domain, _turn: None });
            }
        }
        let turn = self.one_at_a_time.lock().await;
        let mut state = self.state();
        if state.is_exhausted(now) {
            return paused();
        }
        let known = state.domain(&domain);
        if known.proven {
            return Ok(SignInPermit { gate: self, domain, _turn: None });
        }
        match known.closed_until {
            Some(until) if until > now => return paused(),
            Some(_) => known.closed_until = Some(now.saturating_add(TRIAL_TIMEOUT)),
            None => {}
        }
        Ok(SignInPermit { gate: self, domain, _turn: Some(turn) })
    }

    /// Ends the pauses of domains: an administrator corrected something. One sign-in of each is tried, as at the end of any pause.
    fn retry(&self) {
        for domain in self.state().domains.values_mut() {
            domain.closed_until = domain.closed_until.map(|_| Duration::ZERO);
        }
    }
}

impl Opener {
    /// Records the result of a sign-in.
    fn judge(&self, permit: SignInPermit<'_>, account: &str, error: Option<&ConnectorError>) {
        match error {
            None => permit.accepted(),
            Some(error)
                if Fault::behind(error).is_some_and(|fault| fault.code() == "account.AUTH_FAILED") =>
            {
                permit.refused(self.digests.hash_one(account));
            }
            Some(_) => {}
        }
    }

    /// Signs in once with a password that a person pasted, with the same care as for a card.
    pub(super) async fn try_password(
        &self,
        login: &str,
        password: &SecretString,
    ) -> Result<(), ConnectorError> {
        let permit = self.gate.enter(None, login).await?;
        let opened = self.client.sign_in_by_password(login, password).await;
        self.judge(permit, login, opened.as_ref().err());
        // The password is proved; a session that stays open until it ends by itself is no failure.
        drop(self.client.end(opened?).await);
        Ok(())
    }

    /// As [`Gate::retry`].
    pub(super) fn retry(&self) {
        self.gate.retry();
    }
}

impl SignInPermit<'_> {
    fn accepted(self) {
        let mut state = self.gate.state();
        let domain = state.domain(&self.domain);
        let ends_pause = domain.closed_until.take().is_some();
        domain.proven = true;
        domain.refused.clear();
        if ends_pause {
            state.generation += 1;
        }
    }

    fn refused(self, account: u64) {
        let mut state = self.gate.state();
        let now = state.now;
        state.refusals.push_back(now);
        let domain = state.domain(&self.domain);
        domain.proven = false;
        if !domain.refused.contains(&account) && domain.refused.len() < MAX_REFUSED_IN_A_ROW {
            domain.refused.push(account);
        }
        if domain.refused.len() >= MAX_REFUSED_IN_A_ROW {
            domain.closed_until = Some(now.saturating_add(REFUSAL_PAUSE));
        }
    }
}
