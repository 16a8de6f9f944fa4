//! The settings that let a connector in.

use super::Iparapheur;
use crate::simulated::{AuthSetup, SimulatedApplication};
use pleiade_core::Credential;
use serde_json::json;
use std::sync::Arc;

fn token(login: &str, renewals: u32) -> Credential {
    Credential::PersonToken { token: Iparapheur::token(login, renewals).into(), expires_at: None }
}

fn proxy_ticket(login: &str, renewals: u32) -> Credential {
    Credential::ProxyTicket { ticket: Iparapheur::proxy_ticket(login, renewals).into() }
}

pub(crate) fn simulated() -> SimulatedApplication {
    let setups = vec![
        // The sample people of the demonstration have no token and no CAS of their own.
        AuthSetup::new(
            "v4_force_login",
            |addresses| {
                json!({
                    "name": "Parapheur", "url": addresses.local, "public_url": addresses.application,
                    "version": "4", "access": "force_login",
                })
            },
            json!({ "kind": "acting_login", "login": "login" }),
        ),
        AuthSetup {
            credential: Some(proxy_ticket),
            ..AuthSetup::new(
                "v4_cas",
                |addresses| json!({ "name": "Parapheur", "url": addresses.application, "version": "4" }),
                json!({ "kind": "proxy_ticket" }),
            )
        },
        AuthSetup {
            credential: Some(token),
            ..AuthSetup::new(
                "v5_1",
                |addresses| json!({ "name": "Parapheur", "url": addresses.application, "version": "5.1", "internal_api": true }),
                json!({ "kind": "person_token" }),
            )
        },
        AuthSetup {
            credential: Some(token),
            ..AuthSetup::new(
                "v5_2",
                |addresses| json!({ "name": "Parapheur", "url": addresses.application, "version": "5.2", "sum_delegated": true }),
                json!({ "kind": "person_token" }),
            )
        },
    ];
    let iparapheur =
        SimulatedApplication::new("iparapheur", |clock| Arc::new(Iparapheur::new(clock)), setups);
    SimulatedApplication {
        boards: &[(&["elus", "agents"], &["folders"])],
        // Agents find them in their queue, which has everything that they have to approve.
        without_card: &[("folders", &["elus"])],
        ..iparapheur
    }
}
