//! The one way into an application for an account.
//!
//! Threat: what is kept for one person and given to another; a wrong secret sent again and again until the application closes to the whole
//! portal. Hence one key for everything that is kept between two calls ([`AccountKey`]), one opening at a time for an account, one renewal
//! for a refusal, and a secret that the application itself refused is not sent again for an hour, whichever card asks.

use super::memo::Memo;
use async_trait::async_trait;
use moka::policy::EvictionPolicy;
use pleiade_core::{
    AccountTag, CallContext, ConnectorError, ConnectorId, Credential, CredentialKind, CredentialRequest,
    ErrorKind, ExposeSecret, IdentityId, LinkId, LinkedAccount, Retry, TenantId, WidgetContent,
};
use std::{
    fmt,
    future::Future,
    hash::{BuildHasher, RandomState},
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// The time for which a refused secret is not sent again.
pub const REFUSAL_COOLDOWN: Duration = Duration::from_secs(3600);

/// Accounts kept at once, until [`AccountSessions::with_max_accounts`] says otherwise.
const MAX_ACCOUNTS: u64 = 20_000;
/// The time after which an unused account is forgotten.
const IDLE_TTL: Duration = Duration::from_secs(48 * 3600);

/// Opens an application for one account, by the authentication method of its connector.
#[async_trait]
pub trait AccountOpener: fmt::Debug + Send + Sync + 'static {
    /// The value that calls are made with: a token, a signed client.
    type Session: Clone + Send + Sync + 'static;
    /// Data kept for an account from one reading to the next, also when its session is renewed.
    type Memory: Default + Send + Sync + 'static;

    /// The account as the application names it, as far as the credential tells: part of the key. A person's token names none, because
    /// it is renewed all day for the same account.
    ///
    /// # Errors
    /// When the credential cannot open this application; nobody is called.
    fn account(&self, cx: &CallContext, credential: &Credential) -> Result<String, ConnectorError> {
        let _ = cx;
        Ok(match credential {
            Credential::ActingLogin { login } | Credential::LinkedAccount { login, .. } => login.clone(),
            _ => String::new(),
        })
    }

    /// Opens the application, or proves that the credential opens it. One at a time for an account.
    ///
    /// # Errors
    /// Those of the application. One that [refuses the credential](ConnectorError::refuses_credential) keeps a secret from being sent
    /// again.
    async fn open(
        &self,
        cx: &CallContext,
        credential: &Credential,
        memory: &Self::Memory,
    ) -> Result<OpenedSession<Self::Session>, ConnectorError>;

    /// The exact address for which the application takes proxy tickets, for connectors that accept them.
    fn service(&self) -> Option<&str> {
        None
    }

    /// A number that changes when earlier refusals no longer count.
    fn epoch(&self) -> u64 {
        0
    }
}

/// An opener without sessions: the secret of a linked account goes with every call. `M` is the data kept for the account.
#[derive(Debug)]
pub struct LinkedSecret<M = ()>(PhantomData<fn() -> M>);

impl<M> Default for LinkedSecret<M> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

#[async_trait]
impl<M: Default + fmt::Debug + Send + Sync + 'static> AccountOpener for LinkedSecret<M> {
    type Session = LinkedAccount;
    type Memory = M;

    async fn open(
        &self,
        _: &CallContext,
        credential: &Credential,
        _: &M,
    ) -> Result<OpenedSession<LinkedAccount>, ConnectorError> {
        match credential {
            Credential::LinkedAccount { login, secret } => {
                Ok(OpenedSession::from_credential(LinkedAccount::new(login, secret.clone()), Duration::MAX))
            }
            _ => Err(ConnectorError::new(ErrorKind::BadConfiguration, "use the person's account")
                .with_hint("the connector is let in by linked accounts alone")),
        }
    }
}

/// The result of opening an account.
#[derive(Debug, Clone)]
pub struct OpenedSession<S> {
    session: S,
    ttl: Duration,
    is_credential: bool,
}

impl<S> OpenedSession<S> {
    /// A session that the application issued for the credential and that may end before the credential does. When the application refuses
    /// it, the account is opened again with the same credential.
    pub fn issued(session: S, ttl: Duration) -> Self {
        Self { session, ttl, is_credential: false }
    }

    /// A session that carries the credential itself, which is proved again after `ttl`. When the application refuses it, another
    /// credential is asked for.
    pub fn from_credential(session: S, ttl: Duration) -> Self {
        Self { session, ttl, is_credential: true }
    }
}

/// The key of everything kept for an account between two calls; a part of it alone never is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AccountKey {
    tenant: TenantId,
    connector: ConnectorId,
    /// The link of the person and the person whom it selects now; none for a technical account.
    holder: Option<(LinkId, IdentityId)>,
    account: String,
}

/// An opened account, for one call. Cloning is cheap.
#[derive(Debug)]
pub struct Account<O: AccountOpener> {
    /// The person and the tenant.
    pub cx: CallContext,
    /// The value that calls are made with.
    pub session: O::Session,
    /// The data kept for the account.
    pub memory: Arc<O::Memory>,
    /// The number of the opening from which the session comes; no two are the same.
    pub opening: u64,
    /// The person's key in the answers to a technical account.
    pub key: Option<String>,
    /// The account, to tell it from others: see [`AccountSessions::load`].
    pub tag: AccountTag,
}

struct CachedSession<S> {
    opened: OpenedSession<S>,
    credential: u64,
    number: u64,
}

struct Slot<O: AccountOpener> {
    cached: Memo<CachedSession<O::Session>>,
    memory: Arc<O::Memory>,
}

#[derive(Clone)]
struct Refusal {
    error: ConnectorError,
    until: Duration,
    epoch: u64,
}

/// The sessions of one connector, by account.
pub struct AccountSessions<O: AccountOpener> {
    connector: ConnectorId,
    accepts: Vec<CredentialKind>,
    opener: O,
    slots: moka::future::Cache<AccountKey, Arc<Slot<O>>>,
    /// Refusals by keyed digest of account and secret, which means nothing outside this process.
    refused: moka::sync::Cache<u64, Refusal>,
    digests: RandomState,
    numbers: AtomicU64,
}

/// Accounts stay out of debug output.
impl<O: AccountOpener> fmt::Debug for AccountSessions<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountSessions").field("opener", &self.opener).finish_non_exhaustive()
    }
}

impl<O: AccountOpener> AccountSessions<O> {
    /// No session yet. `accepts` are the kinds of credential that the connector is configured to use.
    pub fn new(connector: ConnectorId, accepts: &[CredentialKind], opener: O) -> Self {
        Self {
            connector,
            accepts: accepts.to_vec(),
            opener,
            slots: slots(MAX_ACCOUNTS),
            refused: moka::sync::Cache::builder()
                .max_capacity(MAX_ACCOUNTS)
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(REFUSAL_COOLDOWN)
                .build(),
            digests: RandomState::new(),
            numbers: AtomicU64::new(0),
        }
    }

    /// Sets how many accounts are kept at once; beyond it the least recently used ones are forgotten.
    #[must_use]
    pub fn with_max_accounts(mut self, accounts: u64) -> Self {
        self.slots = slots(accounts);
        self
    }

    /// The opener.
    pub fn opener(&self) -> &O {
        &self.opener
    }

    /// Calls `work` with the account of the person who acts. When the application refuses it, `work` is called once more, with a session
    /// opened again or with a renewed credential.
    ///
    /// # Errors
    /// Those of the credential source, of opening and of `work`.
    pub async fn call<T, F>(
        &self,
        cx: &CallContext,
        work: impl Fn(Account<O>) -> F,
    ) -> Result<T, ConnectorError>
    where
        F: Future<Output = Result<T, ConnectorError>>,
    {
        let request = self.request(cx);
        let credential = cx.credentials.credential(request).await?;
        let first = match self.open(cx, &credential, None).await {
            Ok((account, cached)) => match work(account).await {
                Err(error) if error.kind() == ErrorKind::Unauthenticated => (error, Some(cached)),
                done => return done,
            },
            Err(error) if error.kind() == ErrorKind::Unauthenticated && !is_remembered_refusal(&error) => {
                (error, None)
            }
            Err(error) => return Err(error),
        };
        let (refusal, cached) = first;
        if let Some(cached) = cached.as_ref().filter(|cached| !cached.opened.is_credential) {
            let (account, _) = self.open(cx, &credential, Some(cached.number)).await?;
            return work(account).await;
        }
        // A sign-in page on the way refuses nobody's secret: asking for another would condemn one that is good.
        if is_secret(&credential) && !refusal.refuses_credential() {
            return Err(refusal);
        }
        let renewed = cx.credentials.credential(request.renewed()).await;
        let renewed = match renewed {
            Ok(renewed) if self.digest(cx, &renewed)? != self.digest(cx, &credential)? => renewed,
            other => {
                self.refuse(cx, &credential, &refusal)?;
                // What the source says of a refused secret adds nothing to what the application said.
                return Err(other
                    .err()
                    .filter(|error| error.kind() != ErrorKind::Unauthenticated)
                    .unwrap_or(refusal));
            }
        };
        let (account, _) = self.open(cx, &renewed, None).await?;
        let outcome = work(account).await;
        if let Err(error) = &outcome {
            self.refuse(cx, &renewed, error)?;
        }
        outcome
    }

    /// Reads a card by [`call`](Self::call), and notes on it by which account it was read.
    ///
    /// # Errors
    /// Those of [`call`](Self::call).
    pub async fn load<F>(
        &self,
        cx: &CallContext,
        work: impl Fn(Account<O>) -> F,
    ) -> Result<WidgetContent, ConnectorError>
    where
        F: Future<Output = Result<WidgetContent, ConnectorError>>,
    {
        let tagged = |account: Account<O>| {
            let (tag, loading) = (account.tag, work(account));
            async move {
                let mut content = loading.await?;
                content.account = Some(tag);
                Ok(content)
            }
        };
        self.call(cx, tagged).await
    }

    /// The account of the person who acts, as the application names it, and its credential.
    ///
    /// # Errors
    /// Those of the credential source and of [`AccountOpener::account`].
    pub async fn credential(&self, cx: &CallContext) -> Result<(String, Credential), ConnectorError> {
        let credential = cx.credentials.credential(self.request(cx)).await?;
        Ok((self.opener.account(cx, &credential)?, credential))
    }

    fn request<'a>(&'a self, cx: &'a CallContext) -> CredentialRequest<'a> {
        let mut request = CredentialRequest::new(&cx.actor, &self.connector, &self.accepts);
        request.service = self.opener.service();
        request
    }

    /// Forgets a refusal: this account and secret have just opened the application.
    pub fn clear_refusal(&self, account: &str, secret: &impl ExposeSecret<str>) {
        let tenant: Option<&TenantId> = None;
        self.refused.invalidate(&self.digests.hash_one((tenant, account, secret.expose_secret())));
    }

    /// Forgets every refusal: an administrator corrected something.
    pub fn retry(&self) {
        self.refused.invalidate_all();
    }

    async fn open(
        &self,
        cx: &CallContext,
        credential: &Credential,
        ended: Option<u64>,
    ) -> Result<(Account<O>, Arc<CachedSession<O::Session>>), ConnectorError> {
        let (digest, now, epoch) = (self.digest(cx, credential)?, cx.clock.elapsed(), self.opener.epoch());
        let key = self.key(cx, credential)?;
        let slot = self
            .slots
            .get_with(key, async { Arc::new(Slot { cached: Memo::default(), memory: Arc::default() }) });
        let slot = slot.await;
        // Looked at in turn: whoever waited may have waited for the refusal.
        let refusal = || self.refused.get(&digest).filter(|known| known.epoch == epoch && known.until > now);
        let is_good = |cached: &CachedSession<O::Session>, age: Option<Duration>| {
            cached.credential == digest
                && ended != Some(cached.number)
                && age.is_none_or(|age| age < cached.opened.ttl)
                && !(cached.opened.is_credential && refusal().is_some())
        };
        let open = |_| async {
            if let Some(refusal) = refusal() {
                let wait = refusal.until.saturating_sub(now);
                return Err(refusal.error.with_retry(Retry::After(wait)));
            }
            match self.opener.open(cx, credential, &slot.memory).await {
                Ok(opened) => {
                    self.refused.invalidate(&digest);
                    let number = self.numbers.fetch_add(1, Ordering::Relaxed);
                    Ok(CachedSession { opened, credential: digest, number })
                }
                Err(error) => {
                    self.refuse(cx, credential, &error)?;
                    Err(error)
                }
            }
        };
        let cached = slot.cached.get_if(now, digest, is_good, open).await?;
        let account = Account {
            cx: cx.clone(),
            session: cached.opened.session.clone(),
            memory: Arc::clone(&slot.memory),
            opening: cached.number,
            tag: self.tag(cx, credential)?,
            key: match credential {
                Credential::Technical { key } => key.clone(),
                _ => None,
            },
        };
        Ok((account, cached))
    }

    /// Records a secret that the application itself refused. Tokens and tickets end by themselves and are never recorded.
    fn refuse(
        &self,
        cx: &CallContext,
        credential: &Credential,
        error: &ConnectorError,
    ) -> Result<(), ConnectorError> {
        if is_secret(credential) && error.refuses_credential() {
            let refusal = Refusal {
                error: error.clone(),
                until: cx.clock.elapsed().saturating_add(REFUSAL_COOLDOWN),
                epoch: self.opener.epoch(),
            };
            self.refused.insert(self.digest(cx, credential)?, refusal);
        }
        Ok(())
    }

    fn digest(&self, cx: &CallContext, credential: &Credential) -> Result<u64, ConnectorError> {
        let secret = match credential {
            Credential::LinkedAccount { secret, .. }
            | Credential::PersonToken { token: secret, .. }
            | Credential::ProxyTicket { ticket: secret } => secret.expose_secret(),
            _ => "",
        };
        // The secret of a technical account is the same everywhere; what the application refuses may be the collectivité it is asked for.
        let tenant = technical_tenant(cx, credential);
        Ok(self.digests.hash_one((tenant, self.opener.account(cx, credential)?.as_str(), secret)))
    }

    /// Two accounts that may be different persons' have different tags: a token names no account, so that its link stands for it. A
    /// technical account is each collectivité's own.
    fn tag(&self, cx: &CallContext, credential: &Credential) -> Result<AccountTag, ConnectorError> {
        let account = self.opener.account(cx, credential)?;
        let link = account.is_empty().then(|| cx.actor.key().link);
        let key = match credential {
            Credential::Technical { key } => key.as_deref(),
            _ => None,
        };
        let tenant = technical_tenant(cx, credential);
        Ok(AccountTag(self.digests.hash_one(("tag", tenant, account, link, key))))
    }

    fn key(&self, cx: &CallContext, credential: &Credential) -> Result<AccountKey, ConnectorError> {
        let actor = cx.actor.key();
        let is_personal = credential.kind() != CredentialKind::Technical;
        Ok(AccountKey {
            tenant: cx.tenant.id.clone(),
            connector: self.connector.clone(),
            holder: is_personal.then_some((actor.link, actor.identity)),
            account: self.opener.account(cx, credential)?,
        })
    }
}

fn slots<O: AccountOpener>(accounts: u64) -> moka::future::Cache<AccountKey, Arc<Slot<O>>> {
    moka::future::Cache::builder()
        .max_capacity(accounts)
        .eviction_policy(EvictionPolicy::lru())
        .time_to_idle(IDLE_TTL)
        .build()
}

/// The collectivité for which a technical account acts; none for a person's own account.
fn technical_tenant<'a>(cx: &'a CallContext, credential: &Credential) -> Option<&'a TenantId> {
    (credential.kind() == CredentialKind::Technical).then_some(&cx.tenant.id)
}

/// True for a secret that does not end by itself, as tokens and tickets do.
fn is_secret(credential: &Credential) -> bool {
    !matches!(credential, Credential::PersonToken { .. } | Credential::ProxyTicket { .. })
}

/// True if the error comes from an earlier refusal: asking for another credential would not help.
fn is_remembered_refusal(error: &ConnectorError) -> bool {
    matches!(error.retry(), Retry::After(_))
}

impl<O: AccountOpener> Clone for Account<O> {
    fn clone(&self) -> Self {
        Self {
            cx: self.cx.clone(),
            session: self.session.clone(),
            memory: Arc::clone(&self.memory),
            opening: self.opening,
            key: self.key.clone(),
            tag: self.tag,
        }
    }
}
