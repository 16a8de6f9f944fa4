//! How a person connects their account of an application once, for an application that asks for it.
//!
//! A connector offers this by [`Connector::linking`](crate::Connector::linking); whoever calls it keeps what comes out of it, sealed, and
//! gives it back as [`Credential::LinkedAccount`](crate::Credential::LinkedAccount).

use crate::{ConnectorError, ErrorKind};
use async_trait::async_trait;
use secrecy::SecretString;
use std::fmt;
use url::Url;

/// A way to connect an account.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkingWay {
    /// The person allows the portal on a page of the application, which then hands a secret over.
    LoginFlow,
    /// The person makes a token or an application password in the application and pastes it.
    Pasted {
        /// Whether their login must be typed too; otherwise the application names it.
        login: bool,
        /// The page of the application where such a secret is made, if it has one.
        page: Option<Url>,
    },
}

/// A login flow that has begun.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LinkingPage {
    /// The page that the person opens to allow the portal. Whoever opens it gives away their own account: it is theirs alone.
    pub page: Url,
    /// What [`AccountLinking::poll`] takes.
    pub token: SecretString,
}

impl LinkingPage {
    /// Joins both.
    #[must_use]
    pub fn new(page: Url, token: SecretString) -> Self {
        Self { page, token }
    }
}

/// An account with what opens it.
#[derive(Clone)]
#[non_exhaustive]
pub struct LinkedLogin {
    /// The login in the application; may be empty before [`AccountLinking::check`] when the way asks for none.
    pub login: String,
    /// Its token or application password.
    pub secret: SecretString,
}

impl LinkedLogin {
    /// Joins both.
    #[must_use]
    pub fn new(login: impl Into<String>, secret: SecretString) -> Self {
        Self { login: login.into(), secret }
    }
}

/// Neither is shown.
impl fmt::Debug for LinkedLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkedLogin(…)")
    }
}

/// Connecting and disconnecting accounts of one application.
#[async_trait]
pub trait AccountLinking: Send + Sync {
    /// The ways on offer, most advisable first.
    fn ways(&self) -> &[LinkingWay];

    /// Begins a login flow. `device` names the portal in the person's list of devices: ASCII letters.
    ///
    /// # Errors
    /// Those of the application; [`ErrorKind::Unsupported`] without [`LinkingWay::LoginFlow`].
    async fn start(&self, device: &str) -> Result<LinkingPage, ConnectorError> {
        let _ = device;
        Err(ConnectorError::new(ErrorKind::Unsupported, "start connecting an account"))
    }

    /// Asks whether the person has allowed the portal; nothing while they have not, and ever after once the flow has ended.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    async fn poll(&self, token: &SecretString) -> Result<Option<LinkedLogin>, ConnectorError> {
        let _ = token;
        Err(ConnectorError::new(ErrorKind::Unsupported, "finish connecting an account"))
    }

    /// Opens the application with an account, harmlessly, and gives it back with the login that the application knows.
    ///
    /// # Errors
    /// [`ErrorKind::Unauthenticated`] when the secret opens nothing, or another account than the login says; those of the application.
    async fn check(&self, account: &LinkedLogin) -> Result<LinkedLogin, ConnectorError>;

    /// Makes the secret worthless in the application.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] when the person must do it there themselves; those of the application.
    async fn revoke(&self, account: &LinkedLogin) -> Result<(), ConnectorError> {
        let _ = account;
        Err(ConnectorError::new(ErrorKind::Unsupported, "revoke an access"))
    }
}
