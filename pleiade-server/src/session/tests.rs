mod renewal;
mod tickets;
mod unwritten;

use super::*;
use crate::{
    audit::{AuditEvent, Note},
    seal::SealKey,
    storage::{Names, NewIdentity, NewLink, sqlite},
};
use pleiade_core::{ExposeSecret, PersonKind, sign_in::PersonTokens};
use pleiade_federation::mapping::{Mapping, Tenants};
use std::sync::Mutex;

/// A clock that moves when it is told to.
#[derive(Debug, Default)]
struct ManualClock(Mutex<Duration>);

impl ManualClock {
    fn advance(&self, by: Duration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap() + self.elapsed()
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

/// Two replicas on one database, and a town clerk of alpha and beta who also is somebody at another source.
struct World {
    here: Sessions,
    there: Sessions,
    clock: Arc<ManualClock>,
    storage: Arc<dyn Storage>,
    clerk: IdentityId,
    link: LinkId,
    /// The clerk at the source `other`.
    other: LinkId,
    sealer: Arc<Sealer>,
    tasks: TaskTracker,
    _folder: tempfile::TempDir,
}

fn tenant(id: &str) -> TenantId {
    TenantId::new(id).unwrap()
}

fn source(id: &str) -> SourceId {
    SourceId::new(id).unwrap()
}

fn subject() -> Subject {
    Subject::new("https://sso.example", "clerk").unwrap()
}

fn agent(id: &str) -> Affiliation {
    Affiliation::new(tenant(id), PersonKind::Agent)
}

fn acting_line() -> NewAuditLine {
    Note::new(AuditEvent::ActingChanged).into_line(ManualClock::default().now())
}

/// Tells of sessions that ended.
fn end_line(source: &SourceId, count: usize) -> NewAuditLine {
    let note = Note::new(AuditEvent::SessionsEnded).source(source).with("count", count);
    note.into_line(ManualClock::default().now())
}

fn ended(count: usize) -> NewAuditLine {
    end_line(&source("sso"), count)
}

async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let storage: Arc<dyn Storage> =
        Arc::new(sqlite::open(&folder.path().join("t.db"), Duration::from_secs(120)).await.unwrap());
    let clock = Arc::new(ManualClock::default());
    let sealer = Arc::new(Sealer::new(SealKey::generate().unwrap(), Vec::new()));
    let (clerk, link) = storage
        .create_identity(&NewIdentity {
            source: source("sso"),
            subject: subject(),
            owner: None,
            names: Names { display_name: "Sinéad O'Brien".into(), ..Names::default() },
            created_at: clock.now(),
        })
        .await
        .unwrap();
    storage.replace_affiliations(link, &[agent("alpha"), agent("beta")]).await.unwrap();
    let other = NewLink {
        source: source("other"),
        subject: subject(),
        identity: clerk,
        owner: None,
        relies_on: None,
        directory: None,
        rule: pleiade_federation::linking::Rule::Proof,
        created_at: clock.now(),
    };
    let other = storage.add_link(&other).await.unwrap();
    let named = Names { display_name: "Somebody else".into(), ..Names::default() };
    storage.update_names(other, &named).await.unwrap();
    storage.replace_affiliations(other, &[agent("gamma")]).await.unwrap();
    let tasks = TaskTracker::new();
    let fingerprints = [("sso", "sso"), ("other", "other")];
    let replica = || replica(&storage, &sealer, &clock, &tasks, &fingerprints);
    World {
        here: replica(),
        there: replica(),
        clock: clock.clone(),
        storage: storage.clone(),
        clerk,
        link,
        other,
        sealer: sealer.clone(),
        tasks: tasks.clone(),
        _folder: folder,
    }
}

/// A replica whose file has these sources, each with what makes it that source.
fn replica(
    storage: &Arc<dyn Storage>,
    sealer: &Arc<Sealer>,
    clock: &Arc<ManualClock>,
    tasks: &TaskTracker,
    fingerprints: &[(&str, &str)],
) -> Sessions {
    let rights = |fingerprint: &str| SourceRights::new(&Mapping::new(Tenants::Kept), None, fingerprint);
    Sessions::new(
        storage.clone(),
        sealer.clone(),
        clock.clone(),
        Limits::default(),
        CookieRule::SECURE,
        tasks.clone(),
        fingerprints.iter().map(|(id, fingerprint)| (source(id), rights(fingerprint))).collect(),
    )
}

impl World {
    fn new_session(&self, site: Option<&str>, acting: &str) -> NewSession {
        NewSession {
            site: site.map(tenant),
            identity: self.clerk,
            link: self.link,
            acting: tenant(acting),
            source: source("sso"),
            subject: subject(),
            acr: None,
            provider_session: Some("sid".into()),
            tokens: None,
        }
    }

    async fn open(&self, site: Option<&str>, acting: &str) -> String {
        let value = self.here.open(self.new_session(site, acting)).await.unwrap();
        value.expose_secret().to_owned()
    }
}

async fn find_session(sessions: &Sessions, value: &str, site: Option<&str>) -> Option<Arc<Session>> {
    let site = site.map(tenant);
    sessions.find_session(value, site.as_ref()).await.unwrap()
}

#[tokio::test]
async fn a_session_tells_who_acts_and_for_whom() {
    let world = world().await;
    let value = world.open(None, "alpha").await;
    let session = find_session(&world.here, &value, None).await.unwrap();
    assert_eq!(session.actor.identity.display_name, "Sinéad O'Brien");
    assert_eq!(session.actor.acting.tenant, tenant("alpha"));
    let theirs: Vec<_> = session.affiliations.iter().map(|a| a.tenant.as_str()).collect();
    assert_eq!(theirs, ["alpha", "beta"], "what another source gives does not count");
    assert!(!format!("{session:?}").contains("Sin"));
    assert!(find_session(&world.there, &value, None).await.is_some(), "every replica knows it");
}

#[tokio::test]
async fn a_value_of_one_host_opens_nothing_on_another() {
    let world = world().await;
    let on_alpha = world.open(Some("alpha"), "alpha").await;
    let on_common = world.open(None, "alpha").await;
    assert!(find_session(&world.here, &on_alpha, Some("alpha")).await.is_some());
    assert!(find_session(&world.here, &on_alpha, Some("beta")).await.is_none());
    assert!(find_session(&world.here, &on_alpha, None).await.is_none());
    assert!(find_session(&world.here, &on_common, Some("alpha")).await.is_none());
    let session = find_session(&world.here, &on_alpha, Some("alpha")).await.unwrap();
    assert_eq!(session.affiliations.len(), 1, "only the host's own tenant may be acted for");
}

#[tokio::test]
async fn nobody_opens_a_session_for_a_tenant_that_is_not_theirs() {
    let world = world().await;
    for (site, acting) in [(None, "gamma"), (None, "delta"), (Some("alpha"), "beta")] {
        let refused = world.here.open(world.new_session(site, acting)).await;
        assert_eq!(refused.err(), Some(SessionError::NotAllowed), "{site:?} {acting}");
    }
}

#[tokio::test]
async fn values_that_were_not_given_are_nobody() {
    let world = world().await;
    world.open(None, "alpha").await;
    for bad in ["", "x", &"A".repeat(43), &"é".repeat(22), &"A".repeat(10_000)] {
        assert!(find_session(&world.here, bad, None).await.is_none());
    }
}

#[tokio::test]
async fn an_unused_session_ends_and_a_used_one_ends_too() {
    let world = world().await;
    let value = world.open(None, "alpha").await;
    let hour = Duration::from_secs(3600);
    for _ in 0..19 {
        world.clock.advance(hour / 2);
        assert!(find_session(&world.here, &value, None).await.is_some());
    }
    world.clock.advance(hour / 2);
    assert!(find_session(&world.here, &value, None).await.is_none(), "ten hours, however used");

    let value = world.open(None, "alpha").await;
    world.clock.advance(hour);
    assert!(find_session(&world.here, &value, None).await.is_none(), "one hour unused");
    assert!(find_session(&world.there, &value, None).await.is_none());
    world.tasks.close();
    world.tasks.wait().await;
    assert_eq!(world.here.purge().await.unwrap(), 2);
}

#[tokio::test]
async fn use_is_written_once_a_minute_and_seen_by_other_replicas() {
    let world = world().await;
    let value = world.open(None, "alpha").await;
    world.clock.advance(Duration::from_secs(59));
    find_session(&world.here, &value, None).await.unwrap();
    assert!(world.tasks.is_empty(), "too soon to write");
    world.clock.advance(Duration::from_secs(1));
    for _ in 0..5 {
        find_session(&world.here, &value, None).await.unwrap();
    }
    world.tasks.close();
    world.tasks.wait().await;
    let line = &world.here.list(world.clerk).await.unwrap()[0];
    assert_eq!(line.last_seen_at, world.clock.now());
    let session = find_session(&world.here, &value, None).await.unwrap();
    assert!(world.here.reload(&session).await.unwrap().is_some());
}

#[tokio::test]
async fn a_revocation_counts_at_once_here_and_soon_elsewhere() {
    let world = world().await;
    let value = world.open(None, "alpha").await;
    let session = find_session(&world.here, &value, None).await.unwrap();
    find_session(&world.there, &value, None).await.unwrap();
    assert_eq!(
        world.here.close_link(world.other, &ended).await.unwrap(),
        0,
        "another identity link of the same person"
    );
    assert_eq!(world.here.close_link(world.link, &ended).await.unwrap(), 1);
    assert!(find_session(&world.here, &value, None).await.is_none());
    session.ended().await;
    assert!(world.here.reload(&session).await.unwrap().is_none());
    world.clock.advance(Limits::default().memory);
    assert!(find_session(&world.there, &value, None).await.is_none());
}

#[tokio::test]
async fn what_another_replica_closed_is_forgotten_here_by_whoever_closes_it_again() {
    let world = world().await;
    for how in ["listed", "link", "provider", "session"] {
        let value = world.open(None, "alpha").await;
        let session = find_session(&world.there, &value, None).await.unwrap();
        let lines = world.there.list(world.clerk).await.unwrap();
        let line = lines.iter().find(|line| line.id == session.id).unwrap();
        let _ =
            world.here.close(&find_session(&world.here, &value, None).await.unwrap(), None).await.unwrap();
        assert!(find_session(&world.there, &value, None).await.is_some(), "remembered for a while");
        let left = match how {
            "listed" => world.there.close_listed(std::slice::from_ref(line), &ended).await.unwrap().0,
            "link" => world.there.close_link(world.link, &ended).await.unwrap(),
            "provider" => world.there.close_by_provider(&source("sso"), "sid", &ended).await.unwrap(),
            _ => {
                assert_eq!(world.there.close(&session, None).await.unwrap(), SessionEnd::Everywhere);
                0
            }
        };
        assert_eq!(left, 0, "there was nothing left to close");
        assert!(
            find_session(&world.there, &value, None).await.is_none(),
            "but not once it is closed here: {how}"
        );
    }
}

#[tokio::test]
async fn providers_and_people_close_exactly_theirs() {
    let world = world().await;
    let (a, b) = (world.open(None, "alpha").await, world.open(Some("beta"), "beta").await);
    assert_eq!(world.here.close_by_provider(&source("other"), "sid", &ended).await.unwrap(), 0);
    let id = find_session(&world.here, &a, None).await.unwrap().id.clone();
    assert!(world.here.list(IdentityId(world.clerk.0 + 1)).await.unwrap().is_empty());
    let lines = world.here.list(world.clerk).await.unwrap();
    let line = lines.iter().find(|line| line.id == id).unwrap();
    assert_eq!(line.link, world.link);
    let one = std::slice::from_ref(line);
    assert_eq!(world.here.close_listed(one, &ended).await.unwrap(), (1, SessionEnd::Everywhere));
    assert_eq!(world.here.close_listed(one, &ended).await.unwrap().0, 0, "it has ended already");
    assert!(find_session(&world.here, &a, None).await.is_none());
    assert!(find_session(&world.here, &b, Some("beta")).await.is_some());
    assert_eq!(world.here.close_by_provider(&source("sso"), "sid", &ended).await.unwrap(), 1);
    assert!(find_session(&world.here, &b, Some("beta")).await.is_none());
    let c = world.open(None, "beta").await;
    assert_eq!(world.here.close_by_subject(&source("sso"), &subject(), &ended).await.unwrap(), 1);
    assert!(find_session(&world.here, &c, None).await.is_none());
}

#[tokio::test]
async fn a_lost_affiliation_ends_the_session_within_the_memory_time() {
    let world = world().await;
    let value = world.open(None, "alpha").await;
    find_session(&world.here, &value, None).await.unwrap();
    world.storage.replace_affiliations(world.link, &[agent("beta")]).await.unwrap();
    world.clock.advance(Limits::default().memory);
    assert!(find_session(&world.here, &value, None).await.is_none());
}

#[tokio::test]
async fn acting_for_another_tenant_changes_the_value_and_keeps_the_end() {
    let world = world().await;
    let new = NewSession {
        tokens: Some(SessionTokens::new(PersonTokens::new("person-token".into()), world.clock.now())),
        ..world.new_session(None, "alpha")
    };
    let value = world.here.open(new).await.unwrap().expose_secret().to_owned();
    let session = find_session(&world.here, &value, None).await.unwrap();
    world.clock.advance(Duration::from_secs(600));
    assert_eq!(
        world.here.switch(&session, &tenant("gamma"), &acting_line()).await.err(),
        Some(SessionError::NotAllowed)
    );
    let other = world
        .here
        .switch(&session, &tenant("beta"), &acting_line())
        .await
        .unwrap()
        .expose_secret()
        .to_owned();
    assert_ne!(other, value);
    assert!(find_session(&world.here, &value, None).await.is_none());
    let switched = find_session(&world.here, &other, None).await.unwrap();
    assert_eq!(switched.actor.acting.tenant, tenant("beta"));
    assert_eq!(switched.expires_at, session.expires_at);
    let (token, _) = switched.access_token(world.clock.now()).unwrap();
    assert_eq!(token.expose_secret(), "person-token");
    assert!(
        world.here.switch(&session, &tenant("beta"), &acting_line()).await.is_err(),
        "a closed session switches nothing"
    );
}

#[tokio::test]
async fn tokens_are_stored_sealed_and_end_in_time() {
    let world = world().await;
    let mut tokens = PersonTokens::new("sentinel-access".into());
    tokens.refresh = Some("sentinel-refresh".into());
    tokens.expires_in = Some(300);
    let new = NewSession {
        tokens: Some(SessionTokens::new(tokens, world.clock.now())),
        ..world.new_session(None, "alpha")
    };
    let value = world.here.open(new).await.unwrap().expose_secret().to_owned();
    let record = &world.storage.sessions_of_person(world.clerk).await.unwrap()[0];
    let kept = String::from_utf8_lossy(record.tokens.as_ref().unwrap()).into_owned();
    assert!(!kept.contains("sentinel"));
    let session = find_session(&world.there, &value, None).await.unwrap();
    assert!(!format!("{:?} {record:?}", session.tokens()).contains("sentinel"));
    assert!(session.access_token(world.clock.now()).is_some());
    world.clock.advance(Duration::from_secs(300));
    assert!(session.access_token(world.clock.now()).is_none());
    let mut renewed = session.tokens().unwrap().clone();
    renewed.access = Some("sentinel-second".into());
    renewed.expires_at = None;
    assert!(world.there.replace_provider_session(&session, None, Some(&renewed)).await.unwrap());
    let session = find_session(&world.there, &value, None).await.unwrap();
    assert_eq!(session.access_token(world.clock.now()).unwrap().0.expose_secret(), "sentinel-second");
}

#[tokio::test]
async fn a_row_moved_to_somebody_else_is_refused() {
    let world = world().await;
    let new = NewSession {
        tokens: Some(SessionTokens::new(PersonTokens::new("t".into()), world.clock.now())),
        ..world.new_session(None, "alpha")
    };
    let value = world.here.open(new).await.unwrap().expose_secret().to_owned();
    let record = world.storage.sessions_of_person(world.clerk).await.unwrap().remove(0);
    let stolen = record.tokens.clone();
    world.storage.delete_session(record.hash).await.unwrap();
    let moved = SessionRecord { acting: tenant("beta"), tokens: stolen, ..record };
    world.storage.create_session(&moved).await.unwrap();
    let refused = world.here.find_session(&value, None).await;
    assert_eq!(refused.err(), Some(SessionError::Seal(SealError::Refused)));
}
