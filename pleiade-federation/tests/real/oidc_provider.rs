//! The certified `oidc-provider`: what LemonLDAP::NG 2.16 does not send (`iss`, rotation of refresh tokens, back-channel logout).

use crate::{Network, browser::Browser, client, departure, query, source, variable};
use axum::{Router, extract::State, http::StatusCode, routing::post};
use pleiade_core::{
    Claims, ExposeSecret, Hints, IdentityProvider as _, SignInAnswer, SignInError, SystemClock,
};
use pleiade_federation::oidc::{OidcConfig, OidcProvider};
use std::{net::Ipv4Addr, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::mpsc};

fn desk() -> String {
    format!("http://desk.pleiade.localhost:{}", variable("PLEIADE_TEST_DESK_PORT"))
}

fn callback() -> String {
    format!("{}/sign-in/oidc/callback", desk())
}

fn provider() -> OidcProvider {
    let mut config = OidcConfig::new(
        variable("PLEIADE_TEST_OIDC"),
        "pleiade",
        "pleiade-secret".to_owned().into(),
        callback().parse().unwrap(),
    );
    config.scopes.extend(["collectivite", "groups", "siret"].map(str::to_owned));
    let network = Arc::new(Network(client()));
    OidcProvider::new(source("oidc"), config, network, Arc::new(SystemClock::default())).unwrap()
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
    let (told, mut posted) = mpsc::channel::<String>(4);
    let desk_port: u16 = variable("PLEIADE_TEST_DESK_PORT").parse().unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, desk_port)).await.unwrap();
    let receive = |State(told): State<mpsc::Sender<String>>, body: String| async move {
        told.send(body).await.unwrap();
        StatusCode::OK
    };
    let router = Router::new().route("/sign-out/oidc/backchannel", post(receive)).with_state(told);
    let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });

    let provider = provider();
    let mut browser = Browser::new();
    let claims = sign_in(&provider, &mut browser, "jdupont", |_| {}).await.unwrap();
    let out =
        provider.sign_out_url(claims.tokens.as_ref(), &format!("{}/", desk()).parse().unwrap()).unwrap();
    let page = browser.get(&out).await;
    let (to, fields) = page.form(&[("logout", "yes")]);
    let page = browser.post(&to, &fields).await;
    let back = browser.follow(page, &desk()).await.unwrap_or_else(|page| panic!("{}", page.body));
    assert_eq!(back.path(), "/");

    let body = tokio::time::timeout(Duration::from_secs(10), posted.recv()).await.unwrap().unwrap();
    let (_, token) =
        url::form_urlencoded::parse(body.as_bytes()).find(|(name, _)| name == "logout_token").unwrap();
    let logout = provider.read_logout(&token).await.unwrap();
    assert_eq!(logout.subject, Some(claims.subject));
    assert_eq!(logout.provider_session, claims.provider_session);
    assert!(provider.read_logout(&token).await.is_err(), "replayed");
    serving.abort();
}
