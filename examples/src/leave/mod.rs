//! A connector of a fictitious application for leave requests, with an account of each person and an action.

pub mod client;
pub mod config;
mod widgets;

use async_trait::async_trait;
use client::{Client, RequestScope};
use pleiade_connectors::kit::sessions::{Account, AccountSessions, LinkedSecret};
use pleiade_core::{
    AccountLinking, ActionOutcome, ActionRequest, CallContext, Connector, ConnectorDescriptor,
    ConnectorError, ConnectorId, CredentialKind, ErrorKind, LinkedAccount, LinkingMethod, Message, Transport,
    Widget,
    connector::{Health, Messages},
};
use std::sync::Arc;
use url::Url;

const ACCEPTS: &[CredentialKind] = &[CredentialKind::LinkedAccount];

/// A configured instance.
#[derive(Debug)]
pub struct LeaveConnector {
    descriptor: ConnectorDescriptor,
    widgets: Vec<Arc<dyn Widget>>,
    shared: Arc<Shared>,
}

/// The state that the widgets and the actions share.
#[derive(Debug)]
struct Shared {
    client: Client,
    accounts: AccountSessions<LinkedSecret>,
}

impl LeaveConnector {
    /// Joins an address and a network.
    pub fn new(id: ConnectorId, base: Url, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        let messages = Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl"));
        let descriptor =
            ConnectorDescriptor::new("leave", id.clone(), "Congés", base.clone(), ACCEPTS, messages);
        let shared = Arc::new(Shared {
            client: Client::new(&base, transport)?,
            accounts: AccountSessions::new(id, ACCEPTS, LinkedSecret::default()),
        });
        Ok(Self { descriptor, widgets: widgets::all(&shared), shared })
    }
}

/// People make a token in the application and paste it; it opens their own requests, or nothing.
#[async_trait]
impl AccountLinking for Shared {
    fn methods(&self) -> &[LinkingMethod] {
        const PASTED: &[LinkingMethod] = &[LinkingMethod::Pasted { login: true, page: None }];
        PASTED
    }

    async fn check(&self, account: &LinkedAccount) -> Result<LinkedAccount, ConnectorError> {
        self.client.requests(RequestScope::Own, &account.secret).await?;
        self.accounts.clear_refusal(&account.login, &account.secret);
        Ok(account.clone())
    }
}

#[async_trait]
impl Connector for LeaveConnector {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        self.shared.client.status().await.map(|status| Health::new(Some(status.version)))
    }

    async fn perform(
        &self,
        cx: &CallContext,
        request: &ActionRequest,
    ) -> Result<ActionOutcome, ConnectorError> {
        if request.id != widgets::ACCEPT {
            return Err(ConnectorError::new(ErrorKind::Unsupported, "perform an action"));
        }
        let accept = |account: Account<LinkedSecret>| async move {
            self.shared.client.accept(&request.target, &account.session.secret).await
        };
        self.shared.accounts.call(cx, accept).await?;
        Ok(ActionOutcome::Done(Message::new("leave-accepted")))
    }

    fn linking(&self) -> Option<&dyn AccountLinking> {
        Some(self.shared.as_ref())
    }

    fn retry(&self) {
        self.shared.accounts.retry();
    }
}
