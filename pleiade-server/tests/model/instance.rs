//! One process of the instance, put together as a program does it.

use super::{
    applications::Application,
    facts::{Kind, PersonKey, SOURCES},
    sources::{Annuaire, mapping, menus, source_id, subject},
    world::{HOSTS, Replica, World, tenant_id},
};
use pleiade_core::{Clock, Connector as _, ConnectorId, IdentityProvider, Placement, Tenant, WidgetId};
use pleiade_federation::{
    local::{LocalProvider, PasswordHashes},
    scim::PushedSource,
};
use pleiade_server::{
    accounts::{Accounts, Policy, SecondFactorRule},
    app::App,
    catalogue::Menus,
    connectors::{Boards, Connectors},
    credentials::{CredentialRule, LoginFrom, Rules, Vouchers},
    parts::{Foundation, Parts},
    scim::{ScimDirectory, ScimSources},
    seal::{SealKey, Sealer},
    session::Limits,
    sign_in::{
        SignIn, Source,
        directory_binding::{DirectoryBinding, DirectoryKey},
        local::StoredAccounts,
    },
    storage::Storage,
    sync::{FollowedDirectory, SyncRules},
    web::cookies::CookieRule,
};
use std::sync::{Arc, OnceLock};

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
            form_targets: vec![format!("https://{}.example/", spec.id).parse().unwrap()],
            owner: spec.owner.map(tenant_id),
            offered_to: if spec.owner.is_none() { both() } else { Vec::new() },
            portal_session: (spec.kind == Kind::Provider).then(|| "_session_id".to_owned()),
            directory: self.reliance(source, storage),
            allows_sign_in: spec.kind != Kind::Pushed,
            ..Source::new(provider, mapping(source))
        }
    }

    fn reliance(&self, source: usize, storage: &Arc<dyn Storage>) -> Option<DirectoryBinding> {
        let Kind::Portal { directory, by_login } = SOURCES[source].kind else { return None };
        let place = SOURCES.iter().position(|spec| spec.id == directory).unwrap();
        let people: Arc<dyn pleiade_core::Directory> = match self.directories.get(&place) {
            Some(directory) => directory.clone(),
            None => Arc::new(ScimDirectory::new(source_id(directory), storage.clone())),
        };
        let key = if by_login { DirectoryKey::Login } else { DirectoryKey::Attribute("key".into()) };
        Some(DirectoryBinding {
            directory: source_id(directory),
            owner: SOURCES[place].owner.map(tenant_id),
            issuer: subject(PersonKey::new(directory, 0)).issuer().to_owned(),
            key,
            strip_prefix: String::new(),
            people: Some(people),
            mapping: mapping(place),
        })
    }

    pub(super) async fn assemble(&self) -> Replica {
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
        let policy = || Policy { second_factor: SecondFactorRule::Optional, ..Policy::default() };
        let local = SOURCES.iter().filter(|spec| spec.kind == Kind::Local);
        let pushed = SOURCES.iter().filter(|spec| spec.kind == Kind::Pushed);
        let foundation = Foundation {
            operator,
            tenants,
            storage: storage.clone(),
            sealer,
            clock: time.clone(),
            cookies: CookieRule::SECURE,
            limits: Limits::default(),
        };
        let accounts =
            Accounts::new(hashes(), local.map(|spec| (source_id(spec.id), policy())), time.clone());
        let mut parts = Parts::new(foundation, sign_in, accounts);
        parts.directories = self.followed().into_iter().collect();
        let pushed = pushed.map(|spec| (source_id(spec.id), spec.owner.map(tenant_id)));
        parts.scim =
            Arc::new(ScimSources::new(pushed, time.clone(), parts.tasks.clone(), parts.shutdown.clone()));
        parts.connectors = connectors;
        parts.credential_rules = Arc::new(rules);
        parts.boards = boards;
        parts.menus = Some(Menus::new(Arc::new(menus()), storage, time, parts.tasks.clone()));
        parts.public_url = Some(format!("https://{}/", HOSTS[2]).parse().unwrap());
        let app = App::new(parts).unwrap();
        Replica { router: app.router(), app }
    }

    fn followed(&self) -> Vec<FollowedDirectory> {
        let followed = |(source, directory): (&usize, &Arc<Annuaire>)| FollowedDirectory {
            title: format!("Annuaire z{}z", SOURCES[*source].id),
            owner: SOURCES[*source].owner.map(tenant_id),
            mapping: mapping(*source),
            directory: directory.clone(),
            pushed: false,
            rules: SyncRules { apply_first_run: true, ..SyncRules::default() },
        };
        self.directories.iter().map(followed).collect()
    }

    /// The operator's applications everywhere, and one of each collectivité's own.
    fn applications(&self) -> (Connectors, Boards, Rules) {
        let (mut connectors, mut boards, mut rules) =
            (Connectors::default(), Boards::default(), Rules::default());
        let acting = |login| CredentialRule::ActingLogin { login };
        let both: &[&str] = &["alpha", "beta"];
        for (id, tenants, rule) in [
            ("fiche", both, CredentialRule::Technical { key: None }),
            ("courriel", both, acting(LoginFrom::Mail)),
            ("messagerie", both, acting(LoginFrom::Login)),
            ("nuage", both, CredentialRule::LinkedAccount),
            ("commandes", both, CredentialRule::Technical { key: Some(LoginFrom::Login) }),
            ("betapaie", &["beta"], CredentialRule::Technical { key: Some(LoginFrom::Mail) }),
            ("conges", both, CredentialRule::Technical { key: Some(LoginFrom::EmployeeNumber) }),
            ("alphabadge", &["alpha"], CredentialRule::Technical { key: Some(LoginFrom::EmployeeNumber) }),
            ("alphametier", &["alpha"], acting(LoginFrom::Login)),
            ("betametier", &["beta"], acting(LoginFrom::Login)),
        ] {
            let owner = (tenants.len() == 1).then(|| tenant_id(tenants[0]));
            let application = Application::new(id, &self.uses);
            rules.insert(ConnectorId::new(id).unwrap(), rule, Vouchers { owner, ..Vouchers::default() });
            for tenant in tenants {
                let layers = boards.by_tenant.entry(tenant_id(tenant)).or_insert_with(|| vec![Vec::new()]);
                let main = WidgetId::new("main").unwrap();
                layers[0].push(Placement::new(application.descriptor().id.clone(), main));
                connectors.add(tenant_id(tenant), application.clone());
            }
        }
        (connectors, boards, rules)
    }
}
