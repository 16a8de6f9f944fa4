//! How Civil is opened, and what is kept of it.

use super::{
    client::{self, Client},
    config::{CirilAuthMethod, CirilConfig},
    wire::Group,
};
use crate::kit::{
    json::List,
    memo::Memo,
    sessions::{Account, AccountOpener, AccountSessions, OpenedSession},
    soap::SoapFault,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use pleiade_core::{CallContext, ConnectorError, Credential, ErrorKind, SecretString, WidgetContent};
use std::{fmt, future::Future, sync::Arc, time::Duration};

/// The time for which a basket that was read serves everybody who sees it.
pub(super) const SHARED_FOR: Duration = Duration::from_secs(300);
/// How long an access string lives is not published: it serves one refresh of the cards.
const ACCESS_TTL: Duration = Duration::from_secs(60);

/// A basket as it was read.
pub(super) struct Basket {
    pub(super) groups: List<Group>,
    pub(super) read_at: DateTime<Utc>,
}

/// What is kept of an account from one reading to the next.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) basket: Memo<Basket>,
}

/// What was read stays out of debug output.
impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

/// An opened account of Civil.
#[derive(Debug, Clone)]
pub(super) struct OpenCivil {
    pub(super) access: SecretString,
    /// The login of a linked account.
    pub(super) login: Option<String>,
}

#[derive(Debug)]
pub(super) struct Opener {
    pub(super) client: Client,
    pub(super) config: CirilConfig,
}

impl Opener {
    /// Opens Civil for an account.
    pub(super) async fn access(
        &self,
        login: &str,
        password: &SecretString,
    ) -> Result<SecretString, ConnectorError> {
        let points = self.client.access_list(login, password).await?;
        Ok(client::choose(points, &self.config.access_point)?.access)
    }

    /// Opens Civil for the account of the settings.
    pub(super) async fn technical_access(&self) -> Result<SecretString, ConnectorError> {
        match (&self.config.civil_login, &self.config.civil_password) {
            (Some(login), Some(password)) => self.access(login, password).await,
            _ => Err(ConnectorError::new(ErrorKind::BadConfiguration, "open Civil")
                .with_hint("`access = \"technical\"` needs `civil_login` and `civil_password_file`")),
        }
    }
}

#[async_trait]
impl AccountOpener for Opener {
    type Session = OpenCivil;
    type Memory = Memory;

    async fn open(
        &self,
        _: &CallContext,
        credential: &Credential,
        _: &Memory,
    ) -> Result<OpenedSession<OpenCivil>, ConnectorError> {
        let session = match (self.config.access, credential) {
            (CirilAuthMethod::Technical, Credential::Technical { .. }) => {
                OpenCivil { access: self.technical_access().await?, login: None }
            }
            (CirilAuthMethod::Linked, Credential::LinkedAccount { login, secret }) => {
                OpenCivil { access: self.access(login, secret).await?, login: Some(login.clone()) }
            }
            _ => {
                return Err(ConnectorError::new(ErrorKind::BadConfiguration, "open Civil")
                    .with_hint("the credential given is not of the kind that `access` asks for"));
            }
        };
        Ok(OpenedSession::issued(session, ACCESS_TTL))
    }
}

/// What the cards of a platform share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) accounts: AccountSessions<Opener>,
}

impl Shared {
    pub(super) fn config(&self) -> &CirilConfig {
        &self.accounts.opener().config
    }

    pub(super) fn client(&self) -> &Client {
        &self.accounts.opener().client
    }

    /// True if the person sees the basket: their own, or that of the technical account for the members of the groups that the operator names.
    pub(super) fn sees_basket(&self, cx: &CallContext) -> bool {
        match self.config().access {
            CirilAuthMethod::Linked => true,
            _ => self.config().filter.shows_figures(cx),
        }
    }

    /// Loads a card. A fault is met by opening Civil again once.
    pub(super) async fn load<F>(
        &self,
        cx: &CallContext,
        work: impl Fn(Account<Opener>) -> F,
    ) -> Result<WidgetContent, ConnectorError>
    where
        F: Future<Output = Result<WidgetContent, ConnectorError>>,
    {
        if self.config().access == CirilAuthMethod::Technical {
            self.config().filter.tenant(cx)?;
        }
        self.accounts.load(cx, work).await.map_err(lasting)
    }

    /// The basket of an account, at most [`SHARED_FOR`] old.
    pub(super) async fn basket(&self, account: &Account<Opener>) -> Result<Arc<Basket>, ConnectorError> {
        let read = |_| async {
            let groups = self.client().groups(&account.session.access).await?;
            Ok(Basket { groups, read_at: account.cx.clock.now() })
        };
        account.memory.basket.get(account.cx.clock.elapsed(), SHARED_FOR, account.opening, read).await
    }
}

/// A fault that a new access string does not mend is the application's, and nobody's credential is wrong.
pub(super) fn lasting(error: ConnectorError) -> ConnectorError {
    let is_fault = error.kind() == ErrorKind::Unauthenticated
        && !error.refuses_credential()
        && SoapFault::is_behind(&error);
    match is_fault {
        true => ConnectorError::new(ErrorKind::Unreachable, error.operation().to_owned())
            .with_hint("Ciril answers with a fault, also with a new access string")
            .with_source(SoapFault),
        false => error,
    }
}
