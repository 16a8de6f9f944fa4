//! The credentials that the server gives a connector, after the operator's choice for that instance.

mod acting;
mod linked;
mod rules;
mod ticket;

pub use acting::ActsFor;
pub use linked::{StoredVault, VaultAccounts};
pub use rules::{CredentialRule, LoginFrom, Rules, Vouchers};
pub use ticket::TicketSeller;

use crate::session::{Session, Sessions, TokenError};
use async_trait::async_trait;
use pleiade_core::{
    Actor, Clock, ConnectorError, ConnectorId, Credential, CredentialKind, CredentialRequest,
    CredentialSource, ErrorKind, IdentityProvider, LinkedAccount,
};
use pleiade_federation::vault::VaultError;
use std::{fmt, sync::Arc};

/// Accounts that people connected.
#[async_trait]
pub trait LinkedAccounts: fmt::Debug + Send + Sync + 'static {
    /// A person's account in an application, if they connected one.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`] when the application refused it lately, [`ErrorKind::Internal`] when it cannot be read.
    async fn find_linked_account(
        &self,
        actor: &Actor,
        connector: &ConnectorId,
    ) -> Result<Option<LinkedAccount>, ConnectorError>;

    /// The application refuses the account that was found last.
    async fn refused(&self, actor: &Actor, connector: &ConnectorId) {
        let _ = (actor, connector);
    }

    /// An administrator mended something: accounts that the application refused are given again.
    ///
    /// # Errors
    /// When that cannot be written.
    async fn retry(&self, connector: &ConnectorId) -> Result<(), VaultError> {
        let _ = connector;
        Ok(())
    }
}

/// Nobody has connected anything.
#[derive(Debug)]
pub struct NoLinkedAccounts;

#[async_trait]
impl LinkedAccounts for NoLinkedAccounts {
    async fn find_linked_account(
        &self,
        _: &Actor,
        _: &ConnectorId,
    ) -> Result<Option<LinkedAccount>, ConnectorError> {
        Ok(None)
    }
}

/// The credentials of one session.
#[derive(Debug)]
pub struct SessionCredentials {
    session: Arc<Session>,
    rules: Arc<Rules>,
    acts: ActsFor,
    linked: Arc<dyn LinkedAccounts>,
    clock: Arc<dyn Clock>,
    /// The provider of the sign-in, which renews tokens.
    provider: Option<Arc<dyn IdentityProvider>>,
    /// Who sells proxy tickets.
    tickets: Option<TicketSeller>,
    /// The sessions that keep renewed tokens.
    sessions: Option<Sessions>,
}

impl SessionCredentials {
    /// With the provider that let the person in.
    #[must_use]
    pub fn with_provider(mut self, provider: Option<Arc<dyn IdentityProvider>>) -> Self {
        self.provider = provider;
        self
    }

    /// With who sells proxy tickets. Without, there are none.
    #[must_use]
    pub fn with_tickets(mut self, seller: Option<TicketSeller>) -> Self {
        self.tickets = seller;
        self
    }

    /// With the sessions in which renewed tokens are kept. Without them no token is renewed.
    #[must_use]
    pub fn with_sessions(mut self, sessions: Sessions) -> Self {
        self.sessions = Some(sessions);
        self
    }

    /// Credentials after the operator's rules.
    #[must_use]
    pub fn new(
        session: Arc<Session>,
        rules: Arc<Rules>,
        acts: ActsFor,
        linked: Arc<dyn LinkedAccounts>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { session, rules, acts, linked, clock, provider: None, tickets: None, sessions: None }
    }

    async fn person_token(&self, audience: Option<&str>, renew: bool) -> Result<Credential, ConnectorError> {
        let refused = || ConnectorError::new(ErrorKind::Unauthenticated, "give the person's token");
        let (token, expires_at) = match (&self.sessions, &self.provider) {
            (Some(sessions), Some(provider)) => match audience {
                Some(audience) => sessions
                    .exchanged_token(&self.session, provider, audience, renew)
                    .await
                    .map_err(not_given)?,
                None => {
                    let tokens =
                        sessions.fresh_tokens(&self.session, provider, renew).await.map_err(not_given)?;
                    (tokens.access.ok_or_else(refused)?, tokens.expires_at)
                }
            },
            // A refused token is not offered again, and nobody gives another.
            _ if renew || audience.is_some() => return Err(refused()),
            _ => self.session.access_token(self.clock.now()).ok_or_else(refused)?,
        };
        Ok(Credential::PersonToken { token, expires_at })
    }

    /// A proxy ticket; in a session that has none to buy with, the account that the person connected, where the application takes both.
    async fn proxy_ticket(
        &self,
        request: &CredentialRequest<'_>,
    ) -> (CredentialKind, Result<Credential, ConnectorError>) {
        let seller = self.tickets.as_ref();
        let takes_both = request.accepts.contains(&CredentialKind::LinkedAccount);
        if takes_both && !seller.is_some_and(|seller| seller.serves(&self.session)) {
            let account = self.linked_account(request).await;
            let none = account.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotLinked);
            // Whoever has neither is sent where a ticket is to be had.
            if !none || !matches!(seller, Some(TicketSeller::Paired(_))) {
                return (CredentialKind::LinkedAccount, account);
            }
        }
        (CredentialKind::ProxyTicket, ticket::buy_proxy_ticket(seller, &self.session, request).await)
    }

    async fn linked_account(&self, request: &CredentialRequest<'_>) -> Result<Credential, ConnectorError> {
        let (actor, connector) = (request.actor, request.connector);
        if request.renew {
            self.linked.refused(actor, connector).await;
            return Err(ConnectorError::new(ErrorKind::Unauthenticated, "use the person's account"));
        }
        match self.linked.find_linked_account(actor, connector).await? {
            Some(account) => Ok(Credential::LinkedAccount { login: account.login, secret: account.secret }),
            None => Err(ConnectorError::new(ErrorKind::NotLinked, "find the person's account")),
        }
    }
}

/// While the provider does not answer, the application is not ill and the person need not sign in again: the card keeps what it last
/// showed, and the engine asks again.
fn not_given(error: TokenError) -> ConnectorError {
    let (kind, hint) = match error {
        TokenError::SignInAgain => {
            (ErrorKind::Unauthenticated, "the identity provider gives no more tokens for this session")
        }
        TokenError::Later => {
            (ErrorKind::Cancelled, "the identity provider does not answer; the token is asked for again")
        }
        TokenError::Misconfigured => {
            (ErrorKind::BadConfiguration, "the identity provider does not give tokens of this audience")
        }
        TokenError::Session(_) => (ErrorKind::Internal, "the session could not be read or written"),
    };
    ConnectorError::new(kind, "give the person's token").with_hint(hint)
}

#[async_trait]
impl CredentialSource for SessionCredentials {
    async fn credential(&self, request: CredentialRequest<'_>) -> Result<Credential, ConnectorError> {
        let misconfigured =
            |hint| ConnectorError::new(ErrorKind::BadConfiguration, "choose a credential").with_hint(hint);
        let rule = self
            .rules
            .get(request.connector)
            .ok_or(misconfigured("declare credentials for this connector"))?;
        let (kind, credential) = match rule {
            CredentialRule::ActingLogin { login } => {
                let login = self.acts.login(request.connector, *login, request.actor);
                (CredentialKind::ActingLogin, login.map(|login| Credential::ActingLogin { login }))
            }
            CredentialRule::PersonToken { audience } => {
                let token = self.person_token(audience.as_deref(), request.renew).await;
                (CredentialKind::PersonToken, token)
            }
            CredentialRule::ProxyTicket => self.proxy_ticket(&request).await,
            CredentialRule::LinkedAccount => {
                (CredentialKind::LinkedAccount, self.linked_account(&request).await)
            }
            CredentialRule::Technical { key } => {
                let key = key.map(|from| self.acts.login(request.connector, from, request.actor));
                (CredentialKind::Technical, key.transpose().map(|key| Credential::Technical { key }))
            }
        };
        if request.accepts.contains(&kind) {
            credential
        } else {
            Err(misconfigured("this connector does not accept the configured kind of credential"))
        }
    }
}
