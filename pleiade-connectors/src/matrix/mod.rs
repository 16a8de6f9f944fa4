#![doc = include_str!("README.md")]

mod actions;
pub mod client;
mod config;
mod coverage;
pub mod inbox;
mod linking;
mod links;
mod message;
mod sessions;
pub(crate) mod suite;
mod widgets;
mod wire;

pub use client::{Authorization, Login, MatrixClient, UserId};
pub use config::{MatrixAuthMethod, MatrixConfig};
pub use links::Links;
pub use message::{Attachment, Message as RoomMessage, MessageBody};
pub use wire::{
    AuthMetadata, Event, JoinAnswer, LoginFlow, LoginFlows, LoginToken, Messages as RoomEvents, Notification,
    Notifications, Profile, RefreshAnswer, Session, SsoProvider, SyncAnswer, Versions, WhoAmI,
};

use crate::{kind::ConnectorSettings, kit::sessions::AccountSessions};
use async_trait::async_trait;
use linking::Linking;
use pleiade_core::{
    AccountLinking, ActionOutcome, ActionRequest, ApplicationFamily, CallContext, Connector,
    ConnectorDescriptor, ConnectorError, ConnectorId, CredentialKind, ErrorKind, Transport, Widget,
    connector::{Health, Messages},
};
use sessions::{Opener, Shared};
use std::sync::Arc;
use suite::Suite;
use url::Url;

/// A configured Matrix homeserver.
#[derive(Debug)]
pub struct MatrixConnector {
    descriptor: ConnectorDescriptor,
    shared: Arc<Shared>,
    widgets: Vec<Arc<dyn Widget>>,
    linking: Option<Linking>,
}

impl ConnectorSettings for MatrixConfig {
    fn addresses(&self) -> Vec<&Url> {
        vec![&self.homeserver]
    }

    fn accepts(&self) -> &[CredentialKind] {
        self.access.accepts()
    }

    fn build(
        &self,
        id: ConnectorId,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn Connector>, ConnectorError> {
        Ok(Arc::new(MatrixConnector::new(id, self.clone(), transport)?))
    }
}

impl MatrixConnector {
    /// Joins a configuration and a network.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`] when an address is not a plain `http` or `https` address, the server name is not one, or there
    /// are less than 1 or more than 100 lines.
    pub fn new(
        id: ConnectorId,
        config: MatrixConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        Self::with_suite(id, config, transport, None)
    }

    /// The same, of a homeserver that is part of a suite.
    pub(crate) fn with_suite(
        id: ConnectorId,
        config: MatrixConfig,
        transport: Arc<dyn Transport>,
        suite: Option<Arc<dyn Suite>>,
    ) -> Result<Self, ConnectorError> {
        let wrong = |hint| {
            Err(ConnectorError::new(ErrorKind::BadConfiguration, "read the configuration").with_hint(hint))
        };
        if !(1..=100).contains(&config.lines) {
            return wrong("lines is 1 to 100");
        }
        if UserId::from_login("somebody", &config.server_name).is_err()
            || config.server_name.contains(['/', '@'])
        {
            return wrong("server_name is what stands after the colon of people's ids, for example ville.fr");
        }
        if !matches!(config.element_url.scheme(), "http" | "https") || config.element_url.fragment().is_some()
        {
            return wrong("element_url is written https://host/, without fragment");
        }
        let mut client = MatrixClient::new(&config.homeserver, transport)?;
        if let Some(suite) = &suite {
            client = client.with_room_state(suite.room_state());
        }
        let links = Links::new(config.element_url.clone(), &config.server_name);
        let accounts = AccountSessions::new(
            id.clone(),
            config.access.accepts(),
            Opener::new(client, &config, suite.clone()),
        )
        .with_max_accounts(config.remembered_people);
        let descriptor = ConnectorDescriptor::new(
            "matrix",
            id,
            config.name.clone(),
            links.home(),
            config.access.accepts(),
            Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl")),
        )
        .with_look(ApplicationFamily::Collaboration, "comments")
        .with_coverage(coverage::coverage());
        let shared = Arc::new(Shared { accounts, links, config, suite });
        let widgets = widgets::all(&shared);
        let linking = Linking::new(&shared);
        Ok(Self { descriptor, shared, widgets, linking })
    }

    /// The client, for what the cards do not show.
    #[must_use]
    pub fn client(&self) -> &MatrixClient {
        &self.shared.accounts.opener().client
    }
}

#[async_trait]
impl Connector for MatrixConnector {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        Ok(Health::new(self.client().server_version().await?))
    }

    async fn perform(
        &self,
        cx: &CallContext,
        request: &ActionRequest,
    ) -> Result<ActionOutcome, ConnectorError> {
        actions::perform(&self.shared, cx, request).await
    }

    fn linking(&self) -> Option<&dyn AccountLinking> {
        self.linking.as_ref().map(|linking| linking as _)
    }

    fn retry(&self) {
        self.shared.accounts.retry();
    }
}
