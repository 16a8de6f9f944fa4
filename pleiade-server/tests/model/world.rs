//! The instance: two replicas on one database, and every browser in which somebody is signed in.

use super::{
    applications::{Application, Uses},
    browser::{Browser, SESSION},
    facts::{Facts, Kind, SOURCES, Told, Who},
    invariant::Links,
    sources::{Annuaire, Provider, mapping, menus, source_id, subject},
};
use async_trait::async_trait;
use axum::Router;
use chrono::{DateTime, Utc};
use pleiade_connectors::engine::{Engine, EngineOptions};
use pleiade_core::{
    Clock, Connector as _, ConnectorId, ExposeSecret as _, IdentityId, IdentityProvider, LinkId, Placement,
    Tenant, TenantId, WidgetId, Zone,
};
use pleiade_federation::{
    local::{LocalProvider, PasswordHashes},
    scim::PushedSource,
    vault::Vault,
};
use pleiade_server::{
    accounts::{Accounts, Policy, SecondFactorRule},
    app::{App, Boards, Connectors, Parts},
    assemble,
    catalogue::{Catalogue, Menus},
    credentials::{CredentialRule, LoginFrom, Rules, StoredVault, VaultAccounts, Vouchers},
    scim::{NewToken, ScimDirectory, ScimSources},
    seal::{SealKey, Sealer},
    session::{CookieRule, Limits, Sessions},
    sign_in::{
        SignIn, Source,
        local::{StoredAccounts, subject as local_subject},
        reliance::{DirectoryKey, Reliance},
    },
    storage::{Link, Storage},
    sync::{SyncRules, Synced},
    web::{colours::Sheets, site::Tenants},
};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) const HOSTS: [&str; 3] = ["bureau.alpha.example", "bureau.beta.example", "bureau.opsn.example"];

/// A clock that moves when it is told to.
#[derive(Debug, Default)]
pub(crate) struct ManualClock(Mutex<Duration>);

impl ManualClock {
    pub(crate) fn advance(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        pleiade_testkit::TestClock::sample_now() + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

/// Where the instance keeps everything: empty at first, and its alone.
#[async_trait]
pub(crate) trait Place: std::fmt::Debug + Send + Sync {
    /// Opens it, once for each process. The folder is the instance's.
    async fn open(&self, folder: &Path) -> Arc<dyn Storage>;
}

/// One process of the instance.
#[derive(Debug)]
pub(crate) struct Replica {
    pub(crate) app: App,
    pub(crate) router: Router,
}

/// Somebody signed in.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    pub(crate) browser: Browser,
    pub(crate) who: Who,
    /// The link and the person, when it was opened.
    pub(crate) link: (LinkId, IdentityId),
    /// Since when the link is no longer open and that person's, and the replica that knows.
    pub(crate) over: Option<(Duration, usize)>,
}

#[derive(Debug)]
pub(crate) struct World {
    place: Arc<dyn Place>,
    folder: tempfile::TempDir,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) replicas: Vec<Replica>,
    pub(crate) providers: BTreeMap<usize, Arc<Provider>>,
    pub(crate) directories: BTreeMap<usize, Arc<Annuaire>>,
    /// Tokens of the identity managers.
    pub(crate) tokens: BTreeMap<usize, String>,
    pub(crate) uses: Uses,
    pub(crate) facts: Facts,
    pub(crate) sessions: Vec<Open>,
    /// How many were opened by each.
    pub(crate) opened: BTreeMap<Who, usize>,
    /// Cookies that were given up, since when, and the replica that knows.
    pub(crate) dead: Vec<(Browser, (Duration, usize))>,
    /// Counts what was told of each.
    pub(crate) versions: BTreeMap<Who, u32>,
    /// Whom each link selected last.
    pub(crate) people: BTreeMap<Who, (LinkId, IdentityId, bool)>,
    /// Every link that was ever seen.
    pub(crate) links: Links,
    pub(crate) steps: usize,
    /// What was done and not refused, counted: a model whose operations all fail proves nothing.
    pub(crate) happened: super::Happened,
    /// Something that an operation itself found wrong.
    pub(crate) wrong: Option<String>,
}

pub(crate) fn tenant_id(id: &str) -> TenantId {
    TenantId::new(id).unwrap()
}

fn tenant(id: &str, name: &str, host: &str) -> Tenant {
    let mut tenant = Tenant::new(tenant_id(id), name);
    tenant.hosts = vec![host.to_owned()];
    tenant.mail_domains = format!("{id}.example").parse().into_iter().collect();
    tenant
}

fn hashes() -> PasswordHashes {
    static HASHES: OnceLock<PasswordHashes> = OnceLock::new();
    HASHES.get_or_init(|| PasswordHashes::with_cost(8, 1).unwrap()).clone()
}

impl World {
    pub(crate) async fn new(place: Arc<dyn Place>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let of_kind =
            |wanted: fn(Kind) -> bool| (0..SOURCES.len()).filter(move |source| wanted(SOURCES[*source].kind));
        let elsewhere = of_kind(|kind| matches!(kind, Kind::Provider | Kind::Portal { .. }));
        let mut world = Self {
            place,
            folder,
            clock: Arc::default(),
            replicas: Vec::new(),
            providers: elsewhere.map(|source| (source, Provider::new(SOURCES[source].id))).collect(),
            directories: of_kind(|kind| kind == Kind::Directory)
                .map(|source| (source, Annuaire::new(SOURCES[source].id)))
                .collect(),
            tokens: BTreeMap::new(),
            uses: Uses::default(),
            facts: Facts::default(),
            sessions: Vec::new(),
            opened: BTreeMap::new(),
            dead: Vec::new(),
            links: Links::new(),
            versions: BTreeMap::new(),
            people: BTreeMap::new(),
            steps: 0,
            happened: BTreeMap::new(),
            wrong: None,
        };
        world.introduce();
        for _ in 0..2 {
            let replica = world.assemble().await;
            world.replicas.push(replica);
        }
        for source in of_kind(|kind| kind == Kind::Pushed) {
            let new = NewToken::generate(source_id(SOURCES[source].id), world.clock.now()).unwrap();
            world.storage().create_scim_token(new.hash, &new.listed).await.unwrap();
            world.tokens.insert(source, new.secret.expose_secret().to_owned());
        }
        world
    }

    /// Everything that is open is given back before the next history begins.
    pub(crate) async fn close(self) {
        for replica in &self.replicas {
            replica.app.tasks.close();
            replica.app.tasks.wait().await;
            replica.app.engine.shutdown().await;
            replica.app.storage.close().await;
        }
    }

    pub(crate) fn storage(&self) -> Arc<dyn Storage> {
        self.replicas[0].app.storage.clone()
    }

    pub(crate) fn now(&self) -> Duration {
        self.clock.elapsed()
    }

    /// Puts a process in the place of another.
    pub(crate) async fn restart(&mut self, replica: usize) {
        let new = self.assemble().await;
        let old = std::mem::replace(&mut self.replicas[replica], new);
        old.app.tasks.close();
        old.app.tasks.wait().await;
        old.app.engine.shutdown().await;
        old.app.storage.close().await;
    }

    /// Waits until nothing runs beside the requests.
    pub(crate) async fn quiet(&self) {
        for replica in &self.replicas {
            replica.app.tasks.close();
            replica.app.tasks.wait().await;
            replica.app.tasks.reopen();
        }
    }

    fn source(&self, source: usize, storage: &Arc<dyn Storage>, time: &Arc<dyn Clock>) -> Source {
        let spec = &SOURCES[source];
        let id = source_id(spec.id);
        let provider: Arc<dyn IdentityProvider> = match spec.kind {
            Kind::Provider | Kind::Portal { .. } => self.providers[&source].clone(),
            Kind::Directory => self.directories[&source].clone(),
            Kind::Pushed => Arc::new(PushedSource::new(id)),
            Kind::Local => {
                let accounts = Arc::new(StoredAccounts(storage.clone()));
                Arc::new(LocalProvider::new(id, accounts, hashes(), time.clone()))
            }
        };
        let both = || vec![tenant_id("alpha"), tenant_id("beta")];
        Source {
            title: format!("Compte z{}z", spec.id),
            leads_to: vec![format!("https://{}.example/", spec.id).parse().unwrap()],
            provider,
            owner: spec.owner.map(tenant_id),
            offered_to: if spec.owner.is_none() { both() } else { Vec::new() },
            mapping: mapping(source),
            portal_session: (spec.kind == Kind::Provider).then(|| "_session_id".to_owned()),
            directory: self.reliance(source, storage),
            replaces: None,
            lets_in: spec.kind != Kind::Pushed,
            print: spec.id.to_owned(),
            at_common_host: false,
        }
    }

    fn reliance(&self, source: usize, storage: &Arc<dyn Storage>) -> Option<Reliance> {
        let Kind::Portal { directory, by_login } = SOURCES[source].kind else { return None };
        let place = SOURCES.iter().position(|spec| spec.id == directory).unwrap();
        let people: Arc<dyn pleiade_core::Directory> = match self.directories.get(&place) {
            Some(directory) => directory.clone(),
            None => Arc::new(ScimDirectory::new(source_id(directory), storage.clone())),
        };
        let key = if by_login { DirectoryKey::Login } else { DirectoryKey::Attribute("key".into()) };
        Some(Reliance {
            directory: source_id(directory),
            owner: SOURCES[place].owner.map(tenant_id),
            issuer: subject(Who::at(directory, 0)).issuer().to_owned(),
            key,
            strip_prefix: String::new(),
            people: Some(people),
            mapping: mapping(place),
        })
    }

    async fn assemble(&self) -> Replica {
        let storage = self.place.open(self.folder.path()).await;
        let time: Arc<dyn Clock> = self.clock.clone();
        let key = SealKey::from_file_or_new(&self.folder.path().join("seal.key")).unwrap();
        let sealer = Arc::new(Sealer::new(key, Vec::new()));
        let operator = Arc::new(tenant("operateur", "OPSN", HOSTS[2]));
        let tenants =
            vec![tenant("alpha", "Ville zalphaz", HOSTS[0]), tenant("beta", "Commune zbetaz", HOSTS[1])];
        let (connectors, boards, rules) = self.applications();
        let sign_in =
            SignIn::new((0..SOURCES.len()).map(|source| self.source(source, &storage, &time)), time.clone());
        let tasks = TaskTracker::new();
        let limits = Limits::default();
        let policy = || Policy { second_factor: SecondFactorRule::Optional, ..Policy::default() };
        let local = SOURCES.iter().filter(|spec| spec.kind == Kind::Local);
        let pushed = SOURCES.iter().filter(|spec| spec.kind == Kind::Pushed);
        let everything = connectors.all();
        let vault = Vault::new(Arc::new(StoredVault(storage.clone())), sealer.clone(), time.clone());
        let app = App::new(Parts {
            colours: Sheets::new(tenants.iter().chain([&*operator])),
            tenants: Tenants::new(tenants, &operator),
            operator,
            sessions: Sessions::new(
                storage.clone(),
                sealer.clone(),
                time.clone(),
                limits,
                CookieRule::SECURE,
                tasks.clone(),
                sign_in.rights(),
            ),
            storage: storage.clone(),
            sign_in,
            directories: self.followed().into_iter().collect(),
            scim: ScimSources::new(
                pushed.map(|spec| (source_id(spec.id), spec.owner.map(tenant_id))),
                time.clone(),
            ),
            accounts: Accounts::new(hashes(), local.map(|spec| (source_id(spec.id), policy())), time.clone()),
            engine: Engine::new(EngineOptions::default(), time.clone()),
            messages: Arc::new(assemble::messages(everything.values(), time.clone()).unwrap()),
            connectors,
            credential_rules: Arc::new(rules),
            linked_accounts: Arc::new(VaultAccounts::new(vault, time.clone(), tasks.clone())),
            boards,
            catalogue: Catalogue::new(),
            menus: Some(Menus::new(Arc::new(menus()), storage, time.clone(), tasks.clone())),
            clock: time,
            sealer,
            public_url: Some(format!("https://{}/", HOSTS[2]).parse().unwrap()),
            https: true,
            trusted_proxies: Vec::new(),
            demonstration: false,
            idle: limits.idle,
            audit_kept: Duration::from_secs(365 * 24 * 3600),
            action_deadline: Duration::from_secs(10),
            metrics: None,
            shutdown: CancellationToken::new(),
            tasks,
        });
        Replica { router: app.router(), app }
    }

    fn followed(&self) -> Vec<Synced> {
        let synced = |(source, directory): (&usize, &Arc<Annuaire>)| Synced {
            title: format!("Annuaire z{}z", SOURCES[*source].id),
            owner: SOURCES[*source].owner.map(tenant_id),
            mapping: mapping(*source),
            directory: directory.clone(),
            pushed: false,
            rules: SyncRules { apply_first_run: true, ..SyncRules::default() },
        };
        self.directories.iter().map(synced).collect()
    }

    /// The operator's applications everywhere, and one of each collectivité's own.
    fn applications(&self) -> (Connectors, Boards, Rules) {
        let (mut connectors, mut boards, mut rules) =
            (Connectors::default(), Boards::default(), Rules::default());
        let acting = |login| CredentialRule::ActingLogin { login };
        let both: &[&str] = &["alpha", "beta"];
        for (id, tenants, rule) in [
            ("fiche", both, CredentialRule::Technical),
            ("courriel", both, acting(LoginFrom::Mail)),
            ("messagerie", both, acting(LoginFrom::Login)),
            ("nuage", both, CredentialRule::LinkedAccount),
            ("alphametier", &["alpha"], acting(LoginFrom::Login)),
            ("betametier", &["beta"], acting(LoginFrom::Login)),
        ] {
            let owner = (tenants.len() == 1).then(|| tenant_id(tenants[0]));
            let application = Application::new(id, &self.uses);
            rules.insert(ConnectorId::new(id).unwrap(), rule, Vouchers { owner, ..Vouchers::default() });
            for tenant in tenants {
                let layers = boards.by_tenant.entry(tenant_id(tenant)).or_insert_with(|| vec![Vec::new()]);
                layers[0].push(Placement {
                    connector: application.descriptor().id.clone(),
                    widget: WidgetId::new("main").unwrap(),
                    zone: Zone::Default,
                    wide: false,
                });
                connectors.add(tenant_id(tenant), application.clone());
            }
        }
        (connectors, boards, rules)
    }

    /// The link of somebody, if they are known.
    pub(crate) async fn link(&self, who: Who) -> Option<Link> {
        let storage = self.storage();
        let id = source_id(who.spec().id);
        let subject = if who.spec().kind == Kind::Local {
            let account = storage.local_account(&id, &who.marker()).await.unwrap()?;
            local_subject(&id, &account.subject).unwrap()
        } else {
            subject(who)
        };
        storage.find_link(&id, &subject).await.unwrap()
    }

    /// Tells everybody who asks something new of somebody.
    pub(crate) fn tell(&mut self, who: Who, mut told: Told) -> Told {
        let version = self.versions.entry(who).or_default();
        *version += 1;
        told.version = *version;
        self.facts.tell(who, told.clone());
        if let Some(provider) = self.providers.get(&who.source) {
            provider.knows(who, &told);
        }
        told
    }

    /// Keeps a browser that may have been signed in.
    pub(crate) async fn entered(&mut self, browser: Browser, who: Who) {
        if browser.session().is_none() {
            return;
        }
        let now = self.now();
        self.facts.heard(who, now);
        let told = self.facts.newest(who);
        if let Some(on) = who.in_directory(told.key) {
            self.facts.rely(who, on, now);
        }
        let Some(link) = self.link(who).await else {
            self.wrong = Some(format!("{who:?} is signed in without a link"));
            return;
        };
        *self.opened.entry(who).or_default() += 1;
        self.count(match who.spec().kind {
            Kind::Provider => "sign in at a provider",
            Kind::Portal { .. } => "sign in at a portal",
            Kind::Directory => "sign in at a directory",
            _ => "sign in at an account",
        });
        self.sessions.push(Open { browser, who, link: (link.id, link.identity), over: None });
    }

    pub(crate) fn count(&mut self, what: &'static str) {
        *self.happened.entry(what).or_default() += 1;
    }

    /// Remembers a cookie that opens nothing any more.
    pub(crate) fn give_up(&mut self, browser: &Browser, on: usize) {
        let mut dead = Browser::new(&browser.host);
        if let Some(value) = browser.session() {
            dead.cookies.insert(SESSION.to_owned(), value.clone());
            self.dead.push((dead, (self.now(), on)));
        }
    }

    /// Nothing was told before: what is told at first.
    fn introduce(&mut self) {
        for who in Who::everybody() {
            let spec = who.spec();
            let tenants = match (spec.owner, who.subject) {
                (Some(owner), _) => [owner].into(),
                (None, 2) => ["beta"].into(),
                _ => ["alpha", "beta"].into(),
            };
            let told = Told {
                tenants,
                administrator: matches!(
                    (spec.id, who.subject),
                    ("asso" | "bsso", 0) | ("aannu" | "bannu", 1)
                ),
                operator: matches!((spec.id, who.subject), ("osso", 0)),
                key: who.subject,
                ..Told::default()
            };
            if matches!(spec.kind, Kind::Provider | Kind::Portal { .. } | Kind::Directory) {
                let told = self.tell(who, told);
                if who.subject < 2
                    && let Some(directory) = self.directories.get(&who.source)
                {
                    directory.holds(who, &told, true);
                }
            }
        }
    }
}
