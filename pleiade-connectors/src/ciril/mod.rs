#![doc = include_str!("README.md")]

mod actions;
pub mod client;
mod config;
mod coverage;
mod exchange;
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
    exchange::source::ExchangeSource,
    kind::{ConnectorSettings, Network},
    kit::{sessions::AccountSessions, shared::Filter, soap},
};
use async_trait::async_trait;
use linking::Linking;
use pleiade_core::{
    AccountLinking, ActionOutcome, ActionRequest, ApplicationFamily, CallContext, Connector,
    ConnectorDescriptor, ConnectorError, ConnectorId, CredentialKind, Transport, Widget,
    connector::{Health, Messages},
};
use sessions::{Opener, Shared};
use std::sync::Arc;
use url::Url;

/// A configured Ciril platform that is read by its web services.
#[derive(Debug)]
pub struct CirilConnector {
    descriptor: ConnectorDescriptor,
    shared: Arc<Shared>,
    widgets: Vec<Arc<dyn Widget>>,
    linking: Option<Linking>,
}

impl ConnectorSettings for CirilConfig {
    fn addresses(&self) -> Vec<&Url> {
        match (self.access, &self.source) {
            (CirilAuthMethod::Exchange, Some(source)) => source.addresses(),
            _ => vec![&self.url],
        }
    }

    fn databases(&self) -> Vec<(&str, u16)> {
        self.source.as_ref().map(ExchangeSource::databases).unwrap_or_default()
    }

    fn stores(&self) -> Vec<String> {
        self.source.as_ref().map(ExchangeSource::stores).unwrap_or_default()
    }

    fn accepts(&self) -> &[CredentialKind] {
        match self.access {
            CirilAuthMethod::Linked => &[CredentialKind::LinkedAccount],
            _ => &[CredentialKind::Technical],
        }
    }

    fn filter(&self) -> Option<&Filter> {
        (self.access != CirilAuthMethod::Linked).then_some(&self.filter)
    }

    fn rows_name_tenants(&self) -> bool {
        // The basket and the orders of one Civil account name no collectivité.
        self.access != CirilAuthMethod::Technical
    }

    fn build(
        &self,
        id: ConnectorId,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn Connector>, ConnectorError> {
        self.build_with(id, Network::new(transport))
    }

    fn build_with(&self, id: ConnectorId, network: Network) -> Result<Arc<dyn Connector>, ConnectorError> {
        match self.access {
            CirilAuthMethod::Exchange => exchange::build(id, self, network),
            _ => Ok(Arc::new(CirilConnector::new(id, self.clone(), network.transport)?)),
        }
    }
}

impl CirilConnector {
    /// Joins a configuration and a network. What is handed over by the exchange contract is built by
    /// [`build_with`](ConnectorSettings::build_with).
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
        .with_look(ApplicationFamily::Business, "briefcase")
        .with_coverage(coverage::coverage());
        let kinds = config.offered();
        let accounts = AccountSessions::new(id, &accepts, Opener { client, config });
        let shared = Arc::new(Shared { accounts });
        let widgets = kinds.into_iter().filter_map(|kind| widgets::build(kind, &shared)).collect();
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
