//! When Ciril refuses, breaks or shows something else.

use crate::support::{Assembly, linked, technical};
use pleiade_core::{Connector as _, Credential, ErrorKind, LinkedAccount};
use pleiade_testkit::{Ciril, Fault, Simulator as _};
use serde_json::json;

#[tokio::test]
async fn an_access_string_that_has_ended_is_asked_for_again_once() {
    let platform = Assembly::with(linked());
    let cx = platform.own("BLEFEVRE");
    platform.load("orders", &cx).await.unwrap();
    platform.server.forget_sessions();
    platform.asked();
    platform.load("orders", &cx).await.unwrap();
    assert_eq!(platform.asked(), ["getBonsCommandes", "getAccessList", "getBonsCommandes"]);
    platform.server.fail_baskets();
    let error = platform.load("tasks", &cx).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable, "nobody's credential is wrong");
    assert_eq!(platform.asked(), ["getTaches", "getAccessList", "getTaches"]);
}

#[tokio::test]
async fn a_wrong_password_is_the_person_s_and_sent_once() {
    let platform = Assembly::with(linked());
    let wrong =
        Credential::LinkedAccount { login: "BLEFEVRE".to_owned(), secret: "faux-mot-de-passe".into() };
    let cx = platform.somebody(&[], wrong);
    for _ in 0..3 {
        let error = platform.load("tasks", &cx).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Unauthenticated && error.refuses_credential());
    }
    assert_eq!(platform.asked(), ["getAccessList"]);
}

#[tokio::test]
async fn the_platform_s_account_is_never_the_person_s_fault() {
    let mut settings = linked();
    settings["platform_password"] = json!("un-autre-secret");
    let platform = Assembly::with(settings);
    let error = platform.load("tasks", &platform.own("BLEFEVRE")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert!(!error.refuses_credential() && error.hint().unwrap().contains("platform_login"), "{error}");
}

#[tokio::test]
async fn the_access_point_is_chosen_by_name_and_the_names_found_are_told() {
    let with = |rule: serde_json::Value| {
        let mut settings = technical();
        settings["access_point"] = rule;
        Assembly::with(settings)
    };
    let told = |error: pleiade_core::ConnectorError| {
        assert_eq!(error.kind(), ErrorKind::BadConfiguration);
        error.hint().unwrap().to_owned()
    };
    let platform = with(json!({ "label": "Civil Net Enfance" }));
    let hint = told(platform.connector.probe().await.unwrap_err());
    assert!(
        hint.starts_with("no access point fits")
            && hint.ends_with("Civil Net Finances, FINANCES, CNF, Civil Net RH, RH, CRH"),
        "{hint}"
    );
    let hint = told(with(json!({})).connector.probe().await.unwrap_err());
    assert!(hint.starts_with("several access points fit"), "{hint}");
    with(json!({ "application": "RH", "label": "Civil Net RH" })).connector.probe().await.unwrap();
    assert!(with(json!({ "application": "rh" })).connector.probe().await.is_err(), "compared exactly");
}

#[tokio::test]
async fn a_page_of_maintenance_is_no_basket() {
    let platform = Assembly::with(technical());
    platform.server.close(true);
    let cx = platform.keyed(&["finances"], "blefevre");
    let error = platform.load("tasks", &cx).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert!(!error.refuses_credential() && error.hint().unwrap().contains("maintenance"), "{error}");
    platform.server.close(false);
    platform.load("tasks", &cx).await.unwrap();
    platform.switch.set(Fault::NotFound);
    let error = platform.load("orders", &cx).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.hint().unwrap().contains("not installed"), "{error}");
}

#[tokio::test]
async fn an_account_is_tried_when_it_is_connected() {
    let platform = Assembly::with(linked());
    let linking = platform.connector.linking().unwrap();
    linking.check(&LinkedAccount::new("SOBRIEN", Ciril::password("SOBRIEN").into())).await.unwrap();
    let error = linking.check(&LinkedAccount::new("SOBRIEN", "faux-mot-de-passe".into())).await.unwrap_err();
    assert!(error.refuses_credential());
    assert!(Assembly::with(technical()).connector.linking().is_none());
}
