//! The settings that let a connector in.

use super::{Ciril, PLATFORM_LOGIN, PLATFORM_PASSWORD, TECHNICAL_LOGIN};
use crate::{
    exchange::{PROBE_KEY, TOKEN},
    simulated::{Addresses, AuthSetup, SimulatedApplication},
};
use pleiade_core::Credential;
use serde_json::{Value, json};
use std::sync::Arc;

fn settings(addresses: &Addresses) -> Value {
    json!({
        "url": addresses.application,
        "platform_login": PLATFORM_LOGIN,
        "platform_password": PLATFORM_PASSWORD,
        "access_point": { "net_application": "CNF" },
        "caller_address": "192.0.2.10",
        "widgets": ["tasks", "orders"],
        "groups": [
            { "key": "bc_a_viser", "name": "bons de commande à viser", "label": "Bons de commande à viser", "approve": true },
            { "key": "factures_a_mandater", "name": "factures à mandater", "application": "FINANCES", "label": "Factures à mandater" },
            { "key": "rh", "name": "tâches de ressources humaines", "application": "RH" },
        ],
        "orders": { "label": "libelle", "supplier": "fournisseur", "amount": "montantTTC" },
    })
}

fn technical(addresses: &Addresses) -> Value {
    let mut settings = settings(addresses);
    if let Some(fields) = settings.as_object_mut() {
        fields.insert("civil_login".to_owned(), json!(TECHNICAL_LOGIN));
        fields.insert("civil_password".to_owned(), json!(Ciril::password(TECHNICAL_LOGIN)));
        fields.insert("filter".to_owned(), json!({ "figures_for": ["secretariat", "elus", "direction"] }));
    }
    settings
}

fn linked(addresses: &Addresses) -> Value {
    let mut settings = settings(addresses);
    if let Some(fields) = settings.as_object_mut() {
        fields.insert("access".to_owned(), json!("linked"));
        fields.insert("task_links".to_owned(), json!(true));
        let answers = json!([
            { "attribute": "VISA", "value": "O", "label": "Viser" },
            { "attribute": "VISA", "value": "N", "label": "Refuser" },
        ]);
        fields.insert("answers".to_owned(), answers);
    }
    settings
}

fn exchange(addresses: &Addresses) -> Value {
    let url = addresses.application.join("contrat/").unwrap_or_else(|_| addresses.application.clone());
    json!({
        "url": addresses.application,
        "access": "exchange",
        "source": { "json": { "url": url, "token": TOKEN, "probe_key": PROBE_KEY } },
    })
}

fn account(login: &str, renewals: u32) -> Credential {
    let password = Ciril::password(login);
    let secret = if renewals == 0 { password } else { format!("{password}-{renewals}") };
    Credential::LinkedAccount { login: login.to_ascii_uppercase(), secret: secret.into() }
}

pub(crate) fn simulated() -> SimulatedApplication {
    let setups = vec![
        AuthSetup {
            credential: Some(|login, _| Credential::Technical { key: Some(login.to_owned()) }),
            groups: vec!["secretariat"],
            secrets: vec![PLATFORM_PASSWORD.to_owned(), Ciril::password(TECHNICAL_LOGIN)],
            ..AuthSetup::new("technical", technical, json!({ "kind": "technical", "key": "login" }))
        },
        AuthSetup {
            credential: Some(account),
            secrets: vec![PLATFORM_PASSWORD.to_owned()],
            ..AuthSetup::new("linked", linked, json!({ "kind": "linked_account" }))
        },
        AuthSetup {
            credential: Some(|login, _| Credential::Technical { key: Some(login.to_owned()) }),
            secrets: vec![TOKEN.to_owned()],
            ..AuthSetup::new("exchange", exchange, json!({ "kind": "technical", "key": "login" }))
        },
    ];
    let mut application = SimulatedApplication::new("ciril", |clock| Arc::new(Ciril::new(clock)), setups);
    application.tenants = &["la-roche-aux-fees"];
    application.without_card = &[("tasks", &[]), ("orders", &[]), ("people", &[])];
    application.boards = &[(&["direction"], &["tasks", "orders", "finances", "people"])];
    application
}
