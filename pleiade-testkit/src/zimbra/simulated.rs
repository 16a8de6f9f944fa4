//! The settings that let a connector in.

use super::{ADMIN, ADMIN_PASSWORD, CONFERENCE_HOST, Zimbra};
use crate::{
    people::TENANTS,
    simulated::{Places, Simulated, WayIn},
};
use pleiade_core::Credential;
use serde_json::{Value, json};
use std::sync::Arc;

fn domains() -> impl Iterator<Item = String> {
    TENANTS.iter().map(|tenant| format!("{}.example", tenant.id))
}

fn settings(places: &Places, access: &Value) -> Value {
    json!({ "name": "Messagerie", "url": places.application, "conference_hosts": [CONFERENCE_HOST], "access": access })
}

fn preauth(places: &Places) -> Value {
    let tenants: Vec<&str> = TENANTS.iter().map(|tenant| tenant.id).collect();
    let key = |domain: String| {
        let key = Zimbra::preauth_key(&domain);
        json!({ "domain": domain, "key": key, "tenants": tenants })
    };
    let keys: Vec<Value> = domains().map(key).collect();
    settings(places, &json!({ "mode": "preauth", "preauth_keys": keys }))
}

fn delegated(places: &Places) -> Value {
    let access = json!({ "mode": "delegated", "admin_url": places.application, "admin": ADMIN, "password": ADMIN_PASSWORD });
    settings(places, &access)
}

fn linked(login: &str, renewals: u32) -> Credential {
    let renewed = if renewals == 0 { String::new() } else { format!("-{renewals}") };
    let secret = format!("{}{renewed}", Zimbra::password(login)).into();
    Credential::LinkedAccount { login: login.to_owned(), secret }
}

pub(crate) fn simulated() -> Simulated {
    let by_mail = || json!({ "kind": "acting_login", "login": "mail" });
    let way = |name, settings, credentials| WayIn {
        link_hosts: vec![CONFERENCE_HOST],
        ..WayIn::new(name, settings, credentials)
    };
    let keys = domains().map(|domain| Zimbra::preauth_key(&domain)).collect();
    let ways = vec![
        WayIn { secrets: keys, ..way("preauth", preauth, by_mail()) },
        WayIn {
            credential: Some(linked),
            ..way(
                "linked",
                |places| settings(places, &json!({ "mode": "linked" })),
                json!({ "kind": "linked_account" }),
            )
        },
        WayIn { secrets: vec![ADMIN_PASSWORD.to_owned()], ..way("delegated", delegated, by_mail()) },
    ];
    Simulated::new("zimbra", "envelope", |clock| Arc::new(Zimbra::new(clock)), ways)
}
