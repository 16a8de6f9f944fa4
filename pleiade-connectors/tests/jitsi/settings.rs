//! Settings that are wrong are said at the start.

use crate::support::{connector, settings};
use pleiade_core::ErrorKind;
use pleiade_testkit::ScriptedTransport;
use serde_json::{Value, json};
use std::sync::Arc;

type Change = fn(&mut Value);

fn hint(change: impl FnOnce(&mut Value)) -> Option<String> {
    let mut settings = settings();
    change(&mut settings);
    let error = connector(settings, Arc::new(ScriptedTransport::new())).err()?;
    assert_eq!(error.kind(), ErrorKind::BadConfiguration);
    assert!(!format!("{error:?}").contains("short"), "{error:?}");
    Some(error.hint().unwrap().to_owned())
}

#[test]
fn each_mistake_names_its_key() {
    assert_eq!(hint(|_| {}), None);
    let mistakes: [(&str, Change); 15] = [
        ("url", |s| s["url"] = json!("https://visio.ville.example/?x=1")),
        ("room_prefix", |s| s["room_prefix"] = json!("Réunion")),
        ("room_prefix", |s| s["room_prefix"] = json!("a".repeat(33))),
        ("room", |s| s["rooms"][0]["room"] = json!("Salon DSI")),
        ("room", |s| s["rooms"][0]["room"] = json!("comit%c3%a9")),
        ("room", |s| s["rooms"][0]["room"] = json!("salon-urbanisme")),
        ("name", |s| s["rooms"][0]["name"] = json!(" ")),
        ("domain", |s| s["room_size"]["domain"] = json!("")),
        ("secret", |s| s["token"]["secret"] = json!("short")),
        ("private_key", |s| s["token"]["private_key"] = json!("short")),
        ("key_id", |s| s["token"]["key_id"] = json!("short")),
        ("lifetime_minutes", |s| s["token"]["lifetime_minutes"] = json!(121)),
        ("lifetime_minutes", |s| s["token"]["lifetime_minutes"] = json!(0)),
        ("subject", |s| s["token"]["subject"] = json!("*")),
        ("token.subject", |s| {
            s["url"] = json!("https://visio.ville.example/ville/");
            s["token"].as_object_mut().unwrap().remove("subject");
        }),
    ];
    for (key, change) in mistakes {
        let hint = hint(change).unwrap_or_else(|| panic!("{key}: nothing is said"));
        assert!(hint.contains(key), "{key}: {hint}");
    }
}
