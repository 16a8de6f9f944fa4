//! One key, one opening at a time, one renewal, and a refused secret that is left alone.

use async_trait::async_trait;
use futures_util::future::join_all;
use pleiade_connectors::kit::sessions::{AccountOpener, AccountSessions, OpenedSession, REFUSAL_COOLDOWN};
use pleiade_core::{
    CallContext, ConnectorError, ConnectorId, Credential, CredentialKind, ErrorKind, ExposeSecret as _,
    IdentityId, LinkId, Retry, TenantId,
};
use pleiade_testkit::{FixedCredentials, TestClock, people};
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

/// An application that says how often it was opened, with what, and what it makes of sessions.
#[derive(Debug, Default)]
pub(crate) struct Application {
    openings: AtomicUsize,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
    pub(crate) secrets: Mutex<Vec<String>>,
    refused: Mutex<BTreeSet<String>>,
    /// Whether sessions are given for a credential, or are the credential.
    gives_sessions: AtomicBool,
    is_down: AtomicBool,
}

/// Opens it.
#[derive(Debug)]
pub(crate) struct Opener(pub(crate) Arc<Application>);

fn secret(credential: &Credential) -> String {
    match credential {
        Credential::LinkedAccount { secret, .. } => secret.expose_secret().to_owned(),
        Credential::PersonToken { token, .. } => token.expose_secret().to_owned(),
        Credential::ActingLogin { login } => login.clone(),
        other => other.kind().as_str().to_owned(),
    }
}

pub(crate) fn refusal() -> ConnectorError {
    ConnectorError::new(ErrorKind::Unauthenticated, "open").with_hint("wrong").with_refused_credential()
}

#[async_trait]
impl AccountOpener for Opener {
    type Session = (String, usize);
    type Memory = Mutex<Vec<String>>;

    async fn open(
        &self,
        _: &CallContext,
        credential: &Credential,
        _: &Self::Memory,
    ) -> Result<OpenedSession<Self::Session>, ConnectorError> {
        let application = &self.0;
        let number = application.openings.fetch_add(1, Ordering::SeqCst) + 1;
        let at_once = application.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        application.most_at_once.fetch_max(at_once, Ordering::SeqCst);
        tokio::task::yield_now().await;
        application.at_once.fetch_sub(1, Ordering::SeqCst);
        let secret = secret(credential);
        application.secrets.lock().unwrap().push(secret.clone());
        if application.is_down.load(Ordering::SeqCst) {
            return Err(ConnectorError::new(ErrorKind::Unreachable, "open"));
        }
        if application.refused.lock().unwrap().contains(&secret) {
            return Err(refusal());
        }
        let session = (secret, number);
        Ok(match application.gives_sessions.load(Ordering::SeqCst) {
            true => OpenedSession::issued(session, Duration::from_secs(600)),
            false => OpenedSession::from_credential(session, Duration::from_secs(60)),
        })
    }
}

pub(crate) struct Town {
    pub(crate) application: Arc<Application>,
    pub(crate) sessions: AccountSessions<Opener>,
    pub(crate) clock: Arc<TestClock>,
}

const ALL: [CredentialKind; 4] = [
    CredentialKind::LinkedAccount,
    CredentialKind::PersonToken,
    CredentialKind::ActingLogin,
    CredentialKind::Technical,
];

impl Town {
    pub(crate) fn new() -> Self {
        let application = Arc::new(Application::default());
        let connector = ConnectorId::from_static("application");
        let sessions = AccountSessions::new(connector, &ALL, Opener(Arc::clone(&application)));
        Self { application, sessions, clock: Arc::new(TestClock::default()) }
    }

    pub(crate) fn cx(&self, credentials: &FixedCredentials) -> CallContext {
        people::CAMILLE.context_with(Arc::new(credentials.clone()), self.clock.clone())
    }

    pub(crate) async fn call(&self, cx: &CallContext) -> Result<(String, usize), ConnectorError> {
        self.sessions.call(cx, |account| async move { Ok(account.session) }).await
    }

    pub(crate) fn openings(&self) -> usize {
        self.application.openings.load(Ordering::SeqCst)
    }

    pub(crate) fn refuse(&self, secret: &str) {
        self.application.refused.lock().unwrap().insert(secret.to_owned());
    }
}

pub(crate) fn linked(login: &str, secret: &str) -> Credential {
    Credential::LinkedAccount { login: login.to_owned(), secret: secret.into() }
}

pub(crate) fn token(number: u32) -> Credential {
    Credential::PersonToken { token: format!("token-{number}").into(), expires_at: None }
}

#[tokio::test(start_paused = true)]
async fn cards_that_load_together_share_one_opening() {
    let town = Town::new();
    let cx = town.cx(&FixedCredentials::always(linked("camille", "secret")));
    let all = join_all((0..8).map(|_| town.call(&cx))).await;
    assert!(all.iter().all(|session| session.as_ref().unwrap() == &("secret".to_owned(), 1)));
    // What proves a credential is asked again once it is old; a session that was given lives longer.
    tokio::time::advance(Duration::from_secs(61)).await;
    assert_eq!(town.call(&cx).await.unwrap().1, 2);
    town.application.gives_sessions.store(true, Ordering::SeqCst);
    tokio::time::advance(Duration::from_secs(61)).await;
    assert_eq!(town.call(&cx).await.unwrap().1, 3);
    tokio::time::advance(Duration::from_secs(500)).await;
    assert_eq!(town.call(&cx).await.unwrap().1, 3);
}

/// What is read for two collectivités is one thing when it is one account's; each has a technical account of its own.
#[tokio::test(start_paused = true)]
async fn a_technical_account_is_told_from_that_of_another_collectivite() {
    let town = Town::new();
    let technical = Credential::Technical { key: Some("camille".to_owned()) };
    for (credential, is_one) in [(linked("camille", "secret"), true), (technical, false)] {
        let here = town.cx(&FixedCredentials::always(credential));
        let mut there = here.clone();
        there.tenant = people::tenant_named("val-d-ombre").into();
        let tag = |cx| town.sessions.call(cx, |account| async move { Ok(account.tag) });
        assert_eq!(tag(&here).await.unwrap(), tag(&here).await.unwrap());
        assert_eq!(tag(&here).await.unwrap() == tag(&there).await.unwrap(), is_one);
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_opening_is_shared_and_nobody_else_s() {
    let town = Town::new();
    town.application.is_down.store(true, Ordering::SeqCst);
    let cx = town.cx(&FixedCredentials::always(linked("camille", "secret")));
    for error in join_all((0..8).map(|_| town.call(&cx))).await {
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Unreachable);
    }
    assert_eq!(town.openings(), 1);
    town.application.is_down.store(false, Ordering::SeqCst);
    town.call(&cx).await.unwrap();
    assert_eq!(town.openings(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refused_secret_is_sent_once_in_an_hour_by_all_cards() {
    let town = Town::new();
    town.refuse("revoked");
    let cx = town.cx(&FixedCredentials::always(linked("camille", "revoked")));
    for _ in 0..3 {
        for error in join_all((0..8).map(|_| town.call(&cx))).await {
            let error = error.unwrap_err();
            assert_eq!((error.kind(), error.hint()), (ErrorKind::Unauthenticated, Some("wrong")));
        }
    }
    assert_eq!(town.openings(), 1);
    let left = town.call(&cx).await.unwrap_err();
    assert_eq!(left.retry(), Retry::After(REFUSAL_COOLDOWN));
    tokio::time::advance(REFUSAL_COOLDOWN).await;
    town.call(&cx).await.unwrap_err();
    assert_eq!(town.openings(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_new_secret_is_tried_at_once_and_a_success_or_an_administrator_lifts_the_mark() {
    let town = Town::new();
    town.refuse("old");
    let old = town.cx(&FixedCredentials::always(linked("camille", "old")));
    town.call(&old).await.unwrap_err();
    let new = town.cx(&FixedCredentials::always(linked("camille", "new")));
    town.call(&new).await.unwrap();
    // The same secret works again: the directory was down, or the person connected it anew.
    town.application.refused.lock().unwrap().clear();
    town.call(&old).await.unwrap_err();
    town.sessions.clear_refusal("camille", &pleiade_core::SecretString::from("old"));
    town.call(&old).await.unwrap();
    town.refuse("old");
    tokio::time::advance(Duration::from_secs(61)).await;
    town.call(&old).await.unwrap_err();
    town.application.refused.lock().unwrap().clear();
    town.sessions.retry();
    town.call(&old).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn tokens_are_renewed_once_and_never_marked() {
    let town = Town::new();
    town.refuse("token-0");
    let credentials = FixedCredentials::from_fn(|_, renewals| Some(token(renewals)));
    let cx = town.cx(&credentials);
    assert_eq!(town.call(&cx).await.unwrap().0, "token-1");
    assert_eq!(credentials.renewed(), 1);
    let town = Town::new();
    (0..10).for_each(|number| town.refuse(&format!("token-{number}")));
    let credentials = FixedCredentials::from_fn(|_, renewals| Some(token(renewals)));
    let cx = town.cx(&credentials);
    for readings in 1..=3 {
        assert_eq!(town.call(&cx).await.unwrap_err().kind(), ErrorKind::Unauthenticated);
        assert_eq!(credentials.renewed(), readings, "once for each reading");
    }
    assert_eq!(town.openings(), 6);
}

/// The application forgets a session, or refuses the credential, in the middle of a call.
#[tokio::test(start_paused = true)]
async fn a_refusal_in_a_call_is_answered_once() {
    for gives_sessions in [true, false] {
        let town = Town::new();
        town.application.gives_sessions.store(gives_sessions, Ordering::SeqCst);
        let credentials =
            FixedCredentials::from_fn(|_, renewals| Some(linked("camille", &format!("s{renewals}"))));
        let cx = town.cx(&credentials);
        let calls = AtomicUsize::new(0);
        let refuse_first = |account: pleiade_connectors::kit::sessions::Account<Opener>| {
            let call = calls.fetch_add(1, Ordering::SeqCst);
            async move { if call == 0 { Err(refusal()) } else { Ok(account.session.0) } }
        };
        let session = town.sessions.call(&cx, refuse_first).await.unwrap();
        // A session that was given is opened again with the same credential; a credential is asked for anew.
        assert_eq!(session, if gives_sessions { "s0" } else { "s1" });
        assert_eq!((calls.load(Ordering::SeqCst), town.openings()), (2, 2));
        assert_eq!(credentials.renewed(), usize::from(!gives_sessions));

        let calls = AtomicUsize::new(0);
        let refuse_always = |_| {
            calls.fetch_add(1, Ordering::SeqCst);
            async { Err::<(), _>(refusal()) }
        };
        assert_eq!(
            town.sessions.call(&cx, refuse_always).await.unwrap_err().kind(),
            ErrorKind::Unauthenticated
        );
        assert_eq!(calls.load(Ordering::SeqCst), 2);
    }
}

/// A credential that a call found refused is not sent by the next one, although it opened the application a moment ago.
#[tokio::test(start_paused = true)]
async fn a_secret_that_a_call_found_refused_is_left_alone() {
    let town = Town::new();
    let cx = town.cx(&FixedCredentials::always(linked("camille", "revoked")));
    town.call(&cx).await.unwrap();
    let calls = AtomicUsize::new(0);
    for _ in 0..5 {
        let refuse = |_| {
            calls.fetch_add(1, Ordering::SeqCst);
            async { Err::<(), _>(refusal()) }
        };
        let error = town.sessions.call(&cx, refuse).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    }
    assert_eq!((calls.load(Ordering::SeqCst), town.openings()), (1, 1));
}

/// Whatever part of the key differs, nothing is shared: not the session, not the memory.
#[tokio::test(start_paused = true)]
async fn what_is_kept_belongs_to_tenant_link_person_and_account() {
    let town = Town::new();
    let base = town.cx(&FixedCredentials::always(linked("camille", "secret")));
    let with = |change: &dyn Fn(&mut CallContext)| {
        let mut cx = base.clone();
        change(&mut cx);
        cx
    };
    let actor = |change: &dyn Fn(&mut pleiade_core::Actor)| {
        with(&|cx| {
            let mut actor = (*cx.actor).clone();
            change(&mut actor);
            cx.actor = Arc::new(actor);
        })
    };
    let others = [
        base.clone(),
        with(&|cx| cx.tenant = Arc::new(people::tenant_named("ailleurs"))),
        actor(&|actor| actor.identity.link = LinkId(99)),
        actor(&|actor| actor.identity.id = IdentityId(99)),
        with(&|cx| cx.credentials = Arc::new(FixedCredentials::always(linked("autre", "secret")))),
    ];
    for (number, cx) in others.iter().enumerate() {
        let read = |account: pleiade_connectors::kit::sessions::Account<Opener>| async move {
            let mut memory = account.memory.lock().unwrap();
            memory.push("read".to_owned());
            Ok((account.session.1, memory.len()))
        };
        let (opening, readings) = town.sessions.call(cx, read).await.unwrap();
        assert_eq!((opening, readings), (number + 1, 1));
        let (opening, readings) = town.sessions.call(cx, read).await.unwrap();
        assert_eq!((opening, readings), (number + 1, 2), "and what is its own is remembered");
    }
    // A technical account has no person, and is one for the collectivité.
    let technical = FixedCredentials::always(Credential::Technical { key: Some("1".to_owned()) });
    let mut first = town.cx(&technical);
    let mut second = town.cx(&FixedCredentials::always(Credential::Technical { key: Some("2".to_owned()) }));
    let opening = town.call(&first).await.unwrap().1;
    assert_eq!(town.call(&second).await.unwrap().1, opening);
    first.tenant = Arc::new(people::tenant_named(TenantId::from_static("ailleurs").as_str()));
    assert_eq!(town.call(&first).await.unwrap().1, opening + 1);
    second.tenant = first.tenant.clone();
    assert_eq!(town.call(&second).await.unwrap().1, opening + 1);
}

#[tokio::test(start_paused = true)]
async fn nothing_kept_is_shown() {
    let town = Town::new();
    let cx = town.cx(&FixedCredentials::always(linked("camille", "a-password")));
    town.call(&cx).await.unwrap();
    // What the opener shows of itself is the connector's business.
    town.application.secrets.lock().unwrap().clear();
    let shown = format!("{:?}", town.sessions);
    assert!(!shown.contains("a-password") && !shown.contains("camille"), "{shown}");
}

/// A sign-in page on the way is no word of the application on a secret: nobody is asked for another, and it is sent again.
#[tokio::test(start_paused = true)]
async fn a_sign_in_page_on_the_way_condemns_no_secret() {
    let town = Town::new();
    let credentials = FixedCredentials::always(linked("camille", "good"));
    let cx = town.cx(&credentials);
    let page = |_| async { Err::<(), _>(ConnectorError::new(ErrorKind::Unauthenticated, "read")) };
    for _ in 0..3 {
        assert_eq!(town.sessions.call(&cx, page).await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    }
    assert_eq!(credentials.renewed(), 0);
    town.call(&cx).await.unwrap();
}
