#![doc = include_str!("README.md")]

pub mod client;
mod config;
mod coverage;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod lines;
mod links;
mod people;
mod reading;
mod sessions;
mod widgets;
pub mod wire;

pub use client::Client;
pub use config::{IdelibreConfig, PersonKey, StructureConfig, WebClient, WidgetKind};
pub use links::Links;

use crate::{
    kind::ConnectorSettings,
    kit::{sessions::AccountSessions, shared::Filter},
};
use async_trait::async_trait;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use pleiade_core::{
    ApplicationFamily, Connector, ConnectorDescriptor, ConnectorError, ConnectorId, CredentialKind,
    Transport, Widget,
    connector::{Health, Messages},
};
use sessions::{Opener, Shared};
use std::sync::Arc;
use url::Url;

const ACCEPTS: &[CredentialKind] = &[CredentialKind::Technical];
/// The most structures whose keys are tried by a probe, the first of the configuration.
const MAX_PROBED_STRUCTURES: usize = 50;
/// The most calls of a probe at once.
const MAX_PROBES_AT_ONCE: usize = 4;

/// A configured i-delibRE server.
#[derive(Debug)]
pub struct IdelibreConnector {
    descriptor: ConnectorDescriptor,
    shared: Arc<Shared>,
    widgets: Vec<Arc<dyn Widget>>,
}

impl ConnectorSettings for IdelibreConfig {
    fn addresses(&self) -> Vec<&Url> {
        vec![&self.url]
    }

    fn accepts(&self) -> &[CredentialKind] {
        ACCEPTS
    }

    fn filter(&self) -> Option<&Filter> {
        Some(&self.filter)
    }

    fn build(
        &self,
        id: ConnectorId,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn Connector>, ConnectorError> {
        Ok(Arc::new(IdelibreConnector::new(id, self.clone(), transport)?))
    }
}

impl IdelibreConnector {
    /// Joins a configuration and a network.
    ///
    /// # Errors
    /// [`BadConfiguration`](pleiade_core::ErrorKind::BadConfiguration), whose hint names the key.
    pub fn new(
        id: ConnectorId,
        config: IdelibreConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        config.check()?;
        let client = Client::new(&config.url, transport)?;
        let descriptor = ConnectorDescriptor::new(
            "idelibre",
            id.clone(),
            config.name.clone(),
            Links::new(config.public().clone()).home(),
            ACCEPTS,
            Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl")),
        )
        .with_look(ApplicationFamily::Administration, "gavel")
        .with_coverage(coverage::coverage());
        let kinds = config.widgets.clone();
        let accounts = AccountSessions::new(id, ACCEPTS, Opener { client, config });
        let shared = Arc::new(Shared { accounts });
        let widgets = kinds.into_iter().map(|kind| widgets::build(kind, &shared)).collect();
        Ok(Self { descriptor, shared, widgets })
    }
}

#[async_trait]
impl Connector for IdelibreConnector {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        let opener = self.shared.accounts.opener();
        let structures = opener.config.structures.iter().take(MAX_PROBED_STRUCTURES);
        let probes: Vec<_> = structures.map(|structure| opener.probe(structure)).collect();
        stream::iter(probes).buffered(MAX_PROBES_AT_ONCE).try_collect::<Vec<()>>().await?;
        Ok(Health::new(opener.client.version().await))
    }

    fn retry(&self) {
        self.shared.accounts.retry();
    }
}
