#![doc = include_str!("README.md")]

mod config;
mod coverage;
mod shortcuts;

pub use config::WatchaConfig;
#[cfg(feature = "nextcloud")]
pub use shortcuts::{AGENDA, DOCUMENTS, TASKS};

use crate::{kind::ConnectorSettings, matrix::MatrixConnector};
use async_trait::async_trait;
use http::StatusCode;
use pleiade_core::{
    AccountLinking, ActionOutcome, ActionRequest, ApplicationFamily, CallContext, Connector,
    ConnectorDescriptor, ConnectorError, ConnectorId, CredentialKind, Transport, Widget,
    connector::{BaseKind, Health, Messages},
};
use std::{sync::Arc, time::Duration};
use url::Url;

/// What Watcha adds to a homeserver answers there, and to external people with 403.
const OWN_PATH: [&str; 3] = ["_watcha", "nextcloud", "calendars"];
/// It asks Nextcloud, which may be down: nobody waits for it.
const OWN_DEADLINE: Duration = Duration::from_secs(3);

/// A configured Watcha suite.
#[derive(Debug)]
pub struct WatchaConnector {
    descriptor: ConnectorDescriptor,
    matrix: MatrixConnector,
}

impl ConnectorSettings for WatchaConfig {
    fn addresses(&self) -> Vec<&Url> {
        self.matrix.addresses()
    }

    fn accepts(&self) -> &[CredentialKind] {
        self.matrix.access.accepts()
    }

    fn build(
        &self,
        id: ConnectorId,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn Connector>, ConnectorError> {
        Ok(Arc::new(WatchaConnector::new(id, self.clone(), transport)?))
    }
}

impl WatchaConnector {
    /// Joins a configuration and a network.
    ///
    /// # Errors
    /// As [`MatrixConnector::new`], and when the address of Nextcloud is not a plain one.
    pub fn new(
        id: ConnectorId,
        config: WatchaConfig,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, ConnectorError> {
        let suite = Arc::new(shortcuts::Watcha::new(&config)?);
        let matrix = MatrixConnector::with_suite(id.clone(), config.matrix, transport, Some(suite))?;
        let inner = matrix.descriptor();
        let messages = Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl"));
        let base = BaseKind::new(inner.kind.clone(), inner.messages.clone());
        let (name, home, credentials) = (inner.name.clone(), inner.home.clone(), inner.credentials.clone());
        let descriptor = ConnectorDescriptor::new("watcha", id, name, home, credentials, messages)
            .with_base(base)
            .with_look(ApplicationFamily::Collaboration, "comments")
            .with_coverage(coverage::coverage());
        Ok(Self { descriptor, matrix })
    }

    /// The connector of the homeserver.
    #[must_use]
    pub fn matrix(&self) -> &MatrixConnector {
        &self.matrix
    }

    /// True if the homeserver has what Watcha adds: a server of the specification does not know the address.
    ///
    /// # Errors
    /// Those of the network.
    pub async fn is_watcha(&self) -> Result<bool, ConnectorError> {
        let status = self.matrix.client().status_at(&OWN_PATH, None, OWN_DEADLINE).await?;
        Ok(status.is_success() || matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN))
    }
}

#[async_trait]
impl Connector for WatchaConnector {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        self.matrix.widgets()
    }

    /// The version tells whether it is Watcha's own homeserver; another one serves too.
    async fn probe(&self) -> Result<Health, ConnectorError> {
        let version = self.matrix.client().server_version().await?.unwrap_or_default();
        let watcha = if self.is_watcha().await.unwrap_or(false) { "Watcha" } else { "without Watcha" };
        Ok(Health::new(Some(format!("{version} ({watcha})").trim_start().to_owned())))
    }

    async fn perform(
        &self,
        cx: &CallContext,
        request: &ActionRequest,
    ) -> Result<ActionOutcome, ConnectorError> {
        self.matrix.perform(cx, request).await
    }

    fn linking(&self) -> Option<&dyn AccountLinking> {
        self.matrix.linking()
    }

    fn retry(&self) {
        self.matrix.retry();
    }
}
