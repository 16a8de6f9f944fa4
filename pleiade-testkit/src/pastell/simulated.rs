//! The settings that let a connector in.

use super::Pastell;
use crate::simulated::{Addresses, AuthSetup, SimulatedApplication};
use pleiade_core::Credential;
use serde_json::{Value, json};
use std::sync::Arc;

fn settings(addresses: &Addresses) -> Value {
    json!({ "name": "Pastell", "url": addresses.application, "time_zone": "Europe/Paris", "deposits": deposits() })
}

fn deposits() -> Value {
    let subtypes = ["Convention", "Délibération"];
    json!([
        { "flows": ["document-a-signer"], "subtypes": subtypes },
        { "flows": ["ls-document-pdf", "pdf-generique"], "fields": { "envoi_signature": "1" }, "subtypes": subtypes }
    ])
}

/// A platform that several collectivités share, whose folders are known to the signature book.
fn shared(addresses: &Addresses) -> Value {
    let entities = json!({
        "la-roche-aux-fees": [1], "saint-aubin-des-bois": ["10"], "val-d-ombre": [11], "mesnil-sur-aure": [12],
        "pays-des-trois-rivieres": [20]
    });
    json!({
        "url": addresses.application,
        "entities": entities,
        "deposits": deposits(),
        "parapheur_field": "iparapheur_dossier_id"
    })
}

fn by_ticket(addresses: &Addresses) -> Value {
    json!({ "url": addresses.application, "access": "proxy_ticket" })
}

fn token(login: &str, renewals: u32) -> Credential {
    let secret = match renewals {
        0 => Pastell::token(login),
        renewed => format!("{}-{renewed}", Pastell::token(login)),
    };
    Credential::LinkedAccount { login: login.to_owned(), secret: secret.into() }
}

fn ticket(login: &str, _: u32) -> Credential {
    Credential::ProxyTicket { ticket: Pastell::ticket(login).into() }
}

pub(crate) fn simulated() -> SimulatedApplication {
    let linked = || json!({ "kind": "linked_account" });
    let setups = vec![
        AuthSetup { credential: Some(token), ..AuthSetup::new("shared", shared, linked()) },
        AuthSetup { credential: Some(token), ..AuthSetup::new("user_token", settings, linked()) },
        AuthSetup {
            credential: Some(ticket),
            ..AuthSetup::new("proxy_ticket", by_ticket, json!({ "kind": "proxy_ticket" }))
        },
    ];
    let pastell = SimulatedApplication::new("pastell", |clock| Arc::new(Pastell::new(clock)), setups);
    SimulatedApplication { boards: &[(&["agents"], &["flows", "creation"])], ..pastell }
}
