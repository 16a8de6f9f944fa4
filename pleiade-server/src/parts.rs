//! The parts of which a server is made.

use crate::{
    accounts::Accounts,
    catalogue::{Catalogue, Menus},
    certificates::Certificates,
    connectors::{Boards, Connectors},
    credentials::{LinkedAccounts, Rules, StoredVault, VaultAccounts},
    demonstration::Demonstration,
    legal::LegalRules,
    scim::ScimSources,
    seal::Sealer,
    session::{Limits, Sessions},
    sign_in::SignIn,
    statements::AllStatements,
    storage::Storage,
    sync::Directories,
    web::{colours::Sheets, cookies::CookieRule, site::Tenants},
};
use metrics_exporter_prometheus::PrometheusHandle;
use pleiade_connectors::engine::{Engine, EngineOptions};
use pleiade_core::{Clock, SecretString, Tenant};
use pleiade_federation::vault::Vault;
use std::{net::IpAddr, sync::Arc, time::Duration};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use url::Url;

/// The default retention of the audit log.
const AUDIT_RETENTION: Duration = Duration::from_secs(365 * 24 * 3600);

/// The default time for a quick action.
const ACTION_DEADLINE: Duration = Duration::from_secs(10);

/// The parts that every server needs.
#[derive(Debug)]
pub struct Foundation {
    /// The operator as the owner of the common host names and of pages that belong to no collectivité.
    pub operator: Arc<Tenant>,
    /// The collectivités.
    pub tenants: Vec<Tenant>,
    /// Storage.
    pub storage: Arc<dyn Storage>,
    /// Seals what must be read again.
    pub sealer: Arc<Sealer>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The rule by which cookies are named and protected.
    pub cookies: CookieRule,
    /// The limits of sessions.
    pub limits: Limits,
}

/// The parts of a server. Made by [`Parts::new`] with a default for everything that a small server does without; each may be replaced
/// before [`App::new`](crate::app::App::new) takes them.
#[derive(Debug)]
#[non_exhaustive]
pub struct Parts {
    /// The operator as the owner of the common host names and of pages that belong to no collectivité.
    pub operator: Arc<Tenant>,
    /// The collectivités.
    pub tenants: Arc<Tenants>,
    /// Their colours.
    pub colours: Sheets,
    /// Storage.
    pub storage: Arc<dyn Storage>,
    /// The sessions.
    pub sessions: Sessions,
    /// The sign-in sources.
    pub sign_in: Arc<SignIn>,
    /// The local accounts.
    pub accounts: Accounts,
    /// The sources that identity managers push to.
    pub scim: Arc<ScimSources>,
    /// The directories that are followed.
    pub directories: Directories,
    /// Readings.
    pub engine: Engine,
    /// Connectors by collectivité.
    pub connectors: Connectors,
    /// The client certificates of those that have one.
    pub certificates: Certificates,
    /// The credential rule of each connector.
    pub credential_rules: Arc<Rules>,
    /// The accounts that people connected.
    pub linked_accounts: Arc<dyn LinkedAccounts>,
    /// The cards that are proposed.
    pub boards: Boards,
    /// The operator's applications.
    pub catalogue: Catalogue,
    /// What the foot of each page leads to.
    pub statements: AllStatements,
    /// The legal deadlines of collectivités; none shows nothing of them.
    pub legal: Option<Arc<LegalRules>>,
    /// Menus of LemonLDAP::NG.
    pub menus: Option<Menus>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Seals what must be read again.
    pub sealer: Arc<Sealer>,
    /// The address at which people reach the server, to come back to from a provider's sign-out.
    pub public_url: Option<Url>,
    /// Proxies whose word on the browser's address counts.
    pub trusted_proxies: Vec<IpAddr>,
    /// The demonstration that this is; none in production.
    pub demonstration: Option<Arc<Demonstration>>,
    /// The retention of the audit log.
    pub audit_kept: Duration,
    /// Time for a quick action.
    pub action_deadline: Duration,
    /// Numbers for the operator, and the token that opens them.
    pub metrics: Option<(PrometheusHandle, SecretString)>,
    /// Tells everything to stop.
    pub shutdown: CancellationToken,
    /// The tasks that run beside requests.
    pub tasks: TaskTracker,
}

impl Parts {
    /// A server that shows nothing yet: no connector, application, directory or menu, an engine of default options, the accounts that
    /// people connected in the vault of its storage.
    #[must_use]
    pub fn new(foundation: Foundation, sign_in: SignIn, accounts: Accounts) -> Self {
        let Foundation { operator, tenants, storage, sealer, clock, cookies, limits } = foundation;
        let (tasks, shutdown) = (TaskTracker::new(), CancellationToken::new());
        let vault = Vault::new(Arc::new(StoredVault(storage.clone())), sealer.clone(), clock.clone());
        let sessions = Sessions::new(
            storage.clone(),
            sealer.clone(),
            clock.clone(),
            limits,
            cookies,
            tasks.clone(),
            sign_in.rights(),
        );
        Self {
            colours: Sheets::new(tenants.iter().chain([&*operator])),
            tenants: Arc::new(Tenants::new(tenants, &operator)),
            operator,
            sessions,
            sign_in: Arc::new(sign_in),
            accounts,
            scim: Arc::new(ScimSources::new([], clock.clone(), tasks.clone(), shutdown.clone())),
            directories: Directories::default(),
            engine: Engine::new(EngineOptions::default(), clock.clone()),
            connectors: Connectors::default(),
            certificates: Certificates::new(),
            credential_rules: Arc::default(),
            linked_accounts: Arc::new(VaultAccounts::new(vault, clock.clone(), tasks.clone())),
            boards: Boards::default(),
            catalogue: Catalogue::new(),
            statements: AllStatements::default(),
            legal: None,
            menus: None,
            public_url: None,
            trusted_proxies: Vec::new(),
            demonstration: None,
            audit_kept: AUDIT_RETENTION,
            action_deadline: ACTION_DEADLINE,
            metrics: None,
            shutdown,
            tasks,
            storage,
            sealer,
            clock,
        }
    }
}
