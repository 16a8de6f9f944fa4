//! The certified `oidc-provider`: what LemonLDAP::NG 2.16 does not send (`iss`, rotation of refresh tokens, back-channel logout).

use crate::{Ahead, DESK, Network, browser::Browser, client, departure, query, source, variable, without};
use axum::{Router, extract::State, http::StatusCode, routing::post};
use pleiade_core::{
    Claims, Clock, ExposeSecret, Hints, IdentityProvider as _, SignInAnswer, SignInError, SystemClock,
};
use pleiade_federation::oidc::{ClientAuthentication, OidcConfig, OidcProvider, Preset, SigningAlgorithm};
use std::{net::Ipv4Addr, sync::Arc};
use tokio::{net::TcpListener, sync::mpsc};

fn desk() -> String {
    format!("http://desk.pleiade.localhost:{}", variable("PLEIADE_TEST_DESK_PORT"))
}

fn callback() -> String {
    format!("{}/sign-in/oidc/callback", desk())
}

fn provider() -> OidcProvider {
    provider_of("pleiade", |_| {})
}

/// Our side of one of the provider's clients.
fn provider_of(client_id: &str, change: impl FnOnce(&mut OidcConfig)) -> OidcProvider {
    provider_at(client_id, change, Arc::new(SystemClock::default()))
}

fn provider_at(client_id: &str, change: impl FnOnce(&mut OidcConfig), clock: Arc<dyn Clock>) -> OidcProvider {
    let mut config = OidcConfig::new(
        variable("PLEIADE_TEST_OIDC"),
        client_id,
        "pleiade-secret".to_owned().into(),
        callback().parse().unwrap(),
    );
    config.scopes = Some(["profile", "email", "collectivite", "groups", "siret"].map(str::to_owned).into());
    change(&mut config);
    let network = Arc::new(Network(client()));
    OidcProvider::new(source("oidc"), config, network, clock).unwrap()
}

async fn sign_in(
    provider: &OidcProvider,
    browser: &mut Browser,
    login: &str,
    tamper: impl FnOnce(&mut Vec<(String, String)>),
) -> Result<Claims, SignInError> {
    let (url, attempt) = departure(provider.begin(&Hints::none()).await.unwrap());
    let mut page = browser.get(&url).await;
    let back = loop {
        match browser.follow(page, &callback()).await {
            Ok(back) => break back,
            Err(shown) => {
                assert_eq!(shown.status, 200, "{}", shown.body);
                let (to, fields) = shown.form(&[("login", login), ("password", "any")]);
                page = browser.post(&to, &fields).await;
            }
        }
    };
    let mut query = query(&back);
    tamper(&mut query);
    provider.finish(SignInAnswer::Callback { query, attempt }).await
}

#[tokio::test]
async fn a_person_signs_in() {
    let claims = sign_in(&provider(), &mut Browser::new(), "hmartin", |_| {}).await.unwrap();
    assert_eq!(claims.subject.id(), "hmartin");
    assert_eq!(claims.display_name.as_deref(), Some("Hélène Martin"));
    assert_eq!(claims.groups, ["elus"]);
    assert_eq!(claims.attributes["siret"], ["21990001600011"]);
    assert!(claims.provider_session.is_some());
}

/// Comes back from the provider, after its forms if it shows any; and whether it asked for the login.
async fn come_back(browser: &mut Browser, url: &url::Url, login: &str) -> (url::Url, bool) {
    let (mut page, mut asked) = (browser.get(url).await, false);
    loop {
        match browser.follow(page, &callback()).await {
            Ok(back) => return (back, asked),
            Err(shown) => {
                asked |= shown.body.contains("name=\"login\"");
                let (to, fields) = shown.form(&[("login", login), ("password", "any")]);
                page = browser.post(&to, &fields).await;
            }
        }
    }
}

#[tokio::test]
async fn an_open_session_at_the_provider_is_no_fresh_proof() {
    let asking: [&[&str]; 2] = [&["prompt", "max_age", "claims"], &["prompt", "claims"]];
    for preset in [Preset::Standard, Preset::Lemonldap] {
        let mut browser = Browser::new();
        sign_in(&provider(), &mut browser, "hmartin", |_| {}).await.unwrap();
        let fresh = provider_of("pleiade", |config| config.preset = preset);
        let (url, attempt) = departure(fresh.begin(&Hints::fresh()).await.unwrap());
        let (back, asked) = come_back(&mut browser, &url, "hmartin").await;
        assert!(asked, "{preset:?}: the session is not enough");
        let claims = fresh.finish(SignInAnswer::Callback { query: query(&back), attempt }).await.unwrap();
        assert_eq!(claims.subject.id(), "hmartin");

        let later = provider_at("pleiade", |config| config.preset = preset, Arc::new(Ahead::default()));
        let names = asking[usize::from(preset == Preset::Lemonldap)];
        let (url, attempt) = departure(later.begin(&Hints::fresh()).await.unwrap());
        let (back, asked) = come_back(&mut browser, &without(&url, names), "hmartin").await;
        assert!(!asked, "{preset:?}");
        let refused = later.finish(SignInAnswer::Callback { query: query(&back), attempt }).await;
        assert!(matches!(refused, Err(SignInError::NotFresh(_))), "{preset:?} {refused:?}");
    }
}

#[tokio::test]
async fn the_announced_issuer_parameter_is_required() {
    for tamper in
        [(|query| query.retain(|(name, _)| name != "iss")) as fn(&mut Vec<(String, String)>), |query| {
            query.iter_mut().filter(|(name, _)| name == "iss").for_each(|(_, value)| value.push('/'))
        }]
    {
        let outcome = sign_in(&provider(), &mut Browser::new(), "lfevre", tamper).await;
        assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{outcome:?}");
    }
}

const ALGORITHMS: [SigningAlgorithm; 5] = [
    SigningAlgorithm::RS256,
    SigningAlgorithm::PS256,
    SigningAlgorithm::ES256,
    SigningAlgorithm::ES384,
    SigningAlgorithm::EdDSA,
];

fn signed_with(algorithm: SigningAlgorithm) -> String {
    format!("pleiade-{}", algorithm.name().to_lowercase())
}

#[tokio::test]
async fn every_pinned_algorithm_signs_tokens_and_user_information() {
    for algorithm in ALGORITHMS {
        let provider = provider_of(&signed_with(algorithm), |config| {
            config.algorithm = algorithm;
            config.signed_userinfo = true;
        });
        let mut browser = Browser::new();
        let claims = sign_in(&provider, &mut browser, "hmartin", |_| {}).await;
        let claims = claims.unwrap_or_else(|error| panic!("{algorithm:?} {error}"));
        assert_eq!(claims.subject.id(), "hmartin");
        assert_eq!(claims.attributes["siret"], ["21990001600011"], "from the signed user information");
        let tokens = claims.tokens.unwrap();
        assert!(provider.refresh(&claims.subject, &tokens).await.is_ok(), "{algorithm:?}");
    }
}

#[tokio::test]
async fn another_algorithm_than_the_pinned_one_is_refused() {
    for pinned in ALGORITHMS {
        for signed in ALGORITHMS.into_iter().filter(|signed| *signed != pinned) {
            let provider = provider_of(&signed_with(signed), |config| config.algorithm = pinned);
            let outcome = sign_in(&provider, &mut Browser::new(), "hmartin", |_| {}).await;
            assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{pinned:?} {signed:?} {outcome:?}");
        }
    }
}

#[tokio::test]
async fn user_information_that_must_be_signed_is_not_taken_as_it_is() {
    let provider = provider_of("pleiade", |config| config.signed_userinfo = true);
    let outcome = sign_in(&provider, &mut Browser::new(), "hmartin", |_| {}).await;
    assert!(matches!(outcome, Err(SignInError::Untrusted(_))), "{outcome:?}");
}

fn with_key(config: &mut OidcConfig, pem: &str) {
    config.client_authentication = Some(ClientAuthentication::PrivateKeyJwt);
    config.client_secret = String::new().into();
    config.client_key = Some(pem.to_owned().into());
}

#[tokio::test]
async fn each_way_to_say_who_we_are_is_accepted_where_it_is_declared() {
    let rsa = include_str!("../hostile/keys/rsa-1.pem");
    let ec = include_str!("../hostile/keys/ec.pem");
    type Change = Box<dyn Fn(&mut OidcConfig)>;
    let secret = |way| -> Change { Box::new(move |config| config.client_authentication = Some(way)) };
    let key = |pem: &'static str| -> Change { Box::new(move |config| with_key(config, pem)) };
    for (client, change, accepted) in [
        ("pleiade", secret(ClientAuthentication::Basic), true),
        ("pleiade-post", secret(ClientAuthentication::Post), true),
        ("pleiade-key-es256", secret(ClientAuthentication::Basic), false),
        ("pleiade-key-rs256", secret(ClientAuthentication::Post), false),
        ("pleiade-key-rs256", key(rsa), true),
        ("pleiade-key-es256", key(ec), true),
        ("pleiade-key-es256", key(rsa), false),
        ("pleiade-key-rs256", key(include_str!("../hostile/keys/rsa-2.pem")), false),
    ] {
        let provider = provider_of(client, change);
        let outcome = sign_in(&provider, &mut Browser::new(), "jdupont", |_| {}).await;
        match outcome {
            Ok(claims) => {
                assert!(accepted, "{client}");
                let tokens = claims.tokens.unwrap();
                assert!(provider.refresh(&claims.subject, &tokens).await.is_ok(), "{client}");
            }
            Err(error) => {
                assert!(!accepted && matches!(error, SignInError::Misconfigured(_)), "{client} {error}");
            }
        }
    }
}

#[tokio::test]
async fn requests_are_pushed_to_a_provider_that_asks_for_it() {
    let pushing = provider_of("pleiade-pushed", |config| config.pushed_requests = true);
    let (url, _) = departure(pushing.begin(&Hints::none()).await.unwrap());
    let names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["client_id", "request_uri"]);
    let claims = sign_in(&pushing, &mut Browser::new(), "jdupont", |_| {}).await.unwrap();
    assert_eq!(claims.subject.id(), "jdupont");

    let direct = provider_of("pleiade-pushed", |_| {});
    let (url, attempt) = departure(direct.begin(&Hints::none()).await.unwrap());
    let mut browser = Browser::new();
    let page = browser.get(&url).await;
    let back = browser.follow(page, &callback()).await.unwrap_or_else(|page| panic!("{}", page.body));
    let outcome = direct.finish(SignInAnswer::Callback { query: query(&back), attempt }).await;
    assert!(matches!(outcome, Err(SignInError::Refused(_))), "{outcome:?}");

    let wrong = provider_of("pleiade-pushed", |config| {
        config.pushed_requests = true;
        config.client_secret = "wrong".to_owned().into();
    });
    let outcome = wrong.begin(&Hints::none()).await;
    assert!(matches!(outcome, Err(SignInError::Misconfigured(_))), "{outcome:?}");
}

#[tokio::test]
async fn a_provider_that_exchanges_no_tokens_says_so() {
    let provider = provider();
    let claims = sign_in(&provider, &mut Browser::new(), "jdupont", |_| {}).await.unwrap();
    let outcome = provider.exchange(&claims.tokens.unwrap(), "parapheur").await;
    assert!(matches!(outcome, Err(SignInError::Misconfigured(_))), "{outcome:?}");
}

#[tokio::test]
async fn refresh_tokens_rotate() {
    let provider = provider();
    let claims = sign_in(&provider, &mut Browser::new(), "jdupont", |_| {}).await.unwrap();
    let tokens = claims.tokens.unwrap();
    let fresh = provider.refresh(&claims.subject, &tokens).await.unwrap();
    assert_ne!(fresh.refresh.unwrap().expose_secret(), tokens.refresh.as_ref().unwrap().expose_secret());
    let replayed = provider.refresh(&claims.subject, &tokens).await;
    assert!(matches!(replayed, Err(SignInError::Refused(_))), "{replayed:?}");
}

#[tokio::test]
async fn signing_out_there_tells_us() {
    let _alone = DESK.lock().await;
    let (told, mut posted) = mpsc::channel::<String>(4);
    let desk_port: u16 = variable("PLEIADE_TEST_DESK_PORT").parse().unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, desk_port)).await.unwrap();
    let receive = |State(told): State<mpsc::Sender<String>>, body: String| async move {
        told.send(body).await.unwrap();
        StatusCode::OK
    };
    let router = Router::new().route("/sign-out/oidc/backchannel", post(receive)).with_state(told);
    let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });

    // A logout token is signed as the ID token of its client.
    for (client, algorithm) in
        [("pleiade", SigningAlgorithm::RS256), ("pleiade-eddsa", SigningAlgorithm::EdDSA)]
    {
        let provider = provider_of(client, |config| config.algorithm = algorithm);
        let mut browser = Browser::new();
        let claims = sign_in(&provider, &mut browser, "jdupont", |_| {}).await.unwrap();
        let done = format!("{}/sign-out/done", desk());
        let mut out = provider.sign_out_url(claims.tokens.as_ref(), &done.parse().unwrap()).unwrap();
        out.query_pairs_mut().append_pair("state", "the state of this sign-out");
        let page = browser.get(&out).await;
        let (to, fields) = page.form(&[("logout", "yes")]);
        let page = browser.post(&to, &fields).await;
        let back = browser.follow(page, &desk()).await.unwrap_or_else(|page| panic!("{}", page.body));
        assert_eq!(back.path(), "/sign-out/done");
        assert_eq!(query(&back), [("state".to_owned(), "the state of this sign-out".to_owned())]);

        let body = tokio::time::timeout(crate::HANG, posted.recv()).await.unwrap().unwrap();
        let (_, token) =
            url::form_urlencoded::parse(body.as_bytes()).find(|(name, _)| name == "logout_token").unwrap();
        let logout = provider.read_logout(&token).await.unwrap();
        assert_eq!(logout.subject, Some(claims.subject));
        assert_eq!(logout.provider_session, claims.provider_session);
        let again = provider.read_logout(&token).await.unwrap();
        assert_eq!(
            again.replay_key.unwrap().id,
            logout.replay_key.unwrap().id,
            "known again when it is replayed"
        );
        let id_token = claims.tokens.unwrap().id.unwrap();
        let shown = provider.read_logout(id_token.expose_secret()).await;
        assert!(matches!(shown, Err(SignInError::Untrusted(_))), "an ID token ends nothing");
        let stranger = provider_of("pleiade-post", |_| {});
        assert!(stranger.read_logout(&token).await.is_err(), "meant for another client");
    }
    serving.abort();
    serving.await.ok();
}
