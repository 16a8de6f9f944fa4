//! An application whose accounts people connect.

use crate::{connectors::Connectors, credentials::Rules, session::Session};
use pleiade_core::{AccountLinking, Connector, ConnectorId};
use pleiade_federation::vault::LinkedAccountKey;
use std::sync::Arc;

/// A connector of the collectivité whose accounts people connect, and the account of one of them.
#[derive(Debug)]
pub(crate) struct Connectable {
    pub(super) connector: Arc<dyn Connector>,
    pub(super) key: LinkedAccountKey,
}

impl Connectable {
    /// The account of a session's person at an application; none for what this collectivité does not have, or lets in otherwise.
    pub(super) fn new(
        connectors: &Connectors,
        rules: &Rules,
        session: &Session,
        id: &ConnectorId,
    ) -> Option<Self> {
        let tenant = &session.actor.acting.tenant;
        let connector = connectors.get(tenant, id)?.clone();
        let accepts = &connector.descriptor().credentials;
        let linked = rules.get(id).is_some_and(|rule| rule.takes_linked_accounts(accepts));
        if !linked || connector.linking().is_none() {
            return None;
        }
        let key = LinkedAccountKey::new(tenant.clone(), session.actor.identity.link, id.clone());
        Some(Self { connector, key })
    }

    /// How accounts are connected there.
    pub(super) fn linking(&self) -> Option<&dyn AccountLinking> {
        self.connector.linking()
    }
}
