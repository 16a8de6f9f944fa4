//! A fresh proof: that somebody is there now, which no session that is still open elsewhere shows, and which no browser may leave out.

use crate::op::{Departure, Doc, Rig, discovery};
use async_trait::async_trait;
use pleiade_core::{
    Claims, ExposeSecret, FreshProof, Hints, IdentityProvider, ProviderKind, SecretString, SignInAnswer,
    SignInError, SignInStep, SourceId,
};
use pleiade_federation::{
    cas::{CasConfig, CasProvider, MemoryPgtStore},
    header::{HeaderConfig, HeaderProvider},
    oidc::{OidcConfig, Preset},
    scim::PushedSource,
};
use pleiade_testkit::{ScriptedTransport, TestClock};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use url::Url;

fn preset(config: &mut OidcConfig, preset: Preset) {
    config.preset = preset;
    config.admit = [("idp_id".to_owned(), vec!["idp-alpha".to_owned()])].into();
}

const ASKED: [&str; 3] = ["prompt", "max_age", "claims"];
const AUTH_TIME: &str = r#"{"id_token":{"auth_time":{"essential":true}}}"#;

fn asked(departure: &Departure) -> [Option<String>; 3] {
    ASKED.map(|name| departure.parameter(name))
}

#[tokio::test(start_paused = true)]
async fn each_preset_asks_for_it_as_its_provider_allows() {
    for (chosen, max_age) in [
        (Preset::Standard, Some("1")),
        (Preset::Keycloak, Some("1")),
        (Preset::Lemonldap, None),
        (Preset::Proconnect, None),
    ] {
        let rig = Rig::new(|config| preset(config, chosen));
        let expected = [Some("login"), max_age, Some(AUTH_TIME)].map(|value| value.map(str::to_owned));
        assert_eq!(asked(&rig.depart_with(&Hints::fresh()).await), expected, "{chosen:?}");
        assert_eq!(
            asked(&rig.depart().await),
            [None, None, None],
            "{chosen:?}: an ordinary sign-in asks nothing"
        );
    }
    let rig = Rig::new(|config| {
        preset(config, Preset::Proconnect);
        config.acr_values = vec!["eidas2".into()];
    });
    let claims = rig.depart_with(&Hints::fresh()).await.parameter("claims").unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&claims).unwrap(),
        json!({"id_token": {"acr": {"essential": true, "values": ["eidas2"]}, "auth_time": {"essential": true}}})
    );
    let rig = Rig::new(|config| config.acr_values = vec!["loa-2".into()]);
    let departure = rig.depart_with(&Hints::fresh()).await;
    assert_eq!(departure.parameter("acr_values").as_deref(), Some("loa-2"));
    assert_eq!(departure.parameter("claims").as_deref(), Some(AUTH_TIME));
}

/// The answer to a departure, whose ID token says this of `auth_time`.
async fn answered(rig: &Rig, departure: &Departure, auth_time: Option<Value>) -> Result<Claims, SignInError> {
    let mut token = rig.token(&departure.nonce);
    if let Some(value) = auth_time {
        token.claims["auth_time"] = value;
    }
    rig.serve(&token);
    rig.arrive(&[("code", "c-1"), ("state", &departure.state)], &departure.attempt).await
}

#[tokio::test(start_paused = true)]
async fn only_a_proof_since_the_attempt_began_is_fresh() {
    let rig = Rig::new(|_| {});
    let began = rig.now();
    let departure = rig.depart_with(&Hints::fresh()).await;
    tokio::time::advance(Duration::from_secs(60)).await;
    for (auth_time, fresh) in [
        (began, true),
        (began + 50, true),
        (began + 60 + 60, true),
        (began - 60, true),
        (began - 61, false),
        (began - 3600, false),
        (0, false),
        (i64::MIN, false),
    ] {
        let outcome = answered(&rig, &departure, Some(json!(auth_time))).await;
        match outcome {
            Ok(claims) => assert!(fresh && claims.fresh, "{auth_time}"),
            Err(error) => {
                assert!(!fresh && !matches!(error, SignInError::Unreachable(_)), "{auth_time} {error}")
            }
        }
    }
    let old = answered(&rig, &departure, Some(json!(began - 61))).await;
    assert!(matches!(old, Err(SignInError::NotFresh(why)) if why.contains("auth_time")), "{old:?}");
    // Whoever left the attempt open while somebody signed in there has proved nothing.
    tokio::time::advance(Duration::from_secs(240)).await;
    for (ago, fresh) in [(120, true), (121, false), (300, false)] {
        let outcome = answered(&rig, &departure, Some(json!(rig.now() - ago))).await;
        assert_eq!(outcome.is_ok(), fresh, "{ago} {outcome:?}");
    }
    let missing = answered(&rig, &departure, None).await;
    assert!(matches!(missing, Err(SignInError::NotFresh(why)) if why.contains("auth_time")), "{missing:?}");
    for nonsense in [json!("now"), json!(null), json!([began]), json!(began + 400), json!(1e300)] {
        let outcome = answered(&rig, &departure, Some(nonsense.clone())).await;
        assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{nonsense} {outcome:?}");
    }
}

/// What the user information says of the time is not what the token says.
#[tokio::test(start_paused = true)]
async fn only_the_signed_token_tells_the_time() {
    let rig = Rig::new(|_| {});
    rig.script().userinfo = Doc::Json(json!({"sub": "248289", "auth_time": rig.now()}));
    let departure = rig.depart_with(&Hints::fresh()).await;
    assert!(matches!(answered(&rig, &departure, None).await, Err(SignInError::NotFresh(_))));
}

#[tokio::test(start_paused = true)]
async fn a_browser_that_takes_the_parameters_away_gains_nothing() {
    // The provider answers from the session of an hour ago, since nobody asks it for more.
    for pushed in [false, true] {
        let rig = Rig::new(|config| config.pushed_requests = pushed);
        let mut document = discovery();
        document["pushed_authorization_request_endpoint"] = json!("https://op.example/par");
        rig.script().discovery = Doc::Json(document);
        let mut departure = rig.depart_with(&Hints::fresh()).await;
        if let Some(body) = rig.script().pushed.first() {
            let sent: Vec<(String, String)> =
                url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
            let value = |name: &str| sent.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
            assert!(ASKED.iter().all(|name| value(name).is_some() && departure.parameter(name).is_none()));
            departure.nonce = value("nonce").unwrap();
        }
        let left: Vec<(String, String)> = departure.url.query_pairs().into_owned().collect();
        departure
            .url
            .query_pairs_mut()
            .clear()
            .extend_pairs(left.iter().filter(|(name, _)| !ASKED.contains(&&**name)));
        assert_eq!(asked(&departure), [None, None, None]);
        let outcome = answered(&rig, &departure, Some(json!(rig.now() - 3600))).await;
        assert!(matches!(outcome, Err(SignInError::NotFresh(_))), "{pushed} {outcome:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_ordinary_sign_in_does_not_look_at_the_time() {
    let rig = Rig::new(|_| {});
    let now = rig.now();
    // Within a second whose beginning is all that `auth_time` tells.
    tokio::time::advance(Duration::from_millis(900)).await;
    // It lets in whoever comes, and says of them whether they have just proved themselves.
    for (auth_time, fresh) in [
        (None, false),
        (Some(json!(now - 36_000)), false),
        (Some(json!(now - 1)), false),
        (Some(json!(now + 61)), false),
        (Some(json!(now)), true),
        (Some(json!(now + 60)), true),
    ] {
        let departure = rig.depart().await;
        assert_eq!(
            answered(&rig, &departure, auth_time.clone()).await.unwrap().fresh,
            fresh,
            "{auth_time:?}"
        );
    }
    // Of two attempts of one browser, each keeps its own wish.
    let (ordinary, fresh) = (rig.depart().await, rig.depart_with(&Hints::fresh()).await);
    let crossed = Departure { attempt: ordinary.attempt.clone(), ..fresh };
    let old = Some(json!(rig.now() - 3600));
    assert!(matches!(answered(&rig, &crossed, old).await, Err(SignInError::Untrusted(_))));
}

const TICKET: &str = "ST-3bab2a";

fn cas(change: impl FnOnce(&mut CasConfig), body: &str) -> (CasProvider, ScriptedTransport) {
    let address = |text: &str| Url::parse(text).unwrap();
    let mut config = CasConfig::new(
        address("https://auth.example/cas"),
        address("https://desk.example/sign-in/cas/callback"),
    );
    change(&mut config);
    let answer =
        format!("<cas:serviceResponse xmlns:cas='http://www.yale.edu/tp/cas'>{body}</cas:serviceResponse>");
    let answer = if body == "no\n\n" { body.to_owned() } else { answer };
    let transport = ScriptedTransport::new().then_body(200, "text/xml; charset=utf-8", answer);
    let store = Arc::new(MemoryPgtStore::new(Arc::new(TestClock::default())));
    let id = SourceId::new("cas").unwrap();
    (CasProvider::new(id, config, Arc::new(transport.clone()), store).unwrap(), transport)
}

async fn leave(provider: &CasProvider, hints: &Hints) -> (Url, SecretString, String) {
    let SignInStep::Redirect { url, attempt, key } = provider.begin(hints).await.unwrap() else {
        panic!("a redirect")
    };
    (url, attempt, key)
}

async fn ticket(provider: &CasProvider, attempt: SecretString, state: &str) -> Result<Claims, SignInError> {
    let query =
        [("ticket", TICKET), ("state", state)].map(|(name, value)| (name.to_owned(), value.to_owned()));
    provider.finish(SignInAnswer::Callback { query: query.into(), attempt }).await
}

fn renews(url: &Url) -> bool {
    url.query_pairs().filter(|(name, value)| name == "renew" && value == "true").count() == 1
}

#[tokio::test]
async fn a_cas_server_is_asked_to_renew_at_both_ends() {
    let success = "<cas:authenticationSuccess><cas:user>jdupont</cas:user></cas:authenticationSuccess>";
    let changes: [fn(&mut CasConfig); 3] =
        [|_| {}, |config| config.gateway = true, |config| config.renew = true];
    for (n, change) in changes.into_iter().enumerate() {
        for fresh in [true, false] {
            let (provider, transport) = cas(change, success);
            let hints = if fresh { Hints::fresh() } else { Hints::none() };
            let (url, attempt, state) = leave(&provider, &hints).await;
            let expected = fresh || n == 2;
            assert_eq!(renews(&url), expected);
            assert_eq!(url.query_pairs().any(|(name, _)| name == "gateway"), n == 1 && !fresh);
            // Whatever the browser does with that address, the validation asks for it.
            assert_eq!(ticket(&provider, attempt, &state).await.unwrap().fresh, expected);
            let validated: Url = transport.requests()[0].uri.to_string().parse().unwrap();
            assert_eq!(renews(&validated), expected, "{n} {fresh}");
        }
    }
}

#[tokio::test]
async fn a_ticket_of_an_open_session_is_no_fresh_proof() {
    for body in [
        "<cas:authenticationFailure code='INVALID_TICKET'>no</cas:authenticationFailure>",
        "<cas:authenticationFailure code='INVALID_TICKET_SPEC'>no</cas:authenticationFailure>",
        // LemonLDAP::NG 2.16.
        "no\n\n",
    ] {
        let (provider, _) = cas(|_| {}, body);
        let (_, attempt, state) = leave(&provider, &Hints::fresh()).await;
        let outcome = ticket(&provider, attempt, &state).await;
        assert!(
            matches!(outcome, Err(SignInError::NotFresh(why)) if why.contains("renew")),
            "{body} {outcome:?}"
        );
        let (provider, _) = cas(|config| config.renew = true, body);
        let (_, attempt, state) = leave(&provider, &Hints::none()).await;
        let outcome = ticket(&provider, attempt, &state).await;
        assert!(matches!(outcome, Err(SignInError::Refused(_))), "{body} {outcome:?}");
    }
}

#[tokio::test]
async fn headers_of_a_proxy_are_never_a_fresh_proof() {
    let config = HeaderConfig::new(vec!["127.0.0.1".parse().unwrap()], "https://auth.example", "Auth-User");
    let provider = HeaderProvider::new(SourceId::new("proxy").unwrap(), config).unwrap();
    assert_eq!(provider.fresh_proof(), FreshProof::None);
    assert!(matches!(provider.begin(&Hints::fresh()).await, Err(SignInError::NotFresh(_))));
    assert!(matches!(provider.begin(&Hints::none()).await, Ok(SignInStep::ReadHeaders)));
}

/// A source of somebody else's, of any kind.
#[derive(Debug)]
struct Foreign(ProviderKind, SourceId);

#[async_trait]
impl IdentityProvider for Foreign {
    fn id(&self) -> &SourceId {
        &self.1
    }

    fn kind(&self) -> ProviderKind {
        self.0
    }

    async fn begin(&self, _: &Hints) -> Result<SignInStep, SignInError> {
        Err(SignInError::Unreachable("not asked here"))
    }

    async fn finish(&self, _: SignInAnswer) -> Result<Claims, SignInError> {
        Err(SignInError::Unreachable("not asked here"))
    }
}

#[test]
fn each_source_says_how_it_gives_a_fresh_proof() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _inside = runtime.enter();
    let id = || SourceId::new("x").unwrap();
    assert_eq!(Rig::new(|_| {}).client.fresh_proof(), FreshProof::Redirect);
    assert_eq!(cas(|_| {}, "").0.fresh_proof(), FreshProof::Redirect);
    assert_eq!(PushedSource::new(id()).fresh_proof(), FreshProof::None);
    for (kind, expected) in [
        (ProviderKind::Ldap, FreshProof::Password),
        (ProviderKind::Local, FreshProof::Password),
        // Nobody says so for a source that does not say it itself.
        (ProviderKind::Oidc, FreshProof::None),
        (ProviderKind::Cas, FreshProof::None),
        (ProviderKind::Header, FreshProof::None),
        (ProviderKind::Scim, FreshProof::None),
    ] {
        assert_eq!(Foreign(kind, id()).fresh_proof(), expected, "{kind:?}");
    }
    assert!(Hints::fresh().fresh && !Hints::none().fresh && !Hints::login("a").fresh);
    assert_eq!(format!("{:?}", Hints::fresh()), "Hints { provider: None, fresh: true, .. }");
}

#[tokio::test(start_paused = true)]
async fn the_attempt_holds_the_wish_and_nothing_of_it_is_in_the_address() {
    let rig = Rig::new(|_| {});
    let departure = rig.depart_with(&Hints::fresh()).await;
    assert!(departure.attempt.expose_secret().contains("\"fresh\":true"));
    assert!(!departure.url.as_str().contains("fresh"));
    assert!(rig.depart().await.attempt.expose_secret().contains("\"fresh\":false"));
}
