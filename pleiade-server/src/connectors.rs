//! The connectors of each collectivité, and the boards that they fill.

use pleiade_core::{
    Action, Affiliation, Connector, ConnectorError, ConnectorId, ErrorKind, Meetings, Placement, TenantId,
    place::leads_to,
};
use std::{borrow::Cow, collections::BTreeMap, sync::Arc, time::Duration};
use url::Url;

type ConnectorsById = BTreeMap<ConnectorId, Arc<dyn Connector>>;

/// Connectors by collectivité. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub struct Connectors(Arc<BTreeMap<TenantId, ConnectorsById>>);

impl Connectors {
    /// Gives a connector to a collectivité.
    pub fn add(&mut self, tenant: TenantId, connector: Arc<dyn Connector>) {
        let all = Arc::make_mut(&mut self.0);
        all.entry(tenant).or_default().insert(connector.descriptor().id.clone(), connector);
    }

    /// A connector, if this collectivité has it.
    #[must_use]
    pub fn get(&self, tenant: &TenantId, id: &ConnectorId) -> Option<&Arc<dyn Connector>> {
        self.0.get(tenant)?.get(id)
    }

    /// The name of an application in a collectivité; one that is no longer configured, by its id.
    #[must_use]
    pub fn name(&self, tenant: &TenantId, id: &ConnectorId) -> String {
        self.get(tenant, id).map_or_else(|| id.to_string(), |connector| connector.descriptor().name.clone())
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
        mine.find(|descriptor| leads_to(url, &descriptor.home)).map(|descriptor| descriptor.id.clone())
    }

    /// The action by which somebody of a collectivité joins the meeting at an address: its applications' own, and those of no other.
    #[must_use]
    pub fn joining(&self, tenant: &TenantId, meeting: &Url) -> Option<Action> {
        self.of_tenant(tenant).find_map(|connector| {
            connector.joining(meeting).map(|action| action.by(connector.descriptor().id.clone()))
        })
    }

    /// The meetings that the applications of a collectivité hold, for its calls.
    #[must_use]
    pub fn meetings(&self, tenant: &TenantId) -> Meetings {
        let (all, tenant) = (self.clone(), tenant.clone());
        Meetings::new(move |meeting| all.joining(&tenant, meeting))
    }

    /// Every connector once.
    #[must_use]
    pub fn distinct(&self) -> BTreeMap<ConnectorId, Arc<dyn Connector>> {
        self.0.values().flatten().map(|(id, connector)| (id.clone(), connector.clone())).collect()
    }

    /// The home pages of the applications of a collectivité.
    pub(crate) fn homes(&self, tenant: &TenantId) -> impl Iterator<Item = Url> {
        self.0.get(tenant).into_iter().flatten().map(|(_, connector)| connector.descriptor().home.clone())
    }
}

/// The cards that are proposed: by the operator to everybody, then by each collectivité to its own, then, in the demonstration, to groups of it.
#[derive(Debug, Default)]
pub struct Boards {
    /// By collectivité, the operator's layer first.
    pub by_tenant: BTreeMap<TenantId, Vec<Vec<Placement>>>,
    /// By collectivité and group.
    pub by_group: BTreeMap<(TenantId, String), Vec<Placement>>,
}

impl Boards {
    /// The layers of somebody's board.
    #[must_use]
    pub fn layers(&self, acting: &Affiliation) -> Cow<'_, [Vec<Placement>]> {
        let own = self.by_tenant.get(&acting.tenant).map_or(&[][..], Vec::as_slice);
        if self.by_group.is_empty() {
            return own.into();
        }
        let group = |group: &String| self.by_group.get(&(acting.tenant.clone(), group.clone()));
        own.iter().chain(acting.groups.iter().filter_map(group)).cloned().collect()
    }
}

/// Runs a call to a connector with a deadline; past it, [`ErrorKind::Timeout`]. A failure is logged.
///
/// # Errors
/// Those of the call.
pub(crate) async fn call_within<T>(
    deadline: Duration,
    connector: &ConnectorId,
    operation: &'static str,
    call: impl Future<Output = Result<T, ConnectorError>>,
) -> Result<T, ConnectorError> {
    let outcome = tokio::time::timeout(deadline, call).await;
    let outcome = outcome.unwrap_or_else(|_| Err(ConnectorError::new(ErrorKind::Timeout, operation)));
    if let Err(error) = &outcome {
        let (asked, kind) = (error.operation(), error.kind().as_str());
        tracing::warn!(%connector, operation, asked, kind, "a connector did not do what somebody asked for");
    }
    outcome
}

/// True if an action may have been done although it failed: what was sent may have arrived, and its answer been lost or not understood.
pub(crate) fn may_be_done(kind: ErrorKind) -> bool {
    use ErrorKind::{BadAnswer, Cancelled, Internal, Timeout, TooLarge, Unreachable};
    matches!(kind, Unreachable | Timeout | BadAnswer | TooLarge | Cancelled | Internal)
}
