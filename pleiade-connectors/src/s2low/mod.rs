#![doc = include_str!("README.md")]

mod actions;
pub mod client;
mod config;
mod coverage;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod lines;
mod links;
mod reading;
mod sessions;
pub mod states;
mod widgets;
pub mod wire;

pub use client::Client;
pub use config::{S2lowConfig, WidgetKind};
pub use links::Links;

use crate::{
    kind::{ClientCertificate, ConnectorSettings},
    kit::{sessions::AccountSessions, shared::Filter},
};
use async_trait::async_trait;
use pleiade_core::{
    ActionOutcome, ActionRequest, ApplicationFamily, CallContext, Connector, ConnectorDescriptor,
    ConnectorError, ConnectorId, CredentialKind, Transport, Widget,
    connector::{Health, Messages},
};
use sessions::{Opener, Shared};
use std::sync::Arc;
use url::Url;

const ACCEPTS: &[CredentialKind] = &[CredentialKind::Technical];

/// A configured authority of S²LOW.
#[derive(Debug)]
pub struct S2lowConnector {
    descriptor: ConnectorDescriptor,
    shared: Arc<Shared>,
    widgets: Vec<Arc<dyn Widget>>,
}

impl ConnectorSettings for S2lowConfig {
    fn addresses(&self) -> Vec<&Url> {
        vec![&self.url]
    }

    fn accepts(&self) -> &[CredentialKind] {
        ACCEPTS
    }

    fn filter(&self) -> Option<&Filter> {
        Some(&self.filter)
    }

    fn client_certificate(&self) -> Option<ClientCertificate<'_>> {
        self.certificate()
    }

    fn build(
        &self,
        id: ConnectorId,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn Connector>, ConnectorError> {
        Ok(Arc::new(S2lowConnector::new(id, self.clone(), transport)?))
    }
}

impl S2lowConnector {
    /// Joins a configuration and a network: for an address with `https`, a transport that shows the certificate of the configuration
    /// ([`ClientCertificate::identity`]) and serves this authority alone.
    ///
    /// # Errors
    /// [`BadConfiguration`](pleiade_core::ErrorKind::BadConfiguration), whose hint names the key.
    pub fn new(
        id: ConnectorId,
        config: S2lowConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        config.check()?;
        let client = Client::new(&config, transport)?;
        let descriptor = ConnectorDescriptor::new(
            "s2low",
            id.clone(),
            config.name.clone(),
            Links::new(config.public().clone()).home(),
            ACCEPTS,
            Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl")),
        )
        .with_look(ApplicationFamily::Administration, "paper-plane")
        .with_coverage(coverage::coverage());
        let kinds = config.widgets.clone();
        let accounts = AccountSessions::new(id, ACCEPTS, Opener { client, config });
        let shared = Arc::new(Shared { accounts });
        let widgets = kinds.into_iter().map(|kind| widgets::build(kind, &shared)).collect();
        Ok(Self { descriptor, shared, widgets })
    }
}

#[async_trait]
impl Connector for S2lowConnector {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn perform(
        &self,
        cx: &CallContext,
        request: &ActionRequest,
    ) -> Result<ActionOutcome, ConnectorError> {
        actions::perform(&self.shared, cx, request).await
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        self.shared.client().connection().await?;
        Ok(Health::new(None))
    }

    fn retry(&self) {
        self.shared.accounts.retry();
    }
}
