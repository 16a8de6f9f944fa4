//! What the server gives a connector to be let in, after the operator's choice for that instance.

use crate::session::Session;
use async_trait::async_trait;
use pleiade_core::{
    Clock, ConnectorError, ConnectorId, Credential, CredentialKind, CredentialRequest, CredentialSource, ErrorKind,
};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};

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
    /// An account that the person connects.
    LinkedAccount,
    /// The connector's own account.
    Technical,
}

/// The choices of the instance.
pub type Rules = BTreeMap<ConnectorId, CredentialRule>;

/// The credentials of one session.
#[derive(Debug)]
pub struct SessionCredentials {
    session: Arc<Session>,
    rules: Arc<Rules>,
    clock: Arc<dyn Clock>,
}

impl SessionCredentials {
    /// Credentials after the operator's rules.
    #[must_use]
    pub fn new(session: Arc<Session>, rules: Arc<Rules>, clock: Arc<dyn Clock>) -> Self {
        Self { session, rules, clock }
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
        let misconfigured = |hint| {
            ConnectorError::new(ErrorKind::BadConfiguration, "choose a credential").with_hint(hint)
        };
        let rule = self.rules.get(request.connector).ok_or(misconfigured("declare credentials for this connector"))?;
        let (kind, credential) = match rule {
            CredentialRule::ActingLogin { login } => {
                let identity = &request.actor.identity;
                let login = match login {
                    LoginFrom::Login => identity.login.clone(),
                    LoginFrom::Mail => identity.mail.as_ref().map(ToString::to_string),
                };
                let missing = ConnectorError::new(ErrorKind::NotLinked, "find the person's login")
                    .with_hint("the directory gives no login for this person; choose another attribute");
                (CredentialKind::ActingLogin, login.map(|login| Credential::ActingLogin { login }).ok_or(missing))
            }
            CredentialRule::PersonToken => (CredentialKind::PersonToken, self.person_token(request.renew)),
            CredentialRule::LinkedAccount => (
                CredentialKind::LinkedAccount,
                Err(ConnectorError::new(ErrorKind::NotLinked, "find the person's account")),
            ),
            CredentialRule::Technical => (CredentialKind::Technical, Ok(Credential::Technical)),
        };
        if request.accepts.contains(&kind) {
            credential
        } else {
            Err(misconfigured("this connector does not accept the configured kind of credential"))
        }
    }
}
