#![doc = include_str!("README.md")]

mod actions;
pub mod client;
mod config;
mod coverage;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod links;
pub mod model;
mod premis;
mod reading;
mod sessions;
mod widget;
mod wire;

pub use client::Client;
pub use config::{IparapheurAuthMethod, IparapheurConfig, IparapheurVersion};
pub use links::Links;
pub use premis::{Premis, Step};

use crate::{http::HttpClient, kind::ConnectorSettings, kit::sessions::AccountSessions};
use async_trait::async_trait;
use pleiade_core::{
    ActionOutcome, ActionRequest, ApplicationFamily, CallContext, Connector, ConnectorDescriptor,
    ConnectorError, ConnectorId, CredentialKind, Transport, Widget,
    connector::{Health, Messages},
};
use sessions::{Opener, Shared};
use std::sync::Arc;
use url::Url;

/// A configured i-Parapheur.
#[derive(Debug)]
pub struct IparapheurConnector {
    descriptor: ConnectorDescriptor,
    shared: Arc<Shared>,
    widgets: [Arc<dyn Widget>; 1],
}

impl ConnectorSettings for IparapheurConfig {
    fn addresses(&self) -> Vec<&Url> {
        vec![&self.url]
    }

    fn accepts(&self) -> &[CredentialKind] {
        self.auth_method().accepts()
    }

    fn build(
        &self,
        id: ConnectorId,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn Connector>, ConnectorError> {
        Ok(Arc::new(IparapheurConnector::new(id, self.clone(), transport)?))
    }
}

impl IparapheurConnector {
    /// Joins a configuration and a network.
    ///
    /// # Errors
    /// [`BadConfiguration`](pleiade_core::ErrorKind::BadConfiguration), whose hint names the key.
    pub fn new(
        id: ConnectorId,
        config: IparapheurConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        config.check()?;
        let public = config.public_url.as_ref().unwrap_or(&config.url);
        let links = Links::new(HttpClient::new(public, Arc::clone(&transport))?, &config);
        let client = Client::new(&config.url, transport)?;
        let accepts = config.auth_method().accepts();
        let descriptor = ConnectorDescriptor::new(
            "iparapheur",
            id.clone(),
            config.name.clone(),
            links.home(),
            accepts,
            Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl")),
        )
        .with_look(ApplicationFamily::Administration, "pencil")
        .with_coverage(coverage::coverage());
        let accounts = AccountSessions::new(id, accepts, Opener::new(client, &config));
        let shared = Arc::new(Shared { config, links, accounts });
        let widgets = [widget::build(&shared)];
        Ok(Self { descriptor, shared, widgets })
    }

    /// The typed client, for what the widget does not offer.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.shared.accounts.opener().client
    }
}

#[async_trait]
impl Connector for IparapheurConnector {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        let config = &self.shared.config;
        match config.version.is_v4() {
            // The number is that of its interface, not of the application.
            true => self.client().v4_level().await.map(|level| Health::new(Some(format!("API {level}")))),
            false => self.client().v5_realm(&config.realm).await.map(|()| Health::new(None)),
        }
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
}
