#![doc = include_str!("README.md")]

pub mod client;
mod config;
mod coverage;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod links;
mod probe;
mod sessions;
mod widgets;
pub mod wire;

pub use client::Client;
pub use config::{CounterConfig, Direction, KelioConfig, QuietHours, RequestState, Unit, WidgetKind};

use crate::{
    kind::ConnectorSettings,
    kit::{sessions::AccountSessions, shared::Filter},
};
use async_trait::async_trait;
use pleiade_core::{
    ApplicationFamily, Clock as _, Connector, ConnectorDescriptor, ConnectorError, ConnectorId,
    CredentialKind, SystemClock, Transport, Widget,
    connector::{Health, Messages},
};
use sessions::{Opener, Shared};
use std::sync::Arc;
use url::Url;

const ACCEPTS: &[CredentialKind] = &[CredentialKind::Technical];

/// A configured Kelio server.
#[derive(Debug)]
pub struct KelioConnector {
    descriptor: ConnectorDescriptor,
    shared: Arc<Shared>,
    widgets: Vec<Arc<dyn Widget>>,
}

impl ConnectorSettings for KelioConfig {
    fn addresses(&self) -> Vec<&Url> {
        vec![&self.url]
    }

    fn accepts(&self) -> &[CredentialKind] {
        ACCEPTS
    }

    fn rows_name_tenants(&self) -> bool {
        false
    }

    fn filter(&self) -> Option<&Filter> {
        Some(&self.filter)
    }

    fn build(
        &self,
        id: ConnectorId,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn Connector>, ConnectorError> {
        Ok(Arc::new(KelioConnector::new(id, self.clone(), transport)?))
    }
}

impl KelioConnector {
    /// Joins a configuration and a network.
    ///
    /// # Errors
    /// [`BadConfiguration`](pleiade_core::ErrorKind::BadConfiguration), whose hint names the key.
    pub fn new(
        id: ConnectorId,
        config: KelioConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        let rules = config.rules()?;
        let client = Client::new(&config, &rules, transport)?;
        let descriptor = ConnectorDescriptor::new(
            "kelio",
            id.clone(),
            config.name.clone(),
            links::home(&config),
            ACCEPTS,
            Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl")),
        )
        .with_look(ApplicationFamily::Business, "clock-o")
        .with_coverage(coverage::coverage());
        let kinds = rules.widgets.clone();
        let accounts = AccountSessions::new(id, ACCEPTS, Opener { client, config, rules });
        let shared = Arc::new(Shared { accounts });
        let widgets = kinds.into_iter().map(|kind| widgets::build(kind, &shared)).collect();
        Ok(Self { descriptor, shared, widgets })
    }
}

#[async_trait]
impl Connector for KelioConnector {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        // Nobody calls with a clock here, and it is one of the wall that forbids calls at night.
        probe::probe(&self.shared, SystemClock::default().now()).await
    }

    fn retry(&self) {
        self.shared.accounts.retry();
    }
}
