//! What an operator writes to declare it in a server that knows its kind (`own_connector/`).

use super::{ACCEPTS, LeaveConnector};
use pleiade_connectors::kind::ConnectorSettings;
use pleiade_core::{Connector, ConnectorError, ConnectorId, CredentialKind, Transport};
use serde::Deserialize;
use std::sync::Arc;
use url::Url;

/// The settings of one instance.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveSettings {
    /// Its address.
    pub url: Url,
}

impl ConnectorSettings for LeaveSettings {
    fn addresses(&self) -> Vec<&Url> {
        vec![&self.url]
    }

    fn accepts(&self) -> &[CredentialKind] {
        ACCEPTS
    }

    fn build(
        &self,
        id: ConnectorId,
        transport: Arc<dyn Transport>,
    ) -> Result<Arc<dyn Connector>, ConnectorError> {
        Ok(Arc::new(LeaveConnector::new(id, self.url.clone(), transport)?))
    }
}
