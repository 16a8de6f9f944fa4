//! The settings that let a connector in: those of the homeserver, and the Nextcloud of the suite.

use super::Watcha;
use crate::simulated::{Addresses, AuthSetup, SimulatedApplication};
use serde_json::{Value, json};
use std::sync::Arc;

fn settings<const WAY: usize>(addresses: &Addresses) -> Value {
    let setups = crate::matrix::simulated().setups;
    let mut matrix = setups.get(WAY).map(|setup| (setup.settings)(addresses));
    if let Some(fields) = matrix.as_mut().and_then(Value::as_object_mut) {
        fields.insert("name".to_owned(), json!("Watcha"));
    }
    let nextcloud = addresses.pages.join("nextcloud").unwrap_or_else(|_| addresses.pages.clone());
    json!({ "matrix": matrix, "nextcloud_url": nextcloud })
}

pub(crate) fn simulated() -> SimulatedApplication {
    let ways: [fn(&Addresses) -> Value; 4] = [settings::<0>, settings::<1>, settings::<2>, settings::<3>];
    let setups = crate::matrix::simulated().setups.into_iter().zip(ways);
    let setups = setups.map(|(setup, settings)| {
        let mut link_hosts = setup.link_hosts.clone();
        link_hosts.extend(["watcha.demonstration.example", "pages.demonstration.example"]);
        AuthSetup { settings, link_hosts, ..setup }
    });
    let watcha = SimulatedApplication::new("watcha", |clock| Arc::new(Watcha::new(clock)), setups.collect());
    SimulatedApplication { left_out: &["mentions", "invitations"], tenants: &["val-d-ombre"], ..watcha }
}
