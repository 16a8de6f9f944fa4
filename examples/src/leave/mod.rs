//! A connector of a fictitious application for leave requests, written with `pleiade-core` alone.

pub mod client;
pub mod settings;
mod widgets;

use async_trait::async_trait;
use client::{Client, List};
use pleiade_core::{
    ActionOutcome, ActionRequest, CallContext, Connector, ConnectorDescriptor, ConnectorError, ConnectorId,
    Credential, CredentialKind, CredentialRequest, ErrorKind, Message, SecretString, Transport, Widget,
    connector::{Health, Messages},
};
use std::{future::Future, sync::Arc};
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
    id: ConnectorId,
    client: Client,
}

impl LeaveConnector {
    /// Joins an address, which ends with `/`, and a network.
    pub fn new(id: ConnectorId, base: Url, transport: Arc<dyn Transport>) -> Result<Self, ConnectorError> {
        let messages = Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl"));
        let descriptor =
            ConnectorDescriptor::new("leave", id.clone(), "Congés", base.clone(), ACCEPTS, messages);
        let shared = Arc::new(Shared { id, client: Client::new(base, transport) });
        let widgets = widgets::all(&shared)
            .map_err(|_| ConnectorError::new(ErrorKind::Internal, "name the widgets"))?;
        Ok(Self { descriptor, widgets, shared })
    }
}

impl Shared {
    /// Makes a call with the person's token; once more with a new one when the first is refused.
    async fn with_token<T, F>(
        &self,
        cx: &CallContext,
        call: impl Fn(SecretString) -> F,
    ) -> Result<T, ConnectorError>
    where
        F: Future<Output = Result<T, ConnectorError>>,
    {
        let request = CredentialRequest::new(&cx.actor, &self.id, ACCEPTS);
        match call(token(cx, request).await?).await {
            Err(error) if error.kind() == ErrorKind::Unauthenticated => {
                call(token(cx, request.renewed()).await?).await
            }
            result => result,
        }
    }

    async fn requests(&self, cx: &CallContext, list: List) -> Result<client::Page, ConnectorError> {
        self.with_token(cx, |token| async move { self.client.requests(list, &token).await }).await
    }
}

async fn token(cx: &CallContext, request: CredentialRequest<'_>) -> Result<SecretString, ConnectorError> {
    match cx.credentials.credential(request).await? {
        Credential::LinkedAccount { secret, .. } => Ok(secret),
        _ => Err(ConnectorError::new(ErrorKind::BadConfiguration, "get a token")),
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
        if request.id.as_str() != widgets::ACCEPT {
            return Err(ConnectorError::new(ErrorKind::Unsupported, "perform an action"));
        }
        let accept = |token| async move { self.shared.client.accept(&request.target, &token).await };
        self.shared.with_token(cx, accept).await?;
        Ok(ActionOutcome::Done(Message::new("leave-accepted")))
    }
}
