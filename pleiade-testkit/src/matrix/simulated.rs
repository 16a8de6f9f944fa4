//! The settings that let a connector in.

use super::{AS_TOKEN, JWT_AUDIENCE, JWT_ISSUER, JWT_SECRET, Matrix, PERSON_TOKEN, SERVER_NAME};
use crate::simulated::{Places, Simulated, WayIn};
use pleiade_core::Credential;
use serde_json::{Value, json};
use std::sync::Arc;

fn settings(places: &Places, access: &Value) -> Value {
    json!({
        "name": "Salons",
        "homeserver": places.application,
        "server_name": SERVER_NAME,
        "element_url": places.pages,
        "access": access,
    })
}

fn token(login: &str, renewals: u32) -> String {
    format!("{PERSON_TOKEN}{login}.{renewals}")
}

pub(crate) fn simulated() -> Simulated {
    let by_login = || json!({ "kind": "acting_login", "login": "login" });
    let way = |name, settings, credentials| WayIn {
        // What a homeserver's own answers name.
        link_hosts: vec!["matrix.demonstration.example"],
        ..WayIn::new(name, settings, credentials)
    };
    let application_service =
        |places: &Places| settings(places, &json!({ "mode": "application_service", "as_token": AS_TOKEN }));
    let jwt = |places: &Places| {
        let access =
            json!({ "mode": "jwt", "secret": JWT_SECRET, "issuer": JWT_ISSUER, "audience": JWT_AUDIENCE });
        settings(places, &access)
    };
    let ways = vec![
        WayIn {
            secrets: vec![AS_TOKEN.to_owned()],
            ..way("application_service", application_service, by_login())
        },
        WayIn { secrets: vec![JWT_SECRET.to_owned()], ..way("jwt", jwt, by_login()) },
        WayIn {
            credential: Some(|login, renewals| Credential::PersonToken {
                token: token(login, renewals).into(),
                expires_at: None,
            }),
            ..way(
                "person_token",
                |places| settings(places, &json!({ "mode": "person_token" })),
                json!({ "kind": "person_token" }),
            )
        },
        WayIn {
            credential: Some(|login, renewals| Credential::LinkedAccount {
                login: login.to_owned(),
                secret: token(login, renewals).into(),
            }),
            ..way(
                "linked_account",
                |places| settings(places, &json!({ "mode": "linked_account" })),
                json!({ "kind": "linked_account" }),
            )
        },
    ];
    let matrix = Simulated::new("matrix", "comments", |clock| Arc::new(Matrix::new(clock)), ways);
    Simulated { left_out: &["mentions"], ..matrix }
}
