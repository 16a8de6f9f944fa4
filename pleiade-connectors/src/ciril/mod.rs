#![doc = include_str!("README.md")]

mod actions;
pub mod client;
mod config;
mod coverage;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod linking;
mod links;
mod sessions;
mod widgets;
pub mod wire;

pub use client::Client;
pub use config::{
    AccessPointRule, AnswerConfig, CirilAuthMethod, CirilConfig, GroupConfig, OrdersConfig, WidgetKind,
};
pub use links::Links;

use crate::{
    kind::ConnectorSettings,
    kit::{sessions::AccountSessions, shared::Filter, soap},
};
use async_trait::async_trait;
use linking::Linking;
use pleiade_core::{
    AccountLinking, ActionOutcome, ActionRequest, CallContext, Connector, ConnectorDescriptor,
    ConnectorError, ConnectorId, CredentialKind, Transport, Widget,
    connector::{Health, Messages},
};
use sessions::{Opener, Shared};
use std::sync::Arc;
use url::Url;

/// A configured Ciril platform.
#[derive(Debug)]
pub struct CirilConnector {
    descriptor: ConnectorDescriptor,
    shared: Arc<Shared>,
    widgets: Vec<Arc<dyn Widget>>,
    linking: Option<Linking>,
}

impl ConnectorSettings for CirilConfig {
    fn addresses(&self) -> Vec<&Url> {
        vec![&self.url]
    }

    fn accepts(&self) -> &[CredentialKind] {
        match self.access {
            CirilAuthMethod::Technical => &[CredentialKind::Technical],
            CirilAuthMethod::Linked => &[CredentialKind::LinkedAccount],
        }
    }

    fn filter(&self) -> Option<&Filter> {
        (self.access == CirilAuthMethod::Technical).then_some(&self.filter)
    }

    fn build(
        &self,
        id: ConnectorId,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn Connector>, ConnectorError> {
        Ok(Arc::new(CirilConnector::new(id, self.clone(), transport)?))
    }
}

impl CirilConnector {
    /// Joins a configuration and a network.
    ///
    /// # Errors
    /// [`BadConfiguration`](pleiade_core::ErrorKind::BadConfiguration), whose hint names the key.
    pub fn new(
        id: ConnectorId,
        config: CirilConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        config.check()?;
        let client = Client::new(&config, transport)?;
        let accepts = config.accepts().to_vec();
        let descriptor = ConnectorDescriptor::new(
            "ciril",
            id.clone(),
            config.name.clone(),
            Links::new(config.public().clone()).home(),
            accepts.clone(),
            Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl")),
        )
        .with_coverage(coverage::coverage());
        let kinds = config.widgets.clone();
        let accounts = AccountSessions::new(id, &accepts, Opener { client, config });
        let shared = Arc::new(Shared { accounts });
        let widgets = kinds.into_iter().map(|kind| widgets::build(kind, &shared)).collect();
        let linking = Linking::new(&shared);
        Ok(Self { descriptor, shared, widgets, linking })
    }
}

#[async_trait]
impl Connector for CirilConnector {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        let (opener, client) = (self.shared.accounts.opener(), self.shared.client());
        if self.shared.config().access == CirilAuthMethod::Linked {
            client.is_there().await?;
            return Ok(Health::new(None));
        }
        let access = opener.technical_access().await?;
        let groups = client.groups(&access).await.map_err(sessions::lasting)?;
        let names: Vec<_> =
            groups.iter().flat_map(|group| [&group.application, &group.label]).flatten().collect();
        let health = Health::new(None);
        Ok(match names.is_empty() {
            true => health,
            false => health.with_finding(format!(
                "groups of tasks: {}",
                soap::listed(names.into_iter().map(String::as_str))
            )),
        })
    }

    async fn perform(
        &self,
        cx: &CallContext,
        request: &ActionRequest,
    ) -> Result<ActionOutcome, ConnectorError> {
        actions::perform(&self.shared, cx, request).await
    }

    fn retry(&self) {
        self.shared.accounts.retry();
    }

    fn linking(&self) -> Option<&dyn AccountLinking> {
        self.linking.as_ref().map(|linking| linking as _)
    }
}
