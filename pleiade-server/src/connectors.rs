//! The connectors of each collectivité, and the boards that they fill.

use pleiade_core::{Affiliation, Connector, ConnectorId, Placement, TenantId};
use std::{collections::BTreeMap, sync::Arc};
use url::Url;

/// Connectors by collectivité.
#[derive(Debug, Default)]
pub struct Connectors(BTreeMap<TenantId, BTreeMap<ConnectorId, Arc<dyn Connector>>>);

impl Connectors {
    /// Gives a connector to a collectivité.
    pub fn add(&mut self, tenant: TenantId, connector: Arc<dyn Connector>) {
        self.0.entry(tenant).or_default().insert(connector.descriptor().id.clone(), connector);
    }

    /// A connector, if this collectivité has it.
    #[must_use]
    pub fn get(&self, tenant: &TenantId, id: &ConnectorId) -> Option<&Arc<dyn Connector>> {
        self.0.get(tenant)?.get(id)
    }

    /// The collectivités that have connectors.
    pub fn tenants(&self) -> impl Iterator<Item = &TenantId> {
        self.0.keys()
    }

    /// The connectors of a collectivité, by id.
    pub fn of_tenant(&self, tenant: &TenantId) -> impl Iterator<Item = &Arc<dyn Connector>> {
        self.0.get(tenant).into_iter().flat_map(BTreeMap::values)
    }

    /// The connector whose application lives at the same origin as an address.
    #[must_use]
    pub fn at_origin(&self, tenant: &TenantId, url: &Url) -> Option<ConnectorId> {
        let mut mine = self.0.get(tenant)?.values().map(|connector| connector.descriptor());
        mine.find(|descriptor| descriptor.home.origin() == url.origin())
            .map(|descriptor| descriptor.id.clone())
    }

    /// Every connector once.
    #[must_use]
    pub fn all(&self) -> BTreeMap<ConnectorId, Arc<dyn Connector>> {
        self.0.values().flatten().map(|(id, connector)| (id.clone(), connector.clone())).collect()
    }

    /// The home pages of the applications of a collectivité.
    pub(crate) fn homes(&self, tenant: &TenantId) -> impl Iterator<Item = Url> {
        self.0.get(tenant).into_iter().flatten().map(|(_, connector)| connector.descriptor().home.clone())
    }
}

/// Who proposes which cards: the operator to everybody, then each collectivité to its own.
#[derive(Debug, Default)]
pub struct Boards {
    /// By collectivité, the operator's layer first.
    pub by_tenant: BTreeMap<TenantId, Vec<Vec<Placement>>>,
}

impl Boards {
    /// The layers of somebody's board.
    #[must_use]
    pub fn layers(&self, acting: &Affiliation) -> &[Vec<Placement>] {
        self.by_tenant.get(&acting.tenant).map_or(&[], Vec::as_slice)
    }
}
