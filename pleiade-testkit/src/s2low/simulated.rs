//! The settings that let a connector in.

use super::{PASSWORD, S2low, TOWN};
use crate::simulated::{Addresses, AuthSetup, SimulatedApplication};
use pleiade_core::Credential;
use serde_json::{Value, json};
use std::sync::Arc;

/// The settings by an account of the simulator. The simulator speaks no TLS: as behind a proxy that holds the certificate.
fn settings(addresses: &Addresses, account: &str) -> Value {
    let mut url = addresses.application.join(account).unwrap_or_else(|_| addresses.application.clone());
    let _ = url.set_scheme("http");
    json!({
        "url": url,
        "authority_id": TOWN,
        "widgets": ["actes", "helios", "mails"],
        "mark_read_for": ["secretariat"],
        "filter": { "tenants": { "la-roche-aux-fees": TOWN.to_string() }, "figures_for": ["secretariat", "urbanisme", "direction"] },
    })
}

fn with_login(addresses: &Addresses) -> Value {
    let mut settings = settings(addresses, "shared");
    if let Some(fields) = settings.as_object_mut() {
        fields.insert("login".to_owned(), json!(S2low::login(TOWN)));
        fields.insert("password".to_owned(), json!(PASSWORD));
    }
    settings
}

pub(crate) fn simulated() -> SimulatedApplication {
    let account: fn(&str, u32) -> Credential = |_, _| Credential::Technical { key: None };
    let way = |name, settings| AuthSetup {
        credential: Some(account),
        groups: vec!["secretariat"],
        ..AuthSetup::new(name, settings, json!({ "kind": "technical" }))
    };
    let setups = vec![
        way("archivist", |addresses| settings(addresses, "archivist")),
        way("administrator", |addresses| settings(addresses, "administrator")),
        AuthSetup { secrets: vec![PASSWORD.to_owned()], ..way("shared_certificate", with_login) },
        way("version_4", |addresses| settings(addresses, "version-4")),
    ];
    let mut application = SimulatedApplication::new("s2low", |clock| Arc::new(S2low::new(clock)), setups);
    application.tenants = &["la-roche-aux-fees"];
    // The flows of the accounts are no matter of those who send acts.
    application.wide = &["actes"];
    application.without_card = &[("mails", &[])];
    application.boards = &[(&["direction", "urbanisme"], &["actes"]), (&["direction"], &["helios", "mails"])];
    application
}
