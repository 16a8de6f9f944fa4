//! Accounts that people connect: by a login flow, by a pasted secret, what is kept, what is refused, and who revokes what.

use crate::support::{
    ALPHA, Answer, BETA, Browser, Fake, Outcome, SESSION, Setup, World, content, somebody, tenant_id,
};
use async_trait::async_trait;
use axum::http::StatusCode;
use futures_util::future::join_all;
use pleiade_core::{
    AccountLinking, ConnectorError, ConnectorId, Credential, CredentialKind, CredentialRequest, ErrorKind,
    ExposeSecret as _, LinkedAccount, LinkingMethod, LinkingPage, SecretString,
};
use pleiade_federation::vault::LinkedAccountKey;
use pleiade_server::{audit::AuditEvent, storage::AuditQuery};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::Semaphore;

const PAGE: &str = "/profile/accesses";

/// An application that hands secrets over, and does what the test tells it.
#[derive(Debug)]
pub(crate) struct Linking {
    ways: [LinkingMethod; 2],
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Flows by token, with what was granted.
    flows: BTreeMap<String, Option<String>>,
    /// Secrets that open, and whose.
    good: BTreeMap<String, String>,
    revoked: BTreeSet<String>,
    checked: usize,
    fails: Option<ErrorKind>,
    pause: Option<Pause>,
}

/// Holds the next call of an application until the test lets it go on.
#[derive(Debug, Clone)]
struct Pause {
    /// A permit for each call that has come.
    reached: Arc<Semaphore>,
    /// A permit for each call that may go on.
    go_on: Arc<Semaphore>,
}

impl Pause {
    async fn hold(&self) {
        self.reached.add_permits(1);
        self.go_on.acquire().await.unwrap().forget();
    }

    async fn reached(&self) {
        self.reached.acquire().await.unwrap().forget();
    }
}

impl Default for Linking {
    fn default() -> Self {
        let page = "https://nuage.apps.example/security".parse().ok();
        Self {
            ways: [LinkingMethod::LoginFlow, LinkingMethod::Pasted { login: false, page }],
            state: Mutex::default(),
        }
    }
}

impl Linking {
    fn fails(&self, kind: impl Into<Option<ErrorKind>>) {
        self.state.lock().unwrap().fails = kind.into();
    }

    /// The person allows the portal, in the newest flow.
    pub(crate) fn allow(&self, login: &str) {
        let mut state = self.state.lock().unwrap();
        *state.flows.values_mut().next_back().unwrap() = Some(login.to_owned());
    }

    pub(crate) fn opens(&self, secret: &str, login: &str) {
        self.state.lock().unwrap().good.insert(secret.to_owned(), login.to_owned());
    }

    fn revoked(&self) -> Vec<String> {
        self.state.lock().unwrap().revoked.iter().cloned().collect()
    }

    fn pauses(&self) -> Pause {
        let closed = || Arc::new(Semaphore::new(0));
        let pause = Pause { reached: closed(), go_on: closed() };
        self.state.lock().unwrap().pause.insert(pause).clone()
    }

    async fn wait(&self) {
        let pause = self.state.lock().unwrap().pause.take();
        if let Some(pause) = pause {
            pause.hold().await;
        }
    }

    fn answer(&self) -> Result<std::sync::MutexGuard<'_, State>, ConnectorError> {
        let state = self.state.lock().unwrap();
        match state.fails {
            Some(kind) => Err(ConnectorError::new(kind, "answer")),
            None => Ok(state),
        }
    }
}

#[async_trait]
impl AccountLinking for Linking {
    fn methods(&self) -> &[LinkingMethod] {
        &self.ways
    }

    async fn start(&self, device: &str) -> Result<LinkingPage, ConnectorError> {
        assert_eq!(device, "Pleiade");
        let mut state = self.answer()?;
        let token = format!("sentinel-poll-{}", state.flows.len());
        state.flows.insert(token.clone(), None);
        let page = format!("https://nuage.apps.example/flow/{}", state.flows.len()).parse().unwrap();
        Ok(LinkingPage::new(page, token.into()))
    }

    async fn poll(&self, token: &SecretString) -> Result<Option<LinkedAccount>, ConnectorError> {
        let mut state = self.answer()?;
        let token = token.expose_secret();
        let Some(login) = state.flows.get(token).cloned().flatten() else { return Ok(None) };
        state.flows.remove(token);
        let secret = format!("sentinel-granted-{}", state.good.len());
        state.good.insert(secret.clone(), login.clone());
        Ok(Some(LinkedAccount::new(login, secret.into())))
    }

    async fn check(&self, account: &LinkedAccount) -> Result<LinkedAccount, ConnectorError> {
        self.wait().await;
        // It takes its time, in which others are asked.
        tokio::task::yield_now().await;
        let mut state = self.answer()?;
        state.checked += 1;
        match state.good.get(account.secret.expose_secret()) {
            Some(login) => Ok(LinkedAccount::new(login, account.secret.clone())),
            None => Err(ConnectorError::new(ErrorKind::Unauthenticated, "check")),
        }
    }

    async fn revoke(&self, account: &LinkedAccount) -> Result<(), ConnectorError> {
        self.wait().await;
        let mut state = self.answer()?;
        let secret = account.secret.expose_secret();
        match state.good.remove(secret) {
            Some(_) => {
                state.revoked.insert(secret.to_owned());
                Ok(())
            }
            None => Err(ConnectorError::new(ErrorKind::Unauthenticated, "revoke")),
        }
    }
}

struct Cloud {
    world: World,
    fake: Arc<Fake>,
}

impl Cloud {
    async fn new() -> Self {
        let fake = Fake::new("nuage", Outcome::Gives(content(1, &[])));
        let mail = Fake::new("courriel", Outcome::Gives(content(1, &[])));
        let setup = Setup { alpha: vec![fake.clone(), mail], beta: vec![fake.clone()], ..Setup::default() };
        Self { world: World::with(setup).await, fake }
    }

    fn linking(&self) -> &Linking {
        self.fake.linking.as_ref().unwrap()
    }

    fn key(&self, tenant: &str) -> LinkedAccountKey {
        LinkedAccountKey::new(tenant_id(tenant), self.world.clerk_link, ConnectorId::new("nuage").unwrap())
    }

    async fn kept(&self, tenant: &str) -> Option<(String, String)> {
        let access = self.world.app.vault().open(&self.key(tenant)).await.unwrap()?;
        Some((access.account.login, access.account.secret.expose_secret().to_owned()))
    }

    /// The secret that the application would be opened with.
    async fn credential(&self, browser: &Browser, renew: bool) -> Result<String, ErrorKind> {
        let site = if browser.host == ALPHA { "alpha" } else { "beta" };
        let session = self.world.session(&browser.cookies[SESSION], Some(site)).await.unwrap();
        let connector = ConnectorId::new("nuage").unwrap();
        let request = CredentialRequest::new(&session.actor, &connector, &[CredentialKind::LinkedAccount]);
        let request = if renew { request.renewed() } else { request };
        let given = self.world.app.credentials_of(&session).credential(request).await;
        self.world.quiet().await;
        match given {
            Ok(Credential::LinkedAccount { secret, .. }) => Ok(secret.expose_secret().to_owned()),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.kind()),
        }
    }

    async fn events(&self, event: AuditEvent) -> usize {
        let query = AuditQuery { person: Some(self.world.clerk), limit: 100, ..AuditQuery::default() };
        let lines = self.world.storage.audit(&query).await.unwrap();
        lines.iter().filter(|line| line.line.event == event).count()
    }

    async fn paste(&self, browser: &mut Browser, secret: &str) -> Answer {
        browser.post(&form("paste"), &[("secret", secret)]).await
    }
}

fn form(what: &str) -> String {
    format!("{PAGE}/nuage/{what}")
}

fn outcome(answer: &Answer) -> &str {
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    answer.outcome.as_deref().unwrap().strip_prefix("accesses-outcome-").unwrap()
}

#[tokio::test]
async fn an_account_is_connected_by_allowing_the_portal_in_the_application() {
    let cloud = Cloud::new().await;
    let mut clerk = cloud.world.clerk_at(ALPHA).await;
    assert_eq!(cloud.credential(&clerk, false).await, Err(ErrorKind::NotLinked));
    let page = clerk.get(PAGE).await;
    page.page();
    assert!(page.body.contains(&form("start")) && page.body.contains(&form("paste")));
    assert!(!page.body.contains(&form("revoke")), "nothing to revoke yet");

    assert_eq!(outcome(&clerk.post(&form("finish"), &[]).await), "expired", "nothing was begun");
    clerk.post(&form("revoke"), &[("confirmed", "yes")]).await;
    assert_eq!(cloud.events(AuditEvent::LinkedAccountRevoked).await, 0, "nothing was there");
    let started = clerk.post(&form("start"), &[]).await;
    assert_eq!(outcome(&started), "started");
    let page = clerk.get(started.location().split('#').next().unwrap()).await;
    page.page();
    assert!(page.body.contains("https://nuage.apps.example/flow/1") && page.body.contains("role=\"status\""));
    assert!(!page.body.contains("sentinel"), "the token stays here");
    assert_eq!(outcome(&clerk.post(&form("finish"), &[]).await), "waiting");

    cloud.linking().allow("obrien");
    assert_eq!(outcome(&clerk.post(&form("finish"), &[]).await), "connected");
    assert_eq!(cloud.kept("alpha").await, Some(("obrien".into(), "sentinel-granted-0".into())));
    assert_eq!(cloud.credential(&clerk, false).await.as_deref(), Ok("sentinel-granted-0"));
    assert_eq!(cloud.events(AuditEvent::LinkedAccountConnected).await, 1);
    let page = clerk.get(PAGE).await;
    page.page();
    assert!(page.body.contains("obrien") && page.body.contains(&form("revoke")));
    assert!(!page.body.contains(&form("start")) && !page.body.contains("sentinel"));
    assert_eq!(outcome(&clerk.post(&form("finish"), &[]).await), "expired", "given once");

    // For the collectivité where it was connected, and no other.
    let beta = cloud.world.clerk_at(BETA).await;
    assert_eq!(cloud.credential(&beta, false).await, Err(ErrorKind::NotLinked));
    assert_eq!(cloud.kept("beta").await, None);
}

#[tokio::test]
async fn a_login_flow_belongs_to_the_session_it_was_begun_in_for_twenty_minutes() {
    let cloud = Cloud::new().await;
    let mut clerk = cloud.world.clerk_at(ALPHA).await;
    clerk.post(&form("start"), &[]).await;
    cloud.linking().allow("obrien");
    let mut elsewhere = cloud.world.clerk_at(ALPHA).await;
    assert!(!elsewhere.get(PAGE).await.body.contains("nuage.apps.example/flow"));
    assert_eq!(outcome(&elsewhere.post(&form("finish"), &[]).await), "expired");
    cloud.world.clock.advance(Duration::from_secs(20 * 60));
    assert_eq!(outcome(&clerk.post(&form("finish"), &[]).await), "expired");
    assert_eq!(cloud.kept("alpha").await, None);
    // A new one replaces it.
    clerk.post(&form("start"), &[]).await;
    cloud.linking().allow("obrien");
    assert_eq!(outcome(&clerk.post(&form("finish"), &[]).await), "connected");
}

#[tokio::test]
async fn a_pasted_secret_is_tried_before_it_is_kept() {
    let cloud = Cloud::new().await;
    let mut clerk = cloud.world.clerk_at(ALPHA).await;
    for nothing in ["", "   ", "a\u{7}b", &"x".repeat(2049)] {
        assert_eq!(outcome(&cloud.paste(&mut clerk, nothing).await), "refused");
    }
    assert_eq!(cloud.linking().state.lock().unwrap().checked, 0, "nobody was asked");
    let wrong = cloud.paste(&mut clerk, "sentinel-wrong").await;
    assert_eq!(outcome(&wrong), "refused");
    let page = clerk.get(wrong.location().split('#').next().unwrap()).await;
    page.page();
    assert!(page.body.contains("role=\"alert\"") && !page.body.contains("sentinel"));
    cloud.linking().opens("sentinel-token", "sobrien");
    cloud.linking().fails(ErrorKind::Unreachable);
    assert_eq!(outcome(&cloud.paste(&mut clerk, "sentinel-token").await), "no-answer");
    assert_eq!(
        (cloud.kept("alpha").await, cloud.events(AuditEvent::LinkedAccountConnected).await),
        (None, 0)
    );
    cloud.linking().fails(None);
    assert_eq!(outcome(&cloud.paste(&mut clerk, " sentinel-token\n").await), "connected");
    assert_eq!(cloud.kept("alpha").await, Some(("sobrien".into(), "sentinel-token".into())));
    // Another one takes its place, and the first is worth nothing any more.
    cloud.linking().opens("sentinel-second", "sobrien");
    assert_eq!(outcome(&cloud.paste(&mut clerk, "sentinel-second").await), "connected");
    cloud.world.quiet().await;
    assert_eq!(cloud.linking().revoked(), ["sentinel-token"]);
}

#[tokio::test]
async fn secrets_of_others_are_not_tried_through_the_portal() {
    let cloud = Cloud::new().await;
    let mut clerk = cloud.world.clerk_at(ALPHA).await;
    cloud.linking().opens("sentinel-right", "somebody");
    for n in 0..4 {
        assert_eq!(outcome(&cloud.paste(&mut clerk, &format!("guess-{n}")).await), "refused");
    }
    assert_eq!(outcome(&cloud.paste(&mut clerk, "sentinel-right").await), "connected");
    // What is right forgives nothing.
    assert_eq!(outcome(&cloud.paste(&mut clerk, "guess-4").await), "refused");
    let mut again = cloud.world.clerk_at(ALPHA).await;
    assert_eq!(outcome(&cloud.paste(&mut again, "sentinel-right").await), "too-many");
    assert_eq!(cloud.linking().state.lock().unwrap().checked, 6);
    cloud.world.clock.advance(Duration::from_secs(900));
    assert_eq!(outcome(&cloud.paste(&mut again, "sentinel-right").await), "connected");
}

#[tokio::test]
async fn guesses_at_the_same_moment_are_no_more_than_one_after_the_other() {
    let cloud = Cloud::new().await;
    let clerk = cloud.world.clerk_at(ALPHA).await;
    let guess = async |n: usize| cloud.paste(&mut clerk.clone(), &format!("guess-{n}")).await;
    let answers = join_all((0..45).map(guess)).await;
    let told = |wanted: &str| answers.iter().filter(|answer| outcome(answer) == wanted).count();
    assert_eq!((told("refused"), told("too-many")), (5, 40));
    assert_eq!(cloud.linking().state.lock().unwrap().checked, 5);
}

#[tokio::test]
async fn a_person_revokes_here_and_in_the_application() {
    let cloud = Cloud::new().await;
    let mut clerk = cloud.world.clerk_at(ALPHA).await;
    cloud.linking().opens("sentinel-one", "obrien");
    cloud.paste(&mut clerk, "sentinel-one").await;
    cloud.world.read_cards(&clerk).await;
    assert_eq!(outcome(&clerk.confirm(&form("revoke"), &[]).await), "revoked");
    assert_eq!(
        (cloud.kept("alpha").await, cloud.linking().revoked()),
        (None, vec!["sentinel-one".to_owned()])
    );
    assert_eq!(cloud.events(AuditEvent::LinkedAccountRevoked).await, 1);
    assert_eq!(cloud.credential(&clerk, false).await, Err(ErrorKind::NotLinked));

    // An application that does not answer does not keep the portal from forgetting, and the person is told.
    cloud.linking().opens("sentinel-two", "obrien");
    cloud.paste(&mut clerk, "sentinel-two").await;
    cloud.linking().fails(ErrorKind::Timeout);
    assert_eq!(outcome(&clerk.confirm(&form("revoke"), &[]).await), "revoked-here");
    assert_eq!(cloud.kept("alpha").await, None);
    // Revoked there beforehand: nothing is left to do.
    cloud.linking().fails(None);
    cloud.linking().opens("sentinel-three", "obrien");
    cloud.paste(&mut clerk, "sentinel-three").await;
    cloud.linking().state.lock().unwrap().good.clear();
    assert_eq!(outcome(&clerk.confirm(&form("revoke"), &[]).await), "revoked");
}

#[tokio::test]
async fn an_administrator_revokes_in_their_own_collectivite_only() {
    let cloud = Cloud::new().await;
    for (host, secret) in [(ALPHA, "sentinel-alpha"), (BETA, "sentinel-beta")] {
        let mut clerk = cloud.world.clerk_at(host).await;
        cloud.linking().opens(secret, "obrien");
        assert_eq!(outcome(&cloud.paste(&mut clerk, secret).await), "connected");
    }
    let (clerk, link) = (cloud.world.clerk, cloud.world.clerk_link);
    let path = format!("/console/people/{clerk}/accesses/{link}/nuage/revoke");
    let mut clerk = cloud.world.clerk_at(ALPHA).await;
    assert_eq!(clerk.post(&path, &[]).await.status, StatusCode::FORBIDDEN);
    let mut administrator = cloud.world.administrator_at_alpha().await;
    assert_eq!(
        administrator.confirm(&path, &[]).await.told(),
        format!("/console/people/{} console-told-access", cloud.world.clerk)
    );
    assert_eq!(cloud.kept("alpha").await, None);
    assert!(cloud.kept("beta").await.is_some(), "what belongs to another collectivité stays");
    assert_eq!(cloud.events(AuditEvent::LinkedAccountRevoked).await, 1);
    // Somebody who is not of the collectivité does not exist there.
    cloud.world.sso.knows("lfevre", somebody("lfevre", "Loïc Fèvre", &["beta"]));
    let mut stranger = cloud.world.browser(BETA);
    stranger.sign_in_at("sso", "lfevre").await;
    let session = cloud.world.session(&stranger.cookies[SESSION], Some("beta")).await.unwrap();
    let path = format!("/console/people/{}/accesses/nuage/revoke", session.actor.identity.id);
    assert_eq!(administrator.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_refused_access_is_said_rests_and_is_tried_again() {
    let cloud = Cloud::new().await;
    let mut clerk = cloud.world.clerk_at(ALPHA).await;
    cloud.linking().opens("sentinel-one", "obrien");
    cloud.paste(&mut clerk, "sentinel-one").await;
    assert_eq!(cloud.credential(&clerk, true).await, Err(ErrorKind::Unauthenticated));
    assert!(cloud.credential(&clerk, false).await.is_ok(), "a late complaint of the one before");
    cloud.world.clock.advance(Duration::from_secs(60));
    assert_eq!(cloud.credential(&clerk, true).await, Err(ErrorKind::Unauthenticated));
    assert_eq!(cloud.credential(&clerk, false).await, Err(ErrorKind::Unauthenticated), "it rests");
    let page = clerk.get(PAGE).await;
    page.page();
    assert!(page.body.contains("reliez votre compte de nouveau") && page.body.contains(&form("start")));
    let mut later = cloud.world.clerk_at(ALPHA).await;
    cloud.world.clock.advance(Duration::from_secs(3500));
    assert!(cloud.credential(&later, false).await.is_err());
    cloud.world.clock.advance(Duration::from_secs(101));
    later = cloud.world.clerk_at(ALPHA).await;
    assert_eq!(cloud.credential(&later, false).await.as_deref(), Ok("sentinel-one"));
    assert!(!later.get(PAGE).await.body.contains("reliez votre compte de nouveau"));
}

#[tokio::test]
async fn the_last_use_is_noted_once_a_minute() {
    let cloud = Cloud::new().await;
    let mut clerk = cloud.world.clerk_at(ALPHA).await;
    cloud.linking().opens("sentinel-one", "obrien");
    cloud.paste(&mut clerk, "sentinel-one").await;
    let used =
        async || cloud.world.storage.linked_account(&cloud.key("alpha")).await.unwrap().unwrap().last_used_at;
    assert_eq!(used().await, None);
    cloud.credential(&clerk, false).await.unwrap();
    let first = used().await.unwrap();
    cloud.world.clock.advance(Duration::from_secs(59));
    cloud.credential(&clerk, false).await.unwrap();
    assert_eq!(used().await, Some(first));
    cloud.world.clock.advance(Duration::from_secs(1));
    cloud.credential(&clerk, false).await.unwrap();
    assert_eq!(used().await, Some(first + Duration::from_secs(60)));
}

#[tokio::test]
async fn what_is_not_connected_by_people_cannot_be() {
    let cloud = Cloud::new().await;
    let mut clerk = cloud.world.clerk_at(ALPHA).await;
    for id in ["courriel", "inconnu"] {
        for what in ["start", "finish", "paste"] {
            let answer = clerk.post(&format!("{PAGE}/{id}/{what}"), &[("secret", "x")]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id} {what}");
        }
    }
    assert_eq!(clerk.post(&format!("{PAGE}/inconnu/revoke"), &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_card_that_waits_for_an_account_leads_to_it() {
    let cloud = Cloud::new().await;
    cloud.fake.card.will(Outcome::Fails(ErrorKind::NotLinked));
    let mut clerk = cloud.world.clerk_at(ALPHA).await;
    cloud.world.read_cards(&clerk).await;
    let page = clerk.get("/").await;
    page.page();
    assert!(page.body.contains("href=\"/profile/accesses\""), "{}", page.body);
}

/// Attack: a sign-in page stood before the application for some minutes. The administrator mends it and has it tried again, "secrets that
/// were refused are sent again".
#[tokio::test]
async fn an_administrator_who_has_an_application_tried_again_lifts_the_rest_of_its_accounts() {
    let fake = Fake::new("nuage", Outcome::Gives(content(1, &[])));
    let setup = Setup { alpha: vec![fake.clone()], ..Setup::default() };
    let cloud = Cloud { world: World::with(setup).await, fake };
    let mut clerk = cloud.world.clerk_at(ALPHA).await;
    cloud.linking().opens("sentinel-right", "clerk");
    assert_eq!(outcome(&cloud.paste(&mut clerk, "sentinel-right").await), "connected");
    cloud.world.clock.advance(std::time::Duration::from_secs(60));
    // What the kit asks after any answer that is "unauthenticated".
    cloud.credential(&clerk, true).await.unwrap_err();
    assert_eq!(cloud.credential(&clerk, false).await, Err(ErrorKind::Unauthenticated), "it rests");
    let mut ada = cloud.world.administrator_at_alpha().await;
    let tried = ada.post("/console/applications/nuage/retry", &[]).await;
    assert_eq!(tried.told(), "/console/applications console-application-retried");
    assert_eq!(cloud.credential(&clerk, false).await, Ok("sentinel-right".to_owned()));
}

#[tokio::test]
async fn a_browser_that_leaves_cuts_no_form_short() {
    let cloud = Cloud::new().await;
    let mut clerk = cloud.world.clerk_at(ALPHA).await;
    cloud.linking().opens("sentinel-one", "obrien");
    assert_eq!(outcome(&cloud.paste(&mut clerk, "sentinel-one").await), "connected");
    let pause = cloud.linking().pauses();
    let path = form("revoke");
    tokio::select! {
        answer = clerk.post(&path, &[("confirmed", "yes")]) => panic!("{answer:?}"),
        () = pause.reached() => {} // The browser leaves.
    }
    pause.go_on.add_permits(1);
    cloud.world.quiet().await;
    assert_eq!(cloud.linking().revoked(), ["sentinel-one"]);
    assert_eq!((cloud.kept("alpha").await, cloud.events(AuditEvent::LinkedAccountRevoked).await), (None, 1));
}

#[tokio::test]
async fn who_is_shut_out_meanwhile_connects_nothing() {
    for how in ["link", "sessions", "collectivite"] {
        let cloud = Cloud::new().await;
        let mut clerk = cloud.world.clerk_at(ALPHA).await;
        cloud.linking().opens("sentinel-one", "obrien");
        let pause = cloud.linking().pauses();
        let (app, storage, link) = (&cloud.world.app, &cloud.world.storage, cloud.world.clerk_link);
        let shut_out = async {
            pause.reached().await;
            match how {
                "link" => drop(storage.disable_link(link, true).await.unwrap()),
                // As a reset of the password does.
                "sessions" => drop(app.departures().close(link).await.unwrap()),
                _ => {
                    storage.replace_affiliations(link, &[]).await.unwrap();
                    app.departures().close_in(link, &[tenant_id("alpha")].into()).await.unwrap();
                }
            }
            pause.go_on.add_permits(1);
        };
        let (pasted, ()) = tokio::join!(cloud.paste(&mut clerk, "sentinel-one"), shut_out);
        assert_eq!(pasted.status, StatusCode::UNAUTHORIZED, "{how}");
        let kept = storage.linked_accounts_by_link(link, None).await.unwrap();
        assert_eq!((kept.len(), cloud.events(AuditEvent::LinkedAccountConnected).await), (0, 0), "{how}");
    }
}
