//! How the platform is opened for one person, and what is remembered of them between two readings.

use super::{
    client::{Authorization, Client, Counts, Entity, Flow, Session},
    config::{Family, PastellAuthMethod, PastellConfig},
    scope::Scope,
    states::Classifier,
};
use crate::kit::{
    json::{List, Map},
    memo::Memo,
    sessions::{Account, AccountOpener, AccountSessions, OpenedSession},
};
use async_trait::async_trait;
use pleiade_core::{
    CallContext, ConnectorError, Credential, ErrorKind, ExposeSecret as _, Retry, SecretString, WidgetContent,
};
use std::{
    collections::HashMap,
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Lifetime of the entities and flows of a person, which change rarely.
const TREE_TTL: Duration = Duration::from_secs(3600);
/// Lifetime of the counts, which the cards that load together share.
const COUNTS_TTL: Duration = Duration::from_secs(20);
/// The time for which the cookies of a session are used; less than a session of PHP lasts.
const COOKIES_TTL: Duration = Duration::from_secs(20 * 60);
/// The time for which nobody is asked for a person whom Pastell knows and refuses.
const REFUSAL_PAUSE: Duration = Duration::from_secs(600);
/// Folders of the signature book remembered for a person.
const MAX_FOLDERS: usize = 500;

/// What the connector does by its configuration.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) config: PastellConfig,
    pub(super) classifier: Classifier,
}

impl Rules {
    /// The family of a flow, and its place among the families.
    pub(super) fn family(&self, flow: &str) -> Option<(usize, &Family)> {
        let has = |family: &Family| family.flows.iter().any(|pattern| super::config::matches(pattern, flow));
        self.config.families.iter().enumerate().find(|(_, family)| has(family))
    }
}

/// The opener of accounts on the platform.
#[derive(Debug)]
pub(super) struct Opener {
    pub(super) client: Client,
    pub(super) auth_method: PastellAuthMethod,
    service: Option<String>,
    /// Grows when refusals no longer count.
    epoch: AtomicU64,
}

impl Opener {
    pub(super) fn new(client: Client, auth_method: PastellAuthMethod) -> Self {
        let service =
            (auth_method == PastellAuthMethod::ProxyTicket).then(|| client.service().as_str().to_owned());
        Self { client, auth_method, service, epoch: AtomicU64::new(0) }
    }
}

/// The data kept for an account.
#[derive(Default)]
pub(super) struct Memory {
    entities: Memo<List<Entity>>,
    flows: Memo<Map<Flow>>,
    counts: Memo<Counts>,
    cookies: Mutex<Option<(SecretString, Duration)>>,
    pause: Mutex<Option<Pause>>,
    folders: Mutex<HashMap<String, String>>,
}

/// A refusal of a person whom Pastell knows.
struct Pause {
    error: ConnectorError,
    opening: u64,
    epoch: u64,
    until: Duration,
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl AccountOpener for Opener {
    type Session = Session;
    type Memory = Memory;

    async fn open(
        &self,
        cx: &CallContext,
        credential: &Credential,
        memory: &Memory,
    ) -> Result<OpenedSession<Session>, ConnectorError> {
        match (self.auth_method, credential) {
            // The first call proves it: all cards wait for one answer then, so that a token that has ended is sent once.
            (PastellAuthMethod::UserToken, Credential::LinkedAccount { secret, .. }) => {
                let session = self.client.session(Authorization::Token(secret.clone()));
                Ok(OpenedSession::from_credential(session, Duration::MAX))
            }
            (PastellAuthMethod::ProxyTicket, Credential::ProxyTicket { ticket }) => {
                let now = cx.clock.elapsed();
                // A ticket comes with each reading, and the session that an earlier one opened is still good.
                let kept = locked(&memory.cookies).clone();
                let kept = kept.filter(|(_, opened_at)| now.saturating_sub(*opened_at) < COOKIES_TTL);
                let (cookies, opened_at) = match kept {
                    Some(kept) => kept,
                    None => (self.client.sign_in(ticket).await?, now),
                };
                *locked(&memory.cookies) = Some((cookies.clone(), opened_at));
                let session = self.client.session(Authorization::Cookies(cookies));
                Ok(OpenedSession::issued(session, COOKIES_TTL))
            }
            _ => Err(ConnectorError::new(ErrorKind::BadConfiguration, "open the account")
                .with_hint("the credential given is not of the kind that `access` asks for")),
        }
    }

    fn service(&self) -> Option<&str> {
        self.service.as_deref()
    }

    fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Relaxed)
    }
}

/// The state that the connector and its widgets share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) rules: Arc<Rules>,
    pub(super) accounts: AccountSessions<Opener>,
}

impl Shared {
    /// Forgets refusals.
    pub(super) fn retry(&self) {
        self.accounts.opener().epoch.fetch_add(1, Ordering::Relaxed);
        self.accounts.retry();
    }

    /// Loads a card with the person's session, and once more when it has ended.
    pub(super) async fn load<F>(
        &self,
        cx: &CallContext,
        work: impl Fn(PersonSession) -> F,
    ) -> Result<WidgetContent, ConnectorError>
    where
        F: Future<Output = Result<WidgetContent, ConnectorError>>,
    {
        let work = |account: Account<Opener>| {
            let session = self.person(account);
            let work = work(session.clone());
            session.watch(work)
        };
        self.accounts.load(cx, work).await
    }

    /// Does something with the person's session, and once more when Pastell did not let it in.
    pub(super) async fn call<T, F>(
        &self,
        cx: &CallContext,
        work: impl Fn(PersonSession) -> F,
    ) -> Result<T, ConnectorError>
    where
        F: Future<Output = Result<T, ConnectorError>>,
    {
        let work = |account: Account<Opener>| {
            let session = self.person(account);
            let work = work(session.clone());
            session.watch(work)
        };
        self.accounts.call(cx, work).await
    }

    fn person(&self, account: Account<Opener>) -> PersonSession {
        PersonSession {
            api: account.session,
            cx: account.cx,
            rules: Arc::clone(&self.rules),
            memory: account.memory,
            opening: account.opening,
            epoch: self.accounts.opener().epoch(),
        }
    }
}

/// One person's session on the platform, for one card or one step.
#[derive(Clone)]
pub(super) struct PersonSession {
    pub(super) api: Session,
    pub(super) cx: CallContext,
    pub(super) rules: Arc<Rules>,
    memory: Arc<Memory>,
    opening: u64,
    epoch: u64,
}

impl PersonSession {
    fn now(&self) -> Duration {
        self.cx.clock.elapsed()
    }

    /// Does something unless the person is refused for a while, and notes a refusal.
    async fn watch<T>(
        self,
        work: impl Future<Output = Result<T, ConnectorError>>,
    ) -> Result<T, ConnectorError> {
        self.check_pause()?;
        let result = work.await;
        if let Err(error) = &result {
            self.note_refusal(error);
        }
        result
    }

    /// The entities that the card is about, by the person's own at most an hour old.
    pub(super) async fn scope(&self) -> Result<Scope, ConnectorError> {
        let read = |_| async { self.api.entities().await };
        let known = self.memory.entities.get(self.now(), TREE_TTL, self.opening, read).await?;
        Scope::new(&self.rules.config, &self.cx.tenant.id, &known)
    }

    /// The counts of the entities in a scope.
    pub(super) async fn counts(&self, scope: &Scope) -> Result<Arc<Counts>, ConnectorError> {
        let read = |_| async { scope.counts(&self.api).await };
        self.memory.counts.get(self.now(), COUNTS_TTL, self.opening, read).await
    }

    /// The flows that the person may read, at most an hour old.
    pub(super) async fn flows(&self) -> Result<Arc<Map<Flow>>, ConnectorError> {
        let read = |_| async { self.api.flows().await };
        self.memory.flows.get(self.now(), TREE_TTL, self.opening, read).await
    }

    /// The folder that was found for a document in its state; empty when it has none.
    pub(super) fn known_folder(&self, key: &str) -> Option<String> {
        locked(&self.memory.folders).get(key).cloned()
    }

    pub(super) fn keep_folder(&self, key: &str, folder: &str) {
        let mut folders = locked(&self.memory.folders);
        if folders.len() >= MAX_FOLDERS {
            folders.clear();
        }
        folders.insert(key.to_owned(), folder.to_owned());
    }

    /// Fails as the application did, for a while after it refused a person whom it knows.
    fn check_pause(&self) -> Result<(), ConnectorError> {
        let pause = locked(&self.memory.pause);
        match pause.as_ref().filter(|pause| {
            pause.opening == self.opening && pause.epoch == self.epoch && pause.until > self.now()
        }) {
            Some(pause) => {
                let wait = pause.until.saturating_sub(self.now());
                Err(pause.error.clone().with_retry(Retry::After(wait)))
            }
            None => Ok(()),
        }
    }

    fn note_refusal(&self, error: &ConnectorError) {
        match (error.kind(), self.api.authorization()) {
            (ErrorKind::Unauthenticated, Authorization::Cookies(ended)) => {
                // Another card may have opened a new session meanwhile.
                let mut cookies = locked(&self.memory.cookies);
                if cookies.as_ref().is_some_and(|(kept, _)| kept.expose_secret() == ended.expose_secret()) {
                    *cookies = None;
                }
            }
            (ErrorKind::Forbidden, _) if error.refuses_credential() => {
                let until = self.now().saturating_add(REFUSAL_PAUSE);
                *locked(&self.memory.pause) =
                    Some(Pause { error: error.clone(), opening: self.opening, epoch: self.epoch, until });
            }
            _ => {}
        }
    }
}
