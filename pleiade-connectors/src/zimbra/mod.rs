#![doc = include_str!("README.md")]

mod actions;
mod agenda;
mod batch;
mod client;
mod config;
mod coverage;
mod envelope;
mod fault;
mod linking;
mod links;
pub mod preauth;
pub mod requests;
mod search;
mod sessions;
mod widgets;
mod wire;

pub use actions::{ADD_TASK, JOIN, MARK_READ, MARK_UNREAD, OPEN_WEBMAIL, WRITE_MAIL};
pub use agenda::{Meeting, Participation};
pub use batch::{Batch, BatchAnswer};
pub use client::{AdminClient, Overview, Session, ZimbraClient};
pub use config::{Calendars, LinkTemplates, PreauthKey, Ui, ZimbraAuthMethod, ZimbraConfig};
pub use fault::Fault;
pub use wire::{
    Address, Appointments, CreatedItem, Folder, Folders, Info, ItemId, ItemIdError, Message as Mail,
    Messages as Mails, NoContent, Task, Tasks,
};

use crate::{kind::ConnectorSettings, kit::sessions::AccountSessions};
use async_trait::async_trait;
use linking::Linking;
use links::Links;
use pleiade_core::{
    AccountLinking, ActionOutcome, ActionRequest, ApplicationFamily, CallContext, Connector,
    ConnectorDescriptor, ConnectorError, ConnectorId, ContentSearch, CredentialKind, Transport, Widget,
    connector::{Health, Messages},
};
use sessions::{Opener, Shared};
use std::sync::Arc;
use url::Url;

const KIND: &str = "zimbra";

/// The connector of one Zimbra server.
#[derive(Debug)]
pub struct ZimbraConnector {
    shared: Arc<Shared>,
    descriptor: ConnectorDescriptor,
    widgets: Vec<Arc<dyn Widget>>,
    linking: Option<Linking>,
}

impl ConnectorSettings for ZimbraConfig {
    fn addresses(&self) -> Vec<&Url> {
        match &self.access {
            ZimbraAuthMethod::Delegated { admin_url, .. } => vec![&self.url, admin_url],
            _ => vec![&self.url],
        }
    }

    fn accepts(&self) -> &[CredentialKind] {
        self.access.accepts()
    }

    /// A key opens the mailboxes of one mail domain, for the collectivités that bear it.
    fn confines_logins(&self) -> bool {
        true
    }

    fn build(
        &self,
        id: ConnectorId,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn Connector>, ConnectorError> {
        Ok(Arc::new(ZimbraConnector::new(id, self.clone(), transport)?))
    }
}

impl ZimbraConnector {
    /// Builds the connector. Calls nobody.
    ///
    /// # Errors
    /// [`ErrorKind::BadConfiguration`](pleiade_core::ErrorKind::BadConfiguration) with a hint that says what to change.
    pub fn new(
        id: ConnectorId,
        config: ZimbraConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        config.check()?;
        let client = ZimbraClient::new(&config.url, transport.clone())?;
        let opener = Opener::new(client, config.access.clone(), &transport)?;
        let accounts = AccountSessions::new(id.clone(), config.access.accepts(), opener);
        let links = Links::new(config.web(), config.ui, &config.links)?;
        let descriptor = ConnectorDescriptor::new(
            KIND,
            id,
            config.name.clone(),
            config.web().clone(),
            config.access.accepts(),
            Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl")),
        )
        .with_look(ApplicationFamily::Collaboration, "envelope")
        .with_coverage(coverage::coverage());
        let shared = Arc::new(Shared { accounts, config, links });
        let widgets = widgets::all(&shared);
        let linking = Linking::new(&shared);
        Ok(Self { shared, descriptor, widgets, linking })
    }

    /// The typed client, without widgets.
    #[must_use]
    pub fn client(&self) -> &ZimbraClient {
        &self.shared.accounts.opener().client
    }
}

#[async_trait]
impl Connector for ZimbraConnector {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        self.client().probe().await?;
        Ok(Health::new(None))
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
        self.shared.accounts.opener().retry();
    }

    fn search(&self) -> Option<&dyn ContentSearch> {
        Some(&*self.shared)
    }
}
