//! An application whose accounts people connect.

use crate::{
    connectors::Connectors,
    credentials::{CredentialRule, Rules},
    session::Session,
    web::errors::Refusal,
};
use pleiade_core::{AccountLinking, Connector, ConnectorId};
use pleiade_federation::vault::LinkedAccountKey;
use std::{sync::Arc, time::Duration};

/// A connector of the collectivité whose accounts people connect, and how.
pub(super) struct Connectable {
    pub(super) connector: Arc<dyn Connector>,
    pub(super) key: LinkedAccountKey,
    /// Time for the application to answer.
    pub(super) deadline: Duration,
}

impl Connectable {
    /// The account of a session's person at an application.
    ///
    /// # Errors
    /// Not found for what this collectivité does not have, or lets in otherwise.
    pub(super) fn new(
        connectors: &Connectors,
        rules: &Rules,
        deadline: Duration,
        session: &Session,
        id: &ConnectorId,
    ) -> Result<Self, Refusal> {
        let tenant = &session.actor.acting.tenant;
        let connector = connectors.get(tenant, id).ok_or(Refusal::NotFound)?.clone();
        let linked = rules.get(id) == Some(&CredentialRule::LinkedAccount);
        if !linked || connector.linking().is_none() {
            return Err(Refusal::NotFound);
        }
        let key = LinkedAccountKey::new(tenant.clone(), session.actor.identity.link, id.clone());
        Ok(Self { connector, key, deadline })
    }

    pub(super) fn linking(&self) -> Result<&dyn AccountLinking, Refusal> {
        self.connector.linking().ok_or(Refusal::NotFound)
    }
}
