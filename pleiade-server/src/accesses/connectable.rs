//! An application whose accounts people connect.

use crate::{app::App, credentials::CredentialRule, session::Session, web::errors::Refusal};
use pleiade_core::{AccountLinking, Connector, ConnectorId};
use pleiade_federation::vault::AccessKey;
use std::{sync::Arc, time::Duration};

/// A connector of the collectivité whose accounts people connect, and how.
pub(super) struct Connectable {
    pub(super) connector: Arc<dyn Connector>,
    pub(super) key: AccessKey,
    pub(super) deadline: Duration,
}

impl Connectable {
    /// # Errors
    /// Not found for what this collectivité does not have, or lets in otherwise.
    pub(super) fn find(app: &App, session: &Session, id: &ConnectorId) -> Result<Self, Refusal> {
        let tenant = &session.actor.acting.tenant;
        let connector = app.connectors.get(tenant, id).ok_or(Refusal::NotFound)?.clone();
        let linked = app.credential_rules.get(id) == Some(&CredentialRule::LinkedAccount);
        if !linked || connector.linking().is_none() {
            return Err(Refusal::NotFound);
        }
        let key = AccessKey::new(tenant.clone(), session.actor.identity.link, id.clone());
        Ok(Self { connector, key, deadline: app.action_deadline })
    }

    pub(super) fn linking(&self) -> Result<&dyn AccountLinking, Refusal> {
        self.connector.linking().ok_or(Refusal::NotFound)
    }
}
