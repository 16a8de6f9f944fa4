//! The settings that let a connector in.

use super::{Kelio, LOGIN, PASSWORD};
use crate::simulated::{Addresses, AuthSetup, SimulatedApplication};
use pleiade_core::Credential;
use serde_json::{Value, json};
use std::sync::Arc;

fn settings(addresses: &Addresses) -> Value {
    json!({
        "url": addresses.application,
        "login": LOGIN,
        "password": PASSWORD,
        "request_states": { "0": "pending", "1": "approved", "2": "refused" },
        "clocking_directions": { "1": "in", "2": "out" },
        "leave": [
            { "counter": "CA", "key": "solde_ca", "name": "Congés annuels" },
            { "counter": "RTT", "key": "solde_rtt", "name": "RTT" },
        ],
        "hours": [{ "counter": "CD", "key": "solde_heures", "name": "Crédit d’heures" }],
    })
}

pub(crate) fn simulated() -> SimulatedApplication {
    let setups = vec![AuthSetup {
        credential: Some(|login, _| Credential::Technical { key: Some(Kelio::number(login)) }),
        secrets: vec![PASSWORD.to_owned()],
        ..AuthSetup::new("technical", settings, json!({ "kind": "technical", "key": "login" }))
    }];
    let mut application = SimulatedApplication::new("kelio", |clock| Arc::new(Kelio::new(clock)), setups);
    application.tenants = &["la-roche-aux-fees"];
    application.without_card = &[("requests", &[]), ("approvals", &[]), ("clockings", &[])];
    application.boards = &[(&["agents"], &["balances", "requests", "approvals", "clockings"])];
    application
}
