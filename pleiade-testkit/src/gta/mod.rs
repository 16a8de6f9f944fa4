//! For tests and demonstrations only: what a time and attendance product hands over by the exchange contract. See
//! [`exchange`](crate::exchange).

mod sample;

use crate::{
    exchange::{PROBE_KEY, TOKEN},
    simulated::{Addresses, AuthSetup, SimulatedApplication},
};
use pleiade_core::Credential;
use serde_json::{Value, json};
use std::sync::Arc;

pub use sample::application;

fn settings(addresses: &Addresses) -> Value {
    json!({
        "home": addresses.pages,
        "source": { "json": { "url": addresses.application, "token": TOKEN, "probe_key": PROBE_KEY } },
        "widgets": ["balances", "requests", "approvals", "clockings"],
    })
}

pub(crate) fn simulated() -> SimulatedApplication {
    let setup = AuthSetup {
        credential: Some(|login, _| Credential::Technical { key: Some(login.to_owned()) }),
        secrets: vec![TOKEN.to_owned()],
        link_hosts: vec!["gta.demonstration.example"],
        ..AuthSetup::new("json", settings, json!({ "kind": "technical", "key": "login" }))
    };
    let gta = SimulatedApplication::new("gta", |clock| Arc::new(application(clock.as_ref())), vec![setup]);
    // The town has Kelio.
    let tenants = &["pays-des-trois-rivieres", "saint-aubin-des-bois", "val-d-ombre", "mesnil-sur-aure"];
    SimulatedApplication {
        without_card: &[("requests", &[]), ("approvals", &[]), ("clockings", &[])],
        boards: &[(&["agents"], &["balances", "requests", "approvals", "clockings"])],
        tenants,
        ..gta
    }
}
