//! Renewal against a provider that rotates refresh tokens and takes the second use of one for theft.

use super::*;
use crate::{
    credentials::{ActsFor, CredentialRule, NoLinkedAccounts, Rules, SessionCredentials},
    sign_in::SignIn,
    web::site::Tenants as TenantsOfSite,
};
use async_trait::async_trait;
use futures_util::future::join_all;
use pleiade_core::{
    ConnectorId, Credential, CredentialKind, CredentialRequest, CredentialSource as _, ErrorKind, Hints,
    IdentityProvider, ProviderKind, SignInAnswer, SignInError, SignInStep,
    sign_in::{Claims, PersonTokens},
};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::sync::Notify;

#[derive(Debug)]
struct Rotating {
    id: SourceId,
    refreshed: AtomicUsize,
    exchanged: AtomicUsize,
    /// A refresh token came back after it was used.
    theft: AtomicBool,
    down: AtomicBool,
    refuses: AtomicBool,
    refuses_exchange_of: Mutex<Option<String>>,
    /// Holds every refresh until the test lets it go.
    held: AtomicBool,
    arrived: Notify,
    go: Notify,
}

impl Rotating {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            id: source("sso"),
            refreshed: AtomicUsize::new(0),
            exchanged: AtomicUsize::new(0),
            theft: AtomicBool::new(false),
            down: AtomicBool::new(false),
            refuses: AtomicBool::new(false),
            refuses_exchange_of: Mutex::default(),
            held: AtomicBool::new(false),
            arrived: Notify::new(),
            go: Notify::new(),
        })
    }

    fn count(&self) -> usize {
        assert!(!self.theft.load(Ordering::SeqCst), "a refresh token was used twice");
        self.refreshed.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl IdentityProvider for Rotating {
    fn id(&self) -> &SourceId {
        &self.id
    }

    fn kind(&self) -> ProviderKind {
        ProviderKind::Oidc
    }

    async fn begin(&self, _: &Hints) -> Result<SignInStep, SignInError> {
        Err(SignInError::Refused("not asked"))
    }

    async fn finish(&self, _: SignInAnswer) -> Result<Claims, SignInError> {
        Err(SignInError::Refused("not asked"))
    }

    async fn refresh(&self, who: &Subject, tokens: &PersonTokens) -> Result<PersonTokens, SignInError> {
        assert_eq!(*who, subject());
        if self.down.load(Ordering::SeqCst) {
            return Err(SignInError::Unreachable("the test says so"));
        }
        let number = self.refreshed.fetch_add(1, Ordering::SeqCst);
        if self.held.load(Ordering::SeqCst) {
            self.arrived.notify_one();
            self.go.notified().await;
        }
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        if self.refuses.load(Ordering::SeqCst) {
            return Err(SignInError::Refused("the grant has ended"));
        }
        let given = tokens.refresh.as_ref().unwrap().expose_secret();
        if given != format!("refresh-{number}") {
            self.theft.store(true, Ordering::SeqCst);
            return Err(SignInError::Refused("a used token"));
        }
        Ok(tokens_of(number + 1, 300))
    }

    async fn exchange(&self, tokens: &PersonTokens, audience: &str) -> Result<PersonTokens, SignInError> {
        let base = tokens.access.as_ref().unwrap().expose_secret();
        self.exchanged.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        if self.refuses_exchange_of.lock().unwrap().as_deref() == Some(base) {
            return Err(SignInError::Refused("that token has ended"));
        }
        let mut given = PersonTokens::new(format!("{base} for {audience}").into());
        given.expires_in = Some(120);
        Ok(given)
    }
}

fn tokens_of(number: usize, seconds: u64) -> PersonTokens {
    let mut tokens = PersonTokens::new(format!("access-{number}").into());
    tokens.refresh = Some(format!("refresh-{number}").into());
    tokens.expires_in = Some(seconds);
    tokens
}

struct Signed {
    world: World,
    provider: Arc<Rotating>,
    asked: Arc<dyn IdentityProvider>,
    value: String,
    session: Arc<Session>,
}

/// Somebody whose first access token lives so long.
async fn signed_in(seconds: u64) -> Signed {
    let world = world().await;
    let mut tokens = SessionTokens::new(tokens_of(0, seconds), world.clock.now());
    tokens.portal_session = Some("portal".to_owned().into());
    let new = NewSession { tokens: Some(tokens), ..world.new_session(None, "alpha") };
    let value = world.here.open(new).await.unwrap().expose_secret().to_owned();
    let session = find_session(&world.here, &value, None).await.unwrap();
    let provider = Rotating::new();
    Signed { world, asked: provider.clone(), provider, value, session }
}

impl Signed {
    async fn ask(&self, sessions: &Sessions, refused: bool) -> Result<String, TokenError> {
        let tokens = sessions.fresh_tokens(&self.session, &self.asked, refused).await?;
        Ok(tokens.access.unwrap().expose_secret().to_owned())
    }
}

#[tokio::test]
async fn fifty_cards_on_two_replicas_renew_once() {
    let signed = signed_in(30).await;
    // The other replica has the old tokens in memory, too.
    find_session(&signed.world.there, &signed.value, None).await.unwrap();
    let replicas = [&signed.world.here, &signed.world.there];
    let asked = join_all((0..50).map(|n| signed.ask(replicas[n % 2], false))).await;
    assert!(asked.iter().all(|token| token.as_deref() == Ok("access-1")), "{asked:?}");
    assert_eq!(signed.provider.count(), 1);
    let now = find_session(&signed.world.there, &signed.value, None).await.unwrap();
    assert_eq!(now.tokens().unwrap().portal_session.as_ref().unwrap().expose_secret(), "portal");

    // A life later each token is used in its turn, by an old snapshot of the session.
    for round in 2..5 {
        signed.world.clock.advance(Duration::from_secs(250));
        let asked = join_all((0..10).map(|n| signed.ask(replicas[n % 2], false))).await;
        assert!(asked.iter().all(|token| token == &Ok(format!("access-{round}"))), "{asked:?}");
        assert_eq!(signed.provider.count(), round);
    }
}

#[tokio::test]
async fn a_session_is_one_and_the_same_after_its_tokens_were_renewed() {
    let signed = signed_in(30).await;
    let world = &signed.world;
    let mut streams: Vec<_> = std::iter::from_fn(|| signed.session.stream_place()).collect();
    assert_eq!(streams.len(), 16);
    assert_eq!(signed.ask(&world.here, false).await.as_deref(), Ok("access-1"));
    let renewed = find_session(&world.here, &signed.value, None).await.unwrap();
    assert!(renewed.tokens().is_some() && !Arc::ptr_eq(&renewed, &signed.session), "it was read again");
    assert!(renewed.stream_place().is_none(), "the streams of before count");
    let mut changed = std::pin::pin!(signed.session.changed());
    assert!(futures_util::poll!(&mut changed).is_pending());
    renewed.note_change();
    assert!(futures_util::poll!(&mut changed).is_ready(), "they hear of changes");

    // Under another value too, while they are open.
    let value = world.here.switch(&renewed, &tenant("beta"), &acting_line()).await.unwrap();
    let switched = find_session(&world.here, value.expose_secret(), None).await.unwrap();
    assert!(switched.stream_place().is_none());
    assert!(signed.session.life.end.is_cancelled() && !switched.life.end.is_cancelled());
    streams.pop();
    let place = switched.stream_place().unwrap();
    assert!(switched.stream_place().is_none());

    // Its end is heard by whoever holds it, even while it is to be read again.
    world.here.invalidate(&switched).await;
    let again = find_session(&world.here, value.expose_secret(), None).await.unwrap();
    world.here.invalidate(&switched).await;
    assert!(matches!(world.here.close(&again, None).await, Ok(SessionEnd::Everywhere)));
    assert!(switched.life.end.is_cancelled());
    drop((streams, place));
}

#[tokio::test]
async fn an_end_from_elsewhere_reaches_those_who_hold_a_session_that_is_to_be_read_again() {
    let signed = signed_in(30).await;
    let world = &signed.world;
    world.here.invalidate(&signed.session).await;
    let closed = world.here.close_by_provider(&source("sso"), "sid", &ended).await.unwrap();
    assert_eq!((closed, signed.session.life.end.is_cancelled()), (1, true));
}

#[tokio::test]
async fn a_living_token_is_given_without_asking_anybody() {
    let signed = signed_in(300).await;
    assert_eq!(signed.ask(&signed.world.here, false).await.unwrap(), "access-0");
    assert_eq!(signed.provider.count(), 0);
}

#[tokio::test]
async fn a_refused_renewal_ends_nothing_and_is_not_asked_again() {
    let signed = signed_in(30).await;
    signed.provider.refuses.store(true, Ordering::SeqCst);
    assert_eq!(signed.ask(&signed.world.here, false).await.unwrap(), "access-0", "its last half minute");
    signed.world.clock.advance(Duration::from_secs(31));
    for _ in 0..3 {
        assert_eq!(signed.ask(&signed.world.here, false).await, Err(TokenError::SignInAgain));
    }
    assert_eq!(signed.provider.count(), 1);
    assert!(
        find_session(&signed.world.here, &signed.value, None).await.is_some(),
        "the person is still signed in"
    );
}

#[tokio::test]
async fn a_provider_that_is_down_is_asked_again_later() {
    let signed = signed_in(30).await;
    signed.provider.down.store(true, Ordering::SeqCst);
    assert_eq!(signed.ask(&signed.world.here, false).await.unwrap(), "access-0");
    signed.world.clock.advance(Duration::from_secs(31));
    assert_eq!(signed.ask(&signed.world.here, false).await, Err(TokenError::Later));
    assert!(find_session(&signed.world.here, &signed.value, None).await.is_some());
    signed.provider.down.store(false, Ordering::SeqCst);
    assert_eq!(signed.ask(&signed.world.there, false).await.unwrap(), "access-1", "the claim was given up");
}

#[tokio::test]
async fn an_application_that_refuses_every_token_does_not_make_a_storm() {
    let signed = signed_in(300).await;
    let asked = join_all((0..20).map(|_| signed.ask(&signed.world.here, true))).await;
    assert!(asked.iter().all(|token| token.as_deref() == Ok("access-1")), "{asked:?}");
    assert_eq!(signed.ask(&signed.world.here, true).await.unwrap(), "access-1", "renewed a moment ago");
    assert_eq!(signed.provider.count(), 1);
    signed.world.clock.advance(Duration::from_secs(61));
    assert_eq!(signed.ask(&signed.world.here, true).await.unwrap(), "access-2");
}

#[tokio::test]
async fn a_card_that_gives_up_does_not_lose_the_rotated_token() {
    let signed = signed_in(30).await;
    signed.provider.held.store(true, Ordering::SeqCst);
    {
        let asked = signed.ask(&signed.world.here, false);
        tokio::select! {
            _ = asked => panic!("the provider is held"),
            () = signed.provider.arrived.notified() => {}
        }
    }
    signed.provider.held.store(false, Ordering::SeqCst);
    signed.provider.go.notify_one();
    assert_eq!(signed.ask(&signed.world.here, false).await.unwrap(), "access-1");
    assert_eq!(signed.provider.count(), 1);
}

#[tokio::test]
async fn a_change_of_collectivite_waits_for_the_renewal_and_takes_its_tokens_along() {
    let signed = signed_in(30).await;
    signed.provider.held.store(true, Ordering::SeqCst);
    let switch = async {
        signed.provider.arrived.notified().await;
        let beta = tenant("beta");
        let line = acting_line();
        let switching = signed.world.there.switch(&signed.session, &beta, &line);
        let go = async { signed.provider.go.notify_one() };
        tokio::join!(switching, go).0.unwrap()
    };
    let (renewed, value) = tokio::join!(signed.ask(&signed.world.here, false), switch);
    assert_eq!(renewed.unwrap(), "access-1");
    assert!(find_session(&signed.world.here, &signed.value, None).await.is_none());
    let session = find_session(&signed.world.here, value.expose_secret(), None).await.unwrap();
    let kept = session.tokens().unwrap();
    assert_eq!(kept.refresh.as_ref().unwrap().expose_secret(), "refresh-1");
    assert_eq!(signed.provider.count(), 1);
}

#[tokio::test]
async fn a_session_closed_by_its_provider_does_not_live_on_under_another_name() {
    let signed = signed_in(300).await;
    signed.world.there.close_by_provider(&source("sso"), "sid", &ended).await.unwrap();
    assert_eq!(
        signed.world.here.switch(&signed.session, &tenant("beta"), &acting_line()).await.err(),
        Some(SessionError::NotAllowed)
    );
    assert!(signed.world.storage.sessions_of_person(signed.world.clerk).await.unwrap().is_empty());
    assert_eq!(signed.ask(&signed.world.there, false).await, Err(TokenError::SignInAgain));
}

#[tokio::test]
async fn a_token_is_exchanged_once_for_each_application() {
    let signed = signed_in(600).await;
    let ask = async |audience: &str, refused| {
        let here = &signed.world.here;
        let given = here.exchanged_token(&signed.session, &signed.asked, audience, refused).await;
        given.map(|(token, _)| token.expose_secret().to_owned())
    };
    let asked = join_all((0..20).map(|n| ask(if n % 2 == 0 { "cloud" } else { "mail" }, false))).await;
    assert_eq!(asked[0].as_deref(), Ok("access-0 for cloud"));
    assert_eq!(asked[1].as_deref(), Ok("access-0 for mail"));
    let count = || signed.provider.exchanged.load(Ordering::SeqCst);
    assert_eq!(count(), 2);
    // Near its end.
    signed.world.clock.advance(Duration::from_secs(61));
    ask("cloud", false).await.unwrap();
    assert_eq!(count(), 3);
    // Refused by the application a moment after.
    ask("cloud", true).await.unwrap();
    assert_eq!((count(), signed.provider.count()), (3, 0));
    // The provider has ended the token that is exchanged.
    *signed.provider.refuses_exchange_of.lock().unwrap() = Some("access-0".into());
    signed.world.clock.advance(Duration::from_secs(61));
    assert_eq!(ask("cloud", true).await.as_deref(), Ok("access-1 for cloud"));
    assert_eq!(signed.provider.count(), 1);
    // Nothing comes out of memory for a session that has ended.
    assert_eq!(signed.world.here.close(&signed.session, None).await.unwrap(), SessionEnd::Everywhere);
    assert_eq!(ask("cloud", false).await, Err(TokenError::SignInAgain));
}

/// As the operator writes it for one connector: `{ kind = "person_token", audience = "cloud" }`.
#[tokio::test]
async fn an_application_gets_the_token_made_for_it_and_never_the_person_s_own() {
    let signed = signed_in(600).await;
    let cloud: ConnectorId = "nuage".parse().unwrap();
    let rule = CredentialRule::PersonToken { audience: Some("cloud".into()) };
    let rules: Arc<Rules> = Arc::new([(cloud.clone(), rule)].into_iter().collect());
    let sign_in = SignIn::new([], signed.world.clock.clone());
    let (sso, tenants) = (source("sso"), TenantsOfSite::default());
    let acts = ActsFor::new(rules.clone(), &sign_in, &tenants, (&sso, &sso), &tenant("alpha"), []);
    let given = SessionCredentials::new(
        signed.session.clone(),
        rules,
        acts,
        Arc::new(NoLinkedAccounts),
        signed.world.clock.clone(),
    )
    .with_provider(Some(signed.asked.clone()))
    .with_sessions(signed.world.here.clone());
    let request = || CredentialRequest::new(&signed.session.actor, &cloud, &[CredentialKind::PersonToken]);
    for _ in 0..2 {
        let Ok(Credential::PersonToken { token, .. }) = given.credential(request()).await else {
            panic!("a token")
        };
        assert_eq!(token.expose_secret(), "access-0 for cloud");
    }
    assert_eq!(signed.provider.exchanged.load(Ordering::SeqCst), 1);
    // The provider has ended the session: no token at all, rather than the one that is good everywhere.
    *signed.provider.refuses_exchange_of.lock().unwrap() = Some("access-0".into());
    signed.provider.refuses.store(true, Ordering::SeqCst);
    signed.world.clock.advance(Duration::from_secs(61));
    let refused = given.credential(request().renewed()).await.err().map(|error| error.kind());
    assert_eq!(refused, Some(ErrorKind::Unauthenticated));
}

#[tokio::test]
async fn a_source_that_has_become_another_one_has_opened_nothing() {
    let world = world().await;
    let at =
        |prints: &[(&str, &str)]| replica(&world.storage, &world.sealer, &world.clock, &world.tasks, prints);
    let (here, there) = (at(&[("sso", "alpha")]), at(&[("sso", "beta")]));
    let value = here.open(world.new_session(None, "alpha")).await.unwrap().expose_secret().to_owned();
    assert!(find_session(&here, &value, None).await.is_some());
    let elsewhere =
        NewSession { source: source("other"), link: world.other, ..world.new_session(None, "gamma") };
    assert_eq!(here.open(elsewhere).await.err(), Some(SessionError::NotAllowed));
    assert_eq!(here.close_sessions_of_changed_sources(end_line).await.unwrap(), []);

    assert!(find_session(&there, &value, None).await.is_none(), "before anything is closed");
    assert_eq!(there.close_sessions_of_changed_sources(end_line).await.unwrap(), [(source("sso"), 1)]);
    assert!(world.storage.sessions_of_person(world.clerk).await.unwrap().is_empty());
}

/// Names and affiliations of another link of the same person do not count, and a session of a link that selects somebody else by now is
/// nobody's.
#[tokio::test]
async fn a_session_reads_the_facts_of_its_own_link_alone() {
    let world = world().await;
    let value = world.open(None, "alpha").await;
    let session = find_session(&world.here, &value, None).await.unwrap();
    assert_eq!((session.links, session.named_by.clone()), ([world.link; 2], source("sso")));
    assert_eq!(session.actor.identity.display_name, "Sinéad O'Brien");
    let other = NewSession { source: source("other"), link: world.other, ..world.new_session(None, "gamma") };
    let other = world.here.open(other).await.unwrap().expose_secret().to_owned();
    let session = find_session(&world.here, &other, None).await.unwrap();
    assert_eq!(session.actor.identity.display_name, "Somebody else");
    let theirs: Vec<_> = session.affiliations.iter().map(|a| a.tenant.as_str()).collect();
    assert_eq!(theirs, ["gamma"]);
    // A link that names another source or subject than the session's opens nothing.
    for wrong in [
        NewSession { link: world.other, ..world.new_session(None, "gamma") },
        NewSession { link: LinkId(99), ..world.new_session(None, "alpha") },
    ] {
        assert_eq!(world.here.open(wrong).await.err(), Some(SessionError::NotAllowed));
    }
    world.storage.disable_link(world.other, true).await.unwrap();
    world.clock.advance(Limits::default().memory);
    assert!(find_session(&world.here, &other, None).await.is_none(), "a closed link opens nothing");
    assert!(find_session(&world.here, &value, None).await.is_some());
}
