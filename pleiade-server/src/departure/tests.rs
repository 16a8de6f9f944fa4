use super::*;
use crate::{
    audit::Journal,
    credentials::StoredVault,
    seal::{SealKey, Sealer},
    session::{Limits, NewSession, SourceRights},
    storage::{AuditQuery, Names, NewIdentity, sqlite},
    web::cookies::CookieRule,
};
use pleiade_connectors::engine::EngineOptions;
use pleiade_core::{
    Affiliation, ConnectorId, ExposeSecret as _, LinkedAccount, PersonKind, SecretString, SystemClock,
};
use pleiade_federation::{
    mapping::{Mapping, Tenants},
    vault::{LinkedAccountKey, LinkingKind, Vault},
};
use std::time::Duration;
use tokio_util::task::TaskTracker;

/// A world for departures: a database of its own, and an agent of two communes who came by one source.
struct World {
    departures: Departures,
    vault: Vault,
    identity: IdentityId,
    link: LinkId,
    _folder: tempfile::TempDir,
}

fn tenant(id: &str) -> TenantId {
    TenantId::new(id).unwrap()
}

fn source() -> SourceId {
    SourceId::new("sso").unwrap()
}

fn subject() -> Subject {
    Subject::new("https://sso.example", "clerk").unwrap()
}

impl World {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.db");
        let storage: Arc<dyn Storage> =
            Arc::new(sqlite::open(&path, Duration::from_secs(120)).await.unwrap());
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let sealer = Arc::new(Sealer::new(SealKey::generate().unwrap(), Vec::new()));
        let rights = SourceRights::new(&Mapping::new(Tenants::Kept), None, "sso");
        let sessions = Sessions::new(
            storage.clone(),
            sealer.clone(),
            clock.clone(),
            Limits::default(),
            CookieRule::SECURE,
            TaskTracker::new(),
            [(source(), rights)].into_iter().collect(),
        );
        let person = NewIdentity {
            source: source(),
            subject: subject(),
            owner: None,
            names: Names { display_name: "Sinéad O'Brien".into(), ..Names::default() },
            created_at: clock.now(),
        };
        let (identity, link) = storage.create_identity(&person).await.unwrap();
        let affiliations = ["alpha", "beta"].map(|id| Affiliation::new(tenant(id), PersonKind::Agent));
        storage.replace_affiliations(link, &affiliations).await.unwrap();
        let journal = Journal::new(storage.clone(), clock.clone());
        let delegations = delegation::DelegationEndings {
            storage: storage.clone(),
            clock: clock.clone(),
            journal: journal.clone(),
            cache: delegation::DelegationCache::new(clock.clone(), TaskTracker::new()),
        };
        let vault = Vault::new(Arc::new(StoredVault(storage.clone())), sealer, clock.clone());
        let departures = Departures {
            storage,
            sessions,
            sign_in: Arc::new(SignIn::new([], clock.clone())),
            engine: Engine::new(EngineOptions::default(), clock.clone()),
            journal,
            delegations,
            clock,
        };
        Self { departures, vault, identity, link, _folder: folder }
    }

    /// Opens a session in a collectivité, and connects an account there.
    async fn work_for(&self, acting: &str) -> SecretString {
        let key = LinkedAccountKey::new(tenant(acting), self.link, ConnectorId::new("mail").unwrap());
        let account = LinkedAccount::new("sobrien", SecretString::from("secret"));
        self.vault.put(&key, &account, LinkingKind::Pasted, None).await.unwrap();
        let new = NewSession {
            site: None,
            identity: self.identity,
            link: self.link,
            acting: tenant(acting),
            source: source(),
            subject: subject(),
            acr: None,
            provider_session: None,
            tokens: None,
        };
        self.departures.sessions.open(new).await.unwrap()
    }

    async fn is_open(&self, value: &SecretString) -> bool {
        self.departures.sessions.find_session(value.expose_secret(), None).await.unwrap().is_some()
    }

    async fn events(&self) -> Vec<AuditEvent> {
        let lines = self
            .departures
            .storage
            .audit(&AuditQuery { of_instance: true, limit: 100, ..AuditQuery::default() })
            .await
            .unwrap();
        lines.into_iter().map(|line| line.line.event).collect()
    }
}

#[tokio::test]
async fn a_departure_needs_no_server() {
    let world = World::start().await;
    let (alpha, beta) = (world.work_for("alpha").await, world.work_for("beta").await);

    let closed = world.departures.close_in(world.link, &[tenant("alpha")].into()).await.unwrap();
    assert_eq!(closed, Closures { sessions: 1, linked_accounts: 1, delegations: 0 });
    assert!(!world.is_open(&alpha).await && world.is_open(&beta).await, "the other commune's stays");

    let closed = world.departures.close(world.link).await.unwrap();
    assert_eq!(closed, Closures { sessions: 1, linked_accounts: 1, delegations: 0 });
    assert!(!world.is_open(&beta).await);
    let (session, linked_account) = (AuditEvent::SessionsEnded, AuditEvent::LinkedAccountRevoked);
    assert_eq!(
        world.events().await.into_iter().rev().collect::<Vec<_>>(),
        [session, linked_account, session, linked_account]
    );

    assert_eq!(world.departures.close(world.link).await.unwrap(), Closures::default(), "twice does no harm");
}
