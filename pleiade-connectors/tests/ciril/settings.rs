//! What an operator may write.

use crate::support::{connector, linked, technical};
use pleiade_connectors::{ciril::CirilConfig, kind::ConnectorSettings as _};
use pleiade_core::CredentialKind;
use pleiade_testkit::NeverAnswers;
use serde_json::{Value, json};
use std::sync::Arc;

fn hint(mut settings: Value, change: impl FnOnce(&mut Value)) -> String {
    change(&mut settings);
    match connector(settings, Arc::new(NeverAnswers)) {
        Ok(_) => String::new(),
        Err(error) => error.hint().unwrap_or_default().to_owned(),
    }
}

#[test]
fn mistakes_are_named_by_their_keys() {
    assert_eq!((hint(technical(), |_| {}), hint(linked(), |_| {})), (String::new(), String::new()));
    type Change = fn(&mut Value);
    let changes: [(Change, &str); 13] = [
        (|s| s["platform_login"] = json!("a:b"), "`platform_login`"),
        (|s| drop(s.as_object_mut().unwrap().remove("platform_password")), "`platform_password_file`"),
        (|s| drop(s.as_object_mut().unwrap().remove("civil_password")), "`civil_password_file`"),
        (
            |s| s["answers"] = json!([{ "attribute": "VISA", "value": "O", "label": "Viser" }]),
            "`access = \"linked\"`",
        ),
        (|s| s["lines"] = json!(0), "`lines`"),
        (|s| s["public_url"] = json!("https://user@civil.example"), "`public_url`"),
        (|s| drop(s.as_object_mut().unwrap().remove("orders")), "[connectors.settings.orders]"),
        (|s| s["orders"]["predicate"] = json!("f({login}) = 1 and y='{year}'"), "`orders.predicate`"),
        (|s| s["orders"]["item"] = json!("a b"), "`orders`"),
        (|s| s["orders"]["soap_action"] = json!("a\"b"), "`soap_action`"),
        (|s| s["groups"][1]["key"] = json!("factures"), "`groups`"),
        (|s| s["widgets"] = json!(["tasks", "tasks"]), "none twice"),
        (|s| s["widgets"] = json!(["finances"]), "`access = \"exchange\"`"),
    ];
    for (change, key) in changes {
        let hint = hint(technical(), change);
        assert!(hint.contains(key), "{key}: {hint}");
    }
    assert!(hint(linked(), |s| s["civil_login"] = json!("X")).contains("`civil_login`"));
    assert!(hint(technical(), |s| s["access"] = json!("exchange")).contains("[connectors.settings.source]"));
}

#[test]
fn each_way_in_has_its_credential_and_secrets_are_not_shown() {
    let read = |settings: Value| serde_json::from_value::<CirilConfig>(settings).unwrap();
    assert_eq!(read(technical()).accepts(), [CredentialKind::Technical]);
    assert_eq!(read(linked()).accepts(), [CredentialKind::LinkedAccount]);
    assert!(read(technical()).filter().is_some() && read(linked()).filter().is_none());
    assert!(!format!("{:?}", read(technical())).contains("ciril-platform-password"));
    let mut wrong = technical();
    wrong["platform_pasword"] = json!("x");
    assert!(serde_json::from_value::<CirilConfig>(wrong).is_err());
}
