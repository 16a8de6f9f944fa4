//! The settings that let a connector in.

use super::{ADMIN, ADMIN_PASSWORD, CONFERENCE_HOST, Zimbra};
use crate::{
    people::TENANTS,
    simulated::{Addresses, AuthSetup, SimulatedApplication},
};
use pleiade_core::Credential;
use serde_json::{Value, json};
use std::sync::Arc;

fn domains() -> impl Iterator<Item = String> {
    TENANTS.iter().map(|tenant| format!("{}.example", tenant.id))
}

fn settings(addresses: &Addresses, access: &Value) -> Value {
    json!({ "name": "Messagerie", "url": addresses.application, "conference_hosts": [CONFERENCE_HOST], "access": access })
}

fn preauth(addresses: &Addresses) -> Value {
    let tenants: Vec<&str> = TENANTS.iter().map(|tenant| tenant.id).collect();
    let key = |domain: String| {
        let key = Zimbra::preauth_key(&domain);
        json!({ "domain": domain, "key": key, "tenants": tenants })
    };
    let keys: Vec<Value> = domains().map(key).collect();
    settings(addresses, &json!({ "mode": "preauth", "preauth_keys": keys }))
}

fn delegated(addresses: &Addresses) -> Value {
    let access = json!({ "mode": "delegated", "admin_url": addresses.application, "admin": ADMIN, "password": ADMIN_PASSWORD });
    settings(addresses, &access)
}

fn linked(login: &str, renewals: u32) -> Credential {
    let renewed = if renewals == 0 { String::new() } else { format!("-{renewals}") };
    let secret = format!("{}{renewed}", Zimbra::password(login)).into();
    Credential::LinkedAccount { login: login.to_owned(), secret }
}

pub(crate) fn simulated() -> SimulatedApplication {
    let by_mail = || json!({ "kind": "acting_login", "login": "mail" });
    let way = |name, settings, credentials| AuthSetup {
        link_hosts: vec![CONFERENCE_HOST],
        ..AuthSetup::new(name, settings, credentials)
    };
    let keys = domains().map(|domain| Zimbra::preauth_key(&domain)).collect();
    let setups = vec![
        AuthSetup { secrets: keys, ..way("preauth", preauth, by_mail()) },
        AuthSetup {
            credential: Some(linked),
            ..way(
                "linked",
                |addresses| settings(addresses, &json!({ "mode": "linked" })),
                json!({ "kind": "linked_account" }),
            )
        },
        AuthSetup { secrets: vec![ADMIN_PASSWORD.to_owned()], ..way("delegated", delegated, by_mail()) },
    ];
    let zimbra = SimulatedApplication::new("zimbra", |clock| Arc::new(Zimbra::new(clock)), setups);
    SimulatedApplication {
        boards: &[(&["agents"], &["tasks"])],
        without_card: &[("agenda", &[]), ("tasks", &[])],
        ..zimbra
    }
}
