//! The settings that let a connector in.

use super::Idelibre;
use crate::{
    people::TENANTS,
    simulated::{Addresses, AuthSetup, SimulatedApplication},
};
use pleiade_core::Credential;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The settings of a version, and of what names a person.
fn settings(addresses: &Addresses, version: &str, person: &str) -> Value {
    let structures: Vec<Value> = TENANTS
        .iter()
        .map(|tenant| json!({ "name": tenant.id, "key": Idelibre::key(tenant.id), "username_suffix": tenant.id }))
        .collect();
    let names: Map<String, Value> =
        TENANTS.iter().map(|tenant| (tenant.id.to_owned(), json!(tenant.id))).collect();
    json!({
        "name": "Assemblées",
        "url": addresses.application.join(version).unwrap_or_else(|_| addresses.application.clone()),
        "structures": structures,
        "widgets": ["sittings", "convocations"],
        "person": person,
        "filter": { "tenants": names, "figures_for": ["secretariat"] },
    })
}

pub(crate) fn simulated() -> SimulatedApplication {
    let way = |name, settings, key: &str, credential| AuthSetup {
        credential: Some(credential),
        secrets: TENANTS.iter().map(|tenant| Idelibre::key(tenant.id)).collect(),
        ..AuthSetup::new(name, settings, json!({ "kind": "technical", "key": key }))
    };
    let setups = vec![
        way(
            "4_3_username",
            |addresses| settings(addresses, "4.3", "username"),
            "login",
            |login, _| Credential::Technical { key: Some(login.to_owned()) },
        ),
        way(
            "4_2_mail",
            |addresses| settings(addresses, "4.2", "mail"),
            "mail",
            |login, _| Credential::Technical { key: Some(Idelibre::mail(login)) },
        ),
        way(
            "4_1_user_id",
            |addresses| settings(addresses, "4.1", "user_id"),
            "login",
            |login, _| Credential::Technical { key: Some(Idelibre::user_id(login)) },
        ),
    ];
    let idelibre = SimulatedApplication::new("idelibre", |clock| Arc::new(Idelibre::new(clock)), setups);
    SimulatedApplication {
        // Of those whom it convenes, and of those who prepare the sittings.
        without_card: &[("convocations", &[])],
        boards: &[(&["elus", "direction", "secretariat"], &["sittings", "convocations"])],
        ..idelibre
    }
}
