//! The settings that let a connector in.

use super::Nextcloud;
use crate::simulated::{Simulated, WayIn};
use pleiade_core::Credential;
use serde_json::json;
use std::sync::Arc;

fn app_password(login: &str, renewals: u32) -> Credential {
    let secret = match renewals {
        0 => Nextcloud::app_password(login),
        renewed => format!("{}-{renewed}", Nextcloud::app_password(login)),
    };
    Credential::LinkedAccount { login: login.to_owned(), secret: secret.into() }
}

pub(crate) fn simulated() -> Simulated {
    let way = WayIn::new(
        "app_password",
        |places| json!({ "name": "Nuage", "url": places.application }),
        json!({ "kind": "linked_account" }),
    );
    let ways = vec![WayIn { credential: Some(app_password), ..way }];
    Simulated::new("nextcloud", "cloud", |clock| Arc::new(Nextcloud::new(clock)), ways)
}
