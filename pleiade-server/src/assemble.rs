//! From the operator's file to the parts of the server.

use crate::{
    accounts::{Accounts, Policy},
    app::{App, Boards, Connectors, Parts},
    catalogue::{Catalogue, Menus, Portal, PortalMenus},
    config::{Config, ConnectorConfig, Loaded, LocalConfig, Problem, SourceConfig, SourceSettings},
    credentials::{Rules, StoredVault, VaultAccounts, Vouchers},
    scim::{ScimDirectory, ScimSources},
    seal::{KeyError, SealKey, Sealer},
    session::{CookieRule, Limits, Sessions},
    sign_in::{
        Replacement, SignIn, Source,
        cas::StoredPgts,
        guesses::StoredGuesses,
        local::StoredAccounts,
        mapping::{Mapping, Tenants as TenantRule},
        reliance::Reliance,
    },
    storage::{
        Storage, StorageError, postgres, sqlite,
        upgrade::{Keep, Upgrade},
    },
    sync::{Directories, SyncRules, Synced},
    telemetry::EngineTelemetry,
    web::{colours::Sheets, site::Tenants, words},
};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use metrics_exporter_prometheus::PrometheusHandle;
use pleiade_connectors::{
    engine::{Engine, EngineOptions},
    http::HardenedTransport,
    text::{self, CatalogueError},
};
use pleiade_core::{
    Application, ApplicationId, Branding, Clock, Connector, Directory, IdentityProvider, SourceId, Tenant,
    TenantId, Transport,
};
use pleiade_federation::{
    cas::CasProvider,
    header::HeaderProvider,
    ldap::{LdapDirectory, LdapProvider},
    local::{HashError, LocalProvider, PasswordHashes, password::PasswordRules},
    oidc::OidcProvider,
    scim::PushedSource,
    vault::Vault,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use url::Url;

/// A server that cannot be put together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AssembleError {
    /// Something in the file, found by whoever uses it.
    #[error("{0}")]
    Config(Problem),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The sealing key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Password hashing.
    #[error(transparent)]
    Hashes(#[from] HashError),
    /// A message file: a defect of ours or of a connector.
    #[error(transparent)]
    Messages(#[from] CatalogueError),
}

/// Opens the database of the file.
///
/// # Errors
/// Those of the database.
pub async fn storage(config: &Config) -> Result<Arc<dyn Storage>, StorageError> {
    Ok(match database(config) {
        Database::Postgres(options) => Arc::new(postgres::open(&options).await?),
        Database::Sqlite(options) => Arc::new(sqlite::open_with(&options).await?),
    })
}

/// Says what an upgrade of the database of the file would close, and changes nothing. None when nothing can close any more.
///
/// # Errors
/// Those of the database.
pub async fn review_upgrade(config: &Config, keep: &[Keep]) -> Result<Option<Upgrade>, StorageError> {
    match database(config) {
        Database::Postgres(options) => postgres::review(&options, keep).await,
        Database::Sqlite(options) => sqlite::review(&options.path, options.busy, keep).await,
    }
}

/// Opens the database of the file, closing what an upgrade closes.
///
/// # Errors
/// Those of the database.
pub async fn storage_upgrading(
    config: &Config,
    keep: &[Keep],
) -> Result<(Arc<dyn Storage>, Option<Upgrade>), StorageError> {
    Ok(match database(config) {
        Database::Postgres(options) => {
            let (storage, upgrade) = postgres::open_upgrading(&options, keep).await?;
            (Arc::new(storage), upgrade)
        }
        Database::Sqlite(options) => {
            let (storage, upgrade) = sqlite::open_upgrading(&options, keep).await?;
            (Arc::new(storage), upgrade)
        }
    })
}

/// Which database the file names.
enum Database {
    Postgres(postgres::PostgresOptions),
    Sqlite(sqlite::SqliteOptions),
}

fn database(config: &Config) -> Database {
    if let Some(url) = &config.database.url {
        return Database::Postgres(postgres::PostgresOptions {
            url: url.clone(),
            max_connections: config.database.max_connections,
            schema: config.database.schema.clone(),
        });
    }
    Database::Sqlite(sqlite::SqliteOptions {
        path: config.sqlite_path(),
        busy: Duration::from_secs(config.database.lock_seconds),
        synchronous: config.database.synchronous,
    })
}

/// The sealing key of the file, of the environment, or of the data folder.
///
/// # Errors
/// When there is none that can be used.
pub fn sealer(config: &Config) -> Result<Sealer, KeyError> {
    use pleiade_core::ExposeSecret;
    let read = |key: &pleiade_core::SecretString| SealKey::from_base64(key.expose_secret());
    let current = match &config.seal.key {
        Some(key) => read(key)?,
        None => SealKey::from_file_or_new(&config.server.data_dir.join("seal.key"))?,
    };
    let previous = config.seal.previous_key.as_ref().map(read).transpose()?;
    let next = config.seal.next_key.as_ref().map(read).transpose()?;
    Ok(Sealer::new(current, previous.into_iter().collect()).with_next(next))
}

/// The one way out: the hosts named in the file and no others.
///
/// # Errors
/// The declaration that is wrong.
pub fn transport(loaded: &Loaded) -> Result<Arc<dyn Transport>, Problem> {
    let addresses = loaded.connectors.iter().flat_map(|settings| settings.addresses());
    let mut builder = HardenedTransport::builder().origins(addresses, false);
    for (source, settings) in loaded.config.sources.iter().zip(&loaded.sources) {
        if let SourceSettings::Oidc(oidc) = settings {
            let issuer = oidc.issuer.parse::<Url>().ok();
            let others = oidc.endpoint_origins.iter().filter_map(|origin| origin.parse::<Url>().ok());
            for address in issuer.into_iter().chain(others) {
                builder = builder.origin(&address, false);
            }
        }
        if let SourceSettings::Cas(cas) = settings {
            builder = builder.origin(&cas.server, false);
        }
        if let Some(menu) = &source.menu {
            builder = builder.origin(&menu.portal, false);
        }
    }
    for host in &loaded.config.outgoing.internal_hosts {
        builder = builder.internal_host(host);
    }
    if let Some(ca) = &loaded.config.outgoing.ca {
        builder = builder.root_certificates_pem(ca.as_bytes());
    }
    match builder.build() {
        Ok(transport) => Ok(Arc::new(transport)),
        Err(error) => Err(loaded.problem("outgoing", error.to_string())),
    }
}

/// The connectors of the file, in its order.
///
/// # Errors
/// The first whose settings are refused, or the first card of a board that none of them has, with its place.
pub fn connectors(
    loaded: &Loaded,
    transport: &Arc<dyn Transport>,
) -> Result<Vec<Arc<dyn Connector>>, Problem> {
    let pairs = loaded.config.connectors.iter().zip(&loaded.connectors).enumerate();
    let built = pairs.map(|(n, (entry, settings))| {
        let built = settings.build(entry.id.clone(), transport.clone());
        built.map_err(|error| loaded.problem(&format!("connectors[{n}].settings"), error.to_string()))
    });
    let built: Vec<_> = built.collect::<Result<_, _>>()?;
    known_widgets(loaded, &built)?;
    Ok(built)
}

/// Cards of boards are of widgets that their connectors have with these settings.
fn known_widgets(loaded: &Loaded, connectors: &[Arc<dyn Connector>]) -> Result<(), Problem> {
    for (n, board) in loaded.config.boards.iter().enumerate() {
        for (m, card) in board.cards.iter().enumerate() {
            let connector = connectors.iter().find(|connector| connector.descriptor().id == card.connector);
            let Some(connector) = connector.filter(|connector| connector.widget(&card.widget).is_none())
            else {
                continue;
            };
            let known: Vec<String> =
                connector.widgets().iter().map(|widget| format!("`{}`", widget.descriptor().id)).collect();
            let text =
                format!("`{}` has no widget `{}`; it has {}", card.connector, card.widget, known.join(", "));
            return Err(loaded.problem(&format!("boards[{n}].cards[{m}].widget"), text));
        }
    }
    Ok(())
}

/// A source of the file: the way in, and for a directory what lists its people.
#[derive(Debug)]
pub struct BuiltSource {
    /// What proves who somebody is.
    pub provider: Arc<dyn IdentityProvider>,
    /// What lists people.
    pub directory: Option<Arc<LdapDirectory>>,
    /// What lists the people whom an identity manager pushes.
    pub pushed: Option<Arc<ScimDirectory>>,
}

/// The sources of the file, in its order.
///
/// # Errors
/// The first whose settings are refused, with its place.
pub fn sources(
    loaded: &Loaded,
    transport: &Arc<dyn Transport>,
    storage: &Arc<dyn Storage>,
    sealer: &Arc<Sealer>,
    clock: &Arc<dyn Clock>,
    hashes: &PasswordHashes,
) -> Result<Vec<BuiltSource>, Problem> {
    let pairs = loaded.config.sources.iter().zip(&loaded.sources).enumerate();
    pairs
        .map(|(n, (entry, settings))| {
            let problem = |message: String| loaded.problem(&format!("sources[{n}].settings"), message);
            Ok(match settings {
                SourceSettings::Oidc(config) => {
                    let provider =
                        OidcProvider::new(entry.id.clone(), config.clone(), transport.clone(), clock.clone())
                            .map_err(|error| problem(error.to_string()))?;
                    BuiltSource { provider: Arc::new(provider), directory: None, pushed: None }
                }
                SourceSettings::Cas(config) => {
                    let tickets = StoredPgts::new(storage.clone(), sealer.clone(), clock.clone());
                    let provider = CasProvider::new(
                        entry.id.clone(),
                        config.clone(),
                        transport.clone(),
                        Arc::new(tickets),
                    )
                    .map_err(|error| problem(error.to_string()))?;
                    BuiltSource { provider: Arc::new(provider), directory: None, pushed: None }
                }
                SourceSettings::Header(config) => {
                    let provider = HeaderProvider::new(entry.id.clone(), config.clone())
                        .map_err(|error| problem(error.to_string()))?;
                    BuiltSource { provider: Arc::new(provider), directory: None, pushed: None }
                }
                SourceSettings::Ldap(config) => {
                    let directory = LdapDirectory::new(entry.id.clone(), config.clone(), clock.clone())
                        .map_err(|error| problem(error.to_string()))?;
                    let directory = Arc::new(directory);
                    let guesses = Arc::new(StoredGuesses::new(storage.clone(), sealer));
                    let provider = LdapProvider::new(directory.clone(), guesses, clock.clone());
                    BuiltSource { provider: Arc::new(provider), directory: Some(directory), pushed: None }
                }
                SourceSettings::Scim => BuiltSource {
                    provider: Arc::new(PushedSource::new(entry.id.clone())),
                    directory: None,
                    pushed: Some(Arc::new(ScimDirectory::new(entry.id.clone(), storage.clone()))),
                },
                SourceSettings::Local(_) => {
                    let accounts = Arc::new(StoredAccounts(storage.clone()));
                    let provider =
                        LocalProvider::new(entry.id.clone(), accounts, hashes.clone(), clock.clone());
                    BuiltSource { provider: Arc::new(provider), directory: None, pushed: None }
                }
            })
        })
        .collect()
}

/// Every message that a page may show.
///
/// # Errors
/// A message file that is not Fluent, or a key that two files define.
pub fn messages<'a>(
    connectors: impl Iterator<Item = &'a Arc<dyn Connector>>,
    clock: Arc<dyn Clock>,
) -> Result<text::Catalogue, CatalogueError> {
    let mut builder = text::Catalogue::builder().clock(clock);
    for (locale, file) in words::FILES {
        builder = builder.add(*locale, file)?;
    }
    for connector in connectors {
        builder = builder.connector(connector.descriptor())?;
    }
    Ok(builder.build())
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
    let storage = storage(config).await?;
    // What cannot be written now lets nobody sign in.
    storage.probe_write(clock.now()).await?;
    let sealer = Arc::new(sealer(config)?);
    crate::upgrade::seal_by_link(&storage, &sealer).await?;
    let transport = transport(loaded).map_err(AssembleError::Config)?;
    let built = connectors(loaded, &transport).map_err(AssembleError::Config)?;
    let hashes = PasswordHashes::new()?;
    let ways =
        sources(loaded, &transport, &storage, &sealer, &clock, &hashes).map_err(AssembleError::Config)?;
    let operator = operator(config);
    let tenants: Vec<Tenant> = config.tenants.iter().map(tenant).collect();
    let ids: Vec<&TenantId> = tenants.iter().map(|tenant| &tenant.id).collect();
    let everybody = |chosen: &[TenantId]| -> Vec<TenantId> {
        if chosen.is_empty() { ids.iter().map(|id| (*id).clone()).collect() } else { chosen.to_vec() }
    };

    let mut served = Connectors::default();
    let mut catalogue = Catalogue::new();
    for (entry, connector) in config.connectors.iter().zip(&built) {
        for id in everybody(&entry.tenants) {
            served.add(id, connector.clone());
        }
    }
    for entry in &config.applications {
        for id in everybody(&entry.tenants) {
            catalogue.entry(id).or_default().push(application(entry));
        }
    }
    for (entry, connector) in config.connectors.iter().zip(&built) {
        // A connector without an entry of its own still opens.
        if config.applications.iter().any(|application| application.connector.as_ref() == Some(&entry.id)) {
            continue;
        }
        for id in everybody(&entry.tenants) {
            catalogue.entry(id).or_default().extend(home(connector));
        }
    }
    for applications in catalogue.values_mut() {
        applications.sort_by_key(|application| application.order);
    }
    let mut boards = Boards::default();
    for general in [true, false] {
        for board in config.boards.iter().filter(|board| board.tenant.is_none() == general) {
            let theirs = board.tenant.clone().map_or_else(|| everybody(&[]), |tenant| vec![tenant]);
            for id in theirs {
                boards.by_tenant.entry(id).or_default().push(board.cards.clone());
            }
        }
    }
    let mut rules = Rules::default();
    for entry in &config.connectors {
        let vouchers = Vouchers {
            owner: entry.owner.clone(),
            named: entry.vouched_by.clone(),
            typed: entry.typed_logins,
        };
        rules.insert(entry.id.clone(), entry.credentials.clone(), vouchers);
    }
    let tasks = TaskTracker::new();
    let limits = Limits {
        idle: Duration::from_secs(config.sessions.idle_minutes * 60),
        absolute: Duration::from_secs(config.sessions.absolute_hours * 3600),
        ..Limits::default()
    };
    // The file was checked: its public address is https or loopback.
    let cookie = CookieRule::for_public_url(&config.server.public_url).unwrap_or(CookieRule::SECURE);
    let menus = portal_menus(loaded, &transport)?
        .map(|portals| Menus::new(Arc::new(portals), storage.clone(), clock.clone(), tasks.clone()));
    let mut reliances = reliances(loaded, &ways);
    let directories = directories(loaded, &ways);
    let sources =
        config.sources.iter().zip(&loaded.sources).zip(ways).map(|((entry, settings), way)| Source {
            provider: way.provider,
            title: entry.name.clone(),
            owner: entry.owner.clone(),
            lets_in: entry.sign_in,
            offered_to: entry.offered_to.clone(),
            mapping: mapping(entry, settings),
            leads_to: leads_to(settings),
            portal_session: entry.menu.as_ref().map(|menu| menu.session_claim.clone()),
            directory: reliances.remove(&entry.id),
            replaces: entry.replaces.as_ref().map(|replaced| Replacement {
                source: replaced.source.clone(),
                until: end_of(replaced.until),
                domains: replaced.domains.clone(),
            }),
            at_common_host: entry.owner.as_ref().is_some_and(|owner| without_host(config, owner)),
            print: print(entry, settings),
        });
    let sign_in = SignIn::new(sources, clock.clone()).trusting(trusted_headers(loaded));
    let sessions = Sessions::new(
        storage.clone(),
        sealer.clone(),
        clock.clone(),
        limits,
        cookie,
        tasks.clone(),
        sign_in.rights(),
    );
    let policies =
        config.sources.iter().zip(&loaded.sources).filter_map(|(entry, settings)| match settings {
            SourceSettings::Local(local) => Some((entry.id.clone(), policy(local))),
            _ => None,
        });
    let pushed = config.sources.iter().zip(&loaded.sources);
    let pushed = pushed.filter(|(_, settings)| matches!(settings, SourceSettings::Scim));
    let scim =
        ScimSources::new(pushed.map(|(entry, _)| (entry.id.clone(), entry.owner.clone())), clock.clone());
    let accounts = Accounts::new(hashes, policies, clock.clone());
    let vault = Vault::new(Arc::new(StoredVault(storage.clone())), sealer.clone(), clock.clone());
    Ok(App::new(Parts {
        colours: Sheets::new(tenants.iter().chain([&*operator])),
        tenants: Tenants::new(tenants, &operator),
        operator,
        storage,
        sessions,
        sign_in,
        accounts,
        scim,
        directories,
        engine: Engine::new(engine_options(config), clock.clone()),
        messages: Arc::new(messages(built.iter(), clock.clone())?),
        connectors: served,
        credential_rules: Arc::new(rules),
        linked_accounts: Arc::new(VaultAccounts::new(vault, clock.clone(), tasks.clone())),
        boards,
        catalogue,
        menus,
        clock,
        sealer,
        public_url: Some(config.server.public_url.clone()),
        https: config.server.public_url.scheme() == "https",
        trusted_proxies: config.server.trusted_proxies.clone(),
        demonstration: false,
        idle: limits.idle,
        audit_kept: Duration::from_secs(config.audit.keep_days * 24 * 3600),
        action_deadline: Duration::from_secs(config.server.action_seconds),
        metrics: metrics.zip(config.metrics.token.clone()),
        shutdown: CancellationToken::new(),
        tasks,
    }))
}

/// The engine as the file wants it.
#[must_use]
pub fn engine_options(config: &Config) -> EngineOptions {
    let mut options = EngineOptions::default();
    options.observer = Arc::new(EngineTelemetry);
    let limit = |entry: &ConnectorConfig| {
        let calls = entry.max_concurrent_calls.and_then(|calls| usize::try_from(calls).ok())?;
        Some((entry.id.clone(), calls))
    };
    options.calls_per_connector = config.connectors.iter().filter_map(limit).collect();
    options
}

/// What makes a source the one it is: its kind, its owner, and who vouches. Sessions of a source that has another print are refused.
fn print(entry: &crate::config::SourceConfig, settings: &SourceSettings) -> String {
    use sha2::{Digest as _, Sha256};
    let by: String;
    let (kind, vouches) = match settings {
        SourceSettings::Oidc(oidc) => {
            by = format!("{} {}", oidc.issuer, oidc.algorithm.name());
            ("oidc", by.as_str())
        }
        SourceSettings::Cas(cas) => ("cas", cas.server.as_str()),
        SourceSettings::Header(header) => ("header", header.issuer.as_str()),
        SourceSettings::Ldap(ldap) => ("ldap", ldap.base.as_str()),
        SourceSettings::Scim => ("scim", ""),
        SourceSettings::Local(_) => ("local", ""),
    };
    let owner = entry.owner.as_ref().map_or("", TenantId::as_str);
    let digest = Sha256::digest([kind, owner, vouches].join("\0"));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn portal_menus(
    loaded: &Loaded,
    transport: &Arc<dyn Transport>,
) -> Result<Option<PortalMenus>, AssembleError> {
    let mut portals: BTreeMap<SourceId, Portal> = BTreeMap::new();
    for (n, entry) in loaded.config.sources.iter().enumerate() {
        if let Some(menu) = &entry.menu {
            let portal = Portal::new(menu, transport).map_err(|error| {
                AssembleError::Config(loaded.problem(&format!("sources[{n}].menu"), error.to_string()))
            })?;
            portals.insert(entry.id.clone(), portal);
        }
    }
    Ok((!portals.is_empty()).then_some(PortalMenus(portals)))
}

/// The directories that are followed: those whose source says so, and those that are pushed, which heal each night.
fn directories(loaded: &Loaded, built: &[BuiltSource]) -> Directories {
    let config = &loaded.config;
    let all = config.sources.iter().zip(&loaded.sources).zip(built);
    all.filter_map(|((entry, settings), built)| {
        let read = built.directory.clone().map(|directory| directory as Arc<dyn Directory>);
        let pushed = built.pushed.clone().map(|directory| directory as Arc<dyn Directory>);
        let is_pushed = pushed.is_some();
        let rules = match &entry.sync {
            Some(sync) => sync.rules(config.operator.time_zone),
            None if is_pushed => SyncRules {
                every: None,
                zone: config.operator.time_zone,
                apply_first_run: true,
                ..SyncRules::default()
            },
            None => return None,
        };
        Some(Synced {
            title: entry.name.clone(),
            owner: entry.owner.clone(),
            mapping: mapping(entry, settings),
            directory: read.or(pushed)?,
            pushed: is_pushed,
            rules,
        })
    })
    .collect()
}

/// How each source relies on a directory, by the source. The file was checked: a directory is there and has the same owner.
fn reliances(loaded: &Loaded, built: &[BuiltSource]) -> BTreeMap<SourceId, Reliance> {
    let config = &loaded.config;
    let directory = |id: &SourceId| {
        let all = config.sources.iter().zip(&loaded.sources).zip(built);
        all.map(|((entry, settings), built)| (entry, settings, built)).find(|(entry, ..)| entry.id == *id)
    };
    let reliance = |entry: &SourceConfig| {
        let (theirs, settings, built) = directory(entry.directory.as_ref()?)?;
        Some(Reliance {
            directory: theirs.id.clone(),
            owner: theirs.owner.clone(),
            issuer: built
                .directory
                .as_ref()
                .map_or_else(|| crate::scim::issuer(&theirs.id), |ldap| ldap.issuer()),
            key: entry.directory_key.clone()?,
            strip_prefix: entry.strip_prefix.clone(),
            people: built
                .directory
                .clone()
                .map(|directory| directory as _)
                .or(built.pushed.clone().map(|pushed| pushed as _)),
            mapping: mapping(theirs, settings),
        })
    };
    config.sources.iter().filter_map(|entry| Some((entry.id.clone(), reliance(entry)?))).collect()
}

/// The first instant after a day, at Greenwich.
fn end_of(day: NaiveDate) -> DateTime<Utc> {
    day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN).and_utc()
}

fn without_host(config: &Config, tenant: &TenantId) -> bool {
    config.tenants.iter().any(|known| known.id == *tenant && known.hosts.is_empty())
}

fn mapping(entry: &SourceConfig, settings: &SourceSettings) -> Mapping {
    let written = &entry.mapping;
    let mut mapping = Mapping::new(tenant_rule(entry, settings));
    mapping.kind.clone_from(&written.kind);
    mapping.function.clone_from(&written.function);
    mapping.fields.clone_from(&written.fields);
    mapping.roles.clone_from(&written.roles);
    mapping.acr_levels.clone_from(&written.acr_levels);
    mapping.ignore_case = matches!(settings, SourceSettings::Ldap(_));
    mapping
}

fn tenant_rule(entry: &SourceConfig, settings: &SourceSettings) -> TenantRule {
    match (&entry.owner, settings) {
        (_, SourceSettings::Local(_)) => TenantRule::Kept,
        (Some(owner), _) => TenantRule::Owner(owner.clone()),
        (None, _) => {
            let attribute = entry.mapping.tenants.clone().unwrap_or_default();
            match entry.mapping.provider.clone() {
                Some(provider) => TenantRule::Proven { attribute, provider },
                None => TenantRule::Attribute(attribute),
            }
        }
    }
}

/// The sources of headers. Their settings were refused already if they cannot be used.
fn trusted_headers(loaded: &Loaded) -> impl Iterator<Item = Arc<HeaderProvider>> {
    loaded.config.sources.iter().zip(&loaded.sources).filter_map(|(entry, settings)| match settings {
        SourceSettings::Header(config) => {
            HeaderProvider::new(entry.id.clone(), config.clone()).ok().map(Arc::new)
        }
        _ => None,
    })
}

fn leads_to(settings: &SourceSettings) -> Vec<Url> {
    match settings {
        SourceSettings::Oidc(oidc) => [&oidc.issuer]
            .into_iter()
            .chain(&oidc.endpoint_origins)
            .filter_map(|address| address.parse().ok())
            .collect(),
        SourceSettings::Cas(cas) => vec![cas.server.clone()],
        SourceSettings::Header(header) => header.sign_out.iter().cloned().collect(),
        _ => Vec::new(),
    }
}

/// What the file says of a local source.
#[must_use]
pub fn policy(local: &LocalConfig) -> Policy {
    Policy {
        second_factor: local.second_factor,
        passwords: PasswordRules::with_min_chars(local.password_length),
        link_life: TimeDelta::hours(local.link_hours),
        networks: local.allowed_networks.clone(),
        samples: false,
    }
}

/// The operator's pages have a tenant's look without being a tenant's: no tenant of the file may bear this id.
pub(crate) const OPERATOR_ID: &str = "0-operator";

fn operator(config: &Config) -> Arc<Tenant> {
    let entry = &config.operator;
    let id = TenantId::new(OPERATOR_ID).unwrap_or_else(|_| unreachable!("a constant slug"));
    let mut operator = Tenant::new(id, &entry.name);
    operator.hosts = config.server.public_url.host_str().map(str::to_lowercase).into_iter().collect();
    operator.branding = branding(entry.accent, entry.monogram.clone());
    operator.locale = entry.locale;
    operator.time_zone = entry.time_zone;
    Arc::new(operator)
}

fn branding(accent: Option<pleiade_core::Colour>, monogram: Option<String>) -> Branding {
    let mut branding = Branding::default();
    branding.accent = accent;
    branding.monogram = monogram;
    branding
}

fn tenant(entry: &crate::config::TenantConfig) -> Tenant {
    let mut tenant = Tenant::new(entry.id.clone(), &entry.name);
    tenant.siren = entry.siren;
    tenant.sirets.clone_from(&entry.sirets);
    tenant.postal_names.clone_from(&entry.postal_names);
    tenant.idp_ids.clone_from(&entry.idp_ids);
    tenant.hosts.clone_from(&entry.hosts);
    tenant.mail_domains.clone_from(&entry.mail_domains);
    tenant.branding = branding(entry.accent, entry.monogram.clone());
    tenant.locale = entry.locale;
    tenant.time_zone = entry.time_zone;
    tenant
}

fn application(entry: &crate::config::ApplicationConfig) -> Application {
    let mut application = Application::new(entry.id.clone(), &entry.name, entry.url.clone());
    application.description.clone_from(&entry.description);
    application.category.clone_from(&entry.category);
    application.order = entry.order;
    application.connector.clone_from(&entry.connector);
    application
}

/// The launcher's entry of a connector that has none in the file.
pub(crate) fn home(connector: &Arc<dyn Connector>) -> Option<Application> {
    let descriptor = connector.descriptor();
    let mut application = Application::new(
        ApplicationId::new(descriptor.id.as_str()).ok()?,
        &descriptor.name,
        descriptor.home.clone(),
    );
    application.connector = Some(descriptor.id.clone());
    Some(application)
}
