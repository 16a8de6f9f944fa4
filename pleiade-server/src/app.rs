//! The assembly: what the server is made of, and its one router.

pub use crate::web::route::{Access, Origin, Route};
use crate::{
    accesses,
    accounts::Accounts,
    catalogue::{Catalogue, Menus},
    connections::Connections,
    credentials::{ActsFor, LinkedAccounts, Rules, SessionCredentials, StoredVault},
    delegation, desk, events,
    health::StorageHealth,
    scim::ScimSources,
    seal::Sealer,
    session::{Session, Sessions},
    sign_in::SignIn,
    storage::Storage,
    sync::Directories,
    web::{
        self, address, assets, colours,
        errors::{self, Refusal},
        headers, health,
        look::prefer,
        mark::Marks,
        route::LONGEST_FORM,
        site::{self, Site, Tenants},
        words::Words,
    },
};
use axum::{
    Router,
    extract::{FromRef, Path, State},
    http::{HeaderMap, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures_util::future::join_all;
use metrics_exporter_prometheus::PrometheusHandle;
use pleiade_connectors::{
    engine::{Engine, WidgetCall},
    text,
};
use pleiade_core::{
    Affiliation, Clock, Connector, ConnectorId, CredentialSource, Locale, Placement, SecretString, SourceId,
    Tenant, TenantId,
};
use pleiade_federation::{throttle::Throttle, vault::Vault};
use std::{collections::BTreeMap, net::IpAddr, ops::Deref, sync::Arc, time::Duration};
use subtle::ConstantTimeEq;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_http::{
    CompressionLevel, compression::CompressionLayer, csrf::CsrfLayer, limit::RequestBodyLimitLayer,
};
use url::Url;

/// Everything a handler may need. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct App(Arc<Assembled>);

#[derive(Debug)]
struct Assembled {
    parts: Parts,
    prints: desk::Prints,
    marks: Marks,
    pasting: Throttle,
    delegations: delegation::Memory,
    proxies: address::Proxies,
    health: StorageHealth,
    connections: Connections,
    stopping: CancellationToken,
}

/// The parts, assembled by [`serve`](crate::cli), by the demonstration, by tests and by integrators.
#[derive(Debug)]
pub struct Parts {
    /// The operator as the owner of the common host names and of pages that belong to no collectivité.
    pub operator: Arc<Tenant>,
    /// The collectivités.
    pub tenants: Tenants,
    /// Their colours.
    pub colours: colours::Sheets,
    /// Storage.
    pub storage: Arc<dyn Storage>,
    /// Who is signed in.
    pub sessions: Sessions,
    /// The ways in.
    pub sign_in: SignIn,
    /// The local accounts.
    pub accounts: Accounts,
    /// The sources that identity managers push to.
    pub scim: ScimSources,
    /// The directories that are followed.
    pub directories: Directories,
    /// Readings.
    pub engine: Engine,
    /// Connectors by collectivité.
    pub connectors: Connectors,
    /// How each connector is let in.
    pub credential_rules: Arc<Rules>,
    /// The accounts that people connected.
    pub linked_accounts: Arc<dyn LinkedAccounts>,
    /// Who proposes which cards.
    pub boards: Boards,
    /// The operator's applications.
    pub catalogue: Catalogue,
    /// Menus of LemonLDAP::NG.
    pub menus: Option<Menus>,
    /// Every message.
    pub messages: Arc<text::Catalogue>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Seals what must be read again.
    pub sealer: Arc<Sealer>,
    /// Where people reach the server, to come back to from a provider's sign-out.
    pub public_url: Option<Url>,
    /// Whether people reach the server by https.
    pub https: bool,
    /// Proxies whose word on the browser's address counts.
    pub trusted_proxies: Vec<IpAddr>,
    /// Whether this is a demonstration.
    pub demonstration: bool,
    /// How long a session may stay unused.
    pub idle: Duration,
    /// How long lines of the audit log are kept.
    pub audit_kept: Duration,
    /// How long a quick action may take.
    pub action_deadline: Duration,
    /// Numbers for the operator, and the token that opens them.
    pub metrics: Option<(PrometheusHandle, SecretString)>,
    /// Tells everything to stop.
    pub shutdown: CancellationToken,
    /// What runs beside requests.
    pub tasks: TaskTracker,
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}

impl App {
    /// Assembles the parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let pasting = Throttle::new(parts.clock.clone(), accesses::FREE_ATTEMPTS);
        let health = StorageHealth::new(
            parts.storage.clone(),
            parts.clock.clone(),
            parts.tasks.clone(),
            parts.shutdown.clone(),
        );
        Self(Arc::new(Assembled {
            marks: Marks::new(&parts.sealer),
            parts,
            pasting,
            prints: desk::Prints::default(),
            delegations: delegation::Memory::default(),
            proxies: address::Proxies::default(),
            health,
            connections: Connections::default(),
            stopping: CancellationToken::new(),
        }))
    }

    /// Cards already printed.
    #[must_use]
    pub fn prints(&self) -> &desk::Prints {
        &self.0.prints
    }

    /// The marks of pages.
    #[must_use]
    pub fn marks(&self) -> &Marks {
        &self.0.marks
    }

    /// Delegations read a moment ago.
    #[must_use]
    pub fn delegations(&self) -> &delegation::Memory {
        &self.0.delegations
    }

    /// Proxies that are not declared.
    #[must_use]
    pub fn proxies(&self) -> &address::Proxies {
        &self.0.proxies
    }

    /// Words for a reader.
    #[must_use]
    pub fn words(&self, locale: Locale, zone: chrono_tz::Tz) -> Words {
        Words::new(self.messages.clone(), locale, zone)
    }

    /// The credentials of a session.
    #[must_use]
    pub fn credentials_of(&self, session: &Arc<Session>) -> Arc<dyn CredentialSource> {
        let credentials = SessionCredentials::new(
            session.clone(),
            self.credential_rules.clone(),
            self.acting(session),
            self.linked_accounts.clone(),
            self.clock.clone(),
        );
        let source = self.sign_in.any_source(&session.source);
        let provider = source.map(|source| source.provider.clone());
        Arc::new(credentials.through(provider).renewing(self.sessions.clone()))
    }

    /// For whom trusted keys may act in a session.
    #[must_use]
    pub fn acting(&self, session: &Session) -> ActsFor {
        let given = session.affiliations.iter().map(|tie| &tie.tenant);
        self.acts_for((&session.source, &session.named_by), &session.actor.acting.tenant, given)
    }

    /// For whom trusted keys may act by a link of a source, whose names another may tell.
    #[must_use]
    pub fn acts_for<'a>(
        &self,
        told: (&SourceId, &SourceId),
        acting: &TenantId,
        given: impl IntoIterator<Item = &'a TenantId>,
    ) -> ActsFor {
        ActsFor::new(self.credential_rules.clone(), &self.sign_in, &self.tenants, told, acting, given)
    }

    /// The accounts that people connected.
    #[must_use]
    pub fn vault(&self) -> Vault {
        Vault::new(Arc::new(StoredVault(self.storage.clone())), self.sealer.clone(), self.clock.clone())
    }

    /// Whether storage takes writes.
    #[must_use]
    pub fn health(&self) -> &StorageHealth {
        &self.0.health
    }

    /// The connections of the process.
    #[must_use]
    pub fn connections(&self) -> &Connections {
        &self.0.connections
    }

    /// Tells the load balancer, by `/readyz`, to send nobody here any more. Everything goes on until `shutdown`.
    pub fn announce_stop(&self) {
        self.0.stopping.cancel();
    }

    /// Whether the server stops or is about to.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.0.stopping.is_cancelled() || self.shutdown.is_cancelled()
    }

    /// Slows down whoever tries secrets of others at an application.
    #[must_use]
    pub fn pasting(&self) -> &Throttle {
        &self.0.pasting
    }

    /// Refreshes the readings of a page that somebody looks at, in this order, without the page waiting for them. They go before what
    /// nobody looks at for as long as a browser takes to open its stream, or a person to load the page again.
    pub fn fill(&self, calls: Vec<WidgetCall>) {
        let engine = self.engine.clone();
        self.tasks.spawn(async move {
            let all = join_all(calls.iter().map(|call| engine.refresh(call)));
            let _ = tokio::time::timeout(events::PACE, all).await;
        });
    }

    /// Refreshes readings that nobody looks at now, in this order, after those that somebody does.
    pub fn keep_fresh(&self, calls: Vec<WidgetCall>) {
        let engine = self.engine.clone();
        self.tasks.spawn(async move {
            join_all(calls.iter().map(|call| engine.refresh_in_background(call))).await;
        });
    }

    /// Every route of the server.
    pub fn router(&self) -> Router {
        let of_tenant = |tenant: &Arc<Tenant>| {
            let site = Site::Tenant(tenant.clone());
            let targets = self.sign_in.form_targets(&site).chain(self.connectors.homes(&tenant.id)).collect();
            (tenant.id.clone(), targets)
        };
        let common = Site::Operator(self.operator.clone());
        let policies = headers::Policies::new(
            &self.tenants.iter().map(of_tenant).collect(),
            &self.sign_in.form_targets(&common).collect::<Vec<_>>(),
        );
        let (forms, large): (Vec<Route>, Vec<Route>) =
            routes().into_iter().partition(|route| route.most_bytes <= LONGEST_FORM);
        let pages = forms
            .into_iter()
            .fold(Router::new(), |router, route| router.route(route.path, web::before(self, route)));
        let pages =
            large.into_iter().fold(pages.layer(RequestBodyLimitLayer::new(LONGEST_FORM)), |router, route| {
                let limit = RequestBodyLimitLayer::new(route.most_bytes);
                router.route(route.path, route.handler.layer(limit))
            });
        let mut router = pages
            .fallback(|| async { Refusal::NotFound })
            .layer(CompressionLayer::new().gzip(true).quality(CompressionLevel::Fastest))
            .layer(CsrfLayer::new())
            .layer(middleware::from_fn_with_state(self.clone(), site::find))
            .layer(middleware::from_fn_with_state(self.clone(), errors::dress))
            .merge(machinery())
            .layer(middleware::from_fn_with_state(self.clone(), crate::sign_in::header::strip))
            .layer(middleware::from_fn_with_state(self.clone(), address::watch))
            .layer(middleware::from_fn_with_state(policies, headers::protect))
            .layer(middleware::from_fn(crate::telemetry::observe));
        if self.https {
            router = router.layer(middleware::from_fn(headers::https_only));
        }
        router.with_state(self.clone())
    }
}

/// Every route that belongs to a site. The router is made of this list, and so are the tests of its rights.
#[must_use]
pub fn routes() -> Vec<Route> {
    use Access::{Anybody, SignedIn};
    let mut all = vec![
        Route::reads("/", SignedIn, get(desk::desk)),
        Route::reads("/tasks", SignedIn, get(desk::tasks)),
        Route::reads("/applications", SignedIn, get(desk::applications)),
        Route::reads("/events", SignedIn, get(events::stream)),
        // Whoever chooses a collectivité says for whom they act from now on, wherever they acted before.
        Route::writes("/acting", SignedIn, post(desk::switch)).taken_from(Origin::SameLink),
        Route::writes("/actions/{tenant}/{connector}/{action}", SignedIn, post(desk::act)),
        Route::writes("/preferences", Anybody, post(prefer)),
        Route::reads("/theme/{tenant}/{file}", Anybody, get(theme)),
    ];
    all.extend(crate::sign_in::routes::routes());
    all.extend(accesses::routes());
    all.extend(crate::accounts::routes());
    all.extend(crate::notices::routes());
    all.extend(crate::people::routes());
    all.extend(crate::profile::routes());
    all.extend(crate::console::routes());
    all.extend(crate::scim::routes());
    all.extend(delegation::routes());
    all
}

/// What answers on any host name: our own files, which hold nothing of anybody, and what machines ask.
fn machinery() -> Router<App> {
    Router::new()
        .route("/static/{digest}/{name}", get(assets::serve))
        .route("/healthz", get(health::lives))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics))
}

impl FromRef<App> for Sessions {
    fn from_ref(app: &App) -> Self {
        app.sessions.clone()
    }
}

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
    pub fn of(&self, tenant: &TenantId) -> impl Iterator<Item = &Arc<dyn Connector>> {
        self.0.get(tenant).into_iter().flat_map(BTreeMap::values)
    }

    /// The connector whose application lives at the same origin as an address.
    #[must_use]
    pub fn at(&self, tenant: &TenantId, url: &Url) -> Option<ConnectorId> {
        let mut mine = self.0.get(tenant)?.values().map(|connector| connector.descriptor());
        mine.find(|descriptor| descriptor.home.origin() == url.origin())
            .map(|descriptor| descriptor.id.clone())
    }

    /// Every connector once.
    #[must_use]
    pub fn all(&self) -> BTreeMap<ConnectorId, Arc<dyn Connector>> {
        self.0.values().flatten().map(|(id, connector)| (id.clone(), connector.clone())).collect()
    }

    fn homes(&self, tenant: &TenantId) -> impl Iterator<Item = Url> {
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

async fn theme(
    State(app): State<App>,
    Path((tenant, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    match app.colours.find(&tenant, &file) {
        Some(sheet) => assets::forever("text/css; charset=utf-8", &sheet.plain, &sheet.gzip, &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /metrics`: for the bearer of the operator's token only; without one the page does not exist.
async fn metrics(State(app): State<App>, headers: HeaderMap) -> Response {
    use pleiade_core::ExposeSecret;
    let Some((handle, token)) = &app.metrics else { return StatusCode::NOT_FOUND.into_response() };
    let given = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes().to_vec()).unwrap_or_default();
    let expected = format!("Bearer {}", token.expose_secret());
    if bool::from(given.ct_eq(expected.as_bytes())) {
        handle.render().into_response()
    } else {
        StatusCode::UNAUTHORIZED.into_response()
    }
}
