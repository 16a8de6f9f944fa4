//! What an operator may write.

use pleiade_connectors::{
    idelibre::{IdelibreConfig, IdelibreConnector, PersonKey, StructureConfig, WebClient, WidgetKind},
    kind::ConnectorSettings as _,
};
use pleiade_core::{ConnectorId, CredentialKind};
use pleiade_testkit::NeverAnswers;
use serde_json::{Value, json};
use std::sync::Arc;

fn hint(settings: Value) -> Option<String> {
    let config: IdelibreConfig = serde_json::from_value(settings).unwrap();
    let built =
        IdelibreConnector::new(ConnectorId::from_static("assemblees"), config, Arc::new(NeverAnswers));
    built.err().map(|error| error.hint().unwrap().to_owned())
}

fn smallest() -> Value {
    json!({ "url": "https://idelibre.example", "structures": [{ "name": "ville", "key": "k" }] })
}

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut settings = smallest();
    change(&mut settings);
    settings
}

#[test]
fn the_smallest_settings_have_every_default() {
    let config: IdelibreConfig = serde_json::from_value(smallest()).unwrap();
    assert_eq!(
        (config.name.as_str(), config.person, config.web_client, config.lines),
        ("i-delibRE", PersonKey::UserId, WebClient::Auto, 5)
    );
    assert_eq!(config.structures[0].time_zone, chrono_tz::Europe::Paris);
    assert_eq!(config.widgets, WidgetKind::ALL);
    assert_eq!((config.accepts(), config.filter().is_some()), (&[CredentialKind::Technical][..], true));
    let same = IdelibreConfig::new(config.url.clone(), StructureConfig::new("ville", "k".into()));
    assert_eq!(format!("{same:?}"), format!("{config:?}"));
    assert!(hint(smallest()).is_none());
}

#[test]
fn what_cannot_work_is_refused_with_the_key_to_change() {
    let two = json!([{ "name": "ville", "key": "k" }, { "name": "agglo", "key": "l" }]);
    for (settings, told) in [
        (with(|s| s["lines"] = json!(0)), "lines"),
        (with(|s| s["lines"] = json!(41)), "lines"),
        (with(|s| s["public_url"] = json!("https://x.example/?a=b")), "public_url"),
        (with(|s| s["public_url"] = json!("ftp://x.example/")), "public_url"),
        (with(|s| s["url"] = json!("https://u:p@x.example/")), "https://host"),
        (with(|s| s["structures"] = json!([])), "structures"),
        (with(|s| s["structures"][0]["name"] = json!("")), "name"),
        (with(|s| s["structures"][0]["key"] = json!(" ")), "key"),
        (with(|s| s["structures"][0]["id"] = json!("12")), "UUID"),
        (
            with(|s| s["structures"] = json!([{ "name": "a", "key": "k" }, { "name": "a", "key": "l" }])),
            "name",
        ),
        (with(|s| s["structures"] = two.clone()), "filter.tenants"),
        (
            with(|s| {
                s["structures"] = two.clone();
                s["filter"] = json!({ "tenants": { "alpha": "ville", "beta": "aglo" } });
            }),
            "filter.tenants",
        ),
    ] {
        let hint = hint(settings.clone());
        assert!(hint.as_ref().is_some_and(|hint| hint.contains(told)), "{settings}: {hint:?}");
    }
    for odd in [
        with(|s| s["persone"] = json!("mail")),
        with(|s| s["person"] = json!("telephone")),
        with(|s| s["structures"][0]["time_zone"] = json!("Europe/Rennes")),
    ] {
        assert!(serde_json::from_value::<IdelibreConfig>(odd).is_err());
    }
}

#[test]
fn no_key_is_shown() {
    let config: IdelibreConfig =
        serde_json::from_value(with(|s| s["structures"][0]["key"] = json!("clé-secrète"))).unwrap();
    assert!(!format!("{config:?}").contains("clé-secrète"));
}
