//! The settings that let a connector in.

use super::{APP_ID, APP_SECRET, DOMAIN, Jitsi, KEY_ID, ROOMS, SIGNING_KEY};
use crate::simulated::{Addresses, AuthSetup, SimulatedApplication};
use pleiade_core::Credential;
use serde_json::{Value, json};
use std::sync::Arc;

fn settings(addresses: &Addresses, token: &Value) -> Value {
    let [(help, _), (planning, _), (council, _)] = ROOMS;
    json!({
        "name": "Visioconférence",
        "url": addresses.application,
        "token": token,
        "rooms": [
            { "name": "Permanence informatique", "room": help },
            { "name": "Salon de l’urbanisme", "room": planning, "groups": ["urbanisme"] },
            { "name": "Bureau municipal", "room": council, "groups": ["elus"] },
        ],
        "room_size": {
            "url": addresses.application.join("room-size").unwrap_or_else(|_| addresses.application.clone()),
            "domain": DOMAIN,
        },
    })
}

pub(crate) fn simulated() -> SimulatedApplication {
    let account: fn(&str, u32) -> Credential = |_, _| Credential::Technical { key: None };
    let way = |name, settings| AuthSetup {
        credential: Some(account),
        groups: vec!["urbanisme"],
        lines_of_settings: true,
        ..AuthSetup::new(name, settings, json!({ "kind": "technical" }))
    };
    let shared = |addresses: &Addresses| {
        settings(addresses, &json!({ "app_id": APP_ID, "secret": APP_SECRET, "subject": DOMAIN }))
    };
    let signed = |addresses: &Addresses| {
        let token = json!({
            "app_id": APP_ID, "private_key": SIGNING_KEY, "key_id": KEY_ID, "place": "query", "mail": true,
            "moderator_groups": ["urbanisme"],
        });
        settings(addresses, &token)
    };
    let setups = vec![
        AuthSetup { secrets: vec![APP_SECRET.to_owned()], ..way("shared_secret", shared) },
        AuthSetup { secrets: vec![SIGNING_KEY.to_owned()], ..way("signing_key", signed) },
        way("open", |addresses| settings(addresses, &Value::Null)),
    ];
    let jitsi = SimulatedApplication::new("jitsi", |clock| Arc::new(Jitsi::new(clock)), setups);
    SimulatedApplication { holds_meetings: true, ..jitsi }
}
