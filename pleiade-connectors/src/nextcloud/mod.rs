#![doc = include_str!("README.md")]

mod actions;
pub mod client;
mod config;
mod coverage;
mod linking;
mod links;
mod search;
mod sessions;
mod widgets;
mod wire;

pub use client::Client;
pub use config::{NextcloudAuthMethod, NextcloudConfig, WidgetKind};
pub use links::Links;

use crate::{kind::ConnectorSettings, kit::sessions::AccountSessions};
use async_trait::async_trait;
use pleiade_core::{
    AccountLinking, ActionOutcome, ActionRequest, ApplicationFamily, CallContext, Connector,
    ConnectorDescriptor, ConnectorError, ConnectorId, ContentSearch, CredentialKind, ErrorKind, Transport,
    Widget,
    connector::{Health, Messages},
};
use sessions::{Opener, Shared};
use std::sync::Arc;
use url::Url;

/// A configured Nextcloud server.
#[derive(Debug)]
pub struct NextcloudConnector {
    descriptor: ConnectorDescriptor,
    shared: Arc<Shared>,
    widgets: Vec<Arc<dyn Widget>>,
    linking: Option<linking::Linking>,
}

impl ConnectorSettings for NextcloudConfig {
    fn addresses(&self) -> Vec<&Url> {
        vec![&self.url]
    }

    fn accepts(&self) -> &[CredentialKind] {
        self.access.accepts()
    }

    fn build(
        &self,
        id: ConnectorId,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn Connector>, ConnectorError> {
        Ok(Arc::new(NextcloudConnector::new(id, self.clone(), transport)?))
    }
}

impl NextcloudConnector {
    /// Joins a configuration and a network.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when an address is not a plain `http` or `https` address, or the agenda looks ahead less than
    /// 1 or more than 31 days.
    pub fn new(
        id: ConnectorId,
        config: NextcloudConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        if !(1..=31).contains(&config.agenda_days) {
            return Err(ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration")
                .with_hint("agenda_days is 1 to 31"));
        }
        let client = Client::new(&config.url, config.public_url.as_ref(), transport)?;
        let descriptor = ConnectorDescriptor::new(
            "nextcloud",
            id.clone(),
            config.name.clone(),
            client.links().home(),
            config.access.accepts(),
            Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl")),
        )
        .with_look(ApplicationFamily::Collaboration, "cloud")
        .with_coverage(coverage::coverage());
        let accepts = config.access.accepts();
        let accounts = AccountSessions::new(id, accepts, Opener { client, auth_method: config.access });
        let shared = Arc::new(Shared { config, accounts });
        let linking = linking::Linking::new(&shared);
        let widgets = shared.config.widgets.iter().map(|kind| widgets::build(*kind, &shared)).collect();
        Ok(Self { descriptor, shared, widgets, linking })
    }

    /// The typed client, for what widgets do not offer: connecting an account, revoking an app password.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.shared.accounts.opener().client
    }
}

#[async_trait]
impl Connector for NextcloudConnector {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        self.client().status().await.map(|status| Health::new(Some(status.version)))
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

    fn search(&self) -> Option<&dyn ContentSearch> {
        Some(&*self.shared)
    }

    fn linking(&self) -> Option<&dyn AccountLinking> {
        self.linking.as_ref().map(|linking| linking as _)
    }
}
