//! A whole instance in memory: an operator, two collectivités, their people and their sources of sign-in.

use super::{
    ALPHA, BETA, ManualClock, OPERATOR, PASSWORD, SESSION,
    browser::Browser,
    fake::{Fake, Outcome, content},
    provider::{Provider, somebody},
};
use axum::{Router, http::HeaderMap};
use metrics_exporter_prometheus::PrometheusHandle;
use pleiade_connectors::engine::{Engine, EngineOptions};
use pleiade_core::{
    Affiliation, Application, Clock, IdentityId, IdentityProvider, LinkId, Locale, PersonKind, Placement,
    Reading, Role, SecretString, SourceId, Subject, Tenant, TenantId, WidgetContent,
};
use pleiade_federation::{
    local::{LocalProvider, PasswordHashes},
    scim::PushedSource,
};
use pleiade_server::{
    accounts::{Accounts, Policy},
    app::App,
    audit::{AuditEvent, Note},
    catalogue::{Catalogue, MenuSource, Menus},
    connectors::{Boards, Connectors},
    credentials::{CredentialRule, LoginFrom, Rules, Vouchers},
    parts::{Foundation, Parts},
    scim::ScimSources,
    seal::{SealKey, Sealer},
    session::{Limits, NewSession, Session, SessionTokens},
    sign_in::{
        SignIn, Source,
        local::{StoredAccounts, subject},
        mapping::{Mapping, RoleRule, Tenants as TenantRule},
    },
    storage::{Names, NewIdentity, NewLocalAccount, Storage, sqlite},
    telemetry::EngineTelemetry,
    web::cookies::CookieRule,
};
use std::{collections::BTreeMap, net::IpAddr, path::PathBuf, sync::Arc, time::Duration};

/// The choices of a test before the instance is put together.
#[derive(Default)]
pub(crate) struct Setup {
    pub(crate) alpha: Vec<Arc<Fake>>,
    pub(crate) beta: Vec<Arc<Fake>>,
    pub(crate) menu: Option<Arc<dyn MenuSource>>,
    pub(crate) metrics: Option<(PrometheusHandle, SecretString)>,
    /// Calls at once to one application, when not as many as usual.
    pub(crate) calls: Option<usize>,
    pub(crate) applications: Vec<Application>,
    pub(crate) folder: Option<Arc<tempfile::TempDir>>,
    pub(crate) clock: Option<Arc<ManualClock>>,
    /// Sources beside the usual ones, or in the place of one of the same name.
    pub(crate) sources: Vec<Source>,
    /// A usual source, and the CAS source that gives the proxy tickets of its sessions.
    pub(crate) paired: Option<(&'static str, &'static str)>,
    /// Those among them that read headers.
    pub(crate) headers: Vec<Arc<pleiade_federation::header::HeaderProvider>>,
    /// Changes the collectivités before anything is made of them.
    pub(crate) tenants: Option<fn(&mut Vec<Tenant>)>,
    pub(crate) policy: Policy,
    pub(crate) trusted_proxies: Vec<IpAddr>,
    pub(crate) certificates: pleiade_server::certificates::Certificates,
    pub(crate) directories: Vec<pleiade_server::sync::FollowedDirectory>,
    pub(crate) legal: Option<Arc<pleiade_server::legal::LegalRules>>,
    pub(crate) statements: pleiade_server::statements::AllStatements,
}

/// The instance.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) router: Router,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) database: PathBuf,
    /// The operator's own source.
    pub(crate) sso: Arc<Provider>,
    /// Alpha's own source; beta has one too.
    pub(crate) alpha_sso: Arc<Provider>,
    pub(crate) beta_sso: Arc<Provider>,
    /// A clerk of alpha and beta with a local account, and the link of that account.
    pub(crate) clerk: IdentityId,
    pub(crate) clerk_link: LinkId,
    /// The password hashes of the instance.
    pub(crate) hashes: PasswordHashes,
    pub(crate) folder: Arc<tempfile::TempDir>,
}

pub(crate) fn tenant_id(id: &str) -> TenantId {
    TenantId::new(id).unwrap()
}

pub(crate) fn source_id(id: &str) -> SourceId {
    SourceId::new(id).unwrap()
}

pub(crate) fn tenant(id: &str, name: &str, hosts: &[&str]) -> Tenant {
    let mut tenant = Tenant::new(tenant_id(id), name);
    tenant.hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
    tenant.branding.accent = "#1f3889".parse().ok();
    tenant
}

pub(crate) fn source(provider: Arc<dyn IdentityProvider>, owner: Option<&str>, mapping: Mapping) -> Source {
    Source {
        title: format!("Compte {}", provider.id()),
        fingerprint: format!("fingerprint of {}", provider.id()),
        form_targets: vec![format!("https://{}.example/", provider.id()).parse().unwrap()],
        owner: owner.map(tenant_id),
        offered_to: if owner.is_none() { vec![tenant_id("alpha"), tenant_id("beta")] } else { Vec::new() },
        portal_session: Some("_session_id".to_owned()),
        ..Source::new(provider, mapping)
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let alpha = vec![Fake::new("courriel", Outcome::Gives(content(3, &["Signer le bail"])))];
        let beta = vec![Fake::new("parapheur", Outcome::Gives(content(1, &[])))];
        Self::with(Setup { alpha, beta, ..Setup::default() }).await
    }

    pub(crate) async fn with(setup: Setup) -> Self {
        let folder = setup.folder.unwrap_or_else(|| Arc::new(tempfile::tempdir().unwrap()));
        let database = folder.path().join("web.db");
        let storage: Arc<dyn Storage> =
            Arc::new(sqlite::open(&database, Duration::from_secs(120)).await.unwrap());
        let clock = setup.clock.unwrap_or_default();
        let time: Arc<dyn Clock> = clock.clone();
        let sealer = Arc::new(Sealer::new(
            SealKey::from_file_or_new(&folder.path().join("seal.key")).unwrap(),
            Vec::new(),
        ));
        let operator = Arc::new(tenant("operateur", "OPSN", &[OPERATOR]));
        let mut tenants =
            vec![tenant("alpha", "Ville d’Alpha", &[ALPHA]), tenant("beta", "Commune de Beta", &[BETA])];
        if let Some(change) = setup.tenants {
            change(&mut tenants);
        }
        let (mut connectors, mut boards, mut rules) =
            (Connectors::default(), Boards::default(), Rules::default());
        for (id, theirs) in [("alpha", setup.alpha), ("beta", setup.beta)] {
            let place = |fake: &Arc<Fake>| {
                let id = &fake.descriptor.id;
                let mut placement = Placement::new(id.clone(), fake.card.descriptor.id.clone());
                placement.wide = id.as_str().ends_with("-large");
                placement.card = !id.as_str().ends_with("-sans-carte");
                placement
            };
            boards.by_tenant.insert(tenant_id(id), vec![theirs.iter().map(place).collect()]);
            for fake in theirs {
                let rule = match fake.descriptor.id.as_str() {
                    "nuage" => CredentialRule::LinkedAccount,
                    "signature" | "depot" => CredentialRule::ProxyTicket,
                    "messagerie" => CredentialRule::ActingLogin { login: LoginFrom::Mail },
                    "personnel" => CredentialRule::PersonToken { audience: None },
                    _ => CredentialRule::Technical { key: None },
                };
                rules.insert(
                    fake.descriptor.id.clone(),
                    rule,
                    Vouchers { typed: true, ..Vouchers::default() },
                );
                connectors.add(tenant_id(id), fake);
            }
        }
        let hashes = PasswordHashes::with_cost(8, 1).unwrap();
        let local = source_id("locale");
        let (clerk, clerk_link) =
            Self::local_account(&storage, &hashes, &local, "clerk", &["alpha", "beta"]).await;
        let accounts = Arc::new(StoredAccounts(storage.clone()));
        let provider = Arc::new(LocalProvider::new(local.clone(), accounts, hashes.clone(), time.clone()));
        let local_accounts = Accounts::new(hashes.clone(), [(local, setup.policy)], time.clone());
        let (sso, alpha_sso, beta_sso) =
            (Provider::new("sso"), Provider::new("alpha-sso"), Provider::new("beta-sso"));
        let kept = Mapping::new(TenantRule::Kept);
        let roles = vec![
            RoleRule::group("administrateurs", Role::TenantAdministrator),
            RoleRule::group("opsn", Role::Operator),
        ];
        let mut told = Mapping::new(TenantRule::Attribute("tenants".into()));
        told.roles.clone_from(&roles);
        let owned = |id| {
            let mut mapping = Mapping::owned_by(tenant_id(id));
            mapping.roles.clone_from(&roles);
            mapping
        };
        let sign_in = SignIn::new(
            [
                source(provider, None, kept),
                source(sso.clone(), None, told),
                source(alpha_sso.clone(), Some("alpha"), owned("alpha")),
                source(beta_sso.clone(), Some("beta"), owned("beta")),
                source(Arc::new(PushedSource::new(source_id("alpha-rh"))), Some("alpha"), owned("alpha")),
                source(Arc::new(PushedSource::new(source_id("beta-rh"))), Some("beta"), owned("beta")),
            ]
            .into_iter()
            .chain(setup.sources)
            .map(|mut source| {
                if let Some((id, cas)) = setup.paired
                    && source.provider.id().as_str() == id
                {
                    source.proxy_tickets_from = Some(source_id(cas));
                }
                source
            }),
            time.clone(),
        )
        .with_trusted_headers(setup.headers);
        let mut options = EngineOptions::default();
        options.observer = Arc::new(EngineTelemetry);
        options.calls_per_upstream = setup.calls.unwrap_or(options.calls_per_upstream);
        let foundation = Foundation {
            operator,
            tenants,
            storage: storage.clone(),
            sealer,
            clock: time.clone(),
            cookies: CookieRule::SECURE,
            limits: Limits::default(),
        };
        let mut parts = Parts::new(foundation, sign_in, local_accounts);
        parts.directories = setup.directories.into_iter().collect();
        let pushed = [("alpha-rh", "alpha"), ("beta-rh", "beta")]
            .map(|(id, owner)| (source_id(id), Some(tenant_id(owner))));
        parts.scim =
            Arc::new(ScimSources::new(pushed, time.clone(), parts.tasks.clone(), parts.shutdown.clone()));
        parts.engine = Engine::new(options, time.clone());
        parts.connectors = connectors;
        parts.credential_rules = Arc::new(rules);
        parts.boards = boards;
        parts.catalogue = Catalogue::from([(tenant_id("alpha"), setup.applications)]);
        let tasks = parts.tasks.clone();
        parts.menus = setup.menu.map(|menu| Menus::new(menu, storage.clone(), time, tasks));
        parts.public_url = Some(format!("https://{OPERATOR}/").parse().unwrap());
        parts.trusted_proxies = setup.trusted_proxies;
        parts.certificates = setup.certificates;
        parts.metrics = setup.metrics;
        parts.legal = setup.legal;
        parts.statements = setup.statements;
        let app = App::new(parts).unwrap();
        Self {
            router: app.router(),
            app,
            clock,
            storage,
            database,
            sso,
            alpha_sso,
            beta_sso,
            clerk,
            clerk_link,
            hashes,
            folder,
        }
    }

    async fn local_account(
        storage: &Arc<dyn Storage>,
        hashes: &PasswordHashes,
        source: &SourceId,
        login: &str,
        tenants: &[&str],
    ) -> (IdentityId, LinkId) {
        let subject = subject(source, login).unwrap();
        if let Some(link) = storage.find_link(source, &subject).await.unwrap() {
            return (link.identity, link.id);
        }
        let names = Names {
            display_name: "Sinéad O’Brien".into(),
            given_name: Some("Sinéad".into()),
            ..Names::default()
        };
        let person = NewIdentity {
            source: source.clone(),
            subject,
            owner: None,
            names,
            created_at: pleiade_testkit::TestClock::sample_now(),
        };
        let account = NewLocalAccount {
            person,
            login: login.to_owned(),
            password_hash: hashes.hash(&SecretString::from(PASSWORD)).await.unwrap(),
            affiliations: tenants
                .iter()
                .map(|id| Affiliation::new(tenant_id(id), PersonKind::Agent))
                .collect(),
        };
        storage.create_local_account(&account).await.unwrap()
    }

    /// The link of a source's subject.
    pub(crate) async fn link(&self, source: &str, subject: &Subject) -> LinkId {
        self.storage.find_link(&source_id(source), subject).await.unwrap().unwrap().id
    }

    /// Replaces what the local source tells of the clerk.
    pub(crate) async fn set_clerk_affiliations(&self, affiliations: &[Affiliation]) {
        self.storage.replace_affiliations(self.clerk_link, affiliations).await.unwrap();
    }

    pub(crate) fn browser(&self, host: &str) -> Browser {
        Browser {
            app: self.app.clone(),
            router: self.router.clone(),
            host: host.to_owned(),
            cookies: BTreeMap::new(),
            headers: HeaderMap::new(),
            peer: None,
        }
    }

    /// A browser in which the clerk is signed in, without the way through the sign-in page, and has just given their password.
    pub(crate) async fn clerk_at(&self, host: &str) -> Browser {
        let mut browser = self.clerk_with(host, None).await;
        browser.post("/profile/proof?return=/", &[("password", PASSWORD)]).await;
        browser
    }

    pub(crate) async fn clerk_with(&self, host: &str, tokens: Option<SessionTokens>) -> Browser {
        let (site, acting) = match host {
            ALPHA => (Some("alpha"), "alpha"),
            BETA => (Some("beta"), "beta"),
            _ => (None, "alpha"),
        };
        let new = NewSession {
            site: site.map(tenant_id),
            identity: self.clerk,
            link: self.clerk_link,
            acting: tenant_id(acting),
            source: source_id("locale"),
            subject: subject(&source_id("locale"), "clerk").unwrap(),
            acr: None,
            provider_session: None,
            tokens,
        };
        let value = self.app.sessions.open(new).await.unwrap();
        let mut browser = self.browser(host);
        browser.set(SESSION, pleiade_core::ExposeSecret::expose_secret(&value));
        browser
    }

    /// A browser in which an administrator of alpha is signed in.
    pub(crate) async fn administrator_at_alpha(&self) -> Browser {
        let mut claims = somebody("agarnier", "Dominique Garnier", &[]);
        claims.groups = vec!["administrateurs".into()];
        self.alpha_sso.knows("administrator", claims);
        let mut browser = self.browser(ALPHA);
        assert_eq!(browser.sign_in_at("alpha-sso", "administrator").await.location(), "/");
        browser
    }

    /// Ends every session of the clerk.
    pub(crate) async fn end_sessions_of_clerk(&self) {
        let line =
            |count: usize| self.app.journal().line(Note::new(AuditEvent::SessionsEnded).with("count", count));
        self.app.sessions.close_link(self.clerk_link, &line).await.unwrap();
    }

    /// The session that a cookie value opens.
    pub(crate) async fn session(&self, value: &str, site: Option<&str>) -> Option<Arc<Session>> {
        self.app.sessions.find_session(value, site.map(tenant_id).as_ref()).await.unwrap()
    }

    /// Reads every card of somebody that is not fresh, as the event stream does, and waits for it.
    pub(crate) async fn read_cards(&self, browser: &Browser) -> Vec<Reading<Arc<WidgetContent>>> {
        let site = (browser.host != OPERATOR).then(|| if browser.host == ALPHA { "alpha" } else { "beta" });
        let session = self.session(&browser.cookies[SESSION], site).await.unwrap();
        let mut readings = Vec::new();
        for locale in Locale::ALL {
            let words = self.app.words(locale, chrono_tz::Europe::Paris);
            for card in self.app.board_cards(&session, words.locale) {
                readings.push(self.app.engine.refresh(&card.call).await);
            }
        }
        readings
    }

    /// Waits until nothing runs beside the requests.
    pub(crate) async fn quiet(&self) {
        self.app.tasks.close();
        self.app.tasks.wait().await;
        self.app.tasks.reopen();
    }
}
