//! For tests and demonstrations only: what an Astre hands over by the exchange contract. See [`exchange`](crate::exchange).

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
        "widgets": ["approvals", "budget", "people"],
    })
}

pub(crate) fn simulated() -> SimulatedApplication {
    let setup = AuthSetup {
        credential: Some(|login, _| Credential::Technical { key: Some(login.to_owned()) }),
        secrets: vec![TOKEN.to_owned()],
        link_hosts: vec!["astre.demonstration.example"],
        ..AuthSetup::new("json", settings, json!({ "kind": "technical", "key": "login" }))
    };
    let astre =
        SimulatedApplication::new("astre", |clock| Arc::new(application(clock.as_ref())), vec![setup]);
    SimulatedApplication {
        // Leave is told by the product for it.
        left_out: &["people"],
        without_card: &[("approvals", &[])],
        boards: &[(&["finances"], &["approvals", "budget"])],
        tenants: &["pays-des-trois-rivieres"],
        ..astre
    }
}
