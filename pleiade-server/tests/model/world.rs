//! The instance: two replicas on one database, and every browser in which somebody is signed in.

use super::{
    applications::RecordedUses,
    browser::{Browser, SESSION},
    facts::{Facts, Kind, PersonKey, ReportedFacts, SOURCES},
    invariant::Links,
    sources::{Annuaire, Provider, source_id, subject},
};
use async_trait::async_trait;
use axum::Router;
use pleiade_core::{Clock as _, ExposeSecret as _, IdentityId, LinkId, TenantId};
use pleiade_server::{
    app::App,
    scim::NewToken,
    sign_in::local::subject as local_subject,
    storage::{Link, Storage},
};
use pleiade_testkit::ManualClock;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
    time::Duration,
};

pub(crate) const HOSTS: [&str; 3] = ["bureau.alpha.example", "bureau.beta.example", "bureau.opsn.example"];

/// The storage of an instance: empty at first, and its alone.
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
    pub(crate) who: PersonKey,
    /// The link and the person, when it was opened.
    pub(crate) link: (LinkId, IdentityId),
    /// Since when the link is no longer open and that person's, and the replica that knows.
    pub(crate) over: Option<(Duration, usize)>,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(super) place: Arc<dyn Place>,
    pub(super) folder: tempfile::TempDir,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) replicas: Vec<Replica>,
    pub(crate) providers: BTreeMap<usize, Arc<Provider>>,
    pub(crate) directories: BTreeMap<usize, Arc<Annuaire>>,
    /// Tokens of the identity managers.
    pub(crate) tokens: BTreeMap<usize, String>,
    pub(crate) uses: RecordedUses,
    pub(crate) facts: Facts,
    pub(crate) sessions: Vec<Open>,
    /// The count opened by each.
    pub(crate) opened: BTreeMap<PersonKey, usize>,
    /// Cookies that were given up, since when, and the replica that knows.
    pub(crate) dead: Vec<(Browser, (Duration, usize))>,
    /// Counts what was told of each.
    pub(crate) versions: BTreeMap<PersonKey, u32>,
    /// Whom each link selected last.
    pub(crate) people: BTreeMap<PersonKey, (LinkId, IdentityId, bool)>,
    /// Every person whom each link ever selected, by their number.
    pub(crate) ever_selected: BTreeSet<(PersonKey, i64)>,
    /// Every link that was ever seen.
    pub(crate) links: Links,
    /// The person who joined, or came to, another person last.
    pub(crate) last_moved: Option<PersonKey>,
    pub(crate) steps: usize,
    /// Counts of what was done and not refused: a model whose operations all fail proves nothing.
    pub(crate) happened: super::OperationCounts,
    /// Something that an operation itself found wrong.
    pub(crate) wrong: Option<String>,
}

pub(crate) fn tenant_id(id: &str) -> TenantId {
    TenantId::new(id).unwrap()
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
            uses: RecordedUses::default(),
            facts: Facts::default(),
            sessions: Vec::new(),
            opened: BTreeMap::new(),
            dead: Vec::new(),
            links: Links::new(),
            versions: BTreeMap::new(),
            people: BTreeMap::new(),
            ever_selected: BTreeSet::new(),
            last_moved: None,
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

    /// The message that tells what became of a form; empty when nothing does.
    pub(super) fn outcome(&self, answer: &super::browser::Answer) -> String {
        answer.outcome(&self.replicas[0].app).unwrap_or_default()
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

    /// The link of somebody, if they are known.
    pub(crate) async fn link(&self, who: PersonKey) -> Option<Link> {
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
    pub(crate) fn tell(&mut self, who: PersonKey, mut told: ReportedFacts) -> ReportedFacts {
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
    pub(crate) async fn entered(&mut self, browser: Browser, who: PersonKey) {
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
        for who in PersonKey::everybody() {
            let spec = who.spec();
            let tenants = match (spec.owner, who.subject) {
                (Some(owner), _) => [owner].into(),
                (None, 2) => ["beta"].into(),
                _ => ["alpha", "beta"].into(),
            };
            let told = ReportedFacts {
                tenants,
                administrator: matches!(
                    (spec.id, who.subject),
                    ("asso" | "bsso", 0) | ("aannu" | "bannu", 1)
                ),
                operator: matches!((spec.id, who.subject), ("osso", 0)),
                key: who.subject,
                ..ReportedFacts::default()
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
