//! A connector of a fictitious application for leave requests, with an account of each person and an action.

pub mod client;
pub mod config;
mod widgets;

use async_trait::async_trait;
use client::Client;
use pleiade_connectors::kit::sessions::{Account, AccountOpener, AccountSessions, Opened};
use pleiade_core::{
    ActionOutcome, ActionRequest, CallContext, Connector, ConnectorDescriptor, ConnectorError, ConnectorId,
    Credential, CredentialKind, ErrorKind, Message, SecretString, Transport, Widget,
    connector::{Health, Messages},
};
use std::{sync::Arc, time::Duration};
use url::Url;

const ACCEPTS: &[CredentialKind] = &[CredentialKind::LinkedAccount];

/// A configured instance.
#[derive(Debug)]
pub struct LeaveConnector {
    descriptor: ConnectorDescriptor,
    widgets: Vec<Arc<dyn Widget>>,
    shared: Arc<Shared>,
}

/// What the widgets and the actions have in common.
#[derive(Debug)]
struct Shared {
    client: Client,
    accounts: AccountSessions<Opener>,
}

/// Each person's own token goes with every call, so there is no session to open.
#[derive(Debug)]
struct Opener;

impl LeaveConnector {
    /// Joins an address and a network.
    pub fn new(id: ConnectorId, base: Url, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        let messages = Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl"));
        let descriptor =
            ConnectorDescriptor::new("leave", id.clone(), "Congés", base.clone(), ACCEPTS, messages);
        let shared = Arc::new(Shared {
            client: Client::new(&base, transport)?,
            accounts: AccountSessions::new(id, ACCEPTS, Opener),
        });
        Ok(Self { descriptor, widgets: widgets::all(&shared), shared })
    }
}

#[async_trait]
impl AccountOpener for Opener {
    type Session = SecretString;
    type Memory = ();

    async fn open(
        &self,
        _: &CallContext,
        credential: &Credential,
        (): &(),
    ) -> Result<Opened<SecretString>, ConnectorError> {
        match credential {
            Credential::LinkedAccount { secret, .. } => Ok(Opened::credential(secret.clone(), Duration::MAX)),
            _ => Err(ConnectorError::new(ErrorKind::BadConfiguration, "get a token")),
        }
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
        let accept = |account: Account<Opener>| async move {
            self.shared.client.accept(&request.target, &account.session).await
        };
        self.shared.accounts.call(cx, accept).await?;
        Ok(ActionOutcome::Done(Message::new("leave-accepted")))
    }

    fn retry(&self) {
        self.shared.accounts.retry();
    }
}
