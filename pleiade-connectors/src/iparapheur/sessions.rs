//! How the application is opened for one person, and what is remembered of them between two readings.

use super::{
    client::{Client, V4Session, V5Session},
    config::{IparapheurAuthMethod, IparapheurConfig},
    links::Links,
};
use crate::kit::sessions::{Account, AccountOpener, AccountSessions, OpenedSession};
use async_trait::async_trait;
use pleiade_core::{CallContext, ConnectorError, Credential, ErrorKind, SecretString, WidgetContent};
use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The opener of accounts.
#[derive(Debug)]
pub(super) struct Opener {
    pub(super) client: Client,
    auth_method: IparapheurAuthMethod,
    /// The service of proxy tickets.
    service: String,
    /// The login in the application, in which `{login}` is the person's.
    login: String,
    ticket_ttl: Duration,
}

/// An account that a credential opened.
#[derive(Debug, Clone)]
pub(super) enum OpenAccount {
    V4(V4Session),
    V5(V5Session),
}

/// The ticket that a proxy ticket opened, kept because every reading comes with another proxy ticket, which needs not be spent.
#[derive(Default)]
pub(super) struct Memory {
    ticket: Mutex<Option<KeptTicket>>,
}

#[derive(Clone)]
struct KeptTicket {
    ticket: SecretString,
    until: Duration,
}

/// The ticket stays out of debug output.
impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

impl Memory {
    fn ticket(&self, now: Duration) -> Option<KeptTicket> {
        let kept = self.ticket.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone().filter(|kept| kept.until > now)
    }

    fn keep(&self, ticket: Option<KeptTicket>) {
        *self.ticket.lock().unwrap_or_else(PoisonError::into_inner) = ticket;
    }
}

impl Opener {
    pub(super) fn new(client: Client, config: &IparapheurConfig) -> Self {
        let service = config
            .cas_service
            .clone()
            .unwrap_or_else(|| format!("{}/alfresco", config.url.as_str().trim_end_matches('/')));
        Self {
            client,
            auth_method: config.auth_method(),
            service,
            login: config.login.clone(),
            ticket_ttl: Duration::from_secs(u64::from(config.ticket_minutes) * 60),
        }
    }
}

#[async_trait]
impl AccountOpener for Opener {
    type Session = OpenAccount;
    type Memory = Memory;

    async fn open(
        &self,
        cx: &CallContext,
        credential: &Credential,
        memory: &Memory,
    ) -> Result<OpenedSession<OpenAccount>, ConnectorError> {
        let login = |login: &str| self.login.replace("{login}", login);
        match (self.auth_method, credential) {
            (IparapheurAuthMethod::PersonToken, Credential::PersonToken { token, .. }) => {
                let session = OpenAccount::V5(self.client.v5(token.clone()));
                Ok(OpenedSession::from_credential(session, Duration::MAX))
            }
            (IparapheurAuthMethod::ForceLogin, Credential::ActingLogin { login: acting }) => {
                let ticket = self.client.v4_force_login(&login(acting)).await?;
                Ok(OpenedSession::issued(OpenAccount::V4(self.client.v4(ticket)), self.ticket_ttl))
            }
            (IparapheurAuthMethod::Cas, Credential::ProxyTicket { ticket }) => {
                let now = cx.clock.elapsed();
                let kept = match memory.ticket(now) {
                    Some(kept) => kept,
                    None => {
                        // Whoever the proxy ticket names is let in; the name only goes with it.
                        let own = cx.actor.identity.login.as_deref().ok_or_else(|| {
                            ConnectorError::new(ErrorKind::NotLinked, "sign in through CAS")
                                .with_hint("this person has no login")
                        })?;
                        let ticket = self.client.v4_cas(&login(own), ticket).await?;
                        let kept = KeptTicket { ticket, until: now.saturating_add(self.ticket_ttl) };
                        memory.keep(Some(kept.clone()));
                        kept
                    }
                };
                let session = OpenAccount::V4(self.client.v4(kept.ticket));
                // A proxy ticket serves once: when the session ends, another one is needed.
                Ok(OpenedSession::from_credential(session, kept.until.saturating_sub(now)))
            }
            _ => Err(ConnectorError::new(ErrorKind::BadConfiguration, "sign in")
                .with_hint("the credential given is not of the kind that `access` asks for")),
        }
    }

    fn service(&self) -> Option<&str> {
        (self.auth_method == IparapheurAuthMethod::Cas).then_some(self.service.as_str())
    }
}

/// The state that the connector and its widget share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) config: IparapheurConfig,
    pub(super) links: Links,
    pub(super) accounts: AccountSessions<Opener>,
}

impl Shared {
    /// Calls `work` with the person's session, and once more with another when it is refused.
    pub(super) async fn call<T, F>(
        &self,
        cx: &CallContext,
        work: impl Fn(Account<Opener>) -> F,
    ) -> Result<T, ConnectorError>
    where
        F: Future<Output = Result<T, ConnectorError>>,
    {
        self.accounts.call(cx, |account| forgetting(account, &work)).await
    }

    /// Reads a card in the same way.
    pub(super) async fn load<F>(
        &self,
        cx: &CallContext,
        work: impl Fn(Account<Opener>) -> F,
    ) -> Result<WidgetContent, ConnectorError>
    where
        F: Future<Output = Result<WidgetContent, ConnectorError>>,
    {
        self.accounts.load(cx, |account| forgetting(account, &work)).await
    }
}

/// Calls `work`, and forgets the ticket when it is refused.
fn forgetting<T, F>(
    account: Account<Opener>,
    work: impl Fn(Account<Opener>) -> F,
) -> impl Future<Output = Result<T, ConnectorError>>
where
    F: Future<Output = Result<T, ConnectorError>>,
{
    let memory = Arc::clone(&account.memory);
    let working = work(account);
    async move {
        let outcome = working.await;
        if outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::Unauthenticated) {
            memory.keep(None);
        }
        outcome
    }
}
