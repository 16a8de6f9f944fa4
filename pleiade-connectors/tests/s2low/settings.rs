//! What an operator may write.

use crate::support::{connector, settings};
use pleiade_connectors::{kind::ConnectorSettings as _, s2low::S2lowConfig};
use pleiade_testkit::{NeverAnswers, tls::Authority};
use serde_json::{Value, json};
use std::sync::Arc;

fn hint(change: impl FnOnce(&mut Value)) -> String {
    let mut changed = settings("archivist");
    change(&mut changed);
    match connector(changed, Arc::new(NeverAnswers)) {
        Ok(_) => String::new(),
        Err(error) => error.hint().unwrap_or_default().to_owned(),
    }
}

#[test]
fn mistakes_are_named_by_their_keys() {
    assert_eq!(hint(|_| {}), "");
    for (hint, key) in [
        (hint(|s| s["url"] = json!("https://s2low.example")), "certificate_file"),
        (hint(|s| s["certificate"] = json!("x")), "go together"),
        (hint(|s| s["login"] = json!("portail")), "`login` and `password`"),
        (
            hint(|s| {
                s["login"] = json!("a:b");
                s["password"] = json!("x")
            }),
            "colon",
        ),
        (hint(|s| s["lines"] = json!(0)), "`lines`"),
        (hint(|s| s["overdue_hours"] = json!(5)), "`overdue_hours`"),
        (hint(|s| s["pes_page"] = json!(2)), "`pes_page`"),
        (hint(|s| s["public_url"] = json!("https://user@s2low.example")), "`public_url`"),
        (hint(|s| s["filter"]["tenants"] = json!({})), "`filter.tenants`"),
        (
            hint(|s| s["filter"]["tenants"] = json!({"ville": "2", "autre": "3"})),
            "one connector is one authority",
        ),
    ] {
        assert!(hint.contains(key), "{key}: {hint}");
    }
    assert!(
        serde_json::from_value::<S2lowConfig>(
            json!({"url": "http://x.example", "authority_id": 2, "nonce": true})
        )
        .is_err()
    );
}

#[test]
fn a_certificate_is_read_with_its_key_and_given_to_the_host() {
    let authority = Authority::new("clients");
    let (one, other) = (authority.client("ville"), authority.client("autre"));
    let with = |certificate: &str, key: &str| {
        let mut settings = settings("archivist");
        settings["url"] = json!("https://s2low.example");
        (settings["certificate"], settings["key"]) = (json!(certificate), json!(key));
        settings
    };
    let good = with(&one.certificate, &one.key);
    assert!(connector(good.clone(), Arc::new(NeverAnswers)).is_ok());
    let config: S2lowConfig = serde_json::from_value(good).unwrap();
    let identity = config.client_certificate().unwrap().identity().unwrap();
    assert_eq!(identity.not_after().to_rfc3339(), "2090-01-01T00:00:00+00:00");
    assert!(!format!("{config:?}").contains("PRIVATE KEY"));
    let wrong = connector(with(&one.certificate, &other.key), Arc::new(NeverAnswers)).unwrap_err();
    assert!(wrong.hint().unwrap().contains("key is not that of the client certificate"), "{wrong}");
    assert!(
        serde_json::from_value::<S2lowConfig>(settings("archivist")).unwrap().client_certificate().is_none()
    );
}
