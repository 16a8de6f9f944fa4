//! How a person connects their account of an application once, for an application that asks for it.
//!
//! A connector offers this by [`Connector::linking`](crate::Connector::linking); whoever calls it keeps what comes out of it, sealed, and
//! gives it back as [`Credential::LinkedAccount`](crate::Credential::LinkedAccount).

use crate::{ConnectorError, ErrorKind};
use async_trait::async_trait;
use secrecy::SecretString;
use std::fmt;
use url::Url;

/// A way to link an account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkingMethod {
    /// The person allows the portal on a page of the application, which then hands a secret over.
    LoginFlow,
    /// The person makes a token or an application password in the application and pastes it.
    Pasted {
        /// True if their login must be typed too; otherwise the application names it.
        login: bool,
        /// The page of the application where such a secret is made, if it has one.
        page: Option<Url>,
    },
}

/// A login flow that has begun.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LinkingPage {
    /// The page on which the person allows the portal. Only for them: whoever opens it gives away their own account.
    pub page: Url,
    /// The argument of [`AccountLinking::poll`].
    pub token: SecretString,
}

impl LinkingPage {
    /// A flow with this page and this token.
    #[must_use]
    pub fn new(page: Url, token: SecretString) -> Self {
        Self { page, token }
    }
}

/// An account of a person in an application, with the secret that opens it.
#[derive(Clone)]
#[non_exhaustive]
pub struct LinkedAccount {
    /// The login in the application; may be empty before [`AccountLinking::check`] when the method asks for none.
    pub login: String,
    /// Its token or application password.
    pub secret: SecretString,
}

impl LinkedAccount {
    /// An account with this login and secret.
    #[must_use]
    pub fn new(login: impl Into<String>, secret: SecretString) -> Self {
        Self { login: login.into(), secret }
    }
}

/// Shows neither the login nor the secret.
impl fmt::Debug for LinkedAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkedLogin(…)")
    }
}

/// Linking and unlinking of accounts of one application.
#[async_trait]
pub trait AccountLinking: Send + Sync {
    /// The methods on offer, most advisable first.
    fn methods(&self) -> &[LinkingMethod];

    /// Begins a login flow. `device` names the portal in the person's list of devices: ASCII letters.
    ///
    /// # Errors
    /// Those of the application; [`ErrorKind::Unsupported`] without [`LinkingMethod::LoginFlow`].
    async fn start(&self, device: &str) -> Result<LinkingPage, ConnectorError> {
        let _ = device;
        Err(ConnectorError::new(ErrorKind::Unsupported, "start connecting an account"))
    }

    /// Asks whether the person has allowed the portal: `None` until they have, and again once the flow has ended.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    async fn poll(&self, token: &SecretString) -> Result<Option<LinkedAccount>, ConnectorError> {
        let _ = token;
        Err(ConnectorError::new(ErrorKind::Unsupported, "finish connecting an account"))
    }

    /// Opens the application with an account, without changing anything there, and returns the account with the login that the application
    /// knows.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`] when the secret opens nothing, or another account than the login says; those of the application.
    async fn check(&self, account: &LinkedAccount) -> Result<LinkedAccount, ConnectorError>;

    /// Makes the secret worthless in the application.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] when the person must do it there themselves; those of the application.
    async fn revoke(&self, account: &LinkedAccount) -> Result<(), ConnectorError> {
        let _ = account;
        Err(ConnectorError::new(ErrorKind::Unsupported, "revoke a linked account"))
    }
}
