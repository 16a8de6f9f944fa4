//! The settings that let a connector in.

use super::{AS_TOKEN, JWT_AUDIENCE, JWT_ISSUER, JWT_SECRET, Matrix, PERSON_TOKEN, SERVER_NAME};
use crate::simulated::{Addresses, AuthSetup, SimulatedApplication};
use pleiade_core::Credential;
use serde_json::{Value, json};
use std::sync::Arc;

fn settings(addresses: &Addresses, access: &Value) -> Value {
    json!({
        "name": "Salons",
        "homeserver": addresses.application,
        "server_name": SERVER_NAME,
        "element_url": addresses.pages,
        "access": access,
    })
}

fn token(login: &str, renewals: u32) -> String {
    format!("{PERSON_TOKEN}{login}.{renewals}")
}

pub(crate) fn simulated() -> SimulatedApplication {
    let by_login = || json!({ "kind": "acting_login", "login": "login" });
    let way = |name, settings, credentials| AuthSetup {
        // What a homeserver's own answers name.
        link_hosts: vec!["matrix.demonstration.example"],
        ..AuthSetup::new(name, settings, credentials)
    };
    let application_service = |addresses: &Addresses| {
        settings(addresses, &json!({ "mode": "application_service", "as_token": AS_TOKEN }))
    };
    let jwt = |addresses: &Addresses| {
        let access =
            json!({ "mode": "jwt", "secret": JWT_SECRET, "issuer": JWT_ISSUER, "audience": JWT_AUDIENCE });
        settings(addresses, &access)
    };
    let setups = vec![
        AuthSetup {
            secrets: vec![AS_TOKEN.to_owned()],
            ..way("application_service", application_service, by_login())
        },
        AuthSetup { secrets: vec![JWT_SECRET.to_owned()], ..way("jwt", jwt, by_login()) },
        AuthSetup {
            credential: Some(|login, renewals| Credential::PersonToken {
                token: token(login, renewals).into(),
                expires_at: None,
            }),
            ..way(
                "person_token",
                |addresses| settings(addresses, &json!({ "mode": "person_token" })),
                json!({ "kind": "person_token" }),
            )
        },
        AuthSetup {
            credential: Some(|login, renewals| Credential::LinkedAccount {
                login: login.to_owned(),
                secret: token(login, renewals).into(),
            }),
            ..way(
                "linked_account",
                |addresses| settings(addresses, &json!({ "mode": "linked_account" })),
                json!({ "kind": "linked_account" }),
            )
        },
    ];
    let matrix = SimulatedApplication::new("matrix", |clock| Arc::new(Matrix::new(clock)), setups);
    // One commune has Watcha instead.
    let tenants =
        &["la-roche-aux-fees", "saint-aubin-des-bois", "mesnil-sur-aure", "pays-des-trois-rivieres"];
    SimulatedApplication { left_out: &["mentions"], without_card: &[("invitations", &[])], tenants, ..matrix }
}
