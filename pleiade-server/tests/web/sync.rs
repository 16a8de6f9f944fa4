//! Directories as they are followed: what they tell, what is not believed, who decides, and what ends when somebody leaves.

use crate::support::{
    ALPHA, BETA, Browser, ISSUER, OPERATOR, Provider, SESSION, Setup, World, somebody, source, source_id,
    tenant_id,
};
use async_trait::async_trait;
use axum::http::StatusCode;
use chrono::TimeDelta;
use pleiade_core::{
    Clock as _, ConnectorId, Directory, DirectoryChanges, DirectoryError, DirectoryPerson, IdentityId,
    LinkId, Role, SourceId, Subject,
};
use pleiade_federation::{
    delegation::{DelegationParty, NewDelegation, Scope},
    scim::{ResourceKind, StoredResource},
    sync::Excess,
    vault::{LinkedAccountKey, LinkedAccountRecord, LinkingKind},
};
use pleiade_server::{
    audit::AuditEvent,
    sign_in::{
        Source,
        directory_binding::{DirectoryBinding, DirectoryKey},
        mapping::{Mapping, RoleRule, Tenants as TenantRule},
    },
    storage::{AuditQuery, NewLink, RunOutcome},
    sync::{FollowedDirectory, Report, RunRequest, RunResult, SyncError, SyncRules, fold},
};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::sync::Notify;

/// A directory under the test's hand, which tells changes since a cursor like a real one.
#[derive(Debug)]
struct Annuaire {
    id: SourceId,
    people: Mutex<Vec<DirectoryPerson>>,
    changes: Mutex<Vec<(Option<DirectoryPerson>, Subject)>>,
    fails: Mutex<Option<DirectoryError>>,
    asked: AtomicUsize,
    sent: AtomicUsize,
    slow: Mutex<Option<Arc<Notify>>>,
}

impl Annuaire {
    fn new(id: &str) -> Arc<Self> {
        Arc::new(Self {
            id: source_id(id),
            people: Mutex::default(),
            changes: Mutex::default(),
            fails: Mutex::default(),
            asked: AtomicUsize::new(0),
            sent: AtomicUsize::new(0),
            slow: Mutex::default(),
        })
    }

    fn holds(&self, keys: impl IntoIterator<Item = DirectoryPerson>) {
        for person in keys {
            let mut people = self.people.lock().unwrap();
            people.retain(|known| known.subject != person.subject);
            people.push(person.clone());
            self.changes.lock().unwrap().push((Some(person.clone()), person.subject));
        }
    }

    fn loses(&self, keys: &[&str]) {
        for key in keys {
            self.people.lock().unwrap().retain(|person| person.subject != subject(key));
            self.changes.lock().unwrap().push((None, subject(key)));
        }
    }

    fn sent_since(&self) -> usize {
        self.sent.swap(0, Ordering::SeqCst)
    }
}

#[async_trait]
impl Directory for Annuaire {
    fn id(&self) -> &SourceId {
        &self.id
    }

    async fn person(&self, wanted: &Subject) -> Result<Option<DirectoryPerson>, DirectoryError> {
        Ok(self.people.lock().unwrap().iter().find(|person| person.subject == *wanted).cloned())
    }

    async fn search(&self, _: &str, _: usize) -> Result<Vec<DirectoryPerson>, DirectoryError> {
        Ok(Vec::new())
    }

    async fn changes(&self, cursor: Option<&str>) -> Result<DirectoryChanges, DirectoryError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let slow = self.slow.lock().unwrap().clone();
        if let Some(gate) = slow {
            gate.notified().await;
        }
        if let Some(error) = self.fails.lock().unwrap().clone() {
            return Err(error);
        }
        let changes = self.changes.lock().unwrap().clone();
        let next = Some(changes.len().to_string());
        let Some(from) = cursor.map(|cursor| cursor.parse::<usize>().unwrap()) else {
            let people = self.people.lock().unwrap().clone();
            self.sent.fetch_add(people.len(), Ordering::SeqCst);
            return Ok(DirectoryChanges::Everybody { people, cursor: next });
        };
        let since = changes.into_iter().skip(from);
        let (here, gone): (Vec<_>, Vec<_>) = since.partition(|(person, _)| person.is_some());
        self.sent.fetch_add(here.len() + gone.len(), Ordering::SeqCst);
        Ok(DirectoryChanges::Some {
            changed: here.into_iter().filter_map(|(person, _)| person).collect(),
            gone: gone.into_iter().map(|(_, subject)| subject).collect(),
            cursor: next,
        })
    }

    async fn probe(&self) -> Result<(), DirectoryError> {
        Ok(())
    }
}

fn subject(key: &str) -> Subject {
    Subject::new(ISSUER, key).unwrap()
}

fn person(key: &str, groups: &[&str]) -> DirectoryPerson {
    let mut person = DirectoryPerson::new(subject(key), format!("Nom de {key}"));
    person.login = Some(key.to_owned());
    person.function = Some("Agente".to_owned());
    person.groups = groups.iter().map(|group| (*group).to_owned()).collect();
    person.attributes.insert("tenants".into(), vec!["alpha".into()]);
    person
}

fn crowd(count: usize) -> Vec<DirectoryPerson> {
    (0..count).map(|n| person(&format!("p{n:03}"), &["agents"])).collect()
}

fn mapping(owner: Option<&str>) -> Mapping {
    let mut mapping = match owner {
        Some(owner) => Mapping::owned_by(tenant_id(owner)),
        None => Mapping::new(TenantRule::Attribute("tenants".into())),
    };
    mapping.roles = vec![RoleRule::group("administrateurs", Role::TenantAdministrator)];
    mapping
}

fn followed_directory(directory: &Arc<Annuaire>, owner: Option<&str>, rules: SyncRules) -> FollowedDirectory {
    FollowedDirectory {
        title: format!("Annuaire {}", directory.id),
        owner: owner.map(tenant_id),
        mapping: mapping(owner),
        directory: directory.clone(),
        pushed: false,
        rules,
    }
}

/// Alpha's directory `annuaire`, by which its people sign in too, and the portal `portail`, which relies on it.
struct FollowedWorld {
    world: World,
    annuaire: Arc<Annuaire>,
    portal: Arc<Provider>,
}

impl FollowedWorld {
    async fn new() -> Self {
        Self::with(SyncRules { apply_first_run: true, ..SyncRules::default() }).await
    }

    async fn with(rules: SyncRules) -> Self {
        let annuaire = Annuaire::new("annuaire");
        let (own, portal) = (Provider::new("annuaire"), Provider::new("portail"));
        let mut relying: Source = source(portal.clone(), Some("alpha"), mapping(Some("alpha")));
        relying.directory = Some(DirectoryBinding {
            directory: source_id("annuaire"),
            owner: Some(tenant_id("alpha")),
            issuer: ISSUER.to_owned(),
            key: DirectoryKey::Subject,
            strip_prefix: String::new(),
            people: Some(annuaire.clone()),
            mapping: mapping(Some("alpha")),
        });
        let sources = vec![source(own, Some("alpha"), mapping(Some("alpha"))), relying];
        let directories = vec![followed_directory(&annuaire, Some("alpha"), rules)];
        let world = World::with(Setup { sources, directories, ..Setup::default() }).await;
        Self { world, annuaire, portal }
    }

    fn directory(&self) -> Arc<FollowedDirectory> {
        self.world.app.directories.get(&source_id("annuaire")).unwrap().clone()
    }

    async fn run(&self, request: RunRequest) -> RunResult {
        self.world.app.directory_sync().run(&self.directory(), request).await.unwrap()
    }

    async fn everybody(&self) -> RunResult {
        self.run(RunRequest { full: true, ..RunRequest::default() }).await
    }

    async fn identity(&self, key: &str) -> IdentityId {
        let known = self.world.storage.known_person(&source_id("annuaire"), &subject(key)).await.unwrap();
        known.unwrap().identity
    }

    async fn link(&self, source: &str, key: &str) -> LinkId {
        self.world.link(source, &subject(key)).await
    }

    /// The name that the directory tells, while it tells of this link at all.
    async fn name(&self, link: LinkId) -> Option<String> {
        let told = self.world.storage.link_facts(link).await.unwrap()?;
        told.names.map(|names| names.display_name)
    }

    async fn active(&self) -> u64 {
        let active = self.world.storage.active_people(&source_id("annuaire")).await.unwrap();
        active.get(&tenant_id("alpha")).copied().unwrap_or_default()
    }

    /// Comes in through the portal.
    async fn enter(&self, key: &str) -> Browser {
        self.portal.knows(key, somebody(key, &format!("Nom de {key}"), &[]));
        let mut browser = self.world.browser(ALPHA);
        let answer = browser.sign_in_at("portail", key).await;
        assert_eq!(answer.location(), "/", "{}", answer.body);
        browser
    }

    async fn opens(&self, browser: &Browser) -> bool {
        let Some(value) = browser.cookies.get(SESSION) else { return false };
        self.world.session(value, Some("alpha")).await.is_some()
    }

    async fn events(&self) -> Vec<AuditEvent> {
        let query = AuditQuery { limit: 500, ..AuditQuery::default() };
        let lines = self.world.storage.audit(&query).await.unwrap();
        lines.into_iter().map(|line| line.line.event).collect()
    }
}

#[tokio::test]
async fn the_first_run_writes_nothing_before_somebody_decides() {
    let followed = FollowedWorld::with(SyncRules::default()).await;
    followed.annuaire.holds(crowd(3));
    followed.world.app.directory_sync().run_due(&followed.directory()).await;
    assert_eq!(followed.active().await, 0);
    followed.world.app.directory_sync().run_due(&followed.directory()).await;
    assert_eq!(followed.annuaire.asked.load(Ordering::SeqCst), 1, "not again before the night");

    let mut administrator = followed.world.administrator_at_alpha().await;
    let page = administrator.get("/console/sync").await;
    assert!(page.body.contains("première lecture") && page.body.contains("Nom de p001"), "{}", page.body);
    let last = followed.world.storage.runs(&source_id("annuaire"), 1).await.unwrap().remove(0);
    assert_eq!(last.run.outcome, RunOutcome::Held);
    let decide = format!("/console/sync/annuaire/decide/{}", last.id);
    assert_eq!(administrator.post(&decide, &[]).await.told(), "/console/sync sync-said-asked");
    followed.world.quiet().await;
    assert_eq!(followed.active().await, 3);
    let found = followed.world.storage.search_people(&tenant_id("alpha"), &fold("P001"), 5).await.unwrap();
    assert_eq!(found[0].record.names.display_name, "Nom de p001");
    let last = followed.world.storage.runs(&source_id("annuaire"), 1).await.unwrap().remove(0);
    let report = Report::from_json(&last.run.report);
    assert!(last.run.outcome == RunOutcome::Applied && report.decided_by.is_some());
    assert_eq!(administrator.post(&decide, &[]).await.told(), "/console/sync sync-said-old");
    let events = followed.events().await;
    assert!(events.contains(&AuditEvent::SyncHeld) && events.contains(&AuditEvent::SyncApplied));
}

#[tokio::test]
async fn a_second_run_reads_only_what_changed() {
    let followed = FollowedWorld::new().await;
    followed.annuaire.holds(crowd(200));
    assert_eq!(followed.run(RunRequest::default()).await.outcome, RunOutcome::Applied);
    assert_eq!(followed.annuaire.sent_since(), 200);
    let quiet = followed.run(RunRequest::default()).await;
    assert_eq!((quiet.outcome, quiet.id), (RunOutcome::Unchanged, None));
    assert_eq!(followed.annuaire.sent_since(), 0);

    followed.annuaire.holds((0..9).map(|n| {
        let mut person = person(&format!("p{n:03}"), &["agents"]);
        person.display_name = "Mariée".to_owned();
        person
    }));
    followed.annuaire.loses(&["p100"]);
    let ran = followed.run(RunRequest::default()).await;
    assert_eq!(followed.annuaire.sent_since(), 10);
    let totals = ran.report.totals;
    assert_eq!((totals.changed, totals.renamed, totals.departed, totals.new), (9, 9, 1, 0));
    let renamed = followed.link("annuaire", "p000").await;
    assert_eq!(followed.name(renamed).await.as_deref(), Some("Mariée"));
    assert_eq!(followed.active().await, 199);
}

#[tokio::test]
async fn another_mapping_reads_everybody_again() {
    let followed = FollowedWorld::new().await;
    followed.annuaire.holds(crowd(5));
    followed.run(RunRequest::default()).await;
    followed.annuaire.sent_since();
    let mut other = followed_directory(&followed.annuaire, Some("alpha"), SyncRules::default());
    other.mapping.function = Some("title".to_owned());
    followed.world.app.directory_sync().run(&Arc::new(other), RunRequest::default()).await.unwrap();
    assert_eq!(followed.annuaire.sent_since(), 5);
}

#[tokio::test]
async fn what_cannot_be_the_truth_changes_nothing() {
    let followed = FollowedWorld::new().await;
    followed.annuaire.holds(crowd(4));
    followed.run(RunRequest::default()).await;
    for error in [
        DirectoryError::Incomplete,
        DirectoryError::Unreachable("no answer"),
        DirectoryError::BadAnswer("too large"),
        DirectoryError::Refused("the account"),
    ] {
        followed.annuaire.loses(&["p000"]);
        *followed.annuaire.fails.lock().unwrap() = Some(error.clone());
        let ran = followed.everybody().await;
        assert_eq!(ran.outcome, RunOutcome::Failed);
        assert_eq!(ran.report.problem, Some(error.to_string()));
        assert_eq!(followed.active().await, 4, "{error}");
    }
    *followed.annuaire.fails.lock().unwrap() = None;
    followed.annuaire.people.lock().unwrap().clear();
    let ran = followed.everybody().await;
    assert_eq!((ran.outcome, followed.active().await), (RunOutcome::Refused, 4));
    // Whatever is allowed, a source that empties is not obeyed.
    let ran = followed
        .run(RunRequest { full: true, departures_each: 1000, first: true, ..RunRequest::default() })
        .await;
    assert_eq!((ran.outcome, followed.active().await), (RunOutcome::Refused, 4));
}

#[tokio::test]
async fn too_many_departures_wait_and_a_decision_allows_what_was_shown_and_no_more() {
    let followed = FollowedWorld::new().await;
    followed.annuaire.holds(crowd(20));
    followed.run(RunRequest::default()).await;
    followed.annuaire.loses(&["p000", "p001", "p002", "p003", "p004", "p005"]);
    let held = followed.everybody().await;
    assert_eq!(held.outcome, RunOutcome::Held);
    assert_eq!(held.report.held, [(tenant_id("alpha"), Excess::new(6, 20))].into());
    assert_eq!(followed.active().await, 20);
    assert_eq!(followed.everybody().await.id, held.id, "the same is told once");

    let mut administrator = followed.world.administrator_at_alpha().await;
    let page = administrator.get("/console/sync").await;
    assert!(page.body.contains("6 départs sur 20 personnes"), "{}", page.body);
    // Meanwhile two more leave: what was shown is not what would happen.
    followed.annuaire.loses(&["p006", "p007"]);
    let decide = format!("/console/sync/annuaire/decide/{}", held.id.unwrap());
    administrator.post(&decide, &[]).await;
    followed.world.quiet().await;
    assert_eq!(followed.active().await, 20);
    let last = followed.world.storage.runs(&source_id("annuaire"), 1).await.unwrap().remove(0);
    assert_eq!(last.run.outcome, RunOutcome::Held);
    administrator.post(&format!("/console/sync/annuaire/decide/{}", last.id), &[]).await;
    followed.world.quiet().await;
    assert_eq!(followed.active().await, 12);
}

#[tokio::test]
async fn a_simulation_writes_nothing_but_its_report() {
    let followed = FollowedWorld::new().await;
    followed.annuaire.holds(crowd(2));
    let mut administrator = followed.world.administrator_at_alpha().await;
    administrator.post("/console/sync/annuaire/simulate", &[]).await;
    followed.world.quiet().await;
    assert_eq!(followed.active().await, 0);
    assert!(administrator.get("/console/sync").await.body.contains("simulée"));
    let state = followed.world.storage.directory_state(&source_id("annuaire")).await.unwrap();
    assert!(state.applied_at.is_none() && state.cursor.is_none());
}

/// A report names whoever it leaves out, to those who see all of it.
#[tokio::test]
async fn who_is_left_aside_or_without_all_groups_is_named_to_those_who_see_the_whole_report() {
    let (own, shared) = (Annuaire::new("annuaire"), Annuaire::new("commun"));
    let rules = || SyncRules { apply_first_run: true, ..SyncRules::default() };
    let directories =
        vec![followed_directory(&own, Some("alpha"), rules()), followed_directory(&shared, None, rules())];
    let sources = vec![
        source(Provider::new("annuaire"), Some("alpha"), mapping(Some("alpha"))),
        source(Provider::new("commun"), None, mapping(None)),
    ];
    let world = World::with(Setup { sources, directories, ..Setup::default() }).await;
    let (mut closed, mut cut) = (person("zoe.fermee", &[]), person("p000", &["agents"]));
    (closed.active, cut.groups_are_cut) = (false, true);
    own.holds([closed, cut]);
    let (mut outside, inside) = (person("hors.champ", &[]), person("p001", &["agents"]));
    outside.attributes.insert("tenants".into(), vec!["ailleurs".into()]);
    let more = (0..250).map(|n| {
        let mut one = outside.clone();
        one.subject = subject(&format!("x{n}"));
        one.login = Some(format!("autre{n}"));
        one
    });
    shared.holds([outside.clone(), inside].into_iter().chain(more));
    let mut reports = Vec::new();
    for id in ["annuaire", "commun"] {
        let directory = world.app.directories.get(&source_id(id)).unwrap().clone();
        reports.push(world.app.directory_sync().run(&directory, RunRequest::default()).await.unwrap().report);
    }
    assert_eq!(
        (reports[0].aside, reports[0].totals.cut, reports[0].aside_lines[0].login.as_str()),
        (1, 1, "zoe.fermee")
    );
    assert_eq!((reports[1].aside, reports[1].aside_lines.len()), (251, 200), "bounded");
    let of_alpha = reports[1].seen_by(&tenant_id("alpha"));
    assert!(of_alpha.aside == 0 && of_alpha.aside_lines.is_empty());

    let page = world.administrator_at_alpha().await.get("/console/sync").await.body;
    for told in
        ["zoe.fermee", "1 personne inconnue du portail", "1 personne sans tous ses groupes", "Nom de p001"]
    {
        assert!(page.contains(told), "{told}: {page}");
    }
    for hidden in ["hors.champ", "autre1"] {
        assert!(!page.contains(hidden), "{hidden}: {page}");
    }
}

#[tokio::test]
async fn a_departure_closes_all_that_was_open_and_nothing_of_others() {
    let followed = FollowedWorld::new().await;
    let (world, storage) = (&followed.world, &followed.world.storage);
    followed.annuaire.holds(crowd(3));
    followed.run(RunRequest::default()).await;
    let (leaving, staying) = (followed.enter("p000").await, followed.enter("p001").await);
    let (gone, here) = (followed.identity("p000").await, followed.identity("p001").await);
    let (gone_by, here_by) = (followed.link("portail", "p000").await, followed.link("portail", "p001").await);
    let now = world.clock.now();
    for link in [gone_by, here_by] {
        let key = LinkedAccountKey::new(tenant_id("alpha"), link, ConnectorId::new("courriel").unwrap());
        let record = LinkedAccountRecord::new(key, vec![1], LinkingKind::Pasted, now);
        storage.put_linked_account(&record).await.unwrap();
    }
    let terms = NewDelegation::new(
        tenant_id("alpha"),
        DelegationParty::new(here, here_by),
        DelegationParty::new(gone, gone_by),
        Scope::new(None, false),
        now..now + TimeDelta::days(2),
        now,
    )
    .with_reason("Congés");
    storage.create_delegation(&terms).await.unwrap();

    followed.annuaire.loses(&["p000"]);
    assert_eq!(followed.run(RunRequest::default()).await.report.totals.departed, 1);
    assert!(!followed.opens(&leaving).await && followed.opens(&staying).await);
    assert!(storage.linked_accounts_by_link(gone_by, None).await.unwrap().is_empty());
    assert_eq!(storage.linked_accounts_by_link(here_by, None).await.unwrap().len(), 1);
    assert!(storage.living_delegations(gone_by, now).await.unwrap().is_empty());
    let link = async |id: &str| storage.find_link(&source_id(id), &subject("p000")).await.unwrap().unwrap();
    assert!(link("annuaire").await.disabled && link("portail").await.disabled);
    let mut again = world.browser(ALPHA);
    assert!(again.sign_in_at("portail", "p000").await.location().starts_with("/sign-in?"));
    assert_eq!(storage.unclosed_departures(&source_id("annuaire")).await.unwrap(), []);
    let events = followed.events().await;
    for event in [
        AuditEvent::Departed,
        AuditEvent::SessionsEnded,
        AuditEvent::LinkedAccountRevoked,
        AuditEvent::DelegationEnded,
        AuditEvent::SyncApplied,
    ] {
        assert!(events.contains(&event), "{event:?}");
    }
    assert_eq!(
        world.app.departures().close(followed.link("annuaire", "p000").await).await.unwrap().sessions,
        0
    );

    followed.annuaire.holds([person("p000", &[])]);
    assert_eq!(followed.run(RunRequest::default()).await.report.totals.returned, 1);
    assert!(!link("annuaire").await.disabled && !link("portail").await.disabled);
    assert!(followed.events().await.contains(&AuditEvent::CameBack));
    followed.enter("p000").await;
    assert_eq!(followed.identity("p000").await, gone, "as if they had never left");
}

#[tokio::test]
async fn a_departure_ends_what_another_person_s_link_that_relies_on_it_opened() {
    let followed = FollowedWorld::new().await;
    let (world, storage) = (&followed.world, &followed.world.storage);
    followed.annuaire.holds(crowd(1));
    followed.run(RunRequest::default()).await;
    let browser = followed.enter("p000").await;
    let person = followed.identity("p000").await;
    let (directory, portal) =
        (followed.link("annuaire", "p000").await, followed.link("portail", "p000").await);
    let mut links = storage.links_of_person(person).await.unwrap();
    links.retain(|record| record.id == directory);
    let moved = NewLink { identity: world.clerk, ..links.remove(0).link };
    assert!(storage.move_link(directory, &moved, person).await.unwrap());
    assert!(followed.opens(&browser).await);
    assert_eq!(world.app.departures().close(directory).await.unwrap().sessions, 1);
    assert!(!followed.opens(&browser).await);
    let lines = storage.audit(&AuditQuery { limit: 1, ..AuditQuery::default() }).await.unwrap();
    let line = &lines[0].line;
    assert_eq!((line.event, line.person), (AuditEvent::SessionsEnded, Some((person, portal).into())));
}

#[tokio::test]
async fn a_departure_that_was_cut_short_is_gone_through_again() {
    let followed = FollowedWorld::new().await;
    followed.annuaire.holds(crowd(3));
    followed.run(RunRequest::default()).await;
    let browser = followed.enter("p000").await;
    let gone = followed.identity("p000").await;
    let write = pleiade_server::storage::DirectoryWrite {
        source: source_id("annuaire"),
        owner: Some(tenant_id("alpha")),
        precedence: 0,
        relying: vec![source_id("portail")],
        at: followed.world.clock.now(),
        people: vec![],
        departed: vec![(subject("p000"), true)],
        progress: None,
    };
    followed.world.storage.apply_directory(&write).await.unwrap();
    // Here the server stopped. What is left of the session opens nothing once it is read again.
    followed.world.clock.advance(Duration::from_secs(31));
    assert!(!followed.opens(&browser).await);
    assert_eq!(followed.world.storage.sessions_of_person(gone).await.unwrap().len(), 1);
    followed.annuaire.loses(&["p000"]);
    followed.run(RunRequest::default()).await;
    assert!(followed.world.storage.sessions_of_person(gone).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_right_goes_with_its_group() {
    let followed = FollowedWorld::new().await;
    followed.annuaire.holds([person("p000", &["administrateurs"]), person("p001", &[])]);
    followed.run(RunRequest::default()).await;
    let mut browser = followed.enter("p000").await;
    assert_eq!(browser.get("/console/sync").await.status, StatusCode::OK);
    followed.annuaire.holds([person("p000", &["agents"])]);
    followed.run(RunRequest::default()).await;
    followed.world.clock.advance(Duration::from_secs(31));
    assert_eq!(browser.get("/console/sync").await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.get("/").await.status, StatusCode::OK, "the session stands");
}

#[tokio::test]
async fn a_change_of_rights_is_told_by_collectivite() {
    let followed = FollowedWorld::new().await;
    followed.annuaire.holds([person("a", &["agents"]), person("b", &["agents"])]);
    followed.everybody().await;
    let told = async || {
        let query = AuditQuery { limit: 500, ..AuditQuery::default() };
        let mut lines = followed.world.storage.audit(&query).await.unwrap();
        lines.retain(|line| line.line.event == AuditEvent::RightsChanged);
        lines
    };
    assert_eq!(told().await.len(), 0, "whoever is new is told by the run");
    let mut renamed = person("b", &["agents"]);
    renamed.display_name = "Autre Nom".into();
    followed.annuaire.holds([person("a", &["agents", "administrateurs"]), renamed]);
    followed.run(RunRequest::default()).await;
    let lines = told().await;
    let (line, who) = (&lines[0].line, lines[0].line.person.unwrap());
    assert_eq!((lines.len(), who.person), (1, followed.identity("a").await), "a name gives no right");
    assert_eq!((line.facts["change"].as_str(), line.tenant.as_ref()), ("changed", Some(&tenant_id("alpha"))));

    // What the source says at a sign-in, and the directory that it asks.
    let sign_in = async |groups: &[&str]| {
        let mut claims = somebody("zoe", "Zoé", &[]);
        claims.groups = groups.iter().map(|group| (*group).to_owned()).collect();
        followed.world.alpha_sso.knows("zoe", claims);
        let answer = followed.world.browser(ALPHA).sign_in_at("alpha-sso", "zoe").await;
        assert_eq!(answer.location(), "/", "{}", answer.body);
        let lines = told().await;
        (lines.len(), lines[0].line.facts.clone())
    };
    let (count, newest) = sign_in(&["agents"]).await;
    assert_eq!((count, newest["change"].as_str(), newest["groups_added"].as_str()), (2, "given", "1"));
    assert_eq!(sign_in(&["agents"]).await.0, 2, "nothing changed");
    let (count, newest) = sign_in(&["administrateurs"]).await;
    assert_eq!((count, newest["groups_added"].as_str()), (3, "1"));
    assert_eq!(newest["groups_removed"], "1");
}

#[tokio::test]
async fn somebody_absent_long_enough_is_forgotten() {
    let followed = FollowedWorld::new().await;
    followed.annuaire.holds(crowd(3));
    followed.run(RunRequest::default()).await;
    followed.enter("p000").await;
    let gone = followed.link("annuaire", "p000").await;
    followed.annuaire.loses(&["p000"]);
    followed.run(RunRequest::default()).await;
    followed.world.clock.advance(Duration::from_secs(30 * 86_400));
    assert_eq!(followed.everybody().await.report.forgotten, 0, "not yet");
    followed.world.clock.advance(Duration::from_secs(1));
    assert_eq!(followed.everybody().await.report.forgotten, 1);
    assert_eq!(followed.name(gone).await, None);
    let runs = followed.world.storage.runs(&source_id("annuaire"), 50).await.unwrap();
    let told: String = runs.into_iter().skip(1).take(2).map(|run| run.run.report).collect();
    assert!(!told.contains("Nom de p000"), "reports name nobody who is known");
}

#[tokio::test]
async fn one_run_at_a_time_with_a_deadline_and_an_end() {
    let followed = FollowedWorld::new().await;
    followed.annuaire.holds(crowd(2));
    let gate = Arc::new(Notify::new());
    *followed.annuaire.slow.lock().unwrap() = Some(gate.clone());
    let (app, directory) = (followed.world.app.clone(), followed.directory());
    let first =
        tokio::spawn(async move { app.directory_sync().run(&directory, RunRequest::default()).await });
    while followed.annuaire.asked.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let second = followed.world.app.directory_sync().run(&followed.directory(), RunRequest::default()).await;
    assert!(matches!(second, Err(SyncError::Busy)));
    let mut administrator = followed.world.administrator_at_alpha().await;
    let path = format!("/console/sync/{}/simulate", followed.directory().id());
    let asked = administrator.post(&path, &[]).await;
    assert_eq!(asked.told(), "/console/sync sync-said-busy");
    assert!(
        administrator.get(asked.location()).await.body.contains("Une lecture de cet annuaire est en cours.")
    );
    gate.notify_one();
    assert_eq!(first.await.unwrap().unwrap().outcome, RunOutcome::Applied);

    let (app, directory) = (followed.world.app.clone(), followed.directory());
    let cut = tokio::spawn(async move { app.directory_sync().run(&directory, RunRequest::default()).await });
    while followed.annuaire.asked.load(Ordering::SeqCst) == 1 {
        tokio::task::yield_now().await;
    }
    followed.world.app.shutdown.cancel();
    assert!(matches!(cut.await.unwrap(), Err(SyncError::Cut)));
}

#[tokio::test]
async fn a_run_without_end_is_given_up() {
    let rules =
        SyncRules { deadline: Duration::from_millis(1), apply_first_run: true, ..SyncRules::default() };
    let followed = FollowedWorld::with(rules).await;
    *followed.annuaire.slow.lock().unwrap() = Some(Arc::new(Notify::new()));
    let ran = followed.run(RunRequest::default()).await;
    assert_eq!(ran.outcome, RunOutcome::Failed);
    *followed.annuaire.slow.lock().unwrap() = None;
    let again = followed.world.app.directory_sync().run(&followed.directory(), RunRequest::default()).await;
    assert!(!matches!(again, Err(SyncError::Busy)), "the lease was given back");
}

#[tokio::test]
async fn each_sees_what_concerns_them_and_decides_about_what_they_own() {
    let (alpha, beta, shared) =
        (Annuaire::new("annuaire-a"), Annuaire::new("annuaire-b"), Annuaire::new("commun"));
    alpha.holds(crowd(1));
    beta.holds([person("b1", &[])]);
    let mut of_beta = person("commune-b", &[]);
    of_beta.attributes.insert("tenants".into(), vec!["beta".into()]);
    shared.holds([of_beta, person("commune-a", &[])]);
    let directories = [(&alpha, Some("alpha")), (&beta, Some("beta")), (&shared, None)]
        .map(|(directory, owner)| followed_directory(directory, owner, SyncRules::default()));
    let world = World::with(Setup { directories: directories.into(), ..Setup::default() }).await;
    for directory in world.app.directories.iter() {
        world.app.directory_sync().run(directory, RunRequest::default()).await.unwrap();
    }
    let mut administrator = world.administrator_at_alpha().await;
    let page = administrator.get("/console/sync").await.body;
    assert!(page.contains("Annuaire annuaire-a") && page.contains("Nom de p000"));
    assert!(!page.contains("annuaire-b") && !page.contains("Nom de b1"));
    assert!(page.contains("Annuaire commun") && page.contains("Nom de commune-a"));
    assert!(!page.contains("Nom de commune-b"), "of another collectivité");
    assert!(!page.contains("/console/sync/commun/"), "what is shared is the operator's to decide");
    let run_of = async |id: &str| world.storage.runs(&source_id(id), 1).await.unwrap()[0].id;
    for (path, status) in [
        ("/console/sync/annuaire-b/simulate".to_owned(), StatusCode::NOT_FOUND),
        ("/console/sync/commun/simulate".to_owned(), StatusCode::FORBIDDEN),
        ("/console/sync/inconnu/simulate".to_owned(), StatusCode::NOT_FOUND),
        (format!("/console/sync/annuaire-b/decide/{}", run_of("annuaire-b").await), StatusCode::NOT_FOUND),
        (format!("/console/sync/commun/decide/{}", run_of("commun").await), StatusCode::FORBIDDEN),
    ] {
        assert_eq!(administrator.post(&path, &[]).await.status, status, "{path}");
    }
    // The run of another directory is not the one that was shown.
    let foreign = format!("/console/sync/annuaire-a/decide/{}", run_of("annuaire-b").await);
    assert_eq!(administrator.post(&foreign, &[]).await.told(), "/console/sync sync-said-old");
    world.quiet().await;
    assert!(world.storage.known_people(&source_id("annuaire-b")).await.unwrap().is_empty());

    let mut operator = somebody("oper", "Opératrice", &["alpha"]);
    operator.groups = vec!["opsn".into()];
    world.sso.knows("oper", operator);
    let mut browser = world.browser(OPERATOR);
    browser.sign_in_at("sso", "oper").await;
    let page = browser.get("/console/sync").await.body;
    assert!(page.contains("annuaire-b") && page.contains("Nom de commune-b"));
    let decide = format!("/console/sync/commun/decide/{}", run_of("commun").await);
    assert_eq!(browser.post(&decide, &[]).await.told(), "/console/sync sync-said-asked");
    world.quiet().await;
    assert_eq!(world.storage.known_people(&source_id("commun")).await.unwrap().len(), 2);
    let mut clerk = world.clerk_at(BETA).await;
    assert_eq!(clerk.get("/console/sync").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_administrator_sees_how_much_an_identity_manager_keeps() {
    let pushed = FollowedDirectory {
        pushed: true,
        ..followed_directory(&Annuaire::new("alpha-rh"), Some("alpha"), SyncRules::default())
    };
    let world = World::with(Setup { directories: vec![pushed], ..Setup::default() }).await;
    let mut administrator = world.administrator_at_alpha().await;
    let page = administrator.get("/console/sync").await.body;
    assert!(page.contains("0 personne ou groupe reçu, 0\u{a0}% de la place de cette source."), "{page}");
    let content = serde_json::json!({ "userName": "x", "title": "x".repeat(122 << 20) });
    let serde_json::Value::Object(content) = content else { unreachable!() };
    let heavy = StoredResource::new("1", content, world.clock.now());
    world.storage.create_scim_resource(&source_id("alpha-rh"), ResourceKind::User, &heavy).await.unwrap();
    let page = administrator.get("/console/sync").await.body;
    assert!(page.contains("95\u{a0}% de la place de cette source. Au-delà,"), "{page}");
}
