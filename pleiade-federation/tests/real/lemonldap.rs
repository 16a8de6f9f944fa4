//! LemonLDAP::NG with OpenLDAP behind it: sign-in, refresh, menu, sign-out.

use crate::{
    Ahead, Network,
    browser::{Browser, Page},
    client, departure,
    portal::{asked_again, renew},
    query, source, variable, without,
};
use pleiade_core::{
    Claims, Clock, ErrorKind, ExposeSecret, Hints, IdentityProvider as _, SecretString, SignInAnswer,
    SignInError, SystemClock, application::Icon,
};
use pleiade_federation::{
    lemonldap::{LemonldapConfig, Menu},
    oidc::{OidcConfig, OidcProvider, Preset},
};
use std::sync::Arc;

fn callback() -> String {
    format!("http://desk.pleiade.localhost:{}/sign-in/lemonldap/callback", variable("PLEIADE_TEST_DESK_PORT"))
}

fn home() -> url::Url {
    format!("http://desk.pleiade.localhost:{}/", variable("PLEIADE_TEST_DESK_PORT")).parse().unwrap()
}

fn provider(change: impl FnOnce(&mut OidcConfig)) -> OidcProvider {
    provider_at(change, Arc::new(SystemClock::default()))
}

fn provider_at(change: impl FnOnce(&mut OidcConfig), clock: Arc<dyn Clock>) -> OidcProvider {
    let mut config = OidcConfig::new(
        variable("PLEIADE_TEST_LEMONLDAP"),
        "pleiade",
        "pleiade-secret".to_owned().into(),
        callback().parse().unwrap(),
    );
    config.preset = Preset::Lemonldap;
    config.scopes = Some(["profile", "email", "collectivite"].map(str::to_owned).into());
    change(&mut config);
    let network = Arc::new(Network(client()));
    OidcProvider::new(source("lemonldap"), config, network, clock).unwrap()
}

/// Types a login and a password in the portal's own form.
async fn sign_in(provider: &OidcProvider, browser: &mut Browser, login: &str) -> Result<Claims, SignInError> {
    let (url, attempt) = departure(provider.begin(&Hints::none()).await.unwrap());
    let page = browser.get(&url).await;
    let (_, fields) = page.form(&[("user", login), ("password", &format!("{login}-secret"))]);
    let page = browser.post(&url, &fields).await;
    let back = browser.follow(page, &callback()).await.unwrap_or_else(|page| panic!("{}", page.body));
    provider.finish(SignInAnswer::Callback { query: query(&back), attempt }).await
}

#[tokio::test]
async fn an_agent_signs_in_with_a_directory_account() {
    let provider = provider(|_| {});
    let claims = sign_in(&provider, &mut Browser::new(), "jdupont").await.unwrap();
    assert_eq!(claims.subject.issuer(), variable("PLEIADE_TEST_LEMONLDAP"));
    assert!(claims.subject.id().starts_with("ldap:"), "the directory's own key, not the login");
    assert_eq!(claims.display_name.as_deref(), Some("Jeanne Dupont"));
    assert_eq!(claims.login.as_deref(), Some("jdupont"));
    assert_eq!(claims.mail.unwrap().to_string(), "jeanne.dupont@alpha.example");
    assert_eq!(claims.groups, ["administrateurs", "agents", "urbanisme"]);
    assert_eq!(claims.attributes["siret"], ["21990001600011"]);
    assert_eq!(claims.attributes["type_personne"], ["agent"]);
}

#[tokio::test]
async fn accents_and_several_collectivites_arrive_whole() {
    let provider = provider(|_| {});
    let claims = sign_in(&provider, &mut Browser::new(), "obrien").await.unwrap();
    assert_eq!(claims.display_name.as_deref(), Some("Sinéad O'Brien"));
    assert_eq!(claims.attributes["fonction"], ["Secrétaire de mairie"]);
    let mut tenants = claims.attributes["collectivites"].join("; ");
    tenants.retain(|c| c != ' ');
    for tenant in ["mairie-alpha", "mairie-beta", "cc-gamma"] {
        assert!(tenants.contains(tenant), "{tenants}");
    }
}

#[tokio::test]
async fn a_wrong_password_never_comes_back() {
    let provider = provider(|_| {});
    let (url, _) = departure(provider.begin(&Hints::login("jdupont")).await.unwrap());
    let mut browser = Browser::new();
    let page = browser.get(&url).await;
    let (_, fields) = page.form(&[("user", "jdupont"), ("password", "wrong")]);
    let page = browser.post(&url, &fields).await;
    assert!(browser.follow(page, &callback()).await.is_err());
}

#[tokio::test]
async fn a_code_is_good_once_and_for_its_own_attempt() {
    let provider = provider(|_| {});
    let mut browser = Browser::new();
    sign_in(&provider, &mut browser, "lfevre").await.unwrap();
    // The session at the portal is there: no form this time.
    let (url, attempt) = departure(provider.begin(&Hints::none()).await.unwrap());
    let page = browser.get(&url).await;
    let back = browser.follow(page, &callback()).await.unwrap_or_else(|page| panic!("{}", page.body));
    let (_, other) = departure(provider.begin(&Hints::none()).await.unwrap());
    let crossed = provider.finish(SignInAnswer::Callback { query: query(&back), attempt: other }).await;
    assert!(matches!(crossed, Err(SignInError::Untrusted(_))), "{crossed:?}");
    let first =
        provider.finish(SignInAnswer::Callback { query: query(&back), attempt: attempt.clone() }).await;
    assert!(first.is_ok(), "{first:?}");
    let replayed = provider.finish(SignInAnswer::Callback { query: query(&back), attempt }).await;
    assert!(matches!(replayed, Err(SignInError::Refused(_))), "{replayed:?}");
}

#[tokio::test]
async fn a_wrong_secret_and_a_wrong_issuer_are_told_to_the_operator() {
    let wrong = provider(|config| config.client_secret = "wrong".to_owned().into());
    let refused = sign_in(&wrong, &mut Browser::new(), "jdupont").await;
    assert!(matches!(refused, Err(SignInError::Misconfigured(_))), "{refused:?}");
    let wrong = provider(|config| config.issuer = config.issuer.trim_end_matches('/').to_owned());
    let refused = wrong.begin(&Hints::none()).await;
    assert!(matches!(refused, Err(SignInError::Misconfigured(_))), "{refused:?}");
}

#[tokio::test]
async fn tokens_are_renewed_until_the_person_signs_out_there() {
    let provider = provider(|_| {});
    let mut browser = Browser::new();
    let claims = sign_in(&provider, &mut browser, "jdupont").await.unwrap();
    let tokens = claims.tokens.unwrap();
    let fresh = provider.refresh(&claims.subject, &tokens).await.unwrap();
    assert_ne!(
        fresh.access.as_ref().unwrap().expose_secret(),
        tokens.access.as_ref().unwrap().expose_secret()
    );
    assert!(fresh.refresh.is_some());

    let out = provider.sign_out_url(Some(&fresh), &home()).unwrap();
    let page = browser.get(&out).await;
    let back = browser.follow(page, home().as_str()).await.unwrap_or_else(|page| panic!("{}", page.body));
    assert_eq!(back.path(), "/");
    let (url, _) = departure(provider.begin(&Hints::none()).await.unwrap());
    let page = browser.get(&url).await;
    assert!(browser.follow(page, &callback()).await.is_err(), "the portal asks for the password again");
    let ended = provider.refresh(&claims.subject, &fresh).await;
    assert!(matches!(ended, Err(SignInError::Refused(_))), "{ended:?}");
}

/// Leaves for the portal and gives the page that it shows, if it shows one, with the attempt.
async fn leave(provider: &OidcProvider, browser: &mut Browser) -> Option<(Page, SecretString)> {
    let (url, attempt) = departure(provider.begin(&Hints::fresh()).await.unwrap());
    let page = browser.get(&url).await;
    browser.follow(page, &callback()).await.err().map(|page| (page, attempt))
}

#[tokio::test]
async fn an_open_session_at_the_portal_is_no_fresh_proof() {
    let provider = provider(|_| {});
    let (mut other, browser) = (Browser::new(), tokio::sync::Mutex::new(Browser::new()));
    sign_in(&provider, &mut other, "jdupont").await.unwrap();
    let first = sign_in(&provider, &mut *browser.lock().await, "jdupont").await.unwrap();
    assert!(first.fresh, "the password was typed for this very sign-in");

    // Asked as it leaves us, the portal wants the password again.
    let (page, attempt) = asked_again(async || leave(&provider, &mut *browser.lock().await).await).await;
    let back = renew(&mut *browser.lock().await, page, "jdupont", &callback()).await;
    let answer = SignInAnswer::Callback { query: query(&back), attempt };
    let again = provider.finish(answer).await.unwrap();
    assert!(again.fresh && again.subject == first.subject);

    // Without what asks for it, the portal answers from the session at once, and we refuse.
    let later = provider_at(|_| {}, Arc::new(Ahead::default()));
    let (url, attempt) = departure(later.begin(&Hints::fresh()).await.unwrap());
    let page = other.get(&without(&url, &["prompt", "claims"])).await;
    let back = other.follow(page, &callback()).await.unwrap_or_else(|page| panic!("{}", page.body));
    let refused = later.finish(SignInAnswer::Callback { query: query(&back), attempt }).await;
    assert!(matches!(refused, Err(SignInError::NotFresh(_))), "{refused:?}");

    // The same answer is good enough for an ordinary sign-in, and no proof.
    let (url, attempt) = departure(later.begin(&Hints::none()).await.unwrap());
    let page = other.get(&url).await;
    let back = other.follow(page, &callback()).await.unwrap_or_else(|page| panic!("{}", page.body));
    assert!(!later.finish(SignInAnswer::Callback { query: query(&back), attempt }).await.unwrap().fresh);
}

#[tokio::test]
async fn the_menu_is_the_one_of_this_person() {
    let provider = provider(|_| {});
    let portal = LemonldapConfig::new(variable("PLEIADE_TEST_LEMONLDAP").parse().unwrap());
    let menu = Menu::new(&portal, Arc::new(Network(client()))).unwrap();

    let mut browser = Browser::new();
    let claims = sign_in(&provider, &mut browser, "jdupont").await.unwrap();
    let session =
        claims.attribute(&portal.session_claim).expect("the portal exports its session id to us").to_owned();
    assert_eq!(Some(session.as_str()), browser.cookie("lemonldap"));
    let shown: Vec<(String, Option<String>)> = menu
        .applications(&session.into())
        .await
        .unwrap()
        .into_iter()
        .map(|application| (application.name, application.category))
        .collect();
    let expected = [
        ("Nextcloud", "Travail à plusieurs"),
        ("Messagerie", "Travail à plusieurs"),
        ("Pastell", "E-administration"),
        ("Console d'administration", "Gestion du portail"),
    ];
    assert_eq!(shown, expected.map(|(name, category)| (name.to_owned(), Some(category.to_owned()))));

    let claims = sign_in(&provider, &mut Browser::new(), "hmartin").await.unwrap();
    let session = claims.attribute("_session_id").unwrap().to_owned();
    let applications = menu.applications(&session.into()).await.unwrap();
    let names: Vec<&str> = applications.iter().map(|application| application.name.as_str()).collect();
    assert_eq!(names, ["Nextcloud", "Messagerie", "Pastell", "Espace des élus"]);
    assert_eq!(applications[0].description.as_deref(), Some("Fichiers partagés"));
    assert!(applications.iter().all(|application| application.url.scheme() == "https"));
    assert!(applications.iter().all(|application| !matches!(application.icon, Icon::Named(_))));
}

#[tokio::test]
async fn an_unknown_session_has_no_menu() {
    let portal = LemonldapConfig::new(variable("PLEIADE_TEST_LEMONLDAP").parse().unwrap());
    let menu = Menu::new(&portal, Arc::new(Network(client()))).unwrap();
    for session in ["0".repeat(64), String::new(), "a; other=b".to_owned()] {
        let error = menu.applications(&session.into()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    }
}
