//! What the server gives a connector to be let in, after the operator's choice for that instance.

mod ticket;

use crate::session::Session;
use async_trait::async_trait;
use pleiade_core::{
    Actor, Clock, ConnectorError, ConnectorId, Credential, CredentialKind, CredentialRequest,
    CredentialSource, ErrorKind, IdentityProvider, SecretString,
};
use serde::Deserialize;
use std::{collections::BTreeMap, fmt, sync::Arc};

/// Which attribute of a person is their login in an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoginFrom {
    /// What they type to sign in.
    #[default]
    Login,
    /// Their mail address.
    Mail,
}

/// The operator's choice for one connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
#[non_exhaustive]
pub enum CredentialRule {
    /// The connector's trusted key acts for this login.
    ActingLogin {
        /// Which attribute is the login.
        #[serde(default)]
        login: LoginFrom,
    },
    /// The access token that the person's identity provider gave at sign-in.
    PersonToken,
    /// A CAS proxy ticket, bought for each call at the source that let the person in.
    ProxyTicket,
    /// An account that the person connects.
    LinkedAccount,
    /// The connector's own account.
    Technical,
}

/// The choices of the instance.
pub type Rules = BTreeMap<ConnectorId, CredentialRule>;

/// Accounts that people connected.
#[async_trait]
pub trait LinkedAccounts: fmt::Debug + Send + Sync + 'static {
    /// The login and the secret of a person's account in an application, if they connected one.
    async fn find(&self, actor: &Actor, connector: &ConnectorId) -> Option<(String, SecretString)>;
}

/// Nobody has connected anything.
#[derive(Debug)]
pub struct NoLinkedAccounts;

#[async_trait]
impl LinkedAccounts for NoLinkedAccounts {
    async fn find(&self, _: &Actor, _: &ConnectorId) -> Option<(String, SecretString)> {
        None
    }
}

/// The credentials of one session.
#[derive(Debug)]
pub struct SessionCredentials {
    session: Arc<Session>,
    rules: Arc<Rules>,
    linked: Arc<dyn LinkedAccounts>,
    clock: Arc<dyn Clock>,
    /// What let the person in, which sells proxy tickets.
    provider: Option<Arc<dyn IdentityProvider>>,
}

impl SessionCredentials {
    /// With the provider that let the person in.
    #[must_use]
    pub fn through(mut self, provider: Option<Arc<dyn IdentityProvider>>) -> Self {
        self.provider = provider;
        self
    }

    /// Credentials after the operator's rules.
    #[must_use]
    pub fn new(
        session: Arc<Session>,
        rules: Arc<Rules>,
        linked: Arc<dyn LinkedAccounts>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { session, rules, linked, clock, provider: None }
    }

    fn person_token(&self, renew: bool) -> Result<Credential, ConnectorError> {
        // A refused token is not offered again: the person signs in anew, or the application waits for its natural renewal.
        let refused = ConnectorError::new(ErrorKind::Unauthenticated, "give the person's token");
        if renew {
            return Err(refused);
        }
        match self.session.access_token(self.clock.now()) {
            Some((token, expires_at)) => Ok(Credential::PersonToken { token, expires_at }),
            None => Err(refused),
        }
    }
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
                let identity = &request.actor.identity;
                let login = match login {
                    LoginFrom::Login => identity.login.clone(),
                    LoginFrom::Mail => identity.mail.as_ref().map(ToString::to_string),
                };
                let missing = ConnectorError::new(ErrorKind::NotLinked, "find the person's login")
                    .with_hint("the directory gives no login for this person; choose another attribute");
                (
                    CredentialKind::ActingLogin,
                    login.map(|login| Credential::ActingLogin { login }).ok_or(missing),
                )
            }
            CredentialRule::PersonToken => (CredentialKind::PersonToken, self.person_token(request.renew)),
            CredentialRule::ProxyTicket => {
                let ticket = ticket::buy(self.provider.as_deref(), &self.session, &request).await;
                (CredentialKind::ProxyTicket, ticket)
            }
            CredentialRule::LinkedAccount => {
                let missing = ConnectorError::new(ErrorKind::NotLinked, "find the person's account");
                let refused = ConnectorError::new(ErrorKind::Unauthenticated, "use the person's account");
                let account = self.linked.find(request.actor, request.connector).await;
                let credential = match account {
                    Some(_) if request.renew => Err(refused),
                    Some((login, secret)) => Ok(Credential::LinkedAccount { login, secret }),
                    None => Err(missing),
                };
                (CredentialKind::LinkedAccount, credential)
            }
            CredentialRule::Technical => (CredentialKind::Technical, Ok(Credential::Technical)),
        };
        if request.accepts.contains(&kind) {
            credential
        } else {
            Err(misconfigured("this connector does not accept the configured kind of credential"))
        }
    }
}
