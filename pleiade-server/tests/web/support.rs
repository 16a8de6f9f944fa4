//! A whole instance in memory: an operator, two collectivités, their sources of sign-in, applications under the test's hand, and browsers.

use crate::{deposit::FakeDeposit, html::Html, linked_accounts::Linking};
use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, Response, StatusCode, header},
};
use chrono::{DateTime, Utc};
use http_body_util::BodyExt as _;
use metrics_exporter_prometheus::PrometheusHandle;
use pleiade_connectors::engine::{Engine, EngineOptions};
use pleiade_core::{
    AccountLinking, ActionDescriptor, ActionId, ActionOutcome, ActionRequest, Affiliation, Application,
    CallContext, Claims, Clock, Connector, ConnectorDescriptor, ConnectorError, ConnectorId, CredentialKind,
    CredentialRequest, ErrorKind, FileDeposit, FreshProof, Hints, IdentityId, IdentityProvider, Indicator,
    IndicatorKey, Item, LinkId, Locale, Message, OpenedAddress, PersonKind, Placement, ProviderKind,
    ProviderLogout, Reading, Retry, Role, SecretString, SignInAnswer, SignInError, SignInStep, SourceId,
    Subject, Tenant, TenantId, Widget, WidgetContent, WidgetDescriptor, WidgetId,
    connector::{Health, Messages},
    sign_in::PersonTokens,
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
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::{Notify, Semaphore};
use tower::ServiceExt as _;
use url::Url;

pub(crate) const ALPHA: &str = "bureau.alpha.example";
pub(crate) const BETA: &str = "bureau.beta.example";
pub(crate) const OPERATOR: &str = "bureau.opsn.example";
pub(crate) const SESSION: &str = "__Host-pleiade";
pub(crate) const PASSWORD: &str = "correct horse battery";

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

/// The answer of an application when it is asked.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Gives(WidgetContent),
    /// The same, once the gate lets a reader pass.
    GivesAfter(Arc<Semaphore>, WidgetContent),
    Fails(ErrorKind),
    Hangs,
    /// Gives it to whoever brings one of these credentials, towards this address.
    Enters(&'static [CredentialKind], &'static str, WidgetContent),
}

/// A card whose application obeys the test.
#[derive(Debug)]
pub(crate) struct FakeWidget {
    descriptor: WidgetDescriptor,
    connector: ConnectorId,
    /// The credentials by which it was entered.
    pub(crate) entered: Mutex<Vec<CredentialKind>>,
    outcome: Mutex<Outcome>,
    pub(crate) asked: AtomicUsize,
    /// For whom.
    pub(crate) read_for: Mutex<Vec<IdentityId>>,
    /// True if whoever asked last stood in for somebody.
    pub(crate) for_stand_in: AtomicBool,
}

impl FakeWidget {
    pub(crate) fn will(&self, outcome: Outcome) {
        *self.outcome.lock().unwrap() = outcome;
    }
}

#[async_trait]
impl Widget for FakeWidget {
    fn descriptor(&self) -> &WidgetDescriptor {
        &self.descriptor
    }

    async fn load(&self, cx: &CallContext) -> Result<WidgetContent, ConnectorError> {
        self.read_for.lock().unwrap().push(cx.actor.identity.id);
        self.for_stand_in.store(cx.stands_in, Ordering::SeqCst);
        self.asked.fetch_add(1, Ordering::SeqCst);
        let outcome = self.outcome.lock().unwrap().clone();
        match outcome {
            Outcome::Gives(content) => Ok(content),
            Outcome::GivesAfter(gate, content) => {
                gate.acquire().await.unwrap().forget();
                Ok(content)
            }
            Outcome::Fails(kind) => Err(ConnectorError::new(kind, "read the fake").with_retry(Retry::Never)),
            Outcome::Hangs => std::future::pending().await,
            Outcome::Enters(accepts, service, content) => {
                let mut request = CredentialRequest::new(&cx.actor, &self.connector, accepts);
                request.service = Some(service);
                let given = cx.credentials.credential(request).await?;
                self.entered.lock().unwrap().push(given.kind());
                Ok(content)
            }
        }
    }
}

/// An application with one card, `main`.
#[derive(Debug)]
pub(crate) struct Fake {
    descriptor: ConnectorDescriptor,
    widgets: [Arc<dyn Widget>; 1],
    pub(crate) card: Arc<FakeWidget>,
    pub(crate) performed: Mutex<Vec<ActionRequest>>,
    /// For whom.
    pub(crate) performed_for: Mutex<Vec<IdentityId>>,
    /// In which collectivités.
    pub(crate) performed_at: Mutex<Vec<TenantId>>,
    pub(crate) answer: Mutex<Option<Result<ActionOutcome, ErrorKind>>>,
    /// What each action waits for before it answers, where there is one.
    pub(crate) gate: Mutex<Option<Arc<Semaphore>>>,
    /// The count of times that an administrator had it tried again.
    pub(crate) retried: AtomicUsize,
    /// Accounts are connected to the applications named `nuage` and `depot` alone.
    pub(crate) linking: Option<Linking>,
    /// Files are given to `nuage` and `parapheur-pdf`, and to `technique`, which has one account for everybody.
    pub(crate) deposit: Option<FakeDeposit>,
}

impl Fake {
    pub(crate) fn new(id: &str, outcome: Outcome) -> Arc<Self> {
        let titled = |key| Message::new(key).with_text("name", id);
        let descriptor =
            WidgetDescriptor::new(WidgetId::new("main").unwrap(), titled("fake-title"), titled("fake-empty"))
                .with_tasks([pleiade_core::TaskKind::Do])
                // Nothing of `actes` is seen by whoever stands in.
                .with_delegable((id != "actes").then_some(pleiade_core::TaskKind::Do))
                // Those about which the tests of the queue are asked.
                .with_actions(
                    ["visa", "reject"].map(|id| ActionDescriptor::post(ActionId::new(id).unwrap()).asked()),
                )
                // What leads to an address made for its person.
                .with_actions([ActionDescriptor::opening(ActionId::from_static("open"))]);
        // Those read a calendar.
        let descriptor = if id.starts_with("agenda") { descriptor.with_events() } else { descriptor };
        let card = Arc::new(FakeWidget {
            descriptor,
            connector: ConnectorId::new(id).unwrap(),
            entered: Mutex::default(),
            outcome: Mutex::new(outcome),
            asked: AtomicUsize::new(0),
            read_for: Mutex::default(),
            for_stand_in: AtomicBool::new(false),
        });
        let descriptor = ConnectorDescriptor::new(
            "fake",
            ConnectorId::new(id).unwrap(),
            format!("Appli {id}"),
            format!("https://{id}.apps.example/").parse().unwrap(),
            match id {
                "depot" => &[CredentialKind::ProxyTicket, CredentialKind::LinkedAccount][..],
                "nuage" => &[CredentialKind::LinkedAccount],
                "signature" => &[CredentialKind::ProxyTicket],
                "parapheur-pdf" => &[CredentialKind::LinkedAccount],
                _ => &[CredentialKind::Technical],
            },
            Messages::new(include_str!("locales/fr.ftl"), include_str!("locales/en.ftl")),
        );
        Arc::new(Self {
            descriptor,
            widgets: [card.clone()],
            card,
            performed: Mutex::default(),
            performed_for: Mutex::default(),
            performed_at: Mutex::default(),
            answer: Mutex::default(),
            gate: Mutex::default(),
            retried: AtomicUsize::new(0),
            linking: ["nuage", "depot"].contains(&id).then(Linking::default),
            deposit: matches!(id, "nuage" | "parapheur-pdf" | "technique").then(FakeDeposit::default),
        })
    }

    pub(crate) fn asked(&self) -> usize {
        self.card.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Connector for Fake {
    fn descriptor(&self) -> &ConnectorDescriptor {
        &self.descriptor
    }

    fn widgets(&self) -> &[Arc<dyn Widget>] {
        &self.widgets
    }

    async fn probe(&self) -> Result<Health, ConnectorError> {
        Ok(Health::new(None))
    }

    fn linking(&self) -> Option<&dyn AccountLinking> {
        self.linking.as_ref().map(|linking| linking as _)
    }

    fn deposit(&self) -> Option<&dyn FileDeposit> {
        self.deposit.as_ref().map(|deposit| deposit as _)
    }

    async fn perform(
        &self,
        cx: &CallContext,
        request: &ActionRequest,
    ) -> Result<ActionOutcome, ConnectorError> {
        self.performed_for.lock().unwrap().push(cx.actor.identity.id);
        self.performed.lock().unwrap().push(request.clone());
        self.performed_at.lock().unwrap().push(cx.tenant.id.clone());
        let gate = self.gate.lock().unwrap().clone();
        if let Some(gate) = gate {
            gate.acquire().await.unwrap().forget();
        }
        match self.answer.lock().unwrap().clone() {
            None => Ok(ActionOutcome::Done(Message::new("fake-do"))),
            Some(answer) => answer.map_err(|kind| ConnectorError::new(kind, "perform")),
        }
    }

    fn retry(&self) {
        self.retried.fetch_add(1, Ordering::SeqCst);
    }
}

/// What an action that opens an address brings.
pub(crate) fn leads_to(address: &str) -> ActionOutcome {
    ActionOutcome::Continue(OpenedAddress::new(address.parse().unwrap()))
}

/// So many messages, and one line for each of these titles, which waits for the person.
pub(crate) fn content(count: u64, tasks: &[&str]) -> WidgetContent {
    let now = pleiade_testkit::TestClock::sample_now();
    let mut content = WidgetContent::default();
    content.indicators.push(Indicator::count(
        IndicatorKey::new("messages").unwrap(),
        count,
        "fake-count",
        now,
    ));
    for title in tasks {
        let mut item = Item::new(*title, pleiade_core::Text::plain(title));
        item.task = Some(pleiade_core::Task::new(pleiade_core::TaskKind::Do).delegable());
        content.items.push(item);
    }
    content
}

/// A provider of identities in another site, which says what the test tells it.
#[derive(Debug)]
pub(crate) struct Provider {
    id: SourceId,
    pub(crate) people: Mutex<BTreeMap<String, Claims>>,
    /// The challenge known before the last sign-in began.
    pub(crate) hinted: Mutex<Option<Hints>>,
    started: AtomicUsize,
    /// The attempts for which a fresh proof was asked.
    fresh: Mutex<BTreeSet<String>>,
    pub(crate) finished: AtomicUsize,
}

impl Provider {
    pub(crate) fn new(id: &str) -> Arc<Self> {
        Arc::new(Self {
            id: SourceId::new(id).unwrap(),
            people: Mutex::default(),
            hinted: Mutex::default(),
            started: AtomicUsize::new(0),
            fresh: Mutex::default(),
            finished: AtomicUsize::new(0),
        })
    }

    /// The code with which this person comes back.
    pub(crate) fn knows(&self, code: &str, claims: Claims) {
        self.people.lock().unwrap().insert(code.to_owned(), claims);
    }
}

#[async_trait]
impl IdentityProvider for Provider {
    fn id(&self) -> &SourceId {
        &self.id
    }

    fn kind(&self) -> ProviderKind {
        ProviderKind::Oidc
    }

    fn fresh_proof(&self) -> FreshProof {
        FreshProof::Redirect
    }

    async fn begin(&self, hints: &Hints) -> Result<SignInStep, SignInError> {
        *self.hinted.lock().unwrap() = Some(hints.clone());
        let key = format!("{}-state-{}", self.id, self.started.fetch_add(1, Ordering::SeqCst));
        if hints.fresh {
            self.fresh.lock().unwrap().insert(key.clone());
        }
        let url = format!("https://{}.example/authorize?state={key}", self.id).parse().unwrap();
        Ok(SignInStep::Redirect { url, attempt: format!("sentinel-verifier of {key}").into(), key })
    }

    async fn finish(&self, answer: SignInAnswer) -> Result<Claims, SignInError> {
        self.finished.fetch_add(1, Ordering::SeqCst);
        let SignInAnswer::Callback { query, attempt } = answer else { panic!("a callback") };
        let given = |name| {
            query.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let expected = format!("sentinel-verifier of {}", given("state"));
        assert_eq!(
            pleiade_core::ExposeSecret::expose_secret(&attempt),
            expected,
            "the attempt belongs to its state"
        );
        if given("code") == "of an open session" {
            return Err(SignInError::NotFresh("auth_time is missing"));
        }
        let found = self.people.lock().unwrap().get(&given("code")).cloned();
        let mut claims = found.ok_or(SignInError::Untrusted("the code is unknown"))?;
        claims.fresh |= self.fresh.lock().unwrap().contains(&given("state"));
        Ok(claims)
    }

    fn sign_out_url(&self, _: Option<&PersonTokens>, back_to: &Url) -> Option<Url> {
        format!("https://{}.example/logout?post_logout_redirect_uri={back_to}", self.id).parse().ok()
    }

    fn front_channel_issuer(&self) -> Option<&str> {
        (self.id.as_str() == "sso").then_some(ISSUER)
    }

    async fn read_logout(&self, token: &str) -> Result<ProviderLogout, SignInError> {
        match token.split_once(':') {
            Some(("sid", sid)) => Ok(ProviderLogout::new(Some(sid.to_owned()), None)),
            Some(("once", id)) => Ok(ProviderLogout::new(Some(format!("sid-{id}")), None)
                .with_replay_key(id.to_owned(), DateTime::<Utc>::MAX_UTC)),
            Some(("sub", id)) => Ok(ProviderLogout::new(None, Some(Subject::new(ISSUER, id).unwrap()))),
            _ => Err(SignInError::Untrusted("the logout token is not signed")),
        }
    }
}

pub(crate) const ISSUER: &str = "https://sso.example";

/// Somebody at a provider, for these collectivités, who types their password there at each sign-in.
pub(crate) fn somebody(id: &str, name: &str, tenants: &[&str]) -> Claims {
    let mut claims = Claims::new(Subject::new(ISSUER, id).unwrap());
    claims.display_name = Some(name.to_owned());
    claims.given_name = name.split(' ').next().map(str::to_owned);
    claims.login = Some(id.to_owned());
    claims.mail = "jeanne.dupont@alpha.example".parse().ok();
    claims.attributes.insert("tenants".into(), tenants.iter().map(|t| (*t).to_owned()).collect());
    claims.provider_session = Some(format!("sid-{id}"));
    claims.fresh = true;
    claims
}

/// The same, let in by a session that is open there, unless a fresh proof is asked for.
pub(crate) fn silent(claims: Claims) -> Claims {
    let mut claims = claims;
    claims.fresh = false;
    claims
}

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
        provider,
        owner: owner.map(tenant_id),
        offered_to: if owner.is_none() { vec![tenant_id("alpha"), tenant_id("beta")] } else { Vec::new() },
        mapping,
        portal_session: Some("_session_id".to_owned()),
        directory: None,
        replaces: None,
        allows_sign_in: true,
        proxy_tickets_from: None,
        ticket_host: None,
        at_common_host: false,
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
                Placement::new(fake.descriptor.id.clone(), fake.card.descriptor.id.clone())
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
        parts.scim = ScimSources::new(
            [("alpha-rh", "alpha"), ("beta-rh", "beta")]
                .map(|(id, owner)| (source_id(id), Some(tenant_id(owner)))),
            time.clone(),
        );
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

/// The cookie that holds what became of a form.
const OUTCOME: &str = "__Host-pleiade-outcome";

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// The outcome of the form, as the page after it will tell: the message's key.
    pub(crate) outcome: Option<String>,
}

impl Answer {
    /// The target and what is told there: `/path key`.
    pub(crate) fn told(&self) -> String {
        let outcome = self.outcome.as_ref().map(|key| format!(" {key}"));
        format!("{}{}", self.location(), outcome.unwrap_or_default())
    }

    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn page(&self) -> Html {
        Html::parse(&self.body)
    }
}

/// A browser with its own cookies.
#[derive(Clone)]
pub(crate) struct Browser {
    app: App,
    pub(crate) router: Router,
    pub(crate) host: String,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Sent with every request, over what a browser sends by itself.
    pub(crate) headers: HeaderMap,
    /// The other end of its connections.
    pub(crate) peer: Option<IpAddr>,
}

impl Browser {
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn request(&self, method: Method, path: &str, body: String) -> Request<Body> {
        let mut request = Request::builder().method(method.clone()).uri(path);
        let headers = request.headers_mut().unwrap();
        headers.insert(header::HOST, self.host.parse().unwrap());
        headers.insert(header::ACCEPT, "text/html,application/xhtml+xml".parse().unwrap());
        if method == Method::POST {
            headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
            // What browsers send from our pages, whose policy is to name no referrer.
            headers.insert(header::ORIGIN, "null".parse().unwrap());
            headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        }
        if !self.cookies.is_empty() {
            let all: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            headers.insert(header::COOKIE, all.join("; ").parse().unwrap());
        }
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        if let Some(peer) = self.peer {
            request.extensions_mut().unwrap().insert(ConnectInfo(SocketAddr::new(peer, 4711)));
        }
        request.body(Body::from(body)).unwrap()
    }

    pub(crate) async fn open(&self, path: &str) -> Response<Body> {
        self.router.clone().oneshot(self.request(Method::GET, path, String::new())).await.unwrap()
    }

    pub(crate) async fn send(&mut self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        for cookie in head.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.set(name, value);
            }
        }
        let body = body.collect().await.unwrap().to_bytes();
        let cookies =
            head.headers.get_all(header::SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        let mut pairs = cookies.filter_map(|cookie| cookie.split(';').next()?.split_once('='));
        let outcome = pairs.find(|(name, _)| *name == OUTCOME).map(|(_, value)| value);
        let outcome = outcome.and_then(|value| pleiade_server::web::outcome::Outcome::open(&self.app, value));
        Answer {
            status: head.status,
            outcome: outcome.map(|outcome| outcome.key().to_owned()),
            headers: head.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path, String::new())).await
    }

    /// The mark that a page asked for now would hold; none when nobody is signed in.
    pub(crate) async fn mark(&self) -> Option<String> {
        let site = [(ALPHA, "alpha"), (BETA, "beta")].into_iter().find(|(host, _)| *host == self.host);
        let site = site.map(|(_, id)| tenant_id(id));
        let session =
            self.app.sessions.find_session(self.cookies.get(SESSION)?, site.as_ref()).await.ok()??;
        Some(self.app.marks().mark(&session).to_string())
    }

    /// A form as a page of this browser sends it: with the page's mark, unless the test gives another.
    pub(crate) async fn form(&self, fields: &[(&str, &str)]) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        if let Some(mark) = self.mark().await.filter(|_| fields.iter().all(|(name, _)| *name != "mark")) {
            form.append_pair("mark", &mark);
        }
        form.finish()
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = self.form(fields).await;
        let path = Self::address(path, &form);
        self.send(self.request(Method::POST, &path, form)).await
    }

    /// Where a form goes: that with files has its mark in its address.
    pub(crate) fn address(path: &str, form: &str) -> String {
        let streams = path.starts_with("/deposit/") && path.ends_with("/send");
        let mut fields = url::form_urlencoded::parse(form.as_bytes());
        match fields.find(|(name, _)| name == "mark").filter(|_| streams) {
            Some((_, mark)) => format!("{path}?mark={mark}"),
            None => path.to_owned(),
        }
    }

    /// A form that a script sends in the place of the browser.
    pub(crate) async fn post_with(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&'static str, &'static str)],
    ) -> Answer {
        let mut request = self.request(Method::POST, path, self.form(fields).await);
        for (name, value) in headers {
            request.headers_mut().insert(*name, axum::http::HeaderValue::from_static(value));
        }
        self.send(request).await
    }

    /// Sends a form that is answered by a question, reads the question and answers it by its own form.
    pub(crate) async fn confirm(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let asked = self.post(path, fields).await;
        assert_eq!(asked.status, StatusCode::OK, "{path}: {}", asked.body);
        let page = asked.page();
        page.check_page("fr");
        let form = page.elements.iter().position(|one| one.get("action") == Some(path)).unwrap();
        let inside = page.elements.iter().filter(|one| one.form == Some(form));
        let sent: Vec<(&str, &str)> =
            inside.filter_map(|one| Some((one.get("name")?, one.get("value")?))).collect();
        assert!(sent.contains(&("confirmed", "yes")), "{sent:?}");
        self.post(path, &sent).await
    }

    /// A form as somebody writes it by hand.
    pub(crate) async fn post_raw(&mut self, path: &str, form: &str) -> Answer {
        self.send(self.request(Method::POST, path, form.to_owned())).await
    }

    /// The stream of a page that shows nothing yet.
    pub(crate) async fn events(&self) -> Response<Body> {
        self.open(&format!("/events?mark={}", self.mark().await.unwrap_or_default())).await
    }

    /// Follows a whole sign-in at a provider and gives the last answer.
    pub(crate) async fn sign_in_at(&mut self, source: &str, code: &str) -> Answer {
        let state = self.depart(source, "/").await;
        self.get(&format!("/sign-in/{source}/callback?code={code}&state={state}")).await
    }

    /// Goes to a provider and gives the state that it will send back.
    pub(crate) async fn depart(&mut self, source: &str, back: &str) -> String {
        let back: String = url::form_urlencoded::byte_serialize(back.as_bytes()).collect();
        let answer = self.get(&format!("/sign-in/{source}/start?return={back}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let (_, state) = answer.location().split_once("state=").unwrap();
        state.to_owned()
    }
}

/// The pieces of an event stream, as they come.
pub(crate) struct Stream {
    body: Body,
    text: String,
}

/// One piece: its event and its data.
#[derive(Debug, PartialEq)]
pub(crate) struct Piece {
    pub(crate) event: String,
    pub(crate) data: Value,
}

impl Piece {
    pub(crate) fn id(&self) -> &str {
        self.data["id"].as_str().unwrap()
    }

    pub(crate) fn html(&self) -> Html {
        Html::parse(self.data["html"].as_str().unwrap())
    }
}

impl Stream {
    pub(crate) fn new(response: Response<Body>) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        Self { body: response.into_body(), text: String::new() }
    }

    /// The next piece, or none at the end.
    pub(crate) async fn next(&mut self) -> Option<Piece> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    block.lines().find_map(|line| line.strip_prefix(name)).map(|v| v.trim().to_owned())
                };
                let piece = field("event:").map(|event| Piece {
                    event,
                    // A browser drops an event without data.
                    data: serde_json::from_str(&field("data:").unwrap()).unwrap(),
                });
                self.text = rest.to_owned();
                match piece {
                    Some(piece) => return Some(piece),
                    None => continue,
                }
            }
            let data: Bytes = self.body.frame().await?.unwrap().into_data().unwrap();
            self.text.push_str(std::str::from_utf8(&data).unwrap());
        }
    }

    /// Reads on until this element comes.
    pub(crate) async fn until(&mut self, id: &str) -> Piece {
        loop {
            let piece = self.next().await.unwrap_or_else(|| panic!("the stream ended before {id}"));
            assert_ne!(piece.event, "bye", "before {id}");
            if piece.id() == id {
                return piece;
            }
        }
    }
}

/// Something that a test opens when it wants others to go on.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    open: Notify,
    pub(crate) arrived: Notify,
}

impl Gate {
    /// Says that somebody is here and waits for the test.
    pub(crate) async fn pass(&self) {
        self.arrived.notify_one();
        self.open.notified().await;
    }

    pub(crate) fn let_one_pass(&self) {
        self.open.notify_one();
    }
}

/// The changes in a database since a moment, as SQLite itself counts them.
pub(crate) struct Watch(sqlx::SqliteConnection);

impl Watch {
    pub(crate) async fn open(world: &World) -> Self {
        use sqlx::ConnectOptions as _;
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&world.database);
        Self(options.connect().await.unwrap())
    }

    /// Does something behind the server's back.
    pub(crate) async fn run(&mut self, statement: &str) {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut self.0).await.unwrap();
    }

    /// The number that a query gives.
    pub(crate) async fn count(&mut self, query: &str) -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&mut self.0).await.unwrap()
    }

    /// The text that a query gives.
    pub(crate) async fn text(&mut self, query: &str) -> String {
        sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&mut self.0).await.unwrap()
    }

    /// A number that changes when anybody else commits a change.
    pub(crate) async fn version(&mut self) -> i64 {
        sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut self.0).await.unwrap()
    }
}

/// Ids of elements, in order.
pub(crate) fn ids(html: &Html) -> BTreeSet<&str> {
    html.elements.iter().filter_map(|element| element.get("id")).collect()
}
