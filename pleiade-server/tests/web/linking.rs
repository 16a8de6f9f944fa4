//! Linking: every attack on the linking of identities, with two collectivités each time.

use crate::support::{
    ALPHA, Answer, BETA, Browser, ISSUER, ManualClock, OPERATOR, Provider, SESSION, Setup, World, somebody,
    source, source_id, tenant_id,
};
use async_trait::async_trait;
use axum::http::StatusCode;
use pleiade_core::{
    Affiliation, Claims, Directory, DirectoryChanges, DirectoryError, DirectoryPerson, IdentityId,
    PersonKind, Role, Subject, Tenant,
};
use pleiade_federation::{
    linking::{RefusalReason, Rule},
    mapping::{Cause, Right},
};
use pleiade_server::{
    audit::AuditEvent,
    session::Session,
    sign_in::{
        Replacement, Source,
        directory_binding::{DirectoryBinding, DirectoryKey},
        linking::{self, LinkingError},
        mapping::{Mapping, RoleRule, Tenants},
    },
    storage::AuditQuery,
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// A directory under the test's hand.
#[derive(Debug, Default)]
struct Annuaire {
    people: Mutex<Vec<DirectoryPerson>>,
    down: Mutex<bool>,
}

const DIRECTORY: &str = "ldap:annuaire";

impl Annuaire {
    fn holds(&self, key: &str, login: &str, groups: &[&str]) {
        let mut person = DirectoryPerson::new(Subject::new(DIRECTORY, key).unwrap(), format!("Nom de {key}"));
        person.login = Some(login.to_owned());
        person.function = Some("Chargée d’urbanisme".to_owned());
        person.groups = groups.iter().map(|group| (*group).to_owned()).collect();
        self.people.lock().unwrap().push(person);
    }

    fn change(&self, change: impl FnOnce(&mut Vec<DirectoryPerson>)) {
        change(&mut self.people.lock().unwrap());
    }

    fn all(&self) -> Result<Vec<DirectoryPerson>, DirectoryError> {
        if *self.down.lock().unwrap() {
            return Err(DirectoryError::Unreachable("it is down"));
        }
        Ok(self.people.lock().unwrap().clone())
    }
}

#[async_trait]
impl Directory for Annuaire {
    fn id(&self) -> &pleiade_core::SourceId {
        static ID: std::sync::LazyLock<pleiade_core::SourceId> =
            std::sync::LazyLock::new(|| source_id("annuaire"));
        &ID
    }

    async fn person(&self, subject: &Subject) -> Result<Option<DirectoryPerson>, DirectoryError> {
        Ok(self.all()?.into_iter().find(|person| person.subject == *subject))
    }

    async fn search(&self, text: &str, limit: usize) -> Result<Vec<DirectoryPerson>, DirectoryError> {
        let begins = |person: &DirectoryPerson| person.login.as_ref().is_some_and(|l| l.starts_with(text));
        Ok(self.all()?.into_iter().filter(begins).take(limit).collect())
    }

    async fn changes(&self, _: Option<&str>) -> Result<DirectoryChanges, DirectoryError> {
        Err(DirectoryError::Misconfigured("not synchronised"))
    }

    async fn probe(&self) -> Result<(), DirectoryError> {
        Ok(())
    }
}

/// Alpha's directory, asked live, and its portal, which proves a login or a key and no more.
fn portal(annuaire: &Arc<Annuaire>, key: DirectoryKey, strip_prefix: &str) -> (Vec<Source>, Arc<Provider>) {
    let mut mapping = Mapping::owned_by(tenant_id("alpha"));
    mapping.roles = vec![RoleRule::group("admins", Role::TenantAdministrator)];
    mapping.ignore_case = true;
    let (portal, own) = (Provider::new("portail"), Provider::new("annuaire"));
    // What a portal tells besides its key does not count.
    let mut relying =
        source(portal.clone(), Some("alpha"), Mapping::new(Tenants::Attribute("tenants".into())));
    relying.directory = Some(DirectoryBinding {
        directory: source_id("annuaire"),
        owner: Some(tenant_id("alpha")),
        issuer: DIRECTORY.to_owned(),
        key,
        strip_prefix: strip_prefix.to_owned(),
        people: Some(annuaire.clone()),
        mapping: mapping.clone(),
    });
    (vec![relying, source(own, Some("alpha"), mapping)], portal)
}

async fn with_portal(key: DirectoryKey, strip_prefix: &str) -> (World, Arc<Annuaire>, Arc<Provider>) {
    let annuaire = Arc::new(Annuaire::default());
    let (sources, portal) = portal(&annuaire, key, strip_prefix);
    let clock = Some(Arc::new(ManualClock::default()));
    (World::with(Setup { sources, clock, ..Setup::default() }).await, annuaire, portal)
}

/// Signs in and gives the session.
async fn enter(world: &World, host: &str, source: &str, code: &str) -> Arc<Session> {
    let mut browser = world.browser(host);
    let answer = browser.sign_in_at(source, code).await;
    assert_eq!(answer.location(), "/", "{source} {code}");
    session(world, &browser).await.unwrap()
}

async fn session(world: &World, browser: &Browser) -> Option<Arc<Session>> {
    let site = match browser.host.as_str() {
        ALPHA => Some("alpha"),
        BETA => Some("beta"),
        _ => None,
    };
    world.session(&browser.cookies[SESSION], site).await
}

fn who(session: &Arc<Session>) -> IdentityId {
    session.actor.identity.id
}

async fn refused(world: &World, host: &str, source: &str, code: &str, about: &str) {
    let mut browser = world.browser(host);
    let answer = browser.sign_in_at(source, code).await;
    assert_eq!(answer.told(), format!("/sign-in?stay=1 {about}"), "{source} {code}");
    assert!(!browser.cookies.contains_key(SESSION));
    let told = browser.get(answer.location()).await;
    assert!(told.body.contains("role=\"alert\""), "the page says why");
}

async fn logged(world: &World) -> Vec<(AuditEvent, Option<String>)> {
    let lines = world.storage.audit(&AuditQuery { limit: 100, ..AuditQuery::default() }).await.unwrap();
    let fact = |line: &pleiade_server::storage::AuditLine| {
        line.line.facts.get("why").or(line.line.facts.get("rule")).cloned()
    };
    lines.iter().map(|line| (line.line.event, fact(line))).collect()
}

fn admin(id: &str, mail: &str) -> Claims {
    let mut claims = somebody(id, "Jeanne Dupont", &["alpha"]);
    claims.mail = mail.parse().ok();
    claims.groups = vec!["administrateurs".into()];
    claims
}

#[tokio::test]
async fn an_address_of_somebody_else_selects_nobody() {
    let world = World::new().await;
    world.alpha_sso.knows("admin", admin("a1", "admin@alpha.example"));
    let real = enter(&world, ALPHA, "alpha-sso", "admin").await;
    assert!(real.actor.has(Role::TenantAdministrator));
    // Beta's provider claims the address, verified, the login, the name and alpha itself.
    let mut thief = admin("b1", "admin@alpha.example");
    thief.login = Some("a1".into());
    thief.attributes.insert("email_verified".into(), vec!["true".into()]);
    thief.attributes.insert("siret".into(), vec!["21990001600011".into()]);
    world.beta_sso.knows("thief", thief);
    let there = enter(&world, BETA, "beta-sso", "thief").await;
    assert_ne!(who(&there), who(&real));
    let tenants: Vec<_> = there.affiliations.iter().map(|affiliation| affiliation.tenant.as_str()).collect();
    assert_eq!(tenants, ["beta"], "its own collectivité, whatever it says");
    let mut carried = world.browser(BETA);
    carried.sign_in_at("beta-sso", "thief").await;
    carried.host = ALPHA.to_owned();
    assert_eq!(carried.get("/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(carried.get("/sign-in/beta-sso/start").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn one_subject_at_two_sources_is_two_people() {
    let world = World::new().await;
    for provider in [&world.sso, &world.alpha_sso, &world.beta_sso] {
        provider.knows("same", somebody("same", "Jeanne Dupont", &["alpha", "beta"]));
    }
    let here = enter(&world, ALPHA, "alpha-sso", "same").await;
    let there = enter(&world, BETA, "beta-sso", "same").await;
    let operator = enter(&world, ALPHA, "sso", "same").await;
    assert_eq!(
        [who(&here), who(&there), who(&operator)].iter().collect::<std::collections::BTreeSet<_>>().len(),
        3
    );
    // The same source under another issuer, by one final slash.
    let mut slash = somebody("same", "Jeanne Dupont", &[]);
    slash.subject = Subject::new(&format!("{ISSUER}/"), "same").unwrap();
    world.alpha_sso.knows("slash", slash);
    assert_ne!(who(&enter(&world, ALPHA, "alpha-sso", "slash").await), who(&here));
}

#[tokio::test]
async fn a_login_given_to_somebody_else_takes_no_rights_with_it() {
    let (world, annuaire, portal) = with_portal(DirectoryKey::Login, "").await;
    annuaire.holds("uuid-1", "jdupont", &["ADMINS"]);
    portal.knows("jdupont", somebody("jdupont", "N’importe qui", &["beta"]));
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("portail", "jdupont").await;
    let first = session(&world, &browser).await.unwrap();
    assert!(first.actor.has(Role::TenantAdministrator), "from the directory's groups, case aside");
    assert_eq!(first.actor.identity.display_name, "Nom de uuid-1", "from the directory, not from the portal");
    assert_eq!(first.actor.acting.function.as_deref(), Some("Chargée d’urbanisme"));
    assert_eq!(who(&enter(&world, ALPHA, "portail", "jdupont").await), who(&first));

    annuaire.change(Vec::clear);
    refused(&world, ALPHA, "portail", "jdupont", "sign-in-not-in-directory").await;
    annuaire.holds("uuid-2", "jdupont", &[]);
    let second = enter(&world, ALPHA, "portail", "jdupont").await;
    assert_ne!(who(&second), who(&first));
    assert!(second.actor.acting.roles.is_empty() && second.actor.acting.groups.is_empty());
    assert!(session(&world, &browser).await.is_none(), "what was open under that login has ended");
}

#[tokio::test]
async fn a_directory_decides_who_comes_through_a_portal() {
    let (world, annuaire, portal) = with_portal(DirectoryKey::Subject, "ldap:").await;
    for (code, key) in
        [("known", "ldap:uuid-1"), ("other", "ad:uuid-1"), ("bare", "uuid-1"), ("absent", "ldap:x")]
    {
        portal.knows(code, somebody(key, "Jeanne Dupont", &["alpha", "beta"]));
    }
    annuaire.holds("uuid-1", "jdupont", &["agents"]);
    let person = enter(&world, ALPHA, "portail", "known").await;
    let tenants: Vec<_> = person.affiliations.iter().map(|affiliation| affiliation.tenant.as_str()).collect();
    assert_eq!(tenants, ["alpha"], "a portal's own words name no collectivité beyond its owner");
    for code in ["other", "bare", "absent"] {
        refused(&world, ALPHA, "portail", code, "sign-in-not-in-directory").await;
    }
    annuaire.change(|people| people[0].active = false);
    refused(&world, ALPHA, "portail", "known", "sign-in-departed").await;
    annuaire.change(|people| people[0].active = true);
    *annuaire.down.lock().unwrap() = true;
    refused(&world, ALPHA, "portail", "known", "sign-in-unreachable").await;
    *annuaire.down.lock().unwrap() = false;
    // A link that the departure closed lets nobody in, even by another way of the same person.
    let (source, subject) = (source_id("annuaire"), Subject::new(DIRECTORY, "uuid-1").unwrap());
    assert!(world.storage.disable_link(world.link("annuaire", &subject).await, true).await.unwrap());
    refused(&world, ALPHA, "portail", "known", "sign-in-departed").await;
    let log = logged(&world).await;
    for why in ["not_in_directory", "departed"] {
        assert!(log.contains(&(AuditEvent::SignInRefused, Some(why.into()))), "{why}: {log:?}");
    }
    assert_eq!(world.app.sign_in.relying(&source), [source_id("portail")]);
}

/// Whoever runs the portal, or makes the account there anew, does not undo what an administrator closed.
#[tokio::test]
async fn another_subject_does_not_open_again_what_an_administrator_closed() {
    let (world, annuaire, portal) = with_portal(DirectoryKey::Login, "").await;
    annuaire.holds("uuid-1", "jdupont", &["admins"]);
    annuaire.holds("uuid-2", "chef", &["admins"]);
    for (code, subject, login) in
        [("first", "s-1", "jdupont"), ("again", "s-2", "jdupont"), ("chief", "s-3", "chef")]
    {
        let mut claims = somebody(subject, "Jeanne Dupont", &["alpha"]);
        claims.login = Some(login.to_owned());
        portal.knows(code, claims);
    }
    let jeanne = enter(&world, ALPHA, "portail", "first").await;
    let chief = enter(&world, ALPHA, "portail", "chief").await;
    let subject = &jeanne.actor.identity.subject;
    world.app.link_administration().disable(&chief, &source_id("portail"), subject).await.unwrap();
    refused(&world, ALPHA, "portail", "first", "sign-in-closed").await;
    refused(&world, ALPHA, "portail", "again", "sign-in-closed").await;
    // Nor does the subject of somebody else, to which the portal gives the login.
    annuaire.holds("uuid-3", "paul", &[]);
    for login in ["paul", "jdupont"] {
        let mut claims = somebody("s-4", "Paul Petit", &["alpha"]);
        claims.login = Some(login.to_owned());
        portal.knows(login, claims);
    }
    enter(&world, ALPHA, "portail", "paul").await;
    refused(&world, ALPHA, "portail", "jdupont", "sign-in-closed").await;
    world.app.link_administration().enable(&chief, &source_id("portail"), subject).await.unwrap();
    // Nor what is open, and nothing is written down of it.
    let linked =
        async || logged(&world).await.iter().filter(|(event, _)| *event == AuditEvent::Linked).count();
    let before = linked().await;
    refused(&world, ALPHA, "portail", "jdupont", "sign-in-taken").await;
    assert_eq!(linked().await, before);
    assert_eq!(
        who(&enter(&world, ALPHA, "portail", "again").await),
        who(&jeanne),
        "open, it follows the person"
    );
}

#[tokio::test]
async fn two_people_of_one_login_are_nobody() {
    let (world, annuaire, portal) = with_portal(DirectoryKey::Login, "").await;
    annuaire.holds("uuid-1", "jdupont", &[]);
    annuaire.holds("uuid-2", "JDupont", &[]);
    portal.knows("jdupont", somebody("jdupont", "Jeanne Dupont", &[]));
    annuaire.change(|people| people[1].login = Some("jdupont".into()));
    refused(&world, ALPHA, "portail", "jdupont", "sign-in-not-in-directory").await;
}

#[tokio::test]
async fn another_way_of_naming_subjects_links_nothing_by_itself() {
    let world = World::new().await;
    world.alpha_sso.knows("before", admin("jeanne@alpha.example", "jeanne@alpha.example"));
    let before = enter(&world, ALPHA, "alpha-sso", "before").await;
    let mut after = admin("9f86d081884c7d65", "jeanne@alpha.example");
    after.groups.clear();
    world.alpha_sso.knows("after", after.clone());
    let stranger = enter(&world, ALPHA, "alpha-sso", "after").await;
    assert_ne!(who(&stranger), who(&before));
    assert!(stranger.actor.acting.roles.is_empty());
    // The administrator's tool puts it right; beta's administrator cannot even see it.
    world.beta_sso.knows("admin", admin("b1", "b@beta.example"));
    let beta = enter(&world, BETA, "beta-sso", "admin").await;
    let (source, to) = (source_id("alpha-sso"), who(&before));
    let denied = world.app.link_administration().relink(&beta, &source, &after.subject, to).await;
    assert_eq!(denied, Err(LinkingError::NotFound));
    let nobody = world.app.link_administration().relink(&stranger, &source, &after.subject, to).await;
    assert_eq!(nobody, Err(LinkingError::NotFound), "an agent administers nothing");
    assert!(world.app.link_administration().list(&beta, to).await.unwrap().is_empty());
    // One open link of a source at a time: the one before is closed first.
    world.alpha_sso.knows("chief", admin("chief", "chief@alpha.example"));
    let chief = enter(&world, ALPHA, "alpha-sso", "chief").await;
    let both = world.app.link_administration().relink(&chief, &source, &after.subject, to).await;
    assert_eq!(both, Err(RefusalReason::Taken.into()));
    assert_eq!(who(&enter(&world, ALPHA, "alpha-sso", "after").await), who(&stranger), "nothing was changed");
    world.app.link_administration().disable(&chief, &source, &before.actor.identity.subject).await.unwrap();
    world.app.link_administration().relink(&chief, &source, &after.subject, to).await.unwrap();
    assert_eq!(who(&enter(&world, ALPHA, "alpha-sso", "after").await), to);
    let links = world.storage.links_of_person(to).await.unwrap();
    let rules: Vec<(Rule, bool)> = links.iter().map(|record| (record.link.rule, record.disabled)).collect();
    assert_eq!(rules, [(Rule::First, true), (Rule::Administrator, false)]);
}

#[tokio::test]
async fn an_address_changed_to_somebody_s_merges_nobody() {
    let world = World::new().await;
    world.alpha_sso.knows("one", admin("one", "one@alpha.example"));
    world.alpha_sso.knows("two", somebody("two", "Paul Petit", &[]));
    let (one, two) =
        (enter(&world, ALPHA, "alpha-sso", "one").await, enter(&world, ALPHA, "alpha-sso", "two").await);
    let mut renamed = somebody("two", "Paul Petit", &[]);
    renamed.mail = "one@alpha.example".parse().ok();
    world.alpha_sso.knows("two", renamed);
    let again = enter(&world, ALPHA, "alpha-sso", "two").await;
    assert_eq!(who(&again), who(&two));
    assert_ne!(who(&again), who(&one));
    assert_eq!(again.actor.identity.mail, one.actor.identity.mail, "an address belongs to nobody alone");
    assert!(again.actor.acting.roles.is_empty());
}

#[tokio::test]
async fn a_source_that_changed_hands_lets_nobody_in() {
    let world = World::new().await;
    world.alpha_sso.knows("one", admin("one", "one@alpha.example"));
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("alpha-sso", "one").await;
    // The same instance after a mistake in its file.
    let moved = Provider::new("alpha-sso");
    moved.knows("one", admin("one", "one@alpha.example"));
    let taken = source(moved, Some("beta"), Mapping::owned_by(tenant_id("beta")));
    let setup = Setup {
        sources: vec![taken],
        folder: Some(world.folder.clone()),
        clock: Some(world.clock.clone()),
        ..Setup::default()
    };
    let world = World::with(setup).await;
    // The simulated provider counts its attempts from nothing: the first number has been used, in the same database.
    world.browser(BETA).depart("alpha-sso", "/").await;
    refused(&world, BETA, "alpha-sso", "one", "sign-in-closed").await;
    let value = browser.cookies[SESSION].clone();
    assert!(world.session(&value, Some("alpha")).await.is_none(), "and what was open has ended");
    assert!(world.session(&value, Some("beta")).await.is_none());
}

fn proconnect(tenants: &mut [Tenant]) {
    for (tenant, siret) in tenants.iter_mut().zip(["21990001600011", "20990002600015"]) {
        tenant.sirets = siret.parse().into_iter().collect();
        tenant.idp_ids = vec![format!("idp-{}", tenant.id)];
    }
}

#[tokio::test]
async fn behind_proconnect_the_siret_and_the_provider_must_agree() {
    let agents = Provider::new("proconnect");
    let rule = Tenants::Proven { attribute: "siret".into(), provider: "idp_id".into() };
    let sources = vec![source(agents.clone(), None, Mapping::new(rule))];
    let world =
        World::with(Setup { sources, tenants: Some(|tenants| proconnect(tenants)), ..Setup::default() })
            .await;
    for (code, siret, idp) in [
        ("good", "21990001600011", "idp-alpha"),
        ("siret", "21990001600011", "idp-beta"),
        ("idp", "20990002600015", "idp-alpha"),
        ("siren", "219900016", "idp-alpha"),
        ("slug", "alpha", "idp-alpha"),
    ] {
        let mut claims = somebody(&format!("sub-{code}"), "Jeanne Dupont", &[]);
        claims.attributes.insert("siret".into(), vec![siret.into()]);
        claims.attributes.insert("idp_id".into(), vec![idp.into()]);
        agents.knows(code, claims);
    }
    assert_eq!(enter(&world, ALPHA, "proconnect", "good").await.actor.acting.tenant, tenant_id("alpha"));
    for (code, host) in
        [("siret", ALPHA), ("siret", OPERATOR), ("idp", BETA), ("siren", ALPHA), ("slug", ALPHA)]
    {
        refused(&world, host, "proconnect", code, "sign-in-no-right").await;
        let subject = Subject::new(ISSUER, &format!("sub-{code}")).unwrap();
        let link = world.storage.find_link(&source_id("proconnect"), &subject).await.unwrap();
        assert_eq!(link, None, "no account is made");
    }
    refused(&world, BETA, "proconnect", "good", "sign-in-no-right").await;
}

#[tokio::test]
async fn a_tenant_s_source_makes_no_operator_and_groups_are_exact() {
    let world = World::new().await;
    for (code, group) in [
        ("operator", "opsn"),
        ("upper", "ADMINISTRATEURS"),
        ("dotless", "admınistrateurs"),
        ("longer", "administrateurs2"),
        ("spaced", " administrateurs"),
    ] {
        let mut claims = somebody(code, "Jeanne Dupont", &[]);
        claims.groups = vec![group.into()];
        world.alpha_sso.knows(code, claims.clone());
        let here = enter(&world, ALPHA, "alpha-sso", code).await;
        assert!(here.actor.acting.roles.is_empty(), "{group:?}");
    }
    // Neither is one who was written into storage by a mistake.
    let here = enter(&world, ALPHA, "alpha-sso", "operator").await;
    let mut affiliation = here.actor.acting.clone();
    affiliation.roles.insert(Role::Operator);
    world.storage.replace_affiliations(here.actor.identity.link, &[affiliation]).await.unwrap();
    world.clock.advance(Duration::from_secs(31));
    let theirs = world.app.sessions.explain(&here).await.unwrap();
    assert!(!theirs[&tenant_id("alpha")].iter().any(|why| matches!(why.right, Right::Role(_))));
}

#[tokio::test]
async fn a_right_goes_with_its_group_and_says_where_it_comes_from() {
    let world = World::new().await;
    world.alpha_sso.knows("admin", admin("a1", "a@alpha.example"));
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("alpha-sso", "admin").await;
    let here = session(&world, &browser).await.unwrap();
    let why = world.app.sessions.explain(&here).await.unwrap().remove(&tenant_id("alpha")).unwrap();
    assert_eq!(why[0].cause, Cause::OwnSource);
    let role = why.iter().find(|why| why.right == Right::Role(Role::TenantAdministrator)).unwrap();
    assert_eq!(role.cause, Cause::Rule { place: 1, group: "administrateurs".into() });
    for locale in pleiade_core::Locale::ALL {
        let words = world.app.words(locale, chrono_tz::Europe::Paris);
        for one in &why {
            let sentence = linking::explanation_text(&world.app.sign_in, &words, one);
            assert!(sentence.contains("Compte alpha-sso") && !sentence.starts_with("why-"), "{sentence}");
        }
    }
    // The group goes, as a synchronisation would write it: no new sign-in is needed.
    let mut affiliation = here.actor.acting.clone();
    affiliation.groups.clear();
    affiliation.roles.clear();
    world.storage.replace_affiliations(here.actor.identity.link, &[affiliation]).await.unwrap();
    world.clock.advance(Duration::from_secs(31));
    let here = session(&world, &browser).await.unwrap();
    assert!(here.actor.acting.roles.is_empty() && here.actor.acting.kind == PersonKind::Agent);
}

#[tokio::test]
async fn a_role_may_ask_for_a_surer_sign_in() {
    let provider = Provider::new("surer");
    let mut mapping = Mapping::owned_by(tenant_id("alpha"));
    mapping.acr_levels = vec!["eidas1".into(), "eidas2".into()];
    mapping.roles = vec![RoleRule::group("administrateurs", Role::TenantAdministrator).at_least("eidas2")];
    let sources = vec![source(provider.clone(), Some("alpha"), mapping)];
    let world = World::with(Setup { sources, ..Setup::default() }).await;
    for (acr, given) in [(None, false), (Some("eidas1"), false), (Some("eidas2"), true)] {
        let mut claims = admin("a1", "a@alpha.example");
        claims.acr = acr.map(str::to_owned);
        provider.knows("a", claims);
        let here = enter(&world, ALPHA, "surer", "a").await;
        assert_eq!(here.actor.has(Role::TenantAdministrator), given, "{acr:?}");
    }
}

async fn join(browser: &mut Browser, source: &str, code: &str) -> Answer {
    let left = browser.post(&format!("/sign-in/{source}/join"), &[]).await;
    let state =
        left.location().split_once("state=").unwrap_or_else(|| panic!("{}", left.location())).1.to_owned();
    let code = code.replace(' ', "%20");
    browser.get(&format!("/sign-in/{source}/callback?code={code}&state={state}")).await
}

#[tokio::test]
async fn two_sign_ins_close_together_make_one_person() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    world.alpha_sso.knows("jeanne", somebody("other-key", "Jeanne Dupont", &[]));
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("sso", "jeanne").await;
    let me = who(&session(&world, &browser).await.unwrap());
    browser.get("/profile/ways").await.page().check_page("fr");
    assert_eq!(join(&mut browser, "alpha-sso", "jeanne").await.told(), "/profile/ways ways-joined");
    assert_eq!(who(&session(&world, &browser).await.unwrap()), me, "the session stays");
    assert_eq!(who(&enter(&world, ALPHA, "alpha-sso", "jeanne").await), me);
    assert!(logged(&world).await.contains(&(AuditEvent::Linked, Some("proof".into()))));
    // An identity that was somebody here before comes over, and leaves nothing behind.
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    world.alpha_sso.knows("jeanne", somebody("other-key", "Jeanne Dupont", &[]));
    let mut there = world.browser(ALPHA);
    there.sign_in_at("alpha-sso", "jeanne").await;
    let before = who(&session(&world, &there).await.unwrap());
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("sso", "jeanne").await;
    assert_eq!(join(&mut browser, "alpha-sso", "jeanne").await.told(), "/profile/ways ways-joined");
    assert!(session(&world, &there).await.is_none());
    assert!(world.storage.affiliations(before).await.unwrap().is_empty());
}

#[tokio::test]
async fn nobody_joins_what_they_have_not_proved() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    world.alpha_sso.knows("jeanne", somebody("other-key", "Jeanne Dupont", &[]));
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("sso", "jeanne").await;
    // Begun in time, ended too late.
    let left = browser.post("/sign-in/alpha-sso/join", &[]).await;
    let state = left.location().split_once("state=").unwrap().1.to_owned();
    let callback = format!("/sign-in/alpha-sso/callback?code=jeanne&state={state}");
    world.clock.advance(Duration::from_secs(599));
    let mut signed_out = browser.clone();
    signed_out.cookies.remove(SESSION);
    assert_eq!(signed_out.get(&callback).await.told(), "/sign-in?stay=1 sign-in-expired");
    let again = browser.post("/sign-in/alpha-sso/join", &[]).await;
    let state = again.location().split_once("state=").unwrap().1.to_owned();
    world.clock.advance(Duration::from_secs(2));
    let late = browser.get(&format!("/sign-in/alpha-sso/callback?code=jeanne&state={state}")).await;
    assert_eq!(late.told(), "/profile/proof?return=%2Fprofile%2Fways sign-in-proof-old");
    let begun_late = browser.post("/sign-in/alpha-sso/join", &[]).await;
    assert_eq!(begun_late.location(), "/profile/proof?return=%2Fprofile%2Fways");
    // Another session of the same browser, of somebody else.
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("sso", "jeanne").await;
    let left = browser.post("/sign-in/alpha-sso/join", &[]).await;
    let state = left.location().split_once("state=").unwrap().1.to_owned();
    let clerk = world.clerk_at(ALPHA).await;
    for (name, value) in &clerk.cookies {
        browser.set(name, value);
    }
    let swapped = browser.get(&format!("/sign-in/alpha-sso/callback?code=jeanne&state={state}")).await;
    assert_eq!(swapped.told(), "/sign-in?stay=1 sign-in-expired");
    // Sources of other sites, and those that let nobody in.
    for source in ["beta-sso", "alpha-rh", "inconnue"] {
        let answer = browser.post(&format!("/sign-in/{source}/join"), &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{source}");
    }
    let subject = Subject::new(ISSUER, "other-key").unwrap();
    assert_eq!(world.storage.find_link(&source_id("alpha-sso"), &subject).await.unwrap(), None);
}

#[tokio::test]
async fn whoever_joins_an_identity_proves_it_anew() {
    let world = World::new().await;
    world.sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    world.alpha_sso.knows("jeanne", somebody("other-key", "Jeanne Dupont", &[]));
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("sso", "jeanne").await;
    assert!(
        !world.sso.hinted.lock().unwrap().as_ref().unwrap().fresh,
        "an ordinary sign-in asks for no more"
    );

    let refused = join(&mut browser, "alpha-sso", "of an open session").await;
    assert!(world.alpha_sso.hinted.lock().unwrap().as_ref().unwrap().fresh);
    assert_eq!(refused.told(), "/profile/ways sign-in-not-fresh");
    let subject = Subject::new(ISSUER, "other-key").unwrap();
    assert_eq!(world.storage.find_link(&source_id("alpha-sso"), &subject).await.unwrap(), None);
    for lang in ["fr", "en"] {
        let mut browser = browser.clone();
        browser.set("pleiade-look", &format!("{lang}.auto"));
        let page = browser.get(refused.location()).await.page();
        page.check_page(lang);
        assert!(page.one("main").words().contains("auth_time"), "{lang}: it names what must be enabled");
    }

    // Somebody who was only signing in is told no more than for any refusal.
    let mut stranger = world.browser(ALPHA);
    let left = stranger.get("/sign-in/alpha-sso/start").await;
    let state = left.location().split_once("state=").unwrap().1.to_owned();
    let callback = format!("/sign-in/alpha-sso/callback?code=of%20an%20open%20session&state={state}");
    assert_eq!(stranger.get(&callback).await.told(), "/sign-in?stay=1 sign-in-refused");
}

#[tokio::test]
async fn an_administrator_closes_and_opens_links_of_their_own_collectivite() {
    let world = World::new().await;
    world.alpha_sso.knows("admin", admin("a1", "a@alpha.example"));
    world.alpha_sso.knows("agent", somebody("a2", "Paul Petit", &[]));
    world.beta_sso.knows("admin", admin("b1", "b@beta.example"));
    let alpha = enter(&world, ALPHA, "alpha-sso", "admin").await;
    let beta = enter(&world, BETA, "beta-sso", "admin").await;
    let mut browser = world.browser(ALPHA);
    browser.sign_in_at("alpha-sso", "agent").await;
    let (source, subject) = (source_id("alpha-sso"), Subject::new(ISSUER, "a2").unwrap());
    assert_eq!(
        world.app.link_administration().disable(&beta, &source, &subject).await,
        Err(LinkingError::NotFound)
    );
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
    world.app.link_administration().disable(&alpha, &source, &subject).await.unwrap();
    assert_eq!(browser.get("/").await.status, StatusCode::SEE_OTHER, "what was open has ended");
    refused(&world, ALPHA, "alpha-sso", "agent", "sign-in-closed").await;
    assert_eq!(
        world.app.link_administration().enable(&beta, &source, &subject).await,
        Err(LinkingError::NotFound)
    );
    world.app.link_administration().enable(&alpha, &source, &subject).await.unwrap();
    enter(&world, ALPHA, "alpha-sso", "agent").await;
    let log = logged(&world).await;
    for event in [AuditEvent::LinkDisabled, AuditEvent::LinkEnabled, AuditEvent::SignedIn] {
        assert!(log.iter().any(|(known, _)| *known == event), "{event:?}");
    }
    // The operator keeps a link.
    let mut operator = somebody("op", "Exploitation", &["alpha"]);
    operator.groups = vec!["opsn".into()];
    world.sso.knows("op", operator);
    let operator = enter(&world, ALPHA, "sso", "op").await;
    assert!(operator.actor.has(Role::Operator));
    let (sso, op) = (source_id("sso"), Subject::new(ISSUER, "op").unwrap());
    let last = world.app.link_administration().disable(&operator, &sso, &op).await;
    assert!(matches!(last, Err(LinkingError::Refused(_))));
}

fn alpha_domain(tenants: &mut [Tenant]) {
    tenants[0].mail_domains = vec!["alpha.example".parse().unwrap()];
}

#[tokio::test]
async fn a_declared_replacement_finds_people_by_a_checked_address_for_a_time() {
    let newer = Provider::new("newer");
    let mut replacing = source(newer.clone(), Some("alpha"), Mapping::owned_by(tenant_id("alpha")));
    replacing.replaces = Some(Replacement {
        source: source_id("alpha-sso"),
        until: pleiade_testkit::TestClock::sample_now() + chrono::TimeDelta::days(1),
        domains: vec!["alpha.example".parse().unwrap()],
    });
    let setup = Setup {
        sources: vec![replacing],
        tenants: Some(|tenants| alpha_domain(tenants)),
        ..Setup::default()
    };
    let world = World::with(setup).await;
    for name in ["one", "two", "three"] {
        world.alpha_sso.knows(name, admin(name, &format!("{name}@alpha.example")));
    }
    let (one, two, three) = (
        who(&enter(&world, ALPHA, "alpha-sso", "one").await),
        who(&enter(&world, ALPHA, "alpha-sso", "two").await),
        who(&enter(&world, ALPHA, "alpha-sso", "three").await),
    );
    let claims = |name: &str, verified: &str| {
        let mut claims = admin(&format!("new-{name}"), &format!("{name}@alpha.example"));
        claims.attributes.insert("email_verified".into(), vec![verified.into()]);
        claims
    };
    newer.knows("one", claims("one", "true"));
    newer.knows("two", claims("two", "false"));
    newer.knows("three", claims("three", "true"));
    assert_eq!(who(&enter(&world, ALPHA, "newer", "one").await), one);
    assert_ne!(who(&enter(&world, ALPHA, "newer", "two").await), two, "not checked");
    assert!(logged(&world).await.contains(&(AuditEvent::Linked, Some("mail".into()))));
    world.clock.advance(Duration::from_secs(24 * 3600));
    assert_ne!(who(&enter(&world, ALPHA, "newer", "three").await), three, "too late");
    assert_eq!(who(&enter(&world, ALPHA, "newer", "one").await), one, "what was linked stays");
}

/// The refusals of the log, oldest first: why, how many, and the digests of login and address.
async fn refusals(world: &World) -> Vec<(String, u32, String, String, Option<IdentityId>)> {
    let lines = world.storage.audit(&AuditQuery { limit: 200, ..AuditQuery::default() }).await.unwrap();
    assert!(!format!("{lines:?}").contains("nobody"), "the log holds no login");
    let refused = lines.into_iter().rev().filter(|line| line.line.event == AuditEvent::SignInRefused);
    refused
        .map(|line| {
            let fact = |name: &str| line.line.facts.get(name).cloned().unwrap_or_default();
            let count = fact("count").parse().unwrap_or(1);
            let person = line.line.person.map(|person| person.person);
            (fact("why"), count, fact("login"), fact("address"), person)
        })
        .collect()
}

async fn guess(world: &World, from: &str, login: &str) {
    guess_at(world, ALPHA, from, login).await;
}

async fn guess_at(world: &World, host: &str, from: &str, login: &str) {
    let mut browser = world.browser(host);
    browser.peer = from.parse().ok();
    browser.post("/sign-in/locale", &[("login", login), ("password", "wrong")]).await;
}

#[tokio::test]
async fn refusals_are_written_down_and_a_stranger_cannot_fill_the_log() {
    let world = World::new().await;
    for n in 0..90 {
        guess(&world, "203.0.113.9", &format!("nobody{n}")).await;
    }
    // Others are not drowned by it, and the person whom the login leads to is named.
    guess(&world, "198.51.100.7", "Nobody3").await;
    guess(&world, "198.51.100.8", "Clerk").await;
    guess(&world, "2001:db8::1", "nobody3").await;
    guess(&world, "2001:db8::2", "nobody3").await;
    let lines = refusals(&world).await;
    let told: Vec<(&str, u32)> = lines.iter().map(|line| (line.0.as_str(), line.1)).collect();
    let wrong = ("bad_credentials", 1);
    assert_eq!(told, [wrong, ("too_many", 1), wrong, wrong, wrong], "one line for an address and a reason");
    assert_eq!(lines[2].2, lines[4].2, "the same login, however it is written, has the same digest");
    assert_ne!(lines[0].2, lines[2].2);
    assert_eq!(lines[0].3, lines[1].3, "and so has the same address");
    assert!(lines[2].3 != lines[3].3 && lines[3].3 != lines[4].3);
    assert!(lines.iter().all(|line| line.2.len() == 16 && line.3.len() == 16), "{lines:?}");
    let people: Vec<_> = lines.iter().map(|line| line.4).collect();
    assert_eq!(people, [None, None, None, Some(world.clerk), None]);

    // What came after the first line of the minute is told with the next refusal, or by the task of the server.
    world.clock.advance(Duration::from_secs(60));
    guess(&world, "198.51.100.9", "nobody").await;
    let rest: Vec<_> = refusals(&world).await.split_off(lines.len());
    let counts: Vec<u32> = rest.iter().map(|line| line.1).collect();
    assert_eq!(counts.iter().sum::<u32>() + 5, 95, "each is told once: {rest:?}");
    assert_eq!(rest.len(), 4, "the first address for two reasons, the network, the last one: {rest:?}");
}

/// Anybody may type the logins of another collectivité at a source of several.
#[tokio::test]
async fn a_shared_source_tells_a_collectivite_of_its_own_people_alone() {
    let world = World::new().await;
    guess(&world, "198.51.100.8", "clerk").await;
    world.set_clerk_affiliations(&[Affiliation::new(tenant_id("beta"), PersonKind::Agent)]).await;
    guess(&world, "198.51.100.9", "clerk").await;
    guess_at(&world, BETA, "198.51.100.9", "clerk").await;
    let lines = refusals(&world).await;
    let people: Vec<_> = lines.iter().map(|line| line.4).collect();
    assert_eq!(people, [Some(world.clerk), None, Some(world.clerk)]);
    // Nor are the logs of two collectivités joined by what was typed, or where.
    assert_eq!(lines[0].2, lines[1].2);
    assert!(lines[1].2 != lines[2].2 && lines[1].3 != lines[2].3, "{lines:?}");
}

#[tokio::test]
async fn a_person_of_a_provider_who_is_refused_is_named() {
    let world = World::new().await;
    world.alpha_sso.knows("jeanne", somebody("jdupont", "Jeanne Dupont", &["alpha"]));
    let me = who(&enter(&world, ALPHA, "alpha-sso", "jeanne").await);
    let link = world.link("alpha-sso", &Subject::new(ISSUER, "jdupont").unwrap()).await;
    world.storage.disable_link(link, true).await.unwrap();
    let mut browser = world.browser(ALPHA);
    browser.peer = "203.0.113.9".parse().ok();
    browser.sign_in_at("alpha-sso", "jeanne").await;
    let lines = refusals(&world).await;
    let [(why, 1, login, address, person)] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!((login.as_str(), address.len(), *person), ("", 16, Some(me)), "{why}");
}
