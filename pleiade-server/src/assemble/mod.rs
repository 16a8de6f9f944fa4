//! From the operator's file to the parts of the server.

mod connectors;
mod database;
mod error;
mod sources;
mod tenants;

pub use connectors::{connectors, engine_options};
pub use database::{open_storage, open_storage_upgrading, probe_storage, review_upgrade};
pub use error::AssembleError;
pub(crate) use sources::build_sources;
pub(crate) use tenants::launcher_entry;

use crate::{
    accounts::Accounts,
    app::App,
    catalogue::{Catalogue, Menus},
    config::{Config, Loaded, Problem},
    connectors::{Boards, Connectors},
    credentials::{Rules, Vouchers},
    legal::LegalRules,
    parts::{Foundation, Parts},
    scim::ScimSources,
    seal::{KeyError, SealKey, Sealer},
    session::Limits,
    source_kinds::{BuiltSource, SourceContext},
    web::cookies::CookieRule,
};
use metrics_exporter_prometheus::PrometheusHandle;
use pleiade_connectors::{
    engine::Engine,
    http::{HardenedBuilder, HardenedTransport},
    legal::RuleBook,
};
use pleiade_core::{Clock, Connector, TenantId, Transport};
use pleiade_federation::local::PasswordHashes;
use std::{sync::Arc, time::Duration};
use url::Url;

/// The sealing key of the file, of the environment, or of the data folder.
///
/// # Errors
/// When there is none that can be used.
pub fn sealer(config: &Config) -> Result<Sealer, KeyError> {
    use pleiade_core::ExposeSecret;
    let read = |key: &pleiade_core::SecretString| SealKey::from_base64(key.expose_secret());
    let current = match &config.seal.key {
        Some(key) => read(key)?,
        None => SealKey::from_file_or_new(&config.seal_key_path())?,
    };
    let previous = config.seal.previous_key.as_ref().map(read).transpose()?;
    let next = config.seal.next_key.as_ref().map(read).transpose()?;
    Ok(Sealer::new(current, previous.into_iter().collect()).with_next(next))
}

/// The way out of all but those that have their own: the hosts named in the file and no others. A connector with a client certificate has
/// its own ([`connectors`]).
///
/// # Errors
/// The declaration that is wrong.
pub fn transport(loaded: &Loaded) -> Result<Arc<dyn Transport>, Problem> {
    let shared = loaded.connectors.iter().filter(|settings| settings.client_certificate().is_none());
    let mut builder = outgoing(loaded).origins(shared.flat_map(|settings| settings.addresses()), false);
    let sources: Vec<Url> = loaded.sources.iter().flat_map(|one| one.adapter().called_addresses()).collect();
    let menus = loaded.config.sources.iter().filter_map(|source| source.menu.as_ref());
    let menus = menus.map(|menu| &menu.portal);
    builder = builder.origins(sources.iter().chain(menus), false);
    for host in &loaded.config.outgoing.internal_hosts {
        builder = builder.internal_host(host);
    }
    match builder.build() {
        Ok(transport) => Ok(Arc::new(transport)),
        Err(error) => Err(loaded.problem("outgoing", error.to_string())),
    }
}

/// A transport that reaches nothing yet, and trusts what the file says.
fn outgoing(loaded: &Loaded) -> HardenedBuilder {
    match &loaded.config.outgoing.ca {
        Some(ca) => HardenedTransport::builder().root_certificates_pem(ca.as_bytes()),
        None => HardenedTransport::builder(),
    }
}

/// Puts the server together.
///
/// # Errors
/// [`AssembleError`].
pub async fn assemble(
    loaded: &Loaded,
    clock: Arc<dyn Clock>,
    metrics: Option<PrometheusHandle>,
) -> Result<App, AssembleError> {
    let config = &loaded.config;
    let storage = open_storage(config).await?;
    // What cannot be written now lets nobody sign in.
    storage.probe_write(clock.now()).await?;
    let sealer = Arc::new(sealer(config)?);
    crate::upgrade::seal_by_link(&storage, &sealer).await?;
    let transport = transport(loaded).map_err(|problem| AssembleError::Config(problem.into()))?;
    let (built, certificates) = connectors(loaded, &transport, &clock).map_err(AssembleError::Config)?;
    let hashes = PasswordHashes::new()?;
    let context = SourceContext {
        transport: &transport,
        storage: &storage,
        sealer: &sealer,
        clock: &clock,
        hashes: &hashes,
    };
    let sources = build_sources(loaded, context).map_err(|problem| AssembleError::Config(problem.into()))?;
    let directories = sources::directories(loaded, &sources);
    let menus = sources::portal_menus(loaded, &transport)?;
    let foundation = Foundation {
        operator: tenants::operator(config),
        tenants: config.tenants.iter().map(tenants::tenant).collect(),
        storage,
        sealer,
        clock: clock.clone(),
        // The file was checked: its public address is https or loopback.
        cookies: CookieRule::for_public_url(&config.server.public_url).unwrap_or(CookieRule::SECURE),
        limits: Limits {
            idle: Duration::from_secs(config.sessions.idle_minutes * 60),
            absolute: Duration::from_secs(config.sessions.absolute_hours * 3600),
            ..Limits::default()
        },
    };
    let policies = loaded
        .sources()
        .filter_map(|(entry, settings)| Some((entry.id.clone(), settings.adapter().account_policy()?)));
    let accounts = Accounts::new(hashes, policies, clock.clone());
    let pushed = loaded.sources().zip(&sources);
    let is_pushed = |built: &BuiltSource| built.directory.as_ref().is_some_and(|people| people.is_pushed);
    let pushed: Vec<_> = pushed
        .filter(|(_, built)| is_pushed(built))
        .map(|((entry, _), _)| (entry.id.clone(), entry.owner.clone()))
        .collect();
    let sign_in = sources::sign_in(loaded, sources, &clock);
    let mut parts = Parts::new(foundation, sign_in, accounts);
    let (tasks, shutdown) = (parts.tasks.clone(), parts.shutdown.clone());
    parts.scim = Arc::new(ScimSources::new(pushed, clock.clone(), tasks, shutdown));
    parts.directories = directories;
    parts.menus = menus.map(|portals| {
        Menus::new(Arc::new(portals), parts.storage.clone(), clock.clone(), parts.tasks.clone())
    });
    parts.engine = Engine::new(engine_options(config), clock);
    parts.connectors = served(config, &built);
    parts.certificates = certificates;
    parts.boards = boards(config);
    parts.catalogue = catalogue(config, &built);
    parts.credential_rules = Arc::new(credential_rules(config));
    parts.statements = tenants::statements(config);
    parts.legal = legal_rules(config).map(Arc::new);
    parts.public_url = Some(config.server.public_url.clone());
    parts.trusted_proxies.clone_from(&config.server.trusted_proxies);
    parts.audit_kept = Duration::from_secs(config.audit.keep_days * 24 * 3600);
    parts.action_deadline = Duration::from_secs(config.server.action_seconds);
    parts.metrics = metrics.zip(config.metrics.token.clone());
    Ok(App::new(parts)?)
}

/// The chosen collectivités, or all when none is.
fn chosen_tenants(config: &Config, chosen: &[TenantId]) -> Vec<TenantId> {
    match chosen {
        [] => config.tenants.iter().map(|tenant| tenant.id.clone()).collect(),
        _ => chosen.to_vec(),
    }
}

fn served(config: &Config, built: &[Arc<dyn Connector>]) -> Connectors {
    let mut served = Connectors::default();
    for (entry, connector) in config.connectors.iter().zip(built) {
        for id in chosen_tenants(config, &entry.tenants) {
            served.add(id, connector.clone());
        }
    }
    served
}

fn catalogue(config: &Config, built: &[Arc<dyn Connector>]) -> Catalogue {
    let mut catalogue = Catalogue::new();
    for entry in &config.applications {
        let connector = built.iter().map(|connector| connector.descriptor());
        let connector =
            connector.into_iter().find(|connector| entry.connector.as_ref() == Some(&connector.id));
        for id in chosen_tenants(config, &entry.tenants) {
            catalogue.entry(id).or_default().push(tenants::application(entry, connector));
        }
    }
    for (entry, connector) in config.connectors.iter().zip(built) {
        // A connector without an entry of its own still opens.
        if config.applications.iter().any(|application| application.connector.as_ref() == Some(&entry.id)) {
            continue;
        }
        for id in chosen_tenants(config, &entry.tenants) {
            catalogue.entry(id).or_default().extend(launcher_entry(connector));
        }
    }
    for applications in catalogue.values_mut() {
        applications.sort_by_key(|application| application.order);
    }
    catalogue
}

/// The operator's cards first, then each collectivité's own.
fn boards(config: &Config) -> Boards {
    let mut boards = Boards::default();
    let (general, own): (Vec<_>, Vec<_>) = config.boards.iter().partition(|board| board.tenant.is_none());
    for board in general.into_iter().chain(own) {
        for id in chosen_tenants(config, board.tenant.as_slice()) {
            boards.by_tenant.entry(id).or_default().push(board.cards.clone());
        }
    }
    boards
}

/// The rules of the file, which was checked: none where it switches them all off.
fn legal_rules(config: &Config) -> Option<LegalRules> {
    let book = RuleBook::built_in().amended(&config.legal.rules).ok().filter(|_| config.legal.enabled)?;
    let groups = config.tenants.iter().filter_map(|tenant| {
        Some((tenant.id.clone(), tenant.legal_groups.as_ref()?.iter().cloned().collect()))
    });
    Some(LegalRules { book, groups: groups.collect() })
}

fn credential_rules(config: &Config) -> Rules {
    let mut rules = Rules::default();
    for entry in &config.connectors {
        let vouchers = Vouchers {
            owner: entry.owner.clone(),
            named: entry.vouched_by.clone(),
            typed: entry.typed_logins,
        };
        rules.insert(entry.id.clone(), entry.credentials.clone(), vouchers);
    }
    rules
}
