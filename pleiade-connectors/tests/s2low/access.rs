//! Who is shown what, and by which account.

use crate::support::{Assembly, TENANT, TOWN, settings, somebody};
use http::header;
use pleiade_core::{ErrorKind, ExposeSecret as _};
use pleiade_testkit::{
    S2low,
    s2low::{COMMUNE, PASSWORD},
};
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn only_the_named_groups_are_shown_anything() {
    let town = Assembly::new();
    for groups in [&[][..], &["agents"], &["Actes"], &["actes-elus"]] {
        for widget in ["actes", "helios", "mails"] {
            let card = town.load(widget, &town.member(groups)).await.unwrap();
            assert!(card.items.is_empty() && card.indicators.is_empty() && card.link.is_none(), "{groups:?}");
            let told: Vec<_> = card.notices.iter().map(|notice| notice.key().to_owned()).collect();
            assert_eq!(told, ["s2low-not-shown"], "it is not said that nothing waits");
        }
    }
    assert!(town.asked().is_empty(), "nobody else has S²LOW asked");
    // The default names nobody.
    let mut unnamed = settings("archivist");
    unnamed["filter"]["figures_for"] = json!([]);
    unnamed["mark_read_for"] = json!([]);
    let unnamed = Assembly::with(unnamed);
    assert!(unnamed.load("actes", &unnamed.member(&["actes", "chefs"])).await.unwrap().items.is_empty());
}

#[tokio::test(start_paused = true)]
async fn whoever_stands_in_sees_nothing_of_the_groups() {
    let town = Assembly::new();
    let card = town.load("actes", &town.member(&["actes"]).standing_in()).await.unwrap();
    assert!(card.items.is_empty() && card.indicators.is_empty());
}

#[tokio::test(start_paused = true)]
async fn another_collectivite_reads_nothing_whatever_its_groups_are_called() {
    let town = Assembly::new();
    let elsewhere = somebody(&["actes", "chefs"], "saint-aubin-des-bois", &town.clock);
    for widget in ["actes", "helios", "mails"] {
        assert_eq!(town.load(widget, &elsewhere).await.unwrap_err().kind(), ErrorKind::BadConfiguration);
    }
    let id = town.server.unread_letters(TOWN)[0].to_string();
    let refused = town.perform(&elsewhere, "mark-letter-read", &id).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::BadConfiguration);
    assert!(town.asked().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_password_is_sent_for_a_shared_certificate_alone() {
    let mut shared = settings("shared");
    shared["login"] = json!(S2low::login(TOWN));
    shared["password"] = json!(PASSWORD);
    for (settings, sends) in [(shared.clone(), true), (settings("archivist"), false)] {
        let town = Assembly::with(settings);
        town.read("actes").await;
        for request in town.transport.take() {
            assert_eq!(request.headers.contains_key(header::AUTHORIZATION), sends, "{}", request.uri);
        }
    }
    // Without it, or with a wrong one, S²LOW redirects to its sign-in page.
    shared["password"] = json!("wrong");
    for wrong in [settings("shared"), shared] {
        let has_password = wrong["password"].is_string();
        let town = Assembly::with(wrong);
        let error = town.load("actes", &town.member(&["actes"])).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.refuses_credential()),
            (ErrorKind::Unauthenticated, has_password),
            "{error}"
        );
        assert_eq!(town.asked().len(), 1);
        town.load("helios", &town.member(&["actes"])).await.unwrap_err();
        let again = town.asked().len();
        assert_eq!(again, usize::from(!has_password), "a refused password is not sent again");
    }
}

#[tokio::test(start_paused = true)]
async fn the_authority_of_another_reads_nothing() {
    let mut wrong = settings("archivist");
    wrong["authority_id"] = json!(COMMUNE);
    wrong["filter"]["tenants"] = json!({ TENANT: COMMUNE.to_string() });
    let town = Assembly::with(wrong);
    let error = town.load("actes", &town.member(&["actes"])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadConfiguration);
    assert!(error.hint().unwrap().contains("authority_id"), "{error}");
    assert_eq!(town.asked(), ["api/info-connexion.php"], "and nothing else was asked");
    assert_eq!(
        pleiade_core::Connector::probe(&town.connector).await.unwrap_err().kind(),
        ErrorKind::BadConfiguration
    );
}

#[tokio::test(start_paused = true)]
async fn the_logins_of_a_certificate_are_a_help_to_whoever_configures() {
    let config = |account: &str, login: bool| {
        let mut settings = settings(account);
        if login {
            settings["login"] = json!(S2low::login(TOWN));
            settings["password"] = json!(PASSWORD);
        }
        serde_json::from_value::<pleiade_connectors::s2low::S2lowConfig>(settings).unwrap()
    };
    let town = Assembly::new();
    let client = |config| {
        pleiade_connectors::s2low::Client::new(&config, std::sync::Arc::new(town.transport.clone())).unwrap()
    };
    assert_eq!(client(config("archivist", false)).logins().await.unwrap(), Vec::<String>::new());
    let shared = client(config("shared", true)).logins().await.unwrap();
    assert_eq!(shared, [S2low::login(TOWN), S2low::login(COMMUNE)]);
    let password = config("shared", true).password.unwrap();
    assert_eq!(password.expose_secret(), PASSWORD);
}
